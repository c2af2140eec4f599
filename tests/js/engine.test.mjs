// The queue in front of the worker, with workers and modules made for the test:
// what happens when they fail cannot be provoked with the real ones.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { build } from "esbuild";

const templates = path.resolve(import.meta.dirname, "../../pkg-templates");

/** engine.js with a raw module that `globalThis.makeRawForTest` makes. */
async function load() {
  const raw = { name: "raw", setup: (plugin) => {
    plugin.onResolve({ filter: /^huntbook-raw$/ }, ({ path }) => ({ path, namespace: "raw" }));
    plugin.onLoad({ filter: /.*/, namespace: "raw" }, () => ({ contents: "export default () => globalThis.makeRawForTest();" }));
  } };
  const { outputFiles } = await build({ entryPoints: [path.join(templates, "engine.js")], bundle: true, format: "esm", write: false, plugins: [raw] });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
}
const { makeEngine } = await load();

class Table {}
let instances = 0;
globalThis.makeRawForTest = () => ({
  Table,
  default: async () => {
    instances += 1;
    return { memory: { buffer: { byteLength: globalThis.memoryForTest ?? 0 } } };
  },
  double: (x) => 2 * x,
  trap: () => { throw new WebAssembly.RuntimeError("unreachable"); },
  refuse: () => { throw Object.assign(new Error("no"), { name: "HuntbookError", code: "badInput" }); },
  slow: (x, progress) => { for (const at of [0.1, 0.5, 0.3, 0.9]) if (progress?.(at) === false) throw Object.assign(new Error("cancelled"), { name: "HuntbookError", code: "cancelled" }); return x; },
});
const engine = (more) => makeEngine({ getModule: async () => ({}), openWorker: () => assert.fail("no worker was asked for"), settings: { worker: false }, ...more });

/** A worker that answers `answers[fn]`, or never. */
function fakeWorker(answers, opened = []) {
  return () => {
    const worker = {
      terminated: false,
      terminate() { worker.terminated = true; },
      postMessage(message) {
        queueMicrotask(() => {
          if (message.start) return worker.onmessage({ data: { ready: true } });
          const answer = answers[message.job.fn];
          if (answer === "crash") worker.onerror({ message: "out of memory" });
          else if (answer) worker.onmessage({ data: { answer } });
        });
      },
    };
    opened.push(worker);
    return worker;
  };
}

test("a trap is `internal`, and the next job gets a new instance", async () => {
  const { run } = engine();
  const before = instances;
  await assert.rejects(run({ fn: "trap", args: [] }), { name: "HuntbookError", code: "internal", message: /stopped unexpectedly \(unreachable\)/ });
  assert.equal(await run({ fn: "double", args: [4] }), 8);
  assert.equal(instances - before, 2);
});

test("an error of the library keeps the instance", async () => {
  const { run } = engine();
  const before = instances;
  await assert.rejects(run({ fn: "refuse", args: [] }), { code: "badInput", message: "no" });
  assert.equal(await run({ fn: "double", args: [4] }), 8);
  assert.equal(instances - before, 1);
});

test("an instance that grew large is dropped after its job", async () => {
  const { run } = engine();
  const before = instances;
  globalThis.memoryForTest = 300 * 2 ** 20;
  await run({ fn: "double", args: [1] });
  globalThis.memoryForTest = 0;
  await run({ fn: "double", args: [1] });
  assert.equal(instances - before, 2);
});

test("progress never goes back and ends at 1", async () => {
  const seen = [];
  await engine().run({ fn: "slow", args: [1] }, { onProgress: (fraction) => seen.push(fraction) });
  assert.deepEqual(seen, [0.1, 0.5, 0.9, 1]);
});

test("without a worker, a signal that fires during progress stops the work", async () => {
  const controller = new AbortController();
  const seen = [];
  const work = engine().run({ fn: "slow", args: [1] }, {
    signal: controller.signal,
    onProgress: (fraction) => { seen.push(fraction); if (fraction > 0.4) controller.abort("enough"); },
  });
  await assert.rejects(work, { code: "cancelled", cause: "enough" });
  assert.deepEqual(seen, [0.1, 0.5]);
});

test("cancelling in a worker ends it, and the waiting job runs in a new one", async () => {
  const opened = [];
  const { run } = engine({ settings: { worker: true }, openWorker: fakeWorker({ double: { value: 8 } }, opened) });
  const controller = new AbortController();
  const hanging = run({ fn: "hangs", args: [] }, { signal: controller.signal });
  const waiting = run({ fn: "double", args: [4] });
  setTimeout(() => controller.abort("enough"), 5);
  await assert.rejects(hanging, { code: "cancelled", cause: "enough" });
  assert.equal(await waiting, 8);
  assert.deepEqual(opened.map((worker) => worker.terminated), [true, false]);
});

for (const [name, failure] of [["crashes", "crash"], ["traps", { error: { code: "internal", message: "trap" } }]]) {
  test(`a worker that ${name} is replaced`, async () => {
    const opened = [];
    const { run } = engine({ settings: { worker: true }, openWorker: fakeWorker({ fails: failure, double: { value: 8 } }, opened) });
    await assert.rejects(run({ fn: "fails", args: [] }), { code: "internal" });
    assert.equal(await run({ fn: "double", args: [4] }), 8);
    assert.deepEqual(opened.map((worker) => worker.terminated), [true, false]);
  });
}

const REFUSALS = [
  ["throws", () => { throw new Error("forbidden"); }],
  ["fails later", () => { const worker = { postMessage: () => queueMicrotask(() => worker.onerror({})), terminate() {} }; return worker; }],
];
for (const [name, openWorker] of REFUSALS) {
  test(`a worker that ${name}: this thread, and one warning`, async (t) => {
    const warn = t.mock.method(console, "warn", () => {});
    const { run } = engine({ settings: { worker: true }, openWorker });
    assert.equal(await run({ fn: "double", args: [4] }), 8);
    assert.equal(await run({ fn: "double", args: [5] }), 10);
    assert.equal(warn.mock.callCount(), 1);
  });
}

test("a module that cannot be had fails the job, and the next asks again", async () => {
  let asked = 0;
  const { run } = engine({ getModule: async () => { if (asked++ === 0) throw new Error("offline"); return {}; } });
  await assert.rejects(run({ fn: "double", args: [1] }), { message: "offline" });
  assert.equal(await run({ fn: "double", args: [4] }), 8);
});
