// Indicators of mixed logs: how fast, and how right.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { answers, writeCorpus } from "./corpus.mjs";
import { compare, python, root, work } from "./measure.mjs";
import { examine, saveDetails } from "./quality.mjs";

/** Twelve patterns, as a good author would write them in an hour. */
const REGEXES = [
  ["ipv4", /\b(?:\d{1,3}\.){3}\d{1,3}\b/g], ["ipv6", /\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{1,4}\b/gi], ["url", /\b(?:https?|ftp|hxxps?):\/\/[^\s"'<>]+/gi],
  ["dns", /\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi], ["email", /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g], ["md5_hash", /\b[0-9a-f]{32}\b/gi], ["sha1_hash", /\b[0-9a-f]{40}\b/gi], ["sha256_hash", /\b[0-9a-f]{64}\b/gi],
  ["windows_path", /\b[a-z]:\\(?:[^\\\s"]+\\)*[^\\\s"]*/gi], ["linux_path", /(?<![\w/])\/(?:[\w.-]+\/)+[\w.-]+/g], ["cve", /\bCVE-\d{4}-\d{4,}\b/gi], ["registry_key", /\bHK(?:LM|CU|CR|U|CC)\\[^\s"]+/g],
];

/** Every match as a row: type, value, place. */
function matches(text) {
  const rows = { type: [], value: [], start: [] };
  for (const [type, regex] of REGEXES) {
    for (const match of text.matchAll(regex)) {
      rows.type.push(type);
      rows.value.push(match[0]);
      rows.start.push(match.index);
    }
  }
  return rows;
}

const EXTRACTOR_TYPES = {
  asns: "asn", btcs: "bitcoin", cves: "cve", domains: "dns", emails: "email", eths: "ethereum", ipv4s: "ipv4", ipv6s: "ipv6",
  md5s: "md5_hash", sha1s: "sha1_hash", sha256s: "sha256_hash", sha512s: "sha512_hash", urls: "url",
};

const decode = (bytes) => new TextDecoder().decode(bytes);

async function huntbook(worker) {
  const hb = await import("../pkg/node.js");
  await hb.init({ worker });
  return hb.extractIocs;
}

const timed = (extract) => (bytes) => async () => {
  const table = await (await extract())(bytes);
  const { numRows } = table;
  table.free();
  return numRows;
};

/** All take the same bytes. `worker: true` is what a page does by default. */
export const contenders = {
  huntbook: async (bytes) => {
    const extract = await huntbook(true);
    return timed(() => extract)(bytes);
  },
  "huntbook without a worker": async (bytes) => {
    const extract = await huntbook(false);
    return timed(() => extract)(bytes);
  },
  "ioc-extractor": async (bytes) => {
    const { extractIOC } = await import("ioc-extractor");
    return () => Object.values(extractIOC(decode(bytes))).reduce((sum, list) => sum + list.length, 0);
  },
  "12 regexes": (bytes) => () => matches(decode(bytes)).start.length,
};

/** What each tool finds: `[type, value]`, each once or more. */
const finders = {
  huntbook: async (bytes) => {
    const table = await (await huntbook(false))(bytes);
    const [types, values] = [table.column("IoCType"), table.column("Observable")];
    return types.map((type, i) => [type, values[i]]);
  },
  "ioc-extractor": async (bytes) => {
    const { extractIOC } = await import("ioc-extractor");
    const found = Object.entries(extractIOC(decode(bytes)));
    return found.flatMap(([key, values]) => (EXTRACTOR_TYPES[key] ? values.map((value) => [EXTRACTOR_TYPES[key], value]) : []));
  },
  "12 regexes": (bytes) => {
    const { type, value } = matches(decode(bytes));
    return type.map((one, i) => [one, value[i]]);
  },
};

const PEERS = ["msticpy", "ioc-finder"];

const percent = (part, whole) => (whole ? (100 * part) / whole : 100).toFixed(2);

async function quality(corpus, peers) {
  const bytes = new Uint8Array(fs.readFileSync(corpus.file));
  const expected = answers(corpus);
  const reports = {};
  for (const [name, find] of Object.entries(finders)) reports[name] = examine(await find(bytes), expected, corpus.traps);
  for (const name of peers) {
    const out = execFileSync(python, [path.join(root, "benches", "peers.py"), name, corpus.file, "--list"], { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "inherit"] });
    reports[name] = examine(JSON.parse(out), expected, corpus.traps);
  }
  return reports;
}

function printQuality(reports, corpus) {
  console.log(`\n**Quality** on the same text: ${corpus.planted.length} different values of 16 types planted, among ${corpus.traps.size} lookalikes\n`);
  console.log("| | recall, % | recall of the types it has, % | false positives | precision, % |\n| --- | --- | --- | --- | --- |");
  for (const [name, report] of Object.entries(reports)) {
    const ofOwn = percent(report.found, report.planned);
    console.log(`| ${name} | ${percent(report.found, corpus.planted.length)} | ${ofOwn} | ${report.wrong.length} | ${percent(report.distinct - report.wrong.length, report.distinct)} |`);
  }
}

/** Prints its tables, and gives the rows for the summary. */
export async function run({ peers: hasPython, goal, qualityOnly = false }) {
  const corpus = writeCorpus(work);
  const peers = hasPython ? PEERS : [];
  const reports = await quality(corpus, peers);
  printQuality(reports, corpus);
  console.log(`\nMisses and false positives, by type and kind: ${path.relative(root, saveDetails(reports, corpus, work))}`);
  const { huntbook: ours } = reports;
  goal("extraction: recall of planted values", ours.found / corpus.planted.length, ">=", 0.999, { digits: 4 });
  if (hasPython) goal("extraction: false positives, of ioc-finder's", ours.wrong.length / reports["ioc-finder"].wrong.length, "<=", 0.2, { digits: 3, note: `${ours.wrong.length} of ${reports["ioc-finder"].wrong.length}` });
  if (qualityOnly) return;
  const size = fs.statSync(corpus.file).size / 1e6;
  const results = compare("extract", Object.keys(contenders), corpus.file, { peers: peers.slice(0, 1) });
  const times = (name) => results[name].seconds / results.huntbook.seconds;
  console.log(`\n**Extraction** of ${size.toFixed(1)} MB of mixed logs, bytes in, rows of type, value and place out\n\n| | CPU s | MB/s | huntbook is faster | peak memory, MB |\n| --- | --- | --- | --- | --- |`);
  for (const [name, { seconds, peak }] of Object.entries(results)) {
    console.log(`| ${name} | ${seconds.toFixed(3)} | ${(size / seconds).toFixed(1)} | ${name === "huntbook" ? "" : `${times(name).toFixed(1)}×`} | ${peak.toFixed(0)} |`);
  }
  goal("extraction, against npm ioc-extractor", times("ioc-extractor"), ">=", 40, { unit: "×" });
  if (hasPython) goal("extraction, against msticpy", times("msticpy"), ">=", 100, { unit: "×" });
  goal("extraction, against 12 regexes", times("12 regexes"), ">=", 6, { unit: "×" });
}
