//! Events into a table: one row each, one column for each field.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, ListArray, TimestampMicrosecondArray};
use arrow_buffer::{NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};

use super::event::{ARGUMENTS, Column, Events, Shape, Value, too_much};
use super::value::integer;
use crate::order::sort_by_number;
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

/// Most values of the table, absent ones too.
const MAX_CELLS: usize = 1 << 28;

type Columns = Vec<(String, ArrayRef)>;

/// The table of all events, in the order of their first records.
pub(super) fn table(mut events: Events) -> Result<Table> {
    events.part_values()?;
    let rows = events.events.len();
    check_size(&events)?;
    let mut columns = whole(&mut events)?;
    let mut fields = std::mem::take(&mut events.columns);
    for name in PROCESS {
        let found = fields.iter_mut().find(|column| column.name == name);
        let array = match found.filter(|column| !column.values.is_empty()) {
            Some(column) => one(column, rows)?,
            None => absent(name, rows)?,
        };
        columns.push((name.into(), array));
    }
    arguments(&fields[ARGUMENTS as usize], rows, &mut columns)?;
    let mut others: Vec<_> = fields[1..].iter_mut().collect();
    others.retain(|column| !column.values.is_empty() && !PROCESS.contains(&column.name.as_str()));
    others.sort_by(|a, b| a.name.cmp(&b.name));
    let paths = Paths::of(&events);
    for column in others {
        let array = match column.shape {
            Shape::One => one(column, rows)?,
            Shape::Others => joined(column, rows)?,
            Shape::Paths | Shape::Arguments => paths.lists(column)?,
        };
        columns.push((std::mem::take(&mut column.name), array));
    }
    let columns = columns
        .iter()
        .map(|(name, array)| (name.as_str(), array.clone()));
    Table::new(columns.collect())
}

/// Refuses what would fill the memory: a log in which each record has fields of its own
/// becomes a table that grows with the square of the log.
fn check_size(events: &Events) -> Result<()> {
    let paths: usize = events.events.iter().map(|event| event.paths as usize).sum();
    let cells = |column: &Column| match column.shape {
        Shape::Paths => paths,
        _ => events.events.len(),
    };
    let cells: usize = events.columns.iter().map(cells).sum();
    match cells > MAX_CELLS {
        true => Err(too_much(
            "the table would have more than 2^28 values, as its records have so many different fields",
        )),
        false => Ok(()),
    }
}

/// The columns that tell of an event as a whole.
fn whole(events: &mut Events) -> Result<Columns> {
    let mut records = std::mem::take(&mut events.records);
    sort_by_number(&mut records, |record| record.0.into());
    let rows = &events.events;
    let name = |kind: u32| events.kinds[kind as usize].name.as_slice();
    let mut texts = [(); 3].map(|()| TextBuilder::with_capacity(rows.len()));
    let [types, nodes, all] = &mut texts;
    let mut counts = Vec::with_capacity(rows.len());
    let mut of_events = records.chunk_by(|a, b| a.0 == b.0);
    for event in rows {
        // Every event has a record.
        let records = of_events.next().unwrap_or_default();
        types.push(Some(event_type(
            records.iter().map(|record| name(record.1)),
        )));
        nodes.push((event.node > 0).then(|| events.nodes[event.node as usize].as_slice()));
        for (i, record) in records.iter().enumerate() {
            all.piece(if i > 0 { b"," } else { b"" });
            all.piece(name(record.1));
        }
        all.end();
        counts.push(records.len() as i64);
    }
    let [types, nodes, all] = texts;
    let ids = std::mem::replace(&mut events.ids, TextBuilder::with_capacity(0));
    let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|event| event.micros));
    Ok(vec![
        ("EventType".into(), types.finish("EventType")?),
        ("mssg_id".into(), ids.finish("mssg_id")?),
        ("TimeGenerated".into(), Arc::new(times.with_timezone("UTC"))),
        ("Computer".into(), nodes.finish("Computer")?),
        ("RecordCount".into(), Arc::new(Int64Array::from(counts))),
        ("RecordTypes".into(), all.finish("RecordTypes")?),
    ])
}

