// SQL as KQL: against msticpy's answers and rows of our own; each result is read by Kusto's own parser.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { kqlChecker } from "./kql.mjs";
import { root } from "./packs.mjs";
import { ORACLE } from "./sql-oracle.mjs";
import { OWN, WRONG } from "./sql-rows.mjs";

const { sqlToKql } = await import(path.join(root, "pkg/node.js"));
const oracle = path.resolve(root, "../shared/oracle/sql_to_kql.json");
const absent = !fs.existsSync(oracle) && `${oracle} is absent`;

const COLUMNS = { string: "a s kind project", long: "n m id", datetime: "t", dynamic: "d" };
const columns = [...Object.entries(COLUMNS).flatMap(([type, names]) => names.split(" ").map((name) => [name, type])), ["b c", "string"]];
const kql = kqlChecker({ T: columns, U: [...columns, ["u", "long"]], where: columns });
const errors = (check, text) => check(text).filter(({ severity }) => severity === "Error");
const squeezed = (text) => text.replace(/\s+/g, " ");

/** msticpy's tables: their texts, and EventID of the type that a query takes it for. */
function msticpyChecker(eventId) {
  const texts = "Message Channel ParentImage Image Otherfield foo mssg ParentProcessGuid ProcessGuid".split(" ").map((name) => [name, "string"]);
  const numbers = "a b c d x y t id".split(" ").map((name) => [name, "long"]);
  const all = [["EventID", eventId], ...texts, ...numbers.filter(([name]) => name !== "a" && name !== "b")];
  const named = (a, b) => [...all, ["a", a], ["b", b]];
  return Object.fromEntries(["string", "long"].map((a) => [a, kqlChecker(Object.fromEntries(["SecurityEvent", "OtherTable", "apt29Host", "MyTable", "T", "U", "A", "B"].map((table) => [table, named(a, a)])))]));
}

test("as msticpy, or better", { skip: absent }, async (t) => {
  const { cases } = JSON.parse(fs.readFileSync(oracle, "utf8"));
  const [asNumber, asAny] = [msticpyChecker("long"), msticpyChecker("dynamic")];
  const own = new Map(ORACLE.map(([place, ...row]) => [place, row]));
  for (const [place, { sql, kql: theirs }] of cases.entries()) {
    const [why, ours] = own.get(place) ?? ["the same", theirs];
    assert.ok(own.has(place) ? ours !== theirs : ours, `row ${place} is of use`);
    const made = await sqlToKql(sql).catch((error) => `error: ${error.message}`);
    assert.equal(made, ours, `${place}: ${why}`);
    if (made.startsWith("error: ")) continue;
    // Only their texts say whether a column is one.
    const found = [asNumber.string, asNumber.long, asAny.string].map((check) => errors(check, made));
    assert.ok(found.some((some) => !some.length), `${made}\n${JSON.stringify(found)}`);
  }
  t.diagnostic(`${cases.length} queries, ${own.size} of them differ`);
});

for (const [name, sql, expected] of OWN) {
  test(name, async () => {
    const made = await sqlToKql(sql);
    assert.equal(squeezed(made), expected);
    assert.deepEqual(errors(kql, made), []);
  });
}

for (const [name, sql, message] of WRONG) {
  test(`error: ${name}`, async () => {
    await assert.rejects(sqlToKql(sql), (error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^SQL, line \d+, column \d+: .+; /);
      return error.name === "HuntbookError" && error.code === "badInput";
    });
  });
}

