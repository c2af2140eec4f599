// Stores of queries: msticpy's own files against what it makes of them, and what users do with a store.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const SHARED = path.resolve(import.meta.dirname, "../../../shared");
const FIXTURES = path.join(SHARED, "data/msticpy/queries");
const ORACLE = path.join(SHARED, "oracle/queries.json");
const absent = !fs.existsSync(ORACLE) && `${ORACLE} is absent`;

const load = (file) => fs.readFileSync(path.join(FIXTURES, file), "utf8");
const oracle = () => JSON.parse(fs.readFileSync(ORACLE, "utf8")).queries;

/** A text whose blanks are one each, but for those in literals. */
const squeezed = (text) => text.replace(/(@?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s+/g, (_, literal) => literal ?? " ").trim();

// Where we differ on purpose: a query or file, why, and what we do to msticpy's text.
const DIFFERENCES = [
  ["process_creations", "backslashes of a value are escaped", (text) => text.replaceAll(String.raw`C:\Windows\System32\cmd.exe`, String.raw`C:\\Windows\\System32\\cmd.exe`)],
  ["file_path", "backslashes of a value are escaped", (text) => text.replaceAll(String.raw`C:\temp`, String.raw`C:\\temp`)],
  ["list_file_events_for_path", "backslashes of a value are escaped", (text) => text.replaceAll(String.raw`C:\temp`, String.raw`C:\\temp`)],
  ["process_cmd_line", "a text in a list gets quotes, without which it is the name of a column", (text) => text.replace("(value_cmd_line)", "('value_cmd_line')")],
  ["list_storage_ops_for_ip", "a text after == gets quotes, without which it is no KQL", (text) => text.replace("== 10.0.0.1", "== '10.0.0.1'")],
  ["list_storage_ops_for_hash", "a text after =~ gets quotes", (text) => text.replace(/=~ (d41d8\w+)/, "=~ '$1'")],
  ["splunk/", "times are as the query's own timeformat says: six digits, no offset", (text) => text.replace("05.678000+00:00", "05.678000").replace("05:06+00:00", "05:06.000000")],
  ["msgraph/", "a + in an address is a blank, so times are in Z", (text) => text.replaceAll(".678000+00:00", ".678Z").replaceAll("+00:00", "Z")],
];

test("every query of msticpy's files is rendered as msticpy does", { skip: absent }, async () => {
  const used = new Set();
  const all = oracle();
  let count = 0;
  for (const file of new Set(all.map((query) => query.file))) {
    const queries = all.filter((query) => query.file === file);
    const store = await hb.QueryStore.fromYaml(load(file), { name: file });
    assert.equal(store.list().length, queries.length, file);
    for (const { query, params, rendered, families, required } of queries) {
      const info = store.get(`${families[0]}.${query}`);
      assert.deepEqual(info.families, families);
      assert.deepEqual(info.parameters.filter((own) => own.required).map(({ name }) => name).sort(), required);
      let expected = rendered;
      for (const [of, why, change] of DIFFERENCES) {
        if (of !== query && !(of.endsWith("/") && file.startsWith(of))) continue;
        const changed = change(expected);
        if (changed !== expected) used.add(why + of);
        expected = changed;
      }
      assert.equal(squeezed(store.render(query, params)), squeezed(expected), `${file} ${query}`);
      count++;
    }
  }
  assert.equal(count, 86);
  assert.equal(used.size, DIFFERENCES.length, "each difference is one");
});

test("queries keep their lines", { skip: absent }, async () => {
  const store = await hb.QueryStore.fromYaml(load("mssentinel/kql_sent_winevent.yaml"));
  assert.equal(store.render("list_host_events", { host_name: 'a" or 1==1 //', start: new Date("2024-01-02T03:04:05Z"), end: "2024-01-03" }), [
    "SecurityEvent",
    String.raw`| where Computer has "a\" or 1==1 //"`,
    "| where TimeGenerated >= datetime(2024-01-02T03:04:05.000Z)",
    "| where TimeGenerated <= datetime(2024-01-03T00:00:00Z)",
  ].join("\n"));
  const alerts = await hb.QueryStore.fromYaml(load("mssentinel/kql_sent_alert.yaml"));
  const text = alerts.render("list_related_alerts", { start: -1, end: 0 });
  assert.match(text, /\n\| extend host_match = iif\(isnotempty\(src_host\) and\n    \(Entities has src_hostname/);
  assert.match(text, /SecurityAlert\n\| project-rename StartTimeUtc = StartTime, EndTimeUtc = EndTime,\nAlertDisplayName/);
});

const TYPED = `metadata: {data_environments: [Kusto], data_families: [F]}
sources:
  q:
    args: {query: "{str} {int} {float} {bool} {list} {dict} datetime({datetime})"}
    parameters:
${["str", "int", "float", "bool", "list", "dict", "datetime"].map((type) => `      ${type}: {type: ${type}, default: ${type === "dict" ? "{}" : type === "datetime" ? "2020-01-01" : type === "str" ? "A" : type === "bool" ? "true" : 1}}`).join("\n")}
`;

test("what may be given for a type", async (t) => {
  const store = await hb.QueryStore.fromYaml(TYPED);
  assert.equal(store.render("q"), "A 1 1 true 1 dynamic({}) datetime(2020-01-01T00:00:00Z)");
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2024, 4, 15, 13, 45, 30, 250) }); // a Wednesday
  const cases = [
    ["str", 7, "7"], ["str", true, "true"], ["str", ["a", 1], "'a', 1"], ["str", "Table", "Table"],
    ["int", 5, "5"], ["int", "5", "5"], ["int", -3n, "-3"], ["int", 9007199254740993n, "9007199254740993"],
    ["float", "1.50", "1.5"], ["float", 1e-3, "0.001"], ["float", -2, "-2"],
    ["bool", "False", "false"], ["bool", true, "true"],
    ["list", ["a", "it's", 2], String.raw`'a', 'it\'s', 2`], ["list", "a, b", "'a', 'b'"], ["list", "a", "'a'"], ["list", 4624, "4624"],
    ["list", new Set(["a"]), "'a'"], ["list", Int32Array.of(1, 2), "1, 2"], ["list", [2n ** 53n + 1n], "9007199254740993"],
    ["dict", { a: '"' }, String.raw`dynamic({"a":"\""})`],
  ];
  for (const [type, value, expected] of cases) assert.match(store.render("q", { [type]: value }), new RegExp(`(^| )${RegExp.escape?.(expected) ?? expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")} `), `${type} ${value}`);
  const times = [
    [new Date("2024-01-02T03:04:05.678Z"), "2024-01-02T03:04:05.678Z"],
    ["2024-01-02", "2024-01-02T00:00:00Z"],
    ["2024-01-02 03:04:05", "2024-01-02T03:04:05Z"],
    ["2024-01-02T03:04:05.1234567+05:00", "2024-01-02T03:04:05.1234567+05:00"],
    [-1, "2024-05-14T13:45:30.250Z"],
    [0.5, "2024-05-16T01:45:30.250Z"],
    ["-1", "2024-05-14T13:45:30.250Z"],
    ["-3h", "2024-05-15T10:45:30.250Z"],
    ["+ 30 m", "2024-05-15T14:15:30.250Z"],
    ["30s", "2024-05-15T13:46:00.250Z"],
    ["-1w", "2024-05-08T13:45:30.250Z"],
    ["-1mon", "2024-04-15T13:45:30.250Z"], // minutes in msticpy
    ["-1Y", "2023-05-15T13:45:30.250Z"],
    ["-3mon", "2024-02-15T13:45:30.250Z"],
    ["-1d@d", "2024-05-14T00:00:00.000Z"],
    ["0@d", "2024-05-16T00:00:00.000Z"],
    ["-0@h", "2024-05-15T13:00:00.000Z"],
    ["1d@mon", "2024-06-01T00:00:00.000Z"], // an error in msticpy, as the next
    ["-0@w", "2024-05-13T00:00:00.000Z"],
    ["-2w@y", "2024-01-01T00:00:00.000Z"],
  ];
  for (const [value, expected] of times) assert.match(store.render("q", { datetime: value }), new RegExp(`datetime\\(${expected.replace("+", "\\+")}\\)$`), String(value));
  t.mock.timers.setTime(Date.UTC(2024, 2, 31));
  assert.match(store.render("q", { datetime: "-1mon" }), /\(2024-02-29T00:00:00.000Z\)$/, "the last day of a shorter month");
  const wrong = [
    ["int", 1.5, "a whole number, but is 1.5"], ["int", "5 | take 1", 'a whole number, but is "5 | take 1"'], ["int", "", 'a whole number, but is ""'], ["int", true, "a whole number, but is true"],
    ["float", "inf", 'a number, but is "inf"'], ["float", Infinity, "a number, but is Infinity"], ["float", NaN, "a number, but is NaN"],
    ["bool", 1, "true or false, but is 1"],
    ["list", [], "a list of texts and numbers that is not empty, but is []"], ["list", [["a"]], 'a list of texts and numbers that is not empty, but is [["a"]]'], ["list", [NaN], "a list of texts and numbers that is not empty, but is [null]"],
    ["dict", "{}", 'an object, but is "{}"'],
    ["str", { a: 1 }, 'a text, but is {"a":1}'], ["str", NaN, "a text, but is NaN"],
  ];
  for (const [type, value, expected] of wrong) assert.throws(() => store.render("q", { [type]: value }), { code: "invalidArgument", message: `query \`q\`: parameter \`${type}\` should be ${expected}` }, `${type} ${value}`);
  for (const value of ["soon", 1e12, new Date(NaN), true, {}, "2024-13-01", "-1d@q"]) assert.throws(() => store.render("q", { datetime: value }), { code: "invalidArgument", message: /parameter `datetime` should be a Date, an ISO 8601 time, a number of days/ }, String(value));
});

