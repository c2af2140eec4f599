//! Finds things in text: indicators, and what logs of Linux machines say.

pub mod auditd;
pub mod defang;
pub mod ioc;
pub mod syslog;
