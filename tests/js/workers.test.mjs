// What several workers do together is what one does, to the byte: rows, their order
// and places, types, limits and errors.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { cut } from "../../pkg-templates/parts.js";
import { LONGEST_LINE, hasShortLines } from "../../pkg-templates/lines.js";
import { makeSheet } from "../../pkg-templates/sheets.js";
import * as hb from "../../pkg/node.js";
import { Random } from "../../scripts/samples/random.mjs";

const base64 = (data) => Buffer.from(data).toString("base64");
const PARTS = [
  "evil.com", "hxxp://evil[.]example/p", "203.0.113.7", "fe80::1", "a@b.org", "C:\\Windows\\cmd.exe", "/etc/passwd", "file.", "name=", "foo.sh", "= ", "== ",
  "d41d8cd98f00b204e9800998ecf8427e", "CVE-2021-44228", "\"", "'", ",", ";", "|", " ", " ", "\t", "é", "𝕏", "\u{feff}", "\ud800", "x", "GET ", "[", "]", "(dot)",
  base64("Hello, this is a text inside of a text."), base64(gzipSync("a packed text, http://evil.example/")), base64(base64("twice encoded, so that it has a part")), "%48%65%6c%6c%6f%20%77%6f%72%6c%64",
];

/** "hello hello this is some text to be packed", in bzip2. */
const BZIP2 = "QlpoOTFBWSZTWeLqk9EAAAnRgAAQQAA+bsxAIAAxQ00wADUyB6hk9ReB0szpZN9LsgwXq8kIRhxOEG81M/F3JFOFCQ4uqT0Q";

const some = (random, most, make) => Array.from({ length: random.int(0, most) }, make);
const textOf = (random) => some(random, 6, () => PARTS[random.int(0, PARTS.length - 1)]).join("");
const lineEnd = (random) => ["\n", "\n", "\n", "\r\n", "\n\n"][random.int(0, 4)];

/** Lines, of which now and then one is too long for parts. */
function textWith(random) {
  const lines = some(random, 30, () => (random.int(0, 200) ? textOf(random) : `${textOf(random)} `.repeat(LONGEST_LINE)).slice(0, 2 * LONGEST_LINE));
  return lines.map((line) => line + lineEnd(random)).join("") + textOf(random);
}

/** A table of texts, lists of texts and numbers, some of them absent. */
function tableWith(random) {
  const kinds = ["a", "b", "c", "n"].slice(random.int(0, 2)).map((name) => [name, name === "n" ? "number" : ["text", "text", "list", "lines"][random.int(0, 3)]]);
  const cell = { number: () => random.int(0, 9), text: () => textOf(random), list: () => some(random, 3, () => textOf(random)), lines: () => textOf(random) + lineEnd(random) + textOf(random) };
  const row = () => Object.fromEntries(kinds.map(([name, kind]) => [name, random.int(0, 5) ? cell[kind]() : null]));
  return hb.Table.fromRows([Object.fromEntries(kinds.map(([name, kind]) => [name, { number: 1, list: ["x"] }[kind] ?? "x"])), ...some(random, 40, row)]);
}

/** The result in up to `count` parts, or nothing where one worker has to do it. */
async function inParts(fn, source, options, count) {
  const sheet = source instanceof hb.Table ? makeSheet(1, source._raw) : source instanceof Blob ? { blob: source } : source;
  const plan = await cut({ fn, args: [sheet, options] }, count, ({ room }) => room.table);
  if (!plan) return undefined;
  assert.ok(plan.jobs.length > 1 && plan.jobs.length <= count);
  const rooms = [];
  for (const { args: [part, own, isPart] } of plan.jobs) {
    const { from, to } = part;
    const given = part.raw ? source.slice(from, to) : part.blob ? part.blob.slice(from, to) : part;
    const text = given instanceof Blob ? new Uint8Array(await given.arrayBuffer()) : given;
    assert.equal(isPart, !part.raw);
    rooms.push(isPart && !hasShortLines(text) ? undefined : { room: { length: 0, table: await hb[fn](given, own) } });
  }
  return plan.join(rooms);
}

const bytesOf = (table) => Buffer.from(table.toArrow());

/** Compares for 2 to 4 parts; tells how often there was something to compare. */
async function check(fn, source, options, name) {
  const whole = await hb[fn](source, options);
  const expected = bytesOf(whole);
  let joined = 0;
  for (const count of [2, 3, 4]) {
    const table = await inParts(fn, source, options, count);
    if (!table) continue;
    joined += 1;
    if (!expected.equals(bytesOf(table))) assert.deepEqual(table.rows(), whole.rows(), `${name}, ${count} parts of ${JSON.stringify(options)}`);
    assert.ok(expected.equals(bytesOf(table)), `${name}, ${count} parts of ${JSON.stringify(options)}: the rows are alike, but not the bytes`);
    table.free();
  }
  whole.free();
  return joined;
}

const IOC_OPTIONS = [{}, {}, { unique: true }, { paths: true }, { types: ["dns", "ipv4", "mac_address"], unique: true }, { publicOnly: true, defanged: true }, { ignore: ["evil.com"] }];

test.before(() => hb.init({ worker: true, workers: 1 }));

test("indicators of random texts, bytes and files", async () => {
  let joined = 0;
  for (let i = 0; i < 150; i++) {
    const random = new Random(`text ${i}`);
    const text = textWith(random);
    const options = IOC_OPTIONS[i % IOC_OPTIONS.length];
    const bytes = new TextEncoder().encode(text);
    for (const source of [text, bytes, new Blob([bytes])]) joined += await check("extractIocs", source, options, `text ${i}`);
  }
  assert.ok(joined > 500, `${joined} were joined`);
});

