// What is asked of SQL's trees (sql-parse.js).

/** Calls `visit` for a node and all in it, but not for the queries in it; where that gives true, no deeper. */
export function walk(node, visit) {
  if (Array.isArray(node)) return node.forEach((one) => walk(one, visit));
  if (!node || typeof node !== "object" || visit(node)) return undefined;
  for (const [key, value] of Object.entries(node)) if (key !== "query") walk(value, visit);
  return undefined;
}

export function has(node, test) {
  let found = false;
  walk(node, (one) => (found ||= test(one)));
  return found;
}

/** The conditions that all have to be true. */
export const conditionsOf = (node) => (!node ? [] : node.kind === "all" && node.op === "and" ? node.items.flatMap(conditionsOf) : [node]);

/** What a value is called that has no alias. */
export function nameOf({ kind, path, name, args }, i) {
  if (kind === "name") return path.at(-1);
  if (kind !== "call") return `Column${i + 1}`;
  let first;
  walk(args, (node) => first || (node.kind === "name" && (first = node.path.at(-1)), false));
  return `${name.toLowerCase()}_${first ?? ""}`;
}

/** `name`, or with the first number that makes it one which `names` has not; that is put into it. */
export function uniqueIn(names, name) {
  let unique = name;
  for (let i = 1; names.has(unique); i++) unique = `${name}${i}`;
  names.add(unique);
  return unique;
}
