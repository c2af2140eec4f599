// CrowdStrike Falcon Next-Gen SIEM, and LogScale (Humio) of one's own: query jobs. https://library.humio.com/logscale-api/api-search-query.html
import { bearer } from "../auth.js";
import { runJob } from "../jobs.js";
import { retype, said } from "../rows.js";
import { noOthers } from "../../options.js";

// Seconds until a query is given up.
const TIMEOUT = 300;
// Rows that a query gives which does not end in tail().
const USUAL_ROWS = 200;
// Milliseconds between two questions, whatever the service advises; a job that nobody asks for is removed after 30 seconds or more.
const [LEAST_WAIT, MOST_WAIT] = [100, 10_000];
// A token lives for half an hour.
const TOKEN_AGE = 25 * 60_000;

export default {
  environments: ["CrowdStrike"],
  options: ["repository", "cloud", "url"],
  example: '{ repository: "search-all", auth: { clientId }, proxy: "http://127.0.0.1:8710" }',
  parallel: 4,
  // The end of a query is not part of it.
  tick: 0,
  timesBeside: true,

  async open(context) {
    const { invalid, option, toBase } = context;
    const [repository, url] = [option("repository"), option("url")];
    if (typeof repository !== "string" || !repository) throw invalid(`connect: there is no repository; pass ${this.example}`);
    const place = url === undefined ? cloudOf(context) : { route: "crowdstrike", base: toBase(url, "option `url`") };
    const authorize = authorizeWith(context, (options) => context.sender({ ...place, title: "CrowdStrike", ...options }), url !== undefined, this.example);
    const send = context.sender({ ...place, title: "CrowdStrike", authorize, timeout: TIMEOUT });
    const path = `${url === undefined ? "/humio" : ""}/api/v1/repositories/${encodeURIComponent(repository)}/queryjobs`;
    return { label: `repository ${repository}`, query: (text, asked) => query(context, send, path, text, asked) };
  },
};

/** The route and host of a cloud. */
function cloudOf({ hasProxy, invalid, option, service }) {
  const { upstream, clouds = {} } = service("crowdstrike");
  const cloud = option("cloud") ?? "us-1";
  if (cloud === "us-1") return { route: "crowdstrike", base: upstream };
  if (Object.hasOwn(clouds, cloud)) return { route: `crowdstrike-${cloud}`, base: clouds[cloud] };
  throw invalid(`connect: option \`cloud\` should be one of ${["us-1", ...Object.keys(clouds)].join(", ")}${hasProxy ? "" : ", or say { url }"}`);
}

/** A token as given, or one for a client whose secret the proxy has: a page should not have it. */
function authorizeWith(context, sender, isOwn, example) {
  const { auth, hasProxy, invalid, secrets, transport } = context;
  if (auth?.clientId !== undefined && isOwn) throw invalid("connect: a LogScale of your own takes a token as `auth`, not { clientId }");
  if (auth?.clientId === undefined) {
    const given = bearer(auth, undefined, context);
    if (!given && !hasProxy) throw invalid(`connect: there is no \`auth\`; pass a token, or ${example}`);
    return given;
  }
  const { clientId, ...others } = auth;
  if ("clientSecret" in others) throw invalid("connect: a client's secret belongs into the proxy, not into a page; set HUNTBOOK_CROWDSTRIKE_SECRET there, and pass { auth: { clientId } }");
  noOthers(invalid, "connect: auth", others, "clientId");
  if (!hasProxy || transport === "direct") throw invalid("connect: { clientId } needs huntbook's proxy, which has the secret; pass { proxy: \"http://127.0.0.1:8710\" }, or a token as `auth`");
  const send = sender({});
  let token;
  let since = 0;
  let asking; // one question for all who need a token; not stopped by one of them
  async function ask() {
    // The field is for the proxy to fill in.
    const answer = await send.json({ path: "/oauth2/token", form: { client_id: clientId, client_secret: "" } });
    if (typeof answer.access_token !== "string") throw invalid("connect: CrowdStrike gave no token");
    secrets.add(answer.access_token);
    [token, since] = [answer.access_token, Date.now()];
  }
  return async ({ refused }) => {
    const isRefused = refused && refused.Authorization === `Bearer ${token}`;
    if (isRefused || !token || Date.now() - since > TOKEN_AGE) {
      asking ??= ask().finally(() => (asking = undefined));
      await asking;
    }
    return { Authorization: `Bearer ${token}` };
  };
}

const limited = (text, limit) => (limit === undefined || limit <= USUAL_ROWS || /\|\s*(tail|head)\([^|]*\)\s*$/i.test(text) ? text : `${text.trimEnd()}\n| tail(${limit})`);

function query(context, send, path, text, { start, end, limit, timeout, maxBytes, signal, onProgress }) {
  const { HuntbookError } = context;
  const seconds = timeout ?? context.timeout ?? TIMEOUT;
  const request = { timeout: seconds, maxBytes };
  const job = {
    begin: async () => {
      const json = { queryString: limited(text, limit), start: Date.parse(start), end: Date.parse(end), isLive: false, timeZone: "UTC" };
      const { id } = await send.json({ ...request, path, json });
      if (!id) throw new HuntbookError("badInput", "CrowdStrike: the answer has no id of a query; try again");
      return `${path}/${encodeURIComponent(id)}`;
    },
    // What came so far is in each answer.
    check: async (own) => {
      const { rest, tables } = await context.answer(await send({ ...request, path: own }, { signal }), { rows: ["events"], name: "CrowdStrike" }, signal);
      const { pollAfter, workDone, totalWork } = rest.metaData ?? {};
      if (totalWork > 0) onProgress?.(Math.min(workDone / totalWork, 1));
      if (rest.cancelled) throw new HuntbookError("service", "CrowdStrike: the query was cancelled; ask again, or for less");
      return { ...rest, table: tables[0], wait: pollAfter > 0 ? Math.min(Math.max(pollAfter, LEAST_WAIT), MOST_WAIT) : undefined };
    },
    read: (own, state) => rowsOf(context, state, limit, seconds),
    remove: (own) => send({ path: own, method: "DELETE", allow: [404] }),
  };
  return runJob(job, { seconds, pause: context.pause, signal });
}

/** What a query that is done, or late, has. */
async function rowsOf({ HuntbookError, Table }, { late, table, metaData = {} }, limit, seconds) {
  if (late) {
    const text = `the query was not done within ${seconds} seconds; ask for less, or raise { timeout }`;
    if (metaData.isAggregate || !table?.numRows) throw new HuntbookError("timeout", `CrowdStrike: ${text}`);
    late = text;
  }
  const typed = await retype(Table, table ?? (await Table.fromRows([])), { "@timestamp": "ms", "@ingesttimestamp": "ms" });
  const rows = limit === undefined ? typed : typed.slice(0, limit);
  const isCut = String(metaData.extraData?.hasMoreEvents) === "true" && !(rows.numRows >= limit);
  const cut = isCut && `the service gave ${rows.numRows} events of more; end the query with \`| tail(10000)\`, or pass { limit }`;
  const warnings = [metaData.warnings ?? []].flat().map((one) => one?.message ?? String(one));
  return { table: rows, partial: said(late, cut), notes: warnings };
}
