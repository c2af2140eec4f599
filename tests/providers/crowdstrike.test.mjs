// CrowdStrike, by a stand-in that runs query jobs as LogScale does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, startService, testFaults } from "./helpers.mjs";
import { runClient, skipClients } from "./clients.mjs";

const EVENT = { "@timestamp": 1704067200123, "@id": "e1", "@ingesttimestamp": "1704067200999", "#event_simpleName": "ProcessRollup2", ProcessId: "9007199254740993" };
const meta = (more) => ({ eventCount: 1, isAggregate: false, pollAfter: 20, workDone: 1, totalWork: 1, extraData: { hasMoreEvents: "false" }, warnings: [], ...more });

/** A stand-in whose jobs give `states` and then are done. */
function jobs({ states = [], events = [EVENT], metaData = {} } = {}) {
  const running = new Map();
  const service = { made: 0, get running() { return [...running.keys()]; } };
  service.answer = ({ method, path, text }) => {
    if (path.endsWith("/oauth2/token")) return { status: 201, body: { access_token: `token-${++service.made}`, token_type: "bearer", expires_in: 1799 } };
    const [, id] = /\/repositories\/[^/]+\/queryjobs(?:\/([^/]+))?$/.exec(path) ?? assert.fail(path);
    if (method === "POST" && id === undefined) {
      const name = `P1-${running.size}x${text.length}`;
      running.set(name, [...states]);
      return { id: name, hashedQueryOnView: "abc", queryOnView: "x" };
    }
    if (!running.has(id)) return { status: 404, body: { errors: [{ code: 404, message: "no such query" }] } };
    if (method === "DELETE") return running.delete(id) && { status: 204, body: "" };
    return { cancelled: false, done: running.get(id).length === 0, events, metaData: meta(metaData), ...running.get(id).shift() };
  };
  return service;
}

async function open(t, { service: job = jobs(), options } = {}) {
  const service = await startService(t, job.answer);
  const provider = new hb.QueryProvider("CrowdStrike", { proxy: service.url });
  await provider.connect({ repository: "search-all", auth: "given-1", ...options });
  return { service, provider, job, query: (asked) => provider.query("#event_simpleName=ProcessRollup2", asked) };
}

