//! The tables that a chart is made of, and what is shared by charts of rows.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray};
use serde_json::{Map, Value};

use super::axis::number::format_number;
use super::axis::zone::{Zone, format_time};
use crate::table::{Cell, Column, utc, write_text};
use crate::{Error, Result, Table};

/// One or more tables that are drawn, by name, and others that options name.
#[derive(Debug, Default)]
pub struct Tables {
    /// What is drawn.
    pub main: Vec<(String, Table)>,
    /// What options give, such as `overlayData`.
    pub others: Vec<(String, Table)>,
    /// In which the chart will write times.
    pub zone: Zone,
}

/// Text of a tooltip, in bytes: a command line may be long.
const MOST_TEXT: usize = 600;

impl Tables {
    /// Checks that tables are given for these options alone.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if there is another.
    pub(crate) fn takes(&self, options: &[&str]) -> Result<()> {
        let mut others = self.others.iter();
        match others.find(|(name, _)| !options.contains(&&**name)) {
            Some((name, _)) => Err(Error::InvalidArgument(
                ["this chart takes no table as option `", name, "`"].concat(),
            )),
            None => Ok(()),
        }
    }

    /// The table that is drawn, of a chart that draws one.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if there are none or several, or others.
    pub fn only(&self) -> Result<&Table> {
        self.takes(&[])?;
        match self.main.as_slice() {
            [(_, table)] => Ok(table),
            _ => Err(Error::InvalidArgument("this chart draws one table".into())),
        }
    }

    /// The table of an option.
    pub fn get(&self, option: &str) -> Option<&Table> {
        let mut others = self.others.iter();
        others
            .find(|(name, _)| name == option)
            .map(|(_, table)| table)
    }

    /// The table that has a row, of the rows of all tables counted on, and which row of it that is.
    pub(crate) fn find(&self, row: u32) -> Option<(&Table, usize)> {
        let mut row = row as usize;
        for (_, table) in &self.main {
            if row < table.num_rows() {
                return Some((table, row));
            }
            row -= table.num_rows();
        }
        None
    }
}

/// What a tooltip says of a row: its `columns`, those that are there and not empty.
pub(crate) fn row_fields(
    table: &Table,
    row: usize,
    columns: &[String],
    zone: &Zone,
) -> Vec<(String, String)> {
    let field = |name: &String| {
        let array = table.column(name).ok()?;
        let text = cell_text(&Column::of(array.as_ref()).get(row), zone);
        (!text.is_empty()).then(|| (name.clone(), text))
    };
    columns.iter().filter_map(field).collect()
}

/// A cell as people read it: times in the zone, long texts cut.
pub(crate) fn cell_text(cell: &Cell, zone: &Zone) -> String {
    if let (Some(ns), Cell::Timestamp(..)) = (cell.time_ns(), cell) {
        return format_time((ns / 1000) as f64, 0, zone);
    }
    if let Cell::Float(number) = cell {
        return format_number(*number);
    }
    let mut bytes = Vec::new();
    write_text(cell, &mut bytes);
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if text.len() > MOST_TEXT {
        let mut end = MOST_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Columns that say most of an event, of Windows, Linux, Azure and web logs.
const TELLING: [&str; 20] = [
    "NewProcessName",
    "Image",
    "CommandLine",
    "cmdline",
    "Account",
    "UserPrincipalName",
    "SubjectUserName",
    "user",
    "OperationName",
    "eventName",
    "Activity",
    "EventID",
    "SyslogMessage",
    "Message",
    "IPAddress",
    "ClientIP",
    "src_ip",
    "url",
    "query",
    "Computer",
];

/// The columns that a tooltip has: those that are named, which must be there, or else those that
/// say most, then others. What is `drawn` anyway is not among the latter.
///
/// # Errors
///
/// `ColumnNotFound`.
pub(crate) fn told_columns(table: &Table, named: &[String], drawn: &[&str]) -> Result<Vec<String>> {
    const MOST: usize = 5;
    if !named.is_empty() {
        known(table, named)?;
        return Ok(named.to_vec());
    }
    let names = table.names();
    let telling = TELLING.iter().copied().filter(|name| names.contains(name));
    let others = names.iter().copied().filter(|name| !TELLING.contains(name));
    let mut columns: Vec<String> = Vec::new();
    // What only identifies is told when there is nothing else.
    let tells = |name: &&str| !name.ends_with("Id") && !name.ends_with("Sid");
    for name in telling.chain(others.filter(tells)) {
        if columns.len() < MOST && !drawn.contains(&name) {
            columns.push(name.to_owned());
        }
    }
    Ok(columns)
}

/// Adds a name to what a value says; not inlined, as that is much code.
#[inline(never)]
pub(crate) fn set(value: &mut Map<String, Value>, name: &str, what: Value) {
    value.insert(name.to_owned(), what);
}

/// Which of `rows` is the first that a value has.
pub(crate) fn first_row(value: &Map<String, Value>, rows: &[u32]) -> Option<u32> {
    let row = value.get("rows")?.as_array()?.first()?.as_u64()?;
    let place = rows.iter().position(|own| u64::from(*own) == row)?;
    Some(place as u32)
}

/// The next of `len` things after `from`, or before it, that is shown; the first without `from`.
pub(crate) fn next(
    len: usize,
    from: Option<usize>,
    forward: bool,
    is_shown: &dyn Fn(usize) -> bool,
) -> Option<usize> {
    // Before 0 is more than any place.
    let step = if forward || from.is_none() {
        1
    } else {
        usize::MAX
    };
    let mut at = from.map_or(0, |from| from.wrapping_add(step));
    while at < len {
        if is_shown(at) {
            return Some(at);
        }
        at = at.wrapping_add(step);
    }
    None
}

/// A table of what is drawn: columns of texts, then of numbers, then of times in microseconds.
///
/// # Errors
///
/// Those of making columns.
pub(crate) fn summary(
    texts: Vec<(&str, Vec<&str>)>,
    numbers: Vec<(&str, Vec<f64>)>,
    times: Vec<(&str, Vec<Option<i64>>)>,
) -> Result<Table> {
    let mut columns: Vec<(&str, ArrayRef)> = vec![];
    for (name, values) in texts {
        columns.push((name, Arc::new(StringArray::from(values))));
    }
    for (name, values) in numbers {
        columns.push((name, Arc::new(Float64Array::from(values))));
    }
    for (name, values) in times {
        columns.push((name, utc(TimestampMicrosecondArray::from(values))));
    }
    Table::new(columns)
}

/// The named columns, which must be there.
///
/// # Errors
///
/// `ColumnNotFound`.
pub(crate) fn known(table: &Table, columns: &[String]) -> Result<()> {
    columns
        .iter()
        .try_for_each(|name| table.column(name).map(|_| ()))
}
