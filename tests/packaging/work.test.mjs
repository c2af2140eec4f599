// Long work in a page: progress, cancelling, errors, sources, neighbours.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { html, openPage, project, root, serve } from "./helpers.mjs";

/** A page with the package as `hb`, the same for all tests of this file. */
let url;
test.before(async (t) => {
  const folder = project(t, {
    "index.html": html(`<script type="module">globalThis.hb = await import("./node_modules/huntbook/index.js");</script>`),
    "log.csv": "a,b\n1,2\n",
  });
  const mounts = { "/arrow": path.join(root, "node_modules/apache-arrow"), "/parquet": path.join(root, "node_modules/parquet-wasm/esm") };
  const server = await serve(folder, { mounts });
  t.after(() => server.close());
  url = server.url;
});

async function open(t) {
  const { page, log } = await openPage(t);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.hb);
  return { page, log };
}

test("every kind of source gives the same table", async (t) => {
  const { page } = await open(t);
  const results = await page.evaluate(async () => {
    const text = "a,b\n1,2\n";
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array(bytes.length + 10);
    padded.set(bytes, 5);
    const sources = {
      string: text,
      "Uint8Array": bytes,
      "a view on a larger buffer": padded.subarray(5, 5 + bytes.length),
      ArrayBuffer: bytes.buffer.slice(0),
      DataView: new DataView(bytes.buffer),
      Blob: new Blob([text]),
      File: new File([text], "log.csv"),
      Response: await fetch("/log.csv"),
      URL: new URL("/log.csv", location.href),
      FileAttachment: { name: "log.csv", arrayBuffer: async () => bytes.buffer },
    };
    const results = {};
    for (const [kind, source] of Object.entries(sources)) {
      const table = await hb.read(source).catch((error) => error);
      results[kind] = table instanceof Error ? table.message : [Number(table.row(0).a), Number(table.row(0).b), table.report?.name ?? null];
    }
    results.bytesKept = bytes.length;
    const rows = await hb.read([{ a: 1, b: 2 }]);
    results.rows = [Number(rows.row(0).a), Number(rows.row(0).b), null];
    return results;
  });
  const named = ["File", "Response", "URL", "FileAttachment"];
  const { bytesKept, ...tables } = results;
  assert.equal(bytesKept, 8, "the caller's bytes were taken away");
  for (const [kind, result] of Object.entries(tables)) assert.deepEqual(result, [1, 2, named.includes(kind) ? "log.csv" : null], kind);
});

test("progress grows from 0 to 1 and the page stays alive", async (t) => {
  const { page } = await open(t);
  const { fractions, ticks, rows, asked } = await page.evaluate(async () => {
    // Progress is told every 50 ms at most: the file grows until reading it takes a while, however fast the machine.
    for (let asked = 1_500_000; ; asked *= 2) {
      const bytes = new TextEncoder().encode("host,path\n" + "server.example,/a/b/c?d=e\n".repeat(asked));
      const fractions = [];
      let ticks = 0;
      const clock = setInterval(() => ticks++, 10);
      const start = performance.now();
      const table = await hb.read(bytes, { onProgress: (fraction) => fractions.push(fraction) });
      const took = performance.now() - start;
      clearInterval(clock);
      const rows = table.numRows;
      table.free();
      if (took > 500 || asked > 6_000_000) return { fractions, ticks, rows, asked };
    }
  });
  assert.equal(rows, asked);
  assert.equal(fractions.at(-1), 1);
  assert.ok(fractions.length > 2, `progress came ${fractions.length} times`);
  assert.deepEqual(fractions, fractions.toSorted((a, b) => a - b));
  assert.ok(ticks > 5, `the page's clock ticked ${ticks} times`);
});

