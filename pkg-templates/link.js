// One worker, seen from the page: sends it jobs, takes progress and results.
import { toPlain } from "./errors.js";
import { mapTables } from "./pieces.js";
import { toSend } from "./sheets.js";

/**
 * Starts a worker. `openWorker()` makes one that runs worker.js, or throws; `start` is
 * what it needs, and tables of results go to what `makeTarget` makes (see pieces.js).
 * `ready` resolves to why it does not start, or to nothing.
 */
export function openLink({ openWorker, start, makeTarget }) {
  let target;
  const ready = new Promise((resolve, reject) => {
    target = openWorker();
    target.onerror = (event) => {
      event.preventDefault?.();
      reject(event);
    };
    target.onmessage = () => {
      target.idle?.();
      resolve();
    };
    target.postMessage({ start });
  }).catch((error) => error.message || "the browser refused it");
  const link = { ready, held: undefined, isLost: false, run, stop, forget };

  function stop() {
    link.isLost = true;
    target?.terminate();
  }

  /** Frees what the worker keeps of the table `id`. */
  function forget(id) {
    link.held = undefined;
    target.postMessage({ forget: id });
  }

  /** Resolves to `{ value }` or `{ error }`; never if the worker is stopped meanwhile. */
  function run(job, onProgress) {
    const [bytes] = job.args;
    const tables = []; // in the order in which they came
    return new Promise((resolve) => {
      const fail = (code, message) => {
        stop();
        resolve({ error: { code, message } });
      };
      const reply = (part) => target.postMessage({ reply: part }, part ? [part.buffer] : []);
      const take = (data) => {
        if (data.progress !== undefined) onProgress(data.progress);
        else if (data.wants) {
          const [from, to] = data.wants;
          const part = data.spare?.subarray(0, to - from) ?? new Uint8Array(to - from);
          part.set(bytes.subarray(from, to));
          reply(part);
        } else if (data.begin !== undefined) {
          tables.push(makeTarget(data.begin));
          reply();
        } else if (data.part) {
          tables.at(-1).write(data.part);
          reply(data.part);
        } else {
          link.held = data.held;
          // After a trap even the worker's own state is not to be trusted.
          if (data.answer.error?.code === "internal") stop();
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
        // The caller's own bytes stay his, and go over in parts, as the worker asks
        // for them: it has no whole copy either.
        const sent = toSend(job, link.held);
        const [source] = sent.args;
        if (source instanceof Uint8Array) sent.args[0] = { size: source.length };
        target.postMessage({ job: sent, wantsProgress: Boolean(onProgress) }, source?.table ? [source.table.buffer] : []);
      } catch (error) {
        target.idle?.();
        const isArgument = error.name === "DataCloneError";
        resolve({ error: isArgument ? { code: "invalidArgument", message: `an argument cannot be sent to the worker (${error.message})` } : toPlain(error) });
      }
    });
  }

  return link;
}
