//! Which values are common, which are rare, and which are new.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};

use crate::order::{signed, sort_by_number};
use crate::table::{
    Cell, Column, Groups, Map, Progress, SortKey, TIMES, TextBuilder, choose, duration_us,
    write_text,
};
use crate::{Error, Result, Table};

/// Which values to count.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TopValueOptions {
    /// The columns, each by itself. By default all.
    pub columns: Option<Vec<String>>,
    /// How many values of each column, 1 or more. Default 10.
    pub limit: Option<u32>,
}

/// The most common values of each column, one row each: `Column`, `Value` (as text; null
/// where it is absent), `Count`, `Share` (of all rows, 0 to 1) and `Distinct` (how many
/// different values the column has). Values of one count are in order of their text. O(n).
///
/// # Errors
///
/// `ColumnNotFound`; `InvalidArgument` for a `limit` of 0 or no column at all; `Cancelled` from `progress`.
pub fn top_values(
    table: &Table,
    options: &TopValueOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let limit = options.limit.unwrap_or(10) as usize;
    if limit == 0 {
        return Err(Error::InvalidArgument("limit should be 1 or more".into()));
    }
    let names = match &options.columns {
        Some(names) => names.iter().map(String::as_str).collect(),
        None => table.names(),
    };
    if names.is_empty() {
        return Err(Error::InvalidArgument("there is no column to count".into()));
    }
    let mut tops = Vec::with_capacity(names.len());
    for (done, name) in names.iter().enumerate() {
        progress.at(done, names.len())?;
        tops.push(top_of(table, name, limit)?);
    }
    Table::concat_all(tops)
}

/// The most common values of one column.
fn top_of(table: &Table, name: &str, limit: usize) -> Result<Table> {
    let groups = Groups::of(table, &[name])?;
    let mut sizes = vec![0i64; groups.len()];
    for &group in &groups.of_rows {
        sizes[group as usize] += 1;
    }
    let mut sorted = sizes.clone();
    sort_by_number(&mut sorted, |&size| !(size as u64));
    // Those beyond the limit that are as common as the last decide by their text.
    let least = sorted.get(limit - 1).copied().unwrap_or(0);
    let array = table.column(name)?;
    let column = Column::of(array.as_ref());
    let mut values = TextBuilder::with_capacity(limit.min(sizes.len()));
    let mut counts = Vec::new();
    let mut text = Vec::new();
    for (&row, &size) in groups.firsts.iter().zip(&sizes) {
        if size >= least {
            text.clear();
            let cell = column.get(row as usize);
            write_text(&cell, &mut text);
            let is_absent = matches!(cell, Cell::Null);
            values.push(Some(text.as_slice()).filter(|_| !is_absent));
            counts.push(size);
        }
    }
    let mut names = TextBuilder::with_capacity(counts.len());
    counts
        .iter()
        .for_each(|_| names.push(Some(name.as_bytes())));
    let shares = counts
        .iter()
        .map(|&count| count as f64 / table.num_rows() as f64);
    let distinct = counts.iter().map(|_| groups.len() as i64);
    let top = Table::new(vec![
        ("Column", names.finish("Column")?),
        ("Value", values.finish("Value")?),
        ("Share", Arc::new(Float64Array::from_iter_values(shares))),
        ("Distinct", integers(distinct)),
        ("Count", integers(counts.into_iter())),
    ])?;
    let top = top.sort(&[SortKey::descending("Count"), SortKey::ascending("Value")])?;
    top.slice(0, limit)
        .select(&["Column", "Value", "Count", "Share", "Distinct"])
}

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
    seen.values(table, &options.columns, &groups)?
        .beside(&Table::new(columns)?)
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
    /// How much time before the table's last event is looked at, against all before:
    /// `"1h"`, `"1d"`, `"7d"`. Default `"1d"`.
    pub recent: Option<String>,
    /// How often a value may be there before. Default 0: only what is new.
    pub max_baseline_count: u32,
}

