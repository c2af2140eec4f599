//! Gives columns of text the type that all their values have.
//!
//! The rule, for every row and not a sample, in this order; absent values count
//! for any type:
//!
//! 1. `int64`: digits with or without a minus, no leading zeros, in range.
//! 2. `float64`: decimal or exponent form, no leading zeros, at most 17 digits from the
//!    first that is not 0 on, so that nothing of the value is lost; integers among them
//!    must be exact.
//! 3. `bool`: `true`, `True`, `TRUE` and the same of false.
//! 4. `timestamp` (microseconds, UTC): every form of [`parse_time`](super::time::parse_time).
//! 5. Otherwise text, spelled as it was. `007`, `+5`, `1e999`, `NaN` and numbers
//!    of 20 digits are text.
//!
//! An empty field is absent; a quoted empty field is empty text.
//!
//! A [`Builder`] takes a column's values in parts, so that where each value
//! stands need not be kept for a whole file. The first part chooses the type; a
//! later value that does not fit makes integers into floats if all are exact,
//! else the column is text, and the caller feeds it all parts again.

mod builder;
mod number;
mod strings;
mod texts;

use arrow_array::ArrayRef;

use super::Report;
use super::time::TimeReader;
use crate::Result;

pub(crate) use builder::Builder;
pub(crate) use strings::{strings, texts};

/// Where a value stands in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    start: u32,
    /// Length in the low 30 bits, then whether it was quoted, and whether
    /// doubled quotes in it stand for one.
    length: u32,
}

/// Longest value.
pub(crate) const MAX_FIELD: usize = (1 << 30) - 1;
const QUOTED: u32 = 1 << 30;
const ESCAPED: u32 = 1 << 31;

impl Field {
    pub(crate) const ABSENT: Self = Self {
        start: 0,
        length: 0,
    };

    #[inline]
    pub(crate) fn new(start: usize, end: usize, quoted: bool, escaped: bool) -> Self {
        let flags = if quoted { QUOTED } else { 0 } | if escaped { ESCAPED } else { 0 };
        Self {
            start: start as u32,
            length: (end - start) as u32 | flags,
        }
    }

    #[inline]
    pub(crate) fn is_absent(&self) -> bool {
        self.length == 0
    }

    /// The value as it stands in the file; `None` if it is absent.
    pub(crate) fn get<'a>(&self, source: &'a [u8]) -> Option<&'a [u8]> {
        (self.length != 0).then(|| &source[self.start()..self.start() + self.len()])
    }

    #[inline]
    pub(crate) fn is_escaped(&self) -> bool {
        self.length & ESCAPED != 0
    }

    #[inline]
    fn start(&self) -> usize {
        self.start as usize
    }

    /// Bytes in the file.
    #[inline]
    fn len(&self) -> usize {
        (self.length & MAX_FIELD as u32) as usize
    }
}

/// Most values that a caller feeds at once, so that they stay near the
/// processor; few in unit tests, so that columns change their type there.
pub(crate) const PART: usize = if cfg!(test) { 3 } else { 2048 };

/// The column of these values.
///
/// # Errors
///
/// `LimitExceeded` if its text is longer than 2 GiB.
pub(crate) fn column(
    name: &str,
    source: &[u8],
    fields: &[Field],
    report: &mut Report,
) -> Result<ArrayRef> {
    let mut builder = Builder::new(name, fields.len());
    fields
        .chunks(PART)
        .try_for_each(|part| builder.push(source, part))?;
    builder.restart_if_late();
    if builder.is_late() {
        fields
            .chunks(PART)
            .try_for_each(|part| builder.push(source, part))?;
    }
    builder.finish(report)
}

fn note_times(name: &str, times: &TimeReader, report: &mut Report) {
    if times.cut {
        report.notes.push(format!(
            "column `{name}`: times finer than a microsecond were cut"
        ));
    }
    if times.month_first {
        report.notes.push(format!(
            "column `{name}`: times were read with the month first"
        ));
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;

    #[test]
    fn types_that_lose_nothing() {
        for (values, expected) in [
            (vec!["1", "-2", "", "9223372036854775807"], "Int64"),
            (vec!["9223372036854775808"], "Utf8"),
            (vec!["1", "2.5"], "Float64"),
            (vec!["1e5", "-0.25"], "Float64"),
            (vec!["9007199254740993", "2.5"], "Utf8"),
            (vec!["0.1234567890123456789"], "Utf8"),
            (vec!["007"], "Utf8"),
            (vec!["+5"], "Utf8"),
            (vec!["-0"], "Float64"),
            (vec!["NaN"], "Utf8"),
            (vec!["True", "false", ""], "Boolean"),
            (
                vec!["2019-01-15T05:15:15.677Z", ""],
                "Timestamp(µs, \"UTC\")",
            ),
            (vec!["2019-01-15", "x"], "Utf8"),
            (vec!["", ""], "Utf8"),
            // The tests' first part is three values.
            (vec!["1", "", "3", "2.5"], "Float64"),
            (vec!["1", "-9007199254740993", "3", "2.5"], "Utf8"),
            (vec!["1", "2", "3", "x"], "Utf8"),
            (vec!["1.50", "2", "3", "", "x"], "Utf8"),
            (vec!["true", "", "TRUE", "1"], "Utf8"),
            (vec!["2019-01-15", "", "2019-01-16", "2019-13-16"], "Utf8"),
            (vec!["", "", "", "", "1"], "Int64"),
            (vec!["", "", "", "", "x"], "Utf8"),
        ] {
            let (mut source, mut fields) = (Vec::new(), Vec::new());
            for value in &values {
                fields.push(Field::new(
                    source.len(),
                    source.len() + value.len(),
                    false,
                    false,
                ));
                source.extend_from_slice(value.as_bytes());
            }
            let column = column("c", &source, &fields, &mut Report::default()).expect("short");
            assert_eq!(column.data_type().to_string(), expected, "{values:?}");
            if let Some(texts) = column.as_string_opt::<i32>() {
                let found: Vec<_> = texts.iter().map(Option::unwrap_or_default).collect();
                assert_eq!(found, values);
            }
        }
    }
}
