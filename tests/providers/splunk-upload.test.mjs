// Uploads to Splunk, by a stand-in for its event collector and its management port.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, startService, testFaults } from "./helpers.mjs";

const SUCCESS = { text: "Success", code: 0 };
const ROW = { TimeGenerated: new Date(1500), n: 1 };

async function open(t, answer = () => SUCCESS) {
  const service = await startService(t, answer);
  const make = (options) => new hb.SplunkUploader({ host: service.url, auth: { hecToken: "hec-1" }, ...options });
  return { service, make, uploader: make() };
}

/** The objects that lie one after the other in a request. */
const eventsOf = ({ text }) => text.split("\n").map((line) => JSON.parse(line));

testFaults("Splunk collector", async (t) => {
  const { service, make } = await open(t);
  return { service, query: async ({ timeout, maxBytes } = {}) => ({ numRows: (await make({ timeout, maxBytes }).upload([ROW])).rows }) };
});

test("a collector's events have their times, and go in batches", async (t) => {
  const { service, uploader } = await open(t);
  const rows = [{ TimeGenerated: new Date(1500), other: new Date(0), n: 9007199254740993n, text: "ö\n" }, { TimeGenerated: null, other: new Date(0), n: 2n, text: null }, { TimeGenerated: new Date(-1500), other: null, n: 3n, text: "" }];
  const result = await uploader.upload(rows, { index: "hunt", sourcetype: "huntbook", host: "lab" });
  assert.deepEqual(result, { rows: 3, requests: 1, sources: [{ name: undefined, rows: 3 }] });
  const [request] = service.requests;
  assert.deepEqual([request.method, request.path, request.headers.authorization], ["POST", "/services/collector/event", "Splunk hec-1"]);
  assert.deepEqual(eventsOf(request).map(({ time, index, sourcetype, host }) => [time, index, sourcetype, host]), [[1.5, "hunt", "huntbook", "lab"], [undefined, "hunt", "huntbook", "lab"], [-1.5, "hunt", "huntbook", "lab"]]);
  assert.match(request.text, /"event":\{"TimeGenerated":"1970-01-01T00:00:01.5(00)?Z","other":"1970-01-01T00:00:00Z","n":9007199254740993,"text":"ö\\n"\}/);
  service.requests.length = 0;
  await uploader.upload(await hb.read("t,n\n2024-01-01T10:00:00.1234567Z,1\n2024-01-01T10:00:00Z,2"));
  assert.match(service.requests[0].text, /"sourcetype":"_json","time":1704103200\.123456\}\n.*"time":1704103200\}$/);
  service.requests.length = 0;
  await uploader.upload(rows, { timeColumn: "other" });
  assert.deepEqual(eventsOf(service.requests[0]).map(({ time }) => time), [0, 0, undefined]);
  service.requests.length = 0;
  const many = await hb.Table.fromRows(Array.from({ length: 25_000 }, (_, n) => ({ when: new Date(n * 1000), n, text: "x".repeat(60) })));
  await uploader.upload(many);
  assert.ok(service.requests.length > 2 && service.requests.every(({ bytes }) => bytes.length <= 1_000_000));
  assert.deepEqual(service.requests.flatMap(eventsOf).map(({ time, event }) => time - event.n), new Array(25_000).fill(0));
});

test("the default port, and the proxy's route", async (t) => {
  const { service } = await open(t);
  await new hb.SplunkUploader({ host: "splunk.example.com", auth: { hecToken: "hec-1" }, proxy: service.url }).upload([ROW]);
  assert.equal(service.requests[0].path, "/splunk-hec/services/collector/event");
  const outside = await new hb.SplunkUploader({ host: "127.0.0.1", port: 1, auth: { hecToken: "hec-1" } }).upload([ROW]).catch(({ message }) => message);
  assert.match(outside, /127\.0\.0\.1:1 cannot be reached/);
});

