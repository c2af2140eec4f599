//! Rows as points: what they are compared by, scaled, equal ones as one.

use std::hash::BuildHasher;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};

use super::features::{ProcessFeature, Sources};
use crate::table::{Groups, Map, Progress, TextColumn};
use crate::{Error, Result, Table};

/// Rows between two reports of progress.
const ROWS: usize = 1 << 16;

/// The point of a row that cannot be compared.
pub(super) const NO_POINT: u32 = u32::MAX;
/// The point of a row that is left out. All below are points.
pub(super) const MISSING: u32 = NO_POINT - 1;

/// How numbers become comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ClusterScale {
    /// As they are.
    None,
    /// Each column to mean 0 and standard deviation 1; one that is everywhere the same to 0.
    Standard,
    /// Each row to length 1, as msticpy does: only the ratios of its numbers count.
    Rows,
}

/// What rows are compared by.
#[derive(Debug, Default)]
pub(super) struct Values {
    names: Vec<String>,
    /// NaN where there is none.
    numbers: Vec<Vec<f64>>,
    /// Columns whose values are equal or not.
    kinds: Vec<(String, ArrayRef)>,
    /// Which rows are not left out, if any are.
    pub(super) of_some: Option<Vec<bool>>,
}

impl Values {
    /// `kinds`: whether hashes and names tell kinds apart; else they are numbers, or wrong.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`; `ColumnType` for a column of neither numbers nor text, or of
    /// text where there are to be numbers alone.
    pub(super) fn of(
        table: &Table,
        columns: &[String],
        features: &[ProcessFeature],
        sources: &Sources<'_>,
        kinds: bool,
    ) -> Result<Self> {
        let mut values = Self::default();
        for name in columns {
            let is_kind = TextColumn::of(table.column(name)?.as_ref()).is_some();
            values.add(table, name, table.column(name)?.clone(), is_kind, kinds)?;
        }
        for &feature in features {
            let column = sources.column(feature)?;
            let is_kind = feature == ProcessFeature::ProcessName || kinds && feature.is_kind();
            let made = Table::new(vec![(feature.name(), column.clone())])?;
            values.add(&made, feature.name(), column, is_kind, kinds)?;
        }
        Ok(values)
    }

    fn add(
        &mut self,
        table: &Table,
        name: &str,
        column: ArrayRef,
        is_kind: bool,
        kinds: bool,
    ) -> Result<()> {
        if is_kind && kinds {
            self.kinds.push((name.into(), column));
            return Ok(());
        }
        let bools = column.as_boolean_opt();
        if is_kind {
            return Err(table.wrong_type(name, "numbers, or bool"));
        }
        let numbers = match bools {
            Some(bools) => (0..bools.len())
                .map(|row| {
                    if bools.is_valid(row) {
                        f64::from(bools.value(row))
                    } else {
                        f64::NAN
                    }
                })
                .collect(),
            None => {
                let numbers = table.f64(name);
                let numbers =
                    numbers.map_err(|_| table.wrong_type(name, "numbers, bool or text"))?;
                let mut values = numbers.values().to_vec();
                for (value, valid) in values.iter_mut().zip(numbers.nulls().into_iter().flatten()) {
                    if !valid {
                        *value = f64::NAN;
                    }
                }
                values
            }
        };
        self.names.push(name.into());
        self.numbers.push(numbers);
        Ok(())
    }

    /// Rows as points. Kinds become one more coordinate, whose values are further apart
    /// than `gap`, so that rows of different kinds are never near. O(cells).
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for numbers too large to be scaled; `Cancelled` from `progress`.
    pub(super) fn points(
        &self,
        rows: usize,
        scale: ClusterScale,
        gap: f64,
        progress: &mut Progress<'_>,
    ) -> Result<Points> {
        let kinds = self.kinds.iter();
        let kinds = kinds.map(|(name, column)| (name.as_str(), column.clone()));
        let kinds: Vec<(&str, ArrayRef)> = kinds.collect();
        let kind_of = match kinds.is_empty() {
            true => None,
            false => {
                let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                Some(Groups::of(&Table::new(kinds)?, &names)?.of_rows)
            }
        };
        let scales = match scale {
            ClusterScale::Standard => self.standards()?,
            _ => vec![(0.0, 1.0); self.numbers.len()],
        };
        let dims = self.numbers.len() + usize::from(kind_of.is_some());
        let mut points = Points::new(dims, rows);
        let mut row_values = vec![0.0; dims];
        for row in 0..rows {
            if row % ROWS == 0 {
                progress.at(row, rows)?;
            }
            if self.of_some.as_ref().is_some_and(|of_some| !of_some[row]) {
                points.of_rows.push(MISSING);
                continue;
            }
            let mut is_point = true;
            for ((value, numbers), (mean, deviation)) in
                row_values.iter_mut().zip(&self.numbers).zip(&scales)
            {
                *value = (numbers[row] - mean) / deviation;
                is_point &= value.is_finite();
            }
            if scale == ClusterScale::Rows {
                to_length_one(&mut row_values[..self.numbers.len()]);
            }
            if let Some(kind_of) = &kind_of {
                row_values[dims - 1] = f64::from(kind_of[row]) * gap;
            }
            points.add(is_point.then_some(&row_values));
        }
        Ok(points)
    }

