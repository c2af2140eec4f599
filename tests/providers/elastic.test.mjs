// Elasticsearch, by a stand-in that answers as the server does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { parse, startElastic } from "./elastic-server.mjs";

const DSL = '{"query": {"match_all": {}}}';
const timeOf = (i) => new Date(Date.UTC(2024, 0, 1) + 1000 * i).toISOString();
const docsOf = (count) => Array.from({ length: count }, (_, i) => ({ "@timestamp": timeOf(Math.floor(i / 3)), n: i }));
const DOC = { "@timestamp": timeOf(0), host: { name: "h1" }, process: { args: ["a", "b"] }, id: 9007199254740993n };

async function open(t, settings = {}, options = {}) {
  const service = await startElastic(t, { docs: [DOC], ...settings });
  const provider = new hb.QueryProvider("Elastic", { builtIn: false });
  await provider.connect({ host: service.url, auth: { apiKey: "key-1" }, index: "logs-*", ...options });
  service.requests.length = 0;
  return { service, provider, query: (options) => provider.query(DSL, options) };
}

const shown = ({ method, path, query }) => `${method} ${path}${query.size ? `?${query}` : ""}`;
const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};

testFaults("Elasticsearch", open);

test("a search is of a point in time, which is closed", async (t) => {
  const { service, query } = await open(t);
  const table = await query();
  assert.deepEqual(table.rows(), [{ _index: "logs-1", _id: "id-0", "@timestamp": new Date(timeOf(0)), "host.name": "h1", "process.args": ["a", "b"], id: 9007199254740993n }]);
  assert.deepEqual(service.requests.map(shown), ["POST /logs-*/_pit?keep_alive=5m&ignore_unavailable=true", "POST /_search", "DELETE /_pit"]);
  assert.deepEqual(service.requests[1].json, {
    track_total_hits: 100_001, timeout: "270s", sort: [{ "@timestamp": { order: "desc", unmapped_type: "date" } }, { _shard_doc: "asc" }], query: { match_all: {} }, pit: { id: "point-1.0", keep_alive: "5m" }, size: 10_000,
  });
  assert.deepEqual(service.requests[2].json, { id: "point-1.1" }, "the newest id");
  assert.deepEqual([service.points.size, service.requests[0].headers.authorization], [0, "ApiKey key-1"]);
});

test("few rows are one request", async (t) => {
  const { service, provider } = await open(t, { docs: docsOf(20) });
  const table = await provider.query(DSL, { limit: 5 });
  assert.deepEqual([Array.from(table.column("n")), table.report.partial], [[18, 19, 15, 16, 17], false]);
  assert.deepEqual(service.requests.map(shown), ["POST /logs-*/_search?ignore_unavailable=true"]);
  assert.equal((await provider.query('{"query": {"match_all": {}}, "size": 7}')).numRows, 7);
  await provider.query(DSL, { limit: 5, index: "<logs-{now/d}>,a" });
  assert.equal(service.requests.at(-1).path, "/%3Clogs-%7Bnow%2Fd%7D%3E%2Ca/_search");
});

test("more rows than a page: each once, up to a limit, and what is left out is said", async (t) => {
  const { service, provider, query } = await open(t, { docs: docsOf(25_001) });
  const progress = [];
  const all = await query({ onProgress: (fraction) => progress.push(fraction) });
  assert.deepEqual([all.numRows, all.report.partial, new Set(all.column("n")).size], [25_001, false, 25_001]);
  const searches = service.requests.filter(({ path }) => path === "/_search").map(({ json }) => json);
  assert.deepEqual(searches.map(({ size, pit, search_after: after, track_total_hits: track }) => [size, pit.id, after?.length, track]), [
    [10_000, "point-1.0", undefined, 100_001], [10_000, "point-1.1", 2, false], [10_000, "point-1.2", 2, false],
  ]);
  assert.deepEqual(progress.map((one) => Number(one.toFixed(1))), [0.4, 0.8, 1, 1]);
  const some = await provider.query(DSL, { limit: 12_345 });
  assert.deepEqual([some.numRows, some.report.partial, service.points.size], [12_345, false, 0]);
});

