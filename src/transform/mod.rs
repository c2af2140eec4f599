//! Finds things in text and tables.

pub mod command_line;
pub mod defang;
pub mod ioc;
pub mod process_tree;
