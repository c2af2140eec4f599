// Runs jobs one after the other: in workers if there may be any, else in this
// thread. A job that is cancelled takes the workers that do it with it.
import { HuntbookError, cancelled, fromPlain, invalid, toPlain } from "./errors.js";
import { openLink } from "./link.js";
import { makeRunner } from "./operations.js";
import { toBytes, writeArrow } from "./pieces.js";
import { isOf, keyOf, toSend } from "./sheets.js";

// One worker stays; the others end when nobody wanted them for so long.
const IDLE_MS = 20_000;

/**
 * `getModule()` is the compiled WebAssembly; `openWorker()` makes a worker that
 * runs worker.js, or throws; `settings` are those of `init`; `getTarget` resolves
 * to where results that are tables go (see pieces.js).
 *
 * A job is `{ fn, args, cut }`: `cut(count)` resolves to `{ jobs, join }`, jobs for
 * several workers and what joins their results, or to nothing; so does `join`.
 */
export function makeEngine({ getModule, openWorker, settings, getTarget = async () => toBytes }) {
  const queue = [];
  let running;
  const links = []; // to workers that are started; `entry` is what they work for
  let most = Infinity; // as many workers start here, as far as is known
  let here; // the runner of this thread

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
    const { job } = entry;
    const module = await getModule();
    const crosses = !settings.parquet?.readParquet; // a module's functions cannot be posted
    if (settings.worker && most > 0 && crosses) {
      const count = Math.min(settings.workers, most);
      const parts = count > 1 && !entry.settled && await job.cut?.(count);
      const answer = (parts && await inParts(parts, module, entry)) || (await inWorkers([job], module, entry))[0];
      if (answer) return answer;
    }
    if (entry.settled) return undefined;
    here ??= makeRunner(module, settings.parquet, { deliver: async (table) => writeArrow(table, await getTarget()) });
    try {
      return here.run(toSend(job, here.held()), (fraction) => notify(entry, fraction) && !entry.settled);
    } catch (error) {
      return { error: toPlain(error) };
    }
  }

  /** The answer that the parts of a job give together, if they do. */
  async function inParts({ jobs, join }, module, entry) {
    const answers = await inWorkers(jobs, module, entry);
    if (!answers.length) return undefined;
    const failure = failureOf(answers);
    if (failure || entry.settled) return failure;
    const value = await join(answers.map((answer) => answer.value));
    return value && { value };
  }

  /** The answers to an entry's jobs, each in a worker of its own if so many start; none if none does. */
  async function inWorkers(jobs, module, entry) {
    const left = [...jobs.keys()];
    const answers = [];
    const done = jobs.map(() => 0);
    async function work() {
      const link = await takeLink(module, entry);
      if (!link) return;
      while (left.length && !failureOf(answers)) {
        const held = left.findIndex((i) => link.held && keyOf(jobs[i].args[0]) === link.held);
        const [i] = left.splice(Math.max(held, 0), 1);
        answers[i] = await link.run(jobs[i], entry.onProgress && ((fraction) => {
          done[i] = fraction;
          notify(entry, done.reduce((sum, one) => sum + one) / done.length);
        }));
        done[i] = 1;
      }
      leave(link);
    }
    await Promise.all(jobs.map(work));
    return answers;
  }

  /** A worker for this entry once it answers, or `undefined` where there can be no more. */
  async function takeLink(module, entry) {
    const makeTarget = await getTarget();
    let link = links.find((one) => !one.entry);
    if (entry.settled || (!link && links.length >= most)) return undefined;
    if (!link) links.push(link = openLink({ openWorker, start: { module, parquet: plainParquet(settings.parquet) }, makeTarget }));
    clearTimeout(link.timer);
    link.entry = entry;
    const problem = await link.ready;
    if (!problem) return link;
    if (!links.includes(link)) return undefined; // stopped meanwhile
    remove(link);
    most = links.length;
    if (most === 0) console.warn(`huntbook works without a worker, so long work will freeze this page (${problem}). Allow "worker-src blob:" in the page's Content-Security-Policy, or say init({ worker: false }).`);
    return undefined;
  }

  /** A worker is free again. */
  function leave(link) {
    link.entry = undefined;
    if (link.isLost) return remove(link);
    link.timer = setTimeout(() => links[0] !== link && remove(link), IDLE_MS);
    link.timer.unref?.();
  }

  function remove(link) {
    link.stop();
    if (links.includes(link)) links.splice(links.indexOf(link), 1);
  }

  /** Rejects a job at once; the workers that do it are stopped in the middle of it. */
  function drop(entry, error) {
    entry.reject(error);
    const waiting = queue.indexOf(entry);
    if (waiting >= 0) queue.splice(waiting, 1);
    const busy = links.filter((link) => link.entry === entry);
    busy.forEach(remove);
    if (running !== entry || !busy.length) return;
    running = undefined;
    next();
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

  /** For new settings: the next job starts afresh. */
  function restart() {
    for (const link of [...links]) {
      if (link.entry) link.isLost = true;
      else remove(link);
    }
    here = undefined;
  }

  /** Frees what is kept of the table `id`, which nobody has any more. */
  function forget(id) {
    for (const link of links) if (isOf(link.held, id)) link.forget(id);
    here?.forget(id);
  }

  return { run, restart, forget };
}

/** The first is what one worker would have met. */
const failureOf = (answers) => answers.find((answer) => answer?.error);

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
