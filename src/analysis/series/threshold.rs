//! Anomalies by another threshold.

use std::sync::Arc;

use arrow_array::{Array, Int32Array};

use super::score::direction;
use crate::{Error, Result, Table};

/// Which scores are anomalies.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ThresholdOptions {
    /// Scores above this are anomalies. It is needed.
    pub threshold: Option<f64>,
    /// Scores below the negative of this are, too. Default: as `threshold`.
    pub threshold_low: Option<f64>,
    /// The column of scores. Default `score`.
    pub score_column: Option<String>,
    /// The column that says what is an anomaly, which is replaced. Default `anomalies`.
    pub anomalies_column: Option<String>,
}

/// `table` with anomalies by another threshold. Rows without a score keep what they have, if
/// anything.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for the column of scores; `InvalidArgument` for a
/// threshold that is no positive number.
pub fn set_new_anomaly_threshold(table: &Table, options: &ThresholdOptions) -> Result<Table> {
    let high = options.threshold.unwrap_or(f64::NAN);
    let low = options.threshold_low.unwrap_or(high);
    if !(high > 0.0 && high.is_finite() && low > 0.0 && low.is_finite()) {
        return Err(Error::InvalidArgument(
            "option `threshold` should be a number above 0, and so should `thresholdLow`".into(),
        ));
    }
    let scores = table.f64(options.score_column.as_deref().unwrap_or("score"))?;
    let name = options.anomalies_column.as_deref().unwrap_or("anomalies");
    let before = table.f64(name).ok();
    let kept = |row: usize| {
        let before = before.as_ref().filter(|before| before.is_valid(row))?;
        Some(before.value(row) as i32)
    };
    let anomalies: Int32Array = (scores.iter().enumerate())
        .map(|(row, score)| {
            score.map_or_else(|| kept(row), |score| Some(direction(score, high, low)))
        })
        .collect();
    table.with_column(name, Arc::new(anomalies))
}
