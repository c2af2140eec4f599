//! What stands out in events: groups, times, orders.

pub mod bins;
pub mod cluster;
pub mod entropy;
pub mod outliers;
pub mod polling;
mod random;
pub mod sequence;
pub mod series;
pub mod values;
