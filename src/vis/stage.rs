//! Where a chart is drawn: which part of its data, on which part of the picture, how.

use super::axis::zone::Zone;
use super::scene::{Area, Point};
use super::theme::Theme;

/// Parts of two axes, from one end to the other, in the units of the data; times are
/// microseconds since 1970 (UTC), lanes count from 0 at the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// From left to right.
    pub x: [f64; 2],
    /// From top to bottom.
    pub y: [f64; 2],
}

/// Where a chart is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// The whole picture.
    pub whole: Area,
    /// The part of it for data, without labels.
    pub plot: Area,
    /// The part of the data that is shown there.
    pub view: View,
    /// Device pixels in a CSS pixel.
    pub scale: f64,
    /// Colours.
    pub theme: &'a Theme,
    /// In which times are written.
    pub zone: &'a Zone,
}

fn part([from, to]: [f64; 2], value: f64) -> f64 {
    let part = (value - from) / (to - from);
    if part.is_finite() { part } else { 0.5 }
}

impl Stage<'_> {
    /// Where a value of x is, in CSS pixels.
    pub fn x(&self, value: f64) -> f64 {
        self.plot.x + part(self.view.x, value) * self.plot.w
    }

    /// Whether a point is in the plot, or on its edge.
    pub(crate) fn shows(&self, (x, y): Point) -> bool {
        let plot = self.plot;
        // Half a pixel more, as what is on the edge may be beside it by rounding.
        let within = |at: f64, from: f64, to: f64| at >= from - 0.5 && at <= to + 0.5;
        within(x, plot.x, plot.right()) && within(y, plot.y, plot.bottom())
    }

    /// How many device pixels the plot is wide.
    pub(crate) fn columns(&self) -> usize {
        (self.plot.w * self.scale).round().max(1.0) as usize
    }

    /// Where a value of y is, in CSS pixels.
    pub fn y(&self, value: f64) -> f64 {
        self.plot.y + part(self.view.y, value) * self.plot.h
    }

    /// Which value is at this x.
    pub fn x_at(&self, x: f64) -> f64 {
        let [from, to] = self.view.x;
        from + (x - self.plot.x) / self.plot.w * (to - from)
    }

    /// Which value is at this y.
    pub fn y_at(&self, y: f64) -> f64 {
        let [from, to] = self.view.y;
        from + (y - self.plot.y) / self.plot.h * (to - from)
    }

    /// Which values are at this point.
    pub fn at(&self, (x, y): Point) -> Point {
        (self.x_at(x), self.y_at(y))
    }
}

/// Lets a span be moved and narrowed, but neither beyond `limits` nor below `least`.
pub(crate) fn within(span: [f64; 2], limits: [f64; 2], least: f64) -> [f64; 2] {
    let whole = limits[1] - limits[0];
    let width = (span[1] - span[0]).max(least.min(whole)).min(whole);
    let middle = f64::midpoint(span[0], span[1]);
    let from = (middle - width / 2.0).clamp(limits[0], (limits[1] - width).max(limits[0]));
    match from.is_finite() && width.is_finite() {
        true => [from, from + width],
        false => limits,
    }
}

/// The view that shows at least as much, in which x and y are of one scale; but no more of x
/// than `widest`.
pub(crate) fn in_scale(view: View, plot: Area, widest: f64) -> View {
    let unit = ((view.x[1] - view.x[0]) / plot.w).max((view.y[1] - view.y[0]) / plot.h);
    let unit = unit.min(widest / plot.w);
    let around = |span: [f64; 2], length: f64| {
        let middle = f64::midpoint(span[0], span[1]);
        [middle - unit * length / 2.0, middle + unit * length / 2.0]
    };
    View {
        x: around(view.x, plot.w),
        y: around(view.y, plot.h),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_stay_within_limits() {
        for (name, span, expected) in [
            ("as it is", [2.0, 4.0], [2.0, 4.0]),
            ("moved back from the left", [-3.0, 1.0], [0.0, 4.0]),
            ("moved back from the right", [8.0, 12.0], [6.0, 10.0]),
            ("wider than all", [-5.0, 50.0], [0.0, 10.0]),
            ("narrower than the least", [5.0, 5.0], [4.5, 5.5]),
            ("no number", [f64::NAN, 5.0], [0.0, 10.0]),
        ] {
            assert_eq!(within(span, [0.0, 10.0], 1.0), expected, "{name}");
        }
        assert_eq!(
            within([0.0, 1.0], [3.0, 3.0], 1.0),
            [3.0, 3.0],
            "limits of no width"
        );
    }
}
