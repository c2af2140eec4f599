//! The text that names a process: `ProcKey`, `ParentKey` and `Path`.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::events::{Events, Map, NO_TEXT, NO_TIME, write_id};
use super::join::{Joined, NONE};
use super::schema::ProcessSchema;
use super::shape::Shape;
use crate::table::time::write_seconds;
use crate::table::{Column, Progress};
use crate::{Error, Place, Result, Table};

/// Below this depth `Path` is absent: a chain of n processes would need n² of it.
const MAX_PATH_DEPTH: u32 = 64;

/// The name of a process that has none, as in msticpy.
const UNKNOWN: &str = "unknown";

/// `ProcKey`, `ParentKey` and `Path` in the order of `shape`.
///
/// A key is `name|id|start`, as in msticpy, with `|host` where there are more
/// than one and `|2` and so on where it is there already. Where no start is
/// known it has 1970, and where no name is known `unknown`.
pub(super) fn write(
    table: &Table,
    schema: &ProcessSchema,
    events: &Events,
    joined: &Joined,
    shape: &Shape,
    progress: &mut Progress<'_>,
) -> Result<[ArrayRef; 3]> {
    let writer = KeyWriter::new(table, schema, events, joined)?;
    let repeats = repeats(events, joined);
    let (mut keys, mut parents, mut paths) = (Texts::new(), Texts::new(), Texts::new());
    // Where in the sequence a node stands; parents stand before their children.
    let mut places = vec![0u32; shape.sequence.len()];
    for (place, &node) in shape.sequence.iter().enumerate() {
        if place.is_multiple_of(1 << 16) {
            progress.at(place, shape.sequence.len())?;
        }
        places[node as usize] = place as u32;
        writer.write(node, &mut keys.bytes);
        if let Some(repeat) = repeats.get(&node) {
            keys.bytes
                .extend_from_slice(format!("|{repeat}").as_bytes());
        }
        keys.end(true)?;
        let parent = joined.parents[node as usize];
        let above = (parent != NONE).then(|| places[parent as usize] as usize);
        if let Some(above) = above {
            parents.bytes.extend_from_slice(keys.get(above));
        }
        parents.end(above.is_some())?;
        let is_short = shape.depths[node as usize] <= MAX_PATH_DEPTH;
        if is_short {
            if let Some(above) = above {
                paths.copy(above);
                paths.bytes.push(b'/');
            }
            write_index(source_index(table, events, node), &mut paths.bytes);
        }
        paths.end(is_short)?;
    }
    Ok([keys.finish()?, parents.finish()?, paths.finish()?])
}

/// The row of a node in the table; inferred ones count on from its end.
pub(super) fn source_index(table: &Table, events: &Events, node: u32) -> usize {
    match events.rows.get(node as usize) {
        Some(&row) => row as usize,
        None => table.num_rows() + node as usize - events.len(),
    }
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
fn repeats(events: &Events, joined: &Joined) -> Map<u32, u32> {
    let mut repeats = Map::default();
    let mut seen: Map<_, u32> = Map::default();
    seen.reserve(joined.order.len());
    let unknown = events.names.find(UNKNOWN).unwrap_or(NO_TEXT);
    for &number in &joined.order {
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
    events: &'a Events,
    joined: &'a Joined,
    ids: [Option<Column<'a>>; 3],
    host: Option<Column<'a>>,
}

impl<'a> KeyWriter<'a> {
    fn new(
        table: &'a Table,
        schema: &ProcessSchema,
        events: &'a Events,
        joined: &'a Joined,
    ) -> Result<Self> {
        let column = |name: Option<&str>| -> Result<Option<Column<'a>>> {
            let array = name.map(|name| table.column(name)).transpose()?;
            Ok(array.map(|array| Column::of(array.as_ref())))
        };
        let host = schema.host_name_column.as_deref();
        Ok(Self {
            events,
            joined,
            ids: [
                column(Some(&schema.process_id))?,
                column(Some(&schema.parent_id))?,
                column(schema.grandparent_id.as_deref())?,
            ],
            host: column(host.filter(|_| events.many_hosts))?,
        })
    }

    fn write(&self, node: u32, out: &mut Vec<u8>) {
        let events = self.events;
        let node = self.joined.node(events, node);
        let row = events.rows[node.event as usize] as usize;
        let name = events.names.get(node.of.name(node.event));
        out.extend_from_slice(name.unwrap_or(UNKNOWN).as_bytes());
        out.push(b'|');
        if let Some(ids) = &self.ids[node.generation] {
            write_id(&ids.get(row), out);
        }
        out.push(b'|');
        write_seconds(if node.time == NO_TIME { 0 } else { node.time }, out);
        if let Some(host) = &self.host {
            out.push(b'|');
            write_id(&host.get(row), out);
        }
    }
}

/// A column of text in the making.
struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    present: Vec<bool>,
}

impl Texts {
    fn new() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
            present: Vec::new(),
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
