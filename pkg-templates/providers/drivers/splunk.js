// Splunk: searches by the REST API of its management port.
// https://help.splunk.com/en/splunk-enterprise/rest-api-reference (search endpoints)
//
// A search is a job on the server: made, polled until it is done, read in pages, and deleted; cancelled if it is not waited for.
import { bearer } from "../auth.js";
import { making, removing } from "../kept.js";
import { joinTables } from "../tables.js";
import { toTime } from "../../query-values.js";
import { savedSearches, toSearch } from "./splunk-saved.js";

// Seconds. msticpy waits one minute, in which a search over a week is seldom done; here it shows how far it is.
const TIMEOUT = 300;
// Seconds without a request after which the server cancels a job that its page left; browsers let pages in the background ask
// once a minute.
const LEFT_ALONE = 300;
// Rows of a page; limits.conf lets a request have 50,000 (maxresultrows), which is all that a one-shot search gives.
const PAGE = 10_000;
const ONESHOT_ROWS = 50_000;
// Rows that a job keeps, as limits.conf has it (max_count).
const JOB_ROWS = 500_000;
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
  const { auth, option, secret, secrets, hasProxy, hasKey } = context;
  const user = auth?.user ?? auth?.username ?? (auth === undefined ? option("username") : undefined);
  if (user === undefined) {
    if (auth === undefined && hasProxy && !hasKey("bearer_token")) return undefined;
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
    if (refused && (await session?.catch(() => {}))?.Authorization === refused.Authorization) session = undefined;
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
  const day = (seconds) => new Date(seconds * 1000).toISOString();
  if (claims?.idp?.toLowerCase?.() !== "splunk") return;
  // Some never expire: their `exp` is 0.
  if (claims.exp && now >= claims.exp) throw new HuntbookError("unauthorized", `connect: this bearer token has expired on ${day(claims.exp)}; make a new one in Splunk, Settings > Tokens`);
  if (now < claims.iat) throw new HuntbookError("unauthorized", `connect: this bearer token is valid from ${day(claims.iat)} on; check the clock of this machine, or use another`);
}

async function query(splunk, given, asked) {
  const { invalid } = splunk.context;
  const { mode = "job", limit } = asked;
  if (!MODES.includes(mode)) throw invalid(`option \`mode\` should be one of ${MODES.join(", ")}`);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) throw invalid("option `limit` should be a whole number above 0");
  const form = { search: toSearch(given), ...toTimes(asked), output_mode: "json" };
  const all = { ...asked, seconds: asked.timeout ?? splunk.context.timeout ?? TIMEOUT };
  return { job: runJob, oneshot: runOneshot, export: runExport }[mode](splunk, form, all);
}

/** The time beside the text. A saved search has its own, in Splunk's words; others have it in the text. */
function toTimes({ info, start, end, beside }) {
  if (!beside && !info?.families.includes("SavedSearches")) return {};
  const own = (name) => info?.parameters.find((one) => one.name === name)?.default;
  const time = (value, usual) => (value === undefined || value === usual ? usual : toIso(value));
  return { earliest_time: time(start, own("start")), latest_time: time(end, own("end")) };
}

/** ISO 8601 as Splunk reads it, or one of its own words. */
function toIso(value) {
  const text = toTime(value, Date.now());
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return text;
  const ms = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString().replace("Z", "+00:00");
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

async function runJob(splunk, form, asked) {
  const { signal, limit, timeout, maxBytes } = asked;
  const most = limit ?? JOB_ROWS;
  const create = { path: "", form: { ...form, exec_mode: "normal", max_count: most, auto_cancel: LEFT_ALONE }, timeout, maxBytes };
  const all = { ...asked, deadline: Date.now() + asked.seconds * 1000 };
  const sid = await making(async () => toJson(splunk, await sendSearch(splunk, create)).sid, (made) => remove(splunk, made, false), signal);
  if (typeof sid !== "string" || !sid) throw new splunk.context.HuntbookError("badInput", "Splunk: the answer has no id of a job; check the address, or try again");
  let isDone = false;
  try {
    const job = await whenDone(splunk, sid, all);
    isDone = true;
    const pages = await readPages(splunk, sid, { ...all, count: Math.min(job.resultCount ?? Infinity, most) });
    return toResult(pages, job, limit);
  } finally {
    await remove(splunk, sid, isDone);
  }
}

/** A job that is done is deleted; one that is not is cancelled, which deletes it too. */
function remove(splunk, sid, isDone) {
  const path = `${splunk.space}/search/${splunk.version === "v2" ? "v2/" : ""}jobs/${encodeURIComponent(sid)}`;
  return removing(splunk.send, { query: { output_mode: "json" }, ...(isDone ? { method: "DELETE", path } : { path: `${path}/control`, form: { action: "cancel" } }) });
}

const late = ({ context }, seconds, progress) => new context.HuntbookError("timeout",
  `Splunk: the search was not done within ${seconds} seconds${progress ? ` (${Math.round(progress * 100)} % were)` : ""}, and was cancelled; ask for less time, or raise { timeout }`);

/** What the server says of a job once it is done. */
async function whenDone(splunk, sid, { signal, deadline, seconds, timeout, maxBytes, onProgress }) {
  const { pause, HuntbookError } = splunk.context;
  const path = `/${encodeURIComponent(sid)}`;
  let done = 0;
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    await pause(wait, signal);
    const answer = await sendSearch(splunk, { path, query: { output_mode: "json" }, timeout, maxBytes }, { signal });
    const job = answer.bytes.length ? toJson(splunk, answer).entry?.[0]?.content ?? {} : {};
    if (isYes(job.isFailed) || job.dispatchState === "FAILED") {
      const said = toMessages(job.messages).filter(({ type }) => type !== "INFO" && type !== "DEBUG").map(({ text }) => text).join("; ");
      throw new HuntbookError("service", `Splunk: the search failed${said ? `: ${said.replace(/[.;\s]+$/, "")}` : ""}; check the query`);
    }
    if (isYes(job.isDone)) return job;
    done = Number(job.doneProgress) || done;
    onProgress(0.8 * done);
    if (Date.now() > deadline) throw late(splunk, seconds, done);
  }
}

