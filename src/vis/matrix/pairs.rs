//! The pairs of values of two columns, and how large each is.

use std::ops::Range;

use serde_json::Value;

use super::MatrixOptions;
use crate::order::{pair, sort_by_number};
use crate::table::{Cell as TableCell, Column, Groups, Map, choose_time};
use crate::vis::cells::places;
use crate::vis::lanes::names;
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
    pub(super) span: [i64; 2],
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
        let columns = [&options.x, &options.y];
        if options.x.is_empty() || options.y.is_empty() || options.x == options.y {
            return Err(Error::InvalidArgument(
                "name two columns with the options `x` and `y`".into(),
            ));
        }
        let groups = [
            Groups::of(table, &columns[..1])?,
            Groups::of(table, &columns[1..])?,
        ];
        let mut sorted = [vec![], vec![]];
        let mut place_of = [vec![], vec![]];
        for (axis, own) in [&options.sort_x, &options.sort_y].into_iter().enumerate() {
            let column = [columns[axis].clone()];
            let own = if own.is_null() { &options.sort } else { own };
            let order = order(table, &column, &groups[axis], own)?;
            let mut names = names(table, &column, &groups[axis], "")?;
            place_of[axis] = vec![0; order.len()];
            for (place, &group) in (0..).zip(&order) {
                place_of[axis][group as usize] = place;
                sorted[axis].push(std::mem::take(&mut names[group as usize]));
            }
        }
        let mut pairs = Self {
            names: sorted,
            cells: vec![],
            of_rows: Vec::with_capacity(table.num_rows()),
        };
        let mut keys = pairs.number(&groups, &place_of);
        sort_by_number(&mut keys, |(key, _)| *key);
        let mut rank = vec![0; keys.len()];
        for (place, (key, group)) in (0..).zip(keys) {
            rank[group as usize] = place;
            pairs.cells.push(Cell {
                key,
                rows: 0,
                value: 0.0,
                size: 0.0,
                span: [i64::MAX, i64::MIN],
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

    /// Gives each pair a number, in the order of rows, and each row that of its pair.
    fn number(&mut self, groups: &[Groups; 2], place_of: &[Vec<u32>; 2]) -> Vec<(u64, u32)> {
        let [columns, rows] = [0, 1].map(|axis| place_of[axis].len());
        let few = columns.saturating_mul(rows) <= MOST_CELLS;
        let mut dense = vec![NEW; if few { columns * rows } else { 0 }];
        let mut sparse: Map<u64, u32> = Map::default();
        let mut keys = vec![];
        for (&x, &y) in groups[0].of_rows.iter().zip(&groups[1].of_rows) {
            let (x, y) = (place_of[0][x as usize], place_of[1][y as usize]);
            let key = pair(y, x);
            let number = match few {
                true => &mut dense[y as usize * columns + x as usize],
                false => sparse.entry(key).or_insert(NEW),
            };
            if *number == NEW {
                *number = keys.len() as u32;
                keys.push((key, *number));
            }
            self.of_rows.push(*number);
        }
        keys
    }

    /// Finds value and times of each cell.
    fn measure(&mut self, table: &Table, options: &MatrixOptions) -> Result<()> {
        let time = match (
            &options.time_column,
            choose_time(table, options.time_column.as_deref()),
        ) {
            // Only one that is named must be there.
            (None, Err(_)) => None,
            (_, name) => Some(table.time_us(name?)?),
        };
        for (time, cell) in time.iter().flatten().zip(&self.of_rows) {
            if let Some(time) = time {
                let span = &mut self.cells[*cell as usize].span;
                *span = [time.min(span[0]), time.max(span[1])];
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
        for (value, cell) in table.f64(name)?.iter().zip(&self.of_rows) {
            if let Some(value) = value.filter(|value| !value.is_nan()) {
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

/// The groups from the left or from the top.
fn order(table: &Table, column: &[String], groups: &Groups, sort: &Value) -> Result<Vec<u32>> {
    let wrong = || {
        Error::InvalidArgument(
            "options `sort`, `sortX` and `sortY` are \"asc\", \"desc\", true or false".into(),
        )
    };
    let descends = match sort {
        Value::Null | Value::Bool(false) => {
            let mut counts = vec![0_u64; groups.len()];
            for &group in &groups.of_rows {
                counts[group as usize] += 1;
            }
            let mut order: Vec<u32> = (0..groups.len() as u32).collect();
            sort_by_number(&mut order, |group| !counts[*group as usize]);
            return Ok(order);
        }
        Value::Bool(true) => false,
        Value::String(text) if text == "asc" => false,
        Value::String(text) if text == "desc" => true,
        _ => return Err(wrong()),
    };
    let mut order = groups.sorted(table, column)?;
    if descends {
        order.reverse();
    }
    Ok(order)
}
