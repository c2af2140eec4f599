//! Unpacking what is encoded in text.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::{Room, Table};
use crate::Result;
use crate::transform::unpack;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Finds base64 and what is like it in text, bytes, a file or a table, decodes it, says what
 * it is, opens archives, and begins anew with each result.
 *
 * Found are base64 (standard, URL-safe, wrapped, unpadded, JSON Web Tokens), hex, `%41`, `\x41`,
 * lists of numbers and `[char]65` chains. Words, names, paths and hashes are told from it
 * by what they decode to: text, or a known kind of file. Opened are gzip, zlib, raw deflate,
 * zip, tar, bzip2 and xz. An archive as bytes or a file is opened itself.
 *
 * One row for each item, an item before those in it. Columns, named as msticpy's:
 * - `reference` (`"1.2"` is the second part of the first item), `parent`, `depth`
 * - `src_index`, `src_column`: row and column of a table; 0 and `null` for text
 * - `start`, `end`: place in the text it was found in (in `decoded_string` of its parent);
 *   UTF-16 units, or bytes in bytes; `null` for files of an archive
 * - `method`: what was undone, such as `base64`, `hex`, `escape`, `gz`, `zip`, `xor 0x2a`
 * - `original_string`, `file_name`, `file_type` (`exe`, `dll`, `elf`, `pdf`, `zip`, `ps1` …),
 *   `encoding_type` (`utf-8`, `utf-16le`, `utf-16be`, `binary`)
 * - `decoded_string`, or for what is no text `printable_bytes` (`4d 5a 90`)
 * - `size`, `md5`, `sha1`, `sha256`, `error` (why an item is not whole or not opened)
 * - `full_decoded_string`: the source with each part decoded in its place, on the first row
 *   of each source
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for `options.columns`;
 *   `invalidArgument` for another option. What is broken is a row with an `error`.
 * @example
 * const items = await unpackBase64("powershell -enc SQBFAFgAIAAoAGkAdwByACAAeAApAA==");
 * const found = await unpackBase64(await read(file), { columns: ["CommandLine"] });
 */
export function unpackBase64(source: Source | Table, options?: Partial<UnpackOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `unpackBase64` for a string; places count UTF-16 units.
#[wasm_bindgen(js_name = unpackBase64Text, skip_typescript)]
pub fn unpack_base64_text(
    text: &str,
    unpack_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let unpack_options = options(unpack_options)?;
    with_progress(progress.as_ref(), |progress| {
        unpack::unpack_text(text, &unpack_options, progress)
    })
    .map(Table)
}

/// The raw `unpackBase64` for bytes in `room`; places count bytes.
#[wasm_bindgen(js_name = unpackBase64Bytes, skip_typescript)]
pub fn unpack_base64_bytes(
    room: Room,
    unpack_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let unpack_options = options(unpack_options)?;
    with_progress(progress.as_ref(), |progress| {
        unpack::unpack_bytes(&room.0, &unpack_options, progress)
    })
    .map(Table)
}

/// The raw `unpackBase64` for a table.
#[wasm_bindgen(js_name = unpackBase64Table, skip_typescript)]
pub fn unpack_base64_table(
    table: &Table,
    unpack_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let unpack_options = options(unpack_options)?;
    with_progress(progress.as_ref(), |progress| {
        unpack::unpack_table(&table.0, &unpack_options, progress)
    })
    .map(Table)
}
