//! Series of values at even times: trend, seasons, and what fits neither.
mod decompose;
mod loess;
mod score;
mod smoother;
mod stl;

pub use decompose::{DecomposeOptions, Decomposition, OneOrMore, decompose_series};
