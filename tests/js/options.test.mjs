// How options are read: what is taken, and what a user is told.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));
const read = (options) => hb.read("a,b\n1,2\n", options);

test("options in options are read as those outside", async () => {
  const events = await hb.Table.fromRows([0, 5, 700].map((minute) => ({ TimeGenerated: new Date(minute * 60_000), Operation: "x" })));
  const score = async (sessionize, options) => (await hb.scoreSessions(events, { sessionize, ...options })).numRows;
  assert.equal(await score({ maxGapMinutes: Infinity, maxSessionMinutes: Infinity }), 1);
  assert.equal((await hb.sessionize(events, { maxGapMinutes: Infinity, maxSessionMinutes: Infinity })).numRows, 1);
  assert.equal(await score({ maxGapMinutes: Infinity }), 2);
  assert.equal(await score({ groupBy: null, perEvent: undefined, maxGapMinutes: null }), 3);
  for (const [options, message] of [
    [{ maxGapMinutes: NaN }, /^option `sessionize.maxGapMinutes` should be a finite number$/],
    [{ maxGapMinutes: -Infinity }, /^option `sessionize.maxGapMinutes` should be a finite number$/],
    [{ maxGapMinutes: "2" }, /^option `sessionize.maxGapMinutes` should be a number, but is "2"$/],
    [{ groupBy: "User", maxGapMinutes: 1 }, /^option `sessionize.groupBy` should be a list/],
    [{ groupby: ["User"] }, /^there is no option `groupby` in `sessionize`; did you mean `groupBy`\?/],
  ]) {
    await assert.rejects(score(options), { code: "invalidArgument", message });
  }
  // Null is a value in a condition.
  await assert.rejects(score({}, { trainOn: { column: "StartTime", eq: null } }), { message: /trainOn leaves no session/ });
});

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
  ["a number for text", { name: 5 }, /^option `name` should be text, but is 5$/],
  ["text for a list", { columns: "a" }, /^option `columns` should be a list, such as \["EventID"\], but is "a"$/],
  ["another choice", { onBadRow: "ignore" }, /^option `onBadRow`: there is no choice `ignore` \(there are: error, skip\)$/],
  ["a misspelt choice", { onBadRow: "skp" }, /^option `onBadRow`: there is no choice `skp`; did you mean `skip`\?/],
  ["a number in a list of texts", { columns: ["a", 5] }, /^each of option `columns` should be text$/],
  ["a fraction", { limits: { maxBytes: 1.5 } }, /^option `limits.maxBytes` should be a whole number of 0 or more, but is 1.5$/],
  ["a number below 0", { limits: { maxBytes: -1 } }, /^option `limits.maxBytes` should be a whole number of 0 or more, but is -1$/],
  ["NaN in a list", { columns: [NaN] }, /^option `columns\[0\]` should be a finite number/],
  ["no date", { name: new Date(NaN) }, /^option `name` should be a valid date/],
  ["a number that JSON has not", { maxBytes: Infinity }, /^option `maxBytes` should be a finite number/],
  ["text for options", "csv", /options should be an object/],
  ["a list for options", ["csv"], /options should be an object/],
  ["a function for a signal", { signal: 5 }, /option `signal` should be an AbortSignal/],
  ["text for a callback", { onProgress: "yes" }, /option `onProgress` should be a function/],
];
// These are the names by which bytes, blobs and tables cross to the worker.
for (const name of ["size", "blob", "table"]) REFUSED.push([`the option ${name}`, { [name]: 5 }, new RegExp(`^there is no option \`${name}\``)]);
const circle = { columns: [] };
circle.columns.push(circle.columns);
REFUSED.push(["a circle", circle, /should not be that deep, or a circle/]);
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
