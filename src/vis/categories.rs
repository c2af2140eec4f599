//! The values of a column that have a colour each.

use super::theme::CATEGORIES;
use super::values::{Order, Values};
use crate::{Result, Table};

/// Values, the most frequent first; if there are more than colours, the last are `others`.
pub(crate) struct Categories {
    pub(crate) names: Vec<String>,
    /// Which of them each row has.
    pub(crate) of_rows: Vec<u32>,
}

impl Categories {
    /// Those of a column. O(rows).
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`.
    pub(crate) fn of(table: &Table, column: &str) -> Result<Self> {
        Values::of(table, column, Order::MostRows).map(Self::of_values)
    }

    /// Those that are first.
    pub(crate) fn of_values(values: Values) -> Self {
        let Values {
            mut names,
            mut of_rows,
            ..
        } = values;
        if names.len() > CATEGORIES {
            names.truncate(CATEGORIES - 1);
            names.push("others".into());
            for place in &mut of_rows {
                *place = (*place).min(CATEGORIES as u32 - 1);
            }
        }
        Self { names, of_rows }
    }
}
