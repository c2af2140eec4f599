// The worker. It is bundled into a string, so that it needs no file of its own:
// a page may start a worker only from its own origin, and a notebook's package
// comes from another.
import { makeRunner } from "./operations.js";

let runner;

onmessage = async ({ data }) => {
  if (data.start) {
    runner = makeRunner(data.start.module, data.start.parquet);
    postMessage({ ready: true });
    return;
  }
  let last = 0;
  const progress = data.wantsProgress
    ? (fraction) => {
        const now = Date.now();
        if (now - last < 50) return;
        last = now;
        postMessage({ progress: fraction });
      }
    : undefined;
  const answer = await runner.run(data.job, progress);
  const bytes = answer.value?.table ?? answer.value;
  postMessage({ answer }, bytes instanceof Uint8Array ? [bytes.buffer] : []);
};
