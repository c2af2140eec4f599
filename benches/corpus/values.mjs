// Makers of indicators: each takes a Random and gives one value that an analyst
// would call right. Names are invented syllable by syllable; addresses and
// hashes are random, so that none of them says anything about anybody.
import { keccak_256 } from "@noble/hashes/sha3.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32, bech32m, createBase58check } from "@scure/base";

const SYLLABLES = "ka lo mi ren tas vo bel dri fo gan hus jor kel lam nev or pra qui sol tur ul ven wix yar zed bra clo dun esk fal gri".split(" ");
const WORDS = "account agent archive audit backup billing bridge cache channel client cluster config console content core data deploy device edge event export feed filter forward gate graph helper image import index invoice journal kernel label layer ledger license loader manager media metric mirror model monitor node notice order packet panel parser portal profile proxy queue record relay render report router sample schema search sender server session signal socket source stage status stream sync table ticket token trace transfer tunnel update upload vault viewer watch worker".split(" ");
// Common suffixes often, long, national and internationalised ones now and then.
const SUFFIXES = ["com", "com", "com", "com", "net", "net", "org", "org", "info", "io", "co", "de", "ru", "cn", "fr", "nl", "pl", "it", "br", "in", "eu", "us", "biz", "xyz", "top", "online", "site", "club", "shop", "live", "cloud", "app", "dev", "co.uk", "com.br", "com.au", "co.jp", "ac.uk", "gov.in", "technology", "international", "photography", "construction", "solutions", "museum", "travel", "services", "xn--p1ai", "xn--j6w193g", "xn--80asehdb"];
// Suffixes that are also extensions of files: right in a place for names alone.
const FILE_SUFFIXES = ["sh", "md", "rs", "py", "pl", "so", "zip", "cc", "ml", "mov"];
const PAGES = ["", "/", "/index.php", "/login", "/wp-content/plugins/{word}/{word}.php", "/{word}/{word}", "/{word}/{hex8}", "/api/v{int1-4}/{word}", "/{word}.exe", "/dl/{word}-{int1-99}.zip", "/{word}/{word}.html", "/{word}.js", "/a/b/c/{hex16}.dat", "/~{word}/", "/{word}_{word}.tar.gz"];
const QUERIES = ["id={int1-99999}", "q={word}+{word}", "u={hex8}&t={int1-9}", "file={word}.pdf", "session={hex16}&lang=en-GB", "v=1.{int0-9}.{int0-9}", "page={int1-90}&sort=-date", "redirect=%2F{word}%2F{int1-9}", "x=%7B{hex4}%7D"];

export const word = (random) => random.pick(WORDS);
export const fill = (random, template) => random.fill(template.replace(/\{word\}/g, () => word(random)));

/** An invented name of two to four syllables. */
export const name = (random) => Array.from({ length: random.int(2, 4) }, () => random.pick(SYLLABLES)).join("");

export function ipv4(random) {
  const kind = random.next();
  const host = () => random.int(1, 254);
  if (kind < 0.2) return `10.${random.int(0, 255)}.${random.int(0, 255)}.${host()}`;
  if (kind < 0.25) return `192.168.${random.int(0, 255)}.${host()}`;
  // Below 20 and above 223 are few in logs; a version has small numbers.
  return `${random.int(20, 223)}.${random.int(0, 255)}.${random.int(0, 255)}.${host()}`;
}

export function ipv6(random) {
  const group = () => random.hex(random.int(2, 4)).replace(/^0+(?=.)/, "");
  const prefix = random.pick(["2001:db8", "2a02:26f7", "2600:1f18", "2a01:4f8", "fd00:12", "fe80:"]);
  if (prefix === "fe80:") return `fe80::${group()}:${group()}:${group()}:${group()}`;
  const kind = random.next();
  if (kind < 0.35) return `${prefix}:${Array.from({ length: 6 }, group).join(":")}`;
  if (kind < 0.7) return `${prefix}:${group()}:${group()}::${random.hex(random.int(1, 4)).replace(/^0+(?=.)/, "")}`;
  return `${prefix}:${group()}::${group()}:${group()}`;
}

