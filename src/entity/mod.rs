//! What events are about.

pub mod domain;
