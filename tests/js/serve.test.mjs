// The static server behind `make demo` and the browser tests.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { serve } from "../../scripts/serve.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-serve-"));
fs.mkdirSync(path.join(folder, "www/sub"), { recursive: true });
fs.mkdirSync(path.join(folder, "pkg"));
fs.writeFileSync(path.join(folder, "www/index.html"), "home");
fs.writeFileSync(path.join(folder, "www/sub/index.html"), "sub");
fs.writeFileSync(path.join(folder, "www/100% ü.txt"), "odd");
fs.writeFileSync(path.join(folder, "pkg/a.wasm"), "wasm");
fs.writeFileSync(path.join(folder, "secret"), "secret");
const server = await serve(path.join(folder, "www"), { mounts: { "/pkg": path.join(folder, "pkg") } });
test.after(() => {
  server.close();
  fs.rmSync(folder, { recursive: true });
});

/** Asks for exactly this path; fetch would tidy it up first. */
function get(target) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    http.get({ hostname, port, path: target }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => (body += chunk)).on("end", () => resolve([answer.statusCode, body, answer.headers]));
    }).on("error", reject);
  });
}

const ROWS = [
  ["a folder is its index.html", "/", 200, "home"],
  ["a query is left out", "/index.html?x=1", 200, "home"],
  ["a folder without its slash is redirected", "/sub", 301, ""],
  ["an encoded name", "/100%25%20%C3%BC.txt", 200, "odd"],
  ["a mounted folder", "/pkg/a.wasm", 200, "wasm"],
  ["nothing there", "/absent.js", 404, "not found"],
  ["a way out of the folder", "/../secret", 404, "not found"],
  ["an encoded way out", "/%2e%2e/secret", 404, "not found"],
  ["a way out of a mounted folder", "/pkg/..%2fsecret", 404, "not found"],
  ["broken encoding", "/%zz", 404, "not found"],
  ["a NUL", "/%00", 404, "not found"],
];
for (const [name, target, status, body] of ROWS) {
  test(name, async () => assert.deepEqual((await get(target)).slice(0, 2), [status, body]));
}

test("WebAssembly has the type that streaming needs", async () => {
  const [, , headers] = await get("/pkg/a.wasm");
  assert.equal(headers["content-type"], "application/wasm");
});
