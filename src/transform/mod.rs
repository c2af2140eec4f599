//! Finds things in text.

pub mod defang;
pub mod graph;
pub mod ioc;