test("tables have other names", async () => {
  const tables = { logons: "SecurityEvent", "dbo.T": "my table", constructor: "X" };
  assert.equal(await sqlToKql("SELECT LOGONS.a FROM Logons", { tables }), "SecurityEvent\n| project a");
  assert.equal(await sqlToKql("SELECT T.a, dbo.T.n FROM dbo.T", { tables }), "['my table']\n| project a, n");
  assert.equal(await sqlToKql("SELECT * FROM constructor"), "constructor");
  const rows = [[[5], /a text/], [["SELECT 1", 5], /options/], [["SELECT 1", { table: {} }], /no option `table`/], [["SELECT 1", { tables: { a: 5 } }], /`a`/], [["SELECT 1", { tables: [] }], /`tables`/]];
  for (const [args, message] of rows) await assert.rejects(sqlToKql(...args), { code: "invalidArgument", message });
});

/** Numbers below `end`, the same each time. */
function randomOf(seed) {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

const unquoted = (literal) => literal.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code, c) => (code ? String.fromCharCode(parseInt(code, 16)) : { n: "\n", r: "\r", t: "\t" }[c] ?? c));

test("a text comes out as it went in, and nothing else does", async () => {
  const random = randomOf(1);
  const pieces = ["'", '"', "\\", "\n", "\r", "\t", "|", "//", "/*", "--", ";", "]", "[", "`", "%", "_", "a", " ", "é", "😀", "\0", "\u2028", "\u0085", "{", "$1", "' or 1=1 --", "| take 1"];
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join("");
    const sql = `SELECT a AS ${`[${text.replaceAll("]", "]]")}]`} FROM T WHERE a = '${text.replaceAll("'", "''")}' AND s LIKE '%${text.replaceAll("'", "''").replace(/[%_!]/g, "!$&")}' ESCAPE '!'`;
    const made = await sqlToKql(sql);
    const found = /^T\n\| where a == '((?:[^'\\]|\\.)*)'\n {4}and s endswith '((?:[^'\\]|\\.)*)'\n\| project (?:(.+) = )?a$/.exec(made);
    assert.ok(found, made);
    assert.deepEqual([found[1], found[2]].map(unquoted), [text, text]);
    const name = found[3] ?? "a";
    assert.equal(name.startsWith("['") ? unquoted(name.slice(2, -2)) : name, text);
    assert.deepEqual(errors(kql, made), [], made);
  }
});

test("random queries are read by Kusto, or refused", async (t) => {
  const random = randomOf(2);
  const pick = (...all) => all[random(all.length)];
  const number = (deep) => (deep > 3 ? pick("n", "m", "1", "25") : pick("n", "7", `(${number(deep + 1)} ${pick("+", "-", "*", "&", "<<")} ${number(deep + 1)})`, `-${number(deep + 1)}`, `LENGTH(${text(deep + 1)})`, `CASE WHEN ${test1(deep + 1)} THEN ${number(deep + 1)} ELSE 0 END`, `CAST(${text(deep + 1)} AS INT)`));
  const text = (deep) => (deep > 3 ? pick("a", "s", "'x''y'") : pick("a", "[b c]", "'%'", `UPPER(${text(deep + 1)})`, `${text(deep + 1)} || ${text(deep + 1)}`, `COALESCE(${text(deep + 1)}, 'z')`, `SUBSTRING(${text(deep + 1)}, 2, 3)`));
  const test1 = (deep) => (deep > 3 ? pick("n = 1", "a IS NULL") : pick(
    `${number(deep + 1)} ${pick("=", "<", ">=", "<>")} ${number(deep + 1)}`, `${text(deep + 1)} ${pick("=", "<>")} ${text(deep + 1)}`, `${text(deep + 1)} ${pick("<", ">=")} 'k'`, `(${test1(deep + 1)} ${pick("AND", "OR")} ${test1(deep + 1)})`, `NOT ${test1(deep + 1)}`,
    `${text(deep + 1)} ${pick("", "NOT ")}LIKE '${pick("%", "a")}b_${pick("%", "c.")}'`, `${number(deep + 1)} ${pick("", "NOT ")}IN (1, ${number(deep + 1)})`, `${text(deep + 1)} BETWEEN 'a' AND 'k'`, `t > '2026-01-0${1 + random(9)}'`, `n IN (${query(deep + 2)})`));
  const from = (deep) => pick("T", "T", `(SELECT * FROM T WHERE ${test1(deep + 1)})`);
  const query = (deep) => pick(
    `SELECT n FROM ${from(deep)} WHERE ${test1(deep + 1)}`,
    `SELECT SUM(${number(deep + 1)}) FROM ${from(deep)} GROUP BY ${pick("a", "LOWER(s)", `LENGTH(${text(deep + 1)})`)} HAVING COUNT(*) > ${random(5)}`,
    `SELECT x.n FROM ${from(deep)} x ${pick("", "LEFT ", "RIGHT ", "FULL ")}JOIN U y ON x.id = y.id AND ${pick("x.a", "LOWER(x.a)")} = y.s WHERE y.n > ${number(4)}`.replace(/WHERE y\.n > ([nm])$/, "WHERE y.n > x.$1"),
    `SELECT n FROM T UNION ${pick("", "ALL ")}SELECT ${number(deep + 1)} FROM U`, `SELECT DISTINCT n FROM T ORDER BY n ${pick("", "DESC ")}LIMIT ${random(9)} OFFSET ${random(3)}`);
  let refused = 0;
  for (let i = 0; i < 400; i++) {
    const sql = query(0);
    const made = await sqlToKql(sql).catch((error) => {
      assert.match(error.message, /^SQL, line/, error.stack);
      refused++;
    });
    if (made) assert.deepEqual(errors(kql, made), [], `${sql}\n${made}`);
  }
  assert.ok(refused < 40, `${refused} refused`);
  t.diagnostic(`${refused} of 400 are refused`);
});

