// The Node entry: files come from the disk. Work runs in this thread unless
// `init({ worker: true })` asks for one (then a signal can stop it).
import { readFile, readdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import source from "huntbook-worker";
import { makeApi } from "./api.js";
import { fetchFile as fetchRemote } from "./browser.js";
import * as errors from "./errors.js";

async function fetchFile(url, signal) {
  const address = String(url);
  if (!address.startsWith("file:")) return fetchRemote(url, signal);
  try {
    return new Uint8Array(await readFile(new URL(address), { signal }));
  } catch (error) {
    throw new errors.HuntbookError("network", `${address}: cannot be read (${error.message}); check the path`, { cause: error });
  }
}

/** The files at a path or a file: URL, `{ folder, files: [[path, URL]] }`; one file is no folder. */
async function listFolder(place) {
  try {
    const root = /^file:/.test(place) ? fileURLToPath(place) : place;
    if (!(await stat(root)).isDirectory()) return { files: [[basename(root), pathToFileURL(root)]] };
    const found = await readdir(root, { recursive: true, withFileTypes: true });
    const paths = found.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
    return { folder: basename(root), files: paths.sort().map((path) => [relative(root, path).split(sep).join("/"), pathToFileURL(path)]) };
  } catch (error) {
    throw new errors.HuntbookError("badInput", `connect: ${place} cannot be read (${error.message}); check the path`, { cause: error });
  }
}

/** A worker thread that looks like a browser's worker to both sides. */
function openWorker() {
  const prelude = `const { parentPort } = require("node:worker_threads");
    globalThis.postMessage = (data, transfer) => parentPort.postMessage(data, transfer);
    parentPort.on("message", (data) => globalThis.onmessage({ data }));`;
  const thread = new Worker(`${prelude}\n${source}`, { eval: true });
  const target = {
    postMessage: (data, transfer) => thread.postMessage(data, transfer),
    terminate: () => thread.terminate(),
    // An idle worker does not keep the process alive.
    idle: () => thread.unref(),
    busy: () => thread.ref(),
  };
  thread.on("message", (data) => target.onmessage?.({ data }));
  thread.on("error", (error) => target.onerror?.(error));
  return target;
}

export const { __NAMES__ } = /* @__PURE__ */ makeApi({
  fetchFile,
  listFolder,
  openWorker,
  queries: () => new URL("queries/", import.meta.url.replace(/[^/]*$/, "")),
  wasm: () => new URL("./huntbook_bg.wasm", import.meta.url),
  worker: false,
  cores: availableParallelism(),
  parquet: {
    module: new URL("./parquet.js", import.meta.url),
    wasm: new URL("./parquet_bg.wasm", import.meta.url),
  },
});
