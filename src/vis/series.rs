//! Values over time as lines, bars and circles: what falls on one pixel is drawn as its least and
//! its most, which are known without looking at each value, so that a picture of a million values
//! costs what the screen holds.

use arrow_array::Array;

use super::axis::draw::LABEL;
use super::axis::number::number_ticks;
use super::lanes::Lanes;
use super::scene::{Columns, Dots, Mark, Point, Scene, Span};
use super::stage::Stage;
use super::text;
use super::theme::Color;
use crate::{Result, Table};

/// How values are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    /// Bars from zero.
    #[default]
    Bar,
    /// As `"bar"`: its name in msticpy.
    Vbar,
    /// Circles.
    Circle,
    /// A line.
    Line,
}

/// Values in the order of [`Lanes::times`]; those that are missing or infinite are NaN.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// What is drawn.
    pub(crate) values: Vec<f64>,
    /// Where they are infinite, in order, and whether that is above.
    pub(crate) infinite: Vec<(u32, bool)>,
    /// How many are missing or not a number.
    pub(crate) missing: usize,
    /// Least and most of each [`BLOCK`] values.
    blocks: Vec<[f64; 2]>,
    /// Least and most of each [`BLOCK`] blocks.
    wide: Vec<[f64; 2]>,
}

/// How many make one on the next level.
const BLOCK: usize = 64;

/// Least and most of nothing.
const NOTHING: [f64; 2] = [f64::INFINITY, f64::NEG_INFINITY];

/// What is beyond is as infinite: differences of such numbers are.
const MOST: f64 = 1e300;

fn join(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    // Not `f64::min`, as that looks for NaN, which is never less nor more.
    [
        if b[0] < a[0] { b[0] } else { a[0] },
        if b[1] > a[1] { b[1] } else { a[1] },
    ]
}

fn span(values: &[f64]) -> [f64; 2] {
    values.iter().fold(NOTHING, |all, &v| join(all, [v, v]))
}

impl Values {
    /// The column `name` of all `tables`, in the order of the events of `lanes`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, or `ColumnType` if it does not hold numbers.
    pub(crate) fn of(tables: &[(String, Table)], name: &str, lanes: &Lanes) -> Result<Self> {
        let columns = tables.iter().map(|(_, table)| table.f64(name));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let mut all = Vec::new();
        for column in &columns {
            match column.null_count() {
                0 => all.extend_from_slice(column.values()),
                _ => all.extend(column.iter().map(|value| value.unwrap_or(f64::NAN))),
            }
        }
        let values = lanes.rows.iter().map(|row| all[*row as usize]);
        Ok(Self::new(values.collect()))
    }

    /// Prepares values to be drawn. O(n).
    pub(crate) fn new(mut values: Vec<f64>) -> Self {
        let mut infinite = Vec::new();
        for (index, value) in (0..).zip(&mut values) {
            if value.abs() > MOST {
                infinite.push((index, *value > 0.0));
                *value = f64::NAN;
            }
        }
        let lacking = values.iter().filter(|value| value.is_nan()).count();
        let blocks: Vec<_> = values.chunks(BLOCK).map(span).collect();
        let all = |blocks: &[[f64; 2]]| blocks.iter().copied().fold(NOTHING, join);
        Self {
            wide: blocks.chunks(BLOCK).map(all).collect(),
            blocks,
            missing: lacking - infinite.len(),
            infinite,
            values,
        }
    }

    /// The least and the most value from one index up to another; if there is none, the first is
    /// above the second.
    pub(crate) fn min_max(&self, from: usize, to: usize) -> [f64; 2] {
        let (mut at, mut all) = (from, NOTHING);
        while at < to {
            let block = at / BLOCK;
            let end = (block + 1) * BLOCK;
            if at % BLOCK > 0 || end > to {
                all = join(all, span(&self.values[at..end.min(to)]));
                at = end;
            } else if !block.is_multiple_of(BLOCK) || at + BLOCK * BLOCK > to {
                all = join(all, self.blocks[block]);
                at = end;
            } else {
                all = join(all, self.wide[block / BLOCK]);
                at += BLOCK * BLOCK;
            }
        }
        all
    }

