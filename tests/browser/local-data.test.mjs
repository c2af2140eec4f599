// Providers of files on a page: chosen files and folders, handles of folders, and what the browser keeps of them.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";

const CSV = "TimeGenerated,Computer\n2024-01-01T10:00:00Z,WS1\n2024-01-01T11:00:00Z,WS2\n";
const LOG = '{"name":"pack_x_procs","hostIdentifier":"h","unixTime":1678936138,"columns":{"pid":"1"},"action":"added"}\n';

async function open(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-files-"));
  const picked = path.join(folder, "picked");
  for (const [name, text] of [["index.html", html("<input id=files type=file multiple><input id=folder type=file webkitdirectory>")], ["picked/a.csv", CSV], ["picked/deep/b.csv", CSV], ["picked/deep/.DS_Store", "x"], ["picked/osqueryd.results.log", LOG]]) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  const { page, log } = await openPage(t);
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(log, []);
  });
  const show = async () => {
    await page.goto(site.url);
    await page.evaluate(async () => {
      globalThis.hb = await import("/pkg/index.js");
      globalThis.opened = async (options, environment = "LocalData") => new hb.QueryProvider(environment).connect(options);
      /** What of an error users see. */
      globalThis.failed = async (work) => Promise.resolve().then(work).then(() => "nothing", ({ code, message }) => `${code}: ${message}`);
    });
  };
  await show();
  return { page, show, picked };
}

test("files and a folder of a page's own pickers", async (t) => {
  const { page, picked } = await open(t);
  await page.setInputFiles("#files", [path.join(picked, "a.csv"), path.join(picked, "osqueryd.results.log")]);
  await page.setInputFiles("#folder", picked);
  const found = await page.evaluate(async () => {
    const [files, folder] = ["files", "folder"].map((id) => document.getElementById(id).files);
    const one = await opened({ files });
    const two = await opened({ files: folder });
    const logs = await opened({ files: folder }, "OSQuery");
    return [(await one.query("a")).numRows, Object.keys(await two.schema()), (await two.query("deep/b")).column("Computer"), (await logs.osquery.procs()).row(0).unixTime.toISOString(), await failed(() => opened({ dataPaths: "x" }))];
  });
  assert.deepEqual(found.slice(0, 4), [2, ["a.csv", "deep/b.csv", "osqueryd.results.log"], ["WS1", "WS2"], "2023-03-16T03:08:58.000Z"]);
  assert.match(found[4], /^invalidArgument: connect: option `dataPaths` is for Node/);
});

/** A folder of the page's own file system, which has the handles of showDirectoryPicker(). */
const makeFolder = async (files) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("case", { create: true });
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop();
    let at = folder;
    for (const part of parts) at = await at.getDirectoryHandle(part, { create: true });
    const file = await (await at.getFileHandle(name, { create: true })).createWritable();
    await file.write(text);
    await file.close();
  }
  return folder;
};

test("handles of folders and files, and what is kept of them for the next session", async (t) => {
  const { page, show } = await open(t);
  await page.evaluate(`globalThis.makeFolder = ${makeFolder}`);
  const first = await page.evaluate(async (csv) => {
    const folder = await makeFolder({ "a.csv": csv, "deep/er/b.csv": csv, "deep/.hidden": "x" });
    const one = await opened({ files: folder, keep: "case 1" });
    const two = await opened({ files: [await folder.getFileHandle("a.csv")] });
    return [Object.keys(await one.schema()), (await one.query("b")).numRows, (await two.query("a")).numRows, (await one.connections())[0].label];
  }, CSV);
  assert.deepEqual(first, [["a.csv", "deep/er/b.csv"], 2, 2, "2 files, kept as case 1"]);

  await show();
  await page.evaluate(`globalThis.makeFolder = ${makeFolder}`);
  const second = await page.evaluate(async (csv) => {
    await makeFolder({ "c.csv": `${csv}2024-01-02T00:00:00Z,WS3\n` });
    const one = await opened({ keep: "case 1" });
    return [Object.keys(await one.schema()), (await one.query("c")).numRows, (await one.kept()).map(({ name, files, bytes, saved }) => [name, files, bytes, saved instanceof Date])];
  }, CSV);
  // What came into the folder since is there, as only its place is kept.
  assert.deepEqual(second, [["a.csv", "c.csv", "deep/er/b.csv"], 3, [["case 1", 2, 0, true]]]);

  const asked = await page.evaluate(async () => {
    const query = (state) => { FileSystemHandle.prototype.queryPermission = async () => state; };
    const answers = [];
    query("denied");
    answers.push(await failed(() => opened({ keep: "case 1" })));
    query("prompt");
    FileSystemHandle.prototype.requestPermission = async () => { throw new DOMException("no activation", "SecurityError"); };
    answers.push(await failed(() => opened({ keep: "case 1" })));
    FileSystemHandle.prototype.requestPermission = async () => "granted";
    answers.push(await failed(() => opened({ keep: "case 1" })));
    query("granted");
    await (await navigator.storage.getDirectory()).removeEntry("case", { recursive: true });
    answers.push(await failed(() => opened({ keep: "case 1" })));
    return answers;
  });
  assert.match(asked[0], /^unauthorized: connect: the folder `case` was not allowed/);
  assert.match(asked[1], /^unauthorized: connect: the folder `case` may be opened again only after a click/);
  assert.equal(asked[2], "nothing");
  assert.match(asked[3], /^badInput: connect: `case` cannot be read .*choose it again/);
});

