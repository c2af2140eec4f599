//! Charts.

pub(crate) mod layout;
pub(crate) mod projection;
pub(crate) mod world;
