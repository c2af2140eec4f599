// Where data can be put, as users see it; what is done is in uploads.js, which is loaded when the first is used.
import { HuntbookError, cancelled, guard, invalid } from "./errors.js";
import { loadPart, retried } from "./later.js";
import { toSource } from "./source.js";

const CLASSES = {
  AzureBlobStorage: ["containers", "createContainer", "blobs", "upload", "download", "deleteBlob", "exists", "getSasToken"],
  LogAnalyticsUploader: ["upload"],
  SplunkUploader: ["upload"],
};

export function makeUploaders(tools) {
  const { Table, fetchFile } = tools;
  const all = { ...tools, guard, HuntbookError, invalid, cancelled, toSource: (source, signal) => toSource(source, { Table, fetchFile, signal }) };
  const made = ([name, methods]) => [name, {
    [name]: class {
      #open;

      constructor(options) {
        this.#open = retried(async () => (await loadPart("uploads.js", () => import("./uploads.js"))).open(all, name, options));
      }

      static {
        for (const method of methods) this.prototype[method] = async function (...args) { return (await this.#open())[method](...args); };
      }
    },
  }[name]];
  return Object.fromEntries(Object.entries(CLASSES).map(made));
}
