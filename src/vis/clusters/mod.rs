//! Events by two numbers, coloured by their clusters. As msticpy's `plot_cluster`; of a table of
//! clusters, how large each is and when it was.

mod source;

use serde_json::{Map, Value};

use super::axis::draw::{LABEL, TIME_ROOM, below, left_of, mask, say, time_grid, time_labels};
use super::axis::number::format_number;
use super::axis::zone::{Zone, format_time};
use super::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use super::scene::{Anchor, Dots, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, cell_text, first_row, next, row_fields, set, summary, told_columns};
use super::text;
use super::theme::{Color, Theme};
use super::timeline::padded;
use crate::table::Column;
use crate::{Result, Table};
use source::{KINDS, NOISE, OTHERS, Source};

/// How clusters are drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClustersOptions {
    /// A column of numbers or times. Default: the first of two that are features; else a usual
    /// column of times.
    pub x: Option<String>,
    /// A column of numbers. Default: the next feature; without one, the clusters.
    pub y: Option<String>,
    /// The column of clusters, of which -1 and none are noise. Default `"ClusterId"`, if there is one.
    pub cluster_column: Option<String>,
    /// What a tooltip says of an event. Default the first columns.
    pub source_columns: Vec<String>,
}

/// Events of clusters.
pub struct Clusters {
    tables: Tables,
    source: Source,
    columns: Vec<String>,
    shown: [bool; KINDS],
}

const HEAD: f64 = 26.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 36.0;
/// Nearer than this is pointed at, in CSS pixels.
const REACH: f64 = 9.0;
/// More clusters than this in view are without the bars of how long they lasted.
const MOST_BARS: usize = 3000;

fn sorted([a, b]: [f64; 2]) -> [f64; 2] {
    [a.min(b), a.max(b)]
}

/// A little more than a span.
fn wider([from, to]: [f64; 2]) -> [f64; 2] {
    let margin = match to > from {
        true => (to - from) * 0.04,
        false => (from.abs() * 0.05).max(1.0),
    };
    [from - margin, to + margin]
}

impl Clusters {
    /// Puts the rows of a table into their places.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if none are named and there
    /// are neither two columns of numbers nor one of times.
    pub fn new(tables: Tables, options: &ClustersOptions) -> Result<Self> {
        let table = tables.only()?;
        let source = Source::of(table, options)?;
        let drawn = [
            &source.x_column[..],
            &source.y_column,
            source.cluster_column.as_deref().unwrap_or_default(),
            "Clustered",
            "ClusterSize",
        ];
        let columns = told_columns(table, &options.source_columns, &drawn)?;
        Ok(Self {
            tables,
            source,
            columns,
            shown: [true; KINDS],
        })
    }

    fn color(kind: usize, theme: &Theme) -> Color {
        match kind {
            // As in scikit-learn's and msticpy's pictures: it is what one looks for.
            NOISE => theme.ink,
            kind => theme.category(kind),
        }
    }

    /// Dots of each kind, each once in a cell of the picture; how many there are decides how
    /// large they are.
    fn draw_points(&self, stage: &Stage, scene: &mut Scene) {
        let points = &self.source.points;
        let (x, y) = (stage.view.x, sorted(stage.view.y));
        let mut many = 0;
        points.runs(x, y, &mut |run| many += run.len());
        let radius = match many {
            ..500 => 4.0,
            500..5000 => 3.0,
            5000..50_000 => 2.0,
            _ => 1.3,
        } * stage.scale;
        let (scale, plot) = (stage.scale, stage.plot);
        let (w, h) = (plot.w * scale, plot.h * scale);
        let step = (radius * 0.75).floor().max(1.0);
        let columns = (w / step) as usize + 1;
        let mut seen = vec![0_u16; columns * ((h / step) as usize + 1)];
        let mut dots: [Vec<(i32, i32)>; KINDS] = Default::default();
        let (per_x, per_y) = (w / (x[1] - x[0]), h / (stage.view.y[1] - stage.view.y[0]));
        let (left, top) = ((plot.x * scale) as i32, (plot.y * scale) as i32);
        let hidden = (0..KINDS).filter(|kind| !self.shown[*kind]);
        let hidden = hidden.fold(0_u16, |bits, kind| bits | 1 << kind);
        points.runs(x, y, &mut |run| {
            let there = points.x[run.clone()].iter().zip(&points.y[run.clone()]);
            for ((at_x, at_y), kind) in there.zip(&points.kinds[run]) {
                let (px, py) = ((at_x - x[0]) * per_x, (at_y - stage.view.y[0]) * per_y);
                // Also false for what is not a number.
                if !(px >= 0.0 && px < w && py >= 0.0 && py < h) {
                    continue;
                }
                let cell = (py / step) as usize * columns + (px / step) as usize;
                let bit = 1 << kind;
                if (seen[cell] | hidden) & bit == 0 {
                    seen[cell] |= bit;
                    dots[*kind as usize].push((left + px as i32, top + py as i32));
                }
            }
        });
        // The small ones are above the large ones.
        for kind in [NOISE, OTHERS].into_iter().chain(0..OTHERS) {
            let at = std::mem::take(&mut dots[kind]);
            if !at.is_empty() {
                let color = Self::color(kind, stage.theme).fade(0.85);
                scene.marks.push(Mark::Dots(Dots { at, radius, color }));
            }
        }
    }

