// Azure Monitor: Log Analytics workspaces, which Microsoft Sentinel has its data in.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
import { bearer, keyed } from "../auth.js";

const SCOPE = "https://api.loganalytics.io/.default";
// Seconds; the service waits no longer than ten minutes.
const TIMEOUT = 300;
const LONGEST = 600;

export default {
  environments: ["MSSentinel"],
  options: ["workspace", "workspaces", "cloud"],
  example: '{ workspace: "<id>", auth: { tenant, clientId } }',
  parallel: 4,
  tick: 1,

  async open(context) {
    const { invalid, auth, option, secrets, settings } = context;
    const workspace = toWorkspace(option("workspace"), settings);
    if (!workspace.id) throw invalid("connect: there is no workspace; pass its id, or its name in the settings, as { workspace }");
    const others = [option("workspaces") ?? []].flat().map((one) => toWorkspace(one, settings));
    if (others.some(({ tenant }) => tenant && workspace.tenant && tenant !== workspace.tenant)) throw invalid("connect: all workspaces must have the same tenant");
    const service = cloudOf("loganalytics", option("cloud"), context);
    const authorize = auth?.apiKey ? keyed("X-Api-Key", auth.apiKey, secrets) : bearer(auth, SCOPE, context);
    if (!authorize && !context.hasProxy) throw invalid(`connect: there is no \`auth\`; pass ${this.example}, or a token`);
    const send = context.sender({ ...service, title: "Log Analytics", authorize, timeout: TIMEOUT + 10 });
    const path = `/v1/workspaces/${encodeURIComponent(workspace.id)}`;
    return {
      label: `workspace ${workspace.name ?? workspace.id}`,

      async query(text, { start, end, beside, timeout, maxBytes, signal }) {
        const body = {
          query: text,
          ...(beside && { timespan: `${start}/${end}` }),
          ...(others.length && { workspaces: others.map(({ id }) => id) }),
        };
        const headers = { Prefer: `wait=${Math.min(Math.ceil(timeout ?? TIMEOUT), LONGEST)}` };
        const answer = await send({ path: `${path}/query`, json: body, headers, timeout, maxBytes }, { signal });
        const { rest, tables: [table] } = await context.answer(answer, { rows: ["rows"], name: "Log Analytics" }, signal);
        if (!table) throw new context.HuntbookError("badInput", "Log Analytics: the answer has no table; try again");
        return { table, partial: rest.error && innermost(rest.error) };
      },

      /** `{ table: { column: type } }` of the workspace. */
      async schema({ signal }) {
        const { tables = [] } = await send.json({ path: `${path}/metadata` }, { signal });
        return Object.fromEntries(tables.map(({ name, columns }) => [name, Object.fromEntries(columns.map((column) => [column.name, column.type]))]));
      },
    };
  },
};

/** `{ id, name?, tenant? }` of an id, or of a name in the settings. */
function toWorkspace(given, settings) {
  const known = settings?.workspaces.find((name) => name === given);
  if (given !== undefined && known === undefined) return { id: String(given) };
  if (!settings?.workspaces.length) return {};
  const { name, workspaceId, tenantId } = settings.workspace(known);
  return { id: workspaceId, name, tenant: tenantId };
}

/** The route and host of a service in a cloud: global, usgov or cn. */
export function cloudOf(route, cloud, { service, invalid }) {
  const { title, upstream, clouds = {} } = service(route);
  if (cloud === undefined || cloud === "global") return { route, base: upstream };
  if (clouds[cloud]) return { route: `${route}-${cloud}`, base: clouds[cloud] };
  throw invalid(`connect: ${title} has no cloud ${JSON.stringify(cloud)} (there are: ${["global", ...Object.keys(clouds)].join(", ")})`);
}

/** What an error of the service says in its depth. */
export function innermost(error) {
  for (let at = error; ; ) {
    const next = at.innererror ?? at.innerError ?? at.details?.[0];
    if (!next) return at.message ?? at["@message"] ?? at.code;
    at = next;
  }
}
