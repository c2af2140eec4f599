//! What is known of a value without asking anyone.

pub mod addresses;
mod distinct;
pub mod domains;
pub mod look_alike;
pub mod randomness;
