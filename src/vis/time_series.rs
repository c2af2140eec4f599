//! Series with what was expected of them, and what is unusual: the result of
//! [`crate::analysis::time_series_anomalies`]. As msticpy's `display_timeseries_anomalies`.
//!
//! Several series are panels under each other that share the axis of time, not lines over each other:
//! an anomaly of one is seen against its own baseline.

mod panels;

use serde_json::{Map, Value};

use super::axis::draw::{LABEL, TIME_ROOM, mask, say, time_grid, time_labels};
use super::axis::zone::{Zone, format_time};
use super::chart::{Chart, Entry, Gestures, Hit, Selection, Tip};
use super::lanes::{Lanes, time_of};
use super::scene::{Anchor, Area, Point, Scene};
use super::series::{Series, ValueKind, Values, say_missing};
use super::stage::{Stage, View};
use super::tables::{Tables, row_fields};
use super::theme::{Color, Theme};
use super::timeline::padded;
use crate::table::choose_time;
use crate::{Error, Result, Table};
use panels::{NAME, Panel};

/// How series and their anomalies are drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimeSeriesOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column of values. Default the one after `timeColumn`, as in the result of `timeSeriesAnomalies`.
    pub value_column: Option<String>,
    /// The column that is above 0 where a value is unusually high, and below 0 where it is low.
    /// Default `"anomalies"`.
    pub anomalies_column: Option<String>,
    /// Columns that part the rows into series. Default those that the result of `timeSeriesAnomalies`
    /// was made with.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub group_by: Vec<String>,
    /// How values are drawn. Default `"line"`.
    pub kind: Option<ValueKind>,
    /// Whether trend, season and residual have panels of their own. Default false.
    pub components: bool,
    /// Whether values below what is usual are not marked. Default false.
    pub pos_only: bool,
}

/// A series and its parts by time.
pub struct TimeSeries {
    tables: Tables,
    time_column: String,
    kind: ValueKind,
    lanes: Lanes,
    /// What can be drawn: values, their baseline, and what else is in [`PARTS`].
    parts: [Option<Values>; 5],
    /// Names of the columns of parts, and the score.
    columns: Vec<String>,
    /// Unusual events, in order, and whether they are above what is usual.
    unusual: Vec<(u32, bool)>,
    /// Width of a bin, in microseconds.
    bin: f64,
    /// Which of parts are drawn, and last whether what is unusual is.
    shown: [bool; 6],
    panels: Vec<Panel>,
    left: f64,
}

/// Columns of parts but the first.
const PARTS: [&str; 4] = ["baseline", "trend", "seasonal", "residual"];
const UNUSUAL: usize = 5;
impl TimeSeries {
    /// Sorts the values of a table.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for several tables, or if there
    /// is no column of times.
    pub fn new(tables: Tables, options: &TimeSeriesOptions) -> Result<Self> {
        let table = tables.only()?;
        let time = choose_time(table, options.time_column.as_deref())?.to_owned();
        let names = table.names();
        let at = names.iter().position(|name| *name == time).unwrap_or(0);
        let group_by = match names.contains(&"Problem") && options.group_by.is_empty() {
            // As timeSeriesAnomalies makes them.
            true => names[..at].iter().map(|name| (*name).to_owned()).collect(),
            false => options.group_by.clone(),
        };
        let next = || names.get(at + 1).map(|name| (*name).to_owned());
        let value = options.value_column.clone().or_else(next).ok_or_else(|| {
            Error::InvalidArgument("option `valueColumn` should be the column of values".into())
        })?;
        let lanes = Lanes::of(&tables.main, Some(&time), &group_by)?;
        let of = |name: &str| Values::of(&tables.main, name, &lanes);
        // Before values, as it says best what kind of table is asked for.
        let flags = of(options.anomalies_column.as_deref().unwrap_or("anomalies"))?;
        let mut parts = [Some(of(&value)?), None, None, None, None];
        for (part, name) in parts[1..].iter_mut().zip(PARTS) {
            *part = names.contains(&name).then(|| of(name)).transpose()?;
        }
        let flags = (0..).zip(&flags.values);
        let is_unusual = |flag: f64| flag > 0.0 || (flag < 0.0 && !options.pos_only);
        let unusual = flags.filter(|(_, flag)| is_unusual(**flag));
        let mut columns = vec![value];
        columns.extend(
            PARTS
                .iter()
                .chain(&["score"])
                .map(|name| (*name).to_owned()),
        );
        let times = (0..lanes.len()).map(|lane| &lanes.times[lanes.range(lane)]);
        let gaps = times
            .flat_map(|times| times.windows(2))
            .map(|pair| pair[1] - pair[0]);
        let bin = gaps.filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
        let own = options.components;
        let mut chart = Self {
            kind: options.kind.unwrap_or(ValueKind::Line),
            time_column: time,
            unusual: unusual.map(|(event, flag)| (event, *flag > 0.0)).collect(),
            bin: if bin.is_finite() { bin } else { 60e6 },
            shown: [true, true, own, own, own, true],
            panels: vec![],
            left: 0.0,
            parts,
            columns,
            lanes,
            tables,
        };
        chart.arrange();
        Ok(chart)
    }

