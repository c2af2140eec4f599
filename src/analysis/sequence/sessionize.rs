//! Parts events into sessions, the unit that sequence models score.
//!
//! A session is a run of one user's events with no long gap in it and no long span
//! overall. Rules as in msticpy 3.0.2, `anomalous_sequence/sessionize.py`, whose loop
//! over rows is linear in slow steps; here it is one sort.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Float64Array, Int64Array, ListArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::Field;

use crate::order::{signed, sort_by_number};
use crate::table::{
    EVENTS, Groups, Progress, beside_keys, choose, choose_time, note_left_out, take, utc,
};
use crate::{Error, Result, Table};

/// What a session is.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SessionizeOptions {
    /// The columns that say whose events they are, such as `["UserId", "ClientIP"]`;
    /// by default all are of one user. Absent values are one user more.
    pub group_by: Vec<String>,
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column of what was done; by default a usual one, such as `Operation`.
    pub event_column: Option<String>,
    /// The column of each event's parameters, which then go along; none by default.
    pub params_column: Option<String>,
    /// Longest time from a session's first event to its last, in minutes, 0 or more.
    /// Default 20; `Infinity` is no limit. An event at the limit still belongs to it.
    pub max_session_minutes: Option<f64>,
    /// Longest time between two events, in minutes, 0 or more. Default 2; `Infinity` is no
    /// limit. An event at the limit still belongs to the session.
    pub max_gap_minutes: Option<f64>,
    /// Gives the events instead, in their order, with a column `SessionId`. Default false.
    pub per_event: bool,
}

/// The sessions of a table of events, one row each, by user, then time. O(n log n).
///
/// Columns: those of `groupBy`, `SessionId` (counts up from 0), `StartTime`, `EndTime`,
/// `DurationSeconds`, `EventCount`, `SourceIndex` (row of the first event), `Events`
/// (list of what `eventColumn` has) and, with `paramsColumn`, `Params` (list, as long).
/// Rows may come in any order; those of one time keep theirs. Rows without a time or
/// an event are left out; with `perEvent` their `SessionId` is absent.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for a limit that
/// is no number or negative; `Cancelled` from `progress`.
pub fn sessionize(
    table: &Table,
    options: &SessionizeOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let time = choose_time(table, options.time_column.as_deref())?;
    let event = choose(
        table,
        options.event_column.as_deref(),
        EVENTS,
        "eventColumn",
    )?;
    let times = table.time_us(time)?;
    let events = table.column(event)?;
    let params = options.params_column.as_deref();
    let params = params.map(|name| table.column(name)).transpose()?;
    let limits = Limits {
        span: limit_us("maxSessionMinutes", options.max_session_minutes, 20.0)?,
        gap: limit_us("maxGapMinutes", options.max_gap_minutes, 2.0)?,
    };
    let absent = events.logical_nulls();
    let kept = |row: usize| {
        times.is_valid(row) && absent.as_ref().is_none_or(|absent| absent.is_valid(row))
    };
    let groups = Groups::of(table, &options.group_by)?;
    progress.at(1, 4)?;
    let users = groups.sorted(table, &options.group_by)?;
    let sessions = Sessions::of(&groups, &users, &times, kept, limits, progress)?;
    let left_out = table.num_rows() - sessions.rows.len();
    let why = format!("they have no `{time}` or no `{event}`");
    if options.per_event {
        let ids = Arc::new(sessions.ids(table.num_rows()));
        let result = table.with_column("SessionId", ids)?;
        return note_left_out(result, table, left_out, &why);
    }
    progress.at(3, 4)?;
    let mut columns = sessions.columns(&times);
    columns.push(("Events", sessions.list(events)?));
    if let Some(params) = params {
        columns.push(("Params", sessions.list(params)?));
    }
    let firsts = sessions.firsts().collect();
    let result = beside_keys(table, &options.group_by, firsts, Table::new(columns)?)?;
    note_left_out(result, table, left_out, &why)
}

/// In microseconds; an event exactly there belongs to the session.
#[derive(Debug, Clone, Copy)]
struct Limits {
    span: i64,
    gap: i64,
}

/// Minutes as microseconds; longer than the times that there are is no limit.
fn limit_us(option: &str, minutes: Option<f64>, default: f64) -> Result<i64> {
    let minutes = minutes.unwrap_or(default);
    if minutes >= 0.0 {
        // A float beyond the range of integers becomes the last of them.
        return Ok((minutes * 60e6) as i64);
    }
    Err(Error::InvalidArgument(format!(
        "{option} should be a number of minutes, 0 or more, but is {minutes}"
    )))
}

