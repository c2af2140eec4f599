// Azure Data Explorer and what else speaks Kusto's REST.
// https://learn.microsoft.com/kusto/api/rest/
import { entra } from "./microsoft.js";
import { findCluster, fits } from "./kusto-clusters.js";
import { readFrames } from "./kusto-frames.js";

// Seconds; the service lets a query run for an hour at most.
const TIMEOUT = 240;
const LONGEST = 3600;
/** What commands of the whole cluster are sent to, where no other is known. */
const NO_DATABASE = "NetDefaultDB";
// Tokens of these are for Kusto alone. A cluster that asked for another could have a token for what it should not see.
const RESOURCE = /^https:\/\/[\w-]+(\.[\w-]+)*\.kusto(mfa)?\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|fabric\.microsoft\.com|data\.microsoft\.com)$/;
const TRUSTED = /\.(kusto(mfa)?\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|kusto\.(fabric|data)\.microsoft\.com|monitor\.azure\.(com|us|cn)|loganalytics\.(io|us)|localhost|127\.0\.0\.1)$/;
// Statuses that the sender has tried again already.
const TRIED = [429, 502, 503, 504];

export default {
  environments: ["Kusto"],
  options: ["cluster", "database", "strictQueryMatch"],
  queryOptions: ["database"],
  example: '{ cluster: "https://help.kusto.windows.net", database: "Samples", auth: { tenant, clientId } }',
  parallel: 4,
  tick: 1,

  async open(context) {
    const { invalid, option } = context;
    const cluster = findCluster(context, option("cluster"));
    const strict = option("strictQueryMatch") ?? false;
    if (typeof strict !== "boolean") throw invalid("connect: option `strictQueryMatch` should be true or false");
    const ask = asker(context, cluster, this.example);

    // Who names one when he connects means it, whatever the settings say of the cluster.
    const usual = option("database") ?? cluster.database;

    /** The database to ask, in msticpy's order. */
    function databaseOf(given, info) {
      const { database, data_families: families } = info?.metadata ?? {};
      const [family] = [families ?? ""].flat();
      const found = given ?? database ?? /\.(.+)/.exec(family)?.[1] ?? usual;
      if (typeof found === "string" && found) return found;
      throw invalid("there is no database; pass { database } to connect() or to the query");
    }

    async function query(text, { database, info, timeout, maxBytes, signal }) {
      if (info && !fits(info.metadata, cluster, strict)) {
        const { cluster: one, clusters, cluster_groups: groups } = info.metadata;
        const meant = [one ?? [], clusters ?? [], groups ?? []].flat().join(", ");
        throw invalid(`the query is for ${meant || "no cluster that it names, which strictQueryMatch asks for"}, and this connection is to ${cluster.url}`);
      }
      const command = text.trimStart().startsWith(".");
      const db = command && database === undefined ? usual ?? NO_DATABASE : databaseOf(database, info);
      return ask({ command, db, text, timeout, maxBytes, signal });
    }

    return {
      label: `cluster ${cluster.key ?? cluster.short}`,
      query,

      /** `{ table: { column: type } }` of a database. */
      async schema({ database, signal }) {
        const db = databaseOf(database);
        const name = /^[A-Za-z_]\w*$/.test(db) ? db : `["${db.replace(/["\\]/g, "\\$&")}"]`;
        const { table } = await ask({ command: true, db, text: `.show database ${name} schema`, signal });
        // Any text may be a name, also __proto__.
        const tables = new Map();
        for (const { TableName, ColumnName, ColumnType } of table) {
          if (!TableName) continue;
          if (!tables.has(TableName)) tables.set(TableName, []);
          if (ColumnName) tables.get(TableName).push([ColumnName, String(ColumnType ?? "").replace(/^System\./, "")]);
        }
        return Object.fromEntries(Array.from(tables, ([name, columns]) => [name, Object.fromEntries(columns)]));
      },

      async databases({ signal }) {
        const { table } = await ask({ command: true, db: usual ?? NO_DATABASE, text: ".show databases", signal });
        return table.column("DatabaseName");
      },
    };
  },
};

/** What asks a cluster: `ask({ command, db, text, timeout, maxBytes, signal })` resolves to what `readFrames` does. */
function asker(context, cluster, example) {
  const scoped = entra(context, { example, tenant: cluster.tenant });
  let authorize;
  const title = `Kusto, ${cluster.short}`;
  const send = context.sender({
    route: "kusto", base: cluster.url, title, timeout: TIMEOUT + 10,
    authorize: async (asked) => {
      authorize ??= await scopeOf(context, send, cluster, asked.signal).then(scoped);
      return authorize?.(asked) ?? {};
    },
  });

  async function once({ command, db, text, timeout, maxBytes, signal }) {
    const seconds = Math.min(Math.ceil(timeout ?? context.timeout ?? TIMEOUT), LONGEST);
    const Options = { servertimeout: new Date(seconds * 1000).toISOString().slice(11, 19), ...(!command && { results_progressive_enabled: false }) };
    const id = `huntbook.execute;${newId()}`;
    const headers = { Accept: "application/json", "x-ms-app": "huntbook", "x-ms-client-request-id": id };
    const path = command ? "/v1/rest/mgmt" : "/v2/rest/query";
    try {
      const answer = await send({ path, json: { db, csl: command ? text.trim() : text, properties: { Options } }, headers, timeout, maxBytes }, { signal });
      return await readFrames(context, answer, { title, signal });
    } catch (error) {
      // Nobody waits for it any more.
      if (!command && (signal?.aborted || error.code === "timeout")) cancel(db, id);
      throw error;
    }
  }

  /** Ends a query on the cluster; that it ended already is no matter. */
  function cancel(db, id) {
    send({ path: "/v1/rest/mgmt", json: { db, csl: `.cancel query "${id}"` }, once: true, timeout: 10 }).catch(() => {});
  }

  return async (asked) => {
    try {
      return await once(asked);
    } catch (error) {
      if (!error.transient || TRIED.includes(error.status) || asked.signal?.aborted) throw error;
      await context.pause(1000, asked.signal);
      return once(asked);
    }
  };
}

/** The scope of tokens for a cluster, as it says itself; not asked for where the token is given. */
async function scopeOf({ auth }, send, { url }, signal) {
  let resource;
  if (auth !== undefined && typeof auth !== "string") {
    try {
      const { AzureAD } = await send.json({ path: "/v1/rest/auth/metadata", anonymous: true, once: true, timeout: 10 }, { signal });
      resource = AzureAD?.KustoServiceResourceId;
    } catch (error) {
      if (signal?.aborted) throw error;
    }
  }
  return `${RESOURCE.test(resource) && isTrusted(url) ? resource : url}/.default`;
}

/** Whether a cluster is Microsoft's, or on this machine: one token is good for all clusters, and another host could use it. */
const isTrusted = (url) => TRUSTED.test(`.${new URL(url).hostname}`);

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
