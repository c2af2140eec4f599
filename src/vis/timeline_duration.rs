//! From when to when each group was there: a bar for each, with its events on it. As msticpy's
//! `display_timeline_duration`.

use std::sync::Arc;

use arrow_array::StringArray;
use serde_json::{Map, Value};

use super::axis::draw::{TIME_ROOM, mask, say, stripes, time_grid, time_labels};
use super::axis::number::format_number;
use super::axis::zone::{Zone, format_time};
use super::chart::{Chart, Gestures, Hit, Selection, Tip};
use super::labels;
use super::lanes::{Lanes, diamonds, height_of, home_of};
use super::marks::{self, TimeMark};
use super::scene::{Area, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, known, row_fields};
use super::theme::Color;
use super::timeline::padded;
use crate::order::{float, sort_by_number};
use crate::table::{choose_time, duration_text, utc};
use crate::{Result, Table};

/// How durations are drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimelineDurationOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column of the times at which events end. Default `timeColumn`.
    pub end_time_column: Option<String>,
    /// Columns that part the events, such as `["Account"]`: a bar for each of their values.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub group_by: Vec<String>,
    /// What a tooltip says of the first event of a group. Default nothing.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
    /// A time to mark, or several: a date, or `{ time, label }`.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "MarkedTime | readonly MarkedTime[]")
    )]
    pub ref_time: Value,
}

/// Groups by time.
pub struct TimelineDuration {
    tables: Tables,
    time_column: String,
    columns: Vec<String>,
    lanes: Lanes,
    /// The lanes that have events, by their starts, from the top.
    order: Vec<usize>,
    /// From when to when each lane lasts.
    spans: Vec<[f64; 2]>,
    marks: Vec<TimeMark>,
}

impl TimelineDuration {
    /// Finds when the groups of one or more tables begin and end; `refEvents` and `alerts` are tables
    /// of their own. An end that is missing, or is before its start, is the start.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, or if
    /// there is no column of times.
    pub fn new(tables: Tables, options: &TimelineDurationOptions) -> Result<Self> {
        tables.takes(&["refEvents", "alerts"])?;
        let time = options.time_column.as_deref();
        let lanes = Lanes::of(&tables.main, time, &options.group_by)?;
        let mut ends = Vec::new();
        let mut time_column = String::new();
        for (_, table) in &tables.main {
            known(table, &options.source_columns)?;
            time_column = choose_time(table, time)?.to_owned();
            if let Some(end) = &options.end_time_column {
                let times = table.time_us(end)?;
                ends.extend(
                    times
                        .iter()
                        .map(|time| time.map_or(f64::NAN, |time| time as f64)),
                );
            }
        }
        let span = |lane: usize| {
            let range = lanes.range(lane);
            let own = ends_of(&lanes.times[range.clone()]);
            let rows = lanes.rows[range].iter();
            rows.filter_map(|row| ends.get(*row as usize))
                .fold(own, |[from, to], end| [from, to.max(*end)])
        };
        let spans: Vec<_> = (0..lanes.len()).map(span).collect();
        let mut order: Vec<usize> = (0..lanes.len())
            .filter(|lane| !lanes.range(*lane).is_empty())
            .collect();
        sort_by_number(&mut order, |lane| float(spans[*lane][0]));
        Ok(Self {
            marks: marks::of(&tables, &options.ref_time, time)?,
            columns: options.source_columns.clone(),
            time_column,
            order,
            spans,
            lanes,
            tables,
        })
    }

    /// The places from the top that are seen.
    fn seen(&self, stage: &Stage) -> std::ops::Range<usize> {
        let [from, to] = stage.view.y;
        let end = (to.ceil() as usize).min(self.order.len());
        (from.max(0.0) as usize).min(end)..end
    }

    /// The bar at a place from the top, in CSS pixels; at least as wide as it is seen.
    fn bar(&self, stage: &Stage, place: usize) -> Area {
        let [from, to] = self.spans[self.order[place]].map(|time| stage.x(time));
        let (plot, high) = (
            stage.plot,
            stage.plot.h / (stage.view.y[1] - stage.view.y[0]),
        );
        // A bar that goes on outside has no place there: numbers of backends end.
        let (from, to) = (from.max(plot.x - 9.0), to.min(plot.right() + 9.0));
        let half = (high * 0.3).clamp(2.0, 9.0);
        Area {
            x: from.min(to) - 1.0,
            y: stage.y(place as f64 + 0.5) - half,
            w: (to - from).max(0.0) + 2.0,
            h: half * 2.0,
        }
    }

