// The queue in front of the workers, with workers and modules made for the test:
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

/** Workers that answer `answers[fn]`, or what that gives for a job's arguments, or never. */
function fakeWorker(answers, opened = []) {
  return () => {
    const worker = {
      terminated: false,
      messages: [],
      terminate() { worker.terminated = true; },
      postMessage(message) {
        worker.messages.push(message);
        queueMicrotask(() => {
          if (message.start) return worker.onmessage({ data: { ready: true } });
          if (!message.job) return undefined;
          const { fn, args } = message.job;
          worker.held = args[0]?.key ?? worker.held;
          const answer = typeof answers[fn] === "function" ? answers[fn](...args) : answers[fn];
          for (const progress of answer?.progress ?? []) worker.onmessage({ data: { progress } });
          if (answer === "crash") worker.onerror({ message: "out of memory" });
          else if (answer) worker.onmessage({ data: { answer, held: worker.held } });
        });
      },
    };
    opened.push(worker);
    return worker;
  };
}

/** An engine with up to `workers` fake ones, which `opened` collects. */
const pool = (workers, answers, opened) => makeEngine({ getModule: async () => ({}), openWorker: fakeWorker(answers, opened), settings: { worker: true, workers } });

/** A job that is done whole by `fn(0)`, or in parts by `part(1)`, `part(2)` … */
const inParts = (fn, { count = 3, part = fn, join = async (values) => values.join(" + ") } = {}) => ({
  fn,
  args: [0],
  cut: async (most) => ({ jobs: Array.from({ length: Math.min(count, most) }, (_, i) => ({ fn: part, args: [i + 1] })), join }),
});

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

test("parts go to as many workers as there may be, and are joined in order", async () => {
  for (const [workers, expected] of [[1, "10"], [2, "11 + 12"], [3, "11 + 12 + 13"], [9, "11 + 12 + 13"]]) {
    const opened = [];
    const { run } = pool(workers, { add: (x) => ({ value: String(x + 10) }) }, opened);
    assert.equal(await run(inParts("add")), expected);
    assert.equal(opened.length, Math.min(workers, 3), `${workers} workers`);
  }
});

test("what cannot be cut, or cannot be joined, one worker does", async () => {
  const opened = [];
  const { run } = pool(2, { add: (x) => ({ value: String(x + 10) }) }, opened);
  assert.equal(await run({ fn: "add", args: [0], cut: async () => undefined }), "10");
  assert.equal(opened.length, 1);
  assert.equal(await run(inParts("add", { join: async () => undefined })), "10");
  assert.equal(opened.length, 2);
});

test("of several errors that of the first part counts", async () => {
  const fail = (x) => ({ error: { code: "badInput", message: `row ${x}` } });
  const { run } = pool(3, { fail: (x) => (x === 1 ? { value: 1 } : fail(x)) });
  await assert.rejects(run(inParts("fail")), { code: "badInput", message: "row 2" });
});

test("progress is that of all parts together, and never goes back", async () => {
  const seen = [];
  const { run } = pool(2, { work: () => ({ progress: [0.25, 0.5, 1], value: "x" }), again: { progress: [0.5], value: "y" } });
  const onProgress = (fraction) => seen.push(fraction);
  assert.equal(await run(inParts("again", { count: 2, part: "work", join: async () => undefined }), { onProgress }), "y");
  assert.deepEqual(seen, [0.125, 0.25, 0.5, 0.625, 0.75, 1]);
});

test("cancelling stops every worker of the job; idle ones and the next job go on", async () => {
  const opened = [];
  const { run } = pool(3, { add: (x) => ({ value: String(x + 10) }) }, opened);
  await run(inParts("add"));
  const controller = new AbortController();
  const hanging = run(inParts("hangs", { count: 2 }), { signal: controller.signal });
  const waiting = run(inParts("add", { count: 2 }));
  setTimeout(() => controller.abort("enough"), 5);
  await assert.rejects(hanging, { code: "cancelled", cause: "enough" });
  assert.deepEqual(opened.map((worker) => worker.terminated), [true, true, false]);
  assert.equal(await waiting, "11 + 12");
  assert.equal(opened.length, 4);
});

test("a worker that crashes in the middle fails the job, and is replaced", async () => {
  const opened = [];
  const { run } = pool(2, { crash: (x) => (x === 2 ? "crash" : { value: "1" }), add: (x) => ({ value: String(x + 10) }) }, opened);
  await assert.rejects(run(inParts("crash")), { code: "internal", message: /out of memory/ });
  assert.equal(await run(inParts("add")), "11 + 12");
  assert.deepEqual(opened.map((worker) => worker.terminated), [false, true, false]);
});