/// Rows in order of sessions, and where each session begins.
#[derive(Debug, Default)]
struct Sessions {
    rows: Vec<u32>,
    /// Where in `rows` sessions begin; one more than there are sessions.
    starts: Vec<i32>,
}

impl Sessions {
    fn of(
        groups: &Groups,
        users: &[u32],
        times: &TimestampMicrosecondArray,
        kept: impl Fn(usize) -> bool,
        limits: Limits,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        let grouped = groups.rows(kept);
        let mut progress = progress.part(0.25, 0.75);
        let mut sessions = Self::default();
        sessions.rows.reserve_exact(grouped.rows.len());
        let mut events: Vec<(i64, u32)> = Vec::new();
        let mut reported = 0;
        for &user in users {
            let rows = &grouped.rows[grouped.range(user as usize)];
            events.clear();
            events.extend(rows.iter().map(|&row| (times.value(row as usize), row)));
            // Rows of a group go up, and so do those of one time.
            sort_by_number(&mut events, |event| signed(event.0));
            sessions.cut(&events, limits);
            if sessions.rows.len() - reported > 65_536 {
                reported = sessions.rows.len();
                progress.at(reported, grouped.rows.len())?;
            }
        }
        sessions.starts.push(sessions.rows.len() as i32);
        Ok(sessions)
    }

    /// Adds the sessions of one user's events, which are in order.
    fn cut(&mut self, events: &[(i64, u32)], limits: Limits) {
        let (mut start, mut last) = (None, 0);
        for &(time, row) in events {
            let goes_on = start.is_some_and(|start| {
                time.saturating_sub(last) <= limits.gap && time.saturating_sub(start) <= limits.span
            });
            if !goes_on {
                start = Some(time);
                self.starts.push(self.rows.len() as i32);
            }
            last = time;
            self.rows.push(row);
        }
    }

    /// The rows of each session.
    fn each(&self) -> impl Iterator<Item = &[u32]> + Clone {
        let ranges = self.starts.windows(2);
        ranges.map(|range| &self.rows[range[0] as usize..range[1] as usize])
    }

    fn firsts(&self) -> impl Iterator<Item = u32> + Clone {
        self.each().map(|rows| rows[0])
    }

    /// The session of each row of the table.
    fn ids(&self, rows: usize) -> Int64Array {
        let mut ids = vec![None; rows];
        for (id, session) in (0..).zip(self.each()) {
            for &row in session {
                ids[row as usize] = Some(id);
            }
        }
        Int64Array::from(ids)
    }

    /// `SessionId` to `SourceIndex`.
    fn columns(&self, times: &TimestampMicrosecondArray) -> Vec<(&'static str, ArrayRef)> {
        let start = |rows: &[u32]| times.value(rows[0] as usize);
        let end = |rows: &[u32]| times.value(rows[rows.len() - 1] as usize);
        let time = |of: &dyn Fn(&[u32]) -> i64| -> ArrayRef {
            utc(self.each().map(of).collect::<Vec<_>>())
        };
        let integers = |values: &mut dyn Iterator<Item = i64>| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(values))
        };
        let ids = 0..self.starts.len() as i64 - 1;
        let mut counts = self.each().map(|rows| rows.len() as i64);
        let mut firsts = self.firsts().map(i64::from);
        let seconds = self.each();
        let seconds = seconds.map(|rows| end(rows).saturating_sub(start(rows)) as f64 / 1e6);
        vec![
            ("SessionId", integers(&mut { ids })),
            ("StartTime", time(&start)),
            ("EndTime", time(&end)),
            (
                "DurationSeconds",
                Arc::new(Float64Array::from_iter_values(seconds)),
            ),
            ("EventCount", integers(&mut counts)),
            ("SourceIndex", integers(&mut firsts)),
        ]
    }

    /// What a column has for the events of each session.
    fn list(&self, column: &ArrayRef) -> Result<ArrayRef> {
        let values = take(column.as_ref(), &UInt32Array::from(self.rows.clone()))?;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.starts.clone()));
        let field = Field::new("item", values.data_type().clone(), true);
        let lists = ListArray::try_new(Arc::new(field), offsets, values, None)?;
        Ok(Arc::new(lists))
    }
}
