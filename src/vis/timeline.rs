//! When things happened: a lane for each group, a mark for each event. As msticpy's
//! `display_timeline`.

use serde_json::{Map, Value};

use super::axis::draw::{TIME_ROOM, mask, say, stripes, time_grid, time_labels};
use super::axis::zone::{Zone, format_time};
use super::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use super::lanes::{Lanes, diamonds};
use super::marks::{self, TimeMark};
use super::scene::{Area, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, known, row_fields, usual_columns};
use super::theme::{Color, Theme};
use crate::table::choose_time;
use crate::{Result, Table};

/// How a timeline is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimelineOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// Columns that part the events into lanes, such as `["Computer"]`.
    pub group_by: Vec<String>,
    /// What a tooltip says of an event. Default the first columns.
    pub source_columns: Vec<String>,
    /// A time to mark, or several: a date, or `{ time, label }`.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "MarkedTime | readonly MarkedTime[]")
    )]
    pub ref_time: Value,
    /// Columns that a tooltip has of an event of `overlayData`. Default the first columns.
    pub overlay_columns: Vec<String>,
}

/// Events by time.
pub struct Timeline {
    tables: Tables,
    time_column: String,
    columns: Vec<String>,
    overlay_columns: Vec<String>,
    lanes: Lanes,
    /// Lanes of other events, and on which lane of the chart each is drawn.
    overlay: (Lanes, Vec<usize>),
    marks: Vec<TimeMark>,
    shown: Vec<bool>,
}

/// More groups than this have no legend: their lanes have names.
const MOST_ENTRIES: usize = 24;
/// Height of a lane, of one of many, and the least.
const LANE: f64 = 34.0;
const THIN_LANE: f64 = 24.0;
const LEAST_LANE: f64 = 15.0;
const MOST_HEIGHT: f64 = 760.0;

impl Timeline {
    /// Sorts the events of one or more tables; `overlayData`, `refEvents` and `alerts` are tables
    /// of their own.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, or if
    /// there is no column of times.
    pub fn new(tables: Tables, options: &TimelineOptions) -> Result<Self> {
        let time = options.time_column.as_deref();
        let lanes = Lanes::of(&tables.main, time, &options.group_by)?;
        let mut columns = options.source_columns.clone();
        let mut time_column = String::new();
        if let Some((_, first)) = tables.main.first() {
            known(first, &columns)?;
            time_column = choose_time(first, time)?.to_owned();
            if columns.is_empty() {
                let mut others: Vec<&str> = options.group_by.iter().map(String::as_str).collect();
                others.push(&time_column);
                columns = usual_columns(first, &others);
            }
        }
        let marks = marks::of(&tables, &options.ref_time, time)?;
        let mut chart = Self {
            shown: vec![true; lanes.len()],
            time_column,
            columns,
            overlay_columns: options.overlay_columns.clone(),
            lanes,
            overlay: Default::default(),
            marks,
            tables,
        };
        chart.lay_over(time, &options.group_by)?;
        Ok(chart)
    }

    /// Puts the events of `overlayData` on the lanes of their groups, or on the first.
    fn lay_over(&mut self, time: Option<&str>, group_by: &[String]) -> Result<()> {
        let Some(table) = self.tables.get("overlayData") else {
            return Ok(());
        };
        known(table, &self.overlay_columns)?;
        let time = time.filter(|name| table.column(name).is_ok());
        let groups: Vec<String> = group_by
            .iter()
            .filter(|name| table.column(name).is_ok())
            .cloned()
            .collect();
        if self.overlay_columns.is_empty() {
            self.overlay_columns = usual_columns(table, &[choose_time(table, time)?]);
        }
        let overlay = Lanes::of(&[(String::new(), table.clone())], time, &groups)?;
        let lane = |name: &String| self.lanes.names.iter().position(|lane| lane == name);
        let places = overlay.names.iter().map(|name| lane(name).unwrap_or(0));
        let places = places.collect();
        self.overlay = (overlay, places);
        Ok(())
    }

    /// The lanes that are drawn, from the top.
    fn drawn(&self) -> Vec<usize> {
        (0..self.lanes.len())
            .filter(|lane| self.shown[*lane])
            .collect()
    }

    fn color(&self, lane: usize, theme: &Theme) -> Color {
        let several = self.tables.main.len() > 1;
        theme.category(if several {
            self.lanes.series[lane]
        } else {
            lane
        })
    }

