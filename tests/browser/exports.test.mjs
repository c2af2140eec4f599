// What the export menu saves.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { tableFromIPC } from "apache-arrow";
import { demo } from "./helpers.mjs";

const LOG = "a,b\n1,http://evil.com/x CVE-2021-44228\n2,evil.com\n";

async function saver(t) {
  const all = await demo(t);
  await all.open(() => all.choose(["x.csv", LOG]));
  const save = async (title) => {
    await all.page.click("#export");
    const [download] = await Promise.all([all.page.waitForEvent("download"), all.page.click(`#export + .menu button:has-text("${title}")`)]);
    return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
  };
  return { ...all, save };
}

test("CSV, JSON and Arrow hold the same indicators", async (t) => {
  const { save } = await saver(t);
  const csv = await save("CSV");
  assert.equal(csv.name, "x-indicators.csv");
  const lines = csv.bytes.toString().trim().split("\r\n");
  assert.equal(lines[0], "IoCType,Observable,SourceIndex,SourceColumn,Start,End,Raw,Count");
  assert.deepEqual(lines.slice(1).map((line) => line.split(",").slice(0, 2).join(" ")), ["cve CVE-2021-44228", "dns evil.com", "url http://evil.com/x"]);
  const json = JSON.parse((await save("JSON")).bytes);
  assert.deepEqual(json.map(({ Observable, Count }) => [Observable, Count]), [["CVE-2021-44228", 1], ["evil.com", 2], ["http://evil.com/x", 1]]);
  const arrow = tableFromIPC((await save("Arrow")).bytes);
  assert.deepEqual(arrow.toArray().map((row) => row.Observable), json.map(({ Observable }) => Observable));
});

test("STIX 2.1 says where each was found", async (t) => {
  const { save } = await saver(t);
  const { name, bytes } = await save("STIX");
  assert.equal(name, "x-indicators.stix.json");
  const { type, objects } = JSON.parse(bytes);
  assert.equal(type, "bundle");
  assert.deepEqual(objects.map((object) => object.type).sort(), ["domain-name", "indicator", "indicator", "url", "vulnerability"]);
  assert.deepEqual(objects.filter((object) => object.type === "indicator").map(({ pattern, description }) => [pattern, description]), [
    ["[domain-name:value = 'evil.com']", "Found 2 × in x.csv, first in row 1, column b."],
    ["[url:value = 'http://evil.com/x']", "Found 1 × in x.csv, first in row 1, column b."],
  ]);
});

test("only what the filters leave is saved, in the order shown", async (t) => {
  const { page, save } = await saver(t);
  await page.click("#types [data-type=dns]");
  await page.click("#types [data-type=url]");
  await page.fill("#ioc-filter", "/X");
  await page.waitForFunction(() => document.getElementById("ioc-count").textContent === "1 of 3");
  const json = JSON.parse((await save("JSON")).bytes);
  assert.deepEqual(json.map(({ Observable }) => Observable), ["http://evil.com/x"]);
});

test("the menu works by keys", async (t) => {
  const { page } = await saver(t);
  await page.focus("#export");
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.match(await focused(), /^CSV/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /^Arrow/);
  await page.keyboard.press("End");
  assert.match(await focused(), /^STIX/);
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /^CSV/);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "export");
  assert.equal(await page.getAttribute("#export", "aria-expanded"), "false");
});
