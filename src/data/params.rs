//! What is given for parameters, as values with types.
//!
//! | type | is given as |
//! | --- | --- |
//! | str | a text; also a number, true or false, or a list of these |
//! | int, float | a number, or a text of one |
//! | bool | true or false, or a text of these |
//! | datetime | ISO 8601; a number of days from now, -1 for yesterday; or an offset such as `-3h` or `-1d@d` |
//! | list | a list of texts and numbers, a text with commas between them, or one |
//! | dict | an object |
//!
//! An offset is a sign, a number, and a unit `y`, `mon`, `w`, `d`, `h`, `m` or `s`, or none for days.
//! After `@` comes a unit to round to: down for an offset that begins with `-`, else up, as in msticpy;
//! weeks begin on Monday, all in UTC.

use serde_json::Value as Json;

use super::query::{Kind, Parameter};
use crate::table::time::{
    MAX_MICROS, MIN_MICROS, bin_start, civil_to_days, days_to_civil, parse_time,
};

/// Microseconds.
const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// A number or a bool, as it is written everywhere.
    Number(String),
    /// Microseconds since 1970, and the text if it is ISO 8601 with an offset: it may be finer.
    Time(i64, Option<String>),
    /// Of texts and numbers, not empty.
    List(Vec<Value>),
    /// JSON.
    Dict(String),
}

/// What `given` is for a parameter at a time `now`, in microseconds since 1970.
///
/// # Errors
///
/// What it should be.
pub(super) fn value_of(
    parameter: &Parameter,
    given: &Json,
    now: i64,
) -> Result<Value, &'static str> {
    match parameter.kind {
        Kind::Str => match given {
            Json::Array(_) => list(given),
            _ => scalar(given).ok_or("a text"),
        },
        Kind::Int => number(given)
            .filter(|number| number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok())
            .map(Value::Number)
            .ok_or("a whole number"),
        Kind::Float => number(given).map(Value::Number).ok_or("a number"),
        Kind::Bool => {
            let text = given.as_str().map_or_else(|| given.to_string(), str::to_lowercase);
            match ["true", "false"].contains(&text.as_str()) {
                true => Ok(Value::Number(text)),
                false => Err("true or false"),
            }
        }
        Kind::Datetime => time(given, now)
            .filter(|(micros, _)| (MIN_MICROS..=MAX_MICROS).contains(micros))
            .map(|(micros, text)| Value::Time(micros, text))
            .ok_or("a Date, an ISO 8601 time, a number of days from now such as -1, or an offset such as \"-3h\" or \"-1d@d\""),
        Kind::List => list(given),
        Kind::Dict => match given {
            Json::Object(_) => Ok(Value::Dict(given.to_string())),
            _ => Err("an object"),
        },
    }
}

fn scalar(given: &Json) -> Option<Value> {
    match given {
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Number(_) | Json::Bool(_) => Some(Value::Number(given.to_string())),
        _ => None,
    }
}

/// A number as it is written.
fn number(given: &Json) -> Option<String> {
    let text = match given {
        Json::String(text) => text.trim().to_owned(),
        _ => given.to_string(),
    };
    let is_plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    (is_plain && text.parse::<f64>().is_ok_and(f64::is_finite)).then_some(text)
}

fn list(given: &Json) -> Result<Value, &'static str> {
    const EXPECTED: &str = "a list of texts and numbers that is not empty";
    let items: Option<Vec<Value>> = match given {
        Json::Array(items) => items.iter().map(scalar).collect(),
        Json::String(text) => Some(
            text.split(',')
                .map(|item| Value::Text(item.trim().into()))
                .collect(),
        ),
        _ => scalar(given).map(|item| vec![item]),
    };
    match items {
        Some(items) if !items.is_empty() => Ok(Value::List(items)),
        _ => Err(EXPECTED),
    }
}

