// SQL text as tokens: `{ kind, value, at, end }`, where `at` and `end` count UTF-16 units. Kinds are "word" (a name or a word
// of SQL, not quoted), "name" (`x` or [x]), "text" ('x', or "x" if `isDouble`), "number", "sign" and "end".

const SIGNS = ["!~*", "||", "<>", "!=", "<=", ">=", "==", "<<", ">>", "::", "!~", "~*", ..."()[],.;=<>+-*/%&|^~"];
const SPACE = /[\s\u{feff}]+|--[^\n\r]*/uy;
const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_$]*/uy;
const NUMBER = /0x[0-9a-f]+|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/iy;
const QUOTES = { "'": "'", '"': '"', "`": "`", "[": "]" };

/** `fail(at, problem, advice)` throws. */
export function tokensOf(sql, fail) {
  const tokens = [];
  let at = 0;
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  const push = (kind, value, end, more) => {
    tokens.push({ kind, value, at, end, ...more });
    at = end;
  };
  while (at < sql.length) {
    const space = match(SPACE);
    if (space) {
      at += space.length;
      continue;
    }
    if (sql.startsWith("/*", at)) {
      const end = sql.indexOf("*/", at + 2);
      if (end < 0) fail(at, "this comment is not closed", "write */ at its end");
      at = end + 2;
      continue;
    }
    const c = sql[at];
    const word = match(WORD);
    const number = match(NUMBER);
    const last = tokens.at(-1);
    const isIndex = c === "[" && last?.end === at && (last.kind === "word" || last.kind === "name" || last.value === ")");
    if (QUOTES[c] && !isIndex) {
      const { value, end } = quoted(sql, at, QUOTES[c], fail);
      if (!value && c !== "'" && c !== '"') fail(at, "a name is empty", "write it, or '' for an empty text");
      push(c === "'" || c === '"' ? "text" : "name", value, end, { isDouble: c === '"' });
    } else if (word && sql[at + word.length] === "'") {
      if (word.toLowerCase() !== "n") fail(at, `there is no translation for a text with \`${word}\` before it`, "write it as '…'");
      at += 1;
    } else if (word) {
      push("word", word, at + word.length);
    } else if (number) {
      at += number.length;
      const after = match(WORD);
      at -= number.length;
      if (after) fail(at, `\`${number}${after}\` is neither a number nor a name`, "quote a name as [x]");
      push("number", number, at + number.length);
    } else {
      const sign = SIGNS.find((one) => sql.startsWith(one, at));
      if (!sign) fail(at, `\`${String.fromCodePoint(sql.codePointAt(at))}\` is not understood`, c === "?" || c === "@" || c === ":" ? "put the parameter's value in its place" : "leave it out, or quote a name as [x]");
      push("sign", sign, at + sign.length);
    }
  }
  push("end", "", at);
  return tokens;
}

/** What stands in quotes, where two of the closing one are one of it. A backslash is a character like any other. */
function quoted(sql, at, close, fail) {
  let value = "";
  for (let from = at + 1; ;) {
    const end = sql.indexOf(close, from);
    if (end < 0) fail(at, `what begins here with ${sql[at]} is not closed`, `write ${close} at its end; within it, ${close} is ${close}${close}`);
    value += sql.slice(from, end);
    if (sql[end + 1] !== close) return { value, end: end + 1 };
    value += close;
    from = end + 2;
  }
}
