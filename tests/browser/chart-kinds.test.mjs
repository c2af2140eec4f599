// What is special in the gestures of each kind of chart.
import assert from "node:assert/strict";
import test from "node:test";
import { chartPage, drawn } from "./chart-page.mjs";

/** The page with what these tests ask of it. */
async function kindPage(t, code, context) {
  const chart = await chartPage(t, code, context);
  const { page, stage } = chart;
  const inside = (name) => page.locator(`huntbook-chart .${name}`);
  return {
    ...chart,
    tip: () => inside("tip").innerText(),
    details: inside("aside"),
    /** A place of the page, as `drag` takes it. */
    part: ([x, y]) => [(x - stage.x) / stage.width, (y - stage.y) / stage.height],
    press: async (...keys) => {
      await page.focus("huntbook-chart .stage");
      for (const key of keys) await page.keyboard.press(key);
      await drawn(page);
    },
    /** Points somewhere from the left and the top where the tooltip says what matches. */
    point: async (pattern) => {
      const place = await page.evaluate((source) => {
        const root = chart.shadowRoot;
        const [stage, tip] = [root.querySelector(".stage"), root.querySelector(".tip")];
        const { left, top, width, height } = stage.getBoundingClientRect();
        for (let y = top + 3; y < top + height; y += 6) {
          for (let x = left + 3; x < left + width; x += 6) {
            stage.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y }));
            if (!tip.hidden && new RegExp(source, "s").test(tip.innerText)) return [x, y];
          }
        }
      }, pattern.source);
      assert.ok(place, `nothing says ${pattern}`);
      await page.mouse.move(...place);
      return place;
    },
    click: async (...at) => {
      await page.mouse.click(...at);
      await drawn(page);
    },
  };
}

// Where the triangle of the first is, from the left: its own parent is not in the log.
const TRIANGLE = 30;
const TREE = `
  const log = await hb.Table.fromRows(Array.from({ length: 60 }, (_, i) => ({ EventID: 4688, NewProcessId: "0x" + (i + 2), ProcessId: "0x" + (i < 2 ? i + 1 : 2),
    NewProcessName: "C:\\\\p" + i + ".exe", TimeGenerated: new Date(i * 1000), CommandLine: "run " + i })));
  const tree = await hb.buildProcessTree(log);
  const chart = hb.processTree(tree, { height: 300 });`;

test("a tree: a click chooses and says all, triangles and arrows open and close, Find finds", async (t) => {
  const { page, point, click, press, details, value, inputs } = await kindPage(t, TREE);
  const has = (name) => page.evaluate((name) => chart.toSvg().includes(name), name);
  const [, y] = await point(/^p0\.exe/);
  await click(300, y);
  assert.equal((await value()).name, "p0.exe");
  assert.match(await details.innerText(), /^p0\.exe.*CommandLine\s+run 0/s);
  await click(TRIANGLE, y);
  assert.equal(await has("p5.exe"), false, "closed");
  await click(TRIANGLE, y);
  assert.equal(await has("p5.exe"), true, "open");
  await click(300, y);
  await press("ArrowLeft");
  assert.equal(await has("p5.exe"), false);
  await press("ArrowRight");
  assert.equal(await has("p5.exe"), true);
  assert.equal(await inputs(), 1, "that chooses nothing");

  await page.getByLabel("Find in the chart").fill("run 57");
  await drawn(page);
  assert.match(await page.textContent("huntbook-chart .tip"), /^p57\.exe/);
  await press("Enter");
  assert.equal((await value()).name, "p57.exe");
  // It was far below: two clicks there stay there.
  const before = await page.evaluate(() => chart.view.y);
  assert.ok(before[0] > 10, `${before}`);
  await page.mouse.dblclick(TRIANGLE, y);
  assert.deepEqual(await page.evaluate(() => chart.view.y), before);
});

test("a tree scrolls under a finger once it was touched", async (t) => {
  const { page, at } = await kindPage(t, TREE, { hasTouch: true });
  const touch = await page.context().newCDPSession(page);
  const send = (type, ...points) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  const swipe = async () => {
    await send("touchStart", at(0.5, 0.8));
    for (const y of [0.7, 0.6, 0.5, 0.4, 0.3]) await send("touchMove", at(0.5, y));
    await send("touchEnd");
    return page.evaluate(() => chart.view.y[0]);
  };
  await page.evaluate(() => document.body.style.setProperty("height", "3000px"));
  assert.equal(await swipe(), 0, "the page scrolls");
  await page.evaluate(() => scrollTo(0, 0));
  await page.focus("huntbook-chart .stage");
  assert.ok((await swipe()) > 3);
});