export function dns(random) {
  const own = random.chance(0.2) ? `${name(random)}-${word(random)}` : name(random);
  const site = `${own}${random.chance(0.15) ? random.int(1, 99) : ""}.${random.pick(SUFFIXES)}`;
  const kind = random.next();
  if (kind < 0.3) return site;
  if (kind < 0.5) return `www.${site}`;
  if (kind < 0.6) return `xn--${name(random)}-${random.hex(2)}a.${site}`;
  if (kind < 0.64) return `${random.hex(24)}.${random.pick(["t", "x1", "cdn"])}.${site}`;
  return `${word(random)}${random.chance(0.4) ? random.int(1, 40) : ""}.${random.chance(0.3) ? `${word(random)}.` : ""}${site}`;
}

/** A host under a suffix that is also an extension of files. */
export const dnsLikeFile = (random) => `${word(random)}.${name(random)}.${random.pick(FILE_SUFFIXES)}`;

export function url(random) {
  const kind = random.next();
  const scheme = random.weighted([["https", 60], ["http", 36], ["ftp", 3], ["ftps", 1]]);
  const host = kind < 0.22 ? ipv4(random) : kind < 0.24 ? `[${ipv6(random)}]` : kind < 0.26 ? dnsLikeFile(random) : dns(random);
  const user = random.chance(0.01) ? `${name(random)}:${random.hex(6)}@` : "";
  const port = random.chance(0.2) ? `:${random.pick([8080, 8443, 8000, 4443, random.int(1025, 65000)])}` : "";
  const query = random.chance(0.25) ? `?${fill(random, random.pick(QUERIES))}` : "";
  const path = fill(random, random.pick(query ? PAGES.slice(1) : PAGES));
  return `${scheme}://${user}${host}${port}${path}${query}${random.chance(0.02) ? `#${word(random)}` : ""}`;
}

export function email(random) {
  const user = random.weighted([
    [`${name(random)}.${name(random)}`, 5], [name(random), 3], [`${name(random)}${random.int(1, 99)}`, 2], [`${word(random)}+${word(random)}`, 1], [`no-reply_${word(random)}`, 1],
  ]);
  return `${user}@${random.chance(0.6) ? `${name(random)}.${random.pick(SUFFIXES)}` : dns(random)}`;
}

const hash = (digits) => (random) => {
  const text = random.hex(digits);
  // All digits or all letters are no hash that anyone has seen.
  return /\d/.test(text) && /[a-f]/.test(text) ? (random.chance(0.25) ? text.toUpperCase() : text) : hash(digits)(random);
};
export const md5 = hash(32);
export const sha1 = hash(40);
export const sha256Hash = hash(64);
export const sha512 = hash(128);

