//! How nodes and links are drawn.

use super::NodeLink;
use super::labels::{Grid, around};
use crate::vis::chart::{Chart, Hit};
use crate::vis::scene::{Area, Dots, Mark, Point, Scene, Segments};
use crate::vis::stage::Stage;
use crate::vis::theme::Color;

/// Edges are drawn in so many widths.
const WIDTHS: usize = 4;
/// Nodes are smaller in a plot of fewer square CSS pixels.
const ROOM: f64 = 400_000.0;
/// Nodes that are tried for labels, and room that each label has, in square CSS pixels.
const TRIED: usize = 3000;
const LABEL_ROOM: f64 = 7000.0;
/// So many of the largest nodes are not covered by labels, but by those of hubs, of which there
/// are so many at most, each so much larger than the smallest node.
const KEPT_FREE: usize = 500;
const HUBS: usize = 12;
const HUB: f64 = 1.3;
/// Length of an arrow's head, in CSS pixels, and how far its ends are from the edge, of that. Of
/// more edges than this, no heads are drawn.
const HEAD: f64 = 6.0;
const HEAD_HALF: f64 = 0.5;
const MOST_HEADS: usize = 3000;

impl NodeLink {
    pub(super) fn at(&self, stage: &Stage, node: u32) -> Point {
        let [x, y] = self.layout.positions()[node as usize];
        (stage.x(x.into()), stage.y(y.into()))
    }

    /// Nodes grow when one looks at a part of them, but less than what is between them.
    pub(super) fn radius(&self, stage: &Stage, node: u32) -> f64 {
        let [from, to] = self.extent().x;
        let part = (to - from) / (stage.view.x[1] - stage.view.x[0]);
        let room = (stage.plot.w * stage.plot.h / ROOM).sqrt().clamp(0.6, 1.0);
        let grown = self.radii[node as usize] * room * part.sqrt().clamp(1.0, 4.0);
        grown.min(super::MOST_RADIUS)
    }

    /// A line between two nodes, in device pixels; none outside the plot.
    fn segment(&self, stage: &Stage, (a, b): (u32, u32)) -> Option<[(f32, f32); 2]> {
        let plot = stage.plot;
        let (a, b) = (self.at(stage, a), self.at(stage, b));
        let beside = a.0.max(b.0) < plot.x || a.0.min(b.0) > plot.right();
        let above = a.1.max(b.1) < plot.y || a.1.min(b.1) > plot.bottom();
        let device = |(x, y): Point| ((x * stage.scale) as f32, (y * stage.scale) as f32);
        (!beside && !above).then(|| [device(a), device(b)])
    }

    /// The two lines of an arrow's head at the rim of its second node, for edges that are longer.
    fn head(&self, stage: &Stage, (a, b): (u32, u32), width: f64) -> Option<[[(f32, f32); 2]; 2]> {
        let (from, to) = (self.at(stage, a), self.at(stage, b));
        let long = (to.0 - from.0).hypot(to.1 - from.1);
        let (along, rim) = (HEAD + width, self.radius(stage, b) + 1.0);
        if long < rim + self.radius(stage, a) + along {
            return None;
        }
        let (x, y) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
        let (tip, half) = ((to.0 - x * rim, to.1 - y * rim), along * HEAD_HALF);
        let device = |x: f64, y: f64| ((x * stage.scale) as f32, (y * stage.scale) as f32);
        Some([half, -half].map(|half| {
            let end = device(tip.0 - x * along - y * half, tip.1 - y * along + x * half);
            [end, device(tip.0, tip.1)]
        }))
    }

    /// Adds the heads of edges that have a direction.
    fn draw_heads(
        &self,
        stage: &Stage,
        edges: &[(u32, u32)],
        width: f64,
        color: Color,
        scene: &mut Scene,
    ) {
        if !self.parts.directed || self.parts.edges.len() > MOST_HEADS {
            return;
        }
        let seen = edges
            .iter()
            .filter(|edge| self.segment(stage, **edge).is_some());
        let heads = seen.filter_map(|edge| self.head(stage, *edge, width));
        scene.marks.push(Mark::Segments(Segments {
            at: heads.flatten().collect(),
            width: 1.5 * stage.scale,
            color,
        }));
    }

    pub(super) fn draw_edges(&self, stage: &Stage, scene: &mut Scene) {
        let weights = self.parts.weights.as_deref().unwrap_or(&[]);
        let most = weights.iter().copied().fold(0.0, f32::max);
        let mut layers = vec![vec![]; WIDTHS];
        for (i, &(a, b)) in self.parts.edges.iter().enumerate() {
            if a == b || !self.is_shown(a) || !self.is_shown(b) {
                continue;
            }
            let part = weights.get(i).map_or(0.0, |weight| (weight / most).sqrt());
            let layer = ((part * WIDTHS as f32) as usize).min(WIDTHS - 1);
            layers[layer].push((a, b));
        }
        let alpha = if self.parts.edges.len() > 2000 {
            0.3
        } else {
            0.55
        };
        for (width, edges) in (1..).zip(layers) {
            let (width, color) = (f64::from(width), stage.theme.quiet);
            let lines = edges.iter().filter_map(|edge| self.segment(stage, *edge));
            scene.marks.push(Mark::Segments(Segments {
                at: lines.collect(),
                width: width * stage.scale,
                color: color.fade(alpha),
            }));
            self.draw_heads(stage, &edges, width, color, scene);
        }
    }

