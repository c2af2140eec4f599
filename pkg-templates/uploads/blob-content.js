// The content of blobs, up and down: large ones in parts, beside each other, each of which is tried again by itself.
import { inParallel } from "../providers/parallel.js";
import { escapeXml } from "./xml.js";

const PART = 4 * 2 ** 20;
const MOST_PARTS = 50_000; // of a blob, as the service has it
const PARALLEL = 4;
// What a page can hold.
const MAX_BYTES = 2 ** 31;

const TYPES = { csv: "text/csv", json: "application/json", ndjson: "application/x-ndjson", jsonl: "application/x-ndjson", arrow: "application/vnd.apache.arrow.stream", txt: "text/plain", log: "text/plain" };

/** What is uploaded, as a Blob; a table is written as its name says. */
export async function toBlob({ Table, toSource, invalid }, source, name, { contentType, signal }) {
  if (contentType !== undefined && (typeof contentType !== "string" || !contentType)) throw invalid("upload: option `contentType` should be a text, such as \"text/csv\"");
  const ending = /\.(\w+)$/.exec(name)?.[1].toLowerCase();
  const type = contentType ?? TYPES[ending];
  if (source instanceof Table) {
    const write = { csv: () => source.toCsv({ bytes: true }), json: () => source.toJson({ bytes: true }), ndjson: () => source.toJson({ shape: "ndjson", bytes: true }), arrow: () => source.toArrow() };
    write.jsonl = write.ndjson;
    if (!Object.hasOwn(write, ending ?? "")) throw invalid(`upload: the name ${JSON.stringify(name)} does not say how to write the table; let it end in .csv, .json, .ndjson or .arrow`);
    return new Blob([write[ending]()], { type });
  }
  const { value } = await toSource(source, signal);
  const blob = value.blob ?? new Blob([value]);
  return blob.slice(0, blob.size, type ?? blob.type);
}

/** Puts `content`; with `overwrite: false` only where there is nothing. */
export async function upload({ send: sendAny, invalid, HuntbookError }, target, content, { overwrite = true, again, signal, told }) {
  if (typeof overwrite !== "boolean") throw invalid("upload: option `overwrite` should be true or false");
  /** What answers otherwise is not the service. */
  const send = async (...args) => {
    const { status } = await sendAny(...args);
    if (status !== 201) throw new HuntbookError("badInput", `Azure Blob Storage: the answer is not that of the service (${status}); check the address`);
  };
  const type = content.type || "application/octet-stream";
  const only = overwrite ? {} : { "If-None-Match": "*" };
  // What is there of a try whose answer was lost would look like somebody else's.
  const careful = overwrite ? {} : { again };
  if (content.size <= PART) {
    await send({ ...target, method: "PUT", body: content, headers: { "x-ms-blob-type": "BlockBlob", "Content-Type": type, ...only }, ...careful }, signal);
    return told(1);
  }
  const size = Math.max(PART, Math.ceil(content.size / MOST_PARTS));
  const ids = Array.from({ length: Math.ceil(content.size / size) }, (_, i) => btoa(String(i).padStart(6, "0")));
  let done = 0;
  await together(ids, signal, async (blockid, i, signal) => {
    const body = content.slice(i * size, (i + 1) * size);
    await send({ ...target, method: "PUT", query: { comp: "block", blockid }, body, headers: { "Content-Type": "application/octet-stream" } }, signal);
    told(++done / (ids.length + 1));
  });
  const body = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${escapeXml(id)}</Latest>`).join("")}</BlockList>`;
  await send({ ...target, method: "PUT", query: { comp: "blocklist" }, body, headers: { "Content-Type": "application/xml", "x-ms-blob-content-type": type, ...only }, ...careful }, signal);
  told(1);
}

/** `fn(item, i, signal)` for all, some beside each other; if one fails, the others stop. */
async function together(items, signal, fn) {
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await inParallel(items, PARALLEL, stop.signal, (item, i) => fn(item, i, stop.signal));
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** The blob as a File, which `read` takes. */
export async function download({ send, HuntbookError, invalid }, target, { maxBytes = MAX_BYTES, signal, told }) {
  if (!(maxBytes > 0)) throw invalid("download: option `maxBytes` should be a number above 0");
  const { headers } = await send({ ...target, method: "HEAD" }, signal);
  const size = Number(headers.get("Content-Length") ?? NaN);
  const tooMuch = () => new HuntbookError("limitExceeded", `Azure Blob Storage: ${target.blob} has ${(size / 1e6).toFixed(1)} MB, more than the ${Math.round(maxBytes / 1e6)} MB of { maxBytes }; raise it, or take the blob apart`);
  if (size > maxBytes) throw tooMuch();
  // A page may not be told some of these; then the blob comes as it is at the time.
  const same = headers.get("ETag") ? { "If-Match": headers.get("ETag") } : {};
  const isWhole = !(size > PART) || headers.get("Content-Encoding");
  const ranges = isWhole ? [undefined] : Array.from({ length: Math.ceil(size / PART) }, (_, i) => [i * PART, Math.min((i + 1) * PART, size) - 1]);
  let done = 0;
  const parts = await together(ranges, signal, async (range, i, signal) => {
    const asked = range && { "x-ms-range": `bytes=${range[0]}-${range[1]}` };
    const { bytes } = await send({ ...target, headers: { ...same, ...asked }, maxBytes: range ? PART : maxBytes }, signal);
    if (range && bytes.length !== range[1] - range[0] + 1) throw new HuntbookError("network", `Azure Blob Storage: a part of ${target.blob} came with ${bytes.length} bytes; try again`);
    told(++done / ranges.length);
    return bytes;
  });
  const changed = Date.parse(headers.get("Last-Modified") ?? "");
  return new File(parts, target.blob.split("/").pop() || target.blob, { type: headers.get("Content-Type") ?? "", ...(changed && { lastModified: changed }) });
}
