//! The text that names a process: `ProcKey`, `ParentKey` and `Path`.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::build::Nodes;
use super::events::{Map, NO_TEXT, NO_TIME, UNKNOWN, write_id};
use super::join::NONE;
use super::schema::ProcessSchema;
use crate::table::time::write_seconds;
use crate::table::{Cell, Column, Progress, append};
use crate::{Error, Place, Result, Table};

/// Below this depth `Path` is absent: a chain of n processes would need n² of it.
const MAX_PATH_DEPTH: u32 = 64;

/// `ProcKey`, `ParentKey` and `Path` for `source`, whose rows are in the order of `shape`.
///
/// A key is `name|id|start`, as in msticpy, with `|host` where there are more
/// than one and `|2` and so on where it is there already. Where no start is
/// known it has 1970, and where no name is known `unknown`.
pub(super) fn write(
    source: &Table,
    schema: &ProcessSchema,
    nodes: Nodes<'_>,
    progress: &mut Progress<'_>,
) -> Result<[ArrayRef; 3]> {
    let Nodes { joined, shape, .. } = nodes;
    let count = shape.sequence.len();
    let writer = KeyWriter::new(source, schema, nodes)?;
    let repeats = repeats(nodes);
    let mut keys = Texts::with_capacity(count, writer.estimate());
    let mut parents = Texts::with_capacity(count, writer.estimate());
    let mut paths = Texts::with_capacity(count, count * 24);
    // Where in the sequence a node stands; parents stand before their children.
    let mut places = vec![0u32; count];
    for (place, &node) in shape.sequence.iter().enumerate() {
        if place.is_multiple_of(1 << 16) {
            progress.at(place, count)?;
        }
        places[node as usize] = place as u32;
        writer.write(place, node, &mut keys.bytes);
        if let Some(repeat) = repeats.get(&node) {
            append(&mut keys.bytes, format!("|{repeat}").as_bytes());
        }
        keys.end(true)?;
        let parent = joined.parents[node as usize];
        let above = (parent != NONE).then(|| places[parent as usize] as usize);
        if let Some(above) = above {
            append(&mut parents.bytes, keys.get(above));
        }
        parents.end(above.is_some())?;
        let is_short = shape.depths[node as usize] <= MAX_PATH_DEPTH;
        if is_short {
            if let Some(above) = above {
                paths.copy(above);
                paths.bytes.push(b'/');
            }
            write_index(nodes.source_index(node), &mut paths.bytes);
        }
        paths.end(is_short)?;
    }
    Ok([keys.finish()?, parents.finish()?, paths.finish()?])
}

fn write_index(index: usize, out: &mut Vec<u8>) {
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(index);
    out.extend(std::iter::repeat_n(
        b'0',
        5usize.saturating_sub(digits.len()),
    ));
    out.extend_from_slice(digits.as_bytes());
}

/// For nodes whose key an older one has already: the how manieth it is.
fn repeats(nodes: Nodes<'_>) -> Map<u32, u32> {
    let Nodes { events, joined, .. } = nodes;
    let mut repeats = Map::default();
    let mut seen: Map<_, u32> = Map::default();
    let unknown = events.names.find(UNKNOWN).unwrap_or(NO_TEXT);
    let suspects = joined.order.iter().zip(&joined.may_repeat);
    for (&number, _) in suspects.filter(|(_, may_repeat)| **may_repeat) {
        let node = joined.node(events, number);
        let name = match node.of.name(node.event) {
            NO_TEXT => unknown,
            name => name,
        };
        let key = (
            events.host(node.event),
            node.of.id(node.event),
            name,
            node.time,
        );
        let count = seen.entry(key).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            repeats.insert(number, *count);
        }
    }
    repeats
}

struct KeyWriter<'a> {
    nodes: Nodes<'a>,
    id: Column<'a>,
    host: Option<Column<'a>>,
}

impl<'a> KeyWriter<'a> {
    fn new(source: &'a Table, schema: &ProcessSchema, nodes: Nodes<'a>) -> Result<Self> {
        let host = schema.host_name_column.as_deref();
        let host = host.filter(|_| nodes.events.many_hosts);
        let host = host.map(|name| source.column(name)).transpose()?;
        Ok(Self {
            nodes,
            id: Column::of(source.column(&schema.process_id)?.as_ref()),
            host: host.map(|array| Column::of(array.as_ref())),
        })
    }

    /// About how many bytes all keys have.
    fn estimate(&self) -> usize {
        let Nodes { events, joined, .. } = self.nodes;
        let nodes = 0..joined.parents.len() as u32;
        let names = nodes.map(|number| {
            let node = joined.node(events, number);
            events
                .names
                .get(node.of.name(node.event))
                .map_or(UNKNOWN.len(), str::len)
        });
        let each = if self.host.is_some() { 60 } else { 40 };
        names.sum::<usize>() + each * joined.parents.len()
    }

    fn write(&self, place: usize, node: u32, out: &mut Vec<u8>) {
        let events = self.nodes.events;
        let node = self.nodes.joined.node(events, node);
        let name = events.names.get(node.of.name(node.event));
        append(out, name.unwrap_or(UNKNOWN).as_bytes());
        out.push(b'|');
        write_cell(&self.id.get(place), out);
        out.push(b'|');
        write_seconds(if node.time == NO_TIME { 0 } else { node.time }, out);
        if let Some(host) = &self.host {
            out.push(b'|');
            write_cell(&host.get(place), out);
        }
    }
}

/// As [`write_id`], fast for short text.
fn write_cell(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Text(text) => append(out, text.as_bytes()),
        cell => write_id(cell, out),
    }
}

/// A column of text in the making.
struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    present: Vec<bool>,
}

impl Texts {
    fn with_capacity(rows: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            offsets,
            bytes: Vec::with_capacity(bytes.min(1 << 30)),
            present: Vec::with_capacity(rows),
        }
    }

    /// What was written since the last end is a row.
    fn end(&mut self, is_present: bool) -> Result<()> {
        let end = i32::try_from(self.bytes.len()).map_err(|_| Error::LimitExceeded {
            place: Place::default(),
            problem: "the keys or paths of the processes fill more than 2 GiB".into(),
            advice: "build the trees of some machines or days at a time".into(),
        })?;
        self.offsets.push(end);
        self.present.push(is_present);
        Ok(())
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    fn get(&self, row: usize) -> &[u8] {
        &self.bytes[self.range(row)]
    }

    /// Appends the text of an earlier row.
    fn copy(&mut self, row: usize) {
        self.bytes.extend_from_within(self.range(row));
    }

    fn finish(self) -> Result<ArrayRef> {
        let nulls = Some(NullBuffer::from(self.present)).filter(|nulls| nulls.null_count() > 0);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let bytes = Buffer::from_vec(self.bytes);
        Ok(Arc::new(StringArray::try_new(offsets, bytes, nulls)?))
    }
}
