//! Sorting rows.
//!
//! Each key becomes a number whose order is the column's: integers, times and floats whole,
//! text by the eight bytes after those that all texts begin with. Pairs of that number and the
//! row are sorted by counting, which compares nothing; only texts whose eight bytes are the same
//! are compared. Rows that one key has equal are sorted by the next.

use std::cmp::Ordering;

use arrow_array::Array;
use arrow_buffer::i256;
use arrow_schema::DataType;

use super::access::TextColumn;
use super::cell::{Cell, nanos_in};
use super::column::Column;
use super::concat::plain;
use super::filter::Filter;
use super::format::write_text;
use super::ops::kept;
use crate::order::{self, signed, sort_pairs};
use crate::{Result, Table};

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    /// The column's name.
    pub column: String,
    /// Largest first. Default false.
    #[serde(default)]
    pub descending: bool,
}

impl SortKey {
    /// Smallest first.
    pub fn ascending(column: impl Into<String>) -> Self {
        let column = column.into();
        Self {
            column,
            descending: false,
        }
    }

    /// Largest first.
    pub fn descending(column: impl Into<String>) -> Self {
        let column = column.into();
        Self {
            column,
            descending: true,
        }
    }
}

impl Table {
    /// The rows in order of the first key, where that is equal of the second, and so on.
    ///
    /// Rows equal in all keys keep their order, in both directions. Absent values
    /// come last in both directions. NaN is greater than every number, −0 equals 0.
    /// Text is in the order of its code points; lists and structs are in that of
    /// their JSON text.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`.
    pub fn sort(&self, keys: &[SortKey]) -> Result<Self> {
        if keys.is_empty() {
            return Ok(self.clone());
        }
        self.take(self.arrange(None, keys)?)
    }

    /// The numbers of the rows for which `filter` holds, in the order that [`Table::sort`] has.
    ///
    /// # Errors
    ///
    /// Those of [`Table::filter`] and [`Table::sort`].
    pub fn arrange(&self, filter: Option<&Filter>, keys: &[SortKey]) -> Result<Vec<u32>> {
        let rows = match filter {
            None => (0..self.num_rows() as u32).collect(),
            Some(filter) => kept(&self.mask(filter)?),
        };
        let arrays = keys.iter().map(|key| plain(self.column(&key.column)?));
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let keys = keys.iter().zip(&arrays).map(|(key, array)| Key {
            order: Order::of(array.as_ref()),
            descending: key.descending,
        });
        let keys: Vec<Key> = keys.collect();
        Ok(match keys.split_first() {
            Some((first, rest)) => in_order(rows, first, rest),
            None => rows,
        })
    }
}

fn in_order(rows: Vec<u32>, first: &Key, rest: &[Key]) -> Vec<u32> {
    // Absent values are last whatever the direction.
    let (mut pairs, mut absent) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match first.order.prefix(row as usize) {
            None => absent.push(row),
            Some(prefix) if first.descending => pairs.push((!prefix, row)),
            Some(prefix) => pairs.push((prefix, row)),
        }
    }
    sort_pairs(&mut pairs);
    let mut sorted = Vec::with_capacity(pairs.len() + absent.len());
    for same in pairs.chunk_by_mut(|a, b| a.0 == b.0) {
        if same.len() == 1 || !first.differ(same) {
            add(&mut sorted, same, rest);
            continue;
        }
        let compare = |a: &(u64, u32), b: &(u64, u32)| first.compare(a.1 as usize, b.1 as usize);
        same.sort_unstable_by(|a, b| compare(a, b).then(a.1.cmp(&b.1)));
        for same in same.chunk_by(|a, b| compare(a, b).is_eq()) {
            add(&mut sorted, same, rest);
        }
    }
    sorted.extend(match rest.split_first() {
        Some((first, rest)) => in_order(absent, first, rest),
        None => absent,
    });
    sorted
}

/// Adds rows that are equal so far, in the order of the other keys.
fn add(sorted: &mut Vec<u32>, same: &[(u64, u32)], rest: &[Key]) {
    let rows = same.iter().map(|pair| pair.1);
    match rest.split_first() {
        Some((first, rest)) if same.len() > 1 => {
            sorted.extend(in_order(rows.collect(), first, rest))
        }
        _ => sorted.extend(rows),
    }
}

struct Key<'a> {
    order: Order<'a>,
    descending: bool,
}

impl Key<'_> {
    /// Whether rows of one prefix may have different values.
    fn differ(&self, rows: &[(u64, u32)]) -> bool {
        match &self.order {
            Order::Numbers(_) => false,
            Order::Text(text, _) => {
                let mut texts = rows.iter().map(|row| text.get(row.1 as usize));
                let first = texts.next();
                texts.any(|text| Some(text) != first)
            }
            Order::Wide(_) | Order::Written(_) => true,
        }
    }

    /// Order of two rows; absent values are last whatever the direction.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let compared = match &self.order {
            Order::Numbers(numbers) => nulls_last(numbers[a], numbers[b]),
            Order::Wide(numbers) => nulls_last(numbers[a], numbers[b]),
            Order::Text(text, _) => nulls_last(text.get(a), text.get(b)),
            Order::Written(texts) => nulls_last(texts[a].as_ref(), texts[b].as_ref()),
        };
        match compared {
            Ok(order) if self.descending => order.reverse(),
            Ok(order) | Err(order) => order,
        }
    }
}

