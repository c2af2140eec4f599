// OSQuery and Velociraptor: logs whose tables are the queries.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { hb } from "./helpers.mjs";

const shared = path.resolve(import.meta.dirname, "../../../shared");
const skip = fs.existsSync(shared) ? false : "../shared is absent";
const golden = () => JSON.parse(fs.readFileSync(path.join(shared, "oracle/local_drivers.json"), "utf8"));

async function open(environment, options) {
  const provider = new hb.QueryProvider(environment);
  await provider.connect(options);
  return provider;
}

const result = (name, columns, more = {}) => JSON.stringify({ name, hostIdentifier: "h", unixTime: 1678936138, action: "added", columns, ...more });

test("OSQuery: msticpy's tables, with right times", { skip }, async () => {
  const provider = await open("OSQuery", { dataPaths: path.join(shared, "data/msticpy/osquery") });
  const tables = golden().OSQuery;
  assert.deepEqual((await provider.list()).map(({ name, family }) => `${family}.${name}`).sort(), Object.keys(tables).sort());
  for (const [name, { rows, columns, first_row: [first] }] of Object.entries(tables)) {
    const table = await provider[name.split(".")[0]][name.split(".")[1]]();
    assert.equal(table.numRows, rows, name);
    const names = table.columns.map((column) => column.name);
    // msticpy has two columns `username` where the query has one too; here a name is one column, so that it gets a `_`.
    const expected = columns.map((column, i) => (columns.indexOf(column) < i ? `${column}_` : column));
    assert.deepEqual([...names].sort(), expected.sort(), name);
    const row = table.row(0);
    for (const [i, column] of columns.entries()) {
      if (columns.indexOf(column) < i) continue;
      const value = row[column];
      // msticpy takes seconds for nanoseconds: what it calls 1970-01-01T00:00:01.678966434 is 1678966434 seconds.
      const isTime = value instanceof Date && /^1970-01-01T00:00:0/.test(first[i]);
      const seconds = isTime && Math.round(Number(/:0(\d(\.\d+)?)\+/.exec(first[i])[1]) * 1e9);
      if (isTime) assert.equal(value.getTime() / 1000, seconds, `${name}.${column}`);
      // Times of processes and dates, which msticpy leaves as text.
      else if (value instanceof Date) assert.equal(value.getTime(), /^\d+$/.test(first[i]) ? first[i] * 1000 : Date.parse(`${first[i]} UTC`), `${name}.${column}`);
      // What osquery wrote as text is a number where all are; what was empty is absent.
      else assert.equal(String(value ?? ""), typeof first[i] === "boolean" ? String(first[i]) : String(first[i] ?? "").replace(/^0+(?=\d+$)/, (zeros) => (typeof value === "number" ? "" : zeros)), `${name}.${column}`);
    }
  }
  const schema = await provider.schema();
  assert.deepEqual([schema.fim.unixTime, schema.fim.mtime, schema.fim.size], ["timestamp", "timestamp", "int64"]);
});

