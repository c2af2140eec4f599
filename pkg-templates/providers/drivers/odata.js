// OData: alerts, incidents and logs of Microsoft Graph, and other servers by their address. A query is the path and its options.
// https://learn.microsoft.com/graph/query-parameters
import { basic } from "../auth.js";
import { readPages, said } from "../rows.js";
import { cloudOf, entra } from "./microsoft.js";

const ROWS = ["value", "Results", "results"];
// Of msticpy's connection strings.
const FIELDS = { tenant_id: "tenant", client_id: "clientId", apiRoot: "base", apiVersion: "version" };

export default {
  environments: ["MSGraph"],
  options: ["base", "version", "scope", "cloud", "connectionString"],
  example: "{ auth: { tenant, clientId } }",
  parallel: 2,
  tick: 1,

  async open(context) {
    const given = optionsOf(context);
    const { base, cloud, auth } = given;
    const service = base ? { route: "odata", base: context.toBase(base, "base") } : cloudOf("graph", cloud, context);
    const title = base ? `OData, ${new URL(service.base).host}` : "Microsoft Graph";
    const authorize = auth?.user !== undefined ? basic(auth.user, auth.password ?? "", context.secrets)
      : entra({ ...context, auth }, { example: this.example, cloud, tenant: given.tenant })(given.scope ?? `${new URL(service.base).origin}/.default`);
    const send = context.sender({ ...service, title, authorize });
    const version = given.version ?? (base ? "" : "v1.0");
    return {
      label: title,

      async query(text, { beside, limit, timeout, maxBytes, signal, onProgress }) {
        if (beside) throw context.invalid(`${title} takes no time beside the text; write it into $filter`);
        const first = toPath(text, version);
        const readPage = async (rows, size, next) => {
          const answer = await send({ ...(next ? { url: next } : { path: first }), headers: { Accept: "application/json" }, timeout, maxBytes }, { signal });
          return readRows(context, answer, { title, signal });
        };
        const { table, notes } = await readPages(context, readPage, { limit, signal, onProgress });
        return { table, partial: said(notes) };
      },
    };
  },
};

/** What the user says, in options or in a connection string of msticpy. */
function optionsOf({ option, auth, invalid }) {
  const own = Object.fromEntries(["base", "version", "scope", "cloud"].map((name) => [name, option(name)]));
  const text = option("connectionString");
  if (text === undefined) return { ...own, auth };
  const said = {};
  for (const part of String(text).split(";").filter((one) => one.trim())) {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    // The rest may hold a secret, and is not shown.
    if (key === "client_secret") throw invalid("connect: `connectionString` has a client_secret, which pages must not have; leave it out, and give { auth }, or let the proxy have it (HUNTBOOK_ENTRA_SECRET)");
    if (!FIELDS[key]) throw invalid(`connect: \`connectionString\` should be of ${Object.keys(FIELDS).join(", ")}, each as key=value with ; between${key ? `, but has \`${key}\`` : ""}`);
    said[FIELDS[key]] = value;
  }
  const { tenant, clientId, ...others } = said;
  return { ...others, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)), tenant, auth: auth ?? (clientId && { tenant, clientId }) };
}

/** A query as a path: what an address cannot have is encoded, but no value that is so already, as in texts of the query store. */
export function toPath(text, version) {
  const line = text.trim().replace(/\s*\n\s*/g, " ");
  const path = encodeURI(line).replace(/%25([\da-f]{2})/gi, "%$1").replace(/\+/g, "%2B").replace(/#/g, "%23");
  const rooted = path.startsWith("/") ? path : `/${path}`;
  return !version || /^\/(v\d[\d.]*|beta)\//.test(rooted) ? rooted : `/${version}${rooted}`;
}

/** The rows of an answer; what has none is a row itself. */
async function readRows(context, answer, { title, signal }) {
  const read = (bytes, rows) => context.answer({ bytes }, { rows, name: title }, signal);
  const { rest, tables } = await read(answer.bytes, ROWS);
  const found = ROWS.map((name) => rest[name] ?? rest.d?.[name]).find((value) => Array.isArray(value) && value.length === 1 && Number.isInteger(value[0]));
  const table = tables[found?.[0]] ?? (await read(around(answer.bytes), ["only"])).tables[0];
  return { table, next: rest["@odata.nextLink"], total: rest["@odata.count"] };
}

/** `{"only":[…]}` around an answer. */
function around(bytes) {
  const [before, after] = ['{"only":[', "]}"].map((text) => new TextEncoder().encode(text));
  const all = new Uint8Array(before.length + bytes.length + after.length);
  all.set(before);
  all.set(bytes, before.length);
  all.set(after, before.length + bytes.length);
  return all;
}
