// Tables of the page on their way to where work is done, which keeps the last one:
// most calls are about the table of the call before.
import { lengthOf, toBytes, writeArrow } from "./pieces.js";

/** Rows of a raw table: `{ id, raw, from, to }`. Tables never change, so that `id` tells what is in it. */
export const makeSheet = (id, raw) => ({ id, raw, from: 0, to: raw.numRows });

/** About how many bytes a source has: a sheet as Arrow, a text at least. */
export function sizeOf({ raw, blob, length }) {
  if (!raw) return blob?.size ?? length;
  const pieces = raw.pieces();
  try {
    return lengthOf(pieces.places());
  } finally {
    pieces.free();
  }
}

/** By what a sheet is known where it is kept. */
export const keyOf = (source) => (source?.raw ? `${source.id}:${source.from}:${source.to}` : undefined);

/** Whether it is a sheet of the table `id`. */
export const isOf = (key, id) => key?.startsWith(`${id}:`);

/** What is sent of a job to one who holds the sheet `held`. */
export function toSend({ fn, args: [source, ...others] }, held) {
  const key = keyOf(source);
  const sent = key ? { key } : source;
  if (key && key !== held) {
    const rows = source.raw.slice(source.from, source.to);
    Object.assign(sent, writeArrow(rows, toBytes));
    rows.free();
  }
  return { fn, args: [sent, ...others] };
}
