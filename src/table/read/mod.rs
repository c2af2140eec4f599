//! Reads files into tables.
//!
//! [`read`] finds out what the bytes are (content first, then the name), opens
//! gzip and zip around them, and hands them to one reader of a format. A reader
//! is one file with one function,
//!
//! ```text
//! pub(super) fn read(input: Input<'_>, options: &ReadOptions, report: &mut Report,
//!                    progress: &mut Progress<'_>) -> Result<Table>
//! ```
//!
//! which reads all columns and rows; `read` picks `options.columns` and puts the
//! report into the table. Text readers (csv, json, ndjson, text) get UTF-8
//! without a byte order mark, whatever the file's encoding was.

mod archive;
mod arrow;
mod json;
mod ndjson;
mod pickle;

use std::collections::BTreeMap;

use super::{Progress, Report};
use crate::{Error, Place, Result, Table};

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
    /// CSV: the character between fields; found from the content if absent.
    pub delimiter: Option<String>,
    /// CSV: whether the first row holds the column names (the default); if
    /// `false`, columns are named `c1`, `c2`, ….
    pub header: Option<bool>,
    /// Columns of numbers that are times since 1970 (UTC), and their unit.
    /// Numbers never become times unless asked for here.
    pub epoch_columns: BTreeMap<String, EpochUnit>,
    /// Limits that protect the page from files made to fill its memory.
    pub limits: Limits,
}

/// The unit of a number that counts time since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum EpochUnit {
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
    /// Nanoseconds.
    Ns,
}

/// Limits on what a file may unpack to.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// Most bytes that gzip and zip files may unpack to, all members together.
    pub max_bytes: u64,
    /// Most unpacked bytes for each packed one, looked at once a member has
    /// unpacked to 16 MiB; deflate cannot pass 1032.
    pub max_ratio: f64,
    /// Most files in an archive.
    pub max_members: u64,
    /// Most columns in a table.
    pub max_columns: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 2_000_000_000,
            max_ratio: 250.0,
            max_members: 10_000,
            max_columns: 10_000,
        }
    }
}

/// A file's bytes and what it is called, as a reader gets them.
pub(crate) struct Input<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) name: Option<&'a str>,
}

impl Input<'_> {
    /// The place of an error in this file; add row, line or byte with `..`.
    pub(crate) fn place(&self) -> Place {
        Place {
            file: self.name.map(String::from),
            ..Place::default()
        }
    }
}

/// One file out of a gzip or zip file: its name inside, and its bytes or why
/// it cannot be read. Reaching a limit is an error of [`archive::open`] itself.
pub(crate) struct Member {
    pub(crate) name: Option<String>,
    pub(crate) content: Result<Vec<u8>>,
}

/// A format that [`read`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values (RFC 4180), or another delimiter.
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
pub fn read(bytes: Vec<u8>, options: &ReadOptions, progress: &mut Progress<'_>) -> Result<Table> {
    let mut report = Report::default();
    let input = Input {
        bytes,
        name: options.name.as_deref(),
    };
    let read = match options.format {
        Some(Format::Arrow) => arrow::read,
        Some(Format::Json) => json::read,
        Some(Format::Ndjson) => ndjson::read,
        Some(Format::Pickle) => pickle::read,
        _ => {
            let members = archive::open(input.bytes, input.name, &options.limits, progress)?;
            return Err(unsupported(Place {
                file: members
                    .into_iter()
                    .find_map(|member| member.content.err().and(member.name)),
                ..Place::default()
            }));
        }
    };
    read(input, options, &mut report, progress)?.with_report(&report)
}

fn unsupported(place: Place) -> Error {
    Error::Unsupported {
        place,
        problem: "this format is not read yet".into(),
        advice: "save it as CSV".into(),
    }
}
