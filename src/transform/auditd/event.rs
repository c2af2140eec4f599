//! Joins records into events, and keeps what their fields hold.
//!
//! Records of one event have its time, its serial number and its node in common, and
//! may stand between those of others. A value goes to its column at once, while its
//! record is near the processor. What an event says twice is sorted out at the end,
//! when a column is seen as a whole.

use std::collections::HashMap;

use super::fields::{Quotes, Sink, Style, argument, split};
use super::record::Record;
use super::sockaddr;
use super::syscall;
use super::value::{Treatment, hex, integer, is_absent};
use crate::table::{TextBuilder, append};
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
    fn end_value(&mut self, row: u32, part: u32, start: usize, is_text: bool) {
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
    fields: Vec<FieldRule>,
    index: HashMap<Vec<u8>, usize>,
    /// The field that came after each field (and, first, at a record's begin) when
    /// last seen: records of a type mostly have the same fields in the same order.
    follow: Vec<usize>,
}

#[derive(Debug)]
struct FieldRule {
    name: Vec<u8>,
    treatment: Treatment,
    column: u32,
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
    kind_index: HashMap<Vec<u8>, u32>,
    node_index: HashMap<Vec<u8>, u32>,
    column_index: HashMap<String, u32>,
    event_index: HashMap<(i64, u64, u32), u32>,
    /// The names of system calls and machines.
    names: HashMap<(&'static str, u32), Option<&'static str>>,
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
            kind_index: HashMap::new(),
            node_index: HashMap::new(),
            column_index: HashMap::new(),
            event_index: HashMap::new(),
            names: HashMap::new(),
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
        let mut adder = Adder {
            events: self,
            event: event as u32,
            kind: kind as usize,
            path,
            interpreted: record.interpreted,
            before: 0,
            message: Vec::new(),
            prefix: None,
            machine: None,
            syscall: None,
            failed: None,
        };
        let style = match (record.interpreted, record.kind) {
            (false, _) => Style::Raw,
            (true, b"EXECVE") => Style::InterpretedArguments,
            (true, _) => Style::Interpreted,
        };
        split(record.fields, style, &mut adder);
        split(record.enriched, Style::Raw, &mut adder);
        adder.finish(record.enriched.is_empty())
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
            index: HashMap::new(),
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
    fn column(&mut self, name: &str, shape: Shape, kind: usize) -> Result<u32> {
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
            if !values.is_sorted_by_key(|value| value.row) {
                values.sort_by_key(|value| value.row);
            }
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
                Shape::Others => (value.row, 0),
                _ => (value.row, value.part),
            };
            if column.shape != Shape::One && !column.values.is_sorted_by_key(key) {
                column.values.sort_by_key(key);
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

/// What an absent user, group or session is.
const UNSET: &[u8] = b"-1";

/// Whether short texts are equal, without the call that comparing slices is.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

fn too_many(columns: usize) -> Error {
    too_much(&format!(
        "the records have more than {columns} different fields"
    ))
}

fn too_much(problem: &str) -> Error {
    Error::LimitExceeded {
        place: Place::default(),
        problem: problem.into(),
        advice: "read the log in parts".into(),
    }
}

/// Puts the fields of one record into its event.
struct Adder<'e> {
    events: &'e mut Events,
    event: u32,
    kind: usize,
    /// The number of this PATH record in its event.
    path: u32,
    interpreted: bool,
    /// The place in the type's `follow` of the field before.
    before: usize,
    /// Words that belong to no field.
    message: Vec<u8>,
    /// `old` or `new`, which old kernels write before a field of LOGIN records.
    prefix: Option<&'static [u8]>,
    machine: Option<&'static str>,
    syscall: Option<u32>,
    failed: Option<Error>,
}

impl Sink for Adder<'_> {
    #[inline]
    fn field(&mut self, name: &[u8], value: &[u8], quotes: Quotes) {
        if self.failed.is_some() {
            return;
        }
        let added = match self.prefix.take() {
            Some(b"old") => self.add(&[b"old-", name].concat(), value, quotes),
            _ => self.add(name, value, quotes),
        };
        // An error is large, and moved only if there is one.
        if let Err(error) = added {
            self.failed = Some(error);
        }
    }

    fn word(&mut self, word: &[u8]) {
        self.prefix = match word {
            b"old" => Some(b"old"),
            b"new" => Some(b"new"),
            _ => None,
        };
        if self.prefix.is_none() {
            if !self.message.is_empty() {
                self.message.push(b' ');
            }
            self.message.extend_from_slice(word);
        }
    }
}

impl Adder<'_> {
    #[inline]
    fn add(&mut self, name: &[u8], value: &[u8], quotes: Quotes) -> Result<()> {
        let (treatment, column) = self.rule(name)?;
        let is_argument = matches!(treatment, Treatment::Argument(_));
        if is_absent(value) && !is_argument {
            return Ok(());
        }
        let coded = quotes == Quotes::None && !self.interpreted;
        match treatment {
            Treatment::Plain => self.put_plain(column, value, quotes),
            Treatment::Encoded | Treatment::Title | Treatment::Keys => {
                match coded.then(|| hex(value)).flatten() {
                    Some(bytes) => self.put_decoded(column, bytes, treatment),
                    None => self.put_text(column, value),
                }
            }
            Treatment::Argument(index) => {
                let bytes = coded.then(|| hex(value)).flatten();
                self.push(column, index, bytes.as_deref().unwrap_or(value), true);
            }
            Treatment::Id => match value {
                b"4294967295" | b"unset" => self.put(column, UNSET, false),
                _ if integer(value).is_some() => self.put_plain(column, value, quotes),
                _ => self.put_named(&name.to_ascii_uppercase(), value)?,
            },
            Treatment::Named => self.add_named(name, column, value)?,
            Treatment::Address => self.add_address(column, value, coded)?,
            Treatment::Ignored => {}
        }
        Ok(())
    }

