/** Options of what data is put into. */
export interface UploaderOptions {
  /** Keys and addresses, of {@link readSettings}. */
  settings?: Settings;
  proxy?: ProxyAddress;
  /** `"direct"` or `"proxy"`; if absent, what the service needs. */
  transport?: "direct" | "proxy";
  /** Seconds until a request is given up; if absent, as many as the service may need. */
  timeout?: number;
  maxBytes?: number;
}

/** Where blobs are: `account`, or its address `base`, which may end with a signature (`?sv=…&sig=…`). */
export interface BlobStorageOptions extends UploaderOptions {
  account?: string;
  base?: string;
  /** `"global"` if absent. */
  cloud?: "global" | "usgov" | "cn";
  /** A token, a function that gets one, options to sign in, or a shared access signature. */
  auth?: string | GetToken | { sas: string } | object;
}

export interface BlobListOptions {
  /** What names begin with. */
  prefix?: string;
  /** Most rows. */
  limit?: number;
  signal?: AbortSignal;
}

export interface BlobUploadOptions extends CallOptions {
  /** `false`: an error if there is a blob of that name. `true` if absent. */
  overwrite?: boolean;
  /** What it is, such as `"text/csv"`; if absent, what its name or the file says. */
  contentType?: string;
}

export interface BlobDownloadOptions extends CallOptions {
  /** Most bytes; 2 GiB if absent. */
  maxBytes?: number;
}

export interface SasOptions {
  /** What whoever has the address may do, as letters: `"r"` read, `"w"` write, `"c"` create, `"d"` delete, `"l"` list … `"r"` if absent. */
  permissions?: string;
  /** From when; at once if absent. */
  start?: Date | string;
  /** Until when: within seven days, which is what it is if absent. */
  expiry?: Date | string;
  signal?: AbortSignal;
}

/**
 * Containers and blobs of a storage account.
 *
 * A page may ask an account whose CORS rules name the page's origin; else through huntbook's proxy.
 *
 * @example
 * const store = new AzureBlobStorage({ account: "contosologs", auth: { tenant, clientId } });
 * const files = await store.blobs("evidence", { prefix: "2026/" });
 * const logons = await read(await store.download("evidence", "2026/logons.csv"));
 * await store.upload("evidence", "2026/risky.csv", await riskyCommandLines(logons), { overwrite: false });
 */
