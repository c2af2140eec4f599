// The query packs are what they should be: files, parameters, names, and all that msticpy has.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { manifest } from "../../scripts/queries.mjs";
import { BRACES, FRAGMENTS, folder, namesIn, queriesOf, readPacks, root } from "./packs.mjs";
import { codeOf } from "./scan.mjs";

const packs = readPacks();
const queries = queriesOf(packs);
const called = (query) => `${query.file}: ${query.name}`;
const ENVIRONMENTS = [
  "MSSentinel", "M365D", "M365DGraph", "MDE", "MSGraph", "ResourceGraph", "Splunk", "Elastic", "LocalData", "Cybereason", "Prismacloud", "Sumologic", "OpenObserve",
];
const TYPES = ["str", "int", "float", "bool", "datetime", "list", "dict"];

/** Where a problem is, and what it is, for each of `items` for which `problem` gives something. */
const problems = (items, problem) => items.flatMap((item) => [problem(item)].flat().filter(Boolean).map((text) => `${called(item)}: ${text}`));
const onlyKeys = (map, keys) => Object.keys(map ?? {}).filter((key) => !keys.includes(key)).map((key) => `there is no ${key}`);

test("every file has the keys of the schema and no others", () => {
  const found = packs.flatMap(({ file, content }) => {
    const { metadata, defaults, sources } = content;
    const wrong = [
      ...onlyKeys(content, ["metadata", "defaults", "sources"]),
      ...onlyKeys(metadata, ["version", "description", "data_environments", "data_families", "tags", "aliases"]),
      ...onlyKeys(defaults, ["metadata", "parameters"]),
      ...Object.values(sources).flatMap((source) => [
        ...onlyKeys(source, ["description", "metadata", "args", "parameters", "query_macros"]),
        ...onlyKeys(source.args, ["query"]),
        ...Object.values(source.query_macros ?? {}).flatMap((macro) => onlyKeys(macro, ["description", "value"])),
      ]),
    ];
    if (metadata.version !== 1) wrong.push("version is 1");
    if (!metadata.tags?.length) wrong.push("there are no tags");
    if (metadata.data_environments.some((name) => !ENVIRONMENTS.includes(name))) wrong.push(`environments are ${metadata.data_environments}`);
    return wrong.map((text) => `${file}: ${text}`);
  });
  assert.deepEqual(found, []);
});

test("every query and parameter says what it is for, in a line", () => {
  const isLine = (text, end) => typeof text === "string" && text.length > 3 && text.length < 320 && !text.includes("\n") && (text.endsWith(".") || text.endsWith("?")) === end;
  assert.deepEqual(problems(queries, (query) => [
    !isLine(query.description, true) && "its description is no sentence",
    ...Object.entries(query.parameters).flatMap(([name, parameter]) => [
      !isLine(parameter.description, false) && `${name} has no description, or one that ends in a dot`,
      !TYPES.includes(parameter.type) && `${name} is of type ${parameter.type}`,
      ...onlyKeys(parameter, ["description", "type", "default", "format", "aliases"]),
    ]),
  ]), []);
});

/** Where the service takes the times beside the text. */
const TIMES_BESIDE = ["Sumologic", "OpenObserve"];

test("every parameter and macro is used, and none is missing", () => {
  assert.deepEqual(problems(queries, (query) => {
    const used = namesIn(query.text);
    const names = Object.keys(query.parameters);
    const isBeside = (name) => ["start", "end"].includes(name) && TIMES_BESIDE.includes(query.environments[0]);
    return [
      ...names.filter((name) => !used.has(name) && !isBeside(name)).map((name) => `${name} is not used`),
      ...[...used].filter((name) => !names.includes(name)).map((name) => `there is no parameter ${name}`),
      query.text.includes("$<") && "a macro is missing",
      ...query.macros.filter((name) => !query.own.includes(`$<${name}>$`) && !isShared(query, name)).map((name) => `the macro ${name} is not used`),
    ];
  }), []);
});
/** Whether another query of the file uses the macro: files share the mapping of them. */
const isShared = (query, name) => queries.some((other) => other.file === query.file && other.own.includes(`$<${name}>$`));

test("times come first, aliases are nobody else's name", () => {
  assert.deepEqual(problems(queries, ({ parameters }) => {
    const names = Object.keys(parameters);
    const all = Object.entries(parameters).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
    return [
      names.includes("end") && names.indexOf("start") !== 0 && "start is not the first parameter",
      names.includes("end") && names.indexOf("end") !== 1 && "end is not the second parameter",
      new Set(all).size < all.length && `a name is there twice: ${all}`,
    ];
  }), []);
});

