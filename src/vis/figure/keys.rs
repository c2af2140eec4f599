//! The keyboard: it moves the view, and goes from thing to thing.

use super::{Change, Figure, LAYOUT, OVERLAY, PICTURE};

impl Figure {
    /// A key was pressed, named as in JavaScript; none of its changes if it is not one of ours.
    pub fn key(&mut self, key: &str) -> Option<Change> {
        let plot = self.plot;
        let middle = (plot.x + plot.w / 2.0, plot.y + plot.h / 2.0);
        let (across, down) = (plot.w / 10.0, plot.h / 10.0);
        Some(match key {
            "ArrowLeft" | "ArrowRight" if !self.gestures().zoom[0] => {
                self.unfold(key == "ArrowRight")
            }
            "ArrowLeft" => self.pan((across, 0.0)),
            "ArrowRight" => self.pan((-across, 0.0)),
            "ArrowUp" if self.gestures().zoom[1] => self.pan((0.0, down)),
            "ArrowDown" if self.gestures().zoom[1] => self.pan((0.0, -down)),
            "PageUp" if self.gestures().zoom[1] => self.pan((0.0, plot.h)),
            "PageDown" if self.gestures().zoom[1] => self.pan((0.0, -plot.h)),
            "+" | "=" => self.zoom(0.5, middle),
            "-" | "_" => self.zoom(2.0, middle),
            "0" | "Home" => self.reset(),
            "n" | "." => self.step(true),
            "p" | "," => self.step(false),
            "Enter" | " " => self.choose(self.focus),
            // What lies above goes first.
            "Escape" if self.hover.is_some() => self.hover(None),
            "Escape" if self.selection.is_some() || self.focus.is_some() => {
                self.focus = None;
                self.choose(None)
            }
            _ => return None,
        })
    }

    /// Opens or closes what has the focus.
    fn unfold(&mut self, open: bool) -> Change {
        let index = self.focus;
        let Some(focus) = index.and_then(|index| self.chart.unfold(index, open)) else {
            return 0;
        };
        self.focus = Some(focus);
        self.settle();
        self.reveal() | LAYOUT
    }

    fn step(&mut self, forward: bool) -> Change {
        let next = self.chart.step(&self.stage(), self.focus, forward);
        self.focus = next.or(self.focus);
        self.reveal()
    }

    /// Moves the view so that what has the focus is seen, and points at it.
    pub(super) fn reveal(&mut self) -> Change {
        let Some(index) = self.focus else {
            return 0;
        };
        let stage = self.stage();
        let Some(mut hit) = self.chart.place(&stage, index) else {
            return 0;
        };
        let plot = stage.plot;
        let (mut dx, mut dy) = (0.0, 0.0);
        if hit.at.0 < plot.x || hit.at.0 > plot.right() {
            dx = plot.x + plot.w / 2.0 - hit.at.0;
        }
        if hit.at.1 < plot.y || hit.at.1 > plot.bottom() {
            dy = plot.y + plot.h / 2.0 - hit.at.1;
        }
        if dx != 0.0 || dy != 0.0 {
            self.pan((dx, dy));
            hit = self.chart.place(&self.stage(), index).unwrap_or(hit);
        }
        self.hover = Some(hit);
        PICTURE | OVERLAY
    }
}
