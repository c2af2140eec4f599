//! From text, bytes or a table to a table of indicators.

use super::search::Search;
use crate::table::Progress;
use crate::{Result, Table};

/// What to look for, and which finds to keep.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IocOptions {
    /// Types to look for, such as `["ipv4", "dns"]`; by default all but
    /// `mac_address` (see `paths`).
    pub types: Option<Vec<String>>,
    /// Whether to look for `windows_path` and `linux_path` where `types` does not
    /// say. By default `true` in text and `false` in tables, as in msticpy. What was
    /// asked of a web server, in columns such as `Url`, is no path.
    pub paths: Option<bool>,
    /// Columns of a table to search; by default all columns of text and of lists of text.
    pub columns: Option<Vec<String>>,
    /// Leave out addresses that are private, loopback, link-local, reserved or
    /// for documentation. Default `false`.
    pub public_only: bool,
    /// `true`: only what was written defanged; `false`: only what was not; by default both.
    pub defanged: Option<bool>,
    /// Report only these: values, domains with all below them, and networks such as `10.0.0.0/8`.
    pub allow: Option<Vec<String>>,
    /// Never report these; written like `allow`.
    pub ignore: Option<Vec<String>>,
    /// One row for each different indicator, at its first place, with a column
    /// `Count`. Default `false`.
    pub unique: bool,
    /// Types of your own.
    pub custom_types: Vec<CustomType>,
}

/// A type of indicator that the user defines.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomType {
    /// What column `IoCType` shall say, such as `"ticket"`.
    pub name: String,
    /// A regular expression (<https://docs.rs/regex/latest/regex/#syntax>), such
    /// as `"INC-\\d{6}"`; every match is an indicator. It runs in linear time.
    pub pattern: String,
}

/// Indicators in `text`, ordered by place; `Start` and `End` count UTF-16 units,
/// as JavaScript strings do. O(n).
///
/// Columns: `IoCType`, `Observable` (refanged and canonical), `SourceIndex` (0),
/// `SourceColumn` (null), `Start`, `End`, `Raw` (as found), and `Count` if
/// `options.unique`.
///
/// # Errors
///
/// `InvalidArgument` for an unknown type, a wrong pattern or network;
/// `LimitExceeded` for more than 2 GiB of indicators; `Cancelled` from `progress`.
pub fn extract_text(
    text: &str,
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, true)?;
    search.text(text.as_bytes(), !text.is_ascii(), progress)?;
    search.finish()
}

/// Indicators in `bytes` of any encoding that keeps ASCII; `Start` and `End`
/// count bytes. Otherwise as [`extract_text`].
pub fn extract_bytes(
    bytes: &[u8],
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, true)?;
    search.text(bytes, false, progress)?;
    search.finish()
}

/// Indicators in the text columns of `table`, ordered by column, then row;
/// `SourceIndex` is the row, `SourceColumn` the column, `Start` and `End` count
/// UTF-16 units in the cell. Otherwise as [`extract_text`].
///
/// # Errors
///
/// Besides, `ColumnNotFound` and `ColumnType` for `options.columns`.
pub fn extract_table(
    table: &Table,
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, false)?;
    let columns = table.text_cells(options.columns.as_deref())?;
    let part = 1.0 / columns.len().max(1) as f64;
    for (i, (name, cells)) in columns.iter().enumerate() {
        let rows =
            (0..table.num_rows()).flat_map(|row| cells.get(row).map(move |cell| (row, cell)));
        let (from, to) = (part * i as f64, part * (i + 1) as f64);
        search.column(name, rows, table.num_rows(), &mut progress.part(from, to))?;
    }
    search.finish()
}
