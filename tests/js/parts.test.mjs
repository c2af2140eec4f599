// Bytes cross to the worker and tables come back in parts; what arrives is the
// same for every size, and the caller's bytes stay his.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const PART = 4 * 2 ** 20;
const LINE = "2026-01-02T03:04:05Z,web1.example.com,203.0.113.7\n";

/** CSV of exactly `size` bytes; the last cell takes what is left. */
function csv(size) {
  const head = "time,host,address\n";
  const lines = Math.max(0, Math.floor((size - head.length) / LINE.length) - 1);
  const text = head + LINE.repeat(lines);
  return new TextEncoder().encode(text + "x".repeat(size - text.length - 5) + ",y,z\n");
}

test("every size gives the same table, with and without a worker", async () => {
  for (const size of [100, PART - 1, PART, PART + 1, 200, 2 * PART + 12_345, 100]) {
    const bytes = csv(size);
    const copy = bytes.slice();
    const tables = [];
    for (const worker of [true, false]) {
      await hb.init({ worker });
      const table = await hb.read(bytes, { format: "csv" });
      tables.push(Buffer.from(table.toArrow()));
      table.free();
    }
    assert.ok(tables[0].equals(tables[1]), `${size} bytes`);
    assert.ok(Buffer.from(bytes).equals(Buffer.from(copy)), `${size} bytes stay`);
  }
});

test("bytes that the caller gave away are an error, and the next job works", async () => {
  await hb.init({ worker: true });
  const bytes = csv(2 * PART);
  const reading = hb.read(bytes, { format: "csv" });
  structuredClone(bytes, { transfer: [bytes.buffer] });
  await assert.rejects(reading, { name: "HuntbookError" });
  assert.equal((await hb.read("a\n1\n", { format: "csv" })).numRows, 1);
  await hb.init({ worker: false });
});
