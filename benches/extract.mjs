// Indicators of mixed logs: how fast, and how right.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { inflateRawSync } from "node:zlib";
import { answers, writeCorpus } from "./corpus.mjs";
import { compare, counting, huntbook, mb, perSecond, python, root, work } from "./measure.mjs";
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

const extracting = (worker) => counting(worker, (hb, bytes) => hb.extractIocs(bytes));

/** All take the same bytes; the first is what a page does by default. */
export const contenders = {
  huntbook: extracting(true),
  "huntbook without a worker": extracting(false),
  "ioc-extractor": async (bytes) => {
    const { extractIOC } = await import("ioc-extractor");
    return () => Object.values(extractIOC(decode(bytes))).reduce((sum, list) => sum + list.length, 0);
  },
  "12 regexes": (bytes) => () => matches(decode(bytes)).start.length,
};

/** What each tool finds: `[type, value]`, each once or more. */
const finders = {
  huntbook: async (bytes) => {
    const table = await (await huntbook({ worker: false })).extractIocs(bytes);
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

const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;

/** Recall and false positives of each tool on the whole text. */
export async function runQuality(report, { hasPython }) {
  const corpus = writeCorpus(work);
  const { huntbook: ours, ...others } = await quality(corpus, hasPython ? PEERS : []);
  const all = corpus.planted.length;
  report.add({ what: `recall of ${all} planted values of 16 types`, against: "the truth", ours: percent(ours.found, all), theirs: "", ratio: ours.found / all, unit: "", atLeast: 0.999, digits: 4 });
  for (const [name, other] of Object.entries(others)) {
    report.add({ what: "the same", against: name, ours: percent(ours.found, all), theirs: `${percent(other.found, all)}; of its own types ${percent(other.found, other.planned)}` });
  }
  for (const [name, other] of Object.entries(others)) {
    const goal = name === "ioc-finder" ? { atMost: 0.2 } : {};
    report.add({ what: `false positives among ${corpus.traps.size} lookalikes`, against: name, ours: `${ours.wrong.length}`, theirs: `${other.wrong.length}`, ratio: ours.wrong.length / other.wrong.length, ...goal });
  }
  const details = saveDetails({ huntbook: ours, ...others }, corpus, work);
  report.note(`What was missed and what was wrong, by type and kind: ${path.relative(root, details)}.`);
}

/** Windows events that OTRF recorded of an attack, out of their archive; nothing where they are not at hand. */
function realEvents() {
  const zip = path.join(root, "../shared/data/mordor/windows/empire_psexec_dcerpc_tcp_svcctl.zip");
  if (!fs.existsSync(zip)) return undefined;
  const bytes = fs.readFileSync(zip);
  const data = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  const file = path.join(work, "events.json");
  fs.writeFileSync(file, inflateRawSync(bytes.subarray(data)));
  return file;
}

function compareTools(report, what, file, { hasPython, goals }) {
  const { size } = fs.statSync(file);
  const results = compare("extract", Object.keys(contenders), file, { peers: hasPython ? ["msticpy"] : [] });
  const row = (name, against, goal) => report.add({
    what: `indicators of ${what}, ${mb(size)}, bytes in`, against, ours: perSecond(size, results.huntbook), theirs: perSecond(size, results[name]), ratio: results[name].seconds / results.huntbook.seconds, ...goal,
  });
  row("ioc-extractor", "npm ioc-extractor 8.2", goals.extractor);
  if (hasPython) row("msticpy", "msticpy 3.0.2, IoCExtract.extract", goals.msticpy);
  row("12 regexes", "twelve regexes in JS, with type and place", goals.regexes);
  row("huntbook without a worker", "huntbook without a worker");
}

export async function run(report, { hasPython }) {
  const goals = { extractor: { atLeast: 40 }, msticpy: { atLeast: 100 }, regexes: { atLeast: 6 } };
  compareTools(report, "mixed logs", writeCorpus(work).file, { hasPython, goals });
  const events = realEvents();
  // msticpy takes minutes for these: its pattern for e-mail addresses is quadratic.
  if (events) compareTools(report, "Windows events of an attack (OTRF)", events, { hasPython: false, goals });
  else report.note("The real Windows events are not at hand: ../shared/data is absent.");
}