    /// Mean and deviation of each column, as scikit-learn's StandardScaler has them.
    fn standards(&self) -> Result<Vec<(f64, f64)>> {
        let columns = self.numbers.iter().zip(&self.names);
        let standards = columns.map(|(numbers, name)| {
            let of_some = |row: usize| self.of_some.as_ref().is_none_or(|some| some[row]);
            let values = || {
                let values = numbers.iter().enumerate();
                values.filter_map(|(row, n)| (n.is_finite() && of_some(row)).then_some(n))
            };
            let count = values().count().max(1) as f64;
            let mean = values().sum::<f64>() / count;
            let squares = values().map(|n| (n - mean) * (n - mean)).sum::<f64>();
            let deviation = (squares / count).sqrt();
            if !deviation.is_finite() || !mean.is_finite() {
                return Err(Error::InvalidArgument(format!(
                    "column `{name}` has numbers too large to scale; use scale: \"none\""
                )));
            }
            // What is left of equal numbers is rounding.
            let is_constant = deviation <= mean.abs() * 1e-14;
            Ok((mean, if is_constant { 1.0 } else { deviation }))
        });
        standards.collect()
    }
}

fn to_length_one(row: &mut [f64]) {
    let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|x| *x /= length);
    }
}

/// Different points, in the order of their first rows.
#[derive(Debug)]
pub(super) struct Points {
    pub(super) dims: usize,
    /// `dims` for each point.
    pub(super) coords: Vec<f64>,
    /// How many rows are at each point.
    pub(super) weights: Vec<u32>,
    /// The first row of each point.
    pub(super) firsts: Vec<u32>,
    /// The point of each row, [`NO_POINT`] or [`MISSING`].
    pub(super) of_rows: Vec<u32>,
    /// The last point with a hash, and before each point the one with the same hash.
    by_hash: Map<u64, u32>,
    before: Vec<u32>,
}

impl Points {
    pub(super) fn new(dims: usize, rows: usize) -> Self {
        Self {
            dims,
            coords: Vec::new(),
            weights: Vec::new(),
            firsts: Vec::new(),
            of_rows: Vec::with_capacity(rows),
            by_hash: Map::default(),
            before: Vec::new(),
        }
    }

    /// The number of different points.
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    pub(super) fn point(&self, point: usize) -> &[f64] {
        &self.coords[point * self.dims..(point + 1) * self.dims]
    }

    /// The next row has these coordinates, or none that can be compared.
    pub(super) fn add(&mut self, row: Option<&Vec<f64>>) {
        let Some(row) = row else {
            self.of_rows.push(NO_POINT);
            return;
        };
        // −0 is 0.
        let start = self.coords.len();
        self.coords.extend(row.iter().map(|x| x + 0.0));
        let hash = self.by_hash.hasher().hash_one(Bits(&self.coords[start..]));
        let next = self.weights.len() as u32;
        let last = self.by_hash.insert(hash, next);
        let mut at = last.unwrap_or(NO_POINT);
        while at != NO_POINT && *self.point(at as usize) != self.coords[start..] {
            at = self.before[at as usize];
        }
        if at == NO_POINT {
            self.firsts.push(self.of_rows.len() as u32);
            self.weights.push(1);
            self.before.push(last.unwrap_or(NO_POINT));
            self.of_rows.push(next);
            return;
        }
        self.coords.truncate(start);
        self.by_hash.insert(hash, last.unwrap_or(at));
        self.weights[at as usize] += 1;
        self.of_rows.push(at);
    }
}

/// Numbers to be hashed by their bits.
struct Bits<'a>(&'a [f64]);

impl std::hash::Hash for Bits<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for x in self.0 {
            state.write_u64(x.to_bits());
        }
    }
}
