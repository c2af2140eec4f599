// Splunk: events by the HTTP Event Collector and its token, or else by the management port, one by one.
// https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector
import { keyed } from "../providers/auth.js";
import { method } from "./open.js";
import { NOT_TAKEN, explain, parsed, sendRows } from "./rows.js";

const COLLECTOR_PORT = "8088";
const PORT = "8089";
// What a collector takes at once unless its administrator says otherwise, in bytes.
const BATCH = { rows: Infinity, bytes: 1_000_000, fixed: 0 };
const SINGLE = { rows: 1, bytes: 1_000_000, fixed: 0 };
const TIMEOUT = 120;

export default {
  settings: "Splunk",
  options: ["host", "port", "user"],
  example: '{ host: "splunk.example.com", auth: { hecToken: "…" } }',

  async open(context) {
    const { auth, hasProxy, invalid, transport } = context;
    const ways = [auth?.hecToken, auth?.token, auth?.password].filter((one) => one !== undefined);
    const byProxy = auth === undefined && hasProxy && transport !== "direct";
    if (ways.length !== 1 && !byProxy) throw invalid(`SplunkUploader: \`auth\` should be { hecToken }, { token } or { user, password }; pass ${this.example}, or { proxy } alone if it has the collector's token`);
    const way = byProxy || auth.hecToken !== undefined ? await collector(context) : await receiver(context);
    return {
      upload: (source, options) => method(context, "upload", options, "index, sourcetype, host, timeColumn, createIndex", async (given) => {
        const { index, signal, told } = given;
        for (const name of ["index", "sourcetype", "host", "timeColumn"]) {
          if (given[name] !== undefined && (typeof given[name] !== "string" || !given[name])) throw invalid(`upload: option \`${name}\` should be a text`);
        }
        await way.prepare({ index, create: given.createIndex ?? false, signal });
        return sendRows(context, source, { most: way.most, begin: (one) => way.begin(one, given), signal, told });
      }),
    };
  },
};

/** The proxy may know where it is. */
const baseOf = ({ option, hasProxy, toBase }, port) => (option("host") === undefined && hasProxy ? undefined : toBase(option("host"), "option `host`", String(option("port") ?? port)));

async function collector(context) {
  const { auth, invalid, secret, secrets, HuntbookError } = context;
  const authorize = auth === undefined ? undefined : keyed("Authorization", `Splunk ${await secret("hecToken")}`, secrets);
  let asked; // the index of the last upload, of which an error should speak
  const told = (refusal) => {
    const answer = parsed(refusal.text());
    if (answer?.code === 7) return `the index ${asked ?? "of an event"} is not there, or the token may not write to it; create it in Splunk, or let the token have it`;
    const number = answer?.["invalid-event-number"];
    return number === undefined ? explain(refusal) : `answered ${refusal.status}: ${answer.text} (event ${number} of the batch, from 0)`;
  };
  const send = context.sender({ route: "splunk-hec", base: baseOf(context, COLLECTOR_PORT), title: "Splunk", authorize, explain: told, timeout: TIMEOUT });
  return {
    most: BATCH,
    async prepare({ index, create }) {
      if (create) throw invalid("upload: a collector's token cannot create an index; connect with { user, password } or { token } for { createIndex: true }");
      asked = index;
    },
    begin({ name, table, signal }, { index, sourcetype = "_json", host, timeColumn }) {
      const times = timesOf(table, timeColumn, invalid);
      const fields = Object.entries({ sourcetype, index, host, source: name }).filter(([, value]) => value !== undefined).map(([key, value]) => `,"${key}":${JSON.stringify(value)}`).join("");
      return {
        encode: (line, row) => `{"event":${line}${fields}${times(row)}}`,
        async post(lines) {
          try {
            const { code, text } = await send.json({ path: "/services/collector/event", body: lines.join("\n"), headers: { "Content-Type": "application/json" }, again: NOT_TAKEN }, { signal });
            if (code !== 0) throw new HuntbookError("service", `Splunk: the collector says: ${text ?? "nothing"} (code ${code ?? "none"}); check the address, and the rows`);
          } catch (error) {
            // Of a batch with one event that is wrong, those before it may be in.
            if (error.status === 400 && lines.length > 1) error.unsure = true;
            throw error;
          }
        },
      };
    },
  };
}

