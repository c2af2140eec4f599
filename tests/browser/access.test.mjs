// For everyone: light and dark, narrow, by keyboard, by screen reader, offline.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { root } from "../packaging/helpers.mjs";
import { demo } from "./helpers.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong in any state, ${colorScheme}`, async (t) => {
    const { page, open, choose } = await demo(t, { settings: { colorScheme } });
    await page.evaluate(axe);
    const check = async (state) => {
      const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
      assert.deepEqual(found, [], state);
    };
    await check("first page");
    await open(() => page.click("#sample-cards button:has-text('Process events')"));
    await page.click("#ioc-grid .row:not(.heading)");
    await page.click("#types button");
    await check("an indicator and a type picked");
    await page.focus("#row-grid");
    await page.keyboard.press("Enter");
    await check("a row");
    await page.keyboard.press("Escape");
    await page.click("#export");
    await check("the export menu");
    await page.keyboard.press("Escape");
    await page.click("#decoded-tab");
    await page.click("#decoded-grid [aria-expanded] .twisty");
    await check("decoded parts");
    await page.click("#decoded-grid .row .link >> nth=0");
    await page.click("#part-iocs");
    await page.waitForSelector("#part-found td");
    await check("a decoded part and its indicators");
    await page.keyboard.press("Escape");
    await page.click("#processes-tab");
    await page.waitForSelector("#process-grid .row");
    await page.check("#risky-only");
    await page.click("#process-grid .row:not(.faint) >> nth=0");
    await page.waitForSelector("#process-about li");
    await check("risky processes");
    for (const tab of ["clusters", "sessions", "anomalies"]) {
      await page.click(`#${tab}-tab`);
      await page.waitForSelector(`#${tab}-notice p:not(:has-text("…")), #${tab}-grid .row`);
      if (await page.isHidden(`#${tab} details[open]`)) await page.click(`#${tab} summary`);
      if (await page.isVisible(`#${tab}-grid .row`)) await page.click(`#${tab}-grid .cell >> nth=2`);
      await check(tab);
    }
    await page.selectOption("#anomalies select[name=group]", "Computer");
    await page.waitForSelector("#anomalies huntbook-chart");
    await check("a chart");
    await choose(["bad.csv", "a,b\n1\n"]);
    await page.waitForSelector("#error:not([hidden])");
    await check("an error");
    await open(() => page.click("#error button"));
    await check("nothing found");
    for (const [tab, notice] of [["#decoded-tab", "#decoded-notice p"], ["#processes-tab", "#processes-notice p"], ["#beacons-tab", "#beacons-notice p"]]) {
      await page.click(tab);
      await page.waitForSelector(`${notice}:not(:has-text("…"))`);
      await check(`${tab}: nothing`);
    }
  });
}

test("the user's choice of colours is kept", async (t) => {
  const { page } = await demo(t, { settings: { colorScheme: "dark" } });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.click("#theme");
  await page.reload();
  assert.equal(await theme(), "light");
});

test("400 pixels wide: nothing sticks out, and a picked indicator's row comes into view", async (t) => {
  const { page, open } = await demo(t);
  await page.setViewportSize({ width: 400, height: 800 });
  const fits = async (what) => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400, what);
  await fits("first page");
  await open(() => page.click("#sample-cards button:has-text('Process events')"));
  await fits("open");
  await page.click("#ioc-grid .row:not(.heading)");
  await page.waitForFunction(() => {
    const mark = document.querySelector("#row-grid mark")?.getBoundingClientRect();
    return mark && mark.top > 0 && mark.bottom < innerHeight && mark.left >= 0 && mark.left < innerWidth;
  });
  await page.click("#decoded-tab");
  await page.waitForSelector("#decoded-grid .row");
  await fits("decoded");
  await page.click("#processes-tab");
  await page.waitForSelector("#process-grid .row");
  await fits("processes");
  await page.check("#risky-only");
  await page.click("#process-grid .row:not(.faint) .branch >> nth=0");
  await fits("a process");
  for (const tab of ["clusters", "sessions"]) {
    await page.click(`#${tab}-tab`);
    await page.click(`#${tab}-grid .row .cell >> nth=0`);
    await page.waitForSelector(`#${tab}-about p`);
    await page.click(`#${tab} summary`);
    await fits(tab);
  }
  await page.click("#indicators-tab");
  for (const [button, panel] of [["#samples-button", ".menu:popover-open"], ["#export", ".menu:popover-open"], ["#row-grid .link", "#row"]]) {
    await page.click(button);
    const { left, right, bottom } = await page.$eval(panel, (panel) => panel.getBoundingClientRect().toJSON());
    assert.ok(left >= 0 && right <= 400 && bottom <= 800, panel);
    await page.keyboard.press("Escape");
  }
});

test("from the first page to a marked row with the keyboard alone", async (t) => {
  const { page, open } = await demo(t);
  await page.focus("#theme");
  const focusOn = async (pattern) => {
    for (let i = 0; i < 30; i++) {
      if (pattern.test(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent))) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${pattern}`);
  };
  await focusOn(/^Threat report/);
  await open(() => page.keyboard.press("Enter"));
  await focusOn(/^ioc-grid$/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#row-grid mark");
  await focusOn(/^row-grid$/);
});

test("once loaded it works without a network, but for samples", async (t) => {
  const { page, open, choose, indicators } = await demo(t, { sample: "threat-report.md" });
  await page.context().setOffline(true);
  await open(() => choose(["x.csv", "a\nevil[.]com\n"]));
  assert.deepEqual(await indicators(), ["evil.com"]);
});

test("the page's policy lets nothing out", async (t) => {
  const { page, log } = await demo(t);
  const error = await page.evaluate(() => fetch("https://example.com/").then(() => "sent", (error) => error.name));
  assert.equal(error, "TypeError");
  assert.match(log.splice(0).join("\n"), /Content Security Policy/);
});

test("where samples were not made, files can still be opened", async (t) => {
  const { page } = await demo(t);
  await page.route("**/samples/index.json", (route) => route.fulfill({ status: 200, body: "[]" }));
  await page.reload();
  await page.waitForSelector("#samples", { state: "hidden" });
  assert.ok(await page.isHidden("#samples-button"));
});