test("whatever it is, it is translated or refused, and soon", async () => {
  const random = randomOf(3);
  const words = "SELECT FROM WHERE GROUP BY ORDER HAVING JOIN LEFT ON USING UNION ALL WITH AS CASE WHEN THEN ELSE END IN LIKE BETWEEN AND OR NOT IS NULL EXISTS CAST INTERVAL DATE TOP LIMIT OFFSET DISTINCT ( ) ( ) , , . * = < + - || :: ; 'x' \"y\" [z] `w` 1 0x 1.5 a T U a.b COUNT( MAX( SUBSTRING( @ ? # [ ' /* --".split(" ");
  for (let i = 0; i < 5000; i++) {
    const sql = `${random(2) ? "SELECT a FROM T WHERE " : "SELECT "}${Array.from({ length: random(14) }, () => words[random(words.length)]).join(" ")}`;
    const made = await sqlToKql(sql).catch((error) => assert.equal(error.code, "badInput", `${sql}\n${error.stack}`));
    if (made) assert.doesNotMatch(made, /undefined|\[object/, sql);
  }
});

test("every word is quoted that KQL would not take for a name", async () => {
  const words = "and or not in has contains startswith endswith matches between like true false null by on kind with where project extend summarize order sort asc desc first last limit take top count distinct join union let print as to of into if case datetime timespan int long real string bool decimal dynamic date time table database cluster default range search find evaluate invoke parse serialize sample facet fork scan externaldata datatable materialize toscalar view set title id has_any has_all isfuzzy withsource flags double uint float guid int8 uint64 int32 ulong boolean char byte decodeblocks expandoutput notlike type user key".split(" ");
  for (const word of words) {
    const check = kqlChecker({ [word]: [[word, "string"], ["n", "long"]] });
    const made = await sqlToKql(`WITH [q] AS (SELECT [${word}], COUNT(*) AS c FROM [${word}] GROUP BY [${word}]) SELECT [${word}] AS x, c AS [${word}] FROM q WHERE [${word}] = 'x' ORDER BY [${word}]`);
    assert.deepEqual(errors(check, made), [], made);
    const named = await sqlToKql(`WITH [${word}] AS (SELECT n FROM T) SELECT n FROM [${word}]`);
    assert.deepEqual(errors(kql, named), [], named);
  }
});
