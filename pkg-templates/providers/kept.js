// What the browser keeps from one session to the next, in one database of this page's origin: files whose user said so, and
// answers that seldom change. Where there is no such database, answers stay as long as the program runs.

const NAME = "huntbook";
const STORES = ["files", "answers"];

const answers = new Map();
let opened;

function open() {
  return new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
    request.onsuccess = () => {
      // Another page may want to delete it.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** `act(store)` gives a request; resolves to its result once all is written. */
async function within(store, mode, act) {
  opened ??= open();
  const database = await opened.catch((error) => {
    opened = undefined;
    throw error;
  });
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

const inMb = (bytes) => `${(bytes / 1e6).toPrecision(3)} MB`;

/** `within` for kept files: its errors say what to do. */
async function ofFiles({ HuntbookError }, mode, act) {
  const cannot = (why, cause) => new HuntbookError("unsupported", `files cannot be kept here (${why}); pass them to connect each time`, { cause });
  if (!globalThis.indexedDB) throw cannot("there is no IndexedDB");
  try {
    return await within("files", mode, act);
  } catch (error) {
    if (error?.name === "QuotaExceededError") throw error;
    throw cannot(error?.message || error?.name, error);
  }
}

/** Keeps `{ roots, count, bytes }` under a name, instead of what it had. */
export async function keepFiles(tools, name, { roots, count, bytes }) {
  try {
    await ofFiles(tools, "readwrite", (store) => store.put({ name, roots, count, bytes, saved: new Date() }, name));
  } catch (error) {
    if (error?.name !== "QuotaExceededError") throw error;
    const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
    const room = quota === undefined ? "" : `, of which ${inMb(Math.max(quota - usage, 0))} of ${inMb(quota)} are free`;
    const others = (await keptFiles(tools)).map((one) => one.name);
    throw new tools.HuntbookError("limitExceeded", `connect: the browser has no room to keep ${inMb(bytes)} as \`${name}\`${room}; keep fewer files, forget others (there are: ${others.join(", ") || "none"}), or pass a folder of showDirectoryPicker(), of which only the place is kept`, { cause: error });
  }
}

/** What is kept: `[{ name, files, bytes, saved }]`. */
export async function keptFiles(tools) {
  const all = await ofFiles(tools, "readonly", (store) => store.getAll());
  return all.map(({ name, count, bytes, saved }) => ({ name, files: count, bytes, saved }));
}

export const rootsOf = async (tools, name) => (await ofFiles(tools, "readonly", (store) => store.get(name)))?.roots;

/** Whether there was something to forget. */
export async function forgetFiles(tools, name) {
  const had = await ofFiles(tools, "readonly", (store) => store.getKey(name));
  await ofFiles(tools, "readwrite", (store) => store.delete(name));
  return had !== undefined;
}

/** The answer that `ask()` gives, or gave at most `days` ago; with `refresh` it is asked again. */
export async function remembered(key, days, refresh, ask) {
  const isFresh = (one) => one && Date.now() - one.saved < days * 864e5;
  let found = answers.get(key);
  // A browser may deny its database; then it is asked each time.
  if (!found && globalThis.indexedDB) found = await within("answers", "readonly", (store) => store.get(key)).catch(() => undefined);
  if (!refresh && isFresh(found)) return found.answer;
  const made = { saved: Date.now(), answer: await ask() };
  answers.set(key, made);
  if (globalThis.indexedDB) await within("answers", "readwrite", (store) => store.put(made, key)).catch(() => {});
  return made.answer;
}
