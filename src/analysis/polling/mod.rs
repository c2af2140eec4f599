//! Programs that ask again and again: beacons and other polling.
//!
//! `detect` answers for each group of a table. `spectrum` has the periodogram and `fisher` its test;
//! `rhythm` finds the period behind the strongest frequency; `intervals` judges the times
//! between visits, and `bursts` makes visits of several events each.

mod bursts;
mod detect;
mod fisher;
mod intervals;
mod rhythm;
mod spectrum;
#[cfg(test)]
mod tests;
mod turn;

pub use detect::{PollingOptions, detect_polling};
