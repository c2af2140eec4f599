// SQL's values and conditions in KQL. A value is `{ text, level, type, name }`: `level` is what holds it together (see
// sql-text.js), `type` its type where that is known, and `name` that of the column that it is.
//
// `env` is where a value stands: `scope` (see sql-scope.js), `group` (see sql-group.js) where rows are grouped, `aliases` of
// values that are selected, where they may be named, and `tools` of the translation.
import { castTo, isAggregate, scalarOf } from "./functions.js";
import { inGroup } from "./group.js";
import { resolve } from "./scope.js";
import { inLine, part, quote, timeOf } from "./text.js";

// One that is longer comes of values that stand in each other twice.
const LONGEST = 1e6;
const LARGEST = 2n ** 63n - 1n;
const BITS = { "&": "binary_and", "|": "binary_or", "^": "binary_xor", "<<": "binary_shift_left", ">>": "binary_shift_right" };
const MIRRORED = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
const SPANS = { day: "d", d: "d", hour: "h", h: "h", minute: "m", min: "m", m: "m", second: "s", sec: "s", s: "s", millisecond: "ms", ms: "ms", microsecond: "microsecond" };

export function valueOf(node, env) {
  const value = (env.group && inGroup(node, env)) || BY_KIND[node.kind](node, env);
  if (value.text.length > LONGEST) env.tools.fail(node.at, "this becomes too long", "put parts of it into WITH");
  return value;
}

/** A value that is a column or made of some: a text in double quotes alone may have been meant as a name. */
function operand(node, env) {
  noName(node, env);
  return valueOf(node, env);
}

export function noName({ kind, isDouble, value, at }, { tools: { fail } }) {
  if (kind === "text" && isDouble) fail(at, `"${value}" is a text here, as in MySQL, but seems to be meant as a name`, `write [${value}] for a name, or '${value}' for a text`);
}

const not = (value) => ({ text: `not(${value.text})`, type: "bool" });
const compare = (left, op, right) => ({ text: `${part(left, "compare", true)} ${op} ${part(right, "compare", true)}`, level: "compare", type: "bool" });
const list = (values) => values.map(({ text }) => text).join(", ");
const isTime = (node) => node.kind === "text" && timeOf(node.value);

/** A text that is to be compared with a time is one. */
const asTime = (node, env) => isTime(node) || valueOf(node, env);

function textOf(node, what, { tools: { fail } }) {
  return node.kind === "text" ? node.value : fail(node.at, `${what} should be a text in quotes`, "write it as '…'");
}

function comparison({ at, op, left, right }, env) {
  const { fail } = env.tools;
  if (left.kind === "null" || right.kind === "null") fail(at, "nothing is equal to NULL", "use IS NULL or IS NOT NULL");
  noName(left, env);
  const values = [valueOf(left, env), valueOf(right, env)];
  const types = values.map(({ type }) => type);
  const mayBeTime = MIRRORED[op] || types.includes("datetime");
  if (mayBeTime && (isTime(left) || isTime(right))) return compare(asTime(left, env), op, asTime(right, env));
  // KQL orders no texts by < and >.
  if (MIRRORED[op] && types.includes("string")) return compare({ text: `strcmp(${list(values)})` }, op, { text: "0" });
  return compare(values[0], op, values[1]);
}

function between(node, env) {
  const { left, isNot, low, high } = node;
  for (const bound of [low, high]) if (bound.kind === "null") env.tools.fail(bound.at, "nothing is between NULL and anything", "leave this side out");
  const [value, ...bounds] = [operand(left, env), ...(isTime(low) || isTime(high) ? [asTime(low, env), asTime(high, env)] : [valueOf(low, env), valueOf(high, env)])];
  if ([value, ...bounds].some(({ type }) => type === "string")) {
    const texts = bounds.map((bound, i) => `strcmp(${value.text}, ${bound.text}) ${i ? "<=" : ">="} 0`);
    const both = { text: texts.join(" and "), level: "and", type: "bool" };
    return isNot ? not(both) : both;
  }
  return { text: `${part(value, "compare", true)} ${isNot ? "!between" : "between"} (${bounds.map((bound) => part(bound, "add")).join(" .. ")})`, level: "compare", type: "bool" };
}

function isIn(node, env) {
  const { left, isNot, items, query } = node;
  const { fail, pipeline } = env.tools;
  const value = operand(left, env);
  const found = items?.length === 1 && items[0].kind === "query" ? items[0].query : query;
  const none = items?.find(({ kind }) => kind === "null");
  if (none) fail(none.at, "nothing is equal to NULL, so NOT IN with it has no rows", "leave it out, and add OR … IS NULL where that is meant");
  const of = found ? inLine(pipeline(found, env.scope, 1).lines) : list(items.map((item) => valueOf(item, env)));
  return { text: `${part(value, "compare", true)} ${isNot ? "!in" : "in"} (${of})`, level: "compare", type: "bool" };
}