fn time(given: &Json, now: i64) -> Option<(i64, Option<String>)> {
    if let Some(days) = given.as_f64() {
        return Some((now.saturating_add((days * DAY as f64) as i64), None));
    }
    let text = given.as_str()?.trim();
    if let Ok(days) = text.parse::<i32>() {
        return Some((now.saturating_add(i64::from(days) * DAY), None));
    }
    if let Some(parsed) = parse_time(text.as_bytes()) {
        let is_iso = text.as_bytes().get(10) == Some(&b'T')
            && text.is_ascii()
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"-:.TZ+".contains(&b))
            && (text.ends_with('Z') || text[10..].contains(['+', '-']));
        return Some((parsed.micros, is_iso.then(|| text.to_owned())));
    }
    offset(text, now).map(|micros| (micros, None))
}

/// A time that is given by how far it is from now.
fn offset(text: &str, now: i64) -> Option<i64> {
    let (by, rounding) = match text.split_once('@') {
        Some((by, unit)) => (by, Some(unit.trim())),
        None => (text, None),
    };
    let (sign, by) = match by.as_bytes().first()? {
        b'-' => (-1, &by[1..]),
        b'+' => (1, &by[1..]),
        _ => (1, by),
    };
    let by = by.trim_start();
    let (digits, unit) =
        by.split_at(by.len() - by.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let count = sign * i64::from(digits.parse::<u32>().ok()?);
    let moved = add(now, count, unit.trim())?;
    let Some(unit) = rounding else {
        return Some(moved);
    };
    let start = match months(unit) {
        Some(length) => {
            let (year, month, _) = days_to_civil(moved.div_euclid(DAY));
            let month = if length == 12 { 1 } else { month };
            civil_to_days(u32::try_from(year).ok()?, month, 1)? * DAY
        }
        None => bin_start(moved, micros(unit)?),
    };
    match sign < 0 {
        true => Some(start),
        false => add(start, 1, unit),
    }
}

fn add(time: i64, count: i64, unit: &str) -> Option<i64> {
    let Some(length) = months(unit) else {
        return time.checked_add(count.checked_mul(micros(unit)?)?);
    };
    let (days, clock) = (time.div_euclid(DAY), time.rem_euclid(DAY));
    let (year, month, day) = days_to_civil(days);
    let months = year * 12 + i64::from(month) - 1 + count * length;
    let (year, month) = (
        u32::try_from(months.div_euclid(12)).ok()?,
        months.rem_euclid(12) as u32 + 1,
    );
    // The 31st of a month that ends before is its last day.
    let last = (28..=day.max(28))
        .rev()
        .find_map(|last| civil_to_days(year, month, last.min(day)))?;
    Some(last * DAY + clock)
}

/// How many months a unit has, if it is one of those whose days differ.
fn months(unit: &str) -> Option<i64> {
    match unit.to_ascii_lowercase().as_str() {
        "y" => Some(12),
        "mon" => Some(1),
        _ => None,
    }
}

fn micros(unit: &str) -> Option<i64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "w" => 7 * DAY,
        "d" | "" => DAY,
        "h" => 3600 * SECOND,
        "m" => 60 * SECOND,
        "s" => SECOND,
        _ => return None,
    })
}

/// A time as `strftime` writes it, with `%Y %m %d %H %M %S %f %%`.
///
/// # Errors
///
/// What comes after a `%` and is none of these.
pub(super) fn strftime(micros: i64, pattern: &str) -> Result<String, &'static str> {
    // 2019-02-09 23:26:47.700000
    let text = crate::table::time::seconds(micros).unwrap_or([b'0'; 26]);
    const PARTS: [(u8, usize, usize); 7] = [
        (b'Y', 0, 4),
        (b'm', 5, 7),
        (b'd', 8, 10),
        (b'H', 11, 13),
        (b'M', 14, 16),
        (b'S', 17, 19),
        (b'f', 20, 26),
    ];
    let mut out = Vec::new();
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let letter = bytes.next().unwrap_or_default();
        match PARTS.iter().find(|(own, ..)| *own == letter) {
            Some((_, from, to)) => out.extend_from_slice(&text[*from..*to]),
            None if letter == b'%' => out.push(b'%'),
            None => {
                return Err(
                    "has a `format` in which the letters after % may only be Y m d H M S f and %",
                );
            }
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
