// Compares what a tool found with what was planted.
import fs from "node:fs";
import path from "node:path";

/**
 * `found` is how many planted values were, `missed` which were not, `wrong` what
 * is neither planted nor part of something planted, each with the kind of trap
 * that it stands in. `planned` counts planted values of the types the tool knows.
 */
export function examine(pairs, { right, fine, key }, traps) {
  const seen = new Map(pairs.map(([type, value]) => [key(type, String(value)), { type, value: String(value) }]));
  const missed = [...right].filter(([text]) => !seen.has(text)).map(([, one]) => one);
  const wrong = [...seen].filter(([text]) => !right.has(text) && !fine.has(text)).map(([, one]) => one);
  const types = new Set([...seen.values()].map(({ type }) => type));
  const planned = [...right.values()].filter(({ type }) => types.has(type)).length;
  nameTraps(wrong, traps);
  return { found: right.size - missed.length, missed, wrong, planned, distinct: seen.size };
}

/** Says of each wrong value in which kind of trap it stands, if in one: one search in all their texts. */
function nameTraps(wrong, traps) {
  const kinds = [...traps.values()];
  const texts = [...traps.keys()].map((text) => `${text.toLowerCase()}\n`);
  const ends = [];
  for (const text of texts) ends.push((ends.at(-1) ?? 0) + text.length);
  const all = texts.join("");
  for (const one of wrong) {
    const at = all.indexOf(one.value.toLowerCase());
    one.trap = at < 0 ? "no trap" : kinds[firstAbove(ends, at)];
  }
}

/** The index of the first of the rising `ends` that is above `at`. */
function firstAbove(ends, at) {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function groups(list, name) {
  const map = new Map();
  for (const one of list) {
    const key = name(one);
    if (!map.has(key)) map.set(key, []);
    map.get(key).push(one.value);
  }
  return [...map].sort((a, b) => b[1].length - a[1].length);
}

const PEER_EXAMPLES = 12;
const CONTEXT = 40;

/** Where a value first stands in the text, with what is around it. */
function makeContext(text) {
  const lower = text.toLowerCase();
  return (value) => {
    const plain = lower.indexOf(value.toLowerCase());
    const at = plain >= 0 ? plain : lower.indexOf(value.toLowerCase().replaceAll("\\", "\\\\"));
    return at < 0 ? "(not spelt like this)" : text.slice(Math.max(0, at - CONTEXT), at + value.length + CONTEXT).replaceAll("\n", "⏎");
  };
}

function section(title, list, group, toLines) {
  const lines = [`\n# ${title}: ${list.length}`];
  for (const [kind, values] of groups(list, group)) lines.push(`\n## ${kind}: ${values.length}\n`, ...toLines(values));
  return lines;
}

/** Writes quality.md: all of huntbook's misses and false positives with their surroundings, examples of the others'. */
export function saveDetails(reports, corpus, folder) {
  const context = makeContext(corpus.text);
  const all = (values) => values.flatMap((value) => [`    ${value}`, `        ${context(value)}`]);
  const some = (values) => values.slice(0, PEER_EXAMPLES).map((value) => `    ${value}`);
  const lines = Object.entries(reports).flatMap(([name, { missed, wrong }]) => {
    const toLines = name === "huntbook" ? all : some;
    return [
      ...section(`${name} missed`, missed, ({ type, how }) => `${type}, ${how}`, toLines),
      ...section(`${name} is wrong`, wrong, ({ type, trap }) => `${type} in ${trap}`, toLines),
    ];
  });
  const file = path.join(folder, "quality.md");
  fs.writeFileSync(file, `${lines.join("\n").trim()}\n`);
  return file;
}
