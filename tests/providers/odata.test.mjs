// OData: Microsoft Graph, and other servers.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, startService, testFaults } from "./helpers.mjs";

const ALERT = { id: "a1", severity: "high", createdDateTime: "2024-01-01T10:00:00.1234567Z", evidence: [{ value: [{ x: 1 }] }], vendor: { name: "m" } };
const ROWS = [ALERT, { ...ALERT, id: "a2", severity: null }];
const PATH = "/security/alerts_v2?$filter=severity eq 'high'";

/** The stand-in is where the proxy would be, so that the service's own address is in links. */
const at = (path) => `https://graph.microsoft.com/v1.0${path}`;

async function open(t, answer = () => ({ "@odata.context": "c", value: ROWS }), options) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("MSGraph", { proxy: service.url });
  await provider.connect({ auth: "token-1", transport: "proxy", ...options });
  return { service, provider, query: (options) => provider.query(PATH, options) };
}

testFaults("Microsoft Graph", open);

/** The address of each request as it came, still encoded. */
async function addressesOf(t, texts, options) {
  const service = await startService(t, () => ({ value: ROWS }));
  const { fetch } = globalThis;
  const asked = [];
  globalThis.fetch = (address, init) => asked.push(address.replace(service.url, "")) && fetch(address, init);
  try {
    const provider = new hb.QueryProvider("MSGraph", { proxy: service.url });
    await provider.connect({ auth: "t", transport: "proxy", ...options });
    for (const text of texts) await (typeof text === "string" ? provider.query(text) : text(provider));
  } finally {
    globalThis.fetch = fetch;
  }
  return asked;
}

test("a text is the path and its options, encoded as far as it must be", async (t) => {
  const rows = [
    ["/security/alerts_v2?$filter=createdDateTime ge 2024-01-01T00:00:00Z and severity eq 'high'&$top=50&$orderby=createdDateTime desc", "/graph/v1.0/security/alerts_v2?$filter=createdDateTime%20ge%202024-01-01T00:00:00Z%20and%20severity%20eq%20'high'&$top=50&$orderby=createdDateTime%20desc"],
    ["security/incidents", "/graph/v1.0/security/incidents"],
    ["/beta/security/incidents", "/graph/beta/security/incidents"],
    ["/v1.0/auditLogs/signIns\n  ?$filter=contains(a,'x')", "/graph/v1.0/auditLogs/signIns%20?$filter=contains(a,'x')"],
    ["/a?$filter=t ge 2024-01-01T00:00:00+02:00", "/graph/v1.0/a?$filter=t%20ge%202024-01-01T00:00:00%2B02:00"],
    ["/a?$filter=n eq 'x%26y'", "/graph/v1.0/a?$filter=n%20eq%20'x%26y'"],
    ["/a?$filter=n eq '100%' and m eq '#é\"'", "/graph/v1.0/a?$filter=n%20eq%20'100%25'%20and%20m%20eq%20'%23%C3%A9%22'"],
  ];
  assert.deepEqual(await addressesOf(t, rows.map(([text]) => text)), rows.map(([, address]) => address));
  assert.deepEqual(await addressesOf(t, ["/a"], { version: "beta", cloud: "usgov" }), ["/graph-usgov/beta/a"]);
});

test("queries of the package: values cannot leave their place", async (t) => {
  const [address] = await addressesOf(t, [(provider) => provider.SecurityGraphAlert.list_alerts_by_source({ service_source: "a'b&$top=1 é+%", start: "2024-01-01", end: "2024-01-02" })]);
  assert.match(address, /^\/graph\/v1\.0\/security\/alerts_v2\?\$filter=createdDateTime%20ge%202024-01-01T00:00:00\S*%20and%20/);
  assert.match(address, /serviceSource%20eq%20'a(''|%27%27)b%26\$top=1%20%C3%A9%2B%25'&\$orderby=createdDateTime%20desc&\$top=1000$/);
  const { searchParams } = new URL(address, "http://x");
  assert.match(searchParams.get("$filter"), /serviceSource eq 'a''b&\$top=1 é\+%'$/);
});

