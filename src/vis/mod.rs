//! Charts.

#[allow(dead_code)] // Charts are to come.
mod axis;
#[allow(dead_code)]
mod text;

pub use axis::zone::Zone;
