//! Rows unlike the others.
//!
//! `features` makes numbers of columns, `isolation` and `random_cut` score rows of
//! numbers, `explain` says which columns made a row stand out.

mod explain;
mod features;
mod isolation;
mod random_cut;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array};

use crate::order::{float, signed, sort_by_number};
use crate::table::Progress;
use crate::{Error, Result, Table};
use features::Features;

/// How to find rows unlike the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum OutlierAlgorithm {
    /// Isolation forest: all rows at once, in any order.
    #[default]
    IsolationForest,
    /// Robust random cut forest: a stream, each row against those just before it.
    RobustRandomCutForest,
}

/// What to compare, and how.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OutlierOptions {
    /// The columns to compare: numbers, text or bool. By default all of numbers, and
    /// those of text or bool that have at most one value for each ten rows; without row
    /// numbers and the like: integers, of 10 rows or more, that only rise, or only fall.
    pub columns: Option<Vec<String>>,
    /// `"isolationForest"` (default), or `"robustRandomCutForest"` for streams.
    pub algorithm: OutlierAlgorithm,
    /// How many trees, 1 or more. Default 100.
    pub trees: Option<u32>,
    /// How many rows a tree is made of, 2 or more; in a stream, of how many of the
    /// last rows. Default 256, or all rows if there are fewer.
    pub sample_size: Option<u32>,
    /// Which part of the rows to call outliers, from 0 to 0.5. Default 0.05, as in msticpy.
    pub contamination: Option<f64>,
    /// The same seed gives the same scores. Default 42.
    pub seed: Option<u32>,
    /// The column of times that puts a stream in order; by default rows come as they are.
    pub time_column: Option<String>,
}

/// What an algorithm says of the rows.
struct Found<'a> {
    /// More is stranger.
    scores: Vec<f64>,
    /// How much each column had to do with the score of a row.
    shares: Box<dyn Fn(usize) -> Vec<f32> + 'a>,
}

/// `table` with `OutlierScore` (more is stranger), `IsOutlier`, `OutlierRank` (1 is the
/// strangest; equal scores have equal ranks) and `OutlierWhy` (of outliers: the columns
/// that set them apart, each with its value and what is usual). Rows keep their order.
///
/// An isolation forest's score is 2^(−E(h)/c(n)), from 0 to 1, which is scikit-learn's
/// `score_samples` without its minus sign; above 0.5 a row is easier to isolate than most.
/// It depends on what the rows hold and the seed, not on their order. A stream's score
/// is the collusive displacement: how many rows would stand elsewhere without this one.
///
/// Numbers are taken as they are, each column by its range (isolation) or spread
/// (stream); an absent value or NaN is its column's median, infinities lie beyond
/// all others. A text or bool counts by how rare it is in its column: log2(rows / rows with
/// it); an absent one is a value like others. Rows with a score above the quantile of
/// `contamination` are outliers.
///
/// O(trees × rows × depth); memory for 8 bytes a cell and the trees.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option,
/// or if no column is fit; `Cancelled` from `progress`.
pub fn detect_outliers(
    table: &Table,
    options: &OutlierOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let settings = Settings::of(options)?;
    let order = stream_order(table, options)?;
    let mut features = Features::of(table, options.columns.as_deref())?;
    if options.algorithm == OutlierAlgorithm::RobustRandomCutForest {
        settings.check_window(features.rows(), features.columns())?;
    }
    progress.at(1, 20)?;
    let mut part = progress.part(0.05, 0.95);
    let found = match options.algorithm {
        OutlierAlgorithm::IsolationForest => isolation::find(&features, settings, &mut part)?,
        OutlierAlgorithm::RobustRandomCutForest => {
            features.standardise();
            random_cut::find(&features, &order, settings, &mut part)?
        }
    };
    let sorted = by_score(&found.scores);
    let is_outlier = above_quantile(&found.scores, &sorted, settings.contamination);
    let why = explain::why(
        table,
        &features,
        &is_outlier,
        &*found.shares,
        &mut progress.part(0.95, 1.0),
    )?;
    let ranks = Int64Array::from(ranks(&found.scores, &sorted));
    let columns: [(&str, ArrayRef); 4] = [
        ("OutlierScore", Arc::new(Float64Array::from(found.scores))),
        ("IsOutlier", Arc::new(BooleanArray::from(is_outlier))),
        ("OutlierRank", Arc::new(ranks)),
        ("OutlierWhy", why),
    ];
    columns
        .into_iter()
        .try_fold(table.clone(), |table, (name, column)| {
            table.with_column(name, column)
        })
}