test("where a page ends is told with all digits", async (t) => {
  const docs = Array.from({ length: 10_003 }, (_, i) => ({ "@timestamp": timeOf(0), id: 9007199254740993n + BigInt(i) }));
  const { service, provider } = await open(t, { docs });
  const sorted = (sort) => provider.query(`{"query": {"range": {"id": {"gte": 9007199254740993}}}, "sort": ${sort}}`, { limit: 20_000 });
  assert.deepEqual((await sorted('[{"id": "asc"}]')).column("id").at(-1), 9007199254750995n);
  assert.match(service.requests[1].text, /"gte":9007199254740993\}/, "and so are the user's own numbers");
  assert.match(service.requests[2].text, /"search_after":\[9007199254750992,9999\]/);
  service.requests.length = 0;
  assert.equal((await sorted('["missing", {"id": "asc"}]')).numRows, 10_003);
  assert.match(service.requests[2].text, /"search_after":\[null,9007199254750992,9999\]/);
});

test("fields that are called as a search's own parts", async (t) => {
  const { query } = await open(t, { docs: [{ "@timestamp": timeOf(0), sort: "x", hits: [{ a: 1 }], _source: { b: 2 } }] });
  const [row] = (await query()).rows();
  assert.deepEqual([row.sort, row._index, row["_source.b"]], ["x", "logs-1", 2]);
});

for (const [name, answer, expected] of [
  ["out of time", { timed_out: true }, /^the service ran out of time/],
  ["shards failed", { _shards: { total: 2, failed: 1, failures: [{ reason: { type: "x", reason: "failed to create query", caused_by: { reason: "For input string: \"a\"" } } }] } }, /^1 of 2 shards failed: failed to create query: For input string: "a"$/],
]) {
  test(`rows are missing: ${name}`, async (t) => {
    const { query, service } = await open(t, { answer });
    const { report, numRows } = await query();
    assert.deepEqual([numRows, report.partial, service.points.size], [1, true, 0]);
    assert.match(report.notes[0], expected);
  });
}

test("rows are missing: more than anyone asked for", async (t) => {
  const page = Array.from({ length: 10_000 }, (_, i) => ({ _index: "a", _id: `${i}`, _source: {}, sort: [i, i] }));
  const { query } = await open(t, { answer: { hits: { total: { value: 100_001, relation: "gte" }, hits: page } } });
  const { report, numRows } = await query();
  assert.deepEqual([numRows, report.partial, report.notes], [100_000, true, ["there are more than 100000 rows; raise { limit }, or ask for less"]]);
});

test("what is open is closed after an error, a time-out, and when the user stops", async (t) => {
  const { service, provider, query } = await open(t);
  await assert.rejects(provider.query('{"query": {"bool": {"filter": [{"rangee": {}}]}}}'), { code: "service", message: /400: \[bool\] failed to parse field \[filter\]: unknown query \[rangee\]; check the query/ });
  assert.equal(service.points.size, 0);
  service.faulty = ({ path }) => path === "/_search";
  service.fault = "slow";
  await assert.rejects(query({ timeout: 0.2 }), { code: "timeout" });
  assert.equal(service.points.size, 0);
  const stop = new AbortController();
  const running = query({ signal: stop.signal });
  await until(() => service.requests.at(-1).path === "/_search");
  stop.abort("enough");
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
  assert.equal(service.points.size, 0);
  service.fault = undefined;
  let release;
  service.settings.hold = ({ path }) => path.endsWith("/_pit") && new Promise((resolve) => (release = resolve));
  const early = new AbortController();
  const second = query({ signal: early.signal });
  await until(() => release);
  early.abort("sooner");
  await assert.rejects(second, { code: "cancelled", cause: "sooner" });
  assert.equal(service.points.size, 1);
  service.settings.hold = undefined;
  release();
  await until(() => service.points.size === 0);
});

const RANGE = { range: { "@timestamp": { format: "strict_date_optional_time", gte: "2024-01-01T00:00:00.000Z", lte: "2024-01-02T00:00:00.000Z" } } };
const SPAN = { start: "2024-01-01", end: "2024-01-02" };
for (const [name, text, expected] of [
  ["Lucene", "host.name:h1", { bool: { filter: [{ query_string: { query: "host.name:h1", analyze_wildcard: true } }, RANGE] } }],
  ["Query DSL with filters", '{"query": {"bool": {"must": [{"term": {"a": 1}}], "filter": {"term": {"b": 2}}}}}', { bool: { must: [{ term: { a: 1 } }], filter: [{ term: { b: 2 } }, RANGE] } }],
  ["Query DSL without", '{"query": {"term": {"a": 1}}}', { bool: { must: [{ term: { a: 1 } }], filter: [RANGE] } }],
  ["Query DSL of nothing", "{}", { bool: { filter: [RANGE] } }],
]) {
  test(`the time beside the text: ${name}`, async (t) => {
    const { service, provider } = await open(t);
    await provider.query(text, { ...SPAN, limit: 10 });
    assert.deepEqual(service.requests[0].json.query, expected);
  });
}