export class AzureBlobStorage {
  /** @throws {HuntbookError} `invalidArgument`, once it is used */
  constructor(options: BlobStorageOptions);
  /** A row for each container: `name`, `last_modified`, `etag`, `public_access` … */
  containers(options?: BlobListOptions): Promise<Table>;
  /** @throws {HuntbookError} `service` if there is one of that name */
  createContainer(container: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** A row for each blob: `name`, `size` in bytes, `content_type`, `last_modified` …, and `metadata.…` */
  blobs(container: string, options?: BlobListOptions): Promise<Table>;
  /**
   * Puts a file, text, bytes or what an address has into a blob; a table is written as the name ends: `.csv`, `.json`, `.ndjson`
   * or `.arrow`. More than 4 MiB go in parts, of which a failed one is tried again by itself.
   */
  upload(container: string, name: string, source: Source | Table, options?: BlobUploadOptions): Promise<{ url: string; size: number }>;
  /** The blob as a file, which `read` takes; a large one comes in parts. */
  download(container: string, name: string, options?: BlobDownloadOptions): Promise<File>;
  /** Deletes a blob, and its snapshots. */
  deleteBlob(container: string, name: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** Whether there is a blob, or without a name a container. */
  exists(container: string, name?: string, options?: { signal?: AbortSignal }): Promise<boolean>;
  /**
   * The address of a blob, or without a name of a container, with a signature: whoever has it may do what `permissions` say.
   * Signed by a key that the account gives to who is signed in.
   */
  getSasToken(container: string, name?: string, options?: SasOptions): Promise<string>;
}

/** What became of an upload. */
export interface UploadResult {
  /** How many rows the service took. */
  rows: number;
  requests: number;
  sources: SentRows[];
}

/** The rows of a table or a file that the service has: its first `rows`, and perhaps `unsure` more, of which no answer came. */
export interface SentRows {
  /** The file's name. */
  name?: string;
  rows: number;
  unsure?: number;
}

/** What rows are taken of: a table, objects, a file, several, or a folder that the user chose (the files in it, not those in its folders). */
export type RowSource = Source | Table | readonly object[] | readonly Blob[] | FileList | FileSystemDirectoryHandle | FileSystemFileHandle;

/** By `endpoint` and `rule`, or for the API that Microsoft retired in September 2026 by `workspace` and `auth: { sharedKey }`. */
export interface LogAnalyticsUploaderOptions extends UploaderOptions {
  /** Address of the data collection endpoint, or of the rule itself, which the proxy may know. */
  endpoint?: string;
  /** Immutable id of the data collection rule, `dcr-…`. */
  rule?: string;
  /** The workspace's id, or its name in the settings. */
  workspace?: string;
  /** `"global"` if absent. */
  cloud?: "global" | "usgov" | "cn";
  /** A token, a function that gets one, options to sign in, or `{ sharedKey }`. */
  auth?: string | GetToken | { sharedKey: string } | object;
}

export interface LogAnalyticsUploadOptions extends CallOptions {
  /** The rule's stream (`Custom-` is put before it), or the table; if absent, the name of the file without its ending. */
  table?: string;
  /** Only for the retired API: the column of the times of rows. */
  timeColumn?: string;
}

/**
 * Puts rows into a table of a Log Analytics workspace.
 *
 * Microsoft's retired API took all values as text, which are columns such as `Computer_s`. Its key lets whoever has it write into
 * every table: never have it in a page that others see.
 *
 * @example
 * const uploader = new LogAnalyticsUploader({ endpoint: "https://hunt-a1b2.westeurope-1.ingest.monitor.azure.com", rule, auth: { tenant, clientId }, proxy });
 * const { rows } = await uploader.upload(findings, { table: "Findings_CL" });
 */
export class LogAnalyticsUploader {
  /** @throws {HuntbookError} `invalidArgument`, once it is used */
  constructor(options: LogAnalyticsUploaderOptions);
  /**
   * Sends rows in batches, one after the other: of at most 1 MB, for the retired API of 10,000 rows and 30 MB.
   *
   * A batch is tried again only if the service says that it took nothing, so that no row is there twice.
   *
   * @throws {HuntbookError} with `sent`, the rows that are there, as {@link SentRows}
   */
  upload(source: RowSource, options?: LogAnalyticsUploadOptions): Promise<UploadResult>;
}

export type SplunkUploaderOptions = UploaderOptions & {
  /** The server's name or address, which the proxy may know; its port is 8088 for a collector's token, else 8089. */
  host?: string;
  port?: number;
  user?: string;
} & (
  /** The token of an HTTP event collector; or a name and a password, or a token, for the management port. */
  | { auth: { hecToken: string } | { user?: string; password: string } | { token: string } }
  /** The proxy has the collector's token. */
  | { auth?: undefined; proxy: ProxyAddress }
);

export interface SplunkUploadOptions extends CallOptions {
  /** Where events go; if absent, where the collector's token says. */
  index?: string;
  /** `"_json"` if absent. */
  sourcetype?: string;
  /** The host that events are of. */
  host?: string;
  /** The column of the events' times; `TimeGenerated` or the first such column if absent. For a collector. */
  timeColumn?: string;
  /** Creates the index if there is none. Not by a collector's token. */
  createIndex?: boolean;
}

/**
 * Puts rows into an index of Splunk, as events of JSON.
 *
 * A collector takes thousands at once; the management port takes one by one, which is slow.
 *
 * @example
 * const uploader = new SplunkUploader({ host: "splunk.example.com", auth: { hecToken } });
 * const { rows } = await uploader.upload(findings, { index: "hunting", sourcetype: "huntbook:findings" });
 */
export class SplunkUploader {
  /** @throws {HuntbookError} `invalidArgument`, once it is used */
  constructor(options: SplunkUploaderOptions);
  /**
   * Sends rows in batches, one after the other. A batch is tried again only if Splunk says that it took nothing.
   *
   * @throws {HuntbookError} with `sent`, the rows that are there, as {@link SentRows}; `invalidArgument` for an index that there is not
   */
  upload(source: RowSource, options?: SplunkUploadOptions): Promise<UploadResult>;
}

export interface HuntbookError {
  /** Of an upload of rows that failed: what the service has of each source. */
  readonly sent?: SentRows[];
}
