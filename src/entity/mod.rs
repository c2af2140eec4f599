//! What events are about.

pub(crate) mod alert;
pub mod domain;
pub mod ip_address;
pub mod kinds;
pub mod object;
mod punycode;
pub mod url;
