//! The picture as it should be in a report: with what stands around it in a page.

use super::Figure;
use crate::vis::chart::Entry;
use crate::vis::paint::{SVG_SCALE, to_svg};
use crate::vis::scene::{Anchor, Area, Mark, Scene};
use crate::vis::text;

/// Room for the title, and for a row of the legend.
const TITLE: f64 = 30.0;
const LEGEND_ROW: f64 = 20.0;
/// Height of the font of titles.
const TITLE_SIZE: f64 = 15.0;
/// Height of the font of legends.
const LEGEND_SIZE: f64 = 12.0;
/// The longest name in a legend.
const LEGEND_MOST: f64 = 180.0;

impl Figure {
    /// The whole as it should be in a report: with title and legend.
    pub fn export(&self) -> Scene {
        let (mut scene, overlay) = (self.picture(), self.overlay());
        scene.marks.extend(overlay.marks);
        let legend = self.legend();
        let places = legend_places(&legend, self.width);
        let rows = places.last().map_or(0.0, |&(_, row)| row + 1.0);
        let title = if self.frame.title.is_empty() {
            0.0
        } else {
            TITLE
        };
        let head = title + rows * LEGEND_ROW;
        if head == 0.0 {
            return scene;
        }
        let mut whole = Scene::new(scene.width, scene.height + head, self.scale);
        let theme = self.theme();
        whole.marks = scene.marks;
        shift(&mut whole.marks, head, self.scale);
        whole.fill(
            Area {
                x: 0.0,
                y: 0.0,
                w: whole.width,
                h: head,
            },
            theme.ground,
        );
        let shown = text::shorten(&self.frame.title, TITLE_SIZE, self.width - 24.0);
        whole.text(
            (12.0, TITLE / 2.0 + 2.0),
            &shown,
            TITLE_SIZE,
            theme.ink,
            Anchor::Start,
        );
        for (entry, (x, row)) in legend.iter().zip(places) {
            let y = title + (row + 0.5) * LEGEND_ROW;
            let color = if entry.shown { entry.color } else { theme.line };
            whole.fill(
                Area {
                    x,
                    y: y - 5.0,
                    w: 10.0,
                    h: 10.0,
                },
                color,
            );
            let name = text::shorten(&entry.name, LEGEND_SIZE, LEGEND_MOST);
            whole.text((x + 15.0, y), &name, LEGEND_SIZE, theme.ink, Anchor::Start);
        }
        whole
    }

    /// The picture as SVG, for reports and where nothing can be drawn.
    pub fn to_svg(&mut self, width: Option<f64>) -> String {
        let before = (self.width, self.scale);
        while self.chart.tick() {}
        self.resize(width.unwrap_or(before.0), SVG_SCALE, self.dark);
        let svg = to_svg(&self.export(), &self.describe());
        self.resize(before.0, before.1, self.dark);
        svg
    }
}

/// Where the entries stand, in rows.
fn legend_places(legend: &[Entry], width: f64) -> Vec<(f64, f64)> {
    let (mut x, mut row) = (12.0, 0.0);
    let place = |entry: &Entry| {
        let wide = 33.0 + text::width(&entry.name, LEGEND_SIZE).min(LEGEND_MOST);
        if x > 12.0 && x + wide > width {
            (x, row) = (12.0, row + 1.0);
        }
        let at = (x, row);
        x += wide;
        at
    };
    legend.iter().map(place).collect()
}

/// Moves marks down.
fn shift(marks: &mut [Mark], by: f64, scale: f64) {
    let device = (by * scale).round();
    for mark in marks {
        match mark {
            Mark::Fill(area, _) | Mark::Outline(area, ..) => area.y += by,
            Mark::Line(points, ..) | Mark::Polygon(points, _) => {
                points.iter_mut().for_each(|(_, y)| *y += by);
            }
            Mark::Disc((_, y), ..) | Mark::Ring((_, y), ..) => *y += by,
            Mark::Text(text) => text.at.1 += by,
            Mark::Columns(columns) => {
                for span in &mut columns.spans {
                    span.top += device as f32;
                    span.bottom += device as f32;
                }
            }
            Mark::Segments(lines) => {
                let ends = lines.at.iter_mut().flatten();
                ends.for_each(|(_, y)| *y += device as f32);
            }
            Mark::Dots(dots) => dots.at.iter_mut().for_each(|(_, y)| *y += device as i32),
        }
    }
}
