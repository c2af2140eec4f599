// What is given for the parameters of a query, as values with types, which Rust puts into its text (src/data/render.rs).
//
// An offset of a time is a sign, a number, and a unit y, mon, w, d, h, m or s, or none for days. After @ comes a unit to
// round to: down for an offset that begins with -, else up, as in msticpy; weeks begin on Monday, all in UTC.

export const TYPES = ["str", "int", "float", "bool", "datetime", "list", "dict"];

const MS = { w: 6048e5, d: 864e5, h: 36e5, m: 6e4, s: 1e3 };
const MONDAY = Date.UTC(1970, 0, 5);
const MONTHS = { mon: 1, y: 12 };
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isScalar = (value) => ["string", "number", "bigint", "boolean"].includes(typeof value);

/** A time some units later; the 31st of a month that ends before is its last day. */
function later(time, count, unit) {
  if (!MONTHS[unit]) return time + count * MS[unit];
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + count * MONTHS[unit], 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

/** When the unit that a time is in began. */
function startOf(time, unit) {
  if (MONTHS[unit]) {
    const date = new Date(time);
    return Date.UTC(date.getUTCFullYear(), unit === "y" ? 0 : date.getUTCMonth());
  }
  const into = (time - (unit === "w" ? MONDAY : 0)) % MS[unit];
  return time - (into < 0 ? into + MS[unit] : into);
}

/** The text of a time that is a Date, a number of days from now, an offset from now, or such a text. */
export function toTime(value, now) {
  const text = (time) => (Math.abs(time) <= 864e13 ? new Date(time).toISOString() : undefined);
  if (value instanceof Date) return text(value.getTime());
  if (typeof value === "number" || NUMBER.test(value)) return text(now + Number(value) * MS.d);
  const offset = /^\s*([+-]?)\s*(\d{1,9})\s*(mon|[ywdhms]?)\s*(?:@\s*(mon|[ywdhms])\s*)?$/i.exec(value);
  if (!offset) return typeof value === "string" ? value.trim() : undefined;
  const [sign, count, unit, rounding] = [offset[1], Number(offset[2]), offset[3].toLowerCase() || "d", offset[4]?.toLowerCase()];
  const time = later(now, sign === "-" ? -count : count, unit);
  if (!rounding) return text(time);
  return text(sign === "-" ? startOf(time, rounding) : later(startOf(time, rounding), 1, rounding));
}

const TO = {
  str: [(value) => (isScalar(value) || isList(value) ? value : undefined), "a text"],
  int: [(value) => (/^[+-]?\d+$/.test(String(value)) && isScalar(value) ? BigInt(String(value).replace("+", "")) : undefined), "a whole number"],
  float: [(value) => (isScalar(value) && NUMBER.test(String(value).trim()) ? (typeof value === "bigint" ? value : Number(value)) : undefined), "a number"],
  bool: [(value) => ({ true: true, false: false })[isScalar(value) ? String(value).toLowerCase() : ""], "true or false"],
  datetime: [(value, now) => {
    const time = toTime(value, now);
    return time === undefined ? undefined : { time };
  }, "a Date, an ISO 8601 time, a number of days from now such as -1, or an offset such as \"-3h\" or \"-1d@d\""],
  list: [(value) => {
    const list = typeof value === "string" ? value.split(",").map((one) => one.trim()) : isScalar(value) ? [value] : Array.from(value?.[Symbol.iterator] ? value : []);
    return isList(list) ? list : undefined;
  }, "a list of texts and numbers that is not empty"],
  dict: [(value, _, toJson) => (typeof value === "object" && !Array.isArray(value) ? { dict: toJson(value) } : undefined), "an object"],
};

function isList(value) {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isScalar(one) && (typeof one !== "number" || Number.isFinite(one)));
}

/** The type of a parameter as users see it; `undefined` for one that there is not. */
export const typeOf = (type) => (type === "string" ? "str" : TYPES.find((known) => known === type));

/**
 * The values of a query's parameters, as Rust takes them; those that are not in its text need none. `given` is by names or aliases, and `now` in milliseconds; what is
 * not given is the default, which Rust has where it is a text. `wrong(message)` makes errors.
 */
export function toValues({ parameters, text }, given, now, { toJson, wrong, hint }) {
  const names = Object.keys(parameters);
  const byName = new Map();
  for (const [key, value] of Object.entries(given)) {
    const name = Object.hasOwn(parameters, key) ? key : names.find((own) => [parameters[own].aliases ?? []].flat().includes(key));
    if (name === undefined) throw wrong(`: there is no parameter \`${key}\`${hint(key, names)} (there are: ${names.join(", ")})`);
    if (value == null) continue;
    if (byName.has(name)) throw wrong(`: parameter \`${name}\` is given twice, by an alias too; leave one out`);
    byName.set(name, value);
  }
  const isAbsent = (name) => !byName.has(name) && parameters[name].default == null;
  const missing = names.filter((name) => isAbsent(name) && text.includes(`{${name}}`));
  if (missing.length) throw wrong(` needs values for: ${missing.join(", ")}`);
  const typed = names.filter((name) => !isAbsent(name)).map((name) => {
    const { type, default: own } = parameters[name];
    const isText = typeOf(type) === "str" && typeof own === "string";
    if (!byName.has(name) && isText) return [];
    const value = byName.get(name) ?? own;
    const [convert, expected] = TO[typeOf(type)];
    const isNumber = typeof value !== "number" || Number.isFinite(value);
    const result = isNumber ? convert(value, now, toJson) : undefined;
    if (result === undefined) throw wrong(`: parameter \`${name}\` should be ${expected}, but is ${show(value, toJson)}`);
    return [[name, result]];
  });
  return Object.fromEntries(typed.flat());
}

function show(value, toJson) {
  return typeof value === "number" || value instanceof Date ? String(value) : String(toJson(value)).slice(0, 100);
}
