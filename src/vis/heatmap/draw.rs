//! Draws cells, the bars beside them, and what their colours mean.

use super::Heatmap;
use crate::vis::axis::draw::LABEL;
use crate::vis::axis::number::format_number;
use crate::vis::cells::places;
use crate::vis::scene::{Anchor, Area, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::text;
use crate::vis::theme::Color;

/// Room for what is measured and the scale, and for bars of sums.
pub(super) const HEAD: f64 = 24.0;
pub(super) const BARS: f64 = 26.0;
const SCALE: f64 = 90.0;
/// Height of the font of numbers in cells.
const NUMBER: f64 = 11.0;

impl Heatmap {
    pub(super) fn draw_cells(&self, stage: &Stage, scene: &mut Scene) {
        let View { x, y } = stage.view;
        let (w, h) = (stage.plot.w / (x[1] - x[0]), stage.plot.h / (y[1] - y[0]));
        let gap = if w.min(h) > 5.0 { 1.0 } else { 0.0 };
        let span = self.span().unwrap_or_default();
        // All have their numbers, or none; of many cells, none have room.
        let fits = |cell: &(u32, f64)| text::width(&format_number(cell.1), NUMBER) + 4.0 <= w;
        let mut there = self.cells.iter().filter(|cell| cell.0 > 0);
        let numbers = h >= 14.0 && w >= NUMBER && there.all(fits);
        for column in places(x, self.names[0].len()) {
            for row in places(y, self.names[1].len()) {
                let (rows, value) = self.cells[self.cell(column, row)];
                let (left, top) = (stage.x(column as f64), stage.y(row as f64));
                let area = Area {
                    x: left,
                    y: top,
                    w: w - gap,
                    h: h - gap,
                };
                if rows == 0 {
                    scene.fill(area, stage.theme.stripe);
                    continue;
                }
                let color = match value.is_nan() {
                    true => stage.theme.line,
                    false => stage.theme.ramp(part(span, value)),
                };
                scene.fill(area, color);
                if numbers {
                    let label = format_number(value);
                    let at = (left + w / 2.0, top + h / 2.0);
                    scene.text(at, &label, NUMBER, on(color), Anchor::Middle);
                }
            }
        }
    }

    /// Bars of the rows of each column above the plot, and of each row right of it.
    pub(super) fn draw_sums(&self, stage: &Stage, scene: &mut Scene) {
        let (plot, View { x, y }) = (stage.plot, stage.view);
        let count = |column: usize, row: usize| f64::from(self.cells[self.cell(column, row)].0);
        let [columns, rows] = [0, 1].map(|axis| 0..self.names[axis].len());
        let above = columns
            .clone()
            .map(|column| rows.clone().map(|row| count(column, row)).sum());
        let beside = rows
            .clone()
            .map(|row| columns.clone().map(|column| count(column, row)).sum());
        let (above, beside): (Vec<f64>, Vec<f64>) = (above.collect(), beside.collect());
        let high = |sums: &[f64], place: usize| {
            let most = sums.iter().copied().fold(1.0, f64::max);
            sums[place] / most * (BARS - 6.0)
        };
        let color = stage.theme.quiet.fade(0.55);
        for column in places(x, above.len()) {
            let [left, right] =
                [column, column + 1].map(|x| stage.x(x as f64).clamp(plot.x, plot.right()));
            let h = high(&above, column);
            scene.fill(
                Area {
                    x: left,
                    y: plot.y - 3.0 - h,
                    w: (right - left - 1.0).max(0.0),
                    h,
                },
                color,
            );
        }
        for row in places(y, beside.len()) {
            let [top, bottom] =
                [row, row + 1].map(|y| stage.y(y as f64).clamp(plot.y, plot.bottom()));
            let w = high(&beside, row);
            scene.fill(
                Area {
                    x: plot.right() + 3.0,
                    y: top,
                    w,
                    h: (bottom - top - 1.0).max(0.0),
                },
                color,
            );
        }
    }

    /// What is shown, and the colours from least to most.
    pub(super) fn draw_head(&self, stage: &Stage, scene: &mut Scene) {
        const SHADES: usize = 30;
        let (quiet, y) = (stage.theme.quiet, HEAD / 2.0);
        let name = [&self.measured(), " by hour, ", &self.zone.name].concat();
        let mut free = stage.whole.right() - 12.0;
        if let Some([least, most]) = self.span() {
            let (least, most) = (format_number(least), format_number(most));
            // Over the cells, if those are few.
            let need = text::width(&[&name, &least, &most[..]].concat(), LABEL) + SCALE + 40.0;
            free = free.min(need.max(stage.plot.right() + BARS));
            scene.text((free, y), &most, LABEL, quiet, Anchor::End);
            free -= text::width(&most, LABEL) + 6.0 + SCALE;
            for shade in 0..SHADES {
                let w = SCALE / SHADES as f64;
                let area = Area {
                    x: free + shade as f64 * w,
                    y: y - 5.0,
                    w,
                    h: 10.0,
                };
                scene.fill(area, stage.theme.ramp(shade as f64 / (SHADES - 1) as f64));
            }
            free -= 6.0;
            scene.text((free, y), &least, LABEL, quiet, Anchor::End);
            free -= text::width(&least, LABEL);
        }
        let name = text::shorten(&name, LABEL, free - 16.0);
        scene.text((4.0, y), &name, LABEL, quiet, Anchor::Start);
    }
}

/// Which part of the way from least to most a value is.
fn part([least, most]: [f64; 2], value: f64) -> f64 {
    let part = (value - least) / (most - least);
    // Where all are equal, they are the most.
    if part.is_nan() { 1.0 } else { part }
}

/// A colour that is read on another.
pub(super) fn on(color: Color) -> Color {
    let (r, g, b) = color.rgb;
    // Luma of ITU-R BT.601.
    let luma = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    Color::hex(if luma > 105.0 { 0 } else { 0xff_ff_ff })
}
