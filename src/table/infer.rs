//! Gives columns of text the type that all their values have.
//!
//! The rule, for every row and not a sample, in this order; absent values count
//! for any type:
//!
//! 1. `int64`: digits with or without a minus, no leading zeros, in range.
//! 2. `float64`: decimal or exponent form, no leading zeros, at most 17 digits,
//!    so that nothing of the value is lost; integers among them must be exact.
//! 3. `bool`: `true`, `True`, `TRUE` and the same of false.
//! 4. `timestamp` (microseconds, UTC): every form of [`parse_time`].
//! 5. Otherwise text, spelled as it was. `007`, `+5`, `1e999`, `NaN` and numbers
//!    of 20 digits are text.
//!
//! An empty field is absent; a quoted empty field is empty text.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};

use super::Report;
use super::time::parse_time;
use crate::{Error, Place, Result};

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

    pub(crate) fn new(start: usize, end: usize, quoted: bool, escaped: bool) -> Self {
        let flags = if quoted { QUOTED } else { 0 } | if escaped { ESCAPED } else { 0 };
        Self {
            start: start as u32,
            length: (end - start) as u32 | flags,
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.length == 0
    }

    /// The value as it stands in the file; `None` if it is absent.
    pub(crate) fn get<'a>(&self, source: &'a [u8]) -> Option<&'a [u8]> {
        let length = (self.length & MAX_FIELD as u32) as usize;
        let start = self.start as usize;
        (self.length != 0).then(|| &source[start..start + length])
    }

    pub(crate) fn is_escaped(&self) -> bool {
        self.length & ESCAPED != 0
    }
}

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
    let value = |field: &Field| field.get(source);
    let nulls = NullBuffer::from_iter(fields.iter().map(|field| field.length != 0));
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    if nulls
        .as_ref()
        .is_none_or(|nulls| nulls.null_count() < fields.len())
    {
        if let Some(values) = all(fields, value, parse_int) {
            return Ok(Arc::new(Int64Array::new(values.into(), nulls)));
        }
        if let Some(values) = all(fields, value, parse_float) {
            return Ok(Arc::new(Float64Array::new(values.into(), nulls)));
        }
        if let Some(values) = all(fields, value, parse_bool) {
            return Ok(Arc::new(BooleanArray::new(values.into(), nulls)));
        }
        let (mut cut, mut month_first) = (false, false);
        let time = |text: &[u8]| {
            let time = parse_time(text)?;
            (cut, month_first) = (cut || time.cut, month_first || time.month_first);
            Some(time.micros)
        };
        if let Some(values) = all(fields, value, time) {
            note_times(name, cut, month_first, report);
            return Ok(Arc::new(
                TimestampMicrosecondArray::new(values.into(), nulls).with_timezone("UTC"),
            ));
        }
    }
    text(name, source, fields, nulls)
}

fn note_times(name: &str, cut: bool, month_first: bool, report: &mut Report) {
    if cut {
        report.notes.push(format!(
            "column `{name}`: times finer than a microsecond were cut"
        ));
    }
    if month_first {
        report.notes.push(format!(
            "column `{name}`: times were read with the month first"
        ));
    }
}

/// Every value parsed, or `None` at the first that cannot be.
fn all<'a, T: Default>(
    fields: &[Field],
    value: impl Fn(&Field) -> Option<&'a [u8]>,
    mut parse: impl FnMut(&'a [u8]) -> Option<T>,
) -> Option<Vec<T>> {
    // The first value of another type usually comes first.
    parse(fields.iter().find_map(&value)?)?;
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        values.push(match value(field) {
            Some(text) => parse(text)?,
            None => T::default(),
        });
    }
    Some(values)
}

fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut number: u64 = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    if negative {
        0i64.checked_sub_unsigned(number)
    } else {
        i64::try_from(number).ok()
    }
}

fn parse_float(text: &[u8]) -> Option<f64> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let whole = unsigned
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let mut rest = &unsigned[whole..];
    let mut digits = whole;
    if whole == 0 || (whole > 1 && unsigned[0] == b'0') {
        return None;
    }
    if let [b'.', tail @ ..] = rest {
        let fraction = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if fraction == 0 {
            return None;
        }
        digits += fraction;
        rest = &tail[fraction..];
    }
    if let [b'e' | b'E', tail @ ..] = rest {
        let tail = tail
            .strip_prefix(b"-")
            .or(tail.strip_prefix(b"+"))
            .unwrap_or(tail);
        if tail.is_empty() || !tail.iter().all(u8::is_ascii_digit) {
            return None;
        }
        rest = &[];
    }
    let is_integer = whole == unsigned.len();
    if !rest.is_empty() || digits > 17 {
        return None;
    }
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let exact = !is_integer
        || parse_int(text).is_some_and(|integer| integer.unsigned_abs() <= 1 << 53)
        || text == b"-0";
    (number.is_finite() && exact).then_some(number)
}

fn parse_bool(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

fn text(
    name: &str,
    source: &[u8],
    fields: &[Field],
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    let length: usize = fields
        .iter()
        .filter_map(|field| field.get(source))
        .map(<[u8]>::len)
        .sum();
    if i32::try_from(length).is_err() {
        return Err(Error::LimitExceeded {
            place: Place {
                column: Some(name.into()),
                ..Place::default()
            },
            problem: "more than 2 GiB of text".into(),
            advice: "read the file in parts".into(),
        });
    }
    let mut bytes = Vec::with_capacity(length);
    let mut offsets = Vec::with_capacity(fields.len() + 1);
    offsets.push(0);
    for field in fields {
        let value = field.get(source).unwrap_or_default();
        if field.is_escaped() {
            push_unescaped(value, &mut bytes);
        } else {
            bytes.extend_from_slice(value);
        }
        offsets.push(bytes.len() as i32);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(StringArray::try_new(
        offsets,
        bytes.into(),
        nulls,
    )?))
}

/// `""` inside quotes is one quote.
fn push_unescaped(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// A column of text whose values are all times, as times; others as they are.
pub(crate) fn infer_text(name: &str, values: StringArray, report: &mut Report) -> ArrayRef {
    let (mut cut, mut month_first, mut some) = (false, false, false);
    let mut micros = Vec::with_capacity(values.len());
    for value in &values {
        let Some(text) = value else {
            micros.push(0);
            continue;
        };
        let Some(time) = parse_time(text.as_bytes()) else {
            return Arc::new(values);
        };
        (cut, month_first, some) = (cut || time.cut, month_first || time.month_first, true);
        micros.push(time.micros);
    }
    if !some {
        return Arc::new(values);
    }
    note_times(name, cut, month_first, report);
    let nulls = values.nulls().cloned();
    Arc::new(TimestampMicrosecondArray::new(micros.into(), nulls).with_timezone("UTC"))
}

#[cfg(test)]
mod tests {
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
        }
    }
}
