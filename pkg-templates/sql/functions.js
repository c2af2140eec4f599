// What SQL's functions and types are in KQL: names, how many arguments, text, and the type of what comes out. In the text $1
// is the first argument, #1 the same as a part of an operation (in brackets if it is one itself), and $* are all.

const ANY = Infinity;

const SCALAR = [
  // Text
  ["upper ucase", 1, "toupper($1)", "string"], ["lower lcase", 1, "tolower($1)", "string"], ["reverse", 1, "reverse($1)", "string"],
  ["length len char_length character_length", 1, "strlen($1)", "long"],
  ["trim", 1, "trim(' +', $1)", "string"], ["ltrim", 1, "trim_start(' +', $1)", "string"], ["rtrim", 1, "trim_end(' +', $1)", "string"],
  ["replace", 3, "replace_string($1, $2, $3)", "string"], ["repeat replicate", 2, "strrep($1, $2)", "string"],
  ["concat", [1, ANY], "strcat($*)", "string"], ["concat_ws", [2, ANY], "strcat_delim($*)", "string"],
  ["left", 2, "substring($1, 0, $2)", "string"], ["right", 2, "substring($1, max_of(strlen($1) - #2, 0))", "string"],
  ["instr strpos", 2, "indexof($1, $2) + 1", "long", "add"], ["charindex locate position", 2, "indexof($2, $1) + 1", "long", "add"],
  ["startswith starts_with", 2, "#1 startswith_cs #2", "bool", "compare"], ["endswith ends_with", 2, "#1 endswith_cs #2", "bool", "compare"],
  ["contains", 2, "#1 contains_cs #2", "bool", "compare"],
  ["regexp_like", 2, "#1 matches regex #2", "bool", "compare"], ["regexp_extract", 3, "extract($2, $3, $1)", "string"],
  ["split", 2, "split($1, $2)", "dynamic"], ["split_part", 3, "tostring(split($1, $2)[#3 - 1])", "string"],
  ["md5", 1, "hash_md5($1)", "string"], ["sha sha1", 1, "hash_sha1($1)", "string"], ["sha256", 1, "hash_sha256($1)", "string"],
  ["from_base64 unbase64", 1, "base64_decode_tostring($1)", "string"], ["to_base64 base64", 1, "base64_encode_tostring($1)", "string"],
  ["url_decode", 1, "url_decode($1)", "string"], ["url_encode", 1, "url_encode($1)", "string"],
  // Objects and lists
  ["json_value json_extract json_extract_scalar get_json_object", 2, "extract_json($2, tostring($1))", "string"],
  ["array_contains", 2, "set_has_element($1, $2)", "bool"], ["size cardinality array_length array_size", 1, "array_length($1)", "long"],
  // Choice
  ["coalesce ifnull nvl", [2, ANY], "coalesce($*)", "of 1"], ["isnull", 2, "coalesce($*)", "of 1"], ["iif if", 3, "iff($1, $2, $3)", "of 2"],
  ["greatest", [2, ANY], "max_of($*)", "of 1"], ["least", [2, ANY], "min_of($*)", "of 1"],
  // Numbers
  ["abs", 1, "abs($1)"], ["ceil ceiling", 1, "ceiling($1)"], ["floor", 1, "floor($1, 1)"], ["round", [1, 2], "round($*)", "real"],
  ["power pow", 2, "pow($1, $2)", "real"], ["sqrt", 1, "sqrt($1)", "real"], ["exp", 1, "exp($1)", "real"], ["ln", 1, "log($1)", "real"],
  ["log10", 1, "log10($1)", "real"], ["log2", 1, "log2($1)", "real"], ["sign", 1, "sign($1)"], ["mod", 2, "#1 % #2", undefined, "multiply"],
  ["rand random", 0, "rand()", "real"], ["hex to_hex", 1, "tohex($1)", "string"],
  // Times
  ["now current_timestamp getdate getutcdate sysdatetime sysutcdatetime localtimestamp utc_timestamp", 0, "now()", "datetime"],
  ["current_date curdate today", 0, "startofday(now())", "datetime"], ["date to_date", 1, "startofday(todatetime($1))", "datetime"],
  ["to_timestamp", 1, "todatetime($1)", "datetime"], ["from_unixtime", 1, "unixtime_seconds_todatetime($1)", "datetime"],
  ["year", 1, "getyear($1)", "long"], ["month", 1, "getmonth($1)", "long"], ["day dayofmonth", 1, "dayofmonth($1)", "long"], ["hour", 1, "hourofday($1)", "long"],
  ["minute", 1, "datetime_part('minute', $1)", "long"], ["second", 1, "datetime_part('second', $1)", "long"],
  // A unit comes as its name in quotes.
  ["extract date_part datepart", 2, "datetime_part($1, $2)", "long"],
  ["dateadd timestampadd", 3, "datetime_add($1, $2, $3)", "datetime"], ["datediff", 3, "datetime_diff($1, $3, $2)", "long"],
  ["datediff", 2, "datetime_diff('day', $1, $2)", "long"],
];

