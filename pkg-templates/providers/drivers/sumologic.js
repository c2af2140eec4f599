// Sumo Logic: search jobs. https://help.sumologic.com/docs/api/search-job/
import { basic, nameAndKey } from "../auth.js";
import { runJob } from "../jobs.js";
import { readPages, retype, said } from "../rows.js";

// Seconds until a search is given up, as in msticpy.
const TIMEOUT = 300;
// Of a page, and of what `| limit` takes.
const MOST_ROWS = 10_000;
// Requests a second that the service allows a user.
const PER_SECOND = 4;
// What the service says only of fields that it makes itself, beside those of `fields` in an answer.
const KINDS = { _count: "int", _collectorid: "int", _messageid: "int", _size: "int", _receipttime: "ms", _messagetime: "ms", _timeslice: "ms" };
const TYPES = { int: "int", long: "int", double: "float" };

export default {
  environments: ["Sumologic"],
  options: ["region", "url"],
  example: '{ region: "us2", auth: { accessId, accessKey } }',
  parallel: 4,
  // The end of a search is not part of it.
  tick: 0,
  timesBeside: true,

  async open(context) {
    const place = placeOf(context);
    const { name, key } = await nameAndKey(context, ["accessId"], ["accessKey"], this.example);
    const authorize = key === undefined ? undefined : basic(name, key, context.secrets);
    const send = context.sender({ ...place, title: "Sumo Logic", authorize, perSecond: PER_SECOND, timeout: TIMEOUT });
    return {
      label: place.route,

      query(text, { start, end, limit, timeout, maxBytes, signal, onProgress }) {
        const seconds = timeout ?? context.timeout ?? TIMEOUT;
        const request = { timeout: seconds, maxBytes };
        const job = {
          begin: async () => {
            const json = { query: limited(text, limit), from: toTime(start), to: toTime(end), timeZone: "UTC", byReceiptTime: false, autoParsingMode: "Manual" };
            const { id } = await send.json({ ...request, path: "/api/v1/search/jobs", json });
            if (!id) throw new context.HuntbookError("badInput", "Sumo Logic: the answer has no id of a search; try again");
            return `/api/v1/search/jobs/${encodeURIComponent(id)}`;
          },
          check: async (path) => {
            const state = await send.json({ ...request, path }, { signal });
            return { ...state, done: /^(DONE GATHERING RESULTS|CANCELLED|FORCE PAUSED)$/.test(state.state) };
          },
          read: (path, state) => read(context, { page: (page) => send({ ...request, ...page }, { signal }), path, state, limit, seconds, signal, onProgress }),
          remove: (path) => send({ path, method: "DELETE", allow: [404] }),
        };
        return runJob(job, { seconds, pause: context.pause, signal });
      },
    };
  },
};

/** The route and host of a deployment, by its name or by an address as msticpy's settings have it. */
function placeOf({ hasProxy, invalid, option, service, toBase }) {
  const { upstream, clouds } = service("sumologic");
  const all = { us1: upstream, ...clouds };
  const [url, region] = [option("url"), option("region")];
  if (url !== undefined) {
    const base = toBase(url, "option `url`").replace(/\/api(\/v1)?$/, "");
    const known = Object.keys(all).find((name) => all[name] === base);
    return { route: known && known !== "us1" ? `sumologic-${known}` : "sumologic", base };
  }
  if (region === undefined && hasProxy) return { route: "sumologic", base: upstream };
  if (Object.hasOwn(all, region)) return { route: region === "us1" ? "sumologic" : `sumologic-${region}`, base: all[region] };
  throw invalid(`connect: option \`region\` should be the deployment that your account is in (${Object.keys(all).join(", ")})`);
}

/** `YYYY-MM-DDTHH:MM:SS`, and its milliseconds if there are some. */
const toTime = (iso) => iso.replace(/(\.000)?Z$/, "");

const limited = (text, limit) => (limit === undefined || limit > MOST_ROWS || /\|\s*limit\s+\d+\s*$/i.test(text) ? text : `${text.trimEnd()}\n| limit ${limit}`);

/** The rows of a job: records where the query makes some, else messages. */
async function read(context, { page, path, state, limit, seconds, signal, onProgress }) {
  const { HuntbookError, Table } = context;
  const kind = state.recordCount > 0 ? "records" : "messages";
  const total = Number(kind === "records" ? state.recordCount : state.messageCount ?? 0);
  const errors = said(state.pendingErrors ?? []);
  const late = state.late && `the search was not done within ${seconds} seconds; ask for less, or raise { timeout }`;
  // What is counted so far is no part of the answer, but a wrong one.
  if (late && kind === "records") throw new HuntbookError("timeout", `Sumo Logic: ${late}`);
  if (state.state === "CANCELLED" || (errors && total === 0)) throw new HuntbookError("service", `Sumo Logic: the search failed: ${errors ?? "it was cancelled"}; check the query`);
  const kinds = Object.fromEntries(Object.entries(KINDS).map(([name, type]) => [`map.${name}`, type]));
  const { table, notes } = await readPages(context, async (offset, size) => {
    const wanted = Math.min(total - offset, size);
    if (wanted <= 0) return { isLast: true };
    const answer = await page({ path: `${path}/${kind}`, query: { offset, limit: Math.min(wanted, MOST_ROWS) } });
    const { rest, tables: [own] } = await context.answer(answer, { rows: [kind], name: "Sumo Logic" }, signal);
    for (const { name, fieldType } of rest.fields ?? []) if (TYPES[fieldType] && !KINDS[name]) kinds[`map.${name}`] = TYPES[fieldType];
    const count = own?.numRows ?? 0;
    return { table: own, total, isLast: offset + count >= total, notes: count ? [] : [`${offset} of ${total} ${kind} came; ask again`] };
  }, { limit, signal, onProgress });
  const paused = state.state === "FORCE PAUSED" && "the service stopped at as many messages as it gives; split the time with { splitBy: \"1h\" }";
  return { table: await retype(Table, table, kinds), partial: said(late, notes, paused, errors), notes: [state.pendingWarnings ?? []].flat().map(String) };
}