test("an event that is wrong, an index that is not there, and a batch whose answer is lost", async (t) => {
  let failure = { status: 400, body: { text: "Invalid data format", code: 6, "invalid-event-number": 1 } };
  const { service, uploader } = await open(t, () => failure);
  const three = [{ n: 1 }, { n: 2 }, { n: 3 }];
  const fails = async (options) => {
    service.requests.length = 0;
    return uploader.upload(three, options).then(() => assert.fail("it should fail"), (error) => error);
  };
  const wrong = await fails();
  assert.match(wrong.message, /answered 400: Invalid data format \(event 1 of the batch, from 0\)\. The service has 0 rows, and perhaps of the first 3/);
  assert.deepEqual(wrong.sent, [{ name: undefined, rows: 0, unsure: 3 }]);
  failure = { status: 400, body: { text: "Incorrect index", code: 7, "invalid-event-number": 0 } };
  assert.match((await fails({ index: "nowhere" })).message, /the index nowhere is not there, or the token may not write to it/);
  failure = { status: 403, body: { text: "Invalid token", code: 4 } };
  const refused = await fails();
  assert.deepEqual([refused.code, refused.sent, service.requests.length], ["unauthorized", [{ name: undefined, rows: 0 }], 1]);
  failure = { body: { text: "odd", code: 99 } };
  assert.deepEqual([(await fails()).code, (await fails()).sent], ["service", [{ name: undefined, rows: 0, unsure: 3 }]]);
  failure = { status: 504, body: {} };
  assert.deepEqual([(await fails()).sent, service.requests.length], [[{ name: undefined, rows: 0, unsure: 3 }], 1]);
  failure = { status: 503, headers: { "Retry-After": "0" }, body: { text: "Server is busy", code: 9 } };
  assert.deepEqual([(await fails()).sent, service.requests.length], [[{ name: undefined, rows: 0 }], 4]);
  await assert.rejects(uploader.upload(three, { createIndex: true }), { code: "invalidArgument", message: /a collector's token cannot create an index/ });
});

/** The management port: indexes, sign-in and events one by one. */
async function openManagement(t, options = {}) {
  const indexes = new Set(["hunt"]);
  let [sessions, valid] = [0, "session-1"];
  const service = await startService(t, ({ method, path, query, headers, text }) => {
    if (path === "/services/auth/login") {
      const form = new URLSearchParams(text);
      return form.get("username") === "ann" && form.get("password") === "pass word" ? { sessionKey: (valid = `session-${++sessions}`) } : { status: 401, body: { messages: [{ type: "WARN", text: "Login failed" }] } };
    }
    if (![`Splunk ${valid}`, "Bearer token-1"].includes(headers.authorization)) return { status: 401, body: { messages: [{ type: "WARN", text: "call not properly authenticated" }] } };
    if (path === "/services/data/indexes" && method === "POST") return indexes.add(new URLSearchParams(text).get("name")) && { status: 201, body: {} };
    if (path.startsWith("/services/data/indexes/")) return indexes.has(decodeURIComponent(path.split("/")[4])) ? {} : { status: 404, body: { messages: [{ type: "ERROR", text: "Could not find object" }] } };
    return path === "/services/receivers/simple" && indexes.has(query.get("index")) ? { body: {} } : { status: 400, body: { messages: [{ type: "ERROR", text: "no such index" }] } };
  });
  const uploader = new hb.SplunkUploader({ host: service.url, auth: { user: "ann", password: "pass word" }, ...options });
  const events = () => service.requests.filter(({ path }) => path === "/services/receivers/simple");
  return { service, uploader, events, expire: () => (valid = "none") };
}

test("by name and password: rows one by one, into an index that is there or is made", async (t) => {
  const { service, uploader, events, expire } = await openManagement(t);
  await assert.rejects(uploader.upload([ROW], { index: "new one" }), { code: "invalidArgument", message: /Splunk has no index "new one"; check its name, or pass \{ createIndex: true \}/ });
  assert.equal((await uploader.upload([ROW, { n: 2 }], { index: "new one", createIndex: true, sourcetype: "st", host: "lab" })).rows, 2);
  assert.deepEqual(events().map(({ query, text }) => [query.get("index"), query.get("sourcetype"), query.get("host"), JSON.parse(text).n]), [["new one", "st", "lab", 1], ["new one", "st", "lab", 2]]);
  expire();
  assert.equal((await uploader.upload(new File(["a\n1"], "a.csv"), { index: "hunt" })).rows, 1);
  assert.equal(events().at(-1).query.get("source"), "a.csv");
  assert.equal(service.requests.filter(({ path }) => path === "/services/auth/login").length, 2);
  const wrong = new hb.SplunkUploader({ host: service.url, auth: { user: "ann", password: "wrong one" } });
  await assert.rejects(wrong.upload([ROW], { index: "hunt" }), { code: "unauthorized", message: /401: Login failed/ });
});

test("by token", async (t) => {
  const { uploader, events } = await openManagement(t, { auth: { token: "token-1" } });
  assert.equal((await uploader.upload([ROW], { index: "hunt" })).rows, 1);
  assert.equal(events()[0].headers.authorization, "Bearer token-1");
  await assert.rejects(uploader.upload([ROW]), { message: /say where the events go/ });
});

test("no key is shown", async (t) => {
  const { service } = await open(t, ({ headers, text }) => ({ status: 400, body: { text: `bad ${headers.authorization} ${text}`, code: 5 } }));
  for (const auth of [{ hecToken: "hec-1" }, { token: "token-1" }, { user: "ann", password: "pass word" }]) {
    await assertHidden(["hec-1", "token-1", "pass word", "pass%20word", "pass+word"], () => new hb.SplunkUploader({ host: service.url, auth }).upload([ROW], { index: "x" }));
  }
});

test("mistakes", async (t) => {
  const { make, uploader } = await open(t);
  for (const [options, message] of [
    [{ auth: undefined }, /`auth` should be \{ hecToken \}/], [{ auth: { hecToken: "a", token: "b" } }, /`auth` should be/], [{ auth: { hecToken: 5 } }, /^SplunkUploader: there is no hecToken/],
    [{ host: undefined }, /^SplunkUploader: option `host` should be a host/], [{ hots: 1 }, /no option `hots`/], [{ auth: { password: "x" } }, /there is no user/],
  ]) await assert.rejects(make(options).upload([ROW]), { code: "invalidArgument", message }, String(message));
  for (const [options, message] of [[{ index: 5 }, /`index` should be a text/], [{ timeColumn: "n" }, /no column of times "n" \(there are: TimeGenerated\)/], [{ sourcetyp: "x" }, /no option `sourcetyp`/]]) {
    await assert.rejects(uploader.upload([ROW], options), { code: "invalidArgument", message });
  }
});
