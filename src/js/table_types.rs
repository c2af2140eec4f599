//! The TypeScript of the class that `pkg-templates/table.js` makes.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A column's name and type, in words: `"int64"`, `"text"`, `"timestamp"`, `"list<text>"` … As text it is its name. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A column to sort by. */
export type SortKey = string | { column: string; descending?: boolean };

/** What a condition compares with; for times a `Date` or ISO 8601 text. */
export type FilterValue = string | number | bigint | boolean | Date;

/** A condition on rows. All given conditions must hold. `ne` and `not` keep rows whose value is absent. */
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | {
      column: string;
      eq?: FilterValue | null;
      ne?: FilterValue | null;
      lt?: FilterValue;
      le?: FilterValue;
      gt?: FilterValue;
      ge?: FilterValue;
      /** From and to, both included. */
      between?: [FilterValue, FilterValue];
      in?: FilterValue[];
      contains?: string;
      startsWith?: string;
      endsWith?: string;
      /** A pattern, found anywhere in the text; no look-around, no back-references. */
      matches?: string | RegExp;
      /** An address in this network or one of these, such as `"10.0.0.0/8"`. */
      inNetwork?: string | string[];
      isNull?: boolean;
      /** For text. Default false. */
      ignoreCase?: boolean;
    };

/** A row: absent values are `null`, times are `Date`s, integers beyond 2^53 are `bigint`s. */
export type Row = Record<string, any>;

/** One column, as apache-arrow's vectors look to other libraries. */
export interface Vector {
  readonly length: number;
  readonly type: { readonly typeId: number; readonly unit?: number; toString(): string };
  get(index: number): any;
  toArray(): any;
  [Symbol.iterator](): Iterator<any>;
}

/**
 * Named columns of equal length. Lives in WebAssembly memory; `free()` gives it
 * back early, otherwise the garbage collector does.
 *
 * Observable Plot, Inputs.table and others take it as an Arrow table.
 */
export class Table implements Iterable<Row> {
  private constructor();
  /** Reads Arrow IPC, stream or file, such as apache-arrow's `tableToIPC(table)`. */
  static fromArrow(bytes: Uint8Array | ArrayBuffer | ArrayBufferView): Promise<Table>;
  /** One row per object, with the rules of JSON: nested objects become `a.b`, mixed types text. */
  static fromRows(rows: readonly object[]): Promise<Table>;
  /** Arrays of equal length by column name; typed arrays keep their type. */
  static fromColumns(columns: Record<string, ArrayLike<any>>): Promise<Table>;

  readonly numRows: number;
  readonly numColumns: number;
  readonly columns: readonly Column[];
  /** How the table was read, with skipped rows and notes. */
  readonly report: Report | undefined;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: Vector["type"] }[] };

  /**
   * A copy of a column: a typed array for numbers without absent values, else an
   * array. `raw` gives integers as `bigint`s and times as `bigint` ticks of
   * their unit (microseconds in tables that huntbook read; a `Date` has only
   * milliseconds).
   */
  column(name: string, options?: { raw?: boolean }): any;
  row(index: number): Row;
  /** The row, counted from the end if negative; `undefined` where there is none. */
  at(index: number): Row | undefined;
  /** As `at`; libraries that take Arrow tables call it so. */
  get(index: number): Row | undefined;
  rows(start?: number, end?: number): Row[];
  toArray(): Row[];
  getChild(name: string): Vector | null;

  toArrow(options?: { format?: "stream" | "file" }): Uint8Array;
  toCsv(options?: Partial<CsvOptions>): string;
  toCsv(options: Partial<CsvOptions> & { bytes: true }): Uint8Array;
  toString(): string;
  toJson(options?: Partial<JsonOptions>): string;
  toJson(options: Partial<JsonOptions> & { bytes: true }): Uint8Array;

  select(names: readonly string[]): Table;
  /** The table with column `from` called `to`. No data is copied. */
  rename(from: string, to: string): Table;
  /** Rows from `start` up to but without `end`; negative counts from the end. */
  slice(start?: number, end?: number): Table;
  /** These rows, in this order, such as those of a chart's `value`. */
  take(rows: ArrayLike<number>): Table;
  filter(condition: Filter | ((row: Row, index: number) => unknown)): Table;
  /** Stable; absent values last in both directions. */
  sort(...keys: (SortKey | readonly SortKey[])[]): Table;
  /**
   * What can be done with the entities in a column; see `entity`. Each different value is asked
   * once, rows keep their order, and what is no such entity has no result.
   *
   * @throws {HuntbookError} `columnNotFound`; `invalidArgument` for a kind that there is not
   * @example
   * const pivots = logs.pivot("IpAddress", { column: "SrcIp" });
   * pivots.list();
   * const table = await pivots.describeIps({ join: "left" });
   */
  pivot(kind: EntityKind | (string & {}), options: { column: string }): Pivots;
  /** The rows of both, with the columns of both. */
  concat(other: Table): Table;

  free(): void;
  [Symbol.iterator](): Iterator<Row>;
}
"#;
