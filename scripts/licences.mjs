// The licences of what is inside the package and is not ours: makes the text of its THIRD-PARTY-LICENSES.txt.
//   node scripts/licences.mjs            prints it
//   node scripts/licences.mjs --parquet  makes licences/parquet-wasm.txt anew, for another version of parquet-wasm; fetches crates
// licences/other.txt is written by hand: what no tool lists.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(import.meta.dirname, "..");
const here = (name) => path.join(import.meta.dirname, "licences", name);
const TARGET = "wasm32-unknown-unknown";
const RULE = "=".repeat(80);

const MIT = (name) => `MIT License

Copyright (c) the authors of ${name}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The crates that `folder`'s own is compiled of, for the browser: `{ name, version, licence, folder }`, without what only builds or tests. */
export function compiledCrates(folder = root) {
  const cargo = (...args) => execFileSync("cargo", args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  const tree = cargo("tree", "--edges", "normal,no-proc-macro", "--target", TARGET, "--prefix", "none", "--format", "{p}");
  const { packages, resolve } = JSON.parse(cargo("metadata", "--format-version", "1", "--filter-platform", TARGET));
  const compiled = new Set(tree.split("\n").map((line) => line.split(" ").slice(0, 2).join(" ")));
  return packages
    .filter(({ id, name, version }) => id !== resolve.root && compiled.has(`${name} v${version}`))
    .map(({ name, version, license, repository, manifest_path }) => ({ name, version, licence: license, repository, folder: path.dirname(manifest_path) }));
}

/** The texts in a package's folder: of licences to choose from only MIT's, if it is one of them; and every notice. */
function ownTexts({ licence, folder }) {
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|copying|copyright|notice|unlicense)/i.test(file));
  // zstd's C code is inside of its crate.
  if (fs.existsSync(path.join(folder, "zstd/LICENSE"))) files.push("zstd/LICENSE");
  const choice = / OR |\//.test(licence) && files.some((file) => /mit0?(\.|$)/i.test(file));
  const others = /apache|unlicense|zlib|bsd|cc0|boost|copying|^license$/i;
  return files.filter((file) => !choice || !others.test(file)).map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
}

/** Some crates come without a text: it is in a sibling's, or the licence has one for all. */
function textsOf(one, packages) {
  const { name, licence, repository } = one;
  const like = [one, ...packages.filter((other) => other.repository === repository), ...packages.filter(() => licence === "Apache-2.0")];
  const found = like.filter((other) => other.licence === licence).map(ownTexts).find((texts) => texts.length);
  if (found) return found;
  if (/\bMIT\b/.test(licence)) return [MIT(name)];
  throw new Error(`licences: ${name} (${licence}) has no text; write one into scripts/licences/other.txt, and leave it out here`);
}

/** A text without whose it is: MIT's are alike but for that. */
function split(text) {
  const lines = text.replace(/\r/g, "").split("\n").map((line) => line.trimEnd());
  if (!text.includes("Permission is hereby granted, free of charge")) return { whose: [], rest: lines.join("\n").trim() };
  const isWhose = (line) => /^\s*(copyright|\(c\)|all rights reserved)/i.test(line) && !/^\s*copyright holders/i.test(line);
  const rest = lines.filter((line) => !isWhose(line) && !/^\s*(the )?mit license( \(mit\))?:?$/i.test(line));
  return { whose: lines.filter(isWhose).map((line) => line.trim()), rest: rest.join("\n").trim() };
}

/** Packages with their texts; equal texts once, below all that have them. */
function chapters(packages) {
  const shared = new Map();
  for (const one of [...packages].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const { whose, rest } of textsOf(one, packages).map(split)) {
      const key = rest.replace(/[\s*]+/g, " ").toLowerCase();
      if (!shared.has(key)) shared.set(key, { heads: new Set(), rest });
      shared.get(key).heads.add([`${one.name} ${one.version} (${one.licence})`, ...whose].join("\n    "));
    }
  }
  return [...shared.values()].map(({ heads, rest }) => `${RULE}\n${[...heads].join("\n")}\n\n${rest}\n`).join("\n");
}

/** The npm packages that the paths in `inputs` lie in. */
function npmPackages(inputs) {
  const folders = new Set(inputs.map((input) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]).filter(Boolean));
  return [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, "package.json"), "utf8"));
    return { name, version, licence: license, folder: path.join(root, folder) };
  });
}

/** The text of THIRD-PARTY-LICENSES.txt. `inputs` are the files that the scripts were bundled of. */
export function thirdPartyLicences(inputs = []) {
  const read = (name) => fs.readFileSync(here(name), "utf8");
  const ours = chapters([...compiledCrates(), ...npmPackages(inputs)]);
  return `${read("other.txt")}\nIn huntbook_bg.wasm, and in the scripts\n\n${ours}\n${read("parquet-wasm.txt")}`;
}

/** parquet-wasm does not say what it is compiled of, but its panics do: `…/registry/src/…/NAME-VERSION/…`. */
function parquetLicences() {
  const parquet = path.join(root, "node_modules/parquet-wasm");
  const wasm = fs.readFileSync(path.join(parquet, "esm/parquet_wasm_bg.wasm"), "latin1");
  const found = wasm.matchAll(/registry\/src\/[^/]+\/([\w-]+?)-(\d+\.\d+\.\d+)/g);
  const crates = new Map(Array.from(found, ([, name, version]) => [name, version]));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-licences-"));
  const dependencies = Array.from(crates, ([name, version]) => `${name} = "=${version}"`);
  fs.mkdirSync(path.join(folder, "src"));
  fs.writeFileSync(path.join(folder, "src/lib.rs"), "");
  fs.writeFileSync(path.join(folder, "Cargo.toml"), `[package]\nname = "inside"\nedition = "2024"\n[dependencies]\n${dependencies.join("\n")}\n`);
  const { version } = JSON.parse(fs.readFileSync(path.join(parquet, "package.json"), "utf8"));
  const text = `In parquet_bg.wasm, which is parquet-wasm ${version}\n\n${chapters(compiledCrates(folder))}`;
  fs.writeFileSync(here("parquet-wasm.txt"), text);
  fs.rmSync(folder, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--parquet")) parquetLicences();
  else process.stdout.write(thirdPartyLicences());
}
