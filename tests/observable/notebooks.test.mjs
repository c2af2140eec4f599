// The notebooks of examples/observable/notebooks, built by Notebook Kit as it is and run as their readers run them.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { openPage, serve } from "../packaging/helpers.mjs";
import { answerCdn } from "./cdn.mjs";
import { EXAMPLES, MODULES, becomes, cellsOf, countTables, drag, makeSamples, run, scratch, truth } from "./helpers.mjs";

const FOLDER = "observable/notebooks";
const source = (name) => fs.readFileSync(path.join(EXAMPLES, FOLDER, `${name}.html`), "utf8");
const NAMES = fs.readdirSync(path.join(EXAMPLES, FOLDER)).filter((name) => name.endsWith(".html"));
const HUNTBOOK = `https://cdn.jsdelivr.net/npm/huntbook@${JSON.parse(fs.readFileSync(path.join(MODULES, "huntbook/package.json"), "utf8")).version}`;

let site;
test.before(async (t) => {
  makeSamples(`${FOLDER}/data`);
  const folder = scratch(t);
  run(FOLDER, "@observablehq/notebook-kit/dist/bin/notebooks.js", ["build", "--root", ".", "--out", folder, "--empty", ...NAMES]);
  site = await serve(folder);
  t.after(() => site.close());
});

/** A notebook that runs. `cell(code)` is what the cell that has this code shows. */
async function open(t, name, url = site.url) {
  const { page, log } = await openPage(t);
  const asked = await answerCdn(page, MODULES);
  await page.goto(`${url}/${name}.html`);
  t.after(() => assert.deepEqual(log, []));
  const cell = (code) => {
    const [, id] = source(name).slice(0, source(name).indexOf(code)).match(/.*<script id="(\d+)"/s);
    return page.locator(`#cell-${id}`);
  };
  /** Waits until the text of a cell matches. */
  const says = async (code, pattern) => {
    const handle = await cell(code).elementHandle();
    await page.waitForFunction(([cell, source]) => new RegExp(source, "s").test(cell.textContent), [handle, pattern.source]);
  };
  const rows = (code) => cellsOf(cell(code));
  return { page, asked, cell, says, rows };
}

/** When the rows of a table of events are. */
const times = (rows) => rows.map(([time]) => Date.parse(time));

test("the click: indicators, what is encoded, and what is alone", async (t) => {
  const { asked, cell, says, rows } = await open(t, "the-click");
  await says("hb.treeToText(", /wscript\.exe/);
  assert.ok(asked.includes(`${new URL(HUNTBOOK).pathname}/+esm`), "huntbook comes from the CDN, by its version");

  const planted = truth.indicators["threat-report.md"];
  const found = await rows("hb.extractIocs(report");
  for (const [type, value] of found) {
    const known = planted.some((one) => one.type === type && one.value === value) || planted.some((one) => one.value.includes(value));
    assert.ok(known, `${type} ${value} was not planted`);
  }
  const bars = await cell("interval: 1").locator("svg [aria-label=bar] rect").count();
  assert.equal(bars, new Set(planted.map(({ type }) => type)).size, "a bar for each type");

  const hits = await rows("const seen");
  const ours = planted.filter(({ value }) => !/^10\.|larkfield/.test(value)).map(({ value }) => value);
  assert.equal(hits.length, 8);
  for (const [, , , command] of hits) assert.ok(ours.some((value) => command.includes(value)), command);

  const texts = (await rows("const parts")).map(([, , , , text]) => text);
  for (const { decoded } of truth.story.encodedPowerShell) assert.ok(texts.includes(decoded), decoded);
  assert.match(await cell("const hidden").textContent(), /innermost script:.*Invoke-WebRequest.*198\.51\.100\.23\/a\/7f3e\/stage\.ps1/s);

  const alone = await rows("const shown");
  const script = truth.story.encodedPowerShell[0].time;
  assert.ok(times(alone)[0] < Date.parse(script), "the script came before its PowerShell");
  for (const { time } of truth.story.lateralMovement.filter(({ how }) => how.startsWith("WMI"))) assert.ok(times(alone).includes(Date.parse(time)), time);
});

