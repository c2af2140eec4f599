// FROM and its joins as the first steps of a query in KQL.
import { ownerOf, spelled } from "./scope.js";
import { inBrackets, part, quoteName } from "./text.js";
import { conditionsOf, walk } from "./tree.js";
import { valueOf } from "./values.js";

// What a join gives of its right side: nothing.
const isHalf = (kind) => kind === "leftsemi" || kind === "leftanti";

/** `{ lines, scope, where }` of a select; `where` are the conditions that no join took. */
export function fromOf(select, env) {
  const { fail } = env.tools;
  const tables = select.from.map((one) => tableOf(one, env));
  tables.forEach(({ alias, at }, i) => {
    const isTaken = alias && tables.some((other, j) => j < i && other.alias?.toLowerCase() === alias.toLowerCase());
    if (isTaken) fail(at, `two tables are called \`${alias}\``, "give one another alias");
  });
  const where = conditionsOf(select.where);
  const scope = { tables: [], outer: env.scope, columns: tables[0]?.columns };
  if (!tables.length) return { lines: [], scope, where };
  const joins = tables.slice(1).map((table, i) => joinOf(table, i + 1, tables, where, fail));
  const used = usesOf(select, where, joins, tables);
  scope.mentions = used.mentions;
  scope.shared = sharedOf(joins, tables, used);
  scope.tables.push(tables[0]);
  let lines = [...tables[0].lines];
  for (const join of joins) lines = joined(join, lines, scope, used, env);
  scope.tables = scope.tables.map((table) => (isHalf(table.kind) ? nobody : table));
  return { lines, scope, where };
}

/** A table as it stands in FROM: `{ kind, at, alias, path, lines, columns, renamed }`. */
function tableOf({ at, kind, alias, path, query, columns: names, on, using }, { scope, tools }) {
  const table = { at, kind, alias, path: path ?? [alias ?? ""], on, using, renamed: new Map() };
  if (path) return { ...table, ...tools.table(path, at) };
  const { lines, columns, base } = tools.pipeline(query, scope, names?.length);
  // One without an alias is called as the table that it asks, which msticpy takes.
  const own = { ...table, lines, columns, path: alias ? [alias] : base ?? [""] };
  return names ? { ...own, ...tools.renamed(lines, columns, names, at) } : own;
}

/** Which tables a condition is of; nothing if it cannot be told. */
function tablesIn(node, tables) {
  const found = new Set();
  let isKnown = true;
  walk(node, (one) => {
    if (one.kind !== "name") return false;
    const owner = ownerOf(tables, one);
    if (owner) found.add(owner.index);
    else isKnown = false;
    return true;
  });
  return isKnown ? found : undefined;
}

/**
 * What a join is by: `keys`, pairs of values that are equal, `own` and `left`, conditions for one side alone, and `rest`, those
 * for the rows that come out. Equal values that WHERE has are taken for a join without ON.
 */
function joinOf(table, index, tables, where, fail) {
  const join = { table, index, keys: [], own: [], left: [], rest: [] };
  const isOwn = (found) => found?.size === 1 && found.has(index);
  const isLeft = (found) => found?.size > 0 && [...found].every((one) => one < index);
  const keyOf = (node) => {
    if (node.kind !== "compare" || node.op !== "==") return undefined;
    const [left, right] = [node.left, node.right].map((side) => tablesIn(side, tables));
    if (isLeft(left) && isOwn(right)) return [node.left, node.right];
    return isLeft(right) && isOwn(left) ? [node.right, node.left] : undefined;
  };
  const { kind, on, using, at } = table;
  if (kind === "cross" && !tables.some((other) => /right|full/.test(other.kind))) {
    for (const node of [...where]) if (keyOf(node)) join.keys.push(where.splice(where.indexOf(node), 1)[0]);
    join.keys = join.keys.map(keyOf);
  }
  for (const column of using ?? []) {
    const owner = ownerOf(tables.slice(0, index), { path: [column] })?.index ?? 0;
    const name = (of) => ({ kind: "name", at, path: [column], owner: of });
    join.keys.push([name(owner), name(index)]);
  }
  for (const node of conditionsOf(on)) {
    const key = keyOf(node);
    const found = key ? undefined : tablesIn(node, tables);
    if (key) join.keys.push(key);
    else if (isOwn(found) && kind !== "rightouter" && kind !== "fullouter") join.own.push(node);
    else if (isLeft(found) && kind === "rightouter") join.left.push(node);
    else if (kind === "inner") join.rest.push(node);
    else fail(node.at, "KQL joins by values of both sides that are equal", "write a.x = b.y with the tables' names, and other conditions in WHERE or in a query before");
  }
  if (!join.keys.length && kind !== "cross" && kind !== "inner") fail(at, "KQL joins by values of both sides that are equal", "write ON a.x = b.y with the tables' names");
  return join;
}

