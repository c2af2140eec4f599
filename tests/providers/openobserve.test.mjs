// OpenObserve, by a stand-in that searches as the service does. There is no client of the vendor's for its searches.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, startService, testFaults } from "./helpers.mjs";

const HITS = [{ _timestamp: 1704067200000123, level: "info", kubernetes: { pod: "p1" }, code: 9007199254740993n }];
const toJson = (value) => JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `big:${one}` : one)).replace(/"big:(\d+)"/g, "$1");

/** Answers with the hits that a page asks for; `most` is how many the service gives at once. */
const searching = (hits = HITS, { most = Infinity, more = {} } = {}) => ({ json: { query } }) => {
  const size = Math.min(query.size, most);
  const page = hits.slice(query.from, query.from + size);
  return { body: toJson({ took: 1, hits: page, total: page.length, from: query.from, size, scan_size: 1, ...more }) };
};

async function open(t, answer = searching(), options) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("OpenObserve");
  await provider.connect({ url: service.url, auth: { user: "me@example.com", password: "pass-1" }, ...options });
  return { service, provider, query: (asked) => provider.query('SELECT * FROM "default"', asked) };
}

testFaults("OpenObserve", open);

test("a search is sent as the service wants it, and its rows keep their types", async (t) => {
  const { service, query } = await open(t);
  const table = await query({ start: "2024-01-01T00:00:00Z", end: "2024-01-01T00:00:00.5Z" });
  const [{ method, path, headers, json }] = service.requests;
  assert.deepEqual([method, path, headers.authorization], ["POST", "/api/default/_search", `Basic ${btoa("me@example.com:pass-1")}`]);
  assert.deepEqual(json, { query: { sql: 'SELECT * FROM "default"', start_time: 1704067200000000, end_time: 1704067200500000, from: 0, size: 10_000 } });
  assert.deepEqual(table.columns.map(({ name, type }) => [name, type]), [["_timestamp", "timestamp"], ["level", "text"], ["kubernetes.pod", "text"], ["code", "int64"]]);
  assert.deepEqual([table.toCsv().split("\r\n")[1], table.row(0).code], ["2024-01-01T00:00:00.000123Z,info,p1,9007199254740993", 9007199254740993n]);
});

test("pages, also of a service that gives less at once, and no more than asked for", async (t) => {
  const hits = Array.from({ length: 12_500 }, (_, i) => ({ _timestamp: 1704067200000000 + i, n: i }));
  const { service, query } = await open(t, searching(hits));
  assert.equal((await query()).numRows, 12_500);
  const pages = () => service.requests.map(({ json }) => [json.query.from, json.query.size]);
  assert.deepEqual(pages(), [[0, 10_000], [10_000, 10_000]]);
  service.requests.length = 0;
  assert.equal((await query({ limit: 11_000 })).numRows, 11_000);
  assert.deepEqual(pages(), [[0, 10_000], [10_000, 1000]]);
  const { query: slowly, service: small } = await open(t, searching(hits.slice(0, 2500), { most: 1000 }));
  assert.deepEqual((await slowly()).column("n"), Float64Array.from({ length: 2500 }, (_, i) => i));
  assert.equal(small.requests.length, 3);
});

test("a text with a limit of its own is one page", async (t) => {
  const { service, provider } = await open(t, searching(Array.from({ length: 40 }, (_, n) => ({ n }))));
  const table = await provider.query("SELECT n FROM s ORDER BY n LIMIT 30", { limit: 10 });
  assert.deepEqual([table.numRows, service.requests.map(({ json }) => json.query.size)], [10, [10]]);
  assert.equal((await provider.query("SELECT n FROM s limit 30 offset 2;")).numRows, 30);
  assert.equal(service.requests.length, 2);
});

