//! What stands out in events: groups, times, orders.

pub mod bins;
pub mod cluster;
pub mod entropy;
pub mod outliers;
pub mod polling;
pub(crate) mod random;
pub mod sequence;
pub mod series;
pub mod values;

/// Whose rules to follow where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Compat {
    /// msticpy's (3.0.2).
    Msticpy,
}
