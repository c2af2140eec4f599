// How options are read: what is taken, and what a user is told.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));
const read = (options) => hb.read("a,b\n1,2\n", options);

const TAKEN = [
  ["no options", undefined],
  ["null", null],
  ["an empty object", {}],
  ["undefined and null fields are absent", { name: undefined, columns: null, onBadRow: undefined }],
  ["an object without a prototype", Object.assign(Object.create(null), { name: "x.csv" })],
];
for (const [name, options] of TAKEN) {
  test(`taken: ${name}`, async () => assert.equal((await read(options)).numRows, 1));
}

const REFUSED = [
  ["another case", { onbadrow: "skip" }, /^there is no option `onbadrow`; did you mean `onBadRow`\? \(there are: name, /],
  ["letters swapped", { foramt: "csv" }, /did you mean `format`\?/],
  ["nothing near", { encryption: true }, /^there is no option `encryption` \(there are: /],
  ["the good ones beside it do not hide it", { name: "x", columns: ["a"], colums: ["a"] }, /no option `colums`; did you mean `columns`\?/],
  ["a number for text", { name: 5 }, /^option `name`: invalid type: integer `5`, expected a string/],
  ["text for a list", { columns: "a" }, /^option `columns`: invalid type: string "a", expected a sequence/],
  ["another choice", { onBadRow: "ignore" }, /^option `onBadRow`: unknown variant `ignore`, expected `error` or `skip`/],
  ["a number that JSON has not", { maxBytes: Infinity }, /^option `maxBytes` should be a finite number/],
  ["text for options", "csv", /options should be an object/],
  ["a list for options", ["csv"], /options should be an object/],
  ["a function for a signal", { signal: 5 }, /option `signal` should be an AbortSignal/],
  ["text for a callback", { onProgress: "yes" }, /option `onProgress` should be a function/],
];
// These are the names by which bytes, blobs and tables cross to the worker.
for (const name of ["size", "blob", "table"]) REFUSED.push([`the option ${name}`, { [name]: 5 }, new RegExp(`^there is no option \`${name}\``)]);
for (const [name, options, message] of REFUSED) {
  test(`refused: ${name}`, () => assert.rejects(read(options), { name: "HuntbookError", code: "invalidArgument", message }));
}

for (const worker of [true, false]) {
  test(`refused ${worker ? "with" : "without"} a worker: options that look like a source`, async () => {
    await hb.init({ worker });
    for (const options of [{ size: 5 }, { table: { buffer: 1 } }]) {
      await assert.rejects(hb.unpackBase64(new Uint8Array(9), options), { code: "invalidArgument", message: /^there is no option/ });
    }
  });
}

test("init takes options or nothing", async () => {
  await hb.init(null);
  await assert.rejects(hb.init(5), { name: "HuntbookError", code: "invalidArgument", message: /init: options should be an object/ });
  await assert.rejects(hb.init({ works: true }), { code: "invalidArgument", message: /no option `works`/ });
});
