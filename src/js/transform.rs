//! Indicators: finding them, and making them harmless.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::{Room, Table};
use crate::Result;
use crate::transform::defang;
use crate::transform::ioc::{self, IocType};

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

/**
 * Undoes every common way to make an indicator harmless: `hxxp`, `fxp`, `[.]`,
 * `(.)`, `{.}`, `[dot]`, `[at]`, `[:]//` and blanks around them. Other text stays.
 *
 * @example
 * await refang("hXXp[:]//evil (dot) com"); // "http://evil.com"
 */
export function refang(text: string): Promise<string>;

/**
 * Makes an indicator harmless to click on: `http://evil.com` becomes
 * `hXXp://evil[.]com`. `refang` gives it back.
 *
 * @param type its type, such as `"url"`; hashes, paths and numbers stay as they are
 * @throws {HuntbookError} `invalidArgument` for a type that there is not
 */
export function defang(text: string, type?: string): Promise<string>;

/**
 * The type of a text that is one indicator and nothing else, defanged or not,
 * such as `"ipv4"`; `undefined` for any other text.
 */
export function classifyIoc(text: string): Promise<string | undefined>;
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

/// The raw `extractIocs` for bytes in `room`; offsets count bytes.
#[wasm_bindgen(js_name = extractIocsBytes, skip_typescript)]
pub fn extract_iocs_bytes(
    room: Room,
    ioc_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let ioc_options = options(ioc_options)?;
    with_progress(progress.as_ref(), |progress| {
        ioc::extract_bytes(&room.0, &ioc_options, progress)
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

/// The raw `refang`.
#[wasm_bindgen(skip_typescript)]
pub fn refang(text: &str) -> String {
    defang::refang(text)
}

/// The raw `defang`.
#[wasm_bindgen(js_name = defang, skip_typescript)]
pub fn defang_text(text: &str, kind: Option<String>) -> Result<String> {
    let kind = kind.as_deref().map(IocType::parse).transpose()?;
    Ok(if kind.is_none_or(IocType::is_host_like) {
        defang::defang(text)
    } else {
        text.into()
    })
}

/// The raw `classifyIoc`.
#[wasm_bindgen(js_name = classifyIoc, skip_typescript)]
pub fn classify_ioc(text: &str) -> Option<String> {
    ioc::classify(text).map(|kind| kind.name().into())
}
