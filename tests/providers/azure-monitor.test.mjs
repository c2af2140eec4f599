// Log Analytics, by a stand-in that answers as the service does.
import assert from "node:assert/strict";
import test from "node:test";
import { LogsQueryClient } from "@azure/monitor-query-logs";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { LOGONS, logAnalytics } from "./microsoft.mjs";

const TABLE = { name: "PrimaryResult", columns: [{ name: "TimeGenerated", type: "datetime" }, { name: "n", type: "long" }] };
const answering = (...rows) => ({ tables: [{ ...TABLE, rows }] });
const ROW = ["2024-01-01T10:00:00.1234567Z", 9007199254740993n];

/** The stand-in is where the proxy would be. */
async function open(t, answer = () => ({ body: `{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(TABLE.columns)},"rows":[["${ROW[0]}",${ROW[1]}]]}]}` })) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url });
  await provider.connect({ workspace: "ws1", auth: "token-1", transport: "proxy" });
  return { service, provider, query: (options) => provider.query("T | take 1", options) };
}

testFaults("Log Analytics", open);

test("a query is sent as the service wants it, and its rows keep their types", async (t) => {
  const { service, provider } = await open(t);
  const table = await provider.query("T | take 1", { start: "2024-01-01", end: new Date("2024-01-02T00:00:00Z") });
  const [request] = service.requests;
  assert.deepEqual([request.method, request.path, request.json], ["POST", "/loganalytics/v1/workspaces/ws1/query", { query: "T | take 1", timespan: "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z" }]);
  assert.deepEqual([request.headers.authorization, request.headers.prefer], ["Bearer token-1", "wait=300"]);
  assert.deepEqual(table.rows(), [{ TimeGenerated: new Date("2024-01-01T10:00:00.123Z"), n: 9007199254740993n }]);
});

test("recorded answers", { skip }, async (t) => {
  let file = "azmon_query_200.json";
  const { query, service } = await open(t, () => ({ status: Number(/_(\d{3})/.exec(file)[1]), headers: { "Retry-After": "0" }, body: recorded(file) }));
  const table = await query();
  assert.deepEqual([table.numRows, table.numColumns, table.report.partial], [2, 34, false]);
  assert.deepEqual(table.columns.filter(({ name }) => /^(TimeGenerated|ConfidenceScore|IsIncident)$/.test(name)).map(({ type }) => type), ["timestamp", "float64", "bool"]);
  file = "azmon_query_partial_200.json";
  const partial = await query();
  assert.equal(partial.report.partial, true);
  assert.match(partial.report.notes[0], /E_QUERY_RESULT_SET_TOO_LARGE/);
  await assert.rejects(query({ onPartial: "error" }), ({ code, message, partial }) => code === "service" && /rows are missing.*E_QUERY_RESULT/.test(message) && partial.numRows === 1);
  for (const [error, code, message] of [["azmon_error_400.json", "service", /400: .*EvntID/], ["azmon_error_403.json", "unauthorized", /403/], ["azmon_error_429.json", "network", /429/]]) {
    file = error;
    service.requests.length = 0;
    await assert.rejects(query(), { code, message });
  }
});

test("the vendor's client reads the same of the stand-in", async (t) => {
  const service = await startService(t, logAnalytics());
  // It sends tokens over TLS alone, so that only what it would send is sent elsewhere.
  const policy = { name: "elsewhere", sendRequest: (request, next) => next(Object.assign(request, { url: request.url.replace("https://logs.example", service.url), allowInsecureConnection: true })) };
  const options = { endpoint: "https://logs.example/v1", retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy, position: "perRetry" }] };
  const client = new LogsQueryClient({ getToken: async () => ({ token: "token-1", expiresOnTimestamp: Date.now() + 1e7 }) }, options);
  const time = { startTime: new Date("2024-01-01T00:00Z"), endTime: new Date("2024-01-02T00:00Z") };
  const theirs = await client.queryWorkspace("ws1", "Logons | take 2", time, { serverTimeoutInSeconds: 300, additionalWorkspaces: ["ws2"] });
  const provider = new hb.QueryProvider("MSSentinel");
  const { table } = await withHost(service.url, async () => {
    await provider.connect({ workspace: "ws1", workspaces: ["ws2"], auth: "token-1" });
    return { table: await provider.query("Logons | take 2", { start: time.startTime, end: time.endTime }) };
  });
  const [{ columnDescriptors, rows }] = theirs.tables;
  assert.equal(theirs.status, "Success");
  assert.deepEqual(columnDescriptors.map(({ name, type }) => [name, type]), Object.entries(LOGONS.columns));
  assert.deepEqual(table.rows().map((row) => [row.TimeGenerated, row.Computer, row.Score, row.Ok]), rows.map(([time, computer, , score, ok]) => [time, computer, score, ok]));
  assert.deepEqual(Array.from(table.column("Id")), LOGONS.rows.slice(0, 2).map((row) => row[2]), "also where theirs has lost digits");
  const [first, second] = service.requests;
  assert.deepEqual([second.method, second.path, second.json, second.headers.authorization, second.headers.prefer], [first.method, first.path, first.json, first.headers.authorization, first.headers.prefer]);
  const partial = await client.queryWorkspace("ws1", "Logons // partial", time);
  assert.deepEqual([partial.status, partial.partialTables[0].rows.length, partial.partialError.code], ["PartialFailure", 3, "PartialError"]);
  await assert.rejects(client.queryWorkspace("ws1", "Nothing", time), { statusCode: 400, code: "BadArgumentError" });
});

