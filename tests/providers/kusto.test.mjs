// Kusto, by a stand-in that the vendor's client is content with, and by a server of the same REST over DuckDB.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { bin, skipClients } from "./clients.mjs";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { LOGONS, frames, kusto, require, toText } from "./microsoft.mjs";

const ROWS = LOGONS.rows.map(([time, Computer, Id, Score, Ok, details]) => ({ TimeGenerated: new Date(time.replace("4567Z", "Z")), Computer, Id, Score, Ok, Details: details && JSON.stringify(details) }));

/** What is said of a result, but that its times were cut to a microsecond. */
const notesOf = ({ report }) => report.notes.filter((note) => !note.startsWith("column "));

async function open(t, answer = kusto(), options = {}) {
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("Kusto", { proxy: service.url, settings: options.settings });
  await provider.connect({ cluster: "help", database: "Samples", auth: "token-1", transport: "proxy", ...options });
  return { service, provider, query: (options) => provider.query("Logons", options) };
}

testFaults("Kusto", open);

test("a query is sent as the service wants it, and its rows keep their types", async (t) => {
  const { service, provider } = await open(t);
  const table = await provider.query("Logons", { timeout: 90 });
  const [{ method, path, headers, json }] = service.requests;
  assert.deepEqual([method, path, json], ["POST", "/kusto/v2/rest/query", { db: "Samples", csl: "Logons", properties: { Options: { servertimeout: "00:01:30", results_progressive_enabled: false } } }]);
  assert.deepEqual([headers.authorization, headers.accept, headers["x-ms-app"]], ["Bearer token-1", "application/json", "huntbook"]);
  assert.match(headers["x-ms-client-request-id"], /^huntbook\.execute;[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  assert.deepEqual(table.rows(), ROWS);
  assert.deepEqual(table.columns.map(({ type }) => type), ["timestamp", "text", "int64", "float64", "bool", "text"]);
  assert.deepEqual([table.report.partial, notesOf(table)], [false, ["QueryInfo: Query completed successfully", "QueryResourceConsumption: {\"ExecutionTime\":0.01}"]]);
  await provider.query("Logons", { timeout: 1e5 });
  await provider.query("Logons");
  assert.deepEqual(service.requests.slice(1).map(({ json }) => json.properties.Options.servertimeout), ["01:00:00", "00:04:00"]);
});

test("the vendor's client reads the same of the stand-in", async (t) => {
  const service = await startService(t, kusto());
  const { Client, KustoConnectionStringBuilder } = require("azure-kusto-data");
  const client = new Client(KustoConnectionStringBuilder.withTokenProvider(service.url, async () => "token-1"));
  t.after(() => client.close?.());
  const result = await client.execute("Samples", "Logons");
  const [{ columns, _rows: rows }] = result.primaryResults;
  assert.deepEqual(columns.map(({ name, type }) => [name, type]), Object.entries(LOGONS.columns));
  assert.deepEqual(rows.map(([, computer, , score]) => [computer, score]), ROWS.map(({ Computer, Score }) => [Computer, Score]));
  assert.equal(result.getErrorsCount().errors, 0);
  const databases = await client.execute("Samples", ".show databases");
  assert.deepEqual(databases.primaryResults[0]._rows, [["Samples"], ["Other"]]);
  await assert.rejects(client.execute("Samples", "Nothing"), ({ response }) => /SEM0100/.test(JSON.stringify(response.data)));
  await assert.rejects(client.execute("Samples", "Logons // cut short"), /E_QUERY_RESULT_SET_TOO_LARGE/);
  // What both send is alike.
  const { query } = await open(t, kusto(), { transport: "direct", cluster: service.url });
  await query();
  const [theirs, ours] = service.requests.filter(({ path, text }) => path === "/v2/rest/query" && JSON.parse(text).csl === "Logons");
  assert.deepEqual([ours.method, ours.json.db, ours.json.csl, ours.headers.authorization], [theirs.method, theirs.json.db, theirs.json.csl, theirs.headers.authorization]);
});

test("frames: pieces, several results, errors among the rows and at the end", async (t) => {
  const { provider } = await open(t);
  const pieces = await provider.query("Logons // in pieces");
  assert.deepEqual([pieces.rows(), pieces.report.partial], [ROWS, false]);
  const several = await provider.query("Logons; Logons | take 1");
  assert.deepEqual([several.numRows, notesOf(several)[0]], [3, "the answer has 2 results, of which this is the first"]);
  const cut = await provider.query("Logons // cut short");
  assert.deepEqual([cut.numRows, cut.report.partial], [3, true]);
  assert.deepEqual(cut.report.notes.filter((note) => note.includes("E_QUERY")), ["E_QUERY_RESULT_SET_TOO_LARGE"]);
  await assert.rejects(provider.query("Logons // cut short", { onPartial: "error" }), ({ code, message, partial }) => code === "service" && /E_QUERY_RESULT/.test(message) && partial.numRows === 3);
  assert.match(notesOf(await provider.query("Logons // cancelled"))[0], /cancelled/);
  await assert.rejects(provider.query("Logons // nothing but an error"), { code: "service", message: /Kusto, help: E_LOW_MEMORY_CONDITION/ });
  await assert.rejects(provider.query("Nothing"), { code: "service", message: /400: Semantic error: SEM0100: Failed to resolve 'Nothing'; check the query/ });
});

test("an answer without its end is said to be partial", async (t) => {
  const { query } = await open(t, () => ({ headers: { "Content-Type": "application/json" }, body: toText(frames([{ FrameType: "DataTable", TableId: 1, TableKind: "PrimaryResult", Columns: [{ ColumnName: "a", ColumnType: "long" }], Rows: [[1]] }]).slice(0, -1)) }));
  assert.match(notesOf(await query())[0], /the end of the answer is missing/);
});

test("recorded answers", { skip }, async (t) => {
  let body = recorded("kusto_v2_query_200.json");
  const { query } = await open(t, () => (body.includes('"error"') && !body.startsWith("[") ? { status: 400, body } : { body }));
  const table = await query();
  assert.deepEqual([table.numRows, table.row(0).CreatedProcessId, table.row(0).CreatedProcessCreationTime], [2, 9784, new Date("2023-04-11T16:19:50.786Z")]);
  body = recorded("kusto_v2_duckdb_kql_200.json");
  assert.deepEqual((await query()).column("cmds"), ['["powershell -enc SQBFAFgA"]', '["cmd.exe /c whoami"]']);
  body = JSON.stringify([...JSON.parse(recorded("kusto_v2_query_200.json")).slice(0, -1), ...JSON.parse(recorded("kusto_v2_partial_failure_tail.json"))]);
  const partial = await query();
  assert.deepEqual([partial.numRows, partial.report.partial], [2, true]);
  assert.match(notesOf(partial)[0], /500000 records \(E_QUERY_RESULT_SET_TOO_LARGE\)/);
  body = recorded("kusto_error_400.json");
  await assert.rejects(query(), { code: "service", message: /400: .*SEM0100: 'table' operator: Failed to resolve table expression named 'aaa'/ });
});

test("what the service says may pass is tried again, once", async (t) => {
  let permanent = false;
  const { service, query } = await open(t, (request) => (service.requests.length === 1 || permanent === "never" ? { status: 400, body: { error: { "@message": "low on memory", "@permanent": permanent } } } : kusto()(request)));
  assert.equal((await query()).numRows, 3);
  assert.equal(service.requests.length, 2);
  service.requests.length = 0;
  permanent = true;
  await assert.rejects(query(), { code: "service", message: /low on memory/ });
  assert.equal(service.requests.length, 1);
});

test("a query that nobody waits for is ended on the cluster", async (t) => {
  const { service, provider } = await open(t);
  service.fault = "slow";
  service.faulty = ({ path }) => path.includes("/v2/");
  const cancels = () => service.requests.filter(({ path, json }) => path === "/kusto/v1/rest/mgmt" && json.csl.startsWith(".cancel"));
  const stop = new AbortController();
  const running = provider.query("Logons", { signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
  await assert.rejects(provider.query("Logons", { timeout: 0.1 }), { code: "timeout" });
  for (let i = 0; cancels().length < 2 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  const ids = service.requests.filter(({ path }) => path.includes("/v2/")).map(({ headers }) => headers["x-ms-client-request-id"]);
  assert.deepEqual(cancels().map(({ json }) => [json.db, json.csl]), ids.map((id) => ["Samples", `.cancel query "${id}"`]));
});

test("the scope of tokens is what the cluster says, if that is Kusto's", async (t) => {
  for (const [resource, scope] of [
    ["https://kusto.kusto.windows.net", "https://kusto.kusto.windows.net/.default"],
    ["https://management.azure.com", "https://help.kusto.windows.net/.default"],
    ["https://evil.example/.kusto.windows.net", "https://help.kusto.windows.net/.default"],
    [undefined, "https://help.kusto.windows.net/.default"],
  ]) {
    const asked = [];
    const { service, query } = await open(t, kusto({ resource: resource ?? null }), { auth: ({ scope }) => asked.push(scope) && "token-1" });
    await query();
    await query();
    assert.deepEqual([asked, service.requests.filter(({ path }) => path.includes("metadata")).map(({ headers }) => headers.authorization)], [[scope, scope], [undefined]], resource);
  }
});

const SETTINGS = {
  KustoClusters: {
    ClusterDefaults: { Args: { TenantId: "tenant-1", DefaultDatabase: "Common" } },
    Prod: { Args: { Cluster: "https://prodcluster.westeurope.kusto.windows.net", Database: "Main" }, ClusterGroups: ["Group1"] },
    Test: { Args: { Cluster: "https://testcluster.kusto.windows.net" } },
  },
  DataProviders: { "Kusto-Old": { Args: { Cluster: "https://oldcluster.kusto.windows.net/" } }, Splunk: { Args: { host: "x" } } },
};

test("clusters by address, host, short name or key of the settings", async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  const provider = new hb.QueryProvider("Kusto", { settings });
  for (const [cluster, label] of [
    ["https://prodcluster.westeurope.kusto.windows.net/", "cluster Prod"], ["PRODCLUSTER.westeurope.kusto.windows.net", "cluster Prod"], ["prodcluster", "cluster Prod"], ["prod", "cluster Prod"],
    ["old", "cluster Old"], ["oldcluster", "cluster Old"], ["https://new.kusto.windows.net", "cluster new"], ["new.kusto.windows.net", "cluster new"],
  ]) {
    await provider.connect({ cluster, auth: "t" });
    assert.deepEqual(await provider.connections(), [{ alias: "default", label }], cluster);
  }
  for (const [options, message] of [
    [{ cluster: "tets" }, /no cluster "tets" in the settings; did you mean `test`/i], [{}, /no cluster; pass its address, or one of Prod, Test, Old,/], [{ cluster: "a b" }, /no cluster "a b"/], [{ cluster: "https://u:p@x.example" }, /cluster should be a host/],
    [{ cluster: "prod", strictQueryMatch: 1 }, /strictQueryMatch/], [{ cluster: "prod", databse: "x" }, /no option `databse`/],
  ]) await assert.rejects(provider.connect({ auth: "t", ...options }), { code: "invalidArgument", message });
  await assert.rejects(provider.connect({ cluster: "prod" }), { code: "invalidArgument", message: /there is no `auth`/ });
  await new hb.QueryProvider("Kusto").connect({ cluster: "help", auth: "t" });
});

const queryFile = (metadata, name = "find") => `metadata: { version: 1, description: d, data_environments: [Kusto], data_families: [Family], ${metadata} }\nsources:\n  ${name}: { description: d, args: { query: Logons } }\n`;

test("the database: of the call, the query, its family, the connection, the cluster", async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  const dbOf = async (options, file, call) => {
    const { service, provider } = await open(t, kusto(), { settings, database: undefined, ...options });
    if (file) await provider.add(file);
    await (file ? provider.run("find", {}, call) : provider.query("Logons", call));
    return service.requests.at(-1).json.db;
  };
  const family = queryFile("tags: []").replace("[Family]", "[Family.OfFamily]");
  for (const [name, expected, ...args] of [
    ["call", "Call", { cluster: "prod", database: "D" }, queryFile("database: Own"), { database: "Call" }],
    ["query", "Own", { cluster: "prod", database: "D" }, queryFile("database: Own").replace("[Family]", "[Family.OfFamily]")],
    ["family", "OfFamily", { cluster: "prod", database: "D" }, family],
    ["a family without a dot is none", "D", { cluster: "prod", database: "D" }, queryFile("tags: []")],
    ["cluster", "Main", { cluster: "prod" }],
    ["usual of clusters", "Common", { cluster: "test" }],
    // Of msticpy the settings of the cluster win; who names one when he connects means it.
    ["connection", "D", { cluster: "prod", database: "D" }],
    ["connection of an unknown cluster", "D", { cluster: "https://new.kusto.windows.net", database: "D" }],
  ]) assert.equal(await dbOf(...args), expected, name);
  await assert.rejects(dbOf({ cluster: "https://new.kusto.windows.net" }), { code: "invalidArgument", message: /there is no database; pass \{ database \}/ });
});

test("queries are for the clusters that they name", async (t) => {
  const settings = await hb.readSettings(SETTINGS);
  for (const [metadata, cluster, usable, strict] of [
    ["tags: []", "prod", true], ["tags: []", "prod", false, true],
    ["cluster: Prod", "prod", true], ["cluster: 'https://prodcluster.westeurope.kusto.windows.net'", "prod", true], ["cluster: other", "prod", false],
    ["clusters: [other, PRODCLUSTER]", "prod", true], ["clusters: [other]", "prod", false], ["cluster_groups: [group1]", "prod", true, true], ["cluster_groups: [group1]", "test", false], ["cluster_groups: [group1], cluster: test", "test", true],
  ]) {
    const { service, provider } = await open(t, kusto(), { settings, cluster, strictQueryMatch: strict });
    await provider.add(queryFile(metadata));
    const running = provider.run("find");
    if (usable) assert.equal((await running).numRows, 3, metadata);
    else await assert.rejects(running, { code: "invalidArgument", message: /query `find`: the query is for .*and this connection is to https:/ });
    assert.equal(service.requests.length, usable ? 1 : 0, `${metadata} at ${cluster}`);
  }
});

test("commands, databases and the schema", async (t) => {
  const { service, provider } = await open(t);
  assert.deepEqual((await provider.query("  .show databases")).rows(), [{ DatabaseName: "Samples" }, { DatabaseName: "Other" }]);
  assert.equal(service.requests[0].path, "/kusto/v1/rest/mgmt");
  assert.deepEqual(await provider.databases(), ["Samples", "Other"]);
  assert.deepEqual(await provider.schema(), { Logons: { Id: "Int64", Computer: "String" } });
  await assert.rejects(provider.schema({ database: 'My "own"' }), { message: /\.show database \["My \\"own\\""\] schema/ });
  await assert.rejects(provider.schema({ databse: "x" }), { code: "invalidArgument", message: /no option `databse`/ });
  await assert.rejects(provider.databases({ database: "x" }), { code: "invalidArgument" });
});

test("no key is in what is shown", async (t) => {
  const { provider, query } = await open(t, ({ headers }) => ({ status: 400, body: { error: { "@message": `bad ${headers.authorization}` } } }));
  await assertHidden(["token-1"], query);
  await assertHidden(["token-1"], async () => [provider, await provider.connections()]);
});

const SQL = "CREATE TABLE Logons AS SELECT TIMESTAMP '2024-01-01 10:00:00.123456' + INTERVAL (i) MINUTE AS TimeGenerated, 'HOST' || (i % 3) AS Computer, 9007199254740993 + i AS Id, i % 2 = 0 AS Ok, CASE WHEN i = 1 THEN NULL ELSE 'user' || i END AS Account FROM range(1000) t(i);";

/** The address of duckdb-kql, which serves a table over Kusto's REST. */
async function startDuckDb(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-kusto-"));
  fs.writeFileSync(path.join(folder, "init.sql"), SQL);
  const server = spawn(bin("duckdb-kql"), ["serve", "--port", "0", "--init", path.join(folder, "init.sql")], { env: { ...process.env, PYTHONUNBUFFERED: "1" } });
  t.after(() => {
    server.kill();
    fs.rmSync(folder, { recursive: true });
  });
  let said = "";
  return new Promise((resolve, reject) => {
    const hear = (data) => {
      said += data;
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (url) resolve(url);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("exit", () => reject(new Error(`duckdb-kql stopped: ${said}`)));
  });
}

test("a server of another maker", { skip: skipClients }, async (t) => {
  const cluster = await startDuckDb(t);
  const provider = new hb.QueryProvider("Kusto");
  await provider.connect({ cluster, database: "memory", auth: () => "token-1" });
  const table = await provider.query("Logons | order by Id asc | take 3");
  assert.deepEqual(table.rows().map(({ TimeGenerated, ...row }) => [TimeGenerated.toISOString(), ...Object.values(row)]), [
    ["2024-01-01T10:00:00.123Z", "HOST0", 9007199254740993n, true, "user0"],
    ["2024-01-01T10:01:00.123Z", "HOST1", 9007199254740994n, false, null],
    ["2024-01-01T10:02:00.123Z", "HOST2", 9007199254740995n, true, "user2"],
  ]);
  const counts = await provider.query("Logons | summarize Events = count() by Computer | order by Computer asc");
  assert.deepEqual(counts.rows(), [["HOST0", 334], ["HOST1", 333], ["HOST2", 333]].map(([Computer, Events]) => ({ Computer, Events })));
  assert.deepEqual((await provider.query("Logons | where Computer == 'none'")).columns.map(({ name, type }) => `${name} ${type}`), ["TimeGenerated timestamp", "Computer text", "Id int64", "Ok bool", "Account text"]);
  assert.deepEqual((await provider.query("print a = dynamic({\"x\":1}), t = 1d, e = real(nan)")).rows(), [{ a: '{"x": 1}', t: "1.00:00:00", e: NaN }]);
  assert.deepEqual(await provider.databases(), ["memory"]);
  await assert.rejects(provider.query("Logonz"), { code: "service", message: /400: .*Logonz does not exist/ });
  await provider.add(`metadata: { version: 1, description: d, data_environments: [Kusto], data_families: [Logons] }
sources:
  logons:
    description: d
    args: { query: "Logons | where TimeGenerated between (datetime({start}) .. datetime({end}))" }
    parameters: { start: { description: s, type: datetime }, end: { description: e, type: datetime } }
`);
  const parts = await provider.Logons.logons({ start: "2024-01-01T10:00Z", end: "2024-01-02T12:00Z" }, { splitBy: "2h" });
  assert.deepEqual([parts.numRows, new Set(parts.column("Id")).size], [1000, 1000]);
});