test("files are kept as copies, listed and forgotten", async (t) => {
  const { page, show, picked } = await open(t);
  await page.setInputFiles("#folder", picked);
  await page.evaluate(async (csv) => {
    await opened({ files: [document.getElementById("folder").files, { "text.csv": csv, "bytes.csv": new TextEncoder().encode(csv) }, new URL("/picked/deep/b.csv?x=1", location.href)], keep: "all" });
    await opened({ files: { "other.csv": csv }, keep: "other" });
    await opened({ files: { "third.log": '{"name":"q","columns":{"a":"1"}}' }, keep: "logs" }, "OSQuery");
  }, CSV);
  await show();
  const found = await page.evaluate(async () => {
    const provider = await opened({ keep: "all" });
    const rows = [];
    for (const name of ["a.csv", "text", "bytes", "b.csv"]) rows.push(await provider.query(name).then(({ numRows }) => numRows, ({ message }) => message));
    const logs = await opened({ keep: "logs" }, "OSQuery");
    return [rows, (await logs.osquery.q()).numRows, (await provider.kept()).map(({ name, files, bytes }) => [name, files, bytes]), await failed(() => opened({ keep: "al" })), await provider.forget("all"), await provider.forget("all"), (await provider.kept()).map(({ name }) => name)];
  });
  const size = CSV.length;
  assert.deepEqual(found[0], [2, 2, 2, 2]);
  assert.deepEqual([found[1], found[2]], [1, [["all", 6, 4 * size + LOG.length], ["logs", 1, 32], ["other", 1, size]]]);
  assert.match(found[3], /^invalidArgument: connect: no files are kept as `al`; did you mean `all`\? \(there are: all, logs, other\); pass \{ files, keep: "al" \} to keep them/);
  assert.deepEqual(found.slice(4), [true, false, ["logs", "other"]]);
});

test("a browser without room, or without a database, says so", async (t) => {
  const { page } = await open(t);
  const said = await page.evaluate(async (csv) => {
    await opened({ files: { "old.csv": csv }, keep: "old" });
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...args) {
      put.apply(this, args);
      throw new DOMException("full", "QuotaExceededError");
    };
    const full = await failed(() => opened({ files: { "a.csv": csv }, keep: "new" }));
    IDBObjectStore.prototype.put = put;
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = () => { throw new DOMException("The database is closing", "InvalidStateError"); };
    const denied = await failed(() => opened({ files: { "a.csv": csv }, keep: "new" }));
    IDBDatabase.prototype.transaction = transaction;
    return [full, denied, (await (await opened({ keep: "old" })).query("old")).numRows];
  }, CSV);
  assert.match(said[0], /^limitExceeded: connect: the browser has no room to keep .* as `new`, of which .* are free; keep fewer files, forget others \(there are: .*old.*\), or pass a folder of showDirectoryPicker\(\)/);
  assert.match(said[1], /^unsupported: files cannot be kept here \(The database is closing\)/);
  assert.equal(said[2], 2);
});

test("metadata of Mordor are kept between sessions", async (t) => {
  const { page, show } = await open(t);
  let asked = 0;
  const link = "https://raw.githubusercontent.com/OTRF/Security-Datasets/master/datasets/atomic/x/set.zip";
  await page.route("**/mirror/**", (route) => {
    asked++;
    return route.fulfill(route.request().url().endsWith("/tree") ? { json: { tree: [{ path: "datasets/_metadata/A.yaml", type: "blob", size: 1 }] } } : { body: `title: A\nid: A\nfiles:\n- type: Host\n  link: ${link}\n` });
  });
  const names = () => page.evaluate(async () => (await (await opened({ base: `${location.origin}/mirror`, tree: `${location.origin}/mirror/tree` }, "Mordor")).list()).map(({ name }) => name));
  assert.deepEqual([await names(), asked], [["set"], 2]);
  await show();
  assert.deepEqual([await names(), asked], [["set"], 2]);
  // A month later.
  await page.clock.setFixedTime(Date.now() + 31 * 864e5);
  await show();
  assert.deepEqual([await names(), asked], [["set"], 4]);
});
