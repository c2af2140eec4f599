//! What stands out in events: groups, times, orders.

pub mod bins;
pub mod entropy;
pub mod outliers;
pub mod sequence;
pub mod values;
