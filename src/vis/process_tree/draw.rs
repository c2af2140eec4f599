//! A line for each process that is seen, and the lines between them.

use super::super::axis::draw::{LABEL, mask, say};
use super::super::scene::{Anchor, Area, Mark, Point, Scene, Text};
use super::super::stage::Stage;
use super::super::text;
use super::super::theme::Color;
use super::ProcessTree;
use crate::transform::process_tree::NONE;

/// Height of a line.
pub(super) const ROW: f64 = 22.0;
/// How far children stand to the right of their parent, at most and at least.
const STEP: f64 = 18.0;
const LEAST_STEP: f64 = 5.0;
/// The part of the width that depth may take.
const DEEP: f64 = 0.4;
/// Room for the colour, and for the triangle.
const BAR: f64 = 5.0;
const TRIANGLE: f64 = 16.0;
/// From this width on there is a column of times.
const TIMED: f64 = 700.0;
const TIME: f64 = 128.0;
const NAME: f64 = 13.0;
/// How much wider bold letters are.
const BOLD: f64 = 1.12;
/// Lines are drawn from no more than so many processes above the first that is seen.
const MOST_ABOVE: usize = 256;

/// A text in a line, and where the next one begins.
struct Pen<'a> {
    scene: &'a mut Scene,
    x: f64,
    y: f64,
    right: f64,
    alpha: f64,
}

impl Pen<'_> {
    fn write(&mut self, words: &str, size: f64, color: Color, bold: bool, most: f64) {
        let wider = if bold { BOLD } else { 1.0 };
        let room = (self.right - self.x).min(most) / wider;
        let words = text::shorten(words, size, room);
        if words.is_empty() {
            return;
        }
        let wide = text::width(&words, size) * wider;
        self.scene.marks.push(Mark::Text(Text {
            at: (self.x, self.y),
            text: words,
            size,
            color: color.fade(self.alpha),
            anchor: Anchor::Start,
            bold,
            upwards: false,
        }));
        self.x += wide + 8.0;
    }

    /// A time, at the end of the line.
    fn write_right(&mut self, words: &str, color: Color) {
        let at = (self.right, self.y);
        let words = text::shorten(words, LABEL, TIME);
        if !words.is_empty() {
            self.scene
                .text(at, &words, LABEL, color.fade(self.alpha), Anchor::End);
        }
        self.right -= TIME + 12.0;
    }
}

impl ProcessTree {
    /// Where the triangle of a depth is.
    pub(super) fn indent(&self, stage: &Stage, depth: u32) -> f64 {
        let room = stage.plot.w * DEEP;
        let step = (room / f64::from(self.outline.deepest.max(2) - 1)).clamp(LEAST_STEP, STEP);
        let deep = (f64::from(depth.max(1) - 1) * step).min(room);
        stage.plot.x + BAR + 3.0 + deep
    }

    /// The middle of a line.
    pub(super) fn line_y(stage: &Stage, line: usize) -> f64 {
        stage.plot.y + (line as f64 + 0.5 - stage.view.y[0]) * ROW
    }

    /// The lines that are seen, also in part.
    pub(super) fn seen(&self, stage: &Stage) -> std::ops::Range<usize> {
        let from = stage.view.y[0].max(0.0);
        let to = ((from + stage.plot.h / ROW).ceil() as usize).min(self.outline.shown.len());
        (from as usize).min(to)..to
    }

    pub(super) fn draw_all(&self, stage: &Stage, scene: &mut Scene) {
        let seen = self.seen(stage);
        if seen.is_empty() {
            return say(stage, "no processes", scene);
        }
        self.draw_elbows(stage, seen.clone(), scene);
        for line in seen {
            self.draw_line(stage, line, scene);
        }
        mask(stage, scene);
    }

    /// From each process that is seen, or above those, down to its last child, and from there to
    /// each child.
    fn draw_elbows(&self, stage: &Stage, seen: std::ops::Range<usize>, scene: &mut Scene) {
        let (outline, plot) = (&self.outline, stage.plot);
        let color = stage.theme.quiet.fade(0.45);
        let nodes = &outline.shown[seen.clone()];
        let up = |node: &u32| Some(outline.parents[*node as usize]).filter(|node| *node != NONE);
        let above = nodes.first().and_then(up);
        let above = std::iter::successors(above, up).take(MOST_ABOVE);
        for node in above.chain(nodes.iter().copied()) {
            let of = node as usize;
            let last = outline.last[of];
            if !outline.open[of] || last == NONE {
                continue;
            }
            let (Some(from), Some(to)) = (outline.line(node), outline.line(last)) else {
                continue;
            };
            let x = self.indent(stage, outline.depths[of]) + TRIANGLE / 2.0 - 2.0;
            let top = (Self::line_y(stage, from) + 7.0).max(plot.y);
            let bottom = Self::line_y(stage, to).min(plot.bottom());
            if top < bottom {
                scene.line((x, top), (x, bottom), color);
            }
        }
        for (line, node) in seen.zip(nodes) {
            let of = *node as usize;
            let (Some(parent), y) = (up(node), Self::line_y(stage, line)) else {
                continue;
            };
            let from = self.indent(stage, outline.depths[parent as usize]) + TRIANGLE / 2.0 - 2.0;
            let reach = if outline.below(of) > 0 {
                0.0
            } else {
                TRIANGLE - 3.0
            };
            let to = self.indent(stage, outline.depths[of]) + reach;
            if to > from && y > plot.y && y < plot.bottom() {
                scene.line((from, y), (to, y), color);
            }
        }
    }

