// The search endpoint of Log Analytics.
import assert from "node:assert/strict";
import test from "node:test";
import { hb, startService, testFaults } from "./helpers.mjs";
import { LOGONS, logAnalytics } from "./microsoft.mjs";

async function open(t, answer = logAnalytics()) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("MSSentinelSearch", { proxy: service.url });
  await provider.connect({ workspace: "ws1", auth: "token-1", transport: "proxy" });
  return { service, provider, query: (options) => provider.query("Logons", { start: "2024-01-01", end: "2024-01-02", ...options }) };
}

testFaults("Log Analytics, search", open);

test("the time goes beside the query: that of the call, or of the provider", async (t) => {
  const { service, provider, query } = await open(t);
  const table = await query();
  const [{ method, path, json }] = service.requests;
  assert.deepEqual([method, path, json], ["POST", "/loganalytics/v1/workspaces/ws1/search", { query: "Logons", start: "2024-01-01T00:00:00.000Z", end: "2024-01-02T00:00:00.000Z" }]);
  assert.deepEqual(table.columns.map(({ name, type }) => [name, type]), [["TimeGenerated", "timestamp"], ["Computer", "text"], ["Id", "int64"], ["Score", "float64"], ["Ok", "bool"], ["Details", "text"]]);
  assert.deepEqual(Array.from(table.column("Id")), LOGONS.rows.map((row) => row[2]));
  await provider.query("Logons");
  assert.equal(Date.parse(service.requests[1].json.end) - Date.parse(service.requests[1].json.start), 86_400_000, "the last day");
  await query({ splitBy: "12h" });
  assert.deepEqual(service.requests.slice(2).map(({ json }) => json.start).sort(), ["2024-01-01T00:00:00.000Z", "2024-01-01T12:00:00.000Z"]);
});

test("a query of a file has its own times, also such as are told from now", async (t) => {
  const { service, provider } = await open(t);
  await provider.add("metadata: { version: 1, description: d, data_environments: [MSSentinelSearch], data_families: [Own] }\nsources:\n  find: { description: d, args: { query: Logons }, parameters: { start: { description: s, type: datetime, default: -1 }, end: { description: e, type: datetime, default: 0 } } }\n");
  await provider.run("find");
  const { start, end } = service.requests[0].json;
  assert.ok(Math.abs(Date.parse(end) - Date.now()) < 60_000 && Math.abs(Date.parse(end) - Date.parse(start) - 86_400_000) < 1000, `${start} ${end}`);
});

test("no tables are an empty table, and workspaces cannot be several", async (t) => {
  const { provider, query } = await open(t, () => ({ tables: [] }));
  assert.equal((await query()).numRows, 0);
  await assert.rejects(provider.connect({ workspace: "a", workspaces: ["b"], auth: "t" }), { code: "invalidArgument", message: /no option `workspaces`/ });
  await assert.rejects(provider.schema(), { code: "invalidArgument" });
});
