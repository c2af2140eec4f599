//! Events into a table: one row each, one column for each field.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, ListArray, TimestampMicrosecondArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};

use super::event::{ARGUMENTS, Event, Events, Shape, Span};
use super::value::integer;
use crate::table::TextBuilder;
use crate::{Result, Table};

/// Names of columns that are made of more than one field.
pub(super) const RESERVED: &[&str] = &[
    "EventType",
    "mssg_id",
    "TimeGenerated",
    "Computer",
    "RecordCount",
    "RecordTypes",
    "cmdline",
    "args",
];

/// Columns that are always there, after those of the event as a whole.
const PROCESS: [&str; 14] = [
    "success",
    "ppid",
    "pid",
    "auid",
    "uid",
    "gid",
    "euid",
    "egid",
    "ses",
    "exe",
    "comm",
    "cwd",
    "proctitle",
    "argc",
];

/// Those of them that hold text; the others hold integers.
const PROCESS_TEXTS: [&str; 5] = ["success", "exe", "comm", "cwd", "proctitle"];

/// Arguments that have a column of their own; `args` has all.
const MAX_ARGUMENT_COLUMNS: usize = 32;

/// Records that tell more of an event than what it is.
const DETAILS: [&[u8]; 8] = [
    b"SYSCALL",
    b"EXECVE",
    b"CWD",
    b"PATH",
    b"PROCTITLE",
    b"SOCKADDR",
    b"EOE",
    b"MMAP",
];

type Columns = Vec<(String, ArrayRef)>;

/// A value of a column: its row, its place in a list, and where it stands.
type Placed = (u32, u32, Span);

/// The table of all events, in the order of their first records.
pub(super) fn table(events: &Events<'_>) -> Result<Table> {
    let mut placed: Vec<Vec<Placed>> = vec![Vec::new(); events.columns.len()];
    for (row, event) in events.events.iter().enumerate() {
        for value in &event.values {
            placed[value.column as usize].push((row as u32, value.part, value.span));
        }
    }
    let mut columns = whole(events)?;
    for name in PROCESS {
        let found = events.columns.iter().position(|column| column.name == name);
        let array = match found {
            Some(column) => one(events, name, &std::mem::take(&mut placed[column]))?,
            None => absent(name, events.events.len())?,
        };
        columns.push((name.into(), array));
    }
    arguments(events, &mut placed[ARGUMENTS as usize], &mut columns)?;
    let mut others: Vec<usize> = (0..placed.len())
        .filter(|&i| !placed[i].is_empty())
        .collect();
    others.retain(|&column| column != ARGUMENTS as usize);
    others.sort_by(|&a, &b| events.columns[a].name.cmp(&events.columns[b].name));
    for column in others {
        let (name, values) = (&events.columns[column].name, &placed[column]);
        let array = match events.columns[column].shape {
            Shape::One => one(events, name, values)?,
            Shape::Others => joined(events, name, values)?,
            Shape::Paths | Shape::Arguments => paths(events, name, values)?,
        };
        columns.push((name.clone(), array));
    }
    let columns = columns
        .iter()
        .map(|(name, array)| (name.as_str(), array.clone()));
    Table::new(columns.collect())
}

/// The columns that tell of an event as a whole.
fn whole(events: &Events<'_>) -> Result<Columns> {
    let rows = &events.events;
    let mut texts = [(); 4].map(|()| TextBuilder::with_capacity(rows.len()));
    let [kinds, ids, nodes, all] = &mut texts;
    for event in rows {
        event_type(events, event, kinds);
        ids.push(Some(events.text(event.id)));
        nodes.push((event.node > 0).then(|| events.nodes[event.node as usize].as_slice()));
        for (i, &kind) in event.kinds.iter().enumerate() {
            all.piece(if i > 0 { b"," } else { b"" });
            all.piece(&events.kinds[kind as usize].name);
        }
        all.end();
    }
    let [kinds, ids, nodes, all] = texts;
    let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|event| event.micros));
    let counts = Int64Array::from_iter_values(rows.iter().map(|event| event.kinds.len() as i64));
    Ok(vec![
        ("EventType".into(), kinds.finish("EventType")?),
        ("mssg_id".into(), ids.finish("mssg_id")?),
        ("TimeGenerated".into(), Arc::new(times.with_timezone("UTC"))),
        ("Computer".into(), nodes.finish("Computer")?),
        ("RecordCount".into(), Arc::new(counts)),
        ("RecordTypes".into(), all.finish("RecordTypes")?),
    ])
}

/// `SYSCALL_EXECVE` for the start of a process, as in msticpy; else the type of the
/// record that says what happened, in whatever order they stand.
fn event_type(events: &Events<'_>, event: &Event, types: &mut TextBuilder) {
    let name = |kind: &u32| events.kinds[*kind as usize].name.as_slice();
    let has = |wanted: &[u8]| event.kinds.iter().any(|kind| name(kind) == wanted);
    let telling = event
        .kinds
        .iter()
        .map(name)
        .find(|name| !DETAILS.contains(name));
    types.push(Some(match telling {
        _ if has(b"SYSCALL") && has(b"EXECVE") => b"SYSCALL_EXECVE",
        Some(name) => name,
        None if has(b"SYSCALL") => b"SYSCALL",
        None => event.kinds.first().map_or(b"", name),
    }));
}

