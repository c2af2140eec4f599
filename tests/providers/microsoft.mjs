// Stand-ins for Log Analytics and Kusto. Each answers what the service would to requests of huntbook or of the vendor's own client,
// which checks in turn that they are right.
import { createRequire } from "node:module";

export const require = createRequire(import.meta.url);

/** Types and rows of what the stand-ins have. */
export const LOGONS = {
  columns: { TimeGenerated: "datetime", Computer: "string", Id: "long", Score: "real", Ok: "bool", Details: "dynamic" },
  rows: ["A", "B", "C"].map((host, i) => [`2024-01-01T10:0${i}:00.1234567Z`, host, 9007199254740993n + BigInt(i), i / 2, i > 0, i ? { n: i } : null]),
};

/** JSON whose integers keep their digits. */
export const toText = (value) => JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `bigint ${inner}` : inner)).replace(/"bigint (\d+)"/g, "$1");

const error = (status, code, message, more) => ({ status, body: { error: { code, message, ...more } } });
const allowed = ({ headers }) => /^Bearer ./.test(headers.authorization ?? "");

/** `answer` of `startService` for a workspace; the path may have the proxy's route before it. */
export function logAnalytics({ rows = LOGONS.rows } = {}) {
  return (request) => {
    const { method, headers } = request;
    const path = request.path.replace(/^\/loganalytics(?=\/)/, "");
    if (!allowed(request) && !headers["x-api-key"]) return error(403, "InsufficientAccessError", "The provided credentials have insufficient access to perform the requested operation");
    if (!/^\/v1\/workspaces\/[\w-]+\/(query|search)$/.test(path) || method !== "POST") return error(404, "PathNotFoundError", "The requested path does not exist");
    const { query, start } = request.json;
    if (path.endsWith("/search") && !start) return error(400, "BadArgumentError", "start is missing");
    const [, table, count = rows.length] = /^(\w+)(?:\s*\|\s*take (\d+))?/.exec(query) ?? [];
    if (table !== "Logons") {
      const innererror = { code: "SEM0100", message: `'where' operator: Failed to resolve table expression named '${table}'` };
      return error(400, "BadArgumentError", "The request had some invalid properties", { correlationId: "c", innererror: { code: "SemanticError", message: "A semantic error occurred.", innererror } });
    }
    const columns = Object.entries(LOGONS.columns).map(([name, type]) => ({ name, type }));
    // As the service does, dynamic values are text.
    const cells = rows.slice(0, count).map((row) => row.map((cell) => (cell && typeof cell === "object" ? JSON.stringify(cell) : cell)));
    const cut = query.includes("partial") && { error: { code: "PartialError", message: "There were some errors when processing your query.", details: [{ code: "EngineError", message: "Something went wrong.", innererror: { code: "-2133196797", message: "E_QUERY_RESULT_SET_TOO_LARGE", severity: 2, severityName: "Error" } }] } };
    return { headers: { "Content-Type": "application/json" }, body: toText({ tables: [{ name: "PrimaryResult", columns, rows: cells }], ...cut }) };
  };
}

const COMPLETION = ["Timestamp datetime", "ClientRequestId string", "ActivityId guid", "SubActivityId guid", "ParentActivityId guid", "Level int", "LevelName string", "StatusCode int", "StatusCodeName string", "EventType int", "EventTypeName string", "Payload string"];
const columnsOf = (columns) => Object.entries(columns).map(([ColumnName, ColumnType]) => ({ ColumnName, ColumnType }));
const oneApiError = (message) => ({ error: { code: "LimitsExceeded", message: "Request is invalid and cannot be executed.", "@type": "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException", "@message": message, "@permanent": false } });

/** Frames of an answer; `primary` stands in the middle, and `end` in the last. */
export function frames(primary, end = {}) {
  const nil = "00000000-0000-0000-0000-000000000000";
  const status = ["2024-01-01T10:00:00Z", "id", nil, nil, nil, 4, "Info", 0, "S_OK (0)", 4];
  const said = [["QueryInfo", { Count: 1, Text: "Query completed successfully" }], ["QueryResourceConsumption", { ExecutionTime: 0.01 }]];
  return [
    { FrameType: "DataSetHeader", IsProgressive: false, Version: "v2.0", IsFragmented: false, ErrorReportingPlacement: "InData" },
    { FrameType: "DataTable", TableId: 0, TableKind: "QueryProperties", TableName: "@ExtendedProperties", Columns: columnsOf({ TableId: "int", Key: "string", Value: "dynamic" }), Rows: [[1, "Visualization", "{\"Visualization\":null}"]] },
    ...primary,
    { FrameType: "DataTable", TableId: 2, TableKind: "QueryCompletionInformation", TableName: "QueryCompletionInformation", Columns: columnsOf(Object.fromEntries(COMPLETION.map((one) => one.split(" ")))), Rows: said.map(([name, payload]) => [...status, name, JSON.stringify(payload)]) },
    { FrameType: "DataSetCompletion", HasErrors: false, Cancelled: false, ...end },
  ];
}

