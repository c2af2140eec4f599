//! Typed access to columns, whatever Arrow type they are stored in.
//!
//! Readers make few types, but tables from other libraries come with 32-bit
//! integers, dictionaries, large offsets, other time units. A step asks for
//! what it needs (`text`, `time_us`, `f64`, `i64`) and gets it, without a copy
//! where the stored type is the one asked for.

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{
    Array, Float64Array, Int64Array, LargeStringArray, StringArray, StringViewArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;

use super::cell::{Cell, Integers};
use super::column::Column;
use super::types::type_name;
use crate::{Error, Result, Table};

/// A text column; reads `Utf8`, `LargeUtf8`, `Utf8View` and dictionaries of them.
#[derive(Debug, Clone)]
pub struct TextColumn<'a>(Text<'a>);

#[derive(Debug, Clone)]
enum Text<'a> {
    Utf8(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    Dictionary {
        keys: Integers<'a>,
        nulls: Option<&'a NullBuffer>,
        values: Box<TextColumn<'a>>,
    },
}

impl<'a> TextColumn<'a> {
    /// `array` as text; `None` if it holds something else.
    pub fn of(array: &'a dyn Array) -> Option<Self> {
        Some(Self(match array.data_type() {
            DataType::Utf8 => Text::Utf8(array.as_string()),
            DataType::LargeUtf8 => Text::Large(array.as_string()),
            DataType::Utf8View => Text::View(array.as_string_view()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary_opt()?;
                Text::Dictionary {
                    keys: Integers::of(dictionary.keys())?,
                    nulls: dictionary.keys().nulls(),
                    values: Box::new(Self::of(dictionary.values().as_ref())?),
                }
            }
            _ => return None,
        }))
    }

    /// The text in `row`, or `None` where it is absent.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a str> {
        match &self.0 {
            Text::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Text::Large(array) => array.is_valid(row).then(|| array.value(row)),
            Text::View(array) => array.is_valid(row).then(|| array.value(row)),
            Text::Dictionary {
                keys,
                nulls,
                values,
            } => {
                let valid = nulls.is_none_or(|nulls| nulls.is_valid(row));
                valid.then(|| values.get(keys.get(row) as usize))?
            }
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Text::Utf8(array) => array.len(),
            Text::Large(array) => array.len(),
            Text::View(array) => array.len(),
            Text::Dictionary { keys, .. } => keys.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of each row.
    pub fn iter(&self) -> impl Iterator<Item = Option<&'a str>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl Table {
    /// The text column `name`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, or `ColumnType` if it does not hold text.
    pub fn text(&self, name: &str) -> Result<TextColumn<'_>> {
        let column = self.column(name)?;
        TextColumn::of(column.as_ref()).ok_or_else(|| self.wrong_type(name, "text"))
    }

    /// The time column `name` in microseconds since 1970 (UTC); dates count from midnight.
    ///
    /// Free if it is stored so, else a copy; finer units are cut towards the past.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, or `ColumnType` if it does not hold times; `InvalidArgument`
    /// for a time more than 292,000 years from 1970.
    pub fn time_us(&self, name: &str) -> Result<TimestampMicrosecondArray> {
        let array = self.column(name)?;
        if let Some(times) = array.as_primitive_opt::<TimestampMicrosecondType>() {
            return Ok(times.clone());
        }
        let column = Column::of(array.as_ref());
        (0..array.len())
            .map(|row| match column.get(row) {
                Cell::Null => Ok(None),
                cell => match cell.time_ns() {
                    None => Err(self.wrong_type(name, "times")),
                    Some(ns) => i64::try_from(ns.div_euclid(1000))
                        .map(Some)
                        .map_err(|_| out_of_range(name, row, "microseconds")),
                },
            })
            .collect()
    }

    /// The numeric column `name` as floats; integers beyond 2^53 are rounded.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, or `ColumnType` if it does not hold numbers.
    pub fn f64(&self, name: &str) -> Result<Float64Array> {
        let array = self.column(name)?;
        if let Some(floats) = array.as_primitive_opt() {
            return Ok(floats.clone());
        }
        let column = Column::of(array.as_ref());
        (0..array.len())
            .map(|row| match column.get(row) {
                Cell::Null => Ok(None),
                cell => match cell.as_f64() {
                    None => Err(self.wrong_type(name, "numbers")),
                    some => Ok(some),
                },
            })
            .collect()
    }

    /// The integer column `name`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, or `ColumnType` if it does not hold integers;
    /// `InvalidArgument` for an unsigned number of 2^63 or more.
    pub fn i64(&self, name: &str) -> Result<Int64Array> {
        let array = self.column(name)?;
        if let Some(integers) = array.as_primitive_opt() {
            return Ok(integers.clone());
        }
        let column = Column::of(array.as_ref());
        (0..array.len())
            .map(|row| match column.get(row) {
                Cell::Null => Ok(None),
                Cell::Int(n) => Ok(Some(n)),
                Cell::UInt(n) => i64::try_from(n)
                    .map(Some)
                    .map_err(|_| out_of_range(name, row, "a 64-bit integer")),
                _ => Err(self.wrong_type(name, "integers")),
            })
            .collect()
    }

    /// The error for a column that holds another type than `expected`.
    pub(crate) fn wrong_type(&self, name: &str, expected: &'static str) -> Error {
        let found = self
            .column(name)
            .map(|column| type_name(column.data_type()));
        Error::ColumnType {
            name: name.into(),
            expected,
            found: found.unwrap_or_else(|_| "absent".into()),
        }
    }
}

fn out_of_range(name: &str, row: usize, what: &str) -> Error {
    Error::InvalidArgument(format!(
        "column `{name}`, row {}: the value does not fit {what}; filter such rows out first",
        row + 1
    ))
}
