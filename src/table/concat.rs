//! One table under another.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, Float64Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt32Array,
    new_null_array,
};
use arrow_schema::{DataType, Field, FieldRef, Schema, TimeUnit};

use super::cell::{Cell, Integers, nanos_in};
use super::column::{Column, runs};
use super::format::write_text;
use super::kernels::{stack, take};
use super::report::Report;
use crate::{Result, Table};

impl Table {
    /// The rows of this table, then those of `other`, with the columns of both:
    /// this table's, then those that only `other` has. Where a table lacks a
    /// column its rows are absent there.
    ///
    /// A column that has different types becomes, without losing a value:
    ///
    /// | types | result |
    /// | --- | --- |
    /// | the same, also if stored differently (dictionary, large text) | that type |
    /// | one has only absent values | the other |
    /// | integers | int64, if all fit |
    /// | integers and floats | float64, if it holds every integer exactly |
    /// | timestamps of different unit or zone | the finer unit, UTC, if all fit |
    /// | anything else | text, as CSV writes it |
    pub fn concat(&self, other: &Self) -> Result<Self> {
        let (schema, other_schema) = (self.batch().schema_ref(), other.batch().schema_ref());
        let mut fields: Vec<FieldRef> = Vec::new();
        let mut columns = Vec::new();
        for (field, column) in schema.fields().iter().zip(self.batch().columns()) {
            let below = match other.batch().column_by_name(field.name()) {
                Some(below) => below.clone(),
                None => new_null_array(column.data_type(), other.num_rows()),
            };
            let column = join(column, &below)?;
            fields.push(retyped(field, &column));
            columns.push(column);
        }
        for (field, column) in other_schema.fields().iter().zip(other.batch().columns()) {
            if schema.index_of(field.name()).is_err() {
                let column = plain(column)?;
                let above = new_null_array(column.data_type(), self.num_rows());
                let column = join(&above, &column)?;
                fields.push(retyped(field, &column));
                columns.push(column);
            }
        }
        let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
        let table = Self::from_parts(Arc::new(schema), columns)?;
        match (self.report(), other.report()) {
            (a, None) => a.map_or(Ok(table.clone()), |a| table.with_report(&a)),
            (None, Some(b)) => table.with_report(&b),
            (Some(a), Some(b)) => table.with_report(&merge(a, b)),
        }
    }
}

impl Table {
    /// [`Table::concat`] of all, in order, in time that grows with n·log n of the
    /// number of tables. No tables give a table without columns.
    pub fn concat_all(mut tables: Vec<Self>) -> Result<Self> {
        if tables.is_empty() {
            return Self::new(vec![]);
        }
        while tables.len() > 1 {
            let pairs = tables.chunks(2).map(|pair| match pair {
                [above, below] => above.concat(below),
                alone => Ok(alone[0].clone()),
            });
            tables = pairs.collect::<Result<_>>()?;
        }
        Ok(tables.swap_remove(0))
    }
}

fn retyped(field: &FieldRef, column: &ArrayRef) -> FieldRef {
    let field = Field::new(field.name(), column.data_type().clone(), true)
        .with_metadata(field.metadata().clone());
    Arc::new(field)
}

fn merge(a: Report, b: Report) -> Report {
    let with_file = |report: &Report| {
        let mut rows = report.bad_rows.clone();
        for row in &mut rows {
            row.file = row.file.take().or_else(|| report.name.clone());
        }
        rows
    };
    let mut bad_rows = with_file(&a);
    bad_rows.extend(with_file(&b));
    bad_rows.truncate(10);
    let mut notes = a.notes;
    notes.extend(b.notes);
    notes.dedup();
    Report {
        name: a.name.or(b.name),
        skipped_rows: a.skipped_rows.saturating_add(b.skipped_rows),
        bad_rows,
        notes,
        format: a.format,
        encoding: a.encoding,
        partial: a.partial || b.partial,
    }
}

/// `column` without dictionary or run-end encoding.
pub(super) fn plain(column: &ArrayRef) -> Result<ArrayRef> {
    match column.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let values = plain(dictionary.values())?;
            let keys = dictionary.keys();
            let rows: UInt32Array = match Integers::of(keys) {
                Some(rows) => (0..keys.len())
                    .map(|row| keys.is_valid(row).then(|| rows.get(row) as u32))
                    .collect(),
                None => return Ok(column.clone()),
            };
            take(values.as_ref(), &rows)
        }
        DataType::RunEndEncoded(..) => match runs(column.as_ref()) {
            Some((rows, values)) => {
                let values = plain(values)?;
                let rows = UInt32Array::from(rows);
                take(values.as_ref(), &rows)
            }
            None => Ok(column.clone()),
        },
        _ => Ok(column.clone()),
    }
}

