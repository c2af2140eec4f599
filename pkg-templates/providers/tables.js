// What the providers of files share: tables that stay in memory, names of files and tables, and what they do not do.
import { lengthOf } from "../pieces.js";

// Bytes of tables that stay in memory when they were read.
const MOST_BYTES = 512 * 2 ** 20;

/** Tables that were read, by key: those used last, as many as have room. Users get parts of their own, which they may free. */
export function makeShelf(most = MOST_BYTES) {
  const shelf = new Map();
  const take = (key) => {
    const one = shelf.get(key);
    shelf.delete(key);
    return one;
  };
  return {
    async get(key, read) {
      const { table, bytes } = take(key) ?? measured(await read());
      take(key)?.table.free();
      shelf.set(key, { table, bytes });
      let all = 0;
      for (const one of shelf.values()) all += one.bytes;
      const own = table.slice();
      for (const [oldest, one] of shelf) {
        if (all <= most) break;
        all -= one.bytes;
        take(oldest).table.free();
      }
      return own;
    },
    clear() {
      for (const { table } of shelf.values()) table.free();
      shelf.clear();
    },
  };
}

/** A table and about how many bytes it has, as Arrow. */
function measured(table) {
  const pieces = table._raw.pieces();
  try {
    return { table, bytes: lengthOf(pieces.places()) };
  } finally {
    pieces.free();
  }
}

const ARCHIVES = /\.(gz|gzip|tgz|bz2|tbz2?|xz|txz|zip|tar)$/i;
const ENDINGS = /\.(csv|tsv|tab|txt|log|json|jsonl|ndjson|arrow|arrows|feather|ipc|parquet|pkl|pickle)$/i;

/** A path without what says how it is written: `a/b.csv.gz` is `a/b`. */
export function stemOf(path) {
  let stem = path;
  while (ARCHIVES.test(stem)) stem = stem.replace(ARCHIVES, "");
  return stem.replace(ENDINGS, "") || path;
}

/** A name that JavaScript and msticpy take for one. */
export function toIdentifier(text) {
  const name = text.replace(/[^\p{L}\p{N}_]+/gu, "_");
  return /^\p{N}/u.test(name) ? `_${name}` : name;
}

/** The table that a text names, with its family or without. */
export function tableNamed(text, family, tables, { invalid, raw }) {
  const name = text.trim().replace(`${family}.`, "");
  const all = [...tables.keys()];
  if (tables.has(name)) return name;
  throw invalid(`there is no table \`${name}\`${raw.didYouMean(name, all.join("\n"))} (there are: ${all.join(", ")})`);
}

/** Schemas of tables by name; `read(name)` resolves to one, or to nothing for what is none. */
export async function schemasOf(names, read) {
  const all = {};
  for (const name of names) {
    const table = await read(name);
    if (!table) continue;
    all[name] = Object.fromEntries(table.columns.map((column) => [column.name, column.type]));
    table.free();
  }
  return all;
}

/** These providers take no time beside the text. */
export function refuseTimes({ beside }, { invalid }, what) {
  if (beside) throw invalid(`${what} are read whole, so start and end are not for them; filter the table that you get, such as table.filter({ column: "TimeGenerated", ge: start })`);
}

export const atMost = (table, limit) => (limit >= 0 && limit < table.numRows ? table.slice(0, limit) : table);