async function until(what) {
  for (let i = 0; !what() && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(what());
}

testFaults("CrowdStrike", (t) => open(t));

test("a query is begun, asked for and removed, and its times are times", async (t) => {
  const { service, query, job } = await open(t, { service: jobs({ states: [{ done: false, events: [] }, { done: false, events: [] }] }) });
  const shares = [];
  const table = await query({ start: "2024-01-01", end: "2024-01-02", onProgress: (share) => shares.push(share) });
  await until(() => job.running.length === 0);
  const base = "/crowdstrike/humio/api/v1/repositories/search-all/queryjobs";
  assert.deepEqual(service.requests.map(({ method, path }) => `${method} ${path.replace(/P1.*/, "ID")}`), [`POST ${base}`, `GET ${base}/ID`, `GET ${base}/ID`, `GET ${base}/ID`, `DELETE ${base}/ID`]);
  const [{ json, headers }] = service.requests;
  assert.deepEqual(json, { queryString: "#event_simpleName=ProcessRollup2", start: 1704067200000, end: 1704153600000, isLive: false, timeZone: "UTC" });
  assert.equal(headers.authorization, "Bearer given-1");
  assert.deepEqual(table.rows(), [{ "@timestamp": new Date(1704067200123), "@id": "e1", "@ingesttimestamp": new Date(1704067200999), "#event_simpleName": "ProcessRollup2", ProcessId: "9007199254740993" }]);
  assert.ok(shares.every((share) => share <= 1) && shares.at(-1) === 1);
});

test("as many rows as asked for; that there are more is said", async (t) => {
  const { service, query } = await open(t, { service: jobs({ events: Array.from({ length: 200 }, (_, n) => ({ n })), metaData: { extraData: { hasMoreEvents: "true" } } }) });
  const { report } = await query();
  assert.deepEqual([report.partial, report.notes], [true, ["the service gave 200 events of more; end the query with `| tail(10000)`, or pass { limit }"]]);
  const few = await query({ limit: 10 });
  assert.deepEqual([few.numRows, few.report.partial], [10, false]);
  await query({ limit: 5000 });
  const texts = service.requests.filter(({ method }) => method === "POST").map(({ json }) => json.queryString.split("\n")[1]);
  assert.deepEqual(texts, [undefined, undefined, "| tail(5000)"]);
});

test("a query that fails, is not done in time, or is warned of", async (t) => {
  const outcome = async (more, options) => (await open(t, { service: jobs(more) })).query(options).then(({ report, numRows }) => ({ numRows, ...report }), (error) => error);
  assert.match((await outcome({ states: [{ cancelled: true }] })).message, /the query was cancelled/);
  const running = Array(500).fill({ done: false });
  const late = await outcome({ states: running }, { timeout: 0.3 });
  assert.deepEqual([late.numRows, late.partial, /not done within 0.3 seconds/.test(late.notes[0])], [1, true, true]);
  assert.equal((await outcome({ states: running, metaData: { isAggregate: true } }, { timeout: 0.3 })).code, "timeout");
  assert.deepEqual((await outcome({ metaData: { warnings: [{ message: "a node is away" }] } })).notes, ["a node is away"]);
  assert.equal((await outcome({ events: null })).numRows, 0);
});

test("a cancelled query is removed", async (t) => {
  const { service, query, job } = await open(t, { service: jobs({ states: Array(500).fill({ done: false }) }) });
  const stop = new AbortController();
  const running = query({ signal: stop.signal });
  until(() => service.requests.some(({ method }) => method === "GET")).then(() => stop.abort("enough"));
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
  await until(() => service.requests.at(-1).method === "DELETE" && job.running.length === 0);
});

test("a client's secret stays in the proxy, and a token is asked for when the old one is over", async (t) => {
  const { service, query, provider } = await open(t, { options: { auth: { clientId: "client-1" } } });
  await assertHidden(["token-1"], async () => [await query(), await provider.connections()]);
  const [token, begun] = service.requests;
  assert.deepEqual([token.path, token.text, token.headers["content-type"], begun.headers.authorization], ["/crowdstrike/oauth2/token", "client_id=client-1&client_secret=", "application/x-www-form-urlencoded", "Bearer token-1"]);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  t.mock.timers.tick(26 * 60_000);
  await query();
  assert.ok(service.requests.some(({ headers }) => headers.authorization === "Bearer token-2"));
});

test("other clouds, a LogScale of one's own, and mistakes", async (t) => {
  const { service, provider, query } = await open(t, { options: { cloud: "eu-1" } });
  await query();
  assert.match(service.requests[0].path, /^\/crowdstrike-eu-1\/humio\/api/);
  service.requests.length = 0;
  await provider.connect({ repository: "a b", url: service.url, auth: "t", transport: "direct" });
  await query();
  assert.ok(service.requests.some(({ method, path }) => `${method} ${path}` === "POST /api/v1/repositories/a%20b/queryjobs"));
  const direct = new hb.QueryProvider("LogScale");
  for (const [options, message] of [
    [{ auth: "t" }, /there is no repository/], [{ repository: "r", auth: "t", cloud: "mars" }, /should be one of us-1, us-2, eu-1/], [{ repository: "r" }, /there is no `auth`/],
    [{ repository: "r", auth: { clientId: "c" } }, /needs huntbook's proxy/], [{ repository: "r", auth: { clientId: "c", clientSecret: "s" } }, /belongs into the proxy/],
    [{ repository: "r", auth: { clientId: "c" }, url: "h" }, /takes a token as `auth`/], [{ repository: "r", auth: { clientId: "c", clientScret: "s" } }, /no option `clientScret`/],
  ]) await assert.rejects(direct.connect(options), { code: "invalidArgument", message });
});

test("values of own queries are written as the language wants them", async (t) => {
  const { provider, service } = await open(t);
  await provider.add(`
metadata: {version: 1, description: x, data_environments: [CrowdStrike], data_families: [Host], tags: [x]}
sources:
  processes:
    description: x
    args: {query: 'ComputerName="{host}" | tail({limit})'}
    parameters: {host: {description: x, type: str}, limit: {description: x, type: int, default: 10}}
`);
  await provider.Host.processes({ host: 'a" | drop([x])' });
  assert.equal(service.requests[0].json.queryString, 'ComputerName="a\\" | drop([x])" | tail(10)');
});

test("the vendor's client gets the same from the stand-in", { skip: skipClients }, async (t) => {
  const job = jobs({ states: [{ done: false, events: [] }] });
  const service = await startService(t, job.answer);
  const theirs = await runClient(`
import time
from falconpy import NGSIEM
siem = NGSIEM(client_id="client-1", client_secret="secret-1", base_url="${service.url}")
begun = siem.start_search(repository="search-all", query_string="#event_simpleName=ProcessRollup2", start="1d", is_live=False)
job = (begun.get("resources") or begun["body"])["id"]
while True:
    state = siem.get_search_status(repository="search-all", search_id=job)["body"]
    if state["done"]: break
    time.sleep(0.05)
stopped = siem.stop_search(repository="search-all", id=job)
answer([state["events"], stopped["status_code"]])
`);
  assert.deepEqual(theirs, [[EVENT], 204]);
  assert.deepEqual(job.running, []);
  const [token, begun] = service.requests;
  assert.deepEqual([token.path, new URLSearchParams(token.text).get("client_id")], ["/oauth2/token", "client-1"]);
  assert.deepEqual([begun.path, begun.headers.authorization, begun.json.queryString], ["/humio/api/v1/repositories/search-all/queryjobs", "Bearer token-1", "#event_simpleName=ProcessRollup2"]);
});
