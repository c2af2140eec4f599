//! The strip below a graph that says when its nodes were: a lane for each kind that has times, a
//! mark for each of its nodes, which is the node.

use super::NodeLink;
use crate::order::{float, sort_by_number};
use crate::vis::axis::draw::{TIME_ROOM, stripes, time_grid, time_labels};
use crate::vis::axis::zone::{Zone, format_time};
use crate::vis::chart::Hit;
use crate::vis::labels;
use crate::vis::scene::{Anchor, Area, Mark, Point, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::theme::Color;
use crate::vis::timeline::padded;

/// Height of a lane, and of what stands above the strip.
const LANE: f64 = 22.0;
const HEAD: f64 = 22.0;
/// Radius of a mark, and how near to it the pointer must be.
const RADIUS: f64 = 5.0;
const REACH: f64 = 7.0;

/// When nodes were.
pub(super) struct Strip {
    /// Microseconds since 1970 and nodes, the earliest first.
    pub(super) marks: Vec<(f64, u32)>,
    /// The kinds that have a lane, from the top.
    lanes: Vec<u32>,
}

impl Strip {
    /// Of the time of each node and its kind, of so many; those without a time are not in it.
    pub(super) fn new(times: &[Option<i64>], kind_of: &[u32], kinds: usize) -> Self {
        let (mut marks, mut has) = (vec![], vec![false; kinds]);
        for (node, time) in (0..).zip(times) {
            if let Some(time) = time {
                marks.push((*time as f64, node));
                has[kind_of[node as usize] as usize] = true;
            }
        }
        sort_by_number(&mut marks, |(time, _)| float(*time));
        let mut lanes = vec![];
        for (kind, has) in (0..).zip(has) {
            if has {
                lanes.push(kind);
            }
        }
        Self { marks, lanes }
    }

    /// The room that it needs below a graph, in CSS pixels.
    pub(super) fn room(&self) -> f64 {
        match self.lanes.len() {
            0 => HEAD,
            lanes => HEAD + lanes as f64 * LANE + TIME_ROOM,
        }
    }
}

impl NodeLink {
    /// The strip and where it is drawn; none without room for it.
    fn strip<'a>(&self, stage: &Stage<'a>) -> Option<(&Strip, Stage<'a>)> {
        let strip = self
            .strip
            .as_ref()
            .filter(|strip| !strip.lanes.is_empty())?;
        let left = labels::room(&self.lane_names(strip), stage.whole.w);
        let top = stage.plot.bottom() + HEAD;
        let plot = Area {
            x: left,
            y: top,
            w: (stage.whole.w - left - 16.0).max(10.0),
            h: stage.whole.bottom() - TIME_ROOM - top,
        };
        let (first, last) = (strip.marks.first()?, strip.marks.last()?);
        let view = View {
            x: padded([[first.0, last.0]].into_iter()),
            y: [0.0, strip.lanes.len() as f64],
        };
        let stage = Stage {
            plot,
            view,
            ..*stage
        };
        (plot.h >= RADIUS).then_some((strip, stage))
    }

    fn lane_names(&self, strip: &Strip) -> Vec<&str> {
        let kinds = strip.lanes.iter();
        kinds
            .map(|kind| self.parts.kinds[*kind as usize].name.as_str())
            .collect()
    }

    /// The marks that are shown, and where they are.
    fn marks(&self, strip: &Strip, stage: &Stage) -> Vec<(u32, Point)> {
        let mut marks = vec![];
        for &(time, node) in &strip.marks {
            let kind = self.parts.kind_of[node as usize];
            let lane = strip.lanes.iter().position(|own| *own == kind);
            if self.is_shown(node) {
                let y = stage.y(lane.unwrap_or(0) as f64 + 0.5);
                marks.push((node, (stage.x(time), y)));
            }
        }
        marks
    }

    pub(super) fn draw_strip(&self, graph: &Stage, scene: &mut Scene) {
        let Some(times) = &self.strip else {
            return;
        };
        let at = (8.0, graph.plot.bottom() + HEAD / 2.0);
        let quiet = graph.theme.quiet;
        scene.text(at, &self.without_time(times), 11.0, quiet, Anchor::Start);
        let Some((strip, stage)) = self.strip(graph) else {
            return;
        };
        stripes(&stage, scene);
        time_grid(&stage, scene);
        self.draw_times(graph, &|_| true, None, scene);
        labels::draw(&self.lane_names(strip), &stage, scene);
        time_labels(&stage, scene);
        if !self.sought.is_empty() {
            let found: Vec<u32> = self.found().collect();
            let is_found = |node: u32| found.binary_search(&node).is_ok();
            self.draw_times(graph, &is_found, Some(stage.theme.alarm), scene);
        }
    }

    /// How many nodes the strip does not show.
    pub(super) fn without_time(&self, strip: &Strip) -> String {
        let all = self.parts.names.len();
        match all - strip.marks.len() {
            0 => "all nodes have a time".into(),
            without => {
                let mut number = itoa::Buffer::new();
                [
                    number.format(without),
                    " of ",
                    itoa::Buffer::new().format(all),
                    " nodes without a time",
                ]
                .concat()
            }
        }
    }

    /// When the first and the last was, and how many have no time.
    pub(super) fn describe_times(&self, strip: &Strip, zone: &Zone, text: &mut String) {
        if let (Some((first, _)), Some((last, _))) = (strip.marks.first(), strip.marks.last()) {
            for part in [
                "; from ",
                &format_time(*first, 0, zone),
                " to ",
                &format_time(*last, 0, zone),
            ] {
                text.push_str(part);
            }
        }
        text.push_str("; ");
        text.push_str(&self.without_time(strip));
    }

    /// Draws the marks of some nodes, with rings of a colour.
    pub(super) fn draw_times(
        &self,
        stage: &Stage,
        has: &dyn Fn(u32) -> bool,
        ring: Option<Color>,
        scene: &mut Scene,
    ) {
        let Some((strip, stage)) = self.strip(stage) else {
            return;
        };
        for (node, at) in self.marks(strip, &stage) {
            if has(node) {
                let color = self.color(self.parts.kind_of[node as usize], stage.theme);
                scene.marks.push(Mark::Disc(at, RADIUS, color));
                let ring = ring.map(|color| Mark::Ring(at, RADIUS + 1.5, color, 2.0));
                scene.marks.extend(ring);
            }
        }
    }

    /// The node whose mark is at a point.
    pub(super) fn hit_strip(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let (strip, stage) = self.strip(stage)?;
        let mut best: Option<(f64, Hit)> = None;
        let mut count = 0;
        for (index, place) in self.marks(strip, &stage) {
            let away = (place.0 - at.0).hypot(place.1 - at.1);
            if away > REACH {
                continue;
            }
            if best.is_none_or(|(least, _)| away < least) {
                best = Some((
                    away,
                    Hit {
                        index,
                        at: place,
                        more: 0,
                    },
                ));
            }
            count += 1;
        }
        best.map(|(_, hit)| Hit {
            more: count - 1,
            ..hit
        })
    }
}
