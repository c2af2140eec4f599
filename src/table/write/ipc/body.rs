//! Columns as the nodes and buffers of a message.

use std::ops::Range;

use arrow_buffer::{ArrowNativeType, Buffer};
use arrow_data::ArrayData;
use arrow_data::transform::MutableArrayData;
use arrow_ipc::FieldNode;
use arrow_schema::{DataType, UnionMode};

use crate::Result;

/// Each buffer begins at a multiple of it.
pub(super) const ALIGNMENT: usize = 64;

/// What a message says of its columns, and their memory.
#[derive(Default)]
pub(super) struct Body {
    pub(super) nodes: Vec<FieldNode>,
    /// Where in the body each buffer is.
    pub(super) buffers: Vec<arrow_ipc::Buffer>,
    /// How many buffers of text each column of views has.
    pub(super) variadic: Vec<i64>,
    /// The body: the columns' own memory, and what fills it up.
    pub(super) pieces: Vec<Buffer>,
    length: usize,
}

impl Body {
    /// Adds a column and those under it, of each just the rows that are in use.
    ///
    /// # Errors
    ///
    /// `Arrow` for runs that cannot be copied.
    pub(super) fn add(&mut self, data: &ArrayData) -> Result<()> {
        use DataType::*;
        let (start, rows) = (data.offset(), data.len());
        let (data_type, buffers, children) = (data.data_type(), data.buffers(), data.child_data());
        let absent = match data_type {
            Null => rows,
            _ => data.null_count(),
        };
        self.nodes.push(FieldNode::new(rows as i64, absent as i64));
        if !matches!(data_type, Null | Union(..) | RunEndEncoded(..)) {
            let nulls = data.nulls().filter(|_| absent > 0);
            self.push(nulls.map_or_else(Buffer::default, |nulls| nulls.inner().sliced()));
        }
        let own = |buffer: &Buffer, width| buffer.slice_with_length(start * width, rows * width);
        match data_type {
            Null => {}
            Boolean => self.push(buffers[0].bit_slice(start, rows)),
            Utf8 | Binary | LargeUtf8 | LargeBinary => {
                let bytes = self.push_offsets(data);
                self.push(buffers[1].slice_with_length(bytes.start, bytes.len()));
            }
            List(_) | LargeList(_) | Map(..) => {
                let items = self.push_offsets(data);
                self.add(&children[0].slice(items.start, items.len()))?;
            }
            Utf8View | BinaryView => {
                self.push(own(&buffers[0], 16));
                buffers[1..].iter().for_each(|text| self.push(text.clone()));
                self.variadic.push(buffers.len() as i64 - 1);
            }
            ListView(_) | LargeListView(_) => {
                let width = if matches!(data_type, ListView(_)) {
                    4
                } else {
                    8
                };
                buffers.iter().for_each(|b| self.push(own(b, width)));
                let items = if rows == 0 { 0 } else { children[0].len() };
                self.add(&children[0].slice(0, items))?;
            }
            FixedSizeList(_, size) => {
                let size = *size as usize;
                self.add(&children[0].slice(start * size, rows * size))?;
            }
            Union(_, mode) => {
                let widths = [1, 4];
                let buffers = buffers.iter().zip(widths);
                buffers.for_each(|(buffer, width)| self.push(own(buffer, width)));
                for child in children {
                    match mode {
                        UnionMode::Sparse => self.add(&child.slice(start, rows))?,
                        UnionMode::Dense => self.add(child)?,
                    }
                }
            }
            RunEndEncoded(..) => {
                // A part of the rows still has the runs of all.
                let mut copy = MutableArrayData::new(vec![data], false, rows);
                copy.try_extend(0, 0, rows)?;
                for child in copy.freeze().child_data() {
                    self.add(child)?;
                }
            }
            // Its children are cut already.
            Struct(_) => children.iter().try_for_each(|child| self.add(child))?,
            FixedSizeBinary(width) => self.push(own(&buffers[0], *width as usize)),
            Dictionary(keys, _) => self.push_numbers(own, &buffers[0], keys),
            numbers => self.push_numbers(own, &buffers[0], numbers),
        }
        Ok(())
    }

    fn push_numbers(
        &mut self,
        own: impl Fn(&Buffer, usize) -> Buffer,
        buffer: &Buffer,
        data_type: &DataType,
    ) {
        self.push(own(buffer, data_type.primitive_width().unwrap_or_default()));
    }

    /// Offsets, the first of which is made 0; gives what they point to.
    fn push_offsets(&mut self, data: &ArrayData) -> Range<usize> {
        match data.data_type() {
            DataType::LargeUtf8 | DataType::LargeBinary | DataType::LargeList(_) => {
                self.push_offsets_of(data, |offset: i64, first| offset - first)
            }
            _ => self.push_offsets_of(data, |offset: i32, first| offset - first),
        }
    }

    fn push_offsets_of<T: ArrowNativeType>(
        &mut self,
        data: &ArrayData,
        minus: fn(T, T) -> T,
    ) -> Range<usize> {
        if data.is_empty() {
            self.push(Buffer::from_vec(vec![T::default()]));
            return 0..0;
        }
        let all = &data.buffers()[0];
        let own = data.offset()..data.offset() + data.len() + 1;
        let offsets = &all.typed_data::<T>()[own.clone()];
        let (first, last) = (offsets[0], offsets[data.len()]);
        let width = size_of::<T>();
        self.push(match first.as_usize() {
            0 => all.slice_with_length(own.start * width, own.len() * width),
            _ => Buffer::from_vec(offsets.iter().map(|&o| minus(o, first)).collect()),
        });
        first.as_usize()..last.as_usize()
    }

    fn push(&mut self, buffer: Buffer) {
        let place = arrow_ipc::Buffer::new(self.length as i64, buffer.len() as i64);
        self.buffers.push(place);
        let rest = buffer.len().next_multiple_of(ALIGNMENT) - buffer.len();
        self.length += buffer.len() + rest;
        for piece in [buffer, Buffer::from_vec(vec![0_u8; rest])] {
            if !piece.is_empty() {
                self.pieces.push(piece);
            }
        }
    }
}
