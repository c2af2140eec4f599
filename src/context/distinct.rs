//! The different values of text columns.

use std::collections::HashMap;

use crate::table::Progress;
use crate::{Result, Table};

/// Rows between two reports of progress.
const ROWS: usize = 1 << 16;

/// The different texts in some columns (`None`: all that hold text or lists of text), in the
/// order of their first row, each with how often it stands there. O(cells).
///
/// # Errors
///
/// `ColumnNotFound` and `ColumnType` for `columns`; `Cancelled` from `progress`.
pub(super) fn distinct<'a>(
    table: &'a Table,
    columns: Option<&'a [String]>,
    progress: &mut Progress<'_>,
) -> Result<Vec<(&'a str, i64)>> {
    let columns = table.text_cells(columns)?;
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut values: Vec<(&str, i64)> = Vec::new();
    let total = columns.len() * table.num_rows();
    for (i, (_, cells)) in columns.iter().enumerate() {
        for row in 0..table.num_rows() {
            if row % ROWS == 0 {
                progress.at(i * table.num_rows() + row, total)?;
            }
            for text in cells.get(row) {
                let place = *places.entry(text).or_insert_with(|| {
                    values.push((text, 0));
                    values.len() - 1
                });
                values[place].1 += 1;
            }
        }
    }
    Ok(values)
}
