//! When values were there, and which are new.

use arrow_array::{Array, TimestampMicrosecondArray};

use super::{integers, times};
use crate::error::some_of;
use crate::order::{signed, sort_by_number};
use crate::table::time::{format_time, parse_time};
use crate::table::{
    Groups, Map, Progress, beside_keys, choose_time, duration_text, duration_us, note_left_out,
};
use crate::{Error, Result, Table};

/// Which values to date.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FirstSeenOptions {
    /// The columns whose combinations of values count, such as `["Account", "Computer"]`; one or more.
    pub columns: Vec<String>,
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
}

/// When each combination of values was there, one row each by `FirstSeen`: `columns`,
/// `FirstSeen`, `LastSeen`, `Count` and `Days` (on how many days of UTC). Rows without a
/// time are left out. O(n log n).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if none is named;
/// `Cancelled` from `progress`.
pub fn first_seen(
    table: &Table,
    options: &FirstSeenOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let seen = Seen::of(
        table,
        &options.columns,
        options.time_column.as_deref(),
        None,
        progress,
    )?;
    let mut groups = seen.groups_with(|span| span.count > 0);
    sort_by_number(&mut groups, |&group| {
        signed(seen.spans[group as usize].first)
    });
    let spans = || groups.iter().map(|&group| &seen.spans[group as usize]);
    let columns = vec![
        ("FirstSeen", times(spans().map(|span| span.first))),
        ("LastSeen", times(spans().map(|span| span.last))),
        ("Count", integers(spans().map(|span| span.count))),
        ("Days", integers(spans().map(|span| span.days))),
    ];
    seen.beside_values(table, &options.columns, &groups, Table::new(columns)?)
}

/// Which values are rare.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RareValueOptions {
    /// The columns whose combinations of values count, such as `["Account", "Computer"]`; one or more.
    pub columns: Vec<String>,
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// How much time up to `until` is looked at, against all before: `"1h"`, `"1d"`, `"7d"`.
    /// It counts back from there and not from now. Default `"1d"`.
    pub recent: Option<String>,
    /// The end of that time, such as `"2024-05-01T12:00:00Z"` or a `Date`; later rows are left
    /// out. Default: the time of the table's last event, which may be wrong if one clock is.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | Date"))]
    pub until: Option<String>,
    /// How often a value may be there before. Default 0: only what is new.
    pub max_baseline_count: u32,
}

/// The combinations of values in the last day (`recent` before `until`) that were not there
/// before, or seldom: `columns`, `RecentCount`, `BaselineCount`, `FirstSeen`, `LastSeen` and
/// `SourceIndex` (row of the first recent event). Those seldom before come first, then by
/// that event's time. Rows without a time are left out. O(n log n).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if none is named, for
/// `recent` or `until`, or if all rows are recent; `Cancelled` from `progress`.
pub fn rare_values(
    table: &Table,
    options: &RareValueOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let recent = duration_us("recent", options.recent.as_deref().unwrap_or("1d"))?;
    let until = options.until.as_deref().map(until_us).transpose()?;
    let mut seen = Seen::of(
        table,
        &options.columns,
        options.time_column.as_deref(),
        until,
        progress,
    )?;
    let last = seen.spans.iter().filter(|span| span.count > 0);
    let last = last.map(|span| span.last).max();
    let there = seen.spans.iter().filter(|span| span.count > 0);
    let first = there.map(|span| span.first).min();
    let start = until.or(last).map_or(0, |end| end.saturating_sub(recent));
    let mut baseline = 0;
    for (row, &group) in seen.groups.of_rows.iter().enumerate() {
        if seen.times.is_null(row) {
            continue;
        }
        let time = seen.times.value(row);
        if time <= start {
            baseline += 1;
            continue;
        }
        let span = &mut seen.spans[group as usize];
        span.recent += 1;
        if span.recent == 1 || time < span.recent_first {
            (span.recent_first, span.recent_row) = (time, row as i64);
        }
    }
    if let (0, Some(first), Some(last)) = (baseline, first, last) {
        return Err(nothing_before(first, last, recent));
    }
    let most = i64::from(options.max_baseline_count);
    let mut groups = seen.groups_with(|span| span.recent > 0 && span.count - span.recent <= most);
    let span = |group: u32| &seen.spans[group as usize];
    sort_by_number(&mut groups, |&group| signed(span(group).recent_first));
    sort_by_number(&mut groups, |&group| {
        (span(group).count - span(group).recent) as u64
    });
    let spans = || groups.iter().map(|&group| &seen.spans[group as usize]);
    let columns = vec![
        ("RecentCount", integers(spans().map(|span| span.recent))),
        (
            "BaselineCount",
            integers(spans().map(|span| span.count - span.recent)),
        ),
        ("FirstSeen", times(spans().map(|span| span.first))),
        ("LastSeen", times(spans().map(|span| span.last))),
        ("SourceIndex", integers(spans().map(|span| span.recent_row))),
    ];
    seen.beside_values(table, &options.columns, &groups, Table::new(columns)?)
}

