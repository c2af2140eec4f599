// Decomposing series: STL and MSTL against statsmodels, and how time grows with the series.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, huntbook, median, ms, root, work } from "./measure.mjs";

const SIZES = [1000, 10_000, 100_000, 1_000_000];
/** So many take statsmodels some seconds. */
const SHARED = 100_000;
/** A month of hours, as it is in msticpy's notebook. */
const MONTH = 744;
const DAY = { period: 24 };
const ROBUST = { period: 24, robust: true };
const WEEKS = { period: [24, 168] };

/** Hourly values with days, weeks, a slow rise, noise and some that are far off. */
function writeSeries(count) {
  const file = path.join(work, `series-${count}.f64`);
  if (fs.existsSync(file)) return file;
  const random = new Random("series");
  const wave = (i, period, size) => size * Math.sin((2 * Math.PI * i) / period);
  const values = Float64Array.from({ length: count }, (_, i) => {
    const odd = random.int(0, 199) === 0 ? random.int(-300, 300) : 0;
    return 500 + i / 1000 + wave(i, 24, 100) + wave(i, 168, 40) + random.int(-200, 200) / 10 + odd;
  });
  fs.writeFileSync(file, new Uint8Array(values.buffer));
  return file;
}

const valuesOf = (bytes) => new Float64Array(bytes.slice().buffer);

/** What is the same here and there: sums of the parts. */
const sums = ({ trend, seasonal, residual }) => {
  const sum = (values) => values.reduce((total, value) => total + Math.abs(value), 0);
  return [sum(trend), (Array.isArray(seasonal) ? seasonal : [seasonal]).reduce((total, one) => total + sum(one), 0), sum(residual)];
};

/** WebAssembly's own function, which the package wraps. */
async function raw() {
  const module = await import("../target/bindgen/huntbook.js");
  await module.default({ module_or_path: fs.readFileSync(path.join(root, "pkg", "huntbook_bg.wasm")) });
  return module;
}

const inside = (options) => async (bytes) => {
  const { decomposeSeries } = await raw();
  const values = valuesOf(bytes);
  let parts;
  // Adding up is no part of it: only the last call's parts are.
  return () => {
    parts = decomposeSeries(values, options);
    return { toJSON: () => sums(parts) };
  };
};

export const contenders = {
  STL: inside(DAY),
  "STL robust": inside(ROBUST),
  MSTL: inside(WEEKS),
  "STL as a call": async (bytes) => {
    const hb = await huntbook({ worker: false });
    const values = valuesOf(bytes);
    return async () => (await hb.decomposeSeries(values, DAY)).trend.length;
  },
};

/** The first call of a fresh process, in seconds of wall time: the code is compiled in it. */
const coldCalls = (file) => Array.from({ length: 7 }, () => Number(execFileSync(process.execPath, [import.meta.filename, "cold", file], { encoding: "utf8" })));

export async function run(report, { hasPython }) {
  const cold = median(coldCalls(writeSeries(MONTH)));
  report.add({ what: `STL of ${MONTH} values, the first call in WebAssembly (wall time)`, against: "5 ms", ours: ms(cold), theirs: "", ratio: cold * 1000, unit: " ms", atMost: 5 });
  const grown = SIZES.map((size) => compare("series", ["STL", "STL as a call"], writeSeries(size)));
  report.note(`STL, inside WebAssembly and as a call: ${SIZES.map((size, i) => `${size.toLocaleString("en")} values ${ms(grown[i].STL.seconds)}, ${ms(grown[i]["STL as a call"].seconds)}`).join("; ")}.`);
  const growth = grown[3].STL.seconds / grown[2].STL.seconds;
  report.add({ what: "STL of 1,000,000 values against 100,000, in WebAssembly", against: "10 × the values", ours: ms(grown[3].STL.seconds), theirs: ms(grown[2].STL.seconds), ratio: growth, atMost: 12 });
  if (!hasPython) return;
  const goals = { STL: 20, "STL robust": 5, MSTL: 20 };
  const names = Object.keys(goals);
  const peers = { STL: "statsmodels-stl", "STL robust": "statsmodels-stl-robust", MSTL: "statsmodels-mstl" };
  const shared = compare("series", names, writeSeries(SHARED), { peers: Object.values(peers) });
  for (const name of names) {
    const [ours, theirs] = [shared[name], shared[peers[name]]];
    const same = ours.result.every((sum, i) => Math.abs(sum - theirs.result[i]) <= 1e-9 * Math.abs(theirs.result[i]));
    if (!same) throw new Error(`${name}: ${ours.result} here, ${theirs.result} in statsmodels`);
    report.add({
      what: `${name} of ${SHARED.toLocaleString("en")} values, in WebAssembly; parts equal to 1e-9`, against: "statsmodels 0.15.0",
      ours: ms(ours.seconds), theirs: ms(theirs.seconds), ratio: theirs.seconds / ours.seconds, atLeast: goals[name],
    });
  }
}

if (process.argv[2] === "cold") {
  const { decomposeSeries } = await raw();
  const values = valuesOf(new Uint8Array(fs.readFileSync(process.argv[3])));
  const start = performance.now();
  decomposeSeries(values, DAY);
  console.log((performance.now() - start) / 1000);
}
