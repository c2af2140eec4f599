//! Sessions as numbers: each command, parameter and value is an index of its text.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, ListArray};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use serde_json::Value;

use crate::order::sort_by_number;
use crate::table::{Cell, Column, Map, Progress, TextBuilder, TextColumn, write_json, write_text};
use crate::{Error, Place, Result, Table};

use super::params;

/// A parameter without a value.
pub(super) const NO_VALUE: u32 = u32::MAX;

/// Different texts, each with an index.
#[derive(Debug)]
pub(super) struct Names {
    indices: Map<Box<str>, u32>,
    pub(super) texts: Vec<Box<str>>,
    /// For some bits of a text, the index of the last that had them: logs repeat
    /// themselves, and hashing costs more than comparing.
    recent: [u32; RECENT],
}

const RECENT: usize = 256;

impl Default for Names {
    fn default() -> Self {
        Self {
            indices: Map::default(),
            texts: Vec::new(),
            recent: [u32::MAX; RECENT],
        }
    }
}

/// A few bits of a text's ends and length.
fn bits(text: &[u8]) -> usize {
    let ends = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(23)
        }
        _ => text
            .iter()
            .fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
    };
    let mixed = (ends ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize % RECENT
}

impl Names {
    fn index(&mut self, text: &str) -> u32 {
        let place = bits(text.as_bytes());
        let recent = self.recent[place];
        if self
            .texts
            .get(recent as usize)
            .is_some_and(|name| **name == *text)
        {
            return recent;
        }
        let index = match self.indices.get(text) {
            Some(&index) => index,
            None => {
                let index = self.texts.len() as u32;
                self.indices.insert(text.into(), index);
                self.texts.push(text.into());
                index
            }
        };
        self.recent[place] = index;
        index
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.indices.get(text).copied()
    }
}

/// The sessions of a table.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    pub(super) names: Names,
    /// Of all sessions, one after another.
    pub(super) commands: Vec<u32>,
    /// Where sessions begin; one more than there are sessions.
    pub(super) starts: Vec<u32>,
    pub(super) params: Option<Params>,
}

/// What commands were called with.
#[derive(Debug, Default)]
pub(super) struct Params {
    pub(super) names: Names,
    pub(super) values: Names,
    /// Names with values, command by command, each name once.
    pairs: Vec<(u32, u32)>,
    /// Where in `pairs` those of each command end.
    ends: Vec<u32>,
    /// A cell as JSON.
    json: Vec<u8>,
}

impl Params {
    /// Whether any parameter has a value.
    pub(super) fn have_values(&self) -> bool {
        !self.values.texts.is_empty()
    }

    /// The parameters of a command and their values.
    pub(super) fn of(&self, command: usize) -> &[(u32, u32)] {
        let start = command.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.pairs[start as usize..self.ends[command] as usize]
    }

    /// Adds those of the next command.
    fn push(&mut self, cell: &Cell<'_>) -> Result<(), String> {
        let start = self.pairs.len();
        let mut json = std::mem::take(&mut self.json);
        let written;
        let text = match *cell {
            Cell::Null => "",
            Cell::Text(text) => text,
            ref cell => {
                json.clear();
                write_set(cell, &mut json);
                written = String::from_utf8_lossy(&json);
                &written
            }
        };
        for (name, value) in params::read(text)? {
            let value = value.map_or(NO_VALUE, |value| self.values.index(&value));
            self.pairs.push((self.names.index(&name), value));
        }
        self.json = json;
        let own = &mut self.pairs[start..];
        if own.len() > 1 {
            // Of two with one name the last counts.
            own.reverse();
            sort_by_number(own, |pair| pair.0.into());
            let mut kept = start + 1;
            for at in start + 1..self.pairs.len() {
                if self.pairs[at].0 != self.pairs[kept - 1].0 {
                    self.pairs[kept] = self.pairs[at];
                    kept += 1;
                }
            }
            self.pairs.truncate(kept);
        }
        self.ends.push(self.pairs.len() as u32);
        Ok(())
    }
}

impl Sessions {
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where the commands of a session are.
    pub(super) fn range(&self, session: usize) -> std::ops::Range<usize> {
        self.starts[session] as usize..self.starts[session + 1] as usize
    }