test("parameters that are not in the text are conditions, as in msticpy", async (t) => {
  const { service, provider } = await open(t, { docs: [] });
  await provider.add(`
metadata: {version: 1, description: x, data_environments: [Elastic], data_families: [Own]}
defaults: {parameters: {start: {description: x, type: datetime}, end: {description: x, type: datetime}, add_query_items: {description: x, type: str, default: ''}}}
sources:
  events:
    description: x
    args: {query: '{"query": {"bool": {"filter": [{"term": {"event.code": "{code}"}}]}}}'}
    parameters: {code: {description: x, type: str}, host.name: {description: x, type: str, aliases: [host]}, user.name: {description: x, type: list, default: [a, b]}, limit: {description: x, type: int, default: 50}}
`);
  await provider.Own.events({ ...SPAN, code: "4624", host: 'h"1', add_query_items: '{"exists": {"field": "x"}}' });
  const { query, size } = service.requests[0].json;
  const [code, range, ...others] = query.bool.filter;
  assert.deepEqual([code, range], [{ term: { "event.code": "4624" } }, RANGE]);
  const json = (list) => list.map((one) => JSON.stringify(one)).sort();
  assert.deepEqual(json(others), json([
    { exists: { field: "x" } }, { match_phrase: { "host.name": 'h"1' } }, { bool: { should: [{ match_phrase: { "user.name": "a" } }, { match_phrase: { "user.name": "b" } }], minimum_should_match: 1 } },
  ]));
  assert.equal(size, 50);
  await assert.rejects(provider.Own.events({ ...SPAN, code: "1", host: "x", add_query_items: "exists:x" }), { code: "invalidArgument", message: /`add_query_items` should be conditions of Query DSL as JSON/ });
  service.requests.length = 0;
  await provider.Own.events({ start: "2024-01-01", end: "2024-01-03", code: "1", host: "x" }, { splitBy: "1d" });
  assert.deepEqual(service.requests.map(({ json }) => json.query.bool.filter.find(({ range }) => range).range["@timestamp"]).map(({ gte, lte }) => [gte, lte]).sort(), [
    ["2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.9999999Z"], ["2024-01-02T00:00:00.000Z", "2024-01-03T00:00:00.000Z"],
  ]);
});

const ESQL = { is_partial: false, columns: [{ name: "@timestamp", type: "date" }, { name: "n", type: "long" }, { name: "none", type: "double" }], values: [[timeOf(0), 9007199254740993n, null]] };

test("ES|QL: at once, with a limit and a time", async (t) => {
  const { service, provider } = await open(t, { esql: ESQL });
  const table = await provider.query("FROM logs-* | KEEP @timestamp, n");
  assert.deepEqual(table.columns.map(({ name, type }) => `${name} ${type}`), ["@timestamp timestamp", "n int64", "none float64"]);
  assert.deepEqual(table.rows(), [{ "@timestamp": new Date(timeOf(0)), n: 9007199254740993n, none: null }]);
  assert.deepEqual(service.requests.map(shown), ["POST /_query/async"]);
  assert.deepEqual(service.requests[0].json, { query: "FROM logs-* | KEEP @timestamp, n", wait_for_completion_timeout: "1s", keep_on_completion: false, keep_alive: "5m" });
  await provider.query("// why\n/* and\nhow */ from logs-* // all\n", { limit: 5, ...SPAN });
  const { query, filter } = service.requests[1].json;
  assert.deepEqual([query, filter], ["// why\n/* and\nhow */ from logs-* // all\n| LIMIT 5", RANGE]);
});

