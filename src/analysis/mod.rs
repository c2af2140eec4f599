//! What stands out in events: groups, times, orders.

pub mod sequence;
