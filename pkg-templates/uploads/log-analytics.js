// Log Analytics: tables of one's own, by either of two ways. The Logs Ingestion API takes rows for a data collection rule, from who
// is signed in; the Data Collector API takes them for a workspace, by its key, and is retired.
// https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
// https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api
import { bearer } from "../providers/auth.js";
import { toWorkspace, usualWorkspace } from "../providers/drivers/azure-monitor.js";
import { method } from "./open.js";
import { NOT_TAKEN, asTexts, explain, plainName, sendRows } from "./rows.js";
import { sign } from "./sign.js";

const SCOPES = { global: "https://monitor.azure.com/.default", usgov: "https://monitor.azure.us/.default", cn: "https://monitor.azure.cn/.default" };
const COLLECTORS = { global: "ods.opinsights.azure.com", usgov: "ods.opinsights.azure.us", cn: "ods.opinsights.azure.cn" };
// Rows and bytes of a batch, as each service takes them; that of msticpy for the retired one.
const INGESTION = { rows: Infinity, bytes: 1_000_000, fixed: 2 };
const COLLECTOR = { rows: 10_000, bytes: 30_000_000, fixed: 2 };
const TIMEOUT = 120;

export default {
  settings: "LogAnalyticsUploader",
  options: ["endpoint", "rule", "workspace", "cloud"],
  example: '{ endpoint: "https://….ingest.monitor.azure.com", rule: "dcr-…", auth: { tenant, clientId } }',

  async open(context) {
    const { invalid, option } = context;
    const cloud = option("cloud") ?? "global";
    if (!Object.hasOwn(SCOPES, cloud)) throw invalid(`LogAnalyticsUploader: there is no cloud ${JSON.stringify(cloud)} (there are: ${Object.keys(SCOPES).join(", ")})`);
    const rule = option("rule");
    if (rule === undefined && context.auth?.sharedKey === undefined) throw invalid(`LogAnalyticsUploader: pass ${this.example}; or for the retired API { workspace, auth: { sharedKey } }`);
    const way = rule === undefined ? await collector(context, cloud) : ingestion(context, cloud, rule);
    return {
      upload: (source, options) => method(context, "upload", options, "table, timeColumn", ({ table, timeColumn, signal, told }) =>
        sendRows(context, source, { ...way({ table, timeColumn }), signal, told })),
    };
  },
};

function ingestion(context, cloud, rule) {
  const { auth, hasProxy, invalid, option, toBase } = context;
  if (typeof rule !== "string" || !/^dcr-[\da-f]{32}$/i.test(rule)) throw invalid("LogAnalyticsUploader: option `rule` should be the immutable id of a data collection rule, \"dcr-\" and 32 digits, as its JSON view in the portal has it");
  const authorize = bearer(auth, SCOPES[cloud], context);
  if (!authorize) throw invalid("LogAnalyticsUploader: there is no `auth`; pass { tenant, clientId } to sign in, or a token");
  const endpoint = option("endpoint");
  // The proxy may know where it is.
  const base = endpoint === undefined && hasProxy ? undefined : toBase(endpoint, "option `endpoint`");
  const send = context.sender({ route: "logs-ingestion", base, title: "Logs Ingestion", authorize, explain, timeout: TIMEOUT });
  return ({ table, timeColumn }) => {
    if (timeColumn !== undefined) throw invalid("upload: option `timeColumn` is for the retired API; here the rule's transformation says what TimeGenerated is");
    const begin = ({ name, signal }) => {
      const called = nameOf(table, name, invalid);
      const stream = /^(Custom|Microsoft)-/.test(called) ? called : `Custom-${called}`;
      const path = `/dataCollectionRules/${rule}/streams/${encodeURIComponent(stream)}`;
      return {
        encode: (line) => line,
        post: async (lines) => taken(context, "Logs Ingestion", 204, await send({ path, query: { "api-version": "2023-01-01" }, body: `[${lines.join(",")}]`, headers: { "Content-Type": "application/json" }, again: NOT_TAKEN }, { signal })),
      };
    };
    return { most: INGESTION, begin };
  };
}

async function collector(context, cloud) {
  const { invalid, option, secret, settings } = context;
  const given = option("workspace");
  const { id } = (given === undefined ? usualWorkspace(settings) : toWorkspace(given, settings)) ?? {};
  if (!/^[\da-z-]+$/i.test(id ?? "")) throw invalid("LogAnalyticsUploader: there is no workspace; pass its id, or its name in the settings, as { workspace }");
  if (option("endpoint") !== undefined) throw invalid("LogAnalyticsUploader: option `endpoint` goes with `rule`, the data collection rule");
  const key = await secret("sharedKey");
  const send = context.sender({ route: "la-ingest", base: `https://${id}.${COLLECTORS[cloud]}`, title: "Log Analytics data collector", explain, timeout: TIMEOUT });
  return ({ table, timeColumn }) => {
    const begin = ({ name, table: rows, signal }) => {
      const called = nameOf(table, name, invalid);
      if (!/^\w{1,100}$/.test(called)) throw invalid(`upload: ${JSON.stringify(called)} is no name of a table, which has up to 100 letters, digits and _`);
      if (timeColumn !== undefined && !rows.columns.some((column) => column.name === timeColumn)) throw invalid(`upload: there is no column ${JSON.stringify(timeColumn)} (there are: ${rows.columns.map((column) => column.name).join(", ")})`);
      return {
        encode: asTexts,
        async post(lines) {
          const body = new TextEncoder().encode(`[${lines.join(",")}]`);
          const date = new Date().toUTCString();
          const signature = await sign(`POST\n${body.length}\napplication/json\nx-ms-date:${date}\n/api/logs`, key, context);
          const headers = { Authorization: `SharedKey ${id}:${signature}`, "Content-Type": "application/json", "Log-Type": called, "x-ms-date": date, ...(timeColumn && { "time-generated-field": timeColumn }) };
          taken(context, "Log Analytics data collector", 200, await send({ path: "/api/logs", query: { "api-version": "2016-04-01" }, body, headers, anonymous: true, again: NOT_TAKEN }, { signal }));
        },
      };
    };
    return { most: COLLECTOR, begin };
  };
}

/** What answers otherwise is not the service but something before it, such as a page to sign in. */
function taken({ HuntbookError }, title, expected, { status, text }) {
  if (status !== expected || /^\s*</.test(text())) throw new HuntbookError("badInput", `${title}: the answer is not that of the service (${status} ${text().trim().slice(0, 80)}); check the address`);
}

/** The table's name, or the file's. */
function nameOf(table, file, invalid) {
  const called = table ?? plainName(file);
  if (typeof called === "string" && called) return called;
  throw invalid("upload: say where the rows go with { table: \"MyTable\" }");
}
