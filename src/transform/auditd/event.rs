//! Joins records into events, and keeps what their fields hold.
//!
//! Records of one event have its time, its serial number and its node in common, and
//! may stand between those of others. A value goes to its column at once, while its
//! record is near the processor. What an event says twice is sorted out at the end,
//! when a column is seen as a whole.

use super::fill::fill;
use super::record::Record;
use super::value::Treatment;
use crate::order::{pair, sort_by_number};
use crate::table::{Map, TextBuilder};
use crate::{Error, Place, Result};

/// A value of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    /// The number of its event.
    pub(super) row: u32,
    /// In a list the place there, else the number of its record's type.
    pub(super) part: u32,
    /// Where its text is in the column's bytes.
    pub(super) start: u32,
    /// Its length in the low 31 bits, then whether it is text even if it looks like a
    /// number.
    length: u32,
}

const TEXT: u32 = 1 << 31;

impl Value {
    pub(super) fn is_text(self) -> bool {
        self.length & TEXT != 0
    }

    pub(super) fn end(self) -> u32 {
        self.start + (self.length & !TEXT)
    }
}

/// What records say together.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) micros: i64,
    /// Its number in [`Events::nodes`].
    pub(super) node: u32,
    /// How many of its records are of type PATH.
    pub(super) paths: u32,
}

/// A column in the making.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) shape: Shape,
    /// In the order of the log.
    pub(super) values: Vec<Value>,
    pub(super) bytes: Vec<u8>,
}

impl Column {
    fn new(name: String, shape: Shape) -> Self {
        Self {
            name,
            shape,
            values: Vec::new(),
            bytes: Vec::new(),
        }
    }

    pub(super) fn text(&self, value: Value) -> &[u8] {
        &self.bytes[value.start as usize..value.end() as usize]
    }

    /// Adds a value whose text was written to the end of `bytes`, from `start` on.
    #[inline]
    pub(super) fn end_value(&mut self, row: u32, part: u32, start: usize, is_text: bool) {
        let length = (self.bytes.len() - start) as u32 | if is_text { TEXT } else { 0 };
        let start = start as u32;
        self.values.push(Value {
            row,
            part,
            start,
            length,
        });
    }
}

/// How many values a column has for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One.
    One,
    /// One for each PATH record.
    Paths,
    /// One for each argument, of one or more pieces.
    Arguments,
    /// As many as there are beside the first; they are joined.
    Others,
}

/// A type of records, and where its fields go.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: Vec<u8>,
    pub(super) fields: Vec<FieldRule>,
    pub(super) index: Map<Vec<u8>, usize>,
    /// The field that came after each field (and, first, at a record's begin) when
    /// last seen: records of a type mostly have the same fields in the same order.
    pub(super) follow: Vec<usize>,
}

/// What to do with a field of a type of records, and where it goes.
#[derive(Debug)]
pub(super) struct FieldRule {
    pub(super) name: Vec<u8>,
    pub(super) treatment: Treatment,
    pub(super) column: u32,
}

/// The number of the column of arguments.
pub(super) const ARGUMENTS: u32 = 0;

/// All events of a log.
pub(super) struct Events {
    pub(super) events: Vec<Event>,
    /// Time and serial number of each as they stand in the log.
    pub(super) ids: TextBuilder,
    /// The event and the type of each record.
    pub(super) records: Vec<(u32, u32)>,
    pub(super) kinds: Vec<Kind>,
    pub(super) nodes: Vec<Vec<u8>>,
    pub(super) columns: Vec<Column>,
    kind_index: Map<Vec<u8>, u32>,
    node_index: Map<Vec<u8>, u32>,
    column_index: Map<String, u32>,
    event_index: Map<(i64, u64, u32), u32>,
    /// The names of system calls and machines.
    pub(super) names: Map<(&'static str, u32), Option<&'static str>>,
    last: Option<((i64, u64, u32), usize)>,
    max_columns: usize,
    /// Names that no field may take: those of columns that are made of several.
    reserved: &'static [&'static str],
}

