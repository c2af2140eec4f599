//! Dragging: what it does depends on where it begins.

use super::{Change, Figure, LAYOUT, OVERLAY, PICTURE, VALUE};
use crate::vis::chart::{Brush, Click, Selection};
use crate::vis::scene::Point;
use crate::vis::stage::View;

/// Nearer to an edge of the overview's window than this takes it.
const GRIP: f64 = 7.0;
/// Moved less than this, a press is a click.
const CLICK: f64 = 4.0;

/// What dragging does where the pointer went down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Drag {
    /// Moves the view.
    Pan { from: Point, view: View },
    /// Chooses from here; this was chosen before.
    Brush {
        from: Point,
        before: Option<Selection>,
    },
    /// Moves the window of the overview, or its left or right edge.
    Window {
        edges: [bool; 2],
        from: f64,
        x: [f64; 2],
    },
    /// Moves a thing.
    Thing(u32),
    /// Moves the bar at the right, gripped so far from its upper end.
    Bar { grip: f64 },
}

impl Figure {
    /// The pointer goes down: a drag begins. It moves the view if `moves`, where it would choose.
    pub fn press(&mut self, at: Point, moves: bool) -> Change {
        let (plot, strip, gestures) = (self.plot, self.strip(), self.gestures());
        let drag = if self.overview && strip.has((strip.x, at.1)) {
            let stage = self.overview_stage();
            let [from, to] = self.view.x.map(|x| stage.x(x));
            let near = |edge: f64| (at.0 - edge).abs() <= GRIP;
            let edges = [near(from), near(to) && !(near(from) && at.0 < from)];
            if at.0 < from - GRIP || at.0 > to + GRIP {
                let half = (self.view.x[1] - self.view.x[0]) / 2.0;
                let middle = stage.x_at(at.0);
                self.show([middle - half, middle + half], self.view.y);
            }
            Drag::Window {
                edges: if edges[0] && edges[1] {
                    [false, true]
                } else {
                    edges
                },
                from: at.0,
                x: self.view.x,
            }
        } else if let Some(bar) = self
            .bar()
            .filter(|bar| (at.0 - bar.x).abs() <= GRIP + bar.w)
        {
            let outside = at.1 < bar.y || at.1 > bar.bottom();
            let grip = if outside { bar.h / 2.0 } else { at.1 - bar.y };
            Drag::Bar { grip }
        } else if let Some(index) = self.grabbed(at).filter(|_| !moves) {
            Drag::Thing(index)
        } else if moves || gestures.brush == Brush::None || !plot.has(at) {
            Drag::Pan {
                from: at,
                view: self.view,
            }
        } else {
            Drag::Brush {
                from: at,
                before: self.selection,
            }
        };
        self.drag = Some((drag, at));
        self.hover = None;
        PICTURE | OVERLAY
    }

    /// What would be dragged.
    fn grabbed(&mut self, at: Point) -> Option<u32> {
        if !self.plot.has(at) {
            return None;
        }
        let hit = self.chart.hit(&self.stage(), at)?;
        self.chart.grab(hit.index, None).then_some(hit.index)
    }

    /// The pointer moves while it is down.
    pub fn drag(&mut self, at: Point) -> Change {
        let Some((drag, first)) = self.drag else {
            return 0;
        };
        match drag {
            Drag::Pan { from, view } => {
                let by = (at.0 - from.0, at.1 - from.1);
                self.pan_from(view, by);
                PICTURE | OVERLAY
            }
            Drag::Window { edges, from, x } => {
                let stage = self.overview_stage();
                let by = stage.x_at(at.0) - stage.x_at(from);
                let span = match edges {
                    [true, _] => [(x[0] + by).min(x[1]), x[1]],
                    [_, true] => [x[0], (x[1] + by).max(x[0])],
                    _ => x.map(|x| x + by),
                };
                self.show(span, self.view.y);
                PICTURE | OVERLAY
            }
            Drag::Bar { grip } => {
                self.scroll_to(at.1 - grip);
                PICTURE | OVERLAY
            }
            Drag::Thing(index) => {
                if far(first, at) {
                    // The view would go with it.
                    self.moved = true;
                    let to = self.stage().at(at);
                    self.chart.grab(index, Some(to));
                    self.extent = self.chart.extent();
                }
                PICTURE | OVERLAY
            }
            Drag::Brush { from, .. } => {
                if far(first, at) {
                    self.selection = Some(self.range(from, at));
                }
                OVERLAY
            }
        }
    }

