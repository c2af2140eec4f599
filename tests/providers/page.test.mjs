// Providers in a page: a service that lets pages of other origins ask, and services that do not.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, resultOf, root, serve } from "../packaging/helpers.mjs";
import { startService } from "./helpers.mjs";
import { kusto } from "./microsoft.mjs";

/** A cluster; `allows(method)` says which of its answers let the page read them. */
async function cluster(t, allows) {
  let site; // the page's origin, once there is one
  const answer = kusto();
  const service = await startService(t, async (request) => {
    const given = request.method === "OPTIONS" ? { status: 204, body: "" } : await answer(request);
    const cors = allows(request.method) && { "Access-Control-Allow-Origin": site(), "Access-Control-Allow-Headers": "authorization, content-type, x-ms-app, x-ms-client-request-id", "Access-Control-Allow-Methods": "GET, POST" };
    return { ...given, headers: { ...given.headers, ...cors } };
  });
  return { service, from: (origin) => (site = () => origin) };
}

/** What a query comes to in a page of another origin. */
async function ask(t, { service, from }, { environment = "Kusto", connect = `{ cluster: "${service.url}", database: "Samples", auth: "token-1" }` } = {}) {
  // Of a server and not of the browser's own making: such a page may not reach this machine.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-page-"));
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
  });
  from(site.url);
  fs.writeFileSync(path.join(folder, "index.html"), html(`<script type="module">
    import * as hb from "/pkg/index.js";
    try {
      const provider = new hb.QueryProvider("${environment}");
      await provider.connect(${connect});
      const table = await provider.query("Logons");
      globalThis.result = { rows: table.numRows, computers: table.column("Computer") };
    } catch (error) {
      globalThis.result = { code: error.code, message: error.message };
    }
  </script>`));
  const { page, log } = await openPage(t, { unstopped: true });
  await page.goto(`${site.url}/index.html`);
  return resultOf(page, log);
}

test("a service that lets the page ask", async (t) => {
  const service = await cluster(t, () => true);
  assert.deepEqual(await ask(t, service), { rows: 3, computers: ["A", "B", "C"] });
  assert.ok(service.service.requests.some(({ method }) => method === "OPTIONS"), "the browser asked first");
});

for (const [name, allows] of [["no page at all", () => false], ["the page to ask but not to read", (method) => method === "OPTIONS"]]) {
  test(`a service that lets ${name}`, async (t) => {
    const { code, message } = await ask(t, await cluster(t, allows));
    assert.equal(code, "network");
    assert.match(message, /Kusto, 127: there is no answer from 127\.0\.0\.1:\d+\..*\(CORS\).*start huntbook's proxy and pass \{ proxy: "http:\/\/127\.0\.0\.1:8710", transport: "proxy" \}/);
    assert.ok(!message.includes("token-1"));
  });
}

test("a service that is known to let no page ask is not asked without the proxy", async (t) => {
  const service = await cluster(t, () => true);
  const { code, message } = await ask(t, service, { environment: "MDE", connect: '{ auth: "token-1" }' });
  assert.equal(code, "unsupported");
  assert.match(message, /Defender for Endpoint.* does not answer pages \(CORS\); start huntbook's proxy/);
  assert.equal(service.service.requests.length, 0);
});
