// Rows unlike the others, against scikit-learn and rrcf.
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, ms, rawModule, work } from "./measure.mjs";

const GROWTH = [1_000, 10_000, 100_000, 1_000_000];
/** So many take rrcf, which is Python, some seconds. */
const STREAM = 400;

/** Five numbers a row: bytes, durations and the like, most of which go together. */
function writeRows(count) {
  const file = path.join(work, `outliers-${count}.csv`);
  if (fs.existsSync(file)) return file;
  const random = new Random("outliers");
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const lines = ["a,b,c,d,e"];
  for (let i = 0; i < count; i++) {
    const size = normal();
    const far = random.chance(0.01) ? 6 : 1;
    lines.push([size, size + normal() / 3, normal() * far, Math.exp(normal()), random.int(0, 9)].map((x) => x.toFixed(5)).join(","));
  }
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** Times a call inside WebAssembly; gives the scores of the first rows. */
const inside = (options) => async (bytes) => {
  const raw = await rawModule();
  const table = raw.Table.fromArrow(raw.readBytes(bytes, { name: "rows.csv" }).toArrow());
  return () => {
    const found = raw.detectOutliers(table, options, undefined);
    const place = JSON.parse(found.columns()).findIndex(({ name }) => name === "OutlierScore");
    const scores = JSON.parse(found.columnJson(place, 0, Math.min(1000, found.numRows)));
    found.free();
    return scores;
  };
};

export const contenders = {
  isolation: inside({}),
  "isolation, 1000 trees": inside({ trees: 1000 }),
  stream: inside({ algorithm: "robustRandomCutForest" }),
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much two lists of scores have in common, from −1 to 1. */
function correlation(a, b) {
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x, mx, y, my) => x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

export async function run(report, { hasPython }) {
  const file = writeRows(100_000);
  const rows = compare("outliers", ["isolation"], file, { peers: hasPython ? ["sklearn-isolation"] : [] });
  const ours = rows.isolation;
  const theirs = rows["sklearn-isolation"];
  report.add({
    what: "isolation forest of 100,000 rows of 5 numbers, in WebAssembly", against: "scikit-learn 1.9.1", ours: ms(ours.seconds), theirs: theirs ? ms(theirs.seconds) : "",
    ...(theirs ? { ratio: theirs.seconds / ours.seconds, atLeast: 1 } : {}),
  });
  if (hasPython) {
    // Trees are random, so scores agree as far as there are many trees.
    const many = compare("outliers", ["isolation, 1000 trees"], writeRows(10_000), { peers: ["sklearn-isolation-1000"], rounds: 1 });
    const [a, b] = [many["isolation, 1000 trees"].result, many["sklearn-isolation-1000"].result];
    report.note(`Isolation forests of 1000 trees: scores differ from scikit-learn's by ${mean(a.map((score, i) => Math.abs(score - b[i]))).toFixed(4)} in the mean of 1000 rows, correlation ${correlation(a, b).toFixed(4)}.`);
    const stream = compare("outliers", ["stream"], writeRows(STREAM), { peers: ["rrcf"], rounds: 1 });
    report.add({
      what: `robust random cut forest of a stream of ${STREAM} rows, in WebAssembly`, against: "rrcf 0.4.4", ours: ms(stream.stream.seconds), theirs: ms(stream.rrcf.seconds), ratio: stream.rrcf.seconds / stream.stream.seconds,
    });
    report.note(`Its scores correlate with rrcf's by ${correlation(stream.stream.result, stream.rrcf.result).toFixed(3)}.`);
  }
  for (const [name, counts] of [["isolation", GROWTH], ["stream", GROWTH.slice(0, 2)]]) {
    const times = counts.map((count) => `${count.toLocaleString("en")} rows ${ms(compare("outliers", [name], writeRows(count), { rounds: 1 })[name].seconds)}`);
    report.note(`${name}, in WebAssembly: ${times.join(", ")}.`);
  }
}