    fn draw_lanes(&self, stage: &Stage, scene: &mut Scene) {
        let [from, to] = stage.view.y;
        let drawn = self.drawn();
        let seen = from.max(0.0) as usize..(to.ceil() as usize).min(drawn.len());
        let seen = &drawn[seen];
        let counts: Vec<Vec<u32>> = seen
            .iter()
            .map(|lane| self.lanes.counts(*lane, stage))
            .collect();
        let most = counts.iter().flatten().copied().max().unwrap_or(0);
        let high = stage.plot.h / (to - from);
        let radius = (high * 0.36).clamp(1.5, 6.0) * stage.scale;
        let x = (stage.plot.x * stage.scale).round() as i32;
        for ((place, lane), counts) in (from.max(0.0) as usize..).zip(seen).zip(&counts) {
            let middle = stage.y(place as f64 + 0.5) * stage.scale;
            let color = self.color(*lane, stage.theme);
            let columns = diamonds(counts, most, (x, middle), radius, color);
            scene.marks.push(super::scene::Mark::Columns(columns));
        }
        self.draw_overlay(stage, &drawn, radius, scene);
    }

    fn draw_overlay(&self, stage: &Stage, drawn: &[usize], radius: f64, scene: &mut Scene) {
        let (overlay, places) = &self.overlay;
        let x = stage.plot.x * stage.scale;
        for (lane, place) in places.iter().enumerate() {
            let Some(place) = drawn.iter().position(|drawn| drawn == place) else {
                continue;
            };
            let y = (stage.y(place as f64 + 0.5) * stage.scale) as i32;
            let counts = overlay.counts(lane, stage).into_iter().zip(0..);
            let there = counts.filter(|(count, _)| *count > 0);
            scene
                .marks
                .push(super::scene::Mark::Dots(super::scene::Dots {
                    at: there.map(|(_, column)| (x as i32 + column, y)).collect(),
                    radius: radius * 0.75,
                    color: stage.theme.alarm,
                }));
        }
    }

    /// Where events of `overlayData`, and then marked times, begin to be counted.
    fn offsets(&self) -> [usize; 2] {
        let events = self.lanes.times.len();
        [events, events + self.overlay.0.times.len()]
    }

    /// The time of a thing, and its place among the drawn lanes.
    fn point(&self, index: usize) -> Option<(f64, f64)> {
        let [overlay, marks] = self.offsets();
        let lane = match index {
            index if index < overlay => self.lanes.lane_of(index),
            index if index < marks => self.overlay.1[self.overlay.0.lane_of(index - overlay)],
            index => return Some((self.marks.get(index - marks)?.at, 0.0)),
        };
        let place = self.drawn().iter().position(|drawn| *drawn == lane)?;
        let time = match index < overlay {
            true => self.lanes.times[index],
            false => self.overlay.0.times[index - overlay],
        };
        Some((time, place as f64 + 0.5))
    }
}

impl Chart for Timeline {
    fn height(&self, width: f64) -> f64 {
        let lanes = self.drawn().len().max(1) as f64;
        let lane = if lanes > 15.0 { THIN_LANE } else { LANE };
        let [_, top, _, bottom] = self.margins(width);
        (lanes * lane).clamp(96.0, MOST_HEIGHT) + top + bottom
    }

    fn margins(&self, width: f64) -> [f64; 4] {
        let left = self.lanes.room(width);
        [left, marks::room(&self.marks), 16.0, TIME_ROOM]
    }

    fn extent(&self) -> View {
        let marked = self.marks.iter().map(|mark| [mark.at, mark.at]);
        let spans = self.lanes.span().into_iter().chain(self.overlay.0.span());
        View {
            x: padded(spans.chain(marked)),
            y: [0.0, self.drawn().len().max(1) as f64],
        }
    }

