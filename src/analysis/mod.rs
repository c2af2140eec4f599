//! What stands out in events: groups, times, orders.

pub mod cluster;
mod duration;
pub mod polling;
pub mod series;