    /// The colour of a process and that of what is found, behind its line; whether it is faint.
    fn draw_ground(&self, stage: &Stage, node: usize, (x, y): Point, scene: &mut Scene) -> bool {
        let (theme, plot) = (stage.theme, stage.plot);
        let (y, h) = (y - ROW / 2.0, ROW);
        let found = self.found.get(node).copied();
        if found == Some(true) {
            let x = x + TRIANGLE - 4.0;
            let w = plot.right() - x;
            scene.fill(Area { x, y, w, h }, theme.accent.fade(0.13));
        }
        let group = self.legend.of_rows.get(self.outline.rows[node] as usize);
        let Some(shown) = group.and_then(|group| self.legend.shown.get(*group as usize)) else {
            return found == Some(false);
        };
        if let (true, Some(group)) = (shown, group) {
            let (x, y, w, h) = (plot.x, y + 1.0, BAR, h - 2.0);
            let color = self.legend.color(*group as usize, theme);
            scene.fill(Area { x, y, w, h }, color);
        }
        found == Some(false) || !shown
    }

    fn draw_line(&self, stage: &Stage, line: usize, scene: &mut Scene) {
        let theme = stage.theme;
        let node = self.outline.shown[line] as usize;
        let row = self.outline.rows[node] as usize;
        let below = self.outline.below(node);
        let (x, y) = (
            self.indent(stage, self.outline.depths[node]),
            Self::line_y(stage, line),
        );
        let faint = self.draw_ground(stage, node, (x, y), scene);
        self.draw_triangle(node, (x, y), theme.quiet, scene);
        let mut pen = Pen {
            scene,
            x: x + TRIANGLE,
            y,
            right: stage.plot.right() - 4.0,
            alpha: if faint { 0.5 } else { 1.0 },
        };
        let cell = |column: &Option<String>| self.text(column.as_ref(), row, stage.zone);
        if stage.whole.w >= TIMED && self.schema.time_stamp.is_some() {
            let time = cell(&self.schema.time_stamp);
            pen.write_right(time.split('.').next().unwrap_or_default(), theme.quiet);
        }
        let inferred = self.is_inferred(row);
        let ink = if inferred { theme.quiet } else { theme.ink };
        let room = pen.right - pen.x;
        pen.write(&self.name(row), NAME, ink, true, room * 0.6);
        pen.write(&self.pid(row), LABEL, theme.quiet, false, 110.0);
        if below > 0 && !self.outline.open[node] {
            let more = ["+", itoa::Buffer::new().format(below)].concat();
            pen.write(&more, LABEL, theme.accent, true, f64::MAX);
        }
        if self.hosts && self.outline.depths[node] == 1 {
            let host = cell(&self.schema.host_name_column);
            pen.write(&host, LABEL, theme.ink, false, room * 0.35);
        }
        let command = match inferred {
            true => "not in this log".into(),
            false => cell(&self.schema.cmd_line),
        };
        if pen.right - pen.x > if inferred { 90.0 } else { 36.0 } {
            pen.write(&command, LABEL, theme.quiet, false, f64::MAX);
        }
    }

    fn draw_triangle(&self, node: usize, (x, y): (f64, f64), color: Color, scene: &mut Scene) {
        if self.outline.below(node) == 0 {
            return;
        }
        let (x, r) = (x + TRIANGLE / 2.0 - 2.0, 4.0);
        let corners = match self.outline.open[node] {
            true => vec![
                (x - r - 1.0, y - r / 2.0),
                (x + r + 1.0, y - r / 2.0),
                (x, y + r),
            ],
            false => vec![
                (x - r / 2.0, y - r - 1.0),
                (x + r, y),
                (x - r / 2.0, y + r + 1.0),
            ],
        };
        scene.marks.push(Mark::Polygon(corners, color));
    }

    /// Whether a point is on the triangle of a process.
    pub(super) fn on_triangle(&self, stage: &Stage, node: usize, x: f64) -> bool {
        let from = self.indent(stage, self.outline.depths[node]);
        self.outline.below(node) > 0 && x >= from - 4.0 && x < from + TRIANGLE
    }
}
