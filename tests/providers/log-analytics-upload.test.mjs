// Uploads to Log Analytics, by stand-ins for both services; that for the retired one checks signatures itself.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import test from "node:test";
import { assertHidden, hb, startService, testFaults } from "./helpers.mjs";

const RULE = `dcr-${"0123456789abcdef".repeat(2)}`;
const KEY = Buffer.from("a key of a workspace, 64 bytes of it in the real one").toString("base64");
const WORKSPACE = "11111111-2222-3333-4444-555555555555";
const ROW = { TimeGenerated: new Date(0), n: 1 };

/** The stand-in is where the proxy would be. */
async function open(t, answer = () => ({ status: 204, body: "" })) {
  const service = await startService(t, answer);
  const make = (options) => new hb.LogAnalyticsUploader({ endpoint: "https://hunt.ingest.monitor.azure.com", rule: RULE, auth: "token-1", proxy: service.url, ...options });
  return { service, make, uploader: make() };
}

/** As the documentation of the API says: base64 of HMAC-SHA256 of these lines. */
function isSigned({ headers, bytes, path }) {
  const text = ["POST", bytes.length, "application/json", `x-ms-date:${headers["x-ms-date"]}`, path.replace("/la-ingest", "")].join("\n");
  const signature = crypto.createHmac("sha256", Buffer.from(KEY, "base64")).update(text, "utf8").digest("base64");
  const isNow = Math.abs(Date.parse(headers["x-ms-date"]) - Date.now()) < 900_000 && /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/.test(headers["x-ms-date"]);
  return isNow && headers.authorization === `SharedKey ${WORKSPACE}:${signature}`;
}

async function openCollector(t, answer = () => ({ status: 200, body: "" }), key = KEY) {
  const service = await startService(t, (request) => (isSigned(request) ? answer(request) : { status: 403, body: { Error: "InvalidAuthorization", Message: "An invalid signature was specified in the Authorization header" } }));
  return { service, uploader: new hb.LogAnalyticsUploader({ workspace: WORKSPACE, auth: { sharedKey: key }, proxy: service.url }) };
}

