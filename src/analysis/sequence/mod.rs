//! Sessions of events, and how likely each is among the others.
//!
//! `sessionize` parts events into sessions; `sessions` reads commands and their
//! parameters as numbers, `params` one event's parameters; `model` counts and
//! smooths, `steps` gives each step of a session its probability, `score` makes
//! the table. Rules are msticpy's (3.0.2, `analysis/anomalous_sequence`), but all is
//! in logarithms, so that long sessions keep their order.

mod model;
mod params;
mod score;
mod sessionize;
mod sessions;
mod steps;
#[cfg(test)]
mod tests;

pub use score::{ScoreOptions, SequenceModel, score_sessions};
pub use sessionize::{SessionizeOptions, sessionize};
