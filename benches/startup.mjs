// What a page loads before it can work, and how long that takes in Chromium.
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { inChromium, median, root } from "./measure.mjs";

const CONTEXTS = 9;
const modules = path.join(import.meta.dirname, "node_modules");

// Each peer's least set of files: for DuckDB what its bundles list for `eh`, for
// Pyodide the interpreter and the standard library, without pandas or msticpy.
const LOADED = {
  huntbook: ["index.js", "huntbook_bg.wasm"].map((file) => path.join(root, "pkg", file)),
  "DuckDB-Wasm 1.32 (eh)": ["duckdb-browser.mjs", "duckdb-browser-eh.worker.js", "duckdb-eh.wasm"].map((file) => path.join(modules, "@duckdb/duckdb-wasm/dist", file)),
  "Pyodide 314, no packages": ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"].map((file) => path.join(modules, "pyodide", file)),
};

function brotli(files) {
  const size = (file) => brotliCompressSync(fs.readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
  return files.reduce((sum, file) => sum + size(file), 0) / 1e6;
}

/**
 * Seconds until the first result in a context that has nothing cached: from the
 * module's bytes on (`ready`), and from the import on, loading from this machine.
 */
async function timeStart(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await page.evaluate(async () => {
      const start = performance.now();
      const { extractIocs, init } = await import("/pkg/index.js");
      const response = await fetch("/pkg/huntbook_bg.wasm");
      const wasm = await response.arrayBuffer();
      const loaded = performance.now();
      await init({ wasm });
      const table = await extractIocs("see hxxp://evil[.]com/p now");
      const end = performance.now();
      if (table.numRows === 0) throw new Error("nothing was found");
      return { ready: (end - loaded) / 1000, all: (end - start) / 1000 };
    });
  } finally {
    await context.close();
  }
}

const startTimes = () => inChromium({ "/pkg": path.join(root, "pkg") }, async (browser, url) => {
  const times = [];
  // The first one starts the browser's own processes.
  await timeStart(browser, url);
  for (let i = 0; i < CONTEXTS; i++) times.push(await timeStart(browser, url));
  return times;
});

export async function run(report) {
  process.stderr.write("\rbench: startup".padEnd(70));
  const sizes = Object.fromEntries(Object.entries(LOADED).map(([name, files]) => [name, brotli(files)]));
  const { huntbook: ours, ...others } = sizes;
  report.add({ what: "what a page loads, brotli", against: "the budget", ours: `${ours.toFixed(3)} MB`, theirs: "", ratio: ours, unit: " MB", atMost: 1.0, digits: 3 });
  for (const [name, size] of Object.entries(others)) {
    report.add({ what: "what a page loads, brotli", against: name, ours: `${ours.toFixed(3)} MB`, theirs: `${size.toFixed(2)} MB`, ratio: size / ours });
  }
  const times = await startTimes();
  const [ready, all] = ["ready", "all"].map((key) => times.map((time) => time[key] * 1000));
  const show = (values) => `${median(values).toFixed(0)} ms (least ${Math.min(...values).toFixed(0)})`;
  report.add({
    what: `ready in Chromium: compile and first call, wall time, median of ${CONTEXTS} fresh contexts`, against: "100 ms", ours: show(ready), theirs: "", ratio: median(ready), unit: " ms", atMost: 100,
  });
  report.add({ what: "the same with import and loading from this machine", against: "", ours: show(all), theirs: "" });
}