impl Events {
    pub(super) fn new(max_columns: u64, reserved: &'static [&'static str]) -> Self {
        Self {
            events: Vec::new(),
            ids: TextBuilder::with_capacity(0),
            records: Vec::new(),
            kinds: Vec::new(),
            nodes: vec![Vec::new()],
            columns: vec![Column::new("args".into(), Shape::Arguments)],
            kind_index: Map::default(),
            node_index: Map::default(),
            column_index: Map::default(),
            event_index: Map::default(),
            names: Map::default(),
            last: None,
            max_columns: usize::try_from(max_columns).unwrap_or(usize::MAX),
            reserved,
        }
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` for too many columns, or 2 GiB of text in one.
    pub(super) fn add(&mut self, record: &Record<'_>) -> Result<()> {
        let (kind, node) = (self.kind(record.kind), self.node(record.node));
        let event = self.event(record, node);
        self.records.push((event as u32, kind));
        let target = &mut self.events[event];
        let path = target.paths;
        target.paths += u32::from(record.kind == b"PATH");
        fill(self, record, event as u32, kind as usize, path)
    }

    fn event(&mut self, record: &Record<'_>, node: u32) -> usize {
        let key = (record.micros, record.serial, node);
        if let Some((last, event)) = self.last
            && last == key
        {
            return event;
        }
        let next = self.events.len();
        let event = *self.event_index.entry(key).or_insert(next as u32) as usize;
        self.last = Some((key, event));
        if event == next {
            self.ids.push(Some(record.id));
            self.events.push(Event {
                micros: record.micros,
                node,
                paths: 0,
            });
        }
        event
    }

    fn kind(&mut self, name: &[u8]) -> u32 {
        if let Some(&kind) = self.kind_index.get(name) {
            return kind;
        }
        let kind = self.kinds.len() as u32;
        self.kind_index.insert(name.to_vec(), kind);
        self.kinds.push(Kind {
            name: name.to_vec(),
            fields: Vec::new(),
            index: Map::default(),
            follow: vec![0],
        });
        kind
    }

    /// The number of a node; 0 is none.
    fn node(&mut self, name: Option<&[u8]>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(&node) = self.node_index.get(name) {
            return node;
        }
        let node = self.nodes.len() as u32;
        self.node_index.insert(name.to_vec(), node);
        self.nodes.push(name.to_vec());
        node
    }

    /// The column `name` of this shape, or one with the type of the record after its
    /// name if that is taken by something else.
    pub(super) fn column(&mut self, name: &str, shape: Shape, kind: usize) -> Result<u32> {
        // Most often it is there; then nothing is copied.
        if let Some(&column) = self.column_index.get(name)
            && self.columns[column as usize].shape == shape
        {
            return Ok(column);
        }
        let mut name = name.to_string();
        loop {
            match self.column_index.get(&name) {
                Some(&column) if self.columns[column as usize].shape == shape => return Ok(column),
                None if !self.reserved.contains(&name.as_str()) => break,
                _ => {}
            }
            name.push('_');
            name.push_str(&String::from_utf8_lossy(&self.kinds[kind].name));
        }
        if self.columns.len() >= self.max_columns {
            return Err(too_many(self.max_columns));
        }
        let column = self.columns.len() as u32;
        self.column_index.insert(name.clone(), column);
        self.columns.push(Column::new(name, shape));
        Ok(column)
    }

    /// Takes the values that their events have another one of out of the column, and
    /// into the columns that have the records' types in their names.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` for too many columns.
    pub(super) fn part_values(&mut self) -> Result<()> {
        for column in 0..self.columns.len() {
            if self.columns[column].shape != Shape::One {
                continue;
            }
            let mut values = std::mem::take(&mut self.columns[column].values);
            sort_by_number(&mut values, |value| value.row.into());
            let is_alone = values.windows(2).all(|pair| pair[0].row != pair[1].row);
            if !is_alone {
                let mut kept: Vec<Value> = Vec::with_capacity(values.len());
                for value in values {
                    match kept.last() {
                        Some(first) if first.row == value.row => {
                            let from = &self.columns[column];
                            if from.text(*first) != from.text(value) {
                                self.put_aside(column, value)?;
                            }
                        }
                        _ => kept.push(value),
                    }
                }
                values = kept;
            }
            self.columns[column].values = values;
        }
        // Stable, so that the pieces of an argument keep their order.
        for column in &mut self.columns {
            let key = |value: &Value| match column.shape {
                Shape::Others => pair(value.row, 0),
                _ => pair(value.row, value.part),
            };
            if column.shape != Shape::One {
                sort_by_number(&mut column.values, key);
            }
        }
        Ok(())
    }

    fn put_aside(&mut self, column: usize, value: Value) -> Result<()> {
        let kind = value.part as usize;
        let name = format!(
            "{}_{}",
            self.columns[column].name,
            String::from_utf8_lossy(&self.kinds[kind].name)
        );
        let other = self.column(&name, Shape::Others, kind)? as usize;
        let text = self.columns[column].text(value).to_vec();
        let other = &mut self.columns[other];
        let start = other.bytes.len();
        other.bytes.extend_from_slice(&text);
        other.end_value(value.row, value.part, start, true);
        Ok(())
    }
}

/// Longest text of a column, and of a log, which no column is longer than by much.
pub(super) const MAX_BYTES: usize = i32::MAX as usize;

fn too_many(columns: usize) -> Error {
    too_much(&format!(
        "the records have more than {columns} different fields"
    ))
}

pub(super) fn too_much(problem: &str) -> Error {
    Error::LimitExceeded {
        place: Place::default(),
        problem: problem.into(),
        advice: "read the log in parts".into(),
    }
}