test("the package's queries get their times beside the text, in parts that share no row", async (t) => {
  const { provider, service } = await open(t, searching([{ log_file_name: "a", message_count: 2, first_seen: 1704067200000000, last_seen: 1704067200000001 }]));
  const ask = (options) => provider.OpenObserveGeneral.list_default_log_file_name({ start: "2024-01-01", end: "2024-01-03" }, options);
  await ask({ splitBy: "1d" });
  assert.deepEqual(service.requests.map(({ json: { query } }) => [query.start_time, query.end_time]).sort(), [[1704067200000000, 1704153600000000], [1704153600000000, 1704240000000000]]);
  assert.deepEqual((await ask()).columns.map(({ name, type }) => `${name} ${type}`), ["log_file_name text", "message_count int64", "first_seen timestamp", "last_seen timestamp"]);
});

test("what the service left out is said", async (t) => {
  const said = async (more) => (await (await open(t, searching(HITS, { more }))).query()).report;
  assert.deepEqual((await said({ is_partial: true })).notes, ["the service searched only a part of the data"]);
  const { partial, notes } = await said({ is_partial: true, function_error: ["Query duration is modified due to query range restriction of 24 hours"] });
  assert.deepEqual([partial, notes], [true, ["Query duration is modified due to query range restriction of 24 hours"]]);
  assert.equal((await said({})).partial, false);
  const { query } = await open(t, () => ({ status: 400, body: { code: 20004, message: "Search stream not found: default" } }));
  await assert.rejects(query(), { code: "service", message: /400: Search stream not found: default; check the query/ });
  const none = await open(t, () => ({ hits: null, total: 0 }));
  assert.equal((await none.query()).numRows, 0);
});

test("a page that fails ends it, and what came is kept; so does the usual limit", async (t) => {
  const hits = Array.from({ length: 10_000 }, (_, n) => ({ n }));
  const { query } = await open(t, ({ json: { query } }) => (query.from ? { status: 400, body: { message: "no more" } } : { hits, total: 10_000, size: 10_000 }));
  const { numRows, report } = await query();
  assert.deepEqual([numRows, report.partial, /more rows could not be read: .*no more/.test(report.notes[0])], [10_000, true, true]);
  const endless = await open(t, () => ({ hits, total: 10_000, size: 10_000 }));
  const table = await endless.query();
  assert.deepEqual([table.numRows, endless.service.requests.length, table.report.notes], [100_000, 10, ["there are more than 100000 rows; raise { limit }, or ask for less"]]);
});

test("streams and their columns", async (t) => {
  const { provider, service } = await open(t, () => ({ list: [{ name: "default", stream_type: "logs", schema: [{ name: "_timestamp", type: "Int64" }] }, { name: "empty" }] }));
  assert.deepEqual(await provider.schema(), { default: { _timestamp: "Int64" }, empty: {} });
  assert.equal(`${service.requests[0].path}?${service.requests[0].query}`, "/api/default/streams?type=logs&fetchSchema=true");
});

test("connections and mistakes", async (t) => {
  const { provider, service, query } = await open(t, searching(), { organization: "my org" });
  await assertHidden(["pass-1", btoa("me@example.com:pass-1")], async () => [await query(), await provider.connections()]);
  assert.equal(service.requests[0].path, "/api/my%20org/_search");
  await provider.connect({ proxy: service.url });
  await query();
  assert.deepEqual([service.requests[1].path, service.requests[1].headers.authorization], ["/openobserve/api/default/_search", undefined]);
  const stop = new AbortController();
  service.fault = "slow";
  const running = query({ signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
  const direct = new hb.QueryProvider("OpenObserve");
  for (const [options, message] of [
    [{ auth: { user: "a", password: "b" } }, /there is no url; pass/], [{ url: "x y", auth: { user: "a", password: "b" } }, /option `url` should be a host/],
    [{ url: "h", auth: { user: "a" } }, /there is no password/], [{ url: "h", auth: { name: "a" } }, /no option `name`/], [{ url: "h", org: "x" }, /no option `org`/],
  ]) await assert.rejects(direct.connect(options), { code: "invalidArgument", message });
});
