// Stands for a Splunk server: its management port, as far as searches, saved searches, alerts and indexes go. What it does is in
// Splunk's REST API reference, and Splunk's own client (npm splunk-sdk) is satisfied with it (splunk-client.test.mjs).
import { startService } from "./helpers.mjs";

const fail = (status, text, type = "FATAL") => ({ status, body: { messages: [{ type, text }] } });
const entries = (list, version) => ({ links: {}, generator: { build: "abc", version }, entry: list, paging: { total: list.length, perPage: 30, offset: 0 }, messages: [] });
const isAsking = (form) => /^\s*(\||search\s)/.test(form.search ?? "");

/**
 * `settings`, all of which may be changed later: `version`; `rows`, objects of a search's results; `fields`, their names; `polls`, how often a job is
 * looked at until it is done; `maxRows`, of an answer; `job`, what its status says besides; `early`, how often results are not
 * ready; `messages`; `session`, the key that the next login gives; `tokens`, those that are accepted.
 * The server has `jobs`, what there is by id, and `removed`, how each went.
 */
export async function startSplunk(t, settings = {}) {
  const own = {
    version: "9.2.1", rows: [{ _time: "2024-01-01T00:00:00.000+00:00", host: "web01", count: "3" }], polls: 1, maxRows: 50_000, job: {}, early: 0, messages: [],
    session: "session-1", tokens: ["token-1"], user: "admin", password: "secret-1", saved: [], indexes: ["main", "_audit"], ...settings,
  };
  const jobs = new Map();
  const removed = [];
  const service = await startService(t, (request) => answer(request, { own, jobs, removed }));
  return Object.assign(service, { settings: own, jobs, removed });
}

function answer({ method, path, query, headers, text }, server) {
  const { own } = server;
  const form = { ...Object.fromEntries(query), ...Object.fromEntries(new URLSearchParams(text)) };
  // Its own client writes a slash at the end of some.
  const at = path.replace(/\/$/, "").replace(/^\/splunk(?=\/)/, "").replace(/^\/servicesNS\/[^/]+\/[^/]+|^\/services/, "");
  if (form.output_mode === undefined || form.output_mode === "xml") return { headers: { "Content-Type": "text/xml" }, body: "<?xml version='1.0'?><response/>" };
  if (at === "/auth/login") {
    if (method !== "POST" || form.username !== own.user || form.password !== own.password) return fail(401, "Login failed", "WARN");
    return { sessionKey: own.session, message: "", code: "" };
  }
  const { authorization = "" } = headers;
  if (authorization !== `Splunk ${own.session}` && !own.tokens.some((token) => authorization === `Bearer ${token}`)) return fail(401, "call not properly authenticated", "WARN");
  if (at === "/server/info") return entries([{ name: "server-info", content: { version: own.version, serverName: "stand-in" } }], own.version);
  if (at === "/saved/searches") return entries(own.saved.map(([name, content]) => ({ name, id: `https://splunk${path}/${encodeURIComponent(name)}`, acl: { app: "search", owner: "nobody", sharing: "app" }, content })), own.version);
  if (at === "/alerts/fired_alerts") return entries([{ name: "-", content: { triggered_alert_count: 2 } }, { name: "Failed logons", content: { triggered_alert_count: 2 } }], own.version);
  if (at === "/data/indexes") return entries(own.indexes.map((name) => ({ name, content: { disabled: name === "old", totalEventCount: 1 } })), own.version);
  const [, v2, rest] = /^\/search\/(v2\/)?jobs(.*)$/.exec(at) ?? [];
  // The second version came with 9.0.2.
  if (rest === undefined || (v2 && Number.parseFloat(own.version) < 9)) return fail(404, "Not Found", "ERROR");
  if (v2 && method === "GET" && form.search !== undefined) return fail(400, "GET with the parameter search is not supported", "FATAL");
  return search(method, rest, form, server);
}

function search(method, rest, form, { own, jobs, removed }) {
  const [, name, part] = /^\/([^/]+)\/?(.*)$/.exec(rest) ?? [];
  if (rest === "" || name === "export") {
    if (method !== "POST" && name !== "export") return entries([...jobs.values()].map((job) => toEntry(job, own)), own.version);
    if (!isAsking(form)) return fail(400, `Error in 'SearchParser': the search begins with an unknown command '${/^\S*/.exec(form.search ?? "")}'.`);
    if (name === "export") return toLines(own);
    if (form.exec_mode === "oneshot") return toResults({ ...form, count: form.count ?? 100 }, own);
    const sid = `1700000000.${jobs.size + removed.length + 1}`;
    jobs.set(sid, { sid, form, polls: 0, early: 0 });
    return { status: 201, body: { sid } };
  }
  const job = jobs.get(decodeURIComponent(name));
  if (!job) return fail(404, "Unknown sid.");
  const remove = (how) => {
    jobs.delete(job.sid);
    removed.push([job.sid, how]);
    return { messages: [{ type: "INFO", text: "Search job cancelled." }] };
  };
  if (part === "" && method === "DELETE") return remove("deleted");
  if (part === "") {
    job.polls++;
    return entries([toEntry(job, own)], own.version);
  }
  if (part === "control" && method === "POST") return form.action === "cancel" ? remove("cancelled") : { messages: [] };
  if (part !== "results") return fail(404, "Not Found", "ERROR");
  if (job.polls < own.polls || job.early++ < own.early) return { status: 204, body: "" };
  return toResults({ ...form, count: form.count ?? 100 }, own);
}

function toEntry({ sid, form, polls }, { polls: needed, rows, job, messages }) {
  const isDone = polls >= needed;
  const content = { sid, isDone, isFailed: false, isFinalized: false, doneProgress: Math.min(polls / needed, 1), dispatchState: isDone ? "DONE" : "RUNNING", eventCount: rows.length, resultCount: isDone ? rows.length : 0, messages: isDone ? messages : [], ttl: 600, ...(isDone && job) };
  return { name: form.search, id: `https://splunk/services/search/jobs/${sid}`, author: "admin", acl: { app: "search", owner: "admin", sharing: "global" }, content };
}

/** Rows from `offset` on; a `count` of 0 means all that one answer may have. */
function toResults({ output_mode: mode, count, offset = 0 }, { rows, fields, maxRows, messages }) {
  const names = fields ?? [...new Set(rows.flatMap(Object.keys))];
  const page = rows.slice(Number(offset), Number(offset) + Math.min(Number(count) || maxRows, maxRows));
  const head = { preview: false, init_offset: Number(offset), messages };
  if (mode === "json_rows") return { ...head, fields: names, rows: page.map((row) => names.map((name) => row[name] ?? null)) };
  return { ...head, fields: names.map((name) => ({ name })), results: page, highlighted: {} };
}

/** An export: a line for each row, the last of which says so, and for what the server says. */
function toLines({ rows, messages }) {
  const last = (offset) => (offset === rows.length - 1 ? { lastrow: true } : {});
  const lines = [...messages.map((one) => ({ preview: false, messages: [one] })), ...rows.map((result, offset) => ({ preview: false, offset, ...last(offset), result }))];
  return (rows.length ? lines : [...lines, { preview: false, lastrow: true }]).map((line) => `${JSON.stringify(line)}\n`).join("");
}