test("rows: value, Results, and what is a row itself", async (t) => {
  let body;
  const { query } = await open(t, () => body);
  body = { "@odata.context": "c", "@odata.count": 2, value: ROWS };
  const table = await query();
  assert.deepEqual(table.columns.map(({ name, type }) => `${name} ${type}`).slice(0, 3), ["id text", "severity text", "createdDateTime timestamp"]);
  assert.deepEqual([table.numRows, table.row(0)["vendor.name"], table.row(1).severity], [2, "m", null]);
  for (const rows of [{ Results: ROWS }, { results: ROWS }, { d: { results: ROWS } }]) {
    body = rows;
    assert.equal((await query()).numRows, 2);
  }
  body = ALERT;
  const [alert] = (await query()).rows();
  assert.deepEqual([alert.id, alert["vendor.name"], JSON.stringify(alert.evidence).includes("x")], ["a1", "m", true]);
  body = { value: [] };
  assert.equal((await query()).numRows, 0);
  body = { body: '{"id": 9007199254740993}' };
  assert.deepEqual((await query()).rows(), [{ id: 9007199254740993n }]);
});

test("pages are followed on the same host alone, to the limit", async (t) => {
  let link = (n) => at(`/security/alerts_v2?$skiptoken=${n + 1}`);
  const { service, query } = await open(t, ({ query }) => {
    const n = Number(query.get("$skiptoken") ?? 0);
    return { value: ROWS.map((row) => ({ ...row, n })), ...(n < 3 && { "@odata.nextLink": link(n) }) };
  });
  assert.deepEqual(Array.from((await query()).column("n")), [0, 0, 1, 1, 2, 2, 3, 3]);
  assert.deepEqual(service.requests.map(({ path, query, headers }) => [path, query.get("$skiptoken"), headers.authorization]), [null, "1", "2", "3"].map((n) => ["/graph/v1.0/security/alerts_v2", n, "Bearer token-1"]));
  service.requests.length = 0;
  const some = await query({ limit: 3 });
  assert.deepEqual([some.numRows, service.requests.length, some.report?.partial ?? false], [3, 2, false]);
  link = () => "https://evil.example/steal";
  const kept = await query();
  assert.deepEqual([kept.numRows, kept.report.partial], [2, true]);
  assert.match(kept.report.notes.join(), /points to another host \(evil\.example\)/);
});

test("other servers by their address, with a name and a password", async (t) => {
  const service = await startService(t, () => ({ value: ROWS }));
  const provider = new hb.QueryProvider("SecurityGraph");
  await provider.connect({ base: `${service.url}/odata/v4/`, auth: { user: "u", password: "p-1" } });
  await provider.query("/Alerts?$top=1");
  const [{ path, headers }] = service.requests;
  assert.deepEqual([path, headers.authorization], ["/odata/v4/Alerts", `Basic ${btoa("u:p-1")}`]);
  const scopes = [];
  await provider.connect({ base: service.url, version: "v2", auth: ({ scope }) => scopes.push(scope) && "t" });
  await provider.query("Alerts");
  assert.deepEqual([service.requests[1].path, scopes], ["/v2/Alerts", [`${service.url}/.default`]]);
});

test("connection strings of msticpy", async (t) => {
  const { service, query } = await open(t, undefined, { connectionString: "tenant_id=t1; apiRoot=https://graph.microsoft.com ;apiVersion=beta" });
  await query();
  assert.equal(service.requests[0].path, "/odata/beta/security/alerts_v2");
  const provider = new hb.QueryProvider("MSGraph");
  const wrong = (connectionString) => provider.connect({ connectionString, auth: "t" });
  await assert.rejects(wrong("tenant_id=t;client_secret=s3cret=="), ({ code, message }) => code === "invalidArgument" && /pages must not have/.test(message) && !message.includes("s3cret"));
  await assert.rejects(wrong("tenat_id=s3cret"), ({ code, message }) => code === "invalidArgument" && /has `tenat_id`/.test(message) && !message.includes("s3cret"));
  await assert.rejects(wrong("s3cret"), ({ message }) => !message.includes("s3cret"));
});

test("mistakes, and no key in what is shown", async (t) => {
  const { provider, query } = await open(t, ({ headers }) => ({ status: 400, body: { error: { code: "BadRequest", message: "outer", innerError: { message: `bad ${headers.authorization}` } } } }));
  await assertHidden(["token-1"], query);
  await assert.rejects(query(), { code: "service", message: /400: bad Bearer \(hidden\)/ });
  await assert.rejects(query({ start: "2024-01-01", end: "2024-01-02" }), { code: "invalidArgument", message: /no time beside the text; write it into \$filter/ });
  await assert.rejects(provider.connect({ auth: "t", base: "not an address at all" }), { code: "invalidArgument", message: /base should be a host/ });
  await assert.rejects(new hb.QueryProvider("MSGraph").connect({}), { code: "invalidArgument", message: /there is no `auth`/ });
});