/// The columns of `batches`, which have one schema, one under another. Columns
/// whose dictionaries do not fit together lose their encoding.
pub(super) fn stack_batches(schema: &Schema, batches: &[RecordBatch]) -> Result<Table> {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (i, field) in schema.fields().iter().enumerate() {
        let parts: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(i)).collect();
        let parts: Vec<&dyn Array> = parts.into_iter().map(AsRef::as_ref).collect();
        let column = match (stack(&parts), field.data_type()) {
            (Err(_), DataType::Dictionary(..)) => {
                let parts = batches.iter().map(|batch| plain(batch.column(i)));
                let parts: Vec<ArrayRef> = parts.collect::<Result<_>>()?;
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                stack(&parts)?
            }
            (stacked, _) => stacked?,
        };
        let retyped = field
            .as_ref()
            .clone()
            .with_data_type(column.data_type().clone());
        fields.push(retyped);
        columns.push(column);
    }
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    Table::from_parts(Arc::new(schema), columns)
}

fn join(above: &ArrayRef, below: &ArrayRef) -> Result<ArrayRef> {
    let (above, below) = (plain(above)?, plain(below)?);
    let (a, b) = (above.data_type(), below.data_type());
    if a == b {
        return stack(&[above.as_ref(), below.as_ref()]);
    }
    if above.logical_null_count() == above.len() {
        return stack(&[new_null_array(b, above.len()).as_ref(), below.as_ref()]);
    }
    if below.logical_null_count() == below.len() {
        return stack(&[above.as_ref(), new_null_array(a, below.len()).as_ref()]);
    }
    let both = Both {
        above: Column::of(above.as_ref()),
        below: Column::of(below.as_ref()),
        rows: (above.len(), below.len()),
    };
    let number = |t: &DataType| t.is_integer() || t.is_floating();
    let joined = match (a, b) {
        (DataType::Timestamp(unit_a, zone_a), DataType::Timestamp(unit_b, zone_b)) => {
            let finer = if nanos_in(*unit_a) < nanos_in(*unit_b) {
                unit_a
            } else {
                unit_b
            };
            let zone = if zone_a == zone_b {
                zone_a.clone()
            } else {
                Some("UTC".into())
            };
            both.timestamps(*finer, zone)
        }
        (a, b) if a.is_integer() && b.is_integer() => both.integers(),
        (a, b) if number(a) && number(b) => both.floats(),
        _ => None,
    };
    Ok(joined.unwrap_or_else(|| both.text()))
}

/// Two columns of different types, one under the other.
struct Both<'a> {
    above: Column<'a>,
    below: Column<'a>,
    rows: (usize, usize),
}

impl Both<'_> {
    fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let above = (0..self.rows.0).map(|row| self.above.get(row));
        above.chain((0..self.rows.1).map(|row| self.below.get(row)))
    }

    /// As timestamps, if every one fits.
    fn timestamps(&self, unit: TimeUnit, zone: Option<Arc<str>>) -> Option<ArrayRef> {
        let scale = i128::from(nanos_in(unit));
        let ticks = self.cells().map(|cell| match cell.time_ns() {
            None => Some(None),
            Some(ns) => i64::try_from(ns / scale).ok().map(Some),
        });
        let ticks: Vec<Option<i64>> = ticks.collect::<Option<_>>()?;
        Some(match unit {
            TimeUnit::Second => Arc::new(TimestampSecondArray::from(ticks).with_timezone_opt(zone)),
            TimeUnit::Millisecond => {
                Arc::new(TimestampMillisecondArray::from(ticks).with_timezone_opt(zone))
            }
            TimeUnit::Microsecond => {
                Arc::new(TimestampMicrosecondArray::from(ticks).with_timezone_opt(zone))
            }
            TimeUnit::Nanosecond => {
                Arc::new(TimestampNanosecondArray::from(ticks).with_timezone_opt(zone))
            }
        })
    }

    /// As 64-bit integers, if all are integers and fit.
    fn integers(&self) -> Option<ArrayRef> {
        let numbers = self.cells().map(|cell| match cell {
            Cell::Null => Some(None),
            Cell::Int(n) => Some(Some(n)),
            Cell::UInt(n) => i64::try_from(n).ok().map(Some),
            _ => None,
        });
        let numbers: Int64Array = numbers.collect::<Option<_>>()?;
        Some(Arc::new(numbers))
    }

    /// As floats, if all are numbers and none is rounded.
    fn floats(&self) -> Option<ArrayRef> {
        let numbers = self.cells().map(|cell| match cell {
            Cell::Null => Some(None),
            Cell::Float(n) => Some(Some(n)),
            Cell::Float32(n) => Some(Some(n.into())),
            Cell::Int(n) => (n as f64 as i128 == n.into()).then_some(Some(n as f64)),
            Cell::UInt(n) => (n as f64 as u128 == n.into()).then_some(Some(n as f64)),
            _ => None,
        });
        let numbers: Float64Array = numbers.collect::<Option<_>>()?;
        Some(Arc::new(numbers))
    }

    fn text(&self) -> ArrayRef {
        let mut builder = StringBuilder::new();
        let mut buffer = Vec::new();
        for cell in self.cells() {
            if let Cell::Null = cell {
                builder.append_null();
                continue;
            }
            buffer.clear();
            write_text(&cell, &mut buffer);
            builder.append_value(String::from_utf8_lossy(&buffer));
        }
        Arc::new(builder.finish())
    }
}
