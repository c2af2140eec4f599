//! At which hours of which days things happen: working hours, and what is outside them.

mod draw;

use std::ops::Range;

use serde_json::{Map, Value};

use draw::{BARS, HEAD};

use super::axis::draw::{mask, say};
use super::axis::number::format_number;
use super::axis::zone::Zone;
use super::cells::{names_below, names_left, places, rows_of, whole, widest};
use super::chart::{Brush, Chart, Gestures, Hit, Selection, Tip};
use super::scene::{Area, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, next, set, summary};
use super::theme::Color;
use super::values::{numbers, times};
use crate::order::{greater, lesser};
use crate::table::choose_time;
use crate::table::time::format_time;
use crate::{Error, Result, Table};

/// How a heatmap is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HeatmapOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// A column of numbers whose sum is shown. Default: rows are counted.
    pub value_column: Option<String>,
    /// Whether the mean of `valueColumn` is shown instead of the sum.
    pub mean: bool,
    /// Days are those of a week, or each is one of its own, of which the last 366 are shown.
    /// Default `"weekday"`.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "\"weekday\" | \"date\"", optional)
    )]
    pub by: String,
}

/// Hours of days.
pub struct Heatmap {
    options: HeatmapOptions,
    zone: Zone,
    by_date: bool,
    /// From the left and from the top: hours and weekdays, or dates and hours.
    names: [Vec<String>; 2],
    /// Rows and value of each cell: those of the first day, then those of the next. The value is
    /// not a number where there is none.
    cells: Vec<(u32, f64)>,
    /// The cell of each row, or [`NONE`].
    of_rows: Vec<u32>,
    left_out: usize,
}

/// The cell of rows that are of none.
const NONE: u32 = u32::MAX;
const HOURS: usize = 24;
const DAY: f64 = 86_400e6;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MOST_DAYS: f64 = 366.0;
/// Height of a cell, and the width of one at most.
const HIGH: f64 = 26.0;
const LOW: f64 = 16.0;
const WIDE: f64 = 80.0;
/// Narrower dates are not shown at first.
const NARROW: f64 = 9.0;

impl Heatmap {
    /// Counts the rows of a table by their hours in a zone.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, or if
    /// there is no column of times.
    pub fn new(tables: Tables, options: &HeatmapOptions) -> Result<Self> {
        let table = tables.only()?;
        let by_date = match options.by.as_str() {
            "date" => true,
            "" | "weekday" => false,
            _ => {
                return Err(Error::InvalidArgument(
                    "option `by` is \"weekday\" or \"date\"".into(),
                ));
            }
        };
        let mut hours = times(table, choose_time(table, options.time_column.as_deref())?)?;
        let day = |hour: f64| (hour / HOURS as f64).floor();
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for hour in &mut hours {
            // Hours since 1970 of the clocks of the zone.
            *hour = (tables.zone.local(*hour) / DAY * HOURS as f64).floor();
            (first, last) = (lesser(first, day(*hour)), greater(last, day(*hour)));
        }
        if first > last {
            (first, last) = (0.0, 0.0);
        }
        let mut count = 7;
        if by_date {
            first = greater(first, last - MOST_DAYS + 1.0);
            count = (last - first + 1.0) as usize;
        }
        let cell = |hour: &f64| {
            let place = match by_date {
                true => day(*hour) - first,
                // 1970 began on a Thursday.
                false => (day(*hour) as i64 + 3).rem_euclid(7) as f64,
            };
            // Neither without a time nor too old.
            match place >= 0.0 && !hour.is_nan() {
                true => (place * HOURS as f64 + hour - day(*hour) * HOURS as f64) as u32,
                false => NONE,
            }
        };
        let digit = |n: usize| ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][n];
        let hour_names = (0..HOURS).map(|hour| [digit(hour / 10), digit(hour % 10)].concat());
        let hour_names: Vec<String> = hour_names.collect();
        let date = |day: usize| {
            let time = (first + day as f64) * DAY;
            let mut text = format_time(time as i64);
            text.truncate(text.find('T').unwrap_or(text.len()));
            text
        };
        let names = match by_date {
            true => [(0..count).map(date).collect(), hour_names],
            false => [hour_names, WEEKDAYS.map(str::to_owned).to_vec()],
        };
        let mut chart = Self {
            of_rows: hours.iter().map(cell).collect(),
            options: options.clone(),
            zone: tables.zone.clone(),
            by_date,
            names,
            cells: vec![(0, f64::NAN); count * HOURS],
            left_out: 0,
        };
        chart.measure(table)?;
        Ok(chart)
    }

    fn measure(&mut self, table: &Table) -> Result<()> {
        let values = match &self.options.value_column {
            Some(name) => Some(numbers(table, name)?),
            None if self.options.mean => {
                return Err(Error::InvalidArgument(
                    "option `mean` needs `valueColumn`: the column whose mean is shown".into(),
                ));
            }
            None => None,
        };
        let mut counts = vec![0_u32; self.cells.len()];
        for (row, &cell) in self.of_rows.iter().enumerate() {
            let Some((rows, value)) = self.cells.get_mut(cell as usize) else {
                self.left_out += 1;
                continue;
            };
            *rows += 1;
            let own = match &values {
                None => 1.0,
                Some(values) => values[row],
            };
            if !own.is_nan() {
                counts[cell as usize] += 1;
                *value = if value.is_nan() { own } else { *value + own };
            }
        }
        if self.options.mean {
            for ((_, value), count) in self.cells.iter_mut().zip(counts) {
                *value /= f64::from(count);
            }
        }
        Ok(())
    }

    /// The cell at a place, or the place of a cell: hours and days change sides.
    fn cell(&self, x: usize, y: usize) -> usize {
        if self.by_date {
            x * HOURS + y
        } else {
            y * HOURS + x
        }
    }

    fn middle(&self, index: usize) -> Point {
        let (day, hour) = (index / HOURS, index % HOURS);
        let (x, y) = if self.by_date {
            (day, hour)
        } else {
            (hour, day)
        };
        (x as f64 + 0.5, y as f64 + 0.5)
    }

    /// What a value says of some hours of some days.
    fn chosen(&self, hours: Range<usize>, days: Range<usize>) -> Map<String, Value> {
        let mut fields = Map::new();
        let name = if self.by_date { "dates" } else { "weekdays" };
        set(&mut fields, "hours", vec![hours.start, hours.end].into());
        set(&mut fields, name, self.days()[days].to_vec().into());
        fields
    }

    fn days(&self) -> &[String] {
        &self.names[usize::from(!self.by_date)]
    }

    /// The least and the greatest value.
    fn span(&self) -> Option<[f64; 2]> {
        let values = self.cells.iter().map(|cell| cell.1);
        let finite = values.filter(|value| value.is_finite());
        let spans = finite.map(|value| [value, value]);
        spans.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    }

    fn measured(&self) -> String {
        match &self.options.value_column {
            None => "events".to_owned(),
            Some(name) => [
                if self.options.mean {
                    "mean of "
                } else {
                    "sum of "
                },
                name,
            ]
            .concat(),
        }
    }

    fn left(&self) -> f64 {
        widest(&self.names[1]) + 18.0
    }
}

