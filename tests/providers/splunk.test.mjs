// Splunk, by a stand-in that answers as the server does.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { startSplunk } from "./splunk-server.mjs";

const AUTH = { user: "admin", password: "secret-1" };

async function open(t, settings, options) {
  const service = await startSplunk(t, settings);
  const provider = new hb.QueryProvider("Splunk", { builtIn: false });
  await provider.connect({ host: service.url, auth: AUTH, ...options });
  return { service, provider, query: (options) => provider.query("index=main", options) };
}

const asked = ({ requests }, method, path) => requests.filter((request) => request.method === method && path.test(request.path));
const formOf = ({ text }) => Object.fromEntries(new URLSearchParams(text));
const rowsOf = (count) => Array.from({ length: count }, (_, i) => ({ _time: "2024-01-01T00:00:00.000+00:00", n: String(i) }));

testFaults("Splunk", open);
for (const [place, path] of [["making the job", /jobs$/], ["its state", /jobs\/[^/]+$/], ["its rows", /results$/]]) {
  test(`a job that breaks at ${place} is not left behind`, async (t) => {
    const { service, query } = await open(t);
    service.faulty = (request) => path.test(request.path) && request.method !== "DELETE";
    service.fault = 500;
    await assert.rejects(query(), { code: "network", message: /Splunk answered 500/ });
    assert.equal(service.jobs.size, 0);
    service.fault = "503 once";
    assert.equal((await query()).numRows, 1);
    assert.equal(service.jobs.size, 0);
  });
}

test("a job is made, polled, read and deleted as the server wants it", async (t) => {
  const { service, provider } = await open(t, { polls: 3 });
  service.requests.length = 0;
  const progress = [];
  const table = await provider.query("index=main", { start: "2024-01-01", end: new Date("2024-01-02T00:00:00Z"), onProgress: (fraction) => progress.push(fraction) });
  assert.deepEqual(table.rows(), [{ _time: new Date("2024-01-01T00:00:00Z"), host: "web01", count: "3" }]);
  const job = "/services/search/v2/jobs/1700000000.1";
  assert.deepEqual(service.requests.map(({ method, path, query }) => `${method} ${path}?${query}`), [
    "POST /services/search/v2/jobs?", `GET ${job}?output_mode=json`, `GET ${job}?output_mode=json`, `GET ${job}?output_mode=json`,
    `GET ${job}/results?output_mode=json&count=1&offset=0`, `DELETE ${job}?output_mode=json`,
  ]);
  assert.deepEqual(formOf(service.requests[0]), {
    search: "search index=main", earliest_time: "2024-01-01T00:00:00.000+00:00", latest_time: "2024-01-02T00:00:00.000+00:00", output_mode: "json", exec_mode: "normal", max_count: "100001", auto_cancel: "300",
  });
  assert.equal(service.requests[0].headers.authorization, "Splunk session-1");
  assert.deepEqual(progress.map((fraction) => Number(fraction.toFixed(2))), [0.27, 0.53, 0.8, 1, 1]);
});

for (const [name, text, sent] of [
  ["words", "error OR failed", "search error OR failed"],
  ["a pipe", "  | tstats count", "  | tstats count"],
  ["the command itself", "search index=a", "search index=a"],
  ["the command in capitals", "SEARCH (a OR b)", "SEARCH (a OR b)"],
  ["a field of that name", "search=abc", "search search=abc"],
  ["a word that begins so", "searching", "search searching"],
  ["a comment before a pipe", "```why```\n| makeresults", "```why```\n| makeresults"],
  ["a comment before words", "```why```\nindex=a", "```why```\nsearch index=a"],
]) {
  test(`what a search begins with: ${name}`, async (t) => {
    const { service, provider } = await open(t, { polls: 0 });
    service.faulty = ({ path }) => path.endsWith("/jobs");
    await provider.query(text).catch(() => {});
    assert.equal(formOf(asked(service, "POST", /jobs$/)[0]).search, sent);
  });
}

