// Makes huntbook/_functions.py of index.d.ts: each function of the JavaScript library with its options as keywords, its
// documentation and its examples.
import ts from "typescript";
import { toPython } from "./examples.mjs";

export const snake = (name) => name.replace(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase();

// Words that Python keeps for itself, or that would hide its own.
const RESERVED = ["from", "in", "is", "not", "and", "or", "lambda", "def", "class", "with", "as", "None", "True", "False", "global", "pass"];
const safe = (name) => (RESERVED.includes(name) ? `${name}_` : name);

// What Python has its own way for.
const OWN = ["init"];
const CONTROL = ["signal"];
const HEAD = `# Made by python/functions.mjs of the types of the JavaScript library.
"""What huntbook can do."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from . import _js, _sources
from ._table import Table

if TYPE_CHECKING:
    from ._view import View

# Options whose keys are names in the data.
_MAPS = frozenset(MAPS)

`;

/** What the types say about one function. */
function describe(checker, name, declarations) {
  const documented = declarations.find((one) => ts.getJSDocCommentsAndTags(one).length) ?? declarations[0];
  const longest = declarations.reduce((most, one) => (one.parameters.length > most.parameters.length ? one : most));
  const result = declarations.at(-1).type.getText();
  const parameters = longest.parameters.map((parameter) => ({
    name: parameter.name.getText(),
    optional: Boolean(parameter.questionToken) || declarations.some((one) => one.parameters.length < longest.parameters.length && !one.parameters.some((other) => other.name.getText() === parameter.name.getText())),
    type: checker.getTypeAtLocation(parameter),
    text: parameter.type.getText(),
  }));
  const isOptions = parameters.at(-1)?.name.toLowerCase().endsWith("options");
  const optionTypes = isOptions ? declarations.flatMap((one) => one.parameters.filter(({ name }) => name.getText() === parameters.at(-1).name).map((one) => checker.getTypeAtLocation(one))) : [];
  const options = new Map();
  for (const type of optionTypes.map((type) => checker.getNonNullableType(type))) {
    for (const property of checker.getPropertiesOfType(type)) {
      const given = options.get(property.name);
      const required = !(property.flags & ts.SymbolFlags.Optional) && (given?.required ?? true);
      const documentation = ts.displayPartsToString(property.getDocumentationComment(checker)) || given?.documentation || "";
      options.set(property.name, { name: property.name, type: checker.getTypeOfSymbol(property), required, documentation });
    }
  }
  for (const hidden of CONTROL) options.delete(hidden);
  const tags = ts.getJSDocTags(documented);
  const comment = ts.getJSDocCommentsAndTags(documented).find(ts.isJSDoc)?.comment;
  return {
    name,
    result,
    parameters: isOptions ? parameters.slice(0, -1) : parameters,
    // What may be given as an option too is a parameter here.
    options: [...options.values()].filter((option) => !parameters.some((parameter) => parameter.name === option.name)),
    text: ts.getTextOfJSDocComment(comment) ?? "",
    raises: tags.filter(({ tagName }) => tagName.text === "throws").map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? ""),
    example: ts.getTextOfJSDocComment(tags.find(({ tagName }) => tagName.text === "example")?.comment) ?? "",
  };
}

const isMap = (checker, type) => {
  const plain = checker.getNonNullableType(type);
  const isOne = (part) => Boolean(checker.getIndexInfoOfType(part, ts.IndexKind.String)) || part.symbol?.name === "Map";
  return plain.isUnion() ? plain.types.some(isOne) : isOne(plain);
};

/** A type as Python writes it, as well as it has one. */
function annotate(checker, type) {
  const plain = checker.getNonNullableType(type);
  const parts = plain.isUnion() ? plain.types : [plain];
  if (parts.every((part) => part.isStringLiteral())) return `Literal[${parts.map(({ value }) => JSON.stringify(value)).join(", ")}]`;
  const names = new Set(parts.map((part) => annotateOne(checker, part)));
  return names.has("Any") ? "Any" : [...names].join(" | ");
}

function annotateOne(checker, type) {
  if (type.flags & ts.TypeFlags.StringLike) return "str";
  if (type.flags & ts.TypeFlags.BooleanLike) return "bool";
  if (type.flags & ts.TypeFlags.NumberLike) return "float";
  const name = type.symbol?.name;
  if (name === "Table") return "Table";
  if (name === "Date") return "dt.datetime";
  if (isMap(checker, type)) return "Mapping[str, Any]";
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type);
    const inside = annotate(checker, item);
    return `Sequence[${inside}]`;
  }
  if (type.getCallSignatures().length) return "Callable[..., Any]";
  return "Any";
}

const RESULTS = { Table: "Table", string: "str", number: "float", boolean: "bool", "string[]": "list[str]", "string | undefined": "str | None" };