/** Where the time of each row goes into its event: seconds since 1970, to the microsecond. */
function timesOf(table, given, invalid) {
  const times = table.columns.filter(({ type }) => type === "timestamp").map(({ name }) => name);
  const name = given ?? (times.includes("TimeGenerated") ? "TimeGenerated" : times[0]);
  if (given !== undefined && !times.includes(given)) throw invalid(`upload: there is no column of times ${JSON.stringify(given)} (there are: ${times.join(", ") || "none"})`);
  if (name === undefined) return () => "";
  const [column, page] = [table.select([name]), 10_000];
  let lines = [];
  return (row) => {
    // Rows come in order.
    if (row % page === 0) {
      const part = column.slice(row, row + page);
      lines = part.toJson({ shape: "ndjson" }).split("\n");
      part.free();
    }
    const [text] = Object.values(JSON.parse(lines[row % page]));
    if (text === null) return "";
    const [, whole, fraction = ""] = /^(.*?)(\.\d+)?Z$/.exec(text);
    const seconds = Date.parse(`${whole}Z`) / 1000;
    return `,"time":${seconds < 0 ? seconds + Number(fraction) : seconds + fraction}`;
  };
}

async function receiver(context) {
  const { invalid, option, secret, secrets, sender, HuntbookError } = context;
  const service = { route: "splunk", base: baseOf(context, PORT), title: "Splunk", timeout: TIMEOUT };
  const authorize = context.auth.token !== undefined ? keyed("Authorization", `Bearer ${await secret("token")}`, secrets) : login(context, sender(service), context.auth.user ?? option("user"), await secret("password"));
  const send = sender({ ...service, authorize, explain });
  return {
    most: SINGLE,
    async prepare({ index, create, signal }) {
      if (index === undefined) throw invalid("upload: say where the events go with { index: \"evidence\" }");
      const path = `/services/data/indexes/${encodeURIComponent(index)}`;
      const { status } = await send({ path, query: { output_mode: "json" }, allow: [404] }, { signal });
      if (status !== 404) return;
      if (!create) throw invalid(`upload: Splunk has no index ${JSON.stringify(index)}; check its name, or pass { createIndex: true }`);
      await send({ path: "/services/data/indexes", query: { output_mode: "json" }, form: { name: index }, again: NOT_TAKEN, allow: [409] }, { signal });
    },
    begin({ name, table, signal }, { index, sourcetype = "_json", host, timeColumn }) {
      if (timeColumn !== undefined) throw invalid("upload: option `timeColumn` is for the collector ({ hecToken }); here Splunk finds times itself, by the sourcetype");
      return {
        encode: (line) => line,
        async post([line]) {
          const { text } = await send({ path: "/services/receivers/simple", query: { index, sourcetype, host, source: name, output_mode: "json" }, body: line, headers: { "Content-Type": "text/plain" }, again: NOT_TAKEN }, { signal });
          if (/<html/i.test(text().slice(0, 1000))) throw new HuntbookError("badInput", "Splunk: the answer is a page, and not that of the service; check the address, whose port should be that of management (8089)");
        },
      };
    },
  };
}

/** Signs in by name and password; the session's key is asked for once, and again where it is refused. */
function login({ invalid, secrets, HuntbookError }, send, user, password) {
  if (typeof user !== "string" || !user) throw invalid("SplunkUploader: there is no user; pass { auth: { user, password } }");
  let key;
  return async ({ refresh, signal }) => {
    if (refresh) key = undefined;
    key ??= send.json({ path: "/services/auth/login", query: { output_mode: "json" }, form: { username: user, password }, anonymous: true }, { signal }).then(({ sessionKey }) => {
      if (typeof sessionKey !== "string") throw new HuntbookError("badInput", "Splunk: the answer to the sign-in has no session key; check the address");
      secrets.add(sessionKey);
      return sessionKey;
    });
    key.catch(() => (key = undefined));
    return { Authorization: `Splunk ${await key}` };
  };
}