test("ES|QL that goes on is asked for again, and removed", async (t) => {
  const { service, provider } = await open(t, { esql: ESQL, polls: 3 });
  assert.equal((await provider.query("FROM a")).numRows, 1);
  assert.deepEqual(service.requests.map(({ method, path }) => `${method} ${path}`), ["POST /_query/async", ...Array(3).fill("GET /_query/async/esql-1%3D"), "DELETE /_query/async/esql-1%3D"]);
  assert.equal(service.running.size, 0);
  service.settings.polls = 1e9;
  await assert.rejects(provider.query("FROM a", { timeout: 0.3 }), { code: "timeout", message: /not done within 0.3 seconds, and was stopped/ });
  assert.equal(service.running.size, 0);
  const stop = new AbortController();
  const running = provider.query("FROM a", { signal: stop.signal });
  await until(() => service.running.size === 1);
  stop.abort("enough");
  await assert.rejects(running, { code: "cancelled" });
  await until(() => service.running.size === 0);
});

test("ES|QL of an older server", async (t) => {
  const { service, provider } = await open(t, { esql: ESQL, isOld: true });
  await provider.query("FROM a");
  await provider.query("FROM a");
  assert.deepEqual(service.requests.map(({ path }) => path), ["/_query/async", "/_query", "/_query"]);
});

for (const [name, text, esql, expected] of [
  ["the service says so", "FROM a", { ...ESQL, is_partial: true, _clusters: { details: { "(local)": { failures: [{ reason: { reason: "shard 3 is gone" } }] } } } }, /^the service could not read all: shard 3 is gone$/],
  ["no LIMIT", "FROM a", { ...ESQL, values: Array(1000).fill(ESQL.values[0]) }, /1000 rows came, as the text says no LIMIT/],
  ["a LIMIT that is reached", "FROM a | LIMIT 1000", { ...ESQL, values: Array(1000).fill(ESQL.values[0]) }],
  ["the most that there is", "FROM a | LIMIT 20000", { ...ESQL, values: Array(10_000).fill(ESQL.values[0]) }, /all that ES\|QL gives at once; split the time, or ask by Query DSL/],
]) {
  test(`rows of ES|QL are missing: ${name}`, async (t) => {
    const { provider } = await open(t, { esql });
    const { report, numRows } = await provider.query(text);
    assert.deepEqual([numRows, report.partial], [esql.values.length, Boolean(expected)]);
    if (expected) assert.match(report.notes[0], expected);
  });
}

