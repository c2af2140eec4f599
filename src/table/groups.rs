//! Rows parted by what some columns hold.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::Int64Array;

use super::{Cell, Column, Map, SortKey, Table, write_text};
use crate::{Error, Result};

/// Rows parted into groups: each different combination of values is one, absent
/// values being one more value. Numbers, times and so on are told apart as CSV
/// has them, but 0 and -0 are one.
#[derive(Debug)]
pub(crate) struct Groups {
    /// The group of each row; groups count up in the order of their first row.
    pub(crate) of_rows: Vec<u32>,
    /// The first row of each group.
    pub(crate) firsts: Vec<u32>,
}

impl Groups {
    /// Groups by these columns; all rows are of one group if there are none. O(cells).
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` for `columns`.
    pub(crate) fn of(table: &Table, columns: &[impl AsRef<str>]) -> Result<Self> {
        let mut columns = columns.iter();
        let Some(first) = columns.next() else {
            return Ok(Self {
                of_rows: vec![0; table.num_rows()],
                firsts: (0..table.num_rows().min(1) as u32).collect(),
            });
        };
        let mut groups = Self::of_column(table, first.as_ref())?;
        for name in columns {
            groups.split(&Self::of_column(table, name.as_ref())?);
        }
        Ok(groups)
    }

    fn of_column(table: &Table, name: &str) -> Result<Self> {
        let column = Column::of(table.column(name)?.as_ref());
        let mut absent = None;
        let mut texts: Map<&str, u32> = Map::default();
        let mut numbers: Map<i64, u32> = Map::default();
        let mut others: Map<Box<[u8]>, u32> = Map::default();
        let mut written = Vec::new();
        let mut groups = Self {
            of_rows: Vec::with_capacity(table.num_rows()),
            firsts: Vec::new(),
        };
        for row in 0..table.num_rows() {
            let next = groups.firsts.len() as u32;
            let group = match column.get(row) {
                Cell::Null => *absent.get_or_insert(next),
                Cell::Text(text) => *texts.entry(text).or_insert(next),
                Cell::Int(number) => *numbers.entry(number).or_insert(next),
                cell => {
                    written.clear();
                    write_text(&cell.without_sign_of_zero(), &mut written);
                    match others.get(written.as_slice()) {
                        Some(&group) => group,
                        None => *others.entry(written.as_slice().into()).or_insert(next),
                    }
                }
            };
            groups.push(group);
        }
        Ok(groups)
    }

    /// Parts each group by the groups of `other`.
    pub(crate) fn split(&mut self, other: &Self) {
        let mut pairs: Map<u64, u32> = Map::default();
        let before = std::mem::take(&mut self.of_rows);
        self.firsts.clear();
        for (own, &other) in before.into_iter().zip(&other.of_rows) {
            let pair = u64::from(own) << 32 | u64::from(other);
            let next = self.firsts.len() as u32;
            self.push(*pairs.entry(pair).or_insert(next));
        }
    }

    /// The next row is of this group, which may be new.
    fn push(&mut self, group: u32) {
        if group as usize == self.firsts.len() {
            self.firsts.push(self.of_rows.len() as u32);
        }
        self.of_rows.push(group);
    }

    /// How many groups there are.
    pub(crate) fn len(&self) -> usize {
        self.firsts.len()
    }

    /// The groups in order of their values, which the order of rows does not change.
    /// `columns` are those that they were made by.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a column given twice.
    pub(crate) fn sorted(&self, table: &Table, columns: &[String]) -> Result<Vec<u32>> {
        const ID: &str = "huntbook.group";
        let ids = 0..self.len() as u32;
        if columns.is_empty() {
            return Ok(ids.collect());
        }
        let ids = Int64Array::from_iter_values(ids.map(i64::from));
        let values = table.select(columns)?.take(self.firsts.clone())?;
        let keys: Vec<SortKey> = columns.iter().map(SortKey::ascending).collect();
        let sorted = values
            .with_column(ID, Arc::new(ids))?
            .sort(&keys)?
            .i64(ID)?;
        Ok(sorted.values().iter().map(|&id| id as u32).collect())
    }

    /// The rows that are to be `kept`, group by group in their order. O(rows).
    pub(crate) fn rows(&self, kept: impl Fn(usize) -> bool) -> GroupRows {
        let mut starts = vec![0; self.len() + 1];
        for (row, &group) in self.of_rows.iter().enumerate() {
            starts[group as usize + 1] += u32::from(kept(row));
        }
        for group in 0..self.len() {
            starts[group + 1] += starts[group];
        }
        let mut ends = starts.clone();
        let mut rows = vec![0; starts[self.len()] as usize];
        for (row, &group) in self.of_rows.iter().enumerate() {
            if kept(row) {
                let end = &mut ends[group as usize];
                rows[*end as usize] = row as u32;
                *end += 1;
            }
        }
        GroupRows { starts, rows }
    }
}

/// A result of groups: its columns, right of those of `keys`, which are those of one `rows`
/// of the table for each row of the result.
///
/// # Errors
///
/// `ColumnNotFound` for `keys`; `InvalidArgument` for one that is there twice, or called
/// as a column of the result.
pub(crate) fn beside_keys(
    table: &Table,
    keys: &[String],
    rows: Vec<u32>,
    result: Table,
) -> Result<Table> {
    if keys.is_empty() {
        return Ok(result);
    }
    if let Some(name) = keys.iter().find(|name| result.column(name).is_ok()) {
        return Err(Error::InvalidArgument(format!(
            "column `{name}` would be twice in the result; rename it before, with rename(from, to)"
        )));
    }
    table.select(keys)?.take(rows)?.beside(&result)
}

/// The rows of each group.
#[derive(Debug)]
pub(crate) struct GroupRows {
    /// Where the rows of a group begin; one more than there are groups.
    starts: Vec<u32>,
    /// Group by group.
    pub(crate) rows: Vec<u32>,
}

impl GroupRows {
    /// Where the rows of `group` are in [`GroupRows::rows`].
    pub(crate) fn range(&self, group: usize) -> Range<usize> {
        self.starts[group] as usize..self.starts[group + 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Float64Array, StringArray};

    use super::*;

    #[test]
    fn rows_with_equal_values_are_of_one_group() -> Result<()> {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![
            Some("b"),
            None,
            Some("a"),
            Some("b"),
            Some(""),
            None,
        ]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.5, 1.0, 2.0, 1.0, 1.5]));
        let table = Table::new(vec![("t", texts), ("n", numbers)])?;
        let cases: [(&[&str], [u32; 6], &[u32]); 4] = [
            (&[], [0, 0, 0, 0, 0, 0], &[0]),
            (&["t"], [0, 1, 2, 0, 3, 1], &[0, 1, 2, 4]),
            (&["n"], [0, 1, 0, 2, 0, 1], &[0, 1, 3]),
            (&["t", "n"], [0, 1, 2, 3, 4, 1], &[0, 1, 2, 3, 4]),
        ];
        for (columns, expected, firsts) in cases {
            let groups = Groups::of(&table, columns)?;
            assert_eq!(groups.of_rows, expected, "{columns:?}");
            assert_eq!(groups.firsts, firsts, "{columns:?}");
        }
        let groups = Groups::of(&table, &["t"])?;
        assert_eq!(groups.sorted(&table, &["t".into()])?, [3, 2, 0, 1]);
        let rows = groups.rows(|row| row != 3);
        let parts = (0..groups.len()).map(|group| &rows.rows[rows.range(group)]);
        let expected: [&[u32]; 4] = [&[0], &[1, 5], &[2], &[4]];
        assert_eq!(parts.collect::<Vec<_>>(), expected);
        let zeros: ArrayRef = Arc::new(Float64Array::from(vec![0.0, -0.0, 1.0]));
        let zeros = Table::new(vec![("n", zeros)])?;
        assert_eq!(Groups::of(&zeros, &["n"])?.of_rows, [0, 0, 1]);
        let empty = Groups::of(&table.slice(0, 0), &[] as &[&str])?;
        assert_eq!((empty.len(), empty.rows(|_| true).rows.len()), (0, 0));
        Ok(())
    }
}
