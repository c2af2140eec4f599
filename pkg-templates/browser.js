// What every page has: fetch, and a worker from a blob.
import source from "huntbook-worker";
import { HuntbookError, invalid, shownUrl } from "./errors.js";

export async function fetchFile(url, signal) {
  if (url.username) throw invalid(`${url.host}: browsers fetch no address with a name or a password in it; leave it out`);
  try {
    return await fetch(url, { signal });
  } catch (error) {
    throw new HuntbookError("network", `${shownUrl(url)}: cannot be fetched (${error.message}); check the address, and that the server allows other origins (CORS)`, { cause: error });
  }
}

export function openWorker() {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(address, { name: "huntbook" });
  } finally {
    // The worker has its own reference once it started to load.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}
