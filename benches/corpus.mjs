// A log of every kind, mixed, with the account of what is in it: indicators that
// must be found, and text that only looks like them. It was written from what
// logs look like and what an analyst would say, not from what a tool finds.
//   node benches/corpus.mjs        writes target/bench/corpus.log and corpus.truth.json
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LINES as code } from "./corpus/code.mjs";
import { LINES as linux } from "./corpus/linux.mjs";
import { LINES as network } from "./corpus/network.mjs";
import { LINES as prose } from "./corpus/prose.mjs";
import { Recorder, normal } from "./corpus/record.mjs";
import { LINES as windows } from "./corpus/windows.mjs";

const SEED = "mixed logs, 2026";
const SIZE = 14e6;
// How many lines of each family come in turn: real mixes come in runs of one kind.
const FAMILIES = [[network, 34], [windows, 22], [linux, 26], [code, 14], [prose, 4]];
const RUN = [1, 12];

/** `{ text, planted: [{ type, value, how }], allowed: Set, traps: Map }`; the same each time. */
export function makeCorpus(size = SIZE, seed = SEED) {
  const recorder = new Recorder(seed);
  const { random } = recorder;
  const parts = [];
  for (let length = 0; length < size;) {
    const lines = random.weighted(FAMILIES);
    const line = random.weighted(lines.map(([weight, make]) => [make, weight]));
    for (let left = random.int(...RUN); left > 0; left--) {
      const text = line(recorder);
      parts.push(text);
      length += text.length + 1;
    }
  }
  const { planted, allowed, traps } = recorder;
  return { text: `${parts.join("\n")}\n`, planted: [...planted.values()], allowed, traps };
}

/** Hosts, addresses and queries within something planted: right, though not planted by themselves. */
function nestedParts({ type, value }) {
  const parts = [];
  const host = (text) => parts.push(["dns", text], ["ipv4", text], ["ipv6", text.replace(/^\[|\]$/g, "")]);
  if (type === "url") {
    const [, user, authority, rest] = /^\w+:\/\/(?:([^/@]*)@)?(\[[^\]]*\]|[^/:?#]*)(.*)$/.exec(value);
    host(authority);
    // user:password@host reads as an address, too, and the path as a path.
    if (user) parts.push(["email", `${user.replace(/^.*:/, "")}@${authority}`]);
    parts.push(["linux_path", rest.replace(/^:\d+/, "").replace(/[?#].*$/, "")], ["linux_path", rest.replace(/^:\d+/, "")]);
  }
  if (type === "email") host(value.slice(value.indexOf("@") + 1));
  if (type === "ipv6" && value.includes(".")) host(value.slice(value.lastIndexOf(":") + 1));
  return parts;
}

/** Sets of keys to compare a tool's finds with. */
export function answers({ planted, allowed }) {
  const key = (type, value) => `${type}\n${normal(type, value)}`;
  const right = new Map(planted.map((one) => [key(one.type, one.value), one]));
  const fine = new Set(allowed);
  for (const one of planted) for (const [type, value] of nestedParts(one)) fine.add(key(type, value));
  // What an address's host is, is right for its domain as well.
  for (const text of allowed) if (text.startsWith("email\n")) fine.add(key("dns", text.slice(text.indexOf("@") + 1)));
  return { right, fine, key };
}

/** Writes the corpus and its account into a folder once; later runs find them. */
export function writeCorpus(folder) {
  const corpus = makeCorpus();
  const file = path.join(folder, "corpus.log");
  fs.writeFileSync(file, corpus.text);
  const { planted, allowed, traps } = corpus;
  fs.writeFileSync(path.join(folder, "corpus.truth.json"), JSON.stringify({ planted, allowed: [...allowed], traps: [...traps] }));
  return { file, ...corpus };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.resolve(import.meta.dirname, "../target/bench");
  fs.mkdirSync(folder, { recursive: true });
  const { file, text, planted, traps } = writeCorpus(folder);
  const counts = {};
  for (const { type } of planted) counts[type] = (counts[type] ?? 0) + 1;
  console.log(`${file}: ${(text.length / 1e6).toFixed(1)} MB, ${text.split("\n").length - 1} lines, ${planted.length} values, ${traps.size} traps`);
  console.table(counts);
}