const WINDOWS = [
  "C:\\Windows\\System32\\{word}{int1-99}.dll", "C:\\Windows\\Temp\\{hex8}.tmp", "C:\\Users\\{user}\\AppData\\Roaming\\{word}\\{word}.exe",
  "C:\\Users\\{user}\\AppData\\Local\\Temp\\{hex8}\\{word}.ps1", "C:\\ProgramData\\{Word}\\{word}_{int1-99}.bin", "D:\\Shares\\{word}\\{int2019-2026}\\{word}.xlsx",
  "C:\\Users\\Public\\{word}.vbs", "C:\\inetpub\\wwwroot\\{word}\\{word}.aspx", "\\\\{word}{int1-9}\\{word}$\\{word}.exe", "c:\\windows\\syswow64\\{word}{int1-99}.sys",
  "E:\\{Word}\\{word}-{int1-9}.{int0-9}\\bin\\{word}.jar", "C:\\$Recycle.Bin\\{word}.{hex4}.dat",
];
const WINDOWS_SPACED = [
  "C:\\Program Files\\{Word} {Word}\\{word}.exe", "C:\\Program Files (x86)\\{Word}\\{Word} Agent\\{word}.dll", "C:\\Users\\{user}\\My Documents\\{Word} {int2019-2026}.docx",
  "\\\\{word}{int1-9}\\Team Share\\{Word} plan.xlsx", "C:\\Documents and Settings\\All Users\\Start Menu\\{Word}.lnk",
];
const LINUX = [
  "/usr/bin/{word}{int1-9}", "/usr/lib/x86_64-linux-gnu/lib{word}.so.{int1-9}", "/var/log/{word}/{word}.log", "/home/{user}/.ssh/{word}_key", "/tmp/.{hex8}/{word}",
  "/opt/{word}/bin/{word}.sh", "/etc/{word}/{word}.conf", "/var/lib/{word}/{word}-{int1-99}.db", "/srv/{word}/{word}/{word}.py", "/proc/{int300-32000}/fd/{int3-99}",
  "/dev/shm/{hex6}", "/root/.{word}/{word}.json", "/usr/share/{word}/{word}_{int1-9}.{int0-9}.txt", "/var/www/{word}/{word}.php", "/etc/systemd/system/{word}-{word}.service",
];
const HIVES = ["HKLM", "HKLM", "HKLM", "HKCU", "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKU\\S-1-5-21-{int100000000-4000000000}-{int100000000-4000000000}-{int1000-9999}", "HKCR", "HKEY_USERS\\.DEFAULT"];
const KEYS = [
  "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\{Word}", "System\\CurrentControlSet\\Services\\{word}{int1-99}\\ImagePath", "Software\\Classes\\CLSID\\{{hex8}-{hex4}-{hex4}-{hex4}-{hex12}}\\InprocServer32",
  "SOFTWARE\\Policies\\{Word}\\{Word}{Word}", "Software\\{Word}\\{word}_{hex4}\\Settings", "SYSTEM\\ControlSet001\\Control\\{Word}\\{Word}{int1-9}",
];
const KEYS_SPACED = [
  "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\{word}.exe\\Debugger", "Software\\Microsoft\\Internet Explorer\\Main\\{Word} {Word}",
  "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\{Word}",
];

const path = (templates) => (random) => {
  const capital = () => word(random).replace(/^./, (letter) => letter.toUpperCase());
  const template = random.pick(templates).replace(/\{Word\}/g, capital).replace(/\{user\}/g, () => name(random));
  return fill(random, template);
};
export const windowsPath = path(WINDOWS);
export const windowsPathSpaced = path(WINDOWS_SPACED);
export const linuxPath = path(LINUX);
export const registryKey = path(HIVES.flatMap((hive) => KEYS.map((key) => `${hive}\\${key}`)));
export const registryKeySpaced = path(HIVES.slice(0, 6).flatMap((hive) => KEYS_SPACED.map((key) => `${hive}\\${key}`)));

export const cve = (random) => `CVE-${random.int(2004, 2026)}-${random.chance(0.6) ? String(random.int(1, 9999)).padStart(4, "0") : random.int(10000, 60000)}`;
export const asn = (random) => `AS${random.chance(0.9) ? random.int(1000, 65000) : random.int(131072, 402000)}`;

const bytes = (random, length) => Uint8Array.from({ length }, () => random.int(0, 255));
const base58check = createBase58check(sha256);

/** Pay to key hash, to script hash, to witness key hash or script, or taproot. */
export function bitcoin(random) {
  const kind = random.int(0, 4);
  if (kind < 2) return base58check.encode(Uint8Array.of(kind ? 5 : 0, ...bytes(random, 20)));
  const [version, size, code] = [[0, 20, bech32], [0, 32, bech32], [1, 32, bech32m]][kind - 2];
  return code.encode("bc", [version, ...code.toWords(bytes(random, size))], 90);
}

/** With its checksum in the case of its letters (EIP-55), or in small letters without one. */
export function ethereum(random) {
  const small = random.hex(40);
  if (random.chance(0.3)) return `0x${small}`;
  const digest = Buffer.from(keccak_256(new TextEncoder().encode(small))).toString("hex");
  return `0x${[...small].map((digit, i) => (digest[i] > "7" ? digit.toUpperCase() : digit)).join("")}`;
}
