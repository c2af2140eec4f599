//! The most common values.

use std::sync::Arc;

use arrow_array::Float64Array;

use super::integers;
use crate::order::sort_by_number;
use crate::table::{Cell, Column, Groups, Progress, SortKey, TextBuilder, write_text};
use crate::{Error, Result, Table};

/// Which values to count.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TopValueOptions {
    /// The columns, each by itself. By default all.
    pub columns: Option<Vec<String>>,
    /// How many values of each column, 1 or more. Default 10.
    pub limit: Option<u32>,
}

/// The most common values of each column, one row each: `Column`, `Value` (as text; null
/// where it is absent), `Count`, `Share` (of all rows, 0 to 1) and `Distinct` (how many
/// different values the column has). Values of one count are in order of their text. O(n).
///
/// # Errors
///
/// `ColumnNotFound`; `InvalidArgument` for a `limit` of 0 or no column at all; `Cancelled` from `progress`.
pub fn top_values(
    table: &Table,
    options: &TopValueOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let limit = options.limit.unwrap_or(10) as usize;
    if limit == 0 {
        return Err(Error::InvalidArgument("limit should be 1 or more".into()));
    }
    let names = match &options.columns {
        Some(names) => names.iter().map(String::as_str).collect(),
        None => table.names(),
    };
    if names.is_empty() {
        return Err(Error::InvalidArgument("there is no column to count".into()));
    }
    let mut tops = Vec::with_capacity(names.len());
    for (done, name) in names.iter().enumerate() {
        progress.at(done, names.len())?;
        tops.push(top_of(table, name, limit)?);
    }
    Table::concat_all(tops)
}

/// The most common values of one column.
fn top_of(table: &Table, name: &str, limit: usize) -> Result<Table> {
    let groups = Groups::of(table, &[name])?;
    let mut sizes = vec![0i64; groups.len()];
    for &group in &groups.of_rows {
        sizes[group as usize] += 1;
    }
    let mut sorted = sizes.clone();
    sort_by_number(&mut sorted, |&size| !(size as u64));
    // Those beyond the limit that are as common as the last decide by their text.
    let least = sorted.get(limit - 1).copied().unwrap_or(0);
    let array = table.column(name)?;
    let column = Column::of(array.as_ref());
    let mut values = TextBuilder::with_capacity(limit.min(sizes.len()));
    let mut counts = Vec::new();
    let mut text = Vec::new();
    for (&row, &size) in groups.firsts.iter().zip(&sizes) {
        if size >= least {
            text.clear();
            let cell = column.get(row as usize);
            write_text(&cell, &mut text);
            let is_absent = matches!(cell, Cell::Null);
            values.push(Some(text.as_slice()).filter(|_| !is_absent));
            counts.push(size);
        }
    }
    let mut names = TextBuilder::with_capacity(counts.len());
    counts
        .iter()
        .for_each(|_| names.push(Some(name.as_bytes())));
    let shares = counts
        .iter()
        .map(|&count| count as f64 / table.num_rows() as f64);
    let distinct = counts.iter().map(|_| groups.len() as i64);
    let top = Table::new(vec![
        ("Column", names.finish("Column")?),
        ("Value", values.finish("Value")?),
        ("Share", Arc::new(Float64Array::from_iter_values(shares))),
        ("Distinct", integers(distinct)),
        ("Count", integers(counts.into_iter())),
    ])?;
    let top = top.sort(&[SortKey::descending("Count"), SortKey::ascending("Value")])?;
    top.slice(0, limit)
        .select(&["Column", "Value", "Count", "Share", "Distinct"])
}
