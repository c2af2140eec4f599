// The demo's STIX 2.1 export. The identifiers of observables were made with
// OASIS's Python library (stix2 3.0.2); bundles of all samples and shared logs
// pass its validator (stix2-validator 3.3.2).
import assert from "node:assert/strict";
import test from "node:test";
import { sha1 } from "../../www/sha1.js";
import { toStix } from "../../www/stix.js";

const now = new Date("2026-03-13T12:00:00Z");
let made = 0;
const newId = (type) => `${type}--00000000-0000-4000-8000-${String(made++).padStart(12, "0")}`;
const bundle = (rows, options = { now, newId }) => JSON.parse(toStix(rows, options));
const row = ([IoCType, Observable]) => ({ IoCType, Observable, Count: 1, SourceIndex: 0, SourceColumn: "note" });

// type, indicator, pattern, identifiers of its observables
const ROWS = [
  ["ipv4", "198.51.100.3", "[ipv4-addr:value = '198.51.100.3']", "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"],
  ["ipv6", "2001:db8::1%eth0", "[ipv6-addr:value = '2001:db8::1']", "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"],
  ["ipv6", "::ffff:104.40.17.153", "[ipv6-addr:value = '::ffff:6828:1199']", "ipv6-addr--33db2186-38df-5c9c-a2eb-9fd0af522c24"],
  ["dns", "example.com", "[domain-name:value = 'example.com']", "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"],
  ["url", "http://example.com/it's", "[url:value = 'http://example.com/it\\'s']", "url--9603e764-47fa-55de-a9e0-9508f25a07a0"],
  ["url", "http://example.com/ü|%25%", "[url:value = 'http://example.com/%C3%BC%7C%25%25']"],
  ["email", "a@example.com", "[email-addr:value = 'a@example.com']", "email-addr--8f5f7fba-cc24-5e3f-aca4-f7194112e042"],
  ["mac_address", "00-50-56-AB-CD-01", "[mac-addr:value = '00:50:56:ab:cd:01']", "mac-addr--e46d40ec-5948-593d-b94f-a7c79f541c10"],
  ["asn", "AS13335", "[autonomous-system:number = 13335]", "autonomous-system--0204c07d-e4dd-5f14-a3d5-c93cb1c5a9fc"],
  ["md5_hash", "d41d8cd98f00b204e9800998ecf8427e", "[file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']", "file--02fff920-f614-527c-81d1-6353633a6d21"],
  ["registry_key", "HKLM\\Software\\Run", "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Run']", "windows-registry-key--24f36866-8ff5-5ab0-b34a-dd64f23f023b"],
  ["registry_key", "\\REGISTRY\\MACHINE\\Software\\Run", "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Run']", "windows-registry-key--24f36866-8ff5-5ab0-b34a-dd64f23f023b"],
  ["windows_path", "x.exe", "[file:name = 'x.exe']"],
  ["windows_path", "C:\\Windows\\it's.exe", "[file:name = 'it\\'s.exe' AND file:parent_directory_ref.path = 'C:\\\\Windows']", "directory--30b6c25d-82f4-51af-a3c8-51cb692dfd0a", "file--d5d1c62e-cc90-5a3b-9587-401aed193dfe"],
  ["windows_path", "C:\\Windows\\", "[directory:path = 'C:\\\\Windows']", "directory--30b6c25d-82f4-51af-a3c8-51cb692dfd0a"],
  ["windows_path", "C:\\x.exe", "[file:name = 'x.exe' AND file:parent_directory_ref.path = 'C:\\\\']"],
  ["linux_path", "/etc/passwd", "[file:name = 'passwd' AND file:parent_directory_ref.path = '/etc']"],
  ["linux_path", "/x", "[file:name = 'x' AND file:parent_directory_ref.path = '/']"],
];

for (const [kind, value, pattern, ...ids] of ROWS) {
  test(`${kind} ${value}`, () => {
    const { objects } = bundle([row([kind, value])]);
    const indicator = objects.at(-1);
    assert.deepEqual([indicator.type, indicator.pattern, indicator.pattern_type], ["indicator", pattern, "stix"]);
    if (ids.length) assert.deepEqual(objects.slice(0, -1).map(({ id }) => id), ids);
    for (const object of objects.slice(0, -1)) {
      assert.match(object.id, new RegExp(`^${object.type}--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
      if (object.parent_directory_ref) assert.ok(objects.some((other) => other.id === object.parent_directory_ref && other.type === "directory"));
    }
  });
}

test("an indicator says what it needs to, and a vulnerability is one", () => {
  made = 0;
  const { type, id, objects } = bundle([row(["dns", "example.com"]), row(["cve", "CVE-2021-44228"])], { now, newId, log: "x.csv" });
  assert.deepEqual([type, id], ["bundle", "bundle--00000000-0000-4000-8000-000000000002"]);
  const common = { spec_version: "2.1", created: "2026-03-13T12:00:00.000Z", modified: "2026-03-13T12:00:00.000Z" };
  assert.deepEqual(objects, [
    { type: "domain-name", spec_version: "2.1", id: "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7", value: "example.com" },
    {
      type: "indicator", id: "indicator--00000000-0000-4000-8000-000000000000", ...common, name: "example.com",
      description: "Found 1 × in x.csv, first in row 1, column note.", indicator_types: ["unknown"],
      pattern: "[domain-name:value = 'example.com']", pattern_type: "stix", valid_from: "2026-03-13T12:00:00.000Z",
    },
    {
      type: "vulnerability", id: "vulnerability--00000000-0000-4000-8000-000000000001", ...common, name: "CVE-2021-44228",
      external_references: [{ source_name: "cve", external_id: "CVE-2021-44228" }],
    },
  ]);
});

test("what STIX has no object for is a literal expression", () => {
  for (const [kind, value, pattern] of [["bitcoin", "1A1zP1", "1A1zP1"], ["ticket", "INC-1 (a)", "INC-1 \\(a\\)"], ["url", "http://x.example:99999/", "http://x\\.example:99999/"]]) {
    const { objects } = bundle([row([kind, value])]);
    assert.deepEqual(objects.map((object) => [object.type, object.pattern, object.pattern_type]), [["indicator", pattern, "pcre"]]);
  }
});

test("an observable that several indicators share stands once; random identifiers are of version 4", () => {
  const { objects } = bundle([row(["linux_path", "/etc/a"]), row(["linux_path", "/etc/b"])], {});
  assert.deepEqual(objects.map(({ type }) => type), ["directory", "file", "file", "indicator", "indicator"]);
  assert.match(objects.at(-1).id, /^indicator--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("SHA-1 at the ends of its blocks", async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    assert.deepEqual(sha1(bytes), new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)), String(length));
  }
});
