// Where texts of a query language have literals, and whether their brackets close.

/** What opens a literal in each language, and whether a quote in it is doubled rather than escaped. */
const QUOTES = {
  kql: [['@"', '"', true], ["@'", "'", true], ['"', '"', false], ["'", "'", false]],
  esql: [['"""', '"""', false], ['"', '"', false], ["`", "`", true]],
  spl: [['"', '"', false]],
  sumo: [['"', '"', false]],
  json: [['"', '"', false]],
  rql: [["'", "'", false], ['"', '"', false]],
  sql: [["'", "'", true], ['"', '"', true]],
  odata: [["'", "'", true]],
  plain: [],
};

/** The parts of a text: `[{text, isLiteral}]`, quotes belonging to neither. Throws if a literal is not closed. */
export function parts(language, text) {
  const found = [];
  let [at, from] = [0, 0];
  const push = (end, isLiteral) => found.push({ text: text.slice(from, end), isLiteral });
  while (at < text.length) {
    const quote = QUOTES[language].find(([open]) => text.startsWith(open, at));
    if (!quote) {
      at += 1;
      continue;
    }
    push(at, false);
    const [open, close, isDoubled] = quote;
    const begin = at;
    from = at += open.length;
    for (;;) {
      if (at >= text.length) throw new Error(`a literal is not closed: ${text.slice(begin, begin + 60)}`);
      if (isDoubled && text.startsWith(close + close, at)) at += 2 * close.length;
      else if (!isDoubled && text[at] === "\\") at += 2;
      else if (text.startsWith(close, at)) break;
      else at += 1;
    }
    push(at, true);
    from = at += close.length;
  }
  push(at, false);
  return found;
}

/** The code of a text, with `""` where literals are. */
export function codeOf(language, text) {
  return parts(language, text).map((part) => (part.isLiteral ? '""' : part.text)).join("");
}

/** Throws unless all brackets of a text close in order. */
export function balance(language, text) {
  const open = [];
  const pairs = { ")": "(", "]": "[", "}": "{" };
  for (const { text: code, isLiteral } of parts(language, text)) {
    if (isLiteral) continue;
    for (const c of code) {
      if ("([{".includes(c)) open.push(c);
      else if (c in pairs && open.pop() !== pairs[c]) throw new Error(`${c} closes what is not open`);
    }
  }
  if (open.length) throw new Error(`${open.at(-1)} is not closed`);
}

/** A text at each `|` that is not in brackets or literals. */
export function pipeline(code) {
  const stages = [""];
  let depth = 0;
  for (const c of code) {
    if ("([{".includes(c)) depth += 1;
    if (")]}".includes(c)) depth -= 1;
    if (c === "|" && depth === 0) stages.push("");
    else stages[stages.length - 1] += c;
  }
  return stages.map((stage) => stage.trim());
}