const YAML = `metadata:
  version: 1
  data_environments: [MSSentinel, Kusto]
  data_families: [Windows.Logon, Host]
sources:
  logons:
    description: Logons
      of a host
    args:
      query: '
        SecurityEvent // of Windows
        | where Computer == "{host}"
        | where TimeGenerated between ({start} .. {end})'
    parameters:
      host: { description: Name of host, type: str, aliases: [computer] }
      start: { type: datetime, description: from, default: -1d@d }
      end: { type: datetime, description: to }
`;

test("what users do with a store", async () => {
  const store = await hb.QueryStore.fromYaml(YAML, { name: "logons.yaml" });
  const row = {
    name: "logons", family: "Windows.Logon", description: "Logons of a host", families: ["Windows.Logon", "Host"],
    environments: ["MSSentinel", "Kusto"], parameters: ["host", "start", "end"], required: ["host", "end"],
  };
  assert.deepEqual(store.list(), [row]);
  assert.deepEqual(store.search("HOST logons"), [row]);
  assert.deepEqual(store.search("", { param: "hos", table: "securityevent" }), [row]);
  assert.deepEqual(store.search("processes"), []);
  assert.deepEqual(store.forEnvironment("LogAnalytics").list(), [row]);
  assert.deepEqual(store.forEnvironment("Splunk").list(), []);
  assert.equal((await hb.Table.fromRows(store.list())).numRows, 1);
  assert.match(store.help("Host.logons"), /^Logons of a host\n\nParameters\n-+\nend: datetime\n    to\nhost: str\n    Name of host\n    \(aliases: computer\)\nstart: datetime \(optional\)\n    from\n    \(default value is: -1d@d\)\n\nQuery\n-+\nSecurityEvent/);
  const { parameters, query, language, file } = store.get("Windows.Logon.logons");
  assert.deepEqual(parameters[0], { name: "host", type: "str", description: "Name of host", required: true, aliases: ["computer"] });
  assert.deepEqual([language, file, query.split("\n").length], ["KQL", "logons.yaml", 3]);
  const text = store.render("logons", { computer: "w\u0000's\\", end: new Date(0), start: undefined });
  assert.equal(text.split("\n")[0], "SecurityEvent // of Windows", "a comment ends with its line");
  assert.equal(text.split("\n")[1], String.raw`| where Computer == "w\u0000's\\"`);
  assert.match(text, /between \(datetime\(20\d\d-\d\d-\d\dT00:00:00.000Z\) \.\. datetime\(1970-01-01T00:00:00.000Z\)\)$/);
});

