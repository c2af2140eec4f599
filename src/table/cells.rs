//! The texts of a table, wherever they stand.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray};

use super::TextColumn;
use crate::{Result, Table};

/// The texts of a column: one a row, or the items of a list.
pub(crate) struct TextCells<'a> {
    texts: TextColumn<'a>,
    lists: Option<&'a ListArray>,
}

impl<'a> TextCells<'a> {
    fn of(column: &'a ArrayRef) -> Option<Self> {
        let lists = column.as_list_opt::<i32>();
        let values = lists.map_or(column, |lists| lists.values());
        Some(Self {
            texts: TextColumn::of(values)?,
            lists,
        })
    }

    fn named(table: &'a Table, name: &str) -> Result<Self> {
        match Self::of(table.column(name)?) {
            Some(cells) => Ok(cells),
            // Tells what the column holds.
            None => table.text(name).map(|texts| Self { texts, lists: None }),
        }
    }

    /// The texts in `row`; none where they are absent.
    pub(crate) fn get(&self, row: usize) -> impl Iterator<Item = &'a str> + '_ {
        let range = match self.lists {
            None => row..row + 1,
            Some(lists) if lists.is_null(row) => 0..0,
            Some(lists) => {
                lists.value_offsets()[row] as usize..lists.value_offsets()[row + 1] as usize
            }
        };
        range.filter_map(|at| self.texts.get(at))
    }
}

impl Table {
    /// The texts of these columns, or of all that hold text or lists of text.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` and `ColumnType` for `columns`.
    pub(crate) fn text_cells<'a>(
        &'a self,
        columns: Option<&'a [String]>,
    ) -> Result<Vec<(&'a str, TextCells<'a>)>> {
        match columns {
            Some(names) => names
                .iter()
                .map(|name| Ok((name.as_str(), TextCells::named(self, name)?)))
                .collect(),
            None => {
                let all = self.names().into_iter().zip(self.batch().columns());
                Ok(all
                    .filter_map(|(name, column)| Some((name, TextCells::of(column)?)))
                    .collect())
            }
        }
    }
}
