// Files of queries in msticpy's YAML (3.0.2, data/core/query_store.py and query_source.py), and stores of them. The
// package's queries.js, loaded when a store is made; all that is of the file which loads it comes in `tools`. That a
// query is right, and its text with values in it, says Rust (src/data).
import { environmentOf } from "./environments.js";
import { isObject, noOthers } from "./options.js";
import { TYPES, toValues, typeOf } from "./query-values.js";

/** What a text is in: some environments take several languages. */
function languageOf(usual, text) {
  const isJson = /^\s*\{/.test(text);
  if (usual === "RQL" && isJson) return "RQL in JSON";
  if (usual !== "Lucene") return usual;
  return isJson ? "JSON" : /^\s*(from|row|show|ts)\s/i.test(text) ? "ES|QL" : usual;
}

/** Elastic's JSON with braces twice, as in other texts; msticpy reads it as it is, so that files may have it so. */
function withBraces(language, text, parameters) {
  if (language !== "JSON") return text;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return text.replace(/\{([\w.]+)\}|[{}]/g, (all, name) => (name !== undefined && Object.hasOwn(parameters, name) ? all : all.replace(/[{}]/g, "$&$&")));
}

const listOf = (value) => [value ?? []].flat().map(String);
const oneLine = (text) => String(text ?? "").trim().replace(/\s+/g, " ");
const has = (text, part) => text.toLowerCase().includes(part.toLowerCase());

/** `over` put onto `base`: objects in objects are merged too. */
function merge(base, over) {
  const both = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const merged = isObject(both[key]) && isObject(value) ? merge(both[key], value) : value;
    Object.defineProperty(both, key, { value: merged, enumerable: true, configurable: true, writable: true });
  }
  return both;
}

/** The queries of a file; `wrong(path, problem, advice)` makes the error. */
function readFile(file, name, raw, wrong, check) {
  const part = (path) => {
    const value = path.reduce((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), file) ?? {};
    if (!isObject(value)) throw wrong(path, `\`${path.at(-1) ?? name}\` is no mapping`, "write names with values under it");
    return value;
  };
  const needed = (key, advice) => {
    if (!Object.keys(part([key])).length) throw wrong([key], `there is no \`${key}\``, advice);
    return part([key]);
  };
  part([]);
  const { aliases, ...metadata } = needed("metadata", "write metadata: with data_environments and data_families under it");
  const sources = needed("sources", "write sources: with names of queries under it");
  return Object.keys(sources).map((key) => {
    const source = part(["sources", key]);
    const own = (...path) => part(["sources", key, ...path]);
    const exists = (path) => path.reduce((at, step) => at?.[step], file) !== undefined;
    // Where it is: in the query, else in what the file says for all.
    const bad = (path, problem, advice) => {
      const places = [["sources", key], ["defaults"], []].map((before) => [...before, ...path]);
      return wrong(places.find(exists) ?? places[0], `query \`${key}\`: ${problem}`, advice);
    };
    const all = merge(merge(metadata, part(["defaults", "metadata"])), own("metadata"));
    const families = listOf(all.data_families);
    if (!families.length) throw bad(["metadata"], "there are no `data_families`", "name at least one, such as [WindowsSecurity]");
    const environments = listOf(all.data_environments).map((one) => environmentOf(one, raw, (problem) => bad(["metadata", "data_environments"], problem, "mend the name")));
    if (!environments.length) throw bad(["metadata"], "there are no `data_environments`", "name at least one, such as [MSSentinel]");
    const [{ language }] = environments;
    if (environments.some((one) => one.language !== language)) throw bad(["metadata", "data_environments"], "the environments have different languages", "make a file of each");
    if (typeof source.args?.query !== "string" || !source.args.query.trim()) throw bad(["args"], "there is no `query` in `args`", "write it as args: {query: '…'}");
    const macros = own("query_macros");
    const text = source.args.query.replace(/\$<(.*?)>\$/g, (_, macro) => {
      if (!Object.hasOwn(macros, macro)) throw bad(["args", "query"], `there is no macro \`${macro}\` for $<${macro}>$`, "add it to `query_macros:` with a `value:`");
      return macros[macro]?.value ?? "";
    });
    const parameters = merge(part(["defaults", "parameters"]), own("parameters"));
    for (const [param, value] of Object.entries(parameters)) {
      const type = value?.type;
      if (type == null) throw bad(["parameters", param], `parameter \`${param}\` has no \`type\``, "add it, such as type: str");
      if (!typeOf(type)) throw bad(["parameters", param], `parameter \`${param}\` has the type \`${type}\`, which there is not${raw.didYouMean(String(type), TYPES.join("\n"))}`, `use ${TYPES.join(", ")}`);
    }
    const written = languageOf(language, text);
    const given = { name: key, language: written, text: withBraces(written, text, parameters), parameters };
    const query = check(given, bad);
    return { name: key, families, environments: [...new Set(environments.map(({ names }) => names[0]))], description: oneLine(source.description), metadata: all, file: name, given, query };
  });
}

const rowOf = ({ name, families, description, environments, given: { parameters } }) => ({
  name, family: families[0], description, families: [...families], environments: [...environments],
  parameters: Object.keys(parameters), required: Object.keys(parameters).filter((key) => parameters[key].default == null),
});

export class Queries {
  #tools;
  #queries;

  constructor(tools, queries = []) {
    this.#tools = tools;
    this.#queries = queries;
  }

