// What Kusto answers: frames of version 2, and tables of version 1.
// https://learn.microsoft.com/kusto/api/rest/response-http-v2
import { serviceMessage } from "../http.js";
import { joinTables } from "../rows.js";

/** The first result of an answer: `{ table, partial?, notes }`, where notes are what Kusto says of the query. */
export async function readFrames(context, answer, { title, signal }) {
  const { rest, tables } = await context.answer(answer, { rows: ["Rows"], name: title }, signal);
  const { results, status, errors } = Array.isArray(rest) ? ofFrames(rest, tables) : ofTables(rest, tables);
  const problem = [...new Set(errors)].join("; ");
  const [parts] = results;
  if (!parts?.length || parts.includes(undefined)) throw new context.HuntbookError(problem ? "service" : "badInput", `${title}: ${problem || "the answer has no result"}; ${problem ? "check the query" : "try again"}`);
  const table = joinTables(parts);
  // Nothing came but what was wrong.
  if (problem && !table.numRows) throw new context.HuntbookError("service", `${title}: ${problem}; check the query, or ask for less`);
  const notes = results.length > 1 ? [`the answer has ${results.length} results, of which this is the first`] : [];
  return { table, partial: problem || undefined, notes: [...notes, ...statusOf(status)] };
}

const said = (error) => serviceMessage(error) ?? "the service says no more";

/** Tables of the results and of the status, and what went wrong, of version 2. */
function ofFrames(frames, tables) {
  const open = new Map(); // results that come in fragments, by their ids
  const results = [];
  const errors = [];
  let status;
  for (const { FrameType, TableId, TableKind, TableFragmentType, Rows = [], HasErrors, Cancelled, OneApiErrors = [] } of frames) {
    const [number, ...wrong] = Rows;
    errors.push(...[...wrong.flatMap((row) => row.OneApiErrors), ...OneApiErrors].map(said));
    const table = tables[number];
    if (FrameType === "DataTable" && TableKind === "PrimaryResult") results.push([table]);
    if (FrameType === "DataTable" && TableKind === "QueryCompletionInformation") status = table;
    if (FrameType === "TableHeader") {
      open.set(TableId, []);
      if (TableKind === "PrimaryResult") results.push(open.get(TableId));
    }
    if (FrameType === "TableFragment" && open.has(TableId)) {
      const parts = open.get(TableId);
      if (TableFragmentType === "DataReplace") parts.length = 0;
      parts.push(table);
    }
    if (Cancelled) errors.push("the query was cancelled");
    else if (HasErrors && !errors.length) errors.push("the service failed in the middle");
  }
  if (frames.at(-1)?.FrameType !== "DataSetCompletion") errors.push("the end of the answer is missing");
  return { results, status, errors };
}

/** The same of version 1, whose first table is the result. */
function ofTables({ Tables = [], Exceptions = [], error }, tables) {
  const errors = Tables.flatMap(({ Rows: [, ...wrong] = [] }) => wrong.flatMap((row) => row.OneApiErrors).map(said));
  const results = Tables.slice(0, 1).map(({ Rows: [number] = [] }) => [tables[number]]);
  return { results, errors: [...errors, ...Exceptions.map(String), ...(error ? [said(error)] : [])] };
}

/** What the service says of a query, such as `QueryInfo: Query completed successfully`. */
function statusOf(status) {
  return Array.from(status ?? [], ({ EventTypeName, Payload }) => {
    let text = Payload;
    try {
      text = JSON.parse(Payload).Text ?? Payload;
    } catch {
      // It is no JSON.
    }
    return `${EventTypeName}: ${text}`;
  });
}