test("rows come in pages, up to a limit, and all of them", async (t) => {
  const { service, provider, query } = await open(t, { rows: rowsOf(25_000), early: 1 });
  const table = await query();
  assert.deepEqual([table.numRows, table.report.partial, table.row(24_999).n], [25_000, false, "24999"]);
  assert.deepEqual(asked(service, "GET", /results$/).map(({ query }) => [query.get("count"), query.get("offset")]), [["10000", "0"], ["10000", "0"], ["10000", "10000"], ["5000", "20000"]], "the first was too early");
  service.settings.maxRows = 4000;
  assert.equal((await query()).numRows, 25_000, "a server that gives less at once is asked more often");
  service.settings.maxRows = 50_000;
  service.settings.rows = rowsOf(100_001);
  const most = await query();
  assert.deepEqual([most.numRows, most.report.partial, most.report.notes], [100_000, true, ["there are more than 100000 rows; raise { limit }, or ask for less"]]);
  const some = await provider.query("index=main", { limit: 12_000 });
  assert.deepEqual([some.numRows, some.report.partial], [12_000, false]);
  assert.equal(formOf(asked(service, "POST", /jobs$/).at(-1)).max_count, "12000");
});

test("fields keep their order, without values too; several values are a list", async (t) => {
  const { query, service } = await open(t, { fields: ["user", "src", "none"], rows: [{ src: ["10.0.0.1", "10.0.0.2"], user: "007" }, { src: ["10.0.0.3"], user: "8" }] });
  const table = await query();
  assert.deepEqual(table.columns.map(({ name, type }) => `${name} ${type}`), ["user text", "src list<text>", "none text"]);
  assert.deepEqual(table.rows(), [{ user: "007", src: ["10.0.0.1", "10.0.0.2"], none: null }, { user: "8", src: ["10.0.0.3"], none: null }]);
  Object.assign(service.settings, { rows: [], messages: [{ type: "INFO", text: "Your timerange was substituted" }] });
  const empty = await query();
  assert.deepEqual([empty.numRows, empty.numColumns, empty.report.partial, empty.report.notes], [0, 3, false, ["Your timerange was substituted"]]);
});

for (const [name, settings, expected] of [
  ["the server finalised it", { job: { isFinalized: true } }, /finalised before it was done/],
  ["a warning says so", { messages: [{ type: "WARN", text: "Search results might be incomplete: peer idx2 failed" }] }, /might be incomplete: peer idx2/],
  ["an error beside rows", { messages: [{ type: "ERROR", text: "Could not load lookup=LOOKUP-x" }] }, /Could not load lookup/],
  ["fewer rows than it found", { job: { resultCount: 7 } }, /^1 of 7 rows came/],
]) {
  test(`rows are missing: ${name}`, async (t) => {
    const { query } = await open(t, settings);
    const { report, numRows } = await query();
    assert.deepEqual([numRows, report.partial], [1, true]);
    assert.match(report.notes[0], expected);
    await assert.rejects(query({ onPartial: "error" }), ({ partial }) => partial.numRows === 1);
  });
}

test("a warning that is about something else is a note", async (t) => {
  const { query } = await open(t, { messages: [{ type: "WARN", text: "Field 'x' does not exist" }] });
  const { report } = await query();
  assert.deepEqual([report.partial, report.notes], [false, ["Field 'x' does not exist"]]);
});

test("a search that fails says why, and a search that is no search too", async (t) => {
  const { service, query, provider } = await open(t, { job: { isFailed: true, dispatchState: "FAILED", messages: [{ type: "FATAL", text: "Unknown search command 'stat'." }] } });
  await assert.rejects(query(), { code: "service", message: "the query: Splunk: the search failed: Unknown search command 'stat'; check the query" });
  assert.deepEqual(service.removed, [["1700000000.1", "cancelled"]]);
  service.settings.job = { isFailed: true, messages: { fatal: ["of an older server"] } };
  await assert.rejects(query(), { message: /failed: of an older server; check/ });
  await assert.rejects(provider.query("| x", { mode: "quick" }), { code: "invalidArgument", message: /`mode` should be one of job, oneshot, export/ });
  await assert.rejects(provider.query("| x", { limit: 0.5 }), { code: "invalidArgument", message: /`limit` should be a whole number/ });
});

