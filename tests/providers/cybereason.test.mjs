// Cybereason, by a stand-in of a tenant behind the proxy: who signs in is led on, and the session is a cookie that the proxy keeps.
import assert from "node:assert/strict";
import test from "node:test";
import { assertHidden, hb, recorded, skip, startService, testFaults } from "./helpers.mjs";
import { runClient, skipClients } from "./clients.mjs";

const QUERY = JSON.stringify({ queryPath: [{ requestedType: "Machine", isResult: true, filters: [] }], customFields: ["elementDisplayName"] });
const simple = (fields) => ({ simpleValues: Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, { totalValues: [values].flat().length, values: [values].flat() }])) });
const found = (elements, more = {}) => ({ body: { data: { resultIdToElementDataMap: elements, totalResults: Object.keys(elements).length, paginationToken: null, ...more.data }, status: "SUCCESS", message: "", ...more.answer } });
const ledTo = (path, headers = {}) => ({ status: 502, headers: { "Huntbook-Proxy-Error": "redirect", ...headers }, body: { error: { code: "redirect", message: "Cybereason: a tenant points elsewhere, to t.cybereason.net", host: "t.cybereason.net", path } } });

/** A tenant as the proxy shows it; `answer(request)` is for those who have a session. */
function tenant(answer = () => found({ id1: simple({ elementDisplayName: "WS1" }) })) {
  const state = { sessions: 0, isOver: false };
  state.answer = (request) => {
    if (request.path.endsWith("/login.html")) {
      const form = new URLSearchParams(request.text);
      if (form.get("username") !== "me" || !["pass-1", ""].includes(form.get("password"))) return ledTo("/login.html");
      return ledTo("/", { "Huntbook-Session": `session-${++state.sessions}` });
    }
    if (request.headers["huntbook-session"] !== `session-${state.sessions}` || state.isOver) {
      state.isOver = false;
      return ledTo("/login.html");
    }
    return answer(request);
  };
  return state;
}

async function open(t, answer, options) {
  const state = tenant(answer);
  const service = await startService(t, state.answer);
  const provider = new hb.QueryProvider("Cybereason", { proxy: service.url });
  await provider.connect({ tenant: "example", auth: { user: "me", password: "pass-1" }, ...options });
  return { service, state, provider, query: (asked) => provider.query(QUERY, asked) };
}

testFaults("Cybereason", (t) => open(t));

test("one signs in by a form, and a query is sent as the service wants it", async (t) => {
  const { service, query } = await open(t);
  const table = await query();
  const [login, asked] = service.requests;
  assert.deepEqual([login.method, login.path, login.text], ["POST", "/cybereason/login.html", "username=me&password=pass-1"]);
  assert.deepEqual([asked.method, asked.path, `${asked.query}`, asked.headers["huntbook-session"]], ["POST", "/cybereason/rest/visualsearch/query/simple", "page=0&itemsPerPage=100", "session-1"]);
  assert.deepEqual(asked.json, {
    queryPath: [{ requestedType: "Machine", isResult: true, filters: [] }], totalResultLimit: 1000, perGroupLimit: 100, perFeatureLimit: 100,
    templateContext: "SPECIFIC", customFields: ["elementDisplayName"], pagination: { pageSize: 100 }, queryTimeout: 120_000,
  });
  assert.deepEqual(table.rows(), [{ elementDisplayName: "WS1", resultId: "id1", instance: "example" }]);
});

test("elements become rows", async (t) => {
  const { query } = await open(t, () => found({
    p1: {
      ...simple({ creationTime: "1704067200123", name: "cmd.exe\0\0", pids: ["1", "2"], none: [] }),
      elementValues: {
        ownerMachine: { totalValues: 1, elementValues: [{ elementType: "Machine", guid: "g1", name: "WS1" }], totalSuspicious: 0, totalMalicious: 1 },
        children: { elementValues: [{ elementType: "Process", guid: "g2", name: "a" }, { elementType: "Process", guid: "g3", name: "b" }] },
        parent: { ...simple({ name: "explorer.exe" }), elementValues: null },
      },
      isMalicious: true, malopPriority: null, suspicions: { maliciousByX: 1704067200000 },
    },
    p2: { simpleValues: null, elementValues: null },
  }));
  assert.deepEqual((await query()).rows(), [
    {
      creationTime: new Date(1704067200123), name: "cmd.exe", pids: ["1", "2"], "ownerMachine.Machine": "WS1", "ownerMachine.Machine.guid": "g1", "ownerMachine.totalSuspicious": 0,
      "ownerMachine.totalMalicious": 1, "children.Process": ["a", "b"], "children.Process.guid": ["g2", "g3"], "parent.name": "explorer.exe",
      isMalicious: true, "suspicions.maliciousByX": 1704067200000, resultId: "p1", instance: "example",
    },
    {
      creationTime: null, name: null, pids: null, "ownerMachine.Machine": null, "ownerMachine.Machine.guid": null, "ownerMachine.totalSuspicious": null, "ownerMachine.totalMalicious": null,
      "children.Process": null, "children.Process.guid": null, "parent.name": null, isMalicious: null, "suspicions.maliciousByX": null, resultId: "p2", instance: "example",
    },
  ]);
});

