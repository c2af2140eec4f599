//! Columns of Python objects: a type for each, or text if they are of several.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, DurationMicrosecondArray, Float64Array, Int64Array,
    TimestampMicrosecondArray,
};
use arrow_schema::TimeUnit;

use super::names::Name;
use super::ndarray::Item;
use super::value::{Node, Object, Value};
use super::zone::Unit;
use super::{MAX_DEPTH, Reader, damaged, unsupported};
use crate::table::cell::Cell;
use crate::table::format;
use crate::{Error, Place, Result};

/// A Python value, in the terms of a table.
#[derive(Debug)]
pub(super) enum Scalar<'p> {
    Null,
    Bool(bool),
    Int(i64),
    /// The digits of an integer that no `i64` holds.
    Wide(String),
    Float(f64),
    Text(Cow<'p, str>),
    Bytes(Cow<'p, [u8]>),
    /// Microseconds since 1970, UTC.
    Time(i64),
    /// A day as such microseconds.
    Date(i64),
    /// Microseconds since midnight.
    Clock(i64),
    /// Microseconds.
    Delta(i64),
    /// What Python's `str()` gives: a UUID, an address, a decimal.
    Other(String),
    /// A list, dict, set or array.
    Nested(Value<'p>),
}

const BOOL: u16 = 1;
const INT: u16 = 2;
const FLOAT: u16 = 4;
const TEXT: u16 = 8;
const BYTES: u16 = 16;
const TIME: u16 = 32;
const DELTA: u16 = 64;
const MIXED: u16 = 128;

impl Scalar<'_> {
    fn kind(&self) -> u16 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => BOOL,
            Self::Int(_) => INT,
            Self::Float(_) => FLOAT,
            Self::Text(_) => TEXT,
            Self::Bytes(_) => BYTES,
            Self::Time(_) | Self::Date(_) => TIME,
            Self::Delta(_) => DELTA,
            Self::Wide(_) | Self::Clock(_) | Self::Other(_) | Self::Nested(_) => MIXED,
        }
    }

    /// As a cell of a table, which knows how it is written. `Nested` has none.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null | Self::Nested(_) => Cell::Null,
            Self::Bool(value) => Cell::Bool(*value),
            Self::Int(value) => Cell::Int(*value),
            Self::Float(value) => Cell::Float(*value),
            Self::Wide(text) | Self::Other(text) => Cell::Text(text),
            Self::Text(text) => Cell::Text(text),
            Self::Bytes(bytes) => Cell::Bytes(bytes),
            Self::Time(micros) => Cell::Timestamp(*micros, TimeUnit::Microsecond, true),
            Self::Date(micros) => Cell::Date(micros.div_euclid(86_400_000_000)),
            Self::Clock(micros) => Cell::Time(*micros, TimeUnit::Microsecond),
            Self::Delta(micros) => Cell::Duration(*micros, TimeUnit::Microsecond),
        }
    }
}