    pub(super) fn draw_nodes(&self, stage: &Stage, scene: &mut Scene) {
        let scale = stage.scale;
        let radius = |node: u32| (self.radius(stage, node) * scale).round();
        let kind = |node: u32| self.parts.kind_of[node as usize];
        let same = |a: &u32, b: &u32| radius(*a) == radius(*b) && kind(*a) == kind(*b);
        for nodes in self.order.chunk_by(same) {
            let (radius, kind) = (radius(nodes[0]), kind(nodes[0]));
            if !self.shown[kind as usize] {
                continue;
            }
            let room = radius / scale;
            let near = Area {
                x: stage.plot.x - room,
                y: stage.plot.y - room,
                w: stage.plot.w + 2.0 * room,
                h: stage.plot.h + 2.0 * room,
            };
            let at = nodes.iter().filter_map(|node| {
                let at = self.at(stage, *node);
                let device = ((at.0 * scale).round() as i32, (at.1 * scale).round() as i32);
                near.has(at).then_some(device)
            });
            let at: Vec<(i32, i32)> = at.collect();
            // Of small ones the rim would be more than the node.
            let rim = if radius > 3.0 * scale {
                scale.round()
            } else {
                0.0
            };
            let rim = (stage.theme.ground, radius + rim);
            for (color, radius) in [rim, (self.color(kind, stage.theme), radius)] {
                let at = at.clone();
                scene.marks.push(Mark::Dots(Dots { at, radius, color }));
            }
        }
    }

    /// The largest nodes have names first.
    pub(super) fn draw_labels(&self, stage: &Stage, scene: &mut Scene) {
        let mut grid = Grid::new(stage.plot);
        let mut room = (stage.plot.w * stage.plot.h / LABEL_ROOM) as usize + 6;
        let seen = |node: &u32| self.is_shown(*node) && stage.plot.has(self.at(stage, *node));
        let largest: Vec<u32> = self
            .order
            .iter()
            .rev()
            .copied()
            .filter(seen)
            .take(TRIED)
            .collect();
        let least = self
            .order
            .first()
            .map_or(0.0, |node| self.radius(stage, *node));
        let is_hub = |node: &&u32| self.radius(stage, **node) > least * HUB;
        let hubs = largest
            .iter()
            .take(HUBS.min(1 + self.order.len() / 10))
            .take_while(is_hub)
            .count();
        for (from, to) in [(0, hubs), (hubs, largest.len())] {
            for &node in &largest[from..to.min(KEPT_FREE).max(from)] {
                grid.take(around(self.at(stage, node), self.radius(stage, node)));
            }
            for &node in &largest[from..to] {
                let (at, radius) = (self.at(stage, node), self.radius(stage, node));
                let name = &self.parts.names[node as usize];
                if room > 0 && grid.label(at, radius, name, stage, scene) {
                    room -= 1;
                }
            }
        }
    }

    pub(super) fn draw_found(&self, stage: &Stage, scene: &mut Scene) {
        if self.sought.is_empty() {
            return;
        }
        for node in self.found() {
            let ring = Mark::Ring(
                self.at(stage, node),
                self.radius(stage, node) + 2.0,
                stage.theme.alarm,
                2.0,
            );
            scene.marks.push(ring);
        }
    }

    /// A node with its edges and what is at their other ends, or an edge. Where it is pointed at,
    /// the others stand back, and these have names.
    pub(super) fn draw_one(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        let Some((a, b)) = self.ends(hit.index) else {
            return;
        };
        let edges = match a == b {
            true => self.edges_at(a),
            false => vec![(a, b)],
        };
        let others = self.others(a, &edges);
        let is_pointed_at = color != stage.theme.accent;
        if is_pointed_at {
            scene.fill(stage.plot, stage.theme.ground.fade(0.82));
        }
        let lines = edges.iter().filter_map(|edge| self.segment(stage, *edge));
        scene.marks.push(Mark::Segments(Segments {
            at: lines.collect(),
            width: 1.5 * stage.scale,
            color: color.fade(0.7),
        }));
        self.draw_heads(stage, &edges, 1.5, color, scene);
        let mut grid = Grid::new(stage.plot);
        let nodes = || [a].into_iter().chain(others.iter().copied());
        let nodes = || nodes().filter(|node| stage.plot.has(self.at(stage, *node)));
        for node in nodes() {
            let (at, radius) = (self.at(stage, node), self.radius(stage, node));
            let kind = self.parts.kind_of[node as usize];
            let mark = Mark::Disc(at, radius, self.color(kind, stage.theme));
            let ring = Mark::Ring(at, radius + 1.5, color, if node == a { 2.5 } else { 1.0 });
            scene.marks.extend([mark, ring]);
            grid.take(around(at, radius));
        }
        for node in nodes().filter(|_| is_pointed_at) {
            let (at, radius) = (self.at(stage, node), self.radius(stage, node));
            let name = &self.parts.names[node as usize];
            grid.label(at, radius, name, stage, scene);
        }
        self.ring_marks(stage, &|node| node == a || node == b, color, scene);
    }
}
