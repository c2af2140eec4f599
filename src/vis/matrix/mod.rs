//! Which values of two columns come together, and how often: a circle for each pair. As msticpy's
//! `plot_matrix`.
//!
//! Otherwise than there, rows without a value are a row or column of their own, and what is least
//! is small but seen: the logarithm is of one more, so that of 1 is not 0.

mod pairs;

use serde_json::{Map, Value};

use super::axis::draw::{LABEL, mask, say};
use super::axis::number::format_number;
use super::axis::zone::{Zone, format_time};
use super::cells::{names_below, names_left, places, rows_of, whole, widest};
use super::chart::{Brush, Chart, Gestures, Hit, Selection, Tip};
use super::scene::{Anchor, Area, Dots, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, first_row, next, set, summary};
use super::text;
use super::theme::Color;
use crate::{Result, Table};
use pairs::{Cell, Pairs};

/// How a matrix is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MatrixOptions {
    /// The column whose values are from left to right. Must be given.
    pub x: String,
    /// The column whose values are from top to bottom. Must be given.
    pub y: String,
    /// A column of numbers whose sum gives the sizes. Default: they count rows.
    pub value_column: Option<String>,
    /// Whether sizes count the different values of `valueColumn`, which may be of any kind.
    pub dist_count: bool,
    /// Whether sizes are logarithms, so that few are seen beside many.
    pub log_size: bool,
    /// Whether what is rare is large.
    pub invert: bool,
    /// Whether all have one size: only what comes together is shown.
    pub intersect: bool,
    /// In which order the values of both columns are. Default: those of most rows first.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "\"asc\" | \"desc\" | boolean"))]
    pub sort: Value,
    /// The same of `x` alone.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "\"asc\" | \"desc\" | boolean"))]
    pub sort_x: Value,
    /// The same of `y` alone.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "\"asc\" | \"desc\" | boolean"))]
    pub sort_y: Value,
    /// The column of the first and last time that a tooltip says; by default a usual one, such as
    /// `TimeGenerated`, if there is one.
    pub time_column: Option<String>,
}

/// Pairs of values.
pub struct Matrix {
    options: MatrixOptions,
    pairs: Pairs,
    /// The widths of the widest names of x and y.
    widest: [f64; 2],
    /// The largest value; not a number if there are no pairs.
    largest: f64,
}

/// Usual height of a cell, of one of many, and the least where all of it is shown first.
const HIGH: f64 = 26.0;
const LOW: f64 = 20.0;
const LEAST: f64 = 16.0;
const MOST_HEIGHT: f64 = 480.0;
/// A cell is not wider than this, if its label is not.
const WIDE: f64 = 64.0;
/// The largest radius, and the least, in CSS pixels.
const RADIUS: f64 = 14.0;
const LEAST_RADIUS: f64 = 1.5;
/// Circles have so many different sizes.
const LEVELS: f64 = 20.0;
/// The longest label below the plot.
const LONGEST: f64 = 120.0;
/// Room for the names of the columns.
const HEAD: f64 = 26.0;

impl Matrix {
    /// Counts the pairs of a table.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option.
    pub fn new(tables: Tables, options: &MatrixOptions) -> Result<Self> {
        let pairs = Pairs::of(tables.only()?, options)?;
        let values = pairs.cells.iter().map(|cell| cell.value);
        Ok(Self {
            widest: [widest(&pairs.names[0]), widest(&pairs.names[1])],
            largest: values.fold(f64::NAN, f64::max),
            pairs,
            options: options.clone(),
        })
    }

    /// How high the labels below are, if they do not fit side by side; and how wide the plot is.
    fn across(&self, width: f64) -> (Option<f64>, f64) {
        let room = width - self.left(width) - 16.0;
        let (many, widest) = (self.pairs.names[0].len().max(1) as f64, self.widest[0]);
        let wide = widest + 14.0;
        match wide * many <= room {
            true => (None, room.min(many * wide.max(WIDE))),
            false => (Some((widest + 1.0).min(LONGEST)), room.min(many * WIDE)),
        }
    }

    fn left(&self, width: f64) -> f64 {
        (self.widest[1] + 16.0).min((width * 0.34).clamp(60.0, 240.0))
    }

    /// The largest radius of a circle where cells are this large.
    fn radius(stage: &Stage) -> f64 {
        let View { x, y } = stage.view;
        let least = (stage.plot.w / (x[1] - x[0])).min(stage.plot.h / (y[1] - y[0]));
        (least * 0.46).clamp(0.5, RADIUS)
    }

    fn draw_circles(&self, stage: &Stage, scene: &mut Scene) {
        let largest = Self::radius(stage);
        let least = LEAST_RADIUS.min(largest);
        let mut levels: Vec<Vec<(i32, i32)>> = vec![vec![]; LEVELS as usize + 1];
        self.pairs.each(stage.view.x, stage.view.y, &mut |index| {
            let cell = &self.pairs.cells[index];
            let (x, y) = self.middle(stage, cell);
            let at = ((x * stage.scale) as i32, (y * stage.scale) as i32);
            levels[(cell.size * LEVELS).ceil() as usize].push(at);
        });
        for (level, at) in levels.into_iter().enumerate() {
            let radius = (level as f64 / LEVELS * largest).max(least) * stage.scale;
            if !at.is_empty() {
                scene.marks.push(Mark::Dots(Dots {
                    at,
                    radius,
                    color: stage.theme.category(0),
                }));
            }
        }
    }

