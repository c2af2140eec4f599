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
  const names = new Set();
  for (const [, name] of text.replace(/\{\{|\}\}/g, "").matchAll(/\{(\w+)\}/g)) names.add(name);
  return names;
}

/** A value of a parameter as it stands in the text. */
function sampleOf(query, name, parameter) {
  const { type, default: given, format } = parameter;
  if (type === "datetime") return sampleTime(query.language, format);
  if (type === "list") {
    const items = Array.isArray(given) && given.length ? given : ["one", "two"];
    return (LISTS[query.language] ?? LISTS.kql)(items);
  }
  if (given !== undefined && given !== "") return String(given);
  if (name in FRAGMENTS) return FRAGMENTS[name] === "" ? "" : SAMPLES[type];
  if (name === "table") return TABLE_SAMPLE;
  return SAMPLES[type] ?? "sample";
}

/** What a query takes where nothing is given: a piece of it, so nothing. */
export const FRAGMENTS = { add_query_items: "", where_clause: "", query_project: "", additional_query_condition: "", optional_limit: "" };
const TABLE_SAMPLE = "SecurityEvent";

function sampleTime(language, format) {
  const parts = { Y: "2024", m: "01", d: "02", H: "03", M: "04", S: "05", f: "000000", s: "1704164645" };
  if (format) return format.replace(/\{0?:([^}]*)\}/g, (_, pattern) => pattern.replace(/%(\w)/g, (_, letter) => parts[letter]));
  if (language === "json") return "1704164645000";
  return language === "spl" ? '"2024-01-02 03:04:05.000000"' : SAMPLES.datetime;
}

/** The text of a query with sample values; `given` are values for some parameters as they stand in the text. */
export function render(query, given = {}) {
  const values = query.text.replace(/\{\{|\}\}|\{(\w+)\}/g, (brace, name) => {
    if (name === undefined) return brace[0];
    return given[name] ?? sampleOf(query, name, query.parameters[name]);
  });
  return values.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n").trim();
}
