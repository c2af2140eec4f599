//! Places in a text as JavaScript counts them.

/// Turns ascending byte offsets of a text into offsets in UTF-16 units, or leaves them.
pub(super) struct Units<'a> {
    text: &'a [u8],
    utf16: bool,
    /// `units` lie before the byte `at`.
    at: usize,
    units: usize,
}

impl<'a> Units<'a> {
    pub(super) fn new(text: &'a [u8], utf16: bool) -> Self {
        Self {
            text,
            utf16: utf16 && !text.is_ascii(),
            at: 0,
            units: 0,
        }
    }

    pub(super) fn range(&mut self, start: usize, end: usize) -> (usize, usize) {
        (self.to(start), self.to(end))
    }

    fn to(&mut self, at: usize) -> usize {
        let between = &self.text[self.at..at];
        self.units += match self.utf16 {
            true => between
                .iter()
                .map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0))
                .sum(),
            false => between.len(),
        };
        self.at = at;
        self.units
    }
}
