// Makes the demo site's sample logs: one invented intrusion over three days on a small network, about
// 20 MB in seven files and a zip of them, with truth.json saying what was planted where.
//
//   node scripts/samples.mjs [folder]      (default www/samples; the same seed gives the same bytes)

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { audit } from "./samples/audit.mjs";
import { dns } from "./samples/dns.mjs";
import { processes } from "./samples/processes.mjs";
import { proxy } from "./samples/proxy.mjs";
import { Random } from "./samples/random.mjs";
import { report } from "./samples/report.mjs";
import { signins } from "./samples/signins.mjs";
import { summary } from "./samples/story.mjs";
import { syslog } from "./samples/syslog.mjs";
import { zip } from "./samples/zip.mjs";

const SEED = "quiet rates, 2026";

/** In the order of the page's list: [make, title, what is to be found]. */
const FILES = [
  [report, "Threat report", "The responders' write-up, defanged in every common way"],
  [processes, "Process events", "Windows 4688: encoded PowerShell, credential theft, lateral movement"],
  [signins, "Cloud sign-ins", "Nested JSON: a slow password spray that succeeds once"],
  [proxy, "Web proxy", "A beacon every minute, and 7 GB leaving before dawn"],
  [dns, "DNS queries", "Compressed JSON: the beacon's name, and data in TXT queries"],
  [audit, "Linux audit", "A root login on the web server, and what it ran"],
  [syslog, "Syslog", "sshd, mail, firewall and endpoint messages"],
];
const ARCHIVE = ["intrusion.zip", "Everything", "All seven files in one zip, read as one table"];

const quote = (separator) => (value) => {
  const text = String(value ?? "");
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A file's text: a given one, or its records in time order, each as a line or as fields. */
function write({ text, records, header, separator }) {
  if (text !== undefined) return { text, rows: text.split("\n").length - 1 };
  records.sort((a, b) => a.time - b.time);
  const toLine = header
    ? ({ fields }) => fields.map(quote(separator)).join(separator)
    : ({ fields, line }) => line ?? JSON.stringify(fields);
  const lines = records.map(toLine);
  const rows = lines.reduce((sum, line) => sum + line.split("\n").length, 0);
  if (header) lines.unshift(header.join(separator));
  return { text: `${lines.join("\n")}\n`, rows };
}

/** What was planted: each indicator once, with its number of places. */
function count(plants) {
  const seen = new Map();
  for (const [type, value] of plants) {
    const key = `${type}\n${value}`;
    if (!seen.has(key)) seen.set(key, { type, value, count: 0 });
    seen.get(key).count++;
  }
  return [...seen.values()].sort((a, b) => (a.type + a.value < b.type + b.value ? -1 : 1));
}

/** Makes every file: `{ name, title, about, rows, bytes, indicators, plain }`. */
export function makeSamples(seed = SEED) {
  const random = new Random(seed);
  const files = FILES.map(([make, title, about]) => {
    const file = make(random.fork(make.name));
    const { text, rows } = write(file);
    const plain = Buffer.from(text);
    const bytes = file.name.endsWith(".gz") ? gzipSync(plain, { level: 9 }) : plain;
    const plants = file.plants ?? file.records.flatMap((record) => record.plants ?? []);
    return { name: file.name, title, about, rows, bytes, plain, indicators: count(plants) };
  });
  const [name, title, about] = ARCHIVE;
  const bytes = zip(files.map((file) => [file.name.replace(/\.gz$/, ""), file.plain]));
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const all = files.flatMap(({ indicators }) => indicators.flatMap((one) => Array(one.count).fill([one.type, one.value])));
  return [...files, { name, title, about, rows, bytes, indicators: count(all) }];
}

function main(folder) {
  mkdirSync(folder, { recursive: true });
  const files = makeSamples();
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const list = files.map(({ name, title, about, rows, bytes }) => ({ name, title, about, rows, bytes: bytes.length }));
  writeFileSync(join(folder, "index.json"), `${JSON.stringify(list, null, 1)}\n`);
  const indicators = Object.fromEntries(files.map((file) => [file.name, file.indicators]));
  writeFileSync(join(folder, "truth.json"), `${JSON.stringify({ seed: SEED, story: summary(), indicators }, null, 1)}\n`);
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  console.log(`samples: ${files.length} files, ${(total / 1e6).toFixed(1)} MB in ${folder}`);
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2] ?? join(root, "www", "samples"));
