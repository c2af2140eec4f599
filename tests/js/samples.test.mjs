// The demo's samples hold planted indicators; all of them are found.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const samples = path.resolve(import.meta.dirname, "../../www/samples");
const { indicators } = JSON.parse(fs.readFileSync(path.join(samples, "truth.json"), "utf8"));

for (const [file, planted] of Object.entries(indicators)) {
  test(`${file}: ${planted.length} planted indicators`, async () => {
    const table = await hb.read(new Uint8Array(fs.readFileSync(path.join(samples, file))), { name: file });
    const found = await hb.extractIocs(table, { paths: true, unique: true });
    const values = new Set(found.rows().map(({ IoCType, Observable }) => `${IoCType} ${Observable.toLowerCase()}`));
    const missed = planted.map(({ type, value }) => `${type} ${value.toLowerCase()}`).filter((value) => !values.has(value));
    assert.deepEqual(missed, []);
    table.free();
    found.free();
  });
}
