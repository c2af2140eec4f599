// The small network in which the story happens: its people, machines and habits.
//
// Names and addresses that matter are reserved for documentation (RFC 2606, RFC 5737, RFC 3849,
// RFC 5398), so nobody's real address is called evil here:
//   10.20.0.0/16                      the company's own machines
//   192.0.2.0/24                      the company's way out, and its staff at home
//   198.51.100.0/24, 203.0.113.0/24   the attackers
//   198.18.0.0/15, 2001:db8::/32      the rest of the internet
// Well-known public sites appear as what everybody visits, with addresses of that last kind.

/** The first moment of the three days. */
export const START = Date.UTC(2026, 2, 10);
export const DAYS = 3;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A moment of the story: day 1 to 3 and a clock time (UTC), `at(1, "13:47:09")`. */
export function at(day, clock) {
  const [hours, minutes, seconds = 0] = clock.split(":").map(Number);
  return START + (day - 1) * DAY + hours * HOUR + minutes * 60_000 + Math.round(seconds * 1000);
}

export const iso = (time) => new Date(time).toISOString();

export const DOMAIN = "larkfield.example.com";
export const NETBIOS = "LARKFIELD";
export const TENANT = "5d0f3c1e-7a44-4b0e-9b57-2f6f0c8a9d11";
export const DOMAIN_SID = "S-1-5-21-2718281828-3141592653-1414213562";
export const OFFICE_EGRESS = "192.0.2.10";

const PEOPLE = [
  ["Amara Okafor", "Freight desk"], ["Jonas Lindqvist", "Finance"], ["Priya Raman", "Finance"],
  ["Tomás Herrera", "Operations"], ["Wei Zhang", "Operations"], ["Elif Demir", "Customs"],
  ["Noah Fischer", "IT"], ["Sofia Rossi", "IT"], ["Liam Byrne", "Sales"], ["Hana Sato", "Sales"],
  ["Ines Duarte", "Sales"], ["Marek Nowak", "Warehouse"], ["Fatima Zahra", "Warehouse"],
  ["Oskar Berg", "Warehouse"], ["Chloé Martin", "HR"], ["Daniel Mensah", "Legal"],
  ["Yara Haddad", "Customs"], ["Petr Svoboda", "Freight desk"], ["Mia Jensen", "Freight desk"],
  ["Ravi Patel", "Operations"], ["Anna Kowalska", "Finance"], ["Lucas Moreau", "Sales"],
  ["Grace Adeyemi", "Management"], ["Stefan Huber", "Management"],
];

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");

/** Everyone, with a workstation and an address at home. */
export const USERS = PEOPLE.map(([name, team], i) => {
  const [first, last] = plain(name).toLowerCase().split(" ");
  const login = `${first[0]}.${last}`;
  return {
    name, team, login,
    upn: `${login}@${DOMAIN}`,
    sid: `${DOMAIN_SID}-${1104 + i}`,
    host: { name: `WS-${101 + i}`, ip: `10.20.10.${101 + i}` },
    home: `192.0.2.${101 + i}`,
    userId: `${(0x6f1b2a00 + i * 977).toString(16)}-8c2d-4e5f-9a31-${(0xb4c7d2e10000 + i * 7919).toString(16)}`,
    city: [["Rotterdam", "NL", 51.92, 4.48], ["Antwerp", "BE", 51.22, 4.4], ["Breda", "NL", 51.59, 4.78]][i % 3],
  };
});

export const user = (login) => USERS.find((one) => one.login === login);

export const SERVERS = {
  dc: { name: "DC01", ip: "10.20.0.10" },
  files: { name: "FS01", ip: "10.20.0.20" },
  proxy: { name: "PRX01", ip: "10.20.0.5" },
  web: { name: "web01", ip: "10.20.5.30" },
  db: { name: "db01", ip: "10.20.5.31" },
};

export const fqdn = (host) => `${host.name}.${DOMAIN}`;

/** How busy each hour of a working day is. */
const BUSY = [1, 1, 1, 1, 1, 2, 6, 18, 34, 40, 40, 36, 24, 34, 40, 38, 32, 20, 8, 4, 3, 2, 1, 1];

/** `count` moments over the three days in order, dense in office hours; `flat` from 0 to 1 adds a constant share. */
export function moments(random, count, flat = 0) {
  const hours = BUSY.map((weight, hour) => [hour, weight * (1 - flat) + 16 * flat]);
  return Array.from({ length: count }, () =>
    START + random.int(0, DAYS - 1) * DAY + random.weighted(hours) * HOUR + random.int(0, HOUR - 1),
  ).sort((a, b) => a - b);
}

