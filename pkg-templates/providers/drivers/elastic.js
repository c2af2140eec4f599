// Elasticsearch: Query DSL, ES|QL and Lucene's syntax.
// https://www.elastic.co/docs/api/doc/elasticsearch
import { basic, bearer, encode, keyed, onlyNames } from "../auth.js";
import { serviceMessage } from "../http.js";
import { runJob } from "../jobs.js";
import { readPages, said } from "../rows.js";
import { exactJson, timeFilter, toFilters, withFilters } from "./elastic-dsl.js";

// Seconds.
const TIMEOUT = 300;
// Rows of a page, which is what an index allows at most (index.max_result_window).
const PAGE = 10_000;
// Rows of ES|QL: without LIMIT, and at most (esql.query.result_truncation_max_size).
const [ESQL_ROWS, MOST_ESQL_ROWS] = [1000, 10_000];
// How long the server keeps what is open between two requests.
const KEPT = "5m";
// Milliseconds before a query that goes on is asked for again, each twice as long as the one before.
const [FIRST_PAUSE, LONGEST_PAUSE] = [50, 1000];
// Milliseconds that the server waits with its answer to that.
const LONG_POLL = 5000;

export default {
  environments: ["Elastic"],
  options: ["host", "port", "scheme", "index"],
  queryOptions: ["index"],
  example: '{ host: "elastic.example.com", auth: { apiKey } }, or auth: { user, password }',
  parallel: 4,
  tick: 1,

  async open(context) {
    const { option, toBase, invalid } = context;
    const host = option("host");
    const scheme = option("scheme") ?? "https";
    if (!["https", "http"].includes(scheme)) throw invalid("connect: option `scheme` should be \"https\" or \"http\"");
    const isFull = /^https?:/i.test(host ?? "");
    const full = isFull ? host : `${scheme}://${host}`;
    // A whole address is as it is, such as that of Elastic Cloud.
    const port = String(option("port") ?? (isFull ? "" : 9200));
    const send = context.sender({
      route: "elastic", title: "Elasticsearch", authorize: await toAuth(context), base: host && toBase(full, "host", port),
      allow: "let this page's origin ask in elasticsearch.yml (http.cors.enabled: true, http.cors.allow-origin, and Authorization and Content-Type in http.cors.allow-headers)",
    });
    // Who may search need not have the right to ask this; who cannot sign in is told so now.
    await send({ path: "/", allow: [400, 403, 404, 405] });
    const elastic = { context, send, index: option("index"), hasAsync: true };
    return {
      label: host ? `Elasticsearch at ${new URL(full).hostname}` : "Elasticsearch by the proxy",
      query: (text, asked) => query(elastic, text, { ...asked, seconds: asked.timeout ?? context.timeout ?? TIMEOUT }),
      schema: (asked) => fields(elastic, asked),
    };
  },
};

/** Who asks, by a key, a name and a password, or a token. */
async function toAuth(context) {
  const { auth, option, secret, secrets, hasSecret, hasProxy } = context;
  onlyNames(auth, ["apiKey", "id", "key", "user", "username", "password", "token"], context.invalid);
  if (auth === undefined && hasProxy && !hasSecret("api_key") && !hasSecret("password")) return undefined;
  const user = auth?.user ?? auth?.username ?? (auth === undefined ? option("username") : undefined);
  if (user !== undefined) return basic(user, await secret("password"), secrets);
  if (auth !== undefined && !auth?.apiKey && !auth?.key) return bearer(auth, undefined, context);
  const key = auth?.key ?? auth?.apiKey?.key ?? auth?.apiKey ?? await secret("api_key");
  const id = auth?.id ?? auth?.apiKey?.id;
  secrets.add(key);
  return keyed("Authorization", `ApiKey ${id === undefined ? key : encode(`${id}:${key}`)}`, secrets);
}

