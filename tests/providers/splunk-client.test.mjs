// Splunk's own client asks the stand-in of these tests, which thereby does what that client expects of a server.
import assert from "node:assert/strict";
import test from "node:test";
import splunk from "splunk-sdk";
import { startSplunk } from "./splunk-server.mjs";

async function connect(t, settings, options) {
  const server = await startSplunk(t, settings);
  const { port } = new URL(server.url);
  splunk.Logger.setLevel("NONE");
  const service = new splunk.Service({ scheme: "http", host: "127.0.0.1", port, username: "admin", password: "secret-1", ...options });
  await service.login();
  return { server, service };
}

async function whenDone(job) {
  while (!(await job.fetch()).properties().isDone) {}
}

const ROWS = Array.from({ length: 250 }, (_, i) => ({ _time: `2024-01-01T00:00:${String(i % 60).padStart(2, "0")}.000+00:00`, host: `web${i}` }));

for (const [version, path] of [["9.2.1", "/services/search/v2/jobs"], ["8.2.0", "/services/search/jobs"]]) {
  test(`a job of Splunk ${version}: made, waited for, read in pages, cancelled`, async (t) => {
    const { server, service } = await connect(t, { version, rows: ROWS });
    const job = await service.jobs().create("search index=main", { earliest_time: "-1d" });
    await whenDone(job);
    assert.equal(job.properties().resultCount, 250);
    const [first] = await job.results({ count: 100, offset: 200 });
    assert.deepEqual([first.fields, first.rows.length, first.rows[0][1]], [["_time", "host"], 50, "web200"]);
    assert.ok(server.requests.some((request) => request.method === "POST" && request.path === `${path}/`));
    await job.cancel();
    assert.deepEqual(server.removed, [[job.sid, "cancelled"]]);
    await assert.rejects(job.fetch(), ({ status, data }) => status === 404 && /Unknown sid/.test(JSON.stringify(data)));
  });
}

test("a one-shot search, saved searches, fired alerts, indexes, a namespace", async (t) => {
  const { server, service } = await connect(t, { rows: ROWS, saved: [["Errors in the last hour", { search: "error OR failed", "dispatch.earliest_time": "-1h" }]] }, { owner: "bob", app: "search" });
  const { rows } = await service.jobs().oneshotSearch("search *", { count: 0 });
  assert.equal(rows.length, 250);
  const saved = await service.savedSearches().fetch();
  assert.deepEqual(saved.list().map(({ name }) => name), ["Errors in the last hour"]);
  assert.equal(saved.item("Errors in the last hour").properties().search, "error OR failed");
  const alerts = await service.firedAlertGroups().fetch();
  assert.deepEqual(alerts.list().map((group) => group.count()), [2, 2]);
  assert.deepEqual((await service.indexes().fetch()).list().map(({ name }) => name), ["main", "_audit"]);
  assert.ok(server.requests.some(({ path }) => path === "/servicesNS/bob/search/saved/searches/"));
});

test("what is wrong", async (t) => {
  const { server, service } = await connect(t);
  await assert.rejects(service.jobs().create("index=main"), ({ status, data }) => status === 400 && data.messages[0].type === "FATAL");
  // The client logs in again by itself.
  server.settings.session = "session-2";
  assert.equal((await service.jobs().create("| makeresults")).sid, "1700000000.1");
  await assert.rejects(connect(t, { password: "other" }), ({ status }) => status === 401);
});