test("parts of the time: no gap, nothing twice, and a part that fails is asked again by itself", async (t) => {
  let fail = new Set();
  const { service, provider } = await open(t, ({ json }) => {
    const [, start] = /datetime\(([^)]*)\)/.exec(json.query);
    return fail.delete(start) ? { status: 503, headers: { "Retry-After": "0" }, body: {} } : answering([start, 1]);
  });
  fail = new Set(["2024-01-02T00:00:00.000Z"]);
  const table = await provider.WindowsSecurity.list_host_logons({ host_name: "WS1", start: "2024-01-01", end: "2024-01-03T12:00Z" }, { splitBy: "1d" });
  const spans = service.requests.map(({ json }) => Array.from(json.query.matchAll(/datetime\(([^)]*)\)/g), ([, time]) => time)).sort();
  assert.deepEqual(spans, [
    ["2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.9999999Z"], ["2024-01-02T00:00:00.000Z", "2024-01-02T23:59:59.9999999Z"],
    ["2024-01-02T00:00:00.000Z", "2024-01-02T23:59:59.9999999Z"], ["2024-01-03T00:00:00.000Z", "2024-01-03T12:00:00.000Z"],
  ]);
  assert.deepEqual(table.column("TimeGenerated").map((time) => time.toISOString().slice(0, 10)), ["2024-01-01", "2024-01-02", "2024-01-03"]);
});

test("both ends of a time are reckoned from one now", async (t) => {
  const { service, provider } = await open(t);
  const { now } = Date;
  let later = 0;
  t.mock.method(Date, "now", () => now() + 10 * later++);
  await provider.run("list_host_logons", { host_name: "WS1", start: -1, end: 0 }, { splitBy: "12h" });
  await provider.query("T", { start: -1, end: 0, splitBy: "12h" });
  assert.equal(service.requests.length, 4);
});

test("what arrived is kept, and what did not is said", async (t) => {
  const { provider } = await open(t, ({ json }) => (json.query.includes("2024-01-02T00") ? { status: 500, body: { error: { message: "out of memory" } } } : answering(["2024-01-01", 1])));
  const ask = (options) => provider.run("list_host_logons", { host_name: "WS1", start: "2024-01-01", end: "2024-01-04" }, { splitBy: "1d", ...options });
  const { report, numRows } = await ask();
  assert.deepEqual([numRows, report.partial, report.notes.filter((note) => note.includes("missing"))], [2, true, ["2024-01-02T00:00:00.000Z to 2024-01-02T23:59:59.9999999Z is missing: Log Analytics answered 500: out of memory; the service failed; try again later"]]);
  await assert.rejects(ask({ onPartial: "error" }), ({ code, partial }) => code === "network" && partial.numRows === 2);
});

test("after a refusal the other parts are not asked, and said to be missing too", async (t) => {
  let asked = 0;
  const { provider } = await open(t, () => (asked++ < 4 ? answering(["2024-01-01", 1]) : { status: 400, body: { error: { message: "too complex" } } }));
  const { report, numRows } = await provider.run("list_host_logons", { host_name: "WS1", start: "2024-01-01", end: "2024-01-21" }, { splitBy: "1d" });
  assert.ok(asked < 10, `${asked}`);
  assert.equal(numRows, 4);
  const [missing] = report.notes.filter((note) => note.includes("missing"));
  assert.match(missing, /^2024-01-0\dT00:00:00.000Z to 2024-01-21T00:00:00.000Z is missing: Log Analytics answered 400: too complex/);
});

