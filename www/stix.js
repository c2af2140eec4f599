// Indicators as a STIX 2.1 bundle (OASIS, https://docs.oasis-open.org/cti/stix/v2.1/).
// Section 2.9: identifiers are UUIDv5 of the contributing properties, so that the
// same indicator has the same identifier everywhere.
const NAMESPACE = "00abedb4aa42466c9c01fed23315a9b7";
const HASHES = { md5_hash: "MD5", sha1_hash: "SHA-1", sha256_hash: "SHA-256", sha512_hash: "SHA-512" };

/** `[type, contributing properties]`, or `undefined` where STIX has no object. */
function observable(kind, value) {
  switch (kind) {
    case "ipv4": return ["ipv4-addr", { value }];
    case "ipv6": return ["ipv6-addr", { value }];
    case "dns": return ["domain-name", { value }];
    case "url": return ["url", { value }];
    case "email": return ["email-addr", { value }];
    case "mac_address": return ["mac-addr", { value }];
    case "registry_key": return ["windows-registry-key", { key: value }];
    case "asn": return ["autonomous-system", { number: Number(value.slice(2)) }];
    case "windows_path": case "linux_path": return ["file", { name: value.split(/[\\/]/).at(-1) || value }];
    default: return HASHES[kind] && ["file", { hashes: { [HASHES[kind]]: value } }];
  }
}

async function uuid5(text) {
  const space = Uint8Array.from(NAMESPACE.match(/../g), (pair) => parseInt(pair, 16));
  const name = new TextEncoder().encode(text);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", new Uint8Array([...space, ...name]))).slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** A bundle of the indicators, each once. Vulnerabilities become SDOs; wallets have no object and are left out. */
export async function toStix(rows) {
  const objects = new Map();
  const now = new Date().toISOString();
  for (const { IoCType, Observable } of rows) {
    if (IoCType === "cve") {
      const id = `vulnerability--${await uuid5(Observable)}`;
      objects.set(id, { type: "vulnerability", spec_version: "2.1", id, created: now, modified: now, name: Observable, external_references: [{ source_name: "cve", external_id: Observable }] });
      continue;
    }
    const [type, properties] = observable(IoCType, Observable) ?? [];
    if (!type) continue;
    // One property each, so JSON.stringify is the canonical form of RFC 8785.
    const id = `${type}--${await uuid5(JSON.stringify(properties))}`;
    objects.set(id, { type, spec_version: "2.1", id, ...properties });
  }
  return JSON.stringify({ type: "bundle", id: `bundle--${crypto.randomUUID()}`, objects: [...objects.values()] }, null, 1);
}