test("the click: what is chosen in the timeline changes the cells below, and what was there is freed", async (t) => {
  const { page, cell, says, rows } = await open(t, "the-click");
  await says("hb.treeToText(", /wscript\.exe/);
  await countTables(page, `${HUNTBOOK}/+esm`);
  const all = await rows("const shown");
  const chart = cell("const chosen").locator("huntbook-chart");
  await drag(page, chart, 0.55, 0.75);
  await becomes(() => chart.evaluate(({ value }) => value !== null), true);
  const { start, end, count } = await chart.evaluate(({ value }) => ({ start: +value.start, end: +value.end, count: value.rows.length }));
  const wanted = all.filter(([time]) => Date.parse(time) >= start && Date.parse(time) <= end);
  assert.ok(count > 1 && count < all.length, `${count} of ${all.length} were chosen`);
  assert.equal(wanted.length, count);
  await becomes(async () => JSON.stringify(await rows("const shown")), JSON.stringify(wanted));
  // The tree is of another time: the slice that was shown, its events, its tree and the ancestors in it are no more.
  await says("hb.treeToText(", /wupdmgr\.exe/);
  const freed = await page.evaluate(() => globalThis.freed);
  assert.ok(freed.includes(all.length), `the rows that were shown were not freed: ${freed}`);
  assert.ok(freed.length >= 4, `freed were tables of ${freed} rows`);

  await page.keyboard.press("Escape");
  await becomes(async () => JSON.stringify(await rows("const shown")), JSON.stringify(all));
});

