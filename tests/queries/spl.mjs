// A small check of Splunk's language: known commands, functions and fields, closed brackets and quotes.
import { balance, codeOf, pipeline } from "./scan.mjs";

const GENERATING = ["search", "tstats", "rest", "from", "makeresults", "inputlookup"];
const COMMANDS = [...GENERATING, "table", "fields", "head", "sort", "stats", "where", "eval", "dedup", "rename", "join", "fillnull", "top", "rare", "return"];
const FUNCTIONS = ["count", "dc", "min", "max", "sum", "avg", "values", "list", "eval", "if", "case", "coalesce", "like", "match", "lower", "strptime"];
/** What commands take that is no field. */
const OPTIONS = ["type", "value", "splunk_server", "count", "earliest", "latest", "timeformat", "left", "local", "limit"];
const WORDS = ["AS", "BY", "WHERE", "OR", "AND", "NOT", "IN", "by", "as", "where"];

/** Throws for what is no search. `fields` are those there are. */
export function checkSpl(text, fields) {
  balance("spl", text);
  checkPipeline(codeOf("spl", text), new Set(fields));
}

function checkPipeline(code, fields) {
  const stages = pipeline(code);
  if (stages[0] === "") stages.shift();
  else if (!stages[0].startsWith("search ")) throw new Error(`a search begins with "search" or "|": ${stages[0].slice(0, 40)}`);
  stages.forEach((stage, i) => {
    const [, command, rest] = /^(\w+)\s*([\s\S]*)$/.exec(stage) ?? [];
    if (!COMMANDS.includes(command)) throw new Error(`there is no command: ${stage.slice(0, 40)}`);
    if (i > 0 && command !== "search" && GENERATING.includes(command)) throw new Error(`${command} stands after a pipe`);
    checkStage(command, rest, fields);
  });
}

function checkStage(command, rest, fields) {
  // Subsearches make fields too.
  const alone = rest.replace(/\[([\s\S]*)\]/, (_, inner) => {
    checkPipeline(inner.trim(), fields);
    return "";
  });
  if (command === "head") {
    if (!/^\d+$/.test(alone)) throw new Error(`head takes a number, not ${alone}`);
    return;
  }
  for (const [, name] of alone.matchAll(/\b(?:AS|as)\s+([\w.:]+)/g)) fields.add(name);
  if (command === "eval") for (const [, name] of alone.matchAll(/(?:^|,)\s*([\w.]+)\s*=/g)) fields.add(name);
  if (command !== "search") {
    for (const [, name] of alone.matchAll(/(\w+)\(/g)) if (!FUNCTIONS.includes(name)) throw new Error(`there is no function ${name}`);
  }
  const named = command === "search" || command === "rest" ? compared(alone) : words(alone);
  for (const name of named) if (!fields.has(name) && !OPTIONS.includes(name)) throw new Error(`there is no field ${name} (${command})`);
}

/** What stands before a comparison. */
const compared = (text) => [...text.matchAll(/([\w.:]+)\s*(?:!=|>=|<=|=|<|>)/g)].map(([, name]) => name);

/** Every name that is no function, number, literal or keyword. */
function words(text) {
  const names = text.replace(/""/g, " ").matchAll(/(?<![\w.:/])([A-Za-z_][\w.:]*)(?!\w*\()/g);
  return [...names].map(([, name]) => name).filter((name) => !WORDS.includes(name));
}
