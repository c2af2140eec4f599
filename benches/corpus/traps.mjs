// Text that looks like an indicator and is none. Each maker takes a Recorder and
// gives one such text, which it has written down as a trap of its kind.
import * as make from "./values.mjs";

const two = (c, below) => String(c.int(0, below - 1)).padStart(2, "0");
const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
const Word = (c) => capital(c.word());

// Extensions of files that are top-level domains too, and some that are not.
const EXTENSIONS = ["py", "py", "sh", "sh", "md", "rs", "so", "pl", "zip", "cc", "ps", "ai", "mov", "in", "am", "la", "java", "cs", "ml", "tf", "vb", "st", "js", "ts", "c", "h", "hpp", "go", "rb", "lua", "txt", "log", "json", "yaml", "xml", "html", "cfg", "ini", "tmp", "bak", "pdf", "docx", "xlsx", "png", "gz", "jar", "dll", "exe", "sys", "ps1", "vbs", "bat", "lnk", "so.3", "so.1.1", "tar.gz", "min.js", "cab", "pm", "mm", "pub", "app"];
// Members of objects whose names are top-level domains.
const MEMBERS = ["name", "id", "info", "data", "next", "target", "is", "at", "of", "in", "to", "map", "date", "click", "host", "link", "page", "style", "type", "top", "do", "app", "run", "call", "open", "space", "stream", "group", "click", "select", "search", "email", "media", "network", "systems", "how", "now", "new", "build", "blue", "red", "pub", "st", "me", "my", "so", "length", "value", "get", "set", "pop", "exec"];
const OBJECTS = ["this", "self", "obj", "e", "event", "item", "node", "row", "user", "cfg", "req", "res", "ctx", "list", "window", "document", "module", "app", "options", "state", "props", "args", "el", "session", "conn"];
const FIELDS = ["host.name", "host.id", "host.os.name", "agent.id", "agent.name", "event.id", "event.action", "event.code", "user.name", "user.id", "user.email", "process.name", "process.pid", "process.parent.name", "process.pe.company", "process.pe.product", "source.ip", "destination.ip", "file.name", "file.path", "rule.name", "threat.technique.name", "threat.technique.id", "cloud.region", "network.name", "organization.name", "service.name", "url.domain", "dns.question.name", "observer.vendor", "log.level", "ecs.version", "trace.id", "container.id", "container.image.name", "orchestrator.cluster.name", "data_stream.dataset"];
const NAMESPACES = ["System.Net.Http", "System.Text.Encoding", "System.IO.File", "System.Net.WebClient", "System.Management.Automation", "Microsoft.PowerShell.Utility", "Microsoft.Win32.Registry", "System.Reflection.Assembly", "Newtonsoft.Json.Linq", "System.Diagnostics.Process"];

const file = (c) => {
  const stem = c.pick([c.word(), `${c.word()}_${c.word()}`, `${c.word()}-${c.word()}`, `lib${c.word()}`, `${c.word()}${c.int(1, 99)}`, capital(c.word()) + capital(c.word()), "setup", "readme", "run", "install", "kernel32", "README", "__init__", "index", "main"]);
  return `${stem}.${c.pick(EXTENSIONS)}`;
};
const scope = (c) => c.pick([
  () => `std::${c.pick(["vector", "string", "map", "move", "unique_ptr", "chrono::seconds", "fs::path"])}`, () => `${c.word()}::${c.word()}`, () => `${capital(c.word())}::${c.word()}`,
  () => `${c.pick(["a", "b", "ab", "abc", "cafe", "fade", "db", "dead", "feed", "ed", "ace"])}::${c.pick(["b", "c", "add", "dec", "face", "beef", "d", "fab", "bad"])}`, () => `crate::${c.word()}::${c.word()}`, () => `${capital(c.word())}::${capital(c.word())}::new`,
])();
const hexRun = (c, digits) => { const text = c.random.hex(digits); return c.random.chance(0.3) ? text.toUpperCase() : text; };
/** A value with one of its last letters or digits changed, so that its checksum is wrong. */
const spoilt = (c, value) => {
  const at = value.length - c.int(2, 6);
  const other = value[at] === "q" ? "p" : "q";
  return value.slice(0, at) + other + value.slice(at + 1);
};
const spoiltCase = (c) => {
  for (;;) {
    const value = make.ethereum(c.random);
    const at = [...value].findIndex((char, i) => i > 4 && /[A-F]/.test(char));
    if (at > 0) return value.slice(0, at) + value[at].toLowerCase() + value.slice(at + 1);
  }
};

