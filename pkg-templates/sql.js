// SQL's SELECT in KQL. A file of its own in the package, which is loaded when it is first needed; all that is of the file which
// loads it comes in `tools`. What KQL cannot say is an error, with where it is and what to do.
import { isObject, noOthers } from "./options.js";
import { parseSql } from "./sql/parse.js";
import { limit, selectOf } from "./sql/select.js";
import { inBrackets, isPlain, quoteName } from "./sql/text.js";
import { uniqueIn } from "./sql/tree.js";
import { tokensOf } from "./sql/tokens.js";

// In UTF-16 units.
const LONGEST = 100_000;

export function sqlToKql(sql, options, { HuntbookError, invalid }) {
  if (typeof sql !== "string") throw invalid("sqlToKql: the query should be a text");
  const tables = tablesOf(options ?? {}, invalid);
  const fail = (at, problem, advice) => {
    const before = sql.slice(0, at).split(/\r\n|[\n\r]/);
    throw new HuntbookError("badInput", `SQL, line ${before.length}, column ${before.at(-1).length + 1}: ${problem}; ${advice}`);
  };
  if (sql.length > LONGEST) fail(LONGEST, `the query is longer than ${LONGEST} characters`, "leave something out, such as values of IN");
  const query = parseSql(sql, fail);
  const words = tokensOf(sql, fail).filter(({ kind }) => kind !== "sign").map(({ value }) => value);
  const given = new Map(Object.entries(tables).map(([name, kql]) => [name.toLowerCase(), kql]));
  const taken = new Set([...words, ...given.values()]);
  // A query of WITH keeps its name unless a table has it too, which is known at the end.
  const first = translate(query, given, taken, new Set(), fail);
  const isClear = [...first.queries].every((name) => !first.tables.has(name));
  return (isClear ? first : translate(query, given, taken, first.tables, fail)).text;
}

/** Names in SQL with those in KQL. */
function tablesOf(options, invalid) {
  if (!isObject(options)) throw invalid("sqlToKql: options should be an object, such as { tables: { apt29Host: \"SecurityEvent\" } }");
  const { tables = {}, ...others } = options;
  noOthers(invalid, "sqlToKql", others, "tables");
  if (!isObject(tables)) throw invalid("sqlToKql: `tables` should be an object, such as { apt29Host: \"SecurityEvent\" }");
  for (const [name, kql] of Object.entries(tables)) if (typeof kql !== "string" || !kql) throw invalid(`sqlToKql: the table \`${name}\` should have a name in KQL`);
  return tables;
}

function translate(query, given, taken, avoided, fail) {
  const names = new Set(taken);
  const unique = (name) => uniqueIn(names, name);
  const state = { given, fail, lets: [], tables: new Set(), queries: new Set(), avoided, done: new WeakMap(), unique };
  const { lines } = queryOf(query, undefined, new Map(), state);
  const text = [...state.lets, lines.join("\n")].join("\n");
  return { text, tables: state.tables, queries: state.queries };
}

/** `{ lines, columns, base }` of a query; `outer` is the scope that it stands in, and `ctes` the queries of WITH by name. */
function queryOf(query, outer, ctes, state) {
  const own = query.ctes.reduce((known, cte) => withCte(cte, outer, known, state), ctes);
  const tools = toolsOf(own, state);
  const { body } = query;
  if (!body.op && !body.body) return selectOf(body, query, outer, tools);
  const { lines, columns } = setOf(body, outer, own, state);
  const steps = [...lines];
  if (query.order.length) steps.push(`| order by ${query.order.map((key) => orderOf(key, columns, state.fail)).join(", ")}`);
  limit(steps, query, tools);
  return { lines: steps, columns };
}

function withCte({ at, name, columns: names, query }, outer, known, state) {
  let { lines, columns } = queryOf(query, outer, known, state);
  if (names) ({ lines, columns } = renamed(lines, columns, names, at, state.fail));
  const isFree = isPlain(name) && !state.avoided.has(name) && !state.queries.has(name);
  const own = isFree ? name : state.unique("sql_query");
  state.queries.add(own);
  state.lets.push(`let ${own} = ${lines.join("\n    ")};`);
  return new Map(known).set(name.toLowerCase(), { name: own, columns });
}

