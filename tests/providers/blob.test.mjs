// Azure Blob Storage, with Azurite as the account and @azure/storage-blob as the other client.
import assert from "node:assert/strict";
import test from "node:test";
import { startAzurite } from "./azurite/start.mjs";
import { assertHidden, hb } from "./helpers.mjs";

test("Azure Blob Storage", async (t) => {
  const azurite = await startAzurite(t);
  if (!azurite) return;
  const { base, client, token, vendor } = azurite;
  const tokens = [];
  const store = new hb.AzureBlobStorage({ base, auth: ({ scope }) => tokens.push(scope) && token() });
  const logs = client.getContainerClient("logs");

  await t.test("containers are created and listed", async () => {
    await store.createContainer("logs");
    assert.equal(await logs.exists(), true);
    await client.createContainer("other", { access: "blob" });
    const table = await store.containers();
    assert.deepEqual(table.column("name"), ["logs", "other"]);
    assert.deepEqual(table.column("public_access"), [null, "blob"]);
    assert.ok(table.column("last_modified").every((time) => Math.abs(time - Date.now()) < 600_000));
    assert.deepEqual((await store.containers({ prefix: "ot" })).column("name"), ["other"]);
    assert.deepEqual([await store.exists("logs"), await store.exists("nowhere")], [true, false]);
    await assert.rejects(store.createContainer("logs"), { code: "service", message: /Container logs already exists\.$/, status: 409 });
    assert.deepEqual(new Set(tokens), new Set(["https://storage.azure.com/.default"]));
  });

  await t.test("what is uploaded is what the vendor's client downloads, and the other way round", async () => {
    const text = "a,b\n1,ö\n";
    const result = await store.upload("logs", "2026/a b+c#?%.csv", text);
    assert.deepEqual(result, { url: `${base}/logs/2026/a%20b%2Bc%23%3F%25.csv`, size: 9 });
    const blob = logs.getBlobClient("2026/a b+c#?%.csv");
    assert.equal((await blob.downloadToBuffer()).toString(), text);
    assert.equal((await blob.getProperties()).contentType, "text/csv");
    await logs.getBlockBlobClient("theirs.ndjson").uploadData(Buffer.from('{"n":1}\n{"n":2}\n'), { blobHTTPHeaders: { blobContentType: "application/x-ndjson" } });
    const file = await store.download("logs", "theirs.ndjson");
    assert.deepEqual([file instanceof File, file.name, file.type, file.size], [true, "theirs.ndjson", "application/x-ndjson", 16]);
    assert.deepEqual((await hb.read(file)).column("n"), Float64Array.of(1, 2));
    await store.upload("logs", "empty", new Uint8Array());
    assert.equal((await store.download("logs", "empty")).size, 0);
  });

  await t.test("a table is written as its name says", async () => {
    const table = await hb.Table.fromRows([{ n: 9007199254740993n, when: new Date(0) }]);
    for (const name of ["t.csv", "t.json", "t.ndjson", "T.ARROW"]) {
      await store.upload("logs", name, table);
      assert.deepEqual((await hb.read(await store.download("logs", name))).rows(), table.rows(), name);
    }
    await assert.rejects(store.upload("logs", "t.parquet", table), { code: "invalidArgument", message: /does not say how to write the table/ });
  });

  await t.test("what is there is kept with overwrite: false", async () => {
    await store.upload("logs", "kept.txt", "first", { overwrite: false, contentType: "text/x-own" });
    await assert.rejects(store.upload("logs", "kept.txt", "second", { overwrite: false }), { code: "service", message: /kept\.txt exists in logs already/ });
    assert.equal(await (await store.download("logs", "kept.txt")).text(), "first");
    await store.upload("logs", "kept.txt", "third");
    assert.equal(await (await store.download("logs", "kept.txt")).text(), "third");
  });

  await t.test("large blobs go in parts, both ways, and tell how far they are", async () => {
    const bytes = new Uint8Array(9 * 2 ** 20 + 5).map((_, i) => (i * 2654435761) >>> 13);
    const seen = [];
    await store.upload("logs", "large.bin", new Blob([bytes]), { onProgress: (part) => seen.push(part), overwrite: false });
    assert.deepEqual([seen.length, seen.at(-1), seen.every((one, i) => i === 0 || one > seen[i - 1])], [4, 1, true]);
    const { committedBlocks } = await logs.getBlockBlobClient("large.bin").getBlockList("all");
    assert.deepEqual(committedBlocks.map(({ size }) => size), [4 * 2 ** 20, 4 * 2 ** 20, 2 ** 20 + 5]);
    assert.ok((await logs.getBlobClient("large.bin").downloadToBuffer()).equals(bytes));
    seen.length = 0;
    const file = await store.download("logs", "large.bin", { onProgress: (part) => seen.push(part) });
    assert.ok(Buffer.from(await file.arrayBuffer()).equals(bytes));
    assert.deepEqual([seen.length, seen.at(-1)], [3, 1]);
    await assert.rejects(store.upload("logs", "large.bin", new Blob([bytes]), { overwrite: false }), { message: /exists in logs already/ });
    await assert.rejects(store.download("logs", "large.bin", { maxBytes: 1e6 }), { code: "limitExceeded", message: /large\.bin has 9\.4 MB/ });
    const stop = new AbortController();
    const running = store.upload("logs", "stopped.bin", new Blob([bytes]), { signal: stop.signal, onProgress: () => stop.abort("enough") });
    await assert.rejects(running, { code: "cancelled", cause: "enough" });
    assert.equal(await store.exists("logs", "stopped.bin"), false);
  });

  await t.test("lists have all pages, and types", async () => {
    const many = logs.getBlockBlobClient("many/0");
    await many.upload("x", 1, { metadata: { case: "IR <1> & more" }, tier: "Cool" });
    for (let i = 1; i < 8; i++) await logs.getBlockBlobClient(`many/${i}`).upload("x", 1);
    const table = await store.blobs("logs", { prefix: "many/" });
    assert.deepEqual(table.column("name"), Array.from({ length: 8 }, (_, i) => `many/${i}`));
    assert.deepEqual(table.columns.slice(0, 8).map(({ name, type }) => `${name} ${type}`), [
      "name text", "size int64", "content_type text", "last_modified timestamp", "creation_time timestamp", "etag text", "blob_type text", "access_tier text",
    ]);
    assert.deepEqual([table.column("metadata.case")[0], table.column("metadata.case")[1], table.column("access_tier")[0]], ["IR <1> & more", null, "Cool"]);
    assert.equal(table.columns.find(({ name }) => name === "server_encrypted").type, "bool");
    assert.ok(!table.columns.some(({ name }) => name.startsWith("lease")));
    assert.deepEqual((await store.blobs("logs", { prefix: "many/", limit: 3 })).column("name"), ["many/0", "many/1", "many/2"]);
    const none = await store.blobs("other");
    assert.deepEqual([none.numRows, none.numColumns], [0, 8]);
  });

  await t.test("blobs are deleted, with their snapshots", async () => {
    await store.upload("logs", "gone", "x");
    await logs.getBlobClient("gone").createSnapshot();
    await store.deleteBlob("logs", "gone");
    assert.equal(await store.exists("logs", "gone"), false);
    await assert.rejects(store.deleteBlob("logs", "gone"), { message: /The blob gone does not exist in logs$/, status: 404 });
    await assert.rejects(store.download("logs", "gone"), { code: "service", message: /The blob gone does not exist in logs$/ });
    await assert.rejects(store.blobs("nowhere"), { message: /Unknown container, check container name or create it first/ });
    await assert.rejects(store.upload("nowhere", "a", "x"), { message: /Unknown container/ });
  });

  await t.test("signatures: the account and the vendor's client take ours, and ours is the vendor's", async () => {
    await store.upload("logs", "dir/secret ö.txt", "for whoever has the address");
    const address = await store.getSasToken("logs", "dir/secret ö.txt");
    const answer = await fetch(address);
    assert.deepEqual([answer.status, await answer.text()], [200, "for whoever has the address"]);
    assert.equal((await new vendor.BlobClient(address).downloadToBuffer()).toString(), "for whoever has the address");
    assert.equal((await fetch(address, { method: "DELETE" })).status, 403);
    assert.equal((await fetch(address.replace("secret", "other"))).status, 403);
    const query = new URL(address).searchParams;
    assert.ok(Math.abs(Date.parse(query.get("se")) - Date.now() - 7 * 86_400_000) < 60_000);

    // The same from the vendor's client, for the same times, for which Azurite gives the same key.
    const { searchParams: given } = new URL(await store.getSasToken("logs", undefined, { permissions: "wlr", start: new Date(Date.now() - 60_000), expiry: new Date(Date.now() + 3_600_000) }));
    assert.deepEqual([given.get("sp"), given.get("sr")], ["rwl", "c"]);
    const list = new vendor.ContainerClient(`${base}/logs?${given}`);
    assert.ok((await list.listBlobsFlat().next()).value.name);
    const time = (name) => new Date(given.get(name));
    const signedIn = new vendor.BlobServiceClient(base, { getToken: async () => ({ token: token(), expiresOnTimestamp: Date.now() + 3_600_000 }) });
    const key = await signedIn.getUserDelegationKey(time("skt"), time("ske"));
    const values = { containerName: "logs", permissions: vendor.ContainerSASPermissions.parse("rwl"), startsOn: time("st"), expiresOn: time("se"), protocol: "https", version: given.get("sv") };
    const theirs = vendor.generateBlobSASQueryParameters(values, key, azurite.account);
    assert.deepEqual(Object.fromEntries(given), Object.fromEntries(new URLSearchParams(theirs.toString())));
  });

  await t.test("signatures of the vendor's client are taken, as `auth` or in the address", async () => {
    const sas = vendor.generateBlobSASQueryParameters({ containerName: "logs", permissions: vendor.ContainerSASPermissions.parse("rcwdl"), expiresOn: new Date(Date.now() + 3_600_000) }, azurite.credential).toString();
    for (const options of [{ base, auth: { sas } }, { base, auth: { sas: `?${sas}` } }, { base: `${base}?${sas}` }]) {
      const own = new hb.AzureBlobStorage(options);
      await own.upload("logs", "by-signature.txt", "x");
      assert.equal((await own.download("logs", "by-signature.txt")).size, 1);
      assert.ok((await own.blobs("logs", { limit: 2 })).numRows === 2);
      await assert.rejects(own.getSasToken("logs", "a"), { code: "invalidArgument", message: /a signature cannot make others/ });
    }
    const sig = new URLSearchParams(sas).get("sig");
    const secrets = [sig, encodeURIComponent(sig)];
    await assertHidden(secrets, () => new hb.AzureBlobStorage({ base: `${base}?${sas}` }).containers());
    await assertHidden(secrets, () => new hb.AzureBlobStorage({ base: `https://127.0.0.1:1/${azurite.account}?${sas}` }).containers());
    await assertHidden(secrets, () => new hb.AzureBlobStorage({ base: `mail to?${sas}` }).containers());
    const wrong = new hb.AzureBlobStorage({ base, auth: { sas: sas.replace("sig=", "sig=AA") } });
    await assert.rejects(wrong.blobs("logs"), { code: "unauthorized", message: /does not let you in/ });
  });

  await t.test("a token that has expired is refused, and hidden", async () => {
    const old = token({ exp: 1000 });
    await assert.rejects(new hb.AzureBlobStorage({ base, auth: old }).containers(), { code: "unauthorized" });
    await assertHidden([old], () => new hb.AzureBlobStorage({ base, auth: old }).containers());
  });

  await t.test("mistakes", async () => {
    for (const [options, message] of [
      [undefined, /AzureBlobStorage: options should be an object/], [{ auth: "t" }, /option `account` should be the name/], [{ account: "Contoso!", auth: "t" }, /option `account`/],
      [{ account: "contoso" }, /there is no `auth`; pass .*sas/], [{ account: "contoso", auth: 5 }, /^AzureBlobStorage: option `auth` should be a token/], [{ account: "contoso", auth: { sas: "x" } }, /shared access signature/],
      [{ account: "contoso", auth: "t", cloud: "mars" }, /no cloud "mars" \(there are: global, usgov, cn\)/], [{ account: "contoso", auth: "t", acount: 1 }, /^AzureBlobStorage: there is no option `acount` \(there are: account, base, cloud, auth/],
    ]) await assert.rejects(new hb.AzureBlobStorage(options).containers(), { code: "invalidArgument", message });
    for (const [work, message] of [
      [() => store.blobs("Logs"), /no name of a container/], [() => store.blobs(), /no name of a container/], [() => store.upload("logs", "a/../../other/b", "x"), /no name of a blob/],
      [() => store.download("logs", ""), /no name of a blob/], [() => store.upload("logs", "a", "x", { overwrit: 1 }), /upload: there is no option `overwrit` \(there are: overwrite, contentType, signal, onProgress\)/],
      [() => store.upload("logs", "a", 5), /this source is a number/], [() => store.upload("logs", "a", "x", { overwrite: "no" }), /true or false/], [() => store.blobs("logs", { limit: 0 }), /`limit`/],
      [() => store.getSasToken("logs", "a", { permissions: "rq" }), /letters racwdxytmei/], [() => store.getSasToken("logs", "a", { expiry: new Date(Date.now() + 8 * 86_400_000) }), /within seven days/],
      [() => store.getSasToken("logs", "a", { expiry: "soon" }), /should be a time/], [() => store.containers({ signal: 5 }), /AbortSignal/],
    ]) await assert.rejects(work(), { code: "invalidArgument", message }, String(work));
  });
});
