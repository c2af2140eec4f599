// Sumo Logic, by a stand-in that runs search jobs as the service does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { runClient, skipClients } from "./clients.mjs";

const JOBS = "/api/v1/search/jobs";
const DONE = { state: "DONE GATHERING RESULTS", messageCount: 0, recordCount: 0, pendingErrors: [], pendingWarnings: [] };
const MESSAGE = { _messageid: "-9223372036854773763", _messagetime: "1359407350333", _raw: "one", _size: "549" };
const FIELDS = [{ name: "_messageid", fieldType: "long", keyField: false }, { name: "_raw", fieldType: "string", keyField: false }];

/** A stand-in whose jobs have `rows`, and the states of `states` before they are done. */
function jobs({ records = [], messages = [], states = [], fields = FIELDS } = {}) {
  const running = new Map();
  const service = { made: 0, get running() { return [...running.keys()]; } };
  service.answer = ({ method, path, query }) => {
    path = path.replace(/^\/sumologic(-\w+)?/, "");
    const [, id, kind] = /^\/api\/v1\/search\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (method === "POST" && path === JOBS) {
      const name = `JOB${++service.made}`;
      running.set(name, [...states]);
      return { status: 202, headers: { "Huntbook-Session": "s1" }, body: { id: name, link: { rel: "self", href: `https://api.us2.sumologic.com${JOBS}/${name}` } } };
    }
    if (!running.has(id)) return { status: 404, body: { status: 404, id: "X", code: "searchjob.jobid.invalid", message: "Job ID is invalid." } };
    if (method === "DELETE") return running.delete(id) && { id };
    if (kind === undefined) return { ...DONE, messageCount: messages.length, recordCount: records.length, ...running.get(id).shift() };
    const all = kind === "records" ? records : messages;
    const offset = Number(query.get("offset"));
    return { fields, [kind]: all.slice(offset, offset + Number(query.get("limit"))).map((map) => ({ map })) };
  };
  return service;
}

async function open(t, { service: job = jobs({ messages: [MESSAGE] }), options } = {}) {
  const service = await startService(t, job.answer);
  const provider = new hb.QueryProvider("Sumologic", { proxy: service.url });
  await provider.connect({ region: "us2", auth: { accessId: "id-1", accessKey: "key-1" }, ...options });
  return { service, provider, job, query: (asked) => provider.query("error", asked) };
}

/** The searches that were begun. */
const begun = (service) => service.requests.filter(({ method }) => method === "POST");

