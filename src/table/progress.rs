//! Lets long work report how far it is, and be cancelled.

use crate::{Error, Result};

/// A caller's callback, or none. Work calls [`Progress::at`] now and then: a
/// few times for each megabyte, never for each row.
pub struct Progress<'a> {
    callback: Option<&'a mut dyn FnMut(f64) -> bool>,
    from: f64,
    to: f64,
}

impl<'a> Progress<'a> {
    /// Nobody listens.
    pub fn none() -> Self {
        Self {
            callback: None,
            from: 0.0,
            to: 1.0,
        }
    }

    /// `callback` gets the fraction done, from 0 to 1, and returns whether to go on.
    pub fn new(callback: &'a mut dyn FnMut(f64) -> bool) -> Self {
        Self {
            callback: Some(callback),
            ..Self::none()
        }
    }

    /// The share of this work between the fractions `from` and `to`, for a step of it.
    pub fn part(&mut self, from: f64, to: f64) -> Progress<'_> {
        let span = self.to - self.from;
        Progress {
            from: self.from + from * span,
            to: self.from + to * span,
            callback: match &mut self.callback {
                Some(callback) => Some(&mut **callback),
                None => None,
            },
        }
    }

    /// Reports that `done` of `total` units are done.
    ///
    /// # Errors
    ///
    /// `Cancelled` when the caller wants no more.
    pub fn at(&mut self, done: usize, total: usize) -> Result<()> {
        let Some(callback) = &mut self.callback else {
            return Ok(());
        };
        let done = done as f64 / total.max(1) as f64;
        let go_on = callback(self.from + done * (self.to - self.from));
        if go_on { Ok(()) } else { Err(Error::Cancelled) }
    }
}
