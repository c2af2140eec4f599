//! Series of values at even times: trend, seasons, and what fits neither.
//!
//! `decompose` decomposes numbers, by `stl`, whose steps are `smoother`s, which fit by
//! `loess`. `anomalies` makes `even` series of tables and gives residuals a `score`;
//! `periods` says when there were anomalies, `threshold` has others.

mod anomalies;
mod decompose;
mod even;
mod loess;
mod periods;
mod score;
mod smoother;
mod stl;
#[cfg(test)]
mod tests;
mod threshold;

pub(super) use crate::order::median;
pub use anomalies::{AnomalyOptions, Season, Seasons, time_series_anomalies};
pub use decompose::{DecomposeOptions, Decomposition, OneOrMore, decompose_series};
pub use even::{Aggregate, Fill};
pub use periods::{KqlFilterOptions, PeriodOptions, anomaly_kql_filter, anomaly_periods};
pub use threshold::{ThresholdOptions, set_new_anomaly_threshold};
