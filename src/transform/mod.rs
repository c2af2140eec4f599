//! Finds things in text, and unpacks what is encoded in it.

pub mod defang;
pub mod graph;
pub mod ioc;
pub mod unpack;
