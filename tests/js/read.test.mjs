// Reading CSV and NDJSON as WebAssembly does it, which compares bytes with other
// instructions than the native tests: rows of many shapes against JavaScript's own
// readers. Uses `pkg/` after `make build`.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

/** The same numbers below `below` each time. */
function randomFrom(seed) {
  return (below) => (seed = (seed * 48271) % 2147483647) % below;
}

const TEXTS = ["", "a", "x, y", "said \"no\"", "two\nlines", "\r\n", "é€😀", "a text of more than thirty-two bytes, to be sure", "\\", "{}", "1/2"];

/** Rows of `n`, `x`, `ok`, `time`, `text` and `late`, which is a number at first. */
function makeRows(count) {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_, i) => ({
    n: random(5) ? random(10 ** random(9)) - 500 : null,
    x: (random(2e6) - 1e6) / 8,
    ok: random(2) === 1,
    time: new Date(1.5e12 + random(1e9) * 1000),
    text: TEXTS[random(TEXTS.length)] + random(1000),
    late: i < count - 5 ? String(i) : "the end",
  }));
}

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const cell = (value) => (value === null ? "" : value instanceof Date ? value.toISOString() : quoted(String(value)));

async function same(source, options, rows) {
  const table = await hb.read(source, options);
  assert.deepEqual(table.columns.map(({ type }) => type), ["int64", "float64", "bool", "timestamp", "text", "text"]);
  assert.deepEqual(table.rows(), rows);
  table.free();
}

for (const [name, end] of [["LF", "\n"], ["CRLF", "\r\n"]]) {
  test(`CSV with ${name}: every value comes back`, async () => {
    const rows = makeRows(7000);
    const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cell))].map((cells) => cells.join(","));
    await same(lines.join(end), { format: "csv" }, rows);
  });
}

test("NDJSON: every value comes back, whatever the order of keys", async () => {
  const rows = makeRows(7000);
  const lines = rows.map((row, i) => JSON.stringify(i % 3 || i === 0 ? row : Object.fromEntries(Object.entries(row).reverse())));
  await same(lines.join("\n"), { format: "ndjson" }, rows);
});

test("a file of several parts is read as a whole", async () => {
  const rows = makeRows(200_000);
  const text = rows.map((row) => JSON.stringify(row)).join("\n");
  const blob = new Blob([text]);
  assert.ok(blob.size > 2 * 8 * 2 ** 20);
  const table = await hb.read(blob, { format: "ndjson" });
  assert.equal(table.numRows, rows.length);
  assert.deepEqual(table.row(rows.length - 1), rows.at(-1));
  assert.deepEqual(table.row(99_999), rows[99_999]);
  await assert.rejects(hb.read(new Blob([])), { code: "badInput" });
});
