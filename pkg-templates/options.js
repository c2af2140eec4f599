// How options are checked. Also for the parts that are loaded later, whose errors are of the file which loads them: so `invalid`
// is given.

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Throws for the first of the options that `fn` does not know; `known` names those that it does. */
export function noOthers(invalid, fn, others, known) {
  const wrong = Object.keys(others)[0];
  if (wrong) throw invalid(`${fn}: there is no option \`${wrong}\` (there ${known.includes(",") ? "are" : "is"}: ${known})`);
}

/** The same for all that was given, of which `own` names what is taken; `known` are the names that the error lists. */
export function onlyOwn(invalid, fn, given, own, known = own) {
  noOthers(invalid, fn, Object.fromEntries(Object.entries(given).filter(([name]) => !own.includes(name))), known.join(", "));
}
