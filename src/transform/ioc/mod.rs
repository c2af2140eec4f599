//! Indicators of compromise in text.

use crate::table::Progress;
use crate::{Result, Table};

/// How [`extract_table`] and its kin search.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IocOptions {
    /// Columns to search; by default all text columns.
    pub columns: Option<Vec<String>>,
}

/// Indicators in `text`; `Start` and `End` count UTF-16 units.
pub fn extract_text(text: &str, options: &IocOptions, progress: &mut Progress) -> Result<Table> {
    let _ = (text, options, progress);
    Table::new(vec![])
}

/// Indicators in `bytes`; `Start` and `End` count bytes.
pub fn extract_bytes(bytes: &[u8], options: &IocOptions, progress: &mut Progress) -> Result<Table> {
    let _ = (bytes, options, progress);
    Table::new(vec![])
}

/// Indicators in the text columns of `table`; `SourceIndex` is the row.
pub fn extract_table(
    table: &Table,
    options: &IocOptions,
    progress: &mut Progress,
) -> Result<Table> {
    let _ = (table, options, progress);
    Table::new(vec![])
}