test("a job that takes too long is cancelled", async (t) => {
  const { service, query } = await open(t, { polls: 1e9 });
  await assert.rejects(query({ timeout: 0.2 }), { code: "timeout", message: /not done within 0.2 seconds.*was cancelled; ask for less time, or raise \{ timeout \}/ });
  assert.deepEqual(service.removed, [["1700000000.1", "cancelled"]]);
  const slow = await open(t, { polls: 1e9 }, { timeout: 0.2 });
  await assert.rejects(slow.query(), { code: "timeout", message: /within 0.2 seconds/ }, "also where the connection says so");
});

test("a job that the user stops waiting for is cancelled, also while it is being made", async (t) => {
  const { service, query } = await open(t, { polls: 1e9 });
  const stop = new AbortController();
  const running = query({ signal: stop.signal });
  await until(() => service.jobs.size === 1);
  stop.abort("enough");
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
  await until(() => service.removed.length === 1);
  assert.deepEqual(service.removed, [["1700000000.1", "cancelled"]]);
  const early = new AbortController();
  const second = query({ signal: early.signal });
  await until(() => asked(service, "POST", /jobs$/).length === 2);
  early.abort("sooner");
  await assert.rejects(second, { code: "cancelled", cause: "sooner" });
  await until(() => service.removed.length === 2);
  assert.equal(service.jobs.size, 0);
});

test("a server that does not take the job away keeps nobody who wants to stop", async (t) => {
  const { service, query } = await open(t, { polls: 1e9 });
  service.faulty = ({ path }) => path.endsWith("/control");
  service.fault = "slow";
  const stop = new AbortController();
  const running = query({ signal: stop.signal });
  await until(() => asked(service, "GET", /jobs\/[^/]+$/).length > 0);
  stop.abort("enough");
  await assert.rejects(running, { code: "cancelled" });
  assert.equal(asked(service, "POST", /control$/).length, 1);
});

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("a one-shot search is one request", async (t) => {
  const { service, provider } = await open(t, { rows: rowsOf(3) });
  service.requests.length = 0;
  const table = await provider.query("index=main", { mode: "oneshot", limit: 2 });
  assert.equal(table.numRows, 2);
  assert.deepEqual(service.requests.map(formOf), [{ search: "search index=main", output_mode: "json", exec_mode: "oneshot", count: "2" }]);
  service.settings.rows = rowsOf(50_001);
  const { report, numRows } = await provider.query("index=main", { mode: "oneshot" });
  assert.deepEqual([numRows, report.partial], [50_000, true]);
  assert.match(report.notes[0], /gives 50000 rows at most; use \{ mode: "job" \}/);
});

test("an export gives all rows, whatever their fields are called", async (t) => {
  const rows = [{ offset: "a", preview: "b", lastrow: "c", "d.e": "\n}" }, { offset: "f", list: ["1", "2"] }];
  const { service, provider } = await open(t, { rows, messages: [{ type: "WARN", text: "a note" }] });
  const table = await provider.query("index=main", { mode: "export" });
  assert.deepEqual(table.rows(), [{ offset: "a", preview: "b", lastrow: "c", "d.e": "\n}", list: null }, { offset: "f", preview: null, lastrow: null, "d.e": null, list: ["1", "2"] }]);
  assert.deepEqual(table.report.notes, ["a note"]);
  const [request] = asked(service, "POST", /export$/);
  assert.deepEqual([request.path, formOf(request)], ["/services/search/v2/jobs/export", { search: "search index=main", output_mode: "json", preview: "false" }]);
  assert.equal((await provider.query("index=main", { mode: "export", limit: 1 })).numRows, 1);
  service.settings.messages = [{ type: "FATAL", text: "out of disk" }];
  await assert.rejects(provider.query("index=main", { mode: "export" }), { code: "service", message: /out of disk; check the query/ });
  Object.assign(service.settings, { messages: [], rows: [] });
  assert.equal((await provider.query("index=main", { mode: "export" })).numColumns, 0);
});

test("an older server is asked the older way, once it is known", async (t) => {
  const { service, query } = await open(t, { version: "8.2.0" });
  assert.equal((await query()).numRows, 1);
  assert.equal((await query()).numRows, 1);
  assert.deepEqual(asked(service, "POST", /jobs$/).map(({ path }) => path), ["/services/search/v2/jobs", "/services/search/jobs", "/services/search/jobs"]);
  assert.deepEqual(service.removed.map(([, how]) => how), ["deleted", "deleted"]);
});

