// The worker. It is bundled into a string, so that it needs no file of its own:
// a page may start a worker only from its own origin, and a notebook's package
// comes from another.
import { makeRunner } from "./operations.js";
import { sendArrow } from "./pieces.js";

let runner;
let work; // the job
let answered; // takes the page's reply to what the job asked

const ask = (message, transfer = []) => new Promise((resolve) => {
  answered = resolve;
  postMessage(message, transfer);
});

// One piece of memory goes back and forth for all parts of the job's bytes.
let spare;
async function getPart(from, to) {
  if (spare?.length < to - from) spare = undefined;
  const part = await ask({ wants: [from, to], spare }, spare ? [spare.buffer] : []);
  spare = new Uint8Array(part.buffer);
  return part;
}

onmessage = async ({ data }) => {
  if (data.start) {
    const deliver = (table) => sendArrow(table, ask);
    runner = makeRunner(data.start.module, data.start.parquet, { deliver, getPart });
    postMessage({ ready: true });
    return;
  }
  if ("reply" in data) return void answered(data.reply);
  if (data.forget) return void (await work, runner.forget(data.forget));
  let last = 0;
  const progress = data.wantsProgress
    ? (fraction) => {
        const now = Date.now();
        if (now - last < 50) return;
        last = now;
        postMessage({ progress: fraction });
      }
    : undefined;
  work = runner.run(data.job, progress);
  const answer = await work;
  postMessage({ answer, held: runner.held() });
};