test("a file is merged as msticpy does", async () => {
  const store = await hb.QueryStore.fromYaml(`
metadata: { data_environments: [LogAnalytics], data_families: [A, B.C], pivot: { a: 1 }, aliases: [&text '{table} $<where>$'] }
defaults:
  metadata: { pivot: { b: 2 } }
  parameters:
    table: { type: str, default: T, description: the table }
    host: { type: str }
sources:
  one:
    metadata:
    args: { query: *text }
    query_macros: { where: { value: "| where a == '{host}'" } }
    parameters: { host: { aliases: computer }, table: { default: U } }
  two: { metadata: { data_families: [D], pivot: { a: 3 } }, args: { query: "{table}" } }
`);
  const one = store.get("B.C.one");
  assert.deepEqual(one.families, ["A", "B.C"]);
  assert.deepEqual(one.metadata, { data_environments: ["LogAnalytics"], data_families: ["A", "B.C"], pivot: { a: 1, b: 2 } });
  assert.deepEqual(one.parameters.map(({ name, aliases, default: value }) => [name, aliases, value]), [["table", [], "U"], ["host", ["computer"], undefined]]);
  assert.equal(store.render("A.one", { computer: "w'" }), String.raw`U | where a == 'w\''`);
  assert.equal(store.render("two"), "T");
  assert.deepEqual(store.get("two").metadata.pivot, { a: 3, b: 2 });
  assert.throws(() => store.get("A.two"), { message: "there is no query `A.two`; did you mean `D.two`? (there are: A.one, B.C.one, D.two)" });
});