/** Runs a text, whose begin tells what it is. */
function query(elastic, text, asked) {
  const { invalid } = elastic.context;
  const { limit, index } = asked;
  if (index !== undefined && (typeof index !== "string" || !index)) throw invalid("option `index` should be a name, such as \"logs-*\"");
  if (/^(?:\s|\/\/.*\n|\/\*[^]*?\*\/)*(from|row|show|ts)\s/i.test(text)) return runEsql(elastic, text, asked);
  if (/^\s*select\s/i.test(text)) throw invalid("Elastic is asked by ES|QL, Query DSL or Lucene's syntax; write SQL as ES|QL, such as FROM logs-* | WHERE … | LIMIT 100");
  if (!/^\s*\{/.test(text)) return search(elastic, withFilters({}, [{ query_string: { query: text, analyze_wildcard: true } }, ...beside(asked)]), asked);
  let body;
  try {
    body = exactJson(text);
  } catch (error) {
    throw invalid(`the text begins as Query DSL, but is not JSON (${error.message})`);
  }
  if (body.aggs ?? body.aggregations) throw invalid("aggregations have no rows; write them as ES|QL, such as FROM logs-* | STATS count = COUNT(*) BY host.name");
  const { filters, rows } = asked.info ? toFilters(asked, invalid) : { filters: beside(asked) };
  return search(elastic, filters.length ? withFilters(body, filters) : body, { ...asked, limit: limit ?? rows });
}

const beside = ({ beside, start, end }) => (beside ? [timeFilter(start, end)] : []);

const pathOf = ({ index }, asked) => `/${encodeURIComponent(asked.index ?? index ?? "*")}`;

/** A search by Query DSL: one page, or pages of a point in time. */
function search(elastic, given, asked) {
  const { send, context } = elastic;
  const { signal, seconds, timeout, maxBytes } = asked;
  const path = pathOf(elastic, asked);
  const { size, ...rest } = given;
  if (size !== undefined && !(Number.isInteger(size) && size > 0)) throw context.invalid("`size` in the text should be a whole number above 0");
  const limit = asked.limit ?? size;
  const newest = { "@timestamp": { order: "desc", unmapped_type: "date" } };
  // The service gives what it has by then.
  const body = { timeout: `${Math.max(Math.floor(seconds * 0.9), 1)}s`, sort: [newest], ...rest };
  const all = { ...asked, limit };
  if (limit <= PAGE) return readHits(elastic, body, { ...all, request: { path: `${path}/_search`, query: { ignore_unavailable: true } } });
  const pit = { id: undefined, keep_alive: KEPT };
  const job = {
    begin: async () => (pit.id = (await send.json({ method: "POST", path: `${path}/_pit`, query: { keep_alive: KEPT, ignore_unavailable: true }, timeout: timeout ?? seconds, maxBytes })).id),
    check: async () => ({ done: true }),
    read: () => readHits(elastic, { ...body, sort: rest.sort ?? [newest, { _shard_doc: "asc" }], pit }, { ...all, request: { path: "/_search" } }),
    remove: () => send({ method: "DELETE", path: "/_pit", json: { id: pit.id }, allow: [404] }),
  };
  return runJob(job, { seconds, pause: context.pause, signal });
}

/** The documents of a search, a page after another. `pit` of the body is set to its newest id. */
async function readHits({ send, context }, body, { request, signal, timeout, maxBytes, seconds, limit, onProgress }) {
  const deadline = Date.now() + seconds * 1000;
  let after;
  let total;
  const { table, notes } = await readPages(context, async (rows, most) => {
    if (Date.now() > deadline) throw new context.HuntbookError("timeout", `Elasticsearch: the search was not done within ${seconds} seconds; ask for less, or raise { timeout }`);
    const size = Math.min(PAGE, most);
    const page = { track_total_hits: after ? false : most + 1, ...body, size, ...(after && { search_after: after }) };
    const answer = await send({ ...request, method: "POST", body: context.toJson(page), headers: { "Content-Type": "application/json" }, timeout: timeout ?? seconds, maxBytes }, { signal });
    const { rest, tables: [hits] } = await context.answer(answer, { rows: ["hits"], name: "Elasticsearch" }, signal);
    if (!hits) throw new context.HuntbookError("badInput", "Elasticsearch: the answer has no hits; check the address, or try again");
    if (body.pit && rest.pit_id) body.pit.id = rest.pit_id;
    total ??= rest.hits.total?.value ?? rest.hits.total;
    after = hits.numRows ? lastSort(hits) : undefined;
    return { table: without(hits, ["sort"]), total, isLast: hits.numRows < size || !after || rows + hits.numRows >= total, notes: missing(rest) };
  }, { limit, signal, onProgress });
  return { table: toDocuments(table), partial: said(notes) };
}

/** Why rows of an answer may be missing. */
function missing({ timed_out: isLate, _shards: shards = {} }) {
  const reason = serviceMessage(shards.failures?.[0]?.reason);
  return [
    isLate && "the service ran out of time; ask for less, or raise { timeout }",
    shards.failed > 0 && `${shards.failed} of ${shards.total} shards failed${reason ? `: ${reason}` : ""}`,
  ].filter(Boolean);
}

/** Where the page after this one begins, with all digits of its numbers. */
function lastSort(table) {
  if (!table.columns.some(({ name }) => name === "sort")) return undefined;
  const [{ sort }] = exactJson(table.select("sort").slice(-1).toJson());
  return typeof sort === "string" ? exactJson(sort) : sort;
}

function without(table, names) {
  const all = table.columns.map(({ name }) => name);
  return all.some((name) => names.includes(name)) ? table.select(all.filter((name) => !names.includes(name))) : table;
}

/** Documents under their own names, beside `_index` and `_id`. */
function toDocuments(table) {
  const isEmpty = ({ name, type }) => name === "_score" && type === "text";
  let documents = without(table, table.columns.filter(isEmpty).map(({ name }) => name));
  const names = new Set(documents.columns.map(({ name }) => name));
  for (const name of names) {
    const short = name.startsWith("_source.") && name.slice("_source.".length);
    if (short && !names.has(short)) documents = documents.rename(name, short);
  }
  return documents;
}

/** A query of ES|QL, which goes on at the server after a second and is then asked for again. */
function runEsql(elastic, given, asked) {
  const { context, send } = elastic;
  const { signal, seconds, limit, maxBytes } = asked;
  const timeout = asked.timeout ?? seconds;
  const text = limit === undefined ? given : `${given.trimEnd()}\n| LIMIT ${limit}`;
  const json = { query: text, ...(asked.beside && { filter: timeFilter(asked.start, asked.end) }) };
  const deadline = Date.now() + seconds * 1000;
  const toState = async (answer) => {
    const { rest, tables: [table] } = await context.answer(answer, { rows: ["values"], name: "Elasticsearch" });
    return { ...rest, table, done: !rest.is_running };
  };
  let state; // the first comes with the id
  let wait = FIRST_PAUSE;
  const job = {
    begin: async () => (state = await toState(await beginEsql(elastic, json, { timeout, maxBytes }, signal))).id,
    check: async (id) => {
      if (!state) {
        const left = Math.min(Math.max(deadline - Date.now(), 1), LONG_POLL);
        state = await toState(await send({ path: idPath(id), query: { wait_for_completion_timeout: `${left}ms` }, timeout, maxBytes }, { signal }));
      }
      const now = { ...state, wait };
      wait = Math.min(2 * wait, LONGEST_PAUSE);
      state = undefined;
      return now;
    },
    read: (id, { late, table, ...rest }) => {
      if (late) throw new context.HuntbookError("timeout", `Elasticsearch: the query was not done within ${seconds} seconds, and was stopped; ask for less, or raise { timeout }`);
      if (!table) throw new context.HuntbookError("badInput", "Elasticsearch: the answer has no values; check the address, or try again");
      return { table, partial: cut(rest, table, given, limit) };
    },
    remove: (id) => id && send({ method: "DELETE", path: idPath(id), allow: [404] }),
  };
  return runJob(job, { seconds, pause: context.pause, signal });
}

const idPath = (id) => `/_query/async/${encodeURIComponent(id)}`;

/** Servers before 8.13 answer at the end only. */
async function beginEsql(elastic, json, control, signal) {
  const { send } = elastic;
  if (elastic.hasAsync) {
    const wait = { wait_for_completion_timeout: "1s", keep_on_completion: false, keep_alive: KEPT };
    const answer = await send({ path: "/_query/async", json: { ...json, ...wait }, allow: [400, 404, 405], ...control });
    if (answer.status < 400) return answer;
    // What is wrong with a query says the older way too.
    const isKnown = answer.status === 400 && !/no handler found/.test(answer.text());
    const older = await send({ path: "/_query", json, ...control }, { signal });
    elastic.hasAsync = isKnown;
    return older;
  }
  return send({ path: "/_query", json, ...control }, { signal });
}

/** Why rows of ES|QL may be missing. */
function cut(rest, table, text, limit) {
  const { numRows } = table;
  const failed = Object.values(rest._clusters?.details ?? {}).flatMap(({ failures = [] }) => failures.map(({ reason }) => serviceMessage(reason)));
  const isShort = limit === undefined && numRows === ESQL_ROWS && !/\blimit\b/i.test(text);
  return said(
    rest.is_partial && `the service could not read all${failed.length ? `: ${failed[0]}` : ""}`,
    isShort && `${numRows} rows came, as the text says no LIMIT, which may be ${MOST_ESQL_ROWS} at most`,
    !isShort && numRows === MOST_ESQL_ROWS && `${numRows} rows came, which is all that ES|QL gives at once; split the time, or ask by Query DSL`,
  );
}

/** `{ index: { field: type } }` of indexes as one: streams of data have many with the same fields. */
async function fields(elastic, asked) {
  const query = { fields: "*", ignore_unavailable: true };
  const { fields: all = {} } = await elastic.send.json({ path: `${pathOf(elastic, asked)}/_field_caps`, query }, { signal: asked.signal });
  const columns = Object.entries(all).map(([name, types]) => {
    const own = Object.values(types).filter(({ type, metadata_field: isMeta }) => !isMeta && !["object", "nested", "unmapped"].includes(type)).map(({ type }) => type);
    return [name, own.join(" or ")];
  });
  return { [asked.index ?? elastic.index ?? "*"]: Object.fromEntries(columns.filter(([, type]) => type).sort(([a], [b]) => (a < b ? -1 : 1))) };
}