/// `SYSCALL_EXECVE` for the start of a process, as in msticpy; else the type of the
/// record that says what happened, in whatever order they stand.
fn event_type<'a>(mut types: impl Iterator<Item = &'a [u8]> + Clone) -> &'a [u8] {
    let has = |wanted: &[u8]| types.clone().any(|name| name == wanted);
    if has(b"SYSCALL") && has(b"EXECVE") {
        return b"SYSCALL_EXECVE";
    }
    let telling = types.clone().find(|name| !DETAILS.contains(name));
    let syscall = || types.clone().find(|name| *name == b"SYSCALL");
    telling
        .or_else(syscall)
        .or_else(|| types.next())
        .unwrap_or_default()
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
fn one(column: &mut Column, rows: usize) -> Result<ArrayRef> {
    match integers(column, rows) {
        Some(integers) => Ok(integers),
        None => joined(column, rows),
    }
}

fn integers(column: &Column, rows: usize) -> Option<ArrayRef> {
    if column.values.iter().any(|value| value.is_text()) {
        return None;
    }
    let mut numbers = vec![0; rows];
    let mut nulls = NullBufferBuilder::new(rows);
    for value in &column.values {
        let row = value.row as usize;
        numbers[row] = integer(column.text(*value))?;
        nulls.append_n_nulls(row - nulls.len());
        nulls.append_non_null();
    }
    nulls.append_n_nulls(rows - nulls.len());
    Some(Arc::new(Int64Array::new(numbers.into(), nulls.finish())))
}

/// Text; several values of an event with a comma between.
fn joined(column: &mut Column, rows: usize) -> Result<ArrayRef> {
    let values = &column.values;
    // One value after the other, one in a row: their bytes are the column's.
    let follows = |pair: &[Value]| pair[0].row < pair[1].row && pair[0].end() == pair[1].start;
    let starts = values.first().is_some_and(|first| first.start == 0);
    if starts && values.windows(2).all(follows) {
        let ends = values
            .iter()
            .map(|value| (value.row as usize, value.end() as usize));
        let texts = TextBuilder::of_values(rows, std::mem::take(&mut column.bytes), ends);
        return texts.finish(&column.name);
    }
    let mut texts = TextBuilder::with_capacity(rows);
    let mut values = values.iter().peekable();
    while let Some(value) = values.next() {
        texts.fill(value.row as usize);
        texts.piece(column.text(*value));
        while let Some(next) = values.next_if(|next| next.row == value.row) {
            texts.piece(b",");
            texts.piece(column.text(*next));
        }
        texts.end();
    }
    texts.fill(rows);
    texts.finish(&column.name)
}

/// The PATH records of a log.
struct Paths {
    /// Where those of each event begin; one more than there are events.
    offsets: OffsetBuffer<i32>,
    nulls: Option<NullBuffer>,
}

impl Paths {
    fn of(events: &Events) -> Self {
        let counts = events.events.iter().map(|event| event.paths as usize);
        let nulls = counts.clone().map(|count| count > 0).collect();
        Self {
            offsets: OffsetBuffer::from_lengths(counts),
            nulls: Some(NullBuffer::new(nulls)),
        }
    }

    /// Lists with an item for each PATH record of an event.
    fn lists(&self, column: &mut Column) -> Result<ArrayRef> {
        let offsets = &self.offsets;
        for value in &mut column.values {
            value.row = offsets[value.row as usize] as u32 + value.part;
        }
        let count = offsets.last() as usize;
        list_column(offsets.clone(), joined(column, count)?, self.nulls.clone())
    }
}

/// `cmdline`, `args`, and `a0`, `a1` … as far as events have them.
fn arguments(column: &Column, rows: usize, columns: &mut Columns) -> Result<()> {
    let mut lists = Lists::new(rows, column.values.len());
    let mut lines = TextBuilder::with_capacity(rows);
    let mut singles: Vec<TextBuilder> = Vec::new();
    let mut argument = Vec::new();
    let mut values = column.values.iter().peekable();
    for row in 0..rows {
        let mut any = false;
        while let Some(value) = values.next_if(|next| next.row as usize == row) {
            argument.clear();
            argument.extend_from_slice(column.text(*value));
            let is_more = |next: &&Value| (next.row, next.part) == (value.row, value.part);
            while let Some(piece) = values.next_if(is_more) {
                argument.extend_from_slice(column.text(*piece));
            }
            // Pieces are cut anywhere, so that only the whole may be text.
            let text = String::from_utf8_lossy(&argument);
            lists.items.push(Some(text.as_bytes()));
            lines.piece(if any { b" " } else { b"" });
            lines.piece(text.as_bytes());
            any = true;
            let part = value.part as usize;
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
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        list_column(offsets, items, self.nulls.finish())
    }
}

fn list_column(
    offsets: OffsetBuffer<i32>,
    items: ArrayRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("item", DataType::Utf8, true));
    Ok(Arc::new(ListArray::try_new(field, offsets, items, nulls)?))
}
