// Lists of containers and blobs as tables.
import { child, readXml } from "./xml.js";

// Those that are always there, in this order; what else an answer has comes after them. Names as in Azure's library for Python.
export const containerColumns = { name: "text", last_modified: "time", etag: "text", public_access: "text" };
export const blobColumns = {
  name: "text", size: "number", content_type: "text", last_modified: "time", creation_time: "time", etag: "text", blob_type: "text", access_tier: "text",
};
const NAMES = { content_length: "size" };
// Pages without rows, one after another, before the service is not asked any more.
const MOST_EMPTY = 100;
const NUMBERS = ["size", "remaining_retention_days", "x_ms_blob_sequence_number"];
const TIMES = /(_time|_modified|_on|_until_date)$/;
// Of a lease or a scope nothing can be seen that matters here.
const LEFT_OUT = /^(lease_|encryption_scope|default_encryption_scope|deny_encryption_scope)/;

/** The rows of all pages; `limit` is the most of them. */
export async function list({ send, Table, HuntbookError, invalid }, place, query, { item, columns, limit = Infinity, signal }) {
  if (!(limit > 0)) throw invalid("option `limit` should be a number above 0");
  const rows = [];
  let marker;
  const asked = new Set();
  let empty = 0; // pages without rows, one after another
  do {
    const { bytes } = await send({ ...place, query: { ...query, marker, maxresults: limit < 5000 ? Math.ceil(limit) : undefined } }, signal);
    const page = readXml(new TextDecoder().decode(bytes));
    const items = child(page, `${item}s`);
    if (!items) throw new HuntbookError("badInput", "Azure Blob Storage: the answer is no list; check the address, or try again");
    const before = rows.length;
    for (const one of items.children) if (one.name === item) rows.push(toRow(one));
    const next = child(page, "NextMarker")?.text || undefined;
    empty = rows.length > before ? 0 : empty + 1;
    if (asked.has(next) || empty > MOST_EMPTY) throw new HuntbookError("badInput", "Azure Blob Storage: the list goes round in a circle, or has no end; try again");
    if (next !== undefined) asked.add(next);
    marker = next;
  } while (marker !== undefined && rows.length < limit);
  return toTable(Table, rows.slice(0, limit), columns);
}

function toRow(element) {
  const row = {};
  for (const { name, text, children, attributes } of element.children) {
    if (name === "Properties") for (const one of children) row[snake(one.name)] = one.text;
    else if (name === "Metadata") for (const one of children) row[`metadata.${one.name}`] = one.text;
    // Characters that XML cannot hold.
    else if (name === "Name") row.name = attributes.get("Encoded") === "true" ? decoded(text) : text;
    else if (!children.length) row[snake(name)] = text;
  }
  return row;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `Creation-Time` and `BlobType` as `creation_time` and `blob_type`. */
function snake(name) {
  const made = name.replace(/-/g, "_").replace(/(?<=[a-z\d])([A-Z])/g, "_$1").toLowerCase();
  return Object.hasOwn(NAMES, made) ? NAMES[made] : made;
}

async function toTable(Table, rows, columns) {
  const names = [...new Set([...Object.keys(columns), ...rows.flatMap(Object.keys)])].filter((name) => !LEFT_OUT.test(name));
  const made = {};
  for (const name of names) {
    const texts = rows.map((row) => row[name] || null);
    made[name] = texts.map(reader(name, texts));
  }
  return Table.fromColumns(made);
}

/** How the texts of a column become values. */
function reader(name, texts) {
  const isMetadata = name.startsWith("metadata.");
  if (NUMBERS.includes(name)) return (text) => (text === null ? null : Number(text));
  if (!isMetadata && TIMES.test(name)) return (text) => (text === null ? null : new Date(text));
  if (!isMetadata && texts.some(Boolean) && texts.every((text) => text === null || text === "true" || text === "false")) return (text) => text && text === "true";
  return (text) => text;
}
