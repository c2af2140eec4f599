// What a hostile or broken service, a mistyped option, or two calls at once may do: no key goes elsewhere or is shown, nothing has
// no end, and no row is lost or doubled without a word.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, startService } from "./helpers.mjs";

const TOKEN = "secret-token-1";
const tableOf = (columns, rows) => ({ tables: [{ name: "PrimaryResult", columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows }] });
const USUAL = tableOf({ a: "long" }, [[1]]);

async function sentinel(t, answer = () => USUAL, options = {}) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, builtIn: false });
  await provider.connect({ workspace: "a", auth: TOKEN, transport: "proxy", ...options });
  return { service, provider };
}

async function odata(t, answer, base = "") {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("MSGraph", { builtIn: false });
  await provider.connect({ base: service.url + base, auth: TOKEN });
  return { service, provider };
}

async function kusto(t, answer, options = {}) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("Kusto", { proxy: service.url, builtIn: false });
  await provider.connect({ cluster: "help", database: "Samples", auth: TOKEN, transport: "proxy", ...options });
  return { service, provider };
}

const kustoTable = (names, rows) => ({ Tables: [{ TableName: "T", Columns: names.map((ColumnName) => ({ ColumnName, DataType: "String" })), Rows: rows }] });

test("a key that no header can have is said to be so, and not shown", async (t) => {
  for (const [auth, hidden] of [["secret\r\nHost: elsewhere", "secret"], ["geheimnis-ключ", "geheimnis"], ["secret\0x", "secret"]]) {
    const { service, provider } = await sentinel(t, undefined, { auth });
    await assert.rejects(provider.query("T"), { code: "invalidArgument", message: /the header Authorization cannot be sent/ });
    await assertHidden([hidden], () => provider.query("T"));
    assert.equal(service.requests.length, 0);
  }
});

test("an address with a password in it is refused, and not shown", async () => {
  const refused = (environment, options, usual = {}) => () => new hb.QueryProvider(environment, { builtIn: false, ...usual }).connect(options);
  for (const work of [
    refused("Elastic", { host: "https://elastic:pass-1@es.example.com:9200", auth: { apiKey: "key" } }),
    refused("Elastic", { host: "https://es.example.com?apiKey=pass-1", auth: { apiKey: "key" } }),
    refused("MSGraph", { base: "me:pass-1@odata.example.com", auth: TOKEN }),
    refused("MSSentinel", { workspace: "a", auth: TOKEN }, { proxy: "http://me:pass-1@127.0.0.1:8710" }),
    refused("MSSentinel", { workspace: "a", auth: TOKEN }, { proxy: { url: "127.0.0.1:8710", token: "pass-1" } }),
    () => hb.signIn({ tenant: "contoso.com", clientId: "id", authority: "https://me:pass-1@login.example.com" }),
  ]) {
    await assert.rejects(work, { code: "invalidArgument" });
    await assertHidden(["pass-1"], work);
  }
});

test("the proxy's address may be a URL", async (t) => {
  const service = await startService(t, () => USUAL);
  const provider = new hb.QueryProvider("MSSentinel", { proxy: new URL(service.url), builtIn: false });
  await provider.connect({ workspace: "a", auth: TOKEN, transport: "proxy" });
  assert.equal((await provider.query("T")).numRows, 1);
});

test("a port is that of a host without one, also of an IPv6 address, and has to be one", async (t) => {
  for (const [options, message] of [
    [{ host: "[::1]", port: 1 }, /\[::1\]:1 cannot be reached/],
    [{ host: "127.0.0.1", port: "99999" }, /`port` should be a number from 1 to 65535/],
    [{ host: "127.0.0.1", port: "80a" }, /`port` should be a number from 1 to 65535/],
  ]) await assert.rejects(new hb.QueryProvider("Elastic", { builtIn: false }).connect({ auth: { apiKey: "key" }, ...options }), { message });
});

test("a token that a broken answer has is not shown", async (t) => {
  const service = await startService(t, () => ({ headers: { "Content-Type": "application/json" }, body: `{"access_token": "${TOKEN}` }));
  const provider = new hb.QueryProvider("CrowdStrike", { proxy: service.url, builtIn: false });
  await provider.connect({ repository: "r", auth: { clientId: "client-1" } });
  await assert.rejects(provider.query("x"), { code: "badInput", message: /the answer is not JSON \(it is cut short or broken\)/ });
  await assertHidden(["secret-t", "access_token"], () => provider.query("x"));
});

