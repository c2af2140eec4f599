//! Names beside nodes, where there is room: a grid of cells says what is taken.

use crate::vis::scene::{Anchor, Area, Point, Scene};
use crate::vis::stage::Stage;
use crate::vis::text;

/// Height of the font.
const SIZE: f64 = 11.0;
/// The longest name, in CSS pixels.
const MOST: f64 = 170.0;
/// A cell, in CSS pixels.
const CELL: (f64, f64) = (6.0, 5.0);

/// Which parts of a plot are taken.
pub(super) struct Grid {
    plot: Area,
    across: usize,
    down: usize,
    /// 0 where a cell is free, 1 where a label may be if it must, 2 where it must not.
    taken: Vec<u8>,
}

impl Grid {
    pub(super) fn new(plot: Area) -> Self {
        let across = (plot.w / CELL.0).ceil() as usize;
        let down = (plot.h / CELL.1).ceil() as usize;
        Self {
            plot,
            across,
            down,
            taken: vec![0; across * down],
        }
    }

    fn cells(&self, area: Area) -> impl Iterator<Item = usize> + use<> {
        let span = |from: f64, to: f64, most: usize| {
            let (from, to) = (from.floor().max(0.0), to.ceil().max(0.0));
            (from as usize).min(most)..(to as usize).min(most)
        };
        let x = (area.x - self.plot.x) / CELL.0;
        let y = (area.y - self.plot.y) / CELL.1;
        let columns = span(x, x + area.w / CELL.0, self.across);
        let across = self.across;
        span(y, y + area.h / CELL.1, self.down)
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    /// Takes an area.
    pub(super) fn take(&mut self, area: Area, level: u8) {
        for cell in self.cells(area) {
            self.taken[cell] = self.taken[cell].max(level);
        }
    }

    fn is_free(&self, area: Area, most: u8) -> bool {
        let plot = self.plot;
        area.x >= plot.x
            && area.y >= plot.y
            && area.right() <= plot.right()
            && area.bottom() <= plot.bottom()
            && self.cells(area).all(|cell| self.taken[cell] <= most)
    }

    /// Writes a name right or left of a node, below or above it, if there is room; true if it did.
    /// Where there is none else, it may be on what is taken up to `most`.
    pub(super) fn label(
        &mut self,
        (x, y): Point,
        radius: f64,
        (name, most): (&str, u8),
        stage: &Stage,
        scene: &mut Scene,
    ) -> bool {
        let name = text::shorten(name, SIZE, MOST.min(stage.plot.w * 0.4));
        let (w, h, away) = (text::width(&name, SIZE), SIZE + 2.0, radius + 3.0);
        let places = [
            (x + away, y, 0.0, Anchor::Start),
            (x - away, y, w, Anchor::End),
            (x, y + away + h / 2.0 - 1.0, w / 2.0, Anchor::Middle),
            (x, y - away - h / 2.0 + 1.0, w / 2.0, Anchor::Middle),
        ];
        for place in 0..2 * places.len() {
            let (x, y, before, anchor) = places[place % places.len()];
            let most = if place < places.len() { 0 } else { most };
            let area = Area {
                x: x - before,
                y: y - h / 2.0,
                w,
                h,
            };
            if !name.is_empty() && self.is_free(area, most) {
                self.take(area, 2);
                scene.fill(area, stage.theme.ground.fade(0.6));
                scene.text((x, y), &name, SIZE, stage.theme.ink, anchor);
                return true;
            }
        }
        false
    }
}

/// The square in a disc that a name must not cover: its rim may touch one.
pub(super) fn around((x, y): Point, radius: f64) -> Area {
    let radius = (radius - 3.0).max(0.0);
    let side = radius * 2.0;
    Area {
        x: x - radius,
        y: y - radius,
        w: side,
        h: side,
    }
}
