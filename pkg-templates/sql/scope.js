// Which table a name in SQL is of, and what it is called in KQL's row: there are no tables before names in KQL, and of two
// columns with one name the right one gets another. So what is asked of the right of a join by its table is renamed before.
import { quote, quoteName } from "./text.js";

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

/** A column's name as the table has it, if its columns are known. */
export const spelled = ({ columns }, name) => (columns?.includes(name) ? name : columns?.find((one) => same(one, name)));

/** A table with the path before a column: `t.c` or `db.t.c`; what comes after the column is inside it. */
function byPath(tables, path) {
  for (let length = 1; length < path.length; length++) {
    const before = path.slice(0, length).join(".");
    const index = tables.findIndex(({ alias, path: own }) => same(alias ?? own.at(-1), before) || (!alias && same(own.join("."), before)));
    if (index >= 0) return { index, column: path[length], inside: path.slice(length + 1) };
  }
  return undefined;
}

/** The table of a name, `{ index, column, inside }`; nothing if it cannot be told. */
export function ownerOf(tables, { path }) {
  if (path.length > 1) return byPath(tables, path);
  const [column] = path;
  const having = tables.map((table, index) => index).filter((index) => spelled(tables[index], column) !== undefined);
  if (having.length) return having.length === 1 ? { index: having[0], column, inside: [] } : undefined;
  const unknown = tables.map((table, index) => index).filter((index) => !tables[index].columns);
  return unknown.length === 1 ? { index: unknown[0], column, inside: [] } : undefined;
}

/** What a column of a table is called there, and in the row. */
function current(table, given, at, fail) {
  const column = table.columns ? spelled(table, given) : given;
  if (column === undefined) fail(at, `there is no column \`${given}\``, `name one that the query before gives (there are: ${table.columns.join(", ")})`);
  return { column, name: table.renamed.get(column) ?? column };
}

/** What a name is in KQL: `{ text, name, column }`, where `name` is that of a column in the row and nothing more. */
export function resolve(node, scope, fail) {
  const { at, path } = node;
  const found = path.length > 1 ? byPath(scope.tables, path) : shared(node, scope) ?? mentioned(node, scope, fail) ?? ownerOf(scope.tables, node);
  if (found?.both) return { text: `coalesce(${found.both.map(({ index, column }) => quoteName(current(scope.tables[index], column, at, fail).name)).join(", ")})` };
  if (found) {
    const { name, column } = current(scope.tables[found.index], found.column, at, fail);
    if (!found.inside?.length) return { text: quoteName(name), name, column };
    return { text: quoteName(name) + found.inside.map((one) => `[${quote(one)}]`).join(""), type: "dynamic" };
  }
  return path.length > 1 ? noTable(node, scope, fail) : unowned(node, scope, fail);
}

/** A column that may be of any table, unless all their columns are known. */
function unowned({ at, path: [name] }, { tables }, fail) {
  if (!tables.length) fail(at, `there is no table for the column \`${name}\``, "add FROM, or write a text in single quotes");
  if (!tables.every(({ columns }) => columns)) return { text: quoteName(name), name };
  if (tables.some((table) => spelled(table, name) !== undefined)) fail(at, `several tables have a column \`${name}\``, "write its table before it, as in a.id");
  const all = new Set(tables.flatMap(({ columns }) => columns));
  return fail(at, `there is no column \`${name}\``, `name another (there are: ${[...all].join(", ")})`);
}

function noTable({ at, path }, scope, fail) {
  for (let { outer } = scope; outer; { outer } = outer) {
    if (byPath(outer.tables, path)) fail(at, `\`${path.join(".")}\` is of the query around this one, which KQL cannot ask for`, "write a JOIN: LEFT SEMI JOIN is EXISTS, and LEFT ANTI JOIN is NOT EXISTS");
  }
  const names = scope.tables.map(({ alias, path: own }) => alias ?? own.join(".")).filter(Boolean);
  return fail(at, `there is no table \`${path.slice(0, -1).join(".")}\` here`, `${names.length ? `write one of ${names.join(", ")}` : "add FROM"}; for a value inside a column write table.column.name, or JSON_VALUE(column, '$.name')`);
}

// Of what comes after a join, conditions of this one know nothing yet.
const isThere = ({ tables }) => ({ index }) => index < tables.length;

/** Where to take a name from that tables have in common. */
function shared({ path }, scope) {
  const found = scope.shared?.get(path[0].toLowerCase());
  return found && (found.both ?? [found]).every(isThere(scope)) ? found : undefined;
}

/** The only table that somewhere stands before this name. */
function mentioned({ path, at }, scope, fail) {
  const all = [...scope.mentions?.get(path[0].toLowerCase()) ?? []].map((index) => ({ index, column: path[0], inside: [] }));
  const found = all.filter(isThere(scope));
  if (found.length > 1) fail(at, `several tables have a column \`${path[0]}\``, "write its table before it, as in a.id");
  return found[0];
}