    fn middle(&self, stage: &Stage, cell: &Cell) -> Point {
        let (x, y) = (cell.x() as f64 + 0.5, cell.y() as f64 + 0.5);
        (stage.x(x), stage.y(y))
    }

    /// Lines through the middles of rows and columns, unless they were too many.
    fn draw_grid(&self, stage: &Stage, scene: &mut Scene) {
        let (plot, View { x, y }) = (stage.plot, stage.view);
        let line = stage.theme.line;
        if plot.w / (x[1] - x[0]) >= 8.0 {
            for place in places(x, self.pairs.names[0].len()) {
                let x = stage.x(place as f64 + 0.5);
                scene.line((x, plot.y), (x, plot.bottom()), line);
            }
        }
        if plot.h / (y[1] - y[0]) >= 8.0 {
            for place in places(y, self.pairs.names[1].len()) {
                let y = stage.y(place as f64 + 0.5);
                scene.line((plot.x, y), (plot.right(), y), line);
            }
        }
    }

    /// What the columns are called, and what the largest circle is.
    fn draw_titles(&self, stage: &Stage, scene: &mut Scene) {
        let (plot, whole, quiet) = (stage.plot, stage.whole, stage.theme.quiet);
        let y = plot.y - HEAD / 2.0;
        let name = text::shorten(&self.options.y, LABEL, whole.w * 0.4);
        scene.text((4.0, y), &name, LABEL, quiet, Anchor::Start);
        let from = (20.0 + text::width(&name, LABEL)).max(plot.x);
        let mut size = self.measured();
        if !(self.largest.is_nan() || self.options.intersect) {
            size = [&size, ", at most ", &format_number(self.largest)].concat();
        }
        let size = text::shorten(&size, LABEL, whole.right() - from - 12.0);
        scene.text((from + 4.0, y), &size, LABEL, quiet, Anchor::Start);
        let mut name = self.options.x.clone();
        let (many, [from, to]) = (self.pairs.names[0].len(), stage.view.x);
        if to - from < many as f64 {
            let seen = places([from, to], many);
            let [from, to, many] =
                [seen.start + 1, seen.end, many].map(|n| format_number(n as f64));
            name = [&name, " ", &from, " to ", &to, " of ", &many].concat();
        }
        let name = text::shorten(&name, LABEL, whole.right() - plot.x - 8.0);
        let at = (plot.x, whole.bottom() - 10.0);
        scene.text(at, &name, LABEL, quiet, Anchor::Start);
    }

    /// What the values are.
    fn measured(&self) -> String {
        match &self.options.value_column {
            None => "rows".to_owned(),
            Some(name) if self.options.dist_count => ["different ", name].concat(),
            Some(name) => ["sum of ", name].concat(),
        }
    }
}

impl Chart for Matrix {
    fn height(&self, width: f64) -> f64 {
        let rows = self.pairs.names[1].len().max(1) as f64;
        let high = if rows > 15.0 { LOW } else { HIGH };
        let [_, top, _, bottom] = self.margins(width);
        (rows * high).clamp(60.0, MOST_HEIGHT) + top + bottom
    }

    fn margins(&self, width: f64) -> [f64; 4] {
        let (upwards, wide) = self.across(width);
        let left = self.left(width);
        let bottom = upwards.map_or(20.0, |high| high + 8.0);
        [left, HEAD, width - left - wide, bottom + 20.0]
    }

    fn extent(&self) -> View {
        let [x, y] = [0, 1].map(|axis| [0.0, self.pairs.names[axis].len().max(1) as f64]);
        View { x, y }
    }

    fn home(&self, plot: Area) -> View {
        let View { x, y } = self.extent();
        let fits = |length: f64| (length / LEAST).floor().max(1.0);
        View {
            x: [0.0, x[1].min(fits(plot.w))],
            y: [0.0, y[1].min(fits(plot.h))],
        }
    }

    fn least(&self) -> [f64; 2] {
        [1.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, true],
            brush: Brush::Both,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        self.draw_grid(stage, scene);
        self.draw_circles(stage, scene);
        mask(stage, scene);
        names_left(&self.pairs.names[1], stage, scene);
        let (upwards, _) = self.across(stage.whole.w);
        names_below(&self.pairs.names[0], upwards, stage, scene);
        self.draw_titles(stage, scene);
        if self.pairs.cells.is_empty() {
            say(stage, "no rows", scene);
        }
    }

    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        if let Some(cell) = self.pairs.cells.get(hit.index as usize) {
            let radius = (cell.size * Self::radius(stage)).max(2.0) + 2.0;
            scene.marks.push(Mark::Ring(hit.at, radius, color, 2.0));
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let (x, y) = stage.at(at);
        if !stage.plot.has(at) || x < 0.0 || y < 0.0 {
            return None;
        }
        let x = x as usize;
        let found = self.pairs.row(y as usize, &(x..x + 1));
        self.place(stage, found.into_iter().next()? as u32)
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let cell = self.pairs.cells.get(index as usize)?;
        Some(Hit {
            index,
            at: self.middle(stage, cell),
            more: 0,
        })
    }

