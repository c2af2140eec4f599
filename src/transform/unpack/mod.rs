//! Unpacks what is encoded in text: base64 above all, and what is packed inside.
//!
//! `find` says where encoded data may stand, in one pass; `decode` and `escape`
//! make bytes of it; `judge` says whether those are more than chance, by `magic`
//! and `text`; `run` opens archives and begins anew with each result; `rows`
//! makes the table.
//!
//! Columns are named as msticpy 3.0.2 (`base64unpack`) names them, in its
//! `snake_case`, so that its users find theirs: `reference`, `original_string`,
//! `file_name`, `file_type`, `encoding_type`, `decoded_string`, `printable_bytes`, the
//! hashes, `src_index`, `full_decoded_string`. What msticpy does not have is named
//! alike. Its `input_bytes` and `file_hashes` say nothing that other columns do not.

mod decode;
mod escape;
mod find;
mod judge;
mod magic;
mod rows;
mod run;
mod text;
mod units;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use decode::base64 as decode_base64;

use crate::table::Progress;
use crate::{Error, Result, Table};
use rows::Source;
use run::Unpacker;

/// Deeper nesting would need a deep stack.
const MOST_DEPTH: u32 = 64;

/// What to look for, and how far to go.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UnpackOptions {
    /// Columns of a table to search; by default all columns of text and of lists of text.
    pub columns: Option<Vec<String>>,
    /// How deep to go: a text in a zip in base64 is three. From 1 to 64, default 20.
    pub max_depth: u32,
    /// Fewest letters of base64 or hex, 8 or more. Default 16; msticpy has 30.
    pub min_length: u32,
    /// Whether to try every XOR with one byte on bytes of no known kind. Default `false`.
    pub xor: bool,
    /// Most rows, then the run ends with a row that says so. Default 100,000.
    pub max_items: u32,
    /// Most unpacked bytes of all items together, then the run ends with a row
    /// that says so. Default 256 MiB.
    pub max_bytes: u64,
    /// Most unpacked bytes for each packed one, looked at once a member has
    /// unpacked to 16 MiB. Default 250.
    pub max_ratio: f64,
}

impl Default for UnpackOptions {
    fn default() -> Self {
        Self {
            columns: None,
            max_depth: 20,
            min_length: 16,
            xor: false,
            max_items: 100_000,
            max_bytes: 256 << 20,
            max_ratio: 250.0,
        }
    }
}

impl UnpackOptions {
    fn check(&self) -> Result<()> {
        const LEAST_LENGTH: u32 = 8;
        if !(1..=MOST_DEPTH).contains(&self.max_depth) {
            return Err(Error::InvalidArgument(format!(
                "maxDepth should be from 1 to {MOST_DEPTH}, not {}",
                self.max_depth
            )));
        }
        if self.min_length < LEAST_LENGTH {
            return Err(Error::InvalidArgument(format!(
                "minLength should be {LEAST_LENGTH} or more, not {}: shorter words are everywhere",
                self.min_length
            )));
        }
        Ok(())
    }
}

/// Unpacks what is encoded in `text`, one row for each item, an item before those
/// in it. O(n) in the length of the text and of what comes out.
///
/// Found are base64 (standard, URL-safe, wrapped, unpadded, JSON Web Tokens), hex,
/// `%41`, `\x41`, lists of numbers and `[char]65` chains, if what they decode to is of
/// a known kind or plausible text, or if the text says that they are base64
/// (`-enc`, `FromBase64String`, `base64,`, `-----BEGIN`), or if they are long and look
/// random. Opened are gzip, zlib, raw deflate in base64, zip, tar, bzip2 and xz.
///
/// | column | |
/// | --- | --- |
/// | `reference`, `parent`, `depth` | `"1.2"`, `"1"` (null at the top) and 2: the second part of the first item |
/// | `src_index`, `src_column` | row and column of a table; 0 and null for text |
/// | `start`, `end` | place in the text that it was found in, `decoded_string` of the parent if there is one, in UTF-16 units; bytes in bytes; null for members of archives |
/// | `method` | what was undone: `base64`, `base64url`, `hex`, `percent`, `escape`, `numbers`, `char`, `xor 0x2a`, `gz`, `zip` … |
/// | `original_string` | the encoded text; null for members |
/// | `file_name`, `file_type` | a member's name; `exe`, `dll`, `sys`, `elf`, `pdf`, `zip`, `ps1` … or null |
/// | `encoding_type` | `utf-8`, `utf-16le`, `utf-16be` or `binary` |
/// | `decoded_string`, `printable_bytes` | the text; of what is no text the bytes, as `4d 5a 90` |
/// | `size`, `md5`, `sha1`, `sha256` | of the decoded bytes |
/// | `error` | why an item is not whole or was not opened, else null |
/// | `full_decoded_string` | the source, each part decoded in its place as `<decoded type='string' index='1' depth='1'>…</decoded>`; on the first row of each source alone, because thousands of rows may come of one |
///
/// # Errors
///
/// `InvalidArgument` for an option; `LimitExceeded` for a column of more than 2 GiB;
/// `Cancelled`. What cannot be unpacked is a row with an error.
pub fn unpack_text(
    text: &str,
    options: &UnpackOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    options.check()?;
    let mut unpacker = Unpacker::new(options);
    unpacker.text(text.as_bytes(), true, Source::default(), progress)?;
    unpacker.finish()
}

/// Unpacks `bytes`: an archive's members, else what is encoded in them as in a
/// text. Places count bytes, but in a file of UTF-16 units of it.
/// Otherwise as [`unpack_text`].
///
/// # Errors
///
/// Besides, `BadInput` or `Unsupported` for an archive of which nothing can be read.
pub fn unpack_bytes(
    bytes: &[u8],
    options: &UnpackOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    options.check()?;
    let mut unpacker = Unpacker::new(options);
    if let Some(format) = judge::kind(bytes).and_then(|kind| kind.format) {
        unpacker.archive(bytes, format, progress)?;
    } else if let Some(text) = text::of_utf16(bytes) {
        unpacker.text(text.as_bytes(), true, Source::default(), progress)?;
    } else {
        unpacker.text(bytes, false, Source::default(), progress)?;
    }
    unpacker.finish()
}

/// Unpacks what is encoded in the text columns of `table`, column by column and
/// row by row; `src_index` is the row, `src_column` the column. Otherwise as [`unpack_text`].
///
/// # Errors
///
/// Besides, `ColumnNotFound` and `ColumnType` for `options.columns`.
pub fn unpack_table(
    table: &Table,
    options: &UnpackOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    const REPORT_ROWS: usize = 1024;
    options.check()?;
    let mut unpacker = Unpacker::new(options);
    let columns = table.text_cells(options.columns.as_deref())?;
    let total = columns.len() * table.num_rows();
    for (i, (name, cells)) in columns.iter().enumerate() {
        let column: Arc<str> = Arc::from(*name);
        for row in 0..table.num_rows() {
            for cell in cells.get(row) {
                let source = Source {
                    index: row,
                    column: Some(column.clone()),
                };
                unpacker.text(cell.as_bytes(), true, source, &mut Progress::none())?;
            }
            if unpacker.is_full() {
                return unpacker.finish();
            }
            if row % REPORT_ROWS == 0 {
                progress.at(i * table.num_rows() + row, total)?;
            }
        }
    }
    unpacker.finish()
}