    /// A machine, a system call or its result: a number, or its name.
    fn add_named(&mut self, name: &[u8], column: u32, value: &[u8]) -> Result<()> {
        let number = integer(value);
        let is_code =
            name == b"arch" && value.len() == 8 && value.iter().all(u8::is_ascii_hexdigit);
        if name == b"arch" {
            self.machine = syscall::machine(value);
        } else if name == b"syscall" {
            self.syscall = number.and_then(|number| u32::try_from(number).ok());
        }
        match number {
            _ if is_code => self.put_text(column, value),
            Some(_) => self.put_plain(column, value, Quotes::None),
            None => self.put_named(&name.to_ascii_uppercase(), value)?,
        }
        Ok(())
    }

    /// A socket's address as it stands there, and what it means under the names that
    /// auditd and `ausearch` give the parts.
    fn add_address(&mut self, column: u32, value: &[u8], coded: bool) -> Result<()> {
        self.put_text(column, value);
        let bytes = coded.then(|| hex(value)).flatten();
        let Some(address) = bytes.as_deref().and_then(sockaddr::parse) else {
            return Ok(());
        };
        self.put_new("saddr_fam", address.family.as_bytes())?;
        if let Some(text) = address.address {
            self.put_new("laddr", text.as_bytes())?;
        }
        if let Some(port) = address.port {
            let column = self.events.column("lport", Shape::One, self.kind)?;
            self.put(column, port.to_string().as_bytes(), false);
        }
        match address.path {
            Some(path) => self.put_new("path", path.as_bytes()),
            None => Ok(()),
        }
    }

    /// What to do with the field `name`, and where it goes.
    fn rule(&mut self, name: &[u8]) -> Result<(Treatment, u32)> {
        let kind = &self.events.kinds[self.kind];
        let guess = kind.follow[self.before];
        let field = match kind.fields.get(guess) {
            Some(field) if same(&field.name, name) => guess,
            _ => match kind.index.get(name) {
                Some(&field) => field,
                None => self.new_rule(name)?,
            },
        };
        let kind = &mut self.events.kinds[self.kind];
        kind.follow[self.before] = field;
        self.before = field + 1;
        Ok((kind.fields[field].treatment, kind.fields[field].column))
    }

