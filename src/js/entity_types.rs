//! The TypeScript of what `pkg-templates/entity.js`, `pivot.js` and `pipeline.js` make.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The kinds of entities, named as in msticpy; `entity` takes them in any case, and also as alerts call them: `ip`, `azure-resource` … */
export type EntityKind =
  | "Account" | "Alert" | "AzureResource" | "CloudApplication" | "CloudLogonSession" | "Dns" | "File" | "FileHash"
  | "GeoLocation" | "Host" | "HostLogonSession" | "Incident" | "IoTDevice" | "IpAddress" | "Mailbox"
  | "MailboxConfiguration" | "MailCluster" | "MailMessage" | "Malware" | "NetworkConnection" | "OAuthApplication"
  | "Process" | "RegistryKey" | "RegistryValue" | "SecurityGroup" | "ServicePrincipal" | "SubmissionMail"
  | "Threatintelligence" | "UnknownEntity" | "Url";

/** Something to do with an entity, or with a column of them. */
export interface PivotInfo {
  readonly name: string;
  /** The field of the entity that it takes, such as `CommandLine`; of a function of your own perhaps none. */
  readonly field: string | undefined;
  readonly description: string;
}

/**
 * What events are about: an account, host, file, address … Its fields are properties,
 * and those that hold entities are entities; it does not change. Functions that apply
 * to it are methods: `await address.ipInfo()`; `pivots` lists them.
 */
export class Entity {
  private constructor();
  /**
   * An alert, such as a row of Sentinel's `SecurityAlert`, as an entity: its JSON is read,
   * and `Entities` has each of its entities once, with those it refers to in it. Of a
   * table, all rows. As msticpy's `SecurityAlert`.
   *
   * @example
   * const alert = await Entity.fromAlert(table.row(0));
   * const hosts = alert.Entities.filter(({ kind }) => kind === "Host");
   */
  static fromAlert(table: Table): Promise<Entity[]>;
  static fromAlert(row: Row): Promise<Entity>;

  readonly kind: string;
  /** The same for the same thing in other alerts, such as `host|web1.contoso.com`. */
  readonly id: string;
  /** What it is called, in short. */
  readonly name: string;
  readonly description: string;
  /** What can be done with it. */
  readonly pivots: readonly PivotInfo[];
  /**
   * Whether it is the same thing: what tells entities of this kind apart (for an account its
   * SID, object ids, or else its qualified name) is equal without regard to case, where both have it.
   */
  equals(other: Entity): boolean;
  /** Whether nothing says that it is another thing. */
  canMerge(other: Entity): boolean;
  /**
   * An entity with the fields of both, of this one where both have them.
   *
   * @throws {HuntbookError} `invalidArgument` if they cannot be merged
   */
  merge(other: Entity): Entity;
  /** A plain object with `Type`, as alerts have it. */
  toJson(): Record<string, any>;
  toString(): string;
  readonly [field: string]: any;
}

/**
 * An entity of a text, or of its fields by name. What follows from them is filled in: a
 * host's domain, a file's folder, an account's name and domain, a hash's algorithm. Text may be defanged.
 *
 * @throws {HuntbookError} `invalidArgument` for a kind or field that looks misspelt, and a text that is none of the kind
 * @example
 * const address = await entity("IpAddress", "203.0.113[.]7");
 * await address.ipInfo();
 * const host = await entity("Host", { HostName: "web1", DnsDomain: "contoso.com" });
 * host.fqdn; // "web1.contoso.com"
 */
export function entity(kind: EntityKind | (string & {}), value: string | number | Record<string, any>): Promise<Entity>;

/** How the results of a pivot are put together with the rows that they are of. */
export interface PivotOptions extends CallOptions {
  /**
   * `"left"`: each row beside its results, or beside absent values; `"inner"`: only rows that have some.
   * By default results alone.
   */
  join?: "left" | "inner";
  /** Whether values that differ only in case are asked once. Default `false`. */
  joinIgnoreCase?: boolean;
  /** Options of the function itself. */
  [option: string]: any;
}