const MAKERS = {
  clock: (c) => c.pick([`${two(c, 24)}:${two(c, 60)}:${two(c, 60)}`, `${two(c, 24)}:${two(c, 60)}:${two(c, 60)}.${c.int(100, 999)}`, `${c.int(0, 9)}:${two(c, 24)}:${two(c, 60)}:${two(c, 60)}`]),
  mac: (c) => {
    const pairs = Array.from({ length: 6 }, () => c.random.hex(2));
    return c.pick([pairs.join(":"), pairs.join("-"), pairs.join(":").toUpperCase(), `${pairs.slice(0, 2).join("")}.${pairs.slice(2, 4).join("")}.${pairs.slice(4).join("")}`]);
  },
  fingerprint: (c) => Array.from({ length: c.pick([8, 16, 20, 32]) }, () => c.random.hex(2)).join(":").toUpperCase(),
  pci: (c) => `0000:${two(c, 60)}:${c.random.hex(2)}.${c.int(0, 7)}`,
  scope,
  version: (c) => c.pick([
    `v${c.int(0, 30)}.${c.int(0, 30)}.${c.int(0, 99)}.${c.int(0, 255)}`, `Chrome/${c.int(70, 140)}.0.0.0`, `Chrome/${c.int(70, 140)}.0.${c.int(1000, 7000)}.${c.int(1, 200)}`, `${c.int(5, 30)}.${c.int(0, 9)}.${c.int(1000, 30000)}.${c.int(1, 6000)}`,
    `${c.word()}/${c.int(1, 20)}.${c.int(0, 40)}.${c.int(0, 99)}.${c.int(0, 99)}`, `${c.word()}-${c.int(1, 20)}.${c.int(0, 40)}.${c.int(0, 9)}.${c.int(0, 99)}`, `10.0.${c.int(0, 255)}.${c.int(1, 99)}-${c.pick(["beta", "rc1", "alpha", "SNAPSHOT"])}`, `Edg/${c.int(90, 140)}.0.${c.int(100, 255)}.${c.int(1, 99)}`,
    `version ${c.int(1, 20)}.${c.int(0, 40)}.${c.int(0, 99)}.${c.int(0, 99)}`, `FileVersion=${c.int(1, 20)}.${c.int(0, 40)}.${c.int(0, 99)}.${c.int(0, 99)}`, `ver. ${c.int(1, 20)}.${c.int(0, 40)}.${c.int(0, 99)}.${c.int(0, 99)}`,
  ]),
  oid: (c) => `1.3.6.1.4.1.${c.int(1, 40000)}.${c.int(1, 99)}.${c.int(1, 99)}`,
  "no address": (c) => c.pick([`999.${c.int(1, 254)}.${c.int(1, 254)}.${c.int(1, 254)}`, `${c.int(1, 254)}.${c.int(256, 999)}.${c.int(1, 254)}.${c.int(1, 254)}`, `${c.int(1, 254)}.${c.int(1, 254)}.${c.int(1, 254)}.${c.int(256, 999)}`, `${c.int(1, 99)}.${c.int(1, 99)}.${c.int(1, 99)}.${c.int(1, 99)}.${c.int(1, 99)}`]),
  file,
  namespace: (c) => c.pick([
    () => c.pick(NAMESPACES), () => `com.${c.name()}.${c.word()}.${Word(c)}${Word(c)}`, () => `org.${c.name()}.${c.word()}.${c.word()}.${Word(c)}`, () => `${Word(c)}.${Word(c)}.${Word(c)}`, () => `c.${c.name()[0]}.${c.word()}.${Word(c)}`,
    () => `io.${c.name()}.${c.word()}.${Word(c)}Handler`, () => `${Word(c)}.IO.${Word(c)}`, () => `${c.name()}.${c.word()}.${c.pick(["views", "models", "tasks", "utils", "tests"])}`,
  ])(),
  code: (c) => c.pick([
    () => `${c.pick(OBJECTS)}.${c.pick(MEMBERS)}`, () => `${c.pick(OBJECTS)}.${c.word()}.${c.pick(MEMBERS)}`, () => `${c.word()}.${c.pick(MEMBERS)}`, () => `${c.word()}${Word(c)}.${c.pick(MEMBERS)}`, () => `${c.pick(OBJECTS)}.${c.word()}${Word(c)}`,
  ])(),
  field: (c) => c.pick(FIELDS),
  setting: (c) => c.pick([`${c.word()}.${c.word()}.${c.pick(MEMBERS)}`, `spring.${c.word()}.${c.pick(MEMBERS)}`, `net.ipv4.${c.word()}_${c.word()}`, `log4j.logger.com.${c.name()}`, `${c.word()}.${c.word()}.enabled`, `kernel.${c.word()}_max`]),
  uuid: (c) => c.random.uuid(),
  "no hash": (c) => hexRun(c, c.pick([31, 33, 39, 41, 48, 56, 63, 65, 96, 127, 129, 24, 16, 7, 12])),
  serial: (c) => c.pick([`0x${c.random.hex(16)}`, `S-1-5-21-${c.int(1e8, 4e9)}-${c.int(1e8, 4e9)}-${c.int(1000, 9999)}`, `${c.random.hex(4)}-${c.random.hex(4)}-${c.random.hex(4)}`.toUpperCase(), `0x${hexRun(c, c.pick([39, 41, 38, 48]))}`]),
  base64: (c) => Buffer.from(Array.from({ length: c.int(20, 180) }, () => c.int(0, 255))).toString("base64"),
  token: (c) => `eyJ${Buffer.from(c.random.hex(24)).toString("base64url")}.eyJ${Buffer.from(c.random.hex(60)).toString("base64url")}.${Buffer.from(c.random.hex(32)).toString("base64url")}`,
  date: (c) => c.pick([`${c.int(2015, 2026)}/${two(c, 12)}/${two(c, 28)}`, `${two(c, 12)}/${two(c, 28)}/${two(c, 99)}`, `${two(c, 28)}.${two(c, 12)}.${c.int(2015, 2026)}`, `${two(c, 28)}/Mar/${c.int(2015, 2026)}`, `${c.int(2015, 2026)}.${two(c, 12)}.${two(c, 28)}`]),
  number: (c) => c.pick([`${c.int(0, 999)}.${c.int(0, 9999)}`, `${c.int(0, 99)}.${c.int(0, 999)},${c.int(0, 99)}.${c.int(0, 999)}`, `${c.int(1, 9)}.${c.int(0, 9)}e-${c.int(1, 20)}`, `${c.int(1, 99)}.${c.int(1, 99)}.${c.int(1, 99)}`, `${c.int(0, 99)}.${c.int(0, 99)}%`]),
  unit: (c) => c.pick([`${c.word()}.service`, `${c.word()}-${c.word()}.timer`, `dbus-org.freedesktop.${c.word()}1.service`, `${c.word()}@${c.int(1, 9)}.service`, `getty@tty${c.int(1, 9)}.service`, `user-${c.int(1000, 1999)}.slice`, `session-${c.int(1, 999)}.scope`, `${c.word()}.target`, `user@${c.int(1000, 1999)}.service`, `org.freedesktop.${Word(c)}`]),
  package: (c) => c.pick([
    () => `lib${c.word()}_${c.int(0, 9)}.${c.int(0, 30)}.${c.int(0, 9)}-${c.int(1, 9)}_amd64.deb`, () => `${c.word()}-${c.int(0, 9)}.${c.int(0, 30)}.${c.int(0, 9)}-${c.int(1, 99)}.el9.x86_64`, () => `@${c.word()}/${c.word()}@${c.int(0, 20)}.${c.int(0, 30)}.${c.int(0, 9)}`, () => `${c.word()}-${c.word()}@${c.int(0, 20)}.${c.int(0, 30)}.${c.int(0, 9)}`,
    () => `${c.word()}-${c.int(0, 9)}.${c.int(0, 30)}.${c.int(0, 9)}-py3-none-any.whl`, () => `${c.word()}-${c.int(0, 9)}.${c.int(0, 30)}-SNAPSHOT.jar`, () => `actions/${c.word()}@v${c.int(1, 6)}`, () => `${c.word()} (${c.int(0, 9)}:${c.int(0, 30)}.${c.int(0, 9)}-${c.int(1, 9)}+deb12u${c.int(1, 9)})`,
  ])(),
  image: (c) => `${c.word()}@${c.int(2, 3)}x.png`,
  account: (c) => c.pick([`NT AUTHORITY\\SYSTEM`, `${c.name().toUpperCase()}\\${c.name()}`, `CORP\\svc_${c.word()}`, `BUILTIN\\Administrators`]),
  escape: (c) => c.pick([`${c.word()}\\n${c.word()}\\t${c.word()}`, `^\\d+\\.\\d+\\s${c.word()}$`, `\\Processor(_Total)\\% ${c.word()} time`, `\\u00${c.random.hex(2)}${c.word()}`]),
  switch: (c) => c.pick([`/prefetch:${c.int(1, 9)}`, `/${c.word()}:${c.word()}`, "/c", "/Embedding", "/quiet", "/s /q", `/d:${c.int(1, 9)}`]),
  slash: (c) => c.pick(["and/or", "TCP/443", "UDP/53", "HTTP/1.1", "N/A", "24/7", "I/O", "km/h", "text/html", "application/json", "image/svg+xml", "multipart/form-data", `${c.int(1, 99)}/${c.int(1, 99)}`, `s/${c.word()}/${c.word()}/g`, "read/write/execute", `TLSv1.2/ECDHE-RSA`, `Ubuntu/22.04`]),
  tag: (c) => c.pick([`</${c.word()}>`, "<br/>", `</${c.word()}></${c.word()}>`]),
  arn: (c) => `arn:aws:iam::${c.int(1e11, 9e11)}:role/${c.word()}`,
  "bad checksum": (c) => c.pick([() => spoilt(c, make.bitcoin(c.random)), () => spoiltCase(c)])(),
  "reversed address": (c) => `${c.int(1, 254)}.${c.int(1, 254)}.${c.int(1, 254)}.${c.int(1, 254)}.in-addr.arpa`,
  "number of a standard": (c) => c.pick([`RFC ${c.int(1000, 9000)}`, `CWE-${c.int(20, 900)}`, `ISO-8859-${c.int(1, 15)}`, `KB${c.int(4000000, 5050000)}`, `AS/400`, `MS${two(c, 20)}-${c.int(100, 199)}`, `T${c.int(1001, 1600)}.${String(c.int(1, 12)).padStart(3, "0")}`, `AS-REP`, `CVSS:3.1/AV:N/AC:L/PR:N`, `AES${c.pick([128, 256])}`]),
};

export const TRAP_KINDS = Object.keys(MAKERS);

/** A trap of a kind, written down. A part of one that some would count is allowed. */
export function trap(c, kind) {
  const text = MAKERS[kind](c);
  if (kind === "reversed address") c.either("dns", text);
  return c.trap(kind, text);
}
