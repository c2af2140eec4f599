//! A column of text as it grows.

use arrow_array::StringArray;
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};

use super::Field;
use crate::{Error, Place, Result};

/// Bytes copied at once, whether the value has so many or not: most are short,
/// and a loop over words is much cheaper than a call of `memory.copy`.
const STEP: usize = 32;

/// The bytes of all values one after the other, and where each ends.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Its end, beyond `used`, is room for a copy of a whole step.
    bytes: Vec<u8>,
    used: usize,
    offsets: Vec<i32>,
}

impl Texts {
    pub(crate) fn with_capacity(rows: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            bytes: Vec::with_capacity(bytes),
            used: 0,
            offsets,
        }
    }

    /// Adds rows of empty text, for values that are absent.
    pub(super) fn push_empty(&mut self, rows: usize) {
        let rows = self.offsets.len() + rows;
        self.offsets.resize(rows, self.used as i32);
    }

    /// Adds these values, absent ones as empty text. `unescape` writes what an
    /// escaped value stands for, which is not longer, and returns its length.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` if that makes more than 2 GiB; `name` is the column's.
    pub(crate) fn push(
        &mut self,
        name: &str,
        source: &[u8],
        fields: &[Field],
        unescape: impl Fn(&[u8], &mut [u8]) -> usize,
    ) -> Result<()> {
        self.make_room(name, fields.iter().map(Field::len).sum())?;
        let first = self.offsets.len();
        self.offsets.resize(first + fields.len(), 0);
        let mut used = self.used;
        for (field, offset) in fields.iter().zip(&mut self.offsets[first..]) {
            let (start, mut length) = (field.start(), field.len());
            if field.is_escaped() {
                length = unescape(&source[start..start + length], &mut self.bytes[used..]);
            } else if !copy_step(source, start, length, &mut self.bytes, used) {
                self.bytes[used..used + length].copy_from_slice(&source[start..start + length]);
            }
            used += length;
            *offset = used as i32;
        }
        self.used = used;
        Ok(())
    }

    /// Makes sure that `length` more bytes and one step fit.
    fn make_room(&mut self, name: &str, length: usize) -> Result<()> {
        let needed = self.used + length;
        if i32::try_from(needed).is_err() {
            return Err(Error::LimitExceeded {
                place: Place {
                    column: Some(name.into()),
                    ..Place::default()
                },
                problem: "more than 2 GiB of text".into(),
                advice: "read the file in parts".into(),
            });
        }
        if self.bytes.len() < needed + STEP {
            self.bytes.resize(needed + STEP, 0);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, nulls: Option<NullBuffer>) -> Result<StringArray> {
        self.bytes.truncate(self.used);
        self.bytes.shrink_to_fit();
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        Ok(StringArray::try_new(offsets, self.bytes.into(), nulls)?)
    }
}

/// Copies a value of up to one step, and what follows it up to that.
/// Does nothing and returns `false` if it is longer, or stands at the file's end.
fn copy_step(source: &[u8], start: usize, length: usize, out: &mut [u8], at: usize) -> bool {
    if length > STEP {
        return false;
    }
    let (Some(from), Some(to)) = (
        source
            .get(start..)
            .and_then(|rest| rest.first_chunk::<STEP>()),
        out.get_mut(at..)
            .and_then(|rest| rest.first_chunk_mut::<STEP>()),
    ) else {
        return false;
    };
    let (from, _) = from.as_chunks::<8>();
    let (to, _) = to.as_chunks_mut::<8>();
    for (from, to) in from.iter().zip(to) {
        // Through a number, which is one load and one store everywhere.
        *to = u64::from_ne_bytes(*from).to_ne_bytes();
    }
    true
}

/// Writes `value` with one quote for each `""`.
pub(super) fn unescape_quotes(value: &[u8], out: &mut [u8]) -> usize {
    let (mut bytes, mut length) = (value.iter(), 0);
    while let Some(&byte) = bytes.next() {
        out[length] = byte;
        length += 1;
        if byte == b'"' {
            bytes.next();
        }
    }
    length
}