/// The combinations of values in the last day (`recent`) that were not there before, or
/// seldom: `columns`, `RecentCount`, `BaselineCount`, `FirstSeen`, `LastSeen` and
/// `SourceIndex` (row of the first recent event). Those seldom before come first, then by
/// that event's time. Rows without a time are left out. O(n log n).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if none is named, for
/// `recent`, or if all rows are recent; `Cancelled` from `progress`.
pub fn rare_values(
    table: &Table,
    options: &RareValueOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let recent = duration_us("recent", options.recent.as_deref().unwrap_or("1d"))?;
    let mut seen = Seen::of(
        table,
        &options.columns,
        options.time_column.as_deref(),
        progress,
    )?;
    let last = seen.spans.iter().filter(|span| span.count > 0);
    let last = last.map(|span| span.last).max();
    let start = last.map_or(0, |last| last.saturating_sub(recent));
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
    if baseline == 0 && last.is_some() {
        return Err(Error::InvalidArgument(
            "all events are within `recent` of the last, so there is nothing to compare with; choose a shorter time, such as \"1h\"".into(),
        ));
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
    seen.values(table, &options.columns, &groups)?
        .beside(&Table::new(columns)?)
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
}

impl Seen {
    fn of(
        table: &Table,
        columns: &[String],
        time: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<Self> {
        const DAY: i64 = 86_400_000_000;
        if columns.is_empty() {
            return Err(Error::InvalidArgument(format!(
                "columns should name one or more columns, such as [\"Account\"] (there are: {})",
                table.names().join(", ")
            )));
        }
        let times = table.time_us(choose(table, time, TIMES, "timeColumn")?)?;
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

    /// The values of these groups.
    fn values(&self, table: &Table, columns: &[String], groups: &[u32]) -> Result<Table> {
        let rows = groups
            .iter()
            .map(|&group| self.groups.firsts[group as usize]);
        table.select(columns)?.take(rows.collect())
    }
}

fn integers(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn times(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::StringArray;
    use serde_json::{Value, json};

    use super::*;

    /// Rows of a day (with a fraction), a user and a port.
    fn table(rows: &[(Option<f64>, Option<&str>, i64)]) -> Table {
        let times = rows
            .iter()
            .map(|row| row.0.map(|day| (day * 86_400e6).round() as i64));
        let times: TimestampMicrosecondArray = times.collect();
        let users: StringArray = rows.iter().map(|row| row.1).collect();
        let ports = Int64Array::from_iter_values(rows.iter().map(|row| row.2));
        Table::new(vec![
            ("TimeGenerated", Arc::new(times) as ArrayRef),
            ("User", Arc::new(users)),
            ("Port", Arc::new(ports)),
        ])
        .unwrap()
    }

    fn events() -> Table {
        table(&[
            (Some(9.9), Some("eve"), 22),
            (Some(0.5), Some("bob"), 22),
            (Some(9.0), Some("ann"), 22),
            (Some(0.1), Some("bob"), 80),
            (None, Some("zoe"), 80),
            (Some(9.5), Some("bob"), 22),
            (Some(3.0), None, 22),
            (Some(8.9), Some("ann"), 22),
            (Some(9.7), Some("eve"), 22),
        ])
    }

    fn rows(table: &Table) -> Vec<String> {
        let columns = table.batch().columns().iter();
        let columns: Vec<Column<'_>> = columns.map(|column| Column::of(column.as_ref())).collect();
        let cell = |column: &Column<'_>, row| {
            let mut text = Vec::new();
            write_text(&column.get(row), &mut text);
            String::from_utf8(text)
                .unwrap()
                .replace("1970-01-", "")
                .replace(":00Z", "")
        };
        let row = |row| {
            columns
                .iter()
                .map(|column| cell(column, row))
                .collect::<Vec<_>>()
                .join(" ")
        };
        (0..table.num_rows()).map(row).collect()
    }

    fn top(table: &Table, options: Value) -> Result<Table> {
        top_values(
            table,
            &serde_json::from_value(options).unwrap(),
            &mut Progress::none(),
        )
    }

    fn first(table: &Table, options: Value) -> Result<Table> {
        first_seen(
            table,
            &serde_json::from_value(options).unwrap(),
            &mut Progress::none(),
        )
    }

    fn rare(table: &Table, options: Value) -> Result<Table> {
        rare_values(
            table,
            &serde_json::from_value(options).unwrap(),
            &mut Progress::none(),
        )
    }

    #[test]
    fn the_most_common_values_come_first() {
        let table = table(&[
            (None, Some("b"), 1),
            (None, Some("c"), 1),
            (None, Some("a"), 1),
            (None, None, 1),
            (None, Some("c"), 1),
            (None, None, 1),
            (None, Some("d"), 2),
            (None, Some("b"), 1),
        ]);
        assert_eq!(
            rows(&top(&table, json!({ "columns": ["User", "Port"], "limit": 4 })).unwrap()),
            [
                "User b 2 0.25 5",
                "User c 2 0.25 5",
                "User  2 0.25 5",
                "User a 1 0.125 5",
                "Port 1 7 0.875 2",
                "Port 2 1 0.125 2"
            ]
        );
        let absent = top(
            &table.slice(3, 6),
            json!({ "columns": ["User"], "limit": 1 }),
        )
        .unwrap();
        assert!(absent.column("Value").unwrap().is_null(0));
        assert_eq!(top(&table, json!({})).unwrap().num_rows(), 1 + 5 + 2);
        assert_eq!(top(&table.slice(0, 0), json!({})).unwrap().num_rows(), 0);
    }

    #[test]
    fn values_have_a_first_and_a_last_time() {
        assert_eq!(
            rows(&first(&events(), json!({ "columns": ["User"] })).unwrap()),
            [
                "bob 01T02:24 10T12:00 3 2",
                " 04T00:00 04T00:00 1 1",
                "ann 09T21:36 10T00:00 2 2",
                "eve 10T16:48 10T21:36 2 1",
            ]
        );
        let pairs = first(&events(), json!({ "columns": ["User", "Port"] })).unwrap();
        assert_eq!(pairs.num_rows(), 5);
    }

    #[test]
    fn what_is_new_in_the_last_day_is_rare() {
        assert_eq!(
            rows(&rare(&events(), json!({ "columns": ["User"] })).unwrap()),
            ["eve 2 0 10T16:48 10T21:36 8"]
        );
        assert_eq!(
            rows(
                &rare(
                    &events(),
                    json!({ "columns": ["User"], "maxBaselineCount": 1, "recent": "22h" })
                )
                .unwrap()
            ),
            ["eve 2 0 10T16:48 10T21:36 8", "ann 1 1 09T21:36 10T00:00 2"]
        );
        assert_eq!(
            rows(
                &rare(
                    &events(),
                    json!({ "columns": ["User"], "maxBaselineCount": 2 })
                )
                .unwrap()
            ),
            [
                "eve 2 0 10T16:48 10T21:36 8",
                "ann 1 1 09T21:36 10T00:00 2",
                "bob 1 2 01T02:24 10T12:00 5"
            ]
        );
        assert_eq!(
            rare(&events().slice(0, 0), json!({ "columns": ["User"] }))
                .unwrap()
                .num_rows(),
            0
        );
    }

    #[test]
    fn the_order_of_rows_changes_no_value() {
        let table = events();
        let turned = table
            .take((0..table.num_rows() as u32).rev().collect())
            .unwrap();
        let user = json!({ "columns": ["User"] });
        assert_eq!(
            rows(&first(&table, user.clone()).unwrap()),
            rows(&first(&turned, user).unwrap())
        );
        let top_of = |table| rows(&top(table, json!({ "columns": ["User", "Port"] })).unwrap());
        assert_eq!(top_of(&table), top_of(&turned));
    }

    #[test]
    fn wrong_options_say_what_to_do() {
        let table = events();
        for (found, message) in [
            (
                top(&table, json!({ "limit": 0 })),
                "limit should be 1 or more",
            ),
            (top(&table, json!({ "columns": ["x"] })), "no column `x`"),
            (
                first(&table, json!({})),
                "columns should name one or more columns",
            ),
            (
                first(&table, json!({ "columns": ["User"], "timeColumn": "Port" })),
                "should be times",
            ),
            (
                rare(&table, json!({})),
                "columns should name one or more columns",
            ),
            (
                rare(&table, json!({ "columns": ["User"], "recent": "x" })),
                "recent: `x` is no length of time",
            ),
            (
                rare(&table, json!({ "columns": ["User"], "recent": "2w" })),
                "there is nothing to compare with",
            ),
        ] {
            let error = found.unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