test("cancelling stops the running job at once, drops waiting ones, and the next works", async (t) => {
  const { page } = await open(t);
  const result = await page.evaluate(async () => {
    const text = "host,path\n" + "server.example,/a/b/c?d=e\n".repeat(2_000_000);
    const controller = new AbortController();
    const { signal } = controller;
    const running = hb.read(text, { signal }).catch((error) => error);
    const waiting = hb.read("a,b\n1,2", { signal }).catch((error) => error);
    const other = hb.read("a,b\n1,2\n3,4");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = performance.now();
    controller.abort("enough");
    const errors = [await running, await waiting];
    const waited = performance.now() - start;
    const before = await hb.read("a,b\n1,2", { signal: AbortSignal.abort() }).catch((error) => error);
    const fetching = new AbortController();
    const download = hb.read(new URL("/log.csv", location.href), { signal: fetching.signal }).catch((error) => error);
    const neverRead = { name: "x", arrayBuffer: () => new Promise(() => {}) };
    const stuck = hb.read(neverRead, { signal: fetching.signal }).catch((error) => error);
    fetching.abort();
    return {
      errors: errors.map((error) => [error instanceof hb.HuntbookError, error.code, error.cause]),
      waited,
      other: (await other).numRows,
      before: [before.code, (await download).code, (await stuck).code],
    };
  });
  assert.deepEqual(result.errors, [[true, "cancelled", "enough"], [true, "cancelled", "enough"]]);
  assert.ok(result.waited < 500, `it took ${result.waited} ms`);
  assert.equal(result.other, 2);
  assert.deepEqual(result.before, ["cancelled", "cancelled", "cancelled"]);
});

test("an error in onProgress rejects with that error; the next call works", async (t) => {
  const { page } = await open(t);
  const result = await page.evaluate(async () => {
    const results = [];
    for (const worker of [true, false]) {
      await hb.init({ worker });
      const error = await hb.read("a,b\n1,2", { onProgress: () => { throw new RangeError("mine"); } }).catch((error) => error);
      results.push(error.message, (await hb.read("a,b\n1,2")).numRows);
    }
    return results;
  });
  assert.deepEqual(result, ["mine", 1, "mine", 1]);
});

test("errors cross from the worker whole, and do not stop it", async (t) => {
  const { page, log } = await open(t);
  const ROWS = [
    ["a misspelt option", `hb.read("a,b\\n1,2", { onBadrow: "skip" })`, "invalidArgument", /no option `onBadrow`; did you mean `onBadRow`\?/],
    ["a wrong value", `hb.read("a,b\\n1,2", { onBadRow: "ignore" })`, "invalidArgument", /option `onBadRow`: .*ignore/],
    ["options that are no object", `hb.read("a,b\\n1,2", "csv")`, "invalidArgument", /options should be an object/],
    ["an option that cannot be sent", `hb.read("a,b\\n1,2", { name: () => 1 })`, "invalidArgument", /cannot be sent/],
    ["a misspelt option for rows", `hb.read([{ a: 1 }], { colums: ["a"] })`, "invalidArgument", /no option `colums` for rows/],
    ["no source", `hb.read()`, "invalidArgument", /this source is undefined/],
    ["a promise", `hb.read(Promise.resolve("a"))`, "invalidArgument", /use await/],
    ["an address that is not there", `hb.read(new URL("/absent.csv", location.href))`, "network", /absent\.csv: the server answered 404/],
    ["a server that is not there", `hb.read(new URL("http://127.0.0.1:9/x"))`, "network", /cannot be fetched/],
    ["a response that was read", `fetch("/log.csv").then(async (answer) => { await answer.text(); return hb.read(answer); })`, "invalidArgument", /read already/],
    ["no such column", `hb.read("a,b\\n1,2", { columns: ["c"] })`, "columnNotFound", /no column `c`/],
    ["broken Arrow", `hb.read("a,b", { format: "arrow" })`, undefined, /./],
    ["an unknown init option", `hb.init({ wsm: 1 })`, "invalidArgument", /no option `wsm`/],
    ["text that is none", `hb.refang(5)`, "invalidArgument", /should be a string/],
  ];
  for (const [name, code, expected, message] of ROWS) {
    const error = await page.evaluate(`(${code}).then(() => ["no error"], (error) => [error instanceof hb.HuntbookError, error.code, error.message])`);
    assert.equal(error[0], true, `${name}: ${error}`);
    if (expected) assert.equal(error[1], expected, `${name}: ${error}`);
    assert.notEqual(error[1], "internal", `${name}: ${error}`);
    assert.match(error[2], message, name);
  }
  assert.equal(await page.evaluate(async () => (await hb.read("a,b\n1,2")).numRows), 1);
  assert.deepEqual(log.filter((line) => !/404|Failed to load resource/.test(line)), []);
});

