// Measures pkg/ against what people use today, and prints one table of ratios:
//   make bench                       everything (about fifteen minutes)
//   node benches/run.mjs extract     one part, or some: quality extract hostile unpack auditd syslog process-tree cluster
//                                    series polling sequence outliers tables answers handover workers startup charts
// The table also goes to target/bench/report.md.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { run as answers } from "./answers.mjs";
import { run as auditd } from "./auditd.mjs";
import { run as charts } from "./charts.mjs";
import { run as cluster } from "./cluster.mjs";
import { run as extract, runQuality as quality } from "./extract.mjs";
import { run as handover } from "./handover.mjs";
import { run as hostile } from "./hostile.mjs";
import { python, root, work } from "./measure.mjs";
import { run as outliers } from "./outliers.mjs";
import { run as polling } from "./polling.mjs";
import { run as processTree } from "./process-tree.mjs";
import { Report } from "./report.mjs";
import { run as sequence } from "./sequence.mjs";
import { run as series } from "./series.mjs";
import { run as startup } from "./startup.mjs";
import { run as syslog } from "./syslog.mjs";
import { run as tables } from "./tables.mjs";
import { run as unpack } from "./unpack.mjs";
import { run as workers } from "./workers.mjs";

const PARTS = {
  quality, extract, hostile, unpack, auditd, syslog, "process-tree": processTree, cluster, series, polling, sequence, outliers,
  tables, answers, handover, workers, startup, charts,
};
const NEED_PYTHON = ["quality", "extract", "unpack", "auditd", "process-tree", "cluster", "series", "polling", "sequence", "outliers", "answers"];

/** Installs the Python peers beside the other results; `undefined`, or why that did not work. */
function installPython() {
  const wanted = path.join(import.meta.dirname, "requirements.txt");
  const installed = path.join(work, "venv", "installed.txt");
  if (fs.existsSync(installed) && fs.readFileSync(installed, "utf8") === fs.readFileSync(wanted, "utf8")) return undefined;
  try {
    const quiet = { stdio: ["ignore", "ignore", "pipe"] };
    execFileSync("python3", ["-m", "venv", path.join(work, "venv")], quiet);
    execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted], quiet);
    fs.copyFileSync(wanted, installed);
    return undefined;
  } catch (error) {
    return String(error.stderr ?? error.message).trim().split("\n").at(-1);
  }
}

const parts = process.argv.slice(2);
const unknown = parts.find((part) => !PARTS[part]);
if (unknown) {
  console.error(`bench: there is no part "${unknown}" (there are: ${Object.keys(PARTS).join(", ")})`);
  process.exit(1);
}
if (!fs.existsSync(path.join(root, "pkg", "node.js"))) {
  console.error("bench: pkg/ is absent; run make bench, or make build before this");
  process.exit(1);
}
fs.mkdirSync(work, { recursive: true });
const report = new Report();
const chosen = parts.length ? parts : Object.keys(PARTS);
let hasPython = false;
if (NEED_PYTHON.some((part) => chosen.includes(part))) {
  const problem = installPython();
  hasPython = problem === undefined;
  if (!hasPython) report.note(`Python is left out: pip could not install the peers (${problem}).`);
}
for (const part of chosen) await PARTS[part](report, { hasPython });
process.stderr.write(`\r${" ".repeat(70)}\r`);
fs.writeFileSync(path.join(work, "report.md"), `${report}\n`);
console.log(String(report));
process.exit();