    /// The infinite ones among some events: whether they are above.
    fn infinite_in(&self, events: &std::ops::Range<usize>) -> &[(u32, bool)] {
        let from = |end: usize| self.infinite.partition_point(|at| (at.0 as usize) < end);
        &self.infinite[from(events.start)..from(events.end)]
    }
}

/// The values of a lane where they are drawn.
pub(crate) struct Series<'a> {
    /// Times.
    pub(crate) lanes: &'a Lanes,
    /// Which of them.
    pub(crate) lane: usize,
    /// Values of all lanes.
    pub(crate) values: &'a Values,
    /// Where they are drawn.
    pub(crate) stage: &'a Stage<'a>,
}

/// Width of lines, in CSS pixels.
const WIDTH: f64 = 1.5;
/// Of more points than this for each pixel, a line is drawn column by column.
const DENSE: usize = 2;
/// Height of bars that are hardly there, in CSS pixels: more than the line they stand on.
const LEAST_BAR: f64 = 2.0;
/// Height of the triangles that stand for what is infinite, in CSS pixels.
pub(crate) const TRIANGLE: f64 = 7.0;

impl Series<'_> {
    /// Draws them as `kind`; bars and circles are at most `most` CSS pixels wide.
    pub(crate) fn draw(&self, kind: ValueKind, most: f64, color: Color, scene: &mut Scene) {
        match kind {
            ValueKind::Line => self.line(color, scene),
            ValueKind::Circle => self.circles(most, color, scene),
            ValueKind::Bar | ValueKind::Vbar => self.bars(most, color, scene),
        }
    }

    /// Where an event is, in CSS pixels; what is infinite is at the edge, none if it is missing.
    pub(crate) fn point(&self, event: usize) -> Option<Point> {
        let (plot, value) = (self.stage.plot, self.values.values[event]);
        let x = self.stage.x(self.lanes.times[event]);
        if value.is_finite() {
            return Some((x, self.stage.y(value)));
        }
        let (_, above) = self.values.infinite_in(&(event..event + 1)).first()?;
        let inside = TRIANGLE / 2.0 + 1.0;
        Some(match above {
            true => (x, plot.y + inside),
            false => (x, plot.bottom() - inside),
        })
    }

    /// Small triangles at the edges for what is infinite.
    pub(crate) fn infinite(&self, color: Color, scene: &mut Scene) {
        let seen = self.lanes.between(self.lane, self.stage.view.x);
        self.triangles(self.values.infinite_in(&seen).iter().copied(), color, scene);
    }

    /// Triangles at events, which point up or down; where they would cover each other, one.
    pub(crate) fn triangles(
        &self,
        events: impl Iterator<Item = (u32, bool)>,
        color: Color,
        scene: &mut Scene,
    ) {
        let mut last = [f64::NEG_INFINITY; 2];
        for (event, up) in events {
            let Some((x, y)) = self.point(event as usize) else {
                continue;
            };
            if x - last[usize::from(up)] < 2.0 {
                continue;
            }
            last[usize::from(up)] = x;
            let (half, high) = (TRIANGLE * 0.6, if up { -TRIANGLE } else { TRIANGLE } / 2.0);
            let corners = vec![(x, y + high), (x + half, y - high), (x - half, y - high)];
            scene.marks.push(Mark::Polygon(corners, color));
        }
    }

    fn line(&self, color: Color, scene: &mut Scene) {
        let seen = self.lanes.between(self.lane, self.stage.view.x);
        if seen.len() > self.stage.columns() * DENSE {
            return self.dense_line(color, scene);
        }
        // A line comes from what is left of the plot and goes to what is right of it.
        let all = self.lanes.range(self.lane);
        let seen = seen.start.max(all.start + 1) - 1..(seen.end + 1).min(all.end);
        let valued = |event: &usize| self.values.values[*event].is_finite();
        let mut at = seen.start;
        while at < seen.end {
            let run = (at..seen.end).take_while(valued).count();
            let points = (at..at + run).filter_map(|event| self.point(event));
            let points = self.cut(points.collect());
            match points[..] {
                [] => {}
                [one] => scene.marks.push(Mark::Disc(one, WIDTH, color)),
                _ => scene.marks.push(Mark::Line(points, color, WIDTH)),
            }
            at += run + 1;
        }
    }

    /// Cuts off what is outside: a point far away has no place among the numbers of a backend.
    fn cut(&self, mut points: Vec<Point>) -> Vec<Point> {
        let plot = self.stage.plot;
        let between = |a: Point, b: Point, x: f64| (x, a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0));
        if let [first, second, ..] = &mut points[..]
            && first.0 < plot.x - 1.0
        {
            *first = between(*first, *second, plot.x - 1.0);
        }
        if let [.., before, last] = &mut points[..]
            && last.0 > plot.right() + 1.0
        {
            *last = between(*before, *last, plot.right() + 1.0);
        }
        points
    }

    /// Each column of pixels from its least to its most, and to where the line comes from and goes to.
    fn dense_line(&self, color: Color, scene: &mut Scene) {
        let (edges, width) = (
            self.lanes.edges(self.lane, self.stage),
            self.stage.columns(),
        );
        let (values, times) = (&self.values.values, &self.lanes.times);
        let [from, to] = self.stage.view.x;
        let step = (to - from) / width as f64;
        let all = self.lanes.range(self.lane);
        let mut spans = vec![NOTHING; width];
        // The first edge that the line has not come to.
        let mut next = 0;
        for column in 0..=width {
            let first = edges[column];
            if let Some(end) = edges.get(column + 1) {
                if *end == first {
                    continue;
                }
                spans[column] = join(spans[column], self.values.min_max(first, *end));
            }
            if first > all.start && first < all.end {
                let (a, b) = (first - 1, first);
                let steep = (values[b] - values[a]) / (times[b] - times[a]);
                // Not where a value is missing.
                for edge in (next..=column).filter(|_| steep.is_finite()) {
                    let at = values[a] + steep * (from + step * edge as f64 - times[a]);
                    let beside = edge.saturating_sub(1)..(edge + 1).min(width);
                    for span in &mut spans[beside] {
                        *span = join(*span, [at, at]);
                    }
                }
            }
            next = column + 1;
        }
        self.columns(&spans, WIDTH / 2.0 * self.stage.scale, color, scene);
    }

    /// Columns from the pixels of one value to those of another, and a little more at both ends.
    fn columns(&self, spans: &[[f64; 2]], more: f64, color: Color, scene: &mut Scene) {
        let scale = self.stage.scale;
        let y = |value: f64| self.stage.y(value) * scale;
        let span = |[least, most]: &[f64; 2]| match least <= most {
            true => Span {
                top: (y(*most) - more) as f32,
                bottom: (y(*least) + more) as f32,
                alpha: 255,
            },
            false => Span::default(),
        };
        scene.marks.push(Mark::Columns(Columns {
            x: (self.stage.plot.x * scale).round() as i32,
            spans: spans.iter().map(span).collect(),
            color,
        }));
    }

    /// Bars from zero, as wide as there is room: of those on one pixel, the longest.
    fn bars(&self, most: f64, color: Color, scene: &mut Scene) {
        let seen = self
            .lanes
            .between(self.lane, self.stage.view.x)
            .len()
            .max(1);
        let wide = (self.stage.plot.w / seen as f64 * 0.7).clamp(1.0, most);
        let half = (wide * self.stage.scale / 2.0) as usize;
        // Those are seen, too, of which only one side is in the plot.
        let mut stage = *self.stage;
        let by = half as f64 / stage.scale;
        stage.view.x = [
            stage.x_at(stage.plot.x - by),
            stage.x_at(stage.plot.right() + by),
        ];
        stage.plot.x -= by;
        stage.plot.w += by * 2.0;
        let edges = self.lanes.edges(self.lane, &stage);
        let (lowest, highest) = (stage.view.y[1], stage.view.y[0]);
        let zero = 0.0_f64.clamp(lowest.min(highest), highest.max(lowest));
        let least_high = (highest - lowest) / stage.plot.h * LEAST_BAR;
        let mut spans = vec![NOTHING; edges.len() - 1];
        for (column, ends) in edges
            .windows(2)
            .enumerate()
            .filter(|(_, ends)| ends[0] < ends[1])
        {
            let [mut least, mut most] = self.values.min_max(ends[0], ends[1]);
            if least > most {
                continue;
            }
            // What is small is seen, too.
            if most > zero {
                most = most.max(zero + least_high);
            }
            if least < zero {
                least = least.min(zero - least_high);
            }
            let bar = join([least, most], [zero, zero]);
            let end = (column + half + 1).min(spans.len());
            for span in &mut spans[column.saturating_sub(half)..end] {
                *span = join(*span, bar);
            }
        }
        Series {
            stage: &stage,
            ..*self
        }
        .columns(&spans, 0.0, color, scene);
    }

    /// Circles, one for each pixel.
    fn circles(&self, wide: f64, color: Color, scene: &mut Scene) {
        let stage = self.stage;
        let edges = self.lanes.edges(self.lane, stage);
        let x = (stage.plot.x * stage.scale).round() as i32;
        let (top, high) = (
            stage.plot.y * stage.scale,
            (stage.plot.h * stage.scale) as usize + 1,
        );
        let mut at = Vec::new();
        // In which column there was one last at each height.
        let mut seen = vec![u32::MAX; high];
        for (column, ends) in (0..).zip(edges.windows(2)) {
            for value in &self.values.values[ends[0]..ends[1]] {
                let y = stage.y(*value) * stage.scale;
                if value.is_finite()
                    && y >= top
                    && let Some(last) = seen.get_mut((y - top) as usize)
                    && *last != column
                {
                    *last = column;
                    at.push((x + column as i32, y as i32));
                }
            }
        }
        let radius = (if at.len() > 4000 { 2.0 } else { wide / 2.0 }) * stage.scale;
        scene.marks.push(Mark::Dots(Dots { at, radius, color }));
    }

    /// The event that is nearest to a point, its distance, and how many others are on its pixel; a
    /// difference in time counts more, as the eye looks down a line. None if the nearest in time
    /// is more than `reach` CSS pixels away.
    pub(crate) fn near(&self, at: Point, reach: f64) -> Option<(usize, f64, usize)> {
        let time = |x: f64| self.stage.x_at(x);
        let (lane, x) = (self.lane, at.0);
        let close = self.lanes.between(lane, [time(x - 6.0), time(x + 6.0)]);
        let close = match close.is_empty() {
            true => self.lanes.between(lane, [time(x - reach), time(x + reach)]),
            false => close,
        };
        let distance = |event: usize| {
            let (x, y) = self.point(event)?;
            Some(((x - at.0) * 2.0).hypot(y - at.1))
        };
        let far = |event: usize| Some((event, distance(event)?));
        let (event, away) = close
            .clone()
            .filter_map(far)
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        let place = self.point(event)?;
        let same = |other: &usize| {
            let other = self.point(*other);
            other.is_some_and(|(x, y)| (x - place.0).abs() + (y - place.1).abs() < 1.0)
        };
        Some((event, away, close.filter(same).count() - 1))
    }
}

