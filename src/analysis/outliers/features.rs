//! Columns as numbers from 0 to 1.

use arrow_array::Array;
use arrow_schema::DataType;

use crate::error::some_of;
use crate::order::{float, sort_by_number};
use crate::table::{Groups, TextColumn};
use crate::{Error, Result, Table};

/// A table's rows as numbers.
#[derive(Debug, Default)]
pub(super) struct Features {
    pub(super) features: Vec<Feature>,
    /// Row by row. The least finite number of a column is 0, the largest 1;
    /// infinities are −1 and 2.
    values: Vec<f64>,
    rows: usize,
}

/// A column that is compared.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) name: String,
    pub(super) usual: Usual,
}

/// What a column mostly has.
#[derive(Debug)]
pub(super) enum Usual {
    /// Numbers with this median.
    Median(f64),
    /// Texts, of which each is in so many rows; by row.
    Counts(Vec<u32>),
}

impl Features {
    /// Reads these columns, or those that are fit.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for `columns`; `InvalidArgument` for none.
    pub(super) fn of(table: &Table, columns: Option<&[String]>) -> Result<Self> {
        let names = match columns {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => table.names(),
        };
        // Refuses a column that is named twice.
        let names = table.select(&names)?;
        let names = names.names();
        let mut read = Vec::with_capacity(names.len());
        for name in names {
            let type_of = table.column(name)?.data_type();
            let column = if columns.is_none() && is_row_number(table, name)? {
                None
            } else if type_of.is_numeric() {
                Some(numbers(table, name)?)
            } else if is_category(table, name)? {
                categories(table, name, columns.is_some())?
            } else if columns.is_some() {
                return Err(table.wrong_type(name, "numbers, text or bool"));
            } else {
                None
            };
            read.extend(column);
        }
        if read.is_empty() {
            return Err(Error::InvalidArgument(format!(
                "no column has numbers that do not just count rows, or text that repeats; name some with columns (there are: {})",
                some_of(&table.names())
            )));
        }
        let (rows, width) = (table.num_rows(), read.len());
        let mut values = vec![0.0; rows * width];
        let mut features = Vec::with_capacity(width);
        for (at, (feature, column)) in read.into_iter().enumerate() {
            for (row, value) in column.into_iter().enumerate() {
                values[row * width + at] = value;
            }
            features.push(feature);
        }
        Ok(Self {
            features,
            values,
            rows,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.features.len()
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns()..][..self.columns()]
    }

    /// Divides each column by its standard deviation, so that all count alike.
    pub(super) fn standardise(&mut self) {
        let (rows, width) = (self.rows as f64, self.columns());
        for at in 0..width {
            let column = || self.values.iter().skip(at).step_by(width);
            let mean = column().sum::<f64>() / rows;
            let variance = column().map(|x| (x - mean) * (x - mean)).sum::<f64>() / rows;
            if variance > 0.0 {
                let scale = variance.sqrt().recip();
                let column = self.values.iter_mut().skip(at).step_by(width);
                column.for_each(|x| *x *= scale);
            }
        }
    }
}

type Read = (Feature, Vec<f64>);

fn is_category(table: &Table, name: &str) -> Result<bool> {
    let column = table.column(name)?;
    Ok(*column.data_type() == DataType::Boolean || TextColumn::of(column.as_ref()).is_some())
}

/// Fewer integers may be in order by chance.
const LEAST_ROW_NUMBERS: usize = 10;

/// Whether a column just counts, as row numbers and ids do: integers each above the one
/// before, or each below.
fn is_row_number(table: &Table, name: &str) -> Result<bool> {
    let column = table.column(name)?;
    let is_long = column.len() >= LEAST_ROW_NUMBERS;
    if !column.data_type().is_integer() || column.null_count() > 0 || !is_long {
        return Ok(false);
    }
    let numbers = table.f64(name)?;
    let pairs = || numbers.values().windows(2);
    Ok(pairs().all(|pair| pair[0] < pair[1]) || pairs().all(|pair| pair[0] > pair[1]))
}

/// Numbers by their range.
fn numbers(table: &Table, name: &str) -> Result<Read> {
    let numbers = table.f64(name)?;
    let mut finite: Vec<f64> = numbers.iter().flatten().filter(|x| x.is_finite()).collect();
    sort_by_number(&mut finite, |&x| float(x));
    let middle = finite.len().saturating_sub(1) / 2;
    let median = finite.get(middle).copied().unwrap_or_default();
    let scale = Scale::of(&finite);
    let values = numbers.iter().map(|x| match x {
        Some(f64::INFINITY) => 2.0,
        Some(f64::NEG_INFINITY) => -1.0,
        Some(x) if !x.is_nan() => scale.apply(x),
        _ => scale.apply(median),
    });
    let values = values.collect();
    Ok((feature(name, Usual::Median(median)), values))
}

/// Texts and bools by how rare they are. None if they are not wanted and more than
/// one for each ten rows, or all one.
fn categories(table: &Table, name: &str, wanted: bool) -> Result<Option<Read>> {
    let groups = Groups::of(table, &[name])?;
    let rows = table.num_rows();
    if !wanted && (groups.len() < 2 || groups.len() > rows / 10) {
        return Ok(None);
    }
    let mut counts = vec![0u32; groups.len()];
    groups
        .of_rows
        .iter()
        .for_each(|&group| counts[group as usize] += 1);
    let bits = |&count: &u32| (rows as f64 / f64::from(count)).log2();
    let bits: Vec<f64> = counts.iter().map(bits).collect();
    let scale = Scale::of(&bits);
    let values = groups
        .of_rows
        .iter()
        .map(|&group| scale.apply(bits[group as usize]));
    let values = values.collect();
    let counts = groups
        .of_rows
        .iter()
        .map(|&group| counts[group as usize])
        .collect();
    Ok(Some((feature(name, Usual::Counts(counts)), values)))
}

fn feature(name: &str, usual: Usual) -> Feature {
    Feature {
        name: name.into(),
        usual,
    }
}

/// Takes the least of some finite numbers to 0 and the largest to 1.
struct Scale {
    least: f64,
    /// Halves keep the range of the largest numbers finite, but would lose that of
    /// the smallest.
    factor: f64,
    range: f64,
}

impl Scale {
    fn of(finite: &[f64]) -> Self {
        let least = finite.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let factor = if (largest - least).is_finite() {
            1.0
        } else {
            0.5
        };
        Self {
            least,
            factor,
            range: largest * factor - least * factor,
        }
    }

    fn apply(&self, x: f64) -> f64 {
        if self.range > 0.0 {
            (x * self.factor - self.least * self.factor) / self.range
        } else {
            0.0
        }
    }
}
