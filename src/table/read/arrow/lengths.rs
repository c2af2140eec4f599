//! Whether a batch's columns are as long as its rows.

use arrow_ipc::MetadataVersion;
use arrow_schema::{DataType, FieldRef, Fields, UnionMode};

/// The lengths that a batch states for its columns, to be walked over as the
/// reader does. It checks them itself, but for two: it takes the type ids and
/// offsets of a union without a look at their length, and any number of rows.
pub(super) struct Lengths {
    nodes: std::vec::IntoIter<i64>,
    buffers: std::vec::IntoIter<i64>,
    variadic: std::vec::IntoIter<i64>,
    version: MetadataVersion,
}

impl Lengths {
    pub(super) fn of(batch: arrow_ipc::RecordBatch<'_>, version: MetadataVersion) -> Option<Self> {
        let nodes: Vec<i64> = batch.nodes()?.iter().map(|node| node.length()).collect();
        let buffers: Vec<i64> = batch
            .buffers()?
            .iter()
            .map(|buffer| buffer.length())
            .collect();
        let variadic: Vec<i64> = batch.variadicBufferCounts().into_iter().flatten().collect();
        let rows = nodes
            .iter()
            .chain([&batch.length()])
            .all(|rows| u32::try_from(*rows).is_ok());
        rows.then(|| Self {
            nodes: nodes.into_iter(),
            buffers: buffers.into_iter(),
            variadic: variadic.into_iter(),
            version,
        })
    }

    pub(super) fn check_all(&mut self, fields: &Fields) -> Option<()> {
        fields.iter().try_for_each(|field| self.check(field))
    }

    fn check(&mut self, field: &FieldRef) -> Option<()> {
        let rows = self.nodes.next()?;
        match field.data_type() {
            DataType::Null => Some(()),
            DataType::RunEndEncoded(ends, values) => {
                self.check(ends)?;
                self.check(values)
            }
            DataType::Utf8View | DataType::BinaryView => {
                let variadic = usize::try_from(self.variadic.next()?).ok()?;
                self.skip(variadic.checked_add(2)?)
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => {
                self.skip(3)
            }
            DataType::List(items) | DataType::LargeList(items) | DataType::Map(items, _) => {
                self.skip(2)?;
                self.check(items)
            }
            DataType::ListView(items) | DataType::LargeListView(items) => {
                self.skip(3)?;
                self.check(items)
            }
            DataType::FixedSizeList(items, _) => {
                self.skip(1)?;
                self.check(items)
            }
            DataType::Struct(fields) => {
                self.skip(1)?;
                self.check_all(fields)
            }
            DataType::Union(fields, mode) => {
                self.skip(usize::from(self.version < MetadataVersion::V5))?;
                let ids = self.buffers.next()?;
                let offsets = match mode {
                    UnionMode::Dense => self.buffers.next()?,
                    UnionMode::Sparse => 4 * rows,
                };
                if ids < rows || offsets < 4 * rows {
                    return None;
                }
                fields.iter().try_for_each(|(_, field)| self.check(field))
            }
            _ => self.skip(2),
        }
    }

    fn skip(&mut self, buffers: usize) -> Option<()> {
        if buffers > 0 {
            self.buffers.nth(buffers - 1)?;
        }
        Some(())
    }
}