test("the click: choosing again and again takes no more memory", async (t) => {
  const { page, cell, says } = await open(t, "the-click");
  await says("hb.treeToText(", /wscript\.exe/);
  await countTables(page, `${HUNTBOOK}/+esm`);
  const chart = await cell("const chosen").locator("huntbook-chart").elementHandle();
  const shown = await cell("const shown").elementHandle();
  const tree = await cell("const process").elementHandle();
  const memory = (times) => page.evaluate(async ([address, chart, shown, tree, times]) => {
    const { Table } = await import(address);
    for (let i = 0; i < times; i++) {
      const before = shown.firstElementChild;
      chart.value = { start: new Date(Date.UTC(2026, 2, 11, i % 5)), end: new Date("2026-03-12T12:00:00Z") };
      chart.dispatchEvent(new Event("input", { bubbles: true }));
      // Each run begins when that before it is done: its tree is drawn.
      while (shown.firstElementChild === before || !tree.firstElementChild?.isConnected) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return (await Table.fromRows([]))._raw.constructor.memory().buffer.byteLength;
  }, [`${HUNTBOOK}/+esm`, chart, shown, tree, times]);
  await memory(20);
  const before = await memory(20);
  const freed = await page.evaluate(() => globalThis.freed.length);
  assert.equal(await memory(20), before);
  const more = await page.evaluate(() => globalThis.freed.length) - freed;
  assert.ok(more >= 20, `${more} tables were freed in 20 runs`);
});

test("the click: a process that is clicked on shows its ancestors", async (t) => {
  const { cell, says } = await open(t, "the-click");
  await says("hb.treeToText(", /wscript\.exe/);
  const chart = cell("const process").locator("huntbook-chart");
  await chart.locator("input[type=search]").fill("reg.exe query");
  await chart.locator("input[type=search]").press("Enter");
  await chart.locator(".stage").press("Enter");
  await says("hb.treeToText(", /explorer\.exe.*wscript\.exe.*powershell\.exe.*wupdmgr\.exe.*reg\.exe/);
});

test("the spray: the address that only fails, the account that it opened, and where that is used from", async (t) => {
  const { page, cell, says, rows } = await open(t, "the-spray");
  const { success, from } = truth.story.passwordSpray;
  await says("const who", /: 121 sign-ins to 12 accounts\. Worked: 1\./);
  assert.match(await cell("const who").textContent(), new RegExp(from[0].replaceAll(".", "\\.")));
  await becomes(async () => (await rows("const picked"))[0]?.[1], success.user);
  assert.equal(Date.parse((await rows("const picked"))[0][0]), Date.parse(success.time));
  assert.equal(await cell("const ofAccount").locator("huntbook-chart .title").textContent(), success.user);
  const seen = await rows("const first");
  for (const address of [from[0], from[2]]) assert.ok(seen.some(([ip]) => ip === address), `${address} is not in ${seen}`);

  const bars = await cell('"crimson"').locator("svg [aria-label=bar] rect").evaluateAll((bars) => bars.map((bar) => bar.getAttribute("fill")));
  assert.ok(bars.includes("crimson") && bars.includes("silver"));
  const dots = await cell("Plot.dot(failed").locator("svg [aria-label=dot] circle").count();
  assert.match(await cell("const signIns").textContent(), new RegExp(`\\b${dots}\\b failed`));
  // Times are times: the axis says so.
  assert.match(await cell("Plot.dot(failed").textContent(), /Mar 11/);

  // Another address that tried, and opened nothing.
  const chart = cell("const node").locator("huntbook-chart");
  await chart.evaluate((chart, node) => {
    chart.value = { node };
    chart.dispatchEvent(new Event("input", { bubbles: true }));
  }, from[1]);
  await says("const who", /203\.0\.113\.78: 119 sign-ins.*Worked: 0\./);

  // Ticking a row makes its account the one that is looked at.
  const box = cell("const picked").locator("tbody input").nth(3);
  const account = (await rows("const picked"))[3][1];
  await box.click();
  await becomes(() => cell("const ofAccount").locator("huntbook-chart .title").textContent(), account);
  assert.equal(await page.locator(".observablehq--error").count(), 0);
});

test("the beacon: who polls, what was sent, and what left as names", async (t) => {
  const { page, cell, says, rows } = await open(t, "the-beacon");
  const { beacon, exfiltration: [upload, tunnel] } = truth.story;
  await says("const tunnel", /asked for a name/);
  await becomes(async () => (await rows("const pair ")).length, 2);
  await says("Plot.binX(", /seconds between/);
  const [first, second] = await rows("const pair ");
  assert.deepEqual(first.slice(0, 2), [beacon.client, beacon.host]);
  assert.ok(Math.abs(Number(first[3]) - beacon.periodSeconds) < 1, `a period of ${first[3]} s`);
  assert.deepEqual(second.slice(0, 2), [upload.client, upload.host]);
  assert.match(await cell("const tunnel").textContent(), new RegExp(`^${tunnel.queries} times 1 host`));
  assert.equal(await cell("split(\".\").slice(-3)").locator("svg [aria-label=bar] rect").count(), 8);

  // The other pair, chosen in the table, is another histogram.
  const heights = () => cell("Plot.binX(").locator("svg [aria-label=rect] rect").evaluateAll((bars) => bars.map((bar) => bar.getAttribute("height")).join());
  const before = await heights();
  assert.ok(before.split(",").length > 3);
  await cell("const pair ").locator("tbody input").nth(1).click();
  await page.waitForFunction(([cell, count]) => cell.querySelectorAll("[aria-label=rect] rect").length !== count, [await cell("Plot.binX(").elementHandle(), before.split(",").length]);
  assert.notEqual(await heights(), before);

  // The night of the upload, chosen in the chart.
  await says("const within", /16,186 requests sent 7\.\d+ GB/);
  await countTables(page, `${HUNTBOOK}/+esm`);
  await cell("const sent ").locator("huntbook-chart").evaluate((chart) => {
    chart.value = { start: new Date("2026-03-12T02:30:00Z"), end: new Date("2026-03-12T04:15:00Z") };
    chart.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await says("const within", new RegExp(`\\b${(upload.bytes / 1e9).toFixed(2).replace(".", "\\.")} GB`));
  assert.match(await cell("const within").textContent(), /files\.blue-harbor\.example\.org/);
  assert.ok((await page.evaluate(() => globalThis.freed)).includes(16186));
});

test("the build for a network without internet asks nothing of the CDN", async (t) => {
  run(FOLDER, "../offline.mjs", []);
  const server = await serve(path.join(EXAMPLES, FOLDER, "dist"));
  t.after(() => server.close());
  const { asked, says, cell } = await open(t, "the-click", server.url);
  await says("hb.treeToText(", /wscript\.exe/);
  assert.equal(await cell("interval: 1").locator("svg [aria-label=bar] rect").count(), 13);
  assert.deepEqual(asked, []);
});

test("the notebooks name the version that is in this repository", () => {
  for (const name of NAMES) assert.ok(source(name.replace(".html", "")).includes(`npm:${HUNTBOOK.split("/").at(-1)}"`), name);
});
