//! Reads files into tables.
//!
//! [`read`] finds out what the bytes are (content first, then the name), opens
//! archives around them, and hands them to one reader of a format. A reader
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

// Only `src/js` asks for it, which other targets do not have.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) mod answer;
mod archive;
mod arrow;
mod csv;
mod encoding;
mod epochs;
mod json;
mod json_scan;
mod kinds;
mod lanes;
pub(crate) mod ndjson;
mod osquery;
mod pickle;
mod rows;
mod sniff;
mod text;
mod text_file;
mod velociraptor;
mod weblog;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::StringArray;

pub(crate) use text_file::TextFile;

use super::{BadRow, Progress, Report};
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
    /// Most bytes that archives may unpack to, all members together;
    /// also the most memory that the values of a pickle may take.
    pub max_bytes: u64,
    /// Most unpacked bytes for each packed one, looked at once a member has
    /// unpacked to 16 MiB; deflate cannot pass 1032. For a pickle, most bytes of
    /// memory for each of its own.
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

    /// What the report says of a row that is left out; `text` is all of it.
    fn bad_row(&self, row: u64, line: u64, problem: String, text: &[u8]) -> BadRow {
        BadRow {
            row,
            ..BadRow::of_line(self.name, line, problem, text)
        }
    }
}

/// One file out of an archive: its name inside, and its bytes or why
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
    /// A pandas pickle of a DataFrame, protocols 2 to 5; nothing in it is run.
    Pickle,
    /// Parquet; read by the JavaScript side through parquet-wasm.
    Parquet,
    /// Lines of text: columns `LineNumber` and `Text`.
    Text,
    /// A result log of osquery, one row for each row of a result.
    Osquery,
    /// Results of a Velociraptor artifact; never found from the content, which is any JSON.
    Velociraptor,
    /// An access log of a web server, common or combined.
    Weblog,
}

impl Format {
    /// Its name, as in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Arrow => "arrow",
            Self::Pickle => "pickle",
            Self::Parquet => "parquet",
            Self::Text => "text",
            Self::Osquery => "osquery",
            Self::Velociraptor => "velociraptor",
            Self::Weblog => "weblog",
        }
    }
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
/// `BadInput`, `Unsupported` or `LimitExceeded` for the file;
/// `ColumnNotFound` for `options.columns`; `Cancelled` from `progress`.
pub fn read(bytes: Vec<u8>, options: &ReadOptions, progress: &mut Progress<'_>) -> Result<Table> {
    let name = options.name.as_deref();
    let table = if archive::is_archive(&bytes) {
        let members = archive::open(bytes, name, &options.limits, progress)?;
        read_members(members, options, progress)?
    } else {
        read_one(Input { bytes, name }, options, progress)?
    };
    let table = epochs::convert(table, &options.epoch_columns)?;
    match &options.columns {
        Some(columns) => table.select(columns),
        None => Ok(table),
    }
}

/// All members as one table, with a column `SourceFile` if there are several.
fn read_members(
    members: Vec<Member>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let several = members.len() > 1;
    let (mut tables, mut unread) = (Vec::new(), Vec::new());
    for member in members {
        let name = member.name.as_deref();
        let table = member
            .content
            .and_then(|bytes| read_one(Input { bytes, name }, options, progress));
        match table {
            Ok(table) if several => {
                let file: StringArray = std::iter::repeat_n(name, table.num_rows()).collect();
                let label = Table::new(vec![("SourceFile", Arc::new(file))])?;
                let report = table.report().unwrap_or_default();
                tables.push(label.beside(&table)?.with_report(&report)?);
            }
            Ok(table) => return Ok(table),
            Err(error @ (Error::Cancelled | Error::LimitExceeded { .. })) => return Err(error),
            Err(error) if options.on_bad_row == OnBadRow::Error => return Err(error),
            Err(error) => unread.push(format!("left out: {error}")),
        }
    }
    if tables.is_empty() {
        return Err(Error::BadInput {
            place: Place {
                file: options.name.clone(),
                ..Place::default()
            },
            problem: format!(
                "the archive holds no file that can be read{}",
                unread
                    .first()
                    .map(|why| format!(" ({why})"))
                    .unwrap_or_default()
            ),
            advice: "choose another file".into(),
        });
    }
    let table = Table::concat_all(tables)?;
    let mut report = table.report().unwrap_or_default();
    report.name.clone_from(&options.name);
    report.notes.extend(unread);
    table.with_report(&report)
}

fn read_one(
    mut input: Input<'_>,
    options: &ReadOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut report = Report {
        name: input.name.map(String::from),
        ..Report::default()
    };
    let format = match options.format {
        Some(format) => Some(format),
        None => sniff::binary(&input)?,
    };
    let format = match format {
        Some(format @ (Format::Arrow | Format::Pickle | Format::Parquet)) => format,
        other => {
            let decoded = encoding::decode(input.bytes);
            input.bytes = decoded.text;
            report.encoding = Some(decoded.encoding.into());
            report.notes.extend(decoded.note);
            other.unwrap_or_else(|| sniff::text(&input.bytes, input.name))
        }
    };
    let read = match format {
        Format::Csv | Format::Tsv => csv::read,
        Format::Json => json::read,
        Format::Ndjson => ndjson::read,
        Format::Text => text::read,
        Format::Osquery => osquery::read,
        Format::Velociraptor => velociraptor::read,
        Format::Weblog => weblog::read,
        Format::Arrow => arrow::read,
        Format::Pickle => pickle::read,
        Format::Parquet => {
            return Err(Error::Unsupported {
                place: input.place(),
                problem: "Parquet cannot be read from inside an archive".into(),
                advice: "unpack it first, or save it as CSV or Arrow".into(),
            });
        }
    };
    report.format = format.name().into();
    let table = read(input, options, &mut report, progress)?;
    // A table that comes from a worker keeps what its reader said.
    if table.report().is_some() {
        Ok(table)
    } else {
        table.with_report(&report)
    }
}

/// What one reader makes of `text`, for tests.
#[cfg(test)]
fn read_text(
    read: fn(Input<'_>, &ReadOptions, &mut Report, &mut Progress<'_>) -> Result<Table>,
    name: &str,
    text: &str,
    options: &ReadOptions,
) -> Result<(Table, Report)> {
    let input = Input {
        bytes: text.as_bytes().to_vec(),
        name: Some(name),
    };
    let mut report = Report::default();
    let table = read(input, options, &mut report, &mut Progress::none())?;
    Ok((table, report))
}
