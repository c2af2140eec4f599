//! Numbers that say how a text or a process looks: msticpy's features, by its names.
//!
//! Rules as in msticpy 3.0.2, `eventcluster.py`. What differs: the columns of other
//! logs than Windows' are known, and the last part of a path is found row by row.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};

use crate::error::some_of;
use crate::table::{COMMANDS, Cell, Column, TextBuilder, TextColumn};
use crate::{Error, Result, Table};

/// Columns of paths of programs; those that have but a name come last.
const PROGRAMS: &[&str] = &[
    "NewProcessName",
    "Image",
    "exe",
    "FolderPath",
    "CreatedProcessName",
    "columns.path",
    "path",
    "FileName",
    "process",
];

/// Columns of logon sessions.
const LOGONS: &[&str] = &[
    "SubjectLogonId",
    "LogonId",
    "ses",
    "InitiatingProcessLogonId",
    "columns.auid",
    "auid",
];

/// The number of delimiters in a text: blanks and any of ``- \ / . , " ' | & : ; % $ ( )``.
pub fn delim_count(text: &str) -> u32 {
    text.chars().filter(|&c| is_delimiter(c)).count() as u32
}

/// CRC-32 of a text's delimiters alone: equal for texts of one shape.
pub fn delim_hash(text: &str) -> u32 {
    let delimiters: String = text.chars().filter(|&c| is_delimiter(c)).collect();
    crc32_hash(&delimiters)
}

/// The sum of a text's code points, divided by `scale` and rounded down.
///
/// # Errors
///
/// `InvalidArgument` if `scale` is not above 0.
pub fn char_ord_score(text: &str, scale: f64) -> Result<f64> {
    if !(scale > 0.0 && scale.is_finite()) {
        return Err(Error::InvalidArgument(
            "charOrdScore: scale should be a number above 0".into(),
        ));
    }
    Ok((ord_score(text) as f64 / scale).floor())
}

/// The number of parts of a text between `delimiter`s; 1 for an empty text.
///
/// # Errors
///
/// `InvalidArgument` for an empty delimiter.
pub fn token_count(text: &str, delimiter: &str) -> Result<u32> {
    if delimiter.is_empty() {
        return Err(Error::InvalidArgument(
            "tokenCount: the delimiter should not be empty".into(),
        ));
    }
    Ok(text.split(delimiter).count() as u32)
}

/// CRC-32 of a text's UTF-8, as in zip.
pub fn crc32_hash(text: &str) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(text.as_bytes());
    crc.sum()
}

fn ord_score(text: &str) -> u64 {
    text.chars().map(|c| u64::from(u32::from(c))).sum()
}

/// Python's blanks, which have four more than Unicode's, and msticpy's signs.
fn is_delimiter(c: char) -> bool {
    matches!(
        c,
        '-' | '\\' | '/' | '.' | ',' | '"' | '\'' | '|' | '&' | ':' | ';' | '%' | '$' | '(' | ')'
    ) || matches!(c, '\u{1c}'..='\u{1f}')
        || c.is_whitespace()
}

/// A feature of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ProcessFeature {
    /// The last part of the program's path: text.
    ProcessName,
    /// The sum of the path's code points.
    PathScore,
    /// The decimal logarithm of that, 0 for none.
    PathLogScore,
    /// CRC-32 of the path.
    PathHash,
    /// The number of characters of the command line.
    CommandlineLen,
    /// The decimal logarithm of that, 0 for none.
    CommandlineLogLen,
    /// The number of delimiters in the command line.
    CommandlineTokensFull,
    /// The decimal logarithm of that, 0 for none. Not in msticpy.
    CommandlineLogTokens,
    /// The sum of the command line's code points.
    CommandlineScore,
    /// CRC-32 of the command line's delimiters.
    CommandlineTokensHash,
    /// Whether the system itself is logged on, or nobody: 0x3e7 on Windows, -1 elsewhere.
    IsSystemSession,
}

use ProcessFeature::*;