/** The rows of a job, `count` of them or until there are no more. */
async function readPages(splunk, sid, { signal, deadline, seconds, timeout, maxBytes, count, onProgress }) {
  const { context } = splunk;
  const tables = [];
  const messages = [];
  for (let rows = 0, wait = FIRST_PAUSE; ;) {
    if (Date.now() > deadline) throw late(splunk, seconds);
    const page = Math.min(PAGE, Math.max(count - rows, 1));
    const request = { path: `/${encodeURIComponent(sid)}/results`, query: { output_mode: "json", count: page, offset: rows }, timeout, maxBytes };
    const answer = await sendSearch(splunk, request, { signal });
    // The rows of a job that has just ended may not be there yet.
    if (answer.status === 204 || !answer.bytes.length) {
      await context.pause(wait, signal);
      wait = Math.min(wait * 2, LONGEST_PAUSE);
      continue;
    }
    const { rest, tables: [table] } = await context.answer(answer, { rows: ["results"], name: "Splunk" }, signal);
    messages.push(...toMessages(rest.messages));
    if (!table) throw new context.HuntbookError("badInput", "Splunk: the answer has no rows; check the address, or try again");
    // What gives the first page again would do so for ever.
    if (rows && rest.init_offset !== undefined && rest.init_offset !== rows) return { table: joinTables(tables), messages };
    tables.push(table);
    rows += table.numRows;
    onProgress(0.8 + 0.2 * Math.min(rows / count || 1, 1));
    // A server may give fewer rows than a page has, but not none before the end.
    if (!table.numRows || rows >= count || (count === Infinity && table.numRows < page)) return { table: joinTables(tables), messages };
  }
}

/** A one-shot search: one request, which answers when the search is done. */
async function runOneshot(splunk, form, { signal, seconds, limit, maxBytes }) {
  const request = { path: "", form: { ...form, exec_mode: "oneshot", count: limit ?? 0 }, timeout: seconds, maxBytes };
  const answer = await sendSearch(splunk, request, { signal });
  const { rest, tables: [table] } = await splunk.context.answer(answer, { rows: ["results"], name: "Splunk" }, signal);
  const messages = toMessages(rest.messages);
  const fatal = messages.find(({ type }) => type === "FATAL");
  if (fatal || !table) throw new splunk.context.HuntbookError("service", `Splunk: ${fatal?.text ?? "the answer has no rows"}; check the query`);
  const result = toResult({ table, messages }, {}, limit);
  const isCut = limit === undefined && table.numRows >= ONESHOT_ROWS;
  return { ...result, partial: [result.partial, isCut && `a one-shot search gives ${table.numRows} rows at most; use { mode: "job" }`].filter(Boolean).join("; ") || undefined };
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
  return toResult({ table: limit === undefined ? table : table.slice(0, limit), messages }, {}, limit);
}

/** Lines with an object each as one JSON: `{"lines":[…]}`. */
function toArray(bytes) {
  const [before, after] = ['{"lines":[', "]}"].map((text) => new TextEncoder().encode(text));
  const all = new Uint8Array(before.length + bytes.length + after.length);
  all.set(before);
  all.set(bytes, before.length);
  all.set(after, before.length + bytes.length);
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

/** The table, what the server says beside it, and why rows may be missing. */
function toResult({ table, messages }, job, limit) {
  const said = [...toMessages(job.messages), ...messages];
  const texts = (types) => [...new Set(said.filter(({ type }) => types.includes(type)).map(({ text }) => text))];
  const isPartial = (text) => /incomplete|truncat|partial|finali[sz]ed|time limit|maximum/i.test(text);
  const warnings = texts(["WARN"]);
  const missing = [
    isYes(job.isFinalized) && "the search was finalised before it was done",
    limit === undefined && job.resultCount > table.numRows && `${table.numRows} of ${job.resultCount} rows came`,
    limit === undefined && table.numRows >= JOB_ROWS && job.resultCount !== undefined && `a job keeps ${JOB_ROWS} rows at most; use { mode: "export" }, or { splitBy: "1h" }`,
    ...texts(["FATAL", "ERROR"]), ...warnings.filter(isPartial),
  ].filter(Boolean);
  // Of a search without rows, what the server did with it tells why.
  const notes = [...warnings.filter((text) => !isPartial(text)), ...(table.numRows ? [] : texts(["INFO"]))];
  return { table, notes, partial: missing.join("; ") || undefined };
}

/** `{ index: { field: type } }`: the fields that its events have besides their own. */
async function indexes({ send, space }, signal) {
  const { entry = [] } = await send.json({ path: `${space}/data/indexes`, query: { output_mode: "json", count: 0 } }, { signal });
  return Object.fromEntries(entry.filter(({ content }) => !isYes(content?.disabled)).map(({ name }) => [name, EVENT]));
}

function toJson({ context }, answer) {
  try {
    return JSON.parse(answer.text());
  } catch (error) {
    throw new context.HuntbookError("badInput", `Splunk: the answer is not JSON (${answer.text().trim().slice(0, 80) || "it is empty"}); check the address, or try again`, { cause: error });
  }
}
