// The types and the code name the same things.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";

const pkg = path.resolve(import.meta.dirname, "../../pkg");
const types = fs.readFileSync(path.join(pkg, "index.d.ts"), "utf8");
const declared = new Set(Array.from(types.matchAll(/^export (?:declare )?(?:async )?(?:function|class|const|abstract class) (\w+)/gm), ([, name]) => name));

for (const [entry, extra] of [["index.js", []], ["node.js", []], ["inline.js", []], ["anywidget.js", ["default"]]]) {
  test(`${entry} exports what index.d.ts declares`, async () => {
    const exported = Object.keys(await import(path.join(pkg, entry)));
    assert.deepEqual(exported.toSorted(), [...declared, ...extra].toSorted());
  });
}

test("the raw module's parts are not in the types", () => {
  for (const name of ["initSync", "InitOutput", "readBytes", "extractIocsText", "__wbg"]) {
    assert.ok(!types.includes(name), name);
  }
});

test("every error code of the Rust side is in the types", () => {
  const rust = fs.readFileSync(path.join(pkg, "../src/error.rs"), "utf8");
  const codes = Array.from(rust.matchAll(/=> "(\w+)",/g), ([, code]) => code);
  assert.ok(codes.length > 5);
  for (const code of codes) assert.match(types, new RegExp(`\\| "${code}"`));
});

test("the Table of the types has the methods of the code, and no more", async () => {
  const { Table } = await import(path.join(pkg, "node.js"));
  const body = /^export class Table\b[^{]*\{\n([\s\S]*?)^\}/m.exec(types)[1].replace(/\/\*[\s\S]*?\*\//g, "");
  const members = (pattern) => Array.from(body.matchAll(pattern), ([, name]) => name);
  const own = (object) => Object.getOwnPropertyNames(object).filter((name) => !["constructor", "length", "name", "prototype"].includes(name) && !name.startsWith("_"));
  const statics = members(/^ {4}static (\w+)[(<]/gm);
  const methods = members(/^ {4}(?:readonly )?(\w+)(?:[(<:]|\?:)/gm).filter((name) => name !== "constructor" && !name.startsWith("_"));
  assert.deepEqual(own(Table).toSorted(), [...new Set(statics)].toSorted());
  assert.deepEqual(own(Table.prototype).toSorted(), [...new Set(methods)].toSorted());
});
