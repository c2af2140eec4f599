// Prisma Cloud: searches in RQL. https://pan.dev/prisma-cloud/api/cspm/search/
import { nameAndKey } from "../auth.js";
import { readPages, said } from "../rows.js";

// Seconds.
const TIMEOUT = 300;
// A token lives ten minutes; it is renewed when it is older than this, in milliseconds.
const TOKEN_AGE = 8 * 60_000;
const TOKEN_LIFE = 10 * 60_000;

// What can be searched: how a text for it begins, where its rows are in an answer, and how many at most are in one.
const ENDPOINTS = {
  config_resource: { path: "/search/api/v2/config", begins: /^config\b/i, rows: "items", page: 10_000, body: { withResourceJson: true } },
  assets: { path: "/search/api/v1/asset", begins: /^asset\b/i, rows: "value", page: 1000 },
  network: { path: "/search", begins: /^network\b/i, rows: "nodes", page: 1000, body: { saved: false, default: false } },
  events: { path: "/search/event", begins: /^event\b/i, rows: "items", page: 5000, isWhole: true },
};

export default {
  environments: ["Prismacloud"],
  options: ["region", "url", "base_url"],
  example: '{ region: "us2", auth: { user: "<access key>", password: "<secret key>" } }',
  parallel: 4,
  tick: 1,

  async open(context) {
    const place = placeOf(context);
    const { name, key } = await nameAndKey(context, ["user", "username"], ["password"], this.example);
    if (name === undefined) throw context.invalid(`connect: there is no user; pass ${this.example}`);
    if (key !== undefined) context.secrets.add(key);
    const session = sessionOf(context, place, { username: name, password: key ?? "" });
    const send = context.sender({ ...place, title: "Prisma Cloud", authorize: session, timeout: TIMEOUT });
    await session({});
    return { label: new URL(place.base).host, query: (text, asked) => search(context, send, text, asked) };
  },
};

/** The route and host of a tenant: by the name of its region, or by its address. */
function placeOf({ invalid, option, service, toBase }) {
  const { upstream, clouds } = service("prismacloud");
  const all = { us: upstream, ...clouds };
  const [url, region = "us"] = [option("url") ?? option("base_url"), option("region")];
  const base = url === undefined ? all[region] : toBase(url, "option `url`");
  if (!base || !(Object.hasOwn(all, region))) throw invalid(`connect: option \`region\` should be one of ${Object.keys(all).join(", ")}; for others pass { url: "https://api3.prismacloud.io" }`);
  const known = Object.keys(all).find((name) => all[name] === base);
  return { route: known && known !== "us" ? `prismacloud-${known}` : "prismacloud", base };
}

/** Signs in, and renews the token in time; as `authorize` of a sender. Without a password the proxy fills it in. */
function sessionOf(context, place, credentials) {
  const send = context.sender({ ...place, title: "Prisma Cloud" });
  let token;
  let since = 0;
  let asking; // one question for all who need a token; not stopped by one of them

  async function ask(request) {
    const answer = await send.json(request);
    if (typeof answer.token !== "string" || !answer.token) {
      throw new context.HuntbookError("unauthorized", `Prisma Cloud: the sign-in gave no token (${answer.message ?? "it says nothing"}); check the access key`);
    }
    context.secrets.add(answer.token);
    [token, since] = [answer.token, Date.now()];
  }

  async function renew(refresh) {
    const age = Date.now() - since;
    if (!refresh && token && age < TOKEN_LIFE) {
      try {
        return await ask({ path: "/auth_token/extend", headers: { "x-redlock-auth": token }, anonymous: true });
      } catch (error) {
        if (error.code !== "unauthorized" && error.code !== "service") throw error;
      }
    }
    return ask({ path: "/login", json: credentials, anonymous: true });
  }

  return async ({ refused }) => {
    const isRefused = refused !== undefined && refused["x-redlock-auth"] === token;
    if (isRefused || !token || Date.now() - since > TOKEN_AGE) {
      asking ??= renew(isRefused).finally(() => (asking = undefined));
      await asking;
    }
    return { "x-redlock-auth": token };
  };
}

/** What a text asks for: RQL, or RQL with its endpoint and time in JSON, as in msticpy's files. */
function questionOf(text, { start, end }, invalid) {
  let given = { query_by_user: text, start_time: start, end_time: end };
  if (/^\s*\{/.test(text)) {
    try {
      given = JSON.parse(text).querymetadata;
    } catch (error) {
      throw invalid(`the query is no JSON (${error.message}); write RQL, such as "config from cloud.resource where …"`);
    }
  }
  const { query_by_user: query, endpoint, unit, amount, start_time: from, end_time: to } = given ?? {};
  if (typeof query !== "string" || !query.trim()) throw invalid("the query has no `querymetadata.query_by_user`");
  const name = endpoint ?? Object.keys(ENDPOINTS).find((one) => ENDPOINTS[one].begins.test(query.trim()));
  if (!Object.hasOwn(ENDPOINTS, name)) throw invalid(`the query should begin with config, asset, network or event, or have an \`endpoint\` (${Object.keys(ENDPOINTS).join(", ")})`);
  const cloudType = given.cloudtype ?? /\bcloud\.type\s*=\s*['"](\w+)/i.exec(query)?.[1] ?? "aws";
  return { name, query: query.trim(), cloudType, timeRange: timeRangeOf({ unit, amount, from, to }, invalid) };
}

function timeRangeOf({ unit, amount, from, to }, invalid) {
  if (from !== undefined && from !== null) {
    const [startTime, endTime] = [Date.parse(from), to == null ? Date.now() : Date.parse(to)];
    if (Number.isNaN(startTime) || Number.isNaN(endTime)) throw invalid("`start_time` and `end_time` of the query should be times in ISO 8601");
    return { type: "absolute", value: { startTime, endTime } };
  }
  return { type: "relative", value: { unit: unit ?? "hour", amount: Number(amount ?? 24) } };
}

/** All pages of a search. */
async function search(context, send, text, { start, end, beside, limit, timeout, maxBytes, signal, onProgress }) {
  const { name, query, cloudType, timeRange } = questionOf(text, beside ? { start, end } : {}, context.invalid);
  const { path, rows: where, page, body, isWhole } = ENDPOINTS[name];
  const { table, notes } = await readPages(context, async (rows, wanted, nextPageToken) => {
    const json = { query, limit: Math.min(page, wanted), ...body, ...(name === "network" && { cloudType }), timeRange, ...(nextPageToken && { nextPageToken }) };
    const answer = await send({ path, json, timeout, maxBytes }, { signal });
    const { rest, tables: [table] } = await context.answer(answer, { rows: [where], name: "Prisma Cloud" }, signal);
    const total = rest.data?.totalRows ?? rest.totalRows;
    const next = rest.nextPageToken ?? rest.data?.nextPageToken;
    const all = rows + (table?.numRows ?? 0);
    const isLast = isWhole || !next;
    const isCut = isLast && !(all >= limit) && (total > all || (isWhole && next));
    return { table, total, next: isWhole ? undefined : next, notes: isCut ? [`the service gave ${all}${total > all ? ` of ${total}` : ""} rows; ask for a shorter time, or for less`] : [] };
  }, { limit, signal, onProgress });
  return { table, partial: said(notes) };
}