    fn draw_bars(&self, stage: &Stage, scene: &mut Scene) {
        let seen = self.seen(stage);
        let counts: Vec<_> = seen
            .clone()
            .map(|place| self.lanes.counts(self.order[place], stage))
            .collect();
        let most = counts.iter().flatten().copied().max().unwrap_or(0);
        for place in seen.clone() {
            let bar = self.bar(stage, place);
            if bar.right() > stage.plot.x && bar.x < stage.plot.right() {
                scene.fill(bar, stage.theme.category(place).fade(0.3));
            }
        }
        let x = (stage.plot.x * stage.scale).round() as i32;
        for (place, counts) in seen.zip(&counts) {
            let bar = self.bar(stage, place);
            let middle = (bar.y + bar.h / 2.0) * stage.scale;
            let radius = (bar.h * 0.36).max(1.5) * stage.scale;
            let color = stage.theme.category(place);
            scene.marks.push(Mark::Columns(diamonds(
                counts,
                most,
                (x, middle),
                radius,
                color,
            )));
        }
    }

    fn lane(&self, index: u32) -> Option<usize> {
        self.order.get(index as usize).copied()
    }
}

/// The first and the last of sorted times.
fn ends_of(times: &[f64]) -> [f64; 2] {
    match times {
        [first, .., last] => [*first, *last],
        [one] => [*one; 2],
        [] => [0.0; 2],
    }
}

impl Chart for TimelineDuration {
    fn height(&self, width: f64) -> f64 {
        let [_, top, _, bottom] = self.margins(width);
        height_of(self.order.len()) + top + bottom
    }

    fn margins(&self, width: f64) -> [f64; 4] {
        [
            labels::room(&self.lanes.named(&self.order), width),
            marks::room(&self.marks),
            16.0,
            TIME_ROOM,
        ]
    }

    fn extent(&self) -> View {
        let marked = self.marks.iter().map(|mark| [mark.at, mark.at]);
        let spans = self.order.iter().map(|lane| self.spans[*lane]);
        View {
            x: padded(spans.chain(marked)),
            y: [0.0, self.order.len().max(1) as f64],
        }
    }

    fn home(&self, plot: Area) -> View {
        home_of(self.extent(), plot)
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures::of_time(true)
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        if self.order.is_empty() {
            return say(stage, "no events with a time", scene);
        }
        stripes(stage, scene);
        time_grid(stage, scene);
        self.draw_bars(stage, scene);
        mask(stage, scene);
        labels::draw(&self.lanes.named(&self.order), stage, scene);
        time_labels(stage, scene);
        marks::draw(&self.marks, stage, scene);
    }