/// The time of `until`.
fn until_us(text: &str) -> Result<i64> {
    let time = parse_time(text.as_bytes()).map(|time| time.micros);
    time.ok_or_else(|| {
        Error::InvalidArgument(format!(
            "option `until` should be a time, such as \"2024-05-01T12:00:00Z\", but is `{text}`"
        ))
    })
}

/// The error for a table whose rows are all recent; says what there is.
fn nothing_before(first: i64, last: i64, recent: i64) -> Error {
    let advice = match first == last {
        true => "earlier events are needed",
        false => "choose a shorter time, or add earlier events",
    };
    Error::InvalidArgument(format!(
        "all events are from {} to {}, within `recent` ({}), so there is nothing to compare with; {advice}",
        format_time(first),
        format_time(last),
        duration_text(recent)
    ))
}

/// When a combination of values was there.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    count: i64,
    first: i64,
    last: i64,
    days: i64,
    recent: i64,
    recent_first: i64,
    recent_row: i64,
}

struct Seen {
    groups: Groups,
    times: TimestampMicrosecondArray,
    /// Of each group.
    spans: Vec<Span>,
    /// Why rows are left out.
    why: String,
}

impl Seen {
    fn of(
        table: &Table,
        columns: &[String],
        time: Option<&str>,
        until: Option<i64>,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        const DAY: i64 = 86_400_000_000;
        if columns.is_empty() {
            return Err(Error::InvalidArgument(format!(
                "columns should name one or more columns, such as [\"Account\"] (there are: {})",
                some_of(&table.names())
            )));
        }
        let time = choose_time(table, time)?;
        let mut times = table.time_us(time)?;
        let mut why = format!("they have no `{time}`");
        if let Some(until) = until {
            let early = |time: Option<i64>| time.filter(|&time| time <= until);
            times = times.iter().map(early).collect();
            why.push_str(", or one after `until`");
        }
        let groups = Groups::of(table, columns)?;
        let mut spans = vec![Span::default(); groups.len()];
        let mut days: Map<(u32, u32), u32> = Map::default();
        for (row, &group) in groups.of_rows.iter().enumerate() {
            if row % 65_536 == 65_535 {
                progress.at(row, table.num_rows())?;
            }
            if times.is_null(row) {
                continue;
            }
            let time = times.value(row);
            let span = &mut spans[group as usize];
            // All days that there are fit 32 bits.
            let day = time.div_euclid(DAY) as u32;
            let is_new = span.count == 0 || span.last.div_euclid(DAY) as u32 != day;
            if is_new && days.insert((group, day), 0).is_none() {
                span.days += 1;
            }
            let is_first = span.count == 0;
            span.first = if is_first { time } else { span.first.min(time) };
            span.last = if is_first { time } else { span.last.max(time) };
            span.count += 1;
        }
        Ok(Self {
            why,
            groups,
            times,
            spans,
        })
    }

    fn groups_with(&self, holds: impl Fn(&Span) -> bool) -> Vec<u32> {
        let groups = 0..self.spans.len() as u32;
        groups
            .filter(|&group| holds(&self.spans[group as usize]))
            .collect()
    }

    /// The values of these groups, with a result that has a row for each.
    fn beside_values(
        &self,
        table: &Table,
        columns: &[String],
        groups: &[u32],
        result: Table,
    ) -> Result<Table> {
        let rows = groups
            .iter()
            .map(|&group| self.groups.firsts[group as usize]);
        let result = beside_keys(table, columns, rows.collect(), result)?;
        note_left_out(result, table, self.times.null_count(), &self.why)
    }
}
