// Makes src/entity/suffixes.txt of the public suffix list:
//   node scripts/suffixes.mjs public_suffix_list.dat
// The list: https://publicsuffix.org/list/ (MPL-2.0); PyPI's publicsuffixlist
// carries it. Taken are its ICANN part, in Punycode, without comments.
import fs from "node:fs";
import path from "node:path";
import { domainToASCII } from "node:url";

const list = fs.readFileSync(process.argv[2], "utf8");
const version = /^\/\/ VERSION: (.+)$/m.exec(list)?.[1] ?? "unknown";
const icann = list.split("===BEGIN ICANN DOMAINS===")[1].split("===END ICANN DOMAINS===")[0];
const rules = icann
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line && !line.startsWith("//"))
  .map((rule) => {
    const [, mark, name] = /^(!|\*\.)?(.+)$/.exec(rule);
    return (mark ?? "") + domainToASCII(name);
  })
  .sort();
// Below each parent its labels, because that is shorter: `uk co gov …`; `.` is the parent of top-level domains.
const below = new Map([[".", []]]);
for (const rule of rules) {
  const [, label, parent] = /^([^.]+)\.?(.*)$/.exec(rule);
  below.set(parent || ".", [...(below.get(parent || ".") ?? []), label]);
}
const lines = [...below].map(([parent, labels]) => `${parent} ${labels.join(" ")}`).sort();
const header = `# Public suffix list, ICANN part, version ${version}; https://publicsuffix.org, MPL-2.0. Made by scripts/suffixes.mjs.`;
fs.writeFileSync(path.join(import.meta.dirname, "../src/entity/suffixes.txt"), `${[header, ...lines].join("\n")}\n`);
console.log(`${rules.length} rules`);
