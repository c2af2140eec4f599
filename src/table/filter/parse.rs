//! Conditions as written.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::{Map, Value};

use super::pattern;
use crate::entity::ip_address::Network;
use crate::{Error, Result};

/// A condition on rows; made of JSON by [`Filter::from_json`].
#[derive(Debug, Clone)]
pub enum Filter {
    /// All hold.
    And(Vec<Filter>),
    /// At least one holds.
    Or(Vec<Filter>),
    /// Does not hold.
    Not(Box<Filter>),
    /// A column's value fulfils something.
    Column {
        /// The column's name.
        name: String,
        /// What its value fulfils.
        op: Op,
    },
}

/// What a value must fulfil.
#[derive(Debug, Clone)]
pub enum Op {
    /// Absent (true) or there (false).
    IsNull(bool),
    /// Compares so with the value.
    Compare(Accept, Value),
    /// Equals one of the values.
    In(Vec<Value>),
    /// Holds the text so.
    Text(Operand, String),
    /// Matches the pattern somewhere.
    Matches(Regex),
    /// Is an address in one of the networks.
    InNetwork(Vec<Network>),
}

/// Where a text is looked for.
#[derive(Debug, Clone, Copy)]
pub enum Operand {
    /// Anywhere.
    Contains,
    /// At the start.
    StartsWith,
    /// At the end.
    EndsWith,
}

/// The orders that a comparison accepts.
#[derive(Debug, Clone, Copy)]
pub struct Accept(&'static [Ordering]);

impl Accept {
    pub(super) fn holds(self, order: Ordering) -> bool {
        self.0.contains(&order)
    }
}

const EQ: Accept = Accept(&[Ordering::Equal]);
const LT: Accept = Accept(&[Ordering::Less]);
const LE: Accept = Accept(&[Ordering::Less, Ordering::Equal]);
const GT: Accept = Accept(&[Ordering::Greater]);
const GE: Accept = Accept(&[Ordering::Greater, Ordering::Equal]);

const FIELDS: &str = "eq, ne, lt, le, gt, ge, between, in, contains, startsWith, endsWith, matches, inNetwork, isNull, ignoreCase";

impl Op {
    /// The column type that `value` needs, in words.
    pub(super) fn needs(&self, value: &Value) -> &'static str {
        match value {
            Value::String(_) => "text or times, as the condition's value is a string",
            Value::Number(_) => "numbers, as the condition's value is one",
            Value::Bool(_) => "bool, as the condition's value is one",
            _ => "of the same type as the condition's value",
        }
    }
}

impl Filter {
    /// Reads a condition.
    ///
    /// - `{"column": "User", "eq": "bob"}`, with one or more of `eq ne lt le gt ge
    ///   between in contains startsWith endsWith matches inNetwork isNull`, which
    ///   must all hold; `"ignoreCase": true` for text
    /// - `{"and": [...]}`, `{"or": [...]}`, `{"not": ...}`
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, which names the field that is wrong.
    pub fn from_json(value: &Value) -> Result<Self> {
        Self::parse(value, 0)
    }

    fn parse(value: &Value, depth: usize) -> Result<Self> {
        let Value::Object(fields) = value else {
            return Err(invalid(format!(
                "a filter should be an object, but is {value}"
            )));
        };
        if depth > 64 {
            return Err(invalid(
                "a filter is nested more than 64 deep; flatten it".into(),
            ));
        }
        if fields.contains_key("column") {
            return Self::parse_column(fields);
        }
        let mut entries = fields.iter();
        match (entries.next(), entries.next()) {
            (Some((key, Value::Array(filters))), None) if key == "and" || key == "or" => {
                let filters = filters.iter().map(|filter| Self::parse(filter, depth + 1));
                let filters = filters.collect::<Result<_>>()?;
                Ok(if key == "and" {
                    Self::And(filters)
                } else {
                    Self::Or(filters)
                })
            }
            (Some((key, filter)), None) if key == "not" => {
                Ok(Self::Not(Box::new(Self::parse(filter, depth + 1)?)))
            }
            _ => Err(invalid(format!(
                "a filter should be {{column, …}}, {{and: […]}}, {{or: […]}} or {{not: …}}, but is {value}"
            ))),
        }
    }

    fn parse_column(fields: &Map<String, Value>) -> Result<Self> {
        let name = match &fields["column"] {
            Value::String(name) => name,
            other => return Err(invalid(format!("column should be a name, but is {other}"))),
        };
        let ignore_case = match fields.get("ignoreCase") {
            None => false,
            Some(Value::Bool(b)) => *b,
            Some(other) => return Err(wrong("ignoreCase", "true or false", other)),
        };
        let mut filters = Vec::new();
        for (key, value) in fields {
            if key != "column" && key != "ignoreCase" {
                filters.extend(conditions(name, key, value, ignore_case)?);
            }
        }
        match filters.len() {
            0 => Err(invalid(format!(
                "the filter on column `{name}` has no condition; give one of {FIELDS}"
            ))),
            1 => Ok(filters.swap_remove(0)),
            _ => Ok(Self::And(filters)),
        }
    }
}

