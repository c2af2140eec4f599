// Log Analytics, by a stand-in that answers as the service does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";

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

test("what arrived is kept, and what did not is said", async (t) => {
  const { provider } = await open(t, ({ json }) => (json.query.includes("2024-01-02T00") ? { status: 500, body: { error: { message: "out of memory" } } } : answering(["2024-01-01", 1])));
  const ask = (options) => provider.run("list_host_logons", { host_name: "WS1", start: "2024-01-01", end: "2024-01-04" }, { splitBy: "1d", ...options });
  const { report, numRows } = await ask();
  assert.deepEqual([numRows, report.partial, report.notes.filter((note) => note.includes("missing"))], [2, true, ["2024-01-02T00:00:00.000Z to 2024-01-02T23:59:59.9999999Z is missing: Log Analytics answered 500: out of memory; the service failed; try again later"]]);
  await assert.rejects(ask({ onPartial: "error" }), ({ code, partial }) => code === "network" && partial.numRows === 2);
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
  assert.throws(() => provider.WindowsSecurity, { message: /no family of queries `WindowsSecurity` \(there are: none yet/ });
  const rows = await provider.list();
  assert.ok(rows.length > 150);
  assert.match(provider.WindowsSecurity.list_host_logons.help(), /host_name: str/);
  assert.match(provider.WindowsSecurity.list_host_logons.render({ host_name: "WS1", start: -1, end: 0 }), /WS1/);
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
