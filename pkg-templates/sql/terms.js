// SQL's expressions as trees: `{ kind, at, … }`. `readQuery` reads a query, which may stand in one.

const COMPARE = { "=": "==", "==": "==", "<>": "!=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=" };
const REGEX = { "~": [false, false], "~*": [false, true], "!~": [true, false], "!~*": [true, true] };
// Binds from weak to strong; all but || are also the other way round in some dialect, which brackets in what is made show.
const LEVELS = [["|", "^"], ["&"], ["<<", ">>"], ["+", "-", "||"], ["*", "/", "%"]];
// Called without brackets.
const BARE = ["current_timestamp", "current_date", "localtimestamp"];

export function expression(reader, readQuery) {
  const read = { reader, readQuery, value: () => expression(reader, readQuery) };
  return reader.inside(() => joined(read, "or", () => joined(read, "and", () => negated(read))));
}

/** Conditions with one word between: `{ kind: "all", op, items }`. */
function joined({ reader }, op, one) {
  const { at } = reader.token;
  const items = [one()];
  while (reader.take(op)) items.push(one());
  return items.length === 1 ? items[0] : { kind: "all", at, op, items };
}

function negated(read) {
  const { reader } = read;
  const { at } = reader.token;
  if (!reader.take("not")) return predicate(read);
  return reader.inside(() => ({ kind: "not", at, value: negated(read) }));
}

function predicate(read) {
  const { reader } = read;
  let left = operators(read, 0);
  for (;;) {
    const { at } = reader.token;
    const sign = reader.takeSign(...Object.keys(COMPARE), ...Object.keys(REGEX));
    let node;
    if (sign && COMPARE[sign]) {
      if (["any", "all", "some"].some((word) => reader.isAt(word))) reader.fail(at, "there is no translation for ANY and ALL", "use IN, or compare with (SELECT MAX(…) …)");
      node = { kind: "compare", at, op: COMPARE[sign], left, right: operators(read, 0) };
    } else if (sign) {
      const [isNot, anyCase] = REGEX[sign];
      node = { kind: "regex", at, left, isNot, anyCase, pattern: operators(read, 0) };
    } else {
      node = reader.take("is") ? readIs(reader, left, at) : readTest(read, left, at);
      if (!node) return left;
    }
    left = reader.chained(node, left);
  }
}

function readIs(reader, left, at) {
  const isNot = reader.take("not");
  const what = reader.takeOne("null", "true", "false");
  if (reader.isAt("distinct")) reader.fail(at, "there is no translation for IS DISTINCT FROM", "compare with = and IS NULL");
  return { kind: "is", at, left, isNot, what: what ?? reader.wrong("NULL, TRUE or FALSE") };
}

/** [NOT] LIKE, ILIKE, RLIKE, REGEXP, IN, BETWEEN; nothing if there is none of them. */
function readTest(read, left, at) {
  const { reader } = read;
  const isNot = reader.take("not");
  const word = reader.takeOne("like", "ilike", "rlike", "regexp", "in", "between");
  if (reader.isAt("similar")) reader.fail(at, "there is no translation for SIMILAR TO", "use RLIKE with a regular expression");
  if (!word) return isNot ? reader.wrong("LIKE, RLIKE, IN or BETWEEN") : undefined;
  if (word === "in") return { kind: "in", at, left, isNot, ...readIn(read) };
  if (word === "between") {
    const low = operators(read, 0);
    reader.need("and");
    return { kind: "between", at, left, isNot, low, high: operators(read, 0) };
  }
  const pattern = operators(read, 0);
  if (word === "rlike" || word === "regexp") return { kind: "regex", at, left, isNot, pattern };
  const escape = reader.take("escape") ? operators(read, 0) : undefined;
  return { kind: "like", at, left, isNot, pattern, escape };
}

function readIn(read) {
  const { reader } = read;
  reader.needSign("(");
  const isQuery = reader.isAt("select") || reader.isAt("with");
  const inside = isQuery ? { query: read.readQuery(reader) } : { items: reader.list(read.value, Infinity) };
  reader.needSign(")");
  return inside;
}

function operators(read, level) {
  const { reader } = read;
  if (level === LEVELS.length) return signed(read);
  let left = operators(read, level + 1);
  for (;;) {
    const { at } = reader.token;
    const op = reader.takeSign(...LEVELS[level]);
    if (!op) return left;
    left = reader.chained({ kind: "operator", at, op, left, right: operators(read, level + 1) }, left);
  }
}

function signed(read) {
  const { reader } = read;
  const { at } = reader.token;
  const op = reader.takeSign("-", "+", "~");
  if (op) return reader.inside(() => ({ kind: "sign", at, op, value: signed(read) }));
  let value = term(read);
  while (reader.takeSign("::")) value = reader.chained({ kind: "cast", at, value, type: readType(reader) }, value);
  if (reader.isSign("[")) reader.fail(reader.token.at, "there is no translation for x[…]", "use SPLIT_PART, or JSON_VALUE(x, '$.name')");
  return value;
}

function term(read) {
  const { reader } = read;
  const { kind, value, at, isDouble } = reader.token;
  if (kind === "number") return { kind, at, value: reader.next().value };
  if (kind === "text" && !(isDouble && reader.isSign(".", 1))) return { kind, at, value: reader.next().value, isDouble };
  if (reader.takeSign("(")) {
    const isQuery = reader.isAt("select") || reader.isAt("with");
    const inner = isQuery ? { kind: "query", at, query: read.readQuery(reader) } : read.value();
    if (reader.isSign(",")) reader.fail(at, "there is no translation for several values in brackets", "compare them one by one");
    reader.needSign(")");
    return inner;
  }
  if (kind === "word") {
    const word = value.toLowerCase();
    const own = SPECIAL[word]?.(read, at);
    if (own) return own;
    if (reader.isSign("(", 1) && word !== "select") return readCall(read);
    if (BARE.includes(word)) return { kind: "call", at, name: reader.next().value, args: [] };
  }
  return readPath(reader);
}