    fn new_rule(&mut self, name: &[u8]) -> Result<usize> {
        let kind = self.events.kinds[self.kind].name.clone();
        let treatment = Treatment::of(&kind, name);
        let text = String::from_utf8_lossy(name);
        let column = match treatment {
            Treatment::Argument(_) | Treatment::Ignored => ARGUMENTS,
            _ if kind == b"PATH" => self.path_column(&text)?,
            // `a0` is an argument's name; other records have numbers under it.
            _ if argument(name).is_some() => {
                let kind = String::from_utf8_lossy(&kind).to_ascii_lowercase();
                self.events
                    .column(&format!("{kind}_{text}"), Shape::One, self.kind)?
            }
            _ => self.events.column(&text, Shape::One, self.kind)?,
        };
        let kind = &mut self.events.kinds[self.kind];
        let field = kind.fields.len();
        kind.index.insert(name.to_vec(), field);
        kind.follow.push(field + 1);
        kind.fields.push(FieldRule {
            name: name.to_vec(),
            treatment,
            column,
        });
        Ok(field)
    }

    fn path_column(&mut self, name: &str) -> Result<u32> {
        self.events
            .column(&format!("path_{name}"), Shape::Paths, self.kind)
    }

    #[inline]
    fn put_plain(&mut self, column: u32, value: &[u8], quotes: Quotes) {
        self.put(column, value, quotes == Quotes::Double);
    }

    fn put_text(&mut self, column: u32, value: &[u8]) {
        self.put(column, value, true);
    }

    fn put_decoded(&mut self, column: u32, mut bytes: Vec<u8>, how: Treatment) {
        let marks = match how {
            Treatment::Title => Some((0, b' ')),
            Treatment::Keys => Some((1, b',')),
            _ => None,
        };
        if let Some((from, to)) = marks {
            bytes
                .iter_mut()
                .filter(|byte| **byte == from)
                .for_each(|byte| *byte = to);
            bytes.truncate(bytes.trim_ascii_end().len());
        }
        self.put_text(column, String::from_utf8_lossy(&bytes).as_bytes());
    }

    /// Puts a part of the log into the column `name`.
    fn put_named(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        let name = String::from_utf8_lossy(name);
        let column = match self.events.kinds[self.kind].name == b"PATH" {
            true => self.path_column(&name)?,
            false => self.events.column(&name, Shape::One, self.kind)?,
        };
        self.put_text(column, value);
        Ok(())
    }

    /// Puts text that stands nowhere in the log into the column `name`.
    fn put_new(&mut self, name: &str, text: &[u8]) -> Result<()> {
        let column = self.events.column(name, Shape::One, self.kind)?;
        self.put_text(column, text);
        Ok(())
    }

    #[inline]
    fn put(&mut self, column: u32, text: &[u8], is_text: bool) {
        let part = match self.events.columns[column as usize].shape {
            Shape::Paths => self.path,
            _ => self.kind as u32,
        };
        self.push(column, part, text, is_text);
    }

    #[inline]
    fn push(&mut self, column: u32, part: u32, text: &[u8], is_text: bool) {
        let column = &mut self.events.columns[column as usize];
        let start = column.bytes.len();
        if start + text.len() > MAX_BYTES {
            self.failed = Some(too_much("a field's text is longer than 2 GiB"));
            return;
        }
        append(&mut column.bytes, text);
        column.end_value(self.event, part, start, is_text);
    }

    /// Adds what the record says as a whole.
    fn finish(mut self, interpret: bool) -> Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if !self.message.is_empty() {
            let message = std::mem::take(&mut self.message);
            self.put_new("message", &message)?;
        }
        if interpret && let Some(machine) = self.machine {
            self.put_new("ARCH", machine.as_bytes())?;
            if let Some(name) = self
                .syscall
                .and_then(|number| self.syscall_name(machine, number))
            {
                self.put_new("SYSCALL", name.as_bytes())?;
            }
        }
        Ok(())
    }

    fn syscall_name(&mut self, machine: &'static str, number: u32) -> Option<&'static str> {
        let names = &mut self.events.names;
        *names
            .entry((machine, number))
            .or_insert_with(|| syscall::name(machine, number))
    }
}
