// One contender in a process of its own, for measure.mjs:
//   node contender.mjs extract huntbook target/bench/corpus.log      prints JSON
import fs from "node:fs";
import { median } from "./measure.mjs";

/** At least two runs and a second go by before the clock starts: code that V8 still compiles is slow. */
const WARM_RUNS = 2;
const WARM_SECONDS = 1;
const TIMED_RUNS = 5;
const TIMED_SECONDS = 2;

const cpuSeconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

/** In the child: the median CPU time of a call, the peak of memory after the first, and what the last gave. */
async function measure(run) {
  const begin = process.cpuUsage();
  let result = await run();
  // Later runs find memory that is not collected yet: that is no need of theirs.
  const peak = process.resourceUsage().maxRSS / 1024;
  for (let i = 1; i < WARM_RUNS || cpuSeconds(begin) < WARM_SECONDS; i++) result = await run();
  const runs = [];
  for (let total = 0; runs.length < TIMED_RUNS && total < TIMED_SECONDS;) {
    const start = process.cpuUsage();
    result = await run();
    runs.push(cpuSeconds(start));
    total += runs.at(-1);
  }
  return { seconds: median(runs) / (run.calls ?? 1), peak, result };
}

const [task, name, file] = process.argv.slice(2);
const { contenders } = await import(`./${task}.mjs`);
const run = await contenders[name](new Uint8Array(fs.readFileSync(file)));
fs.writeSync(1, `${JSON.stringify(await measure(run))}\n`);
// A worker may still be there.
process.exit();
