// YAML as this package reads and writes it, by the file that pages load.
import assert from "node:assert/strict";
import test from "node:test";
import { readYaml, writeYaml } from "../../pkg/yaml.js";

const valueOf = (text) => readYaml(text, "x.yaml").value;
const errorOf = (text) => readYaml(text, "x.yaml").error;

test("values, as msticpy's files mean them", () => {
  const cases = [
    ["true and false as Python writes them", "a: True\nb: False\nc: null\nd: ~", { a: true, b: false, c: null, d: null }],
    ["a country and a column stay texts", "country: NO\npos_params: [x, y]", { country: "NO", pos_params: ["x", "y"] }],
    ["a date stays as it is written", "start: 2020-01-02", { start: "2020-01-02" }],
    ["anchors, aliases and merges", "base: &b {type: str, default: 1}\nown:\n  <<: *b\n  type: int", { base: { type: "str", default: 1 }, own: { type: "int", default: 1 } }],
    ["a folded text", "query: >\n  a\n  | b\n", { query: "a | b\n" }],
    ["a literal text", "query: |\n  a\n  | b\n", { query: "a\n| b\n" }],
    ["a list of no name", "- 1\n- two", [1, "two"]],
    ["brackets in texts", "a: '[[[['\nb: x[[[[", { a: "[[[[", b: "x[[[[" }],
    ["nested as far as anyone does", `${"[".repeat(150)}${"]".repeat(150)}`, JSON.parse(`${"[".repeat(150)}${"]".repeat(150)}`)],
    ["nothing", "# nothing\n", null],
    ["a name that objects have", "__proto__: 1", JSON.parse('{"__proto__":1}')],
    ["a tag of Python is no code", "a: !!python/object/apply:os.system [ls]", { a: ["ls"] }],
  ];
  for (const [name, text, expected] of cases) assert.deepEqual(valueOf(text), expected, name);
});

test("errors say the file, the place, and what to do", () => {
  const aliases = ["a0: &a0 [x, x]", ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join("\n");
  const cases = [
    ["a tab", "a:\n\tb: 1", "badInput", /^x\.yaml, line 2, column 1: .*; indent with blanks instead of tabs$/],
    ["a key twice", "a: 1\nb: 2\na: 3", "badInput", /^x\.yaml, line 3, column 1: .*; keep one of the two$/],
    ["an open bracket", "a: [1, 2\n", "badInput", /^x\.yaml, line \d, column \d: .*that each quote and bracket is closed$/],
    ["two documents", "a: 1\n---\nb: 2\n", "badInput", /^x\.yaml, line 2, column 1: .*second document; keep what stands before/],
    ["an alias of nothing", "a: *b", "badInput", /^x\.yaml, line 1, column 4: /],
    ...["[", "[\n", "{a: ", "- ", "? "].map((part) => [`too deep by ${part}`, part.repeat(200_000), "badInput", /^x\.yaml: this is nested too deep; /]),
    ["too deep by blanks", Array.from({ length: 2000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "badInput", /^x\.yaml: this is nested too deep; /],
    ["too many aliases", aliases, "limitExceeded", /^x\.yaml: aliases refer to aliases too often; /],
    ["too long", `a: "${"x".repeat(4 * 2 ** 20)}"`, "limitExceeded", /^x\.yaml: more than 4 million characters of YAML; split the file$/],
  ];
  for (const [name, text, code, message] of cases) {
    const error = errorOf(text);
    assert.equal(error?.code, code, `${name}: ${error?.message}`);
    assert.match(error.message, message, name);
  }
});

test("lines of what is at a path", () => {
  const { lineOf } = readYaml("# top\npipelines:\n  first:\n    steps:\n      - name: a\n      - name: b\n        params: *p\n".replace("*p", "{}"), "x.yaml");
  const cases = [
    [[], 2],
    [["pipelines"], 2],
    [["pipelines", "first", "steps", 1], 6],
    [["pipelines", "first", "steps", 1, "params"], 7],
    [["pipelines", "first", "steps", 1, "absent", "deeper"], 6],
  ];
  for (const [path, line] of cases) assert.equal(lineOf(path), line, path.join("."));
});

test("what is written reads back, also by YAML 1.1", () => {
  const value = { name: "yes", country: "NO", time: "12:30:00", octal: "012", empty: "", none: null, list: [1, 2.5, true, "true"], query: "a\n| where b == 'c: d'\n" };
  const text = writeYaml(value);
  assert.deepEqual(valueOf(text), value);
  for (const word of ["yes", "NO", "12:30:00", "012", "true"]) assert.match(text, new RegExp(`["']${word}["']`), word);
});
