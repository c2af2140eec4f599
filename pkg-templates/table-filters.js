// What can be asked of a column, as a condition that Table.filter takes, and in words.
import { invalid } from "./errors.js";
import { kindOf } from "./table-cells.js";

// By name: for which kinds of columns, in words, the same negated, an example of what to write if anything, and the
// filter of the column and the values.
const OPERATORS = {
  contains: ["text", "contains", "does not contain", "powershell", (column, [contains]) => ({ column, contains, ignoreCase: true })],
  is: ["text", "is", "is not", "root", (column, [eq]) => ({ column, eq, ignoreCase: true })],
  oneOf: ["text", "is one of", "is none of", "root, admin", (column, [list]) => ({ column, in: split(list), ignoreCase: true })],
  matches: ["text", "matches", "does not match", "^cmd|\\.ps1$", (column, [matches]) => ({ column, matches })],
  network: ["text", "is in network", "is not in network", "10.0.0.0/8, fd00::/8", (column, [list]) => ({ column, inNetwork: split(list) })],
  eq: ["number time", "=", "≠", "", (column, [[from, to]]) => ({ column, ...span(from, to) })],
  gt: ["number time", ">", "not >", "", (column, [[from, to]]) => ({ column, ...(to === undefined ? { gt: from } : { ge: to }) })],
  lt: ["number time", "<", "not <", "", (column, [[lt]]) => ({ column, lt })],
  between: ["number time", "is between", "is not between", "", (column, [[from], [last, end]]) => ({ column, ge: from, ...(end === undefined ? { le: last } : { lt: end }) })],
  true: ["bool", "is true", "is not true", undefined, (column) => ({ column, eq: true })],
  false: ["bool", "is false", "is not false", undefined, (column) => ({ column, eq: false })],
  empty: ["text number time bool other", "is empty", "is not empty", undefined, (column, _, kind) => (kind === "text" ? { or: [{ column, isNull: true }, { column, eq: "" }] } : { column, isNull: true })],
};

const span = (from, to) => (to === undefined ? { eq: from } : { ge: from, lt: to });
const split = (list) => list.split(/[,\n]/).map((word) => word.trim()).filter(Boolean);

/** What may be asked of a column: `[name, words]`. */
export function operatorsOf(column) {
  const kind = kindOf(column);
  return Object.entries(OPERATORS).filter(([, [kinds]]) => kinds.split(" ").includes(kind)).map(([name, [, words]]) => [name, words]);
}

/** How many values an operator needs, and an example of one. */
export function needs(operator, column) {
  const example = OPERATORS[operator][3];
  const count = example === undefined ? 0 : operator === "between" ? 2 : 1;
  return { count, example: example || (kindOf(column) === "time" ? "2024-05-01 12:00" : "443") };
}

/** `{ column, operator, not, values }` in words. */
export function inWords({ column, operator, not, values }) {
  const [, words, negated] = OPERATORS[operator];
  const given = values.slice(0, needs(operator, column).count).map((value) => (kindOf(column) === "text" ? `“${value}”` : value));
  return [column.name, not ? negated : words, given.join(" and ")].filter(Boolean).join(" ");
}

/**
 * The filter that a condition means. A time is as long as it is written: `=` a day is any time in it, and `>` is after it.
 *
 * @throws {HuntbookError} `invalidArgument` for a value that cannot be read
 */
export function toFilter({ column, operator, not, values }, zone) {
  const kind = kindOf(column);
  const { count } = needs(operator, column);
  const given = values.slice(0, count).map((value) => read(value, kind, column, zone));
  const filter = OPERATORS[operator][4](column.name, given, kind);
  return not ? { not: filter } : filter;
}

function read(text, kind, column, zone) {
  if (text.trim() === "") throw invalid("give a value");
  if (kind === "text") return text;
  if (kind === "time") {
    const period = zone.period(text, column);
    if (!period) throw invalid(`${text} is not a time; write it like 2024-05-01, 2024-05-01 12:00 or 2024-05-01 12:00:00.5`);
    return period;
  }
  const plain = text.replace(/[\s_]/g, "");
  if (!Number.isFinite(Number(plain))) throw invalid(`${text} is not a number`);
  // Numbers beyond 2^53 stay exact.
  return [/^-?\d+$/.test(plain) && !Number.isSafeInteger(Number(plain)) ? BigInt(plain) : Number(plain)];
}
