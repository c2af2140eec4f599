//! Gathers indicators into a table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int64Array};

use crate::{Result, Table};

/// Where a text comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) row: usize,
    pub(super) column: Option<&'a str>,
}

#[derive(Debug, Default)]
pub(super) struct Collector {
    kinds: StringBuilder,
    values: StringBuilder,
    rows: Vec<i64>,
    columns: StringBuilder,
    starts: Vec<i64>,
    ends: Vec<i64>,
    raws: StringBuilder,
    /// With `unique`: the row of each type and value, and how often it was found.
    seen: Option<HashMap<(String, String), usize>>,
    counts: Vec<i64>,
}

impl Collector {
    pub(super) fn new(unique: bool) -> Self {
        Self {
            seen: unique.then(HashMap::new),
            ..Self::default()
        }
    }

    pub(super) fn push(
        &mut self,
        kind: &str,
        value: &str,
        source: Source<'_>,
        (start, end): (usize, usize),
        raw: &str,
    ) {
        if let Some(seen) = &mut self.seen {
            let next = self.rows.len();
            let row = *seen.entry((kind.into(), value.into())).or_insert(next);
            if row < next {
                self.counts[row] += 1;
                return;
            }
            self.counts.push(1);
        }
        self.kinds.append_value(kind);
        self.values.append_value(value);
        self.rows.push(source.row as i64);
        self.columns.append_option(source.column);
        self.starts.push(start as i64);
        self.ends.push(end as i64);
        self.raws.append_value(raw);
    }

    pub(super) fn finish(mut self) -> Result<Table> {
        let integers = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("IoCType", Arc::new(self.kinds.finish())),
            ("Observable", Arc::new(self.values.finish())),
            ("SourceIndex", integers(self.rows)),
            ("SourceColumn", Arc::new(self.columns.finish())),
            ("Start", integers(self.starts)),
            ("End", integers(self.ends)),
            ("Raw", Arc::new(self.raws.finish())),
        ];
        if self.seen.is_some() {
            columns.push(("Count", integers(self.counts)));
        }
        Table::new(columns)
    }
}