/** Columns that are asked for: by name the `mentions` of their tables, those that are `bare`, and by table those of it `after` its join. */
function usesOf({ items, group, having, order }, where, joins, tables) {
  const mentions = new Map();
  const bare = new Set();
  const after = tables.map(() => new Set());
  const visit = (isAfter) => (node) => {
    if (node.kind !== "name") return false;
    if (node.path.length === 1) return bare.add(node.path[0].toLowerCase());
    const owner = ownerOf(tables, node);
    if (!owner) return true;
    const name = owner.column.toLowerCase();
    mentions.set(name, (mentions.get(name) ?? new Set()).add(owner.index));
    if (isAfter) after[owner.index].add(owner.column);
    return true;
  };
  walk([items, group, having, order, where, joins.map(({ rest, keys }) => [rest, keys.map(([left]) => left)])], visit(true));
  walk(joins.map(({ own, left, keys }) => [own, left, keys.map(([, right]) => right)]), visit(false));
  return { mentions, bare, after };
}

/** Names of several tables whose values are equal, with the table to take them from; both, where one may be absent. */
function sharedOf(joins, tables, { mentions, bare, after }) {
  const shared = new Map();
  for (const { index, table: { kind, using }, keys } of joins) {
    for (const [left, right] of keys) {
      if (left.kind !== "name" || right.kind !== "name") continue;
      const name = right.path.at(-1).toLowerCase();
      const isSame = left.path.at(-1).toLowerCase() === name;
      const isAlone = using || mentions.get(name)?.size === 2;
      if (!isSame || !isAlone || !bare.has(name) || isHalf(kind)) continue;
      const first = { index: left.owner ?? ownerOf(tables, left).index, column: left.path.at(-1) };
      const second = { index, column: right.path.at(-1) };
      if (kind === "rightouter" || kind === "fullouter") after[index].add(second.column);
      shared.set(name, kind === "fullouter" ? { both: [first, second] } : kind === "rightouter" ? second : first);
    }
  }
  return shared;
}

/** The steps with a join more; the table comes into the scope. */
function joined({ table, index, keys, own, left: leftOnly, rest }, lines, scope, used, env) {
  const { tools } = env;
  const { kind } = table;
  const left = [...lines];
  const right = [...table.lines];
  rename(table, [...used.after[index]], scope, right, tools);
  const leftEnv = { ...env, scope: { tables: [...scope.tables], outer: scope.outer }, aliases: undefined, group: undefined };
  const rightEnv = { ...leftEnv, scope: { tables: scope.tables.map(() => nobody).concat(table), outer: scope.outer } };
  if (leftOnly.length) left.push(whereOf(leftOnly, leftEnv));
  if (own.length) right.push(whereOf(own, rightEnv));
  const away = [];
  const key = (node, where, steps) => {
    const value = node.owner === undefined ? valueOf(node, where) : sideOf(node, where, tools.fail);
    if (value.name !== undefined) return quoteName(value.name);
    away.push(tools.unique("sql_key"));
    steps.push(`| extend ${away.at(-1)} = ${value.text}`);
    return away.at(-1);
  };
  const one = { kind: "number", value: "1" };
  const pairs = (keys.length ? keys : [[one, one]]).map(([a, b]) => `$left.${key(a, leftEnv, left)} == $right.${key(b, rightEnv, right)}`);
  left.push(`| join kind=${kind === "cross" ? "inner" : kind} ${inBrackets(right)} on ${pairs.join(", ")}`);
  const gone = isHalf(kind) ? away.filter((_, i) => i % 2 === 0 || !keys.length) : away;
  if (gone.length) left.push(`| project-away ${gone.join(", ")}`);
  scope.tables.push(table);
  if (!isHalf(kind)) scope.columns = besides(scope.columns, table);
  if (rest.length) left.push(whereOf(rest, { ...leftEnv, scope }));
  return left;
}

// Stands for a table whose columns are not asked for.
const nobody = { path: [""], columns: [], renamed: new Map() };

const sideOf = ({ owner, path, at }, { scope }, fail) => {
  const table = scope.tables[owner];
  const name = table.columns ? spelled(table, path[0]) : path[0];
  return name === undefined ? fail(at, `there is no column \`${path[0]}\` to join by`, "name one that both sides have") : { name: table.renamed.get(name) ?? name };
};

/** Gives the columns of the right side that are asked for names of their own, unless the left has none of these. */
function rename(table, columns, { columns: known }, steps, { unique }) {
  const isFree = (name) => known && !known.includes(name);
  for (const column of columns) {
    const name = spelled(table, column) ?? column;
    if (isFree(name) || (table.columns && spelled(table, column) === undefined)) continue;
    table.renamed.set(name, unique(`${(table.alias ?? table.path.at(-1)).replace(/\W/g, "_")}_${name}`));
  }
  if (table.renamed.size) steps.push(`| project-rename ${[...table.renamed].map(([from, to]) => `${quoteName(to)} = ${quoteName(from)}`).join(", ")}`);
}

/** The columns of both sides, if they are known and different. */
function besides(left, { columns, renamed }) {
  if (!left || !columns) return undefined;
  const right = columns.map((name) => renamed.get(name) ?? name);
  return right.some((name) => left.includes(name)) ? undefined : [...left, ...right];
}

/** The step for conditions that all have to be true. */
export function whereOf(nodes, env) {
  const values = nodes.map((node) => valueOf(node, env));
  return `| where ${values.map((value) => (nodes.length > 1 ? part(value, "compare") : value.text)).join("\n    and ")}`;
}
