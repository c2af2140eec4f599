// Rows that come in several answers, and columns whose types a service has elsewhere than in their values.

/** Rows that are asked for where a user gives no limit. */
const MOST_ROWS = 100_000;
// Pages without rows, one after another, before a service is not asked any more.
const MOST_EMPTY = 100;

const isAbsent = (value) => value === null || value === undefined || value === "";
const toText = (value) => (isAbsent(value) ? undefined : String(value));

/** Times of whole numbers since 1970, `perSecond` of them a second, without loss. */
const times = (digits) => (text) => {
  if (!/^-?\d{1,17}$/.test(text)) return undefined;
  const count = BigInt(text);
  const unit = 10n ** BigInt(digits - 3);
  const rest = ((count % unit) + unit) % unit;
  const ms = Number((count - rest) / unit);
  if (Math.abs(ms) > 864e13) return undefined;
  return new Date(ms).toISOString().replace("Z", `${digits > 3 ? String(rest).padStart(digits - 3, "0") : ""}Z`);
};

const KINDS = {
  int: (text) => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined),
  float: (text) => (text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text === "NaN" ? NaN : undefined),
  ms: times(3),
  us: times(6),
};

/**
 * The table with columns of other types: `kinds` maps a name to `"int"`, `"float"`, or `"ms"` and `"us"` for times that are counted
 * in these. A column that has another value keeps its type, and one that is not there is not missed.
 */
export async function retype(Table, table, kinds) {
  const names = table.columns.map(({ name }) => name);
  const columns = {};
  for (const name of names) {
    if (!Object.hasOwn(kinds, name)) continue;
    const texts = Array.from(table.column(name), toText);
    const values = texts.map((text) => (text === undefined ? null : KINDS[kinds[name]](text)));
    if (!values.includes(undefined) && values.some((value) => value !== null)) columns[name] = values;
  }
  if (Object.keys(columns).length === 0) return table;
  const others = table.select(names.filter((name) => !Object.hasOwn(columns, name)));
  const next = await Table.fromColumns(columns);
  return (others.numColumns ? new Table(others._raw.beside(next._raw)) : next).select(names);
}

/** An answer's bytes without the mark of their order, which some services begin with. */
export const withoutMark = (bytes) => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.slice(3) : bytes);

/** An answer's JSON as the only value of a list: `{"name":[…]}`. */
export function inList(name, bytes) {
  const [before, own, after] = [new TextEncoder().encode(`{"${name}":[`), withoutMark(bytes), new TextEncoder().encode("]}")];
  const all = new Uint8Array(before.length + own.length + after.length);
  all.set(before);
  all.set(own, before.length);
  all.set(after, before.length + own.length);
  return all;
}

/** All rows of tables in one, in halves so that none is copied many times. */
export function joinTables(tables) {
  if (tables.length === 1) return tables[0];
  const half = tables.length >> 1;
  return joinTables(tables.slice(0, half)).concat(joinTables(tables.slice(half)));
}

/**
 * The rows of one page after another, at most `limit`, as `{ table, notes }`, where `notes` say why some are missing.
 * `readPage(rows, size, next)` gets how many there are so far, and how many are wanted still; it resolves to `{ table?, isLast, total?, notes? }`,
 * or with `next` instead of `isLast` where the service says what to ask next, also after a page without rows. Once there are rows, an error
 * ends it, and is said.
 */
export async function readPages({ Table }, readPage, { limit, signal, onProgress }) {
  const most = limit ?? MOST_ROWS;
  const [tables, notes] = [[], new Set()];
  let rows = 0;
  let next;
  let empty = 0; // pages without rows, one after another
  const asked = new Set();
  for (let isLast = false; !isLast; ) {
    if (rows >= most) {
      if (limit === undefined) notes.add(`there are more than ${most} rows; raise { limit }, or ask for less`);
      break;
    }
    try {
      const page = await readPage(rows, most - rows, next);
      const count = page.table?.numRows ?? 0;
      // The first has the columns, also without rows.
      if (count || (page.table && !tables.length)) tables.push(page.table);
      rows += count;
      for (const note of page.notes ?? []) notes.add(note);
      // Some services write nothing as null or as an empty text.
      next = page.next || undefined;
      isLast = next === undefined && (page.isLast !== false || count === 0);
      empty = count ? 0 : empty + 1;
      // What was asked already would be so for ever.
      if (asked.has(next) || empty > MOST_EMPTY) {
        notes.add(empty > MOST_EMPTY ? `${empty} pages without rows came one after another; ask again, or for less` : "the service pointed to a page that it gave already; ask again");
        isLast = true;
      }
      if (next !== undefined) asked.add(next);
      if (page.total > 0) onProgress?.(Math.min(rows / Math.min(page.total, most), 1));
    } catch (error) {
      if (!rows || signal?.aborted || error?.name !== "HuntbookError") throw error;
      notes.add(`more rows could not be read: ${error.message}`);
      break;
    }
  }
  const table = tables.length ? joinTables(tables) : await Table.fromRows([]);
  return { table: rows > most ? table.slice(0, most) : table, notes: [...notes] };
}

/** Notes as the one text that a query gives, if there are some. */
export const said = (...notes) => notes.flat().filter(Boolean).join("; ") || undefined;