test("pages, with the token of the first, and nothing twice", async (t) => {
  const all = Array.from({ length: 450 }, (_, i) => [`id${i}`, simple({ n: `n${i}` })]);
  const { query, service } = await open(t, ({ json, query }) => {
    const from = Number(query.get("page")) * 100;
    return found(Object.fromEntries(all.slice(Math.max(from - 10, 0), from + 100)), { data: { totalResults: 450, paginationToken: "tok" } });
  });
  const table = await query();
  assert.deepEqual([table.numRows, new Set(table.column("n")).size], [450, 450]);
  const pages = service.requests.slice(1).map(({ json, headers, query }) => [query.get("page"), headers["pagination-token"], json.pagination]);
  assert.deepEqual(pages[0], ["0", undefined, { pageSize: 100 }]);
  assert.deepEqual(pages.slice(1).sort(([a], [b]) => a - b).map(([page, token, own]) => [page, token, own.page, own.skip, own.paginationToken]), [["1", "tok", 2, 100, "tok"], ["2", "tok", 3, 200, "tok"], ["3", "tok", 4, 300, "tok"], ["4", "tok", 5, 400, "tok"]]);
  service.requests.length = 0;
  await query({ limit: 200_000 });
  assert.equal(service.requests[0].json.totalResultLimit, 100_000);
});

test("what is missing is said", async (t) => {
  const { query } = await open(t, () => found({ a: simple({ n: "1" }) }, { data: { totalPossibleResults: 5000 } }));
  assert.deepEqual((await query()).report.notes, ["the service gave 1 of 5000 rows; pass { limit }, or ask for less"]);
  assert.equal((await query({ limit: 1 })).report?.partial ?? false, false);
  const failing = await open(t, () => ({ body: { data: null, status: "FAILURE", message: "no such facet" } }));
  await assert.rejects(failing.query(), { code: "service", message: /the query failed: no such facet; check the query/ });
  const empty = await open(t, () => found({}));
  assert.equal((await empty.query()).numRows, 0);
});

test("a service that is too slow is given more time, three times", async (t) => {
  const slow = [{ status: 408, body: { error: "x" } }, found({}, { answer: { status: "PARTIAL_SUCCESS", message: "Received Non-OK status code HTTP/1.1 408 Request Timeout" } })];
  let left = [...slow];
  const { query, service } = await open(t, () => left.shift() ?? found({ id1: simple({ n: "1" }) }));
  const times = () => service.requests.filter(({ path }) => path.endsWith("/simple")).map(({ json }) => json.queryTimeout);
  assert.equal((await query()).numRows, 1);
  assert.deepEqual(times(), [120_000, 180_000, 270_000]);
  left = Array(4).fill(slow[1]);
  service.requests.length = 0;
  const { report, numRows } = await query({ timeout: 8 });
  assert.deepEqual([times(), numRows, report.partial, /408 Request Timeout/.test(report.notes[0])], [[8000, 12_000, 18_000, 27_000], 0, true, true]);
  left = Array(4).fill(slow[0]);
  await assert.rejects(query(), { code: "service", message: /408/ });
});

test("a session that is over is begun again, and a refused one is said", async (t) => {
  const { query, service, state, provider } = await open(t);
  const paths = () => service.requests.splice(0).map(({ path }) => path.split("/").at(-1));
  paths();
  state.isOver = true;
  await query();
  assert.deepEqual(paths(), ["simple", "login.html", "simple"]);
  // The proxy has forgotten it.
  const once = [{ status: 401, headers: { "Huntbook-Proxy-Error": "session" }, body: { error: { code: "session", message: "the session is over" } } }];
  const forgetful = await open(t);
  const { answer } = forgetful.state;
  const other = await startService(t, (request) => (request.path.endsWith("/simple") && once.shift()) || answer(request));
  await forgetful.provider.connect({ tenant: "example", auth: { user: "me", password: "pass-1" }, proxy: other.url });
  assert.equal((await forgetful.query()).numRows, 1);
  assert.deepEqual(other.requests.map(({ path, headers }) => [path.split("/").at(-1), headers["huntbook-session"]]), [["login.html", undefined], ["simple", "session-2"], ["login.html", undefined], ["simple", "session-3"]]);
  const wrong = await provider.connect({ auth: { user: "me", password: "pass-2" } }).catch((error) => error);
  assert.deepEqual([wrong.code, /the sign-in was refused; check the user/.test(wrong.message)], ["unauthorized", true]);
  await assertHidden(["pass-2"], () => Promise.reject(wrong));
  await assertHidden(["pass-1"], async () => [await query(), await provider.connections()]);
});