/** LIKE by KQL's operators where they do, else by a regular expression for all of the text; both as msticpy, in any case. */
function like(node, env) {
  const { left, isNot, pattern, escape } = node;
  const value = operand(left, env);
  const sign = escape && textOf(escape, "what stands after ESCAPE", env);
  if (sign !== undefined && [...sign].length !== 1) env.tools.fail(escape.at, "what stands after ESCAPE should be one character", "mend it");
  const pieces = likePieces(textOf(pattern, "what stands after LIKE", env), sign);
  const all = pieces.length > 0 && pieces.every((piece) => piece === "%");
  const starts = pieces[0] === "%";
  const ends = pieces.at(-1) === "%";
  if (all) return { text: `${isNot ? "isnull" : "isnotnull"}(${value.text})`, type: "bool" };
  const inner = pieces.slice(starts ? 1 : 0, ends ? -1 : undefined);
  if (inner.every((piece) => typeof piece === "object")) {
    const op = starts ? (ends ? "contains" : "endswith") : ends ? "startswith" : "=~";
    const negated = op === "=~" ? "!~" : `!${op}`;
    return compare(value, isNot ? negated : op, { text: quote(inner.map(({ text }) => text).join("")) });
  }
  const regex = inner.map((piece) => (piece === "%" ? ".*" : piece === "_" ? "." : piece.text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"))).join("");
  const matched = compare(value, "matches regex", { text: quote(`(?is)${starts ? "" : "^"}${regex}${ends ? "" : "$"}`) });
  return isNot ? not(matched) : matched;
}

/** The parts of a pattern: "%", "_" and `{ text }`; of several % side by side there is one. */
function likePieces(pattern, escape) {
  const pieces = [];
  for (let chars = [...pattern], i = 0; i < chars.length; i++) {
    const isEscaped = chars[i] === escape && i + 1 < chars.length;
    const c = isEscaped ? chars[++i] : chars[i];
    const last = pieces.at(-1);
    if (!isEscaped && (c === "%" || c === "_")) {
      if (c === "_" || last !== "%") pieces.push(c);
    } else if (typeof last === "object") {
      last.text += c;
    } else {
      pieces.push({ text: c });
    }
  }
  return pieces;
}

function regex({ left, isNot, anyCase, pattern }, env) {
  const value = operand(left, env);
  const text = textOf(pattern, "the regular expression", env);
  if (/\(\?(<?[=!])|(?<!\\)(\\\\)*\\[1-9]/.test(text)) env.tools.fail(pattern.at, "KQL's regular expressions have no look-around and no references such as \\1", "write it without");
  const matched = compare(value, "matches regex", { text: quote(anyCase ? `(?i)${text}` : text) });
  return isNot ? not(matched) : matched;
}

function operator({ at, op, left, right }, env) {
  const values = [valueOf(left, env), valueOf(right, env)];
  const types = values.map(({ type }) => type);
  if (BITS[op]) return { text: `${BITS[op]}(${list(values)})`, type: "long" };
  if (op === "||" || (op === "+" && types.includes("string"))) return { text: `strcat(${values.map(({ text, isJoined }) => (isJoined ? text.slice(7, -1) : text)).join(", ")})`, type: "string", isJoined: true };
  if (types.includes("datetime") && types.some((type) => type === "long" || type === "real")) env.tools.fail(at, "a time and a number cannot be added", "write INTERVAL '1' DAY for a day");
  const level = op === "+" || op === "-" ? "add" : "multiply";
  const type = types.includes("datetime") ? (types.every((one) => one === "datetime") ? "timespan" : "datetime") : types[0] === types[1] ? types[0] : types.every(Boolean) ? "real" : undefined;
  return { text: `${part(values[0], level)} ${op} ${part(values[1], level, true)}`, level, type };
}

function cases({ at, value, whens, other }, env) {
  const conditions = whens.map(({ when }) => (value ? comparison({ at: when.at, op: "==", left: value, right: when }, env) : valueOf(when, env)));
  const results = whens.map(({ then }) => (then.kind === "null" ? undefined : valueOf(then, env)));
  const last = other && other.kind !== "null" ? valueOf(other, env) : undefined;
  const { type } = [...results, last].find((one) => one?.type) ?? {};
  const absent = () => (type ? { text: type === "string" ? "''" : `${type}(null)` } : env.tools.fail(at, "KQL needs to know the type of what is NULL in this CASE", "write ELSE '' or ELSE 0, or CAST a result"));
  const texts = whens.flatMap((_, i) => [conditions[i].text, (results[i] ?? absent()).text]);
  return { text: `case(${[...texts, (last ?? absent()).text].join(", ")})`, type };
}

function nullIf({ at, args: [left, right] }, env) {
  const when = { kind: "compare", at, op: "==", left, right };
  const typed = { kind: "cast", at, value: { kind: "null" }, type: { at, name: "text" } };
  const isText = valueOf(right, env).type === "string";
  return cases({ at, whens: [{ when, then: isText ? typed : { kind: "null" } }], other: left }, env);
}

function number({ at, value }, { tools: { fail } }) {
  const isWhole = /^(0x[0-9a-f]+|\d+)$/i.test(value);
  if (isWhole && BigInt(value) > LARGEST) fail(at, `${value} is too large for KQL`, "write it with a decimal point");
  if (isWhole) return { text: /^0x/i.test(value) ? value : String(BigInt(value)), type: "long" };
  return { text: value.replace(/^\./, "0.").replace(/\.(?!\d)/, ".0"), type: "real" };
}

function signed({ op, value: inner }, env) {
  const value = valueOf(inner, env);
  if (op === "~") return { text: `binary_not(${value.text})`, type: "long" };
  if (op === "+") return value;
  return { text: `-${part(value, "sign", true)}`, level: "sign", type: value.type };
}

function interval({ at, count, unit }, { tools: { fail } }) {
  const word = SPANS[unit] ?? SPANS[unit.replace(/s$/, "")];
  if (/^weeks?$/.test(unit)) return { text: `${7 * count}d`, level: count < 0 ? "sign" : undefined, type: "timespan" };
  if (!word) fail(at, `KQL has no span of \`${unit}\``, "use DAY, HOUR, MINUTE or SECOND, or DATEADD(month, 1, x)");
  return { text: `${count}${word}`, level: count.startsWith("-") ? "sign" : undefined, type: "timespan" };
}

function name(node, env) {
  const { path } = node;
  const aliased = path.length === 1 && env.aliases?.get(path[0].toLowerCase());
  return aliased || resolve(node, env.scope, env.tools.fail);
}

/** Puts values into the text of a function, see sql-functions.js. */
export function fill(text, values) {
  return text.replace(/([$#])(\d|\*)/g, (_, sign, which) => (which === "*" ? list(values) : sign === "$" ? values[which - 1].text : part(values[which - 1], "sign")));
}

function call(node, env) {
  const { fail } = env.tools;
  if (isAggregate(node)) fail(node.at, `${node.name.toUpperCase()} cannot stand here`, "use it after SELECT, HAVING or ORDER BY, and not within another");
  if (node.isStar || node.isDistinct || node.filter) fail(node.at, `\`${node.name}\` takes neither *, nor DISTINCT, nor FILTER`, "give it values");
  if (node.name.toLowerCase() === "nullif" && node.args.length === 2) return nullIf(node, env);
  const { call: { args }, text, type, level } = scalarOf(node, fail);
  const none = args.find(({ kind }) => kind === "null");
  if (none) fail(none.at, "KQL needs to know the type of this NULL", "write '' or 0, or leave it out");
  const values = args.map((arg) => valueOf(arg, env));
  const [, of] = /^of (\d)$/.exec(type ?? "") ?? [];
  return { text: fill(text, values), level, type: of ? values[of - 1].type : type };
}

function cast({ at, value, type }, env) {
  const { text, type: made } = castTo(type, env.tools.fail);
  if (value.kind !== "null") return { text: fill(text, [valueOf(value, env)]), type: made };
  return { text: made === "string" ? "''" : `${made}(null)`, type: made, at };
}

const BY_KIND = {
  __proto__: null,
  name, number, call, cast, interval, like, regex, between, case: cases, in: isIn, compare: comparison, operator, sign: signed,
  text: ({ value }) => ({ text: quote(value), type: "string" }),
  bool: ({ value }) => ({ text: value, type: "bool" }),
  null: () => ({ text: "dynamic(null)", type: "dynamic" }),
  time: ({ at, value }, { tools: { fail } }) => timeOf(value) ?? fail(at, `'${value}' is no time`, "write it as '2026-03-14' or '2026-03-14 09:30:00'"),
  not: ({ value }, env) => not(valueOf(value, env)),
  all: ({ op, items }, env) => ({ text: items.map((item) => part(valueOf(item, env), "compare")).join(` ${op} `), level: op, type: "bool" }),
  // A text in KQL is never null, but empty.
  is({ left, isNot, what }, env) {
    const value = operand(left, env);
    if (what === "null") return { text: `${isNot ? "isnotempty" : "isempty"}(${value.text})`, type: "bool" };
    const same = compare(value, "==", { text: what });
    return isNot ? not(same) : same;
  },
  query: ({ query }, { scope, tools }) => ({ text: `toscalar(${inLine(tools.pipeline(query, scope, 1).lines)})` }),
  exists: ({ query }, { scope, tools }) => ({ text: `toscalar(${inLine([...tools.pipeline(query, scope).lines, "| take 1", "| count"])}) > 0`, level: "compare", type: "bool" }),
};