test("several connections: all are asked, and rows say of which they are", async (t) => {
  const { provider } = await open(t, ({ path }) => (path.includes("ws3") ? { status: 403, body: { error: { message: "no access" } } } : answering(["2024-01-01", 1])));
  await provider.addConnection({ alias: "second", workspace: "ws2", auth: "token-2", transport: "proxy" });
  await provider.addConnection({ alias: "third", workspace: "ws3", auth: "token-3", transport: "proxy" });
  const table = await provider.query("T");
  assert.deepEqual(table.column("Connection"), ["default", "second"]);
  assert.match(table.report.notes.join(), /third is missing: .*no access/);
  assert.deepEqual((await provider.query("T", { connections: "second" })).columns.map(({ name }) => name), ["TimeGenerated", "n"]);
  await assert.rejects(provider.query("T", { connections: "secnd" }), { code: "invalidArgument", message: /did you mean `second`/ });
});

test("a token is asked for again after 401, once", async (t) => {
  const { service, provider } = await open(t, ({ headers }) => (headers.authorization === "Bearer new" ? answering(["2024-01-01", 1]) : { status: 401, body: {} }));
  const asked = [];
  await provider.connect({ workspace: "ws1", transport: "proxy", auth: ({ scope, refresh }) => asked.push([scope, refresh]) && (refresh ? "new" : "old") });
  await provider.query("T");
  assert.deepEqual(asked, [["https://api.loganalytics.io/.default", false], ["https://api.loganalytics.io/.default", true]]);
  assert.equal(service.requests.length, 2);
});

test("a cancelled query stops, and its request too", async (t) => {
  const { service, provider } = await open(t);
  service.fault = "slow";
  const stop = new AbortController();
  const running = provider.query("T", { signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
});

test("no key is in an error, a result or what is shown of a provider", async (t) => {
  const { provider, query } = await open(t, ({ headers }) => ({ status: 400, body: { error: { message: `bad ${headers.authorization}` } } }));
  await assertHidden(["token-1"], query);
  await assertHidden(["token-1"], async () => [provider, await provider.connections()]);
});

const GUIDS = ["11111111-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002", "33333333-0000-0000-0000-000000000003"];
const SETTINGS = {
  AzureSentinel: {
    Workspaces: {
      Default: { WorkspaceId: GUIDS[0], TenantId: "t1", SubscriptionId: "s 1", ResourceGroup: "rg", WorkspaceName: "Main" },
      Second: { WorkspaceId: GUIDS[1], TenantId: "t1" },
      Foreign: { WorkspaceId: GUIDS[2], TenantId: "t2" },
    },
  },
};

test("workspaces by name, id or resource id, of one tenant", async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  for (const [options, path, workspaces] of [
    [{}, `/v1/workspaces/${GUIDS[0]}/query`], [{ workspace: "second" }, `/v1/workspaces/${GUIDS[1]}/query`], [{ workspace: GUIDS[1].toUpperCase() }, `/v1/workspaces/${GUIDS[1]}/query`],
    [{ workspace: "Default", workspaces: ["Second", "44444444-0000-0000-0000-000000000004"] }, `/v1/workspaces/${GUIDS[0]}/query`, [GUIDS[1], "44444444-0000-0000-0000-000000000004"]],
    [{ workspaces: ["Second", "Default"] }, `/v1/workspaces/${GUIDS[1]}/query`, [GUIDS[0]]],
    [{ workspace: "/subscriptions/s/resourceGroups/r g/providers/x" }, "/v1/subscriptions/s/resourceGroups/r%20g/providers/x/query"],
    [{ workspace: "DEMO_WORKSPACE", auth: { apiKey: "DEMO_KEY" } }, "/v1/workspaces/DEMO_WORKSPACE/query"],
  ]) {
    const service = await startService(t, () => answering(["2024-01-01", 1]));
    const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, settings });
    await provider.connect({ auth: "token-1", transport: "proxy", ...options });
    await provider.query("T");
    const [{ path: asked, json, headers }] = service.requests;
    assert.deepEqual([asked, json.workspaces], [`/loganalytics${path}`, workspaces]);
    if (options.auth) assert.deepEqual([headers["x-api-key"], headers.authorization], ["DEMO_KEY", undefined]);
  }
  const provider = new hb.QueryProvider("MSSentinel", { settings });
  for (const [options, message] of [
    [{ workspace: "Secnd" }, /no workspace "Secnd" in the settings \(there are: Default, Second, Foreign\)/],
    [{ workspace: "Second", workspaces: "Foreign" }, /all workspaces must have the same tenant/], [{ workspace: "/subscriptions/x", workspaces: ["Second", GUIDS[2]] }, /same tenant/],
  ]) await assert.rejects(provider.connect({ auth: "t", ...options }), { code: "invalidArgument", message });
});

