// What the demo's tests share.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openPage, root, serve } from "../packaging/helpers.mjs";

/** The demo, opened. Nothing may be said on its console, and nothing asked from elsewhere. */
export async function demo(t, { sample, headers, settings } = {}) {
  const site = await serve(path.join(root, "www"), { mounts: { "/pkg": path.join(root, "pkg") }, headers });
  const { page, log } = await openPage(t);
  t.after(() => {
    site.close();
    assert.deepEqual(log, []);
  });
  if (settings) await page.emulateMedia(settings);

  /** Does `act` and waits until what it opens is shown. */
  const open = async (act) => {
    if (page.url() !== "about:blank") await page.evaluate(() => (document.getElementById("status").textContent = ""));
    await act();
    await page.waitForFunction(() => / indicators? in [\d.]+ s\.$/.test(document.getElementById("status").textContent));
  };
  const load = () => page.goto(`${site.url}/${sample ? `#sample=${sample}` : ""}`);
  if (sample) await open(load);
  else await load();
  await page.waitForSelector("#sample-cards button", { state: "attached" });

  const choose = (...files) => page.setInputFiles("#file", files.map(([name, content]) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) })));
  return {
    page,
    log,
    open,
    choose,
    text: (selector) => page.textContent(selector),
    /** Waits until the status says what matches. */
    said: (pattern) => page.waitForFunction(([source]) => new RegExp(source).test(document.getElementById("status").textContent), [pattern.source]),
    /** The indicators that are drawn, as text of their first cells. */
    indicators: () => page.$$eval("#ioc-grid .row:not(.heading)", (rows) => rows.map((row) => row.firstChild.textContent)),
    headings: () => page.$$eval("#ioc-grid .heading", (rows) => rows.map((row) => row.textContent)),
    /** Opens a tab of the left panel and waits for what it says when it is done. */
    openTab: async (name) => {
      await page.click(`#${name}-tab`);
      await page.waitForFunction((name) => !document.querySelector(`#${name}-notice p`)?.textContent.endsWith("…"), name);
    },
    /** The lines of a tree that are drawn: level, twisty and texts of the cells. */
    tree: (name) => page.$$eval(`#${name}-grid .row`, (rows) => rows.map((row) => [Number(row.getAttribute("aria-level")), ...Array.from(row.children, (cell) => cell.textContent)])),
    /** The row of the log where something is marked, and what. */
    marked: () => page.$eval("#row-grid mark", (mark) => [mark.closest(".row").firstChild.textContent, mark.textContent]),
    /** The rows of the log that are drawn, as texts of their cells. */
    rows: () => page.$$eval("#row-grid .row", (rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent))),
  };
}

/** A CSV file of so many million rows on disk. */
export function bigFile(t, millions = 1) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-")), "big.csv");
  t.after(() => fs.rmSync(path.dirname(file), { recursive: true }));
  const hosts = Array.from({ length: 1_000_000 }, (_, i) => `${i},web${i % 50}.example.com`).join("\n");
  fs.writeFileSync(file, "n,host\n");
  for (let i = 0; i < millions; i++) fs.appendFileSync(file, `${hosts}\n`);
  return file;
}
