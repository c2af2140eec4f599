// Small checks of the languages of the other services: texts that are well formed and begin as they should.
import { createRequire } from "node:module";
import { balance, codeOf } from "./scan.mjs";

/** The path and options of an address of Microsoft Graph, by the grammar of OData and the properties that filters take there. */
export function checkOdata(text, collections) {
  const { Parser } = createRequire(import.meta.url)("odata-v4-parser");
  const [path, options] = text.split("?");
  if (!/^(\/[\w.~-]+)+$/.test(path)) throw new Error(`there is no path ${path}`);
  if (options === undefined) return;
  new Parser().query(options);
  const properties = collections[path]?.split(" ");
  const code = codeOf("odata", options);
  const used = [...code.matchAll(/([A-Za-z][\w/]*) (?:eq|ne|gt|ge|lt|le|desc|asc)\b/g)].map(([, name]) => name);
  const unknown = used.find((name) => !properties?.includes(name));
  if (unknown) throw new Error(`${path} has no ${unknown} to filter by`);
}

const BEGINS = {
  config_resource: /^config from cloud\.resource where \S/,
  events: /^event from cloud\.audit_logs where \S/,
  network: /^network from vpc\.flow_record where \S/,
  assets: /^asset where \S/,
};
const RELATIVE = ["minute", "hour", "day", "week", "month", "year"];

/** A question to Prisma Cloud: RQL and its time in a JSON text. */
export function checkRql(text) {
  const { querymetadata, ...rest } = JSON.parse(text);
  const { query_by_user: rql, endpoint, unit, amount, start_time: start, end_time: end, ...more } = querymetadata;
  const unknown = Object.keys({ ...rest, ...more })[0];
  if (unknown) throw new Error(`there is no ${unknown}`);
  if (!BEGINS[endpoint]?.test(rql)) throw new Error(`${endpoint} is not asked so: ${rql.slice(0, 60)}`);
  balance("rql", rql);
  if (/\b(and|or|where)\s*$/i.test(rql.trim()) || /\b(and|or)\s+(and|or)\b/i.test(rql)) throw new Error("a condition is missing");
  for (const [, first] of rql.matchAll(/;\s*(\w+)/g)) if (!["config", "filter", "show", "limit"].includes(first)) throw new Error(`there is no ${first}`);
  const isRelative = RELATIVE.includes(unit) && amount > 0;
  if (!isRelative && !(Date.parse(start) && Date.parse(end))) throw new Error("there is no time");
}

/** A question to Cybereason: elements that are linked, their filters, and what to tell of the last. */
export function checkCybereason(text) {
  const { queryPath, customFields, ...rest } = JSON.parse(text);
  const unknown = Object.keys(rest)[0];
  if (unknown) throw new Error(`there is no ${unknown}`);
  if (!customFields.every((field) => typeof field === "string")) throw new Error("customFields are texts");
  if (queryPath.filter((step) => step.isResult).length !== 1) throw new Error("one step is the result");
  for (const { requestedType, filters } of queryPath) {
    if (!["Process", "Machine", "Connection"].includes(requestedType)) throw new Error(`there is no ${requestedType}`);
    for (const { facetName, values } of filters) if (!facetName || !values.length) throw new Error("a filter has a name and values");
  }
}

export function checkSumo(text) {
  balance("sumo", text);
  const operators = codeOf("sumo", text).split("|").slice(1).map((stage) => /^\s*(\w+)/.exec(stage)?.[1]);
  const unknown = operators.find((name) => !["count", "sort", "limit", "where", "fields", "top", "parse", "timeslice"].includes(name));
  if (unknown !== undefined) throw new Error(`there is no operator ${unknown}`);
}

export function checkSql(text) {
  balance("sql", text);
  if (!/^SELECT [\s\S]+\bFROM ""[\s\S]*\bLIMIT \d+$/.test(codeOf("sql", text))) throw new Error("not SELECT … FROM … LIMIT …");
}

export function checkPlain(text) {
  if (!/^[\w.-]+\.(csv|json|ndjson|parquet|arrow)$/.test(text)) throw new Error(`${text} is no file of a table`);
}
