// OpenObserve: searches in SQL. https://openobserve.ai/docs/api/search/search/
import { basic, nameAndKey } from "../auth.js";
import { readPages, retype, said } from "../rows.js";

// Seconds.
const TIMEOUT = 300;
// Rows of a page.
const PAGE = 10_000;
const OWN_LIMIT = /\blimit\s+(\d+)(\s+offset\s+\d+)?\s*;?\s*$/i;

export default {
  environments: ["OpenObserve"],
  options: ["url", "organization", "connection_str"],
  example: '{ url: "https://logs.example.com", auth: { user, password } }',
  parallel: 4,
  // The end of a search is not part of it.
  tick: 0,
  timesBeside: true,

  async open(context) {
    const { hasProxy, invalid, option, toBase } = context;
    const url = option("url") ?? option("connection_str");
    if (url === undefined && !hasProxy) throw invalid(`connect: there is no url; pass ${this.example}`);
    const base = url === undefined ? undefined : toBase(url, "option `url`");
    const organization = option("organization") ?? "default";
    const { name, key } = await nameAndKey(context, ["user"], ["password"], this.example);
    const authorize = key === undefined ? undefined : basic(name, key, context.secrets);
    const send = context.sender({ route: "openobserve", base, title: "OpenObserve", authorize, timeout: TIMEOUT });
    const path = `/api/${encodeURIComponent(organization)}`;
    return {
      label: `organization ${organization}`,
      query: (text, asked) => search(context, send, `${path}/_search`, text, asked),

      /** `{ stream: { column: type } }` of the streams that hold logs. */
      async schema({ signal }) {
        const { list } = await send.json({ path: `${path}/streams`, query: { type: "logs", fetchSchema: true } }, { signal });
        return Object.fromEntries((list ?? []).map(({ name, schema }) => [name, Object.fromEntries((schema ?? []).map((field) => [field.name, field.type]))]));
      },
    };
  },
};

/** All pages of a search. A text with a limit of its own has but one: the service goes by that, and would give it again. */
async function search(context, send, path, text, { start, end, limit, timeout, maxBytes, signal, onProgress }) {
  const own = Number(OWN_LIMIT.exec(text)?.[1] ?? 0);
  const { table, notes } = await readPages(context, async (from, wanted) => {
    const size = Math.min(wanted, own || PAGE);
    const query = { sql: text, start_time: 1000 * Date.parse(start), end_time: 1000 * Date.parse(end), from, size };
    const answer = await send({ path, json: { query }, timeout, maxBytes }, { signal });
    const { rest, tables: [table] } = await context.answer(answer, { rows: ["hits"], name: "OpenObserve" }, signal);
    const count = table?.numRows ?? 0;
    // A service may give less at once than was asked for.
    const given = rest.size > 0 ? Math.min(rest.size, size) : size;
    return { table, total: rest.total, isLast: own > 0 || (count < given && !(rest.total > from + count)), notes: partOf(rest) };
  }, { limit, signal, onProgress });
  return { table: await retype(context.Table, table, timesOf(text)), partial: said(notes) };
}

/** What an answer says of rows that are missing. */
function partOf({ is_partial: isPartial, function_error: errors }) {
  const texts = [errors ?? []].flat().filter(Boolean).map(String);
  return texts.length || !isPartial ? texts : ["the service searched only a part of the data"];
}

/** Columns that are times in microseconds: that of a row, and the least and greatest of a group. */
function timesOf(sql) {
  const named = Array.from(sql.matchAll(/\b(?:min|max)\s*\(\s*"?_timestamp"?\s*\)\s+as\s+"?(\w+)"?/gi), ([, name]) => name);
  return Object.fromEntries(["_timestamp", ...named].map((name) => [name, "us"]));
}
