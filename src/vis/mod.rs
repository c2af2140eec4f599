//! Charts.

#[allow(dead_code)] // The charts that use these are not here.
pub(crate) mod layout;
#[allow(dead_code)]
pub(crate) mod projection;
#[allow(dead_code)]
pub(crate) mod world;