    fn home(&self, plot: Area) -> View {
        let View { x, y } = self.extent();
        let fits = (plot.h / LEAST_LANE).floor().max(1.0);
        View {
            x,
            y: [0.0, y[1].min(fits)],
        }
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, true],
            brush: Brush::X,
            time: true,
            overview: true,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        stripes(stage, scene);
        time_grid(stage, scene);
        self.draw_lanes(stage, scene);
        mask(stage, scene);
        self.lanes.draw_names(&self.drawn(), stage, scene);
        time_labels(stage, scene);
        marks::draw(&self.marks, stage, scene);
        if self.lanes.times.is_empty() {
            say(stage, "no events with a time", scene);
        }
    }

    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        let lanes = self
            .drawn()
            .into_iter()
            .map(|lane| self.lanes.counts(lane, stage));
        let add = |mut sum: Vec<u32>, counts: Vec<u32>| {
            sum.iter_mut()
                .zip(counts)
                .for_each(|(sum, count)| *sum += count);
            sum
        };
        if let Some(counts) = lanes.reduce(add) {
            super::lanes::draw_counts(&counts, stage, scene);
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let [overlay, marks] = self.offsets();
        let on_mark = || marks::near(&self.marks, stage, at.0);
        if !stage.plot.has(at) {
            let above = at.1 < stage.plot.y;
            let mark = on_mark().filter(|_| above)?;
            return self.place(stage, (marks + mark) as u32);
        }
        let (time, lane) = stage.at(at);
        let lane = *self.drawn().get(lane.max(0.0) as usize)?;
        let reach = stage.x_at(at.0 + 6.0) - time;
        for (own, place) in self
            .overlay
            .1
            .iter()
            .enumerate()
            .filter(|(_, place)| **place == lane)
        {
            if let Some((event, more)) = self.overlay.0.near(own, time, reach) {
                let hit = self.place(stage, (overlay + event) as u32)?;
                let _ = place;
                return Some(Hit {
                    more: more as u32,
                    ..hit
                });
            }
        }
        if let Some((event, more)) = self.lanes.near(lane, time, reach) {
            let hit = self.place(stage, event as u32)?;
            return Some(Hit {
                more: more as u32,
                ..hit
            });
        }
        let mark = on_mark()?;
        self.place(stage, (marks + mark) as u32)
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let (time, lane) = self.point(index as usize)?;
        Some(Hit {
            index,
            at: (stage.x(time), stage.y(lane)),
            more: 0,
        })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        self.lanes.step(&self.drawn(), stage.view.x, from, forward)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let index = index as usize;
        let [overlay, marks] = self.offsets();
        let mut tip = Tip::default();
        let time = |at: f64| (self.time_column.clone(), format_time(at, 0, zone));
        if index >= marks {
            let mark = self.marks.get(index - marks);
            return mark.map_or_else(Tip::default, |mark| mark.tip(&self.time_column, zone));
        }
        if index >= overlay {
            let event = index - overlay;
            let row = self.overlay.0.rows[event] as usize;
            tip.fields.push(time(self.overlay.0.times[event]));
            if let Some(table) = self.tables.get("overlayData") {
                tip.fields
                    .extend(row_fields(table, row, &self.overlay_columns, zone));
            }
            return tip;
        }
        tip.title = self.lanes.names[self.lanes.lane_of(index)].clone();
        tip.fields.push(time(self.lanes.times[index]));
        if let Some((table, row)) = self.tables.find(self.lanes.rows[index]) {
            tip.fields
                .extend(row_fields(table, row, &self.columns, zone));
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Item(index) => self
                .lanes
                .rows
                .get(*index as usize)
                .copied()
                .into_iter()
                .collect(),
            Selection::Range(x, _) => self.lanes.rows_between(&self.drawn(), *x),
        }
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = Map::new();
        if let Some((time, _)) = self.point(index as usize) {
            let time = crate::table::time::format_time(time as i64);
            fields.insert("time".into(), time.into());
        }
        if (index as usize) < self.lanes.times.len() {
            let lane = self.lanes.lane_of(index as usize);
            fields.insert("group".into(), self.lanes.names[lane].clone().into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        self.lanes.find(value)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let several = self.tables.main.len() > 1;
        if !several && (!self.lanes.has_names() || self.lanes.len() > MOST_ENTRIES) {
            return vec![];
        }
        let entry = |(index, name): (usize, &String)| Entry {
            name: name.clone(),
            color: theme.category(index),
            shown: if several {
                let own = self.lanes.series.iter().zip(&self.shown);
                own.filter(|(series, _)| **series == index)
                    .all(|(_, shown)| *shown)
            } else {
                self.shown[index]
            },
        };
        match several {
            true => self
                .tables
                .main
                .iter()
                .map(|(name, _)| name)
                .enumerate()
                .map(entry)
                .collect(),
            false => self.lanes.names.iter().enumerate().map(entry).collect(),
        }
    }

    fn toggle(&mut self, entry: usize) {
        let several = self.tables.main.len() > 1;
        for (lane, shown) in self.shown.iter_mut().enumerate() {
            if (if several {
                self.lanes.series[lane]
            } else {
                lane
            }) == entry
            {
                *shown = !*shown;
            }
        }
    }

    fn describe(&self, zone: &Zone) -> String {
        self.lanes.describe("Timeline of ", " lanes", zone)
    }

    fn data(&self) -> Result<Table> {
        Table::new(self.lanes.summary())
    }
}

/// A span around all of `spans`, a little wider; a minute if they are a moment, a day if there are none.
pub(crate) fn padded(spans: impl Iterator<Item = [f64; 2]>) -> [f64; 2] {
    let all = spans.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let [from, to] = all.unwrap_or([0.0, 86_400e6]);
    let margin = if to > from { (to - from) * 0.02 } else { 30e6 };
    [from - margin, to + margin]
}