    fn is_shown(&self, part: usize) -> bool {
        self.shown[part] && self.parts[part].is_some()
    }

    /// What is unusual among the events of a lane.
    fn unusual_of(&self, lane: usize) -> &[(u32, bool)] {
        let range = self.lanes.range(lane);
        let from = |end: usize| self.unusual.partition_point(|at| (at.0 as usize) < end);
        &self.unusual[from(range.start)..from(range.end)]
    }

    fn series<'a>(&'a self, lane: usize, part: usize, stage: &'a Stage) -> Option<Series<'a>> {
        let values = self.parts[part].as_ref()?;
        Some(Series {
            lanes: &self.lanes,
            lane,
            values,
            stage,
        })
    }

    /// The series that have panels, from the top.
    fn drawn(&self) -> Vec<usize> {
        let first = self.panels.iter().filter(|panel| panel.part == 0);
        first.map(|panel| panel.lane).collect()
    }

    fn panel_of(&self, lane: usize) -> Option<&Panel> {
        self.panels.iter().find(|panel| panel.lane == lane)
    }

    /// Whether an event is unusual, and above what is usual.
    fn direction(&self, event: u32) -> Option<bool> {
        let at = self.unusual.binary_search_by_key(&event, |at| at.0);
        at.ok().map(|at| self.unusual[at].1)
    }
}

/// The colour of a part.
fn color(part: usize, theme: &Theme) -> Color {
    match part {
        UNUSUAL => theme.alarm,
        part => theme.category([0, 4, 2, 3, 7][part]),
    }
}

impl Chart for TimeSeries {
    fn height(&self, _width: f64) -> f64 {
        self.high() + TIME_ROOM
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        [self.left, 0.0, 16.0, TIME_ROOM]
    }

    fn extent(&self) -> View {
        View {
            x: padded(self.lanes.span().into_iter()),
            y: [0.0, 1.0],
        }
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures::of_time(false)
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        if self.lanes.times.is_empty() {
            return say(stage, "no values with a time", scene);
        }
        let stages: Vec<_> = self
            .panels
            .iter()
            .map(|panel| (panel, self.inner(panel, stage)))
            .collect();
        for (panel, inner) in &stages {
            time_grid(inner, scene);
            self.draw_panel(panel, inner, scene);
        }
        mask(stage, scene);
        for (panel, inner) in &stages {
            self.draw_over(panel, inner, scene);
        }
        time_labels(stage, scene);
        let drawn = self.drawn();
        if drawn.len() < self.lanes.len() {
            let mut number = itoa::Buffer::new();
            let mut note = number.format(drawn.len()).to_owned();
            note.push_str(" of ");
            note.push_str(number.format(self.lanes.len()));
            note.push_str(" series: most anomalies");
            let at = (stage.plot.right(), stage.plot.y + NAME - 9.0);
            scene.text(at, &note, LABEL, stage.theme.quiet, Anchor::End);
        }
    }

