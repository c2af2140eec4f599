// Azure Blob Storage from a page of another origin: the account's CORS rules let it in, or not.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";
import { startAzurite } from "./azurite/start.mjs";

const RULE = { allowedMethods: "GET,PUT,HEAD,DELETE,POST,OPTIONS", allowedHeaders: "x-ms-*,authorization,content-type,if-*,range", exposedHeaders: "x-ms-*,etag,content-*", maxAgeInSeconds: 60 };

test("a page asks an account of another origin", async (t) => {
  const azurite = await startAzurite(t);
  if (!azurite) return;
  // A page that a test makes up has no address of its own, so Chromium would not let it ask this machine.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-page-"));
  fs.writeFileSync(path.join(folder, "own.html"), html(""));
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
  });
  const { page, log } = await openPage(t, { ignoreHTTPSErrors: true });
  const inPage = async (work, ...args) => {
    await page.goto(`${site.url}/own.html`);
    return page.evaluate(async ([work, options, ...args]) => {
      const hb = await import("/pkg/index.js");
      try {
        return await (0, eval)(work)(new hb.AzureBlobStorage(options), hb, ...args);
      } catch (error) {
        return { code: error.code, message: error.message };
      }
    }, [String(work), { base: azurite.base, auth: azurite.token() }, ...args]);
  };

  await t.test("refused: the error says what it may be, and what to do", async () => {
    const answer = await inPage((store) => store.containers());
    assert.equal(answer.code, "network");
    assert.match(answer.message, /no answer from 127\.0\.0\.1:\d+\. A page is not told why: .*\(CORS\).*pass \{ proxy/);
    await azurite.client.setProperties({ cors: [{ ...RULE, allowedOrigins: "https://elsewhere.example" }] });
    assert.equal((await inPage((store) => store.containers())).code, "network");
    assert.match(log.join("\n"), /blocked by CORS policy: (No 'Access-Control-Allow-Origin'|Response to preflight)/);
  });

  await t.test("allowed: all of it works", async () => {
    await azurite.client.setProperties({ cors: [{ ...RULE, allowedOrigins: site.url }] });
    const answer = await inPage(async (store, hb) => {
      await store.createContainer("logs");
      const table = await hb.read("a,b\n1,x\n2,y", { name: "a.csv" });
      await store.upload("logs", "dir/a b.csv", table, { overwrite: false });
      const twice = await store.upload("logs", "dir/a b.csv", table, { overwrite: false }).catch((error) => error.message);
      const bytes = new Uint8Array(9 * 2 ** 20).map((_, i) => i);
      await store.upload("logs", "big.bin", bytes);
      const big = new Uint8Array(await (await store.download("logs", "big.bin")).arrayBuffer());
      const names = (await store.blobs("logs")).column("name");
      const rows = (await hb.read(await store.download("logs", "dir/a b.csv"))).rows().map((row) => ({ ...row, a: Number(row.a) }));
      const address = await store.getSasToken("logs", "dir/a b.csv");
      const shared = await (await fetch(address)).text();
      await store.deleteBlob("logs", "big.bin");
      return { twice, same: big.length === bytes.length && big.every((byte, i) => byte === bytes[i]), names, rows, shared, left: await store.exists("logs", "big.bin") };
    });
    assert.match(answer.twice ?? answer.message, /exists in logs already/);
    assert.deepEqual({ ...answer, twice: undefined }, { twice: undefined, same: true, names: ["big.bin", "dir/a b.csv"], rows: [{ a: 1, b: "x" }, { a: 2, b: "y" }], shared: "a,b\r\n1,x\r\n2,y\r\n", left: false });
  });

  await t.test("without exposed headers it works as well", async () => {
    await azurite.client.setProperties({ cors: [{ ...RULE, exposedHeaders: "", allowedOrigins: site.url }] });
    const answer = await inPage(async (store) => {
      const wrong = await Promise.all([store.download("logs", "gone"), store.blobs("nowhere")].map((one) => one.catch((error) => error.message)));
      const bytes = new Uint8Array(5 * 2 ** 20).fill(7);
      await store.upload("logs", "big.bin", bytes);
      return { wrong, size: (await store.download("logs", "big.bin")).size };
    });
    assert.match(answer.wrong?.[0] ?? answer.message, /The blob gone does not exist in logs/);
    assert.match(answer.wrong[1], /Unknown container/);
    assert.equal(answer.size, 5 * 2 ** 20);
  });
});
