// Cybereason: queries in JSON, for which one signs in by a form; the session is a cookie, which only the proxy can keep.
// https://nest.cybereason.com/documentation/api-documentation/all-versions/how-build-queries
import { nameAndKey } from "../auth.js";
import { unlessAborted } from "../http.js";
import { isObject } from "../../options.js";

// Seconds, as in msticpy; for the way there and back there are some more.
const TIMEOUT = 120;
const WAY = 10;
// Rows of a page, and pages at once.
const PAGE = 100;
const PARALLEL = 4;
// Of what the service gives at all.
const MOST_ROWS = 100_000;
const TRIES = 3;
// What a query asks for unless it says otherwise.
const USUAL = { queryPath: [], totalResultLimit: 1000, perGroupLimit: 100, perFeatureLimit: 100, templateContext: "SPECIFIC" };
const PATH = "/rest/visualsearch/query/simple";
// What an element has beside its values.
const EXTRAS = ["totalSuspicious", "totalMalicious", "suspicions", "isMalicious", "suspicionCount", "malopPriority", "malicious", "suspect"];

export default {
  environments: ["Cybereason"],
  options: ["tenant", "tenant_id"],
  example: '{ tenant: "example", auth: { user, password }, proxy: "http://127.0.0.1:8710" }',
  parallel: 2,
  tick: 1,

  async open(context) {
    const { hasProxy, HuntbookError, invalid, option, secrets, transport } = context;
    if (!hasProxy || transport === "direct") {
      throw new HuntbookError("unsupported", "Cybereason keeps its session in a cookie, which a page cannot send; start huntbook's proxy, with your tenant as the upstream of its route cybereason, and pass { proxy: \"http://127.0.0.1:8710\" }");
    }
    const tenant = option("tenant") ?? option("tenant_id");
    const { name, key } = await nameAndKey(context, ["user", "client_id", "clientId"], ["password", "client_secret", "clientSecret"], this.example);
    if (name === undefined) throw invalid(`connect: there is no user; pass ${this.example}`);
    if (key !== undefined) secrets.add(key);
    const base = tenant === undefined ? undefined : `https://${String(tenant).replace(/\.cybereason\.net$/, "")}.cybereason.net`;
    const session = sessionOf(context, base, { username: name, password: key ?? "" });
    await session.signIn();
    return { label: tenant === undefined ? name : `tenant ${tenant}`, query: (text, asked) => search(context, session, tenant, text, asked) };
  },
};

/** Sends with a session, which is begun again once it is over. */
function sessionOf({ HuntbookError, sender }, base, credentials) {
  let asking; // one sign-in for all who need it; not stopped by one of them
  const send = sender({
    route: "cybereason", base, title: "Cybereason", timeout: TIMEOUT + WAY,
    authorize: async ({ refresh }) => {
      if (refresh) await signIn();
      return {};
    },
  });
  const refused = () => new HuntbookError("unauthorized", "Cybereason: the sign-in was refused; check the user and the password, and that the user is one for the API");

  /** A sign-in ends with a redirect, which the proxy tells of: back to the form if it was refused. */
  function signIn() {
    asking ??= send({ path: "/login.html", form: credentials, anonymous: true }).then(
      (answer) => {
        if (/name="?(username|password)|type="?password/i.test(answer.text())) throw refused();
      },
      (error) => {
        if (error.redirect === undefined) throw error;
        if (/login|reset/.test(error.redirect)) throw refused();
      },
    ).finally(() => (asking = undefined));
    return asking;
  }

  return {
    signIn,
    async send(request, control) {
      try {
        return await send.json(request, control);
      } catch (error) {
        // To the form: the session is over.
        if (error.redirect === undefined) throw error;
        await unlessAborted(signIn(), control.signal);
        return send.json(request, control);
      }
    },
  };
}

/** The body of a query, by the text's JSON and what is usual. */
function bodyOf(text, limit, invalid) {
  let query;
  try {
    query = JSON.parse(text);
  } catch (error) {
    throw invalid(`the query is no JSON (${error.message})`);
  }
  if (!isObject(query) || !Array.isArray(query.queryPath)) throw invalid("the query should be an object in JSON with a `queryPath`");
  return { ...USUAL, ...query, ...(limit !== undefined && { totalResultLimit: Math.min(limit, MOST_ROWS) }) };
}

