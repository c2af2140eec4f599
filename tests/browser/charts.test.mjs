// Charts as users take them: by mouse, wheel, keys and fingers, in a page of their own.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { root } from "../packaging/helpers.mjs";
import { chartPage, drawn, timeline } from "./chart-page.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");

test("a drag chooses a range, a click one event, Escape nothing", async (t) => {
  const { page, at, drag, value, inputs } = await chartPage(t, timeline);
  assert.equal(await value(), null);
  await drag([0.4, 0.2], [0.6, 0.3]);
  const range = await value();
  assert.ok(range.start instanceof Date && range.end > range.start);
  assert.ok(range.rows.length > 200 && range.rows.length < 400, `${range.rows.length}`);
  assert.equal(await inputs(), 1);
  assert.match(await page.textContent("huntbook-chart .status"), new RegExp(`^${range.rows.length} rows chosen from 2026-03-14 0`));
  assert.equal(await page.evaluate(() => chart.selected().numRows), range.rows.length);

  await page.mouse.click(...at(0.5, 0.15));
  const one = await value();
  assert.deepEqual([one.rows.length, one.group], [1, "even"]);
  await page.keyboard.press("Escape");
  assert.equal(await value(), null);
  assert.equal(await inputs(), 3);
});

test("the tooltip says what is under the pointer", async (t) => {
  const { page, at } = await chartPage(t, timeline);
  await page.mouse.move(...at(0.5, 0.15));
  const tip = page.locator("huntbook-chart .tip");
  await tip.waitFor();
  assert.match(await tip.innerText(), /^even\s+TimeGenerated\s+2026-03-14 1\d:\d\d:00\s+CommandLine\s+run \d+[02468]\s+more here\s+\d+$/);
  await page.mouse.move(5, 5);
  await tip.waitFor({ state: "hidden" });
});

test("Escape closes what the pointer opened, wherever the focus is, and only then chooses nothing", async (t) => {
  const { page, at, value } = await chartPage(t, timeline);
  const tip = page.locator("huntbook-chart .tip");
  await page.mouse.move(...at(0.5, 0.15));
  await tip.waitFor();
  await page.keyboard.press("a");
  assert.equal(await tip.isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await tip.isVisible(), false, "without the focus");
  await page.mouse.click(...at(0.5, 0.15));
  await page.mouse.move(...at(0.4, 0.15));
  await tip.waitFor();
  const chosen = await value();
  await page.keyboard.press("Escape");
  assert.deepEqual([await tip.isVisible(), await value()], [false, chosen], "with the focus");
  await page.keyboard.press("Escape");
  assert.equal(await value(), null);
});

test("wheel and keys zoom and move, but a page that is scrolled past stays", async (t) => {
  const { page, at, hours } = await chartPage(t, timeline);
  const all = await hours();
  await page.mouse.move(...at(0.5, 0.3));
  await page.mouse.wheel(0, -300);
  await drawn(page);
  assert.deepEqual(await hours(), all, "without the focus");
  await page.focus("huntbook-chart .stage");
  await page.mouse.wheel(0, -300);
  await drawn(page);
  const near = await hours();
  assert.ok(near[1] - near[0] < 0.6 * (all[1] - all[0]), `${near}`);
  await page.mouse.wheel(100, 0);
  assert.ok((await hours())[0] > near[0], "a turn sideways moves");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("+");
  const nearer = await hours();
  assert.ok(nearer[1] - nearer[0] < 0.6 * (near[1] - near[0]));
  await page.keyboard.press("0");
  assert.deepEqual(await hours(), all);
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  await page.keyboard.press("Enter");
  assert.deepEqual(await page.evaluate(() => [...chart.value.rows]), [2]);
  assert.match(await page.textContent("huntbook-chart .said"), /^even, TimeGenerated: 2026-03-14 00:02:00, CommandLine: run 2$/);
});

test("buttons move, zoom, reset, hide lanes and show data", async (t) => {
  const { page, drag, hours, value } = await chartPage(t, timeline);
  const all = await hours();
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  await press("+");
  const near = await hours();
  await press("Move");
  await drag([0.4, 0.2], [0.6, 0.2]);
  assert.ok((await hours())[0] < near[0]);
  assert.equal(await value(), null);
  await press("Reset");
  assert.deepEqual(await hours(), all);
  await press("Rows");
  assert.deepEqual(await page.locator("huntbook-chart .rows td").allTextContents(), ["even", "720", "2026-03-14T00:00:00.000Z", "2026-03-14T23:58:00.000Z", "odd", "720", "2026-03-14T00:01:00.000Z", "2026-03-14T23:59:00.000Z"]);
  const height = await page.evaluate(() => chart.shadowRoot.querySelector(".stage").offsetHeight);
  const odd = page.locator("huntbook-chart .legend button", { hasText: "odd" });
  assert.equal(await odd.getAttribute("aria-pressed"), "true");
  await odd.click();
  await drawn(page);
  assert.equal(await odd.getAttribute("aria-pressed"), "false");
  await page.evaluate(() => (chart.value = { start: new Date(Date.UTC(2026, 2, 14)), end: new Date(Date.UTC(2026, 2, 14, 1)) }));
  assert.equal((await value()).rows.length, 31, "of the lane that is shown");
  assert.ok((await page.evaluate(() => chart.shadowRoot.querySelector(".stage").offsetHeight)) <= height);
});

