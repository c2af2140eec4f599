//! TypeScript of providers of log data, which are made by `pkg-templates/query-provider.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Where huntbook's proxy is; `token` is its own, and `route` another than that of the service. */
export type ProxyAddress = string | URL | { url: string | URL; token?: string; route?: string };

/** Options of a provider, which its connections have too unless they say otherwise. */
export interface QueryProviderOptions {
  /** More files of queries, as for {@link QueryStore.load}. */
  queries?: Source | readonly Source[];
  /** Whether to have the package's own queries; `true` if absent. */
  builtIn?: boolean;
  /** Workspaces and keys, of {@link readSettings}. */
  settings?: Settings;
  /** The time of queries that are not told another: a `queryTime` element, or a start and an end; the last day if absent. */
  queryTime?: { value: { start: Date; end: Date } | null } | { start: Date | string | number; end: Date | string | number };
  /** Services that do not answer pages are asked through it. */
  proxy?: ProxyAddress;
  /** Seconds until a request is given up, of which a query may need several; if absent, as many as the service may need. */
  timeout?: number;
  /** Most bytes of an answer; 256 MiB if absent. */
  maxBytes?: number;
}

/** What gets a token: called with the scope, and with `refresh` if the service refused the last one. */
export type GetToken = (asked: { scope: string; refresh: boolean; signal?: AbortSignal }) => string | Promise<string>;

/** Options of a connection beside those of its environment, which the guide lists. */
export interface ConnectOptions {
  /** What it is called where there are several. */
  alias?: string;
  /** Who asks: a token, a function that gets one, or what the environment takes, such as `{ user, password }` or `{ apiKey }`. */
  auth?: string | GetToken | object;
  /** `"direct"` or `"proxy"`; if absent, what the service needs. */
  transport?: "direct" | "proxy";
  /** Workspaces and keys; those of the provider if absent, as the three below. */
  settings?: Settings;
  /** Services that do not answer pages are asked through it. */
  proxy?: ProxyAddress;
  /** Seconds until a request is given up. */
  timeout?: number;
  /** Most bytes of an answer. */
  maxBytes?: number;
  [option: string]: unknown;
}

/** Options of one query. */
export interface RunOptions extends CallOptions {
  /**
   * Asks for parts of the time by themselves, such as `"1d"`: no event is in two or in none. For services that give only so
   * many rows at once.
   */
  splitBy?: string;
  /**
   * What to do if rows are missing, as a part failed or the service cut its answer short: `"keep"` what came, which the table's
   * `report` says, and a warning; or `"error"`, whose `partial` is that table. `"keep"` if absent.
   */
  onPartial?: "keep" | "error";
  /** Aliases of the connections to ask; all if absent. */
  connections?: string | readonly string[];
  /** Most rows; where a service gives them in pages it is also how many are asked for, 100 000 if absent. */
  limit?: number;
  /** Seconds until a request is given up; those of the connection if absent. */
  timeout?: number;
  /** Most bytes of an answer; those of the connection if absent. */
  maxBytes?: number;
  /** Of Kusto: the database to ask, before all that is known otherwise. */
  database?: string;
  /** Of Resource Graph: ids of the subscriptions to ask. */
  subscriptions?: string | readonly string[];
  /**
   * Of Splunk: by a `"job"`, which reports progress and is stopped on the server too; by `"oneshot"`, one request for what is
   * quick; or by `"export"`, for more rows than a job keeps. `"job"` if absent.
   */
  mode?: "job" | "oneshot" | "export";
  /** Of Elastic: the indexes to search, several with commas, if not those of the connection. */
  index?: string;
}

/** Options of a query that is a text. */
export interface QueryTextOptions extends RunOptions {
  /** The time, for services that take it beside the text: a Date, ISO 8601, days from now, or an offset such as `"-3h"`. */
  start?: Date | string | number;
  /** Its end; both or none. */
  end?: Date | string | number;
}

