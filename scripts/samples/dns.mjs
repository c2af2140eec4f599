// dns.ndjson.gz: the resolver's log, one object a query, compressed as it leaves the machine.

import { BEACON, C2_HOST, C2_IP, EXFIL, EXFIL_HOST, EXFIL_IP, LURE_HOST, LURE_IP, OPENED, PATIENT, TUNNEL, TUNNEL_DOMAIN } from "./story.mjs";
import { DOMAIN, fqdn, iso, moments, publicAddress, SERVERS, SITES, USERS } from "./world.mjs";

const INTERNAL = ["dc01", "fs01", "prx01", "web01", "db01", "print02", "assets"];

function query(random, time, host, name, type, answers, { rcode = "NOERROR", ttl = 300 } = {}) {
  return {
    ts: iso(time), resolver: SERVERS.dc.ip, client: { ip: host.ip, host: fqdn(host) }, query: name, qtype: type, rcode,
    answers, ttl, rtt_ms: Number((0.3 + 40 * random.next() ** 3).toFixed(2)),
  };
}

function normal(random, time) {
  const host = random.chance(0.9) ? random.pick(USERS).host : random.pick(Object.values(SERVERS));
  const kind = random.weighted([["web", 64], ["ipv6", 12], ["inside", 16], ["reverse", 4], ["missing", 4]]);
  const [site] = random.popular(SITES);
  const inside = `${random.pick(INTERNAL)}.${DOMAIN}`;
  switch (kind) {
    case "web": return query(random, time, host, site, "A", [publicAddress(site)], { ttl: random.pick([60, 300, 3600]) });
    case "ipv6": return query(random, time, host, site, "AAAA", [`2001:db8:${(site.length * 1117).toString(16)}::${site.length}`]);
    case "inside": return query(random, time, host, inside, "A", [`10.20.0.${random.pick([5, 10, 20, 31])}`], { ttl: 1200 });
    case "reverse": return query(random, time, host, `${random.int(101, 124)}.10.20.10.in-addr.arpa`, "PTR", [`ws-${random.int(101, 124)}.${DOMAIN}`]);
    default: return query(random, time, host, `${random.pick(["wpad", "isatap", "autodiscover"])}.${DOMAIN}`, "A", [], { rcode: "NXDOMAIN", ttl: 0 });
  }
}

/** The beacon's name is looked up again whenever its five-minute lifetime is over. */
function beacon(random) {
  const records = [];
  for (let time = BEACON.start; time < BEACON.end; time += 300_000 + random.int(0, 12_000)) {
    records.push({
      time, plants: [["dns", C2_HOST], ["ipv4", C2_IP]],
      fields: query(random, time, PATIENT.host, C2_HOST, "A", [C2_IP]),
    });
  }
  return records;
}

/** Data in the labels of TXT queries, a few each second. */
function tunnel(random) {
  const gap = (TUNNEL.end - TUNNEL.start) / TUNNEL.queries;
  return Array.from({ length: TUNNEL.queries }, (_, i) => {
    const time = Math.round(TUNNEL.start + gap * (i + random.next()));
    const name = `${random.hex(48)}.${random.hex(36)}.${i.toString(36)}.${TUNNEL_DOMAIN}`;
    return { time, plants: [["dns", name]], fields: query(random, time, SERVERS.files, name, "TXT", [`"${random.hex(8)}"`], { ttl: 1 }) };
  });
}

export function dns(random) {
  const one = (time, host, name, ip) => ({
    time, plants: [["dns", name], ["ipv4", ip]], fields: query(random, time, host, name, "A", [ip]),
  });
  const records = [
    ...moments(random, 27_000, 0.12).map((time) => ({ time, fields: normal(random, time) })),
    ...beacon(random), ...tunnel(random),
    one(OPENED - 190_000, PATIENT.host, LURE_HOST, LURE_IP),
    one(EXFIL.start - 4_000, SERVERS.files, EXFIL_HOST, EXFIL_IP),
  ];
  return { name: "dns.ndjson.gz", records };
}
