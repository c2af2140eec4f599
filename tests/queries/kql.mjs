// KQL read by Kusto's own language service, against the schemas in queries/schemas.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { folder } from "./packs.mjs";

/** The columns of the tables of a schema file: `{table: [[column, type], …]}`. */
export function readSchema(name) {
  const tables = JSON.parse(fs.readFileSync(path.join(folder, "schemas", `${name}.json`), "utf8"));
  const columns = (types) => Object.entries(types).flatMap(([type, names]) => names.split(" ").map((column) => [column, type]));
  return Object.fromEntries(Object.entries(tables).filter(([table]) => table).map(([table, types]) => [table, columns(types)]));
}

/** Defender's tables as Log Analytics has them: the time is in another column. */
export function inLogAnalytics(schema) {
  const named = ([column, type]) => [column === "Timestamp" ? "TimeGenerated" : column, type];
  return Object.fromEntries(Object.entries(schema).map(([table, columns]) => [table, columns.map(named)]));
}

let kusto;
function load() {
  if (!kusto) {
    const require = createRequire(import.meta.url);
    require("@kusto/language-service-next/bridge.min.js");
    require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
    kusto = globalThis.Kusto.Language;
  }
  return kusto;
}

/** A function that gives the problems of a text: `[{severity, message, near}]`. */
export function kqlChecker(schema) {
  const language = load();
  const { ColumnSymbol, DatabaseSymbol, ScalarTypes, TableSymbol } = language.Symbols;
  const tables = Object.entries(schema).map(([table, columns]) => {
    const symbols = columns.map(([column, type]) => new ColumnSymbol(column, ScalarTypes.GetSymbol(type)));
    return new TableSymbol.$ctor4(table, symbols);
  });
  const database = new DatabaseSymbol.$ctor1("logs", tables);
  const globals = language.GlobalState.Default.WithDatabase(database);
  return (text) => {
    const found = language.KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics();
    return Array.from({ length: found.Count }, (_, i) => {
      const { Severity, Message, Start, Length } = found.getItem(i);
      return { severity: Severity, message: Message, near: text.slice(Math.max(0, Start - 20), Start + Length + 20) };
    });
  };
}
