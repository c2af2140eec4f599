// What can be asked of a column, as a condition that Table.filter takes, and in words.
import { invalid } from "./errors.js";
import { kindOf } from "./table-cells.js";

// Mostly by their names in a condition: for which kinds of columns, in words, how many values, an example of one.
const OPERATORS = {
  contains: ["text", "contains", 1],
  eq: ["text number time", "=", 1],
  in: ["text", "one of", 1, "root, admin"],
  matches: ["text", "matches", 1, "^cmd|\\.ps1$"],
  inNetwork: ["text", "in network", 1, "10.0.0.0/8, fd00::/8"],
  gt: ["number time", ">", 1],
  lt: ["number time", "<", 1],
  between: ["number time", "between", 2],
  true: ["bool", "true", 0],
  false: ["bool", "false", 0],
  empty: ["text number time bool other", "empty", 0],
};

/** What may be asked of a column: `[name, words]`. */
export const operatorsOf = (column) =>
  Object.entries(OPERATORS).filter(([, [kinds]]) => kinds.includes(kindOf(column))).map(([name, [, words]]) => [name, words]);

/** How many values an operator needs, and an example of one. */
export function needs(operator, column) {
  const [, , count, example = kindOf(column) === "time" ? "2024-05-01 12:00" : ""] = OPERATORS[operator];
  return { count, example };
}

/** `{ column, operator, not, values }` in words. */
export function inWords({ column, operator, not, values }) {
  const given = values.map((value) => (kindOf(column) === "text" ? `“${value}”` : value)).join(" and ");
  return `${column.title} ${not ? "not " : ""}${OPERATORS[operator][1]} ${given}`.trim();
}

/**
 * The filter that a condition means. A time is as long as it is written: `=` a day is any time in it, and `>` is after it.
 *
 * @throws {HuntbookError} `invalidArgument` for a value that cannot be read
 */
export function toFilter({ column, operator, not, values }, zone) {
  const [[from, to] = [], [, last] = []] = values.map((value) => read(value, column, zone));
  const { name } = column;
  const isText = kindOf(column) === "text";
  let filter = { column: name, ...{ eq: { ge: from, le: to }, gt: { gt: to }, lt: { lt: from }, between: { ge: from, le: last }, true: { eq: true }, false: { eq: false }, empty: { isNull: true } }[operator] };
  if (isText) {
    filter = operator === "empty" ? { or: [filter, { column: name, eq: "" }] }
      : { column: name, [operator]: /^in/.test(operator) ? from.split(",").map((word) => word.trim()).filter(Boolean) : from, ignoreCase: true };
  }
  return not ? { not: filter } : filter;
}

/** The first and the last value that a text means. */
function read(text, column, zone) {
  const kind = kindOf(column);
  const wrong = (what) => invalid(text.trim() ? `${text} is not ${what}` : "give a value");
  if (kind === "time") return zone.period(text, column) ?? raise(wrong("a time; write it like 2024-05-01 or 2024-05-01 12:00:00.5"));
  if (kind === "text") return text.trim() ? [text] : raise(wrong());
  const plain = text.replace(/[\s_]/g, "");
  if (!plain || !Number.isFinite(Number(plain))) throw wrong("a number");
  // Numbers beyond 2^53 stay exact.
  const value = /^-?\d+$/.test(plain) && !Number.isSafeInteger(Number(plain)) ? BigInt(plain) : Number(plain);
  return [value, value];
}

function raise(error) {
  throw error;
}
