// The class Table, as users see it. Uses `pkg/` after `make build`; a raw
// wasm-bindgen build elsewhere can be named by HUNTBOOK_RAW.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const Table = await load();

async function load() {
  if (!process.env.HUNTBOOK_RAW) return (await import("../../pkg/node.js")).Table;
  const { makeTable } = await import("../../pkg-templates/table.js");
  const raw = await import(pathToFileURL(`${process.env.HUNTBOOK_RAW}/huntbook.js`));
  await raw.default({ module_or_path: readFileSync(`${process.env.HUNTBOOK_RAW}/huntbook_bg.wasm`) });
  return makeTable(async () => raw);
}

const code = (expected) => (error) => error.name === "HuntbookError" && error.code === expected;

const numbers = () => Table.fromColumns({
  id: [3, 1, 2],
  score: [0.5, null, Number.NaN],
  big: new BigInt64Array([1n, 2n ** 60n, -1n]),
  small: new Uint8Array([7, 8, 9]),
  none: [null, undefined, null],
});

test("columns keep their types and values", async () => {
  const table = await numbers();
  assert.deepEqual(table.columns.map(({ type }) => type), ["int64", "float64", "int64", "uint8", "text"]);
  assert.deepEqual(table.column("id"), Float64Array.of(3, 1, 2));
  assert.deepEqual(table.column("score"), [0.5, null, Number.NaN]);
  assert.deepEqual(table.column("big"), BigInt64Array.of(1n, 2n ** 60n, -1n));
  assert.deepEqual(table.column("small"), Uint8Array.of(7, 8, 9));
  assert.deepEqual(table.row(1), { id: 1, score: null, big: 2n ** 60n, small: 8, none: null });
  assert.throws(() => table.column("ID"), code("columnNotFound"));
  assert.throws(() => table.row(3), code("invalidArgument"));
  assert.throws(() => table.column("id", { rawe: true }), code("invalidArgument"));
});

test("integers at the ends of their range", async () => {
  const values = [0, -1, 2 ** 53 - 1, -(2 ** 53 - 1), 4294967296, -4294967297];
  const table = await Table.fromColumns({ n: values, u: BigUint64Array.of(0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 5n) });
  assert.deepEqual([...table.column("n")], values);
  assert.deepEqual([...table.getChild("u")], [0, 1, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 5]);
});

test("choosing, sorting and joining", async () => {
  const table = await numbers();
  assert.deepEqual([...table.sort("id").column("id")], [1, 2, 3]);
  assert.deepEqual([...table.sort({ column: "id", descending: true }).column("id")], [3, 2, 1]);
  assert.deepEqual([...table.filter((row) => row.id > 1).column("small")], [7, 9]);
  assert.deepEqual([...table.filter({ column: "big", eq: 2n ** 60n }).column("id")], [1]);
  assert.equal(table.slice(-2).numRows, 2);
  assert.equal(table.concat(table).numRows, 6);
  assert.deepEqual(table.select(["small"]).rename("small", "tiny").columns, [{ name: "tiny", type: "uint8" }]);
  assert.throws(() => table.rename("small"), { code: "invalidArgument", message: /rename takes/ });
  assert.deepEqual(table.select(["small"]).columns, [{ name: "small", type: "uint8" }]);
  assert.throws(() => table.filter({ column: "id", equals: 1 }), code("invalidArgument"));
  assert.throws(() => table.sort({ column: "id", desc: true }), code("invalidArgument"));
});

test("Arrow, CSV and JSON", async () => {
  const table = await numbers();
  for (const format of ["stream", "file"]) {
    if (format === "file" && process.env.HUNTBOOK_RAW) continue; // its reader is in another part
    const again = await Table.fromArrow(table.toArrow({ format }));
    assert.deepEqual(again.rows(), table.rows());
  }
  assert.equal(table.select(["id"]).toCsv(), "id\r\n3\r\n1\r\n2\r\n");
  assert.equal(table.select(["id"]).toJson({ shape: "ndjson" }), '{"id":3}\n{"id":1}\n{"id":2}\n');
  assert.ok(table.toCsv({ bytes: true }) instanceof Uint8Array);
  assert.throws(() => table.toCsv({ delimeter: ";" }), code("invalidArgument"));
});

test("other libraries take it as an Arrow table", async () => {
  const table = await numbers();
  assert.equal(typeof table.getChild, "function");
  assert.deepEqual(table.schema.fields.map(({ name }) => name), ["id", "score", "big", "small", "none"]);
  assert.equal(table.getChild("absent"), null);
  assert.equal([...table].length, 3);
  // Inputs.table takes `columns` for names; Plot.groupX calls `at`.
  assert.deepEqual(table.columns.map(String), ["id", "score", "big", "small", "none"]);
  assert.deepEqual([table.at(0).id, table.at(-1).id, table.at(3), table.at(-4)], [3, 2, undefined, undefined]);
  assert.deepEqual([table.get(0), table.get(3)], [table.at(0), undefined]);
  // Inputs.table looks for the field whose name is that of `columns`, where these are objects.
  for (const column of table.columns) assert.equal(table.schema.fields.find(({ name }) => name === column)?.name, column.name);
  assert.equal(table.schema.fields.find(({ name }) => name === "big").type.typeId, 2);
  assert.equal(table.schema.fields.find(({ name }) => name === "absent"), undefined);
  assert.equal(Object.prototype.toString.call(table), "[object Table(3 rows × 5 columns)]");
  assert.match(table._toHtml(), /<th title="int64" [^>]*>id<\/th>/);
});

test("a column named __proto__ is a column", async () => {
  const table = await Table.fromColumns({ ["__proto__"]: [1] });
  assert.equal(Object.getPrototypeOf(table.row(0)), Object.prototype);
  assert.deepEqual(Object.entries(table.row(0)), [["__proto__", 1]]);
});

test("a freed table says so", async () => {
  const table = await numbers();
  table.free();
  table.free();
  assert.throws(() => table.numRows, code("invalidArgument"));
  assert.throws(() => table.rows(), /freed/);
});

test("rows from objects", { skip: process.env.HUNTBOOK_RAW ? "needs the NDJSON reader" : false }, async () => {
  const when = new Date("2024-05-01T12:00:00.250Z");
  const table = await Table.fromRows([
    { text: "é \ud800", when, big: 2n ** 60n, user: { name: "bob" }, tags: ["a", "b"] },
    { text: "\\ud800", when, big: 1n, user: { name: null }, tags: [], late: true },
  ]);
  assert.deepEqual(table.rows(), [
    { text: "é \ufffd", when, big: 2n ** 60n, "user.name": "bob", tags: ["a", "b"], late: null },
    { text: "\\ud800", when, big: 1, "user.name": null, tags: [], late: true },
  ]);
  assert.deepEqual(table.column("when", { raw: true }), BigInt64Array.of(1714564800250000n, 1714564800250000n));
  await assert.rejects(Table.fromRows([1]), code("invalidArgument"));
});
