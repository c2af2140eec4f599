// Cuts a call into parts that several workers do at once, and joins what they find so
// that nobody can tell. What cannot be joined so is left to one worker. A file of its
// own in the package, which is loaded when there is something large.
import { LONGEST_LINE, lineEnd } from "./lines.js";

// Larger results are not joined: for a moment they are there twice.
const MOST_BYTES = 2 ** 30;

/**
 * What can be cut. `row` and `column` are where the result says from which row and
 * column of a table something is, and `places` where in a text; its rows are in the
 * order of columns, then of rows. Without `row` a result has the rows of its source.
 */
const CUTTABLE = {
  extractIocs: {
    row: "SourceIndex",
    column: "SourceColumn",
    places: ["Start", "End"],
    // A pattern of the user's may reach over lines.
    fits: ({ customTypes }) => !customTypes?.length,
    unique: ["IoCType", "Observable"],
  },
  unpackBase64: {
    row: "src_index",
    column: "src_column",
    // What is encoded may go over lines, and its numbers over the whole text.
    fits: ({ maxBytes = 0, maxItems = 0 }, source) => source.raw && [maxBytes, maxItems].every(Number.isSafeInteger),
    // Parts of a limit, so that all together stay below it if each does.
    share: ({ maxBytes = 2 ** 28, ...options }, count) => ({ ...options, maxBytes: Math.floor(maxBytes / count) }),
    isWhole: (table, { maxItems = 100_000 }) => table.numRows <= maxItems
      && countOf(table, { column: "error", contains: "maxBytes" }) === 0
      && countOf(table, { column: "file_type", in: ["bz2", "xz"] }) <= MOST_STREAMS,
  },
};
// Of one run; see `MOST_LARGE` in src/archive.rs.
const MOST_STREAMS = 1000;

/**
 * `{ jobs, join }` for up to `count` workers, or nothing; `join(rooms)` resolves to the
 * table, or to nothing if only one worker can tell. `toTable(room)` resolves to a Table.
 */
export async function cut({ fn, args: [source, options = {}] }, count, toTable) {
  const how = CUTTABLE[fn];
  if (!how?.fits(options, source) || !isPlain(options.columns)) return undefined;
  const shape = shapeOf(source);
  const places = await placesOf(shape, count);
  if (!places) return undefined;
  const own = how.share?.(options, count) ?? options;
  const jobs = places.slice(1).map((to, i) => ({ fn, args: [shape.part(places[i], to), own, !source.raw] }));
  async function join(rooms) {
    if (!rooms.every(Boolean) || rooms.reduce((sum, { room }) => sum + room.length, 0) > MOST_BYTES) {
      rooms.forEach((one) => one?.room.free?.());
      return undefined;
    }
    const tables = [];
    for (const room of rooms) tables.push(await toTable(room));
    for (const name of source.raw ? [how.row] : how.places) tables.forEach((table, i) => add(table, name, places[i]));
    let table = source.raw ? joinColumns(tables, how.column, options.columns ?? names(source.raw)) : concat(tables);
    if (options.unique) table = once(table, how.unique);
    if (how.isWhole?.(table, options) !== false) return table;
    table.free();
    return undefined;
  }
  return { jobs, join };
}

function countOf(table, condition) {
  const found = table.filter(condition);
  const { numRows } = found;
  found.free();
  return numRows;
}

/** Columns of which none is named twice, if any are. */
const isPlain = (columns) => columns == null || (Array.isArray(columns) && new Set(columns).size === columns.length);

const names = (raw) => JSON.parse(raw.columns()).map(({ name }) => name);

/** `length`, `part(from, to)`, and `end(at)`: where it can be cut near `at`. */
function shapeOf(source) {
  const { raw, blob } = source;
  if (raw) return { length: raw.numRows, end: (at) => at, part: (from, to) => ({ ...source, from, to }) };
  if (blob) {
    const end = async (at) => {
      const line = lineEnd(new Uint8Array(await blob.slice(at, at + LONGEST_LINE).arrayBuffer()), 0);
      return line && at + line;
    };
    return { length: blob.size, end, part: (from, to) => ({ blob, from, to }) };
  }
  const part = (from, to) => (typeof source === "string" ? source.slice(from, to) : source.subarray(from, to));
  return { length: source.length, end: (at) => lineEnd(source, at), part };
}

/** Where the parts begin, and the end; nothing if it cannot be cut. */
async function placesOf({ length, end }, count) {
  const places = [0];
  try {
    for (let i = 1; i < count; i++) {
      const place = await end(Math.floor((i * length) / count));
      if (place > places.at(-1) && place < length) places.push(place);
    }
  } catch {
    return undefined; // The worker that cannot read it either says why.
  }
  places.push(length);
  return places.length > 2 && places;
}

/** Adds to a column of integers without nulls, in place: nobody has the table yet. */
function add(table, name, by) {
  const { values, length, memory } = view(table, name);
  const words = new Uint32Array(memory, values, 2 * length);
  for (let i = 0; by && i < words.length; i += 2) {
    const low = words[i] + by;
    words[i] = low;
    words[i + 1] += Math.floor(low / 2 ** 32);
  }
}

function view(table, name) {
  const raw = table._raw;
  const index = table.columns.findIndex((column) => column.name === name);
  return { ...JSON.parse(raw.columnView(index)), memory: raw.constructor.memory().buffer };
}

/** The tables under one another; they are freed. */
function concat(tables) {
  while (tables.length > 1) {
    const pairs = [];
    for (let i = 0; i < tables.length; i += 2) pairs.push(tables[i + 1] ? tables[i].concat(tables[i + 1]) : tables[i].slice());
    tables.forEach((table) => table.free());
    tables = pairs;
  }
  return tables[0];
}

/** The tables as one whose rows are in the order of `columns`, which `name` names, then of the tables. */
function joinColumns(tables, name, columns) {
  const runs = columns.map(() => []);
  for (const table of tables) {
    const cells = table.getChild(name);
    for (let start = 0; start < table.numRows;) {
      const column = cells.get(start);
      // Rows of a column are together: the last one is found by halves.
      let end = table.numRows;
      for (let low = start; low + 1 < end;) {
        const middle = (low + end) >> 1;
        if (cells.get(middle) === column) low = middle;
        else end = middle;
      }
      runs[columns.indexOf(column)].push(table.slice(start, end));
      start = end;
    }
  }
  const parts = runs.flat();
  if (!parts.length) return concat(tables);
  tables.forEach((table) => table.free());
  return concat(parts);
}

/** Of rows with the same `keys` the first, whose `Count` is that of all. */
function once(table, keys) {
  const [kinds, values, counts] = [...keys, "Count"].map((name) => table.column(name));
  const at = new Map();
  const rows = [];
  const sums = [];
  values.forEach((value, row) => {
    const key = `${kinds[row]} ${value}`;
    if (!at.has(key)) {
      at.set(key, rows.length);
      rows.push(row);
      sums.push(0);
    }
    sums[at.get(key)] += counts[row];
  });
  const kept = table.take(rows);
  table.free();
  const { values: address, memory } = view(kept, "Count");
  const words = new Uint32Array(memory, address, 2 * rows.length);
  sums.forEach((sum, i) => words.set([sum, Math.floor(sum / 2 ** 32)], 2 * i));
  return kept;
}
