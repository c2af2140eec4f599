//! Files into tables.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::{Room, Table};
use crate::Result;
use crate::table::read;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Bytes in memory. */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/** An attached file of a notebook, such as Observable's `FileAttachment("log.csv")`. */
export interface FileLike {
  readonly name?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Where data comes from: text or bytes in memory, a file that the user chose,
 * an answer to `fetch`, or an address to fetch. A string is the *text itself*;
 * an address is a `URL` object.
 */
export type Source = string | Bytes | Blob | FileLike | Response | URL;

/** What every function that computes takes beside its own options. */
export interface CallOptions {
  /**
   * Called with the fraction done, from 0 to 1, a few times a second; it never goes back.
   * Or what shows it, such as `progress()` or a `<progress>` element: its `value` grows to its
   * `max`, or to 1 if it has none.
   */
  onProgress?: ((fraction: number) => void) | { value: number; max?: number };
  /**
   * Stops the work: the promise is rejected at once with a `HuntbookError` of
   * code `"cancelled"`, whose `cause` is the signal's reason.
   */
  signal?: AbortSignal;
}

/**
 * Reads a file into a table.
 *
 * The format is found from the content, then from the name: CSV (also with tabs
 * or semicolons), JSON, NDJSON, Arrow, Parquet, a pandas pickle of a DataFrame
 * (nothing in it is run), a result log of osquery, an access log of a web server, or
 * plain text; also inside gzip, zip, tar, bzip2 or xz. Results of Velociraptor are
 * JSON, to which `format: "velociraptor"` adds the artifact's name. Objects become
 * one row each.
 *
 * @throws {HuntbookError} `badInput`, `unsupported` or `limitExceeded` for the file;
 *   `columnNotFound` for `options.columns`
 * @example
 * const table = await read(file);                       // from <input type="file">
 * const other = await read(new URL("signins.csv.gz", location.href), { onBadRow: "skip" });
 * const small = await read("a,b\n1,2");
 */
export function read(source: Source, options?: Partial<ReadOptions> & CallOptions): Promise<Table>;
export function read(rows: readonly object[], options?: Pick<ReadOptions, "columns"> & CallOptions): Promise<Table>;
"#;

/// The raw `read`: a file's bytes into a table.
#[wasm_bindgen(js_name = readBytes, skip_typescript)]
pub fn read_bytes(
    bytes: Vec<u8>,
    read_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    read_room(Room(bytes), read_options, progress)
}

/// The same of bytes that JavaScript wrote into `room`.
#[wasm_bindgen(js_name = readRoom, skip_typescript)]
pub fn read_room(room: Room, read_options: JsValue, progress: Option<Function>) -> Result<Table> {
    let read_options = options(read_options)?;
    with_progress(progress.as_ref(), |progress| {
        read::read(room.0, &read_options, progress)
    })
    .map(Table)
}