const dataTable = (Rows) => ({ FrameType: "DataTable", TableId: 1, TableKind: "PrimaryResult", TableName: "PrimaryResult", Columns: columnsOf(LOGONS.columns), Rows });

/** What the stand-in of a cluster answers to texts of queries. */
const KUSTO = {
  "Logons": () => frames([dataTable(LOGONS.rows)]),
  "Logons // cut short": () => frames([dataTable([...LOGONS.rows, { OneApiErrors: [oneApiError("E_QUERY_RESULT_SET_TOO_LARGE")] }])], { HasErrors: true, OneApiErrors: [oneApiError("E_QUERY_RESULT_SET_TOO_LARGE")] }),
  "Logons // in pieces": () => frames([
    { FrameType: "TableHeader", TableId: 1, TableKind: "PrimaryResult", TableName: "PrimaryResult", Columns: columnsOf(LOGONS.columns) },
    { FrameType: "TableFragment", TableId: 1, FieldCount: 6, TableFragmentType: "DataAppend", Rows: LOGONS.rows },
    { FrameType: "TableProgress", TableId: 1, TableProgress: 50 },
    { FrameType: "TableFragment", TableId: 1, FieldCount: 6, TableFragmentType: "DataReplace", Rows: LOGONS.rows.slice(0, 1) },
    { FrameType: "TableFragment", TableId: 1, FieldCount: 6, TableFragmentType: "DataAppend", Rows: LOGONS.rows.slice(1) },
    { FrameType: "TableCompletion", TableId: 1, RowCount: 3 },
  ]),
  "Logons; Logons | take 1": () => frames([dataTable(LOGONS.rows), { ...dataTable(LOGONS.rows.slice(0, 1)), TableId: 3 }]),
  "Logons // nothing but an error": () => frames([dataTable([])], { HasErrors: true, OneApiErrors: [oneApiError("E_LOW_MEMORY_CONDITION")] }),
  "Logons // cancelled": () => frames([dataTable(LOGONS.rows)], { Cancelled: true }),
};

const v1 = (columns, Rows) => ({ Tables: [{ TableName: "Table_0", Columns: Object.entries(columns).map(([ColumnName, ColumnType]) => ({ ColumnName, DataType: ColumnType === "string" ? "String" : "Int64", ColumnType })), Rows }] });
const COMMANDS = {
  ".show databases": () => v1({ DatabaseName: "string" }, [["Samples"], ["Other"]]),
  ".show database Samples schema": () => v1({ DatabaseName: "string", TableName: "string", ColumnName: "string", ColumnType: "string" }, [["Samples", null, null, null], ["Samples", "Logons", null, null], ["Samples", "Logons", "Id", "System.Int64"], ["Samples", "Logons", "Computer", "System.String"]]),
};

/** `answer` of `startService` for a cluster; `resource` is what its tokens are for. */
export function kusto({ resource = "https://kusto.kusto.windows.net" } = {}) {
  return (request) => {
    const path = request.path.replace(/^\/kusto(?=\/)/, "");
    if (path === "/v1/rest/auth/metadata") return { body: { AzureAD: { LoginEndpoint: "https://login.microsoftonline.com", LoginMfaRequired: false, KustoClientAppId: "app", KustoClientRedirectUri: "http://localhost", KustoServiceResourceId: resource, FirstPartyAuthorityUrl: "https://login.microsoftonline.com/t" } } };
    if (!allowed(request)) return error(401, "Unauthorized", "no token");
    const { db, csl } = request.json;
    if (!db) return error(400, "General_BadRequest", "no database");
    const body = (path === "/v2/rest/query" && KUSTO[csl]) || (path === "/v1/rest/mgmt" && (COMMANDS[csl] ?? (/^\.cancel query/.test(csl) && (() => v1({ Cancelled: "long" }, [[1]])))));
    if (body) return { headers: { "Content-Type": "application/json" }, body: toText(body()) };
    return error(400, "General_BadRequest", "Request is invalid and cannot be executed.", { "@type": "Kusto.Data.Exceptions.KustoBadRequestException", "@message": `Semantic error: SEM0100: Failed to resolve '${csl}'`, "@permanent": true });
  };
}
