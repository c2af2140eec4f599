//! The different values of text columns.

use std::collections::HashMap;

use crate::table::{Progress, TextColumn};
use crate::{Result, Table};

/// Rows between two reports of progress.
const ROWS: usize = 1 << 16;

/// The different texts in some columns (`None`: all that hold text), in the order
/// of their first row, each with the number of its cells. O(cells).
///
/// # Errors
///
/// `ColumnNotFound` and `ColumnType` for `columns`; `Cancelled` from `progress`.
pub(super) fn distinct<'a>(
    table: &'a Table,
    columns: Option<&[String]>,
    progress: &mut Progress<'_>,
) -> Result<Vec<(&'a str, i64)>> {
    let columns: Vec<TextColumn<'a>> = match columns {
        Some(names) => names
            .iter()
            .map(|name| table.text(name))
            .collect::<Result<_>>()?,
        None => {
            let all = table.batch().columns().iter();
            all.filter_map(|column| TextColumn::of(column.as_ref()))
                .collect()
        }
    };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut values: Vec<(&str, i64)> = Vec::new();
    let total = columns.len() * table.num_rows();
    for (i, column) in columns.iter().enumerate() {
        for (row, text) in column.iter().enumerate() {
            if row % ROWS == 0 {
                progress.at(i * table.num_rows() + row, total)?;
            }
            let Some(text) = text else { continue };
            let place = *places.entry(text).or_insert_with(|| {
                values.push((text, 0));
                values.len() - 1
            });
            values[place].1 += 1;
        }
    }
    Ok(values)
}
