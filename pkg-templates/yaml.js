// The package's yaml.js, which has the YAML library in it and is loaded when YAML
// is first met. It gives plain objects for errors: the class of errors is that of
// the file which loads this one.
//
// YAML 1.2, so that `NO` and `y` are texts and a date stays as it is written; but
// `<<` merges, as PyYAML does, which msticpy reads its files with.
import { Composer, Lexer, LineCounter, Parser, isAlias, isMap, isSeq, parseDocument, stringify, visit } from "yaml";

// Of characters; msticpy's largest file has a fiftieth of that.
const LONGEST = 4 * 2 ** 20;
// How often one anchor may be used, with all that is in it.
const MOST_ALIASES = 10_000;
// The library calls itself for each level, and where the stack ends the whole page may.
const DEEPEST = 200;

// What to do about an error, by the library's name for it.
const ADVICE = {
  BAD_INDENT: "check the indentation, and that each quote and bracket is closed",
  BLOCK_AS_IMPLICIT_KEY: "put a text with a colon in it between quotes",
  DUPLICATE_KEY: "keep one of the two",
  TAB_AS_INDENT: "indent with blanks instead of tabs",
  MISSING_CHAR: "check that each quote and bracket is closed",
};

/**
 * Reads one YAML document: `{ value, lineOf }`, or `{ error: { code, message } }`.
 * `name` is the file's, for errors. `lineOf(path)` is the line, counted from 1,
 * of what is at `path`, a list of keys and positions, or of what is nearest above.
 * With `keepLines`, texts that YAML folds into one line keep theirs.
 */
export function readYaml(text, name, keepLines = false) {
  const wrong = (problem, advice, place = "", code = "badInput") => ({ error: { code, message: `${name}${place}: ${problem}; ${advice}` } });
  if (text.length > LONGEST) return wrong(`more than ${LONGEST / 2 ** 20} million characters of YAML`, "split the file", "", "limitExceeded");
  if (isDeep(text)) return wrong("this is nested too deep", "make it flatter");
  const lines = new LineCounter();
  const at = (offset) => {
    const { line, col } = lines.linePos(offset);
    return `, line ${line}, column ${col}`;
  };
  try {
    const [document, second] = documentsOf(text, lines);
    const [error] = document.errors;
    if (error) return wrong(error.message, ADVICE[error.code] ?? "mend the YAML there", at(error.pos[0]));
    if (second) return wrong("this is a second document", "keep what stands before the second ---", at(second.range[0]));
    let lost;
    visit(document, { Alias: (_, node) => (node.resolve(document) ? undefined : ((lost = node), visit.BREAK)) });
    if (lost) return wrong(`there is no anchor &${lost.source} before this alias`, "set it, or write out what it refers to", at(lost.range[0]));
    if (keepLines) visit(document, { Scalar: (key, node) => (key === "key" ? undefined : unfold(node, text)) });
    const value = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { value, lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
  } catch (error) {
    if (error instanceof ReferenceError) return wrong("aliases refer to aliases too often", "write out what they refer to", "", "limitExceeded");
    throw error;
  }
}

/** Takes lines of a text between quotes however they are indented, as PyYAML does. */
class LaxLexer extends Lexer {
  *parseQuotedScalar() {
    const { indentNext } = this;
    this.indentNext = 0;
    const next = yield* super.parseQuotedScalar();
    this.indentNext = indentNext;
    return next;
  }
}

/** The documents of a text, at least one. */
function documentsOf(text, lines) {
  const parser = new Parser(lines.addNewLine);
  function* tokens() {
    lines.addNewLine(0);
    for (const lexeme of new LaxLexer().lex(text)) yield* parser.next(lexeme);
    yield* parser.end();
  }
  return [...new Composer({ merge: true, prettyErrors: false, logLevel: "error" }).compose(tokens(), true, text.length)];
}

/** Gives a text that goes over several lines its line breaks back, and how far lines are indented. */
function unfold(node, text) {
  const source = text.slice(node.range[0], node.range[1]).replaceAll("\r\n", "\n");
  if (typeof node.value !== "string" || node.type === "BLOCK_LITERAL" || !source.includes("\n")) return;
  // Folding makes a blank of a line break, and one line break of two.
  const isBlock = node.type === "BLOCK_FOLDED";
  const { value } = parseDocument(isBlock ? source.replace(">", "|") : source.replace(/(?<!\\)\n/g, "\n\n"), { logLevel: "error" }).contents ?? {};
  if (typeof value !== "string") return;
  const lines = value.split("\n");
  const indents = source.split("\n").map((line) => line.match(/^ */)[0]);
  // A line that a backslash continues is none of these, nor is a break that is written \n.
  const isSame = !isBlock && lines.length === indents.length;
  const least = Math.min(...indents.slice(1).filter((_, i) => lines[i + 1]).map((indent) => indent.length));
  node.value = isSame ? lines.map((line, i) => (i && line ? indents[i].slice(least) : "") + line).join("\n") : value;
}

/** Whether the text may be nested too deep to be read, by its brackets and by where its lines begin. */
function isDeep(text) {
  let depth = 0;
  for (const [mark] of text.matchAll(/(?<![^\s,:[{])[[{]|[\]}]|^[ \t?:-]{500}/gm)) {
    if (mark.length > 1) return true;
    depth = Math.max(0, depth + ("[{".includes(mark) ? 1 : -1));
    if (depth > DEEPEST) return true;
  }
  return false;
}

function offsetOf(document, path) {
  let node = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const pair = isMap(node) && node.items.find(({ key }) => String(key?.value ?? key) === String(step));
    node = pair ? pair.value : isSeq(node) ? node.items[step] : undefined;
    const range = (pair ? pair.key : node)?.range;
    if (!range) break;
    offset = range[0];
  }
  return offset;
}

/** A plain value as YAML that PyYAML reads alike. */
export const writeYaml = (value) => stringify(value, { compat: "yaml-1.1", aliasDuplicateObjects: false, lineWidth: 0 });
