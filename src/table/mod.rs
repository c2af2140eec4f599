//! The one data structure that every step reads and writes.

mod access;
mod cell;
mod cells;
mod column;
mod concat;
mod duration;
mod filter;
pub(crate) mod format;
mod groups;
mod infer;
mod join;
mod kernels;
mod ops;
mod progress;
pub mod read;
mod report;
mod sort;
mod text_builder;
pub mod time;
mod types;
mod usual;
mod write;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};

use crate::{Error, Result};

pub use access::TextColumn;
pub(crate) use cell::Cell;
pub(crate) use column::Column;

pub(crate) use crate::hash::Map;
pub(crate) use duration::{duration_text, duration_us, unit_us};
pub use filter::Filter;
pub(crate) use format::{write_json, write_text};
pub(crate) use groups::{Groups, beside_keys};
pub(crate) use kernels::{copy_short, same_short, take};
pub use progress::Progress;
pub use report::{BadRow, Report};
pub use sort::SortKey;
pub(crate) use text_builder::{TextBuilder, append};
pub use types::type_name;
pub(crate) use usual::{ALERT_IDS, COMMANDS, EVENTS, choose, choose_time, note_left_out, utc};
pub use write::{CsvOptions, IpcFormat, JsonOptions, JsonShape};

/// Named columns of equal length, in Arrow memory. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Table(RecordBatch);

impl Table {
    /// Makes a table of `(name, column)` pairs; columns must be equally long.
    pub fn new(columns: Vec<(&str, ArrayRef)>) -> Result<Self> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
            .collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Self::from_parts(Arc::new(Schema::new(fields)), columns)
    }

    /// Makes a table of a schema and its columns.
    pub fn from_parts(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<Self> {
        let rows = columns.first().map_or(0, |column| column.len());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Self(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?))
    }

    /// Makes one table of batches of one schema; one batch is not copied.
    pub(crate) fn from_batches(schema: &SchemaRef, mut batches: Vec<RecordBatch>) -> Result<Self> {
        match batches.len() {
            // Batches without columns may still count rows; here a table has as
            // many rows as its columns.
            _ if schema.fields().is_empty() => Self::from_parts(schema.clone(), vec![]),
            1 => Ok(Self(batches.remove(0))),
            _ => concat::stack_batches(schema, &batches),
        }
    }

    /// The Arrow batch inside.
    pub fn batch(&self) -> &RecordBatch {
        &self.0
    }

    /// Number of rows.
    pub fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    /// Number of columns.
    pub fn num_columns(&self) -> usize {
        self.0.num_columns()
    }

    /// Column names, in order.
    pub fn names(&self) -> Vec<&str> {
        self.0
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect()
    }

    /// The column `name`.
    pub fn column(&self, name: &str) -> Result<&ArrayRef> {
        self.0
            .column_by_name(name)
            .ok_or_else(|| Error::ColumnNotFound {
                name: name.into(),
                available: self.names().into_iter().map(String::from).collect(),
            })
    }
}
