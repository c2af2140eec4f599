//! Masks.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::transform::mask::{self, MaskKind};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * How a value is masked. Values that every system has (`SYSTEM`, `S-1-5-18`, `127.0.0.1`) and `-` stay.
 *
 * - `"str"`: all of it becomes 12 letters.
 * - `"ip"`: an address, or several, with port or prefix. Addresses of one network stay in one network (of whole bytes: `/8`,
 *   `/16`, `/24`), private ones in their range, public ones public.
 * - `"uuid"`, `"sid"`: in their form; of a SID of a domain the last number (RID) stays.
 * - `"account"`: `DOMAIN\user`, `user@domain`, `user`, each part by itself.
 * - `"domain"`: a host or domain name, label by label; its public suffix stays.
 * - `"dict"`, `"list"`: texts in JSON, each as it looks; names and numbers stay.
 * - `"null"`: nothing is left.
 * - `"auto"`: as a column's name or a value's form says.
 */
export type MaskKind = "auto" | "str" | "ip" | "uuid" | "sid" | "account" | "domain" | "dict" | "list" | "null";

/** What to mask, and with which key. */
export interface MaskOptions {
  /** Columns, each with its kind or as it looks. By default those with names such as `Account`, `Computer`, `IpAddress`, `TenantId`. */
  columns?: Record<string, MaskKind> | readonly string[];
  /** The key: a long random text that you keep to yourself. By default a random one of this page. */
  seed?: string | number;
}

/**
 * Masks what says whose data it is, so that a table can be shown to others: names, addresses, identifiers.
 *
 * With one seed the same value has the same mask in every column and table, and values that differ have masks that differ, so
 * that joins, counts and networks stay. Without the seed nobody can find a value again by trying names (SHA-256 with a key);
 * with it anybody can. Only the columns that are named or known are masked: texts in others, such as a command line with a user's
 * folder, stay. So look at the result before you give it away.
 *
 * @throws {HuntbookError} `columnNotFound`; `columnType` for a column that is neither text nor lists of text; `invalidArgument`
 *   for a kind that there is not
 * @example
 * const shown = await maskTable(events, { seed: "a long random text" });
 * const some = await maskTable(events, { columns: { Account: "account", Message: "null" } });
 */
export function maskTable(table: Table, options?: MaskOptions & CallOptions): Promise<Table>;

/**
 * One value, masked as `maskTable` does.
 *
 * @param kind by default as the value looks
 * @throws {HuntbookError} `invalidArgument` for a kind that there is not
 * @example
 * await maskText("10.1.2.3", "ip", { seed: "a long random text" });
 */
export function maskText(text: string, kind?: MaskKind, options?: { seed?: string | number }): Promise<string>;
"#;

/// A step of the raw `maskTable`, see `operations.js`.
#[wasm_bindgen(js_name = maskColumn, skip_typescript)]
pub fn mask_column(
    table: &Table,
    name: &str,
    kind: &str,
    seed: &str,
    progress: Option<Function>,
) -> Result<Table> {
    let kind = MaskKind::parse(kind)?;
    with_progress(progress.as_ref(), |progress| {
        mask::mask_column(&table.0, name, kind, seed, progress)
    })
    .map(Table)
}

/// The raw `maskText`.
#[wasm_bindgen(js_name = maskText, skip_typescript)]
pub fn mask_text(text: &str, kind: &str, seed: &str) -> Result<String> {
    Ok(mask::mask_text(text, MaskKind::parse(kind)?, seed))
}
