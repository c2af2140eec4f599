// Every query is one in its language: KQL by Kusto's own parser, OData by a parser of its grammar, the others by checks of ours.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { checkEsql } from "./esql.mjs";
import { inLogAnalytics, kqlChecker, readSchema } from "./kql.mjs";
import { checkCybereason, checkOdata, checkPlain, checkRql, checkSql, checkSumo } from "./others.mjs";
import { folder, queriesOf, readPacks, render } from "./packs.mjs";
import { checkSpl } from "./spl.mjs";

const queries = queriesOf(readPacks());
const schema = (name) => JSON.parse(fs.readFileSync(path.join(folder, "schemas", `${name}.json`), "utf8"));
const words = ({ "": _, ...rest }) => Object.values(rest).flatMap((names) => (typeof names === "string" ? names.split(" ") : words(names)));

/** As it is with what is empty by default, and with all parameters. */
const texts = (query) => [render(query), render(query, { isFull: true })];

test("KQL binds to the tables, without an error", (t) => {
  const [defender, sentinel, graph] = ["defender", "sentinel", "resourcegraph"].map(readSchema);
  const hunting = kqlChecker(defender);
  const workspace = kqlChecker({ ...sentinel, ...inLogAnalytics(defender) });
  const resources = kqlChecker(graph);
  const own = queries.filter(({ language }) => language === "kql");
  const wrong = own.flatMap((query) => {
    const { environments } = query;
    const [usual, all] = texts(query);
    const found = [];
    if (environments.includes("ResourceGraph")) found.push(...resources(usual), ...resources(all));
    if (environments.includes("M365DGraph")) found.push(...hunting(all));
    if (environments.includes("MSSentinel")) {
      const hasTimes = query.parameters.time_column;
      found.push(...workspace(hasTimes ? render(query, { given: { time_column: "TimeGenerated" } }) : usual));
      if (!hasTimes && all !== usual) found.push(...workspace(all));
    }
    const told = found.map(({ severity, message, near }) => `${severity}: ${query.file}: ${query.name}: ${message} (${near})`);
    for (const warning of told.filter((text) => !text.startsWith("Error"))) t.diagnostic(warning);
    return told.filter((text) => text.startsWith("Error"));
  });
  assert.deepEqual([...new Set(wrong)], []);
  t.diagnostic(`${own.length} queries`);
});

const CHECKS = {
  odata: [checkOdata, schema("msgraph")],
  spl: [checkSpl, words(schema("splunk"))],
  esql: [checkEsql, words(schema("elastic"))],
  rql: [checkRql],
  json: [checkCybereason],
  sumo: [checkSumo],
  sql: [checkSql],
  plain: [checkPlain],
};

for (const [language, [check, known]] of Object.entries(CHECKS)) {
  test(`${language} is well formed`, (t) => {
    const own = queries.filter((query) => query.language === language);
    const wrong = own.flatMap((query) => texts(query).flatMap((text) => {
      try {
        check(text, known);
        return [];
      } catch (error) {
        return [`${query.file}: ${query.name}: ${error.message}`];
      }
    }));
    assert.deepEqual([...new Set(wrong)], []);
    t.diagnostic(`${own.length} queries`);
  });
}

test("what is wrong is found", () => {
  const kql = kqlChecker({ T: [["a", "string"], ["n", "int"]] });
  const rows = [
    ["a column that is not there", () => kql("T | where b == 1"), /'b' does not refer/],
    ["a table that is not there", () => kql("U | take 1"), /'U' does not refer/],
    ["an operator that is not there", () => kql("T | tak 1"), /Expected/i],
    ["a function that is not there", () => kql("T | extend x = tolowr(a)"), /tolowr/],
    ["a text that is a number", () => kql("T | where n has 'x'"), /./],
    ["a filter that is cut off", () => checkOdata("/a?$filter=b eq", {}), /Unexpected/],
    ["a property one cannot filter by", () => checkOdata("/a?$filter=b eq 'x'", { "/a": "c" }), /no b to filter by/],
    ["a command of Splunk", () => checkSpl("search index=x | tabel y", ["index", "y"]), /no command/],
    ["a field of Splunk", () => checkSpl('search index=x | table "y", z', ["index", "y"]), /no field z/],
    ["a function of Splunk", () => checkSpl("search index=x | stats cont(y)", ["index", "y"]), /no function cont/],
    ["a quote of Splunk", () => checkSpl('search index="x', ["index"]), /not closed/],
    ["a bracket of Splunk", () => checkSpl("search (index=x", ["index"]), /not closed/],
    ["a command of Elastic", () => checkEsql("FROM a | WERE b == 1", ["b"]), /no command/],
    ["a field of Elastic", () => checkEsql("FROM a | KEEP b, c.d", ["b"]), /no field c\.d/],
    ["a function of Elastic", () => checkEsql("FROM a | WHERE LOWR(b) == 1", ["b"]), /no function LOWR/],
    ["more rows than Elastic gives", () => checkEsql("FROM a | LIMIT 20000", []), /up to 10000/],
    ["RQL without a condition", () => checkRql('{"querymetadata": {"endpoint": "assets", "query_by_user": "asset where a = 1 AND", "unit": "hour", "amount": 1}}'), /condition is missing/],
    ["RQL for another endpoint", () => checkRql('{"querymetadata": {"endpoint": "events", "query_by_user": "asset where a = 1", "unit": "hour", "amount": 1}}'), /not asked so/],
    ["SQL without a limit", () => checkSql('SELECT a FROM "b"'), /LIMIT/],
  ];
  for (const [name, run, message] of rows) {
    let found;
    try {
      found = (run() ?? []).map((problem) => problem.message).join();
    } catch (error) {
      found = error.message;
    }
    assert.match(found, message, name);
  }
});