test("who signs in does so once, in the cloud and tenant that are known", async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  const scopes = [];
  const service = await startService(t, ({ path }) => (path.includes("/arm") ? { value: [] } : answering(["2024-01-01", 1])));
  for (const [cloud, expected] of [
    [undefined, ["https://api.loganalytics.io/.default", "https://management.azure.com/.default"]],
    ["usgov", ["https://api.loganalytics.us/.default", "https://management.usgovcloudapi.net/.default"]],
    ["cn", ["https://api.loganalytics.azure.cn/.default", "https://management.chinacloudapi.cn/.default"]],
  ]) {
    scopes.length = 0;
    service.requests.length = 0;
    const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, settings });
    await provider.connect({ cloud, transport: "proxy", auth: ({ scope }) => scopes.push(scope) && "token-1" });
    await provider.query("T");
    await provider.schema();
    const ending = cloud ? `-${cloud}` : "";
    assert.deepEqual([scopes, service.requests.map(({ path }) => path.split("/")[1])], [expected, [`loganalytics${ending}`, `arm${ending}`]]);
  }
});

test("the schema is what Resource Manager has, or what queries see, or nothing", { skip }, async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  let way = "arm";
  const metadata = { tables: [{ name: "SecurityEvent", columns: [{ name: "EventID", type: "int" }] }] };
  const service = await startService(t, ({ path }) => (path.startsWith("/arm") ? (way === "arm" ? { body: recorded("azmon_tables_schema.json") } : { status: 403, body: recorded("arm_error.json") }) : path.endsWith("/metadata") && way !== "none" ? metadata : path.endsWith("/query") ? answering(["2024-01-01", 1]) : { status: 400, body: {} }));
  const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, settings });
  await provider.connect({ auth: "token-1", transport: "proxy" });
  const logons = (params) => provider.run("list_host_logons", { host_name: "WS1", ...params });
  assert.equal((await logons()).numRows, 1, "nothing is refused while the tables are not known");
  const schema = await provider.schema();
  assert.deepEqual(schema.AuditLog_CL, { TenantId: "guid", SourceSystem: "string", MG: "guid", ManagementGroupName: "string", TimeGenerated: "datetime", Computer: "string", RawData: "string" });
  const asked = service.requests.at(-1);
  assert.deepEqual([asked.path, asked.query.get("api-version")], ["/arm/subscriptions/s%201/resourcegroups/rg/providers/Microsoft.OperationalInsights/workspaces/Main/tables", "2021-12-01-preview"]);
  service.requests.length = 0;
  await assert.rejects(logons(), { code: "invalidArgument", message: /query `list_host_logons`: workspace Default has no table `SecurityEvent`; connect the data source/ });
  assert.equal(service.requests.length, 0, "it is not sent");
  assert.equal((await logons({ table: "Own" })).numRows, 1);
  way = "metadata";
  assert.deepEqual(await provider.schema(), { SecurityEvent: { EventID: "int" } });
  assert.equal((await logons()).numRows, 1);
  way = "none";
  assert.deepEqual(await provider.schema(), {});
  assert.equal((await logons()).numRows, 1);
});

test("several tables in an answer, none, and a limit", async (t) => {
  let body = { tables: [{ ...TABLE, rows: [["2024-01-01", 1], ["2024-01-01", 2]] }, { ...TABLE, name: "Second", rows: [] }] };
  const { query } = await open(t, () => body);
  assert.deepEqual((await query()).report.notes, ["the answer has 2 tables, of which this is the first"]);
  assert.deepEqual((await query({ limit: 1 })).rows().map(({ n }) => n), [1]);
  for (const limit of [0, 1.5, "2"]) await assert.rejects(query({ limit }), { code: "invalidArgument", message: /`limit` should be a whole number above 0/ });
  body = { tables: [] };
  assert.deepEqual([(await query()).numRows, (await query()).numColumns], [0, 0]);
  body = {};
  await assert.rejects(query(), { code: "badInput" });
});

