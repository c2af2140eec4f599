// Cells out of WebAssembly memory into JavaScript values.
//
// `describe` tells where a column's buffers lie; `decode` reads a range of rows.
// Typed arrays over the memory are made for each call and never kept, because
// they die when the memory grows.

// `ignoreBOM` keeps a leading U+FEFF, which is part of the value here.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const ARRAYS = {
  int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array,
  float32: Float32Array, float64: Float64Array, date32: Int32Array, time: BigInt64Array,
};

const DAY_MS = 86_400_000;
// Rows whose text is decoded at once. Text beyond ASCII slows down only its own block.
const BLOCK = 4096;

/** Whether a column may be copied as one typed array. */
export const isPlainNumbers = (view) =>
  view.validity === undefined && view.kind in ARRAYS && view.kind !== "date32" && view.kind !== "time";

/** A copy of the numbers of a column that `isPlainNumbers`. */
export function copyNumbers(buffer, view) {
  return new ARRAYS[view.kind](buffer, view.values, view.length).slice();
}

/** The values of rows `start` to `end`, absent ones as null. `raw`: 64-bit values as bigints. */
export function decode(buffer, view, start, end, raw = false) {
  const values = DECODERS[view.kind](buffer, view, start, end, raw);
  if (view.validity !== undefined) {
    const bits = new Uint8Array(buffer, view.validity);
    for (let row = start, at = start + view.validityBit; row < end; row++, at++) {
      if (!(bits[at >> 3] & (1 << (at & 7)))) values[row - start] = null;
    }
  }
  return values;
}

function numbers(buffer, view, start, end) {
  return Array.from(new ARRAYS[view.kind](buffer, view.values, view.length).subarray(start, end));
}

/** 64-bit integers: numbers where they are safe, else bigints. */
function integers(buffer, view, start, end, raw) {
  if (raw) return numbers(buffer, view, start, end);
  const big = new ARRAYS[view.kind](buffer, view.values, view.length);
  const words = new Int32Array(buffer, view.values, view.length * 2);
  const values = new Array(end - start);
  for (let row = start; row < end; row++) {
    const high = words[2 * row + 1];
    const n = high * 4294967296 + (words[2 * row] >>> 0);
    // High words from -2^21 to 2^21 - 1 are the safe ones; a uint64 from 2^63 on looks negative.
    const safe = high < 2097152 && high >= (view.kind === "int64" ? -2097152 : 0) && Number.isSafeInteger(n);
    values[row - start] = safe ? n : big[row];
  }
  return values;
}

/** Times as Dates, cut to milliseconds towards the past. */
function times(buffer, view, start, end, raw) {
  if (raw) return numbers(buffer, view, start, end);
  const values = new Array(end - start);
  const { perMs } = view;
  if (perMs > 1e3) {
    const big = new BigInt64Array(buffer, view.values, view.length);
    for (let row = start; row < end; row++) {
      const n = big[row];
      const rest = Number(((n % 1000000n) + 1000000n) % 1000000n);
      values[row - start] = new Date(Number((n - BigInt(rest)) / 1000000n));
    }
    return values;
  }
  const words = new Int32Array(buffer, view.values, view.length * 2);
  for (let row = start; row < end; row++) {
    const n = words[2 * row + 1] * 4294967296 + (words[2 * row] >>> 0);
    values[row - start] = new Date(Math.floor(perMs < 1 ? n * 1000 : n / perMs));
  }
  return values;
}

function bools(buffer, view, start, end) {
  const bits = new Uint8Array(buffer, view.values);
  const values = new Array(end - start);
  for (let row = start, at = start + view.bit; row < end; row++, at++) {
    values[row - start] = (bits[at >> 3] & (1 << (at & 7))) !== 0;
  }
  return values;
}

/** Offsets below 4 GiB: of 64-bit ones only the low word counts, at `step` 2. */
function offsetsOf(buffer, view) {
  const step = view.wide ? 2 : 1;
  return { offsets: new Uint32Array(buffer, view.offsets, (view.length + 1) * step), step };
}

function texts(buffer, view, start, end) {
  const { offsets, step } = offsetsOf(buffer, view);
  const values = new Array(end - start);
  for (let from = start; from < end; from += BLOCK) {
    textBlock(new Uint8Array(buffer, view.values), offsets, step, from, Math.min(from + BLOCK, end), values, start);
  }
  return values;
}

/** One decode for all rows; if every byte became one character, offsets are positions. */
function textBlock(bytes, offsets, step, from, to, values, start) {
  const first = offsets[from * step];
  const last = offsets[to * step];
  const all = decoder.decode(bytes.subarray(first, last));
  const ascii = all.length === last - first;
  for (let row = from; row < to; row++) {
    const a = offsets[row * step];
    const b = offsets[(row + 1) * step];
    values[row - start] = ascii ? all.slice(a - first, b - first) : decoder.decode(bytes.subarray(a, b));
  }
}

function lists(buffer, view, start, end, raw) {
  const { offsets } = offsetsOf(buffer, view);
  const values = new Array(end - start);
  if (end <= start) return values;
  const first = offsets[start];
  const items = decode(buffer, view.child, first, offsets[end], raw);
  for (let row = start; row < end; row++) values[row - start] = items.slice(offsets[row] - first, offsets[row + 1] - first);
  return values;
}

const DECODERS = {
  int8: numbers, int16: numbers, int32: numbers, int64: integers,
  uint8: numbers, uint16: numbers, uint32: numbers, uint64: integers,
  float32: numbers, float64: numbers,
  date32: (buffer, view, start, end, raw) => {
    const days = numbers(buffer, view, start, end);
    return raw ? days : days.map((day) => new Date(day * DAY_MS));
  },
  time: times, bool: bools, text: texts, list: lists,
};
