// Services that the client asks through the proxy, each as far as its driver goes; those of tests/providers do for the others.
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";

/** TLS before a stand-in, as the proxy wants it: `{ port, open }`, where `open` has the connections that there are. */
export async function withTls(t, folder, { url }) {
  const open = new Set();
  const own = { key: fs.readFileSync(path.join(folder, "service.key")), cert: fs.readFileSync(path.join(folder, "service.pem")) };
  const server = tls.createServer(own, (near) => {
    const far = net.connect(new URL(url).port, "127.0.0.1");
    open.add(near);
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on("error", () => {});
      one.on("close", () => open.delete(near) && other.destroy());
    }
  });
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    for (const one of open) one.destroy();
  });
  return { port: server.address().port, open };
}

const rowsOf = (count, more = {}) => Array.from({ length: count }, (_, n) => ({ n, ...more }));
const refuse = (status, message) => ({ status, body: { error: { message } } });
const basic = (text) => `Basic ${Buffer.from(text).toString("base64")}`;

/** Search jobs, which only the cookie of who began them finds, and which take a moment to begin; `count` messages each. */
export function sumo(key, count) {
  const jobs = new Map(); // the cookie by job
  const cookies = new Set();
  let begun = 0;
  return async ({ method, path, query, headers }) => {
    if (headers.authorization !== basic(key)) return refuse(401, "who are you");
    if (method === "POST") await new Promise((resolve) => setTimeout(resolve, 400));
    const [, id, kind] = /^\/api\/v1\/search\/jobs(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(path);
    if (method === "POST") {
      const known = cookies.has(headers.cookie);
      const cookie = known ? headers.cookie : `JSESSIONID=${cookies.size + 1}`;
      cookies.add(cookie);
      jobs.set(`J${++begun}`, cookie);
      return { status: 202, headers: known ? {} : { "Set-Cookie": `${cookie}; Path=/; Secure; HttpOnly` }, body: { id: `J${begun}` } };
    }
    if (jobs.get(id) === undefined || jobs.get(id) !== headers.cookie) return refuse(404, "Job ID is invalid.");
    if (method === "DELETE") return jobs.delete(id) && { id };
    if (!kind) return { state: "DONE GATHERING RESULTS", messageCount: count, recordCount: 0, pendingErrors: [], pendingWarnings: [] };
    const offset = Number(query.get("offset"));
    return { fields: [{ name: "n", fieldType: "long", keyField: false }], messages: rowsOf(count).slice(offset, offset + Number(query.get("limit"))).map(({ n }) => ({ map: { n: String(n) } })) };
  };
}

/** A tenant: who signs in by the form is led home, who has no session to the form. `state.ended` ends the sessions that there are. */
export function cybereason({ user, password }, count) {
  const state = { begun: 0, ended: 0 };
  state.answer = (request) => {
    const { path, query, headers, text } = request;
    if (path === "/login.html") {
      const form = new URLSearchParams(text);
      const right = form.get("username") === user && form.get("password") === password;
      return { status: 302, headers: right ? { Location: "/", "Set-Cookie": `JSESSIONID=S${++state.begun}; Path=/; HttpOnly` } : { Location: "/login.html?error" }, body: "" };
    }
    const session = Number(/^JSESSIONID=S(\d+)$/.exec(headers.cookie)?.[1] ?? 0);
    if (!(session > state.ended)) return { status: 302, headers: { Location: "https://localhost/login.html" }, body: "" };
    const [page, size] = [Number(query.get("page")), Number(query.get("itemsPerPage"))];
    if (page > 0 && headers["pagination-token"] !== "next") return refuse(400, "no token");
    assert.equal(request.json.pagination.pageSize, size);
    const found = rowsOf(count).slice(page * size, (page + 1) * size).map(({ n }) => [`id${n}`, { simpleValues: { n: { totalValues: 1, values: [String(n)] } } }]);
    return { body: { data: { resultIdToElementDataMap: Object.fromEntries(found), totalResults: count, paginationToken: "next" }, status: "SUCCESS", message: "" } };
  };
  return state;
}

/** Two pages of assets for who has signed in with name and secret. */
export const prisma = (user, secret) => ({ path, headers, json }) => {
  if (path === "/login") return json.username === user && json.password === secret ? { token: "prisma-token", message: "login_successful" } : { status: 401, headers: { "x-redlock-status": '[{"i18nKey":"invalid_credentials","subject":null}]' }, body: "" };
  if (headers["x-redlock-auth"] !== "prisma-token") return refuse(401, "no token");
  assert.equal(path, "/search/api/v2/config");
  return json.nextPageToken ? { items: [{ n: 1 }], nextPageToken: null } : { items: [{ n: 0 }], nextPageToken: "next" };
};

export const openObserve = (key, count) => ({ path, headers, json }) => {
  if (headers.authorization !== basic(key)) return refuse(401, "Unauthorized Access");
  assert.equal(path, "/api/my%20org/_search");
  const { from, size } = json.query;
  return { took: 1, hits: rowsOf(count).slice(from, from + size), total: count, from, size };
};

/** A query job for who has a token that a client's secret was given for. */
export const crowdStrike = (secret) => ({ method, path, text, headers }) => {
  if (path === "/oauth2/token") return new URLSearchParams(text).get("client_secret") === secret ? { status: 201, body: { access_token: "falcon-token", expires_in: 1799 } } : refuse(403, "access denied");
  if (headers.authorization !== "Bearer falcon-token") return refuse(401, "no token");
  assert.match(path, /^\/humio\/api\/v1\/repositories\/search-all\/queryjobs/);
  if (method === "POST") return { id: "P1-abc", hashedQueryOnView: "x" };
  if (method === "DELETE") return { status: 204, body: "" };
  return { cancelled: false, done: true, events: rowsOf(3), metaData: { eventCount: 3, isAggregate: false, pollAfter: 20, workDone: 1, totalWork: 1, extraData: { hasMoreEvents: "false" }, warnings: [] } };
};

const signedIn = ({ headers }) => headers.authorization === "Bearer user-token";

export const resourceGraph = (request) => {
  if (!signedIn(request)) return refuse(401, "no token");
  assert.equal(request.path, "/providers/Microsoft.ResourceGraph/resources");
  const isNext = request.json.options.$skipToken === "next";
  return { totalRecords: 2, count: 1, data: [{ id: isNext ? "b" : "a" }], facets: [], resultTruncated: "false", ...(!isNext && { $skipToken: "next" }) };
};

/** Hunting, and two pages of alerts whose links are to `host`. */
export const graph = (host) => (request) => {
  const { path, query } = request;
  if (!signedIn(request)) return refuse(401, "no token");
  if (path === "/v1.0/security/runHuntingQuery") return { schema: [{ name: "n", type: "Int64" }], results: rowsOf(3) };
  assert.equal(path, "/v1.0/security/alerts_v2");
  assert.equal(query.get("$filter"), "severity eq 'high' and title eq 'a/b+c'");
  return query.has("$skiptoken") ? { value: [{ n: 1 }] } : { value: [{ n: 0 }], "@odata.nextLink": `${host}${path}?${query}&$skiptoken=x%2By` };
};

export const defender = (request) => (signedIn(request) ? { Stats: {}, Schema: [{ Name: "n", Type: "Int64" }], Results: rowsOf(3) } : refuse(401, "no token"));

export const odata = (request) => (request.headers.authorization === basic("ann:pass-1") ? { value: [{ n: 1, path: request.path }] } : refuse(401, "no token"));

/** A storage account in memory: blobs by their path as it was sent, decoded once. */
export function blobs() {
  const all = new Map();
  const escape = (text) => text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
  const answer = (request) => {
    const { method, path, query, headers, bytes } = request;
    if (!signedIn(request)) return refuse(403, "no token");
    const [container, ...rest] = path.slice(1).split("/").map(decodeURIComponent);
    const name = rest.join("/");
    if (query.get("comp") === "list") {
      const [first, ...others] = [...all.keys()].sort();
      const names = query.has("marker") ? others : [first];
      const items = names.map((one) => `<Blob><Name>${escape(one)}</Name><Properties><Content-Length>${all.get(one).length}</Content-Length></Properties></Blob>`);
      return { headers: { "Content-Type": "application/xml" }, body: `<?xml version="1.0"?><EnumerationResults ContainerName="${container}"><Blobs>${items.join("")}</Blobs><NextMarker>${query.has("marker") ? "" : "m/1+2"}</NextMarker></EnumerationResults>` };
    }
    if (method === "PUT") return all.set(name, bytes) && { status: 201, body: "" };
    const found = all.get(name);
    if (!found) return { status: 404, headers: { "x-ms-error-code": "BlobNotFound" }, body: "" };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers["x-ms-range"]) ?? [];
    const part = from === undefined ? found : found.subarray(Number(from), Number(to) + 1);
    return { status: from === undefined ? 200 : 206, headers: { ETag: '"1"', "Content-Length": part.length, "Content-Type": "text/plain" }, body: part };
  };
  return { all, answer };
}

/** What uploads of rows come to: `taken` has the bodies. */
export function ingestion(answer) {
  const taken = [];
  return { taken, answer: (request) => taken.push(request) && answer(request) };
}

/** A repository with one dataset. */
export function gitHub(archive) {
  const metadata = ["title: A set", "description: Of a test", "attack_mappings: []", "files:", "- type: Host", "  link: https://raw.githubusercontent.com/OTRF/Security-Datasets/master/datasets/atomic/a set.json.gz", ""].join("\n");
  return {
    api: ({ path, headers }) => (headers.authorization === "Bearer github-key-1" ? { truncated: false, tree: ["datasets/atomic/_metadata/SD-1.yaml", "datasets/atomic/a set.json.gz"].map((path) => ({ path, type: "blob", sha: "x", size: 1 })) } : refuse(401, `Bad credentials for ${path}`)),
    raw: ({ path }) => ({ [`/OTRF/Security-Datasets/master/datasets/atomic/_metadata/SD-1.yaml`]: metadata, [`/OTRF/Security-Datasets/master/datasets/atomic/a%20set.json.gz`]: archive })[path] ?? refuse(404, "Not Found"),
  };
}
