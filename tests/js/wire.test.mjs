// What crosses between a kernel and a page of Jupyter arrives as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { join, pack, part, unpack, unpackValue } from "../../pkg-templates/wire.js";

/** To the other side: JSON, and the bytes beside it as they arrive there. */
function cross(value) {
  const { content, buffers } = part({ value });
  // Bytes arrive at any place of a larger buffer.
  const arrived = buffers.map((buffer) => {
    const larger = new Uint8Array(buffer.byteLength + 3);
    larger.set(new Uint8Array(buffer), 3);
    return new DataView(larger.buffer, 3);
  });
  return join(JSON.parse(JSON.stringify(content)), arrived).value;
}

for (const [name, value] of [
  ["nothing", null],
  ["a text", "web01"],
  ["a range of times", { start: new Date(0), end: new Date(1773150300000), rows: Uint32Array.of(1, 70000) }],
  ["rows of several tables", { time: new Date(5), rows: { logons: new Uint32Array(), processes: Uint32Array.of(3) } }],
  ["lists", [1, true, ["a", { b: null }]]],
]) {
  test(`a value that is ${name}`, () => assert.deepEqual(unpackValue(cross(pack(value))), value));
}

test("a file is read first", async () => {
  const waiting = [];
  const packed = pack({ files: [new File(["a,b"], "log.csv", { type: "text/csv" })] }, waiting);
  await Promise.all(waiting);
  const { files: [file] } = unpackValue(packed);
  assert.deepEqual([file.name, file.type, await file.text()], ["log.csv", "text/csv", "a,b"]);
});

test("what a view is made of: tables by bytes or by address, nulls of Pyodide, options", () => {
  const tables = [];
  const made = unpack({ logons: new Uint8Array(3), other: { $blob: "blob:x" }, none: { $null: true }, since: { $date: 7 } }, (bytes) => tables.push(bytes));
  assert.deepEqual(made, { logons: 1, other: 2, none: null, since: new Date(7) });
  assert.deepEqual(tables, [new Uint8Array(3), "blob:x"]);
  assert.equal(pack(undefined), null);
  assert.equal(pack(() => 1), null);
});