/** Lets requests of the service's own address go to a stand-in. */
async function withHost(url, work) {
  const { fetch } = globalThis;
  globalThis.fetch = (address, init) => fetch(address.replace("https://api.loganalytics.azure.com", url), init);
  try {
    return await work();
  } finally {
    globalThis.fetch = fetch;
  }
}

test("times that a query is not told are those of the provider, else the last day; they reach it by any alias", async (t) => {
  const service = await startService(t, () => answering(["2024-01-01", 1]));
  const connect = async (options) => new hb.QueryProvider("MSSentinel", { proxy: service.url, ...options }).connect({ workspace: "ws1", auth: "t", transport: "proxy" });
  const times = async (provider, params) => {
    await provider.run("list_host_logons", { host_name: "WS1", ...params });
    return Array.from(service.requests.at(-1).json.query.matchAll(/datetime\(([^)]*)\)/g), ([, time]) => time);
  };
  const chosen = { value: { start: new Date("2024-01-01T00:00:00Z"), end: new Date("2024-01-02T00:00:00Z") } };
  const provider = await connect({ queryTime: chosen });
  assert.deepEqual(await times(provider), ["2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.000Z"]);
  chosen.value = { ...chosen.value, end: new Date("2024-01-05T00:00:00Z") };
  assert.deepEqual(await times(provider), ["2024-01-01T00:00:00.000Z", "2024-01-05T00:00:00.000Z"]);
  assert.deepEqual(await times(provider, { start: "2024-01-03" }), ["2024-01-03T00:00:00Z", "2024-01-05T00:00:00.000Z"]);
  const [start, end] = (await times(await connect())).map((time) => Date.parse(time));
  assert.ok(Math.abs(Date.now() - end) < 60_000 && end - start === 86_400_000);
  await assert.rejects((await connect({ queryTime: { start: 1 } })).run("list_host_logons", { host_name: "WS1" }), { message: /`queryTime` should be/ });
});

test("a connection that fails leaves the one before", async (t) => {
  const { provider, query } = await open(t);
  await assert.rejects(provider.connect({ workspace: "ws2", auth: 5 }), { code: "invalidArgument" });
  assert.equal((await query()).numRows, 1);
  await provider.disconnect();
  await assert.rejects(query(), { message: /there is no connection/ });
});

test("families and mistakes", async (t) => {
  const provider = new hb.QueryProvider("LogAnalytics");
  assert.throws(() => provider.WindowsSecurity, { message: /there is no `WindowsSecurity` yet: queries are there once await provider\.connect/ });
  const rows = await provider.list();
  assert.ok(rows.length > 150);
  assert.match(provider.WindowsSecurity.list_host_logons.help(), /host_name: str/);
  assert.match(provider.WindowsSecurity.list_host_logons.render({ host_name: "WS1", start: -1, end: 0 }), /WS1/);
  const today = new Date().toISOString().slice(0, 8);
  assert.ok((await provider.render("list_host_logons", { host_name: "WS1" })).includes(today), "with the usual time");
  await assert.rejects(provider.query("T"), { code: "invalidArgument", message: /there is no connection; say await provider.connect/ });
  for (const [options, message] of [
    [{ workspace: "x", auth: "t", clod: 1 }, /no option `clod`/], [{ auth: "t" }, /there is no workspace/], [{ workspace: "x" }, /there is no `auth`/],
    [{ workspace: "x", auth: 5 }, /`auth` should be a token/], [{ workspace: "x", auth: "t", cloud: "mars" }, /has no cloud "mars" \(there are: global, usgov, cn\)/],
    [{ workspace: "x", auth: "t", transport: "proxy" }, /needs \{ proxy/], [{ workspace: "x", auth: "t", proxy: "ftp://x" }, /should be the address of huntbook's proxy/],
  ]) await assert.rejects(provider.connect(options), { code: "invalidArgument", message });
  await assert.rejects(new hb.QueryProvider("MSSentinal").list(), { code: "invalidArgument", message: /did you mean `MSSentinel`/ });
  const { signal } = new AbortController();
  await assert.rejects(provider.run("list_host_logons", {}, { signal }), { message: /needs values for: host_name/ });
});
