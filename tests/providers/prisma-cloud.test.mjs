// Prisma Cloud, by a stand-in that signs in and searches as the service does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { runClient, skipClients } from "./clients.mjs";

const RQL = "config from cloud.resource where cloud.type = 'azure'";
const refused = (status, ...keys) => ({ status, headers: { "x-redlock-status": JSON.stringify(keys.map((i18nKey) => ({ i18nKey, severity: "error", subject: null }))) }, body: "" });

/** A stand-in: `answer(request)` is for those who have the newest token. */
function tenant(answer = () => ({ items: [{ id: "i-1", n: 9007199254740993 }], nextPageToken: null })) {
  const state = { tokens: 0, extended: 0, isOver: false };
  state.answer = (request) => {
    const path = request.path.replace(/^\/prismacloud(-\w+)?/, "");
    const token = () => ({ token: `token-${++state.tokens}`, message: "login_successful", customerNames: [{ customerName: "Example", tosAccepted: true }] });
    if (path === "/login") return request.json.username === "key-1" && ["secret-1", ""].includes(request.json.password) ? token() : refused(401, "invalid_credentials");
    if (request.headers["x-redlock-auth"] !== `token-${state.tokens}` || state.isOver) {
      state.isOver = false;
      return refused(401, "unauthorized");
    }
    if (path === "/auth_token/extend") return ++state.extended && token();
    return answer(request);
  };
  return state;
}

async function open(t, answer, options) {
  const state = tenant(answer);
  const service = await startService(t, state.answer);
  const provider = new hb.QueryProvider("Prismacloud", { proxy: service.url });
  await provider.connect({ auth: { user: "key-1", password: "secret-1" }, ...options });
  service.requests.length = 0;
  return { service, state, provider, query: (asked) => provider.query(RQL, asked) };
}

testFaults("Prisma Cloud", (t) => open(t));

test("each kind of query goes to its endpoint, and its rows are found", async (t) => {
  const relative = { type: "relative", value: { unit: "hour", amount: 24 } };
  for (const [query, path, body, answer] of [
    [RQL, "/search/api/v2/config", { limit: 10_000, withResourceJson: true }, { items: [{ id: "a" }], totalRows: 1 }],
    ["asset where asset.class = 'Compute'", "/search/api/v1/asset", { limit: 1000 }, { value: [{ id: "a" }] }],
    ["network from vpc.flow_record where cloud.type = 'gcp'", "/search", { limit: 1000, saved: false, default: false, cloudType: "gcp" }, { data: { nodes: [{ id: "a" }], connections: [{ from: 1 }] } }],
    ["event from cloud.audit_logs where has.anomaly", "/search/event", { limit: 5000 }, { data: { items: [{ id: "a" }] } }],
  ]) {
    const { provider, service } = await open(t, () => answer);
    assert.deepEqual((await provider.query(query)).rows(), [{ id: "a" }], path);
    const [request] = service.requests;
    assert.deepEqual([request.method, request.path, request.headers["x-redlock-auth"]], ["POST", `/prismacloud${path}`, "token-1"]);
    assert.deepEqual(request.json, { query, ...body, timeRange: relative });
  }
});

test("the package's queries: RQL and its time in JSON", async (t) => {
  const { provider, service } = await open(t);
  const sent = async (name, params, options) => {
    service.requests.length = 0;
    await provider.run(name, params, options);
    return service.requests.map(({ path, json }) => ({ path: path.replace("/prismacloud", ""), ...json }));
  };
  const [first] = await sent("event_sensitive_permission_in_aws_s3", { unit_type: "day", amount_value: 2 });
  assert.deepEqual([first.path, first.timeRange], ["/search/event", { type: "relative", value: { unit: "day", amount: 2 } }]);
  assert.match(first.query, /^event from cloud.audit_logs where cloud.type = 'aws' AND/);
  const parts = await sent("search_event_absolute", { start: "2024-01-01", end: "2024-01-03", query_condition: "x = 'a'" }, { splitBy: "1d" });
  assert.deepEqual(parts.map(({ timeRange }) => timeRange.value).sort((a, b) => a.startTime - b.startTime), [
    { startTime: 1704067200000, endTime: 1704153599999 }, { startTime: 1704153600000, endTime: 1704240000000 },
  ]);
  const names = (await provider.list()).map(({ name }) => name);
  for (const name of names) {
    const { parameters } = await provider.get(name);
    const values = Object.fromEntries(parameters.filter((one) => one.required).map(({ name, type }) => [name, type === "datetime" ? "2024-01-01" : type === "list" ? ["a"] : "a"]));
    const [{ path, query }] = await sent(name, values);
    assert.ok(path.startsWith("/search") && /^(config|asset|event|network)\b/.test(query), `${name}: ${path} ${query}`);
  }
  assert.ok(names.length > 60);
});

