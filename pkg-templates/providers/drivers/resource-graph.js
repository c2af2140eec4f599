// Azure Resource Graph: what there is in a tenant's subscriptions.
// https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
import { readPages, said } from "../rows.js";
import { cloudOf, entra } from "./microsoft.js";

const VERSION = "2021-03-01";
const PAGE = 1000;
// The service allows 15 requests in 5 seconds, and says in headers how many are left, which a page may not see.
const PER_SECOND = 3;

export default {
  environments: ["ResourceGraph"],
  options: ["subscriptions", "cloud"],
  queryOptions: ["subscriptions"],
  example: "{ auth: { tenant, clientId } }",
  parallel: 1,
  tick: 1,

  async open(context) {
    const { option, pause } = context;
    const cloud = option("cloud");
    const service = cloudOf("arm", cloud, context);
    const authorize = entra(context, { example: this.example, cloud })(`${service.base}/.default`);
    const send = context.sender({ ...service, title: "Azure Resource Graph", authorize, perSecond: PER_SECOND });
    const usual = toSubscriptions(option("subscriptions"), context);
    return {
      label: `Azure Resource Graph, ${usual?.length ?? "all"} subscriptions`,

      async query(text, { subscriptions, limit, timeout, maxBytes, signal, onProgress }) {
        const asked = toSubscriptions(subscriptions, context) ?? usual;
        let wait = 0;

        async function readPage(rows, size, skipToken) {
          await pause(wait, signal);
          const options = { $top: Math.min(PAGE, size), ...(skipToken && { $skipToken: skipToken }), resultFormat: "objectArray" };
          const json = { ...(asked && { subscriptions: asked }), query: text, options };
          const answer = await send({ path: "/providers/Microsoft.ResourceGraph/resources", query: { "api-version": VERSION }, json, timeout, maxBytes }, { signal });
          wait = quotaPause(answer.headers);
          const { rest, tables } = await context.answer(answer, { rows: ["data"], name: "Azure Resource Graph" }, signal);
          const table = tables[rest.data?.[0]];
          if (!table) throw new context.HuntbookError("badInput", "Azure Resource Graph: the answer has no data; try again");
          const { $skipToken: next, totalRecords: total, resultTruncated } = rest;
          const cut = resultTruncated === "true" || resultTruncated === true;
          const notes = cut && !next ? [`the service cut its answer${total > rows + table.numRows ? ` of ${total} rows` : ""}, and cannot go on where the query has no column \`id\`; keep that`] : [];
          return { table, next, total, notes };
        }

        const { table, notes } = await readPages(context, readPage, { limit, signal, onProgress });
        return { table, partial: said(notes) };
      },
    };
  },
};

function toSubscriptions(given, { invalid }) {
  const all = [given ?? []].flat();
  if (!all.every((one) => typeof one === "string" && one)) throw invalid("option `subscriptions` should be ids of subscriptions");
  return all.length ? all : undefined;
}

/** Milliseconds until the service takes more: `x-ms-user-quota-resets-after` is `hh:mm:ss`. */
function quotaPause(headers) {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+)/.exec(headers.get("x-ms-user-quota-resets-after") ?? "") ?? [];
  return headers.get("x-ms-user-quota-remaining") === "0" && hours ? 1000 * Math.min(3600 * hours + 60 * minutes + Number(seconds), 60) : 0;
}