    /// Shows the part of y for which the bar begins here.
    fn scroll_to(&mut self, top: f64) {
        let Some(bar) = self.bar() else {
            return;
        };
        let (plot, [first, last]) = (self.plot, self.extent.y);
        let high = self.view.y[1] - self.view.y[0];
        let part = ((top - plot.y) / (plot.h - bar.h)).clamp(0.0, 1.0);
        let from = first + part * (last - first - high);
        self.show(self.view.x, [from, from + high]);
    }

    /// The range between two points.
    fn range(&self, from: Point, to: Point) -> Selection {
        let (stage, plot) = (self.stage(), self.plot);
        let inside = |(x, y): Point| {
            let (x, y) = (
                x.clamp(plot.x, plot.right()),
                y.clamp(plot.y, plot.bottom()),
            );
            stage.at((x, y))
        };
        let (from, to) = (inside(from), inside(to));
        let sorted = |a: f64, b: f64| if a <= b { [a, b] } else { [b, a] };
        let y = match self.gestures().brush {
            Brush::Both => sorted(from.1, to.1),
            _ => self.extent.y,
        };
        let mut x = sorted(from.0, to.0);
        if self.gestures().time {
            // As the value says it: to a millisecond, as dates of JavaScript, or a microsecond.
            let pixel = (self.view.x[1] - self.view.x[0]) / plot.w;
            let unit = if pixel > 1000.0 { 1000.0 } else { 1.0 };
            x = x.map(|x| (x / unit).round() * unit);
        }
        let (x, y) = self.chart.snap(x, y);
        Selection::Range(x, y)
    }

    /// The pointer goes up: a drag ends, or it was a click.
    pub fn release(&mut self, at: Point) -> Change {
        let Some((drag, first)) = self.drag else {
            return 0;
        };
        let change = self.drag(at);
        self.drag = None;
        if far(first, at) {
            return match drag {
                Drag::Brush { .. } => change | VALUE,
                _ => change,
            };
        }
        if matches!(drag, Drag::Window { .. } | Drag::Bar { .. }) {
            return change;
        }
        let hit = self.chart.hit(&self.stage(), at);
        self.choose(hit.map(|hit| hit.index))
    }

    /// Chooses a thing as a click does.
    pub(super) fn choose(&mut self, index: Option<u32>) -> Change {
        let before = self.selection;
        self.focus = index.or(self.focus);
        if let Some(index) = index
            && self.chart.click(index) == Click::Changes
        {
            self.settle();
            return PICTURE | OVERLAY | LAYOUT;
        }
        self.selection = index.map(Selection::Item);
        match before == self.selection {
            true => OVERLAY,
            false => OVERLAY | VALUE,
        }
    }

    /// A drag ends without effect.
    pub fn cancel(&mut self) -> Change {
        match self.drag.take() {
            // As when a finger turns out to scroll the page.
            Some((Drag::Brush { before, .. }, _)) => {
                self.selection = before;
                OVERLAY
            }
            Some((Drag::Pan { view, .. }, _)) => {
                self.show(view.x, view.y);
                PICTURE | OVERLAY
            }
            _ => 0,
        }
    }
}

fn far(a: Point, b: Point) -> bool {
    (a.0 - b.0).abs() >= CLICK || (a.1 - b.1).abs() >= CLICK
}
