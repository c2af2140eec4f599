// A select as the steps of a query in KQL.
import { isAggregate } from "./functions.js";
import { fromOf, whereOf } from "./from.js";
import { groupOf, summarize } from "./group.js";
import { quoteName } from "./text.js";
import { conditionsOf, has, nameOf, uniqueIn } from "./tree.js";
import { noName, valueOf } from "./values.js";

/** `{ lines, columns, base }`: `columns` are undefined where only the table knows them; `tail` is what follows the select. */
export function selectOf(select, tail, outer, tools) {
  const { fail } = tools;
  const { lines, scope, where } = fromOf({ ...select, order: tail.order }, { scope: outer, tools });
  const env = { scope, tools };
  if (where.length) {
    if (!scope.tables.length) fail(select.at, "there is no table for WHERE", "add FROM");
    lines.push(whereOf(where, env));
  }
  const items = itemsOf(select, scope, fail);
  items.concat(select.group.map((value) => ({ value })), tail.order).forEach(({ value }) => value && noName(value, env));
  const isGrouped = select.group.length || select.having || has([items, tail.order], isAggregate);
  const { steps, outputs } = isGrouped ? grouped(select, items, tail.order, env) : plain(select, items, tail.order, env);
  // A query without a table is one row.
  const first = scope.tables.length ? [] : [`print ${outputs.map(assigned).join(", ")}`];
  const all = first.length ? first : [...lines, ...steps];
  limit(all, { ...tail, limit: tail.limit ?? select.top }, tools);
  const columns = outputs?.map(({ name }) => name) ?? (items.length === 1 ? scope.columns : undefined);
  return { lines: all, columns, base: select.from.length === 1 ? select.from[0].path : undefined };
}

/** What is selected: `{ value, alias }`, or `{ star }` where all columns of the row are and nobody knows them. */
function itemsOf({ items }, { tables, columns }, fail) {
  return items.flatMap((item, i) => {
    if (!item.star) return [item];
    if (!tables.length) fail(item.at, "there is no table for *", "add FROM");
    const own = item.of === undefined ? -1 : tables.findIndex(({ alias, path }) => (alias ?? path.at(-1)).toLowerCase() === item.of.toLowerCase());
    if (item.of !== undefined && own < 0) fail(item.at, `there is no table \`${item.of}\` here`, `write one of ${tables.map(({ alias, path }) => alias ?? path.join(".")).filter(Boolean).join(", ")}`);
    const isAll = own < 0 || tables.length === 1;
    const table = tables[isAll ? 0 : own];
    const names = isAll && tables.length > 1 ? columns : table.columns;
    const isAlone = items.length === 1 && isAll;
    if (names && !isAlone) return names.map((name) => ({ at: item.at, value: { kind: "name", at: item.at, path: isAll ? [name] : [item.of, name] } }));
    if (!isAll) fail(item.at, `the columns of \`${item.of}\` are not known here`, "name them, or select all with *");
    if (i > 0) fail(item.at, "* should be the first that is selected", "write SELECT *, x AS y");
    return [item];
  });
}

const assigned = ({ name, value }) => (value.text === quoteName(name) ? value.text : `${quoteName(name)} = ${value.text}`);

function outputsOf(items, env) {
  const names = new Set();
  return items.map(({ value: node, alias }, i) => {
    const value = valueOf(node, env);
    return { name: uniqueIn(names, alias ?? (node.kind === "name" ? value.column : undefined) ?? nameOf(node, i)), value, node };
  });
}

/** Values that may be named in other values: not those made of a column that is called so itself, which comes first. */
function aliasesOf(outputs) {
  const isOwn = (name) => ({ kind, path }) => kind === "name" && path.at(-1).toLowerCase() === name.toLowerCase();
  const free = outputs.filter(({ name, node }) => node && (has(node, isAggregate) || !has(node, isOwn(name))));
  return new Map(free.map(({ name, value }) => [name.toLowerCase(), value]));
}

