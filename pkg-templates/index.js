// The browser entry. The addresses are written so that bundlers see them and
// copy the files.
import { makeApi } from "./api.js";
import { fetchFile, openWorker } from "./browser.js";

export const { __NAMES__ } = /* @__PURE__ */ makeApi({
  here: import.meta.url,
  fetchFile,
  openWorker,
  queries: () => new URL("queries/", import.meta.url.replace(/[^/]*$/, "")),
  wasm: () => new URL("./huntbook_bg.wasm", import.meta.url),
  worker: true,
  get parquet() {
    return {
      module: new URL("./parquet.js", import.meta.url),
      wasm: new URL("./parquet_bg.wasm", import.meta.url),
    };
  },
});
