// What the proxy must do and must not do, as one list for all servers that have its rules. `cannot` says which server
// cannot do it, and why; the head of its printed configuration tells users the same.
import assert from "node:assert/strict";
import { KEYS, ORIGIN } from "./servers.mjs";

const FILE = "/virustotal/api/v3/files/0a1b";
const LOOKUP = "/otx/api/v1/indicators/IPv4/192.0.2.1/general";
const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** A refusal by the server itself that an allowed page can read. */
function refused(answer, status, code) {
  assert.equal(answer.status, status);
  assert.equal(answer.headers["huntbook-proxy-error"], code);
  const { error } = JSON.parse(answer.body);
  assert.equal(error.code, code);
  assert.ok(error.message.length > 10);
}
const readable = (answer) => {
  assert.equal(answer.headers["access-control-allow-origin"], ORIGIN);
  const exposed = answer.headers["access-control-expose-headers"].toLowerCase().split(", ");
  for (const name of ["huntbook-proxy-error", "huntbook-cache", "huntbook-session", "retry-after", "x-ms-request-id"]) {
    assert.ok(!(name in answer.headers) || exposed.includes(name), `${name} is not exposed`);
  }
};
const unreadable = (answer) => assert.equal(answer.headers["access-control-allow-origin"], undefined);
/** Nothing may have come to the service. */
const unseen = (service, act) => async () => {
  const before = service.seen.length;
  const result = await act();
  assert.equal(service.seen.length, before, "the service saw the call");
  return result;
};
const last = (service) => service.seen.at(-1);

