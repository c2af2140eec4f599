//! Rows of two tables side by side.

use std::sync::Arc;

use arrow_array::{Int64Array, UInt32Array};

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
        let groups = of_rows
            .iter()
            .chain(of_right)
            .filter(|group| **group != u32::MAX);
        let groups = groups.max().map_or(0, |most| *most as usize + 1);
        // Rows of `right` by what they belong to, in their order.
        let mut starts = vec![0_u32; groups + 1];
        let belonging = || {
            (0_u32..)
                .zip(of_right)
                .filter(|(_, group)| **group != u32::MAX)
        };
        for (_, group) in belonging() {
            starts[*group as usize + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut ends = starts.clone();
        let mut ordered = vec![0; starts[groups] as usize];
        for (row, group) in belonging() {
            let end = &mut ends[*group as usize];
            ordered[*end as usize] = row;
            *end += 1;
        }
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (row, group) in (0_u32..).zip(of_rows) {
            let range = match *group {
                u32::MAX => 0..0,
                group => starts[group as usize] as usize..starts[group as usize + 1] as usize,
            };
            if range.is_empty() && !inner {
                own.push(row);
                others.push(None);
            }
            for other in &ordered[range] {
                own.push(row);
                others.push(Some(*other));
            }
        }
        let index = Int64Array::from_iter_values(own.iter().map(|row| i64::from(*row)));
        self.take(own)?
            .beside_others(index, right, &UInt32Array::from(others))
    }

    fn beside_others(self, index: Int64Array, right: &Self, rows: &UInt32Array) -> Result<Self> {
        let names = |table: &Self| -> Vec<String> {
            let fields = table.batch().schema_ref().fields().iter();
            fields.map(|field| field.name().clone()).collect()
        };
        let (left, mut given) = (names(&self), names(right));
        let mut table = self.clone();
        for name in left.iter().filter(|name| given.contains(name)) {
            table = table.rename(name, &free(&[name, "_src"].concat(), &names(&table)))?;
        }
        table = table.with_column(&free("src_row_index", &names(&table)), Arc::new(index))?;
        for (name, column) in given.iter_mut().zip(right.batch().columns()) {
            if left.contains(name) {
                name.push_str("_res");
            }
            table = table.with_column(&free(name, &names(&table)), take(column.as_ref(), rows)?)?;
        }
        Ok(table)
    }
}

/// A name that no column has: this, or with `_` after it.
fn free(name: &str, taken: &[String]) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Float64Array, StringArray};

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
        let cases: [(&str, [u32; 4], [u32; 3], bool, &str); 4] = [
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