test("OSQuery: a table for each query, whatever pack it is of", async () => {
  const lines = [
    result("pack_it-compliance_mounts", { path: "/" }), result("mounts", { path: "/tmp" }), result("pack/linux/os version", { v: "1" }), result("pack_linux_9p", { a: "1" }),
    result("time", { minutes: "5", name: "n", extra: "" }, { decorations: { minutes: "6" } }),
    '{"snapshot":[{"pid":"1"},{"pid":"2"}],"action":"snapshot","name":"procs","hostIdentifier":"h","unixTime":1}', ` { "name" : "quoted \\"q\\"", "columns": {"a": "1"} } `, "",
  ];
  const provider = await open("OSQuery", { files: [{ "results.log": lines.join("\n") }, new File([gzipSync(`${result("mounts", { path: "/home", type: "ext4" })}\r\n`)], "old.log.1.gz")] });
  assert.deepEqual(Object.keys(provider.osquery).sort(), ["_9p", "mounts", "os_version", "procs", "quoted_q_", "time"]);
  const rows = async (name, ...columns) => (await provider.osquery[name]()).rows().map((row) => columns.map((column) => row[column]));
  assert.deepEqual(await rows("mounts", "path", "name", "type"), [["/", "pack_it-compliance_mounts", null], ["/tmp", "mounts", null], ["/home", "mounts", "ext4"]]);
  assert.deepEqual(await rows("procs", "pid", "action"), [[1, "snapshot"], [2, "snapshot"]]);
  const time = await provider.query("osquery.time");
  // The query's own columns keep their names where these are free.
  assert.deepEqual(time.columns.map(({ name }) => name), ["name", "hostIdentifier", "unixTime", "action", "minutes", "minutes_", "name_", "extra"]);
  assert.deepEqual([time.row(0).minutes, time.row(0).minutes_], ["6", 5]);
  assert.match(provider.osquery.mounts.help(), /Results of osquery's pack_it-compliance_mounts, mounts/);
  assert.equal((await provider.query("mounts", { limit: 2 })).numRows, 2);
});

test("OSQuery: lines that are none name their file, or are left out", async () => {
  const good = result("a", { x: "1" });
  const broken = '{"name":"a","columns":{"x":1,}}';
  for (const [text, message] of [
    [`${good}\n\n{"x":1}\n`, /my\.log, line 3: this is no result of osquery; leave the file out/], [`${good}\nI0316 started`, /my\.log, line 2/], [`${good}\n${good.slice(0, 40)}`, /my\.log, line 2/],
  ]) await assert.rejects(open("OSQuery", { files: { "my.log": text } }), { code: "badInput", message });
  // What only a reader sees is found in its file, too.
  const provider = await open("OSQuery", { files: { "one.log": `${good}\n`, "two.log": `${result("b", {})}\n${good}\n${broken}\n` } });
  await assert.rejects(provider.osquery.a(), { code: "badInput", message: /query `osquery\.a`: two\.log, line 3: this is no result of osquery \(/ });
  const skipping = await open("OSQuery", { files: { "my.log": `${good}\nno\n{"x":1}\n${broken}\n${good}` }, onBadRow: "skip" });
  const table = await skipping.osquery.a();
  assert.deepEqual([table.numRows, table.report.skippedRows, table.report.notes.at(-1)], [2, 1, "my.log: 2 lines are no result of osquery, and left out"]);
  await assert.rejects(open("OSQuery", { files: { "my.log": "\n" } }), { code: "invalidArgument", message: /no results of osquery in my\.log; choose osqueryd\.results\.log/ });
});

test("OSQuery: lines of any length over parts of a file, and many of them", async () => {
  const { eachLine } = await import("../../pkg-templates/providers/lines.js");
  const lines = Array.from({ length: 3000 }, (_, i) => `${i}:${"é".repeat(i % 700)}`);
  for (const [name, text, expected] of [["no end", lines.join("\n"), lines], ["an end", `${lines.join("\n")}\n`, lines], ["nothing", "", []], ["one", "x", ["x"]], ["empty ones", "\n\na\n", ["", "", "a"]]]) {
    for (const blob of [new Blob([text]), new Blob([gzipSync(text)])]) {
      const [found, numbers] = [[], []];
      await eachLine(blob, (line, number) => (found.push(line), numbers.push(number)));
      assert.deepEqual([found, numbers], [expected, expected.map((_, i) => i + 1)], name);
    }
  }
  const provider = await open("OSQuery", { files: { "big.log": Array.from({ length: 5000 }, (_, i) => result(i % 2 ? "odd" : "even", { i: String(i), pad: "x".repeat(600) })).join("\n") } });
  const odd = await provider.osquery.odd();
  assert.deepEqual([odd.numRows, odd.row(2499).i, (await provider.osquery.even()).row(2499).i], [2500, 4999, 4998]);
});

test("Velociraptor: msticpy's tables", { skip }, async () => {
  const provider = await open("VelociraptorLogs", { dataPaths: path.join(shared, "data/msticpy/velociraptor") });
  const tables = golden().Velociraptor;
  assert.deepEqual((await provider.list()).map(({ name, family }) => `${family}.${name}`).sort(), Object.keys(tables).sort());
  const schema = await provider.schema();
  for (const [name, { rows, columns }] of Object.entries(tables)) {
    const own = name.split(".")[1];
    const table = await provider.velociraptor[own]();
    assert.equal(table.numRows, rows, name);
    const names = table.columns.map((column) => column.name);
    assert.equal(names[0], "Artifact", "which msticpy has not");
    // Objects are columns of their own here: `_Parsed` is `_Parsed.…`; a list stays one.
    const missing = columns.filter((column) => !names.some((one) => one === column || one.startsWith(`${column}.`)));
    // An object that is empty everywhere has no columns.
    assert.deepEqual(missing, [], name);
    assert.deepEqual(schema[own], Object.fromEntries(table.columns.map((column) => [column.name, column.type])), name);
  }
});

test("Velociraptor: tables are paths, and those of one name are one", async (t) => {
  const provider = await open("Velociraptor", { files: [
    { "host1/Windows.Sys.Users.json": '{"Name":"a"}\n{"Name":"b"}\n', "host1/Windows_Sys.Users.json": '[{"Name":"c","Uid":5}]', "7.json": '{"a":1}', "Generic%2FPart.json": '{"a":1}\n{"a":2}\n', "bad.json": "{" },
  ] });
  assert.deepEqual(Object.keys(provider.velociraptor).sort(), ["Generic_Part", "_7", "bad", "host1_Windows_Sys_Users"]);
  const users = await provider.velociraptor.host1_Windows_Sys_Users();
  assert.deepEqual(users.rows().map(({ Artifact, Name, Uid }) => [Artifact, Name, Uid]), [["Windows.Sys.Users", "a", null], ["Windows.Sys.Users", "b", null], ["Windows_Sys.Users", "c", 5]]);
  await assert.rejects(provider.velociraptor.bad(), { code: "badInput", message: /bad\.json/ });
  await assert.rejects(provider.query("Usres"), { code: "invalidArgument", message: /no table `Usres`.*there are: / });
});

test("what is connected anew has the tables that there are now", async (t) => {
  const said = t.mock.method(console, "warn", () => {});
  const provider = await open("OSQuery", { files: { "a.log": result("first", { x: "1" }) } });
  await provider.addConnection({ alias: "more", files: { "b.log": `${result("first", { x: "2" })}\n${result("second", { x: "3" })}` } });
  assert.deepEqual((await provider.osquery.first()).rows().map(({ x, Connection }) => [x, Connection]), [[1, "default"], [2, "more"]]);
  const second = await provider.osquery.second();
  assert.deepEqual([second.numRows, second.report.partial], [1, true]);
  assert.match(second.report.notes[0], /default is missing: there is no table `second`/);
  assert.equal(said.mock.callCount(), 1);
  await provider.connect({ files: { "c.log": result("third", { x: "1" }) } });
  assert.deepEqual([Object.keys(provider.osquery), (await provider.list()).length], [["third"], 1]);
  await provider.disconnect();
  assert.deepEqual([Object.keys(provider), await provider.list()], [[], []]);
});
