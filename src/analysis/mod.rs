//! What stands out in events: groups, times, orders.

pub mod outliers;
pub mod sequence;
