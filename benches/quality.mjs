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

/** Says of each wrong value in which kind of trap it stands, if in one. */
function nameTraps(wrong, traps) {
  const texts = [...traps.keys()];
  const ends = [];
  let all = "";
  const parts = [];
  let length = 0;
  for (const text of texts) {
    parts.push(text.toLowerCase());
    length += text.length + 1;
    ends.push(length);
  }
  all = parts.join("\n");
  for (const one of wrong) {
    const at = all.indexOf(one.value.toLowerCase());
    one.trap = at < 0 ? "other" : traps.get(texts[firstAbove(ends, at)]);
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

/** Writes target/bench/quality.md: all of huntbook's misses and false positives, examples of the others', each with its line. */
export function saveDetails(reports, corpus, folder) {
  const lower = corpus.text.toLowerCase();
  const context = (value) => {
    let at = lower.indexOf(value.toLowerCase());
    if (at < 0) at = lower.indexOf(value.toLowerCase().replaceAll("\\", "\\\\"));
    return at < 0 ? "" : corpus.text.slice(Math.max(0, at - 40), at + value.length + 40).replaceAll("\n", "⏎");
  };
  const lines = [];
  for (const [name, { missed, wrong }] of Object.entries(reports)) {
    const most = name === "huntbook" ? Infinity : PEER_EXAMPLES;
    for (const [title, list, group] of [["missed", missed, ({ type, how }) => `${type}, ${how}`], ["false positives", wrong, ({ type, trap }) => `${type} in ${trap}`]]) {
      lines.push(`\n# ${name}: ${list.length} ${title}`);
      for (const [kind, values] of groups(list, group)) {
        lines.push(`\n## ${kind}: ${values.length}\n`, ...values.slice(0, most).map((value) => `    ${value}${most === Infinity ? `\n        ${context(value)}` : ""}`));
      }
    }
  }
  const file = path.join(folder, "quality.md");
  fs.writeFileSync(file, `${lines.join("\n").trim()}\n`);
  return file;
}
