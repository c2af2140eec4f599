// Makes Python of the examples in the JavaScript documentation, as far as Python has the same: a line that it has not is left out.
import ts from "typescript";

const snake = (name) => name.replace(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase();

/** What has no counterpart. */
class Untold extends Error {}

/** The example in Python, or nothing. `known` are the names that huntbook has. */
export function toPython(example, known) {
  const source = ts.createSourceFile("example.ts", example.replace(/^```\w*\n|```$/g, ""), ts.ScriptTarget.ES2022, true);
  const lines = [];
  for (const statement of source.statements) {
    const before = example.slice(statement.getFullStart(), statement.getStart());
    for (const [, comment] of before.matchAll(/^\/\/ ?(.*)$/gm)) lines.push(`# ${comment}`);
    const after = /^[ \t]*\/\/ ?(.*)/.exec(source.text.slice(statement.getEnd()));
    try {
      lines.push(toLine(statement, known) + (after ? `  # ${toNames(after[1])}` : ""));
    } catch (error) {
      if (!(error instanceof Untold)) throw error;
    }
  }
  return lines.some((line) => !line.startsWith("#")) ? lines.join("\n") : "";
}

const toNames = (text) => text.replace(/\btrue\b/g, "True").replace(/\bnull\b|\bundefined\b/g, "None");

function toLine(statement, known) {
  const write = (node) => toExpression(node, known);
  if (ts.isExpressionStatement(statement)) return toStatement(statement.expression, known);
  if (!ts.isVariableStatement(statement)) throw new Untold();
  const [{ name, initializer }] = statement.declarationList.declarations;
  if (ts.isIdentifier(name)) return `${snake(name.text)} = ${write(initializer)}`;
  // Several fields of one result.
  const fields = ts.isObjectBindingPattern(name) ? name.elements.map(({ name: field, propertyName }) => [propertyName ?? field, field]) : undefined;
  if (!fields?.every(([from, to]) => ts.isIdentifier(from) && ts.isIdentifier(to))) throw new Untold();
  const reads = fields.map(([from, to]) => `${snake(to.text)} = result["${snake(from.text)}"]`);
  return [`result = ${write(initializer)}`, ...reads].join("\n");
}

/** An expression that stands alone; what is put into a page or written to the console is shown. */
function toStatement(node, known) {
  const write = (node) => toExpression(node, known);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) return `${write(node.left)} = ${write(node.right)}`;
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    if (called === "document.body.append") return write(node.arguments[0]);
    if (called === "console.log") return `print(${node.arguments.map(write).join(", ")})`;
  }
  return write(node);
}

function toExpression(node, known) {
  const write = (node) => toExpression(node, known);
  if (ts.isParenthesizedExpression(node)) return `(${write(node.expression)})`;
  if (ts.isAwaitExpression(node)) return `await ${write(node.expression)}`;
  if (ts.isStringLiteral(node)) return JSON.stringify(node.text);
  if (ts.isNumericLiteral(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return "True";
  if (node.kind === ts.SyntaxKind.FalseKeyword) return "False";
  if (node.kind === ts.SyntaxKind.NullKeyword) return "None";
  if (ts.isIdentifier(node)) return snake(node.text);
  if (ts.isArrayLiteralExpression(node)) return `[${node.elements.map(write).join(", ")}]`;
  if (ts.isObjectLiteralExpression(node)) return `{${pairs(node, known).map(([name, value]) => `"${name}": ${value}`).join(", ")}}`;
  if (ts.isPropertyAccessExpression(node) && !node.questionDotToken) {
    // Results of functions are dicts.
    const inside = write(node.expression);
    return ts.isParenthesizedExpression(node.expression) ? `${inside}["${snake(node.name.text)}"]` : `${inside}.${snake(node.name.text)}`;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return `${write(node.left)} == ${write(node.right)}`;
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments.length) return "datetime.now(UTC)";
  if (ts.isCallExpression(node)) return toCall(node, known);
  throw new Untold();
}

function toCall(node, known) {
  const called = node.expression;
  const isOurs = ts.isIdentifier(called) && known.has(called.text);
  if (!isOurs && !ts.isPropertyAccessExpression(called)) throw new Untold();
  const args = [...node.arguments];
  // Of these Python takes a text for the name of a file.
  if (isOurs && /^read/.test(called.text) && ts.isStringLiteral(args[0])) throw new Untold();
  const isFilter = ts.isPropertyAccessExpression(called) && called.name.text === "filter";
  const isFirst = isOurs && args.length === 1 && /^(entityGraph|timeline)$/.test(called.text);
  const last = args.at(-1);
  const options = last && ts.isObjectLiteralExpression(last) && !isFilter && !isFirst ? pairs(args.pop(), known).map(([name, value]) => `${name}=${value}`) : [];
  const name = isOurs ? `hb.${snake(called.text)}` : toExpression(called, known);
  return `${name}(${[...args.map((one) => toExpression(one, known)), ...options].join(", ")})`;
}

function pairs(node, known) {
  return node.properties.map((property) => {
    if (ts.isShorthandPropertyAssignment(property)) return [snake(property.name.text), snake(property.name.text)];
    if (!ts.isPropertyAssignment(property)) throw new Untold();
    const name = property.name.text;
    // With a capital it is a name in the data.
    return [/^[A-Z]/.test(name) ? name : snake(name), toExpression(property.initializer, known)];
  });
}
