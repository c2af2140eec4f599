//! Commands that follow each other too fast to be typed.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array};

use crate::order::{signed, sort_by_number};
use crate::table::{COMMANDS, Groups, Progress, beside_keys, choose, choose_time, utc};
use crate::{Error, Result, Table};

/// How many commands in how short a time.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FastRunOptions {
    /// The column of command lines; by default a usual one, such as `CommandLine`.
    pub command_column: Option<String>,
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// Columns that part the commands, such as `["Computer", "Account"]`; by
    /// default all are of one.
    pub group_by: Vec<String>,
    /// A run has more than this many commands … Default 10, as in msticpy.
    pub events: Option<u32>,
    /// … in less than this many seconds. Default 5, as in msticpy.
    pub seconds: Option<f64>,
}

/// A command: its time, its row, and its line.
type Command<'a> = (i64, u32, &'a str);

/// Runs of more than `events` commands in less than `seconds`: one row for each
/// run, as long as it goes on, by group, in the order of their first rows, and time. Rows may come in any order;
/// those without a command or a time are left out. O(n log n).
///
/// Columns: those of `groupBy`, `StartTime`, `EndTime`, `DurationSeconds`,
/// `CommandCount`, `SourceIndex` (row of the first command) and `Commands` (list of text).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for `events`
/// of 0, or seconds that are no positive number; `Cancelled` from `progress`.
pub fn fast_command_runs(
    table: &Table,
    options: &FastRunOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let command = choose(
        table,
        options.command_column.as_deref(),
        COMMANDS,
        "commandColumn",
    )?;
    let time = choose_time(table, options.time_column.as_deref())?;
    let events = options.events.unwrap_or(10) as usize;
    let seconds = options.seconds.unwrap_or(5.0);
    if events == 0 || !(seconds > 0.0 && seconds <= 1e12) {
        return Err(Error::InvalidArgument(
            "events should be 1 or more, and seconds a number above 0".into(),
        ));
    }
    let micros = (seconds * 1e6) as i64;
    let lines = table.text(command)?;
    let times = table.time_us(time)?;
    let line = |row: usize| lines.get(row).filter(|line| !line.trim().is_empty());
    let groups = Groups::of(table, &options.group_by)?;
    let rows = groups.rows(|row| times.is_valid(row) && line(row).is_some());
    let mut commands: Vec<Command<'_>> = Vec::with_capacity(rows.rows.len());
    for &row in &rows.rows {
        let text = line(row as usize).unwrap_or_default();
        commands.push((times.value(row as usize), row, text));
    }
    for group in 0..groups.len() {
        if group.is_multiple_of(1 << 10) {
            progress.at(group, groups.len())?;
        }
        sort_by_number(&mut commands[rows.range(group)], |command| {
            signed(command.0)
        });
    }
    let groups = (0..groups.len()).map(|group| &commands[rows.range(group)]);
    let runs: Vec<&[Command<'_>]> = groups
        .flat_map(|group| runs_of(group, events, micros))
        .collect();
    result(table, &options.group_by, &runs)
}

/// The runs of sorted commands: windows of `events` + 1 within `micros` that
/// share a command are one.
fn runs_of<'a, 'b>(
    commands: &'a [Command<'b>],
    events: usize,
    micros: i64,
) -> Vec<&'a [Command<'b>]> {
    let mut runs = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for start in 0..commands.len().saturating_sub(events) {
        let end = start + events;
        if commands[end].0.saturating_sub(commands[start].0) >= micros {
            continue;
        }
        open = match open {
            Some((first, last)) if start <= last => Some((first, end)),
            other => {
                runs.extend(other.map(|(first, last)| &commands[first..=last]));
                Some((start, end))
            }
        };
    }
    runs.extend(open.map(|(first, last)| &commands[first..=last]));
    runs
}

