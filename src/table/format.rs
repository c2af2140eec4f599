//! How a cell is written: one rule for CSV, JSON, and columns that become text.
//!
//! | cell | text | JSON |
//! | --- | --- | --- |
//! | absent | nothing | `null` |
//! | bool, integer | `true`, `-7` | the same (also beyond 2^53: every digit is written) |
//! | float | shortest digits that read back equal, always with `.0` or exponent; `NaN`, `Infinity` | the same; `null` for NaN and infinities, which JSON lacks |
//! | decimal | every decimal place | the same, as a number |
//! | timestamp | ISO 8601, `2024-05-01T12:00:00.5Z` with 0, 3, 6 or 9 decimals; without `Z` if it has no zone | a string |
//! | date, time | `2024-05-01`, `12:00:00` | a string |
//! | duration, interval | ISO 8601, `PT1.500S`, `P1M2DT0S` | a string |
//! | binary | lower-case hex | a string |
//! | list, struct, map | the JSON form | array, object |

use arrow_buffer::i256;
use arrow_schema::TimeUnit;

use super::cell::{Cell, nanos_in};

/// Appends `cell` as text, without quotes.
pub(crate) fn write_text(cell: &Cell, out: &mut Vec<u8>) {
    match *cell {
        Cell::Null => {}
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Float(n) if n.is_nan() => out.extend_from_slice(b"NaN"),
        Cell::Float(n) if n.is_infinite() && n > 0.0 => out.extend_from_slice(b"Infinity"),
        Cell::Float(n) if n.is_infinite() => out.extend_from_slice(b"-Infinity"),
        Cell::Float32(n) if !n.is_finite() => write_text(&Cell::Float(n.into()), out),
        Cell::List(..) | Cell::Struct(..) | Cell::Map(..) => write_json(cell, out),
        ref plain => write_plain(plain, out),
    }
}

/// Appends `cell` as a JSON value.
pub(crate) fn write_json(cell: &Cell, out: &mut Vec<u8>) {
    match *cell {
        Cell::Null => out.extend_from_slice(b"null"),
        Cell::Float(n) if !n.is_finite() => out.extend_from_slice(b"null"),
        Cell::Float32(n) if !n.is_finite() => out.extend_from_slice(b"null"),
        Cell::Bool(_)
        | Cell::Int(_)
        | Cell::UInt(_)
        | Cell::Float(_)
        | Cell::Float32(_)
        | Cell::Decimal(..) => write_plain(cell, out),
        Cell::Text(text) => write_json_string(text, out),
        Cell::List(items, start, end) => {
            out.push(b'[');
            for row in start..end {
                if row > start {
                    out.push(b',');
                }
                write_json(&items.get(row), out);
            }
            out.push(b']');
        }
        Cell::Struct(fields, row) => {
            out.push(b'{');
            for (i, (name, column)) in fields.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_json_string(name, out);
                out.push(b':');
                write_json(&column.get(row), out);
            }
            out.push(b'}');
        }
        Cell::Map(entries, start, end) => write_map(entries, start, end, out),
        ref quoted => {
            out.push(b'"');
            write_plain(quoted, out);
            out.push(b'"');
        }
    }
}

/// A map is an object; keys that are not text are written as text.
fn write_map(
    entries: &[(&str, super::column::Column)],
    start: usize,
    end: usize,
    out: &mut Vec<u8>,
) {
    let [(_, keys), (_, values)] = entries else {
        return out.extend_from_slice(b"null");
    };
    out.push(b'{');
    for row in start..end {
        if row > start {
            out.push(b',');
        }
        let mut key = Vec::new();
        write_text(&keys.get(row), &mut key);
        write_json_string(&String::from_utf8_lossy(&key), out);
        out.push(b':');
        write_json(&values.get(row), out);
    }
    out.push(b'}');
}

/// Cells whose text needs no escaping anywhere.
fn write_plain(cell: &Cell, out: &mut Vec<u8>) {
    match *cell {
        Cell::Bool(true) => out.extend_from_slice(b"true"),
        Cell::Bool(false) => out.extend_from_slice(b"false"),
        Cell::Int(n) => write_int(n, out),
        Cell::UInt(n) => out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes()),
        Cell::Float(n) => out.extend_from_slice(zmij::Buffer::new().format(n).as_bytes()),
        Cell::Float32(n) => out.extend_from_slice(zmij::Buffer::new().format(n).as_bytes()),
        Cell::Decimal(n, scale) => write_decimal(n, scale, out),
        Cell::Bytes(bytes) => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digits = |b: &u8| [HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]];
            out.extend(bytes.iter().flat_map(digits));
        }
        Cell::Timestamp(ticks, unit, instant) => write_timestamp(ticks, unit, instant, out),
        Cell::Date(days) => write_date(days, out),
        Cell::Time(ticks, unit) => {
            let (seconds, nanos) = split(ticks, unit);
            write_clock(seconds, out);
            write_fraction(nanos, out);
        }
        Cell::Duration(ticks, unit) => write_duration(0, 0, ticks, unit, out),
        Cell::Interval(months, days, nanos) => {
            write_duration(months, days, nanos, TimeUnit::Nanosecond, out);
        }
        // The callers handle these.
        Cell::Null | Cell::Text(_) | Cell::List(..) | Cell::Struct(..) | Cell::Map(..) => {}
    }
}

