//! Finds things in text.

pub mod auditd;
pub mod defang;
pub mod ioc;
pub mod syslog;