test("a matrix: a click takes a pair, a drag a range of pairs", async (t) => {
  const { point, click, drag, part, value, tip } = await kindPage(t, `
    const table = await hb.Table.fromRows(["ax", "ax", "bx", "by"].map(([user, program]) => ({ user, program })));
    const chart = hb.matrix(table, { x: "user", y: "program" });`);
  const place = await point(/user\s+a/);
  assert.match(await tip(), /user\s+a\s+program\s+x\s+rows\s+2/);
  await click(...place);
  assert.deepEqual(await value(), { x: "a", y: "x", value: 2, rows: [0, 1] });
  await drag(part(place), part(await point(/user\s+b\s+program\s+y/)));
  const { xValues, yValues, rows } = await value();
  assert.deepEqual([xValues, yValues, rows], [["a", "b"], ["x", "y"], [0, 1, 2, 3]]);
});

test("clusters: a drag takes a rectangle", async (t) => {
  const { drag, value } = await kindPage(t, `
    const table = await hb.Table.fromRows(Array.from({ length: 100 }, (_, i) => ({ a: i % 10, b: Math.floor(i / 10), Cluster: i % 3 })));
    const chart = hb.clusters(table, { x: "a", y: "b" });`);
  await drag([0.3, 0.3], [0.7, 0.6]);
  const { x, y, rows } = await value();
  const inside = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 10 >= x[0] && i % 10 <= x[1] && Math.floor(i / 10) >= y[0] && Math.floor(i / 10) <= y[1]);
  assert.ok(inside.length > 5 && inside.length < 40, `${inside}`);
  assert.deepEqual(rows, inside);
});

test("a heatmap: a drag takes hours of days", async (t) => {
  const { point, drag, click, part, value } = await kindPage(t, `
    const table = await hb.Table.fromRows(Array.from({ length: 168 }, (_, i) => ({ TimeGenerated: new Date(Date.UTC(2026, 2, 9) + i * 3600e3) })));
    const chart = hb.heatmap(table);`);
  const from = await point(/^Tue 09:00/);
  const to = await point(/^Wed 11:00/);
  await drag(part(from), part(to));
  const { hours, weekdays, rows } = await value();
  assert.deepEqual([hours, weekdays, rows], [[9, 12], ["Tue", "Wed"], [33, 34, 35, 57, 58, 59]]);
  await click(...to);
  assert.deepEqual((await value()).rows, [59]);
});

test("sessions: n goes from the rarest to the next, and the chosen one's commands stand beside", async (t) => {
  const { press, details, value } = await kindPage(t, `
    const rows = Array.from({ length: 40 }, (_, i) => ["logon", "read", i === 17 ? "delete" : "read", "logoff"].map((Operation, step) => ({ UserId: "u" + i % 4, TimeGenerated: new Date(i * 36e5 + step * 1000), Operation }))).flat();
    const sessions = await hb.sessionize(await hb.Table.fromRows(rows), { groupBy: ["UserId"], eventColumn: "Operation", maxGapMinutes: 20 });
    const chart = hb.sessions(await hb.scoreSessions(sessions));`);
  await press("n", "Enter");
  const first = await value();
  assert.equal(first.group, "u1");
  assert.equal(+first.time, 17 * 36e5);
  assert.match(await details.innerText(), /logon.*read.*delete.*logoff/s);
  await press("n", "Enter");
  assert.notEqual(+(await value()).time, +first.time);
});

test("a series: n and p go from anomaly to anomaly", async (t) => {
  const { page, press, value } = await kindPage(t, `
    const rows = Array.from({ length: 240 }, (_, i) => ({ TimeGenerated: new Date(i * 36e5), v: 20 + (i % 24) + (i === 100 || i === 180 ? 90 : 0) + (i % 7) / 10 }));
    const table = await hb.timeSeriesAnomalies(await hb.Table.fromRows(rows), { valueColumn: "v", bin: "1h", period: "1d" });
    const chart = hb.timeSeries(table);`);
  const unusual = await page.evaluate(() => table.filter({ column: "anomalies", ne: 0 }).rows().map((row) => [+row.TimeGenerated, row.anomalies]));
  assert.ok(unusual.length >= 2);
  for (const expected of unusual) {
    await press("n", "Enter");
    const { time, anomaly } = await value();
    assert.deepEqual([+time, anomaly], expected);
  }
  assert.match(await page.textContent("huntbook-chart .said"), /than usual/);
  await press("p", "Enter");
  assert.equal(+(await value()).time, unusual.at(-2)[0]);
});
