// Azure Monitor: Log Analytics workspaces, which Microsoft Sentinel has its data in.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
import { keyed } from "../auth.js";
import { serviceMessage } from "../http.js";
import { cloudOf, entra } from "./microsoft.js";

// Seconds; the service waits no longer than ten minutes.
const TIMEOUT = 300;
const LONGEST = 600;
const TABLES_VERSION = "2021-12-01-preview";
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export default {
  environments: ["MSSentinel"],
  options: ["workspace", "workspaces", "cloud"],
  example: '{ workspace: "<id>", auth: { tenant, clientId } }',
  parallel: 4,
  tick: 1,

  async open(context) {
    const at = openWorkspace(context, this.example);
    const { workspace, others } = at;
    const readSchema = schemaReader(context, at);
    let known = {}; // the schema, once it was asked for
    return {
      label: at.label,

      async query(text, { start, end, beside, info, params, timeout, maxBytes, signal }) {
        checkTable(context, { info, params, known, label: at.label });
        const body = {
          query: text,
          ...(beside && { timespan: `${start}/${end}` }),
          ...(others.length && { workspaces: others.map(({ id }) => id) }),
        };
        const headers = { Prefer: `wait=${Math.min(Math.ceil(timeout ?? context.timeout ?? TIMEOUT), LONGEST)}` };
        const answer = await at.send({ path: `${workspace.path}/query`, json: body, headers, timeout, maxBytes }, { signal });
        return readTables(context, answer, signal);
      },

      /** `{ table: { column: type } }` of the workspace; nothing if it cannot be read, which is said on the console. */
      async schema({ signal }) {
        known = await readSchema(signal);
        return known;
      },
    };
  },
};

/**
 * What is connected: `{ workspace, others, label, send, scoped }`, where a workspace is `{ id, path, name?, tenant?, … }` and
 * `scoped(scope)` authorizes for another service.
 */
export function openWorkspace(context, example) {
  const { invalid, auth, option, secrets, settings } = context;
  const [workspace, ...others] = [option("workspace") ?? [], option("workspaces") ?? []].flat().map((one) => toWorkspace(one, settings, auth));
  const chosen = workspace ?? usualWorkspace(settings);
  if (!chosen) throw invalid("connect: there is no workspace; pass its id, or its name in the settings, as { workspace }");
  const tenant = [chosen, ...others].map((one) => one.tenant).find(Boolean);
  if (others.some((one) => one.tenant && one.tenant !== tenant)) throw invalid("connect: all workspaces must have the same tenant; connect to those of another one with addConnection()");
  const cloud = option("cloud");
  const service = cloudOf("loganalytics", cloud, context);
  const scope = `${service.route === "loganalytics" ? "https://api.loganalytics.io" : service.base}/.default`;
  const scoped = auth?.apiKey ? undefined : entra(context, { example, cloud, tenant });
  const authorize = scoped ? scoped(scope) : keyed("X-Api-Key", auth.apiKey, secrets);
  const send = context.sender({ ...service, title: "Log Analytics", authorize, timeout: TIMEOUT + 10 });
  return { workspace: chosen, others, cloud, label: `workspace ${chosen.name ?? chosen.id}`, send, scoped };
}

/** What of the settings is known of a workspace; it may be given by its name there, its id, or its resource id. */
export function toWorkspace(given, settings, auth) {
  const id = String(given);
  const all = (settings?.workspaces ?? []).map((name) => settings.workspace(name));
  const found = all.find(({ name, workspaceId }) => [name, workspaceId].some((one) => String(one).toLowerCase() === id.toLowerCase()));
  if (found) return ofSettings(found);
  const isResource = id.startsWith("/subscriptions/");
  // A name that is in no settings: their error has those that are.
  if (all.length && !isResource && !GUID.test(id) && !auth?.apiKey) settings.workspace(id);
  return { id, path: isResource ? `/v1${encodeURI(id)}` : `/v1/workspaces/${encodeURIComponent(id)}` };
}

export const usualWorkspace = (settings) => (settings?.workspaces.length ? ofSettings(settings.workspace()) : undefined);

function ofSettings({ name, workspaceId, tenantId, ...others }) {
  return { id: workspaceId, path: `/v1/workspaces/${encodeURIComponent(workspaceId)}`, name, tenant: tenantId, ...others };
}

/** The first table of an answer, and what the service says of it. */
export async function readTables(context, answer, signal) {
  const { rest, tables } = await context.answer(answer, { rows: ["rows"], name: "Log Analytics" }, signal);
  const [table] = tables;
  if (!table && !Array.isArray(rest.tables)) throw new context.HuntbookError("badInput", "Log Analytics: the answer has no table; try again");
  const notes = tables.length > 1 ? [`the answer has ${tables.length} tables, of which this is the first`] : [];
  return { table: table ?? (await context.Table.fromRows([])), partial: rest.error && (serviceMessage(rest.error) ?? "the service says no more"), notes };
}

/** Refuses a query whose usual table is not in the workspace, if its tables are known. */
function checkTable({ invalid, raw }, { info, params, known, label }) {
  const table = info?.parameters.find(({ name }) => name === "table")?.default;
  const tables = Object.keys(known);
  // What begins otherwise is a function, which no list of tables has.
  if (!tables.length || params.table != null || !/^[A-Za-z]\w*$/.test(table ?? "") || tables.includes(table)) return;
  throw invalid(`${label} has no table \`${table}\`${raw.didYouMean(table, tables.join("\n"))}; connect the data source that fills it, or pass { table: "…" }`);
}

/** What reads the schema: as Resource Manager has it, if the settings say where the workspace is, else as a query sees it. */
function schemaReader(context, { workspace, cloud, send, scoped, label }) {
  const { subscriptionId, resourceGroup, workspaceName } = workspace;
  const typesOf = (columns) => Object.fromEntries(columns.map(({ name, type }) => [name, type]));
  const sorted = (entries) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

  async function fromManager(signal) {
    const service = cloudOf("arm", cloud, context);
    const ask = context.sender({ ...service, title: "Azure Resource Manager", authorize: scoped(`${service.base}/.default`) });
    const [group, name] = [resourceGroup, workspaceName ?? workspace.name].map(encodeURIComponent);
    const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/resourcegroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${name}/tables`;
    const { value = [] } = await ask.json({ path, query: { "api-version": TABLES_VERSION } }, { signal });
    return sorted(value.map(({ name, properties: { schema = {} } = {} }) => [name, typesOf([...(schema.standardColumns ?? []), ...(schema.customColumns ?? schema.columns ?? [])])]));
  }

  async function fromService(signal) {
    const { tables = [] } = await send.json({ path: `${workspace.path}/metadata` }, { signal });
    return sorted(tables.map(({ name, columns = [] }) => [name, typesOf(columns)]));
  }

  return async (signal) => {
    const ways = [scoped && subscriptionId && resourceGroup && fromManager, fromService].filter(Boolean);
    const failed = [];
    for (const way of ways) {
      try {
        return await way(signal);
      } catch (error) {
        if (signal?.aborted) throw error;
        failed.push(error.message);
      }
    }
    console.warn(`huntbook, schema of ${label}: it cannot be read: ${failed.join("; ")}`);
    return {};
  };
}
