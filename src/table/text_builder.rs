//! A text column as it grows, value by value.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};

use crate::{Error, Place, Result};

/// Arrow's own builder, but values are asked once, at the end, whether they are
/// UTF-8, and a value may come in pieces.
#[derive(Debug)]
pub(crate) struct TextBuilder {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    nulls: NullBufferBuilder,
}

/// Longest text that [`append`] copies by words.
const SHORT: usize = 64;

/// Appends text, which mostly is short: a few words are copied faster than
/// `memory.copy` is called.
#[inline]
pub(crate) fn append(bytes: &mut Vec<u8>, text: &[u8]) {
    if text.len() > SHORT {
        bytes.extend_from_slice(text);
        return;
    }
    bytes.reserve(text.len());
    let (words, rest) = text.as_chunks::<8>();
    words.iter().for_each(|word| bytes.extend_from_slice(word));
    let (words, rest) = rest.as_chunks::<4>();
    words.iter().for_each(|word| bytes.extend_from_slice(word));
    rest.iter().for_each(|&byte| bytes.push(byte));
}

impl TextBuilder {
    /// `rows`: how many there will be, about.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            offsets,
            bytes: Vec::new(),
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// A column of `rows` whose text is there already: values are the row and the end of
    /// each, in order; rows without one are absent.
    pub(crate) fn of_values(
        rows: usize,
        bytes: Vec<u8>,
        values: impl Iterator<Item = (usize, usize)>,
    ) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        let mut nulls = NullBufferBuilder::new(rows);
        let mut last = 0;
        for (row, end) in values {
            nulls.append_n_nulls(row - nulls.len());
            nulls.append_non_null();
            offsets.resize(row + 1, last);
            last = end as i32;
        }
        nulls.append_n_nulls(rows - nulls.len());
        offsets.resize(rows + 1, last);
        Self {
            offsets,
            bytes,
            nulls,
        }
    }

    /// Number of values so far.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Adds a value, or that there is none.
    #[inline]
    pub(crate) fn push(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => {
                append(&mut self.bytes, text);
                self.nulls.append_non_null();
            }
            None => self.nulls.append_null(),
        }
        // A column that has grown too long is refused at its end.
        self.offsets.push(self.bytes.len() as i32);
    }

    /// Adds absent values until there are `rows`.
    pub(crate) fn fill(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.len());
        self.nulls.append_n_nulls(missing);
        let end = self.bytes.len() as i32;
        self.offsets.resize(self.offsets.len() + missing, end);
    }

    /// Adds a piece of the value that [`TextBuilder::end`] adds.
    #[inline]
    pub(crate) fn piece(&mut self, text: &[u8]) {
        append(&mut self.bytes, text);
    }

    /// Ends a value of pieces.
    pub(crate) fn end(&mut self) {
        self.nulls.append_non_null();
        self.offsets.push(self.bytes.len() as i32);
    }

    /// The column; `name` is for the error.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` if it is longer than 2 GiB; `Arrow` if it is not UTF-8.
    pub(crate) fn finish(mut self, name: &str) -> Result<ArrayRef> {
        if i32::try_from(self.bytes.len()).is_err() {
            return Err(Error::LimitExceeded {
                place: Place {
                    column: Some(name.into()),
                    ..Place::default()
                },
                problem: "more than 2 GiB of text".into(),
                advice: "read the file in parts".into(),
            });
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let texts = StringArray::try_new(offsets, self.bytes.into(), self.nulls.finish())?;
        Ok(Arc::new(texts))
    }
}