/// The order of two values, or the order that absence gives.
fn nulls_last<T: Ord>(a: Option<T>, b: Option<T>) -> Result<Ordering, Ordering> {
    match (a, b) {
        (Some(a), Some(b)) => Ok(a.cmp(&b)),
        (a, b) => Err(a.is_none().cmp(&b.is_none())),
    }
}

/// A column in a form that compares fast.
enum Order<'a> {
    Numbers(Vec<Option<u64>>),
    /// Decimals, and what has more than 64 bits.
    Wide(Vec<Option<i256>>),
    /// Texts, and how many bytes they all begin with, as paths do.
    Text(TextColumn<'a>, usize),
    Written(Vec<Option<Vec<u8>>>),
}

impl<'a> Order<'a> {
    fn of(array: &'a dyn Array) -> Self {
        if let Some(text) = TextColumn::of(array) {
            let common = common_start(&text);
            return Self::Text(text, common);
        }
        let column = Column::of(array);
        let cells = || (0..array.len()).map(|row| column.get(row));
        let numbers = cells().map(|cell| match cell {
            Cell::Null => Some(None),
            cell => number(&cell).map(Some),
        });
        // Date64 mixes days and milliseconds: its cells compare as nanoseconds below.
        if *array.data_type() != DataType::Date64
            && let Some(numbers) = numbers.collect::<Option<_>>()
        {
            return Self::Numbers(numbers);
        }
        let wide = cells().map(|cell| match cell {
            Cell::Null => Some(None),
            Cell::Decimal(n, _) => Some(Some(n)),
            Cell::Date(_) | Cell::Timestamp(..) => Some(cell.time_ns().map(i256::from_i128)),
            Cell::Interval(months, days, nanos) => Some(Some(interval(months, days, nanos))),
            _ => None,
        });
        if let Some(wide) = wide.collect::<Option<_>>() {
            return Self::Wide(wide);
        }
        let written = cells().map(|cell| match cell {
            Cell::Null => None,
            cell => {
                let mut text = Vec::new();
                write_text(&cell, &mut text);
                Some(text)
            }
        });
        Self::Written(written.collect())
    }

    /// A number that orders as the rows do, as far as 64 bits go; `None` if absent.
    fn prefix(&self, row: usize) -> Option<u64> {
        match self {
            Self::Numbers(numbers) => numbers[row],
            Self::Wide(numbers) => numbers[row].map(|n| {
                let high = n.to_parts().1 >> 64;
                signed(high as i64)
            }),
            Self::Text(text, common) => text
                .get(row)
                .map(|text| first_bytes(&text.as_bytes()[*common..])),
            Self::Written(texts) => texts[row].as_deref().map(first_bytes),
        }
    }
}

/// How many bytes all texts begin with.
fn common_start(texts: &TextColumn) -> usize {
    let mut texts = texts.iter().flatten().map(str::as_bytes);
    let Some(mut common) = texts.next() else {
        return 0;
    };
    for text in texts {
        if common.is_empty() {
            break;
        }
        if !text.starts_with(common) {
            let same = common.iter().zip(text).take_while(|(a, b)| a == b);
            common = &common[..same.count()];
        }
    }
    common.len()
}

fn first_bytes(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let n = text.len().min(8);
    bytes[..n].copy_from_slice(&text[..n]);
    u64::from_be_bytes(bytes)
}

/// Maps a float to an unsigned number of the same order; NaN is greatest.
fn float(n: f64) -> u64 {
    if n.is_nan() {
        return u64::MAX;
    }
    order::float(n + 0.0) // −0 + 0 is 0
}

fn number(cell: &Cell) -> Option<u64> {
    Some(match *cell {
        Cell::Bool(b) => b.into(),
        Cell::Int(n) => signed(n),
        Cell::UInt(n) => n,
        Cell::Float(n) => float(n),
        Cell::Float32(n) => float(n.into()),
        Cell::Date(days) => signed(days),
        // One column has one unit, so ticks compare.
        Cell::Timestamp(ticks, _, _) => signed(ticks),
        Cell::Time(ticks, _) | Cell::Duration(ticks, _) => signed(ticks),
        _ => return None,
    })
}

/// Months of 30 days, as comparing intervals needs some length.
fn interval(months: i64, days: i64, nanos: i64) -> i256 {
    let days = i128::from(months) * 30 + i128::from(days);
    let day = i128::from(nanos_in(arrow_schema::TimeUnit::Second)) * 86_400;
    i256::from_i128(days * day + i128::from(nanos))
}
