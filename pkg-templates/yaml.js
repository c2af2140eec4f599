// The package's yaml.js, which has the YAML library in it and is loaded when YAML
// is first met. It gives plain objects for errors: the class of errors is that of
// the file which loads this one.
//
// YAML 1.2, so that `NO` and `y` are texts and a date stays as it is written; but
// `<<` merges, as PyYAML does, which msticpy reads its files with.
import { LineCounter, isAlias, isMap, isSeq, parseDocument, stringify, visit } from "yaml";

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
  MULTIPLE_DOCS: "keep what stands before the second ---",
  TAB_AS_INDENT: "indent with blanks instead of tabs",
  MISSING_CHAR: "check that each quote and bracket is closed",
};

/**
 * Reads one YAML document: `{ value, lineOf }`, or `{ error: { code, message } }`.
 * `name` is the file's, for errors. `lineOf(path)` is the line, counted from 1,
 * of what is at `path`, a list of keys and positions, or of what is nearest above.
 */
export function readYaml(text, name) {
  const wrong = (problem, advice, place = "", code = "badInput") => ({ error: { code, message: `${name}${place}: ${problem}; ${advice}` } });
  if (text.length > LONGEST) return wrong(`more than ${LONGEST / 2 ** 20} million characters of YAML`, "split the file", "", "limitExceeded");
  if (isDeep(text)) return wrong("this is nested too deep", "make it flatter");
  const lines = new LineCounter();
  const at = (offset) => {
    const { line, col } = lines.linePos(offset);
    return `, line ${line}, column ${col}`;
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: "error" });
    const [error] = document.errors;
    if (error) {
      const problem = error.code === "MULTIPLE_DOCS" ? "this is a second document" : error.message;
      return wrong(problem, ADVICE[error.code] ?? "mend the YAML there", at(error.pos[0]));
    }
    let lost;
    visit(document, { Alias: (_, node) => (node.resolve(document) ? undefined : ((lost = node), visit.BREAK)) });
    if (lost) return wrong(`there is no anchor &${lost.source} before this alias`, "set it, or write out what it refers to", at(lost.range[0]));
    const value = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { value, lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
  } catch (error) {
    if (error instanceof ReferenceError) return wrong("aliases refer to aliases too often", "write out what they refer to", "", "limitExceeded");
    throw error;
  }
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