test("a session is asked for once, and again after it has ended", async (t) => {
  const { service, provider } = await open(t);
  const logins = () => asked(service, "POST", /auth\/login$/);
  assert.deepEqual([logins().length, formOf(logins()[0]), logins()[0].query.get("output_mode")], [1, { username: "admin", password: "secret-1" }, "json"]);
  service.settings.session = "session-2";
  await Promise.all([provider.query("a"), provider.query("b"), provider.query("c")]);
  assert.equal(logins().length, 2);
  assert.equal(service.requests.at(-1).headers.authorization, "Splunk session-2");
  service.settings.password = "changed";
  service.settings.session = "session-3";
  await assert.rejects(provider.query("d"), { code: "unauthorized", message: /401: Login failed; sign in again, or check the key/ });
});

const jwt = (claims) => ["{}", JSON.stringify(claims), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
for (const [name, claims, expected] of [
  ["has expired", { idp: "Splunk", iat: 1, exp: 1_700_000_000 }, /this bearer token has expired on 2023-11-14T22:13:20.000Z; make a new one/],
  ["is not valid yet", { idp: "Splunk", iat: 4_000_000_000, exp: 5_000_000_000 }, /valid from 2096-10-02T07:06:40.000Z on; check the clock/],
  ["does not expire", { idp: "Splunk", iat: 1, exp: 0 }],
  ["is of somebody else", { idp: "Okta", iat: 1, exp: 2 }],
  ["is valid", { idp: "splunk", iat: 1, exp: 5_000_000_000 }],
]) {
  test(`a token that ${name}`, async (t) => {
    const token = jwt(claims);
    const service = await startSplunk(t, { tokens: [token] });
    const connected = new hb.QueryProvider("Splunk", { builtIn: false }).connect({ host: service.url, auth: { token } });
    if (expected) await assert.rejects(connected, { code: "unauthorized", message: expected });
    else assert.equal((await (await connected).query("x")).numRows, 1);
    assert.equal(service.requests.length > 0, !expected);
    for (const { headers } of service.requests) assert.equal(headers.authorization, `Bearer ${token}`);
  });
}

test("owners, apps and sharing are in the path", async (t) => {
  for (const [options, space] of [
    [{}, "/services"], [{ app: "sec" }, "/servicesNS/-/sec"], [{ owner: "a b" }, "/servicesNS/a%20b/-"], [{ owner: "bob", app: "x", sharing: "app" }, "/servicesNS/nobody/x"],
    [{ sharing: "system" }, "/servicesNS/nobody/system"],
  ]) {
    const { service, query } = await open(t, {}, options);
    await query();
    assert.deepEqual(new Set(service.requests.map(({ path }) => path.replace(/\/(saved|search|auth)\/.*/, ""))), new Set(["/services", space]), JSON.stringify(options));
  }
});

test("saved searches are queries, with their own time or another", async (t) => {
  const saved = [
    ["Errors in the last hour", { search: "error OR failed | eval a=\"{x}\" | rex \"$<b>$\"", "dispatch.earliest_time": "-1h@h", "dispatch.latest_time": "now", description: "What went wrong" }],
    ["errors/in the last hour", { search: "| tstats count" }], ["Errors-in the last hour", { search: "x" }], ["empty", { search: "" }],
  ];
  const { service, provider } = await open(t, { saved });
  const { SavedSearches } = provider;
  assert.deepEqual(Object.keys(SavedSearches), ["Errors_in_the_last_hour", "errors_in_the_last_hour", "Errors_in_the_last_hour_2"]);
  assert.equal(SavedSearches.Errors_in_the_last_hour.render(), "search error OR failed | eval a=\"{x}\" | rex \"$<b>$\"");
  assert.match(SavedSearches.Errors_in_the_last_hour.help(), /What went wrong/);
  const timesOf = async (params, options) => {
    service.requests.length = 0;
    await SavedSearches.Errors_in_the_last_hour(params, options);
    return asked(service, "POST", /jobs$/).map(formOf).map(({ earliest_time, latest_time }) => [earliest_time, latest_time]).sort();
  };
  assert.deepEqual(await timesOf(), [["-1h@h", "now"]]);
  assert.deepEqual(await timesOf({ start: "2024-01-01", end: new Date("2024-01-02T00:00:00Z") }), [["2024-01-01T00:00:00.000+00:00", "2024-01-02T00:00:00.000+00:00"]]);
  assert.deepEqual(await timesOf({ start: "2024-01-01T00:00", end: "2024-01-01T12:00Z" }, { splitBy: "6h" }), [
    ["2024-01-01T00:00:00.000+00:00", "2024-01-01T06:00:00.000+00:00"], ["2024-01-01T06:00:00.000+00:00", "2024-01-01T12:00:00.000+00:00"],
  ]);
  await SavedSearches.errors_in_the_last_hour();
  const { search, earliest_time, latest_time } = formOf(asked(service, "POST", /jobs$/).at(-1));
  assert.deepEqual([search, earliest_time, latest_time], ["| tstats count", "0", "now"]);
  await provider.Alerts.list_fired_alerts();
  assert.match(formOf(asked(service, "POST", /jobs$/).at(-1)).search, /^\| rest \/services\/alerts\/fired_alerts /);
  assert.deepEqual(await provider.schema(), Object.fromEntries(["main", "_audit"].map((name) => [name, { _time: "time", _raw: "string", host: "string", source: "string", sourcetype: "string", index: "string" }])));
});

test("who may not see saved searches has none, and who wants none neither", async (t) => {
  const service = await startSplunk(t);
  service.fault = 403;
  service.faulty = ({ path }) => path.endsWith("/saved/searches");
  const provider = new hb.QueryProvider("Splunk", { builtIn: false });
  await provider.connect({ host: service.url, auth: { token: "token-1" } });
  assert.deepEqual((await provider.list()).map(({ name }) => name), ["list_fired_alerts"]);
  service.requests.length = 0;
  await provider.connect({ host: service.url, auth: { token: "token-1" }, savedSearches: false });
  assert.equal(service.requests.length, 0);
});

test("the package's queries have their time in the text, up to the next part and without it", async (t) => {
  const service = await startSplunk(t);
  const provider = new hb.QueryProvider("Splunk");
  await provider.connect({ host: service.url, auth: AUTH });
  await provider.Authentication.list_logon_failures({ start: "2024-01-01", end: "2024-01-03" }, { splitBy: "1d" });
  const texts = asked(service, "POST", /jobs$/).map(formOf);
  assert.deepEqual(texts.map(({ search }) => /earliest="([^"]*)" latest="([^"]*)"/.exec(search).slice(1)).sort(), [
    ["2024-01-01 00:00:00.000000 +0000", "2024-01-02 00:00:00.000000 +0000"], ["2024-01-02 00:00:00.000000 +0000", "2024-01-03 00:00:00.000000 +0000"],
  ]);
  assert.ok(texts.every(({ search, earliest_time }) => search.startsWith("search index=") && earliest_time === undefined));
});

test("by the proxy no host is needed, and its key may be the proxy's", async (t) => {
  const service = await startSplunk(t, { tokens: ["undefined"] });
  service.settings.tokens = [""];
  const seen = [];
  const proxy = await startService(t, async ({ method, path, query, headers, text }) => {
    seen.push([method, path, headers.authorization]);
    const answer = await fetch(`${service.url}${path}?${query}`, { method, body: text || undefined, headers: { "Content-Type": headers["content-type"] ?? "", Authorization: "Splunk session-1" } });
    return { status: answer.status, headers: { "Content-Type": "application/json" }, body: Buffer.from(await answer.arrayBuffer()) };
  });
  const provider = new hb.QueryProvider("Splunk", { proxy: proxy.url, builtIn: false });
  await provider.connect();
  assert.equal((await provider.query("x")).numRows, 1);
  assert.ok(seen.every(([, path, key]) => path.startsWith("/splunk/services/") && key === undefined));
  assert.deepEqual(await provider.connections(), [{ alias: "default", label: "Splunk by the proxy" }]);
});

test("settings of msticpy are enough", async (t) => {
  const service = await startSplunk(t);
  const { hostname, port } = new URL(service.url);
  for (const args of [{ username: "admin", password: "secret-1" }, { bearer_token: "token-1" }]) {
    const settings = await hb.readSettings({ DataProviders: { Splunk: { Args: { host: hostname, port: Number(port), http_scheme: "http", ...args } } } });
    const provider = new hb.QueryProvider("Splunk", { settings, builtIn: false });
    await provider.connect();
    assert.equal((await provider.query("x")).numRows, 1);
  }
});

test("recorded answers", { skip }, async (t) => {
  const service = await startService(t, ({ path, method }) => {
    if (path.endsWith("/login")) return recorded("splunk_login_200.json");
    if (path.endsWith("/saved/searches")) return recorded("splunk_saved_searches_200.json");
    if (path.endsWith("/results")) return recorded("splunk_results_200.json");
    if (method === "POST") return { status: 201, body: recorded("splunk_create_job_201.json") };
    return recorded("splunk_job_status_200.json");
  });
  const provider = new hb.QueryProvider("Splunk", { builtIn: false });
  await provider.connect({ host: service.url, auth: AUTH });
  const table = await provider.SavedSearches.Errors_in_the_last_hour();
  assert.deepEqual(table.rows(), [{ _time: new Date("2024-01-01T00:00:00Z"), host: "web01", _raw: "sshd[123]: Failed password for root" }]);
  assert.match(table.report.notes[0], /^1 of 5 rows came/, "the recorded status is of another search");
  for (const [status, code, message] of [[400, "service", /400: Error in 'SearchParser': Missing a search command before '\|'; check the query/], [401, "unauthorized", /401: call not properly authenticated/]]) {
    const broken = await startService(t, ({ path }) => (path.endsWith("/login") ? recorded("splunk_login_200.json") : { status, body: recorded(`splunk_error_${status}.json`) }));
    await provider.connect({ host: broken.url, auth: AUTH, savedSearches: false });
    await assert.rejects(provider.query("x"), { code, message });
  }
});

test("no key is in an error, a result or what is shown of a provider", async (t) => {
  const secrets = ["secret-1", "session-1"];
  const { service, provider, query } = await open(t, { messages: [{ type: "WARN", text: "nothing" }] });
  await assertHidden(secrets, async () => [provider, await provider.connections(), (await query()).report]);
  const echo = await startService(t, ({ path, text, headers }) => (path.endsWith("/login") ? { sessionKey: "session-1" } : { status: 400, body: { messages: [{ type: "FATAL", text: `${headers.authorization} ${text}` }] } }));
  await provider.connect({ host: echo.url, auth: AUTH, savedSearches: false });
  await assertHidden(secrets, query);
  const refuses = await startService(t, ({ text }) => ({ status: 401, body: { messages: [{ type: "WARN", text }] } }));
  await assertHidden(secrets, () => provider.connect({ host: refuses.url, auth: AUTH }));
  assert.equal((await provider.connections()).length, 1);
  assert.ok(service.requests.length);
});

test("a page that gets no answer is told how it may be let in", async (t) => {
  const { query } = await open(t);
  t.mock.method(globalThis, "fetch", async () => { throw new TypeError("Failed to fetch"); });
  await assert.rejects(query(), { code: "network", message: /Where it is CORS, let this page's origin ask by crossOriginSharingPolicy under \[httpServer\] in Splunk's server\.conf.*certificate, or start huntbook's proxy/ });
});

test("mistakes in options", async () => {
  const provider = new hb.QueryProvider("Splunk", { builtIn: false });
  for (const [options, message] of [
    [{ auth: AUTH }, /there is no host; pass \{ host: "splunk.example.com"/], [{ host: "x" }, /there is no bearer_token; pass \{ host/], [{ host: "x", auth: { user: "a" } }, /there is no password/],
    [{ host: "x", auth: 5 }, /`auth` should be a token/], [{ host: "x", auth: { usr: "a", password: "b" } }, /auth: there is no option `usr` \(there are: user, username, password, token\)/], [{ host: "x", auth: AUTH, scheme: "ftp" }, /`scheme` should be/], [{ host: "x y", auth: AUTH }, /should be a host or an address/],
    [{ host: "x", auth: AUTH, sharing: "all" }, /`sharing` should be/], [{ host: "x", auth: AUTH, savedSearches: 1 }, /`savedSearches` should be true or false/], [{ host: "x", auth: AUTH, prot: 1 }, /no option `prot`/],
  ]) await assert.rejects(provider.connect(options), { code: "invalidArgument", message });
});
