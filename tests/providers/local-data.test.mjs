// Local data in Node: files of a folder, at addresses and in memory, by the names that queries give.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { hb, startService } from "./helpers.mjs";

const shared = path.resolve(import.meta.dirname, "../../../shared");
const skip = fs.existsSync(shared) ? false : "../shared is absent";
const CSV = "TimeGenerated,Computer\n2024-01-01T10:00:00Z,WS1\n2024-01-01T11:00:00Z,WS2\n";

async function open(options) {
  const provider = new hb.QueryProvider("LocalData");
  await provider.connect(options);
  return provider;
}

/** A folder with files, by their paths. */
function folderOf(t, files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-local-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

test("a query's text is the name of a file", async () => {
  const provider = await open({ files: { "day1/alerts.csv": "a,b\n1,2\n", "day2/Alerts.csv": "a\n1\n2\n", "logons.csv.gz": CSV, "x.y.json": '[{"a":1}]', "x.txt": "hello", ".dir/z.csv": "a\n1\n" } });
  for (const [text, expected] of [
    ["day1/alerts.csv", 1], ["DAY2/alerts.CSV", 2], ["day2/alerts", 2], ["./day1/alerts.csv", 1], ["logons", 2], ["logons.csv.gz", 2], ["x.y", 1], ["x", 1], [" x.txt ", 1], ["z", 1],
    ["alerts.csv", /several files `alerts.csv`; name one of: day1\/alerts.csv, day2\/Alerts.csv/], ["alerts", /several files `alerts`/],
    ["alerst.csv", /Data file \(alerst\.csv\) not found\..*There are: .*; connect with that file/], ["day1", /Data file \(day1\) not found/],
  ]) {
    if (typeof expected === "number") assert.equal((await provider.query(text)).numRows, expected, text);
    else await assert.rejects(provider.query(text), { code: "invalidArgument", message: expected }, text);
  }
});

test("a file that is written in another way is taken, and that is said", async () => {
  const provider = await open({ files: { "host_logons.json": '[{"a":1}]' } });
  const table = await provider.WindowsSecurity.list_host_logons();
  assert.deepEqual([table.numRows, table.report.notes.at(-1), table.report.partial], [1, "host_logons.csv is not there; this is host_logons.json", false]);
  await assert.rejects(provider.SecurityAlert.list_alerts(), { message: /Data file \(alerts_list\.csv\) for query list_alerts not found\..*pass another, as \{ file:/ });
  assert.equal((await provider.SecurityAlert.list_alerts({ file: "host_logons" })).numRows, 1);
});

test("folders and files of a disk, by paths and addresses", async (t) => {
  const folder = folderOf(t, { "a.csv": CSV, "deep/er/b.csv": CSV, ".hidden/c.csv": CSV, ".DS_Store": "x", "with space#?.csv": CSV });
  const other = folderOf(t, { "a.csv": "n\n1\n" });
  for (const options of [{ dataPaths: folder }, { dataPaths: [folder] }, { files: pathToFileURL(folder) }, { files: [pathToFileURL(`${folder}/`)] }]) {
    const provider = await open(options);
    assert.deepEqual(Object.keys(await provider.schema()), ["a.csv", "deep/er/b.csv", "with space#?.csv"], JSON.stringify(options));
    assert.deepEqual((await provider.query("b")).column("Computer"), ["WS1", "WS2"]);
    assert.deepEqual((await provider.schema())["a.csv"], { TimeGenerated: "timestamp", Computer: "text" });
    assert.equal((await provider.connections())[0].label, "3 files");
  }
  // Two folders may have files of one name.
  const both = await open({ dataPaths: [folder, other] });
  assert.equal((await both.query(`${path.basename(other)}/a.csv`)).numRows, 1);
  await assert.rejects(both.query("a.csv"), { message: /several files/ });
  assert.equal((await (await open({ dataPaths: path.join(folder, "a.csv") })).query("a")).numRows, 2);
  await assert.rejects(open({ dataPaths: "/nowhere/at/all" }), { code: "badInput", message: /\/nowhere\/at\/all cannot be read .*check the path/ });
});

test("the settings' data_paths", async (t) => {
  const folder = folderOf(t, { "a.csv": CSV });
  const settings = await hb.readSettings(`DataProviders:\n  LocalData:\n    Args:\n      data_paths: [${JSON.stringify(folder)}]\n`);
  const provider = new hb.QueryProvider("LocalData", { settings });
  await provider.connect();
  assert.equal((await provider.query("a.csv")).numRows, 2);
  // What is given goes before them.
  await provider.connect({ files: { "b.csv": CSV } });
  await assert.rejects(provider.query("a.csv"), { message: /There are: b\.csv/ });
});

test("addresses, Files, answers and what is like a file", async (t) => {
  let asked = 0;
  const service = await startService(t, ({ path }) => (path === "/data/a%20b.csv" ? (asked++, CSV) : { status: 404, body: "no" }));
  const provider = await open({
    files: [
      new URL("/data/a b.csv", service.url), new URL("/gone.csv", service.url), new File([CSV], "file.csv"), { "two.csv": new TextEncoder().encode("a\n1\n"), "three.csv": new Blob(["a\n1\n2\n3\n"]) },
      { name: "like.csv", arrayBuffer: async () => new TextEncoder().encode("a\n1\n").buffer }, { "answer.csv": await fetch(new URL("/data/a b.csv", service.url)) }, new URL("/", service.url), new URL("/%zz.csv", service.url),
    ],
  });
  asked = 0;
  for (const [name, rows] of [["a b", 2], ["file", 2], ["two", 1], ["three", 3], ["like", 1], ["answer", 2]]) assert.equal((await provider.query(name)).numRows, rows, name);
  (await provider.query("a b")).free();
  assert.equal((await provider.query("a b")).numRows, 2, "a user's table is the user's own");
  assert.equal(asked, 1, "files are read once");
  await assert.rejects(provider.query("gone"), { code: "network", message: /404/ });
});

test("what msticpy's own files of queries ask for", { skip }, async () => {
  const golden = JSON.parse(fs.readFileSync(path.join(shared, "oracle/local_data.json"), "utf8")).queries;
  const provider = new hb.QueryProvider("LocalData", { builtIn: false, queries: pathToFileURL(path.join(shared, "data/msticpy/queries/localdata/local_data.yaml")) });
  await provider.connect({ dataPaths: path.join(shared, "data/msticpy") });
  const seen = [];
  for (const { name, family } of await provider.list()) {
    const { rows, n_columns: columns } = golden[`${family}.${name}`] ?? {};
    const table = await provider.run(`${family}.${name}`).catch((error) => error);
    if (table instanceof Error) assert.match(table.message, /Data file \((alerts_list|all_events_df|aad_logons)\.pkl\) for query \w+ not found/);
    if (table instanceof Error || rows === undefined) continue;
    // A pandas index is a column in Parquet and CSV, but these are the pickles themselves.
    assert.deepEqual([table.numRows, table.numColumns], [rows, columns], name);
    seen.push(name);
  }
  assert.deepEqual(seen.sort(), ["get_process_tree", "list_azure_network_flows_by_host", "list_host_logon_failures", "list_host_processes"]);
});

test("every format that there is a file of", { skip }, async () => {
  const provider = await open({ dataPaths: path.join(shared, "data/msticpy") });
  const rows = async (name) => (await provider.query(name)).numRows;
  for (const stem of ["host_logons", "processes_on_host", "failed_logons", "process_tree"]) {
    const names = Object.keys(await provider.schema({})).filter((name) => new RegExp(`^(localdata_)?${stem}\\.(csv|parquet|pkl)$`).test(name));
    assert.ok(names.length >= 3, names.join());
    const own = names.filter((name) => name.startsWith("localdata") || name.endsWith("pkl"));
    assert.equal(new Set(await Promise.all(own.map(rows))).size, 1, stem);
  }
});

test("limit, bad rows, progress and cancelling", async () => {
  const provider = await open({ files: { "a.csv": CSV, "bad.csv": 'a,b\n1,2\n3\n5,6\n' }, onBadRow: "skip" });
  assert.equal((await provider.query("a.csv", { limit: 1 })).numRows, 1);
  const skipped = await provider.query("bad.csv");
  assert.deepEqual([skipped.numRows, skipped.report.skippedRows], [2, 1]);
  const told = [];
  await (await open({ files: { "a.csv": CSV } })).query("a.csv", { onProgress: (fraction) => told.push(fraction) });
  assert.equal(told.at(-1), 1);
  const stop = AbortSignal.abort("enough");
  await assert.rejects((await open({ files: { "a.csv": CSV } })).query("a.csv", { signal: stop }), { code: "cancelled" });
  await assert.rejects((await open({ files: { "bad.csv": 'a,b\n1,2\n3\n5,6\n' } })).query("bad.csv"), { code: "badInput", message: /bad\.csv/ });
});

test("what was read is kept in memory as far as there is room", async () => {
  const { makeShelf } = await import("../../pkg-templates/providers/tables.js");
  const tables = await Promise.all([1, 2, 3].map((i) => hb.Table.fromColumns({ a: new Float64Array(1000).fill(i) })));
  const shelf = makeShelf(20_000); // two tables of 8 kB
  const reads = [];
  const get = (i) => shelf.get(i, async () => (reads.push(i), tables[i - 1].slice()));
  for (const i of [1, 2, 1, 3, 1, 2]) assert.equal((await get(i)).column("a")[0], i);
  assert.deepEqual(reads, [1, 2, 3, 2], "the one used longest ago goes");
  await Promise.all([get(3), get(3)]);
  shelf.clear();
  assert.equal((await get(3)).numRows, 1000);
});

test("mistakes", async (t) => {
  const blob = new Blob(["a"]);
  for (const [options, message] of [
    [{}, /there are no files; pass \{ files: \[file\] \} or \{ dataPaths/], [{ files: [] }, /there are no files/], [{ files: "a.csv" }, /has the text "a\.csv"; for an address write new URL\("a\.csv", location\), and in Node \{ dataPaths/],
    [{ files: [["a.csv"]] }, /has the text/], [{ files: 5 }, /has 5/], [{ files: [null] }, /has null/], [{ files: new Response("a") }, /what has no name/], [{ files: blob }, /a Blob without a name; write \{ "name\.csv": blob \}/],
    [{ file: [] }, /no option `file`/], [{ dataPaths: 5 }, /`dataPaths` should be a path/], [{ dataPaths: [""] }, /`dataPaths` should be a path/], [{ files: { a: "x" }, keep: 1 }, /`keep` should be a name/],
    [{ files: [new File(["a"], "x.csv"), new File(["b"], "X.csv")] }, /two files `X\.csv`; give one another name/], [{ dataPaths: folderOf(t, {}) }, /the folder has no files/],
  ]) await assert.rejects(open(options), { code: "invalidArgument", message }, JSON.stringify(options));
  for (const options of [{ keep: "x" }, { files: { a: "x" }, keep: "x" }]) await assert.rejects(open(options), { code: "unsupported", message: /cannot be kept here \(there is no IndexedDB\)/ });
  const provider = await open({ files: { "a.csv": CSV } });
  await assert.rejects(provider.kept(), { code: "unsupported" });
  await assert.rejects(provider.query("a.csv", { start: -1, end: 0 }), { code: "invalidArgument", message: /files are read whole, so start and end are not for them/ });
  await provider.disconnect();
  await assert.rejects(provider.query("a.csv"), { message: /there is no connection; say await provider.connect\(\{ files/ });
});
