// Polling: ten million events of a hundred thousand pairs, and as many as msticpy can do.
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, ms, root, work } from "./measure.mjs";

const EVENTS_PER_PAIR = 100;
const SIZES = [1000, 10_000, 100_000];
/** So many take msticpy some seconds. */
const SHARED = 500;
/** One pair in so many polls. */
const BEACONS = 20;

/** Events of pairs, a tenth of the interval early or late if they poll, at random if not; by pair. */
function writeEvents(pairs) {
  const file = path.join(work, `polling-${pairs}.csv`);
  if (fs.existsSync(file)) return file;
  const random = new Random("polling");
  const out = fs.openSync(`${file}.part`, "w");
  let lines = ["Timestamp,Epoch,SourceIp,DestinationIp"];
  for (let pair = 0; pair < pairs; pair++) {
    const ends = `10.${pair >> 16}.${(pair >> 8) & 255}.${pair & 255 & ~7},198.51.${pair % 100}.${pair & 7}`;
    const interval = random.int(10, 300);
    const polls = pair % BEACONS === 0;
    let time = 1_700_000_000 + random.int(0, 999);
    for (let i = 0; i < EVENTS_PER_PAIR; i++) {
      const chance = random.int(1, 9999) / 10_000;
      time += interval * (polls ? 0.9 + 0.2 * chance : -Math.log(chance));
      const second = Math.round(time);
      lines.push(`${new Date(second * 1000).toISOString()},${second},${ends}`);
    }
    if (lines.length > 10_000) {
      fs.writeSync(out, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  if (lines.length) fs.writeSync(out, `${lines.join("\n")}\n`);
  fs.closeSync(out);
  fs.renameSync(`${file}.part`, file);
  return file;
}

const OPTIONS = { timeColumn: "Timestamp", groupBy: ["SourceIp", "DestinationIp"] };

/** WebAssembly's own functions, which the package wraps: tables stay where they are. */
async function raw() {
  const module = await import("../target/bindgen/huntbook.js");
  await module.default({ module_or_path: fs.readFileSync(path.join(root, "pkg", "huntbook_bg.wasm")) });
  return module;
}

export const contenders = {
  "inside WebAssembly": async (bytes) => {
    const { Table, detectPolling, readBytes } = await raw();
    const table = Table.fromArrow(readBytes(bytes, { name: "events.csv", columns: ["Timestamp", "SourceIp", "DestinationIp"] }).toArrow());
    return () => {
      const pairs = detectPolling(table, OPTIONS);
      const { numRows } = pairs;
      pairs.free();
      return numRows;
    };
  },
  huntbook: counting(false, (hb, table) => hb.detectPolling(table, OPTIONS), (hb, bytes) => hb.read(bytes, { name: "events.csv" })),
};

export async function run(report, { hasPython }) {
  const grown = SIZES.map((pairs) => compare("polling", ["inside WebAssembly"], writeEvents(pairs))["inside WebAssembly"]);
  const largest = grown.at(-1);
  report.add({
    what: "polling among 10,000,000 events of 100,000 pairs, in WebAssembly", against: "10 s", ours: ms(largest.seconds), theirs: "",
    ratio: largest.seconds, unit: " s", atMost: 10,
  });
  report.note(`Polling, 100 events a pair: ${SIZES.map((pairs, i) => `${pairs.toLocaleString("en")} pairs ${ms(grown[i].seconds)}`).join("; ")}.`);
  if (!hasPython) return;
  const shared = compare("polling", ["huntbook", "inside WebAssembly"], writeEvents(SHARED), { peers: ["msticpy-polling"] });
  const theirs = shared["msticpy-polling"];
  const against = (what, ours, goal) => report.add({
    what, against: "msticpy 3.0.2, detect_polling", ours: ms(ours.seconds), theirs: ms(theirs.seconds), ratio: theirs.seconds / ours.seconds, ...goal,
  });
  against(`polling among ${SHARED * EVENTS_PER_PAIR} events of ${SHARED} pairs, in WebAssembly`, shared["inside WebAssembly"], { atLeast: 50 });
  against("the same as a call", shared.huntbook);
}