/** Documentation with names as Python has them. */
function prose(text, known) {
  return text
    .replace(/`([A-Za-z]+)(\(|`)/g, (all, name, end) => (known.has(name) ? `\`${snake(name)}${end}` : all))
    .replace(/HuntbookError\} ?/g, "")
    .replace(/`null`|`undefined`/g, "`None`")
    .replace(/`true`/g, "`True`")
    .replace(/`false`/g, "`False`")
    .replace(/\\/g, "\\\\")
    .replace(/"""/g, '\\"\\"\\"');
}

const indent = (text, by) => text.split("\n").map((line) => (line ? by + line : line)).join("\n");

function docstring(fn, known, isView) {
  const parts = [prose(fn.text, known).trim()];
  if (fn.options.length) {
    const lines = fn.options.map(({ name, documentation }) => `${safe(snake(name))}: ${prose(documentation, known).replace(/\s*\n\s*/g, " ") || "see above"}`);
    parts.push(`Options:\n${indent(lines.join("\n"), "    ")}`);
  }
  if (fn.raises.length) parts.push(`Raises a \`HuntbookError\`: ${prose(fn.raises.join(" ").replace(/^\{HuntbookError\} ?/, ""), known).replace(/\s*\n\s*/g, " ")}`);
  const example = toPython(fn.example, known);
  if (example) parts.push(`Example:\n${indent(example.replace(/\\/g, "\\\\"), "    ")}`);
  if (isView) parts.push("Gives a `View`, which is shown live where a cell ends with it.");
  return `    """${indent(parts.filter(Boolean).join("\n\n"), "    ").trimStart()}\n    """`;
}

function signature(checker, fn, isView) {
  const given = fn.parameters.map(({ name, type, text, optional }) => {
    const kind = /\bSource\b|ArrayLike|readonly object|Record|Table|ProcessRef|\{\}|=>/.test(text) ? "Any" : annotate(checker, type);
    return `${safe(snake(name))}: ${kind}${optional ? " | None = None" : ""}`;
  });
  const options = fn.options.map(({ name, type, required }) => `${safe(snake(name))}: ${annotate(checker, type)}${required ? "" : " | None = None"}`);
  const all = [...given, ...(options.length ? ["*", ...options] : [])];
  const result = /^Promise<(.*)>$/s.exec(fn.result)?.[1];
  return `${isView ? "" : "async "}def ${snake(fn.name)}(\n${all.map((one) => `    ${one},\n`).join("")}) -> ${isView ? '"View"' : RESULTS[result] ?? "Any"}:`;
}

/** How the arguments before the options become JavaScript's. */
function convert({ name, parameters }) {
  return parameters.map(({ name: parameter, text }, index) => {
    const python = safe(snake(parameter));
    if (index === 0 && (/\bSource\b/.test(text) || name.startsWith("read"))) return `await _sources.source(${python}, options, "${name}")`;
    if (index === 0 && /^Table\b/.test(text)) return `await _sources.table(${python})`;
    if (index === 0 && name === "entropy") return `${python} if isinstance(${python}, str) else await _sources.table(${python})`;
    // Its keys are names in the data.
    return `_js.out(${python}, True)`;
  });
}

function body(fn, isView) {
  const pairs = fn.options.map(({ name }) => `"${snake(name)}": ${safe(snake(name))}`);
  const options = `    options: dict[str, Any] = {${pairs.join(", ")}}`;
  if (isView) {
    const data = fn.parameters[0] ? safe(snake(fn.parameters[0].name)) : "None";
    return `    from ._view import View\n\n${options}\n    return View("${fn.name}", ${data}, options, _MAPS)`;
  }
  return `${options}\n    return await _js.run("${fn.name}", ${convert(fn).map((one) => `${one}, `).join("")}maps=_MAPS, **options)`;
}

/** The text of the module, of a file of types. */
export function makeFunctions(file) {
  const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"], strict: true });
  const checker = program.getTypeChecker();
  const found = new Map();
  for (const statement of program.getSourceFile(file).statements) {
    if (ts.isFunctionDeclaration(statement)) found.set(statement.name.text, [...(found.get(statement.name.text) ?? []), statement]);
  }
  const all = [...found].filter(([name]) => !OWN.includes(name)).map(([name, declarations]) => describe(checker, name, declarations));
  const known = new Set(["toTable", "toSvg", "toCsv", ...all.flatMap(({ name, options, parameters }) => [name, ...options.map(({ name }) => name), ...parameters.map(({ name }) => name)])]);
  const isElement = ({ result }) => /Element\b/.test(result);
  const functions = all.filter((fn) => fn.result.startsWith("Promise<") || isElement(fn)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const maps = [...new Set(functions.flatMap(({ options }) => options.filter(({ type }) => isMap(checker, type)).map(({ name }) => snake(name))))];
  const texts = functions.map((fn) => [signature(checker, fn, isElement(fn)), docstring(fn, known, isElement(fn)), body(fn, isElement(fn))].join("\n"));
  const names = `__all__ = [\n${functions.map(({ name }) => `    "${snake(name)}",\n`).join("")}]\n`;
  return `${HEAD.replace("frozenset(MAPS)", () => `frozenset(${ JSON.stringify(maps)})`)}${names}\n\n${texts.join("\n\n\n")}\n`;
}