/** Web sites by popularity: `[host, category, paths]`. */
export const SITES = [
  ["outlook.office.com", "business", ["/mail/", "/owa/service.svc?action=FindItem", "/calendar/view/week"]],
  ["teams.microsoft.com", "business", ["/api/mt/emea/beta/users/{hex8}", "/_#/conversations"]],
  ["login.microsoftonline.com", "business", ["/common/oauth2/v2.0/authorize?client_id={hex8}", "/common/oauth2/v2.0/token"]],
  ["www.bing.com", "search", ["/search?q=container+rates+{int2024-2026}", "/search?q=incoterms+dap", "/fd/ls/l?IG={hex16}"]],
  ["ctldl.windowsupdate.com", "update", ["/msdownload/update/v3/static/trustedr/en/authrootstl.cab?{hex16}"]],
  ["tlu.dl.delivery.mp.microsoft.com", "update", ["/filestreamingservice/files/{hex8}-{hex4}-{hex4}?P1={int1773100000-1773400000}"]],
  ["www.google.com", "search", ["/search?q=port+of+rotterdam+berth+schedule", "/gen_204?atyp=i&ei={hex16}"]],
  ["en.wikipedia.org", "reference", ["/wiki/Bill_of_lading", "/wiki/Container_port", "/wiki/Special:Search?search=demurrage"]],
  ["tracking.portwise.example.org", "business", ["/vessel/{int9000000-9999999}", "/api/v1/eta?imo={int9000000-9999999}"]],
  ["rates.seabridge.example.net", "business", ["/quotes/{int10000-99999}", "/lanes?from=NLRTM&to=SGSIN"]],
  ["customs.portal.example.org", "government", ["/declaration/{int100000-999999}", "/status?mrn={hex16}"]],
  ["github.com", "development", ["/search?q=edifact", "/apache/arrow/releases", "/login"]],
  ["raw.githubusercontent.com", "development", ["/apache/arrow/main/README.md"]],
  ["packages.debian.org", "development", ["/bookworm/nginx", "/search?keywords=openssl"]],
  ["www.harbourdaily.example.org", "news", ["/", "/article/{int1000-9999}/quay-works", "/feed.xml"]],
  ["weather.northsea.example.net", "news", ["/forecast/rotterdam", "/api/wind?lat=51.9&lon=4.5"]],
  ["cdn.jsdelivr.net", "infrastructure", ["/npm/leaflet@1.9.4/dist/leaflet.js", "/npm/chart.js"]],
  ["fonts.gstatic.com", "infrastructure", ["/s/inter/v13/{hex16}.woff2"]],
  ["www.linkedin.com", "social", ["/feed/", "/in/{hex8}/", "/jobs/view/{int1000000-9999999}"]],
  ["www.youtube.com", "media", ["/watch?v={hex8}", "/api/stats/watchtime?cpn={hex16}"]],
  ["lunch.larder.example.com", "food", ["/menu/today", "/order/{int1000-9999}"]],
  ["tickets.helpdesk.example.com", "business", ["/browse/LOG-{int100-999}", "/rest/api/2/search?jql=assignee%3DcurrentUser()"]],
  ["www.booking.com", "travel", ["/hotel/sg/{hex8}.html", "/searchresults.html?ss=Hamburg"]],
  ["maps.example.com", "reference", ["/tiles/{int10-14}/{int500-560}/{int330-350}.png"]],
  ["news.ycombinator.com", "news", ["/", "/item?id={int40000000-42000000}"]],
  ["ads.quickclick.example.net", "advertising", ["/serve?slot={int1-9}&u={hex16}", "/pixel.gif?e={hex8}"]],
  ["metrics.pagepulse.example.org", "advertising", ["/collect?v=2&tid={hex8}&cid={hex16}"]],
];

/** A steady address for a public name: the same name always resolves to the same one. */
export function publicAddress(name) {
  let h = 7;
  for (const char of name) h = (Math.imul(h, 31) + char.codePointAt(0)) >>> 0;
  return `198.${18 + (h & 1)}.${(h >>> 8) & 255}.${1 + ((h >>> 16) % 254)}`;
}

export const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0",
  "Microsoft-Delivery-Optimization/10.1",
  "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
];
