// The query packs as the tests see them: read, merged and rendered as the query store does, with less care.
import fs from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";

export const root = path.resolve(import.meta.dirname, "../..");
export const folder = path.join(root, "queries");

/** The values that parameters get when a query is checked, by type; the rest is in `sampleOf`. */
const SAMPLES = {
  datetime: "2024-01-02T03:04:05Z",
  int: "25",
  float: "2.5",
  bool: "true",
  str: "sample",
};

/** What lists are joined as, and how texts in them are written. */
const LISTS = {
  json: (items) => items.map((item) => JSON.stringify(item)).join(", "),
  spl: (items) => items.map((item) => `"${item}"`).join(","),
  kql: (items) => items.map((item) => `'${item}'`).join(", "),
  esql: (items) => items.map((item) => `"${item}"`).join(", "),
};

const LANGUAGES = {
  MSSentinel: "kql", M365D: "kql", M365DGraph: "kql", MDE: "kql", ResourceGraph: "kql", Kusto: "kql",
  MSGraph: "odata", Splunk: "spl", Elastic: "esql", LocalData: "plain", Cybereason: "json", Prismacloud: "rql",
  Sumologic: "sumo", OpenObserve: "sql",
};

/** Every pack: its file relative to `queries/` and its content; what YAML has to say against it is thrown. */
export function readPacks() {
  const files = fs.readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".yaml")).sort();
  return files.map((file) => {
    const document = parseDocument(fs.readFileSync(path.join(folder, file), "utf8"), { prettyErrors: true });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(`queries/${file}: ${problem.message}`);
    return { file, content: document.toJS() };
  });
}

const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** `over` on `base`; mappings in mappings are merged too. */
function merge(base = {}, over = {}) {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) {
    merged[key] = isMap(value) && isMap(merged[key]) ? merge(merged[key], value) : value;
  }
  return merged;
}

/** The queries of packs, each with what the file says for all of them. */
export function queriesOf(packs) {
  return packs.flatMap(({ file, content }) =>
    Object.entries(content.sources).map(([name, source]) => {
      const metadata = merge(merge(content.metadata, content.defaults?.metadata), source.metadata);
      const macros = source.query_macros ?? {};
      const text = source.args.query.replace(/\$<(\w+)>\$/g, (whole, macro) => macros[macro]?.value ?? whole);
      return {
        file,
        name,
        text,
        metadata,
        description: source.description,
        families: metadata.data_families,
        environments: metadata.data_environments,
        language: LANGUAGES[metadata.data_environments[0]],
        parameters: merge(content.defaults?.parameters, source.parameters),
        macros: Object.keys(macros),
        own: source.args.query,
      };
    }),
  );
}

/** The names in single braces of a text; doubled braces are braces. */
export function namesIn(text) {
  return new Set([...text.matchAll(BRACES)].map(([, name]) => name).filter(Boolean));
}
export const BRACES = /\{\{|\}\}|\{(\w+)\}/g;

/** Parameters that are pieces of a query, with an example of each by language. */
export const FRAGMENTS = {
  add_query_items: { kql: "| where 1 == 1", spl: "| dedup host", esql: "| WHERE true", odata: "and 1 eq 1", sumo: "| limit 5" },
  where_clause: { kql: "| where 1 == 1", esql: "| WHERE true" },
  query_project: { kql: "| where 1 == 1" },
  project_fields: { spl: "| table _time" },
  additional_query_condition: { rql: "AND cloud.region = 'AWS Virginia'" },
  optional_limit: { rql: "limit search records to 10" },
  query_condition: { rql: "cloud.type = 'aws'" },
};

/** A value of a parameter as it stands in the text: its default, or with `isFull` an example for those that are empty by default. */
function sampleOf(query, name, isFull) {
  const { type, default: given, format } = query.parameters[name];
  if (type === "datetime") return sampleTime(query.language, format);
  if (type === "list") return (LISTS[query.language] ?? LISTS.kql)(given ?? ["one", "two"]);
  const example = FRAGMENTS[name] ? (FRAGMENTS[name][query.language] ?? "") : EXAMPLES[name];
  if (given === undefined) return example ?? SAMPLES[type];
  if (given === "") return isFull ? (example ?? SAMPLES[type]) : "";
  return String(given);
}

const EXAMPLES = { table: "SecurityEvent", severity: "high" };

function sampleTime(language, format) {
  const written = { Y: "2024", m: "01", d: "02", H: "03", M: "04", S: "05", f: "000000" };
  if (format) return format.replace(/\{0?:([^}]*)\}/g, (_, pattern) => pattern.replace(/%(\w)/g, (_, letter) => written[letter]));
  return language === "json" ? "1704164645000" : SAMPLES.datetime;
}

/**
 * The text of a query with sample values; `given` are values as they stand in the text. With `isFull`, parameters that
 * are empty by default have values too.
 */
export function render(query, { given = {}, isFull = false } = {}) {
  const values = query.text.replace(BRACES, (brace, name) => (name === undefined ? brace[0] : (given[name] ?? sampleOf(query, name, isFull))));
  const lines = values.split("\n").map((line) => line.trimEnd()).filter(Boolean);
  // JSON has no line breaks in texts; the query store makes blanks of those, as YAML does.
  return ["json", "rql"].includes(query.language) ? lines.map((line) => line.trim()).join(" ") : lines.join("\n");
}