test("the package's queries are ES|QL, whose parts of the time end before the next", async (t) => {
  const service = await startElastic(t, { esql: ESQL });
  const provider = new hb.QueryProvider("Elastic");
  await provider.connect({ host: service.url, auth: { apiKey: "key-1" } });
  service.requests.length = 0;
  await provider.SecurityAlert.list_alerts({ start: "2024-01-01", end: "2024-01-03" }, { splitBy: "1d" });
  assert.deepEqual(service.requests.map(({ json }) => Array.from(json.query.matchAll(/TO_DATETIME\("([^"]*)"\)/g), ([, time]) => time)).sort(), [
    ["2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.9999999Z"], ["2024-01-02T00:00:00.000Z", "2024-01-03T00:00:00.000Z"],
  ]);
});

for (const [name, auth, header] of [
  ["a key as Kibana shows it", { apiKey: "a2V5" }, "ApiKey a2V5"], ["a key and its id", { id: "i", key: "k" }, "ApiKey aTpr"], ["both in one", { apiKey: { id: "i", key: "k" } }, "ApiKey aTpr"],
  ["a name and a password", { user: "elastic", password: "pä" }, `Basic ${Buffer.from("elastic:pä").toString("base64")}`], ["a token", { token: "token-1" }, "Bearer token-1"], ["a token alone", "token-1", "Bearer token-1"], ["what gets one", () => "token-1", "Bearer token-1"],
]) {
  test(`who asks: ${name}`, async (t) => {
    const { query } = await open(t, { keys: [header] }, { auth });
    assert.equal((await query()).numRows, 1);
    await assert.rejects(open(t, { keys: ["other"] }, { auth }), { code: "unauthorized", message: /Elasticsearch answered 401: unable to authenticate user/ });
  });
}

test("fields of the indexes, by name, with their types", async (t) => {
  const type = (name, more) => ({ [name]: { type: name, metadata_field: false, ...more } });
  const { service, provider } = await open(t, { fields: { "host.name": type("keyword"), "@timestamp": type("date"), host: type("object"), _id: type("_id", { metadata_field: true }), port: { ...type("long"), ...type("keyword") } } });
  assert.deepEqual(await provider.schema(), { "logs-*": { "@timestamp": "date", "host.name": "keyword", port: "long or keyword" } });
  assert.deepEqual(Object.keys(await provider.schema({ index: "a,b" })), ["a,b"]);
  assert.deepEqual(service.requests.map(shown), ["GET /logs-*/_field_caps?fields=*&ignore_unavailable=true", "GET /a%2Cb/_field_caps?fields=*&ignore_unavailable=true"]);
});

test("recorded answers", { skip }, async (t) => {
  let file = "elastic_search_200.json";
  const service = await startService(t, ({ path }) => (/_pit$/.test(path) ? { id: "x" } : path === "/" ? {} : { status: Number(/_(\d{3})/.exec(file)[1]), body: recorded(file) }));
  const provider = new hb.QueryProvider("Elastic", { builtIn: false });
  await provider.connect({ host: service.url, auth: "token-1" });
  const table = await provider.query(DSL);
  assert.deepEqual(table.rows(), [{ _index: "logs-endpoint-2024.01.01", _id: "abc", "@timestamp": new Date("2024-01-01T00:00:00Z"), "host.name": "h1", "process.name": "cmd.exe", "process.command_line": "cmd /c whoami" }]);
  assert.equal(service.requests.at(-1).json.id, "46ToAwMDaWR5…");
  file = "elastic_search_partial_200.json";
  const { report } = await provider.query(DSL);
  assert.deepEqual(report.notes, ["the service ran out of time; ask for less, or raise { timeout }; 1 of 2 shards failed: failed to create query"]);
  file = "elastic_error_400.json";
  await assert.rejects(provider.query(DSL), { code: "service", message: /400: unknown query \[rangee\] did you mean \[range\]\?; check the query/ });
  await assert.rejects(provider.query("FROM a"), { code: "service", message: /400: unknown query/ });
  file = "elastic_esql_200.json";
  assert.deepEqual((await provider.query("FROM a")).rows(), [{ "@timestamp": new Date("2024-01-01T00:00:00Z"), "host.name": "h1", n: 3 }]);
});

test("no key is in an error, a result or what is shown of a provider", async (t) => {
  const echo = await startService(t, ({ path, headers }) => (path === "/" ? {} : { status: 400, body: { error: { reason: `bad ${headers.authorization}` } } }));
  for (const [auth, secrets] of [[{ id: "i", key: "key-of-mine" }, ["key-of-mine", Buffer.from("i:key-of-mine").toString("base64")]], [{ user: "u", password: "secret-1" }, ["secret-1", Buffer.from("u:secret-1").toString("base64")]]]) {
    const provider = new hb.QueryProvider("Elastic", { builtIn: false });
    await provider.connect({ host: echo.url, auth });
    await assertHidden(secrets, () => provider.query(DSL));
    await assertHidden(secrets, async () => [provider, await provider.connections()]);
  }
});

test("a page that gets no answer is told how it may be let in", async (t) => {
  const { query } = await open(t);
  t.mock.method(globalThis, "fetch", async () => { throw new TypeError("Failed to fetch"); });
  await assert.rejects(query(), { code: "network", message: /Where it is CORS, let this page's origin ask in elasticsearch\.yml \(http\.cors\.enabled: true, http\.cors\.allow-origin.*\), or start huntbook's proxy/ });
});

test("mistakes in options and texts", async (t) => {
  const { provider } = await open(t);
  for (const [text, options, message] of [
    ["{\"query\": }", {}, /begins as Query DSL, but is not JSON/], ['{"aggs": {}}', {}, /aggregations have no rows; write them as ES\|QL/], ["SELECT * FROM x", {}, /write SQL as ES\|QL/],
    [DSL, { limit: 0 }, /`limit` should be a whole number/], [DSL, { index: 5 }, /`index` should be a name/], ['{"size": 0}', {}, /`size` in the text should be/], [DSL, { mode: "job" }, /no option `mode` \(there are: .*index\)/],
  ]) await assert.rejects(provider.query(text, options), { code: "invalidArgument", message });
  for (const [options, message] of [[{ auth: "t" }, /there is no host; pass \{ host: "elastic.example.com"/], [{ host: "x" }, /there is no api_key/], [{ host: "x", auth: { apikey: "k" } }, /auth: there is no option `apikey`/], [{ host: "x", auth: { user: "a" } }, /there is no password/], [{ host: "x", auth: "t", scheme: "x" }, /`scheme` should be/]]) {
    await assert.rejects(provider.connect(options), { code: "invalidArgument", message });
  }
  assert.equal(parse("9007199254740993"), 9007199254740993n);
});