/** What a translation needs of queries and tables. */
function toolsOf(ctes, state) {
  const { fail, given, unique, done } = state;
  return {
    fail,
    unique,
    renamed: (lines, columns, names, at) => renamed(lines, columns, names, at, fail),
    /** A query in another; with `count` it has to have so many columns. */
    pipeline(query, scope, count) {
      const made = done.get(query) ?? queryOf(query, scope, ctes, state);
      done.set(query, made);
      if (count && made.columns && made.columns.length !== count) fail(query.at, `this query gives ${made.columns.length} columns, where ${count} should be`, "select as many");
      if (count && !made.columns) fail(query.at, "the columns of this query are not known here", "name them after SELECT");
      return made;
    },
    table(path, at) {
      const full = path.join(".");
      const cte = path.length === 1 && ctes.get(full.toLowerCase());
      if (cte) return { lines: [quoteName(cte.name)], columns: cte.columns };
      const name = given.get(full.toLowerCase()) ?? (path.length === 1 ? full : undefined);
      if (name === undefined) fail(at, `what the table \`${full}\` is called in KQL is not known`, `say so with { tables: { ${JSON.stringify(full)}: "…" } }, or name it without \`${path.slice(0, -1).join(".")}\``);
      state.tables.add(name);
      return { lines: [quoteName(name)] };
    },
  };
}

/** Steps that give the columns other names, by their places. */
function renamed(lines, columns, names, at, fail) {
  if (!columns) fail(at, "the columns of this query are not known here", "name them after SELECT, with aliases");
  if (columns.length !== names.length) fail(at, `this query gives ${columns.length} columns, but ${names.length} are named`, "name as many");
  const unique = new Set();
  const own = names.map((name) => uniqueIn(unique, name));
  const isSame = own.every((name, i) => name === columns[i]);
  const steps = own.map((name, i) => (name === columns[i] ? quoteName(name) : `${quoteName(name)} = ${quoteName(columns[i])}`));
  return { lines: isSame ? lines : [...lines, `| project ${steps.join(", ")}`], columns: own };
}

/** UNION, INTERSECT, EXCEPT: columns belong together by their places, while KQL goes by names. */
function setOf(node, outer, ctes, state) {
  if (!node.op) return node.body ? queryOf(node, outer, ctes, state) : selectOf(node, { order: [] }, outer, toolsOf(ctes, state));
  const { at, op, all } = node;
  const left = setOf(node.left, outer, ctes, state);
  let right = setOf(likeFirst(node.right, left.columns), outer, ctes, state);
  if (left.columns && right.columns && left.columns.length !== right.columns.length) {
    state.fail(at, `${op.toUpperCase()} is of queries with ${left.columns.length} and ${right.columns.length} columns`, "select as many in both");
  }
  const areKnown = Boolean(left.columns && right.columns);
  if (areKnown) right = renamed(right.lines, right.columns, left.columns, at, state.fail);
  else if (left.columns || right.columns) state.fail(at, `which columns of both sides of ${op.toUpperCase()} belong together is not known here`, "name the columns in both, or write * in both");
  const brackets = inBrackets(right.lines);
  if (op === "union") return { lines: [...left.lines, `| union ${brackets}`, ...(all ? [] : ["| distinct *"])], columns: left.columns };
  if (!areKnown) state.fail(at, `the columns of ${op.toUpperCase()} are not known here`, "name them after SELECT in both");
  if (all) state.fail(at, `there is no translation for ${op.toUpperCase()} ALL`, "leave ALL out");
  const keys = left.columns.map((name) => `$left.${quoteName(name)} == $right.${quoteName(name)}`);
  const lines = [...left.lines, "| distinct *", `| join kind=${op === "except" ? "leftanti" : "leftsemi"} ${brackets} on ${keys.join(", ")}`];
  return { lines, columns: left.columns };
}

/** A select whose values are called as those of the first, where that is simple. */
function likeFirst(node, names) {
  const isSimple = node.items && names?.length === node.items.length && !node.group.length && !node.items.some(({ star }) => star);
  return isSimple ? { ...node, items: node.items.map((item, i) => ({ ...item, alias: names[i] })) } : node;
}

/** A key of ORDER BY after UNION and the like, which is a column or its place. */
function orderOf({ at, value: { kind, path, value }, direction, nulls }, columns, fail) {
  const place = kind === "number" ? columns?.[Number(value) - 1] : undefined;
  const name = place ?? (kind === "name" && path.length === 1 ? columns?.find((one) => one.toLowerCase() === path[0].toLowerCase()) ?? (columns ? undefined : path[0]) : undefined);
  if (name === undefined) fail(at, "what UNION and the like give is sorted by a column of the first query", "name one, or sort in a query around it");
  return `${quoteName(name)} ${direction}${nulls ? ` nulls ${nulls}` : ""}`;
}
