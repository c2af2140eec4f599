// SQL's SELECT as a tree. Parsers that were on npm are of one dialect (pgsql-ast-parser 12, 36 kB brotli: no TOP, RLIKE or
// [x]) or know less (squirreling 0.12); what people paste from Spark, SQLite, SQL Server and Postgres is read here alike.
import { Reader } from "./reader.js";
import { expression } from "./terms.js";
import { tokensOf } from "./tokens.js";

const JOINS = [
  [["inner", "join"], "inner"], [["join"], "inner"], [["cross", "join"], "cross"],
  ...[["left", "leftouter"], ["right", "rightouter"], ["full", "fullouter"]].flatMap(([word, kind]) => [[[word, "outer", "join"], kind], [[word, "join"], kind]]),
  [["left", "semi", "join"], "leftsemi"], [["left", "anti", "join"], "leftanti"],
];

/** `fail(at, problem, advice)` throws. */
export function parseSql(sql, fail) {
  const reader = new Reader(tokensOf(sql, fail), fail);
  if (!isQuery(reader)) reader.wrong("SELECT or WITH");
  const query = readQuery(reader);
  reader.takeSign(";");
  if (reader.token.kind !== "end") reader.wrong("the end");
  return query;
}

const isQuery = (reader) => reader.isAt("select") || reader.isAt("with") || reader.isSign("(");

/** `{ ctes, body, order, limit, offset }`; a body is a select, or `{ op, all, left, right }`. */
function readQuery(reader) {
  return reader.inside(() => {
    const { at } = reader.token;
    const ctes = reader.take("with") ? readCtes(reader) : [];
    const body = readSets(reader);
    const order = reader.take("order", "by") ? reader.list(() => readOrder(reader)) : [];
    return { at, ctes, body, order, ...readLimit(reader) };
  });
}

function readCtes(reader) {
  if (reader.isAt("recursive")) reader.fail(reader.token.at, "KQL has no recursive queries", "write the steps one after the other");
  return reader.list(() => {
    const { at } = reader.token;
    const name = reader.name("the name of a query");
    const columns = readColumns(reader);
    reader.need("as");
    return { at, name, columns, query: readInBrackets(reader) };
  });
}

/** The names in brackets after an alias, if there are any. */
function readColumns(reader) {
  if (!reader.takeSign("(")) return undefined;
  const names = reader.list(() => reader.name("the name of a column"));
  reader.needSign(")");
  return names;
}

function readInBrackets(reader) {
  reader.needSign("(");
  if (!isQuery(reader)) reader.wrong("SELECT or WITH");
  const query = readQuery(reader);
  reader.needSign(")");
  return query;
}

function readSets(reader) {
  const one = () => (reader.isSign("(") ? readInBrackets(reader) : readSelect(reader));
  const chain = (read, ...ops) => {
    let left = read();
    for (;;) {
      const { at } = reader.token;
      const op = reader.takeOne(...ops);
      if (!op) return left;
      const all = reader.take("all") || (reader.take("distinct"), false);
      left = reader.chained({ at, op: op === "minus" ? "except" : op, all, left, right: read() }, left);
    }
  };
  return chain(() => chain(one, "intersect"), "union", "except", "minus");
}

function readSelect(reader) {
  const { at } = reader.token;
  reader.need("select");
  const isDistinct = reader.take("distinct");
  if (isDistinct && reader.isAt("on")) reader.fail(reader.token.at, "there is no translation for DISTINCT ON", "use GROUP BY with MAX or MIN");
  if (!isDistinct) reader.take("all");
  const top = reader.take("top") ? readTop(reader) : undefined;
  const items = reader.list(() => readItem(reader));
  const from = reader.take("from") ? readFrom(reader) : [];
  const where = reader.take("where") ? expression(reader, readQuery) : undefined;
  const group = reader.take("group", "by") ? reader.list(() => expression(reader, readQuery)) : [];
  const having = reader.take("having") ? expression(reader, readQuery) : undefined;
  return { at, isDistinct, top, items, from, where, group, having };
}

function readItem(reader) {
  const { at } = reader.token;
  if (reader.takeSign("*")) return { at, star: true };
  if (reader.isName() && reader.isSign(".", 1) && reader.isSign("*", 2)) {
    const of = reader.next().value;
    reader.next();
    reader.next();
    return { at, star: true, of };
  }
  const value = expression(reader, readQuery);
  return { at, value, alias: readAlias(reader) };
}

function readAlias(reader) {
  const isMarked = reader.take("as");
  const { kind, isDouble } = reader.token;
  return isMarked || reader.isName() || (kind === "text" && isDouble) ? reader.name("an alias") : undefined;
}

function readFrom(reader) {
  const joins = [readTable(reader, undefined)];
  for (;;) {
    if (reader.isAt("natural")) reader.fail(reader.token.at, "what a NATURAL JOIN joins by is not known here", "write JOIN … USING (column)");
    const found = JOINS.find(([words]) => reader.take(...words));
    const isComma = !found && reader.takeSign(",");
    if (!found && !isComma) return joins;
    const join = readTable(reader, isComma ? "cross" : found[1]);
    if (join.kind !== "cross") readJoinedBy(reader, join);
    joins.push(join);
  }
}

function readTable(reader, kind) {
  const { at } = reader.token;
  if (reader.isSign("(")) {
    const query = readInBrackets(reader);
    return { at, kind, query, alias: readAlias(reader), columns: readColumns(reader) };
  }
  const path = [reader.name("a table")];
  while (reader.takeSign(".")) path.push(reader.name("a table"));
  if (reader.isSign("(")) reader.fail(at, `there is no translation for the table function \`${path.join(".")}\``, "name a table");
  const alias = readAlias(reader);
  return { at, kind, path, alias };
}

function readJoinedBy(reader, join) {
  if (reader.take("on")) {
    join.on = expression(reader, readQuery);
  } else if (reader.take("using")) {
    join.using = readColumns(reader) ?? reader.wrong("`(`");
  } else {
    reader.wrong("ON or USING");
  }
}

function readOrder(reader) {
  const { at } = reader.token;
  const value = expression(reader, readQuery);
  const direction = reader.takeOne("asc", "desc") ?? "asc";
  const nulls = reader.take("nulls") ? reader.takeOne("first", "last") ?? reader.wrong("FIRST or LAST") : undefined;
  return { at, value, direction, nulls };
}

/** LIMIT n, LIMIT m, n, OFFSET m, and FETCH of the standard. */
function readLimit(reader) {
  let limit;
  let offset;
  if (reader.take("limit") && !reader.take("all")) {
    limit = readCount(reader);
    if (reader.takeSign(",")) [offset, limit] = [limit, readCount(reader)];
  }
  if (reader.take("offset")) {
    offset = readCount(reader);
    reader.takeOne("rows", "row");
  }
  if (reader.take("fetch")) {
    reader.takeOne("first", "next");
    limit = reader.token.kind === "number" ? readCount(reader) : 1;
    reader.takeOne("rows", "row");
    reader.need("only");
  }
  return { limit, offset };
}

function readTop(reader) {
  const isBracketed = reader.takeSign("(");
  const count = readCount(reader);
  if (isBracketed) reader.needSign(")");
  if (reader.isAt("percent") || reader.isAt("with", "ties")) reader.fail(reader.token.at, "KQL takes a number of rows only", "give that number");
  return count;
}

function readCount(reader) {
  const { kind, value } = reader.token;
  if (kind !== "number" || !/^\d{1,15}$/.test(value)) reader.wrong("a number of rows");
  return Number(reader.next().value);
}