test("a key is hidden where another is a part of it, where a text is cut, and in JSON", async (t) => {
  for (const [auth, body] of [
    [{ user: "secret", password: "secret-and-more" }, { error: { message: "no: secret-and-more" } }],
    [{ user: "me", password: 'a"b\\c-more' }, { error: { message: 'said: a\\"b\\\\c-more' } }],
    [{ user: "me", password: "cut-and-more" }, `${"x".repeat(295)}cut-and-more`],
  ]) {
    const service = await startService(t, () => ({ status: 400, body }));
    const provider = new hb.QueryProvider("OpenObserve", { builtIn: false });
    await provider.connect({ url: service.url, auth });
    await assertHidden(["-more", "xcut-"], () => provider.query("SELECT 1"));
  }
});

test("a next page is below the address that is connected, whatever the answer says", async (t) => {
  for (const [next, paths, missing] of [
    ["x?s=1", ["/odata/x", "/odata/x"]],
    ["/odata/y?s=1", ["/odata/x", "/odata/y"]],
    ["/other/y?s=1", ["/odata/x"], /points to \/other\/y, which is not below/],
    ["/odatax?s=1", ["/odata/x"], /not below/],
    ["//elsewhere.example/odata/x", ["/odata/x"], /another host \(elsewhere\.example\)/],
    ["../x?s=1", ["/odata/x"], /not below/],
  ]) {
    const { service, provider } = await odata(t, ({ query }) => ({ value: [{ a: 1 }], ...(query.get("s") ? {} : { "@odata.nextLink": next }) }), "/odata");
    const { report } = await provider.query("/x");
    assert.deepEqual(service.requests.map(({ path }) => path), paths, next);
    if (missing) assert.match(report.notes.join(), missing);
    else assert.equal(report.partial, false);
  }
});

test("no name leads out of its path", async (t) => {
  const { service, provider } = await odata(t, () => ({ value: [] }), "/odata");
  for (const text of ["/a/../../other", "/a/%2e%2E/x", "/./x", "/.."]) await assert.rejects(provider.query(text), { code: "invalidArgument", message: /may not have the part/ });
  const elastic = new hb.QueryProvider("Elastic", { proxy: service.url, builtIn: false });
  await elastic.connect({ auth: { apiKey: "key" } });
  await assert.rejects(elastic.query("a:b", { index: "..", limit: 1 }), { code: "invalidArgument" });
  assert.deepEqual(service.requests.map(({ path }) => path), ["/elastic/"]);
  for (const text of ["/a..b", "/a(name='..')", "/a?$filter=path eq '/../x'"]) await provider.query(text);
});

test("pages: no link in other ways, those of older versions, a circle, and none with rows", async (t) => {
  const paged = (link) => ({ query }) => ({ value: [{ a: 1 }], ...link(Number(query.get("s") ?? 0)) });
  const next = (s) => ({ "@odata.nextLink": `/x?s=${s}` });
  for (const [answer, rows, requests, note] of [
    [paged(() => ({ "@odata.nextLink": null })), 1, 1],
    [paged(() => ({ "@odata.nextLink": "" })), 1, 1],
    [paged((s) => (s ? {} : { "odata.nextLink": "x?s=1" })), 2, 2],
    [({ query }) => ({ d: { results: [{ a: 1 }], ...(query.get("s") ? {} : { __next: "x?s=1" }) } }), 2, 2],
    [paged((s) => next(s === 1 ? 2 : 1)), 3, 3, /a page that it gave already/],
    [({ query }) => ({ value: query.get("s") === "5" ? [{ a: 1 }] : [], ...(query.get("s") === "5" ? {} : next(Number(query.get("s") ?? 0) + 1)) }), 1, 6],
    [({ query }) => ({ value: [], ...next(Number(query.get("s") ?? 0) + 1) }), 0, 101, /101 pages without rows/],
  ]) {
    const { service, provider } = await odata(t, answer);
    const { numRows, report } = await provider.query("/x");
    assert.deepEqual([numRows, service.requests.length, report.partial], [rows, requests, note !== undefined]);
    if (note) assert.match(report.notes.join(), note);
  }
});

