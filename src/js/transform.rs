//! Indicators: finding them, and making them harmless.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::transform::ioc;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Finds indicators of compromise in text, bytes, a file or a table.
 *
 * A table's text columns are searched, or those of `options.columns`; anything
 * else is searched as one text, so `read` a log first if you want to know the
 * rows. Columns of the result: `IoCType`, `Observable` (refanged, canonical),
 * `SourceIndex` (row, from 0; 0 for text), `SourceColumn` (`null` for text),
 * `Start`, `End` and `Raw` (as found). Offsets count UTF-16 units in a string,
 * so that `text.slice(Start, End)` is `Raw`, and bytes in bytes or a file.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for `options.columns`;
 *   `invalidArgument` for another option
 * @example
 * const iocs = await extractIocs("see hxxp://evil[.]example/a and 203.0.113[.]7");
 * const found = await extractIocs(await read(file), { columns: ["CommandLine"] });
 */
export function extractIocs(source: Source | Table, options?: Partial<IocOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `extractIocs` for a string; offsets count UTF-16 units.
#[wasm_bindgen(js_name = extractIocsText, skip_typescript)]
pub fn extract_iocs_text(
    text: &str,
    ioc_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let ioc_options = options(ioc_options)?;
    with_progress(progress.as_ref(), |progress| {
        ioc::extract_text(text, &ioc_options, progress)
    })
    .map(Table)
}

/// The raw `extractIocs` for bytes; offsets count bytes.
#[wasm_bindgen(js_name = extractIocsBytes, skip_typescript)]
pub fn extract_iocs_bytes(
    bytes: &[u8],
    ioc_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let ioc_options = options(ioc_options)?;
    with_progress(progress.as_ref(), |progress| {
        ioc::extract_bytes(bytes, &ioc_options, progress)
    })
    .map(Table)
}

/// The raw `extractIocs` for a table.
#[wasm_bindgen(js_name = extractIocsTable, skip_typescript)]
pub fn extract_iocs_table(
    table: &Table,
    ioc_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let ioc_options = options(ioc_options)?;
    with_progress(progress.as_ref(), |progress| {
        ioc::extract_table(&table.0, &ioc_options, progress)
    })
    .map(Table)
}
