// Runs jobs one after the other: in a worker if there may be one, else in this
// thread. A job that is cancelled takes its worker with it.
import { HuntbookError, cancelled, fromPlain, invalid } from "./errors.js";
import { makeRunner } from "./operations.js";
import { mapTables, toBytes, writeArrow } from "./pieces.js";

/**
 * `getModule()` is the compiled WebAssembly; `openWorker()` makes a worker that
 * runs worker.js, or throws; `settings` are those of `init`; `getTarget` resolves
 * to where results that are tables go (see pieces.js).
 */
export function makeEngine({ getModule, openWorker, settings, getTarget = async () => toBytes }) {
  const queue = [];
  let running;
  let worker; // started and waiting, or at work
  let here; // the runner of this thread
  let noWorker = false;

  function run(job, { onProgress, signal } = {}) {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    return new Promise((resolve, reject) => {
      const entry = { job, onProgress, signal, last: -1, settled: false };
      const settle = (how) => (value) => {
        if (entry.settled) return;
        entry.settled = true;
        signal?.removeEventListener("abort", entry.abort);
        how(value);
      };
      entry.resolve = settle(resolve);
      entry.reject = settle(reject);
      entry.abort = () => drop(entry, cancelled(signal));
      signal?.addEventListener("abort", entry.abort);
      queue.push(entry);
      next();
    });
  }

  async function next() {
    if (running || !queue.length) return;
    running = queue.shift();
    const entry = running;
    try {
      const answer = await execute(entry);
      if (answer?.error) entry.reject(fromPlain(answer.error));
      else if (answer) {
        notify(entry, 1);
        entry.resolve(answer.value);
      }
    } catch (error) {
      entry.reject(error);
    }
    if (running === entry) running = undefined;
    next();
  }

  async function execute(entry) {
    const module = await getModule();
    if (entry.settled) return undefined;
    const crosses = !settings.parquet?.readParquet; // a module's functions cannot be posted
    if (settings.worker && !noWorker && crosses) {
      const ready = await startWorker(module);
      if (entry.settled) return undefined;
      if (ready) return inWorker(ready, entry);
    }
    here ??= makeRunner(module, settings.parquet, { deliver: async (table) => writeArrow(table, await getTarget()) });
    return here.run(entry.job, (fraction) => notify(entry, fraction) && !entry.settled);
  }

  /** Rejects a job at once; its worker, if any, is stopped in the middle of it. */
  function drop(entry, error) {
    entry.reject(error);
    const waiting = queue.indexOf(entry);
    if (waiting >= 0) queue.splice(waiting, 1);
    else if (running === entry && worker) {
      stopWorker();
      running = undefined;
      next();
    }
  }

  /** Whether the job goes on. */
  function notify(entry, fraction) {
    if (entry.settled) return false;
    if (!entry.onProgress || fraction <= entry.last) return true;
    entry.last = fraction;
    try {
      entry.onProgress(fraction);
      return true;
    } catch (error) {
      drop(entry, error);
      return false;
    }
  }

  async function inWorker(target, entry) {
    const makeTarget = await getTarget();
    // A table's bytes were made for this job. The caller's own bytes stay his, and
    // go over in parts, as the worker asks for them: it has no whole copy either.
    const [source, ...others] = entry.job.args;
    const isLarge = source instanceof Uint8Array;
    const args = [isLarge ? { size: source.length } : source, ...others];
    const transfer = source?.table ? [source.table.buffer] : [];
    const tables = []; // in the order in which they came
    return new Promise((resolve) => {
      const fail = (code, message) => {
        stopWorker();
        resolve({ error: { code, message } });
      };
      const take = (data) => {
        if (data.progress !== undefined) notify(entry, data.progress);
        else if (data.wants) {
          const [from, to] = data.wants;
          const part = data.spare?.subarray(0, to - from) ?? new Uint8Array(to - from);
          part.set(source.subarray(from, to));
          target.postMessage({ reply: part }, [part.buffer]);
        } else if (data.begin !== undefined) {
          tables.push(makeTarget(data.begin));
          target.postMessage({ reply: undefined });
        } else if (data.part) {
          tables.at(-1).write(data.part);
          target.postMessage({ reply: data.part }, [data.part.buffer]);
        } else {
          // After a trap even the worker's own state is not to be trusted.
          if (data.answer.error?.code === "internal") stopWorker();
          else target.idle?.();
          const value = mapTables(data.answer.value, (one) => one?.sent, () => tables.shift().end());
          resolve(data.answer.error ? data.answer : value.then((value) => ({ value })));
        }
      };
      target.onmessage = ({ data }) => {
        try {
          take(data);
        } catch (error) {
          fail("internal", `the data cannot be handed over (${error.message}), perhaps for lack of memory; try a smaller file`);
        }
      };
      target.onerror = (event) => {
        event.preventDefault?.();
        fail("internal", `the worker stopped (${event.message ?? "no reason given"}), perhaps for lack of memory; try a smaller file`);
      };
      target.busy?.();
      try {
        target.postMessage({ job: { fn: entry.job.fn, args }, wantsProgress: Boolean(entry.onProgress) }, transfer);
      } catch (error) {
        target.idle?.();
        resolve({ error: { code: "invalidArgument", message: `an argument cannot be sent to the worker (${error.message})` } });
      }
    });
  }

  /** The worker once it answers, or `undefined` where there can be none. */
  function startWorker(module) {
    if (worker) return worker.ready;
    const ready = new Promise((resolve) => {
      const none = (reason) => {
        worker = undefined;
        noWorker = true;
        console.warn(`huntbook works without a worker, so long work will freeze this page (${reason}). Allow "worker-src blob:" in the page's Content-Security-Policy, or say init({ worker: false }).`);
        resolve(undefined);
      };
      try {
        const target = openWorker();
        worker = { target };
        target.onerror = (event) => {
          event.preventDefault?.();
          none(event.message || "the browser refused it");
        };
        target.onmessage = () => {
          target.onerror = null;
          target.idle?.();
          resolve(target);
        };
        target.postMessage({ start: { module, parquet: plainParquet(settings.parquet) } });
      } catch (error) {
        none(error.message);
      }
    });
    if (worker) worker.ready = ready;
    return ready;
  }

  function stopWorker() {
    worker?.target.terminate();
    worker = undefined;
  }

  /** For new settings: the next job starts afresh. */
  function restart() {
    if (!running) stopWorker();
    here = undefined;
  }

  return { run, restart };
}

