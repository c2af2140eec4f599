// The page of examples/observable/framework, built by Framework as it is and opened.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { openPage, serve } from "../packaging/helpers.mjs";
import { EXAMPLES, MODULES, becomes, cellsOf, countTables, drag, run, truth } from "./helpers.mjs";

const FOLDER = path.join(EXAMPLES, "observable/framework");

let site;
test.before(async (t) => {
  // What it kept of an earlier build is of an earlier huntbook.
  for (const made of ["dist", "src/.observablehq"]) fs.rmSync(path.join(FOLDER, made), { recursive: true, force: true });
  run("observable/framework", "@observablehq/framework/dist/bin/observable.js", ["build"], {
    node: ["--import", path.join(import.meta.dirname, "offline-fetch.mjs")],
    env: { HUNTBOOK_MODULES: MODULES, OBSERVABLE_TELEMETRY_DISABLE: "1" },
  });
  site = await serve(path.join(FOLDER, "dist"));
  t.after(() => site.close());
});

async function open(t) {
  const { page, log } = await openPage(t);
  t.after(() => assert.deepEqual(log, []));
  await page.goto(site.url);
  await page.locator("huntbook-chart").nth(1).waitFor();
  return page;
}
const card = (page, title) => page.locator(".card", { has: page.locator(`h2:text-is("${title}")`) });

test("the page shows what was planted", async (t) => {
  const page = await open(t);
  assert.equal(await card(page, "Processes").locator(".big").textContent(), "17,021");
  assert.equal(await card(page, "Encoded scripts").locator(".big").textContent(), "4");
  const rows = await cellsOf(page.locator("main form").first());
  assert.equal(await card(page, "Like no other").locator(".big").textContent(), String(rows.length));
  const first = Date.parse(truth.story.encodedPowerShell[0].time);
  assert.ok(first - Date.parse(rows[0][0]) < 60_000, `${rows[0][0]} is not when it began`);
  const encoded = await cellsOf(card(page, "Indicators that were encoded"));
  assert.deepEqual(encoded[0], ["url", "http://198.51.100.23/a/7f3e/stage.ps1"]);
  assert.equal(await page.locator("svg [aria-label=bar] rect").count(), 9, "a bar for each rule");
  // The module is a file beside the script, as import.meta.resolve says.
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  assert.ok(loaded.some((name) => /^\/_node\/huntbook@.*\/huntbook_bg\.wasm$/.test(name)), loaded.join());
});

test("dragging over the chart changes the rest of the page, and frees what it showed", async (t) => {
  const page = await open(t);
  const script = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).find((name) => /_node\/huntbook@.*\.js$/.test(name)));
  await countTables(page, script);
  const table = () => cellsOf(page.locator("main form").first());
  const all = await table();
  const chart = page.locator("huntbook-chart").first();
  await drag(page, chart, 0.55, 0.75);
  await becomes(() => chart.evaluate(({ value }) => value !== null), true);
  const { start, end } = await chart.evaluate(({ value }) => ({ start: +value.start, end: +value.end }));
  const wanted = all.filter(([time]) => Date.parse(time) >= start && Date.parse(time) <= end);
  assert.ok(wanted.length > 1 && wanted.length < all.length);
  await becomes(async () => JSON.stringify(await table()), JSON.stringify(wanted));
  await becomes(() => page.locator("huntbook-chart .title").textContent(), wanted[0][1]);
  const freed = await page.evaluate(() => globalThis.freed);
  assert.ok(freed.includes(all.length), `freed were tables of ${freed} rows`);
});