/// Options with their defaults, in range.
#[derive(Debug, Clone, Copy)]
struct Settings {
    trees: usize,
    sample_size: usize,
    contamination: f64,
    seed: u64,
}

impl Settings {
    fn of(options: &OutlierOptions) -> Result<Self> {
        let wrong = |message: String| Err(Error::InvalidArgument(message));
        let trees = options.trees.unwrap_or(100) as usize;
        let sample_size = options.sample_size.unwrap_or(256) as usize;
        let contamination = options.contamination.unwrap_or(0.05);
        if trees == 0 || sample_size < 2 {
            return wrong("trees should be 1 or more, and sampleSize 2 or more".into());
        }
        // 48 bytes each in an isolation forest.
        if trees.saturating_mul(sample_size) > 2_000_000 {
            return wrong(format!(
                "{trees} trees of {sample_size} rows are too many to hold; their product should be at most 2,000,000"
            ));
        }
        if !(0.0..=0.5).contains(&contamination) {
            return wrong(format!(
                "contamination should be from 0 to 0.5, such as 0.05, but is {contamination}"
            ));
        }
        Ok(Self {
            trees,
            sample_size,
            contamination,
            seed: options.seed.unwrap_or(42).into(),
        })
    }
}

/// Bytes of a stream's tree at most.
const MOST_BYTES: usize = 1 << 28;

impl Settings {
    /// Whether a stream's tree can be held: each row of its window has two nodes of 32 bytes,
    /// each with 16 more for the ends of each column.
    fn check_window(&self, rows: usize, columns: usize) -> Result<()> {
        let bytes = 2 * (32 + 16 * columns);
        if self.sample_size.min(rows).saturating_mul(bytes) > MOST_BYTES {
            return Err(Error::InvalidArgument(format!(
                "sampleSize {} is too much for {columns} columns; it should be at most {}, or name fewer columns",
                self.sample_size,
                MOST_BYTES / bytes
            )));
        }
        Ok(())
    }
}

/// The order of a stream's rows: by time, those without one last.
fn stream_order(table: &Table, options: &OutlierOptions) -> Result<Vec<u32>> {
    let mut rows: Vec<u32> = (0..table.num_rows() as u32).collect();
    if let Some(name) = &options.time_column {
        let times = table.time_us(name)?;
        let time = |row: u32| match times.is_valid(row as usize) {
            true => times.value(row as usize),
            false => i64::MAX,
        };
        sort_by_number(&mut rows, |&row| signed(time(row)));
    }
    Ok(rows)
}

/// The rows, the highest score first.
fn by_score(scores: &[f64]) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..scores.len() as u32).collect();
    sort_by_number(&mut rows, |&row| !float(scores[row as usize]));
    rows
}

/// Which scores are above the quantile 1 − `part`, as numpy's `percentile` interpolates it.
fn above_quantile(scores: &[f64], sorted: &[u32], part: f64) -> Vec<bool> {
    let place = (sorted.len().saturating_sub(1)) as f64 * part;
    let score = |at: usize| sorted.get(at).map(|&row| scores[row as usize]);
    let below = score(place as usize).unwrap_or_default();
    let next = score(place as usize + 1).unwrap_or(below);
    let limit = below + (next - below) * place.fract();
    scores.iter().map(|&score| score > limit).collect()
}

/// 1 for the highest score; rows of one score have one rank.
fn ranks(scores: &[f64], sorted: &[u32]) -> Vec<i64> {
    let mut ranks = vec![0; scores.len()];
    let mut last = None;
    for (place, &row) in (1..).zip(sorted) {
        let score = scores[row as usize];
        let rank = match last {
            Some((rank, of)) if of == score => rank,
            _ => place,
        };
        last = Some((rank, score));
        ranks[row as usize] = rank;
    }
    ranks
}
