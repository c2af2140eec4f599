//! Finds things in text.

pub mod defang;
pub mod ioc;
pub mod process_tree;
