// Stands for an Elasticsearch server, as far as searches, points in time, ES|QL and names of fields go. What it does is in
// Elasticsearch's API reference, and its own client (npm @elastic/elasticsearch) is satisfied with it (elastic-client.test.mjs).
import { startService } from "./helpers.mjs";

const WINDOW = 10_000;
const isLong = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
/** JSON with all digits of its numbers, both ways. */
export const parse = (text) => JSON.parse(text.replace(isLong, (all) => (all.startsWith('"') ? all : `"long:${all}"`)), (_, value) => (/^long:-?\d+$/.test(value) ? BigInt(value.slice(5)) : value));
const stringify = (value) => JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `long:${one}` : one)).replace(/"long:(-?\d+)"/g, "$1");

const fail = (status, type, reason, more = {}) => ({ status, error: { root_cause: [{ type, reason }], type, reason, ...more } });
const NOT_FOUND = (path, method) => fail(400, "illegal_argument_exception", `no handler found for uri [${path}] and method [${method}]`);

/**
 * `settings`, all of which may be changed later: `docs`, documents of one index; `keys`, values of the header Authorization that are accepted;
 * `esql`, the answer to ES|QL, and `polls`, how often it is asked for until it is done; `isOld`, without asynchronous ES|QL;
 * `answer`, what searches say besides; `hold`, what is waited for before an answer goes.
 * The server has `points`, the open points in time with how often each was searched, and `running`, ES|QL that is kept.
 */
export async function startElastic(t, settings = {}) {
  const own = { index: "logs-1", docs: [], keys: ["ApiKey key-1"], esql: { is_partial: false, columns: [], values: [] }, polls: 0, isOld: false, answer: {}, ...settings };
  const server = { own, points: new Map(), running: new Map() };
  const service = await startService(t, async (request) => {
    const { status = 200, ...body } = answer(request, server);
    await own.hold?.(request);
    return { status, headers: { "Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch" }, body: stringify(status === 200 ? body : { ...body, status }) };
  });
  return Object.assign(service, { settings: own, points: server.points, running: server.running });
}

function answer(request, server) {
  const { method, headers, query } = request;
  const { own, points } = server;
  const path = request.path.replace(/^\/elastic(?=\/)/, "");
  if (!own.keys.includes(headers.authorization)) return fail(401, "security_exception", "unable to authenticate user for REST request");
  const body = request.text ? parse(request.text) : {};
  const [, index, action] = /^\/([^/]+)\/(_\w+)$/.exec(path) ?? [];
  if (path === "/") return { name: "stand-in", cluster_name: "test", version: { number: "9.1.0" }, tagline: "You Know, for Search" };
  if (path === "/_pit" && method === "DELETE") return points.delete(rootOf(body.id)) ? { succeeded: true, num_freed: 1 } : { status: 404, succeeded: true, num_freed: 0 };
  if (path === "/_query" || path.startsWith("/_query/")) return esql(method, path, { body, query }, server);
  if (path === "/_search") return body.pit ? search(body, server) : fail(400, "action_request_validation_exception", "this test wants an index or a point in time");
  if (action === "_search" && method === "POST") return body.pit ? fail(400, "action_request_validation_exception", "[indices] cannot be used with point in time") : search(body, server, decodeURIComponent(index));
  if (action === "_pit" && method === "POST") return query.has("keep_alive") ? openPoint(server) : fail(400, "action_request_validation_exception", "[keep_alive] is not specified");
  if (action === "_field_caps") return { indices: [own.index], fields: own.fields };
  return NOT_FOUND(path, method);
}

function openPoint({ points }) {
  const root = `point-${points.size + 1}`;
  points.set(root, 0);
  return { id: `${root}.0`, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } };
}

/** A point in time has another id after each search; all are of the same. */
const rootOf = (id) => id?.replace(/\.\d+$/, "");

const valueAt = (doc, field) => field.split(".").reduce((at, key) => at?.[key], doc) ?? doc[field];

/** Whether a document is what a clause of the query language asks for. */
function matches(doc, clause) {
  const [[kind, given]] = Object.entries(clause);
  const all = (one) => [one ?? []].flat();
  if (kind === "match_all") return true;
  if (kind === "bool") return [...all(given.must), ...all(given.filter)].every((one) => matches(doc, one)) && (!given.should || given.should.some((one) => matches(doc, one)));
  if (kind === "query_string") return stringify(doc).includes(given.query.split(":").at(-1).replace(/\*/g, ""));
  if (!["range", "term", "match_phrase"].includes(kind)) throw Object.assign(new Error(kind), { unknown: kind });
  const [[field, wanted]] = Object.entries(given);
  const value = valueAt(doc, field);
  if (kind === "range") return (wanted.gte === undefined || value >= wanted.gte) && (wanted.lte === undefined || value <= wanted.lte);
  return String(value) === String(wanted?.value ?? wanted);
}

