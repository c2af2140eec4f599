// Several workers in a page: what they find together, cancelling, policies, and
// the tables that they keep.
import assert from "node:assert/strict";
import test from "node:test";
import { html, openPage, project, serve } from "./helpers.mjs";

let folder;
let url;
test.before(async (t) => {
  folder = project(t, {
    "index.html": html("<progress></progress>"),
    "start.js": `globalThis.hb = await import("./node_modules/huntbook/index.js");
      // Eleven megabytes in lines, of which each has something to find.
      const line = (i) => \`see hxxp://evil\${i % 977}[.]example/p and 203.0.113.\${i % 255} of user \${i}, who has said nothing else of it \${i % 9 ? "" : btoa("Write-Host hello, this is number " + i)}\\n\`;
      globalThis.largeText = () => Array.from({ length: 120_000 }, (_, i) => line(i)).join("");
      globalThis.largeTable = () => hb.read(new TextEncoder().encode("text\\n" + largeText().replaceAll(",", "")), { format: "csv" });
      globalThis.sameBytes = (a, b) => { const [x, y] = [a.toArrow(), b.toArrow()]; return x.length === y.length && x.every((byte, i) => byte === y[i]); };`,
  });
  const server = await serve(folder);
  t.after(() => server.close());
  url = server.url;
});

async function open(t, address = url) {
  const { page, log } = await openPage(t);
  await page.goto(address);
  await page.addScriptTag({ type: "module", url: "/start.js" });
  await page.waitForFunction(() => globalThis.sameBytes);
  return { page, log };
}

