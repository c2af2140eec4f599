// Runs contenders, each in a process of its own and in turn with the others, so
// that a change of the machine's speed meets all; medians are quoted. What is
// measured is CPU time, of all threads: the machine may be busy with other work.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { serve } from "../scripts/serve.mjs";

const here = import.meta.dirname;
export const root = path.dirname(here);
export const work = path.join(root, "target", "bench");

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

export const mb = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
export const ms = (seconds) => `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms`;
export const perSecond = (bytes, { seconds }) => `${(bytes / 1e6 / seconds).toFixed(seconds > 1 ? 1 : 0)} MB/s`;

/** The package as Node users import it; `worker: true` is what a page does by default. */
export async function huntbook({ worker }) {
  const hb = await import("../pkg/node.js");
  await hb.init({ worker });
  return hb;
}

/** WebAssembly's own functions, which the package wraps: tables stay where they are. */
export async function rawModule() {
  const module = await import("../target/bindgen/huntbook.js");
  await module.default({ module_or_path: fs.readFileSync(path.join(root, "pkg", "huntbook_bg.wasm")) });
  return module;
}

/**
 * A contender that times `call(hb, bytes)`, which resolves to a table, and counts its rows;
 * `prepare(hb, bytes)` makes of the file what the call takes.
 */
export const counting = (worker, call, prepare = (hb, bytes) => bytes) => async (bytes) => {
  const hb = await huntbook({ worker });
  const source = await prepare(hb, bytes);
  return async () => {
    const table = await call(hb, source);
    const { numRows } = table;
    table.free();
    return numRows;
  };
};

/** The Python that has the peers, or nothing where they could not be installed. */
export const python = path.join(work, "venv", "bin", "python");

function runOnce(task, name, file, isPython) {
  process.stderr.write(`\rbench: ${task}, ${name}`.padEnd(70));
  const [program, args] = isPython
    ? [python, [path.join(here, "peers.py"), name, file]]
    : [process.execPath, ["--max-old-space-size=8192", path.join(here, "contender.mjs"), task, name, file]];
  return JSON.parse(execFileSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] }));
}

/**
 * Measures the contenders of a task (`benches/TASK.mjs` exports `contenders`) on
 * a file: name → `{ seconds, peak, result }`. Those of `peers` are in peers.py.
 */
export function compare(task, names, file, { peers = [], rounds = 3 } = {}) {
  const all = [...names, ...peers];
  const runs = Object.fromEntries(all.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of all) runs[name].push(runOnce(task, name, file, peers.includes(name)));
  }
  const middle = (name, key) => median(runs[name].map((run) => run[key]));
  return Object.fromEntries(all.map((name) => [name, { seconds: middle(name, "seconds"), peak: middle(name, "peak"), result: runs[name][0].result }]));
}

/** The file of these lines in the folder of results, which is written once; `lines()` gives them, the head first. */
export function writeOnce(name, lines) {
  const file = path.join(work, name);
  if (fs.existsSync(file)) return file;
  const out = fs.openSync(`${file}.part`, "w");
  let some = [];
  const flush = () => fs.writeSync(out, some.map((line) => `${line}\n`).join(""));
  for (const line of lines()) {
    if (some.push(line) < 10_000) continue;
    flush();
    some = [];
  }
  flush();
  fs.closeSync(out);
  fs.renameSync(`${file}.part`, file);
  return file;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title></html>`;

/** What `use(browser, url)` gives, `url` being an empty page beside the folders of `mounts`. */
export async function inChromium(mounts, use) {
  const folder = path.join(work, "page");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "index.html"), PAGE);
  const server = await serve(folder, { mounts });
  const browser = await chromium.launch({
    executablePath: process.env.HUNTBOOK_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    return await use(browser, server.url);
  } finally {
    await browser.close();
    server.close();
  }
}
