//! Points in time that are marked on a time axis: references and alerts.

use serde_json::Value;

use super::axis::zone::{Zone, format_time};
use super::chart::Tip;
use super::scene::{Anchor, Mark, Scene};
use super::stage::Stage;
use super::tables::Tables;
use super::text;
use super::theme::Color;
use crate::order::{float, sort_by_number};
use crate::table::time::parse_time;
use crate::table::{Column, choose_time, write_text};
use crate::{Error, Result, Table};

/// A marked time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeMark {
    /// Microseconds since 1970.
    pub(crate) at: f64,
    /// What stands beside it.
    pub(crate) label: String,
    /// Whether it is an alert.
    pub(crate) alert: bool,
}

const SIZE: f64 = 11.0;
/// Height of a row of labels.
const ROW: f64 = 15.0;
/// Rows of labels.
const ROWS: usize = 2;

/// One time, `{ time, label }`, or a list of those.
///
/// # Errors
///
/// `InvalidArgument` for what is none.
pub(crate) fn of_option(option: &str, value: &Value) -> Result<Vec<TimeMark>> {
    let wrong = || {
        Error::InvalidArgument(format!(
            "option `{option}` should be a time, such as \"2026-03-14T09:30:00Z\", {{ time, label }}, or a list of them, but is {value}"
        ))
    };
    let one = |value: &Value| {
        let (time, label) = match value {
            Value::Object(fields) => {
                let label = fields.get("label").and_then(Value::as_str);
                (
                    fields.get("time").unwrap_or(value),
                    label.unwrap_or_default(),
                )
            }
            time => (time, ""),
        };
        let at = match time {
            Value::String(text) => parse_time(text.as_bytes()).map(|time| time.micros as f64),
            _ => None,
        };
        at.map(|at| TimeMark {
            at,
            label: label.to_owned(),
            alert: false,
        })
    };
    match value {
        Value::Null => Ok(vec![]),
        Value::Array(list) => list
            .iter()
            .map(|value| one(value).ok_or_else(wrong))
            .collect(),
        value => one(value).map(|mark| vec![mark]).ok_or_else(wrong),
    }
}

/// Columns that name an event, the first that is there.
const LABELS: [&str; 8] = [
    "label",
    "Label",
    "AlertName",
    "AlertDisplayName",
    "DisplayName",
    "Title",
    "Name",
    "Activity",
];

/// A mark for each row of `table` that has a time.
///
/// # Errors
///
/// As for [`choose_time`].
pub(crate) fn of_table(
    table: &Table,
    time_column: Option<&str>,
    alert: bool,
) -> Result<Vec<TimeMark>> {
    let named = time_column.filter(|name| table.column(name).is_ok());
    let times = table.time_us(choose_time(table, named)?)?;
    let label = LABELS.iter().find_map(|name| table.column(name).ok());
    let label = label.map(|array| Column::of(array.as_ref()));
    let mark = |(row, time): (usize, Option<i64>)| {
        let mut text = Vec::new();
        if let Some(column) = &label {
            write_text(&column.get(row), &mut text);
        }
        Some(TimeMark {
            at: time? as f64,
            label: String::from_utf8_lossy(&text).into_owned(),
            alert,
        })
    };
    Ok(times.iter().enumerate().filter_map(mark).collect())
}

/// The times that the option `refTime` and the tables `refEvents` and `alerts` mark.
///
/// # Errors
///
/// As for [`of_option`] and [`of_table`].
pub(crate) fn of(tables: &Tables, ref_time: &Value, time: Option<&str>) -> Result<Vec<TimeMark>> {
    let mut marks = of_option("refTime", ref_time)?;
    for (option, alert) in [("refEvents", false), ("alerts", true)] {
        if let Some(table) = tables.get(option) {
            marks.extend(of_table(table, time, alert)?);
        }
    }
    Ok(marks)
}

/// The room that labels of marks need above a plot, in CSS pixels.
pub(crate) fn room(marks: &[TimeMark]) -> f64 {
    match marks.iter().any(|mark| !mark.label.is_empty()) {
        true => ROWS as f64 * ROW + 4.0,
        false => 8.0,
    }
}

/// The mark whose line is at this x, in CSS pixels.
pub(crate) fn near(marks: &[TimeMark], stage: &Stage, x: f64) -> Option<usize> {
    marks
        .iter()
        .position(|mark| (stage.x(mark.at) - x).abs() < 4.0)
}

impl TimeMark {
    /// What is said of it.
    pub(crate) fn tip(&self, time_column: &str, zone: &Zone) -> Tip {
        Tip {
            title: self.label.clone(),
            fields: vec![(time_column.to_owned(), format_time(self.at, 0, zone))],
        }
    }

    /// Alerts stand out.
    pub(crate) fn color(&self, stage: &Stage) -> Color {
        if self.alert {
            stage.theme.alarm
        } else {
            stage.theme.ink
        }
    }
}

/// Draws marks as lines through the plot, with their labels above it; what finds no place there has
/// none.
pub(crate) fn draw(marks: &[TimeMark], stage: &Stage, scene: &mut Scene) {
    let plot = stage.plot;
    let mut ends = [plot.x - 4.0; ROWS];
    let mut seen: Vec<&TimeMark> = marks
        .iter()
        .filter(|mark| {
            let x = stage.x(mark.at);
            x >= plot.x && x <= plot.right()
        })
        .collect();
    sort_by_number(&mut seen, |mark| float(mark.at));
    for mark in seen {
        let (x, color) = (stage.x(mark.at), mark.color(stage));
        let mut top = plot.y;
        let label = text::shorten(&mark.label, SIZE, 160.0);
        let wide = text::width(&label, SIZE);
        let from = x.min(stage.whole.right() - wide - 6.0);
        if !label.is_empty()
            && let Some(row) = ends.iter().position(|end| *end < from)
        {
            ends[row] = from + wide + 10.0;
            let y = plot.y - (ROWS - row) as f64 * ROW + ROW / 2.0 - 1.0;
            scene.text((from + 3.0, y), &label, SIZE, color, Anchor::Start);
            top = y - ROW / 2.0;
        }
        let line = vec![(x, top), (x, plot.bottom())];
        scene
            .marks
            .push(Mark::Line(line, color, if mark.alert { 2.0 } else { 1.0 }));
    }
}
