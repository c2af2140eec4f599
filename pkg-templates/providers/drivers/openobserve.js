// OpenObserve: searches in SQL. https://openobserve.ai/docs/api/search/search/
import { basic, nameAndKey } from "../auth.js";
import { joined, retype } from "../retype.js";

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
async function search(context, send, path, text, { start, end, limit = Infinity, timeout, maxBytes, signal, onProgress }) {
  const own = Number(OWN_LIMIT.exec(text)?.[1] ?? NaN);
  const most = Math.min(limit, Number.isNaN(own) ? Infinity : own);
  const tables = [];
  const notes = [];
  let rows = 0;
  let more = true;
  while (more && rows < most) {
    const size = Math.min(most - rows, Number.isNaN(own) ? PAGE : own);
    const query = { sql: text, start_time: 1000 * Date.parse(start), end_time: 1000 * Date.parse(end), from: rows, size };
    const answer = await send({ path, json: { query }, timeout, maxBytes }, { signal });
    const { rest, tables: [table] } = await context.answer(answer, { rows: ["hits"], name: "OpenObserve" }, signal);
    const count = table?.numRows ?? 0;
    if (count) tables.push(table);
    notes.push(...partOf(rest));
    // A service may give less at once than was asked for.
    const given = rest.size > 0 ? Math.min(rest.size, size) : size;
    more = Number.isNaN(own) && count > 0 && (count >= given || rest.total > rows + count);
    rows += count;
    if (rest.total > 0) onProgress?.(Math.min(rows / Math.min(rest.total, most), 1));
  }
  const table = await joined(context.Table, tables);
  const whole = await retype(context.Table, table, timesOf(text));
  return { table: rows > limit ? whole.slice(0, limit) : whole, partial: notes.length ? [...new Set(notes)].join("; ") : undefined };
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