test("times beside RQL, and other times in JSON", async (t) => {
  const { provider, service } = await open(t);
  await provider.query(RQL, { start: "2024-01-01", end: "2024-01-02" });
  assert.deepEqual(service.requests[0].json.timeRange, { type: "absolute", value: { startTime: 1704067200000, endTime: 1704153600000 } });
  for (const [text, message] of [
    ["{ x", /no JSON.*write RQL/], ['{"querymetadata": {}}', /no `querymetadata.query_by_user`/], ["{}", /no `querymetadata/], ["SELECT 1", /should begin with config, asset, network or event/],
    [JSON.stringify({ querymetadata: { query_by_user: "x", endpoint: "toString" } }), /`endpoint` \(config_resource, assets, network, events\)/],
    [JSON.stringify({ querymetadata: { query_by_user: RQL, start_time: "soon" } }), /should be times in ISO 8601/],
  ]) await assert.rejects(provider.query(text), { code: "invalidArgument", message });
});

test("pages, and what is missing is said", async (t) => {
  const pages = { "": { items: [{ id: 1 }, { id: 2 }], nextPageToken: "p2" }, p2: { items: [{ id: 3 }], nextPageToken: "p3" }, p3: { items: [{ id: 4 }], nextPageToken: "p3" } };
  const { query, service } = await open(t, ({ json }) => pages[json.nextPageToken ?? ""]);
  assert.deepEqual(Array.from((await query()).column("id")), [1, 2, 3, 4], "the same token again ends it");
  service.requests.length = 0;
  assert.equal((await query({ limit: 3 })).numRows, 3);
  assert.deepEqual(service.requests.map(({ json }) => [json.nextPageToken, json.limit]), [[undefined, 3], ["p2", 1]]);
  const events = await open(t, () => ({ data: { items: [{ id: 1 }], nextPageToken: "x", totalRows: 9 } }));
  const { report } = await events.provider.query("event from cloud.audit_logs where x = 1");
  assert.deepEqual([report.partial, report.notes, events.service.requests.length], [true, ["the service gave 1 of 9 rows; ask for a shorter time, or for less"], 1]);
  const none = await open(t, () => ({ items: null }));
  assert.equal((await none.query()).numRows, 0);
});

test("the token is renewed in time, and a new one asked for after 401", async (t) => {
  const { query, service, state } = await open(t);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  t.mock.timers.tick(9 * 60_000);
  await Promise.all([query(), query()]);
  assert.deepEqual([state.extended, service.requests[0].path, service.requests[0].headers["x-redlock-auth"]], [1, "/prismacloud/auth_token/extend", "token-1"]);
  t.mock.timers.tick(9 * 60_000);
  state.isOver = true;
  service.requests.length = 0;
  await query();
  assert.deepEqual(service.requests.map(({ path }) => path.replace("/prismacloud", "")), ["/auth_token/extend", "/login", "/search/api/v2/config"]);
  t.mock.timers.tick(20 * 60_000);
  service.requests.length = 0;
  await query();
  assert.equal(service.requests[0].path, "/prismacloud/login", "a token that is over cannot be renewed");
  state.isOver = true;
  service.requests.length = 0;
  await query();
  assert.deepEqual(service.requests.map(({ path }) => path.replace("/prismacloud", "")), ["/search/api/v2/config", "/login", "/search/api/v2/config"]);
});

test("what a refusal says is in a header", async (t) => {
  const { query } = await open(t, () => refused(400, "invalid_rql", "missing_clause"));
  await assert.rejects(query(), { code: "service", message: /Prisma Cloud answered 400: invalid_rql; missing_clause; check the query/ });
});

test("recorded answers", { skip }, async (t) => {
  const service = await startService(t, ({ path }) => (
    // The token is cut short there, by what no header may have.
    path.endsWith("/login") ? { body: recorded("prismacloud_login_200.json").replace("…", ".x.y") } : { body: recorded("prismacloud_config_200.json") }
  ));
  const provider = new hb.QueryProvider("Prismacloud", { proxy: service.url });
  await provider.connect({ auth: { user: "a", password: "b" } });
  const table = await provider.query(RQL);
  assert.deepEqual([table.numRows, table.row(0).rrn, table.report.partial], [1, "rrn::…", false]);
});

test("connections and mistakes", async (t) => {
  const { service, provider, query } = await open(t);
  await assertHidden(["secret-1", "token-1"], async () => [await query(), await provider.connections()]);
  const wrong = await provider.connect({ auth: { user: "key-1", password: "secret-2" } }).catch((error) => error);
  assert.deepEqual([wrong.code, /401: invalid_credentials; sign in again/.test(wrong.message)], ["unauthorized", true]);
  await assertHidden(["secret-2"], () => Promise.reject(wrong));
  service.requests.length = 0;
  await provider.connect({ region: "eu", auth: { user: "key-1" } });
  assert.deepEqual([service.requests[0].path, service.requests[0].json], ["/prismacloud-eu/login", { username: "key-1", password: "" }], "the proxy fills the password in");
  const direct = new hb.QueryProvider("Prismacloud");
  for (const [options, message] of [
    [{ region: "mars", auth: { user: "a", password: "b" } }, /should be one of us, us2, eu/], [{ auth: { user: "a" } }, /there is no password/],
    [{ auth: { accessKey: "a" } }, /no option `accessKey` \(there are: user, password\)/], [{}, /there is no user/],
  ]) await assert.rejects(direct.connect(options), { code: "invalidArgument", message });
});

test("a client of people at the vendor's gets the same from the stand-in", { skip: skipClients }, async (t) => {
  const state = tenant();
  const service = await startService(t, state.answer);
  const theirs = await runClient(`
import logging
from pcpi._cspm_session import CSPMSession
session = CSPMSession("tenant", "key-1", "secret-1", "${service.url}", True, None, logging.getLogger("x"))
found = session.request("POST", "/search/api/v2/config", json={"query": "config from cloud.resource", "limit": 10})
answer([found.json(), session.headers["x-redlock-auth"]])
`);
  assert.deepEqual(theirs, [{ items: [{ id: "i-1", n: 9007199254740992 }], nextPageToken: null }, "token-1"]);
  const [login] = service.requests;
  assert.deepEqual([login.path, login.json], ["/login", { username: "key-1", password: "secret-1" }]);
});
