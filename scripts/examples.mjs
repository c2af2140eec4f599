// Installs what the examples use from npm, each into its own folder, where its lock file changed; they get huntbook as it is
// in pkg/. Tests need it, building does not.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const pkg = path.join(root, "pkg");

/** The folders below `folder` that have a lock file of npm. */
function projects(folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
  const own = entries.some(({ name }) => name === "package-lock.json") ? [folder] : [];
  return [...own, ...below.flatMap(({ name }) => projects(path.join(folder, name)))];
}

function install(folder) {
  const modules = path.join(folder, "node_modules");
  const [lock, stamp] = [path.join(folder, "package-lock.json"), path.join(modules, ".huntbook-lock")];
  const wanted = fs.readFileSync(lock, "utf8");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
    console.log(`examples: installing ${path.relative(root, folder)} (npm)`);
    execFileSync("npm", ["ci", "--silent"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    fs.writeFileSync(stamp, wanted);
  }
  // Where npm copies a package of this machine instead of linking it, the copy is as old as that.
  const copy = path.join(modules, "huntbook");
  if (fs.lstatSync(copy, { throwIfNoEntry: false })?.isDirectory()) {
    fs.rmSync(copy, { recursive: true });
    fs.cpSync(pkg, copy, { recursive: true });
  }
}

if (!fs.existsSync(path.join(pkg, "package.json"))) {
  console.error("examples: pkg/ is absent; run make build");
  process.exit(1);
}
for (const folder of projects(path.join(root, "examples"))) {
  try {
    install(folder);
  } catch (error) {
    console.error(`examples: ${error.message}\nexamples: run npm ci in ${path.relative(root, folder)}, which says why`);
    process.exit(1);
  }
}
