// Tables of the page on their way to where work is done, which keeps the last one:
// most calls are about the table of the call before.
import { lengthOf, toBytes, writeArrow } from "./pieces.js";

/** Rows of a raw table: `{ id, raw, from, to }`. Tables never change, so that `id` tells what is in it. */
export const makeSheet = (id, raw) => ({ id, raw, from: 0, to: raw.numRows });

/** Bytes of a sheet as Arrow. */
export function bytesOf({ raw }) {
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
export const isOf = (key, id) => Boolean(key?.startsWith(`${id}:`));

/** What is sent of a source to one who holds the sheet `held`. */
export function send(source, held) {
  const key = keyOf(source);
  if (!key) return source;
  if (key === held) return { key };
  const rows = source.raw.slice(source.from, source.to);
  try {
    return { key, ...writeArrow(rows, toBytes) };
  } finally {
    rows.free();
  }
}