function search({ query = { match_all: {} }, sort = [], size = 10, from = 0, search_after: after, pit, track_total_hits: track }, { own, points }, index) {
  const phase = (reason, more) => fail(400, "search_phase_execution_exception", reason, more);
  if (index && index !== "*" && !index.split(",").some((one) => new RegExp(`^${one.replace(/\*/g, ".*")}$`).test(own.index))) return hits([], 0, own);
  const root = rootOf(pit?.id);
  if (pit && !points.has(root)) return fail(404, "search_context_missing_exception", "No search context found for id [1]");
  if (from + size > WINDOW) return phase(`Result window is too large, from + size must be less than or equal to: [${WINDOW}] but was [${from + size}]`);
  const keys = [sort].flat().map((one) => (typeof one === "string" ? { field: one, order: "asc" } : { field: Object.keys(one)[0], order: Object.values(one)[0].order ?? Object.values(one)[0] }));
  const isTied = keys.some(({ field }) => field === "_shard_doc");
  if (isTied && !pit) return phase("[_shard_doc] sort field cannot be used without [point in time]");
  // A point in time has a tie-breaker, asked for or not.
  if (pit && !isTied) keys.push({ field: "_shard_doc", order: "asc" });
  if (after && after.length !== keys.length) return phase(`search_after has ${after.length} value(s) but sort has ${keys.length}.`);
  let found;
  try {
    found = own.docs.map((doc, i) => [doc, i]).filter(([doc]) => matches(doc, query));
  } catch (error) {
    const { unknown } = error;
    if (!unknown) throw error;
    return fail(400, "parsing_exception", `[bool] failed to parse field [filter]`, { caused_by: { type: "named_object_not_found_exception", reason: `unknown query [${unknown}]` } });
  }
  const orderOf = ([doc, i]) => keys.map(({ field }) => (field === "_shard_doc" ? i : field === "@timestamp" ? Date.parse(valueAt(doc, field)) : valueAt(doc, field) ?? null));
  const compare = (a, b) => keys.reduce((found, { order }, i) => found || (a[i] < b[i] ? -1 : a[i] > b[i] ? 1 : 0) * (order === "desc" ? -1 : 1), 0);
  const rows = found.map((one) => [one, orderOf(one)]).sort(([, a], [, b]) => compare(a, b)).filter(([, order]) => !after || compare(order, after) > 0).slice(from, from + size);
  const answer = hits(rows.map(([[doc, i], order]) => ({ _index: own.index, _id: `id-${i}`, _score: keys.length ? null : 1, _source: doc, ...(keys.length && { sort: order }) })), found.length, own, track);
  if (!pit) return answer;
  points.set(root, points.get(root) + 1);
  return { ...answer, pit_id: `${root}.${points.get(root)}` };
}

function hits(list, total, { answer }, track = WINDOW) {
  const isCounted = track === true || total <= track;
  return {
    took: 1, timed_out: false, _shards: { total: 2, successful: 2, skipped: 0, failed: 0 },
    hits: { ...(track !== false && { total: { value: isCounted ? total : track, relation: isCounted ? "eq" : "gte" } }), max_score: null, hits: list }, ...answer,
  };
}

function esql(method, path, { body, query }, { own, running }) {
  const [, id] = /^\/_query\/async\/(.+)$/.exec(path) ?? [];
  if (own.isOld && path !== "/_query") return NOT_FOUND(path, method);
  if (path === "/_query" || path === "/_query/async") {
    if (method !== "POST") return NOT_FOUND(path, method);
    if (!/^(?:\s|\/\/.*\n|\/\*[^]*?\*\/)*(from|row|show|ts)\s/i.test(body.query ?? "")) return fail(400, "parsing_exception", `line 1:1: mismatched input '${/\w*/.exec(body.query ?? "")}' expecting {'explain', 'row', 'from', 'show'}`);
    if (path === "/_query") return own.esql;
    if (!own.polls) return { ...own.esql, is_running: false };
    const name = `esql-${running.size + 1}=`;
    running.set(name, { polls: 0 });
    return { id: name, is_running: true, columns: [], values: [] };
  }
  const kept = running.get(decodeURIComponent(id));
  if (!kept) return fail(404, "resource_not_found_exception", decodeURIComponent(id));
  if (method === "DELETE") {
    running.delete(decodeURIComponent(id));
    return { acknowledged: true };
  }
  if (!/^\d+(ms|s)$/.test(query.get("wait_for_completion_timeout") ?? "0s")) return fail(400, "illegal_argument_exception", "failed to parse setting [wait_for_completion_timeout]");
  const isDone = ++kept.polls >= own.polls;
  return { id: decodeURIComponent(id), is_running: !isDone, ...(isDone ? own.esql : { columns: [], values: [] }) };
}
