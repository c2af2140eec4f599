// Every file of ../shared/data, in Node and in Chromium: it is read and searched,
// both give the same table and the same indicators, and their numbers are those
// of golden.json. Rows agree with Python's csv, json and zipfile modules; the
// indicators behind the numbers were looked at by eye.
//
//   UPDATE_GOLDEN=1 node --test tests/shared/*.test.mjs     writes golden.json anew; read the difference
//   node tests/shared/show.mjs FILE [TYPE]                  lists what is found in a file, with the text around it
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import * as hb from "../../pkg/node.js";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";
import { data, files } from "./files.mjs";
import { summary } from "./summary.mjs";

const GOLDEN = path.join(import.meta.dirname, "golden.json");
const golden = JSON.parse(fs.readFileSync(GOLDEN, "utf8"));
const updating = Boolean(process.env.UPDATE_GOLDEN);
const skip = !files.length && "../shared is absent";

const inNode = new Map();
for (const file of files) {
  test(`Node: ${file}`, async () => {
    const found = await summary(hb, new Uint8Array(fs.readFileSync(path.join(data, file))), path.basename(file));
    inNode.set(file, found);
    if (!updating) assert.deepEqual(found.held, golden[file]);
  });
}

test("Chromium gives the same tables and indicators as Node", { skip }, async (t) => {
  const site = await serve(path.join(root, "tests/shared"), { mounts: { "/pkg": path.join(root, "pkg"), "/data": data } });
  t.after(() => site.close());
  const { page } = await openPage(t);
  await page.route(`${site.url}/`, (route) => route.fulfill({ contentType: "text/html", body: html("") }));
  await page.goto(`${site.url}/`);
  for (const file of files) {
    const found = await page.evaluate(async ([file, name]) => {
      const [hb, { summary }] = await Promise.all([import("/pkg/index.js"), import("/summary.mjs")]);
      return summary(hb, new URL(`/data/${file}`, location.href), name);
    }, [file, path.basename(file)]);
    assert.deepEqual(found, inNode.get(file), file);
  }
});

test("golden.json has every file, and no other", { skip: skip || updating }, () => {
  assert.deepEqual(Object.keys(golden), files);
});

test.after(() => {
  if (!updating || skip) return;
  const lines = Array.from(inNode, ([file, { held }]) => `${JSON.stringify(file)}: ${JSON.stringify(held)}`);
  fs.writeFileSync(GOLDEN, `{\n${lines.join(",\n")}\n}\n`);
});
