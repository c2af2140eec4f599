// Runs contenders, each in a process of its own and in turn with the others, so
// that a change of the machine's speed meets all; medians are quoted. What is
// measured is CPU time, of all threads: the machine may be busy with other work.
//   node measure.mjs extract huntbook corpus.log       one run, as JSON
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = import.meta.dirname;
export const root = path.dirname(here);
export const work = path.join(root, "target", "bench");

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** At least two runs and a second go by before the clock starts: code that V8 still compiles is slow. */
const WARM_RUNS = 2;
const WARM_SECONDS = 1;
const TIMED_RUNS = 5;
const TIMED_SECONDS = 2;

const cpuSeconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

/** In the child: the median CPU time of some runs, the peak of memory, and what the last run gave. */
async function measure(run) {
  const begin = process.cpuUsage();
  let result;
  for (let i = 0; i < WARM_RUNS || cpuSeconds(begin) < WARM_SECONDS; i++) result = await run();
  const runs = [];
  for (let total = 0; runs.length < TIMED_RUNS && total < TIMED_SECONDS;) {
    const start = process.cpuUsage();
    result = await run();
    runs.push(cpuSeconds(start));
    total += runs.at(-1);
  }
  return { seconds: median(runs), peak: process.resourceUsage().maxRSS / 1024, result };
}

/** The Python that has the peers, or nothing where they could not be installed. */
export const python = path.join(work, "venv", "bin", "python");

function runOnce(task, name, file, isPython) {
  const [program, args] = isPython
    ? [python, [path.join(here, "peers.py"), name, file]]
    : [process.execPath, ["--max-old-space-size=8192", fileURLToPath(import.meta.url), task, name, file]];
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [task, name, file] = process.argv.slice(2);
  const { contenders } = await import(`./${task}.mjs`);
  const run = await contenders[name](new Uint8Array(fs.readFileSync(file)));
  fs.writeSync(1, `${JSON.stringify(await measure(run))}\n`);
  process.exit();
}
