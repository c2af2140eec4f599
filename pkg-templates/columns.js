// JavaScript values into what the raw module takes: NDJSON for objects, and
// buffers for numbers.
import { invalid } from "./errors.js";

const KINDS = new Map([
  [Int8Array, "int8"], [Int16Array, "int16"], [Int32Array, "int32"], [BigInt64Array, "int64"],
  [Uint8Array, "uint8"], [Uint8ClampedArray, "uint8"], [Uint16Array, "uint16"], [Uint32Array, "uint32"],
  [BigUint64Array, "uint64"], [Float32Array, "float32"], [Float64Array, "float64"],
]);

// Marks digits that go into the JSON as a number; a JSON text cannot hold it otherwise.
const BIG = "\u0000bigint:";
const BIG_TEXT = /"\\u0000bigint:(-?\d+)"/g;

/** JSON of values that JSON.stringify alone gets wrong. */
export function toJson(value) {
  let big = false;
  const json = JSON.stringify(value, (_, v) => {
    if (typeof v === "bigint") {
      big = true;
      return BIG + v;
    }
    if (v instanceof RegExp) return inline(v);
    if (v instanceof Map) return Object.fromEntries(v);
    if (v instanceof Set) return [...v];
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return Array.from(v);
    return v;
  });
  return big ? json.replace(BIG_TEXT, "$1") : json;
}

/** A RegExp as a pattern with its flags inside. */
function inline(pattern) {
  const wrong = pattern.flags.replace(/[dgimsuy]/g, "");
  if (wrong) throw invalid(`the pattern ${pattern} has a flag that huntbook does not know: ${wrong}`);
  const flags = pattern.flags.replace(/[^ims]/g, "");
  return flags ? `(?${flags})${pattern.source}` : pattern.source;
}

const simple = (v) => v === null || (typeof v !== "object" && typeof v !== "bigint") || v instanceof Date;

/** Rows as NDJSON bytes, a block of rows at a time. */
export function toNdjson(rows) {
  const parts = [];
  const encoder = new TextEncoder();
  let lines = "";
  const flush = () => {
    // JSON.stringify writes halves of surrogate pairs as escapes, which are no text.
    if (/\\u[dD][89a-fA-F]/.test(lines)) {
      lines = lines.replace(/\\(u[dD][89a-fA-F][0-9a-fA-F]{2}|[^])/g, (all, escape) => (escape.length > 1 ? "\\ufffd" : all));
    }
    parts.push(encoder.encode(lines));
    lines = "";
  };
  let index = 0;
  for (const row of rows) {
    if (row === null || typeof row !== "object" || Array.isArray(row)) {
      throw invalid(`row ${index} should be an object, but is ${row === null ? "null" : Array.isArray(row) ? "an array" : typeof row}`);
    }
    lines += (Object.values(row).every(simple) ? JSON.stringify(row) : toJson(row)) + "\n";
    if (lines.length > 1 << 20) flush();
    index++;
  }
  flush();
  return join(parts);
}

/** `{ column, buffers }` of values that are all numbers, bools or absent; else undefined. */
export function toBuffers(name, values) {
  const kind = KINDS.get(values.constructor);
  if (kind) return { column: { name, kind, length: values.length, nullable: false }, buffers: [asBytes(values)] };
  if (!Array.isArray(values)) throw invalid(`column \`${name}\` should be an array or a typed array`);
  let [numbers, integers, absent] = [true, true, 0];
  for (let i = 0; i < values.length && numbers; i++) {
    const v = values[i];
    if (v === null || v === undefined) absent++;
    else if (typeof v !== "number") numbers = false;
    else if (!Number.isSafeInteger(v) || Object.is(v, -0)) integers = false;
  }
  if (absent === values.length) return { column: { name, kind: "null", length: values.length, nullable: false }, buffers: [] };
  if (!numbers) return undefined;
  const data = integers ? toInt64(values) : Float64Array.from(values, (v) => v ?? 0);
  const column = { name, kind: integers ? "int64" : "float64", length: values.length, nullable: absent > 0 };
  return { column, buffers: absent ? [asBytes(data), validity(values)] : [asBytes(data)] };
}

/** Two words each, which is much faster than a bigint each. */
function toInt64(values) {
  const words = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const v = values[i] ?? 0;
    words[2 * i] = v % 4294967296;
    words[2 * i + 1] = Math.floor(v / 4294967296);
  }
  return words;
}

function validity(values) {
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (let i = 0; i < values.length; i++) if (values[i] !== null && values[i] !== undefined) bits[i >> 3] |= 1 << (i & 7);
  return bits;
}

const asBytes = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** One array of all, each padded to a multiple of `align` bytes. */
export function join(parts, align = 1) {
  const padded = (length) => Math.ceil(length / align) * align;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + padded(part.length), 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += padded(part.length);
  }
  return all;
}
