// Splunk: searches by the REST API of its management port.
// https://help.splunk.com/en/splunk-enterprise/rest-api-reference (search endpoints)
//
// A search is a job on the server: made, polled until it is done, read in pages, and deleted; cancelled if it is not waited for.
import { bearer, onlyNames } from "../auth.js";
import { runJob } from "../jobs.js";
import { inList, readPages, said } from "../rows.js";
import { savedSearches, toSearch } from "./splunk-saved.js";

// Seconds. msticpy waits one minute, in which a search over a week is seldom done; here it shows how far it is.
const TIMEOUT = 300;
// Seconds without a request after which the server cancels a job that its page left; browsers let pages in the background ask
// once a minute.
const LEFT_ALONE = 300;
// Rows of a page; limits.conf lets a request have 50,000 (maxresultrows), which is all that a one-shot search gives.
const PAGE = 10_000;
const ONESHOT_ROWS = 50_000;
// Rows of a job where the user gives no limit: one more than are read, which tells that there are more.
const JOB_ROWS = 100_001;
// Milliseconds between looks at a job, each twice as long as the one before.
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
const MODES = ["job", "oneshot", "export"];
// The fields that every event has.
const EVENT = { _time: "time", _raw: "string", host: "string", source: "string", sourcetype: "string", index: "string" };

export default {
  environments: ["Splunk"],
  options: ["host", "port", "scheme", "owner", "app", "sharing", "savedSearches"],
  queryOptions: ["mode"],
  example: '{ host: "splunk.example.com", auth: { user, password } }, or auth: { token }',
  // Roles may have three searches at once, unless they are told otherwise (srchJobsQuota).
  parallel: 3,
  tick: 0,

  async open(context) {
    const { option, toBase, invalid } = context;
    const host = option("host");
    const scheme = option("scheme") ?? option("http_scheme") ?? "https";
    if (!["https", "http"].includes(scheme)) throw invalid("connect: option `scheme` should be \"https\" or \"http\"");
    const full = /^https?:/i.test(host ?? "") ? host : `${scheme}://${host}`;
    const splunk = { context, space: toSpace(context), version: "v2" };
    const authorize = await toAuth(context, () => splunk.send);
    splunk.send = context.sender({
      route: "splunk", title: "Splunk", authorize, base: host && toBase(full, "host", String(option("port") ?? 8089)),
      allow: "let this page's origin ask by crossOriginSharingPolicy under [httpServer] in Splunk's server.conf, and open Splunk's address once if the browser does not trust its certificate",
    });
    const sources = await savedSearches(splunk, option("savedSearches") ?? true);
    return {
      label: host ? `Splunk at ${new URL(full).hostname}` : "Splunk by the proxy",
      queries: () => sources,
      query: (text, asked) => query(splunk, text, asked),
      schema: ({ signal }) => indexes(splunk, signal),
    };
  },
};

/** Where objects are looked for: of an owner and an app, or the user's own. */
function toSpace({ option, invalid }) {
  const sharing = option("sharing");
  if (sharing !== undefined && !["user", "app", "global", "system"].includes(sharing)) throw invalid("connect: option `sharing` should be \"user\", \"app\", \"global\" or \"system\"");
  const ofAll = sharing === "app" || sharing === "global";
  const [owner, app] = sharing === "system" ? ["nobody", "system"] : [ofAll ? "nobody" : option("owner"), option("app")];
  if (owner === undefined && app === undefined) return "/services";
  return `/servicesNS/${encodeURIComponent(owner ?? "-")}/${encodeURIComponent(app ?? "-")}`;
}

