// A page of its own for a chart.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openPage, root, serve } from "../packaging/helpers.mjs";

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>chart</title>
<style>:root { color-scheme: light dark } body { margin: 0 } #box { width: 900px }</style><main><h1>A chart</h1><h2>below</h2><div id="box"></div></main></html>`;

/** An event each minute of a day: even minutes of one host, odd ones of the other. */
export const MINUTES = `
  const start = Date.UTC(2026, 2, 14);
  const minutes = Array.from({ length: 1440 }, (_, i) => i);
  const table = await hb.Table.fromColumns({
    TimeGenerated: minutes.map((i) => new Date(start + i * 60_000)),
    Computer: minutes.map((i) => (i % 2 ? "odd" : "even")),
    CommandLine: minutes.map((i) => "run " + i),
  });`;
export const timeline = `${MINUTES} const chart = hb.timeline(table, { groupBy: "Computer", sourceColumns: ["CommandLine"], title: "Minutes" });`;

/** Waits until what has changed is drawn. */
export const drawn = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** A page with the chart that `code` makes as \`chart\`; `mounts` are more folders that it can load from. */
export async function chartPage(t, code, context = {}, mounts = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-"));
  fs.writeFileSync(path.join(folder, "index.html"), PAGE);
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg"), "/samples": path.join(root, "www/samples"), ...mounts } });
  const { page, log } = await openPage(t, context);
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(log, []);
  });
  await page.goto(site.url);
  await page.evaluate(`(async () => {
    const hb = (globalThis.hb = await import("/pkg/index.js"));
    ${code}
    globalThis.inputs = 0;
    chart.addEventListener("input", () => inputs++);
    document.getElementById("box").append(chart);
    globalThis.chart = chart;
    if (typeof table === "object") globalThis.table = table;
  })()`);
  await drawn(page);
  const stage = await page.locator("huntbook-chart .stage").boundingBox();
  /** A place in the chart, as parts of its width and height. */
  const at = (x, y) => [stage.x + stage.width * x, stage.y + stage.height * y];
  return {
    page,
    log,
    stage,
    at,
    value: () => page.evaluate(() => chart.value && { ...chart.value, rows: [...chart.value.rows] }),
    hours: () => page.evaluate(() => [chart.view.start, chart.view.end].map((end) => (end - Date.UTC(2026, 2, 14)) / 3_600_000)),
    inputs: () => page.evaluate(() => inputs),
    drag: async (from, to) => {
      await page.mouse.move(...at(...from));
      await page.mouse.down();
      await page.mouse.move(...at(...to), { steps: 5 });
      await page.mouse.up();
      await drawn(page);
    },
  };
}
