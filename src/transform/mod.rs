//! Finds things in text and logs, and unpacks what is encoded in them.

pub mod auditd;
pub mod command_line;
pub mod defang;
pub mod graph;
pub mod ioc;
pub mod mask;
pub mod process_tree;
pub mod syslog;
pub mod unpack;
