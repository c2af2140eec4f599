// Signing in through the proxy, which has the secret.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { CLIENT, DOMAIN, GRAPH, LOGS, TENANT, startEntra } from "../providers/entra.mjs";
import { hb } from "../providers/helpers.mjs";
import { built, start } from "./servers.mjs";
import { certificates } from "./service.mjs";

test("by a device code, and with a secret that only the proxy has", async (t) => {
  built();
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-proxy-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  certificates(folder);
  const entra = await startEntra(t, { prefix: "" });
  const more = ["entra", "entra-usgov"].map((route) => `[routes.${route}]\nupstream = "${entra.url}"\nplain_http = true\n`).join("");
  const server = await start("proxy", folder, { service: 1, stranger: 1, nobody: 1 }, { more, keys: { HUNTBOOK_ENTRA_SECRET: entra.secret } });
  t.after(() => server.stop());
  const usual = { tenant: DOMAIN, clientId: CLIENT, proxy: `http://127.0.0.1:${server.port}`, scope: LOGS };

  const account = await hb.signIn({ ...usual, method: "devicecode", onCode: () => {} });
  assert.deepEqual([account.name, account.tenant], ["anne@contoso.com", TENANT]);
  assert.match(await account.getToken({ scope: GRAPH }), /graph/);
  assert.ok(entra.asked.every((form) => !("client_secret" in form)), "a secret only where the client asks for one");

  const app = await hb.signIn({ ...usual, method: "clientsecret", cloud: "usgov" });
  assert.match(await app.getToken(), /loganalytics/);
  assert.equal(entra.asked.at(-1).client_secret, entra.secret);
  assert.equal(app.tenant, TENANT);
  await assert.rejects(hb.signIn({ ...usual, tenant: "nobody.example", method: "clientsecret" }), { code: "unauthorized", message: /AADSTS90002/ });
  assert.ok(!server.log().includes(entra.secret));
});
