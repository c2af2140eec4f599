// proxy.tsv: what the web proxy let out, tab-separated.

import { BEACON, C2_HOST, C2_IP, C2_URL, EXFIL, EXFIL_HOST, EXFIL_IP, EXFIL_URL, LURE_HOST, LURE_IP, LURE_URL, OPENED, PATIENT, STAGE_URL } from "./story.mjs";
import { AGENTS, iso, moments, publicAddress, SERVERS, SITES, USERS } from "./world.mjs";

export const COLUMNS = [
  "timestamp", "time_taken_ms", "client_ip", "user", "status", "action", "method", "url", "host", "server_ip", "category",
  "content_type", "bytes_in", "bytes_out", "user_agent",
];
const TYPES = ["text/html", "application/json", "image/png", "text/javascript", "application/octet-stream", "image/webp", "text/css"];

function request(random, time, client, login, method, url, host, ip, category, agent, sizes = {}) {
  const { status = 200, type = random.popular(TYPES), bytesIn = random.size(180, 14_000), bytesOut = random.size(240, 700) } = sizes;
  return [
    iso(time), random.size(4, 90), client, login, status, status === 407 ? "TCP_DENIED" : "TCP_MISS", method, url, host, ip, category,
    type, bytesIn, bytesOut, agent,
  ];
}

function normal(random, time) {
  const who = random.pick(USERS);
  const [host, category, paths] = random.popular(SITES);
  const url = `${random.chance(0.96) ? "https" : "http"}://${host}${random.fill(random.pick(paths))}`;
  const method = random.weighted([["GET", 86], ["POST", 14]]);
  const status = random.weighted([[200, 80], [304, 8], [302, 5], [404, 3], [407, 2], [204, 2]]);
  const agent = random.popular(AGENTS);
  return { time, fields: request(random, time, who.host.ip, who.login, method, url, host, publicAddress(host), category, agent, { status }) };
}

/** One small POST a minute, ten percent early or late, day and night. */
function beacon(random) {
  const records = [];
  const { start, end, periodSeconds, jitter } = BEACON;
  for (let time = start; time < end; time += Math.round(1000 * periodSeconds * (1 + jitter * (2 * random.next() - 1)))) {
    records.push({
      time, plants: [["url", C2_URL], ["dns", C2_HOST], ["ipv4", C2_IP]],
      fields: request(random, time, PATIENT.host.ip, PATIENT.login, "POST", C2_URL, C2_HOST, C2_IP, "uncategorised", AGENTS[1],
        { type: "application/json", bytesIn: random.int(148, 164), bytesOut: random.int(612, 660) }),
    });
  }
  return records;
}

function exfiltration(random) {
  const { start, end, parts, bytes } = EXFIL;
  return Array.from({ length: parts }, (_, i) => {
    const time = Math.round(start + ((end - start) * (i + 0.5 * random.next())) / parts);
    const url = `${EXFIL_URL}.${String(i + 1).padStart(3, "0")}`;
    return {
      time, plants: [["url", url], ["dns", EXFIL_HOST], ["ipv4", EXFIL_IP]],
      fields: request(random, time, SERVERS.files.ip, "-", "PUT", url, EXFIL_HOST, EXFIL_IP, "file sharing", "curl/8.9.1",
        { status: 201, type: "text/plain", bytesIn: 212, bytesOut: bytes / parts }),
    };
  });
}

export function proxy(random) {
  const download = (time, url, host, ip, agent, bytesIn) => ({
    time, plants: [["url", url], ["ipv4", ip], ...(host === ip ? [] : [["dns", host]])],
    fields: request(random, time, PATIENT.host.ip, PATIENT.login, "GET", url, host, ip, "uncategorised", agent, { bytesIn, type: "application/zip" }),
  });
  const powershell = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-GB) WindowsPowerShell/5.1.22621.4391";
  const records = [
    ...moments(random, 13_500, 0.04).map((time) => normal(random, time)),
    ...beacon(random), ...exfiltration(random),
    download(OPENED - 188_000, LURE_URL, LURE_HOST, LURE_IP, AGENTS[0], 48_211),
    download(OPENED + 5_000, STAGE_URL, LURE_IP, LURE_IP, powershell, 6_904),
    download(OPENED + 167_000, `http://${LURE_IP}/a/7f3e/wupd.bin`, LURE_IP, LURE_IP, "CertUtil URL Agent", 912_384),
  ];
  return { name: "proxy.tsv", header: COLUMNS, separator: "\t", records };
}