fn conditions(name: &str, key: &str, value: &Value, ignore_case: bool) -> Result<Vec<Filter>> {
    let column = |op| Filter::Column {
        name: name.into(),
        op,
    };
    let folded = |before: &str, words: &[&str], after: &str| {
        let words: Vec<_> = words.iter().map(|word| regex::escape(word)).collect();
        pattern(&format!("(?i){before}(?:{}){after}", words.join("|")))
            .map(Op::Matches)
            .map_err(|_| invalid(format!("the filter's {key} is too long to ignore case")))
    };
    let compare = |accept: Accept| match value {
        Value::String(word) if ignore_case && accept.0 == EQ.0 => folded(r"\A", &[word], r"\z"),
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            Ok(Op::Compare(accept, value.clone()))
        }
        _ => Err(wrong(key, "a text, number or bool", value)),
    };
    let text = |kind| match value {
        Value::String(word) if ignore_case => match kind {
            Operand::Contains => folded("", &[word], ""),
            Operand::StartsWith => folded(r"\A", &[word], ""),
            Operand::EndsWith => folded("", &[word], r"\z"),
        },
        Value::String(word) => Ok(Op::Text(kind, word.clone())),
        _ => Err(wrong(key, "a text", value)),
    };
    let op = match (key, value) {
        ("eq", Value::Null) => Op::IsNull(true),
        ("ne", Value::Null) => Op::IsNull(false),
        ("eq", _) => compare(EQ)?,
        ("ne", _) => return Ok(vec![Filter::Not(Box::new(column(compare(EQ)?)))]),
        ("lt", _) => compare(LT)?,
        ("le", _) => compare(LE)?,
        ("gt", _) => compare(GT)?,
        ("ge", _) => compare(GE)?,
        ("between", Value::Array(pair)) if pair.len() == 2 => {
            let low = column(Op::Compare(GE, pair[0].clone()));
            return Ok(vec![low, column(Op::Compare(LE, pair[1].clone()))]);
        }
        ("between", _) => return Err(wrong(key, "[from, to], both included", value)),
        ("in", Value::Array(values)) => {
            let words: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            match words {
                Some(words) if ignore_case && !words.is_empty() => folded(r"\A", &words, r"\z")?,
                _ => Op::In(values.clone()),
            }
        }
        ("in", _) => return Err(wrong(key, "a list", value)),
        ("contains", _) => text(Operand::Contains)?,
        ("startsWith", _) => text(Operand::StartsWith)?,
        ("endsWith", _) => text(Operand::EndsWith)?,
        ("matches", Value::String(source)) => {
            let source = if ignore_case {
                format!("(?i){source}")
            } else {
                source.clone()
            };
            Op::Matches(pattern(&source).map_err(|error| {
                invalid(format!("the filter's pattern is not one that huntbook knows (there is no look-around, no back-reference and no \\p{{…}}; write ranges such as [а-я]): {error}"))
            })?)
        }
        ("matches", _) => return Err(wrong(key, "a pattern", value)),
        ("inNetwork", Value::String(one)) => Op::InNetwork(vec![network(one)?]),
        ("inNetwork", Value::Array(values)) => {
            let network = |value: &Value| match value {
                Value::String(text) => network(text),
                other => Err(wrong(key, "networks such as 10.0.0.0/8", other)),
            };
            Op::InNetwork(values.iter().map(network).collect::<Result<_>>()?)
        }
        ("inNetwork", _) => return Err(wrong(key, "a network or a list of networks", value)),
        ("isNull", Value::Bool(null)) => Op::IsNull(*null),
        ("isNull", _) => return Err(wrong(key, "true or false", value)),
        _ => {
            return Err(invalid(format!(
                "a filter has no field `{key}` (there are: column, {FIELDS})"
            )));
        }
    };
    Ok(vec![column(op)])
}

fn network(text: &str) -> Result<Network> {
    Network::parse(text).ok_or_else(|| {
        invalid(format!(
            "`{text}` is not a network; write it like 10.0.0.0/8 or 2001:db8::/32"
        ))
    })
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument(message)
}

fn wrong(key: &str, expected: &str, found: &Value) -> Error {
    invalid(format!(
        "the filter's {key} should be {expected}, but is {found}"
    ))
}

/// Reads an ISO 8601 date or time as nanoseconds since 1970; UTC without an offset.
pub(super) fn time_ns(text: &str) -> Result<i128> {
    read_time(text).ok_or_else(|| {
        invalid(format!(
            "`{text}` is not a time; write it like 2024-05-01 or 2024-05-01T12:00:00Z"
        ))
    })
}

fn read_time(text: &str) -> Option<i128> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, clock),
        None => (text, "00:00:00"),
    };
    let mut parts = date
        .splitn(3, '-')
        .map(|part| digits(part, if part.len() == 4 { 4 } else { 2 }));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let length = *lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if date.len() != 10 || !(1..=length).contains(&day) {
        return None;
    }
    let (clock, offset) = split_offset(clock)?;
    let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let mut parts = whole.splitn(3, ':').map(|part| digits(part, 2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    if hour > 23 || minute > 59 || second > 59 || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let nanos = digits(fraction, fraction.len())? * 10i64.pow(9 - fraction.len() as u32);
    // Days before the year, counted as if each year began in March.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day
            - 719_469;
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
}

/// A clock time without its offset, and the offset in minutes.
fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = clock.find(['+', '-']) else {
        return Some((clock, 0));
    };
    let (clock, offset) = clock.split_at(at);
    let (hours, minutes) = match &offset[1..] {
        hhmm if hhmm.len() == 4 && hhmm.is_ascii() => hhmm.split_at(2),
        offset => offset.split_once(':').unwrap_or((offset, "00")),
    };
    let minutes = digits(hours, 2)? * 60 + digits(minutes, 2)?;
    Some((
        clock,
        if offset.starts_with('-') {
            -minutes
        } else {
            minutes
        },
    ))
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let all = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok())?
}
