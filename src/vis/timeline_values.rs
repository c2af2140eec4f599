//! Values over time, a series for each group. As msticpy's `display_timeline_values`.
//!
//! Zoom is along time alone: the axis of values stays, so that heights can be compared while one
//! moves along, and a spike does not look like the noise beside it.

use serde_json::{Map, Value};

use super::axis::draw::{LABEL, TIME_ROOM, left, mask, say, time_grid, time_labels};
use super::axis::number::format_number;
use super::axis::zone::{Zone, format_time};
use super::chart::{Chart, Entry, Gestures, Hit, Selection, Tip};
use super::lanes::Lanes;
use super::marks::{self, TimeMark};
use super::scene::{Anchor, Point, Scene};
use super::series::{Series, ValueKind, Values, axis, left_room, say_missing};
use super::stage::{Stage, View};
use super::tables::{Tables, row_fields, told_columns};
use super::text;
use super::theme::Theme;
use super::timeline::padded;
use crate::table::choose_time;
use crate::{Error, Result, Table};

/// How values over time are drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimelineValuesOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column of numbers, such as `"SentBytes"`.
    pub value_column: String,
    /// Columns that part the values into series, such as `["Computer"]`.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub group_by: Vec<String>,
    /// Default `"bar"`.
    pub kind: ValueKind,
    /// What a tooltip says of an event. Default the first columns.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
    /// A time to mark, or several: a date, or `{ time, label }`.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "MarkedTime | readonly MarkedTime[]")
    )]
    pub ref_time: Value,
}

/// Values by time.
pub struct TimelineValues {
    tables: Tables,
    time_column: String,
    value_column: String,
    columns: Vec<String>,
    kind: ValueKind,
    lanes: Lanes,
    values: Values,
    marks: Vec<TimeMark>,
    shown: Vec<bool>,
}

const HEIGHT: f64 = 260.0;
/// Room for the name of the axis of values.
const TITLE: f64 = 16.0;
/// More series than this have no legend.
const MOST_ENTRIES: usize = 24;
/// Width of bars and circles.
const WIDEST: f64 = 7.0;

impl TimelineValues {
    /// Sorts the values of one or more tables; `refEvents` and `alerts` are tables of their own.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, or if
    /// there is no column of times.
    pub fn new(tables: Tables, options: &TimelineValuesOptions) -> Result<Self> {
        let value_column = options.value_column.clone();
        if value_column.is_empty() {
            return Err(Error::InvalidArgument(
                "option `valueColumn` should be the column of numbers to draw".into(),
            ));
        }
        tables.takes(&["refEvents", "alerts"])?;
        let time = options.time_column.as_deref();
        let lanes = Lanes::of(&tables.main, time, &options.group_by)?;
        let values = Values::of(&tables.main, &value_column, &lanes)?;
        let (mut columns, mut time_column) = (vec![], String::new());
        if let Some((_, first)) = tables.main.first() {
            time_column = choose_time(first, time)?.to_owned();
            let mut drawn: Vec<&str> = options.group_by.iter().map(String::as_str).collect();
            drawn.extend([&*time_column, &*value_column]);
            columns = told_columns(first, &options.source_columns, &drawn)?;
        }
        Ok(Self {
            marks: marks::of(&tables, &options.ref_time, time)?,
            shown: vec![true; lanes.len()],
            kind: options.kind,
            time_column,
            value_column,
            columns,
            lanes,
            values,
            tables,
        })
    }

    fn drawn(&self) -> Vec<usize> {
        (0..self.lanes.len())
            .filter(|lane| self.shown[*lane])
            .collect()
    }

    fn series<'a>(&'a self, lane: usize, stage: &'a Stage) -> Series<'a> {
        Series {
            lanes: &self.lanes,
            lane,
            values: &self.values,
            stage,
        }
    }

    fn draw_series(&self, kind: ValueKind, stage: &Stage, scene: &mut Scene) {
        let drawn = self.drawn();
        // What lies over one another shines through.
        let alpha = match kind {
            ValueKind::Line => 1.0,
            ValueKind::Circle => 0.6,
            _ if drawn.len() > 1 => 0.7,
            _ => 0.9,
        };
        for lane in drawn {
            let color = stage.theme.category(lane).fade(alpha);
            self.series(lane, stage).draw(kind, WIDEST, color, scene);
        }
    }

    /// The value of an event as the table has it.
    fn value(&self, event: usize) -> String {
        match self.values.values[event] {
            value if value.is_finite() => format_number(value),
            _ => self.cell(event),
        }
    }

    /// What is missing or not finite, in words.
    fn cell(&self, event: usize) -> String {
        let of_row = |(table, row): (&Table, usize)| {
            let name = std::slice::from_ref(&self.value_column);
            row_fields(table, row, name, &Zone::utc()).pop()
        };
        let field = self.tables.find(self.lanes.rows[event]).and_then(of_row);
        field.map_or_else(|| "missing".into(), |(_, text)| text)
    }
}

impl Chart for TimelineValues {
    fn height(&self, width: f64) -> f64 {
        let [_, top, _, bottom] = self.margins(width);
        HEIGHT + top + bottom
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        let left = left_room(self.extent().y, HEIGHT);
        [left, marks::room(&self.marks) + TITLE, 16.0, TIME_ROOM]
    }

