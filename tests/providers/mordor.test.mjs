// Security-Datasets, by a stand-in for GitHub that has its metadata and some of its archives.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { hb, startService, testFaults, zipOf } from "./helpers.mjs";

const folder = path.resolve(import.meta.dirname, "../../../shared/data/mordor");
const skip = fs.existsSync(folder) ? false : "../shared/data/mordor is absent";
const LINKS = "https://raw.githubusercontent.com/OTRF/Security-Datasets/master/";
const archives = skip ? [] : fs.readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".zip"));

// The smallest zip there is: one stored file of two lines of JSON.
const ZIP = zipOf("set.json", '{"EventID":1,"Computer":"WS1"}\n{"EventID":2,"Computer":"WS2"}\n');
const METADATA = `title: A set\nid: SD-1\ntype: atomic\nplatform: [Windows]\ndescription: What was done.\nattack_mappings:\n- technique: T1003\n  sub-technique: "001"\n  tactics: [TA0006]\ntags:\nfiles:\n- type: Host\n  link: ${LINKS}datasets/atomic/windows/credential_access/host/set.zip\n- type: Network\n  link: ${LINKS}datasets/atomic/windows/credential_access/network/set.tar.gz\n`;
const FILES = {
  "datasets/atomic/_metadata/SD-1.yaml": METADATA,
  "datasets/atomic/windows/credential_access/host/set.zip": ZIP,
  "docs/x.md": "",
};
const blob = (file) => ({ path: file, type: "blob", size: FILES[file]?.length ?? 1, sha: "x" });
const RAW = (file) => (FILES[file] === undefined ? { status: 404, body: { error: { message: "not there" } } } : { body: FILES[file] });

function github({ path }) {
  if (path === "/tree") return { tree: Object.keys(FILES).map(blob), truncated: false };
  return RAW(decodeURIComponent(path.slice(1)));
}

async function open(t, answer = github, options = {}) {
  const service = await startService(t, answer);
  service.faulty = ({ path }) => path.endsWith(".zip");
  const provider = new hb.QueryProvider("Mordor");
  await provider.connect({ base: service.url, tree: `${service.url}/tree`, refresh: true, ...options });
  return { service, provider, query: (options) => provider.run("atomic.windows.credential_access.host.set", {}, options) };
}