test("a page without rows is not the last where the service has a token for the next", async (t) => {
  const pages = [{ items: [{ id: "a" }], nextPageToken: "2" }, { items: [], nextPageToken: "3" }, { items: [{ id: "b" }] }];
  const service = await startService(t, ({ path, text }) => (path.endsWith("/login") ? { token: "token-1" } : pages[Number(JSON.parse(text).nextPageToken ?? 1) - 1]));
  const provider = new hb.QueryProvider("Prismacloud", { proxy: service.url, builtIn: false });
  await provider.connect({ auth: { user: "key-1", password: "secret-1" } });
  assert.deepEqual((await provider.query("config from cloud.resource")).rows(), [{ id: "a" }, { id: "b" }]);
});

test("an answer that has other things than it should is an error of its own", async (t) => {
  for (const body of ["null", "1", '"x"', "true", "[]", "{}", '{"tables":null}', '{"Tables":null}', '{"Tables":[null]}', '{"Tables":[1]}', "[null]", '[{"FrameType":"DataTable","TableKind":"PrimaryResult","Rows":null}]']) {
    for (const [open, text] of [[sentinel, "T"], [kusto, "T"]]) {
      const { provider } = await open(t, () => body);
      await assert.rejects(provider.query(text), { name: "HuntbookError", code: /^(badInput|service)$/ }, `${open.name} ${body}`);
    }
  }
  const { provider } = await sentinel(t, () => `\ufeff${JSON.stringify(USUAL)}`);
  assert.equal((await provider.query("T")).numRows, 1, "a byte order mark");
  const one = await odata(t, () => '\ufeff{"a":1}');
  assert.deepEqual((await one.provider.query("/x")).rows(), [{ a: 1 }]);
});

test("a part whose answer is something else is missing, and the others are there", async (t) => {
  const { provider } = await kusto(t, ({ json }) => (json.db === "bad" ? '{"Tables":null}' : kustoTable(["a"], [["x"]])));
  await provider.addConnection({ cluster: "help", database: "bad", auth: TOKEN, transport: "proxy" });
  const table = await provider.query("T");
  assert.deepEqual([table.numRows, table.report.partial], [1, true]);
  assert.match(table.report.notes.join(), /connection 2 is missing: the answer is not as the service describes it/);
});

test("a redirect to no address is a redirect", async (t) => {
  const { service, provider } = await sentinel(t, () => ({ status: 302, headers: { Location: "https://[" }, body: "" }));
  await assert.rejects(provider.query("T"), { code: "service", message: /points to another address, which is not followed/ });
  assert.equal(service.requests.length, 1);
});

test("names of tables and columns are only names", async (t) => {
  const { provider } = await kusto(t, () => kustoTable(["TableName", "ColumnName", "ColumnType"], [["__proto__", "polluted", "System.String"], ["constructor", "polluted", "System.Int64"]]));
  const schema = await provider.schema();
  assert.deepEqual([{}.polluted, Object.polluted], [undefined, undefined]);
  assert.deepEqual(Object.entries(schema), [["__proto__", { polluted: "String" }], ["constructor", { polluted: "Int64" }]]);
  const own = await sentinel(t, () => tableOf({ ["__proto__"]: "string" }, [["x"]]));
  assert.deepEqual(Object.entries((await own.provider.query("T")).row(0)), [["__proto__", "x"]]);
  await assert.rejects(own.provider.connect({ workspace: "a", auth: TOKEN, cloud: "constructor" }), { code: "invalidArgument", message: /has no cloud "constructor"/ });
});

test("limits have to be limits", async (t) => {
  const { service, provider } = await kusto(t, () => kustoTable(["a"], [["x"]]));
  for (const options of [{ timeout: "abc" }, { timeout: 0 }, { timeout: NaN }, { maxBytes: "4 MB" }, { maxBytes: -1 }]) {
    await assert.rejects(provider.query("T", options), { code: "invalidArgument", message: /should be a number above 0/ });
    await assert.rejects(provider.connect({ cluster: "help", database: "Samples", auth: TOKEN, ...options }), { code: "invalidArgument" });
  }
  assert.equal(service.requests.length, 0);
});

