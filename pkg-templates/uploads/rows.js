// Rows on their way to a service: of tables and files, in batches one after the other. If one fails, the error's `sent` says which
// rows the service has.
import { serviceMessage } from "../providers/http.js";

// Rows of a table that are made at once.
const PAGE = 10_000;
/** Statuses by which a service says that it took nothing. After others, and after no answer, it may have. */
export const NOT_TAKEN = new Set([429, 503]);

/**
 * Sends the rows of `source`: a Table, rows as objects, what `read` takes, several files, or a folder.
 *
 * `most` is `{ rows, bytes, fixed }` of a batch, where `fixed` are bytes beside the rows. `begin({ name, table })` makes
 * `{ encode(line, row), post(lines) }` for each: `line` is the JSON of row number `row`, and what it becomes is counted and posted.
 * Resolves to `{ rows, requests, sources: [{ name, rows }] }`.
 */
export async function sendRows(tools, source, { most, begin, signal, told }) {
  const sources = await sourcesOf(tools, source);
  const sent = [];
  let requests = 0;
  for (const [i, one] of sources.entries()) {
    const progress = { name: one.name, rows: 0 };
    sent.push(progress);
    let table;
    try {
      table = await one.open();
      const { encode, post } = await begin({ name: one.name, table, signal });
      for (const batch of batches(tools, table, { most, encode, name: one.name })) {
        signal?.throwIfAborted();
        progress.unsure = batch.length;
        await post(batch);
        requests++;
        progress.rows += batch.length;
        delete progress.unsure;
        told((i + progress.rows / table.numRows) / sources.length);
      }
    } catch (error) {
      throw withSent(error, sent, signal);
    } finally {
      table?.free();
    }
    told((i + 1) / sources.length);
  }
  return { rows: sent.reduce((sum, { rows }) => sum + rows, 0), requests, sources: sent };
}

/** The error with `sent`, and a sentence of it. */
function withSent(error, sent, signal) {
  const last = sent.at(-1);
  // A refusal took nothing, but of what a gateway or a broken line says nobody knows.
  const { status } = error ?? {};
  const isRefused = NOT_TAKEN.has(status) || (status >= 400 && status < 500 && !error.unsure);
  if (isRefused || ["invalidArgument", "limitExceeded"].includes(error?.code)) delete last.unsure;
  if (signal?.aborted) return Object.assign(new Error("cancelled"), { sent });
  if (error?.name !== "HuntbookError") return error;
  const rows = sent.reduce((sum, one) => sum + one.rows, 0);
  if (!rows && !last.unsure) return Object.assign(error, { sent });
  const doubt = last.unsure ? `, and perhaps ${rows ? "of the next" : "of the first"} ${last.unsure}` : "";
  error.message += `. The service has ${rows} rows${doubt}; error.sent says which`;
  return Object.assign(error, { sent });
}

function* batches({ HuntbookError }, table, { most, encode, name }) {
  let [batch, bytes] = [[], most.fixed];
  for (let start = 0; start < table.numRows; start += PAGE) {
    const part = table.slice(start, start + PAGE);
    const lines = part.toJson({ shape: "ndjson" }).split("\n");
    part.free();
    for (let i = 0; i < Math.min(PAGE, table.numRows - start); i++) {
      const line = encode(lines[i], start + i);
      const size = byteLength(line) + 1;
      if (size + most.fixed > most.bytes) {
        if (batch.length) yield batch;
        throw new HuntbookError("limitExceeded", `row ${start + i}${name ? ` of ${name}` : ""} has ${size} bytes, more than the ${most.bytes} that go at once; shorten it, or leave it out with table.filter(…)`);
      }
      if (batch.length >= most.rows || bytes + size > most.bytes) {
        yield batch;
        [batch, bytes] = [[], most.fixed];
      }
      batch.push(line);
      bytes += size;
    }
  }
  if (batch.length) yield batch;
}

const encoder = new TextEncoder();
const byteLength = (text) => encoder.encode(text).length;

/** `[{ name?, open() }]`, where `open` resolves to a table that may be freed. */
async function sourcesOf({ Table, read, invalid }, source) {
  const ofFile = (file) => ({ name: file.name, open: () => read(file) });
  // The user may free it meanwhile.
  if (source instanceof Table) {
    const own = source.slice();
    return [{ open: async () => own }];
  }
  if (source?.kind === "directory") {
    const files = [];
    for await (const entry of source.values()) if (entry.kind === "file" && !entry.name.startsWith(".")) files.push(ofFile(await entry.getFile()));
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  if (source?.kind === "file" && typeof source.getFile === "function") return [ofFile(await source.getFile())];
  const several = Array.isArray(source) || Object.prototype.toString.call(source) === "[object FileList]" ? [...source] : undefined;
  if (several?.length && several.every((one) => typeof one?.arrayBuffer === "function")) return several.map(ofFile);
  if (typeof source === "string") throw invalid("upload: a text is no table; pass a Table, a File, or await read(text)");
  return [{ name: source?.name, open: () => read(source) }];
}

/** What a refusal of rows says; see makeSender. */
export function explain({ status, text }) {
  if (status !== 400 && status !== 413) return undefined;
  const said = serviceMessage(parsed(text())) ?? text().trim().slice(0, 300);
  return `answered ${status}${said && `: ${said.replace(/[.;\s]+$/, "")}`}; check the rows, and what takes them`;
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A name of a file without its folder and ending, where it may have letters, digits and _ alone. */
export const plainName = (name) => name?.replace(/^.*[/\\]/, "").replace(/\..*$/, "").replace(/\W+/g, "_");

// Texts, numbers and words of JSON, and what nests.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^\s,:[\]{}"]+/g;

/** The row of JSON `line` with every value as text, and every digit of numbers; what is absent is left out. */
export function asTexts(line) {
  const fields = [];
  let [depth, name, from] = [0, undefined, 0];
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      if (++depth === 2) from = index;
    } else if (token === "}" || token === "]") {
      if (depth-- === 2) name = void fields.push(`${name}:${JSON.stringify(line.slice(from, index + 1))}`);
    } else if (depth === 1) {
      if (name === undefined) name = token;
      else name = void (token !== "null" && fields.push(`${name}:${token.startsWith('"') ? token : `"${token}"`}`));
    }
  }
  return `{${fields.join(",")}}`;
}
