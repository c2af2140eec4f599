// Searches that a service does as jobs: begun, asked for until they are done, read, and removed whatever happens.
import { unlessAborted } from "./http.js";

// Milliseconds between two questions: short at first, as most searches are.
const FIRST = 250;
const LONGEST = 3000;
// For the removal of a job: waited for, so that it is gone when the user has the answer, but not by a user who wants to stop.
const REMOVAL = 2000;
const REMOVAL_STOPPED = 250;

/**
 * Runs a job and resolves to what `read(id, state)` does. `begin()` resolves to its id; `check(id)` to its state, of which `done` and
 * perhaps `wait`, in milliseconds, are looked at here. After so many `seconds` it is read as it is, and `state.late` is true.
 * `remove(id)` is called at the end, also if the user stops while the job is only being begun.
 */
export async function runJob({ begin, check, read, remove }, { seconds, pause, signal }) {
  const deadline = Date.now() + 1000 * seconds;
  // Not stopped by the signal: a job whose id never came could not be removed.
  const begun = begin();
  try {
    const id = await unlessAborted(begun, signal);
    for (let wait = FIRST; ; wait = Math.min(2 * wait, LONGEST)) {
      const state = await check(id);
      if (state.done) return await read(id, state);
      const next = state.wait ?? wait;
      if (Date.now() + next > deadline) return await read(id, { ...state, late: true });
      await pause(next, signal);
    }
  } finally {
    const removed = begun.then(remove).catch(() => {});
    const enough = new AbortController();
    const waited = pause(signal?.aborted ? REMOVAL_STOPPED : REMOVAL, enough.signal).catch(() => {});
    await Promise.race([removed, waited]);
    enough.abort();
  }
}
