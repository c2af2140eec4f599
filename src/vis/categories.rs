//! The values of a column that have a colour each.

use super::Zone;
use super::tables::cell_text;
use super::theme::CATEGORIES;
use crate::order::sorted;
use crate::table::{Column, Groups};
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
        let groups = Groups::of(table, &[column])?;
        // The most frequent has the least key.
        let mut counts = vec![u32::MAX; groups.len()];
        for &group in &groups.of_rows {
            counts[group as usize] -= 1;
        }
        let order = sorted(&counts);
        let array = table.column(column)?;
        let cells = Column::of(array.as_ref());
        let (mut names, mut of_groups) = (Vec::new(), vec![0; groups.len()]);
        for (index, group) in order.iter().map(|group| *group as usize).enumerate() {
            of_groups[group] = index.min(CATEGORIES - 1) as u32;
            if index < CATEGORIES {
                let name = cell_text(&cells.get(groups.firsts[group] as usize), &Zone::utc());
                names.push(if name.is_empty() {
                    "(none)".into()
                } else {
                    name
                });
            }
        }
        if let Some(last) = names.last_mut().filter(|_| order.len() > CATEGORIES) {
            *last = "others".into();
        }
        let of_rows = groups.of_rows.iter();
        let of_rows = of_rows.map(|group| of_groups[*group as usize]).collect();
        Ok(Self { names, of_rows })
    }
}