fn result(table: &Table, group_by: &[String], runs: &[&[Command<'_>]]) -> Result<Table> {
    let firsts: Vec<u32> = runs.iter().map(|run| run[0].1).collect();
    let time = |of: fn(&[Command<'_>]) -> i64| -> ArrayRef {
        utc(runs.iter().map(|run| of(run)).collect::<Vec<_>>())
    };
    let end = |run: &[Command<'_>]| run[run.len() - 1].0;
    let seconds = runs
        .iter()
        .map(|run| end(run).saturating_sub(run[0].0) as f64 / 1e6);
    let mut commands = ListBuilder::new(StringBuilder::new());
    for run in runs {
        for (_, _, line) in *run {
            commands.values().append_value(line);
        }
        commands.append(true);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("StartTime", time(|run| run[0].0)),
        ("EndTime", time(|run| run[run.len() - 1].0)),
        (
            "DurationSeconds",
            Arc::new(Float64Array::from_iter_values(seconds)),
        ),
        (
            "CommandCount",
            Arc::new(Int64Array::from_iter_values(
                runs.iter().map(|run| run.len() as i64),
            )),
        ),
        (
            "SourceIndex",
            Arc::new(Int64Array::from_iter_values(
                firsts.iter().map(|&row| row.into()),
            )),
        ),
        ("Commands", Arc::new(commands.finish())),
    ];
    let runs = Table::new(columns)?;
    beside_keys(table, group_by, firsts, runs)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::TimestampMicrosecondArray;
    use arrow_array::cast::AsArray;
    use serde_json::{Value, json};

    use super::*;

    /// Commands of machines at seconds, in this order.
    fn table(commands: &[(&str, f64, Option<&str>)]) -> Table {
        let texts =
            |texts: Vec<Option<&str>>| Arc::new(arrow_array::StringArray::from(texts)) as ArrayRef;
        let times = commands.iter().map(|command| (command.1 * 1e6) as i64);
        Table::new(vec![
            (
                "Computer",
                texts(commands.iter().map(|command| Some(command.0)).collect()),
            ),
            (
                "TimeGenerated",
                Arc::new(TimestampMicrosecondArray::from_iter_values(times)),
            ),
            (
                "Command",
                texts(commands.iter().map(|command| command.2).collect()),
            ),
        ])
        .unwrap()
    }

    /// Each run as `row of the first, seconds: commands`.
    fn runs(commands: &[(&str, f64, Option<&str>)], options: Value) -> Vec<String> {
        let options = serde_json::from_value(options).unwrap();
        let runs = fast_command_runs(&table(commands), &options, &mut Progress::none()).unwrap();
        let (rows, seconds) = (
            runs.i64("SourceIndex").unwrap(),
            runs.f64("DurationSeconds").unwrap(),
        );
        let commands = runs.column("Commands").unwrap().as_list::<i32>().clone();
        let lines = (0..runs.num_rows()).map(|run| {
            let commands = commands.value(run);
            let commands: Vec<&str> = commands.as_string::<i32>().iter().flatten().collect();
            format!(
                "{}, {}: {}",
                rows.value(run),
                seconds.value(run),
                commands.join(" ")
            )
        });
        lines.collect()
    }

    #[test]
    fn finds_runs_as_long_as_they_go_on() {
        let options = json!({ "events": 2, "seconds": 5 });
        let a = |second: f64, line| ("A", second, Some(line));
        type Row<'a> = (&'a str, Vec<(&'a str, f64, Option<&'a str>)>, &'a [&'a str]);
        let rows: Vec<Row<'_>> = vec![
            ("none", vec![], &[]),
            ("too few", vec![a(0.0, "a"), a(1.0, "b")], &[]),
            (
                "at the limit is not fast",
                vec![a(0.0, "a"), a(1.0, "b"), a(5.0, "c")],
                &[],
            ),
            (
                "fast",
                vec![a(0.0, "a"), a(1.0, "b"), a(4.5, "c")],
                &["0, 4.5: a b c"],
            ),
            (
                "goes on",
                vec![
                    a(0.0, "a"),
                    a(2.0, "b"),
                    a(4.0, "c"),
                    a(6.0, "d"),
                    a(20.0, "e"),
                ],
                &["0, 6: a b c d"],
            ),
            (
                "two",
                vec![
                    a(0.0, "a"),
                    a(0.0, "b"),
                    a(0.0, "c"),
                    a(60.0, "d"),
                    a(60.0, "e"),
                    a(60.0, "f"),
                ],
                &["0, 0: a b c", "3, 0: d e f"],
            ),
            (
                "no commands do not count",
                vec![a(0.0, "a"), ("A", 1.0, None), a(1.0, " "), a(2.0, "b")],
                &[],
            ),
        ];
        for (name, commands, expected) in rows {
            assert_eq!(runs(&commands, options.clone()), expected, "{name}");
        }
    }

    /// Defect 20: of rows that are not sorted msticpy says that negative times are fast.
    #[test]
    fn rows_may_come_in_any_order() {
        let commands = [
            ("A", 900.0, Some("d")),
            ("A", 600.0, Some("c")),
            ("A", 300.0, Some("b")),
            ("A", 0.0, Some("a")),
        ];
        assert_eq!(
            runs(&commands, json!({ "events": 2 })),
            Vec::<String>::new()
        );
        let fast = [
            ("A", 2.0, Some("c")),
            ("A", 0.0, Some("a")),
            ("A", 1.0, Some("b")),
        ];
        assert_eq!(runs(&fast, json!({ "events": 2 })), ["1, 2: a b c"]);
    }

    #[test]
    fn groups_have_runs_of_their_own() {
        let commands = [
            ("A", 0.0, Some("a")),
            ("B", 0.0, Some("x")),
            ("A", 1.0, Some("b")),
            ("B", 1.0, Some("y")),
            ("A", 2.0, Some("c")),
        ];
        assert_eq!(
            runs(&commands, json!({ "events": 2, "groupBy": ["Computer"] })),
            ["0, 2: a b c"]
        );
        assert_eq!(runs(&commands, json!({ "events": 3 })), ["0, 2: a x b y c"]);
    }

    #[test]
    fn wrong_options_say_what_to_do() {
        for (options, message) in [
            (json!({ "events": 0 }), "events should be 1 or more"),
            (json!({ "seconds": 0 }), "seconds a number above 0"),
            (
                json!({ "timeColumn": "Command" }),
                "column `Command` should be times",
            ),
            (json!({ "groupBy": ["User"] }), "no column `User`"),
        ] {
            let options = serde_json::from_value(options).unwrap();
            let table = table(&[("A", 0.0, Some("a"))]);
            let error = fast_command_runs(&table, &options, &mut Progress::none()).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
