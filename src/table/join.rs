//! Rows of two tables side by side.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, UInt32Array};

use super::Groups;
use super::kernels::take;
use crate::{Result, Table};

impl Table {
    /// Each row of this table beside each row of `right` that belongs to it: row `i` and those `j`
    /// where `of_right[j]` is `of_rows[i]`, of which `u32::MAX` is none. Rows keep their order. Those
    /// to which none belongs are left out if `inner`, else beside absent values. Between
    /// the two is a column `src_row_index`, the number of the row. Of columns that are called alike,
    /// that of this table gets `_src` and the other `_res`. O(rows and cells of the result).
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if a text column would be too long.
    pub fn join(
        &self,
        of_rows: &[u32],
        right: &Self,
        of_right: &[u32],
        inner: bool,
    ) -> Result<Self> {
        // Rows of `right` by what they belong to; those that belong to none are not among them.
        let most = of_rows
            .iter()
            .chain(of_right)
            .filter(|group| **group != NONE)
            .max();
        let groups = Groups {
            firsts: vec![0; most.map_or(1, |most| *most as usize + 1)],
            of_rows: of_right
                .iter()
                .map(|group| if *group == NONE { 0 } else { *group })
                .collect(),
        };
        let belonging = groups.rows(|row| of_right[row] != NONE);
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (row, group) in (0_u32..).zip(of_rows) {
            let found = match *group {
                NONE => &[],
                group => &belonging.rows[belonging.range(group as usize)],
            };
            for other in found {
                own.push(row);
                others.push(Some(*other));
            }
            if found.is_empty() && !inner {
                own.push(row);
                others.push(None);
            }
        }
        let index = Int64Array::from_iter_values(own.iter().map(|row| i64::from(*row)));
        self.take(own)?
            .beside_others(Arc::new(index), right, &UInt32Array::from(others))
    }

    fn beside_others(&self, index: ArrayRef, right: &Self, rows: &UInt32Array) -> Result<Self> {
        let mut columns: Vec<(String, ArrayRef)> = Vec::new();
        let mut add = |name: &str, column: ArrayRef, ending: &str| {
            let mut name = [name, ending].concat();
            while columns.iter().any(|(other, _)| *other == name) {
                name.push('_');
            }
            columns.push((name, column));
        };
        let is_in = |table: &Self, name: &str| table.column(name).is_ok();
        for (field, column) in self
            .batch()
            .schema_ref()
            .fields()
            .iter()
            .zip(self.batch().columns())
        {
            let ending = if is_in(right, field.name()) {
                "_src"
            } else {
                ""
            };
            add(field.name(), column.clone(), ending);
        }
        add("src_row_index", index, "");
        for (field, column) in right
            .batch()
            .schema_ref()
            .fields()
            .iter()
            .zip(right.batch().columns())
        {
            let ending = if is_in(self, field.name()) {
                "_res"
            } else {
                ""
            };
            add(field.name(), take(column.as_ref(), rows)?, ending);
        }
        Self::new(
            columns
                .iter()
                .map(|(name, column)| (name.as_str(), column.clone()))
                .collect(),
        )
    }
}

/// No row belongs to it.
const NONE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use arrow_array::{Float64Array, StringArray};

    use super::*;

    #[test]
    fn rows_are_beside_those_that_belong_to_them() -> Result<()> {
        let texts = |texts: &[&str]| Arc::new(StringArray::from_iter_values(texts)) as ArrayRef;
        let left = Table::new(vec![
            ("a", texts(&["x", "y", "z", "x"])),
            ("b", texts(&["1", "2", "3", "4"])),
        ])?;
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![0.5, 1.5, 2.5]));
        let right = Table::new(vec![("a", texts(&["p", "q", "r"])), ("n", numbers)])?;
        let none = u32::MAX;
        type Case<'a> = (&'a str, [u32; 4], [u32; 3], bool, &'a str);
        let cases: [Case; 4] = [
            (
                "left: rows keep their order, and one may have several",
                [0, 1, none, 0],
                [1, 0, 0],
                false,
                "a_src,b,src_row_index,a_res,n\nx,1,0,q,1.5\nx,1,0,r,2.5\ny,2,1,p,0.5\nz,3,2,,\nx,4,3,q,1.5\nx,4,3,r,2.5\n",
            ),
            (
                "inner: rows without another are left out",
                [0, 1, none, 0],
                [1, 5, 5],
                true,
                "a_src,b,src_row_index,a_res,n\ny,2,1,p,0.5\n",
            ),
            (
                "rows of the right that belong to none are left out",
                [0, 1, 2, 3],
                [none, none, none],
                true,
                "a_src,b,src_row_index,a_res,n\n",
            ),
            (
                "left: none belongs to any",
                [none, none, none, none],
                [0, 1, 2],
                false,
                "a_src,b,src_row_index,a_res,n\nx,1,0,,\ny,2,1,,\nz,3,2,,\nx,4,3,,\n",
            ),
        ];
        for (name, of_rows, of_right, inner, expected) in cases {
            let csv = left
                .join(&of_rows, &right, &of_right, inner)?
                .to_csv(&Default::default())?;
            assert_eq!(
                String::from_utf8_lossy(&csv).replace("\r\n", "\n"),
                expected,
                "{name}"
            );
        }
        let taken = left.rename("b", "a_src")?.rename("a", "n")?;
        let joined = taken.join(&[0; 4], &right, &[0; 3], true)?;
        let names: Vec<String> = joined
            .batch()
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names, ["n_src", "a_src", "src_row_index", "a", "n_res"]);
        assert_eq!(joined.num_rows(), 12);
        Ok(())
    }
}