/** Who asks, by a token, or by a name and a password for which Splunk gives a session. */
async function toAuth(context, getSend) {
  const { auth, option, secret, secrets, hasProxy, hasSecret } = context;
  onlyNames(auth, ["user", "username", "password", "token"], context.invalid);
  const user = auth?.user ?? auth?.username ?? (auth === undefined ? option("username") : undefined);
  if (user === undefined) {
    if (auth === undefined && hasProxy && !hasSecret("bearer_token")) return undefined;
    const token = auth ?? await secret("bearer_token");
    checkToken(token?.token ?? token, context);
    return bearer(token, undefined, context);
  }
  const password = await secret("password");
  let session;
  const login = async () => {
    const { sessionKey } = await getSend().json({ path: "/services/auth/login", query: { output_mode: "json" }, form: { username: user, password }, anonymous: true });
    if (typeof sessionKey !== "string" || !sessionKey) throw new context.HuntbookError("unauthorized", "Splunk: it gave no session; check the name and the password");
    secrets.add(sessionKey);
    return { Authorization: `Splunk ${sessionKey}` };
  };
  return async ({ refused }) => {
    // Several requests may be refused at once; one new session is enough.
    const last = session;
    if (refused && (await last?.catch(() => {}))?.Authorization === refused.Authorization && session === last) session = undefined;
    session ??= login();
    const own = session;
    own.catch(() => {
      if (session === own) session = undefined;
    });
    return own;
  };
}

/** A token of Splunk that has expired need not be sent. */
function checkToken(token, { HuntbookError }) {
  let claims;
  try {
    claims = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  } catch {
    return; // of another kind
  }
  const now = Date.now() / 1000;
  const day = (seconds) => new Date(Math.min(seconds * 1000, 864e13)).toISOString();
  if (claims?.idp?.toLowerCase?.() !== "splunk") return;
  // Some never expire: their `exp` is 0.
  if (claims.exp && now >= claims.exp) throw new HuntbookError("unauthorized", `connect: this bearer token has expired on ${day(claims.exp)}; make a new one in Splunk, Settings > Tokens`);
  if (now < claims.iat) throw new HuntbookError("unauthorized", `connect: this bearer token is valid from ${day(claims.iat)} on; check the clock of this machine, or use another`);
}

async function query(splunk, given, asked) {
  const { mode = "job" } = asked;
  if (!MODES.includes(mode)) throw splunk.context.invalid(`option \`mode\` should be one of ${MODES.join(", ")}`);
  const form = { search: toSearch(given), ...toTimes(asked), output_mode: "json" };
  const all = { ...asked, seconds: asked.timeout ?? splunk.context.timeout ?? TIMEOUT };
  return { job: search, oneshot: runOneshot, export: runExport }[mode](splunk, form, all);
}

/** The time beside the text; a saved search has its own. Others have it in the text. */
function toTimes({ info, start, end, beside }) {
  const toSplunk = (iso) => iso.replace("Z", "+00:00");
  const { dispatch } = info?.metadata ?? {};
  if (start !== undefined && (beside || dispatch)) return { earliest_time: toSplunk(start), latest_time: toSplunk(end) };
  return dispatch ?? {};
}

/** Servers before 9.0.2 have no second version of what is about searches; the first is in the newest too, but will go. */
async function sendSearch(splunk, request, control) {
  const { send, space, version } = splunk;
  const under = (name) => ({ ...request, path: `${space}/search/${name}jobs${request.path}` });
  if (version !== "v2") return send(under(""), control);
  const answer = await send({ ...under("v2/"), allow: [404] }, control);
  if (answer.status !== 404) return answer;
  const older = await send(under(""), control);
  splunk.version = "v1";
  return older;
}

/** A search as a job. */
function search(splunk, form, asked) {
  const { context } = splunk;
  const { signal, limit, timeout, maxBytes, seconds, onProgress } = asked;
  let wait = FIRST_PAUSE / 2;
  let isDone = false;
  const job = {
    begin: async () => {
      const create = { ...form, exec_mode: "normal", max_count: limit ?? JOB_ROWS, auto_cancel: LEFT_ALONE };
      const { sid } = splunk.send.toJson(await sendSearch(splunk, { path: "", form: create, timeout, maxBytes }));
      if (typeof sid !== "string" || !sid) throw new context.HuntbookError("badInput", "Splunk: the answer has no id of a job; check the address, or try again");
      return sid;
    },
    check: async (sid) => {
      const answer = await sendSearch(splunk, { path: `/${encodeURIComponent(sid)}`, query: { output_mode: "json" }, timeout, maxBytes }, { signal });
      const state = answer.bytes.length ? splunk.send.toJson(answer).entry?.[0]?.content ?? {} : {};
      checkState(state, context);
      isDone = isYes(state.isDone);
      onProgress(0.8 * (isDone ? 1 : Number(state.doneProgress) || 0));
      wait = Math.min(2 * wait, LONGEST_PAUSE);
      return { ...state, done: isDone, wait };
    },
    read: (sid, state) => {
      if (!state.late) return readRows(splunk, sid, state, asked);
      const part = state.doneProgress > 0 ? ` (${Math.round(state.doneProgress * 100)} % was)` : "";
      throw new context.HuntbookError("timeout", `Splunk: the search was not done within ${seconds} seconds${part}, and was cancelled; ask for less time, or raise { timeout }`);
    },
    remove: (sid) => remove(splunk, sid, isDone),
  };
  return runJob(job, { seconds, pause: context.pause, signal });
}

