// What is in the packed package, and whether its README is true.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { manifest } from "../../scripts/queries.mjs";
import { pack, project, root } from "./helpers.mjs";

const FILES = [
  "LICENSE", "LICENSE-parquet-wasm", "README.md", "THIRD-PARTY-LICENSES.txt", "anywidget.d.ts", "anywidget.js", "entities.js", "huntbook_bg.wasm",
  "index.d.ts", "index.js", "inline.js", "mask.js", "mordor-browser.js", "node.js", "package.json", "parquet.js", "parquet_bg.wasm", "parts.js", "pipeline.js", "providers.js", "queries.js", "redirect.html", "sign-in.js", "sql.js", "uploads.js", "yaml.js",
  "queries/index.json", ...manifest().packs.map(({ file }) => `queries/${file}`),
];
const text = (file) => fs.readFileSync(path.join(root, "pkg", file), "utf8");
const licences = text("THIRD-PARTY-LICENSES.txt");
const readme = text("README.md");

test("only what is needed is in the tarball", (t) => {
  const { files, size, unpackedSize } = pack();
  const kb = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  for (const { path, size } of files) t.diagnostic(`${path.padEnd(22)}${kb(size).padStart(9)}`);
  t.diagnostic(`${kb(size)} packed, ${kb(unpackedSize)} unpacked`);
  assert.deepEqual(files.map((file) => file.path).sort(), [...FILES].sort());
});

test("no file says on which machine it was built, or asks for a source map", () => {
  // `parquet_bg.wasm` is its author's own file.
  const places = [root, `${os.homedir()}/.`, ".cargo/", ".rustup/", "registry/src/", "target/bindgen", "sourceMappingURL"];
  for (const file of FILES.filter((file) => file !== "parquet_bg.wasm")) {
    const content = fs.readFileSync(path.join(root, "pkg", file), "latin1");
    for (const place of places) assert.ok(!content.includes(place), `${file} has ${place}`);
  }
});

test("whatever is compiled in has its licence in the package", () => {
  const metadata = execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps"], { cwd: root, encoding: "utf8" });
  const { dependencies } = JSON.parse(metadata).packages[0];
  const isNamed = (name) => new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\\S* \\(.+\\)$`, "m").test(licences);
  const compiled = dependencies.filter(({ kind }) => kind === null).map(({ name }) => name);
  assert.ok(compiled.length > 20, compiled.join());
  assert.deepEqual(compiled.filter((name) => !isNamed(name)), []);
  assert.equal(isNamed("proptest"), false, "what only tests need is not in it");
  // What those depend on, what data there is, and what only parquet-wasm has.
  for (const name of ["regex-automata", "libbz2-rs-sys", "zlib-rs", "hashbrown", "parquet", "zstd-sys", "snap", "yaml"]) assert.ok(isNamed(name), name);
  for (const other of [/Rust's standard library/, /public suffix list.*MPL-2\.0/, /Natural Earth/]) assert.ok(other.test(licences), `${other}`);
});

test("every licence has its text, and allows to pass the package on", () => {
  const chapters = licences.split(/^=+$/m).slice(1);
  assert.ok(chapters.length > 15);
  for (const chapter of chapters) assert.ok(/permission|permitted|licen[cs]e|Copyright/i.test(chapter), chapter.slice(0, 200));
  const free = /\b(ISC|MIT|MIT-0|Apache-2\.0|BSD-[23]-Clause|Zlib|bzip2-1\.0\.6|Unicode-3\.0|0BSD)\b/;
  const named = [...licences.matchAll(/^[\w-]+ \d+\.\d+\.\d+\S* \((.+)\)$/gm)];
  assert.ok(named.length > 150, `${named.length}`);
  for (const [line, terms] of named) assert.ok(terms.split(" AND ").every((part) => free.test(part)), line);
  for (const [part, beginning] of [["MIT", /Permission is hereby granted, free of charge/], ["Apache", /TERMS AND CONDITIONS FOR USE, REPRODUCTION/], ["BSD", /Redistributions in binary form must reproduce/], ["bzip2", /The original program, "bzip2"/]]) {
    assert.ok(beginning.test(licences), part);
  }
});

test("the README calls what there is", () => {
  const exported = new Set([...text("index.d.ts").matchAll(/^export (?:declare )?(?:function|class|interface) (\w+)/gm)].map(([, name]) => name));
  const table = /## Functions\n([\s\S]*?)\n- \*\*/.exec(readme)[1];
  const called = [...table.matchAll(/^\| (.*?) \| .* \|$/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)[`(]/g)]).map(([, name]) => name).filter((name) => name !== "call");
  assert.ok(called.length > 50, `${called.length}`);
  assert.deepEqual(called.filter((name) => !exported.has(name)), []);
  const entries = [...readme.matchAll(/^\| `(huntbook\S*)` \|/gm)].map(([, name]) => name.replace("huntbook", "."));
  const { exports } = JSON.parse(text("package.json"));
  assert.deepEqual(entries.filter((entry) => !exports[entry]), []);
  assert.ok(entries.length > 2);
  for (const [, file] of readme.matchAll(/`(LICENSE[^`]*|THIRD[^`]*|\w+\.(?:js|wasm|d\.ts))`/g)) assert.ok(FILES.includes(file), file);
});

test("the README's first cell runs as it stands, and so do its other ways to start", (t) => {
  const cells = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
  const [first, byAddress, elsewhere] = cells;
  assert.equal(cells.length, 3);
  const folder = project(t, {
    "file.mjs": `globalThis.file = new File(["when,what\\n2026-01-01,hxxp://evil[.]example/a"], "log.csv");`,
    "first.mjs": `${first}\nconsole.log(JSON.stringify(iocs.rows(0, 10).map((row) => [row.IoCType, row.Observable])));`,
    "elsewhere.mjs": `import * as hb from "huntbook";\n${elsewhere}\nconsole.log((await hb.read("a,b\\n1,2")).numRows);`,
    "address.mjs": `${byAddress.replace("https://example.org/huntbook/index.js", "./node_modules/huntbook/node.js")}\nconsole.log(typeof hb.read);`,
  });
  const run = (file) => execFileSync(process.execPath, ["--import", "./file.mjs", file], { cwd: folder, encoding: "utf8" }).trim();
  assert.match(run("first.mjs"), /\["url","http:\/\/evil\.example\/a"\]/);
  assert.equal(run("elsewhere.mjs"), "1");
  assert.equal(run("address.mjs"), "function");
});
