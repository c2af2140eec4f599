// Advanced hunting: through Graph, and through the older API of Defender for Endpoint.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";

const SCHEMA = [["Timestamp", "DateTime"], ["FileName", "String"], ["Id", "Int64"], ["Flag", "SByte"], ["Share", "Double"]];
const RESULTS = '[{"Timestamp":"2024-08-30T06:38:35.7664356Z","FileName":"conhost.exe","Id":9007199254740993,"Flag":1,"Share":0.5},{"FileName":"a","Id":null}]';
const GRAPH = `{"@odata.context":"x","schema":${JSON.stringify(SCHEMA.map(([name, type]) => ({ name, type })))},"results":${RESULTS}}`;
const ENDPOINT = `{"Stats":{"ExecutionTime":4.6},"Schema":${JSON.stringify(SCHEMA.map(([Name, Type]) => ({ Name, Type })))},"Results":${RESULTS}}`;

const opener = (environment, body) => async (t, answer = () => ({ body }), options) => {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider(environment, { proxy: service.url });
  await provider.connect({ auth: "token-1", transport: "proxy", ...options });
  return { service, provider, query: (options) => provider.query("DeviceEvents | take 2", options) };
};
const openGraph = opener("M365DGraph", GRAPH);
const openEndpoint = opener("MDE", ENDPOINT);

testFaults("Graph hunting", openGraph);
testFaults("Defender for Endpoint", openEndpoint);

test("rows have the types of the schema", async (t) => {
  for (const open of [openGraph, openEndpoint]) {
    const { query } = await open(t);
    const table = await query();
    assert.deepEqual(table.columns.map(({ name, type }) => `${name} ${type}`), ["Timestamp timestamp", "FileName text", "Id int64", "Flag bool", "Share float64"]);
    assert.deepEqual(table.rows(), [{ Timestamp: new Date("2024-08-30T06:38:35.766Z"), FileName: "conhost.exe", Id: 9007199254740993n, Flag: true, Share: 0.5 }, { Timestamp: null, FileName: "a", Id: null, Flag: null, Share: null }]);
  }
});

test("Graph takes a time beside the query; Defender for Endpoint has none", async (t) => {
  const graph = await openGraph(t);
  await graph.query();
  await graph.query({ start: "2024-01-01", end: "2024-01-02" });
  assert.deepEqual(graph.service.requests.map(({ method, path, json, headers }) => [method, path, json, headers.authorization]), [
    ["POST", "/graph/v1.0/security/runHuntingQuery", { Query: "DeviceEvents | take 2" }, "Bearer token-1"],
    ["POST", "/graph/v1.0/security/runHuntingQuery", { Query: "DeviceEvents | take 2", Timespan: "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z" }, "Bearer token-1"],
  ]);
  const endpoint = await openEndpoint(t);
  await endpoint.query();
  assert.deepEqual(endpoint.service.requests.map(({ method, path, json }) => [method, path, json]), [["POST", "/defender/api/advancedqueries/run", { Query: "DeviceEvents | take 2" }]]);
  await assert.rejects(endpoint.query({ start: "2024-01-01", end: "2024-01-02" }), { code: "invalidArgument", message: /no time beside the text/ });
});

test("the older API says that it is retired: once on the console, and in each report", async (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const { query } = await openEndpoint(t);
  await query();
  const { report } = await query();
  assert.equal(warned.mock.callCount(), 1);
  assert.match(warned.mock.calls[0].arguments[0], /retiring this API.*M365DGraph/);
  assert.match(report.notes.at(-1), /retiring this API/);
  assert.equal(report.partial, false);
});

test("clouds and what tokens are for", async (t) => {
  for (const [environment, cloud, route, scope] of [
    ["GraphHunting", undefined, "graph", "https://graph.microsoft.com/ThreatHunting.Read.All"], ["M365DGraph", "usgov", "graph-usgov", "https://graph.microsoft.us/ThreatHunting.Read.All"],
    ["M365DGraph", "cn", "graph-cn", "https://microsoftgraph.chinacloudapi.cn/ThreatHunting.Read.All"], ["M365D", undefined, "defender", "https://api.securitycenter.microsoft.com/AdvancedQuery.Read"],
    ["MDATP", "eu", "defender-eu", "https://api.securitycenter.microsoft.com/AdvancedQuery.Read"], ["MDE", "gov", "defender-gov", "https://api-gov.securitycenter.microsoft.us/AdvancedQuery.Read"],
  ]) {
    const scopes = [];
    const { service, query } = await opener(environment, environment.includes("Graph") ? GRAPH : ENDPOINT)(t, undefined, { cloud, auth: ({ scope }) => scopes.push(scope) && "token-1" });
    await query();
    assert.deepEqual([service.requests[0].path.split("/")[1], scopes], [route, [scope]]);
  }
  await assert.rejects(openGraph(t, undefined, { cloud: "mars" }), { code: "invalidArgument", message: /no cloud "mars" \(there are: global, usgov, cn\)/ });
  await assert.rejects(new hb.QueryProvider("MDE").connect({}), { code: "invalidArgument", message: /there is no `auth`/ });
});

test("recorded answers", { skip }, async (t) => {
  for (const [open, file, year] of [[openGraph, "graph_hunting_200.json", 2024], [openEndpoint, "mde_hunting_200.json", 2020]]) {
    const { query } = await open(t, () => ({ body: recorded(file) }));
    const table = await query();
    assert.deepEqual([table.numRows, table.row(0).FileName, table.row(0).Timestamp.getUTCFullYear()], [1, "conhost.exe", year]);
  }
  const { query } = await openGraph(t, () => ({ status: 400, body: recorded("graph_hunting_error_400.json") }));
  await assert.rejects(query(), { code: "service", message: /400: 'where' operator: Failed to resolve column or scalar expression named 'FileNam'/ });
});

test("no rows, and as many as the service gives at all", async (t) => {
  let rows = "[]";
  const { query } = await openGraph(t, () => ({ body: `{"schema":[{"name":"N","type":"Int64"}],"results":${rows}}` }));
  const empty = await query();
  assert.deepEqual([empty.numRows, empty.columns.map(({ name, type }) => [name, type]), empty.report.partial], [0, [["N", "int64"]], false]);
  rows = `[${'{"N":1},'.repeat(99_999)}{"N":1}]`;
  const full = await query();
  assert.deepEqual([full.numRows, full.report.partial], [100_000, true]);
  assert.match(full.report.notes[0], /at most 100000 rows/);
});

test("no key is in what is shown", async (t) => {
  const { query } = await openGraph(t, ({ headers }) => ({ status: 400, body: { error: { message: `bad ${headers.authorization}` } } }));
  await assertHidden(["token-1"], query);
});
