// KQL's own text: names, literals, brackets.

// What KQL reads as something else where a name could be: tests/queries/sql.test.mjs asks Kusto's parser.
const KEYWORDS = new Set(`and as asc bagexpansion between bool boolean by byte char contains datatable date datetime decimal decodeblocks desc
double dynamic endswith expandoutput externaldata false find first flags float guid has has_all has_any hasprefix hassuffix in int int16 int32 int64 int8
invoke isfuzzy kind last like long materialize matches not notlike null of on or print project real sample search set startswith string time timespan title
to toscalar true uint uint16 uint32 uint64 uint8 ulong union uuid where with withsource`.split(/\s+/));

// How strongly what holds a text together binds; a text with none is one piece.
export const LEVELS = { or: 1, and: 2, compare: 3, add: 4, multiply: 5, sign: 6 };
const PIECE = 9;

export const isPlain = (name) => /^[A-Za-z_]\w*$/.test(name) && !KEYWORDS.has(name);

/** A text in quotes, on one line whatever it holds. */
export function quote(text) {
  const code = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  // eslint-disable-next-line no-control-regex
  return `'${text.replace(/[\\']/g, "\\$&").replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]|\p{Cs}/gu, (c) => named[c] ?? code(c))}'`;
}

export const quoteName = (name) => (isPlain(name) ? name : `[${quote(name)}]`);

/** A value as a part of what binds at `level`: in brackets if it binds less, or as `isStrict` no more. */
export function part({ text, level }, around, isStrict) {
  const own = level ? LEVELS[level] : PIECE;
  return own < LEVELS[around] || (isStrict && own === LEVELS[around]) ? `(${text})` : text;
}

/** The steps of a query in brackets, over several lines if they are several. */
export function inBrackets(lines) {
  return lines.length === 1 && !lines[0].includes("\n") ? `(${lines[0]})` : `(\n    ${lines.join("\n").replaceAll("\n", "\n    ")}\n  )`;
}

/** The same in one line. No text in quotes has a line break. */
export const inLine = (lines) => lines.join(" ").replace(/\n\s*/g, " ");

const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,7})?)?`;
const PLAIN = new RegExp(String.raw`^\d{4}-\d\d-\d\d([ T]${TIME}Z?)?$`);
const ZONED = new RegExp(String.raw`^\d{4}-\d\d-\d\d[ T]${TIME}\s?[+-]\d\d:?\d\d$`);

/** A text that is a time as a value; nothing if it is none. */
export function timeOf(text) {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return undefined;
  if (PLAIN.test(text)) return { text: `datetime(${text})`, type: "datetime" };
  return ZONED.test(text) ? { text: `todatetime(${quote(text)})`, type: "datetime" } : undefined;
}