fn absent(name: &str, rows: usize) -> Result<ArrayRef> {
    if !PROCESS_TEXTS.contains(&name) {
        return Ok(Arc::new(Int64Array::new_null(rows)));
    }
    let mut texts = TextBuilder::with_capacity(rows);
    texts.fill(rows);
    texts.finish(name)
}

/// Integers if all values are, and none was quoted; else text.
fn one(events: &Events<'_>, name: &str, values: &[Placed]) -> Result<ArrayRef> {
    match integers(events, values) {
        Some(integers) => Ok(integers),
        None => joined(events, name, values),
    }
}

fn integers(events: &Events<'_>, values: &[Placed]) -> Option<ArrayRef> {
    let rows = events.events.len();
    let mut numbers = vec![0; rows];
    let mut nulls = NullBufferBuilder::new(rows);
    for &(row, _, span) in values {
        if span.is_text() {
            return None;
        }
        let row = row as usize;
        numbers[row] = integer(events.text(span))?;
        nulls.append_n_nulls(row - nulls.len());
        nulls.append_non_null();
    }
    nulls.append_n_nulls(rows - nulls.len());
    Some(Arc::new(Int64Array::new(numbers.into(), nulls.finish())))
}

/// Text; several values of an event with a comma between.
fn joined(events: &Events<'_>, name: &str, values: &[Placed]) -> Result<ArrayRef> {
    let rows = events.events.len();
    let mut texts = TextBuilder::with_capacity(rows);
    let mut values = values.iter().peekable();
    while let Some(&(row, _, span)) = values.next() {
        texts.fill(row as usize);
        texts.piece(events.text(span));
        while let Some(&(_, _, span)) = values.next_if(|next| next.0 == row) {
            texts.piece(b",");
            texts.piece(events.text(span));
        }
        texts.end();
    }
    texts.fill(rows);
    texts.finish(name)
}

/// Lists with an item for each PATH record of an event.
fn paths(events: &Events<'_>, name: &str, values: &[Placed]) -> Result<ArrayRef> {
    let mut lists = Lists::new(events.events.len(), values.len());
    let mut values = values.iter().peekable();
    for (row, event) in events.events.iter().enumerate() {
        for path in 0..event.paths {
            let mut first = true;
            while let Some(&(_, _, span)) =
                values.next_if(|next| (next.0, next.1) == (row as u32, path))
            {
                lists.items.piece(if first { b"" } else { b"," });
                lists.items.piece(events.text(span));
                first = false;
            }
            match first {
                true => lists.items.push(None),
                false => lists.items.end(),
            }
        }
        lists.end(event.paths > 0);
    }
    lists.finish(name)
}

/// `cmdline`, `args`, and `a0`, `a1` … as far as events have them.
fn arguments(events: &Events<'_>, placed: &mut [Placed], columns: &mut Columns) -> Result<()> {
    // Stable: the pieces of an argument keep their order.
    placed.sort_by_key(|&(row, part, _)| (row, part));
    let rows = events.events.len();
    let mut lists = Lists::new(rows, placed.len());
    let mut lines = TextBuilder::with_capacity(rows);
    let mut singles: Vec<TextBuilder> = Vec::new();
    let mut argument = Vec::new();
    let mut values = placed.iter().peekable();
    for row in 0..rows {
        let mut any = false;
        while let Some(&(_, part, span)) = values.next_if(|next| next.0 as usize == row) {
            argument.clear();
            argument.extend_from_slice(events.text(span));
            while let Some(&(_, _, span)) =
                values.next_if(|next| (next.0 as usize, next.1) == (row, part))
            {
                argument.extend_from_slice(events.text(span));
            }
            // Pieces are cut anywhere, so that only the whole may be text.
            let text = String::from_utf8_lossy(&argument);
            lists.items.push(Some(text.as_bytes()));
            lines.piece(if any { b" " } else { b"" });
            lines.piece(text.as_bytes());
            any = true;
            let part = part as usize;
            if part < MAX_ARGUMENT_COLUMNS {
                while singles.len() <= part {
                    singles.push(TextBuilder::with_capacity(rows));
                }
                singles[part].fill(row);
                singles[part].push(Some(text.as_bytes()));
            }
        }
        lists.end(any);
        match any {
            true => lines.end(),
            false => lines.push(None),
        }
    }
    columns.push(("cmdline".into(), lines.finish("cmdline")?));
    columns.push(("args".into(), lists.finish("args")?));
    for (i, mut texts) in singles.into_iter().enumerate() {
        texts.fill(rows);
        let name = format!("a{i}");
        let array = texts.finish(&name)?;
        columns.push((name, array));
    }
    Ok(())
}

/// A column of lists of text in the making.
struct Lists {
    items: TextBuilder,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Lists {
    fn new(rows: usize, items: usize) -> Self {
        Self {
            items: TextBuilder::with_capacity(items),
            offsets: vec![0],
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// Ends the list of a row, which is absent if there is nothing in it.
    fn end(&mut self, is_there: bool) {
        self.offsets.push(self.items.len() as i32);
        self.nulls.append(is_there);
    }

    fn finish(mut self, name: &str) -> Result<ArrayRef> {
        let items = self.items.finish(name)?;
        let field = Arc::new(Field::new("item", DataType::Utf8, true));
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        let lists = ListArray::try_new(field, offsets, items, self.nulls.finish())?;
        Ok(Arc::new(lists))
    }
}
