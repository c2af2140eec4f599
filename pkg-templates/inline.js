// One file: the WebAssembly is inside, gzipped, as base64.
import packed from "huntbook-wasm";
import { makeApi } from "./api.js";
import { fetchFile, openWorker } from "./browser.js";

async function unpack() {
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export const { __NAMES__ } = /* @__PURE__ */ makeApi({
  here: import.meta.url,
  fetchFile,
  openWorker,
  wasm: unpack,
  worker: typeof Worker === "function",
  parquet: undefined,
});
