//! Queries. Stores of them are made of these by `pkg-templates/queries.js`.

use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::table::parse;
use crate::data::{self, Fault, Language, Query};
use crate::{Error, Result};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A query of a store. */
export interface QueryRow {
  /** Its name without the family. */
  name: string;
  /** The first of its families. */
  family: string;
  description: string;
  /** A family in a family has a dot: `"WindowsSecurity.Logon"`. */
  families: string[];
  /** The first name of each environment that it is for, such as `"MSSentinel"`. */
  environments: string[];
  parameters: string[];
  /** The parameters that have no default. */
  required: string[];
}

/** A parameter of a query. */
export interface QueryParameter {
  name: string;
  type: "str" | "int" | "float" | "bool" | "datetime" | "list" | "dict";
  description: string;
  required: boolean;
  default?: any;
  aliases: string[];
}

/** All that there is to know of a query. */
export interface QueryInfo extends Omit<QueryRow, "parameters" | "required"> {
  parameters: QueryParameter[];
  /** What it is written in, such as `"KQL"`. */
  language: string;
  /** What the file says of it, such as `pivot`. */
  metadata: Record<string, any>;
  /** The text before values. */
  query: string;
  /** The file it is from. */
  file: string;
}

/**
 * Values for the parameters of a query, by name or alias; `null` and `undefined` are none. A time is a Date, ISO 8601, a
 * number of days from now (`-1`), or an offset such as `"-3h"` or `"-1d@d"`; a list an array, or a text with commas.
 */
export type QueryParams = Record<string, string | number | bigint | boolean | Date | readonly (string | number | bigint | boolean)[] | object | null | undefined>;

/**
 * Queries of log stores in msticpy's YAML.
 *
 * @example
 * const store = await QueryStore.load(new URL("https://example.org/kql_sent_winevent.yaml"));
 * const text = store.render("WindowsSecurity.list_host_events", { host_name: "WS1", start: "-1d", end: new Date() });
 */
export class QueryStore {
  private constructor();
  /**
   * A store of the queries in a text; `name` is what errors call it.
   *
   * @throws {HuntbookError} `badInput` with file, line and query
   */
  static fromYaml(yaml: string, options?: { name?: string }): Promise<QueryStore>;
  /** A store of the queries in files: texts, Files, Responses, bytes, or URL objects. */
  static load(...sources: (Source | readonly Source[])[]): Promise<QueryStore>;
  /**
   * The queries of the package for an environment, such as `"MSSentinel"`: all that msticpy has, and more.
   *
   * Their files are loaded from the folder `queries` beside the script; `init({ queries })` says where else it is.
   *
   * @throws {HuntbookError} `invalidArgument` for an environment that there is not, `network` if a file cannot be loaded
   */
  static builtIn(environment: string): Promise<QueryStore>;
  /** Adds the queries of a file, all or none. One of the same name, family and environment is replaced. */
  add(source: Source, options?: { name?: string }): Promise<this>;
  /** All queries. */
  list(): QueryRow[];
  /** The queries that have all words of `text`, by name, family, description, parameters or text. */
  search(text?: string, options?: { table?: string; param?: string }): QueryRow[];
  /**
   * The queries of an environment, such as `"MSSentinel"` or `"LogAnalytics"`, which is the same.
   *
   * @throws {HuntbookError} `invalidArgument` for one that there is not
   */
  forEnvironment(environment: string): QueryStore;
  /** @throws {HuntbookError} `invalidArgument` if there is none of this name, or several */
  get(name: string): QueryInfo;
  /** What a query does and takes, for people. */
  help(name: string): string;
  /**
   * The text of a query with values in it, each escaped for its language and for where it stands.
   *
   * @param name with the family, such as `"WindowsSecurity.list_host_events"`, or without
   * @throws {HuntbookError} `invalidArgument` for a value that is absent, not of its type, or cannot stand there
   */
  render(name: string, params?: QueryParams): string;
}

/** How SQL becomes KQL. */
export interface SqlOptions {
  /** Tables by their names in SQL, with those in KQL: `{ apt29Host: "SecurityEvent", "dbo.Logons": "SigninLogs" }`. */
  tables?: Record<string, string>;
}

/**
 * SQL's SELECT as KQL: joins, unions, groups, sub-queries, WITH, CASE, casts, and the functions that KQL has too. It takes the
 * SQL of Spark, SQL Server, MySQL, SQLite and Postgres, as far as they agree or differ only in words.
 *
 * - A text in double quotes is a text, as in MySQL; names are quoted as `[x]` or `` `x` ``. A backslash is an ordinary character.
 * - LIKE looks in any case, `=` does not, as in msticpy. KQL's texts are never null, so IS NULL is `isempty`.
 * - The columns of a table are not known here: names keep their case, which KQL minds, and what is asked of the right side of
 *   a join by its table gets a name of its own (`b.Message` is `b_Message` until it is selected).
 * - Where a value is absent, `x != 1` is true in KQL, but not in SQL.
 *
 * @throws {HuntbookError} `badInput` with line and column for what is no SQL, or what KQL cannot say; `invalidArgument` for the options
 * @example
 * await sqlToKql("SELECT Account, COUNT(*) AS n FROM logons WHERE EventID = 4625 GROUP BY Account ORDER BY n DESC", {
 *   tables: { logons: "SecurityEvent" },
 * });
 */
export function sqlToKql(sql: string, options?: SqlOptions): Promise<string>;
"#;

/// The query that JavaScript says.
fn query_of(given: &str) -> Result<Result<Query, Fault>> {
    let given: Value = parse("query", given)?;
    let text = |key: &str| given[key].as_str().unwrap_or_default();
    let absent = || Error::InvalidArgument("query: no parameters or language".into());
    let parameters = given["parameters"].as_object().ok_or_else(absent)?;
    let language = Language::named(text("language")).ok_or_else(absent)?;
    Ok(Query::new(text("name"), language, text("text"), parameters))
}

/// Checks a query: its text after a line break; or on two lines what is wrong, and what to do about it.
#[wasm_bindgen(js_name = checkQuery, skip_typescript)]
pub fn check_query(query: &str) -> Result<String> {
    Ok(match query_of(query)? {
        Ok(query) => ["\n", &query.text].concat(),
        Err(fault) => [&fault.problem, "\n", fault.advice].concat(),
    })
}

/// The text of a query with values.
#[wasm_bindgen(js_name = renderQuery, skip_typescript)]
pub fn render_query(query: &str, values: &str) -> Result<String> {
    let query = query_of(query)?.map_err(|fault| Error::InvalidArgument(fault.problem))?;
    data::render(&query, &parse("render", values)?)
}

/// A hint at the nearest of `known`, which are on a line each.
#[wasm_bindgen(js_name = didYouMean, skip_typescript)]
pub fn did_you_mean(word: &str, known: &str) -> String {
    crate::nearest::did_you_mean(word, &mut known.lines())
}