    /// Reads a column of lists of commands, and one of as many parameters. Absent
    /// commands are left out. O(commands).
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`; `ColumnType` for a column that holds no lists;
    /// `InvalidArgument` for lists that are not equally long; `BadInput` for parameters
    /// that cannot be read; `Cancelled` from `progress`.
    pub(super) fn read(
        table: &Table,
        events: &str,
        params: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        let lists = lists_of(table, events)?;
        let lists = Column::of(lists.as_ref());
        let param_lists = params.map(|name| lists_of(table, name)).transpose()?;
        let param_lists = param_lists.as_ref().map(|array| Column::of(array.as_ref()));
        let mut sessions = Self {
            starts: vec![0],
            params: params.map(|_| Params::default()),
            ..Self::default()
        };
        let mut text = Vec::new();
        for row in 0..table.num_rows() {
            if row % 65_536 == 65_535 {
                progress.at(row, table.num_rows())?;
            }
            let commands = items(table, events, &lists, row)?;
            let mut params_of = None;
            if let (Some(name), Some(lists)) = (params, &param_lists) {
                let items = items(table, name, lists, row)?;
                if commands.1.len() != items.1.len() {
                    return Err(unequal(
                        row,
                        (events, commands.1.len()),
                        (name, items.1.len()),
                    ));
                }
                params_of = Some((name, items));
            }
            for (i, at) in commands.1.clone().enumerate() {
                let cell = commands.0.map_or(Cell::Null, |items| items.get(at));
                let command = match cell {
                    Cell::Null => continue,
                    Cell::Text(text) => sessions.names.index(text),
                    cell => {
                        text.clear();
                        write_text(&cell, &mut text);
                        sessions.names.index(&String::from_utf8_lossy(&text))
                    }
                };
                sessions.commands.push(command);
                if let (Some((name, (items, range))), Some(read)) =
                    (&params_of, &mut sessions.params)
                {
                    let cell = items.map_or(Cell::Null, |items| items.get(range.start + i));
                    read.push(&cell)
                        .map_err(|problem| unreadable(row, name, &problem))?;
                }
            }
            sessions.starts.push(sessions.commands.len() as u32);
        }
        Ok(sessions)
    }
}

/// Whether a column has lists, or texts that look like lists in JSON, as sessions that were
/// saved as CSV have them.
pub(super) fn has_lists(table: &Table, name: &str) -> bool {
    let Ok(column) = table.column(name) else {
        return false;
    };
    match TextColumn::of(column.as_ref()) {
        Some(texts) => {
            let first = texts.iter().flatten().next();
            first.is_some_and(|text| text.trim_start().starts_with('['))
        }
        None => matches!(
            column.data_type(),
            DataType::List(_)
                | DataType::LargeList(_)
                | DataType::FixedSizeList(..)
                | DataType::ListView(_)
                | DataType::LargeListView(_)
        ),
    }
}

/// A column of lists; of texts, the lists that they are in JSON, each item as text.
fn lists_of(table: &Table, name: &str) -> Result<ArrayRef> {
    let column = table.column(name)?;
    let Some(texts) = TextColumn::of(column.as_ref()) else {
        return Ok(column.clone());
    };
    let mut items = TextBuilder::with_capacity(texts.len());
    let mut ends = vec![0];
    let mut present = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let text = text.filter(|text| !text.trim().is_empty());
        let list = text.map(serde_json::from_str::<Vec<Value>>).transpose();
        let list = list.map_err(|error| not_a_list(row, name, &error))?;
        present.push(list.is_some());
        for item in list.into_iter().flatten() {
            match item {
                Value::Null => items.push(None),
                Value::String(text) => items.push(Some(text.as_bytes())),
                other => items.push(Some(other.to_string().as_bytes())),
            }
        }
        ends.push(items.len() as i32);
    }
    let items = items.finish(name)?;
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    let lists = ListArray::try_new(field, offsets, items, Some(present.into()))?;
    Ok(Arc::new(lists))
}

fn not_a_list(row: usize, column: &str, error: &serde_json::Error) -> Error {
    Error::BadInput {
        place: place(row, column),
        problem: format!("the text is no list in JSON ({error})"),
        advice: "each should be a list, such as [\"Set-Mailbox\",\"Set-User\"]; make sessions of events with sessionize".into(),
    }
}

/// Writes parameters as JSON. Structs of one column all have all fields, so one that is
/// absent there is no parameter.
fn write_set(cell: &Cell<'_>, json: &mut Vec<u8>) {
    let Cell::Struct(fields, row) = *cell else {
        return write_json(cell, json);
    };
    json.push(b'{');
    for (name, column) in fields {
        let value = column.get(row);
        if matches!(value, Cell::Null) {
            continue;
        }
        if json.len() > 1 {
            json.push(b',');
        }
        write_json(&Cell::Text(name), json);
        json.push(b':');
        write_json(&value, json);
    }
    json.push(b'}');
}

/// Items of a list: their column, none if the list is absent, and where they are.
type Items<'a> = (Option<&'a Column<'a>>, std::ops::Range<usize>);

fn items<'a>(table: &Table, name: &str, lists: &'a Column<'a>, row: usize) -> Result<Items<'a>> {
    match lists.get(row) {
        Cell::Null => Ok((None, 0..0)),
        Cell::List(items, start, end) => Ok((Some(items), start..end)),
        _ => Err(table.wrong_type(name, "a list for each session")),
    }
}

fn unequal(row: usize, events: (&str, usize), params: (&str, usize)) -> Error {
    Error::InvalidArgument(format!(
        "row {}: `{}` has {} items, but `{}` has {}; they should be equally long",
        row + 1,
        events.0,
        events.1,
        params.0,
        params.1
    ))
}

fn unreadable(row: usize, column: &str, problem: &str) -> Error {
    Error::BadInput {
        place: place(row, column),
        problem: format!("the parameters are {problem}"),
        advice: "each should be an object such as {\"Name\": \"value\"}, a list of names, or a list of pairs of Name and Value".into(),
    }
}

fn place(row: usize, column: &str) -> Place {
    Place {
        file: Some("table".into()),
        row: Some(row as u64 + 1),
        column: Some(column.into()),
        ..Place::default()
    }
}