    /// The staircase, small.
    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        let high = (stage.plot.h - 4.0) / self.order.len().max(1) as f64;
        // Of very many, some: more rows of pixels there are not.
        let every = (0.5 / high).max(1.0) as usize;
        for (place, lane) in self.order.iter().enumerate().step_by(every) {
            let [from, to] = self.spans[*lane].map(|time| stage.x(time));
            let bar = Area {
                x: from,
                y: stage.plot.y + 2.0 + place as f64 * high,
                w: (to - from).max(1.0),
                h: (high * 0.7).clamp(1.0, 6.0),
            };
            scene.fill(bar, stage.theme.quiet.fade(0.45));
        }
    }

    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        if hit.index as usize >= self.order.len() {
            return scene.marks.push(Mark::Ring(hit.at, 7.0, color, 2.0));
        }
        let (bar, plot) = (self.bar(stage, hit.index as usize), stage.plot);
        let from = bar.x.max(plot.x);
        let area = Area {
            x: from,
            w: bar.right().min(plot.right()) - from,
            ..bar
        };
        if area.w > 0.0 && plot.has(hit.at) {
            scene.marks.push(Mark::Outline(area, color, 2.0));
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let mark = marks::near(&self.marks, stage, at.0);
        let mark = mark.map(|mark| (self.order.len() + mark) as u32);
        if !stage.plot.has(at) {
            return self.place(stage, mark.filter(|_| at.1 < stage.plot.y)?);
        }
        let place = stage.y_at(at.1).max(0.0) as usize;
        let bar = (place < self.order.len()).then(|| self.bar(stage, place));
        let on = |bar: &Area| at.0 >= bar.x - 4.0 && at.0 <= bar.right() + 4.0;
        match bar.filter(on) {
            Some(_) => self.place(stage, place as u32),
            None => self.place(stage, mark?),
        }
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let plot = stage.plot;
        let at = match (index as usize).checked_sub(self.order.len()) {
            Some(mark) => (stage.x(self.marks.get(mark)?.at), plot.y),
            None => {
                // The middle of what is seen of it, or the end that is nearest to what is.
                let lane = self.lane(index)?;
                let [from, to] = self.spans[lane].map(|time| stage.x(time));
                let x = match (from > plot.right(), to < plot.x) {
                    (true, _) => from,
                    (_, true) => to,
                    _ => f64::midpoint(from.max(plot.x), to.min(plot.right())),
                };
                (x, stage.y(index as f64 + 0.5))
            }
        };
        Some(Hit { index, at, more: 0 })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        // Marks are no bars.
        let from = from.filter(|from| self.lane(*from).is_some());
        let next = match (from, forward) {
            (None, _) => self.seen(stage).next()? as u32,
            (Some(from), true) => from + 1,
            (Some(from), false) => from.checked_sub(1)?,
        };
        self.lane(next).map(|_| next)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let Some(lane) = self.lane(index) else {
            let mark = self.marks.get(index as usize - self.order.len());
            return mark.map_or_else(Tip::default, |mark| mark.tip(&self.time_column, zone));
        };
        let ([from, to], range) = (self.spans[lane], self.lanes.range(lane));
        let mut tip = Tip {
            title: self.lanes.names[lane].clone(),
            fields: vec![
                ("from".into(), format_time(from, 0, zone)),
                ("to".into(), format_time(to, 0, zone)),
                ("lasts".into(), lasts(to - from)),
                ("events".into(), format_number(range.len() as f64)),
            ],
        };
        if let Some((table, row)) = self.tables.find(self.lanes.rows[range.start]) {
            tip.fields
                .extend(row_fields(table, row, &self.columns, zone));
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Item(index) => self.lane(*index).map_or(vec![], |lane| {
                self.lanes
                    .rows_between(&[lane], [f64::NEG_INFINITY, f64::INFINITY])
            }),
            Selection::Range(x, _) => self.lanes.rows_between(&self.order, *x),
        }
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let time = |time: f64| Value::from(crate::table::time::format_time(time as i64));
        let mut fields = Map::new();
        if let Some(lane) = self.lane(index) {
            let [from, to] = self.spans[lane];
            let name = self.lanes.names[lane].clone();
            fields.extend([
                ("group".into(), name.into()),
                ("start".into(), time(from)),
                ("end".into(), time(to)),
            ]);
        } else if let Some(mark) = self.marks.get(index as usize - self.order.len()) {
            fields.insert("time".into(), time(mark.at));
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let Some(name) = value.get("group") else {
            return marks::find(&self.marks, value, self.order.len());
        };
        let mut names = self.order.iter().map(|lane| &*self.lanes.names[*lane]);
        let place = names.position(|own| Some(own) == name.as_str());
        place.map(|place| place as u32)
    }

    fn describe(&self, zone: &Zone) -> String {
        self.lanes
            .describe("Durations of ", [" events", " groups"], zone)
    }

    /// The groups from the top.
    fn data(&self) -> Result<Table> {
        let ends = |end: usize| {
            utc(self
                .order
                .iter()
                .map(|lane| self.spans[*lane][end] as i64)
                .collect::<Vec<i64>>())
        };
        let names = self
            .order
            .iter()
            .map(|lane| self.lanes.names[*lane].as_str());
        let events = self
            .order
            .iter()
            .map(|lane| self.lanes.range(*lane).len() as f64);
        let events: arrow_array::Float64Array = events.map(Some).collect();
        Table::new(vec![
            ("Group", Arc::new(StringArray::from_iter_values(names))),
            ("Start", ends(0)),
            ("End", ends(1)),
            ("Events", Arc::new(events)),
        ])
    }
}

/// A length of time in its two largest units, such as `1d 2h`: more is not read.
fn lasts(micros: f64) -> String {
    const UNITS: [i64; 6] = [
        86_400_000_000,
        3_600_000_000,
        60_000_000,
        1_000_000,
        1000,
        1,
    ];
    let mut rest = micros as i64;
    let largest = UNITS.iter().position(|unit| rest >= *unit).unwrap_or(3);
    let mut text = String::new();
    for unit in UNITS.iter().skip(largest).take(2) {
        let part = rest - rest % unit;
        if part > 0 || text.is_empty() {
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&said(part, *unit));
        }
        rest -= part;
    }
    text
}

/// A whole number of units: in minutes, 180 are not 3 hours.
fn said(part: i64, unit: i64) -> String {
    let name = duration_text(unit);
    let mut text = itoa::Buffer::new().format(part / unit).to_owned();
    text.push_str(&name[1..]);
    text
}

#[cfg(test)]
mod tests;
