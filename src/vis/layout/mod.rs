//! Where things go that have no place of their own.

pub(crate) mod cluster_points;
pub(crate) mod force;