    /// The first series, and when there was something unusual in any.
    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        let Some(panel) = self.panels.first() else {
            return;
        };
        let view = View {
            x: stage.view.x,
            y: panel.y,
        };
        let inner = Stage { view, ..*stage };
        if let Some(series) = self.series(panel.lane, 0, &inner) {
            series.draw(self.kind, 3.0, stage.theme.quiet.fade(0.8), scene);
        }
        let mut last = f64::NEG_INFINITY;
        for (event, _) in &self.unusual {
            let x = stage.x(self.lanes.times[*event as usize]);
            if (x - last).abs() >= 2.0 {
                let area = Area {
                    x: x - 1.0,
                    w: 2.0,
                    ..stage.plot
                };
                scene.fill(area, stage.theme.alarm.fade(0.6));
                last = x;
            }
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let mut panels = self
            .panels
            .iter()
            .map(|panel| (panel, self.inner(panel, stage)));
        let (panel, inner) = panels.find(|(_, inner)| inner.plot.has(at))?;
        let (event, _, more) = self
            .series(panel.lane, panel.part, &inner)?
            .near(at, 40.0)?;
        let at = self.series(panel.lane, panel.part, &inner)?.point(event)?;
        Some(Hit {
            index: event as u32,
            at,
            more: more as u32,
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let event = index as usize;
        let time = *self.lanes.times.get(event)?;
        let panel = self.panel_of(self.lanes.lane_of(event))?;
        let inner = self.inner(panel, stage);
        let missing = || (inner.x(time), inner.plot.bottom() - 4.0);
        let at = self
            .series(panel.lane, 0, &inner)?
            .point(event)
            .unwrap_or_else(missing);
        Some(Hit { index, at, more: 0 })
    }

    /// From one anomaly to the next, or, if there are none, from value to value.
    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let lanes = self.drawn();
        let mut found = lanes
            .iter()
            .flat_map(|lane| self.unusual_of(*lane))
            .map(|(event, _)| *event);
        if self.unusual.is_empty() {
            return self.lanes.step(&lanes, stage.view.x, from, forward);
        }
        match (from, forward) {
            (None, _) => found.next(),
            (Some(from), true) => {
                let lane = self.lanes.lane_of(from as usize);
                let own = self
                    .unusual_of(lane)
                    .iter()
                    .find(|(event, _)| *event > from);
                let after = lanes.iter().skip_while(|other| **other != lane).skip(1);
                let mut others = after.flat_map(|lane| self.unusual_of(*lane));
                own.or_else(|| others.next()).map(|(event, _)| *event)
            }
            (Some(from), false) => {
                let lane = self.lanes.lane_of(from as usize);
                let before = lanes.iter().take_while(|other| **other != lane);
                let others = before.flat_map(|lane| self.unusual_of(*lane)).last();
                let own = self
                    .unusual_of(lane)
                    .iter()
                    .rev()
                    .find(|(event, _)| *event < from);
                own.or(others).map(|(event, _)| *event)
            }
        }
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let event = index as usize;
        let mut tip = Tip::default();
        let (Some(time), Some(row)) = (self.lanes.times.get(event), self.lanes.rows.get(event))
        else {
            return tip;
        };
        tip.title = self.lanes.names[self.lanes.lane_of(event)].clone();
        tip.fields
            .push((self.time_column.clone(), format_time(*time, 0, zone)));
        if let Some((table, row)) = self.tables.find(*row) {
            tip.fields
                .extend(row_fields(table, row, &self.columns, zone));
        }
        if let Some(above) = self.direction(index) {
            let what = if above {
                "more than usual"
            } else {
                "less than usual"
            };
            tip.fields.push(("anomaly".into(), what.into()));
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        self.lanes.chosen(&self.drawn(), selection)
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = self.lanes.fields(index as usize);
        let value = |part: &Option<Values>| part.as_ref()?.values.get(index as usize).copied();
        let names = ["value"].into_iter().chain(PARTS);
        for (name, value) in names.zip(self.parts.iter().map(value)) {
            if let Some(value) = value {
                fields.insert(name.into(), value.into());
            }
        }
        let anomaly = self
            .direction(index)
            .map_or(0, |above| if above { 1 } else { -1 });
        fields.insert("anomaly".into(), anomaly.into());
        fields
    }

    /// By its row, or by its time and its group.
    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let by_time = || {
            let time = time_of(value)?;
            let group = value.get("group").and_then(Value::as_str);
            let lane = match group {
                Some(group) => self.lanes.names.iter().position(|name| name == group)?,
                None => self.panels.first()?.lane,
            };
            let (event, _) = self.lanes.near(lane, time, self.bin / 2.0)?;
            Some(event as u32)
        };
        self.lanes.find(value).or_else(by_time)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let names = self
            .columns
            .iter()
            .take(UNUSUAL)
            .map(String::as_str)
            .chain(["anomalies"]);
        let there = self.parts.iter().map(Option::is_some).chain([true]);
        let entries = names
            .zip(there)
            .enumerate()
            .filter(|(_, (_, there))| *there);
        let entry = |(part, (name, _)): (usize, (&str, bool))| Entry {
            name: name.to_owned(),
            color: color(part, theme),
            shown: self.shown[part],
        };
        entries.map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        let there = |part: &usize| self.parts.get(*part).is_none_or(Option::is_some);
        if let Some(part) = (0..=UNUSUAL).filter(there).nth(entry) {
            self.shown[part] = !self.shown[part];
            self.arrange();
        }
    }

    fn describe(&self, zone: &Zone) -> String {
        let mut what = self.columns[0].clone();
        what.push_str(" over time: ");
        let mut text = self.lanes.describe(&what, [" values", " series"], zone);
        let above = self.unusual.iter().filter(|(_, above)| *above).count();
        let mut number = itoa::Buffer::new();
        text.push_str("; anomalies: ");
        text.push_str(number.format(above));
        text.push_str(" above and ");
        text.push_str(number.format(self.unusual.len() - above));
        text.push_str(" below what is usual");
        if let Some(values) = &self.parts[0] {
            say_missing(values, &mut text);
        }
        text
    }

    fn data(&self) -> Result<Table> {
        let mut columns = self.lanes.summary();
        let counts = (0..self.lanes.len()).map(|lane| Some(self.unusual_of(lane).len() as f64));
        let counts: arrow_array::Float64Array = counts.collect();
        columns.push(("Anomalies", std::sync::Arc::new(counts)));
        Table::new(columns)
    }
}

#[cfg(test)]
mod tests;