// What begins a unit of time; weeks are KQL's, from Sunday, so another way is left to the user.
const TRUNCATED = { day: "startofday($1)", month: "startofmonth($1)", year: "startofyear($1)", hour: "bin($1, 1h)", minute: "bin($1, 1m)", second: "bin($1, 1s)" };
// Arguments that are a unit of time, by function.
const UNITS = new Map([["extract", 0], ["date_part", 0], ["datepart", 0], ["dateadd", 0], ["timestampadd", 0], ["datediff", 0], ["date_trunc", 0], ["datetrunc", 0]]);
const UNIT = { yy: "year", yyyy: "year", qq: "quarter", q: "quarter", mm: "month", m: "month", dd: "day", d: "day", ww: "week", wk: "week", hh: "hour", mi: "minute", n: "minute", ss: "second", s: "second", ms: "millisecond", doy: "dayofyear", dow: "dayofweek" };
const PARTS = ["year", "quarter", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond", "week"];

// `if` marks those that have a form with a condition, whose name ends so. COUNT and what is distinct are written by hand.
const AGGREGATE = [
  ["sum", "sum($1)", undefined, "if"], ["min", "min($1)", "of 1", "if"], ["max", "max($1)", "of 1", "if"], ["avg mean", "avg($1)", "real", "if"],
  ["stddev stdev stddev_samp", "stdev($1)", "real", "if"], ["variance var var_samp", "variance($1)", "real", "if"],
  ["stddev_pop stdevp", "stdevp($1)", "real"], ["var_pop varp", "variancep($1)", "real"],
  ["any_value arbitrary", "take_any($1)", "of 1", "if"], ["approx_count_distinct", "dcount($1)", "long", "if"],
  ["count_if countif", "countif($1)", "long"], ["array_agg collect_list", "make_list($1)", "dynamic"], ["collect_set", "make_set($1)", "dynamic"],
];

const byName = (rows) => {
  const all = new Map();
  for (const [names, ...rest] of rows) for (const name of names.split(" ")) all.set(name, [...(all.get(name) ?? []), rest]);
  return all;
};
const scalars = byName(SCALAR);
const aggregates = byName(AGGREGATE);
const MORE_AGGREGATES = ["count", "string_agg", "group_concat", "listagg"];

const TYPES = byName([
  ["int integer tinyint smallint mediumint int4 int2", "toint($1)", "int"], ["bigint int8 long", "tolong($1)", "long"],
  ["float real double float4 float8", "todouble($1)", "real"], ["decimal numeric number dec money", "todecimal($1)", "decimal"],
  ["varchar nvarchar char nchar character text string ntext", "tostring($1)", "string"], ["bool boolean bit", "tobool($1)", "bool"],
  ["timestamp datetime datetime2 timestamptz smalldatetime datetimeoffset", "todatetime($1)", "datetime"], ["date", "startofday(todatetime($1))", "datetime"],
  ["time interval", "totimespan($1)", "timespan"], ["uuid uniqueidentifier guid", "toguid($1)", "guid"], ["json jsonb variant object dynamic", "todynamic($1)", "dynamic"],
]);

/** A type's conversion, `{ text, type }`. */
export function castTo({ name, at }, fail) {
  const [found] = TYPES.get(name) ?? [];
  if (!found) fail(at, `there is no type \`${name}\` in KQL`, "use INT, BIGINT, REAL, DECIMAL, TEXT, BOOLEAN, TIMESTAMP, DATE, UUID or JSON");
  return { text: found[0], type: found[1] };
}

export const isAggregate = ({ kind, name }) => kind === "call" && (aggregates.has(name.toLowerCase()) || MORE_AGGREGATES.includes(name.toLowerCase()));

/** `{ text, type, condition }` of an aggregate that is written by a pattern. */
export function aggregateOf({ name, args, at }, fail) {
  const [text, type, condition] = aggregates.get(name.toLowerCase())[0];
  if (args.length !== 1) fail(at, `${name.toUpperCase()} takes one argument, not ${args.length}`, "give one");
  return { text, type, condition };
}

/** Where a function takes a unit of time, the call with it as a text in KQL's words. */
function withUnit(call, fail) {
  const name = call.name.toLowerCase();
  const place = UNITS.get(name);
  if (place === undefined || call.args.length < 2 || (name === "datediff" && call.args.length === 2)) return call;
  const { kind, at, path, value } = call.args[place];
  const word = kind === "text" ? value : kind === "name" && path.length === 1 ? path[0] : undefined;
  const lower = word?.toLowerCase().replace(/s$/, "");
  const unit = UNIT[word?.toLowerCase()] ?? UNIT[lower] ?? lower;
  const isPart = /^(extract|date_?part)$/.test(name);
  const known = [...PARTS, ...(isPart ? ["dayofyear", "dayofweek"] : [])];
  if (!known.includes(unit)) fail(at, word === undefined ? "a unit of time should be here" : `there is no unit of time \`${word}\``, `use one of ${known.join(", ")}`);
  if (isPart && unit === "dayofweek") fail(at, "KQL numbers the days of the week in another way", "use dayofweek() in KQL");
  if (unit === "week" && isPart) return { ...call, args: call.args.with(place, { kind: "text", at, value: "week_of_year" }) };
  return { ...call, unit, args: call.args.with(place, { kind: "text", at, value: unit }) };
}

/** The call with its arguments as KQL wants them, and `{ text, type, level }`. */
export function scalarOf(given, fail) {
  const call = withUnit(given, fail);
  const name = call.name.toLowerCase();
  const own = BY_HAND[name]?.(call, fail);
  if (own) return own;
  const all = scalars.get(name);
  if (!all) fail(call.at, `there is no translation for the function \`${call.name}\``, "use another, or leave it out and add it in KQL");
  const found = all.find(([count]) => (Array.isArray(count) ? call.args.length >= count[0] && call.args.length <= count[1] : call.args.length === count));
  if (!found) {
    const counts = all.map(([count]) => (Array.isArray(count) ? `${count[0]} or more` : count)).join(" or ");
    fail(call.at, `\`${call.name}\` takes ${counts} arguments here, not ${call.args.length}`, "mend it");
  }
  const [, text, type, level] = found;
  return { call, text, type, level };
}

const numberOf = (node) => (node?.kind === "number" && /^\d{1,9}$/.test(node.value) ? Number(node.value) : undefined);
const number = (value, at) => ({ kind: "number", at, value: String(value) });

/** SQL counts characters from 1, KQL from 0. */
function substring(call, fail) {
  const [text, start, ...rest] = call.args;
  if (!start || rest.length > 1) fail(call.at, "SUBSTRING takes a text, where it begins and perhaps how long it is", "mend it");
  const from = numberOf(start);
  if (from === 0 || start.kind === "sign") fail(start.at, "where SUBSTRING begins should be 1 or more", "count from 1, or use RIGHT(x, n)");
  const args = [text, from ? number(from - 1, start.at) : start, ...rest];
  const begin = from ? "$2" : "#2 - 1";
  return { call: { ...call, args }, text: rest.length ? `substring($1, ${begin}, $3)` : `substring($1, ${begin})`, type: "string" };
}

/** DATE_ADD(x, INTERVAL 1 DAY); months and years have no fixed length. */
const shifted = (sign) => (call, fail) => {
  const [, by] = call.args;
  if (call.args.length !== 2) return undefined;
  if (by.kind !== "interval") return { call, text: `datetime_add('day', ${sign === "-" ? "-#2" : "$2"}, $1)`, type: "datetime" };
  if (!/^\d+$/.test(by.count)) fail(by.at, "a time is moved by whole units", "use a smaller unit");
  const unit = by.unit.replace(/s$/, "");
  if (!PARTS.includes(unit)) fail(by.at, `there is no unit of time \`${by.unit}\``, `use one of ${PARTS.join(", ")}`);
  return { call: { ...call, args: [call.args[0]] }, text: `datetime_add('${unit}', ${sign}${by.count}, $1)`, type: "datetime" };
};

function truncated(call, fail) {
  const [unit, ...rest] = call.args;
  if (rest.length !== 1 || !call.unit) fail(call.at, "DATE_TRUNC takes a unit and a time", "mend it");
  if (!TRUNCATED[call.unit]) fail(unit.at, `there is no translation for DATE_TRUNC by ${call.unit}`, `use one of ${Object.keys(TRUNCATED).join(", ")}`);
  return { call: { ...call, args: rest }, text: TRUNCATED[call.unit], type: "datetime" };
}

/** In KQL a reference to a group is \1, and only there. */
function replaceRegex(call, fail) {
  const [, , by] = call.args;
  if (call.args.length !== 3 || by.kind !== "text") fail(call.at, "REGEXP_REPLACE takes a text, a pattern and a text in quotes", "mend it");
  const value = by.value.replace(/\$(\d)/g, "\\$1");
  return { call: { ...call, args: call.args.with(2, { ...by, value }) }, text: "replace_regex($1, $2, $3)", type: "string" };
}

const BY_HAND = {
  __proto__: null,
  substring, substr: substring, mid: substring,
  date_trunc: truncated, datetrunc: truncated,
  date_add: shifted(""), date_sub: shifted("-"), adddate: shifted(""), subdate: shifted("-"),
  regexp_replace: replaceRegex,
  regexp_extract: (call) => (call.args.length === 2 ? { call: { ...call, args: [...call.args, number(1, call.at)] }, text: "extract($2, $3, $1)", type: "string" } : undefined),
  sha2: (call, fail) => (numberOf(call.args[1]) === 256 ? { call, text: "hash_sha256($1)", type: "string" } : fail(call.at, "KQL has SHA-256 only", "use SHA2(x, 256)")),
  log: (call, fail) => (call.args.length === 1 ? { call, text: "log($1)", type: "real" } : fail(call.at, "LOG with a base is written in two orders", "use LOG10, LOG2 or LN")),
};
