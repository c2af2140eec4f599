//! Which values are common, which are rare, and which are new.

mod seen;
#[cfg(test)]
mod tests;
mod top;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};

use crate::table::utc;

pub use seen::{FirstSeenOptions, RareValueOptions, first_seen, rare_values};
pub use top::{TopValueOptions, top_values};

fn integers(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn times(values: impl Iterator<Item = i64>) -> ArrayRef {
    utc(values.collect::<Vec<_>>())
}