/** A column, perhaps with its table before it. */
function readPath(reader) {
  const { at } = reader.token;
  const path = [reader.name("a value")];
  while (reader.takeSign(".")) {
    // After a dot every word is a name.
    path.push(reader.token.kind === "word" ? reader.next().value : reader.name("a column"));
  }
  if (reader.isSign("(")) reader.fail(at, `there is no function \`${path.join(".")}\` in KQL`, "use another");
  return { kind: "name", at, path };
}

function readCall(read) {
  const { reader } = read;
  const { value: name, at } = reader.next();
  reader.needSign("(");
  const call = { kind: "call", at, name, args: [] };
  if (reader.takeSign("*")) call.isStar = true;
  else if (!reader.isSign(")")) readArguments(read, call);
  reader.needSign(")");
  if (reader.take("filter")) {
    reader.needSign("(");
    reader.need("where");
    call.filter = read.value();
    reader.needSign(")");
  }
  if (reader.isAt("over")) reader.fail(reader.token.at, "there is no translation for window functions", "use GROUP BY, or sort and number the rows in KQL (row_number)");
  if (reader.isAt("within")) reader.fail(reader.token.at, "there is no translation for WITHIN GROUP", "leave it out");
  return call;
}

function readArguments(read, call) {
  const { reader } = read;
  call.isDistinct = reader.take("distinct");
  if (!call.isDistinct) reader.take("all");
  if (call.name.toLowerCase() === "trim" && ["both", "leading", "trailing"].some((word) => reader.isAt(word))) reader.fail(call.at, "there is no translation for TRIM with characters", "use TRIM(x), LTRIM(x) or RTRIM(x)");
  // POSITION(part IN text): the word IN is no test here.
  call.args = [call.name.toLowerCase() === "position" ? operators(read, 0) : read.value()];
  while (reader.takeSign(",") || reader.take("from") || reader.take("for") || reader.take("in")) call.args.push(read.value());
}

// Words that begin a value of a form of their own; each gives nothing if it does not here.
const SPECIAL = {
  __proto__: null,
  true: (read, at) => (read.reader.next(), { kind: "bool", at, value: "true" }),
  false: (read, at) => (read.reader.next(), { kind: "bool", at, value: "false" }),
  null: (read, at) => (read.reader.next(), { kind: "null", at }),
  case: readCase,
  cast: readCast, try_cast: readCast, safe_cast: readCast, convert: readConvert, try_convert: readConvert,
  exists: readExists,
  interval: readInterval,
  date: readTime, timestamp: readTime, datetime: readTime,
};

function readCase(read, at) {
  const { reader } = read;
  reader.next();
  const value = reader.isAt("when") ? undefined : read.value();
  const whens = [];
  while (reader.take("when")) {
    const when = read.value();
    reader.need("then");
    whens.push({ when, then: read.value() });
  }
  if (!whens.length) reader.wrong("WHEN");
  const other = reader.take("else") ? read.value() : undefined;
  reader.need("end");
  return { kind: "case", at, value, whens, other };
}

function readCast(read, at) {
  const { reader } = read;
  if (!reader.isSign("(", 1)) return undefined;
  reader.next();
  reader.next();
  const value = read.value();
  reader.need("as");
  const type = readType(reader);
  reader.needSign(")");
  return { kind: "cast", at, value, type };
}

/** CONVERT(type, value) of SQL Server. */
function readConvert(read, at) {
  const { reader } = read;
  if (!reader.isSign("(", 1)) return undefined;
  reader.next();
  reader.next();
  const type = readType(reader);
  reader.needSign(",");
  const value = read.value();
  if (reader.isSign(",")) reader.fail(at, "there is no translation for CONVERT with a style", "use CAST(x AS type)");
  reader.needSign(")");
  return { kind: "cast", at, value, type };
}

/** A type as its first word in small letters, without its size. */
function readType(reader) {
  const { kind, at } = reader.token;
  if (kind !== "word") reader.wrong("a type");
  const name = reader.next().value.toLowerCase();
  reader.takeOne("precision", "varying", "unsigned", "signed");
  if (reader.takeSign("(")) {
    reader.list(() => (reader.token.kind === "number" || reader.isAt("max") ? reader.next() : reader.wrong("a size")));
    reader.needSign(")");
  }
  if (!reader.take("with", "time", "zone")) reader.take("without", "time", "zone");
  return { at, name };
}

function readExists(read, at) {
  const { reader } = read;
  reader.next();
  reader.needSign("(");
  const query = read.readQuery(reader);
  reader.needSign(")");
  return { kind: "exists", at, query };
}

/** INTERVAL 1 DAY, INTERVAL '1' DAY, INTERVAL '1 day'. */
function readInterval(read, at) {
  const { reader } = read;
  const { kind: after } = reader.ahead(1);
  if (after !== "text" && after !== "number") return undefined;
  reader.next();
  const { kind, value } = reader.token;
  const [, count, unit] = /^\s*(-?\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(kind === "text" || kind === "number" ? value : "") ?? reader.wrong("a number");
  reader.next();
  const word = unit || (reader.token.kind === "word" ? reader.next().value : reader.wrong("a unit such as DAY"));
  return { kind: "interval", at, count, unit: word.toLowerCase() };
}

/** DATE '2026-03-14'. */
function readTime(read, at) {
  const { reader } = read;
  if (reader.ahead(1).kind !== "text") return undefined;
  reader.next();
  return { kind: "time", at, value: reader.next().value };
}