test("the strip below moves and narrows what is shown", async (t) => {
  const { drag, hours, stage } = await chartPage(t, timeline);
  const strip = (stage.height - 15) / stage.height;
  const [from, to] = await hours();
  await drag([0.985, strip], [0.5, strip]);
  const half = await hours();
  assert.ok(half[1] < 14 && half[0] === from, `${half}`);
  await drag([0.25, strip], [0.45, strip]);
  const moved = await hours();
  assert.ok(moved[0] > half[0] && Math.abs(moved[1] - moved[0] - (half[1] - half[0])) < 0.01 && moved[1] < to);
});

test("fingers choose, pinch and leave the page to scroll", async (t) => {
  const { page, at, hours, value, inputs } = await chartPage(t, timeline, { hasTouch: true });
  const all = await hours();
  const touch = await page.context().newCDPSession(page);
  const send = (type, ...points) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await send("touchStart", at(0.4, 0.2));
  await send("touchMove", at(0.5, 0.2));
  await send("touchMove", at(0.6, 0.2));
  await send("touchEnd");
  const chosen = await value();
  assert.ok(chosen.rows.length > 200);
  await send("touchStart", at(0.45, 0.2));
  await send("touchStart", at(0.45, 0.2), at(0.55, 0.2));
  await send("touchMove", at(0.35, 0.2), at(0.65, 0.2));
  await send("touchMove", at(0.3, 0.2), at(0.7, 0.2));
  await send("touchEnd");
  const pinched = await hours();
  assert.ok(pinched[1] - pinched[0] < 0.5 * (all[1] - all[0]), `${pinched}`);
  assert.deepEqual(await value(), chosen, "two fingers choose nothing else");
  assert.equal(await inputs(), 1);
  assert.equal(await page.$eval("huntbook-chart", (chart) => getComputedStyle(chart.shadowRoot.querySelector(".stage")).touchAction), "pan-y");

  await send("touchStart", at(0.5, 0.15));
  await send("touchEnd");
  assert.match(await page.locator("huntbook-chart .tip").innerText(), /^even/, "a tap says what it chose");
});

test("pictures are sharp on dense screens, and saved as SVG and PNG", async (t) => {
  const { page } = await chartPage(t, timeline, { deviceScaleFactor: 2 });
  assert.equal(await page.evaluate(() => chart.shadowRoot.querySelector("canvas").width), 1800);
  const svg = await page.evaluate(() => chart.toSvg({ width: 500 }));
  assert.match(svg, /^<svg role="img" width="500" .*<title>Minutes\. Timeline of 1440 events in 2 lanes/s);
  const [type, size] = await page.evaluate(async () => {
    const blob = await chart.toPng({ width: 500, scale: 2 });
    const image = await createImageBitmap(blob);
    return [blob.type, image.width];
  });
  assert.deepEqual([type, size], ["image/png", 1000]);
});

test("wrong options are errors at once, and say what to do", async (t) => {
  const { page } = await chartPage(t, timeline);
  for (const [code, expected] of [
    ["hb.timeline([{ a: 1 }])", /invalidArgument: timeline: the first argument should be a Table/],
    ["hb.timeline({})", /invalidArgument: timeline: the first argument/],
    ["hb.timeline(table, { groupby: ['x'] })", /invalidArgument: there is no option `groupby`; did you mean `groupBy`\?/],
    ["hb.timeline(table, { groupBy: 'x' })", /columnNotFound: no column `x`/],
    ["hb.timeline(table, { timeZone: 'Mars' })", /invalidArgument: option `timeZone`: there is no zone "Mars"/],
    ["hb.timeline(table, { height: -1 })", /invalidArgument: timeline: option `height`/],
    ["hb.timeline(table, { theme: 'blue' })", /invalidArgument: timeline: option `theme` should be "light" or "dark"/],
    ["(chart.view = {})", /invalidArgument: view should be/],
  ]) {
    const said = await page.evaluate(`(async () => {
      const table = await hb.Table.fromRows([{ TimeGenerated: new Date(0) }]);
      try { ${code}; } catch (error) { return error.code + ": " + error.message; }
    })()`);
    assert.match(said ?? "no error", expected, code);
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong with a chart, ${colorScheme}`, async (t) => {
    const { page, drag } = await chartPage(t, timeline, { colorScheme });
    assert.equal(await page.evaluate(() => chart.hasAttribute("data-dark")), colorScheme === "dark");
    await drag([0.4, 0.2], [0.6, 0.3]);
    await page.getByRole("button", { name: "Rows" }).click();
    await page.locator("huntbook-chart .legend button").first().click();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
    assert.deepEqual(found, []);
  });
}