    /// From when to when clusters lasted.
    fn draw_bars(&self, stage: &Stage, scene: &mut Scene) {
        let Source { points, ends, .. } = &self.source;
        if ends.is_empty() {
            return;
        }
        // Those that began before what is shown may last into it.
        let x = [f64::NEG_INFINITY, stage.view.x[1]];
        let mut seen = vec![];
        points.inside(x, sorted(stage.view.y), &mut |point| {
            let lasts = ends[points.rows[point] as usize] >= stage.view.x[0];
            if lasts && self.shown[points.kinds[point] as usize] {
                seen.push(point);
            }
        });
        for &point in seen.iter().take(MOST_BARS) {
            let end = ends[points.rows[point] as usize].min(stage.view.x[1]);
            let y = stage.y(points.y[point]);
            let from = points.x[point].max(stage.view.x[0]);
            let color = Self::color(points.kinds[point] as usize, stage.theme).fade(0.5);
            let line = vec![(stage.x(from), y), (stage.x(end), y)];
            scene.marks.push(Mark::Line(line, color, 2.0));
        }
    }

    /// What the axes are called, and how many rows are not there.
    fn draw_titles(&self, stage: &Stage, scene: &mut Scene) {
        let (plot, quiet) = (stage.plot, stage.theme.quiet);
        let mut y = self.source.y_column.clone();
        let missing = self.missing();
        if missing > 0 {
            y.push_str("   (not shown: ");
            y.push_str(&format_number(missing as f64));
            y.push_str(" rows without numbers)");
        }
        let y = text::shorten(&y, LABEL, stage.whole.w - 12.0);
        scene.text((4.0, 9.0), &y, LABEL, quiet, Anchor::Start);
        if !self.source.time {
            let x = text::shorten(&self.source.x_column, LABEL, plot.w);
            let at = (plot.right(), plot.bottom() + 28.0);
            scene.text(at, &x, LABEL, quiet, Anchor::End);
        }
    }

    /// How many rows have no place.
    fn missing(&self) -> usize {
        let rows = self.tables.only().map_or(0, Table::num_rows);
        rows - self.source.points.len()
    }

    /// The number that is drawn at a height.
    fn y_value(&self, y: f64) -> f64 {
        if self.source.logarithmic {
            10_f64.powf(y).round()
        } else {
            y
        }
    }

    fn is_shown(&self, point: usize) -> bool {
        let kind = self.source.points.kinds[point];
        self.shown[kind as usize]
    }
}

impl Chart for Clusters {
    fn height(&self, width: f64) -> f64 {
        (width * 0.55).clamp(280.0, 480.0)
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        [LEFT, HEAD, RIGHT, TIME_ROOM]
    }

    fn extent(&self) -> View {
        let unit = [0.0, 1.0];
        let spans = self.source.points.spans();
        let mut view = spans.unwrap_or(View { x: unit, y: unit });
        let ends = self.source.ends.iter().copied();
        view.x[1] = ends.filter(|end| end.is_finite()).fold(view.x[1], f64::max);
        let x = match self.source.time {
            true => padded([view.x].into_iter()),
            false => wider(view.x),
        };
        View {
            x,
            y: wider(view.y),
        }
    }