function plainParquet(parquet) {
  return parquet && { module: String(parquet.module), wasm: String(parquet.wasm) };
}

/** Takes what `init({ wasm })` may be and compiles it. */
export async function compile(input, fetchFile) {
  input = await input;
  if (input instanceof WebAssembly.Module) return input;
  if (typeof input === "string" || input instanceof URL) input = await fetchFile(input);
  const isResponse = typeof Response === "function" && input instanceof Response;
  if (!isResponse && !(input instanceof ArrayBuffer) && !ArrayBuffer.isView(input)) {
    throw invalid("init: `wasm` should be the address, the bytes, a Response or a WebAssembly.Module of huntbook_bg.wasm");
  }
  if (isResponse && !input.ok) {
    throw new HuntbookError("network", `huntbook_bg.wasm is not at ${input.url} (${input.status} ${input.statusText}); serve it there, say where it is with init({ wasm: url }), or import "huntbook/inline"`);
  }
  try {
    if (!isResponse) return await WebAssembly.compile(input);
    const streams = /^application\/wasm\b/.test(input.headers.get("content-type") ?? "");
    return streams ? await WebAssembly.compileStreaming(input) : await WebAssembly.compile(await input.arrayBuffer());
  } catch (error) {
    throw new HuntbookError("unsupported", `huntbook_bg.wasm does not start here (${error.message}); the browser must know WebAssembly SIMD (all since 2023), and a Content-Security-Policy must allow 'wasm-unsafe-eval'`, { cause: error });
  }
}
