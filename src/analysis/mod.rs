//! What stands out in events: groups, times, orders.

mod duration;
pub mod polling;
pub mod series;