    fn extent(&self) -> View {
        let marked = self.marks.iter().map(|mark| [mark.at, mark.at]);
        let mut all = [f64::INFINITY, f64::NEG_INFINITY];
        for lane in self.drawn() {
            let range = self.lanes.range(lane);
            let [least, most] = self.values.min_max(range.start, range.end);
            all = [all[0].min(least), all[1].max(most)];
        }
        View {
            x: padded(self.lanes.span().into_iter().chain(marked)),
            y: axis(all, matches!(self.kind, ValueKind::Bar | ValueKind::Vbar)),
        }
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 0.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures::of_time(false)
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        if self.lanes.times.is_empty() {
            return say(stage, "no values with a time", scene);
        }
        time_grid(stage, scene);
        left(stage, true, scene);
        self.draw_series(self.kind, stage, scene);
        mask(stage, scene);
        for lane in self.drawn() {
            let color = stage.theme.category(lane);
            self.series(lane, stage).infinite(color, scene);
        }
        left(stage, false, scene);
        time_labels(stage, scene);
        marks::draw(&self.marks, stage, scene);
        let name = text::shorten(&self.value_column, LABEL, stage.plot.right() - 4.0);
        scene.text((4.0, 10.0), &name, LABEL, stage.theme.quiet, Anchor::Start);
    }

    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        let kind = match self.kind {
            ValueKind::Line => ValueKind::Line,
            _ => ValueKind::Bar,
        };
        self.draw_series(kind, stage, scene);
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let mark = marks::near(&self.marks, stage, at.0);
        let mark = mark.map(|mark| (self.lanes.times.len() + mark) as u32);
        if !stage.plot.has(at) {
            return self.place(stage, mark.filter(|_| at.1 < stage.plot.y)?);
        }
        let reach = if self.kind == ValueKind::Circle {
            8.0
        } else {
            40.0
        };
        let near = |lane| self.series(lane, stage).near(at, reach);
        let nearest = self.drawn().into_iter().filter_map(near);
        let nearest = nearest.min_by(|a, b| a.1.total_cmp(&b.1));
        match nearest.filter(|(_, far, _)| self.kind != ValueKind::Circle || *far < 16.0) {
            Some((event, _, more)) => {
                let hit = self.place(stage, event as u32)?;
                Some(Hit {
                    more: more as u32,
                    ..hit
                })
            }
            None => self.place(stage, mark?),
        }
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let event = index as usize;
        let at = match event.checked_sub(self.lanes.times.len()) {
            Some(mark) => (stage.x(self.marks.get(mark)?.at), stage.plot.y),
            None => {
                let lane = self.lanes.lane_of(event);
                let series = self.shown[lane].then(|| self.series(lane, stage))?;
                let missing = || (stage.x(self.lanes.times[event]), stage.plot.bottom() - 4.0);
                series.point(event).unwrap_or_else(missing)
            }
        };
        Some(Hit { index, at, more: 0 })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        self.lanes.step(&self.drawn(), stage.view.x, from, forward)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let event = index as usize;
        if let Some(mark) = event.checked_sub(self.lanes.times.len()) {
            let mark = self.marks.get(mark);
            return mark.map_or_else(Tip::default, |mark| mark.tip(&self.time_column, zone));
        }
        let time = format_time(self.lanes.times[event], 0, zone);
        let mut tip = Tip {
            title: self.lanes.names[self.lanes.lane_of(event)].clone(),
            fields: vec![
                (self.time_column.clone(), time),
                (self.value_column.clone(), self.value(event)),
            ],
        };
        if let Some((table, row)) = self.tables.find(self.lanes.rows[event]) {
            tip.fields
                .extend(row_fields(table, row, &self.columns, zone));
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        self.lanes.chosen(&self.drawn(), selection)
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let event = index as usize;
        let mut fields = self.lanes.fields(event);
        if let Some(value) = self.values.values.get(event) {
            fields.insert("value".into(), (*value).into());
        } else if let Some(mark) = self.marks.get(event - self.lanes.times.len()) {
            let time = crate::table::time::format_time(mark.at as i64);
            fields.insert("time".into(), time.into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let mark = || marks::find(&self.marks, value, self.lanes.times.len());
        self.lanes.find(value).or_else(mark)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        if !self.lanes.has_names() || self.lanes.len() > MOST_ENTRIES {
            return vec![];
        }
        let entry = |(lane, name): (usize, &String)| Entry {
            name: name.clone(),
            color: theme.category(lane),
            shown: self.shown[lane],
        };
        self.lanes.names.iter().enumerate().map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        if let Some(shown) = self.shown.get_mut(entry) {
            *shown = !*shown;
        }
    }

    fn describe(&self, zone: &Zone) -> String {
        let mut what = self.value_column.clone();
        what.push_str(" over time: ");
        let mut text = self.lanes.describe(&what, [" values", " series"], zone);
        say_missing(&self.values, &mut text);
        text
    }

    fn data(&self) -> Result<Table> {
        let mut columns = self.lanes.summary();
        let ends: Vec<[f64; 2]> = (0..self.lanes.len())
            .map(|lane| self.lanes.range(lane))
            .map(|range| self.values.min_max(range.start, range.end))
            .collect();
        for (name, end) in [("Least", 0), ("Most", 1)] {
            let values = ends
                .iter()
                .map(|ends| Some(ends[end]).filter(|end| end.is_finite()));
            let values: arrow_array::Float64Array = values.collect();
            columns.push((name, std::sync::Arc::new(values)));
        }
        Table::new(columns)
    }
}

#[cfg(test)]
mod tests;
