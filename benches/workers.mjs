// One worker against two, and a call on a table that the worker has against one on a
// new table, in turn. What counts is the time by the clock, which on a busy machine says
// little; so there is also that of the page's thread and of its busiest worker together,
// which is about what the clock would show on a quiet one.
import fs from "node:fs";
import { Random } from "../scripts/samples/random.mjs";
import { huntbook, mb, median, ms } from "./measure.mjs";

const LINES = 1_000_000;
const ROUNDS = 5;

/** A log of commands: one in three fetches something, one in twenty hides something. */
function writeLog() {
  const random = new Random("workers");
  const hidden = (i) => `powershell -enc ${Buffer.from(`Write-Host "hello, this is number ${i}"`, "utf16le").toString("base64")}`;
  const command = (i) => {
    if (i % 20 === 0) return hidden(i);
    return i % 3 ? `C:\\Windows\\System32\\cmd.exe /c dir /s ${random.int(0, 99)}` : `curl http://evil${random.int(0, 4999)}.example/${random.int(0, 999)} from 203.0.113.${random.int(0, 255)}`;
  };
  const lines = Array.from({ length: LINES }, (_, i) => `2026-01-01T00:00:${String(i % 60).padStart(2, "0")}Z,host${random.int(0, 99)},${random.int(1, 9999)},${command(i)}\n`);
  return new TextEncoder().encode(`time,host,pid,command\n${lines.join("")}`);
}

/** Processor time of each thread in seconds; none where the system does not tell. */
function threads() {
  const folder = "/proc/self/task";
  if (!fs.existsSync(folder)) return new Map();
  return new Map(fs.readdirSync(folder).map((id) => [id, Number(fs.readFileSync(`${folder}/${id}/schedstat`, "utf8").split(" ")[0]) / 1e9]));
}

/** What this thread and the busiest other one did since `before`. */
function longest(before) {
  const since = Array.from(threads(), ([id, seconds]) => [id, seconds - (before.get(id) ?? 0)]);
  const main = since.find(([id]) => id === String(process.pid))?.[1] ?? 0;
  return main + Math.max(0, ...since.filter(([id]) => id !== String(process.pid)).map(([, seconds]) => seconds));
}

/** The median `clock` and `threads` times of `calls`, in turn; the first round is not counted. */
async function inTurn(calls) {
  const times = calls.map(() => ({ clock: [], threads: [] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, call] of calls.entries()) {
      const run = await call();
      const [start, before] = [performance.now(), threads()];
      const table = await run();
      const [clock, busiest] = [(performance.now() - start) / 1000, longest(before)];
      table.free();
      if (round === 0) continue;
      times[i].clock.push(clock);
      times[i].threads.push(busiest);
    }
  }
  return times.map(({ clock, threads }) => ({ clock: median(clock), threads: median(threads) }));
}

export async function run(report) {
  const hb = await huntbook({ worker: true });
  const bytes = writeLog();
  const table = await hb.read(bytes);
  const row = (what, against, [theirs, ours]) => {
    for (const [by, name] of [["clock", "wall time"], ["threads", "busiest threads"]]) {
      if (ours[by] > 0) report.add({ what: `${what} (${name})`, against, ours: ms(ours[by]), theirs: ms(theirs[by]), ratio: theirs[by] / ours[by] });
    }
  };
  const PARTS = {
    [`indicators of a table of ${LINES.toLocaleString("en")} rows`]: () => hb.extractIocs(table),
    [`indicators of its file, ${mb(bytes.length)}`]: () => hb.extractIocs(bytes),
    "what is encoded in the table": () => hb.unpackBase64(table),
  };
  for (const [what, call] of Object.entries(PARTS)) {
    const times = await inTurn([1, 2].map((workers) => async () => (await hb.init({ workers }), call)));
    row(`${what}, two workers`, "one worker", times);
  }
  await hb.init({ workers: 1 });
  const count = (one) => () => hb.topValues(one, { columns: ["host"] });
  // A slice is a table of its own, which no worker has.
  const fresh = async () => count(table.slice(0));
  const again = async () => (await count(table)().then((one) => one.free()), count(table));
  row("its most frequent hosts, the table being in the worker", "a new table", await inTurn([fresh, again]));
}