test("indicators of random tables", async () => {
  let joined = 0;
  for (let i = 0; i < 200; i++) {
    const random = new Random(`table ${i}`);
    const table = await tableWith(random);
    const texts = table.columns.filter(({ type }) => type !== "int64").map(String);
    const columns = random.int(0, 1) ? undefined : texts.toReversed().slice(random.int(0, 1));
    joined += await check("extractIocs", table, { ...IOC_OPTIONS[i % IOC_OPTIONS.length], ...(columns && { columns }) }, `table ${i}`);
  }
  assert.ok(joined > 300, `${joined} were joined`);
});

test("what is encoded in random tables, with limits", async () => {
  let joined = 0;
  let left = 0;
  for (let i = 0; i < 150; i++) {
    const random = new Random(`encoded ${i}`);
    const options = [{}, {}, { maxDepth: 1 }, { xor: true }, { maxItems: 5 }, { maxBytes: 300 }, { maxItems: 20, maxBytes: 2000 }][i % 7];
    const count = await check("unpackBase64", await tableWith(random), options, `table ${i}`);
    joined += count;
    left += 3 - count;
  }
  assert.ok(joined > 150 && left > 50, `${joined} were joined, ${left} not`);
});

test("what is left to one worker", async () => {
  const table = await hb.Table.fromRows(Array.from({ length: 8 }, (_, i) => ({ a: `evil${i}.com`, b: "x" })));
  const text = "evil.com\n".repeat(9);
  const ROWS = [
    ["patterns of one's own, which may reach over lines", "extractIocs", text, { customTypes: [{ name: "t", pattern: "m\\ne" }] }],
    ["a column twice", "extractIocs", table, { columns: ["a", "a"] }],
    ["columns that are none", "extractIocs", table, { columns: "a" }],
    ["one line", "extractIocs", "evil.com ".repeat(9), {}],
    ["one row", "extractIocs", table.slice(0, 1), {}],
    ["what is encoded in a text, which may go over lines", "unpackBase64", text, {}],
    ["a limit that is none", "unpackBase64", table, { maxItems: "5" }],
    ["more bzip2 streams than there may be", "unpackBase64", await hb.Table.fromRows(Array.from({ length: 1001 }, () => ({ a: BZIP2 }))), {}],
    ["what has no parts", "topValues", table, { columns: ["a"] }],
  ];
  for (const [name, fn, source, options] of ROWS) assert.equal(await inParts(fn, source, options, 3), undefined, name);
});

test("in real workers: large tables, texts, bytes and files, and errors", async () => {
  const rows = Array.from({ length: 70_000 }, (_, i) => ({ n: i, a: `see hxxp://evil${i % 977}[.]example/p and 203.0.113.${i % 255} ${i % 7 ? "" : base64(`Write-Host hello number ${i}`)}`, b: `u${i}@mail${i % 13}.org or so, in a line with more words than one` }));
  const text = rows.map((row) => `${row.a} ${row.b}`).join("\n");
  const bytes = new TextEncoder().encode(text);
  const table = await hb.Table.fromRows(rows);
  const CALLS = {
    "a table": () => hb.extractIocs(table),
    "a table again": () => hb.extractIocs(table, { unique: true }),
    "what is encoded": () => hb.unpackBase64(table),
    "more than there may be": () => hb.unpackBase64(table, { maxItems: 9000 }),
    "a text": () => hb.extractIocs(text),
    bytes: () => hb.extractIocs(bytes, { unique: true }),
    "a file": () => hb.extractIocs(new Blob([bytes])),
    "no such column": () => hb.extractIocs(table, { columns: ["c"] }),
    "no such type": () => hb.extractIocs(bytes, { types: ["c"] }),
    "no such option": () => hb.unpackBase64(table, { maxitems: 5 }),
  };
  const results = {};
  for (const workers of [1, 2, 3]) {
    await hb.init({ workers });
    for (const [name, call] of Object.entries(CALLS)) {
      const result = await call().then((table) => ({ rows: table.numRows, bytes: bytesOf(table) }), ({ code, message }) => ({ code, message }));
      results[name] ??= result;
      assert.ok(result.bytes ? result.bytes.equals(results[name].bytes) : result.message, name);
      assert.deepEqual({ ...result, bytes: 0 }, { ...results[name], bytes: 0 }, `${name}, ${workers} workers`);
    }
  }
  assert.equal(results["more than there may be"].rows, 9001);
  assert.equal(results["no such column"].code, "columnNotFound");
  assert.ok(results["a text"].rows > 200_000);
});

test("a table that was freed at once is still searched; a freed one is not", async () => {
  const table = await hb.Table.fromRows([{ a: "evil.com" }]);
  const work = hb.extractIocs(table);
  table.free();
  assert.equal((await work).numRows, 1);
  await assert.rejects(hb.extractIocs(table), { code: "invalidArgument", message: /was freed/ });
});

test("`workers` and `onProgress` are looked at", async () => {
  for (const workers of [0, -1, 1.5, "2"]) await assert.rejects(hb.init({ workers }), { code: "invalidArgument", message: /`workers` should be a whole number/ });
  const bar = { value: 0 };
  await hb.extractIocs("evil.com", { onProgress: bar });
  assert.equal(bar.value, 1);
  const percent = { value: 0, max: 100 };
  await hb.extractIocs("evil.com", { onProgress: percent });
  assert.equal(percent.value, 100);
  for (const onProgress of [{}, "bar", 5, null]) await assert.rejects(hb.extractIocs("x", { onProgress }), { code: "invalidArgument", message: /should be a function, or an element/ });
});
