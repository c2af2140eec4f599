// What the wheel and the JupyterLite site are made with: a Python environment in target/venv, and packages of npm's.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const requirements = path.join(root, "examples/jupyterlite/requirements.txt");
const folder = path.join(root, "target/venv");
const bin = (program) => path.join(folder, process.platform === "win32" ? "Scripts" : "bin", program);

// What pip says where there is no network.
const OFFLINE = /NewConnectionError|NameResolutionError|name resolution|ConnectTimeout|Max retries|ProxyError|Connection reset|Network is unreachable/;

/** A registry that cannot be reached, which is nobody's mistake. */
export class Unreachable extends Error {}

/** Runs a program of the environment; what it says is shown only if it fails. */
export function run(program, args, options = {}) {
  const done = spawnSync(bin(program), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 28, ...options });
  if (done.status === 0) return done.stdout;
  const said = `${done.stdout ?? ""}${done.stderr ?? done.error}`.trim();
  const Kind = OFFLINE.test(said) ? Unreachable : Error;
  throw new Kind(`${program} ${args.slice(0, 3).join(" ")} … failed:\n${said}`);
}

/** Does `work` unless `folder` has a stamp of `wanted`; what is there of an older one is removed. */
export function once(folder, wanted, work) {
  const stamp = path.join(folder, ".stamp");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  work();
  fs.writeFileSync(stamp, wanted);
}

/** Installs what `folder`/package-lock.json names, if it is not there. */
export function npmCi(folder) {
  const lock = fs.readFileSync(path.join(folder, "package-lock.json"), "utf8");
  const stamp = path.join(folder, "node_modules/.huntbook-lock");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lock) return;
  const { status } = spawnSync("npm", ["ci", "--silent"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Unreachable(`npm ci did not work in ${folder}; run it there to see why`);
  fs.writeFileSync(stamp, lock);
}

/** Makes the environment, if it is not there: some 20 seconds. */
export function makeVenv() {
  let version;
  try {
    version = execFileSync("python3", ["-c", "import sys, ensurepip, venv; print(sys.version)"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error("Python 3 with its module venv is needed; on Debian and Ubuntu: apt-get install python3-venv", { cause: error });
  }
  once(folder, `${version}\n${root}\n${fs.readFileSync(requirements, "utf8")}`, () => {
    console.log("making a Python environment in target/venv");
    execFileSync("python3", ["-m", "venv", folder]);
    run("pip", ["install", "--quiet", "--no-input", "--requirement", requirements]);
  });
}
