// Searching and sorting of long tables without freezing the page: generators
// that yield the fraction done, run for a few milliseconds at a time.
import { show } from "./text.js";

const SLICE_MS = 12;
const ROWS = 1024;

/** The value that `steps` returns; `onProgress` hears the fraction, `signal` stops it. */
export async function inSlices(steps, { signal, onProgress } = {}) {
  for (let until = performance.now() + SLICE_MS; ; ) {
    signal?.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < until) continue;
    onProgress?.(value);
    await pause();
    until = performance.now() + SLICE_MS;
  }
}

/** Lets the page draw and take input; setTimeout would wait 4 ms each time. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Numbers of the rows with `text` in any cell, as it is shown; without regard to case. Of `among`, if given. */
export function* matching(table, text, among) {
  const wanted = text.toLowerCase();
  const has = (value) => value !== null && (typeof value === "string" ? value : show(value)).toLowerCase().includes(wanted);
  const found = yield* where(table, (row) => {
    for (const name in row) if (has(row[name])) return true;
    return false;
  });
  if (!among) return found;
  const wantedRows = new Set(found);
  return among.filter((row) => wantedRows.has(row));
}

/** Numbers of the rows that `test` holds of. */
export function* where(table, test) {
  const found = [];
  for (let start = 0; start < table.numRows; start += ROWS) {
    const rows = table.rows(start, start + ROWS);
    for (let i = 0; i < rows.length; i++) if (test(rows[i])) found.push(start + i);
    yield start / table.numRows;
  }
  return found;
}

/** The values of a column in a form that `<` compares; what has no order is null. */
export function* keys(table, name) {
  const made = [];
  const key = (value) => {
    if (value instanceof Date) value = value.getTime();
    if (Number.isNaN(value)) return null;
    return value !== null && typeof value === "object" ? JSON.stringify(value) : value;
  };
  for (let start = 0; start < table.numRows; start += ROWS) {
    const part = table.slice(start, start + ROWS);
    for (const value of part.column(name)) made.push(key(value));
    part.free();
    yield start / table.numRows;
  }
  return made;
}

/** `index` in the order of `keys[i]`; stable, nulls last in both directions. */
export function* ordered(index, keys, descending) {
  const sign = descending ? -1 : 1;
  const compare = (a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === null || y === null) return (x === null) - (y === null);
    return x < y ? -sign : x > y ? sign : 0;
  };
  let from = [];
  for (let start = 0; start < index.length; start += ROWS) {
    from.push(...Array.from(index.slice(start, start + ROWS)).sort(compare));
    yield start / index.length / 2;
  }
  const passes = Math.ceil(Math.log2(Math.max(1, index.length / ROWS)));
  for (let pass = 0, width = ROWS; width < from.length; pass++, width *= 2) {
    const to = new Array(from.length);
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      for (let i = start, j = middle, at = start; at < end; at++) {
        to[at] = j >= end || (i < middle && compare(from[i], from[j]) <= 0) ? from[i++] : from[j++];
        if (!(at % (ROWS * 4))) yield 0.5 + (pass + at / from.length) / passes / 2;
      }
    }
    from = to;
  }
  return from;
}
