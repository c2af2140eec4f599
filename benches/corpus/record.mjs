// Keeps account of what a corpus holds: `plant` what must be found, `trap` what
// must not, and `either` what an analyst may or may not count.
import { Random } from "../../scripts/samples/random.mjs";
import * as make from "./values.mjs";

const MAKERS = {
  ipv4: make.ipv4, ipv6: make.ipv6, url: make.url, dns: make.dns, email: make.email, md5_hash: make.md5, sha1_hash: make.sha1,
  sha256_hash: make.sha256Hash, sha512_hash: make.sha512, windows_path: make.windowsPath, linux_path: make.linuxPath,
  registry_key: make.registryKey, cve: make.cve, asn: make.asn, bitcoin: make.bitcoin, ethereum: make.ethereum,
};

/** How often a value is a new one; else it is one of those before, as in real logs. */
const NEW = { ipv4: 0.05, dns: 0.14, url: 0.22, email: 0.14, windows_path: 0.1, linux_path: 0.09, registry_key: 0.4 };

/** The spelling of RFC 5952, as browsers make it. */
function shortestIpv6(text) {
  const address = `http://[${text}]/`;
  return URL.canParse(address) ? new URL(address).hostname.slice(1, -1) : text.toLowerCase();
}

/** One spelling of a value that all tools are compared by. */
export function normal(type, value) {
  if (type === "windows_path" || type === "registry_key") return value.replace(/(?<!^)\\+/g, "\\").replace(/^\\{2,}/, "\\\\").replace(/\\$/, "").toLowerCase();
  if (type === "linux_path") return value.length > 1 ? value.replace(/\/$/, "") : value;
  if (type === "ipv6") return shortestIpv6(value.replace(/%.*$/, ""));
  if (type === "url") return value.replace(/^hxxp/i, "http").replace(/\/$/, "").toLowerCase();
  if (type === "bitcoin") return value;
  return value.toLowerCase();
}

export class Recorder {
  planted = new Map(); // "type\nnormal value" → { type, value, how }
  allowed = new Set(); // "type\nnormal value"
  traps = new Map(); // text → kind
  #pools = {};

  constructor(seed) {
    this.random = new Random(seed);
  }

  /** A value that must be found, in the text as `shown`; `how` it is spelt, for the list of misses. */
  plant(type, value, shown = value, how = "plain") {
    const key = `${type}\n${normal(type, value)}`;
    if (!this.planted.has(key)) this.planted.set(key, { type, value, how });
    return shown;
  }

  trap(kind, text) {
    this.traps.set(text, kind);
    return text;
  }

  /** A value that some would count and some would not. */
  either(type, value, shown = value) {
    this.allowed.add(`${type}\n${normal(type, value)}`);
    return shown;
  }

  /** A new or known value of a type, not yet planted. */
  value(type, chance = NEW[type] ?? 1) {
    const pool = (this.#pools[type] ??= []);
    if (pool.length && !this.random.chance(chance)) return this.random.popular(pool);
    const value = MAKERS[type](this.random);
    pool.push(value);
    return value;
  }

  /** Plants a value of a type as it is. */
  one(type, chance) {
    return this.plant(type, this.value(type, chance));
  }

  /** Plants a path or key in JSON, whose backslashes are doubled. */
  json(type, value = this.value(type)) {
    return this.plant(type, value, value.replaceAll("\\", "\\\\"), "in JSON");
  }

  word = () => make.word(this.random);
  name = () => make.name(this.random);
  fill = (template) => make.fill(this.random, template);
  pick = (items) => this.random.pick(items);
  int = (low, high) => this.random.int(low, high);
}
