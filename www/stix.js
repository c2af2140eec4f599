// Indicators as a STIX 2.1 bundle (OASIS, https://docs.oasis-open.org/cti/stix/v2.1/os/):
// for each an `indicator` with a pattern, and the observable object it is about.
import { sha1 } from "./sha1.js";

// Section 2.9: identifiers of observables are UUIDs of version 5 in this
// namespace, made of some of their properties, so that all tools give the same
// object the same identifier. Other objects must not use it.
const NAMESPACE = Uint8Array.from("00abedb4aa42466c9c01fed23315a9b7".match(/../g), (pair) => parseInt(pair, 16));

const HASHES = { md5_hash: "MD5", sha1_hash: "SHA-1", sha256_hash: "SHA-256", sha512_hash: "SHA-512" };

// Section 6.16: the hive must be written in full.
const HIVES = [
  [/^HKLM(?=\\|$)|^\\REGISTRY\\MACHINE(?=\\|$)/i, "HKEY_LOCAL_MACHINE"],
  [/^HKU(?=\\|$)|^\\REGISTRY\\USER(?=\\|$)/i, "HKEY_USERS"],
  [/^HKCU(?=\\|$)/i, "HKEY_CURRENT_USER"],
  [/^HKCR(?=\\|$)/i, "HKEY_CLASSES_ROOT"],
  [/^HKCC(?=\\|$)/i, "HKEY_CURRENT_CONFIG"],
];

const SIMPLE = {
  ipv4: ["ipv4-addr", "value", (text) => text],
  ipv6: ["ipv6-addr", "value", ipv6],
  dns: ["domain-name", "value", (text) => text],
  url: ["url", "value", uri],
  email: ["email-addr", "value", (text) => text],
  mac_address: ["mac-addr", "value", (text) => text.toLowerCase().replace(/[^0-9a-f]/g, "").match(/../g).join(":")],
  registry_key: ["windows-registry-key", "key", (text) => HIVES.reduce((key, [short, full]) => key.replace(short, full), text)],
  asn: ["autonomous-system", "number", (text) => Number(text.replace(/\D/g, ""))],
};

/** In the form of RFC 5952, without a zone, which means nothing elsewhere. */
function ipv6(text) {
  const address = text.replace(/%.*/, "");
  return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** An address as RFC 3986 writes it: what may not stand in it is percent-encoded. Undefined if it is none. */
function uri(text) {
  if (!URL.canParse(text)) return undefined;
  return text.replace(/%(?![0-9a-f]{2})/gi, "%25").replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, encodeURIComponent);
}

const quote = (value) => (typeof value === "number" ? String(value) : `'${value.replace(/[\\']/g, "\\$&")}'`);

function uuid(bytes, version) {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

const randomId = (type) => `${type}--${uuid(crypto.getRandomValues(new Uint8Array(16)), 4)}`;

/** An observable object. All its properties contribute to its identifier; their names are in order, so JSON.stringify gives the canonical form of RFC 8785. */
function observable(type, properties) {
  const text = new TextEncoder().encode(JSON.stringify(properties));
  const bytes = new Uint8Array(NAMESPACE.length + text.length);
  bytes.set(NAMESPACE);
  bytes.set(text, NAMESPACE.length);
  return { type, spec_version: "2.1", id: `${type}--${uuid(sha1(bytes), 5)}`, ...properties };
}

/** The observable objects of an indicator, and the pattern that finds it; undefined where STIX has no object. */
function describe(kind, text) {
  if (SIMPLE[kind]) {
    const [type, property, write] = SIMPLE[kind];
    const value = write(text);
    if (value === undefined) return undefined;
    return { objects: [observable(type, { [property]: value })], pattern: `[${type}:${property} = ${quote(value)}]` };
  }
  if (HASHES[kind]) {
    return { objects: [observable("file", { hashes: { [HASHES[kind]]: text } })], pattern: `[file:hashes.'${HASHES[kind]}' = ${quote(text)}]` };
  }
  if (kind === "windows_path" || kind === "linux_path") return path(text);
  return undefined;
}

/** A path is a file in a directory, or a directory if it ends with a slash. */
function path(text) {
  const [, above, name] = /^(.*[\\/])?([^\\/]*)$/s.exec(text);
  const folder = above && (/^([\\/]|[a-z]:[\\/])$/i.test(above) ? above : above.replace(/[\\/]+$/, "") || above);
  if (!folder) return { objects: [observable("file", { name })], pattern: `[file:name = ${quote(name)}]` };
  const directory = observable("directory", { path: folder });
  if (!name) return { objects: [directory], pattern: `[directory:path = ${quote(folder)}]` };
  return {
    objects: [directory, observable("file", { name, parent_directory_ref: directory.id })],
    pattern: `[file:name = ${quote(name)} AND file:parent_directory_ref.path = ${quote(folder)}]`,
  };
}

/** What becomes of an indicator that STIX has no observable for: a literal expression. */
const literal = (text) => ({ objects: [], pattern: text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), pattern_type: "pcre" });

/**
 * The bundle as JSON text, of a table with `IoCType` and `Observable`, each
 * once. A CVE becomes a `vulnerability`. `log` is the name of the file that the
 * descriptions speak of.
 */
export function toStix(table, { log, now = new Date(), newId = randomId } = {}) {
  const found = new Map();
  const said = [];
  const common = (type) => ({ type, spec_version: "2.1", id: newId(type), created: now.toISOString(), modified: now.toISOString() });
  for (const { IoCType, Observable, Count, SourceIndex, SourceColumn } of table) {
    if (IoCType === "cve") {
      said.push({ ...common("vulnerability"), name: Observable, external_references: [{ source_name: "cve", external_id: Observable }] });
      continue;
    }
    const { objects, pattern, pattern_type = "stix" } = describe(IoCType, Observable) ?? literal(Observable);
    for (const object of objects) found.set(object.id, object);
    const place = SourceColumn == null ? "" : `, first in row ${SourceIndex + 1}, column ${SourceColumn}`;
    said.push({
      ...common("indicator"),
      name: Observable,
      description: `Found ${Count ?? 1} × in ${log ?? "a log"}${place}.`,
      indicator_types: ["unknown"],
      pattern,
      pattern_type,
      valid_from: now.toISOString(),
    });
  }
  return JSON.stringify({ type: "bundle", id: newId("bundle"), objects: [...found.values(), ...said] }, null, 1);
}