test("the service is told of the connection's time too", async (t) => {
  const one = await kusto(t, () => kustoTable(["a"], [["x"]]), { timeout: 1000 });
  await one.provider.query("T");
  await one.provider.query("T", { timeout: 90 });
  assert.deepEqual(one.service.requests.map(({ json }) => json.properties.Options.servertimeout), ["00:16:40", "00:01:30"]);
  const other = await sentinel(t, undefined, { timeout: 500 });
  await other.provider.query("T");
  assert.equal(other.service.requests[0].headers.prefer, "wait=500");
});

test("a token for all clusters is only for Microsoft's", async (t) => {
  for (const [cluster, scope] of [
    ["https://evil.example.com", "https://evil.example.com/.default"],
    ["https://evil-kusto.windows.net", "https://evil-kusto.windows.net/.default"],
    ["https://kusto.windows.net.example.com", "https://kusto.windows.net.example.com/.default"],
    ["https://help.kusto.windows.net", "https://kusto.kusto.windows.net/.default"],
    ["https://ade.loganalytics.io", "https://kusto.kusto.windows.net/.default"],
  ]) {
    const asked = new Set();
    const { provider } = await kusto(t, ({ path }) => (path.endsWith("metadata") ? { AzureAD: { KustoServiceResourceId: "https://kusto.kusto.windows.net" } } : kustoTable(["a"], [["x"]])), { cluster, auth: (one) => asked.add(one.scope) && TOKEN });
    await provider.query("T");
    assert.deepEqual([...asked], [scope]);
  }
});

test("two connections that are opened at once are two", async (t) => {
  const service = await startService(t, () => USUAL);
  const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, builtIn: false });
  const add = (workspace, alias) => provider.addConnection({ workspace, alias, auth: TOKEN, transport: "proxy" });
  await Promise.all([add("a"), add("b")]);
  assert.deepEqual(await provider.connections(), [{ alias: "default", label: "workspace a" }, { alias: "connection 2", label: "workspace b" }]);
  const settled = await Promise.allSettled([add("c", "same"), add("d", "same")]);
  assert.deepEqual(settled.map(({ status }) => status), ["fulfilled", "rejected"]);
  assert.match(settled[1].reason.message, /there is a connection `same` already/);
  assert.equal((await provider.query("T")).numRows, 3);
});

test("answers of several connections: other types, none, and a column of the same name", async (t) => {
  const ask = async (...answers) => {
    const service = await startService(t, ({ path }) => answers[path.includes("/b/") ? 1 : 0]);
    const provider = new hb.QueryProvider("MSSentinel", { proxy: service.url, builtIn: false });
    for (const workspace of ["a", "b"]) await provider.addConnection({ workspace, alias: workspace, auth: TOKEN, transport: "proxy" });
    const table = await provider.query("T");
    return [table.columns.map(({ name, type }) => `${name} ${type}`).join(), ...table.rows().map((row) => Object.values(row).join())];
  };
  const none = { tables: [] };
  assert.deepEqual(await ask(tableOf({ a: "long" }, [[1]]), tableOf({ a: "string" }, [["z"]])), ["a text,Connection text", "1,a", "z,b"]);
  assert.deepEqual(await ask(none, tableOf({ a: "long" }, [[1]])), ["a int64,Connection text", "1,b"]);
  assert.deepEqual(await ask(tableOf({ a: "long" }, [[1]]), none), ["a int64,Connection text", "1,a"]);
  assert.deepEqual(await ask(none, none), ["Connection text"]);
  assert.deepEqual(await ask(tableOf({ a: "long" }, []), tableOf({ a: "long" }, [[1]])), ["a int64,Connection text", "1,b"]);
  assert.deepEqual(await ask(tableOf({ Connection: "string" }, [["mine"]]), none), ["Connection text,Connection 2 text", "mine,a"]);
});

