// What pages get in Chromium: one whose origin is allowed, and one whose is not.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { html, openPage, serve } from "../packaging/helpers.mjs";
import { absent, built, start } from "./servers.mjs";
import { certificates, service } from "./service.mjs";

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-proxy-")));
let upstream, home, stranger;

before(async () => {
  built();
  certificates(folder);
  fs.mkdirSync(path.join(folder, "site"));
  fs.writeFileSync(path.join(folder, "site/index.html"), html(""));
  upstream = await service(folder);
  [home, stranger] = [await serve(path.join(folder, "site")), await serve(path.join(folder, "site"))];
});
after(() => {
  for (const server of [upstream, home, stranger]) server.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** In the page: calls as a client makes them, and what of the answers it can read. */
const calls = async (proxy) => {
  const call = async (target, options) => {
    try {
      const answer = await fetch(proxy + target, options);
      return { status: answer.status, error: answer.headers.get("huntbook-proxy-error"), wait: answer.headers.get("retry-after"), body: (await answer.text()).slice(0, 400) };
    } catch (error) {
      return error.name;
    }
  };
  const image = await new Promise((resolve) => {
    const element = new Image();
    element.onload = element.onerror = () => resolve("asked");
    element.src = `${proxy}/otx/api/v1/indicators/IPv4/192.0.2.99/general`;
  });
  return {
    lookup: await call("/virustotal/api/v3/files/x", { headers: { "x-apikey": "-" } }),
    quota: await call("/otx/api/v1/indicators/IPv4/192.0.2.1/general?do=quota", { headers: { "x-otx-api-key": "k" } }),
    refused: await call("/virustotal/api/v3/users/me", { headers: { "x-apikey": "-" } }),
    posted: await call("/based/_search", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }),
    simple: await call("/based/_search", { method: "POST", mode: "no-cors", body: "{}" }),
    image,
  };
};

for (const kind of ["proxy", "caddy", "nginx"]) {
  test(`${kind}: pages in Chromium`, { skip: absent(kind) }, async (t) => {
    const server = await start(kind, folder, { service: upstream.port, stranger: 1, nobody: 1 }, { page: home.url });
    t.after(() => server.stop());
    const { page } = await openPage(t);
    const run = async (site) => {
      upstream.seen.length = 0;
      await page.goto(site.url);
      return page.evaluate(calls, `http://127.0.0.1:${server.port}`);
    };

    const allowed = await run(home);
    assert.deepEqual(allowed.lookup, { status: 200, error: null, wait: null, body: '{"ok":true}' });
    assert.deepEqual([allowed.quota.status, allowed.quota.wait, allowed.quota.body], [429, "31", '{"error":"quota"}']);
    assert.equal(JSON.parse(allowed.refused.body).error.code, allowed.refused.error);
    assert.equal(allowed.posted.status, 200);
    assert.ok(!upstream.seen.some(({ url }) => url.includes("192.0.2.99")), "an image came to the service");

    const other = await run(stranger);
    assert.deepEqual([other.lookup, other.quota, other.refused, other.posted, other.image], ["TypeError", "TypeError", "TypeError", "TypeError", "asked"]);
    assert.deepEqual(upstream.seen, [], "another page came to the service");
  });
}