function checkState({ isFailed, dispatchState, messages }, { HuntbookError }) {
  if (!isYes(isFailed) && dispatchState !== "FAILED") return;
  const why = said(toMessages(messages).filter(({ type }) => type !== "INFO" && type !== "DEBUG").map(({ text }) => text));
  throw new HuntbookError("service", `Splunk: the search failed${why ? `: ${why.replace(/[.;\s]+$/, "")}` : ""}; check the query`);
}

/** A job that is done is deleted; one that is not is cancelled, which deletes it too. */
function remove({ send, space, version }, sid, isDone) {
  const path = `${space}/search/${version === "v2" ? "v2/" : ""}jobs/${encodeURIComponent(sid)}`;
  const request = isDone ? { method: "DELETE", path } : { path: `${path}/control`, form: { action: "cancel" } };
  return send({ ...request, query: { output_mode: "json" }, allow: [404] });
}

/** The rows of a job that is done. */
async function readRows(splunk, sid, job, { signal, seconds, timeout, maxBytes, limit, onProgress }) {
  const { context } = splunk;
  const deadline = Date.now() + 1000 * seconds;
  const messages = [];
  const total = job.resultCount ?? Infinity;
  let fields;
  const { table, notes } = await readPages(context, async (offset, size) => {
    const count = Math.min(PAGE, size, Math.max(total - offset, 1));
    const request = { path: `/${encodeURIComponent(sid)}/results`, query: { output_mode: "json", count, offset }, timeout: timeout ?? seconds, maxBytes };
    let answer;
    // Right after the end of a job its rows may not be there yet.
    for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      answer = await sendSearch(splunk, request, { signal });
      if (answer.status !== 204) break;
      if (Date.now() > deadline) throw new context.HuntbookError("timeout", `Splunk: the job's rows were not there within ${seconds} seconds; try again`);
      await context.pause(wait, signal);
    }
    const { rest, tables: [page] } = await context.answer(answer, { rows: ["results"], name: "Splunk" }, signal);
    if (!page) throw new context.HuntbookError("badInput", "Splunk: the answer has no rows; check the address, or try again");
    messages.push(...toMessages(rest.messages));
    fields ??= rest.fields;
    // What gives the first page again would do so for ever.
    const isOther = offset > 0 && rest.init_offset !== undefined && rest.init_offset !== offset;
    const { numRows } = page;
    const isLast = isOther || (total === Infinity ? numRows < count : offset + numRows >= total);
    return { table: isOther ? undefined : page, total, isLast, notes: isOther || (numRows === 0 && total > offset && total < Infinity) ? [`${offset} of ${total} rows came`] : [] };
  }, { limit, signal, onProgress: (fraction) => onProgress(0.8 + 0.2 * fraction) });
  return toResult({ table: await inOrder(table, fields, context), messages, notes }, job);
}

/** The table with the fields in the order of the search, also those that have no value in any row. */
async function inOrder(table, fields, { Table }) {
  let empty = await Table.fromRows([]);
  for (const field of fields ?? []) if (typeof field?.name === "string") empty = empty._withText(field.name, "");
  return empty.numColumns ? empty.concat(table) : table;
}