const callers = [
  ["a page of another origin", { origin: "https://evil.example" }, "origin"],
  ["a page whose origin begins like ours", { origin: `${ORIGIN}.evil.example` }, "origin"],
  ["our page without TLS", { origin: ORIGIN.replace("https", "http") }, "origin"],
  ["our page on another port", { origin: `${ORIGIN}:8443` }, "origin"],
  ["other capitals", { origin: ORIGIN.toUpperCase() }, "origin"],
  ["a sandboxed page", { origin: "null" }, "origin"],
  ["an image in a page", { origin: undefined, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, "browser"],
  ["a link that was followed", { origin: undefined, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }, "browser"],
  ["a frame", { origin: undefined, "sec-fetch-dest": "iframe" }, "browser"],
  ["an image in an old browser", { origin: undefined, referer: "https://evil.example/" }, "browser"],
].map(([name, headers, code]) => ({
  name: `refuses ${name}`,
  async run({ server, service }) {
    const answer = await unseen(service, () => server.ask(FILE, { headers }))();
    refused(answer, 403, code);
    unreadable(answer);
  },
}));

const hosts = ["evil.example", "evil.example:8710", "127.0.0.1", "127.0.0.1:1", "localhost"].map((host) => ({
  name: `refuses Host: ${host}`,
  async run({ server, service }) {
    refused(await unseen(service, () => server.ask(FILE, { headers: { host } }))(), 421, "host");
  },
}));

const targets = [
  "/virustotal/api/v3/files/../../../etc", "/virustotal/../otx/api/v1/indicators/IPv4/192.0.2.1/general", "/virustotal/api/v3/files/..", "/virustotal/api/v3/files/./a",
  "/virustotal/api/v3/files/%2e%2e/%2e%2e/x", "/virustotal/api/v3/files/%2E%2E%2Fx", "/virustotal/api/v3/files/..%2fx", "/virustotal/api/v3/files/..%5cx",
  "/virustotal/api/v3/files/%252e%252e/x", "/virustotal/api/v3/files/%25252e%25252e%25252fx", "/virustotal/api/v3/files/a%2fb", "/virustotal/api/v3/files/a%5cb",
  "/virustotal/api/v3/files/..;/x", "/virustotal/api/v3/files/..;a=b/x", "/virustotal/api/v3/files/%2e%2e;/x", "/virustotal/api/v3/files/..%3b/x", "/virustotal/api/v3/files/..%20/x",
  "/virustotal/api/v3/files/%c0%ae%c0%ae/x", "/virustotal/api/v3/files/a%00b", "/virustotal/api/v3/files/a%0d%0aX:1", "/virustotal/api/v3//files/x", "//virustotal/api/v3/files/x",
  "/virustotal//api/v3/files/x", "/virustotal/api/v3/files/\\..\\x", "/virustotal/api/v3/files/%", "/virustotal/api/v3/files/%zz", "/virustotal/api/v3/users/me", "/virustotal/api/v3/files",
  "/virustotal/api/v3/files/", "/virustotal/api/v3/FILES/x", "/virustotal", "/virustotal/", "/VIRUSTOTAL/api/v3/files/x", "/%76irustotal/api/v3/files/x", "/nothing/x",
  "/otx/api/v1/indicators/url/http%3A%2F%2Fa%2F..%2F..%2Fb/general", "/otx/api/v1/indicators/url/x%2F%2e%2e%2Fy/general", "/otx/api/v1/indicators/url/x%5c..%5cy/general",
  "/blob/logs/a%2F..%2Fb", "/blob/logs/%252e%252e/b", "/blob/logs/..%5cb", "/blob//logs", "/blob/logs//b", "/otx/api/v1/indicators/IPv4/a%2Fb/general", "/based/../a/_search", "/.", "/..", "/../virustotal/api/v3/files/x", "/https://evil.example/", "/@evil.example/x", "/virustotal@evil.example/x",
].map((target) => ({
  name: `refuses the path ${target}`,
  async run({ server, service }) {
    const text = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${ORIGIN}\r\nConnection: close\r\n\r\n`;
    const { status } = await unseen(service, () => server.raw(text))();
    assert.ok(status >= 400 && status < 500, `answered ${status}`);
  },
}));

const urls = [
  ["another host's URL", () => "http://evil.example/virustotal/api/v3/files/x"],
  ["the service's URL", ({ ports }) => `https://localhost:${ports.service}/api/v3/files/x`],
  ["the proxy's own URL", ({ server }) => `http://127.0.0.1:${server.port}/virustotal/api/v3/files/x`],
].map(([name, target]) => ({
  name: `refuses ${name} as a target`,
  cannot: name === "the proxy's own URL" ? { caddy: "Go has taken the URL apart by then; it goes to the route's own service all the same" } : {},
  async run(context) {
    const { server, service } = context;
    const text = `GET ${target(context)} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${ORIGIN}\r\nConnection: close\r\n\r\n`;
    const { status } = await unseen(service, () => server.raw(text))();
    assert.ok(status >= 400 && status < 500, `answered ${status}`);
  },
}));

const passing = [
  ["/virustotal/api/v3/files/0a1b", "/api/v3/files/0a1b"],
  ["/virustotal/api/v3/files/0a1b/behaviours?limit=10&cursor=a%2Fb%3D", "/api/v3/files/0a1b/behaviours?limit=10&cursor=a%2Fb%3D"],
  ["/virustotal/api/v3/domains/x%7Ey~%c3%A4", "/api/v3/domains/x%7Ey~%c3%A4"],
  ["/otx/api/v1/indicators/IPv6/2001:db8::1/general", "/api/v1/indicators/IPv6/2001:db8::1/general"],
  ["/otx/api/v1/indicators/url/http%3A%2F%2Fa.example%2Fb%2Fc%3Fd%3De%26f/general", "/api/v1/indicators/url/http%3A%2F%2Fa.example%2Fb%2Fc%3Fd%3De%26f/general"],
  ["/otx/api/v1/indicators/url/http%3a%2f%2fa.example%2f%2f%2520b/general", "/api/v1/indicators/url/http%3a%2f%2fa.example%2f%2f%2520b/general"],
  ["/otx/api/v1/indicators/IPv4/192.0.2.1/general?x=..%2F..%2Fy&&z", "/api/v1/indicators/IPv4/192.0.2.1/general?x=..%2F..%2Fy&&z"],
  ["/based/logs-*,a/_search?q=1", "/es/one/logs-*,a/_search?q=1"],
  ["/based/%3Clogs-%7Bnow%2Fd%7D%3E/_search", "/es/one/%3Clogs-%7Bnow%2Fd%7D%3E/_search"],
  ["/blob/logs/2026/a%20%2520b/c%5Cd%5C.txt?sv=1", "/logs/2026/a%20%2520b/c%5Cd%5C.txt?sv=1"],
  ["/blob/logs/50%25%20of/", "/logs/50%25%20of/"],
  ["/arm/SUBSCRIPTIONS/a/resourcegroups/b%20c/providers/microsoft.operationalinsights", "/SUBSCRIPTIONS/a/resourcegroups/b%20c/providers/microsoft.operationalinsights"],
].map(([target, expected]) => ({
  name: `passes ${target} byte for byte`,
  cannot: {
    ...(target.includes("*") && { caddy: "Go writes * as %2A, which is the same" }),
    ...(target.includes("%25%") && Object.fromEntries(["caddy", "nginx"].map((kind) => [kind, "its rules refuse a name in which a per cent sign stands alone"]))),
  },
  async run({ server, service }) {
    const answer = await server.ask(target);
    assert.deepEqual([answer.status, answer.body], [200, '{"ok":true}']);
    readable(answer);
    assert.equal(last(service).url, expected);
  },
}));

const methods = [["POST", FILE], ["DELETE", FILE], ["PATCH", FILE], ["OPTIONS", FILE], ["TRACE", FILE], ["PUT", "/arm/subscriptions/a/b"], ["DELETE", "/arm/subscriptions/a"], ["DELETE", "/arm/subscriptions/a/resourceGroups/b"]].map(
  ([method, target]) => ({
    name: `refuses ${method} ${target}`,
    async run({ server, service }) {
      const { status } = await unseen(service, () => server.ask(target, { method }))();
      assert.ok(status >= 400 && status < 500, `answered ${status}`);
    },
  }),
);

const failing = [
  ["a certificate that nobody vouches for", "/stranger/api/v1/indicators/IPv4/192.0.2.1/general", 502, "certificate"],
  ["a certificate for another name", "/misnamed/api/v1/indicators/IPv4/192.0.2.1/general", 502, "certificate"],
  ["a service that is down", "/nobody/api/v1/indicators/IPv4/192.0.2.1/general", 502, "connect"],
  ["a name that there is not", "/unknown-host/api/v1/indicators/IPv4/192.0.2.1/general", 502, "dns"],
  ["a service that does not answer", "/small/_search?do=never", 504, "timeout"],
  ["a redirect", `${LOOKUP}?do=redirect`, 502, "redirect"],
].map(([name, target, status, code]) => ({
  name: `says so of ${name}`,
  cannot: code === "dns" ? { nginx: "it asks a DNS server, and tests ask nothing outside this machine" } : {},
  async run({ server }) {
    const answer = await server.ask(target);
    // Caddy and nginx do not know all causes; what they say must be true, and readable.
    if (server.kind !== "proxy" && answer.headers["huntbook-proxy-error"] === "upstream") refused(answer, 502, "upstream");
    else refused(answer, status, code);
    readable(answer);
    assert.equal(answer.headers.location, undefined);
    assert.doesNotMatch(answer.body, /inside/);
  },
}));

const keys = [
  {
    name: "puts a key into a header, in place of the client's",
    async run({ server, service }) {
      await server.ask(FILE, { headers: { "x-apikey": "the client's" } });
      assert.equal(last(service).headers["x-apikey"], KEYS.TEST_HEADER_KEY);
    },
  },
  {
    name: "puts name and password into Authorization",
    async run({ server, service }) {
      await server.ask("/xforce/ipr/192.0.2.1", { headers: { authorization: "Basic Zm9vOmJhcg==" } });
      assert.equal(last(service).headers.authorization, `Basic ${Buffer.from(KEYS.TEST_BASIC_KEY).toString("base64")}`);
    },
  },
  {
    name: "puts a key into the query, and leaves the rest as it is",
    async run({ server, service }) {
      await server.ask("/browshot/api/v1/screenshot/info?id=1&url=a%2Fb");
      assert.equal(last(service).url, `/api/v1/screenshot/info?id=1&url=a%2Fb&key=${KEYS.TEST_QUERY_KEY}`);
    },
  },
  {
    name: "puts a key into the query where there was none",
    async run({ server, service }) {
      await server.ask("/browshot/api/v1/screenshot/info");
      assert.equal(new URL(last(service).url, "https://x").searchParams.get("key"), KEYS.TEST_QUERY_KEY);
    },
  },
  {
    name: "puts a key in place of a segment",
    async run({ server, service }) {
      await server.ask("/ipqualityscore/api/json/ip/-/2001:db8::1?strictness=1");
      assert.equal(last(service).url, `/api/json/ip/${KEYS.TEST_PATH_KEY}/2001:db8::1?strictness=1`);
    },
  },
  {
    name: "puts a key into the field of a form that the client left for it",
    cannot: { caddy: "it does not rewrite bodies", nginx: "it does not rewrite bodies" },
    async run({ server, service }) {
      await server.ask("/crowdstrike/oauth2/token", { method: "POST", headers: form, body: "client_id=me&client_secret=&x=1" });
      assert.equal(last(service).body, `client_id=me&client_secret=${KEYS.TEST_FORM_KEY}&x=1`);
      await server.ask("/crowdstrike/oauth2/token", { method: "POST", headers: form, body: "client_id=me" });
      assert.equal(last(service).body, "client_id=me");
    },
  },
  {
    name: "puts a key into the field of a JSON object that the client left for it",
    cannot: { caddy: "it does not rewrite bodies", nginx: "it does not rewrite bodies" },
    async run({ server, service }) {
      await server.ask("/prismacloud/login", { method: "POST", headers: json, body: '{"username":"u","password":""}' });
      assert.deepEqual(JSON.parse(last(service).body), { username: "u", password: KEYS.TEST_JSON_KEY });
    },
  },
  {
    name: "takes its key out of an answer that repeats it",
    cannot: { caddy: "it does not look into answers", nginx: "it does not look into answers" },
    async run({ server }) {
      for (const target of [`${FILE}?do=echo`, "/xforce/ipr/192.0.2.1?do=echo", "/browshot/api/v1/screenshot/info?do=echo", "/ipqualityscore/api/json/ip/-/192.0.2.1?do=echo"]) {
        const answer = await server.ask(target);
        assert.match(answer.body, /\*{6}/);
        assert.equal(answer.headers["x-request-id"]?.includes("key-"), target === `${FILE}?do=echo` || target.startsWith("/xforce") ? false : undefined);
        JSON.parse(answer.body);
      }
    },
  },
];

const headers = [
  {
    name: "passes on what services need, and nothing else",
    async run({ server, service }) {
      const sent = { authorization: "Bearer t", "content-type": "application/json", accept: "a/b", prefer: "wait=1", "x-ms-client-request-id": "i", range: "bytes=0-1", "if-none-match": "e" };
      const kept = {
        cookie: "c=1", referer: "https://notebooks.example/", "huntbook-token": "t", "huntbook-session": "s", "x-forwarded-for": "1.2.3.4", "sec-fetch-site": "cross-site",
        "x-otx-api-key": "another's", "access-control-request-headers": "x", forwarded: "for=1", "x-http-method-override": "DELETE", "proxy-authorization": "Basic x",
      };
      await server.ask("/arm/subscriptions", { headers: { ...sent, ...kept } });
      const call = last(service);
      for (const [name, value] of Object.entries(sent)) assert.equal(call.headers[name], value, name);
      for (const name of ["origin", ...Object.keys(kept)]) assert.equal(call.headers[name], undefined, name);
      assert.match(call.headers.host, /^localhost:\d+$/);
    },
  },
  {
    name: "does not let a service speak for it",
    async run({ server }) {
      const answer = await server.ask(`${LOOKUP}?do=meddle`);
      readable(answer);
      assert.equal(answer.status, 200);
      for (const name of ["access-control-allow-credentials", "set-cookie", "huntbook-proxy-error", "huntbook-session", "clear-site-data"]) assert.equal(answer.headers[name], undefined, name);
      assert.deepEqual([answer.headers["x-ms-request-id"], answer.headers["retry-after"], answer.headers["x-content-type-options"]], ["r1", "7", "nosniff"]);
      assert.match(answer.headers["content-security-policy"], /sandbox/);
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.match(answer.headers.vary, /origin/i);
    },
  },
  {
    name: "passes on what a service says of errors",
    async run({ server }) {
      const quota = await server.ask(`${LOOKUP}?do=quota`);
      assert.deepEqual([quota.status, quota.headers["retry-after"], quota.body, quota.headers["huntbook-proxy-error"]], [429, "31", '{"error":"quota"}', undefined]);
      const missing = await server.ask(`${LOOKUP}?do=missing`);
      assert.deepEqual([missing.status, missing.body], [404, '{"error":"unknown"}']);
      readable(missing);
    },
  },
  {
    name: "answers a preflight itself",
    async run({ server, service }) {
      const wanted = { "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type", "access-control-request-private-network": "true" };
      const answer = await unseen(service, () => server.ask("/arm/subscriptions", { method: "OPTIONS", headers: wanted }))();
      assert.equal(answer.status, 204);
      assert.equal(answer.headers["access-control-allow-origin"], ORIGIN);
      assert.match(answer.headers["access-control-allow-methods"], /POST/);
      assert.equal(answer.headers["access-control-allow-headers"], "authorization,content-type");
      assert.equal(answer.headers["access-control-allow-private-network"], "true");
      assert.ok(Number(answer.headers["access-control-max-age"]) > 0);
      const other = await server.ask("/arm/subscriptions", { method: "OPTIONS", headers: { ...wanted, origin: "https://evil.example" } });
      assert.equal(other.status, 403);
      for (const name of ["access-control-allow-origin", "access-control-allow-headers", "access-control-allow-methods"]) assert.equal(other.headers[name], undefined);
    },
  },
  {
    name: "lets a script ask that is none of a page",
    async run({ server }) {
      // Node's fetch says how it asks, as browsers do, but not from where.
      for (const headers of [{ origin: undefined }, { origin: undefined, "sec-fetch-mode": "cors" }]) {
        const answer = await server.ask(LOOKUP, { headers });
        assert.equal(answer.status, 200);
        unreadable(answer);
      }
    },
  },
  {
    name: "lets an allowed page read refusals",
    async run({ server }) {
      for (const target of ["/virustotal/api/v3/users/me", "/nothing/x"]) {
        const answer = await server.ask(target);
        assert.ok(answer.headers["huntbook-proxy-error"]);
        readable(answer);
      }
    },
  },
];

const limits = [
  {
    name: "refuses a request that is too large",
    async run({ server, service }) {
      const answer = await unseen(service, () => server.ask("/small/_search", { method: "POST", headers: json, body: "x".repeat(1001) }))();
      refused(answer, 413, "request_too_large");
      readable(answer);
      assert.equal((await server.ask("/small/_search", { method: "POST", headers: json, body: "x".repeat(1000) })).status, 200);
    },
  },
  {
    name: "refuses a request that turns out to be too large",
    async run({ server, service }) {
      const before = service.seen.length;
      const answer = await server.ask("/small/_search", { method: "POST", headers: { ...json, "transfer-encoding": "chunked" }, body: "x".repeat(5000) });
      assert.equal(answer.status, 413);
      assert.equal(service.seen.length, before);
    },
  },
  {
    name: "breaks off an answer that is too large, so that the client notices",
    cannot: { caddy: "it has no limit for answers", nginx: "it has no limit for answers" },
    async run({ server }) {
      const answer = await server.ask("/small/_search?do=large");
      assert.ok(answer.cut && answer.body.length <= 10_000);
      refused(await server.ask("/small/_search?do=declared"), 502, "answer_too_large");
    },
  },
  {
    name: "passes a large answer whole",
    async run({ server }) {
      const answer = await server.ask("/based/_search?do=large");
      assert.deepEqual([answer.status, answer.cut, answer.body.length], [200, false, 64 * 16_384]);
    },
  },
  {
    name: "breaks off when a service does, so that the client notices",
    cannot: { caddy: "Caddy 2.6 ends such an answer as if it were whole" },
    async run({ server }) {
      assert.ok((await server.ask(`${LOOKUP}?do=cut`)).cut);
    },
  },
  {
    name: "breaks off when a service pauses for too long",
    cannot: { caddy: "Caddy 2.6 ends such an answer as if it were whole" },
    async run({ server }) {
      assert.ok((await server.ask("/small/_search?do=pause")).cut);
    },
  },
  {
    name: "asks a service no more often than it may be asked",
    cannot: { caddy: "it has no limit to how often without a plug-in" },
    async run({ server, service }) {
      for (const ip of [1, 2]) assert.equal((await server.ask(`/greynoise/v3/community/192.0.2.${ip}`)).status, 200);
      const answer = await unseen(service, () => server.ask("/greynoise/v3/community/192.0.2.3"))();
      refused(answer, 429, "rate");
      readable(answer);
      const wait = Number(answer.headers["retry-after"]);
      assert.ok(wait > 0 && wait <= 60);
    },
  },
  {
    name: "keeps answers of lookups",
    cannot: { caddy: "it keeps nothing without a plug-in" },
    async run({ server, service }) {
      const target = "/rdap-arin/registry/ip/192.0.2.1";
      assert.equal((await server.ask(target)).headers["huntbook-cache"], "miss");
      const again = await unseen(service, () => server.ask(target))();
      assert.deepEqual([again.headers["huntbook-cache"], again.status, again.body, again.headers["content-type"]], ["hit", 200, '{"ok":true}', "application/json"]);
      readable(again);
      assert.equal((await server.ask("/rdap-arin/registry/ip/192.0.2.2")).headers["huntbook-cache"], "miss");
    },
  },
  {
    name: "keeps answers of lookups by POST, each key's for itself",
    cannot: { caddy: "it keeps nothing without a plug-in", nginx: "it would have to keep bodies and keys on the disk" },
    async run({ server, service }) {
      const lookup = (key, body) => server.ask("/urlhaus/v1/host/", { method: "POST", headers: { ...form, "auth-key": key }, body });
      const kinds = [];
      for (const [key, body] of [["a", "host=x"], ["a", "host=x"], ["b", "host=x"], ["a", "host=y"]]) kinds.push((await lookup(key, body)).headers["huntbook-cache"]);
      assert.deepEqual(kinds, ["miss", "hit", "miss", "miss"]);
      assert.equal(last(service).body, "host=y");
    },
  },
];

const cookieless = { caddy: "it keeps no cookies", nginx: "it keeps no cookies" };
const sessions = [
  {
    name: "keeps a service's cookies, and gives their session a name",
    cannot: cookieless,
    async run({ server, service }) {
      const query = "/cybereason/rest/visualsearch/query/simple";
      const login = await server.ask("/cybereason/login.html?do=cookie", { method: "POST", headers: form, body: "username=u&password=p" });
      const session = login.headers["huntbook-session"];
      assert.match(session, /^[0-9a-f]{32}$/);
      assert.match(login.headers["access-control-expose-headers"], /huntbook-session/);
      assert.equal(login.headers["set-cookie"], undefined);
      await server.ask(query, { method: "POST", headers: { ...json, "huntbook-session": session, cookie: "JSESSIONID=stolen" }, body: "{}" });
      assert.equal(last(service).headers.cookie, "JSESSIONID=abc123; other=1");
      await server.ask(query, { method: "POST", headers: json, body: "{}" });
      assert.equal(last(service).headers.cookie, undefined);
      refused(await unseen(service, () => server.ask(query, { method: "POST", headers: { ...json, "huntbook-session": "0".repeat(32) }, body: "{}" }))(), 401, "session");
    },
  },
  {
    name: "tells where a sign-in leads, and keeps its session",
    cannot: cookieless,
    async run({ server }) {
      const answer = await server.ask("/cybereason/login.html?do=cookie-redirect", { method: "POST", headers: form, body: "username=u&password=p" });
      refused(answer, 502, "redirect");
      assert.match(answer.headers["huntbook-session"], /^[0-9a-f]{32}$/);
      assert.deepEqual(JSON.parse(answer.body).error.path, "/login.html");
    },
  },
];

export const probes = [...callers, ...hosts, ...targets, ...urls, ...passing, ...methods, ...failing, ...keys, ...headers, ...limits, ...sessions];