impl<'p> Reader<'p> {
    /// A column of these values.
    pub(super) fn objects(&mut self, values: &[Value<'p>]) -> Result<ArrayRef> {
        let (mut scalars, mut kinds) = (Vec::with_capacity(values.len()), 0);
        for &value in values {
            let scalar = self.scalar(value, 0)?;
            kinds |= scalar.kind();
            scalars.push(scalar);
        }
        // 2⁵³ and below, a float holds every integer.
        let are_exact = || {
            scalars
                .iter()
                .all(|scalar| !matches!(scalar, Scalar::Int(n) if n.unsigned_abs() > 1 << 53))
        };
        Ok(match kinds {
            BOOL => Arc::new(
                column(&scalars, |s| match s {
                    Scalar::Bool(value) => Some(*value),
                    _ => None,
                })
                .collect::<BooleanArray>(),
            ),
            INT => Arc::new(
                column(&scalars, |s| match s {
                    Scalar::Int(value) => Some(*value),
                    _ => None,
                })
                .collect::<Int64Array>(),
            ),
            FLOAT => Arc::new(column(&scalars, float).collect::<Float64Array>()),
            kinds if kinds == INT | FLOAT && are_exact() => {
                Arc::new(column(&scalars, float).collect::<Float64Array>())
            }
            TIME => {
                let times = column(&scalars, |s| match s {
                    Scalar::Time(micros) | Scalar::Date(micros) => Some(*micros),
                    _ => None,
                });
                Arc::new(
                    times
                        .collect::<TimestampMicrosecondArray>()
                        .with_timezone("UTC"),
                )
            }
            DELTA => Arc::new(
                column(&scalars, |s| match s {
                    Scalar::Delta(micros) => Some(*micros),
                    _ => None,
                })
                .collect::<DurationMicrosecondArray>(),
            ),
            BYTES => self.binary(&scalars)?,
            _ => self.text_column(&scalars)?,
        })
    }

    fn binary(&mut self, scalars: &[Scalar<'p>]) -> Result<ArrayRef> {
        let (mut builder, mut total) = (BinaryBuilder::new(), 0);
        for scalar in scalars {
            match scalar {
                Scalar::Bytes(bytes) => {
                    self.pay_text(bytes.len(), &mut total)?;
                    builder.append_value(bytes);
                }
                _ => builder.append_null(),
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    fn text_column(&mut self, scalars: &[Scalar<'p>]) -> Result<ArrayRef> {
        let (mut builder, mut total) = (StringBuilder::new(), 0);
        let mut buffer = Vec::new();
        for scalar in scalars {
            buffer.clear();
            match scalar {
                Scalar::Null => {
                    builder.append_null();
                    continue;
                }
                Scalar::Text(text) => {
                    self.pay_text(text.len(), &mut total)?;
                    builder.append_value(text);
                    continue;
                }
                Scalar::Nested(value) => self.json(*value, 0, &mut buffer)?,
                plain => format::write_text(&plain.cell(), &mut buffer),
            }
            self.pay_text(buffer.len(), &mut total)?;
            builder.append_value(String::from_utf8_lossy(&buffer));
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Pays for `length` more bytes of a column's text, of which there can be 2 GiB.
    pub(super) fn pay_text(&mut self, length: usize, total: &mut usize) -> Result<()> {
        self.budget.spend(length)?;
        *total += length;
        if i32::try_from(*total).is_err() {
            return Err(Error::LimitExceeded {
                place: Place::default(),
                problem: "more than 2 GiB of text in a column".into(),
                advice: "write the frame in parts".into(),
            });
        }
        Ok(())
    }

    /// What `value` is, paid for if it is a copy; `depth` counts scalars in scalars.
    pub(super) fn scalar(&mut self, value: Value<'p>, depth: usize) -> Result<Scalar<'p>> {
        let scalar = self.unpaid_scalar(value, depth)?;
        match &scalar {
            Scalar::Wide(text) | Scalar::Other(text) | Scalar::Text(Cow::Owned(text)) => {
                self.budget.spend(text.len())?;
            }
            Scalar::Bytes(Cow::Owned(bytes)) => self.budget.spend(bytes.len())?,
            _ => {}
        }
        Ok(scalar)
    }

    fn unpaid_scalar(&mut self, value: Value<'p>, depth: usize) -> Result<Scalar<'p>> {
        Ok(match value {
            Value::None | Value::Name(Name::Na) => Scalar::Null,
            Value::Bool(value) => Scalar::Bool(value),
            Value::Int(value) => Scalar::Int(value),
            Value::Long(bytes) => Scalar::Wide(decimal(bytes)),
            Value::Float(value) if value.is_nan() => Scalar::Null,
            Value::Float(value) => Scalar::Float(value),
            Value::Text(text) => Scalar::Text(text.into()),
            Value::Bytes(bytes) => Scalar::Bytes(bytes.into()),
            Value::Name(_) => return Err(self.no_value(value)),
            Value::Node(_) => match self.pickle.node(value) {
                Some(Node::Mended(text)) => Scalar::Text(text.into()),
                Some(Node::Object(object)) => self.object_scalar(value, object, depth)?,
                Some(_) => Scalar::Nested(value),
                None => Scalar::Null,
            },
        })
    }

    fn object_scalar(
        &mut self,
        value: Value<'p>,
        object: &'p Object<'p>,
        depth: usize,
    ) -> Result<Scalar<'p>> {
        let pickle = self.pickle;
        let first = pickle.arg(object, 0).unwrap_or(Value::None);
        Ok(match object.class {
            Name::Set
            | Name::Mapping
            | Name::Deque
            | Name::FrozenList
            | Name::Reconstruct
            | Name::FromBuffer => Scalar::Nested(value),
            Name::Encode | Name::ByteArray => Scalar::Bytes(self.raw(value)?),
            Name::NaT => Scalar::Null,
            Name::Timestamp => self
                .pandas_time(object, 3)?
                .map_or(Scalar::Null, Scalar::Time),
            Name::Timedelta => self
                .pandas_time(object, 1)?
                .map_or(Scalar::Null, Scalar::Delta),
            Name::DateTime => match self.datetime(object)? {
                (micros, None) => Scalar::Time(micros),
                (micros, Some(zone)) => Scalar::Other(by_the_clock_of(&zone, micros)),
            },
            Name::Date => Scalar::Date(self.date(object)?),
            Name::Time => Scalar::Clock(self.clock(object)?),
            Name::TimeDelta => Scalar::Delta(self.timedelta(object)?),
            Name::Decimal => match pickle.text(first) {
                Some("NaN" | "sNaN") => Scalar::Null,
                Some(text) => Scalar::Other(text.into()),
                None => return Err(damaged("a decimal has no digits")),
            },
            Name::Uuid => {
                let number = pickle.field(object.state, "int").and_then(unsigned);
                Scalar::Other(uuid(number.ok_or_else(|| damaged("a UUID has no number"))?))
            }
            Name::Ipv4 | Name::Ipv6 | Name::Network => Scalar::Other(self.address(object, first)?),
            Name::Complex => match pickle.args(object) {
                &[Value::Float(real), Value::Float(imaginary)] => {
                    Scalar::Other(format!("({real}{imaginary:+}j)"))
                }
                _ => return Err(damaged("a complex number lacks a part")),
            },
            Name::Interval => Scalar::Other(self.interval(object, depth)?),
            Name::Scalar => match self.numpy_scalar(object)? {
                Some(array) => self.item(array.get(&[0]), depth)?,
                None if depth < MAX_DEPTH => {
                    let inner = pickle.arg(object, 1).unwrap_or(Value::None);
                    self.scalar(inner, depth + 1)?
                }
                None => return Err(damaged("a scalar holds itself")),
            },
            _ => return Err(self.no_value(value)),
        })
    }

    /// An item of a numpy array.
    pub(super) fn item<'a>(&mut self, item: Item<'p, 'a>, depth: usize) -> Result<Scalar<'p>> {
        Ok(match item {
            Item::Bool(value) => Scalar::Bool(value),
            Item::Int(value) => Scalar::Int(value),
            Item::Uint(value) => match i64::try_from(value) {
                Ok(value) => Scalar::Int(value),
                Err(_) => Scalar::Wide(value.to_string()),
            },
            Item::Float(value) if value.is_nan() => Scalar::Null,
            Item::Float(value) => Scalar::Float(value),
            Item::Text(text) => Scalar::Text(text.into()),
            Item::Bytes(bytes) => Scalar::Bytes(bytes.to_vec().into()),
            Item::Time(ticks, unit) => self.ticks(ticks, unit).map_or(Scalar::Null, Scalar::Time),
            Item::Delta(ticks, unit) => self.ticks(ticks, unit).map_or(Scalar::Null, Scalar::Delta),
            Item::Value(_) if depth >= MAX_DEPTH => return Err(damaged("a scalar holds itself")),
            Item::Value(value) => self.scalar(value, depth + 1)?,
        })
    }

    /// `Timestamp(ticks, …)` or `Timedelta(ticks, …)` in microseconds; the number
    /// of their unit is the argument at `unit` since pandas 2, nanoseconds before.
    fn pandas_time(&mut self, object: &Object<'p>, unit: usize) -> Result<Option<i64>> {
        let wrong = || damaged("a time of pandas' is no number");
        let args = self.pickle.args(object);
        let unit = match args.get(unit) {
            None => Unit::Nano,
            Some(Value::Int(number)) => Unit::numbered(*number).ok_or_else(wrong)?,
            Some(_) => return Err(wrong()),
        };
        match args.first() {
            Some(&Value::Int(ticks)) => Ok(self.ticks(ticks, unit)),
            _ => Err(wrong()),
        }
    }

    fn address(&self, object: &Object<'p>, first: Value<'p>) -> Result<String> {
        let number = unsigned(first);
        let address = match (object.class, self.pickle.text(first), number) {
            (_, Some(text), _) => Some(text.to_string()),
            (Name::Ipv4, _, Some(number)) => u32::try_from(number)
                .ok()
                .map(|n| Ipv4Addr::from(n).to_string()),
            (Name::Ipv6, _, Some(number)) => Some(Ipv6Addr::from(number).to_string()),
            _ => None,
        };
        address.ok_or_else(|| damaged("an address is none"))
    }

    fn interval(&mut self, object: &Object<'p>, depth: usize) -> Result<String> {
        let &[left, right, closed] = self.pickle.args(object) else {
            return Err(damaged("an interval lacks its ends"));
        };
        if depth >= MAX_DEPTH {
            return Err(damaged("an interval holds itself"));
        }
        let closed = self.pickle.text(closed).unwrap_or("right").to_string();
        let (left, right) = (
            self.scalar(left, MAX_DEPTH)?,
            self.scalar(right, MAX_DEPTH)?,
        );
        Ok(interval_text(&left.cell(), &right.cell(), &closed))
    }

    /// The error for a value that no cell can hold.
    pub(super) fn no_value(&self, value: Value<'p>) -> Error {
        unsupported(
            format!(
                "it holds a `{}`, which is no plain value",
                self.pickle.type_name(value)
            ),
            "turn the column into text with astype(str), and write the frame again",
        )
    }
}

fn column<'a, 'p, T: 'a>(
    scalars: &'a [Scalar<'p>],
    value: impl Fn(&Scalar<'p>) -> Option<T> + 'a,
) -> impl Iterator<Item = Option<T>> {
    scalars.iter().map(value)
}

fn float(scalar: &Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Float(value) => Some(*value),
        Scalar::Int(value) => Some(*value as f64),
        _ => None,
    }
}

/// As pandas writes intervals: `(0, 1]`.
pub(super) fn interval_text(left: &Cell<'_>, right: &Cell<'_>, closed: &str) -> String {
    let mut text = Vec::new();
    text.push(if matches!(closed, "left" | "both") {
        b'['
    } else {
        b'('
    });
    format::write_text(left, &mut text);
    text.extend_from_slice(b", ");
    format::write_text(right, &mut text);
    text.push(if matches!(closed, "right" | "both") {
        b']'
    } else {
        b')'
    });
    String::from_utf8_lossy(&text).into_owned()
}

fn by_the_clock_of(zone: &str, micros: i64) -> String {
    let mut text = Vec::new();
    let cell = Cell::Timestamp(micros, TimeUnit::Microsecond, false);
    format::write_text(&cell, &mut text);
    format!("{} {zone}", String::from_utf8_lossy(&text))
}

/// An integer of up to 128 bits that is not negative.
fn unsigned(value: Value<'_>) -> Option<u128> {
    match value {
        Value::Int(value) => u128::try_from(value).ok(),
        Value::Long(bytes) => {
            let (low, high) = bytes.split_at(bytes.len().min(16));
            let mut all = [0; 16];
            all[..low.len()].copy_from_slice(low);
            let fits =
                bytes.last().is_some_and(|&byte| byte < 0x80) && high.iter().all(|&byte| byte == 0);
            fits.then(|| u128::from_le_bytes(all))
        }
        _ => None,
    }
}

fn uuid(number: u128) -> String {
    let hex = format!("{number:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// The digits of an integer: two's complement, lowest byte first.
fn decimal(bytes: &[u8]) -> String {
    const BASE: u64 = 1_000_000_000;
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let mut carry = u16::from(negative);
    let magnitude = bytes.iter().map(|&byte| {
        // Of a negative one: every bit turned over, and one added.
        let byte = u16::from(if negative { !byte } else { byte }) + carry;
        carry = byte >> 8;
        byte as u8
    });
    let magnitude: Vec<u8> = magnitude.collect();
    let mut limbs = vec![0u64];
    for word in magnitude.chunks(4).rev() {
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        let mut carry = u64::from(u32::from_le_bytes(bytes));
        for limb in &mut limbs {
            let value = *limb << 32 | carry;
            (*limb, carry) = (value % BASE, value / BASE);
        }
        while carry > 0 {
            limbs.push(carry % BASE);
            carry /= BASE;
        }
    }
    let mut text = String::from(if negative { "-" } else { "" });
    for (i, limb) in limbs.iter().rev().enumerate() {
        text += &if i == 0 {
            limb.to_string()
        } else {
            format!("{limb:09}")
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_any_length_have_their_digits() {
        for (bytes, expected) in [
            (&[0, 0, 0, 0, 0, 0, 0, 0x80, 0][..], "9223372036854775808"),
            (
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff],
                "-9223372036854775809",
            ),
            (&[0, 0, 0, 0, 0, 0, 0, 0, 0x80], "-2361183241434822606848"),
            (&[0; 9], "0"),
        ] {
            assert_eq!(decimal(bytes), expected, "{bytes:?}");
        }
    }
}
