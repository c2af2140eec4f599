// Turns whatever the user has into what can be sent to the worker: text, bytes,
// `{ blob }` (read there, so that the page never holds it) or the sheet of a Table.
import { HuntbookError, invalid, shownUrl } from "./errors.js";

const EXPECTED = "text, bytes (Uint8Array, ArrayBuffer), a File or Blob, a Response, or a URL object";

/** `{ value, name? }` for one source; fetches what has to be fetched. */
export async function toSource(source, { Table, fetchFile, signal }) {
  if (typeof source === "string") return { value: source };
  if (source instanceof Table) return { value: source._sheet() };
  if (isBuffer(source) || ArrayBuffer.isView(source)) return { value: toBytes(source) };
  if (typeof Blob === "function" && source instanceof Blob) return { value: { blob: source }, name: source.name };
  if (source instanceof URL) return fromAnswer(await fetchFile(source, signal), source.href);
  if (typeof Response === "function" && source instanceof Response) return fromAnswer(source, source.url);
  if (typeof source?.arrayBuffer === "function") {
    return { value: toBytes(await source.arrayBuffer()), name: source.name };
  }
  throw invalid(`this source is ${describe(source)}, but it should be ${EXPECTED}`);
}

/** The text of a source that is no table; `name` is what errors call it. */
export async function toText(value, name) {
  if (typeof value === "string") return value;
  const bytes = value.blob ? await value.blob.arrayBuffer() : value;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HuntbookError("badInput", `${name}: this is not UTF-8 text; save it as UTF-8`);
  }
}

/** Also of another frame, where `instanceof` says no. */
const isBuffer = (source) => Object.prototype.toString.call(source) === "[object ArrayBuffer]";

/** Bytes whose buffer holds nothing else, because posting a view sends its whole buffer. */
function toBytes(source) {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

async function fromAnswer(answer, address) {
  if (answer instanceof Uint8Array) return { value: toBytes(answer), name: lastPart(address) };
  if (!answer.ok) {
    throw new HuntbookError("network", `${shownUrl(address || "the Response")}: the server answered ${answer.status} ${answer.statusText}; check the address`);
  }
  if (answer.bodyUsed) throw invalid("this Response has been read already; pass a fresh one, or its bytes");
  try {
    return { value: { blob: await answer.blob() }, name: lastPart(address) };
  } catch (error) {
    throw new HuntbookError("network", `${shownUrl(address)}: the download stopped (${error.message}); try again`, { cause: error });
  }
}

/** The file's name in an address, if it has one. */
function lastPart(address) {
  try {
    return decodeURIComponent(new URL(address).pathname.split("/").pop()) || undefined;
  } catch {
    return undefined;
  }
}

function describe(source) {
  if (source === null || source === undefined) return String(source);
  if (typeof source.then === "function") return "a promise (use await)";
  if (source.schema && source.batches) return "an Arrow table of another library (pass its bytes: tableToIPC(table))";
  if (Array.isArray(source)) return "an array (make a table of objects: await Table.fromRows(rows))";
  return typeof source === "object" ? `an object (${source.constructor?.name ?? "of no class"})` : `a ${typeof source}`;
}
