//! The text that names a process: `ProcKey`, `ParentKey` and `Path`.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::events::{Events, NO_TEXT, NO_TIME, UNKNOWN, write_id};
use super::join::{Joined, NONE};
use super::schema::ProcessSchema;
use super::shape::Shape;
use crate::table::time::{format_time, seconds};
use crate::table::{Cell, Column, Map, Progress, copy_short};
use crate::{Error, Place, Result, Table};

/// Below this depth `Path` is absent: a chain of n processes would need n² of it.
const MAX_PATH_DEPTH: u32 = 64;

/// What keys are made of.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) events: &'a Events,
    pub(super) joined: &'a Joined,
}

/// `ProcKey` and `ParentKey` of each node; `source` has a row for each.
///
/// A key is `name|id|start`, as in msticpy, with `|host` where there are more
/// than one and `|2` and so on where it is there already. Where no start is
/// known it has 1970, and where no name is known `unknown`.
pub(super) fn keys(
    source: &Table,
    schema: &ProcessSchema,
    parts: Parts<'_>,
    progress: &mut Progress<'_>,
) -> Result<[ArrayRef; 2]> {
    let all = &parts.joined.parents;
    let writer = KeyWriter::new(source, schema, parts)?;
    let repeats = repeats(parts);
    let mut keys = Texts::with_capacity(all.len(), writer.estimate());
    for node in 0..all.len() as u32 {
        if node.is_multiple_of(1 << 16) {
            progress.at(node as usize, all.len() * 2)?;
        }
        writer.write(node, &mut keys);
        if let Some(repeat) = repeats.get(&node) {
            keys.push(format!("|{repeat}").as_bytes());
        }
        keys.end(true)?;
    }
    progress.at(1, 2)?;
    let mut parents = Texts::with_capacity(all.len(), keys.length);
    for &parent in all {
        if parent != NONE {
            parents.push(keys.get(parent as usize));
        }
        parents.end(parent != NONE)?;
    }
    Ok([keys.finish()?, parents.finish()?])
}

/// The numbers of all nodes from a root down to each, each as long as the longest,
/// so that text sorts as numbers do; msticpy's five digits at least.
pub(super) fn paths(
    parents: &[u32],
    shape: &Shape,
    index: impl Fn(u32) -> usize,
) -> Result<ArrayRef> {
    let last = parents
        .len()
        .checked_sub(1)
        .map_or(0, |node| index(node as u32));
    let width = itoa::Buffer::new().format(last).len().max(5);
    let length = |node: usize| match shape.depths[node] {
        deep if deep > MAX_PATH_DEPTH => 0,
        depth => depth as usize * (width + 1) - 1,
    };
    let mut texts = Texts::with_capacity(parents.len(), (0..parents.len()).map(length).sum());
    for node in 0..parents.len() {
        texts.length += length(node);
        texts.end(length(node) > 0)?;
    }
    texts.bytes.resize(texts.length, b'0');
    // Parents first.
    for &node in &shape.sequence {
        let range = texts.range(node as usize);
        if range.is_empty() {
            continue;
        }
        let parent = parents[node as usize];
        if parent != NONE {
            let from = texts.range(parent as usize);
            let slash = range.start + from.len();
            texts.copy(from, range.start);
            texts.bytes[slash] = b'/';
        }
        let mut number = index(node);
        for digit in texts.bytes[range.end - width..range.end].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }
    texts.finish()
}

/// For nodes whose key an older one has already: the how manieth it is.
fn repeats(parts: Parts<'_>) -> Map<u32, u32> {
    let Parts { events, joined } = parts;
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
            // As keys have it.
            if node.time == NO_TIME { 0 } else { node.time },
        );
        let count = seen.entry(key).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            repeats.insert(number, *count);
        }
    }
    repeats
}

struct KeyWriter<'a> {
    parts: Parts<'a>,
    id: Column<'a>,
    host: Option<Column<'a>>,
}

impl<'a> KeyWriter<'a> {
    fn new(source: &'a Table, schema: &ProcessSchema, parts: Parts<'a>) -> Result<Self> {
        let host = schema.host_name_column.as_deref();
        let host = host.filter(|_| parts.events.many_hosts);
        let host = host.map(|name| source.column(name)).transpose()?;
        Ok(Self {
            parts,
            id: Column::of(source.column(&schema.process_id)?.as_ref()),
            host: host.map(|array| Column::of(array.as_ref())),
        })
    }

    /// About how many bytes all keys have.
    fn estimate(&self) -> usize {
        let Parts { events, joined } = self.parts;
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

    fn write(&self, node: u32, out: &mut Texts) {
        let row = node as usize;
        let events = self.parts.events;
        let node = self.parts.joined.node(events, node);
        let name = events.names.get(node.of.name(node.event));
        out.push(name.unwrap_or(UNKNOWN).as_bytes());
        out.push(b"|");
        write_cell(&self.id.get(row), out);
        out.push(b"|");
        let time = if node.time == NO_TIME { 0 } else { node.time };
        match seconds(time) {
            Some(text) => out.push(&text),
            None => out.push(format_time(time).as_bytes()),
        }
        if let Some(host) = &self.host {
            out.push(b"|");
            write_cell(&host.get(row), out);
        }
    }
}

/// As [`write_id`], fast for text.
fn write_cell(cell: &Cell<'_>, out: &mut Texts) {
    match cell {
        Cell::Text(text) => out.push(text.as_bytes()),
        cell => {
            let mut text = Vec::new();
            write_id(cell, &mut text);
            out.push(&text);
        }
    }
}

/// A column of text in the making.
struct Texts {
    /// Where rows end; one more than there are.
    offsets: Vec<i32>,
    /// Written up to `length`.
    bytes: Vec<u8>,
    length: usize,
    present: Vec<bool>,
}

impl Texts {
    fn with_capacity(rows: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            offsets,
            bytes: vec![0; bytes.min(1 << 30)],
            length: 0,
            present: Vec::with_capacity(rows),
        }
    }

    /// Appends to the row that is being written.
    #[inline]
    fn push(&mut self, text: &[u8]) {
        let end = self.length + text.len();
        if end > self.bytes.len() {
            self.bytes.resize((self.bytes.len() * 2).max(end), 0);
        }
        copy_short(&mut self.bytes[self.length..end], text);
        self.length = end;
    }

    /// Copies bytes to another place, which begins after them or ends before.
    fn copy(&mut self, from: std::ops::Range<usize>, to: usize) {
        let length = from.len();
        if from.start < to {
            let (before, after) = self.bytes.split_at_mut(to);
            copy_short(&mut after[..length], &before[from]);
        } else {
            let (before, after) = self.bytes.split_at_mut(from.start);
            copy_short(&mut before[to..to + length], &after[..length]);
        }
    }

    /// What was written since the last end is a row.
    fn end(&mut self, is_present: bool) -> Result<()> {
        let end = i32::try_from(self.length).map_err(|_| Error::LimitExceeded {
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

    fn finish(mut self) -> Result<ArrayRef> {
        self.bytes.truncate(self.length);
        let nulls = Some(NullBuffer::from(self.present)).filter(|nulls| nulls.null_count() > 0);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let bytes = Buffer::from_vec(self.bytes);
        Ok(Arc::new(StringArray::try_new(offsets, bytes, nulls)?))
    }
}