/// A span of values with a little room around, from the top down, as an axis shows it: with zero if
/// there are bars, which begin there; of no values, from 1 to 0.
pub(crate) fn axis(values: [f64; 2], zero: bool) -> [f64; 2] {
    let [least, most] = if zero {
        join(values, [0.0, 0.0])
    } else {
        values
    };
    if least > most || (zero && least == most) {
        return [1.0, 0.0];
    }
    let room = match most > least {
        true => (most - least) * 0.05,
        false => least.abs().max(1.0) * 0.5,
    };
    let edge = |value: f64, by: f64| {
        if zero && value == 0.0 {
            value
        } else {
            value + by
        }
    };
    [edge(most, room), edge(least, -room)]
}

/// The room that labels of an axis of values need left of it, in CSS pixels.
pub(crate) fn left_room(y: [f64; 2], high: f64) -> f64 {
    let ticks = number_ticks(y[1], y[0], high, LABEL, false);
    let widths = ticks.iter().map(|tick| text::width(&tick.label, LABEL));
    widths.fold(18.0, f64::max) + 14.0
}

/// ", of which … are infinite": what is not drawn as others.
pub(crate) fn say_missing(values: &Values, text: &mut String) {
    let mut number = itoa::Buffer::new();
    for (count, what) in [
        (values.missing, "; missing values: "),
        (
            values.infinite.len(),
            "; infinite ones, drawn at the edges: ",
        ),
    ] {
        if count > 0 {
            text.push_str(what);
            text.push_str(number.format(count));
        }
    }
}

#[cfg(test)]
mod tests;
