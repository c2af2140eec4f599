// What a service keeps for whoever asks, such as a job: it is made, and removed again whatever happens.

// Seconds. A service that does not answer keeps nobody waiting who wants to stop; it has the request by then.
const REMOVAL = 2;

/**
 * What `make()` resolves to. It is not stopped on its way, or what was made would stay there unknown: if the signal fires
 * meanwhile, `remove` gets it once it is made.
 */
export function making(make, remove, signal) {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const made = make();
  return new Promise((resolve, reject) => {
    const stop = () => {
      made.then(remove).catch(() => {});
      reject(signal.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
    made.then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
  });
}

/** Sends what removes something; that it is gone already, or cannot be removed, is no error of the user. */
export async function removing(send, request) {
  await send({ ...request, once: true, timeout: REMOVAL }).catch(() => {});
}
