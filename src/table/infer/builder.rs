//! One column while its file is read.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::NullBufferBuilder;

use super::number::{EXACT, int_at, parse_bool, parse_float};
use super::texts::{Texts, unescape_quotes};
use super::{Field, note_times};
use crate::Result;
use crate::table::Report;
use crate::table::time::TimeReader;

/// A column that grows by parts; see [`super`].
#[derive(Debug)]
pub(crate) struct Builder {
    name: String,
    /// How many rows there will be, about.
    capacity: usize,
    rows: usize,
    nulls: NullBufferBuilder,
    values: Values,
    late: bool,
}

#[derive(Debug)]
enum Values {
    /// No value yet.
    Absent,
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Time(Vec<i64>, TimeReader),
    Text(Texts),
    /// Text, though the rows so far were taken for something else.
    Late,
}

impl Builder {
    /// `capacity`: how many rows there will be, about.
    pub(crate) fn new(name: &str, capacity: usize) -> Self {
        Self {
            name: name.into(),
            capacity,
            rows: 0,
            nulls: NullBufferBuilder::new(capacity),
            values: Values::Absent,
            late: false,
        }
    }

    /// Corrects what [`Builder::new`] was told; takes effect on a column whose
    /// type is not known yet.
    pub(crate) fn expect_rows(&mut self, capacity: usize) {
        self.capacity = capacity;
    }

    /// Whether the column turned out to be text after other values had been
    /// taken for something else.
    pub(crate) fn is_late(&self) -> bool {
        self.late
    }

    /// Empties the column if it is late: all values have to be fed again.
    pub(crate) fn restart_if_late(&mut self) {
        if self.late {
            self.nulls = NullBufferBuilder::new(self.rows);
            self.values = Values::Text(Texts::with_capacity(self.rows, 0));
            self.rows = 0;
        }
    }

    /// Adds the values of the next rows.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` if its text is longer than 2 GiB.
    pub(crate) fn push(&mut self, source: &[u8], fields: &[Field]) -> Result<()> {
        let absent = fields.iter().filter(|field| field.is_absent()).count();
        if absent == 0 {
            self.nulls.append_n_non_nulls(fields.len());
        } else if absent == fields.len() {
            self.nulls.append_n_nulls(absent);
        } else {
            fields
                .iter()
                .for_each(|field| self.nulls.append(!field.is_absent()));
        }
        if absent < fields.len() && matches!(self.values, Values::Absent) {
            self.choose(source, fields)?;
        } else if !self.push_values(source, fields)? {
            self.widen(source, fields)?;
        }
        self.rows += fields.len();
        Ok(())
    }

    /// Takes the first type that all of `fields` have.
    fn choose(&mut self, source: &[u8], fields: &[Field]) -> Result<()> {
        let (rows, capacity) = (self.rows, self.capacity.max(self.rows + fields.len()));
        for kind in 0.. {
            // Rows before are absent, and take up space like any other.
            self.values = match kind {
                0 => Values::Int(filled(rows, capacity)),
                1 => Values::Float(filled(rows, capacity)),
                2 => Values::Bool(filled(rows, capacity)),
                3 => Values::Time(filled(rows, capacity), TimeReader::default()),
                _ => {
                    let bytes: usize = fields.iter().map(Field::len).sum();
                    let each = bytes as f64 / fields.len() as f64;
                    let bytes = (each * (capacity - rows) as f64 * 1.02) as usize;
                    let mut texts = Texts::with_capacity(capacity, bytes);
                    texts.push_empty(rows);
                    Values::Text(texts)
                }
            };
            if self.push_values(source, fields)? {
                break;
            }
        }
        Ok(())
    }

    /// Adds values if all have the column's type; else the column is to be
    /// changed, and may hold some of them.
    fn push_values(&mut self, source: &[u8], fields: &[Field]) -> Result<bool> {
        let end = self.rows + fields.len();
        let text = |field: &Field| &source[field.start()..field.start() + field.len()];
        Ok(match &mut self.values {
            Values::Absent | Values::Late => true,
            Values::Int(values) => fill(values, end, fields, |field| {
                int_at(source, field.start(), field.len())
            }),
            Values::Float(values) => fill(values, end, fields, |field| parse_float(text(field))),
            Values::Bool(values) => fill(values, end, fields, |field| parse_bool(text(field))),
            Values::Time(values, times) => {
                fill(values, end, fields, |field| times.read(text(field)))
            }
            Values::Text(texts) => {
                texts.push(&self.name, source, fields, unescape_quotes)?;
                true
            }
        })
    }

    /// Makes the column of a type that takes `fields` too, which it did not.
    fn widen(&mut self, source: &[u8], fields: &[Field]) -> Result<()> {
        if let Values::Int(values) = &mut self.values {
            values.truncate(self.rows);
            if values.iter().all(|value| value.unsigned_abs() <= EXACT) {
                let mut floats = filled(0, self.capacity.max(values.len()));
                floats.extend(values.iter().map(|&value| value as f64));
                self.values = Values::Float(floats);
                if self.push_values(source, fields)? {
                    return Ok(());
                }
            }
        }
        self.values = Values::Late;
        self.late = true;
        Ok(())
    }

    pub(crate) fn finish(mut self, report: &mut Report) -> Result<ArrayRef> {
        let nulls = self.nulls.finish();
        Ok(match self.values {
            Values::Absent | Values::Late => Arc::new(StringArray::new_null(self.rows)),
            Values::Int(values) => Arc::new(Int64Array::new(values.into(), nulls)),
            Values::Float(values) => Arc::new(Float64Array::new(values.into(), nulls)),
            Values::Bool(values) => Arc::new(BooleanArray::new(values.into(), nulls)),
            Values::Time(values, times) => {
                note_times(&self.name, &times, report);
                Arc::new(TimestampMicrosecondArray::new(values.into(), nulls).with_timezone("UTC"))
            }
            Values::Text(texts) => Arc::new(texts.finish(nulls)?),
        })
    }
}

/// A vector of `rows` defaults with room for `capacity`.
fn filled<T: Clone + Default>(rows: usize, capacity: usize) -> Vec<T> {
    let mut values = Vec::with_capacity(capacity);
    values.resize(rows, T::default());
    values
}

/// Appends what `parse` makes of each field, absent ones as the default, up to
/// `end` values; `false` if it makes nothing of one.
fn fill<T: Clone + Default>(
    values: &mut Vec<T>,
    end: usize,
    fields: &[Field],
    mut parse: impl FnMut(&Field) -> Option<T>,
) -> bool {
    let start = end - fields.len();
    values.resize(end, T::default());
    for (field, value) in fields.iter().zip(&mut values[start..]) {
        if field.is_absent() {
            continue;
        }
        match parse(field) {
            Some(parsed) => *value = parsed,
            None => return false,
        }
    }
    true
}
