//! What events are about.

pub mod domain;
pub mod ip_address;
mod punycode;
pub mod url;
