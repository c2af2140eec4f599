//! The started processes of a log as numbers: one for each different machine,
//! process id and name, so that joining compares no text.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_schema::DataType;

use super::schema::ProcessSchema;
use crate::order::{signed, sort_by_number};
use crate::table::time::parse_time;
use crate::table::{Cell, Column, Map, Progress, TextColumn, same_short, write_text};
use crate::{Error, Result, Table};

/// The number of a text or id that is absent.
pub(super) const NO_TEXT: u32 = u32::MAX;
pub(super) const NO_ID: u64 = u64::MAX;
/// A time that is absent: such a process counts as older than all others.
pub(super) const NO_TIME: i64 = i64::MIN;

/// The name of a process that has none, as in msticpy.
pub(super) const UNKNOWN: &str = "unknown";

/// Ids from here on stand for texts that are no numbers.
const TEXT_IDS: u64 = 1 << 62;

/// What each event says of a process: its own, its parent or its grandparent.
/// A vector is empty where the log has no such column.
#[derive(Debug, Default)]
pub(super) struct Processes {
    ids: Vec<u64>,
    names: Vec<u32>,
    times: Vec<i64>,
}

impl Processes {
    pub(super) fn id(&self, event: u32) -> u64 {
        self.ids.get(event as usize).copied().unwrap_or(NO_ID)
    }

    pub(super) fn name(&self, event: u32) -> u32 {
        self.names.get(event as usize).copied().unwrap_or(NO_TEXT)
    }