  async add(source, { name: given, ...others } = {}) {
    const { raw, guard, toJson, HuntbookError, invalid, readYaml, read } = this.#tools;
    noOthers(invalid, "add", others, "name");
    const { text, name } = await read(source, given);
    const { value: file, lineOf } = await readYaml(text, name, true);
    const wrong = (path, problem, advice) => new HuntbookError("badInput", `${name}, line ${lineOf(path)}: ${problem}; ${advice}`);
    const check = (given, bad) => {
      const answer = guard(() => raw.checkQuery(toJson(given)));
      if (answer.startsWith("\n")) return answer.slice(1);
      const at = answer.lastIndexOf("\n");
      throw bad(["args", "query"], answer.slice(0, at), answer.slice(at + 1));
    };
    for (const query of readFile(file, name, raw, wrong, check)) this.#put(query);
  }

  /** Adds a query instead of one of its name. */
  #put(query) {
    const isShared = (key, other) => query[key].some((one) => other[key].includes(one));
    this.#queries = this.#queries.filter((other) => other.name !== query.name || !isShared("families", other) || !isShared("environments", other));
    this.#queries.push(query);
  }

  /**
   * The queries that someone offers, `[{ name, families, description, query, metadata?, parameters? }]`, instead of those before.
   * No value goes into their texts; parameters are for who runs them.
   */
  offer(from, environment, offered) {
    const { raw, guard, toJson, invalid } = this.#tools;
    const { names: [own], language } = environmentOf(environment, raw, invalid);
    const toQuery = ({ name, families, description, query: plain, metadata = {}, parameters = {} }) => {
      const given = { name, language, text: plain.replace(/[{}]/g, "$&$&"), parameters };
      const answer = guard(() => raw.checkQuery(toJson(given)));
      return { name, families, environments: [own], description: oneLine(description), metadata, file: from, given, query: answer.slice(1) };
    };
    this.#queries = this.#queries.filter(({ file }) => file !== from);
    offered.map(toQuery).forEach((query) => this.#put(query));
  }

  /** Adds the package's own queries of an environment; `readPack(file)` gives the text of one of its files. */
  async addPacks(environment, readPack) {
    const { raw, invalid } = this.#tools;
    const { names } = environmentOf(String(environment), raw, invalid);
    const { packs } = JSON.parse(await readPack("index.json"));
    const files = packs.filter(({ environments }) => environments.some((one) => names.includes(one))).map(({ file }) => file);
    const texts = await Promise.all(files.map(readPack));
    for (const [i, name] of files.entries()) await this.add(texts[i], { name });
  }

  forEnvironment(environment) {
    const { raw, invalid } = this.#tools;
    const { names } = environmentOf(String(environment), raw, invalid);
    return new Queries(this.#tools, this.#queries.filter(({ environments }) => environments.includes(names[0])));
  }

  search(text = "", { table = "", param = "", ...others } = {}) {
    noOthers(this.#tools.invalid, "search", others, "table, param");
    const words = String(text).split(/\s+/);
    return this.#queries.map((query) => {
      const row = rowOf(query);
      const tables = `${query.given.parameters.table?.default ?? ""}\n${query.query}`;
      const all = [row.name, ...row.families, row.description, ...row.parameters, tables].join("\n");
      return words.every((word) => has(all, word)) && has(tables, table) && (!param || row.parameters.some((own) => has(own, param))) && row;
    }).filter(Boolean);
  }

  #find(name) {
    const { raw, invalid } = this.#tools;
    const paths = ({ name: own, families }) => families.map((family) => `${family}.${own}`);
    const found = this.#queries.filter((query) => query.name === name || paths(query).includes(name));
    if (found.length === 1) return found[0];
    if (found.length) {
      const all = found.map((query) => `${paths(query)[0]} of ${query.environments.join(", ")}`);
      throw invalid(`there are several queries \`${name}\`; name the family, or choose by forEnvironment (there are: ${all.join("; ")})`);
    }
    const all = this.#queries.flatMap(paths);
    const hint = raw.didYouMean(String(name), [...all, ...this.#queries.map((query) => query.name)].join("\n"));
    throw invalid(`there is no query \`${name}\`${hint} (there are: ${all.slice(0, 20).join(", ")}${all.length > 20 ? ` … and ${all.length - 20} more` : ""})`);
  }

  get(name) {
    const query = this.#find(name);
    const { required, ...row } = rowOf(query);
    const parameters = Object.entries(query.given.parameters).map(([key, { type, description, default: value, aliases }]) => ({
      name: key, type: typeOf(type), description: oneLine(description), required: value == null, ...(value != null && { default: structuredClone(value) }), aliases: listOf(aliases),
    }));
    return { ...row, parameters, language: query.given.language, metadata: structuredClone(query.metadata), query: query.query, file: query.file };
  }

  help(name) {
    const { description, parameters, query } = this.get(name);
    const about = parameters.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((own) => {
      const value = typeof own.default === "string" ? oneLine(own.default) : JSON.stringify(own.default);
      return [
        `${own.name}: ${own.type}${own.required ? "" : " (optional)"}`, `    ${own.description}`,
        ...(own.aliases.length ? [`    (aliases: ${own.aliases.join(", ")})`] : []),
        ...(value ? [`    (default value is: ${value.slice(0, 50)}${value.length > 50 ? "..." : ""})`] : []),
      ];
    });
    return [description, "", "Parameters", "----------", ...about, "", "Query", "-----", query].join("\n");
  }

  render(name, params = {}) {
    const { raw, guard, toJson, invalid } = this.#tools;
    const { given } = this.#find(name);
    if (!isObject(params)) throw invalid("render: parameters should be an object, such as { host_name: \"WS1\" }");
    const wrong = (message) => invalid(`query \`${given.name}\`${message}`);
    const hint = (word, known) => raw.didYouMean(word, known.join("\n"));
    const values = toValues(given, params, Date.now(), { toJson, wrong, hint });
    return guard(() => raw.renderQuery(toJson(given), toJson(values)));
  }
}
