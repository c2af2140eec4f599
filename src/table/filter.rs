//! Choosing rows by their values.
//!
//! A condition is plain data, so that it can be written in JavaScript, saved and
//! sent to a worker: `{ column: "User", eq: "bob" }`. It is checked against the
//! table before any row is looked at.

mod parse;

use std::cmp::Ordering;

use arrow_array::Array;
use memchr::memmem::Finder;
use regex::Regex;
use serde_json::Value;

use super::access::TextColumn;
use super::cell::Cell;
use super::column::Column;
use super::concat::plain;
use crate::entity::ip_address;
use crate::{Result, Table};

pub use parse::Filter;
use parse::{Op, Operand};

impl Table {
    /// The rows for which `filter` holds.
    ///
    /// An absent value fulfils no condition but `isNull: true`, `eq: null` and
    /// the negations (`ne`, `not`). `ne` is exactly `not` with `eq`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`; `ColumnType` for a condition that the column's type does
    /// not have; `InvalidArgument` for a time or pattern that cannot be read.
    pub fn filter(&self, filter: &Filter) -> Result<Self> {
        self.filter_mask(&self.mask(filter)?)
    }

    /// For each row, whether `filter` holds.
    pub fn mask(&self, filter: &Filter) -> Result<Vec<bool>> {
        match filter {
            Filter::And(filters) => self.fold(filters, true, |a, b| a & b),
            Filter::Or(filters) => self.fold(filters, false, |a, b| a | b),
            Filter::Not(inner) => {
                let mut mask = self.mask(inner)?;
                mask.iter_mut().for_each(|keep| *keep = !*keep);
                Ok(mask)
            }
            Filter::Column { name, op } => {
                let array = plain(self.column(name)?)?;
                match TextColumn::of(array.as_ref()) {
                    Some(text) => self.text_mask(name, &text, op),
                    None => self.cell_mask(name, array.as_ref(), op),
                }
            }
        }
    }

    fn fold(
        &self,
        filters: &[Filter],
        start: bool,
        combine: fn(bool, bool) -> bool,
    ) -> Result<Vec<bool>> {
        let mut mask = vec![start; self.num_rows()];
        for filter in filters {
            let other = self.mask(filter)?;
            for (keep, other) in mask.iter_mut().zip(other) {
                *keep = combine(*keep, other);
            }
        }
        Ok(mask)
    }

    fn text_mask(&self, name: &str, text: &TextColumn, op: &Op) -> Result<Vec<bool>> {
        let each = |test: &dyn Fn(&str) -> bool| {
            let rows = text.iter();
            Ok(rows.map(|cell| cell.is_some_and(test)).collect())
        };
        let word = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.wrong_type(name, op.needs(value))),
        };
        match op {
            Op::IsNull(null) => Ok(text.iter().map(|cell| cell.is_none() == *null).collect()),
            Op::Matches(pattern) => each(&|cell| pattern.is_match(cell)),
            Op::Text(kind, needle) => match kind {
                Operand::Contains => {
                    let finder = Finder::new(needle);
                    each(&|cell| finder.find(cell.as_bytes()).is_some())
                }
                Operand::StartsWith => each(&|cell| cell.starts_with(needle)),
                Operand::EndsWith => each(&|cell| cell.ends_with(needle)),
            },
            Op::InNetwork(networks) => each(&|cell| {
                let address = ip_address::parse(cell);
                address.is_some_and(|address| networks.iter().any(|n| n.contains(address)))
            }),
            Op::In(values) => {
                let words = values.iter().map(word).collect::<Result<Vec<_>>>()?;
                let words: std::collections::HashSet<String> = words.into_iter().collect();
                each(&|cell| words.contains(cell))
            }
            Op::Compare(accept, value) => {
                let value = word(value)?;
                each(&|cell| accept.holds(cell.cmp(&value)))
            }
        }
    }

    fn cell_mask(&self, name: &str, array: &dyn Array, op: &Op) -> Result<Vec<bool>> {
        let column = Column::of(array);
        let cells = || (0..array.len()).map(|row| column.get(row));
        let bound = |value: &Value| -> Result<Bound> {
            Bound::of(array.data_type(), value)?
                .ok_or_else(|| self.wrong_type(name, op.needs(value)))
        };
        match op {
            Op::IsNull(null) => Ok(cells()
                .map(|cell| matches!(cell, Cell::Null) == *null)
                .collect()),
            Op::Matches(_) | Op::Text(..) | Op::InNetwork(_) => Err(self.wrong_type(name, "text")),
            Op::In(values) => {
                let bounds = values.iter().map(bound).collect::<Result<Vec<_>>>()?;
                let equal =
                    |cell: &Cell, bound: &Bound| bound.compare(cell) == Some(Ordering::Equal);
                Ok(cells()
                    .map(|cell| bounds.iter().any(|bound| equal(&cell, bound)))
                    .collect())
            }
            Op::Compare(accept, value) => {
                let bound = bound(value)?;
                Ok(cells()
                    .map(|cell| {
                        bound
                            .compare(&cell)
                            .is_some_and(|order| accept.holds(order))
                    })
                    .collect())
            }
        }
    }
}