test("apache-arrow reads our tables, and we read its", async (t) => {
  const { page } = await open(t);
  // Its own bundle for pages is a classic script that sets `Arrow`.
  await page.addScriptTag({ path: path.join(root, "node_modules/apache-arrow/Arrow.es2015.min.js") });
  const result = await page.evaluate(async () => {
    const ours = Arrow.tableFromIPC((await hb.read("a,b\n1,x\n2,y")).toArrow());
    const results = [ours.numRows, ours.getChild("b").get(1)];
    for (const form of ["stream", "file"]) {
      const theirs = Arrow.tableToIPC(Arrow.tableFromArrays({ n: Int32Array.of(1, 2, 3) }), form);
      results.push((await hb.read(theirs)).numRows);
    }
    return results;
  });
  assert.deepEqual(result, [2, "y", 3, 3]);
});

/** A Parquet file made in the page by parquet-wasm. */
const MAKE_PARQUET = async () => {
  const parquet = await import("/parquet/parquet_wasm.js");
  await parquet.default();
  const arrow = (await hb.read("host,n\nweb01,1\nweb02,2\n")).toArrow();
  return parquet.writeParquet(parquet.Table.fromIPCStream(arrow));
};

test("Parquet: its reader is loaded when a file needs it, not before", async (t) => {
  const { page } = await open(t);
  const loaded = [];
  page.on("request", (request) => /node_modules\/huntbook\/parquet/.test(request.url()) && loaded.push(path.basename(request.url())));
  await page.evaluate(`globalThis.parquetFile = (${MAKE_PARQUET})().then((bytes) => (globalThis.parquetFile = bytes))`);
  assert.deepEqual(loaded, []);
  const result = await page.evaluate(async () => {
    const table = await hb.read(new File([parquetFile], "hosts.parquet"), { columns: ["host"] });
    const cut = await hb.read(parquetFile.slice(0, 20), { name: "cut.parquet" }).catch((error) => error);
    await hb.init({ worker: false });
    const here = await hb.read(parquetFile);
    return { rows: table.rows(), cut: [cut.code, cut.message], here: here.numRows };
  });
  assert.deepEqual(result.rows, [{ host: "web01" }, { host: "web02" }]);
  assert.equal(result.cut[0], "badInput");
  assert.match(result.cut[1], /^cut\.parquet: not a readable Parquet file/);
  assert.equal(result.here, 2);
  assert.deepEqual(new Set(loaded), new Set(["parquet.js", "parquet_bg.wasm"]));
});

test("Parquet in the one-file build: says what it needs, and takes addresses or the module", async (t) => {
  const { page } = await open(t);
  await page.evaluate(`(${MAKE_PARQUET})().then((bytes) => { globalThis.parquetFile = bytes; })`);
  const result = await page.evaluate(async () => {
    const inline = await import("/node_modules/huntbook/inline.js");
    const without = await inline.read(parquetFile).catch((error) => error);
    const folder = new URL("/node_modules/huntbook/", location.href).href;
    await inline.init({ parquet: { module: `${folder}parquet.js`, wasm: `${folder}parquet_bg.wasm` } });
    const byAddress = await inline.read(parquetFile);
    const module = await import("/parquet/parquet_wasm.js");
    await module.default();
    await inline.init({ parquet: module });
    return [without.code, without.message, byAddress.numRows, (await inline.read(parquetFile)).numRows];
  });
  assert.equal(result[0], "unsupported");
  assert.match(result[1], /init\(\{ parquet \}\)/);
  assert.deepEqual(result.slice(2), [2, 2]);
});

test("time from nothing to the first answer (printed, not judged)", async (t) => {
  const { page } = await open(t);
  const [first, second, fromCold] = await page.evaluate(async () => {
    const start = performance.now();
    await hb.init();
    const ready = performance.now() - start;
    const again = performance.now();
    await hb.read("a,b\n1,2");
    const worker = performance.now() - again;
    const third = performance.now();
    await hb.read("a,b\n1,2");
    return [ready, worker, performance.now() - third];
  });
  const bytes = fs.statSync(path.join(root, "pkg/huntbook_bg.wasm")).size;
  t.diagnostic(`module of ${(bytes / 1e6).toFixed(2)} MB ready in ${first.toFixed(0)} ms, first call (starts the worker) ${second.toFixed(0)} ms, next ${fromCold.toFixed(1)} ms`);
});