/** Waits until the page has so many workers. */
async function workersOf(page, count) {
  for (let i = 0; page.workers().length !== count && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  return page.workers().length;
}

test("several workers find in a large table and a large file what one finds", async (t) => {
  const { page, log } = await open(t);
  const rows = await page.evaluate(async () => {
    const file = new File([largeText()], "large.txt");
    const table = await largeTable();
    globalThis.calls = [() => hb.extractIocs(file), () => hb.extractIocs(table), () => hb.extractIocs(table, { unique: true }), () => hb.unpackBase64(table)];
    await hb.init({ workers: 1 });
    globalThis.expected = [];
    for (const call of calls) expected.push(await call());
    return expected.map((one) => one.numRows);
  });
  assert.equal(await workersOf(page, 1), 1);
  assert.ok(rows[0] > 200_000 && rows[1] > 200_000, String(rows));
  assert.ok(rows[3] > 10_000, String(rows));
  const same = await page.evaluate(async () => {
    await hb.init({ workers: 2 });
    const same = [];
    for (const [i, call] of calls.entries()) same.push(sameBytes(await call(), expected[i]));
    return same;
  });
  assert.deepEqual(same, [true, true, true, true]);
  assert.equal(await workersOf(page, 2), 2);
  assert.deepEqual(log, []);
});

test("cancelling in the middle stops all of them, and the next call works", async (t) => {
  const { page, log } = await open(t);
  const result = await page.evaluate(async () => {
    await hb.init({ workers: 2 });
    const file = new File([largeText()], "large.txt");
    const controller = new AbortController();
    // A part tells its progress at the first megabyte, so before its end.
    const onProgress = (fraction) => { globalThis.at = fraction; controller.abort("enough"); };
    const error = await hb.extractIocs(file, { signal: controller.signal, onProgress }).catch((error) => error);
    return [error.code, error.cause, globalThis.at > 0 && globalThis.at < 1];
  });
  assert.deepEqual(result, ["cancelled", "enough", true]);
  assert.equal(await workersOf(page, 0), 0);
  const bar = await page.evaluate(async () => {
    const bar = document.querySelector("progress");
    const seen = [];
    const onProgress = { get value() { return bar.value; }, set value(value) { seen.push(bar.value = value); } };
    const table = await hb.extractIocs(new File([largeText()], "large.txt"), { onProgress });
    return { rows: table.numRows, value: bar.value, isOrdered: seen.every((value, i) => !i || value > seen[i - 1]), steps: seen.length };
  });
  assert.ok(bar.rows > 200_000 && bar.isOrdered && bar.steps > 1 && bar.value === 1, JSON.stringify(bar));
  assert.equal(await workersOf(page, 2), 2);
  assert.deepEqual(log, []);
});

test("a policy without workers from blobs: this thread, with one warning", async (t) => {
  const policy = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:";
  const server = await serve(folder, { headers: { "content-security-policy": policy } });
  t.after(() => server.close());
  const { page, log } = await open(t, server.url);
  const rows = await page.evaluate(async () => {
    await hb.init({ workers: 3 });
    const file = new File([largeText()], "large.txt");
    return [(await hb.extractIocs(file)).numRows, (await hb.extractIocs(file, { unique: true })).numRows];
  });
  assert.ok(rows[0] > 200_000 && rows[1] < rows[0], String(rows));
  const ours = log.filter((line) => line.startsWith("warning: huntbook"));
  assert.equal(ours.length, 1, log.join("\n"));
  assert.match(ours[0], /worker-src blob:/);
  assert.equal(page.workers().length, 0);
});

test("if only the first worker starts, it does everything, without a warning", async (t) => {
  const { page, log } = await open(t);
  const rows = await page.evaluate(async () => {
    const { Worker } = globalThis;
    let opened = 0;
    globalThis.Worker = class {
      constructor(...args) {
        if (opened++) throw new Error("one is enough");
        return new Worker(...args);
      }
    };
    await hb.init({ workers: 2 });
    const file = new File([largeText()], "large.txt");
    return [(await hb.extractIocs(file)).numRows, (await hb.extractIocs(file)).numRows, opened];
  });
  assert.ok(rows[0] > 200_000 && rows[0] === rows[1], String(rows));
  assert.equal(rows[2], 2, "it was tried once");
  assert.equal(page.workers().length, 1);
  assert.deepEqual(log, []);
});

test("a table goes to the worker once, and is forgotten there when it is freed", async (t) => {
  const { page } = await open(t);
  const sent = await page.evaluate(async () => {
    const sent = [];
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, ...more) {
      if (message.job?.args[0]?.key) sent.push([message.job.fn, Boolean(message.job.args[0].table)]);
      if (message.forget) sent.push(["forget"]);
      return postMessage.call(this, message, ...more);
    };
    const table = await hb.Table.fromRows([{ a: "x" }, { a: "y" }]);
    const counts = [];
    counts.push((await hb.topValues(table, { columns: ["a"] })).numRows);
    counts.push((await hb.extractIocs(table)).numRows);
    table.free();
    const other = await hb.Table.fromRows([{ a: "evil.com" }]);
    counts.push((await hb.extractIocs(other)).numRows);
    return { sent, counts };
  });
  assert.deepEqual(sent, { sent: [["topValues", true], ["extractIocs", false], ["forget"], ["extractIocs", true]], counts: [2, 0, 1] });
});

test("what cuts and joins is loaded with the first large source; where it is not served, one worker does the whole", async (t) => {
  const ROWS = [["index.js", true, 2], ["index.js", false, 1], ["inline.js", false, 2]];
  for (const [entry, isServed, workers] of ROWS) {
    const { page } = await openPage(t);
    const asked = [];
    await page.route("**/parts.js", (route) => {
      asked.push(route.request().url());
      return isServed ? route.continue() : route.fulfill({ status: 404 });
    });
    await page.goto(url);
    const small = await page.evaluate(async (entry) => {
      globalThis.hb = await import(`./node_modules/huntbook/${entry}`);
      await hb.init({ workers: 2 });
      return (await hb.extractIocs("evil.com")).numRows;
    }, entry);
    assert.deepEqual([small, asked.length], [1, 0], entry);
    const large = await page.evaluate(async () => (await hb.extractIocs("one line of many, with evil.com and more\n".repeat(220_000))).numRows);
    assert.deepEqual([large, asked.length, page.workers().length], [220_000, entry === "index.js" ? 1 : 0, workers], `${entry}, ${isServed}`);
  }
});