/// Every feature and its name, in msticpy's order.
const FEATURES: &[(ProcessFeature, &str)] = &[
    (ProcessName, "processName"),
    (PathScore, "pathScore"),
    (PathLogScore, "pathLogScore"),
    (PathHash, "pathHash"),
    (CommandlineLen, "commandlineLen"),
    (CommandlineLogLen, "commandlineLogLen"),
    (CommandlineTokensFull, "commandlineTokensFull"),
    (CommandlineLogTokens, "commandlineLogTokens"),
    (CommandlineScore, "commandlineScore"),
    (CommandlineTokensHash, "commandlineTokensHash"),
    (IsSystemSession, "isSystemSession"),
];

impl ProcessFeature {
    /// Its name, as in options and columns.
    pub(super) fn name(self) -> &'static str {
        let found = FEATURES.iter().find(|(feature, _)| *feature == self);
        found.map_or("", |(_, name)| name)
    }

    /// Whether values are only equal or not: being near means nothing.
    pub(super) fn is_kind(self) -> bool {
        matches!(self, ProcessName | PathHash | CommandlineTokensHash)
    }
}

/// The columns that features are of.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FeatureOptions {
    /// The column of paths of programs; by default, in each row, the first of the usual
    /// ones, such as `NewProcessName` or `Image`, that is not empty.
    pub program_column: Option<String>,
    /// The column of command lines; by default likewise, such as `CommandLine`.
    pub command_column: Option<String>,
    /// The column of logon sessions; by default likewise, such as `SubjectLogonId`.
    pub logon_column: Option<String>,
    /// Whether to make features anew that are there already. Default `false`.
    pub force: bool,
}

/// Where a log of processes has what. A log of several schemas has several columns of
/// a kind: each row has the first of them that is not empty there.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    table: &'a Table,
    pub(super) programs: Vec<&'a str>,
    pub(super) commands: Vec<&'a str>,
    logons: Vec<&'a str>,
}

impl<'a> Sources<'a> {
    /// The columns that `options` name, else the usual ones that are there.
    pub(super) fn of(table: &'a Table, options: &'a FeatureOptions) -> Result<Self> {
        let is_text = |name: &str| table.text(name).is_ok();
        let is_there = |name: &str| table.column(name).is_ok();
        let find =
            |named: &'a Option<String>, usual: &[&'static str], fit: &dyn Fn(&str) -> bool| {
                match named {
                    Some(name) => table.column(name).map(|_| vec![name.as_str()]),
                    None => Ok(usual.iter().copied().filter(|name| fit(name)).collect()),
                }
            };
        Ok(Self {
            table,
            programs: find(&options.program_column, PROGRAMS, &is_text)?,
            commands: find(&options.command_column, COMMANDS, &is_text)?,
            logons: find(&options.logon_column, LOGONS, &is_there)?,
        })
    }

    /// Whether there is a column of programs or of command lines.
    pub(super) fn are_of_processes(&self) -> bool {
        !self.programs.is_empty() || !self.commands.is_empty()
    }

    /// Whether each row has a program or a command line.
    pub(super) fn is_process(&self) -> Result<Vec<bool>> {
        let columns = self.texts(&[&self.programs[..], &self.commands].concat())?;
        let rows = 0..self.table.num_rows();
        Ok(rows
            .map(|row| !first_text(&columns, row).is_empty())
            .collect())
    }

    /// Whether `feature` can be made.
    pub(super) fn has(&self, feature: ProcessFeature) -> bool {
        !self.columns_of(feature).0.is_empty()
    }

    fn columns_of(&self, feature: ProcessFeature) -> (&[&'a str], &'static str) {
        match feature {
            ProcessName | PathScore | PathLogScore | PathHash => (&self.programs, "programColumn"),
            IsSystemSession => (&self.logons, "logonColumn"),
            _ => (&self.commands, "commandColumn"),
        }
    }

    /// A feature of each row; what is absent counts as an empty text.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if its column is not there; `ColumnType` if it is no text.
    pub(super) fn column(&self, feature: ProcessFeature) -> Result<ArrayRef> {
        let (names, option) = self.columns_of(feature);
        if names.is_empty() {
            return Err(Error::InvalidArgument(format!(
                "there is no column for the feature `{}`; name it with {option} (there are: {})",
                feature.name(),
                some_of(&self.table.names())
            )));
        }
        let rows = 0..self.table.num_rows();
        if feature == IsSystemSession {
            let columns = names.iter().map(|name| self.table.column(name));
            let columns = columns
                .map(|column| Ok(Column::of(column?.as_ref())))
                .collect::<Result<Vec<_>>>()?;
            let systems = rows.map(|row| {
                let mut cells = columns.iter().map(|column| column.get(row));
                cells
                    .find(|cell| !matches!(cell, Cell::Null | Cell::Text("")))
                    .is_some_and(|logon| is_system(&logon))
            });
            return Ok(Arc::new(systems.map(Some).collect::<BooleanArray>()));
        }
        let columns = self.texts(names)?;
        let texts = || rows.clone().map(|row| first_text(&columns, row));
        let numbers = |of: fn(&str) -> u64| texts().map(of).collect::<Vec<u64>>();
        let integers = |of: fn(&str) -> u64| -> ArrayRef {
            let numbers = numbers(of).into_iter().map(|number| number as i64);
            Arc::new(Int64Array::from(numbers.collect::<Vec<i64>>()))
        };
        let logs = |of: fn(&str) -> u64| -> ArrayRef {
            let numbers = numbers(of).into_iter().map(|number| number.max(1) as f64);
            Arc::new(Float64Array::from(
                numbers.map(f64::log10).collect::<Vec<f64>>(),
            ))
        };
        Ok(match feature {
            ProcessName => {
                let mut names = TextBuilder::with_capacity(self.table.num_rows());
                texts().for_each(|text| names.push(Some(file_name(text).as_bytes())));
                names.finish(feature.name())?
            }
            PathScore | CommandlineScore => integers(ord_score),
            PathLogScore => logs(ord_score),
            PathHash => integers(|text| crc32_hash(text).into()),
            CommandlineLen => integers(length),
            CommandlineLogLen => logs(length),
            CommandlineTokensFull => integers(|text| delim_count(text).into()),
            CommandlineLogTokens => logs(|text| delim_count(text).into()),
            CommandlineTokensHash => integers(|text| delim_hash(text).into()),
            IsSystemSession => Arc::new(BooleanArray::from(Vec::<bool>::new())),
        })
    }

    fn texts(&self, names: &[&str]) -> Result<Vec<TextColumn<'a>>> {
        names.iter().map(|name| self.table.text(name)).collect()
    }
}

