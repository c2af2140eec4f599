//! What events are about.

pub(crate) mod alert;
pub mod domain;
mod follow;
pub mod ip_address;
pub mod kinds;
pub mod object;
mod punycode;
pub mod same;
#[cfg(test)]
mod tests;
pub mod url;
