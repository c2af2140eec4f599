// Azure Resource Graph.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";

/** A service that has `total` rows, and gives them in pages. */
const paging = (total, more = {}) => ({ json: { options } }) => {
  const from = Number(options.$skipToken ?? 0);
  const to = Math.min(from + options.$top, total);
  const data = Array.from({ length: to - from }, (_, i) => ({ id: `/r/${from + i}`, n: from + i, properties: { os: { name: "linux" } }, tags: i % 2 ? { a: "b" } : null }));
  return { totalRecords: total, count: to - from, data, facets: [], resultTruncated: String(to < total), ...(to < total && { $skipToken: String(to) }), ...more };
};

async function open(t, answer = paging(3), options) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("ResourceGraph", { proxy: service.url });
  await provider.connect({ auth: "token-1", transport: "proxy", ...options });
  return { service, provider, query: (options) => provider.query("resources | project id, n", options) };
}

testFaults("Resource Graph", open);

test("a query is sent as the service wants it, and rows are flat", async (t) => {
  const { service, query } = await open(t);
  const table = await query();
  const [{ method, path, query: search, json, headers }] = service.requests;
  assert.deepEqual([method, path, search.get("api-version"), json], ["POST", "/arm/providers/Microsoft.ResourceGraph/resources", "2021-03-01", { query: "resources | project id, n", options: { $top: 1000, resultFormat: "objectArray" } }]);
  assert.equal(headers.authorization, "Bearer token-1");
  assert.deepEqual(table.columns.map(({ name }) => name), ["id", "n", "properties.os.name", "tags", "tags.a"].filter((name) => table.columns.some((column) => column.name === name)));
  assert.deepEqual([table.numRows, table.row(1)["properties.os.name"], table.row(1)["tags.a"], table.report?.partial ?? false], [3, "linux", "b", false]);
});

test("subscriptions: all, those of the connection, those of the call", async (t) => {
  const { service, query } = await open(t, undefined, { subscriptions: ["s1", "s2"] });
  await query();
  await query({ subscriptions: "s3" });
  assert.deepEqual(service.requests.map(({ json }) => json.subscriptions), [["s1", "s2"], ["s3"]]);
  await assert.rejects(query({ subscriptions: [5] }), { code: "invalidArgument", message: /ids of subscriptions/ });
  await assert.rejects(query({ subscription: "s" }), { code: "invalidArgument", message: /no option `subscription`/ });
});

test("pages are read to the end, or to the limit", async (t) => {
  const { service, query } = await open(t, paging(2500));
  const told = [];
  const table = await query({ onProgress: (fraction) => told.push(fraction) });
  assert.deepEqual([table.numRows, new Set(Array.from(table.column("n"))).size], [2500, 2500]);
  assert.deepEqual(service.requests.map(({ json }) => [json.query, json.options.$skipToken]), [["resources | project id, n", undefined], ["resources | project id, n", "1000"], ["resources | project id, n", "2000"]]);
  assert.deepEqual(told, [0.4, 0.8, 1, 1]);
  service.requests.length = 0;
  const some = await query({ limit: 1200 });
  assert.deepEqual([some.numRows, some.report?.partial ?? false, service.requests.map(({ json }) => json.options.$top)], [1200, false, [1000, 200]]);
});

test("what the service cuts is said, and rows that came are kept where the next page fails", async (t) => {
  const cut = await open(t, paging(1500, { $skipToken: undefined }));
  const { numRows, report } = await cut.query();
  assert.deepEqual([numRows, report.partial], [1000, true]);
  assert.match(report.notes.join(), /cut its answer of 1500 rows, and cannot go on where the query has no column `id`/);
  const { query } = await open(t, (request) => (request.json.options.$skipToken === "1000" ? { status: 400, body: { error: { code: "BadRequest", message: "the token is too old" } } } : paging(2500)(request)));
  const table = await query();
  assert.deepEqual([table.numRows, table.report.partial], [1000, true]);
  assert.match(table.report.notes.join(), /more rows could not be read: .*the token is too old/);
  await assert.rejects(query({ onPartial: "error" }), ({ partial }) => partial.numRows === 1000);
  // A token that stays the same would be asked for ever.
  const again = await open(t, paging(5000, { $skipToken: "same" }));
  again.service.requests.length = 0;
  await again.query({ limit: 10_000 }).catch(() => {});
  assert.ok(again.service.requests.length <= 2);
});

test("no more is asked than the service says it takes", async (t) => {
  const times = [];
  const { query } = await open(t, (request) => {
    times.push(Date.now());
    return { headers: { "x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:01" }, body: paging(1500)(request) };
  });
  assert.equal((await query()).numRows, 1500);
  assert.ok(times[1] - times[0] >= 990, "it waits for its quota");
});

test("recorded answers", { skip }, async (t) => {
  let answer = { body: recorded("resource_graph_200.json").replace(/,\s*"\$skipToken": "[^"]*"/, "") };
  const { query } = await open(t, () => answer);
  const table = await query();
  assert.deepEqual([table.numRows, table.row(0).workspaceName, table.row(0).workspaceId], [1, "ws1", "52b1ab41-869e-4138-9e40-2a4457f09bf0"]);
  answer = { status: 403, body: recorded("arm_error.json") };
  await assert.rejects(query(), { code: "unauthorized", message: /403: The client '…' with object id/ });
});

test("queries of the package, clouds, mistakes, keys", async (t) => {
  const { service, provider } = await open(t);
  await provider.Sentinel.list_sentinel_workspaces_for_name({ workspace_name: "ws'1\"" });
  assert.match(service.requests[0].json.query, /ws'1\\"/);
  const scopes = [];
  const other = await open(t, undefined, { cloud: "usgov", auth: ({ scope }) => scopes.push(scope) && "token-1" });
  await other.query();
  assert.deepEqual([other.service.requests[0].path.split("/")[1], scopes], ["arm-usgov", ["https://management.usgovcloudapi.net/.default"]]);
  await assert.rejects(open(t, undefined, { cloud: "x" }), { code: "invalidArgument" });
  const { query } = await open(t, ({ headers }) => ({ status: 400, body: { error: { message: `bad ${headers.authorization}` } } }));
  await assertHidden(["token-1"], query);
});
