//! How much memory what a pickle describes may take.

use crate::table::read::Limits;
use crate::{Error, Place, Result};

/// Small files may take this much whatever the ratio, as in archives.
const RATIO_FROM_BYTES: u64 = 16 << 20;

/// Bytes that may still be taken. A pickle can describe far more than it holds:
/// a list of a list of … a list, each ten times the same one, has 10ⁿ values.
/// Everything made of a pickle is paid for here before it is made.
#[derive(Debug)]
pub(super) struct Budget {
    left: u64,
    total: u64,
    option: &'static str,
}

impl Budget {
    /// For a file of `length` bytes.
    pub(super) fn new(limits: &Limits, length: usize) -> Self {
        let by_ratio = (limits.max_ratio * length as f64) as u64;
        let by_ratio = by_ratio.max(RATIO_FROM_BYTES);
        let total = by_ratio.min(limits.max_bytes);
        Self {
            left: total,
            total,
            option: if total == limits.max_bytes {
                "maxBytes"
            } else {
                "maxRatio"
            },
        }
    }

    /// Pays for `bytes`.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` if they are no longer there.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<()> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.ok_or_else(|| Error::LimitExceeded {
            place: Place::default(),
            problem: format!(
                "its values take more than {} bytes, as bombs do",
                self.total
            ),
            advice: format!("raise limits.{} if the file is to be trusted", self.option),
        })?;
        Ok(())
    }

    /// Pays for `count` values of `size` bytes.
    pub(super) fn spend_each(&mut self, count: usize, size: usize) -> Result<()> {
        self.spend(count.saturating_mul(size))
    }
}
