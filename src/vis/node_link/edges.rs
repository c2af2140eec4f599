//! How links are drawn, and the heads of those that have a direction.

use super::NodeLink;
use crate::vis::scene::{Mark, Point, Scene, Segments};
use crate::vis::stage::Stage;
use crate::vis::theme::Color;

/// Edges are drawn in so many widths.
const WIDTHS: usize = 4;
/// Length of an arrow's head, in CSS pixels, how far its ends are from the edge, of that, and the
/// width of its lines. Of more edges than this, no heads are drawn.
const HEAD: f64 = 5.0;
const HEAD_HALF: f64 = 0.45;
pub(in crate::vis) const HEAD_WIDTH: f64 = 1.5;
const MOST_HEADS: usize = 3000;

impl NodeLink {
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
            let look = (f64::from(width), stage.theme.quiet, alpha);
            self.draw_lines(stage, &edges, look, scene);
        }
    }

    /// Draws edges of one width, colour and alpha that are in the plot; what tells their direction
    /// is opaque.
    pub(super) fn draw_lines(
        &self,
        stage: &Stage,
        edges: &[(u32, u32)],
        (width, color, alpha): (f64, Color, f64),
        scene: &mut Scene,
    ) {
        let (plot, scale) = (stage.plot, stage.scale);
        let device = |(x, y): Point| ((x * scale) as f32, (y * scale) as f32);
        let has_heads = self.parts.directed && self.parts.edges.len() <= MOST_HEADS;
        let (mut lines, mut heads) = (vec![], vec![]);
        for &(a, b) in edges {
            let (from, to) = (self.at(stage, a), self.at(stage, b));
            let beside = from.0.max(to.0) < plot.x || from.0.min(to.0) > plot.right();
            let above = from.1.max(to.1) < plot.y || from.1.min(to.1) > plot.bottom();
            if beside || above {
                continue;
            }
            lines.push([device(from), device(to)]);
            // At the rim of its second node, if the edge is longer than that.
            let long = (to.0 - from.0).hypot(to.1 - from.1);
            let (along, rim) = (HEAD + width, self.radius(stage, b) + 1.0);
            if has_heads && long > rim + self.radius(stage, a) + along {
                let (x, y) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
                let tip = (to.0 - x * rim, to.1 - y * rim);
                for half in [-HEAD_HALF, HEAD_HALF] {
                    let (x, y) = (x - y * half, y + x * half);
                    let end = (tip.0 - x * along, tip.1 - y * along);
                    heads.push([device(end), device(tip)]);
                }
            }
        }
        for (at, width, color) in [
            (lines, width, color.fade(alpha)),
            (heads, HEAD_WIDTH, color),
        ] {
            scene.marks.push(Mark::Segments(Segments {
                at,
                width: width * scale,
                color,
            }));
        }
    }

    /// The edges at a thing, and its nodes: of a node, itself and those that an edge joins with it, each
    /// once.
    pub(super) fn joined(&self, index: u32, (a, b): (u32, u32)) -> (Vec<(u32, u32)>, Vec<u32>) {
        if index as usize >= self.parts.names.len() {
            return (vec![(a, b)], vec![a, b]);
        }
        let (mut edges, mut nodes) = (vec![], vec![a]);
        let mut is_in = vec![false; self.parts.names.len()];
        is_in[a as usize] = true;
        for &(from, to) in &self.parts.edges {
            let other = if from == a { to } else { from };
            let is_own = (from == a || to == a) && other != a;
            if is_own && self.is_shown(other) {
                edges.push((from, to));
                if !is_in[other as usize] {
                    is_in[other as usize] = true;
                    nodes.push(other);
                }
            }
        }
        (edges, nodes)
    }
}
