// Puts the whole site together, for any static host and any path on it:
//   node site/build.mjs [FOLDER]       default target/site
// Front page, demo with gallery, documentation, the package, and the notebooks. Needs pkg/ and www/samples (make build samples).
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeDocs } from "./docs.mjs";

const root = path.resolve(import.meta.dirname, "..");
const at = (...parts) => path.join(root, ...parts);
const LAB = at("examples/jupyterlite/build.mjs");
/** What only an earlier site has: a folder with it may be replaced. */
const MARK = ".huntbook-site";
/** What `make docs` and the like put beside the demo. */
const BESIDE = ["docs", "lab", "pkg"].map((name) => at("www", name));
const FRONT = ["index.html", "front.css", "front.js", "icon.svg"];
const PICTURES = ["screenshot.png", "screenshot-dark.png"];

function clear(out) {
  const there = fs.existsSync(out) ? fs.readdirSync(out) : [];
  if (there.length && !there.includes(MARK)) throw new Error(`${out} has other files, which stay: name an empty folder, or one with an earlier site`);
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
}

/** Writes the front page into `out`, without its links to the notebooks if there are none. */
export function frontPage(out, hasLab) {
  for (const file of FRONT) fs.copyFileSync(path.join(import.meta.dirname, file), path.join(out, file));
  for (const file of PICTURES) fs.copyFileSync(at("docs", file), path.join(out, file));
  fs.copyFileSync(at("LICENSE"), path.join(out, "LICENSE.txt"));
  const page = path.join(out, "index.html");
  fs.writeFileSync(page, fs.readFileSync(page, "utf8").replace(/<!-- lab -->([\s\S]*?)<!-- \/lab -->/g, hasLab ? "$1" : ""));
}

/** Makes the site in `out`; `lab` is the script that makes the notebooks' part, given a folder. */
export async function makeSite(out, { lab = LAB } = {}) {
  for (const needed of ["pkg/index.js", "www/samples/index.json"]) {
    if (!fs.existsSync(at(needed))) throw new Error(`${needed} is absent: make build samples`);
  }
  clear(out);
  fs.writeFileSync(path.join(out, MARK), "");
  // GitHub's pages leave out names with an underscore, unless this is there.
  fs.writeFileSync(path.join(out, ".nojekyll"), "");
  fs.cpSync(at("www"), path.join(out, "demo"), { recursive: true, filter: (file) => !BESIDE.includes(file) });
  fs.cpSync(at("pkg"), path.join(out, "pkg"), { recursive: true });
  const hasLab = fs.existsSync(lab);
  frontPage(out, hasLab);
  await makeDocs(path.join(out, "docs"), { home: "../", demo: "../demo/", gallery: "../demo/gallery.html" });
  if (hasLab) execFileSync(process.execPath, [lab, path.join(out, "lab")], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  else console.warn(`site: without notebooks, as ${path.relative(root, lab)} is not there`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = path.resolve(process.argv[2] ?? at("target/site"));
  try {
    await makeSite(out);
    console.log(`The site is in ${out}: copy it to any static host, or serve it: node scripts/serve.mjs ${path.relative(process.cwd(), out)} --port 8000`);
  } catch (error) {
    console.error(`site: ${error.message}`);
    process.exit(1);
  }
}