/** Rows as they are, with the values that are selected. */
function plain(select, items, order, env) {
  const isAll = items[0].star;
  const outputs = outputsOf(isAll ? items.slice(1) : items, env);
  const extend = isAll && outputs.length ? [`| extend ${outputs.map(assigned).join(", ")}`] : [];
  const { columns } = env.scope;
  if (!isAll) return { outputs, steps: arranged(select, outputs, order, columns, env) };
  const known = columns && [...columns.map((name) => ({ name, value: { text: quoteName(name) } })), ...outputs];
  const sort = sorted(order, known ?? outputs, env);
  return { outputs: known, steps: [...(select.isDistinct ? [...extend, "| distinct *", ...sort.late()] : [...sort.early(), ...extend])] };
}

/** Rows of groups. */
function grouped(select, items, order, env) {
  const star = items.find((item) => item.star);
  if (star) env.tools.fail(star.at, "* has no meaning where rows are grouped", "name the columns");
  const group = groupOf(select.group, items, env);
  const inside = { ...env, group };
  const outputs = outputsOf(items, inside);
  const aliases = aliasesOf(outputs);
  const after = { ...inside, aliases };
  const having = select.having && whereOf(conditionsOf(select.having), after);
  const arrangedSteps = arranged(select, outputs, order, undefined, after, group);
  return { outputs, steps: [summarize(group), ...(having ? [having] : []), ...arrangedSteps] };
}

/** The steps that sort, and take what is selected; none where a row is that already. */
function arranged({ isDistinct }, outputs, order, columns, env, group) {
  const sort = sorted(order, outputs, env);
  const own = outputs.map(assigned);
  const arePlain = outputs.every(({ name, value }) => value.text === quoteName(name));
  const there = group ? [...group.keys.values(), ...group.aggregates.values()] : columns;
  const isThere = arePlain && there?.length === own.length && own.every((text, i) => text === quoteName(there[i]));
  const project = isThere ? [] : [`| project ${own.join(", ")}`];
  if (isDistinct && sort.isEarly) env.tools.fail(order[0].at, "with DISTINCT, rows can be sorted by what is selected only", "select it too");
  if (isDistinct) return [...(arePlain ? [] : project), `| distinct ${arePlain ? own.join(", ") : "*"}`, ...sort.late()];
  return sort.isEarly ? [...sort.early(), ...project] : [...project, ...sort.late()];
}

/** ORDER BY: after what is selected by its names, or before by its values. Without a word it is upwards; in KQL it would not be. */
function sorted(order, outputs, env) {
  const aliases = env.aliases ?? aliasesOf(outputs);
  const keys = order.map(({ at, value: node, direction, nulls }) => {
    const rest = ` ${direction}${nulls ? ` nulls ${nulls}` : ""}`;
    const place = node.kind === "number" ? Number(node.value) - 1 : -1;
    if (node.kind === "number" && !outputs[place]) env.tools.fail(at, `there is no value ${node.value} to sort by`, "name a column");
    const isNamed = ({ name }) => node.kind === "name" && node.path.length === 1 && name.toLowerCase() === node.path[0].toLowerCase();
    const named = outputs[place] ?? outputs.find(isNamed);
    const text = (named?.value ?? valueOf(node, { ...env, aliases })).text;
    const output = named ?? outputs.find(({ value }) => value.text === text);
    return { early: text + rest, late: output && quoteName(output.name) + rest };
  });
  const line = (which) => (keys.length ? [`| order by ${keys.map((key) => key[which]).join(", ")}`] : []);
  return { isEarly: keys.some(({ late }) => !late), early: () => line("early"), late: () => (keys.some(({ late }) => !late) ? line("early") : line("late")) };
}

/** LIMIT and OFFSET; KQL has no OFFSET, so rows are numbered. */
export function limit(lines, { limit: most, offset }, { unique }) {
  if (!offset) {
    if (most !== undefined) lines.push(`| limit ${most}`);
    return;
  }
  const row = unique("sql_row");
  const isSorted = lines.at(-1).startsWith("| order by ");
  lines.push(`| ${isSorted ? "extend" : "serialize"} ${row} = row_number()`);
  lines.push(`| where ${row} > ${offset}${most === undefined ? "" : ` and ${row} <= ${offset + most}`}`, `| project-away ${row}`);
}