test("if only some workers start, these do all parts, without a warning, and no other is tried", async (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const opened = [];
  let refused = 0;
  const open = fakeWorker({ add: (x) => ({ value: String(x + 10) }) }, opened);
  for (const refuse of [() => { throw new Error("too many"); }, () => ({ postMessage() { queueMicrotask(() => this.onerror({})); }, terminate() {} })]) {
    opened.length = refused = 0;
    const openWorker = () => {
      if (opened.length === 0) return open();
      refused += 1;
      return refuse();
    };
    const { run } = makeEngine({ getModule: async () => ({}), openWorker, settings: { worker: true, workers: 2 } });
    assert.equal(await run(inParts("add", { count: 2 })), "11 + 12");
    assert.equal(await run(inParts("add", { count: 2 })), "10");
    assert.deepEqual([opened.length, refused, warn.mock.callCount()], [1, 1, 0]);
  }
});

test("if no worker starts, this thread does the whole, with one warning", async (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const { run } = makeEngine({ getModule: async () => ({}), openWorker: () => { throw new Error("forbidden"); }, settings: { worker: true, workers: 3 } });
  assert.equal(await run({ ...inParts("double"), args: [4] }), 8);
  assert.equal(warn.mock.callCount(), 1);
});

test("one idle worker stays, the others end after a while", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const opened = [];
  const { run } = pool(3, { add: (x) => ({ value: String(x + 10) }) }, opened);
  const living = () => opened.filter((worker) => !worker.terminated).length;
  await run(inParts("add"));
  t.mock.timers.tick(19_999);
  assert.equal(living(), 3);
  t.mock.timers.tick(1);
  assert.equal(living(), 1);
  assert.equal(await run(inParts("add")), "11 + 12 + 13");
  assert.equal(opened.length, 5);
});

test("settings that change let a job end as it began, and its worker with it", async () => {
  const opened = [];
  let end;
  const { run, restart } = pool(1, { add: { value: 1 }, wait: () => void (end = () => opened[0].onmessage({ data: { answer: { value: 2 } } })) }, opened);
  const waiting = run({ fn: "wait", args: [0] });
  while (!end) await new Promise((resolve) => setTimeout(resolve, 1));
  restart();
  end();
  assert.equal(await waiting, 2);
  assert.equal(await run({ fn: "add", args: [0] }), 1);
  assert.deepEqual(opened.map((worker) => worker.terminated), [true, false]);
});

/** A raw table of one piece, and how often it was written. */
function fakeRows() {
  const memory = () => ({ buffer: new ArrayBuffer(8) });
  const rows = { numRows: 4, written: 0, constructor: { memory } };
  rows.slice = () => ({ constructor: { memory }, free() {}, pieces: () => ({ places: () => (rows.written++, [0, 8]), free() {} }) });
  return rows;
}
const ofTable = (id, raw, from = 0, to = 4) => ({ fn: "add", args: [{ id, raw, from, to }] });

test("a table goes over once, unless another came between, its worker was lost, or it was freed", async () => {
  const opened = [];
  const { run, forget } = pool(1, { add: { value: 1 }, crash: "crash" }, opened);
  const raw = fakeRows();
  const steps = [
    ["at first", () => {}, 1],
    ["again", () => {}, 1],
    ["after work on a text", () => run({ fn: "add", args: ["text"] }), 1],
    ["after another table", () => run(ofTable(2, fakeRows())), 2],
    ["after other rows of it", () => run(ofTable(1, fakeRows(), 0, 2)), 3],
    ["after a crash", () => run({ fn: "crash", args: [0] }).catch(() => {}), 4],
    ["after another was freed", () => forget(2), 4],
    ["after it was freed", () => forget(1), 5],
  ];
  for (const [name, before, written] of steps) {
    await before();
    await run(ofTable(1, raw));
    assert.equal(raw.written, written, name);
  }
  assert.deepEqual(opened.at(-1).messages.filter(({ forget }) => forget), [{ forget: 1 }]);
});

test("parts of a table go to the workers that hold them", async () => {
  const opened = [];
  const { run } = pool(2, { add: { value: "x" }, crash: "crash" }, opened);
  const raw = fakeRows();
  const jobs = [[0, 2], [2, 4]].map(([from, to]) => ofTable(1, raw, from, to));
  const job = { ...ofTable(1, raw), cut: async () => ({ jobs, join: async (values) => values.join("") }) };
  await run(job);
  await run({ ...job, cut: async () => ({ jobs: jobs.toReversed(), join: async () => 1 }) });
  assert.equal(raw.written, 2);
});