/** One page: a service that was too slow is given half as much time again. */
async function ask({ HuntbookError }, session, { query, headers, body }, { seconds, isGiven, maxBytes, signal }) {
  for (let attempt = 0; ; attempt++) {
    const own = seconds * 1.5 ** attempt;
    const mayTry = attempt < TRIES;
    let answer;
    try {
      const json = { ...body, queryTimeout: Math.round(1000 * own) };
      answer = await session.send({ path: PATH, query, headers, json, timeout: isGiven ? own : own + WAY, maxBytes }, { signal });
    } catch (error) {
      if (error.status !== 408 || !mayTry) throw error;
      continue;
    }
    const { data, status, message } = answer ?? {};
    if (status === "PARTIAL_SUCCESS" && mayTry && /timeout|timed out/i.test(message)) continue;
    if (!isObject(data) || !/^(PARTIAL_)?SUCCESS$/.test(status)) throw new HuntbookError("service", `Cybereason: the query failed: ${message || status || "the answer has no data"}; check the query`);
    return { ...data, partial: status === "SUCCESS" ? undefined : message || "the service has only a part of the rows" };
  }
}

async function search(context, session, tenant, text, { limit, timeout, maxBytes, signal, onProgress }) {
  const body = bodyOf(text, limit, context.invalid);
  const seconds = timeout ?? context.timeout;
  const options = { seconds: seconds ?? TIMEOUT, isGiven: seconds !== undefined, maxBytes, signal };
  const page = (number, token) => ask(context, session, {
    query: { page: number, itemsPerPage: PAGE },
    headers: token && { "Pagination-Token": token },
    body: { ...body, pagination: number === 0 ? { pageSize: PAGE } : { pageSize: PAGE, page: number + 1, paginationToken: token, skip: number * PAGE } },
  }, options);
  const first = await page(0);
  const { totalResults = 0, totalPossibleResults = 0, paginationToken } = first;
  const found = new Map(); // by id, as a page may have what another has
  const partial = new Set();
  const take = (data) => {
    for (const [id, element] of Object.entries(data.resultIdToElementDataMap ?? {})) found.set(id, element);
    if (data.partial) partial.add(data.partial);
    onProgress?.(Math.min(found.size / Math.max(totalResults, 1), 1));
  };
  take(first);
  const pages = found.size > 0 && found.size < totalResults ? Math.ceil(Math.min(totalResults, body.totalResultLimit) / PAGE) : 1;
  for (let next = 1; next < pages; next += PARALLEL) {
    const numbers = Array.from({ length: Math.min(PARALLEL, pages - next) }, (_, i) => next + i);
    const before = found.size;
    for (const data of await Promise.all(numbers.map((number) => page(number, paginationToken)))) take(data);
    // Whatever it says of their number, it has no more.
    if (found.size === before) break;
  }
  const possible = Math.max(totalResults, totalPossibleResults);
  if (found.size < possible && !(found.size >= limit)) partial.add(`the service gave ${found.size} of ${possible} rows; pass { limit }, or ask for less`);
  const rows = Array.from(found, ([id, element]) => ({ ...flatten(element), resultId: id, ...(tenant !== undefined && { instance: String(tenant) }) }));
  return { table: await context.Table.fromRows(rows), partial: partial.size ? [...partial].join("; ") : undefined };
}

/** A row of an element: simple values by their names, elements by their types, `key.name` for what is inside `key`. */
function flatten(element) {
  const row = {};
  for (const [name, value] of Object.entries(element?.simpleValues ?? {})) {
    const values = (value?.values ?? []).map((one) => toValue(name, one));
    if (values.length) row[name] = values.length === 1 ? values[0] : values;
  }
  const elements = element?.elementValues ?? {};
  if (Array.isArray(elements)) {
    for (const type of new Set(elements.map(({ elementType }) => elementType))) {
      const own = elements.filter(({ elementType }) => elementType === type);
      for (const [name, field] of [[type, "name"], [`${type}.guid`, "guid"]]) {
        const values = own.map((one) => one[field] ?? null);
        row[name] = values.length === 1 ? values[0] : values;
      }
    }
  } else {
    for (const [key, inner] of Object.entries(elements)) {
      for (const [name, value] of Object.entries(flatten(inner))) row[`${key}.${name}`] = value;
    }
  }
  for (const name of EXTRAS) if (element?.[name] !== undefined && element[name] !== null) row[name] = element[name];
  return row;
}

/** Texts without the NULs at their ends, and times, which are in milliseconds. */
function toValue(name, value) {
  if (name.includes("Time") && /^-?\d{1,16}$/.test(value) && Math.abs(value) <= 864e13) return new Date(Number(value)).toISOString();
  return typeof value === "string" ? value.replace(/^\0+|\0+$/g, "") : value;
}