/// The first text of a row that is not empty.
fn first_text<'a>(columns: &[TextColumn<'a>], row: usize) -> &'a str {
    let mut texts = columns.iter().filter_map(|column| column.get(row));
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

fn length(text: &str) -> u64 {
    text.chars().count() as u64
}

/// The last part of a path: on Windows both slashes part it.
fn file_name(path: &str) -> &str {
    let slashes: &[char] = if path.starts_with('/') {
        &['/']
    } else {
        &['/', '\\']
    };
    path.rsplit(slashes).next().unwrap_or(path)
}

fn is_system(logon: &Cell<'_>) -> bool {
    let number = match *logon {
        Cell::Int(number) => number as f64,
        Cell::UInt(number) => number as f64,
        Cell::Float32(number) => number.into(),
        Cell::Float(number) => number,
        Cell::Text(text) if text.eq_ignore_ascii_case("0x3e7") => 999.0,
        Cell::Text(text) => text.parse().unwrap_or_default(),
        _ => 0.0,
    };
    // 0x3e7; Linux has -1 as an unsigned number, too, of 32 or 64 bits.
    [999.0, -1.0, 4_294_967_295.0, u64::MAX as f64].contains(&number)
}

/// `table` with a column for each of msticpy's features of processes, by its names,
/// and `commandlineLogTokens`. Features of a column that is not there are left out;
/// those that are there already stay, unless `force`. O(text).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if there is
/// neither a program nor a command line.
pub fn add_process_features(table: &Table, options: &FeatureOptions) -> Result<Table> {
    let sources = Sources::of(table, options)?;
    if !sources.are_of_processes() {
        return Err(Error::InvalidArgument(format!(
            "there is no usual column of programs or command lines; name yours with programColumn or commandColumn (there are: {})",
            some_of(&table.names())
        )));
    }
    let mut made = Vec::new();
    for &(feature, name) in FEATURES {
        if sources.has(feature) && (options.force || table.column(name).is_err()) {
            made.push((name, sources.column(feature)?));
        }
    }
    table.beside(&Table::new(made)?)
}
