//! Choosing rows and columns.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{Field, Schema};

use super::kernels::take;
use crate::{Error, Result, Table};

impl Table {
    /// These columns, in this order. No data is copied.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`; `InvalidArgument` for a name given twice.
    pub fn select(&self, names: &[impl AsRef<str>]) -> Result<Self> {
        let mut seen = HashSet::new();
        let mut indices = Vec::with_capacity(names.len());
        for name in names.iter().map(AsRef::as_ref) {
            if !seen.insert(name) {
                return Err(Error::InvalidArgument(format!(
                    "column `{name}` is selected twice; name it once"
                )));
            }
            indices.push(self.index_of(name)?);
        }
        let schema = Arc::new(self.batch().schema_ref().project(&indices)?);
        let columns = indices.iter().map(|&i| self.batch().column(i).clone());
        self.with_rows(schema, columns.collect())
    }

    /// Rows from `start` up to but without `end`; bounds beyond the table are cut
    /// to it. No data is copied.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let start = start.min(self.num_rows());
        let end = end.clamp(start, self.num_rows());
        Self(self.batch().slice(start, end - start))
    }

    /// The rows where `mask` is true.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if `mask` is not as long as the table.
    pub fn filter_mask(&self, mask: &[bool]) -> Result<Self> {
        if mask.len() != self.num_rows() {
            return Err(Error::InvalidArgument(format!(
                "the mask has {} entries, but the table has {} rows",
                mask.len(),
                self.num_rows()
            )));
        }
        let rows = kept(mask);
        if rows.len() == mask.len() {
            return Ok(self.clone());
        }
        self.take(rows)
    }

    /// These rows, in this order; a row may come more than once.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a row that is not there.
    pub fn take(&self, rows: Vec<u32>) -> Result<Self> {
        if let Some(row) = rows.iter().find(|row| **row as usize >= self.num_rows()) {
            return Err(Error::InvalidArgument(format!(
                "there is no row {row}: the table has {} rows",
                self.num_rows()
            )));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let rows = UInt32Array::from(rows);
        let columns = self.batch().columns().iter();
        let columns = columns
            .map(|column| take(column.as_ref(), &rows))
            .collect::<Result<_>>()?;
        let schema = self.batch().schema();
        Ok(Self(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?))
    }

    /// This table with one more column, or with the one of that name replaced.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if `column` is not as long as the table.
    pub fn with_column(&self, name: &str, column: ArrayRef) -> Result<Self> {
        if self.num_columns() > 0 && column.len() != self.num_rows() {
            return Err(Error::InvalidArgument(format!(
                "column `{name}` has {} values, but the table has {} rows",
                column.len(),
                self.num_rows()
            )));
        }
        let schema = self.batch().schema_ref();
        let mut fields = schema.fields().to_vec();
        let mut columns = self.batch().columns().to_vec();
        let field = Arc::new(Field::new(name, column.data_type().clone(), true));
        match schema.index_of(name) {
            Ok(i) => (fields[i], columns[i]) = (field, column),
            Err(_) => {
                fields.push(field);
                columns.push(column);
            }
        }
        let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
        Self::from_parts(Arc::new(schema), columns)
    }

    /// The columns of this table, then those of `right`, row by row.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if the tables are not equally long.
    pub fn beside(&self, right: &Self) -> Result<Self> {
        let fields = right.batch().schema_ref().fields().iter();
        let mut columns = fields.zip(right.batch().columns());
        columns.try_fold(self.clone(), |table, (field, column)| {
            table.with_column(field.name(), column.clone())
        })
    }

    /// This table with column `from` called `to`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`; `InvalidArgument` if there is a column `to` already.
    pub fn rename(&self, from: &str, to: &str) -> Result<Self> {
        let index = self.index_of(from)?;
        let schema = self.batch().schema_ref();
        if from != to && schema.index_of(to).is_ok() {
            return Err(Error::InvalidArgument(format!(
                "there is a column `{to}` already; choose another name for `{from}`"
            )));
        }
        let mut fields = schema.fields().to_vec();
        fields[index] = Arc::new(fields[index].as_ref().clone().with_name(to));
        let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
        self.with_rows(Arc::new(schema), self.batch().columns().to_vec())
    }

    /// The position of column `name`; the first if there are several.
    pub(crate) fn index_of(&self, name: &str) -> Result<usize> {
        self.column(name)?; // for its error
        Ok(self.batch().schema_ref().index_of(name)?)
    }

    /// Other columns and as many rows, also if there are no columns.
    fn with_rows(&self, schema: Arc<Schema>, columns: Vec<ArrayRef>) -> Result<Self> {
        let options = RecordBatchOptions::new().with_row_count(Some(self.num_rows()));
        let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
        Ok(Self(batch))
    }
}

/// The numbers of the rows that `mask` keeps.
pub(super) fn kept(mask: &[bool]) -> Vec<u32> {
    let rows = mask.iter().enumerate();
    rows.filter(|(_, keep)| **keep)
        .map(|(row, _)| row as u32)
        .collect()
}
