//! The most common values.

use std::collections::BinaryHeap;
use std::sync::Arc;

use arrow_array::Float64Array;

use super::integers;
use crate::table::{Cell, Column, Groups, Progress, TextBuilder, write_text};
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
/// different values the column has). Values of one count are in order of their text; 0 and
/// -0 are one. O(n log `limit`).
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
    let array = table.column(name)?;
    let column = Column::of(array.as_ref());
    // The best so far, the worst of them on top: most rows first, then by text, absent last.
    let mut best: BinaryHeap<(u64, bool, Vec<u8>)> = BinaryHeap::new();
    let mut text = Vec::new();
    for (&row, &size) in groups.firsts.iter().zip(&sizes) {
        let rank = !(size as u64);
        let worst = best.peek().filter(|_| best.len() == limit);
        if worst.is_some_and(|worst| worst.0 < rank) {
            continue;
        }
        let cell = column.get(row as usize).without_sign_of_zero();
        text.clear();
        write_text(&cell, &mut text);
        let is_absent = matches!(cell, Cell::Null);
        let key = (rank, is_absent, text.as_slice());
        if worst.is_some_and(|worst| (worst.0, worst.1, worst.2.as_slice()) < key) {
            continue;
        }
        if worst.is_some() {
            best.pop();
        }
        best.push((rank, is_absent, text.clone()));
    }
    let best = best.into_sorted_vec();
    let counts: Vec<i64> = best.iter().map(|best| !best.0 as i64).collect();
    let mut values = TextBuilder::with_capacity(best.len());
    let mut names = TextBuilder::with_capacity(best.len());
    for (_, is_absent, text) in &best {
        values.push(Some(text.as_slice()).filter(|_| !is_absent));
        names.push(Some(name.as_bytes()));
    }
    let shares = counts
        .iter()
        .map(|&count| count as f64 / table.num_rows() as f64);
    let distinct = counts.iter().map(|_| groups.len() as i64);
    Table::new(vec![
        ("Column", names.finish("Column")?),
        ("Value", values.finish("Value")?),
        ("Count", integers(counts.iter().copied())),
        ("Share", Arc::new(Float64Array::from_iter_values(shares))),
        ("Distinct", integers(distinct)),
    ])
}