/** A one-shot search: one request, which answers when the search is done. */
async function runOneshot(splunk, form, { signal, seconds, limit, maxBytes }) {
  const request = { path: "", form: { ...form, exec_mode: "oneshot", count: limit ?? 0 }, timeout: seconds, maxBytes };
  const answer = await sendSearch(splunk, request, { signal });
  const { rest, tables: [rows] } = await splunk.context.answer(answer, { rows: ["results"], name: "Splunk" }, signal);
  const messages = toMessages(rest.messages);
  const fatal = messages.find(({ type }) => type === "FATAL");
  if (fatal || !rows) throw new splunk.context.HuntbookError("service", `Splunk: ${fatal?.text ?? "the answer has no rows"}; check the query`);
  const table = await inOrder(rows, rest.fields, splunk.context);
  const isCut = limit === undefined && table.numRows >= ONESHOT_ROWS;
  return toResult({ table, messages, notes: [isCut && `a one-shot search gives ${table.numRows} rows at most; use { mode: "job" }`] });
}

/** The rows as the search finds them, however many: an object on each line. */
async function runExport(splunk, form, { signal, seconds, limit, maxBytes }) {
  const { context } = splunk;
  const request = { path: "/export", form: { ...form, preview: "false" }, timeout: seconds, maxBytes };
  const { bytes } = await sendSearch(splunk, request, { signal });
  const { rest, tables: [lines] } = await context.answer({ bytes: toArray(bytes) }, { rows: ["lines"], name: "Splunk" }, signal);
  if (!lines) throw new context.HuntbookError("badInput", `Splunk: the answer is not JSON lines (${JSON.stringify(rest).slice(0, 80)}); check the address, or try again`);
  const names = lines.columns.map(({ name }) => name);
  // A line has a row, or what the server says.
  const having = (column) => (names.includes(column) ? lines.filter({ column, isNull: false }) : undefined);
  const messages = (having("messages")?.column("messages") ?? []).flatMap((given) => toMessages(typeof given === "string" ? JSON.parse(given) : given));
  const fatal = messages.find(({ type }) => type === "FATAL");
  if (fatal) throw new context.HuntbookError("service", `Splunk: ${fatal.text}; check the query`);
  const own = names.filter((name) => name.startsWith("result."));
  let table = (having("offset") ?? lines).select(own);
  for (const name of own) table = table.rename(name, name.slice("result.".length));
  return toResult({ table: limit === undefined ? table : table.slice(0, limit), messages });
}

/** Lines with an object each as one JSON: `{"lines":[…]}`. */
function toArray(bytes) {
  const all = inList("lines", bytes);
  const [LINE, OPEN, COMMA] = [10, 123, 44];
  for (let at = all.indexOf(LINE); at >= 0; at = all.indexOf(LINE, at + 1)) if (all[at + 1] === OPEN) all[at] = COMMA;
  return all;
}

const isYes = (value) => value === true || value === 1 || value === "1";

/** `[{ type, text }]`; older servers have lists of texts by type. */
function toMessages(given) {
  const all = Array.isArray(given) ? given : Object.entries(given ?? {}).flatMap(([type, texts]) => [texts].flat().map((text) => ({ type, text })));
  return all.map(({ type, text }) => ({ type: String(type).toUpperCase(), text: String(text) }));
}

/** The table, what the server says beside it, and why rows may be missing, of which `notes` have some already. */
function toResult({ table, messages, notes = [] }, job = {}) {
  const all = [...toMessages(job.messages), ...messages];
  const texts = (...types) => [...new Set(all.filter(({ type }) => types.includes(type)).map(({ text }) => text))];
  const isPartial = (text) => /incomplete|truncat|partial|finali[sz]ed|time limit|maximum/i.test(text);
  const warnings = texts("WARN");
  return {
    table,
    partial: said(isYes(job.isFinalized) && "the search was finalised before it was done", notes, texts("FATAL", "ERROR"), warnings.filter(isPartial)),
    // Of a search without rows, what the server did with it tells why.
    notes: [...warnings.filter((text) => !isPartial(text)), ...(table.numRows ? [] : texts("INFO"))],
  };
}

/** `{ index: { field: type } }`: the fields that its events have besides their own. */
async function indexes({ send, space }, signal) {
  const { entry = [] } = await send.json({ path: `${space}/data/indexes`, query: { output_mode: "json", count: 0 } }, { signal });
  return Object.fromEntries(entry.filter(({ content }) => !isYes(content?.disabled)).map(({ name }) => [name, EVENT]));
}