test("the package's queries, times in milliseconds and lists", async (t) => {
  const { provider, service } = await open(t);
  await provider.Process.find_process_by_pid({ pid: [1, 2], hostname: ['a"b'], start: "2024-01-01", end: "2024-01-03" }, { splitBy: "1d" });
  const filters = service.requests.slice(1).map(({ json }) => json.queryPath[0].filters).sort((a, b) => a[0].values[0] - b[0].values[0]);
  assert.deepEqual(filters.map(([{ values }]) => values), [[1704067200000, 1704153599999], [1704153600000, 1704240000000]]);
  assert.deepEqual(filters[0].slice(1).map(({ values }) => values), [[1, 2], ['a"b']]);
  for (const { name, families } of await provider.list()) {
    const { parameters } = await provider.get(name);
    const values = Object.fromEntries(parameters.filter((one) => one.required).map(({ name, type }) => [name, type === "list" ? ["1"] : type === "datetime" ? -1 : "a"]));
    assert.equal((await provider.run(`${families[0]}.${name}`, values)).numRows, 1, name);
  }
});

test("recorded answers", { skip }, async (t) => {
  let file = "cybereason_query_success.json";
  const { query } = await open(t, () => ({ body: recorded(file) }));
  const [row] = (await query()).rows();
  assert.deepEqual([row.osType, row.totalMemory, row["users.totalSuspicious"], row.resultId], ["WINDOWS", "8589463552", 0, "id1"]);
  file = "cybereason_query_partial.json";
  const { report, numRows } = await query();
  assert.deepEqual([numRows, report.partial], [0, true]);
});

test("mistakes", async (t) => {
  const { query, provider, service } = await open(t);
  for (const [text, message] of [["{ x", /the query is no JSON/], ["[]", /an object in JSON with a `queryPath`/], ["{}", /`queryPath`/]]) {
    await assert.rejects(provider.query(text), { code: "invalidArgument", message });
  }
  service.requests.length = 0;
  await provider.connect({ auth: { user: "me" } });
  assert.equal(service.requests[0].text, "username=me&password=", "the proxy fills the password in");
  await assert.rejects(provider.connect({ auth: { user: "me" }, transport: "direct" }), { code: "unsupported", message: /start huntbook's proxy/ });
  await assert.rejects(new hb.QueryProvider("Cybereason").connect({ tenant: "x", auth: { user: "a", password: "b" } }), { code: "unsupported" });
  await assert.rejects(provider.connect({ tenant: "x" }), { code: "invalidArgument", message: /there is no user/ });
  await assert.rejects(provider.connect({ auth: { users: "x" } }), { code: "invalidArgument", message: /no option `users`/ });
  const stop = new AbortController();
  service.fault = "slow";
  const running = query({ signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 50);
  await assert.rejects(running, { code: "cancelled", cause: "enough" });
});

test("a client of the service gets the same from the stand-in", { skip: skipClients }, async (t) => {
  // Without the proxy: the service itself leads on, and sets the cookie.
  const state = tenant(() => found({ id1: simple({ elementDisplayName: "WS1" }) }));
  const service = await startService(t, (request) => {
    if (request.path === "/" || (request.method === "GET" && request.path === "/login.html")) return { headers: { "Content-Type": "text/html" }, body: "<title>Cybereason</title>" };
    const session = /JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    const answer = state.answer(Object.assign(Object.create(request), { headers: { ...request.headers, "huntbook-session": session } }));
    if (answer.status !== 502) return answer;
    const { path } = answer.body.error;
    const cookie = answer.headers["Huntbook-Session"];
    return { status: 302, headers: { Location: path + (path === "/" ? "" : "?error"), ...(cookie && { "Set-Cookie": `JSESSIONID=${cookie}; Path=/` }) }, body: "" };
  });
  const theirs = await runClient(`
import asyncio
from httpx import AsyncClient
from cybereason import Cybereason
async def main(password):
    client = Cybereason("example", "me", password)
    client.__dict__["session"] = AsyncClient(base_url="${service.url}", headers={"content-type": "application/json"})
    await client.login()
    return await client.query({"queryPath": []}, parsed=False)
try:
    asyncio.run(main("wrong"))
    refused = False
except Exception as error:
    refused = type(error).__name__
answer([asyncio.run(main("pass-1")), refused])
`);
  assert.deepEqual(theirs, [found({ id1: simple({ elementDisplayName: "WS1" }) }).body.data, "AuthenticationError"]);
});