/// A value to compare cells with.
enum Bound {
    Bool(bool),
    Integer(i128),
    Float(f64),
    /// Nanoseconds since 1970.
    Time(i128),
}

impl Bound {
    /// `value` for a column of `data_type`; `None` if they do not go together.
    fn of(data_type: &arrow_schema::DataType, value: &Value) -> Result<Option<Self>> {
        use arrow_schema::DataType::{Boolean, Date32, Date64, Timestamp};
        Ok(match (data_type, value) {
            (Boolean, Value::Bool(b)) => Some(Self::Bool(*b)),
            (Timestamp(..) | Date32 | Date64, Value::String(text)) => {
                Some(Self::Time(parse::time_ns(text)?))
            }
            (t, Value::Number(n)) if t.is_numeric() => match (n.as_i64(), n.as_u64()) {
                (Some(n), _) => Some(Self::Integer(n.into())),
                (_, Some(n)) => Some(Self::Integer(n.into())),
                _ => n.as_f64().map(Self::Float),
            },
            _ => None,
        })
    }

    /// How `cell` compares with this; `None` if it is absent.
    fn compare(&self, cell: &Cell) -> Option<Ordering> {
        match (self, cell) {
            (Self::Bool(bound), Cell::Bool(cell)) => Some(cell.cmp(bound)),
            (Self::Time(bound), cell) => Some(cell.time_ns()?.cmp(bound)),
            (Self::Integer(bound), Cell::Int(n)) => Some(i128::from(*n).cmp(bound)),
            (Self::Integer(bound), Cell::UInt(n)) => Some(i128::from(*n).cmp(bound)),
            // 2^53 and beyond: a float is compared as the integer that it is.
            (Self::Integer(bound), cell) => cell.as_f64()?.partial_cmp(&(*bound as f64)),
            (Self::Float(bound), cell) => cell.as_f64()?.partial_cmp(bound),
            _ => None,
        }
    }
}

/// A pattern with a bound on its size, so that it cannot eat the memory.
fn pattern(source: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(source).size_limit(4 << 20).build()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_in_networks() {
        let texts = ["10.1.2.3", "[fd00::1]", "no address", "11.0.0.1"].map(Some);
        let column = arrow_array::StringArray::from_iter(texts.into_iter().chain([None]));
        let table = Table::new(vec![("Ip", Arc::new(column))]).expect("one column");
        for (networks, expected) in [
            (
                json!("10.0.0.0/8"),
                Ok(vec![true, false, false, false, false]),
            ),
            (
                json!(["fd00::/8", "11.0.0.1"]),
                Ok(vec![false, true, false, true, false]),
            ),
            (json!([]), Ok(vec![false; 5])),
            (
                json!(10),
                Err("the filter's inNetwork should be a network or a list of networks, but is 10"),
            ),
            (
                json!(["10/8"]),
                Err("`10/8` is not a network; write it like 10.0.0.0/8 or 2001:db8::/32"),
            ),
        ] {
            let filter = Filter::from_json(&json!({ "column": "Ip", "inNetwork": networks }));
            let mask = filter.and_then(|filter| table.mask(&filter));
            assert_eq!(
                mask.map_err(|error| error.to_string()),
                expected.map_err(String::from)
            );
        }
    }
}
