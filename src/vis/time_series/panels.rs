//! The panels of a time series: what each shows, where, and how it is drawn.

use super::{TimeSeries, UNUSUAL, color};
use crate::order::sort_by_number;
use crate::vis::axis::draw::{LABEL, left, say};
use crate::vis::scene::{Anchor, Area, Scene};
use crate::vis::series::{ValueKind, axis, left_room};
use crate::vis::stage::{Stage, View};
use crate::vis::tables::row_fields;
use crate::vis::text;

/// A part of the plot with an axis of values of its own.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    pub(super) lane: usize,
    /// Which of parts is drawn: the first stands for those that belong to it.
    pub(super) part: usize,
    /// Where it begins, and how high it is with its name, in CSS pixels of [`Chart::height`].
    pub(super) top: f64,
    pub(super) high: f64,
    pub(super) y: [f64; 2],
    pub(super) name: String,
}

/// Height of panels: of one series, of one of several, of a part of it.
const ALONE: f64 = 240.0;
const ONE: f64 = 130.0;
const PART: f64 = 90.0;
/// Room for the name of a panel.
pub(super) const NAME: f64 = 20.0;
const MOST_PANELS: usize = 12;
/// Width of bars and circles.
const WIDEST: f64 = 40.0;

impl TimeSeries {
    /// Makes a panel for each of the series with most anomalies, and for each of their parts.
    pub(super) fn arrange(&mut self) {
        let parts: Vec<usize> = (2..5).filter(|part| self.is_shown(*part)).collect();
        let mut lanes: Vec<usize> = (0..self.lanes.len()).collect();
        sort_by_number(&mut lanes, |lane| {
            u64::MAX - self.unusual_of(*lane).len() as u64
        });
        lanes.truncate((MOST_PANELS / (1 + parts.len())).max(1));
        let main = if lanes.len() > 1 { ONE } else { ALONE };
        let bars = matches!(self.kind, ValueKind::Bar | ValueKind::Vbar);
        self.panels = Vec::new();
        let mut top = 0.0;
        for &lane in &lanes {
            for part in [0].into_iter().chain(parts.iter().copied()) {
                let high = NAME + if part == 0 { main } else { PART };
                let both = if part == 0 { 0..2 } else { part..part + 1 };
                let range = self.lanes.range(lane);
                let values = both
                    .filter(|part| self.is_shown(*part))
                    .filter_map(|part| self.parts[part].as_ref());
                let ends = values.map(|values| values.min_max(range.start, range.end));
                let ends = ends.fold([f64::INFINITY, f64::NEG_INFINITY], |a, b| {
                    [a[0].min(b[0]), a[1].max(b[1])]
                });
                let mut name = self.lanes.names[lane].clone();
                if name.is_empty() || part > 0 {
                    name.push_str(if name.is_empty() { "" } else { " · " });
                    name.push_str(&self.columns[part]);
                }
                let y = axis(ends, bars && part == 0);
                self.panels.push(Panel {
                    lane,
                    part,
                    top,
                    high,
                    y,
                    name,
                });
                top += high;
            }
        }
        let rooms = self
            .panels
            .iter()
            .map(|panel| left_room(panel.y, panel.high - NAME));
        self.left = rooms.fold(24.0, f64::max);
    }

    /// The height of all panels, in CSS pixels.
    pub(super) fn high(&self) -> f64 {
        self.panels
            .last()
            .map_or(ALONE, |last| last.top + last.high)
    }

    /// The stage of a panel.
    pub(super) fn inner<'a>(&self, panel: &Panel, stage: &Stage<'a>) -> Stage<'a> {
        let (plot, part) = (stage.plot, stage.plot.h / self.high());
        Stage {
            plot: Area {
                y: plot.y + panel.top * part + NAME,
                h: (panel.high * part - NAME).max(1.0),
                ..plot
            },
            view: View {
                x: stage.view.x,
                y: panel.y,
            },
            ..*stage
        }
    }

    pub(super) fn draw_panel(&self, panel: &Panel, stage: &Stage, scene: &mut Scene) {
        left(stage, true, scene);
        if self.shown[UNUSUAL] {
            self.draw_periods(panel.lane, stage, scene);
        }
        let both = if panel.part == 0 {
            0..2
        } else {
            panel.part..panel.part + 1
        };
        for part in both.filter(|part| self.shown[*part]) {
            let kind = if part == 0 {
                self.kind
            } else {
                ValueKind::Line
            };
            let color = color(part, stage.theme);
            let color = if kind == ValueKind::Line {
                color
            } else {
                color.fade(0.7)
            };
            let wide = if kind == ValueKind::Circle {
                6.0
            } else {
                WIDEST
            };
            if let Some(series) = self.series(panel.lane, part, stage) {
                series.draw(kind, wide, color, scene);
            }
        }
    }

    /// From a bin before the first of anomalies that are at most two bins apart to one after the
    /// last, as [`crate::analysis::anomaly_periods`] has them.
    fn draw_periods(&self, lane: usize, stage: &Stage, scene: &mut Scene) {
        let plot = stage.plot;
        let time = |at: usize| self.lanes.times[at];
        let unusual = self.unusual_of(lane);
        let near = |a: &(u32, bool), b: &(u32, bool)| {
            time(b.0 as usize) - time(a.0 as usize) <= self.bin * 2.0
        };
        let mut end = plot.x;
        for period in unusual.chunk_by(near) {
            let (first, last) = (period[0].0 as usize, period[period.len() - 1].0 as usize);
            let from = stage.x(time(first) - self.bin).max(end);
            let to = stage
                .x(time(last) + self.bin)
                .clamp(from, plot.right().max(from));
            // Not two for a pixel.
            if to - from >= 0.5 && from < plot.right() {
                let area = Area {
                    x: from,
                    w: to - from,
                    ..plot
                };
                scene.fill(area, stage.theme.alarm.fade(0.1));
                end = to;
            }
        }
    }

    /// Names, labels and what is unusual, which lie over the mask.
    pub(super) fn draw_over(&self, panel: &Panel, stage: &Stage, scene: &mut Scene) {
        let (theme, plot) = (stage.theme, stage.plot);
        left(stage, false, scene);
        scene.line(
            (plot.x, plot.bottom()),
            (plot.right(), plot.bottom()),
            theme.line,
        );
        let name = text::shorten(&panel.name, LABEL, plot.w * 0.6);
        scene.text(
            (plot.x, plot.y - 9.0),
            &name,
            LABEL,
            theme.ink,
            Anchor::Start,
        );
        let Some(series) = self.series(panel.lane, panel.part, stage) else {
            return;
        };
        if self.shown[panel.part] {
            series.infinite(color(panel.part, theme), scene);
        }
        if self.shown[UNUSUAL] && panel.part == 0 {
            let seen = self.lanes.between(panel.lane, stage.view.x);
            let unusual = self.unusual_of(panel.lane).iter().copied();
            let seen = unusual.filter(|(event, _)| seen.contains(&(*event as usize)));
            series.triangles(seen, theme.alarm, scene);
        }
        let range = self.lanes.range(panel.lane);
        let [least, most] = series.values.min_max(range.start, range.end);
        if least > most && panel.part == 0 {
            let row = self.lanes.rows.get(range.start).copied();
            let found = row.and_then(|row| self.tables.find(row));
            let why = found.and_then(|(table, row)| {
                row_fields(table, row, &["Problem".into()], stage.zone).pop()
            });
            let why = why.map_or("no values".into(), |(_, why)| why);
            say(stage, &text::shorten(&why, 14.0, plot.w - 8.0), scene);
        }
    }
}
