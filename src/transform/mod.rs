//! Finds things in text.

pub mod command_line;
pub mod defang;
pub mod ioc;
pub mod process_tree;