impl Chart for Heatmap {
    fn height(&self, _width: f64) -> f64 {
        let high = if self.by_date { LOW } else { HIGH };
        self.names[1].len() as f64 * high + HEAD + BARS + 24.0
    }

    fn margins(&self, width: f64) -> [f64; 4] {
        let left = self.left();
        let room = width - left - BARS - 8.0;
        // What is said where there is nothing needs its room.
        let wide = match self.left_out < self.of_rows.len() {
            true => room.min(self.names[0].len() as f64 * WIDE),
            false => room,
        };
        [left, HEAD + BARS, width - left - wide, 24.0]
    }

    fn extent(&self) -> View {
        let [x, y] = [0, 1].map(|axis| [0.0, self.names[axis].len() as f64]);
        View { x, y }
    }

    fn home(&self, plot: Area) -> View {
        let View { x, y } = self.extent();
        let fits = (plot.w / NARROW).floor().max(1.0);
        // The last days, if not all have room.
        let from = if self.by_date {
            (x[1] - fits).max(0.0)
        } else {
            0.0
        };
        View { x: [from, x[1]], y }
    }

    fn least(&self) -> [f64; 2] {
        [1.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, false],
            brush: Brush::Both,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        self.draw_cells(stage, scene);
        mask(stage, scene);
        names_left(&self.names[1], stage, scene);
        names_below(&self.names[0], None, stage, scene);
        self.draw_sums(stage, scene);
        self.draw_head(stage, scene);
        if self.left_out == self.of_rows.len() {
            say(stage, "no events with a time", scene);
        }
    }

    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        let (x, y) = self.middle(hit.index as usize);
        let area = Area {
            x: stage.x(x - 0.5),
            y: stage.y(y - 0.5),
            w: stage.x(x + 0.5) - stage.x(x - 0.5),
            h: stage.y(y + 0.5) - stage.y(y - 0.5),
        };
        scene.marks.push(Mark::Outline(area, color, 2.0));
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let (x, y) = stage.at(at);
        let [columns, rows] = [0, 1].map(|axis| self.names[axis].len() as f64);
        if !stage.plot.has(at) || x < 0.0 || y < 0.0 || x >= columns || y >= rows {
            return None;
        }
        let index = self.cell(x as usize, y as usize);
        (self.cells.get(index)?.0 > 0).then(|| self.place(stage, index as u32))?
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let (x, y) = self.middle(index as usize);
        Some(Hit {
            index,
            at: (stage.x(x), stage.y(y)),
            more: 0,
        })
    }

    fn step(&self, _stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let there = |index: usize| self.cells[index].0 > 0;
        let from = from.map(|from| from as usize);
        next(self.cells.len(), from, forward, &there).map(|index| index as u32)
    }

    fn tip(&self, index: u32, _zone: &Zone) -> Tip {
        let mut tip = Tip::default();
        let (day, hour) = (index as usize / HOURS, index as usize % HOURS);
        let Some((rows, value)) = self.cells.get(index as usize) else {
            return tip;
        };
        let hours = &self.names[usize::from(self.by_date)];
        tip.title = [
            &self.days()[day],
            " ",
            &hours[hour],
            ":00 to ",
            &hours[hour],
            ":59",
        ]
        .concat();
        if self.options.value_column.is_some() {
            tip.say(&self.measured(), format_number(*value));
        }
        tip.say("events", format_number((*rows).into()));
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        let mut chosen = vec![false; self.cells.len()];
        match selection {
            Selection::Item(index) => {
                if let Some(chosen) = chosen.get_mut(*index as usize) {
                    *chosen = true;
                }
            }
            Selection::Range(x, y) => {
                for column in places(*x, self.names[0].len()) {
                    for row in places(*y, self.names[1].len()) {
                        chosen[self.cell(column, row)] = true;
                    }
                }
            }
        }
        rows_of(&self.of_rows, &chosen)
    }

    fn snap(&self, x: [f64; 2], y: [f64; 2]) -> ([f64; 2], [f64; 2]) {
        let [columns, rows] = [0, 1].map(|axis| self.names[axis].len());
        (whole(x, columns), whole(y, rows))
    }

    fn range_fields(&self, x: [f64; 2], y: [f64; 2]) -> Map<String, Value> {
        let (hours, days) = if self.by_date { (y, x) } else { (x, y) };
        self.chosen(places(hours, HOURS), places(days, self.days().len()))
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let Some((_, value)) = self.cells.get(index as usize) else {
            return Map::new();
        };
        let (day, hour) = (index as usize / HOURS, index as usize % HOURS);
        let mut fields = self.chosen(hour..hour + 1, day..day + 1);
        set(&mut fields, "value", (*value).into());
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let first = |name: &str| value.get(name)?.as_array()?.first();
        let hour = first("hours")?
            .as_u64()
            .filter(|hour| *hour < HOURS as u64)?;
        let day = first(if self.by_date { "dates" } else { "weekdays" })?.as_str()?;
        let day = self.days().iter().position(|name| name == day)?;
        Some((day * HOURS) as u32 + hour as u32)
    }

    fn describe(&self, _zone: &Zone) -> String {
        let mut most: Option<usize> = None;
        for (index, cell) in self.cells.iter().enumerate() {
            if !cell.1.is_nan() && most.is_none_or(|most| cell.1 > self.cells[most].1) {
                most = Some(index);
            }
        }
        let most = most.map(|index| self.tip(index as u32, &self.zone).title);
        let mut left_out = String::new();
        if self.left_out > 0 {
            left_out = format_number(self.left_out as f64)
                + " rows are left out, without a time or too old";
        }
        [
            "Heatmap of ",
            &self.measured(),
            if self.by_date {
                " by hour and date in "
            } else {
                " by hour and weekday in "
            },
            &self.zone.name,
            if most.is_some() { "; most: " } else { "" },
            most.as_deref().unwrap_or_default(),
            if left_out.is_empty() { "" } else { "; " },
            &left_out,
        ]
        .concat()
    }

    fn data(&self) -> Result<Table> {
        let there: Vec<usize> = (0..self.cells.len())
            .filter(|index| self.cells[*index].0 > 0)
            .collect();
        let numbers =
            |number: &dyn Fn(usize) -> f64| there.iter().map(|index| number(*index)).collect();
        let days = there
            .iter()
            .map(|index| self.days()[index / HOURS].as_str());
        let name = if self.by_date { "Date" } else { "Weekday" };
        let mut columns = vec![
            ("Hour", numbers(&|index| (index % HOURS) as f64)),
            ("Events", numbers(&|index| self.cells[index].0.into())),
        ];
        if self.options.value_column.is_some() {
            columns.push(("Value", numbers(&|index| self.cells[index].1)));
        }
        summary(vec![(name, days.collect())], columns, vec![])
    }
}

#[cfg(test)]
mod tests;
