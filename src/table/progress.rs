//! Lets long work report how far it is, and be cancelled.

use crate::{Error, Result};

/// A caller's callback, or none. Work calls [`Progress::at`] now and then: a
/// few times for each megabyte, never for each row.
pub struct Progress<'a>(Option<&'a mut dyn FnMut(f64) -> bool>);

impl<'a> Progress<'a> {
    /// Nobody listens.
    pub fn none() -> Self {
        Self(None)
    }

    /// `callback` gets the fraction done, from 0 to 1, and returns whether to go on.
    pub fn new(callback: &'a mut dyn FnMut(f64) -> bool) -> Self {
        Self(Some(callback))
    }

    /// Reports that `done` of `total` units are done.
    ///
    /// # Errors
    ///
    /// `Cancelled` when the caller wants no more.
    pub fn at(&mut self, done: usize, total: usize) -> Result<()> {
        let Some(callback) = &mut self.0 else {
            return Ok(());
        };
        let go_on = callback(done as f64 / total.max(1) as f64);
        if go_on { Ok(()) } else { Err(Error::Cancelled) }
    }
}