test("digits below a millisecond count", async (t) => {
  const { service, provider } = await sentinel(t);
  const [start, end] = ["2024-01-01T00:00:00.0000005Z", "2024-01-02T23:59:59.9999999Z"];
  await provider.query("T", { start, end });
  await provider.query("T", { start, end, splitBy: "1d" });
  assert.deepEqual(service.requests.map(({ json }) => json.timespan).sort(), [
    "2024-01-01T00:00:00.0000005Z/2024-01-01T23:59:59.9999999Z", "2024-01-01T00:00:00.0000005Z/2024-01-02T23:59:59.9999999Z", "2024-01-02T00:00:00.000Z/2024-01-02T23:59:59.9999999Z",
  ]);
  service.requests.length = 0;
  await provider.query("T", { start: "2024-01-01 01:00:00.1234567+01:00", end: "2024-01-02" });
  assert.equal(service.requests[0].json.timespan, "2024-01-01T00:00:00.1234567Z/2024-01-02T00:00:00.000Z");
});

test("who cancels does not stop a sign-in that others wait for, of which there is one", async (t) => {
  const RQL = "config from cloud.resource";
  for (const { environment, options, text, isSignIn, token, answer } of [
    { environment: "Prismacloud", options: { auth: { user: "key-1", password: "secret-1" } }, text: RQL, isSignIn: /\/(login|extend)$/, token: (n) => ({ token: `token-${n}` }), answer: () => ({ items: [{ id: "a" }] }) },
    { environment: "CrowdStrike", options: { repository: "r", auth: { clientId: "c" } }, text: "x", isSignIn: /\/token$/, token: (n) => ({ access_token: `token-${n}` }), answer: ({ method, path }) => (method === "POST" && path.endsWith("/queryjobs") ? { id: "1" } : { done: true, events: [{ a: "1" }] }) },
  ]) {
    let [signIns, valid, go] = [0, 0, undefined];
    const gate = new Promise((resolve) => (go = resolve));
    const service = await startService(t, async (request) => {
      if (isSignIn.test(request.path)) {
        const n = ++signIns;
        if (n > 1) await gate;
        valid = n;
        return token(n);
      }
      const given = request.headers["x-redlock-auth"] ?? request.headers.authorization?.replace("Bearer ", "");
      return given === `token-${valid}` ? answer(request) : { status: 401, body: "" };
    });
    const provider = new hb.QueryProvider(environment, { proxy: service.url, builtIn: false });
    await provider.connect(options);
    await provider.query(text);
    valid = -1; // the session is over
    const stop = new AbortController();
    const first = provider.query(text, { signal: stop.signal });
    while (signIns < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = provider.query(text);
    while (service.requests.filter(({ path }) => !isSignIn.test(path)).length < (environment === "Prismacloud" ? 3 : 5)) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await assert.rejects(first, { code: "cancelled" });
    go();
    assert.equal((await second).numRows, 1, environment);
    assert.equal(signIns, 2, environment);
  }
});

test("queries and families of any name are there", async () => {
  const query = (name, family) => `  ${name}:\n    description: d\n    metadata:\n      data_families: [${family}]\n    args:\n      query: T\n    parameters: {}\n`;
  const all = [["y", "X"], ["name", "X.y"], ["length", "X.y"], ["deep", "X.y.name"], ["a", "X.__proto__"], ["b", "X.__proto__"], ["__proto__", "Z"], ["constructor", "Z"], ["c", "__proto__"]];
  const provider = new hb.QueryProvider("MSSentinel", { builtIn: false });
  await provider.add(new Blob(["metadata:\n  version: 1\n  description: x\n  data_environments: [LogAnalytics]\n  data_families: [X]\ndefaults:\nsources:\n", ...all.map((one) => query(...one))]));
  const { X, Z } = provider;
  assert.deepEqual([Object.keys(X), Object.keys(Object.getOwnPropertyDescriptor(X, "__proto__").value), Object.keys(Z)], [["y", "__proto__"], ["a", "b"], ["__proto__", "constructor"]]);
  for (const run of [X.y, X.y.name, X.y.length, X.y.name.deep, Z.constructor]) assert.equal(run.render(), "T");
  assert.deepEqual([{}.a, {}.c], [undefined, undefined]);
});

test("texts of any length go as they are", async () => {
  const text = "x".repeat(12e6) + '"\\'.repeat(1e6);
  const { asTexts } = await import("../../pkg-templates/uploads/rows.js");
  const { exactJson } = await import("../../pkg-templates/providers/drivers/elastic-dsl.js");
  const line = JSON.stringify({ a: text, n: 12345678901234567890n.toString() }).replace(/"(\d+)"/, "$1");
  assert.deepEqual(JSON.parse(asTexts(line)), { a: text, n: "12345678901234567890" });
  assert.deepEqual(exactJson(line), { a: text, n: 12345678901234567890n });
});

test("lists of blobs: names of any kind, a circle, and no end", async (t) => {
  const list = (inside, marker = "") => `<EnumerationResults><Blobs>${inside}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
  const blob = (inside) => `<Blob>${inside}</Blob>`;
  const open = async (answer) => {
    const service = await startService(t, answer);
    return { service, blobs: () => new hb.AzureBlobStorage({ base: `${service.url}/account`, auth: TOKEN }).blobs("container") };
  };
  const odd = await open(() => list(blob('<Name Encoded="true">%zz</Name><Properties><constructor>x</constructor></Properties>') + blob('<Name Encoded="true">a%20b</Name>')));
  assert.deepEqual((await odd.blobs()).rows().map(({ name, constructor }) => [name, constructor]), [["%zz", "x"], ["a b", null]]);
  const circle = await open(({ query }) => list(blob("<Name>a</Name>"), query.get("marker") === "1" ? "2" : "1"));
  await assert.rejects(circle.blobs(), { code: "badInput", message: /goes round in a circle/ });
  const endless = await open(({ query }) => list("", Number(query.get("marker")) + 1));
  await assert.rejects(endless.blobs(), { code: "badInput" });
  assert.equal(endless.service.requests.length, 101);
  const sparse = await open(({ query }) => (query.get("marker") === "5" ? list(blob("<Name>a</Name>")) : list("", Number(query.get("marker")) + 1)));
  assert.equal((await sparse.blobs()).numRows, 1);
});

test("half of a character is no name", async (t) => {
  const { service, provider } = await odata(t, () => ({ value: [] }));
  await assert.rejects(provider.query("/x\ud800"), { code: "invalidArgument", message: /half of a character/ });
  await assert.rejects(new hb.AzureBlobStorage({ base: `${service.url}/account`, auth: TOKEN }).exists("container", "a\ud800"), { code: "invalidArgument" });
});

test("the signature of an address is in no error", async (t) => {
  const service = await startService(t, () => ({ status: 404, body: "" }));
  for (const [address, message] of [
    [`${service.url}/a.csv?sv=1&sig=pass-1`, /\/a\.csv\?…: the server answered 404/],
    ["http://127.0.0.1:1/a.csv?sig=pass-1", /\/a\.csv\?…: cannot be fetched/],
    ["http://me:pass-1@127.0.0.1:1/a.csv", /no address with a name or a password/],
  ]) {
    await assert.rejects(hb.read(new URL(address)), { message });
    await assertHidden(["pass-1"], () => hb.read(new URL(address)));
  }
});

test("mistakes are said as such", async (t) => {
  const { provider } = await sentinel(t);
  const own = new TypeError("own");
  for (const [options, expected] of [
    [null, { code: "invalidArgument", message: /options should be an object/ }],
    [{ connections: [] }, { code: "invalidArgument", message: /`connections` names none/ }],
    [{ signal: {} }, { code: "invalidArgument", message: /should be an AbortSignal/ }],
    [{ onProgress() { throw own; } }, (error) => error === own],
  ]) await assert.rejects(provider.query("T", options), expected);
  await assert.rejects(provider.schema({ connections: [] }), { code: "invalidArgument" });
  for (const options of [{ auth: null }, { settings: {} }, { settings: "x" }, { workspace: "\ud800" }]) await assert.rejects(provider.connect({ workspace: "a", auth: TOKEN, transport: "proxy", ...options }), { code: "invalidArgument" });
  const failing = await sentinel(t, undefined, { auth: () => { throw own; } });
  await assert.rejects(failing.provider.query("T"), { code: "unauthorized", message: /`auth` gave no token \(own\)/, cause: own });
});