    fn least(&self) -> [f64; 2] {
        let View { x, y } = self.extent();
        [x, y].map(|[from, to]| (to - from) * 1e-6)
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, true],
            // Heights that are logarithms would be no value.
            brush: if self.source.logarithmic {
                Brush::X
            } else {
                Brush::Both
            },
            time: self.source.time,
            up: true,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        left_of(stage, self.source.logarithmic, true, scene);
        match self.source.time {
            true => time_grid(stage, scene),
            false => below(stage, true, scene),
        }
        self.draw_bars(stage, scene);
        self.draw_points(stage, scene);
        mask(stage, scene);
        left_of(stage, self.source.logarithmic, false, scene);
        match self.source.time {
            true => time_labels(stage, scene),
            false => below(stage, false, scene),
        }
        self.draw_titles(stage, scene);
        if self.source.points.len() == 0 {
            say(stage, "no rows with both numbers", scene);
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        if !stage.plot.has(at) {
            return None;
        }
        let (x, y) = stage.at(at);
        let (to_x, to_y) = stage.at((at.0 + REACH, at.1 - REACH));
        let reach = (to_x - x, to_y - y);
        let shown = |kind: u8| self.shown[kind as usize];
        let (point, more) = self.source.points.near((x, y), reach, &shown)?;
        let hit = self.place(stage, point as u32)?;
        Some(Hit {
            more: more as u32,
            ..hit
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let points = &self.source.points;
        let (x, y) = (points.x.get(index as usize)?, points.y[index as usize]);
        Some(Hit {
            index,
            at: (stage.x(*x), stage.y(y)),
            more: 0,
        })
    }

    fn step(&self, _stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let is_shown = |point: usize| self.is_shown(point);
        let from = from.map(|from| from as usize);
        next(self.source.points.len(), from, forward, &is_shown).map(|point| point as u32)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let mut tip = Tip::default();
        let Source { points, .. } = &self.source;
        let point = index as usize;
        let (Ok(table), Some(row)) = (self.tables.only(), points.rows.get(point)) else {
            return tip;
        };
        let row = *row as usize;
        if let Some(name) = &self.source.cluster_column
            && let Ok(array) = table.column(name)
        {
            let cluster = cell_text(&Column::of(array.as_ref()).get(row), zone);
            tip.title = [name, " ", &cluster].concat();
        }
        let x = match self.source.time {
            true => format_time(points.x[point], 0, zone),
            false => format_number(points.x[point]),
        };
        let y = format_number(self.y_value(points.y[point]));
        tip.say(&self.source.x_column, x);
        if let Some(end) = self.source.ends.get(row).filter(|end| !end.is_nan()) {
            tip.say("until", format_time(*end, 0, zone));
        }
        tip.say(&self.source.y_column, y);
        tip.fields
            .extend(row_fields(table, row, &self.columns, zone));
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        let points = &self.source.points;
        let mut chosen = vec![false; self.tables.only().map_or(0, Table::num_rows)];
        let mut choose = |point: usize| {
            if let Some(row) = points.rows.get(point) {
                chosen[*row as usize] = true;
            }
        };
        match selection {
            Selection::Item(index) => choose(*index as usize),
            Selection::Range(x, y) => points.inside(*x, *y, &mut |point| {
                if self.is_shown(point) {
                    choose(point);
                }
            }),
        }
        let rows = (0..).zip(chosen);
        rows.filter(|(_, chosen)| *chosen)
            .map(|(row, _)| row)
            .collect()
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = Map::new();
        let points = &self.source.points;
        if let Some(x) = points.x.get(index as usize) {
            match self.source.time {
                true => set(
                    &mut fields,
                    "time",
                    crate::table::time::format_time(*x as i64).into(),
                ),
                false => set(&mut fields, "x", (*x).into()),
            }
            let y = self.y_value(points.y[index as usize]);
            set(&mut fields, "y", y.into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        first_row(value, &self.source.points.rows)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let entry = |(name, kind): &(String, usize)| Entry {
            name: name.clone(),
            color: Self::color(*kind, theme),
            shown: self.shown[*kind],
        };
        self.source.entries.iter().map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        if let Some((_, kind)) = self.source.entries.get(entry) {
            self.shown[*kind] = !self.shown[*kind];
        }
    }

    fn describe(&self, _zone: &Zone) -> String {
        let many = format_number(self.source.points.len() as f64);
        let missing = format_number(self.missing() as f64);
        let Source {
            x_column,
            y_column,
            entries,
            ..
        } = &self.source;
        let mut parts = vec![
            "Scatter of ",
            &many,
            " rows by ",
            x_column,
            " and ",
            y_column,
        ];
        for (name, _) in entries {
            parts.extend([", ", name]);
        }
        if self.missing() > 0 {
            parts.extend(["; rows without numbers: ", &missing]);
        }
        parts.concat()
    }

    fn data(&self) -> Result<Table> {
        let clusters = &self.source.clusters;
        if clusters.is_empty() {
            let columns = [&self.source.x_column, &self.source.y_column];
            return self.tables.only()?.select(&columns);
        }
        let names = clusters.iter().map(|(name, _)| name.as_str()).collect();
        let rows = clusters.iter().map(|(_, rows)| f64::from(*rows)).collect();
        summary(vec![("Cluster", names)], vec![("Rows", rows)], vec![])
    }
}

#[cfg(test)]
mod tests;