test("environments, and the languages that they take", async () => {
  const of = async (environment, text) => {
    const store = await hb.QueryStore.fromYaml(`metadata: {data_environments: ${environment}, data_families: F}\nsources: {q: {args: {query: ${JSON.stringify(text)}}}}`);
    const { language, environments } = store.get("q");
    return [language, ...environments];
  };
  const cases = [
    ["[LogAnalytics, DataEnvironment.AzureSentinel, kusto]", "T", ["KQL", "MSSentinel", "Kusto"]],
    ["SecurityGraph", "/a", ["OData", "MSGraph"]],
    ["Splunk", "search a", ["SPL", "Splunk"]],
    ["Sumologic", "a", ["Sumo Logic", "Sumologic"]],
    ["Cybereason", "{{}}", ["JSON of Cybereason", "Cybereason"]],
    ["Prismacloud", "config from a", ["RQL", "Prismacloud"]],
    ["Prismacloud", " {{}}", ["RQL in JSON", "Prismacloud"]],
    ["OpenObserve", "SELECT 1", ["SQL", "OpenObserve"]],
    ["Elastic", "a:b", ["Lucene", "Elastic"]],
    ["Elastic", "{{}}", ["JSON", "Elastic"]],
    ["Elastic", "\nFROM a", ["ES|QL", "Elastic"]],
    ["LocalData", "a.csv", ["text", "LocalData"]],
  ];
  for (const [environment, text, expected] of cases) assert.deepEqual(await of(environment, text), expected, environment);
});

test("queries of one name", async () => {
  const store = await hb.QueryStore.load(YAML, YAML.replace("[MSSentinel, Kusto]", "[MDE]"));
  assert.throws(() => store.get("Host.logons"), { message: "there are several queries `Host.logons`; name the family, or choose by forEnvironment (there are: Windows.Logon.logons of MSSentinel, Kusto; Windows.Logon.logons of MDE)" });
  assert.deepEqual(store.forEnvironment("MDATP").get("logons").environments, ["MDE"]);
});

test("stores of several files", async () => {
  const other = YAML.replace("logons:", "processes:");
  const store = await hb.QueryStore.load(YAML, [new Blob([other]), new TextEncoder().encode(YAML)]);
  assert.deepEqual(store.list().map(({ name }) => name), ["processes", "logons"], "the second logons takes the place of the first");
  const address = new URL(`data:text/plain,${encodeURIComponent(YAML)}`);
  assert.equal((await hb.QueryStore.load(new Response(YAML))).list().length, 1);
  assert.equal(await store.add(YAML, { name: "again.yaml" }), store);
  assert.equal(store.get("logons").file, "again.yaml");
  await assert.rejects(hb.QueryStore.load(address, 5), { code: /./ });
  await assert.rejects(store.add("metadata: 1"), { code: "badInput" });
  assert.equal(store.list().length, 2, "nothing is lost");
});

test("lines are kept as they are written, in every way to write a text", async () => {
  const of = async (query) => {
    const store = await hb.QueryStore.fromYaml(`metadata: {data_environments: [Kusto], data_families: [F]}\nsources:\n  q:\n    args:\n      query: ${query}\n`);
    return store.render("q");
  };
  const cases = [
    ["single quotes", "'T\n        | where a == ''b''\n          | take 1'", "T\n| where a == 'b'\n  | take 1"],
    ["double quotes", '"T\n        | where a == \\"b\\"\n\n        | take 1"', 'T\n| where a == "b"\n| take 1'],
    ["a line that goes on", '"T\n        | where a \\\n        == 1"', "T\n| where a == 1"],
    ["plain", "T\n        | where a == 1\n        | take 1", "T\n| where a == 1\n| take 1"],
    ["folded", ">-\n        T\n        | take 1", "T\n| take 1"],
    ["literal", "|\n        T\n          | take 1", "T\n  | take 1"],
    ["an anchor", "&a 'T\n        | take 1'", "T\n| take 1"],
    ["a literal over lines", "'T | where a == \"b\n        c\"'", 'T | where a == "b c"'],
    ["Windows' lines", "'T\r\n        | take 1'", "T\n| take 1"],
  ];
  for (const [name, query, expected] of cases) assert.equal(await of(query), expected, name);
});

