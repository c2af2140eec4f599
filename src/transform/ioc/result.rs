//! Gathers indicators into a table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use crate::{Error, Place, Result, Table};

/// An indicator and its place, as a row.
pub(super) struct Row<'a> {
    /// Number of its type in the collector's list of names.
    pub(super) kind: usize,
    pub(super) value: Bytes<'a>,
    /// Row of the source.
    pub(super) source: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) raw: &'a [u8],
}

/// The bytes of a value.
#[derive(Clone, Copy)]
pub(super) enum Bytes<'a> {
    Same(&'a [u8]),
    /// ASCII, to be written in lower case.
    Lower(&'a [u8]),
}

#[derive(Debug)]
pub(super) struct Collector {
    names: Vec<String>,
    /// For each row, which of the names.
    kinds: Vec<usize>,
    values: Texts,
    sources: Vec<i64>,
    /// Runs of rows with the same column.
    columns: Vec<(usize, Option<String>)>,
    starts: Vec<i64>,
    ends: Vec<i64>,
    raws: Texts,
    /// With `unique`: for each type, the row of each value.
    seen: Option<Vec<HashMap<Vec<u8>, usize>>>,
    counts: Vec<i64>,
}

impl Collector {
    /// `names` are those of the types.
    pub(super) fn new(unique: bool, names: Vec<String>) -> Self {
        Self {
            seen: unique.then(|| vec![HashMap::new(); names.len()]),
            names,
            kinds: Vec::new(),
            values: Texts::default(),
            sources: Vec::new(),
            columns: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            raws: Texts::default(),
            counts: Vec::new(),
        }
    }

    /// Rows from here on come from this column.
    pub(super) fn begin_column(&mut self, name: Option<&str>) {
        self.columns
            .push((self.sources.len(), name.map(String::from)));
    }

    /// # Errors
    ///
    /// `LimitExceeded` for more than 2 GiB of text in a column.
    pub(super) fn push(&mut self, row: &Row<'_>) -> Result<()> {
        let next = self.sources.len();
        self.values.push(row.value)?;
        if let Some(seen) = &mut self.seen {
            match seen[row.kind].get(self.values.last()) {
                Some(&first) => {
                    self.counts[first] += 1;
                    self.values.pop();
                    return Ok(());
                }
                None => {
                    seen[row.kind].insert(self.values.last().to_vec(), next);
                    self.counts.push(1);
                }
            }
        }
        self.kinds.push(row.kind);
        self.sources.push(row.source as i64);
        self.starts.push(row.start as i64);
        self.ends.push(row.end as i64);
        self.raws.push(Bytes::Same(row.raw))
    }

    pub(super) fn finish(self) -> Result<Table> {
        let integers = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
        let columns = self.source_columns()?;
        let names = self.kinds.iter().map(|&kind| self.names[kind].as_str());
        let kinds: ArrayRef = Arc::new(StringArray::from_iter_values(names));
        let mut table: Vec<(&str, ArrayRef)> = vec![
            ("IoCType", kinds),
            ("Observable", self.values.finish(None)?),
            ("SourceIndex", integers(self.sources)),
            ("SourceColumn", columns),
            ("Start", integers(self.starts)),
            ("End", integers(self.ends)),
            ("Raw", self.raws.finish(None)?),
        ];
        if self.seen.is_some() {
            table.push(("Count", integers(self.counts)));
        }
        Table::new(table)
    }

    fn source_columns(&self) -> Result<ArrayRef> {
        let (mut names, mut present) = (Texts::default(), Vec::new());
        for (i, (from, name)) in self.columns.iter().enumerate() {
            let to = self
                .columns
                .get(i + 1)
                .map_or(self.sources.len(), |next| next.0);
            for _ in *from..to {
                names.push(Bytes::Same(name.as_deref().unwrap_or_default().as_bytes()))?;
                present.push(name.is_some());
            }
        }
        names.finish(Some(present.into()))
    }
}

/// A column of text in the making. `StringBuilder` asks each value whether it is
/// UTF-8 and whether it is null; here that is done once, at the end.
#[derive(Debug)]
struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
        }
    }
}

impl Texts {
    fn push(&mut self, text: Bytes<'_>) -> Result<()> {
        match text {
            Bytes::Same(text) => self.bytes.extend_from_slice(text),
            Bytes::Lower(text) => self.bytes.extend(text.iter().map(u8::to_ascii_lowercase)),
        }
        let end = i32::try_from(self.bytes.len()).map_err(|_| Error::LimitExceeded {
            place: Place::default(),
            problem: "the indicators found fill more than 2 GiB".into(),
            advice: "search the file in parts, for fewer types, or with unique: true".into(),
        })?;
        self.offsets.push(end);
        Ok(())
    }

    fn last(&self) -> &[u8] {
        match self.offsets[..] {
            [.., start, end] => &self.bytes[start as usize..end as usize],
            _ => &[],
        }
    }

    fn pop(&mut self) {
        let start = self.bytes.len() - self.last().len();
        self.bytes.truncate(start);
        self.offsets.pop();
    }

    fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let bytes = Buffer::from_vec(self.bytes);
        Ok(Arc::new(StringArray::try_new(offsets, bytes, nulls)?))
    }
}