/** Parameters of type str that stand in code, and so must be one word: names of tables, columns, operators. */
const WORDS = [
  "table", "index", "time_column", "host_op", "proc_op", "source_ip_field", "dest_ip_field", "timestampcolumn", "aggregatecolumn", "groupbycolumn",
  "timeframe", "aggregatefunction", "path", "alert_id", "incident_id", "file",
];

test("texts stand in literals, but for pieces of queries and words", () => {
  assert.deepEqual(problems(queries, (query) => {
    // With a sign for the value of each, as literals are left out.
    const marked = query.text.replace(BRACES, (brace, name) => (name ? `\u0001${name}\u0002` : brace[0]));
    const inCode = [...codeOf(query.language, marked).matchAll(/\u0001(\w+)\u0002/g)].map(([, name]) => name);
    const isAllowed = (name) => query.parameters[name].type !== "str" || name in FRAGMENTS || WORDS.includes(name);
    return [...new Set(inCode)].filter((name) => !isAllowed(name)).map((name) => `${name} stands outside of a literal`);
  }), []);
});

/** Where results have no limit of their own: the provider's is enough, or a limit would end the paging. */
const UNBOUNDED = ["ResourceGraph", "LocalData", "Cybereason", "Prismacloud"];

test("results are bounded", () => {
  assert.deepEqual(problems(queries, (query) => {
    const isOne = query.file === "msgraph/alert.yaml";
    const { limit } = query.parameters;
    return !UNBOUNDED.includes(query.environments[0]) && !isOne && !(limit?.type === "int" && limit.default > 0) && "there is no limit";
  }), []);
});

test("pages of Resource Graph have the id", () => {
  const own = queries.filter((query) => query.environments[0] === "ResourceGraph");
  assert.ok(own.length > 10);
  assert.deepEqual(problems(own, (query) => [!/\| project id,/.test(query.text) && "there is no id", /\| (take|limit|top)\b/.test(query.text) && "it has a limit"]), []);
});

test("queries are written in lines, and no line is long", () => {
  const isLong = (text) => text.split("\n").some((line) => line.length > 165);
  assert.deepEqual(problems(queries.filter((query) => query.language !== "odata"), (query) => isLong(query.text) && "a line is long"), []);
});

test("a name is there once in a family of an environment", () => {
  const seen = new Map();
  const twice = queries.flatMap((query) =>
    query.environments.flatMap((environment) => query.families.map((family) => [`${environment} ${family}.${query.name}`, called(query)]))).filter(([key, where]) => {
    const isTwice = seen.has(key);
    seen.set(key, where);
    return isTwice;
  });
  assert.deepEqual(twice, []);
});

const msticpy = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "msticpy.json"), "utf8"));
const FOLDERS = {
  mssentinel: "MSSentinel", mde: "MDE", m365d: "M365D", msgraph: "MSGraph", splunk: "Splunk", resourcegraph: "ResourceGraph", localdata: "LocalData",
  cybereason: "Cybereason", prismacloud: "Prismacloud", sumologic: "Sumologic", openobserve: "OpenObserve",
};

/** What msticpy has and these packs have not, and why. */
const RETIRED = "alerts_v2 filters by none of it, and the collection that did was retired on 2026-10-15; M365D.host_alerts and its like answer it";
const LEFT_OUT = Object.fromEntries(
  ["list_alerts_for_user", "list_alerts_for_ip", "list_alerts_for_host", "list_alerts_for_file", "list_related_alerts"].map((name) => [`MSGraph SecurityGraphAlert.${name}`, RETIRED]),
);

const listed = Object.entries(FOLDERS).flatMap(([name, environment]) =>
  Object.entries(msticpy[name]).flatMap(([family, own]) =>
    Object.entries(own).map(([query, parameters]) => ({ key: `${environment} ${family}.${query}`, parameters: parameters.split(" ").filter(Boolean) }))));
const byKey = new Map(queries.flatMap((query) => query.environments.flatMap((environment) => query.families.map((family) => [`${environment} ${family}.${query.name}`, query]))));

