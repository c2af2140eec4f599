// A syslog into a table with what its messages mean. msticpy reads no such files, so
// the other is what a good author would write in an hour: a regex for each line.
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { syslog } from "../scripts/samples/syslog.mjs";
import { compare, counting, mb, perSecond, work } from "./measure.mjs";

const COPIES = 20;
const LINE = /^(?:<(\d+)>)?(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^:[ ]+)(?:\[(\d+)\])?: (.*)$/gm;

function writeLog() {
  const file = path.join(work, "syslog.log");
  const { records } = syslog(new Random("syslog"));
  const text = records.toSorted((a, b) => a.time - b.time).map(({ line }) => `${line}\n`).join("");
  fs.writeFileSync(file, text.repeat(COPIES));
  return file;
}

const reading = (worker) => counting(worker, (hb, bytes) => hb.readSyslog(bytes));

export const contenders = {
  huntbook: reading(true),
  "huntbook without a worker": reading(false),
  "a regex": (bytes) => () => {
    const rows = Array.from(new TextDecoder().decode(bytes).matchAll(LINE), ([, priority, time, host, process, pid, message]) => ({ priority, time: new Date(`${time} 2024 UTC`), host, process, pid, message }));
    return rows.length;
  },
};

export async function run(report) {
  const file = writeLog();
  const { size } = fs.statSync(file);
  const results = compare("syslog", Object.keys(contenders), file);
  for (const [name, against] of [["a regex", "a regex in JS, header only"], ["huntbook without a worker", "huntbook without a worker"]]) {
    report.add({ what: `a syslog to a table, ${mb(size)}`, against, ours: perSecond(size, results.huntbook), theirs: perSecond(size, results[name]), ratio: results[name].seconds / results.huntbook.seconds });
  }
}
