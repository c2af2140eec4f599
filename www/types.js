// What users read for a type of indicator; in the order of the groups. Types of other names follow.
export const TITLES = new Map(Object.entries({
  url: "URLs", dns: "Domains", ipv4: "IPv4 addresses", ipv6: "IPv6 addresses", email: "E-mail addresses",
  sha512_hash: "SHA-512", sha256_hash: "SHA-256", sha1_hash: "SHA-1", md5_hash: "MD5", cve: "Vulnerabilities",
  registry_key: "Registry keys", windows_path: "Windows paths", linux_path: "Unix paths",
  bitcoin: "Bitcoin addresses", ethereum: "Ethereum addresses", asn: "Networks (AS)", mac_address: "MAC addresses",
}));

export const titleOf = (type) => TITLES.get(type) ?? type;

/** `rows`, such as indicators or their numbers, by type, in the order of the titles. */
export function byType(rows, typeOf) {
  const made = new Map(Array.from(TITLES.keys(), (type) => [type, []]));
  for (const row of rows) {
    const type = typeOf(row);
    if (!made.has(type)) made.set(type, []);
    made.get(type).push(row);
  }
  return made;
}
