//! Finds things in text and logs, and unpacks what is encoded in them.

pub mod auditd;
pub mod defang;
pub mod graph;
pub mod ioc;
pub mod syslog;
pub mod unpack;
