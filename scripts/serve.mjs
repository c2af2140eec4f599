// A static server for the demo site and the tests:
//   node scripts/serve.mjs ROOT [--port N] [--mount /path=FOLDER …] [--page ADDRESS]
// prints where ROOT, or a page of it, is served.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".log": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".zip": "application/zip",
};

/**
 * Serves `root`, and each of `mounts` (`{ "/pkg": folder }`) under its path.
 * `headers` are sent with every file. Resolves to `{ url, close }`.
 */
export function serve(root, { port = 0, mounts = {}, headers = {} } = {}) {
  const server = http.createServer((request, response) => {
    const file = locate(root, mounts, request.url);
    const stat = file && fs.statSync(file, { throwIfNoEntry: false });
    if (!stat) return void response.writeHead(404, headers).end("not found");
    if (stat.isDirectory()) {
      const { pathname, search } = new URL(request.url, "http://localhost");
      return void response.writeHead(301, { location: `${pathname}/${search}` }).end();
    }
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": stat.size, "cache-control": "no-cache", ...headers });
    if (request.method === "HEAD") return void response.end();
    fs.createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() });
    });
  });
}

/** The file for an address, or `undefined` when it is outside of what is served. */
function locate(root, mounts, url) {
  let pathname;
  try {
    pathname = path.posix.normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
  } catch {
    return undefined;
  }
  if (pathname.includes("\0")) return undefined;
  if (pathname.endsWith("/")) pathname += "index.html";
  const mount = Object.keys(mounts).find((prefix) => pathname.startsWith(`${prefix}/`));
  const folder = path.resolve(mount ? mounts[mount] : root);
  const file = path.join(folder, mount ? pathname.slice(mount.length) : pathname);
  return file.startsWith(folder + path.sep) ? file : undefined;
}

async function main([root = ".", ...args]) {
  const options = { mounts: {} };
  let page = "";
  for (let i = 0; i < args.length; i += 2) {
    if (args[i] === "--port") options.port = Number(args[i + 1]);
    else if (args[i] === "--page") page = args[i + 1];
    else if (args[i] === "--mount") {
      const [prefix, folder] = args[i + 1].split("=");
      options.mounts[prefix] = folder;
    }
  }
  try {
    const { url } = await serve(root, options);
    console.log(`huntbook is at ${url}/${page} (Ctrl+C stops it)`);
  } catch (error) {
    console.error(`serve: port ${options.port} cannot be used (${error.code}); choose another: make demo PORT=8001`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
