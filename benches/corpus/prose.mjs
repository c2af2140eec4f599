// Threat reports, tickets and indicator lists: prose in which values are defanged
// in the ways that people do it, in sentences with their stops and brackets.
import { trap } from "./traps.mjs";
import * as make from "./values.mjs";

const dots = (c, text) => { const dot = c.pick(["[.]", "[.]", "[.]", "(.)", "[dot]", "(dot)", "{.}"]); return text.replaceAll(".", dot); };
const lastDot = (text) => text.replace(/\.(?=[^.]*$)/, "[.]");

function defangHost(c, host) {
  return c.random.chance(0.3) ? lastDot(host) : dots(c, host);
}

function defangUrl(c, url) {
  const [, scheme, rest] = /^(\w+):\/\/(.*)$/.exec(url);
  const slash = rest.search(/[/?#]/);
  const [host, path] = slash < 0 ? [rest, ""] : [rest.slice(0, slash), rest.slice(slash)];
  const shownScheme = scheme.startsWith("http") ? scheme.replace("tt", c.pick(["xx", "xx", "XX", "tt"])) : scheme;
  const separator = c.pick(["://", "://", "[:]//", "[://]"]);
  return `${shownScheme}${separator}${host.startsWith("[") ? host : defangHost(c, host)}${path}`;
}

const DEFANG = {
  ipv4: (c, value) => (c.random.chance(0.2) ? lastDot(value) : dots(c, value)), dns: defangHost, url: defangUrl,
  email: (c, value) => { const [user, host] = value.split("@"); return `${user}${c.pick(["[@]", "@", "[at]", "(at)"])}${defangHost(c, host)}`; },
};
const MAKE = { ipv4: make.ipv4, dns: make.dns, url: make.url, email: make.email };

/** A value as reports show it: mostly defanged, and new. */
function fanged(c, type) {
  if (c.random.chance(0.2)) return c.one(type, 0.8);
  let value = MAKE[type](c.random);
  // Reports defang no addresses in brackets, and name no passwords.
  while (type === "url" && /\/\/(\[|[^/]*@)/.test(value)) value = MAKE[type](c.random);
  return c.plant(type, value, DEFANG[type](c, value), "defanged");
}

const cve = (c) => { const value = make.cve(c.random); return c.plant("cve", value, c.random.chance(0.1) ? value.toLowerCase() : value); };
const hash = (c) => c.one(c.pick(["md5_hash", "sha1_hash", "sha256_hash", "sha512_hash"]));
const SENTENCES = [
  (c) => `The implant beacons to ${fanged(c, "url")}.`, (c) => `We saw ${fanged(c, "dns")} (${fanged(c, "ipv4")}) used for command and control, and ${fanged(c, "dns")}, which was parked.`,
  (c) => `The lure came from ${fanged(c, "email")}; replies went to ${fanged(c, "email")}.`, (c) => `Exploitation of ${cve(c)} was followed by ${cve(c)}, both patched on ${trap(c, "date")}.`,
  (c) => `The dropper (SHA-256: ${c.one("sha256_hash")}) writes ${c.one("windows_path", 0.6)} and sets ${c.one("registry_key")}.`, (c) => `On Linux it hides in ${c.one("linux_path", 0.5)}, owned by root.`,
  (c) => `Infrastructure sits in ${c.one("asn")} and ${c.one("asn")}, with ${c.one("ipv6")} as a spare.`, (c) => `Ransom was asked in Bitcoin (${c.one("bitcoin")}) or Ethereum (${c.one("ethereum")}).`,
  (c) => `Analysts found the strings "${trap(c, "scope")}" and "${trap(c, "namespace")}" in ${trap(c, "file")}, compiled at ${trap(c, "clock")}.`, (c) => `It claims to be ${trap(c, "version")} and/or ${trap(c, "version")}, see ${trap(c, "number of a standard")}.`,
  (c) => `Users open ${trap(c, "file")} from ${trap(c, "file")}, e.g. in i.e. Explorer, etc.Then nothing happens.`, (c) => `Details: [report](${c.one("url", 0.7)}), mirrored at <${c.one("url", 0.7)}>.`,
  (c) => `The operators' ${trap(c, "serial")} is not ${hash(c)}, as was said.`, (c) => `Technique ${trap(c, "number of a standard")} covers about ${trap(c, "number")} of it (${trap(c, "slash")}).`,
  (c) => `Contact ${fanged(c, "email")}, not ${trap(c, "image")}.`, (c) => `Traffic went ${fanged(c, "ipv4")} → ${fanged(c, "ipv4")}:${c.int(1025, 9999)} in ${trap(c, "slash")} fashion.`,
];
const paragraph = (c) => Array.from({ length: c.int(2, 4) }, () => c.pick(SENTENCES)(c)).join(" ");
const LISTED = ["ipv4", "dns", "url", "email"];
const bullet = (c) => { const type = c.pick(LISTED); return `${c.pick(["- ", "* ", "• ", "  ", ""])}${fanged(c, type)}`; };
const tableRow = (c) => `| ${c.one("sha256_hash")} | ${c.one("md5_hash")} | ${trap(c, "file")} | ${fanged(c, "dns")} | 2026-03-${c.int(10, 28)} |`;
const hashLine = (c) => `${hash(c)}  ${trap(c, "file")}`;
const csvFeed = (c) => c.pick([
  () => `"2026-03-${c.int(10, 28)} ${trap(c, "clock")}","${c.one("url", 0.8)}","online","malware_download","${c.name()},${c.word()}","${c.name()}"`, () => `${c.one("ipv4")},${c.int(1, 65000)},${c.one("asn", 0.6)},${c.one("dns")},${trap(c, "number")}`, () => `${c.one("sha512_hash")};${c.one("sha1_hash")};${trap(c, "base64")}`,
  () => `indicator:${c.one("bitcoin")},type:wallet,first_seen:${trap(c, "date")}`, () => `{"type":"wallet","value":"${c.one("ethereum")}","tx":"0x${c.trap("no hash", c.random.hex(66))}"}`,
])();
const advisory = (c) => `${cve(c)} (${trap(c, "number of a standard")}) affects ${c.word()} before ${trap(c, "version")}; CVSS ${trap(c, "number")}; fixed in ${trap(c, "version")}. See ${c.one("url", 0.7)}`;
const ticket = (c) => `[#${c.int(1000, 9999)}] ${c.name()} ${trap(c, "clock")}: please block ${fanged(c, "ipv4")}, ${fanged(c, "dns")} and ${fanged(c, "url")} -- seen on ${c.one("windows_path")}`;

export const LINES = [[40, paragraph], [30, bullet], [14, tableRow], [20, hashLine], [24, csvFeed], [16, advisory], [14, ticket]];
