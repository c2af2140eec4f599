// Measures pkg/ against what people use today, and prints ratios:
//   make bench
// Each contender runs in a process of its own, in turn with the others, so that
// a change of the machine's speed meets all; medians are quoted.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const work = path.join(root, "target", "bench");
const ROUNDS = 3;

/** Twelve patterns, as a good author would write them in an hour. */
const REGEXES = [
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, /\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{1,4}\b/gi, /\b(?:https?|ftp|hxxps?):\/\/[^\s"'<>]+/gi,
  /\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi, /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, /\b[0-9a-f]{32}\b/gi, /\b[0-9a-f]{40}\b/gi, /\b[0-9a-f]{64}\b/gi,
  /\b[a-z]:\\(?:[^\\\s"]+\\)*[^\\\s"]*/gi, /(?<![\w/])\/(?:[\w.-]+\/)+[\w.-]+/g, /\bCVE-\d{4}-\d{4,}\b/gi, /\bHK(?:LM|CU|CR|U|CC)\\[^\s"]+/g,
];

const CONTENDERS = {
  extract: {
    huntbook: async (file) => {
      const hb = await import("../pkg/node.js");
      const bytes = new Uint8Array(fs.readFileSync(file));
      return async () => (await hb.extractIocs(bytes)).numRows;
    },
    "ioc-extractor": async (file) => {
      const { extractIOC } = await import("ioc-extractor");
      const text = fs.readFileSync(file, "utf8");
      return () => Object.keys(extractIOC(text)).length;
    },
    "12 regexes": async (file) => {
      const text = fs.readFileSync(file, "utf8");
      return () => REGEXES.reduce((sum, regex) => sum + (text.match(regex)?.length ?? 0), 0);
    },
  },
  csv: {
    huntbook: async (file) => {
      const hb = await import("../pkg/node.js");
      const bytes = new Uint8Array(fs.readFileSync(file));
      return async () => (await hb.read(bytes, { format: "csv" })).numRows;
    },
    udsv: async (file) => {
      const { inferSchema, initParser } = await import("udsv");
      const bytes = fs.readFileSync(file);
      return () => {
        const text = bytes.toString();
        return initParser(inferSchema(text)).typedCols(text)[0].length;
      };
    },
    papaparse: async (file) => {
      const { default: papa } = await import("papaparse");
      const bytes = fs.readFileSync(file);
      return () => papa.parse(bytes.toString(), { header: true, dynamicTyping: true }).data.length;
    },
  },
  ndjson: {
    huntbook: async (file) => {
      const hb = await import("../pkg/node.js");
      const bytes = new Uint8Array(fs.readFileSync(file));
      return async () => (await hb.read(bytes, { format: "ndjson" })).numRows;
    },
    "JSON.parse": async (file) => {
      const bytes = fs.readFileSync(file);
      return () => bytes.toString().split("\n").filter(Boolean).map((line) => JSON.parse(line)).length;
    },
  },
};

/** In the child: runs one contender twice to warm it up, and prints CPU seconds and peak memory. */
async function measure(task, name, file) {
  const run = await CONTENDERS[task][name](file);
  for (let i = 0; i < 2; i++) await run();
  const start = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(start);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, peak: process.resourceUsage().maxRSS / 1024, result }));
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function compare(task, file, title) {
  const size = fs.statSync(file).size / 1e6;
  const names = Object.keys(CONTENDERS[task]);
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const out = execFileSync(process.execPath, ["--max-old-space-size=8192", fileURLToPath(import.meta.url), task, name, file], { encoding: "utf8" });
      runs[name].push(JSON.parse(out));
    }
  }
  const seconds = (name) => median(runs[name].map((run) => run.seconds));
  console.log(`\n**${title}** (${size.toFixed(0)} MB)\n\n| | MB/s | huntbook is faster | peak memory, MB |\n| --- | --- | --- | --- |`);
  for (const name of names) {
    const ratio = name === "huntbook" ? "" : `${(seconds(name) / seconds("huntbook")).toFixed(1)}×`;
    console.log(`| ${name} | ${(size / seconds(name)).toFixed(1)} | ${ratio} | ${median(runs[name].map((run) => run.peak)).toFixed(0)} |`);
  }
}

/** The same mix of the demo's logs each time, about 20 MB. */
function mixedLogs() {
  const samples = path.join(root, "www", "samples");
  const file = path.join(work, "mixed.log");
  const parts = ["process-events.csv", "proxy.tsv", "sign-ins.ndjson", "audit.log", "syslog.log", "threat-report.md"];
  fs.writeFileSync(file, Buffer.concat(parts.map((part) => fs.readFileSync(path.join(samples, part)))));
  return file;
}

/** About 110 MB: a million rows of time, host, user, address, two numbers, a truth value and a message. */
function bigTable(name, row) {
  const file = path.join(work, name);
  const out = fs.openSync(file, "w");
  let [seed, text] = [1, name.endsWith("csv") ? "time,host,user,ip,bytes,score,ok,message\n" : ""];
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const rows = name.endsWith("csv") ? 1_050_000 : 300_000;
  for (let i = 0; i < rows; i++) {
    text += row({ time: new Date(1.76e12 + i * 1000).toISOString(), host: `web${random(200)}.example.com`, user: `user${random(5000)}`, ip: `10.${random(256)}.${random(256)}.${random(256)}`, bytes: random(1e6), score: random(1e5) / 1000, ok: random(2) === 1, message: i % 9 ? `GET /page/${random(9999)} done` : `said "no", again` });
    if (text.length > 1e6) text = (fs.writeSync(out, text), "");
  }
  fs.writeSync(out, text);
  fs.closeSync(out);
  return file;
}

/** How much longer a hostile line twice as long takes, shape by shape. */
async function hostileLines() {
  const hb = await import("../pkg/node.js");
  const shapes = { "base64 letters": "QUJDRA", "C:\\ \\ \\": "\\ ", "@@@@": "@", "a.a.a.a": "a.", "::::": ":", "[.][.]": "[.]", "http://http://": "http://" };
  const time = async (shape, size) => {
    const bytes = new TextEncoder().encode(`C:${shape.repeat(size / shape.length)}`);
    let best = Infinity;
    for (let i = 0; i < 12; i++) {
      const start = performance.now();
      (await hb.extractIocs(bytes)).free();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const short = await time(shape, 2e6);
    console.log(`| \`${name}\` | ${((await time(shape, 4e6)) / short).toFixed(2)} |`);
  }
}

if (process.argv[2]) {
  await measure(...process.argv.slice(2));
} else {
  fs.mkdirSync(work, { recursive: true });
  console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}; CPU time, median of ${ROUNDS} runs in turn`);
  compare("extract", mixedLogs(), "Indicators of mixed logs, bytes in");
  const csv = ({ message, ...row }) => `${Object.values(row).join(",")},"${message.replaceAll('"', '""')}"\n`;
  compare("csv", bigTable("big.csv", csv), "CSV to a table");
  compare("ndjson", bigTable("big.ndjson", (row) => `${JSON.stringify(row)}\n`), "NDJSON to a table");
  console.log("\n**Hostile lines**: time of 4 MB against 2 MB (linear is 2)\n\n| | t(2n)/t(n) |\n| --- | --- |");
  await hostileLines();
}
