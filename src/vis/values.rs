//! Columns as charts need them: different values in an order, numbers, and times.

use arrow_array::Array;

use super::lanes::names;
use crate::order::sort_by_number;
use crate::table::Groups;
use crate::{Result, Table};

/// The order of different values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Order {
    /// Those of most rows first, of equally many the one that comes first.
    MostRows,
    /// From the least to the greatest.
    Rising,
    /// From the greatest to the least.
    Falling,
}

/// The different values of a column, in an order.
pub(crate) struct Values {
    /// What each is called.
    pub(crate) names: Vec<String>,
    /// How many rows have each.
    pub(crate) counts: Vec<u32>,
    /// The place of the value of each row.
    pub(crate) of_rows: Vec<u32>,
}

impl Values {
    /// Of a column. O(n) and O(m log m) of m different values.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`.
    pub(crate) fn of(table: &Table, column: &str, order: Order) -> Result<Self> {
        let column = [column.to_owned()];
        let mut groups = Groups::of(table, &column)?;
        let mut counts = vec![0_u32; groups.len()];
        for group in &groups.of_rows {
            counts[*group as usize] += 1;
        }
        let mut sorted: Vec<u32> = match order {
            Order::MostRows => (0..groups.len() as u32).collect(),
            _ => groups.sorted(table, &column)?,
        };
        match order {
            Order::MostRows => {
                sort_by_number(&mut sorted, |group| !u64::from(counts[*group as usize]));
            }
            Order::Rising => {}
            Order::Falling => sorted.reverse(),
        }
        let mut names = names(table, &column, &groups, "")?;
        let mut places = vec![0; sorted.len()];
        let mut values = Self {
            names: vec![],
            counts: vec![],
            of_rows: vec![],
        };
        for (place, &group) in (0..).zip(&sorted) {
            places[group as usize] = place;
            values
                .names
                .push(std::mem::take(&mut names[group as usize]));
            values.counts.push(counts[group as usize]);
        }
        for group in &mut groups.of_rows {
            *group = places[*group as usize];
        }
        values.of_rows = groups.of_rows;
        Ok(values)
    }
}

/// A column of numbers, of which those that are absent are NaN.
///
/// # Errors
///
/// `ColumnNotFound`, `ColumnType`.
pub(crate) fn numbers(table: &Table, name: &str) -> Result<Vec<f64>> {
    let numbers = table.f64(name)?;
    Ok(without(numbers.values().to_vec(), &numbers))
}

/// A column of times in microseconds since 1970, of which those that are absent are NaN.
///
/// # Errors
///
/// `ColumnNotFound`, `ColumnType`; `InvalidArgument` for a time that is too far away.
pub(crate) fn times(table: &Table, name: &str) -> Result<Vec<f64>> {
    let times = table.time_us(name)?;
    let values = times.values().iter().map(|time| *time as f64).collect();
    Ok(without(values, &times))
}

/// Values, NaN where there are none.
fn without(mut values: Vec<f64>, array: &dyn Array) -> Vec<f64> {
    if array.null_count() > 0 {
        for (row, value) in values.iter_mut().enumerate() {
            if array.is_null(row) {
                *value = f64::NAN;
            }
        }
    }
    values
}
