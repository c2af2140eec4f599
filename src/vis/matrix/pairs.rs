//! The pairs of values of two columns, and how large each is.

use std::ops::Range;

use serde_json::Value;

use super::MatrixOptions;
use crate::order::{greater, lesser, pair, sort_by_number};
use crate::table::{Cell as TableCell, Column, Groups, Map, choose_time};
use crate::vis::cells::places;
use crate::vis::values::{Order, Values, numbers, times};
use crate::{Error, Result, Table};

/// A pair of values.
pub(super) struct Cell {
    /// Its place, from the top and then from the left.
    pub(super) key: u64,
    pub(super) rows: u32,
    pub(super) value: f64,
    /// How large it is drawn, from 0 to 1.
    pub(super) size: f64,
    /// First and last time, in microseconds since 1970; the first is after the last if there are none.
    pub(super) span: [f64; 2],
}

impl Cell {
    pub(super) fn x(&self) -> usize {
        self.key as u32 as usize
    }

    pub(super) fn y(&self) -> usize {
        (self.key >> 32) as usize
    }
}

/// Up to so many cells have a place each, which is faster than a map.
const MOST_CELLS: usize = 1 << 22;
/// The number of a pair that has none yet.
const NEW: u32 = u32::MAX;

/// The pairs of a table.
pub(super) struct Pairs {
    /// The values of x and y, from the left and from the top.
    pub(super) names: [Vec<String>; 2],
    /// In the order of their keys.
    pub(super) cells: Vec<Cell>,
    /// The cell of each row.
    pub(super) of_rows: Vec<u32>,
}

impl Pairs {
    /// Counts the pairs of a table.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option.
    pub(super) fn of(table: &Table, options: &MatrixOptions) -> Result<Self> {
        if options.x.is_empty() || options.y.is_empty() || options.x == options.y {
            return Err(Error::InvalidArgument(
                "name two columns with the options `x` and `y`".into(),
            ));
        }
        let values = |name: &str, own: &Value| {
            let own = if own.is_null() { &options.sort } else { own };
            Values::of(table, name, order(own)?)
        };
        let x = values(&options.x, &options.sort_x)?;
        let y = values(&options.y, &options.sort_y)?;
        let mut pairs = Self {
            cells: vec![],
            of_rows: x.of_rows,
            names: [x.names, y.names],
        };
        let mut keys = pairs.number(&y.of_rows);
        sort_by_number(&mut keys, |(key, _)| *key);
        let mut rank = vec![0; keys.len()];
        for (place, (key, group)) in (0..).zip(keys) {
            rank[group as usize] = place;
            pairs.cells.push(Cell {
                key,
                rows: 0,
                value: 0.0,
                size: 0.0,
                span: [f64::INFINITY, f64::NEG_INFINITY],
            });
        }
        for cell in &mut pairs.of_rows {
            *cell = rank[*cell as usize];
            pairs.cells[*cell as usize].rows += 1;
        }
        pairs.measure(table, options)?;
        pairs.set_sizes(options);
        Ok(pairs)
    }

    /// Gives each pair a number, in the order of rows, and each row, which has its x, that of its
    /// pair.
    fn number(&mut self, y: &[u32]) -> Vec<(u64, u32)> {
        let [columns, rows] = [0, 1].map(|axis| self.names[axis].len());
        let few = columns.saturating_mul(rows) <= MOST_CELLS;
        let mut dense = vec![NEW; if few { columns * rows } else { 0 }];
        let mut sparse: Map<u64, u32> = Map::default();
        let mut keys = vec![];
        for (own, &y) in self.of_rows.iter_mut().zip(y) {
            let key = pair(y, *own);
            let number = match few {
                true => &mut dense[y as usize * columns + *own as usize],
                false => sparse.entry(key).or_insert(NEW),
            };
            if *number == NEW {
                *number = keys.len() as u32;
                keys.push((key, *number));
            }
            *own = *number;
        }
        keys
    }

    /// Finds value and times of each cell.
    fn measure(&mut self, table: &Table, options: &MatrixOptions) -> Result<()> {
        let time = choose_time(table, options.time_column.as_deref());
        // Only one that is named must be there.
        if time.is_ok() || options.time_column.is_some() {
            for (time, cell) in times(table, time?)?.into_iter().zip(&self.of_rows) {
                let [first, last] = &mut self.cells[*cell as usize].span;
                (*first, *last) = (lesser(*first, time), greater(*last, time));
            }
        }
        let Some(name) = &options.value_column else {
            if options.dist_count {
                return Err(Error::InvalidArgument(
                    "option `distCount` needs `valueColumn`: the column whose values are counted"
                        .into(),
                ));
            }
            for cell in &mut self.cells {
                cell.value = f64::from(cell.rows);
            }
            return Ok(());
        };
        if options.dist_count {
            let column = Column::of(table.column(name)?.as_ref());
            let mut groups = Groups {
                of_rows: self.of_rows.clone(),
                firsts: vec![],
            };
            groups.split(&Groups::of(table, &[name])?);
            for row in groups.firsts {
                if !matches!(column.get(row as usize), TableCell::Null) {
                    self.cells[self.of_rows[row as usize] as usize].value += 1.0;
                }
            }
            return Ok(());
        }
        for (value, cell) in numbers(table, name)?.into_iter().zip(&self.of_rows) {
            if !value.is_nan() {
                self.cells[*cell as usize].value += value;
            }
        }
        Ok(())
    }

    /// Areas are as the values, without their signs; what is not finite is largest.
    fn set_sizes(&mut self, options: &MatrixOptions) {
        let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
        let values = self.cells.iter().map(|cell| finite(cell.value.abs()));
        let most = values.fold(0.0, f64::max);
        for cell in &mut self.cells {
            let mut size = cell.value.abs();
            if options.invert {
                size = most / size;
            }
            cell.size = if options.log_size { size.ln_1p() } else { size };
        }
        let sizes = self.cells.iter().map(|cell| finite(cell.size));
        let most = sizes.fold(0.0, f64::max);
        for cell in &mut self.cells {
            let part = (cell.size / most).sqrt().min(1.0);
            cell.size = match options.intersect {
                true => 0.5,
                false if part.is_nan() => 1.0,
                false => part,
            };
        }
    }

    /// The cells of `columns` in the row `y`.
    pub(super) fn row(&self, y: usize, columns: &Range<usize>) -> Range<usize> {
        let at = |x: usize| {
            let key = pair(y as u32, x as u32);
            self.cells.partition_point(|cell| cell.key < key)
        };
        at(columns.start)..at(columns.end)
    }

    /// Calls `each` with the cells that lie in a range.
    pub(super) fn each(&self, x: [f64; 2], y: [f64; 2], each: &mut dyn FnMut(usize)) {
        let columns = places(x, self.names[0].len());
        for y in places(y, self.names[1].len()) {
            self.row(y, &columns).for_each(&mut *each);
        }
    }
}

/// What an option says.
fn order(sort: &Value) -> Result<Order> {
    match (sort, sort.as_str()) {
        (Value::Null | Value::Bool(false), _) => Ok(Order::MostRows),
        (Value::Bool(true), _) | (_, Some("asc")) => Ok(Order::Rising),
        (_, Some("desc")) => Ok(Order::Falling),
        _ => Err(Error::InvalidArgument(
            "options `sort`, `sortX` and `sortY` are \"asc\", \"desc\", true or false".into(),
        )),
    }
}