/** A query of a provider. Its parameters are those that `help()` tells. */
export interface ProviderQuery {
  /**
   * Runs it. Times that are not among `params` are those of the provider's `queryTime`, else the last day.
   *
   * @throws {HuntbookError} `invalidArgument` for parameters and options; `service`, `unauthorized`, `network` or `timeout`
   */
  (params?: QueryParams, options?: RunOptions): Promise<Table>;
  /** What it asks, its parameters and its text. */
  help(): string;
  /** The text that would be sent. */
  render(params?: QueryParams): string;
}

/**
 * A service that has logs, and the queries for it.
 *
 * Once it is connected, or `list` was called, each query is a function of its family. With several connections all are asked,
 * and a column `Connection` says which one a row is of.
 *
 * @example
 * const sentinel = new QueryProvider("MSSentinel", { settings });
 * await sentinel.connect({ workspace: "Prod", auth: { tenant, clientId } });
 * const logons = await sentinel.WindowsSecurity.list_host_logons({ host_name: "WS1", start: "-7d", end: 0 }, { splitBy: "1d" });
 * const counts = await sentinel.query("SecurityEvent | summarize count() by EventID");
 */
export class QueryProvider {
  /** @throws {HuntbookError} `invalidArgument` for an environment that there is not, once it is used */
  constructor(environment: string, options?: QueryProviderOptions);
  /**
   * Families of queries, once there are: objects with a {@link ProviderQuery} for each, or with families in them. What is
   * misspelt is an error that has what there is.
   *
   * @example
   * const listLogons: ProviderQuery = sentinel.WindowsSecurity.list_host_logons;
   * console.log(listLogons.help());
   */
  [family: string]: any;
  /**
   * Connects, instead of what was connected before.
   *
   * @throws {HuntbookError} `invalidArgument` for options; `unauthorized`, `network`, `timeout` or `service` if it cannot
   */
  connect(options?: ConnectOptions): Promise<this>;
  /** Connects to one more. */
  addConnection(options?: ConnectOptions): Promise<this>;
  /** Ends all connections, and forgets their tokens. */
  disconnect(): Promise<void>;
  /** What it is connected to. */
  connections(): Promise<{ alias: string; label: string }[]>;
  /**
   * Files that the browser keeps for providers of files; see {@link LocalOptions}.
   *
   * @throws {HuntbookError} `unsupported` where there is no IndexedDB
   */
  kept(): Promise<{ name: string; files: number; bytes: number; saved: Date }[]>;
  /** Deletes the files that are kept under a name; whether there were any. */
  forget(name: string): Promise<boolean>;
  /**
   * Runs a text in the service's own language.
   *
   * @throws {HuntbookError} `service` if the service refuses it, with what the service says
   */
  query(text: string, options?: QueryTextOptions): Promise<Table>;
  /** Runs a query by its name, with the family or without; as its function does. */
  run(name: string, params?: QueryParams, options?: RunOptions): Promise<Table>;
  /** Tables and the types of their columns, where the service tells. */
  schema(options?: { signal?: AbortSignal; connections?: string; database?: string; index?: string }): Promise<Record<string, Record<string, string>>>;
  /** Names of the databases of a Kusto cluster. */
  databases(options?: { signal?: AbortSignal; connections?: string }): Promise<string[]>;
  /** Adds a file of queries. */
  add(source: Source, options?: { name?: string }): Promise<this>;
  /** All its queries, with their families and parameters. */
  list(): Promise<QueryRow[]>;
  /** Queries that have `text` in what is said of them, that ask `table`, or that have the parameter `param`. */
  search(text?: string, options?: { table?: string; param?: string }): Promise<QueryRow[]>;
  /** All that is known of a query. */
  get(name: string): Promise<QueryInfo>;
  /** What a query asks, its parameters and its text. */
  help(name: string): Promise<string>;
  /** The text that would be sent. */
  render(name: string, params?: QueryParams): Promise<string>;
}
"#;
