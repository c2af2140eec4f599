// The indicators: groups, filters, order, and their places in the log.
import assert from "node:assert/strict";
import test from "node:test";
import { demo } from "./helpers.mjs";

const LOG = `time,note
1,see http://b.example.com/x from 203.0.113.7
2,203.0.113.7 asked a.example.com
3,again 203.0.113.7 and 10.0.0.1
`;

test("grouped by type, with the numbers of values and of finds", async (t) => {
  const { open, choose, headings, indicators, text } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  assert.deepEqual(await headings(), ["▾URLs 1 · 1 find", "▾Domains 2 · 2 finds", "▾IPv4 addresses 2 · 4 finds"]);
  assert.deepEqual(await indicators(), ["http://b.example.com/x", "b.example.com", "a.example.com", "203.0.113.7", "10.0.0.1"]);
  assert.equal(await text("#ioc-count"), "5");
});

test("types, text and options filter; each can be undone", async (t) => {
  const { page, open, choose, indicators, text, said } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.click("#types button:has-text('IPv4')");
  assert.deepEqual(await indicators(), ["203.0.113.7", "10.0.0.1"]);
  assert.equal(await page.getAttribute("#types [data-type=ipv4]", "aria-pressed"), "true");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.type), "ipv4");
  await page.fill("#ioc-filter", "EXAMPLE");
  await page.waitForSelector("#ioc-empty:not([hidden])");
  assert.equal(await page.isDisabled("#export"), true);
  await page.click("#ioc-empty button");
  assert.equal(await text("#ioc-count"), "5");
  await page.fill("#ioc-filter", "EXAMPLE");
  await page.waitForFunction(() => document.getElementById("ioc-count").textContent === "3 of 5");
  await page.fill("#ioc-filter", "");
  await page.check("#public-only");
  await said(/^3 indicators\.$/);
  assert.ok(!(await indicators()).includes("10.0.0.1"));
});

test("the head sorts within the groups: up, down, not at all", async (t) => {
  const { page, open, choose, indicators } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  const sort = () => page.click("#ioc-grid .head .cell:has-text('Indicator')");
  const state = () => page.getAttribute("#ioc-grid .head .cell", "aria-sort");
  await sort();
  assert.deepEqual([await state(), await indicators()], ["ascending", ["http://b.example.com/x", "a.example.com", "b.example.com", "10.0.0.1", "203.0.113.7"]]);
  await sort();
  assert.deepEqual([await state(), (await indicators()).at(-1)], ["descending", "10.0.0.1"]);
  await sort();
  assert.equal(await state(), "none");
});

test("a click shows the indicator inside its row; the arrows go to its other places", async (t) => {
  const { page, open, choose, text, said } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.click("#ioc-grid .cell:has-text('203.0.113.7')");
  const marked = () => page.$eval("#row-grid mark", (mark) => [mark.closest(".row").firstChild.textContent, mark.textContent]);
  assert.deepEqual(await marked(), ["1", "203.0.113.7"]);
  assert.equal(await text("#place"), "place 1 of 3");
  const places = [];
  for (const button of ["#next", "#next", "#next", "#previous"]) {
    const before = await text("#status");
    await page.click(button);
    await page.waitForFunction((before) => !document.getElementById("status").textContent.includes("Looking") && document.getElementById("status").textContent !== before, before);
    places.push((await marked())[0]);
  }
  assert.deepEqual(places, ["2", "3", "1", "3"]);
  await page.click("#ioc-grid .cell:has-text('a.example.com')");
  await said(/^a\.example\.com in row 2, column note\.$/);
  assert.ok(await page.isHidden("#places"));
});

test("a place that a filter hides: the filter goes", async (t) => {
  const { page, open, choose, said } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.fill("#row-filter", "again");
  await said(/^1 row shown\.$/);
  await page.click("#ioc-grid .cell:has-text('a.example.com')");
  await page.waitForSelector("#row-grid mark");
  assert.equal(await page.inputValue("#row-filter"), "");
});

test("keyboard: groups fold and open, Enter shows the place", async (t) => {
  const { page, open, choose, headings, indicators } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.focus("#ioc-grid");
  const active = () => page.evaluate(() => document.getElementById(document.getElementById("ioc-grid").getAttribute("aria-activedescendant")).closest("[role=row]").textContent);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.match(await active(), /Domains/);
  await page.keyboard.press("ArrowLeft");
  assert.equal((await indicators()).length, 3);
  assert.match((await headings())[1], /^▸/);
  await page.keyboard.press("ArrowRight");
  assert.equal((await indicators()).length, 5);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.textContent("#row-grid mark"), "b.example.com");
  await page.keyboard.press("End");
  assert.match(await active(), /10\.0\.0\.1/);
  await page.keyboard.press("Home");
  assert.match(await active(), /URLs/);
});

test("hidden and deceiving characters are made visible, and markup stays text", async (t) => {
  const { page, open, choose, rows } = await demo(t);
  await open(() => choose(["x.csv", `<img src=x onerror="alert(1)">,file\n<b>,\u202egnp.exe\n"two\nlines",\u200bevil.com\n`]));
  assert.deepEqual((await rows()).map((row) => row.slice(1)), [["<b>", "⟨U+202E⟩gnp.exe"], ["two⏎lines", "⟨U+200B⟩evil.com"]]);
  assert.equal(await page.$("img"), null);
});