/** What can be done with a column of entities: `list()` says, and each is a function by its name. */
export interface Pivots {
  list(): PivotInfo[];
  /** By its name, such as `await pivots.ipInfo({ join: "left" })`; so as not to depend on names, `run("ipInfo", …)`. */
  run(name: string, options?: PivotOptions): Promise<Table>;
  readonly [name: string]: any;
}

/**
 * Adds a function of your own to all entities of a kind, and to pivots of tables. It is given
 * the text of the entity's `field` (by default its name) and the options, and gives a value, an object (one row), an array of objects,
 * or nothing.
 *
 * @throws {HuntbookError} `invalidArgument` for a kind or field that there is not, and a name that is taken
 * @example
 * await addPivot("IpAddress", "asset", async (address) => assets.get(address), { description: "Who has it" });
 * await table.pivot("IpAddress", { column: "SrcIp" }).asset({ join: "left" });
 */
export function addPivot(
  kind: EntityKind | (string & {}),
  name: string,
  run: (value: string, options: Record<string, any>) => unknown,
  options?: { field?: string; description?: string },
): Promise<void>;

/** A step of a pipeline. */
export interface PipelineStep {
  /** What errors and `onStep` call it. Default: its function or type, and its number. */
  name?: string;
  /**
   * `"pivot"` runs `function` of `entity` on a column; `"pd_accessor"` a function of the table: of
   * this library, or `filter`, `filter_cols`, `sort`, `select`, `rename`, `slice`, `head`, `list_to_rows`,
   * `parse_json`; `"pivot_tee_exec"` does the same beside the pipeline; `"pivot_tee"` keeps the table under
   * `params.var_name`; `"pivot_display"` gives it to `onDisplay`. msticpy's names of functions are known too.
   */
  step_type: "pivot" | "pivot_display" | "pivot_tee" | "pivot_tee_exec" | "pd_accessor";
  function?: string;
  entity?: string;
  comment?: string;
  pos_params?: readonly any[];
  params?: Record<string, any>;
}

/** How far a pipeline is. */
export interface PipelineEvent {
  /** From 0. */
  index: number;
  step: PipelineStep;
  table: Table;
}

/** What a pipeline gave. */
export interface PipelineResult {
  /** What the last step gave: mostly a table. */
  result: any;
  /** Tables that a step kept, and what steps beside the pipeline gave, by name. */
  kept: Record<string, any>;
}

/** Steps that are done one after the other with a table, as msticpy's `Pipeline`. */
export class Pipeline {
  private constructor();
  /**
   * The pipelines of msticpy's YAML: of `pipelines`, or one by its name.
   *
   * @throws {HuntbookError} `badInput` with the line
   */
  static fromYaml(yaml: string, options?: { name?: string }): Promise<Pipeline[]>;
  readonly name: string;
  readonly description: string | undefined;
  readonly steps: readonly PipelineStep[];
  /**
   * @throws {HuntbookError} what a step throws, with the step's name before it
   */
  run(
    table: Table,
    options?: CallOptions & { onStep?: (event: PipelineEvent) => void; onDisplay?: (table: Table, title: string | undefined) => void },
  ): Promise<PipelineResult>;
  /** msticpy's YAML, which `fromYaml` reads. */
  toYaml(): Promise<string>;
}

/**
 * Makes a pipeline of steps.
 *
 * @throws {HuntbookError} `invalidArgument` for a step that is wrong
 * @example
 * const flow = await pipeline([
 *   { step_type: "pivot", entity: "IpAddress", function: "ipInfo", params: { column: "SrcIp", join: "left" } },
 *   { step_type: "pd_accessor", function: "sort", params: { cols: "Bytes:desc" } },
 * ]);
 * const { result } = await flow.run(table);
 */
export function pipeline(steps: readonly PipelineStep[], options?: { name?: string; description?: string }): Promise<Pipeline>;
"#;
