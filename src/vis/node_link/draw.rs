//! How nodes and links are drawn.

use super::NodeLink;
use super::labels::{Grid, around};
use crate::vis::chart::{Chart, Hit};
use crate::vis::scene::{Area, Dots, Mark, Point, Scene};
use crate::vis::stage::Stage;
use crate::vis::theme::Color;

/// Nodes are smaller in a plot of fewer square CSS pixels.
const ROOM: f64 = 400_000.0;
/// Nodes that are tried for labels, and room that each label has, in square CSS pixels.
const TRIED: usize = 3000;
const LABEL_ROOM: f64 = 7000.0;
/// So many of the largest nodes are not covered by labels, but by those of hubs that find no other
/// place, of which there are so many at most, each so much larger than the smallest node.
const KEPT_FREE: usize = 500;
const HUBS: usize = 12;
const HUB: f64 = 1.3;

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
        for (place, &node) in largest.iter().enumerate().take(KEPT_FREE) {
            let level = if place < hubs { 2 } else { 1 };
            grid.take(
                around(self.at(stage, node), self.radius(stage, node)),
                level,
            );
        }
        for (from, to, most) in [(0, hubs, 1), (hubs, largest.len(), 0)] {
            for &node in &largest[from..to] {
                let (at, radius) = (self.at(stage, node), self.radius(stage, node));
                let name = &self.parts.names[node as usize];
                if room > 0 && grid.label(at, radius, (name, most), stage, scene) {
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
        let (edges, nodes) = self.joined(hit.index, (a, b));
        let is_pointed_at = color != stage.theme.accent;
        if is_pointed_at {
            scene.fill(stage.plot, stage.theme.ground.fade(0.82));
        }
        self.draw_lines(stage, &edges, (1.5, color, 0.7), scene);
        let mut grid = Grid::new(stage.plot);
        let seen = |node: &&u32| stage.plot.has(self.at(stage, **node));
        let nodes = || nodes.iter().filter(seen).copied();
        for node in nodes() {
            let (at, radius) = (self.at(stage, node), self.radius(stage, node));
            let kind = self.parts.kind_of[node as usize];
            let mark = Mark::Disc(at, radius, self.color(kind, stage.theme));
            let ring = Mark::Ring(at, radius + 1.5, color, if node == a { 2.5 } else { 1.0 });
            scene.marks.extend([mark, ring]);
            grid.take(around(at, radius), 2);
        }
        for node in nodes().filter(|_| is_pointed_at) {
            let (at, radius) = (self.at(stage, node), self.radius(stage, node));
            let name = &self.parts.names[node as usize];
            grid.label(at, radius, (name, 0), stage, scene);
        }
        let is_one = |node: u32| node == a || node == b;
        self.draw_times(stage, &is_one, Some(color), scene);
    }
}
