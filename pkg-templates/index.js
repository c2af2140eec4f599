// The browser entry. The addresses are written so that bundlers see them and
// copy the files.
import { makeApi } from "./api.js";
import { fetchFile, openWorker } from "./browser.js";

export const { __NAMES__ } = /* @__PURE__ */ makeApi({
  fetchFile,
  openWorker,
  // Not as a module that bundlers follow: Observable Framework leaves out what they make of one.
  loadParts: () => import(/* @vite-ignore */ /* webpackIgnore: true */ String(new URL("./parts.js", import.meta.url))),
  wasm: () => new URL("./huntbook_bg.wasm", import.meta.url),
  worker: true,
  get parquet() {
    return {
      module: new URL("./parquet.js", import.meta.url),
      wasm: new URL("./parquet_bg.wasm", import.meta.url),
    };
  },
});