/** Until what runs on after an answer is done. */
async function until(what) {
  for (let i = 0; !what() && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(what());
}

testFaults("Sumo Logic", (t) => open(t));

test("a search is begun, asked for, read and removed, and its columns have their types", async (t) => {
  const { service, provider, job } = await open(t, { service: jobs({ messages: [MESSAGE, { ...MESSAGE, _messagetime: "", _size: null }], states: [{ state: "GATHERING RESULTS" }] }) });
  const table = await provider.query("error", { start: "2024-01-01", end: new Date("2024-01-02T00:00:00.5Z"), limit: 100 });
  await until(() => service.requests.length === 5);
  assert.deepEqual(service.requests.map(({ method, path, query }) => `${method} ${path}${query.size ? `?${query}` : ""}`), [
    "POST /sumologic-us2/api/v1/search/jobs", "GET /sumologic-us2/api/v1/search/jobs/JOB1", "GET /sumologic-us2/api/v1/search/jobs/JOB1",
    "GET /sumologic-us2/api/v1/search/jobs/JOB1/messages?offset=0&limit=2", "DELETE /sumologic-us2/api/v1/search/jobs/JOB1",
  ]);
  const [{ json, headers }, next] = service.requests;
  assert.deepEqual(json, { query: "error\n| limit 100", from: "2024-01-01T00:00:00", to: "2024-01-02T00:00:00.500", timeZone: "UTC", byReceiptTime: false, autoParsingMode: "Manual" });
  assert.equal(headers.authorization, `Basic ${btoa("id-1:key-1")}`);
  assert.equal(next.headers["huntbook-session"], "s1", "the job is bound to a cookie, which the proxy keeps");
  assert.deepEqual(table.columns.map(({ name, type }) => [name, type]), [["map._messageid", "int64"], ["map._messagetime", "timestamp"], ["map._raw", "text"], ["map._size", "int64"]]);
  assert.deepEqual(table.rows(), [
    { "map._messageid": -9223372036854773763n, "map._messagetime": new Date(1359407350333), "map._raw": "one", "map._size": 549 },
    { "map._messageid": -9223372036854773763n, "map._messagetime": null, "map._raw": "one", "map._size": null },
  ]);
  assert.deepEqual(job.running, []);
});

test("records where the query counts, with types by the fields that the service tells", async (t) => {
  const fields = [{ name: "_sourcecategory", fieldType: "string" }, { name: "_count", fieldType: "int" }, { name: "_avg", fieldType: "double" }];
  const records = [{ _sourcecategory: "007", _count: "90", _avg: "1.5" }, { _sourcecategory: "x", _count: "1", _avg: "NaN" }];
  const { provider, service } = await open(t, { service: jobs({ records, messages: [MESSAGE], fields }) });
  const table = await provider.query("* | count by _sourceCategory");
  assert.deepEqual(table.columns.map(({ type }) => type), ["text", "int64", "float64"]);
  assert.deepEqual(table.column("map._sourcecategory"), ["007", "x"]);
  assert.ok(service.requests.some(({ path }) => path.endsWith("/records")));
});

test("pages, and no more than asked for", async (t) => {
  const messages = Array.from({ length: 25_000 }, (_, i) => ({ _raw: `m${i}`, _size: "1" }));
  const { provider, service } = await open(t, { service: jobs({ messages }) });
  const shares = [];
  const table = await provider.query("*", { onProgress: (share) => shares.push(share) });
  assert.deepEqual([table.numRows, new Set(table.column("map._raw")).size], [25_000, 25_000]);
  const pages = () => service.requests.filter(({ path }) => path.endsWith("/messages")).map(({ query }) => String(query));
  assert.deepEqual(pages(), ["offset=0&limit=10000", "offset=10000&limit=10000", "offset=20000&limit=5000"]);
  assert.ok(shares.length > 2 && shares.every((share, i) => i === 0 || share >= shares[i - 1]) && shares.at(-1) === 1);
  service.requests.length = 0;
  assert.equal((await provider.query("*", { limit: 12_000 })).numRows, 12_000);
  assert.deepEqual(pages(), ["offset=0&limit=10000", "offset=10000&limit=2000"]);
  assert.equal(begun(service)[0].json.query, "*", "more than `| limit` takes");
});

test("the package's queries get their times beside the text, in parts too", async (t) => {
  const { provider, service } = await open(t);
  await provider.SumologicGeneral.list_messages({ start: "2024-01-01", end: "2024-01-03" }, { splitBy: "1d" });
  assert.deepEqual(begun(service).map(({ json }) => [json.from, json.to]).sort(), [["2024-01-01T00:00:00", "2024-01-02T00:00:00"], ["2024-01-02T00:00:00", "2024-01-03T00:00:00"]]);
  service.requests.length = 0;
  await provider.query("*");
  const [{ json }] = begun(service);
  assert.equal(Date.parse(`${json.to}Z`) - Date.parse(`${json.from}Z`), 86_400_000, "the last day, where nothing is said");
});

test("a search that fails, stops, or is not done in time", async (t) => {
  const outcome = async (state, options) => {
    const { provider, job } = await open(t, { service: jobs({ messages: [MESSAGE], states: Array(50).fill(state) }) });
    return [await provider.query("*", options).then(({ report, numRows }) => ({ numRows, ...report }), (error) => error), job];
  };
  const [cancelled] = await outcome({ state: "CANCELLED" });
  assert.match(cancelled.message, /Sumo Logic: the search failed: it was cancelled/);
  const [failed] = await outcome({ pendingErrors: ["Unexpected token"], messageCount: 0 });
  assert.deepEqual([failed.code, /Unexpected token/.test(failed.message)], ["service", true]);
  const [paused] = await outcome({ state: "FORCE PAUSED" });
  assert.deepEqual([paused.numRows, paused.partial, /splitBy/.test(paused.notes[0])], [1, true, true]);
  const [late, job] = await outcome({ state: "GATHERING RESULTS" }, { timeout: 0.6 });
  assert.deepEqual([late.numRows, late.partial, /not done within 0.6 seconds/.test(late.notes[0])], [1, true, true]);
  await until(() => job.running.length === 0);
  const [counting] = await outcome({ state: "GATHERING RESULTS", recordCount: 5 }, { timeout: 0.6 });
  assert.equal(counting.code, "timeout", "what is counted so far is wrong, not a part");
  const [warned] = await outcome({ pendingWarnings: ["slow source"] });
  assert.deepEqual([warned.partial, warned.notes], [false, ["slow source"]]);
});

test("a cancelled search is removed, also one that is only being begun", async (t) => {
  const { provider, job, service } = await open(t, { service: jobs({ states: Array(500).fill({ state: "GATHERING RESULTS" }) }) });
  for (const reached of [() => service.requests.some(({ method }) => method === "GET"), () => service.requests.length > 0]) {
    service.requests.length = 0;
    const stop = new AbortController();
    const running = provider.query("*", { signal: stop.signal });
    until(reached).then(() => stop.abort("enough"));
    await assert.rejects(running, { code: "cancelled", cause: "enough" });
    await until(() => service.requests.some(({ method }) => method === "DELETE") && job.running.length === 0);
  }
});

test("recorded answers", { skip }, async (t) => {
  const files = { POST: "job_created_202", "": "job_status_200", messages: "job_messages_200", records: "job_records_200" };
  let counts = { recordCount: 1 };
  const service = await startService(t, ({ method, path }) => {
    const [, kind = ""] = /\/(messages|records)$/.exec(path) ?? [];
    if (method === "DELETE") return {};
    const text = recorded(`sumologic_${files[method === "POST" ? "POST" : kind]}.json`);
    return method === "GET" && !kind ? { ...JSON.parse(text), messageCount: 1, ...counts } : { status: method === "POST" ? 202 : 200, body: text };
  });
  const provider = new hb.QueryProvider("Sumologic", { proxy: service.url });
  await provider.connect({ region: "us1", auth: { accessId: "a", accessKey: "b" } });
  assert.deepEqual((await provider.query("*")).rows(), [{ "map._count": 90, "map._sourcecategory": "service" }]);
  counts = { recordCount: 0 };
  const [row] = (await provider.query("*")).rows();
  assert.deepEqual([row["map._messageid"], row["map._receipttime"], row["map._size"], row["map._sourceid"]], [-9223372036854773763n, new Date(1359407350899), 549, "1640"]);
  const gone = await startService(t, ({ method }) => (method === "POST" ? { status: 202, body: { id: "x" } } : { status: 404, body: recorded("sumologic_error_404.json") }));
  await provider.connect({ region: "us1", proxy: gone.url });
  await assert.rejects(provider.query("*"), { code: "service", message: /404: Job ID is invalid/ });
});

test("connections and mistakes", async (t) => {
  const { provider, service, query } = await open(t);
  await assertHidden(["key-1", btoa("id-1:key-1")], async () => [await query(), await provider.connections()]);
  await provider.connect({ region: "us2" });
  service.requests.length = 0;
  await query();
  assert.equal(begun(service)[0].headers.authorization, undefined, "the proxy has the key");
  await provider.connect({ url: "https://api.eu.sumologic.com/api" });
  service.requests.length = 0;
  await query();
  assert.match(begun(service)[0].path, /^\/sumologic-eu\//);
  const direct = new hb.QueryProvider("Sumologic");
  for (const [options, message] of [
    [{ auth: { accessId: "a", accessKey: "b" } }, /`region` should be the deployment.*us1, us2/], [{ region: "mars" }, /us1, us2/],
    [{ region: "us2" }, /there is no accessId; pass \{ region/], [{ region: "us2", auth: { accessId: "a" } }, /there is no accessKey/],
    [{ region: "us2", auth: { accesId: "a" } }, /no option `accesId` \(there are: accessId, accessKey\)/], [{ region: "us2", auth: "x" }, /should be an object/],
    [{ region: "us2", auth: { accessId: 5, accessKey: "b" } }, /accessId of `auth` should be a text/],
  ]) await assert.rejects(direct.connect(options), { code: "invalidArgument", message });
  await assert.rejects(query({ limit: 0 }), { code: "invalidArgument", message: /`limit` should be a whole number above 0/ });
});

test("the vendor's client gets the same from the stand-in", { skip: skipClients }, async (t) => {
  const job = jobs({ messages: [MESSAGE], states: [{ state: "GATHERING RESULTS" }] });
  const service = await startService(t, job.answer);
  const [messages, left] = await runClient(`
import time
from sumologic import SumoLogic
sumo = SumoLogic("id-1", "key-1", endpoint="${service.url}/api", cookieFile="/dev/null")
job = sumo.search_job("error", "2024-01-01T00:00:00", "2024-01-02T00:00:00", "UTC", False)
while sumo.search_job_status(job)["state"] != "DONE GATHERING RESULTS":
    time.sleep(0.05)
messages = sumo.search_job_messages(job, limit=10)
sumo.delete_search_job(job)
answer([messages, ${"len"}(job["id"])])
`);
  assert.deepEqual([messages.messages, left], [[{ map: MESSAGE }], 4]);
  assert.deepEqual(job.running, []);
  const own = await open(t, { service: jobs({ messages: [MESSAGE] }) });
  await own.provider.query("error", { start: "2024-01-01", end: "2024-01-02" });
  const [{ json, headers }] = own.service.requests;
  const [{ json: theirs, headers: theirHeaders }] = service.requests;
  assert.deepEqual([json, headers.authorization], [theirs, theirHeaders.authorization], "and asks as huntbook does");
});
