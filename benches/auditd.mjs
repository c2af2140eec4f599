// An audit log into events, against msticpy's `auditdextract.read_from_file`.
import fs from "node:fs";
import path from "node:path";
import { compare, counting, mb, perSecond, root, work } from "./measure.mjs";

const SOURCE = path.join(root, "../shared/data/msticpy/auditd_log.txt");
const COPIES = 20;

/** The shared log many times over, each time an hour and some numbers later. */
function writeLog() {
  const file = path.join(work, "audit.log");
  const text = fs.readFileSync(SOURCE, "utf8");
  const copies = Array.from({ length: COPIES }, (_, i) =>
    text.replace(/audit\((\d+)(\.\d+):(\d+)\)/g, (_, seconds, fraction, serial) => `audit(${Number(seconds) + 3600 * i}${fraction}:${Number(serial) + 10_000 * i})`));
  fs.writeFileSync(file, copies.join(""));
  return file;
}

const reading = (worker) => counting(worker, (hb, bytes) => hb.readAuditd(bytes));

export const contenders = {
  huntbook: reading(true),
  "huntbook without a worker": reading(false),
};

export async function run(report, { hasPython }) {
  if (!fs.existsSync(SOURCE)) {
    report.note("The audit log is left out: ../shared/data is absent.");
    return;
  }
  const file = writeLog();
  const { size } = fs.statSync(file);
  const results = compare("auditd", Object.keys(contenders), file, { peers: hasPython ? ["msticpy-auditd"] : [] });
  const row = (name, against, goal) => report.add({
    what: `an audit log to events, ${mb(size)}`, against, ours: `${perSecond(size, results.huntbook)}, ${results.huntbook.result} events`, theirs: `${perSecond(size, results[name])}, ${results[name].result}`, ratio: results[name].seconds / results.huntbook.seconds, ...goal,
  });
  if (hasPython) row("msticpy-auditd", "msticpy 3.0.2, read_from_file", { atLeast: 50 });
  row("huntbook without a worker", "huntbook without a worker");
}