    /// Whether the log has a column of ids.
    pub(super) fn has_ids(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Whether the log has a column of times.
    pub(super) fn has_times(&self) -> bool {
        !self.times.is_empty()
    }

    /// Microseconds since 1970.
    pub(super) fn time(&self, event: u32) -> i64 {
        self.times.get(event as usize).copied().unwrap_or(NO_TIME)
    }
}

/// The events of a log that start a process.
#[derive(Debug)]
pub(super) struct Events {
    /// The row of each event in the table.
    pub(super) rows: Vec<u32>,
    hosts: Vec<u32>,
    pub(super) own: Processes,
    pub(super) parents: Processes,
    pub(super) grandparents: Processes,
    /// The names that the numbers stand for, in lower case.
    pub(super) names: Interner,
    /// Whether there is more than one machine.
    pub(super) many_hosts: bool,
}

impl Events {
    /// Reads the columns of `schema`. O(n).
    pub(super) fn read(
        table: &Table,
        schema: &ProcessSchema,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        let rows = schema.rows(table)?;
        let mut names = Interner::default();
        let mut hosts = Interner::default();
        let mut ids = Interner::default();
        let mut read = |id: Option<&str>, name: Option<&str>, time: Option<&str>| {
            Ok::<_, Error>(Processes {
                ids: column(table, id, |column| ids.ids(column, &rows))?,
                names: column(table, name, |column| names.texts(column, &rows))?,
                times: column(table, time, |column| times(column, &rows))?,
            })
        };
        let mut own = read(
            Some(&schema.process_id),
            schema.process_name.as_deref(),
            schema.time_stamp.as_deref(),
        )?;
        progress.at(1, 4)?;
        let parents = read(
            Some(&schema.parent_id),
            schema.parent_name.as_deref(),
            schema.parent_time.as_deref(),
        )?;
        progress.at(2, 4)?;
        let grandparents = read(
            schema.grandparent_id.as_deref(),
            schema.grandparent_name.as_deref(),
            schema.grandparent_time.as_deref(),
        )?;
        progress.at(3, 4)?;
        // Keys say so too, and shall differ.
        let unknown = names.number(UNKNOWN);
        for name in own.names.iter_mut().filter(|name| **name == NO_TEXT) {
            *name = unknown;
        }
        let host_column = schema.host_name_column.as_deref();
        let hosts = column(table, host_column, |column| hosts.texts(column, &rows))?;
        let many_hosts = hosts.windows(2).any(|pair| pair[0] != pair[1]);
        Ok(Self {
            rows,
            hosts,
            own,
            parents,
            grandparents,
            names,
            many_hosts,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn host(&self, event: u32) -> u32 {
        self.hosts.get(event as usize).copied().unwrap_or(NO_TEXT)
    }

    /// All events, the oldest first, equal times in the order of rows.
    pub(super) fn by_time(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        if !self.own.times.is_sorted() {
            sort_by_number(&mut order, |&event| signed(self.own.times[event as usize]));
        }
        order
    }
}

/// Reads a column that may be absent.
fn column<T>(
    table: &Table,
    name: Option<&str>,
    read: impl FnOnce(&dyn Array) -> Vec<T>,
) -> Result<Vec<T>> {
    name.map_or(Ok(Vec::new()), |name| {
        Ok(read(table.column(name)?.as_ref()))
    })
}

/// Numbers for texts: equal ones, but for case, have the same.
#[derive(Debug, Default)]
pub(super) struct Interner {
    numbers: Map<Box<str>, u32>,
    lower: Vec<Box<str>>,
}

impl Interner {
    /// The text of a number, in lower case.
    pub(super) fn get(&self, number: u32) -> Option<&str> {
        self.lower.get(number as usize).map(|text| &**text)
    }

    /// The number of a text in lower case, if it was met.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let lower = text.to_lowercase().into_boxed_str();
        let number = match self.numbers.get(&lower) {
            Some(&number) => number,
            None => {
                self.lower.push(lower.clone());
                self.numbers.insert(lower, self.lower.len() as u32 - 1);
                self.lower.len() as u32 - 1
            }
        };
        self.numbers.insert(text.into(), number);
        number
    }

    /// A number for each of these rows; `""` and `"-"`, which Windows writes, are absent.
    fn texts(&mut self, column: &dyn Array, rows: &[u32]) -> Vec<u32> {
        // The last texts by their ends: few of a log's are different, and hashing costs more.
        let mut recent = [("", NO_TEXT); 256];
        let mut number = |text: &str| match text {
            "" | "-" => NO_TEXT,
            text => self.number(text),
        };
        if let Some(texts) = TextColumn::of(column) {
            let texts = rows.iter().map(|&row| texts.get(row as usize));
            let numbers = texts.map(|text| {
                let text = text.unwrap_or_default();
                let place = &mut recent[place(text)];
                if !same_short(place.0.as_bytes(), text.as_bytes()) {
                    *place = (text, number(text));
                }
                place.1
            });
            return numbers.collect();
        }
        let cells = Column::of(column);
        let mut text = Vec::new();
        let texts = rows.iter().map(|&row| {
            text.clear();
            write_id(&cells.get(row as usize), &mut text);
            number(&String::from_utf8_lossy(&text))
        });
        texts.collect()
    }

    /// Process ids: the same for `26`, `26.0`, `"26"` and `"0x1A"`.
    fn ids(&mut self, column: &dyn Array, rows: &[u32]) -> Vec<u64> {
        if let Some(texts) = TextColumn::of(column) {
            let texts = rows.iter().map(|&row| texts.get(row as usize));
            return texts
                .map(|text| text.map_or(NO_ID, |text| self.id(text)))
                .collect();
        }
        let cells = Column::of(column);
        let ids = rows.iter().map(|&row| match cells.get(row as usize) {
            Cell::Null => NO_ID,
            Cell::Int(n) => u64::try_from(n).unwrap_or(NO_ID),
            Cell::UInt(n) if n < TEXT_IDS => n,
            Cell::Float(n) if n >= 0.0 && n.fract() == 0.0 && n < 1e15 => n as u64,
            _ => NO_ID,
        });
        ids.collect()
    }

    fn id(&mut self, text: &str) -> u64 {
        let text = text.trim();
        let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        let number = match hex {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            // pandas writes the integers of a column with absent values so.
            None => text.strip_suffix(".0").unwrap_or(text).parse().ok(),
        };
        match (number, text) {
            (Some(number), _) if number < TEXT_IDS => number,
            (_, "" | "-") => NO_ID,
            (_, text) => TEXT_IDS | u64::from(self.number(text)),
        }
    }
}

/// A number below 256 that differs for most programs, whose names do before `.exe`.
fn place(text: &str) -> usize {
    let end = text.as_bytes().last_chunk::<8>().copied();
    let end = u64::from_le_bytes(end.unwrap_or_default());
    let mixed = (end as u32 ^ text.len() as u32).wrapping_mul(0x9e37_79b1);
    (mixed >> 24) as usize
}

/// Appends an id as it is usually written: a whole float without its `.0`.
pub(super) fn write_id(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match *cell {
        Cell::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => {
            write_text(&Cell::Int(n as i64), out);
        }
        ref cell => write_text(cell, out),
    }
}

/// Microseconds since 1970 of times, of text, or of numbers, which count the
/// unit that puts them between 1973 and 5138.
fn times(column: &dyn Array, rows: &[u32]) -> Vec<i64> {
    if let Some(times) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        let rows = rows.iter().map(|&row| row as usize);
        let micros = rows.map(|row| match times.is_valid(row) {
            true => times.value(row),
            false => NO_TIME,
        });
        return micros.collect();
    }
    let cells = Column::of(column);
    let is_time = matches!(
        column.data_type(),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64
    );
    let times = rows.iter().map(|&row| match cells.get(row as usize) {
        Cell::Null => None,
        Cell::Text(text) => match text.trim().parse::<f64>() {
            Ok(number) => epoch_micros(number),
            Err(_) => parse_time(text.as_bytes()).map(|time| time.micros),
        },
        cell if is_time => cell
            .time_ns()
            .and_then(|ns| i64::try_from(ns.div_euclid(1000)).ok()),
        cell => cell.as_f64().and_then(epoch_micros),
    });
    times.map(|time| time.unwrap_or(NO_TIME)).collect()
}

fn epoch_micros(number: f64) -> Option<i64> {
    let micros = match number.abs() {
        n if n < 1e11 => number * 1e6,
        n if n < 1e14 => number * 1e3,
        n if n < 1e17 => number,
        n if n < 1e20 => number / 1e3,
        _ => return None,
    };
    micros.is_finite().then_some(micros.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_id_is_written_in_many_ways() {
        let mut ids = Interner::default();
        for (text, id) in [
            ("26", 26),
            ("0x1a", 26),
            (" 0X1A ", 26),
            ("26.0", 26),
            ("0", 0),
            ("", NO_ID),
            ("-", NO_ID),
        ] {
            assert_eq!(ids.id(text), id, "{text:?}");
        }
        let guid = ids.id("{860BA2E3-9F13-5F52-2603-000000000400}");
        assert!(guid >= TEXT_IDS);
        assert_eq!(guid, ids.id("{860ba2e3-9f13-5f52-2603-000000000400}"));
    }

    #[test]
    fn numbers_are_times_in_the_unit_that_fits() {
        let micros = Some(1_678_936_138_000_000);
        for number in [
            1_678_936_138.0,
            1_678_936_138e3,
            1_678_936_138e6,
            1_678_936_138e9,
        ] {
            assert_eq!(epoch_micros(number), micros, "{number}");
        }
        assert_eq!(epoch_micros(f64::NAN), None);
    }
}
