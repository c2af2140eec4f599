// Polling: ten million events of a hundred thousand pairs, and as many as msticpy can do.
import fs from "node:fs";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, ms, rawModule, writeOnce } from "./measure.mjs";

const EVENTS_PER_PAIR = 100;
const SIZES = [1000, 10_000, 100_000];
/** So many take msticpy some seconds. */
const SHARED = 500;
/** Of so many pairs one polls, and so many come in bursts, as people's browsers do; the others come at random. */
const OF = 20;
const BURSTY = 6;
const polls = (pair) => pair % OF === 0;
const isBursty = (pair) => pair % OF > 0 && pair % OF <= BURSTY;

/** Waits in seconds: a tenth of the interval early or late; pages of some requests, read for minutes or hours; or at random. */
function waits(pair, random) {
  const interval = random.int(10, 300);
  const chance = () => random.int(1, 9999) / 10_000;
  const wait = (mean) => -mean * Math.log(chance());
  if (polls(pair)) return () => interval * (0.9 + 0.2 * chance());
  if (!isBursty(pair)) return () => wait(interval);
  let requests = 0;
  return () => {
    if (requests-- > 0) return wait(0.4);
    requests = random.int(2, 15);
    return wait(chance() < 0.1 ? 7200 : 40);
  };
}

/** Events of pairs, by pair. */
const writeEvents = (pairs) => writeOnce(`polling-web-${pairs}.csv`, function* () {
  const random = new Random("polling");
  yield "Timestamp,Epoch,SourceIp,DestinationIp";
  for (let pair = 0; pair < pairs; pair++) {
    const ends = `10.${pair >> 16}.${(pair >> 8) & 255}.${pair & 255 & ~7},198.51.${pair % 100}.${pair & 7}`;
    const wait = waits(pair, random);
    let time = 1_700_000_000 + random.int(0, 999);
    for (let i = 0; i < EVENTS_PER_PAIR; i++) {
      time += wait();
      const milliseconds = Math.round(time * 1000);
      yield `${new Date(milliseconds).toISOString()},${Math.floor(time)},${ends}`;
    }
  }
});

const OPTIONS = { timeColumn: "Timestamp", groupBy: ["SourceIp", "DestinationIp"] };

export const contenders = {
  "inside WebAssembly": async (bytes) => {
    const { Table, detectPolling, readBytes } = await rawModule();
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

/** What was found of what was planted: rows are in the order of pairs. */
async function found(file) {
  const hb = await import("../pkg/node.js");
  await hb.init({ worker: false });
  const table = await hb.read(new Uint8Array(fs.readFileSync(file)), { name: "events.csv" });
  const rows = (await hb.detectPolling(table, OPTIONS)).rows();
  const said = rows.map(({ Verdict }) => Verdict === "polling");
  const count = (is) => said.filter((polling, pair) => polling && is(pair)).length;
  return { pairs: rows.length, planted: rows.filter((_, pair) => polls(pair)).length, right: count(polls), wrong: count((pair) => !polls(pair)) };
}

export async function run(report, { hasPython }) {
  const grown = SIZES.map((pairs) => compare("polling", ["inside WebAssembly"], writeEvents(pairs))["inside WebAssembly"]);
  const largest = grown.at(-1);
  report.add({
    what: "polling among 10,000,000 events of 100,000 pairs, in WebAssembly", against: "10 s", ours: ms(largest.seconds), theirs: "",
    ratio: largest.seconds, unit: " s", atMost: 10,
  });
  const { pairs, planted, right, wrong } = await found(writeEvents(SIZES[1]));
  report.add({
    what: `beacons found among ${pairs} pairs, ${(100 * BURSTY) / OF} % of them bursty`, against: `${planted} planted`, ours: `${right}`, theirs: "",
    ratio: right / planted, unit: "", atLeast: 0.99,
  });
  report.add({ what: "pairs without a beacon that are called polling", against: `of ${pairs - planted}`, ours: `${wrong}`, theirs: "", ratio: wrong / (pairs - planted), unit: "", atMost: 0.005, digits: 4 });
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