// After a refusal nothing is asked twice, so what helps elsewhere does not here.
const NOT_AGAIN = { "cut off in the middle": { message: /broke off; try again\. The service has 0 rows, and perhaps of the first 1/ }, slow: { message: /within 0\.4 seconds.*perhaps of the first 1/ } };
const OTHER = { code: "badInput", message: /not that of the service \(200 .*perhaps of the first 1/ };
testFaults("Logs Ingestion", async (t) => {
  const { service, make } = await open(t);
  return { service, query: async ({ timeout, maxBytes } = {}) => ({ numRows: (await make({ timeout, maxBytes }).upload([ROW], { table: "T" })).rows }) };
}, { ...NOT_AGAIN, "invalid JSON": OTHER, "a page of HTML": OTHER });

test("Logs Ingestion: rows as they are, in batches of at most a megabyte", async (t) => {
  const { service, uploader } = await open(t);
  const rows = Array.from({ length: 30_000 }, (_, n) => ({ TimeGenerated: new Date(n * 1000), n, big: 9007199254740993n, text: `ö${n}`.repeat(10), none: null }));
  const seen = [];
  const result = await uploader.upload(await hb.Table.fromRows(rows), { table: "Own_CL", onProgress: (part) => seen.push(part) });
  assert.deepEqual(result, { rows: 30_000, requests: service.requests.length, sources: [{ name: undefined, rows: 30_000 }] });
  assert.ok(service.requests.length >= 4);
  for (const { method, path, query, headers, bytes } of service.requests) {
    assert.deepEqual([method, path, query.get("api-version"), headers.authorization, headers["content-type"]], ["POST", `/logs-ingestion/dataCollectionRules/${RULE}/streams/Custom-Own_CL`, "2023-01-01", "Bearer token-1", "application/json"]);
    assert.ok(bytes.length <= 1_000_000, String(bytes.length));
  }
  const sent = service.requests.flatMap(({ json }) => json);
  assert.deepEqual(sent.map(({ n }) => n), rows.map(({ n }) => n));
  assert.deepEqual([sent[1].TimeGenerated, sent[1].text], ["1970-01-01T00:00:01Z", "ö1".repeat(10)]);
  assert.match(service.requests[0].text, /"big":9007199254740993,/);
  assert.deepEqual([seen.at(-1), seen.every((one, i) => i === 0 || one >= seen[i - 1])], [1, true]);
});

test("Data Collector: signed, every value a text, 10,000 rows at once", async (t) => {
  const { service, uploader } = await openCollector(t);
  const rows = Array.from({ length: 10_001 }, (_, n) => ({ n, big: -9007199254740993n, real: 0.1, yes: true, none: null, text: 'a "b"\\ [1, {2}] ö', list: [1, 9007199254740993n, "x, y"], when: new Date(1) }));
  rows[1].real = null;
  const table = await hb.Table.fromRows(rows);
  assert.equal((await uploader.upload(table, { table: "Own", timeColumn: "when" })).requests, 2);
  assert.deepEqual(service.requests.map(({ json }) => json.length), [10_000, 1]);
  const [{ path, query, headers, json }] = service.requests;
  assert.deepEqual([path, query.get("api-version"), headers["log-type"], headers["time-generated-field"]], ["/la-ingest/api/logs", "2016-04-01", "Own", "when"]);
  const first = { n: "0", big: "-9007199254740993", real: "0.1", yes: "true", text: 'a "b"\\ [1, {2}] ö', list: '[1,9007199254740993,"x, y"]', when: "1970-01-01T00:00:00.001Z" };
  const { real, ...second } = { ...first, n: "1" };
  assert.deepEqual(json.slice(0, 2), [first, second]);
});

test("Data Collector: another key is refused, and no key is shown", async (t) => {
  const other = Buffer.from("another key").toString("base64");
  const { uploader } = await openCollector(t, undefined, other);
  await assert.rejects(uploader.upload([ROW], { table: "T" }), { code: "unauthorized", message: /403: An invalid signature was specified/ });
  const { service, uploader: right } = await openCollector(t);
  service.faulty = () => true;
  for (const fault of ["500", "slow", "cut off in the middle", "404"]) {
    service.fault = fault;
    await assertHidden([KEY, "token-1"], () => right.upload([ROW], { table: "T", signal: AbortSignal.timeout(300) }));
  }
  await assertHidden(["not base64!"], () => new hb.LogAnalyticsUploader({ workspace: WORKSPACE, auth: { sharedKey: "not base64!" }, proxy: service.url }).upload([ROW], { table: "T" }));
});

test("what was accepted is said, and nothing is sent twice", async (t) => {
  let failure;
  const { service, uploader } = await openCollector(t, ({ json }) => (Number(json[0].n) === 20_000 && failure ? failure : { status: 200, body: "" }));
  const table = await hb.Table.fromRows(Array.from({ length: 30_000 }, (_, n) => ({ n })));
  const attempt = async () => {
    service.requests.length = 0;
    return uploader.upload(table, { table: "T" }).then(() => undefined, (error) => error);
  };
  failure = { status: 400, body: { Error: "InvalidDataFormat", Message: "no object" } };
  const refused = await attempt();
  assert.deepEqual([refused.code, refused.sent], ["service", [{ name: undefined, rows: 20_000 }]]);
  assert.match(refused.message, /400: no object; check the rows, and what takes them\. The service has 20000 rows; error\.sent says which$/);
  failure = { status: 500, body: {} };
  const failed = await attempt();
  assert.deepEqual([failed.sent, service.requests.length], [[{ name: undefined, rows: 20_000, unsure: 10_000 }], 3]);
  assert.match(failed.message, /The service has 20000 rows, and perhaps of the next 10000; error\.sent says which$/);
  failure = { status: 502, headers: { "Retry-After": "0" }, body: {} };
  await attempt();
  assert.equal(service.requests.length, 3, "a gateway may have passed it on");
  failure = { status: 503, headers: { "Retry-After": "0" }, body: {} };
  assert.deepEqual([(await attempt()).sent, service.requests.length], [[{ name: undefined, rows: 20_000 }], 6]);
  // What is left goes on from there.
  failure = undefined;
  assert.equal((await uploader.upload(table.slice(refused.sent[0].rows), { table: "T" })).rows, 10_000);
});

test("an upload that is cancelled says what is there", async (t) => {
  const stop = new AbortController();
  const { service, make } = await open(t, () => (service.requests.length === 2 ? new Promise(() => stop.abort("enough")) : { status: 204, body: "" }));
  const table = await hb.Table.fromRows(Array.from({ length: 3 }, () => ({ text: "x".repeat(600_000) })));
  await assert.rejects(make().upload(table, { table: "T", signal: stop.signal }), ({ code, cause, sent }) => code === "cancelled" && cause === "enough" && assert.deepEqual(sent, [{ name: undefined, rows: 1, unsure: 1 }]) === undefined);
  await assert.rejects(make().upload(table, { table: "T", signal: AbortSignal.abort("before") }), { code: "cancelled", cause: "before" });
});

test("files and folders: a table of each, by its name", async (t) => {
  const { service, uploader } = await open(t);
  const file = (name, text) => new File([text], name);
  const files = [file("a b.csv", "n\n1\n2"), file("c.ndjson", '{"n":3}')];
  const { sources } = await uploader.upload(files);
  assert.deepEqual(sources, [{ name: "a b.csv", rows: 2 }, { name: "c.ndjson", rows: 1 }]);
  assert.deepEqual(service.requests.map(({ path, json }) => [path.split("/").pop(), json]), [["Custom-a_b", [{ n: 1 }, { n: 2 }]], ["Custom-c", [{ n: 3 }]]]);
  const entries = [...files, file(".hidden", "x")].map((one) => ({ kind: "file", name: one.name, getFile: async () => one }));
  const folder = { kind: "directory", async *values() { yield* [entries[1], { kind: "directory", name: "more" }, entries[2], entries[0]]; } };
  service.requests.length = 0;
  assert.equal((await uploader.upload(folder, { table: "Microsoft-Own" })).rows, 3);
  assert.deepEqual(service.requests.map(({ path }) => path.split("/").pop()), ["Microsoft-Own", "Microsoft-Own"]);
  assert.equal((await uploader.upload(entries[0])).rows, 2);
  assert.equal((await uploader.upload([], { table: "T" })).rows, 0);
  // The second file is none that can be read: the first is there.
  await assert.rejects(uploader.upload([files[0], file("x.json", "{")]), ({ sent }) => assert.deepEqual(sent, [{ name: "a b.csv", rows: 2 }, { name: "x.json", rows: 0 }]) === undefined);
});

test("mistakes", async (t) => {
  const { service, make, uploader } = await open(t);
  for (const [options, message] of [
    [{ rule: undefined }, /^LogAnalyticsUploader: pass \{ endpoint/], [{ rule: "dcr-1" }, /immutable id/], [{ endpoint: undefined, proxy: undefined }, /^LogAnalyticsUploader: option `endpoint` should be a host/],
    [{ auth: undefined }, /there is no `auth`/], [{ cloud: "mars" }, /no cloud "mars"/], [{ rul: 1 }, /no option `rul` \(there are: endpoint, rule, workspace, cloud, auth/],
    [{ rule: undefined, endpoint: undefined, auth: { sharedKey: KEY } }, /there is no workspace/], [{ rule: undefined, workspace: WORKSPACE, auth: { sharedKey: KEY } }, /`endpoint` goes with `rule`/],
    [{ rule: undefined, endpoint: undefined, workspace: "evil.example/x", auth: { sharedKey: KEY } }, /there is no workspace/],
  ]) await assert.rejects(make(options).upload([ROW], { table: "T" }), { code: "invalidArgument", message }, String(message));
  for (const [source, options, message] of [
    ["a,b", { table: "T" }, /a text is no table/], [[ROW], {}, /where the rows go/], [[ROW], { tabel: "T" }, /upload: there is no option `tabel`/], [[ROW], { table: "T", timeColumn: "n" }, /retired API/],
  ]) await assert.rejects(uploader.upload(source, options), { code: "invalidArgument", message });
  const collector = new hb.LogAnalyticsUploader({ workspace: WORKSPACE, auth: { sharedKey: KEY }, proxy: service.url });
  await assert.rejects(collector.upload([ROW], { table: "Own table" }), { code: "invalidArgument", message: /up to 100 letters, digits and _/ });
  await assert.rejects(collector.upload([ROW], { table: "T", timeColumn: "when" }), { code: "invalidArgument", message: /no column "when" \(there are: TimeGenerated, n\)/ });
  const long = [{ text: "x" }, { text: "x".repeat(1_000_001) }];
  await assert.rejects(uploader.upload(long, { table: "T" }), ({ code, message, sent }) => code === "limitExceeded" && /row 1 has 10000\d\d bytes.*The service has 1 rows/.test(message) && sent[0].rows === 1);
});