const noArchive = { message: /set\.zip is no archive \(it begins with .*check `base`/ };
testFaults("Mordor", open, { "invalid JSON": noArchive, "a page of HTML": noArchive });

test("queries are the files that the metadata names, and functions", async (t) => {
  const { provider, service } = await open(t);
  const rows = await provider.list();
  assert.deepEqual(rows.map(({ name, family }) => `${family}.${name}`), ["atomic.windows.credential_access.host.set", "atomic.windows.credential_access.network.set"]);
  assert.equal(rows[0].description, "A set (T1003.001). What was done.");
  const { metadata } = await provider.get("atomic.windows.credential_access.host.set");
  assert.deepEqual([metadata.dataset.id, metadata.file.size], ["SD-1", ZIP.length]);
  const told = [];
  const table = await provider.atomic.windows.credential_access.host.set({}, { onProgress: (fraction) => told.push(fraction) });
  assert.deepEqual(table.rows(), [{ EventID: 1, Computer: "WS1" }, { EventID: 2, Computer: "WS2" }]);
  assert.ok(told.length > 1 && told.at(-1) === 1 && told.every((one, i) => i === 0 || one >= told[i - 1]), told.join());
  const before = service.requests.length;
  table.free();
  assert.equal((await provider.query(`${LINKS}datasets/atomic/windows/credential_access/host/set.zip`, { limit: 1 })).numRows, 1);
  assert.equal(service.requests.length, before, "it is in memory");
  await assert.rejects(provider.query("ste"), { code: "invalidArgument", message: /no dataset `ste`.*`set`.*list\(\) has all 2/ });
  await assert.rejects(provider.run("atomic.windows.credential_access.network.set"), { code: "service", message: /404: not there/ });
});

test("metadata are asked for once, and again when that is asked for", async (t) => {
  const { provider, service } = await open(t);
  const asked = service.requests.length;
  await provider.connect({ base: service.url, tree: `${service.url}/tree` });
  assert.equal(service.requests.length, asked);
  await provider.connect({ base: service.url, tree: `${service.url}/tree`, refresh: true });
  assert.equal(service.requests.length, 2 * asked);
});

test("through the proxy, GitHub's own list of files: asked by folders where it is cut short", async (t) => {
  const trees = {
    "master?recursive=1": { tree: [blob("docs/x.md")], truncated: true },
    master: { tree: [{ path: "docs", type: "tree", sha: "d" }, { path: "datasets", type: "tree", sha: "s" }] },
    "s?recursive=1": { tree: [{ path: "atomic", type: "tree", sha: "a" }], truncated: true },
    s: { tree: [{ path: "atomic", type: "tree", sha: "a" }] },
    "a?recursive=1": { tree: [{ ...blob(""), path: "_metadata/SD-1.yaml" }, { ...blob(""), path: "windows/credential_access/host/set.zip", size: 77 }], truncated: false },
  };
  const answer = ({ path, query }) => {
    const [, tree] = /^\/github-api\/repos\/OTRF\/Security-Datasets\/git\/trees\/(.*)$/.exec(path) ?? [];
    if (tree) return trees[tree + (query.size ? `?${query}` : "")];
    return RAW(path.replace("/github-raw/OTRF/Security-Datasets/master/", ""));
  };
  const service = await startService(t, answer);
  const provider = new hb.QueryProvider("OTRF", { proxy: service.url });
  await provider.connect({ transport: "proxy", refresh: true });
  assert.equal((await provider.get("atomic.windows.credential_access.host.set")).metadata.file.size, 77);
  assert.equal((await provider.run("atomic.windows.credential_access.host.set")).numRows, 2);
});

test("the user's own copies: by the end of their paths, where several have one name", async (t) => {
  const { service } = await open(t);
  const other = METADATA.replace("set.tar.gz", "set.zip");
  const connect = async (files) => {
    const provider = new hb.QueryProvider("Mordor");
    return provider.connect({ base: service.url, files: { "SD-1.yaml": other, ...files } });
  };
  const query = "atomic.windows.credential_access.host.set";
  service.requests.length = 0;
  assert.equal((await (await connect({ "copy/host/set.zip": ZIP })).run(query)).numRows, 2);
  assert.deepEqual(service.requests, []);
  // It may be that of the network.
  assert.equal((await (await connect({ "set.zip": zipOf("x.json", '{"a":1}') })).run(query)).numRows, 2);
  assert.equal(service.requests.length, 1);
  await assert.rejects(connect({ "x.yaml": "a: [" }).then((provider) => provider.query("none")), { code: "badInput", message: /x\.yaml/ });
});

test("what GitHub refuses is said", async (t) => {
  const refuse = (status, headers, message) => ({ path }) => (path === "/tree" ? { status, headers, body: { message } } : github({ path }));
  for (const [name, answer, code, message] of [
    ["its limit", refuse(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000" }, "API rate limit exceeded"), "network", /60 times an hour.*after 2023-11-14T22:13:20.000Z.*\{ auth:/],
    ["a limit of another kind", refuse(429, {}, "slow down"), "network", /ask again in an hour/],
    ["a token", refuse(403, { "x-ratelimit-remaining": "9" }, "Bad credentials"), "unauthorized", /403: Bad credentials; check the token/],
    ["no list", () => ({ tree: [] }), "badInput", /no files of metadata below datasets\//],
    ["another answer", () => ({ hello: 1 }), "badInput", /there is no `tree`/],
    ["no JSON", () => "<html>", "badInput", /is not JSON/],
    ["a part of a list", () => ({ tree: [], truncated: true }), "badInput", /is `truncated`/],
  ]) await assert.rejects(open(t, answer), { code, message }, name);
  await assert.rejects(new hb.QueryProvider("Mordor").connect({ bse: "x" }), { code: "invalidArgument", message: /no option `bse`/ });
  const { provider } = await open(t);
  await assert.rejects(provider.query("set", { start: -1, end: 0 }), { code: "invalidArgument", message: /read whole/ });
});

test("a token of GitHub goes to its list alone", async (t) => {
  const { service, query } = await open(t, github, { auth: "token-1" });
  await query({});
  for (const { path, headers } of service.requests) assert.equal(headers.authorization, path === "/tree" ? "Bearer token-1" : undefined, path);
});

test("metadata that are no YAML are left out, and said", async (t) => {
  const said = t.mock.method(console, "warn", () => {});
  const files = { ...FILES, "datasets/atomic/_metadata/bad.yaml": "a: [" };
  const { provider } = await open(t, ({ path }) => (path === "/tree" ? { tree: Object.keys(files).map(blob) } : { body: files[path.slice(1)] }));
  assert.equal((await provider.list()).length, 2);
  assert.match(said.mock.calls[0].arguments[0], /Mordor: left out: .*bad\.yaml/);
});

test("a cancelled download stops", async (t) => {
  const { service, query } = await open(t);
  service.fault = "slow";
  const stop = new AbortController();
  const running = query({ signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
});

test("the user's own files: all metadata, and every archive opens, without any request", { skip }, async (t) => {
  const provider = new hb.QueryProvider("Mordor");
  t.mock.method(globalThis, "fetch", () => assert.fail("nothing may be asked"));
  await provider.connect({ files: [pathToFileURL(folder)] });
  const rows = await provider.list();
  assert.equal(rows.length, 150);
  assert.deepEqual([...new Set(rows.map(({ family }) => family.split(".").slice(0, 2).join(".")))].sort(), ["atomic.aws", "atomic.linux", "atomic.windows"]);
  const counts = {};
  for (const file of archives) {
    const name = path.basename(file, ".zip");
    const queries = rows.filter((one) => one.name === name);
    // The recording of Zeek has no metadata here, and one name is that of a host's events and of a network's.
    const table = await (queries.length === 1 ? provider.run(name) : provider.query(path.basename(file)));
    counts[name] = table.numRows;
    assert.equal(table.report.partial, false, name);
    table.free();
  }
  // Lines of all files in each, as wc counts them.
  assert.deepEqual(counts, {
    "NASHUA-zeek_logs": 1725, cmd_bitsadmin_download_psh_script: 424, ec2_proxy_s3_exfiltration: 103, empire_launcher_vbs: 2067,
    empire_psexec_dcerpc_tcp_svcctl: 4348, empire_schtasks_creation_standard_user: 1297, empire_shell_net_local_users: 1907,
    psh_lsass_memory_dump_comsvcs: 184, psh_powershell_httplistener: 110, sh_arp_cache: 12,
  });
});