test("every family and query of msticpy is there, or left out for a reason", (t) => {
  const missing = listed.filter(({ key }) => !byKey.has(key)).map(({ key }) => key);
  for (const key of missing) if (LEFT_OUT[key]) t.diagnostic(`left out: ${key}: ${LEFT_OUT[key]}`);
  assert.deepEqual(missing.filter((key) => !LEFT_OUT[key]), []);
  assert.deepEqual(Object.keys(LEFT_OUT).filter((key) => byKey.has(key)), [], "what is there is not left out");
  t.diagnostic(`${listed.length - missing.length} of ${listed.length} names`);
});

/** Parameters of msticpy that no query here has, and why. */
const DROPPED = {
  subscription_filter: "a condition that is always true; add_query_items does the same",
  path_separator: "names of programs are found whatever separates folders",
  event_filter: "the query says which events it is about",
  timeformat: "how times are written is not the user's to say",
  field_rename: "fields have their names from the start",
  timeFeatureId: "no query of msticpy uses it",
};
/** The same for single queries. */
const DROPPED_BY = [
  [/^MSSentinel (AzureSentinel|MSSentinel|Heartbeat|Network|AzureNetwork|Azure|Office365|ThreatIntelligence|MultiDataSource|LinuxAudit)\./, ["query_project"], "one projection that is for reading"],
  [/get_timeseries_data$/, ["scorethreshold"], "nothing is scored"],
  [/^MSSentinel (Network|AzureNetwork|Heartbeat)\.(get_|list_azure)/, ["vendors", "source_ip_field", "dest_ip_field"], "they are for CommonSecurityLog"],
  [/^MSSentinel LinuxSyslog\.sysmon_process_events$/, ["query_project", "host_op"], "one projection that is for reading"],
  [/^(M365D|MDE) (MDEHunting|M365DHunting|IdentityOnPrem|M365D|MDE|MDATP)\./, ["table", "query_project"], "several tables"],
  [/^Prismacloud /, ["start", "end", "unit_type", "amount_value", "optional_limit", "additional_query_condition", "query_condition"], "it is used by the kinds of queries whose text has it"],
  [/^MSGraph SecurityGraphAlert\.get_alert$/, ["start", "end", "add_query_items"], "an id is enough"],
  [/^Cybereason Host\./, ["start", "end", "timefield"], "hosts have no time"],
  [/^(Sumologic|OpenObserve) /, ["project_fields", "add_query_items"], "all fields are told, and SQL takes no more at its end"],
];

test("parameters have the names that msticpy gives them", () => {
  const wrong = listed.filter(({ key }) => byKey.has(key)).flatMap(({ key, parameters }) => {
    const own = Object.entries(byKey.get(key).parameters).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
    const isDropped = (name) => DROPPED[name] || DROPPED_BY.some(([pattern, names]) => pattern.test(key) && names.includes(name));
    return parameters.filter((name) => !own.includes(name) && !isDropped(name)).map((name) => `${key}: ${name}`);
  });
  assert.deepEqual(wrong, []);
});

const oracle = path.join(root, "../shared/oracle");
test("the list of msticpy's queries is the one that was taken from it", { skip: !fs.existsSync(oracle) && "../shared is not there" }, () => {
  const read = (name) => JSON.parse(fs.readFileSync(path.join(oracle, name), "utf8"));
  const names = (name) => new Set(Object.values(msticpy[name]).flatMap((own) => Object.keys(own)));
  const { by_folder: folders, files } = read("queries_stats.json");
  assert.deepEqual(Object.keys(folders).sort(), Object.keys(FOLDERS).sort());
  for (const [file, { data_families: families }] of Object.entries(files)) {
    const own = Object.keys(msticpy[file.split("/")[0]]);
    // Splunk's files name a family that none of their queries has.
    for (const family of families) assert.ok(own.includes(family) || family === "SplunkDatamodel", `${file}: ${family}`);
  }
  for (const { file, query } of read("queries.json").queries) assert.ok(names(file.split("/")[0]).has(query), `${file}: ${query}`);
});

test("the manifest tells what is in which file", () => {
  const { packs: files } = manifest(folder);
  assert.deepEqual(files.map(({ file }) => file), packs.map(({ file }) => file));
  const told = files.flatMap(({ file, queries: own }) => Object.entries(own).map(([name, families]) => `${file} ${name} ${families}`));
  assert.deepEqual(told, queries.map((query) => `${query.file} ${query.name} ${query.families}`));
});

test("what is no pack is said", () => {
  assert.deepEqual([...namesIn('{{"a": "{b}", "c": {d}}}')], ["b", "d"]);
  assert.equal(codeOf("kql", `T | where a == "x\\"y" and b == @"c:\\" // z`), `T | where a == "" and b == "" // z`);
});
