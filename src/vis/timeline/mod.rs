//! When things happened: a lane for each group, a mark for each event. As msticpy's
//! `display_timeline`.

mod show;
#[cfg(test)]
pub(super) mod tests;

use serde_json::Value;

use crate::Result;
use crate::table::choose_time;
use crate::vis::lanes::{BETWEEN, Lanes};
use crate::vis::marks::{self, TimeMark};
use crate::vis::tables::{Tables, told_columns};
use crate::vis::theme::{Color, Theme};

/// How a timeline is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimelineOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// Columns that part the events into lanes, such as `["Computer"]`.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub group_by: Vec<String>,
    /// What a tooltip says of an event. Default the first columns.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
    /// A time to mark, or several: a date, or `{ time, label }`.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "MarkedTime | readonly MarkedTime[]")
    )]
    pub ref_time: Value,
    /// Columns that a tooltip has of an event of `overlayData`. Default the first columns.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
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

impl Timeline {
    /// Sorts the events of one or more tables; `overlayData`, `refEvents` and `alerts` are tables
    /// of their own.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, or if
    /// there is no column of times.
    pub fn new(tables: Tables, options: &TimelineOptions) -> Result<Self> {
        tables.takes(&["overlayData", "refEvents", "alerts"])?;
        let time = options.time_column.as_deref();
        let lanes = Lanes::of(&tables.main, time, &options.group_by)?;
        let (mut columns, mut time_column) = (vec![], String::new());
        if let Some((_, first)) = tables.main.first() {
            time_column = choose_time(first, time)?.to_owned();
            let mut drawn: Vec<&str> = options.group_by.iter().map(String::as_str).collect();
            drawn.push(&time_column);
            columns = told_columns(first, &options.source_columns, &drawn)?;
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

    /// Puts the events of `overlayData` on the lanes of their groups, of the first table that has them;
    /// what has no lane there gets one of its own.
    fn lay_over(&mut self, time: Option<&str>, group_by: &[String]) -> Result<()> {
        let Some(table) = self.tables.get("overlayData") else {
            return Ok(());
        };
        let time = time.filter(|name| table.column(name).is_ok());
        let groups: Vec<String> = group_by
            .iter()
            .filter(|name| table.column(name).is_ok())
            .cloned()
            .collect();
        let drawn = [choose_time(table, time)?];
        self.overlay_columns = told_columns(table, &self.overlay_columns, &drawn)?;
        let overlay = Lanes::of(&[(String::new(), table.clone())], time, &groups)?;
        let tables = &self.tables.main;
        let lane = |name: &String| {
            let is_own = |(own, series): (&String, &usize)| match tables.len() {
                1 => own == name,
                _ => own
                    .strip_prefix(&*tables[*series].0)
                    .is_some_and(|own| own.strip_prefix(BETWEEN).unwrap_or(own) == name),
            };
            self.lanes
                .names
                .iter()
                .zip(&self.lanes.series)
                .position(is_own)
        };
        let places: Vec<_> = overlay.names.iter().map(lane).collect();
        let own = self.lanes.len();
        if places.contains(&None) {
            self.lanes.add_empty("overlay", tables.len());
            self.shown.push(true);
        }
        let places = places.into_iter().map(|lane| lane.unwrap_or(own));
        self.overlay = (overlay, places.collect());
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

    /// Where events of `overlayData`, and then marked times, begin to be counted.
    fn offsets(&self) -> [usize; 2] {
        let events = self.lanes.times.len();
        [events, events + self.overlay.0.times.len()]
    }

    /// The time of a thing, and its place among the drawn lanes, of which a mark has none.
    fn point(&self, index: usize) -> Option<(f64, Option<f64>)> {
        let [overlay, marks] = self.offsets();
        let lane = match index {
            index if index < overlay => self.lanes.lane_of(index),
            index if index < marks => self.overlay.1[self.overlay.0.lane_of(index - overlay)],
            index => return Some((self.marks.get(index - marks)?.at, None)),
        };
        let place = self.drawn().iter().position(|drawn| *drawn == lane)?;
        let time = match index < overlay {
            true => self.lanes.times[index],
            false => self.overlay.0.times[index - overlay],
        };
        Some((time, Some(place as f64 + 0.5)))
    }
}

/// A span around all of `spans`, a little wider; a minute if they are a moment, a day if there are none.
pub(crate) fn padded(spans: impl Iterator<Item = [f64; 2]>) -> [f64; 2] {
    let all = spans.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let [from, to] = all.unwrap_or([0.0, 86_400e6]);
    let margin = if to > from { (to - from) * 0.02 } else { 30e6 };
    [from - margin, to + margin]
}
