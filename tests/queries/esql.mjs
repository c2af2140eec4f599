// A small check of ES|QL: known commands, functions and fields, closed brackets and quotes.
import { balance, codeOf, pipeline } from "./scan.mjs";

const COMMANDS = ["FROM", "WHERE", "EVAL", "STATS", "SORT", "KEEP", "DROP", "LIMIT", "RENAME", "MV_EXPAND", "DISSECT", "GROK"];
const FUNCTIONS = [
  "TO_DATETIME", "TO_LOWER", "TO_STRING", "STARTS_WITH", "ENDS_WITH", "CONCAT", "LOCATE", "COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG",
  "DATE_TRUNC", "CIDR_MATCH", "COALESCE", "CASE", "MV_CONCAT",
];
const WORDS = ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "RLIKE", "BY", "ASC", "DESC", "WHERE", "AS", "true", "false", "hour", "minute", "day", "hours", "minutes", "days"];

/** Throws for what is no query. `fields` are those there are. */
export function checkEsql(text, fields) {
  balance("esql", text);
  const known = new Set(fields);
  pipeline(codeOf("esql", text)).forEach((stage, i) => {
    const [, command, rest] = /^(\w+)\s+([\s\S]*)$/.exec(stage) ?? [];
    if (!COMMANDS.includes(command)) throw new Error(`there is no command: ${stage.slice(0, 40)}`);
    if ((i === 0) !== (command === "FROM")) throw new Error(`FROM comes first, and only there: ${stage.slice(0, 40)}`);
    if (command === "FROM") {
      if (!/^[\w.*:,@ -]+$/.test(rest)) throw new Error(`there is no index ${rest}`);
    } else if (command === "LIMIT") {
      if (!/^\d+$/.test(rest) || Number(rest) > 10_000) throw new Error(`LIMIT takes a number up to 10000, not ${rest}`);
    } else checkStage(command, rest, known);
  });
}

function checkStage(command, rest, known) {
  for (const [, name] of rest.matchAll(/(\w+)\s*\(/g)) {
    if (!FUNCTIONS.includes(name) && !WORDS.includes(name)) throw new Error(`there is no function ${name}`);
  }
  if (command === "EVAL" || command === "STATS") for (const [, name] of rest.matchAll(/([\w.@]+)\s*=(?!=)/g)) known.add(name);
  const names = rest.replace(/""/g, " ").matchAll(/(?<![\w.@])([A-Za-z_@][\w.@]*)(?!\w*\s*\()/g);
  for (const [, name] of names) if (!WORDS.includes(name) && !known.has(name)) throw new Error(`there is no field ${name} (${command})`);
}