pub(crate) fn write_int(n: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

/// Whole seconds towards the past, and the nanoseconds left over.
fn split(ticks: i64, unit: TimeUnit) -> (i64, u32) {
    let nanos = nanos_in(unit);
    let per_second = 1_000_000_000 / nanos;
    let rest = ticks.rem_euclid(per_second) * nanos;
    (ticks.div_euclid(per_second), rest as u32)
}

fn write_timestamp(ticks: i64, unit: TimeUnit, instant: bool, out: &mut Vec<u8>) {
    let (seconds, nanos) = split(ticks, unit);
    write_date(seconds.div_euclid(86_400), out);
    out.push(b'T');
    write_clock(seconds.rem_euclid(86_400), out);
    write_fraction(nanos, out);
    if instant {
        out.push(b'Z');
    }
}

/// Year, month and day of a day counted from 1970 in the Gregorian calendar, by
/// Howard Hinnant's `civil_from_days` (<https://howardhinnant.github.io/date_algorithms.html>).
fn civil(days: i64) -> (i64, u8, u8) {
    let days = i128::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153; // 0 is March
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    (year as i64, month as u8, day as u8)
}

/// Years outside 0 to 9999 get a sign and at least six digits, as in ECMAScript.
fn write_date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    if (0..=9999).contains(&year) {
        two_digits((year / 100) as u8, out);
        two_digits((year % 100) as u8, out);
    } else {
        out.push(if year < 0 { b'-' } else { b'+' });
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(year.unsigned_abs());
        out.extend(std::iter::repeat_n(
            b'0',
            6usize.saturating_sub(digits.len()),
        ));
        out.extend_from_slice(digits.as_bytes());
    }
    out.push(b'-');
    two_digits(month, out);
    out.push(b'-');
    two_digits(day, out);
}

fn write_clock(seconds: i64, out: &mut Vec<u8>) {
    if !(0..86_400).contains(&seconds) {
        // Not a time of day; only broken files hold such.
        return write_int(seconds, out);
    }
    two_digits((seconds / 3600) as u8, out);
    out.push(b':');
    two_digits((seconds / 60 % 60) as u8, out);
    out.push(b':');
    two_digits((seconds % 60) as u8, out);
}

fn two_digits(n: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + n / 10 % 10, b'0' + n % 10]);
}

/// Nothing, or a point and 3, 6 or 9 digits.
fn write_fraction(nanos: u32, out: &mut Vec<u8>) {
    let (number, digits) = match nanos {
        0 => return,
        n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
        n if n % 1000 == 0 => (n / 1000, 6),
        n => (n, 9),
    };
    let mut text = [b'0'; 9];
    let mut rest = number;
    for digit in text[..digits].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.push(b'.');
    out.extend_from_slice(&text[..digits]);
}

fn write_duration(months: i64, days: i64, ticks: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let negative = ticks < 0;
    let all = i128::from(ticks).unsigned_abs() * nanos_in(unit) as u128;
    if negative && months == 0 && days == 0 {
        out.push(b'-');
    }
    out.push(b'P');
    for (n, letter) in [(months, b'M'), (days, b'D')] {
        if n != 0 {
            write_int(n, out);
            out.push(letter);
        }
    }
    out.push(b'T');
    if negative && (months != 0 || days != 0) {
        out.push(b'-');
    }
    let seconds = (all / 1_000_000_000) as u64;
    out.extend_from_slice(itoa::Buffer::new().format(seconds).as_bytes());
    write_fraction((all % 1_000_000_000) as u32, out);
    out.push(b'S');
}

/// Digits of a decimal, with `scale` of them behind the point.
fn write_decimal(n: i256, scale: i8, out: &mut Vec<u8>) {
    if n.is_negative() {
        out.push(b'-');
    }
    let digits = decimal_digits(n);
    let Ok(scale) = usize::try_from(scale) else {
        out.extend_from_slice(&digits);
        if digits != b"0" {
            out.extend(std::iter::repeat_n(b'0', scale.unsigned_abs().into()));
        }
        return;
    };
    if scale == 0 {
        return out.extend_from_slice(&digits);
    }
    let whole = digits.len().saturating_sub(scale);
    out.extend_from_slice(if whole == 0 { b"0" } else { &digits[..whole] });
    out.push(b'.');
    out.extend(std::iter::repeat_n(b'0', scale - (digits.len() - whole)));
    out.extend_from_slice(&digits[whole..]);
}

/// The digits of `n` without its sign. Most decimals fit 128 bits; the others
/// go nine digits at a time.
fn decimal_digits(n: i256) -> Vec<u8> {
    if let Some(small) = n.to_i128() {
        return itoa::Buffer::new()
            .format(small.unsigned_abs())
            .as_bytes()
            .to_vec();
    }
    let chunk = i256::from_i128(1_000_000_000);
    let (mut rest, mut digits) = (n, Vec::new());
    while rest != i256::ZERO {
        let nine = rest
            .wrapping_rem(chunk)
            .to_i128()
            .unwrap_or(0)
            .unsigned_abs();
        rest = rest.wrapping_div(chunk);
        let mut nine = nine as u32;
        for _ in 0..9 {
            digits.push(b'0' + (nine % 10) as u8);
            nine /= 10;
        }
    }
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    digits.reverse();
    digits
}

/// Appends `text` as a JSON string.
pub(crate) fn write_json_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut written = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[written..i]);
        written = i + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(if control < 16 { b"0" } else { b"1" });
                out.push(b"0123456789abcdef"[usize::from(control & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}
