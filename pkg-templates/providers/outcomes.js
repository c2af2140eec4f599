// What came of the parts of a query: one table of all rows, and what is missing, which is said and never silent.
import { joinTables } from "./rows.js";

/**
 * The table of `outcomes`, in their order: `{ alias, part, result }` or `{ alias, part, error }`, where a result is that of a
 * driver. Rows that are missing are said in its report and on the console; or `onPartial` makes an error of them, which has the table.
 */
export function joinOutcomes({ HuntbookError }, what, outcomes, onPartial) {
  const came = outcomes.filter(({ result }) => result);
  const first = outcomes.find(({ error }) => error)?.error;
  const fail = (message) => Object.assign(new HuntbookError(first?.code ?? "service", `${what}: ${message}`, { cause: first?.cause }), first?.status && { status: first.status });
  if (!came.length) throw fail(first.message);
  const isOne = outcomes.every(({ alias }) => alias === outcomes[0].alias);
  // With several connections a row says where it is from.
  const table = joinTables(came.map(({ result, alias }) => (isOne ? result.table : result.table._withText("Connection", alias))));
  const missing = missingOf(outcomes, isOne);
  const notes = [...new Set(came.flatMap(({ result }) => result.notes ?? []))];
  const noted = missing.length || notes.length ? table._noted([...missing, ...notes], missing.length > 0) : table;
  if (missing.length && onPartial === "error") throw Object.assign(fail(`rows are missing (${missing.join("; ")}); error.partial has those that came`), { partial: noted });
  if (missing.length) console.warn(`huntbook, ${what}: rows are missing: ${missing.join("; ")}`);
  return noted;
}

/** What is missing, a sentence each; parts that follow each other and failed alike are one. */
function missingOf(outcomes, isOne) {
  const all = [];
  for (const { alias, part: { start, end }, result, error } of outcomes) {
    const problem = error ? `missing: ${error.message}` : result?.partial;
    if (!problem) continue;
    const last = all.at(-1);
    if (error && last?.problem === problem && last.alias === alias) last.end = end;
    else all.push({ alias, start, end, problem, error });
  }
  return all.map(({ alias, start, end, problem, error }) => {
    const time = start !== undefined && outcomes.length > 1 && `${start} to ${end}`;
    const place = [!isOne && alias, time].filter(Boolean).join(", ");
    return error ? `${place || "a part"} is ${problem}` : [place, problem].filter(Boolean).join(": ");
  });
}