    fn step(&self, _stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let from = from.map(|from| from as usize);
        let next = next(self.pairs.cells.len(), from, forward, &|_| true);
        next.map(|cell| cell as u32)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let mut tip = Tip::default();
        let Some(cell) = self.pairs.cells.get(index as usize) else {
            return tip;
        };
        tip.say(&self.options.x, self.pairs.names[0][cell.x()].clone());
        tip.say(&self.options.y, self.pairs.names[1][cell.y()].clone());
        if self.options.value_column.is_some() {
            tip.say(&self.measured(), format_number(cell.value));
        }
        tip.say("rows", format_number(cell.rows.into()));
        for (name, time) in ["first", "last"].into_iter().zip(cell.span) {
            if time.is_finite() {
                tip.say(name, format_time(time, 0, zone));
            }
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        let mut chosen = vec![false; self.pairs.cells.len()];
        match selection {
            Selection::Item(index) => {
                if let Some(chosen) = chosen.get_mut(*index as usize) {
                    *chosen = true;
                }
            }
            Selection::Range(x, y) => self.pairs.each(*x, *y, &mut |index| chosen[index] = true),
        }
        rows_of(&self.pairs.of_rows, &chosen)
    }

    fn snap(&self, x: [f64; 2], y: [f64; 2]) -> ([f64; 2], [f64; 2]) {
        let [columns, rows] = [0, 1].map(|axis| self.pairs.names[axis].len());
        (whole(x, columns), whole(y, rows))
    }

    fn range_fields(&self, x: [f64; 2], y: [f64; 2]) -> Map<String, Value> {
        let mut fields = Map::new();
        for (name, axis, span) in [("xValues", 0, x), ("yValues", 1, y)] {
            let names = &self.pairs.names[axis];
            let names = names[places(span, names.len())].to_vec();
            set(&mut fields, name, names.into());
        }
        fields
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = Map::new();
        if let Some(cell) = self.pairs.cells.get(index as usize) {
            let name = |axis: usize, place: usize| self.pairs.names[axis][place].clone().into();
            set(&mut fields, "x", name(0, cell.x()));
            set(&mut fields, "y", name(1, cell.y()));
            set(&mut fields, "value", cell.value.into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let wanted = |axis: &str| value.get(axis).and_then(Value::as_str);
        let (x, y) = (wanted("x")?, wanted("y")?);
        let is_called = |index: &u32| {
            let cell = &self.pairs.cells[*index as usize];
            self.pairs.names[0][cell.x()] == x && self.pairs.names[1][cell.y()] == y
        };
        let named = (0..self.pairs.cells.len() as u32).filter(is_called);
        let named: Vec<u32> = named.collect();
        // An absent value and an empty text are called the same.
        let row_of = |index: &u32| self.rows(&Selection::Item(*index)).first().copied();
        let rows: Vec<u32> = named.iter().filter_map(row_of).collect();
        let by_row = first_row(value, &rows).map(|place| named[place as usize]);
        by_row.or_else(|| named.first().copied())
    }

    fn describe(&self, _zone: &Zone) -> String {
        let [columns, rows] = [0, 1].map(|axis| format_number(self.pairs.names[axis].len() as f64));
        let pairs = format_number(self.pairs.cells.len() as f64);
        let most = match self.largest.is_nan() {
            true => "0".to_owned(),
            false => format_number(self.largest),
        };
        let Matrix { options, .. } = self;
        [
            "Matrix of ",
            &options.x,
            " (",
            &columns,
            ") by ",
            &options.y,
            " (",
            &rows,
            "): ",
            &pairs,
            " pairs, sizes are ",
            &self.measured(),
            ", at most ",
            &most,
        ]
        .concat()
    }

    fn data(&self) -> Result<Table> {
        let cells = &self.pairs.cells;
        let names = |axis: usize, place: fn(&Cell) -> usize| {
            let name = |cell: &Cell| self.pairs.names[axis][place(cell)].as_str();
            cells.iter().map(name).collect()
        };
        let texts = vec![
            (self.options.x.as_str(), names(0, Cell::x)),
            (self.options.y.as_str(), names(1, Cell::y)),
        ];
        let rows = cells.iter().map(|cell| cell.rows.into()).collect();
        let mut numbers = vec![("Rows", rows)];
        if self.options.value_column.is_some() {
            numbers.push(("Value", cells.iter().map(|cell| cell.value).collect()));
        }
        let mut times = vec![];
        if cells.iter().any(|cell| cell.span[0].is_finite()) {
            for (end, name) in ["First", "Last"].into_iter().enumerate() {
                let time = |cell: &Cell| {
                    let time = cell.span[end];
                    time.is_finite().then_some(time as i64)
                };
                times.push((name, cells.iter().map(time).collect()));
            }
        }
        summary(texts, numbers, times)
    }
}

#[cfg(test)]
pub(super) mod tests;
