// Azure Blob Storage, by a stand-in: what Azurite does not do, such as many pages, and what goes wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";

const blob = (name) => `<Blob><Name>${name}</Name><Properties><Content-Length>8</Content-Length></Properties></Blob>`;
const page = (names, next = "") => `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${names.map(blob).join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;

async function open(t, answer = () => page(["a"]), options = {}) {
  const service = await startService(t, answer);
  const store = new hb.AzureBlobStorage({ base: `${service.url}/acct`, auth: "token-1", ...options });
  return { service, store, query: (given) => new hb.AzureBlobStorage({ base: `${service.url}/acct`, auth: "token-1", ...given }).blobs("logs") };
}

const NO_LIST = { code: "badInput", message: /the answer is no list/ };
testFaults("Azure Blob Storage", open, {
  404: { code: "service", message: /Unknown container, check container name or create it first/ },
  "invalid JSON": NO_LIST, "a page of HTML": NO_LIST,
});

test("requests are as the service wants them", async (t) => {
  const { service, store } = await open(t);
  await store.blobs("logs", { prefix: "a&b/" });
  const [{ method, path, query, headers }] = service.requests;
  assert.deepEqual([method, path, Object.fromEntries(query)], ["GET", "/acct/logs", { restype: "container", comp: "list", include: "metadata", prefix: "a&b/" }]);
  assert.deepEqual([headers.authorization, headers["x-ms-version"]], ["Bearer token-1", "2021-12-02"]);
});

test("through the proxy", async (t) => {
  const service = await startService(t, () => page(["a"]));
  const store = new hb.AzureBlobStorage({ account: "contoso", auth: "token-1", proxy: service.url });
  assert.equal((await store.blobs("logs")).numRows, 1);
  assert.equal(service.requests[0].path, "/blob/logs");
});

test("all pages are asked for, and a list that goes round ends", async (t) => {
  const pages = { null: page(["a", "b"], "m&amp;1"), "m&1": page(["c"], "m2"), m2: page(["d"]) };
  const { service, store } = await open(t, ({ query }) => pages[query.get("marker")]);
  assert.deepEqual((await store.blobs("logs")).column("name"), ["a", "b", "c", "d"]);
  assert.deepEqual(service.requests.map(({ query }) => query.get("marker")), [null, "m&1", "m2"]);
  service.requests.length = 0;
  assert.equal((await store.blobs("logs", { limit: 3 })).numRows, 3);
  assert.deepEqual(service.requests.map(({ query }) => query.get("maxresults")), ["3", "3"]);
  pages.m2 = page(["d"], "m2");
  await assert.rejects(store.blobs("logs"), { code: "badInput", message: /round in a circle/ });
});

test("recorded list", { skip }, async (t) => {
  const { store } = await open(t, () => recorded("azure_blob_list.xml"));
  const [row] = (await store.blobs("evidence")).rows();
  assert.deepEqual([row.name, row.size, row.content_type, row.last_modified.toISOString(), row.blob_type, row.server_encrypted], ["a/alerts.csv", 8, "application/octet-stream", "2026-11-24T19:15:18.000Z", "BlockBlob", true]);
});

test("XML that is odd is read, or refused, but does nothing", async (t) => {
  let xml;
  const { store } = await open(t, () => xml);
  const list = (inside) => `<EnumerationResults><Blobs>${inside}</Blobs></EnumerationResults>`;
  const named = (name, attributes = "") => list(`<Blob><Name${attributes}>${name}</Name></Blob>`);
  for (const [what, given, expected] of [
    ["entities", named("a &lt;&amp;&#x41;&#66;&quot;&apos;"), "a <&AB\"'"],
    ["unknown entities stay", named("&nbsp;&#xFFFFFFF;&constructor;"), "&nbsp;&#xFFFFFFF;&constructor;"],
    ["a name that XML cannot hold", named("a%01%EF%BF%BF", ' Encoded="true"'), "a\u0001\uffff"],
    ["CDATA and comments", named("<![CDATA[<a>]]><!-- x -->b"), "<a>b"],
    ["fields named as those of objects", list("<Blob><Name>a</Name><Metadata><__proto__>x</__proto__></Metadata></Blob>"), "a"],
  ]) {
    xml = given;
    assert.deepEqual((await store.blobs("logs")).column("name"), [expected], what);
  }
  for (const [what, given] of [
    ["a document type", `<!DOCTYPE x [<!ENTITY e "boom">]>${named("&e;")}`], ["unclosed", "<EnumerationResults><Blobs>"], ["crossed", "<a><b></a></b>"],
    ["deep", "<a>".repeat(100_000)], ["nothing", ""], ["another root", "<Error><Code>x</Code></Error>"], ["many attributes that do not end", `<a ${'b="c" '.repeat(50_000)}`],
  ]) {
    xml = given;
    await assert.rejects(store.blobs("logs"), NO_LIST, what);
  }
});

test("a part that fails is sent again by itself", async (t) => {
  const failed = new Set();
  const { service, store } = await open(t, ({ query }) => {
    const id = query.get("blockid");
    if (id && atob(id) === "000001" && !failed.has(id)) return failed.add(id) && { status: 503, headers: { "Retry-After": "0" }, body: "" };
    return { status: 201, body: "" };
  });
  await store.upload("logs", "big", new Uint8Array(9 * 2 ** 20));
  const parts = service.requests.filter(({ query }) => query.get("comp") === "block").map(({ query }) => atob(query.get("blockid")));
  assert.deepEqual(parts.sort(), ["000000", "000001", "000001", "000002"]);
  const { text, headers } = service.requests.at(-1);
  assert.deepEqual(Array.from(text.matchAll(/<Latest>(.*?)<\/Latest>/g), ([, id]) => atob(id)), ["000000", "000001", "000002"]);
  assert.equal(headers["x-ms-blob-content-type"], "application/octet-stream");
});

test("what must not be done twice is not tried again when its answer is lost", async (t) => {
  const { service, store } = await open(t, () => ({ status: 201, body: "" }));
  service.fault = "cut off in the middle";
  for (const [what, work, tries] of [
    ["a new blob", () => store.upload("logs", "a", "x", { overwrite: false }), 1], ["a new container", () => store.createContainer("logs"), 1], ["deleting", () => store.deleteBlob("logs", "a"), 1],
  ]) {
    service.requests.length = 0;
    await assert.rejects(work(), { code: "network" }, what);
    assert.equal(service.requests.length, tries, what);
  }
});

test("a page that is not the service is no success", async (t) => {
  const { store } = await open(t, () => ({ headers: { "Content-Type": "text/html" }, body: "<html>Sign in</html>" }));
  for (const size of [1, 5 * 2 ** 20]) await assert.rejects(store.upload("logs", "a", new Uint8Array(size)), { code: "badInput", message: /not that of the service/ });
});

test("a blob that changes, or comes short, while it is downloaded is an error", async (t) => {
  let given = {};
  const { store } = await open(t, ({ method, headers }) => {
    if (method === "HEAD") return { headers: { "Content-Length": String(9 * 2 ** 20), ETag: '"1"' }, body: "" };
    assert.equal(headers["if-match"], '"1"');
    return given;
  });
  given = { status: 412, headers: { "x-ms-error-code": "ConditionNotMet" }, body: "" };
  await assert.rejects(store.download("logs", "big"), { code: "service", message: /The blob big changed in the meantime/ });
  given = { status: 206, body: "short" };
  await assert.rejects(store.download("logs", "big"), { code: "network", message: /came with 5 bytes/ });
  given = { status: 200, body: "x".repeat(5 * 2 ** 20) };
  await assert.rejects(store.download("logs", "big"), { code: "limitExceeded" });
});

test("an account's own words, and no key in them", async (t) => {
  const error = (code, message) => `\ufeff<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}\nRequestId:1</Message></Error>`;
  let answer;
  const { store } = await open(t, () => answer);
  for (const [status, code, expected] of [
    [400, "InvalidQueryParameterValue", /answered 400: Odd: \(hidden\) \(InvalidQueryParameterValue\)$/], [403, "AuthorizationPermissionMismatch", /Storage Blob Data Contributor/],
    [401, "AuthenticationFailed", /does not take this signature or token/], [409, "ContainerBeingDeleted", /is being deleted/], [403, "CorsPreflightFailure", /CORS/],
  ]) {
    answer = { status, body: error(code, "Odd: token-1.") };
    await assert.rejects(store.blobs("logs"), { message: expected });
    await assertHidden(["token-1"], () => store.blobs("logs"));
  }
});