test("errors say where and what to do", async () => {
  const cases = [
    ["a name that is no parameter", YAML.replace("{host}", "{hots}"), "badInput", /^q\.yaml, line 10: query `logons`: there is no parameter `hots` for \{hots\}; add it to `parameters:`/],
    ["a type", YAML.replace("host: { description: Name of host, type: str", "host: { type: string_"), "badInput", /^q\.yaml, line 15: query `logons`: parameter `host` has the type `string_`/],
    ["no type", YAML.replace("type: datetime, description: to", "description: to"), "badInput", /^q\.yaml, line 17: query `logons`: parameter `end` has no `type`; add it, such as type: str$/],
    ["an environment", YAML.replace("Kusto", "Kutso"), "badInput", /^q\.yaml, line 3: query `logons`: there is no data environment `Kutso`; did you mean `Kusto`\?/],
    ["two languages", YAML.replace("Kusto", "Splunk"), "badInput", /^q\.yaml, line 3: query `logons`: the environments have different languages; make a file of each$/],
    ["no environment", YAML.replace("[MSSentinel, Kusto]", "[]"), "badInput", /^q\.yaml, line 1: query `logons`: there are no `data_environments`/],
    ["no query", YAML.replace("query:", "text:"), "badInput", /^q\.yaml, line 9: query `logons`: there is no `query` in `args`/],
    ["no families", YAML.replace("[Windows.Logon, Host]", "[]"), "badInput", /^q\.yaml, line 1: query `logons`: there are no `data_families`/],
    ["a macro", YAML.replace("{host}", "$<m>$"), "badInput", /^q\.yaml, line 10: query `logons`: there is no macro `m` for \$<m>\$; add it to `query_macros:`/],
    ["no sources", YAML.split("sources:")[0], "badInput", /^q\.yaml, line 1: there is no `sources`; write sources:/],
    ["a source that is a text", `${YAML.split("  logons:")[0]}  logons: T`, "badInput", /^q\.yaml, line 6: `logons` is no mapping; write names/],
    ["a list", "- 1", "badInput", /^q\.yaml, line 1: `q\.yaml` is no mapping/],
    ["no YAML", "a: [", "badInput", /^q\.yaml, line 1/],
    ["nothing", "", "badInput", /^q\.yaml, line 1: there is no `metadata`; write metadata:/],
  ];
  for (const [name, text, code, message] of cases) await assert.rejects(hb.QueryStore.fromYaml(text, { name: "q.yaml" }), { name: "HuntbookError", code, message }, name);
  const store = await hb.QueryStore.fromYaml(YAML);
  const wrong = [
    ["no such query", () => store.render("logon"), /^there is no query `logon`; did you mean `logons`\? \(there are: Windows\.Logon\.logons, Host\.logons\)$/],
    ["no value", () => store.render("logons", { end: null }), /^query `logons` needs values for: host, end$/],
    ["misspelt", () => store.render("logons", { hosts: "a" }), /^query `logons`: there is no parameter `hosts`; did you mean `host`\?/],
    ["no time", () => store.render("logons", { host: "a", end: "soon" }), /^query `logons`: parameter `end` should be a Date,/],
    ["no date", () => store.render("logons", { host: "a", end: new Date(NaN) }), /^query `logons`: parameter `end` should be a Date, .* but is Invalid Date$/],
    ["twice", () => store.render("logons", { host: "a", computer: "b" }), /^query `logons`: parameter `host` is given twice, by an alias too; leave one out$/],
    ["an option", () => store.search("a", { tabel: "b" }), /^search: there is no option `tabel` \(there are: table, param\)$/],
    ["an environment", () => store.forEnvironment("Sentinel"), /^there is no data environment `Sentinel`; did you mean `MSSentinel`\?/],
    ["new", () => new hb.QueryStore(), /^use await QueryStore\.fromYaml/],
  ];
  for (const [name, run, message] of wrong) assert.throws(run, { name: "HuntbookError", code: "invalidArgument", message }, name);
  await assert.rejects(hb.QueryStore.fromYaml(new Blob([YAML])), { code: "invalidArgument" });
  await assert.rejects(hb.QueryStore.load(await hb.Table.fromRows([{ a: 1 }])), { code: "invalidArgument" });
});
