// GROUP BY and aggregates, as one `summarize`: its columns are the keys and each aggregate that stands anywhere in SELECT,
// HAVING or ORDER BY; what else is made of them comes after it.
//
// A group is `{ keys, aggregates, names, hints }`: texts of values and of aggregates with the columns they become, all names
// of those, and what an aggregate would be called.
import { aggregateOf, isAggregate } from "./functions.js";
import { fill, valueOf } from "./values.js";
import { has, nameOf, uniqueIn } from "./tree.js";
import { part, quoteName } from "./text.js";

/** A value after `summarize`, if it is a column of it; else nothing, and its parts are looked at. */
export function inGroup(node, env) {
  const { group, aliases } = env;
  const plain = { ...env, group: undefined, aliases: undefined };
  if (isAggregate(node)) {
    const { text, type } = aggregate(node, plain);
    return columnOf(group, text, group.hints.get(node) ?? nameOf(node, 0), type);
  }
  const isName = node.kind === "name";
  if (!isName && (group.arePlain || has(node, isAggregate))) return undefined;
  if (isName && node.path.length === 1 && aliases?.has(node.path[0].toLowerCase())) return undefined;
  const { text, name, column, type } = valueOf(node, plain);
  const key = group.keys.get(text);
  if (key !== undefined) return { text: quoteName(key), name: key, column: column ?? key, type };
  // Any of the group's values, as in MySQL and msticpy.
  return isName ? { ...columnOf(group, `take_any(${text})`, name ?? node.path.at(-1)), column } : undefined;
}

function columnOf({ aggregates, names }, text, name, type) {
  if (!aggregates.has(text)) aggregates.set(text, uniqueIn(names, name));
  const own = aggregates.get(text);
  return { text: quoteName(own), name: own, type };
}

/** An aggregate's own text; absent values do not count, as in SQL. */
function aggregate(node, env) {
  const { fail } = env.tools;
  const { name, args, isDistinct, isStar, filter, at } = node;
  const lower = name.toLowerCase();
  const condition = filter && valueOf(filter, env);
  if (lower === "count") return count(node, condition, env);
  if (isStar) fail(at, `${name.toUpperCase()}(*) means nothing`, "name a column");
  if (["string_agg", "group_concat", "listagg"].includes(lower)) {
    const [values, sign = "','"] = args.map((arg) => valueOf(arg, env).text);
    if (!args.length || args.length > 2 || condition) fail(at, `${name.toUpperCase()} takes a value and what to put between`, "mend it");
    return { text: `strcat_array(${isDistinct ? "make_set" : "make_list"}(${values}), ${sign})`, type: "string" };
  }
  const { text, type, condition: suffix } = aggregateOf(node, fail);
  const value = valueOf(args[0], env);
  if (condition && !suffix) fail(at, `there is no translation for ${name.toUpperCase()} with FILTER`, "use CASE in it, or WHERE");
  const isSet = isDistinct && text === "make_list($1)";
  if (isDistinct && !isSet && !/^(min|max|take_any|make_set|dcount)\(/.test(text)) fail(at, `there is no translation for ${name.toUpperCase()}(DISTINCT …)`, "select DISTINCT in a query before");
  const filled = fill(isSet ? "make_set($1)" : text, [value]);
  return { text: condition ? `${filled.replace("(", `${suffix}(`).slice(0, -1)}, ${condition.text})` : filled, type: type === "of 1" ? value.type : type };
}

function count({ args, isDistinct, isStar, at }, condition, env) {
  const { fail } = env.tools;
  if (args.length > 1) fail(at, "COUNT takes one value", "use CONCAT_WS to count several as one");
  const isAll = isStar || !args.length || args[0].kind === "number";
  if (isAll) return { text: condition ? `countif(${condition.text})` : "count()", type: "long" };
  const value = valueOf(args[0], env);
  const isThere = `isnotempty(${value.text})`;
  const test = condition ? `${isThere} and ${part(condition, "compare")}` : isThere;
  return { text: isDistinct ? `count_distinctif(${value.text}, ${test})` : `countif(${test})`, type: "long" };
}

/** A group of the values of GROUP BY, which are of `items` where they are numbers or aliases. */
export function groupOf(by, items, env) {
  const names = new Set();
  const group = { keys: new Map(), aggregates: new Map(), names, steps: [], arePlain: true, hints: new Map() };
  const texts = by.length ? items.map((item) => valueText(item, env)) : [];
  by.forEach((given, i) => {
    const node = meant(given, items, env);
    const value = valueOf(node, env);
    if (group.keys.has(value.text)) return;
    const { alias } = items.find((item, at) => item.alias && texts[at] === value.text) ?? {};
    const name = uniqueIn(names, value.name ?? alias ?? nameOf(node, i));
    group.keys.set(value.text, name);
    group.steps.push(value.name === name ? value.text : `${quoteName(name)} = ${value.text}`);
    if (value.name === undefined) group.arePlain = false;
  });
  for (const { value, alias } of items) if (alias && value && isAggregate(value)) group.hints.set(value, alias);
  return group;
}

const valueText = ({ value }, env) => (value && !has(value, isAggregate) ? valueOf(value, env).text : undefined);

/** What a number or an alias in GROUP BY stands for. */
function meant(node, items, { tools: { fail } }) {
  if (node.kind === "number") {
    const item = items[Number(node.value) - 1];
    if (!item?.value || has(item.value, isAggregate)) fail(node.at, `there is no value ${node.value} to group by`, "name a column");
    return item.value;
  }
  if (node.kind !== "name" || node.path.length > 1) return node;
  const own = node.path[0].toLowerCase();
  const item = items.find(({ alias, value }) => alias?.toLowerCase() === own && value && !has(value, isAggregate));
  // A column of that name comes first, and is there if the value is made of it.
  const isColumn = item && has(item.value, ({ kind, path }) => kind === "name" && path.at(-1).toLowerCase() === own);
  return item && !isColumn ? item.value : node;
}

/** The step itself. */
export function summarize({ aggregates, steps }) {
  const columns = [...aggregates].map(([text, name]) => `${quoteName(name)} = ${text}`);
  return `| summarize ${[columns.join(", "), steps.length && `by ${steps.join(", ")}`].filter(Boolean).join(" ")}`;
}
