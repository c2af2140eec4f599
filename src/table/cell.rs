//! The kinds of values that columns hold: writing, filtering and sorting know
//! these sixteen instead of forty Arrow types.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_buffer::i256;
use arrow_schema::{DataType, TimeUnit};

use super::column::Column;

/// One value, borrowed from its column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float32(f32),
    Float(f64),
    /// An unscaled number and its number of decimal places.
    Decimal(i256, i8),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// Time since 1970, and whether it is an instant (UTC) or a wall-clock time.
    Timestamp(i64, TimeUnit, bool),
    /// Days since 1970.
    Date(i64),
    /// Time since midnight.
    Time(i64, TimeUnit),
    Duration(i64, TimeUnit),
    /// Months, days and nanoseconds.
    Interval(i64, i64, i64),
    /// Rows of a child column.
    List(&'a Column<'a>, usize, usize),
    /// One row of named child columns.
    Struct(&'a [(&'a str, Column<'a>)], usize),
    /// Rows of a column of keys and one of values.
    Map(&'a [(&'a str, Column<'a>)], usize, usize),
}

impl Cell<'_> {
    /// A number as a float, rounded where a float cannot hold it.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        Some(match *self {
            Self::Int(n) => n as f64,
            Self::UInt(n) => n as f64,
            Self::Float32(n) => f64::from(n),
            Self::Float(n) => n,
            Self::Decimal(n, scale) => n.to_i128()? as f64 / 10f64.powi(i32::from(scale)),
            _ => return None,
        })
    }

    /// The same, but -0 is 0.
    pub(crate) fn without_sign_of_zero(self) -> Self {
        match self {
            Self::Float32(n) => Self::Float32(n + 0.0),
            Self::Float(n) => Self::Float(n + 0.0),
            other => other,
        }
    }

    /// A point in time, in nanoseconds since 1970 (UTC).
    pub(crate) fn time_ns(&self) -> Option<i128> {
        Some(match *self {
            Self::Timestamp(ticks, unit, _) => i128::from(ticks) * i128::from(nanos_in(unit)),
            Self::Date(days) => i128::from(days) * 86_400_000_000_000,
            _ => return None,
        })
    }
}

/// Nanoseconds in one tick of `unit`.
pub(crate) fn nanos_in(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1000,
        TimeUnit::Nanosecond => 1,
    }
}

/// Integers of any width that an `i64` holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Integers<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    /// Only for dictionary keys, which are below the number of values.
    U64(&'a [u64]),
}

impl<'a> Integers<'a> {
    /// `array` as integers; `None` if it holds something else.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int8 => Self::I8(values::<Int8Type>(array)),
            DataType::Int16 => Self::I16(values::<Int16Type>(array)),
            DataType::Int32 => Self::I32(values::<Int32Type>(array)),
            DataType::Int64 => Self::I64(values::<Int64Type>(array)),
            DataType::UInt8 => Self::U8(values::<UInt8Type>(array)),
            DataType::UInt16 => Self::U16(values::<UInt16Type>(array)),
            DataType::UInt32 => Self::U32(values::<UInt32Type>(array)),
            DataType::UInt64 => Self::U64(values::<UInt64Type>(array)),
            _ => return None,
        })
    }

    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Self::I8(v) => v[row].into(),
            Self::I16(v) => v[row].into(),
            Self::I32(v) => v[row].into(),
            Self::I64(v) => v[row],
            Self::U8(v) => v[row].into(),
            Self::U16(v) => v[row].into(),
            Self::U32(v) => v[row].into(),
            Self::U64(v) => v[row] as i64,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::I8(v) => v.len(),
            Self::I16(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::U64(v) => v.len(),
        }
    }
}

pub(crate) fn values<T: ArrowPrimitiveType>(array: &dyn Array) -> &[T::Native] {
    array.as_primitive::<T>().values()
}
