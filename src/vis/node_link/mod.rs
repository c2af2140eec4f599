//! Nodes and the links between them, placed by forces: what `network` and `entityGraph` share.

mod draw;
pub(super) mod edges;
mod labels;
mod show;
mod strip;
#[cfg(test)]
pub(super) mod tests;

use serde_json::{Map, Value};

use self::strip::Strip;
use super::layout::force::ForceLayout;
use super::tables::Tables;
use super::theme::{Color, Theme};
use crate::order::sorted;
use crate::{Result, Table};

/// Nodes of one colour.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: String,
    /// Its category in the theme.
    pub(crate) color: usize,
}

/// A row of the tables, and a node that it is about.
type Member = (u32, u32);

/// What is drawn.
pub(crate) struct Parts {
    /// What the chart is called, such as `"Network"`.
    pub(crate) what: &'static str,
    /// What each node is called.
    pub(crate) names: Vec<String>,
    /// The kind of each node.
    pub(crate) kind_of: Vec<u32>,
    pub(crate) kinds: Vec<Kind>,
    /// The ends of each edge.
    pub(crate) edges: Vec<(u32, u32)>,
    /// Whether edges go from the first end to the second, as the nodes of a row do.
    pub(crate) directed: bool,
    /// How much each edge weighs; all the same without.
    pub(crate) weights: Option<Vec<f32>>,
    /// By row.
    pub(crate) members: Vec<Member>,
    /// The time of each node, in microseconds since 1970, if a strip shows these.
    pub(crate) times: Option<Vec<Option<i64>>>,
    /// A row for each node, and the columns of it that a tooltip has.
    pub(crate) nodes: Table,
    pub(crate) node_columns: Vec<String>,
    /// The same for edges.
    pub(crate) links: Table,
    pub(crate) link_columns: Vec<String>,
    /// Columns of the rows that a tooltip has of a node with one row.
    pub(crate) row_columns: Vec<String>,
    pub(crate) tables: Tables,
    /// How many rows are about nothing.
    pub(crate) left_out: usize,
}

/// Who can change what is drawn.
pub(crate) trait Edits {
    /// What is drawn after a change.
    fn edit(&mut self, change: &Map<String, Value>) -> Result<Parts>;
}

/// A graph that is drawn.
pub struct NodeLink {
    parts: Parts,
    layout: ForceLayout,
    /// Iterations that are left to do.
    left: usize,
    /// Radius of each node where all are shown, in CSS pixels.
    radii: Vec<f64>,
    /// Nodes by radius, the smallest first, and by kind.
    order: Vec<u32>,
    shown: Vec<bool>,
    /// Left and right, top and bottom of all nodes.
    bounds: [[f64; 2]; 2],
    /// What was searched for, in lower case.
    sought: String,
    strip: Option<Strip>,
    edits: Option<Box<dyn Edits>>,
}

/// Iterations of the layout, and fewer for so many nodes and edges that it would take seconds.
const ITERATIONS: usize = 300;
const MOST_WORK: usize = 20_000_000;
/// Nodes and edges of all iterations in some 40 ms, before the first picture, and in 10 ms.
const FIRST: usize = 160_000;
const SLICE: usize = 40_000;
/// Radius of a node without edges, if they are few, and the least; and the sum of the squares of the radii of
/// many, in CSS pixels.
const RADIUS: f64 = 5.0;
const LEAST_RADIUS: f64 = 1.3;
const SQUARES: f64 = 20_000.0;
/// How much larger a node is for each power of e of its edges.
const GROWTH: f64 = 0.36;
const MOST_RADIUS: f64 = 18.0;

impl NodeLink {
    pub(crate) fn new(parts: Parts) -> Self {
        let nodes = parts.names.len();
        let mut degrees = vec![0_u32; nodes];
        for &(a, b) in &parts.edges {
            degrees[a as usize] += 1;
            degrees[b as usize] += u32::from(a != b);
        }
        let least = (SQUARES / nodes.max(1) as f64)
            .sqrt()
            .clamp(LEAST_RADIUS, RADIUS);
        let radius = |degree: &u32| {
            let growth = GROWTH * f64::from(*degree).ln_1p();
            (least * (1.0 + growth)).min(MOST_RADIUS)
        };
        let radii: Vec<f64> = degrees.iter().map(radius).collect();
        let keys = radii.iter().zip(&parts.kind_of);
        let keys: Vec<u32> = keys
            .map(|(radius, kind)| (radius * 64.0) as u32 * 64 + kind)
            .collect();
        let order = sorted(&keys);
        let layout = ForceLayout::new(nodes, &parts.edges, parts.weights.as_deref());
        let work = (nodes + parts.edges.len()).max(1);
        let strip = parts.times.as_ref();
        let strip = strip.map(|times| Strip::new(times, &parts.kind_of, parts.kinds.len()));
        let mut chart = Self {
            strip,
            layout,
            left: ITERATIONS.min(MOST_WORK / work),
            radii,
            order,
            shown: vec![true; parts.kinds.len()],
            bounds: [[0.0; 2]; 2],
            sought: String::new(),
            edits: None,
            parts,
        };
        chart.work(FIRST);
        chart
    }

    /// The same, which `edits` changes.
    pub(crate) fn with_edits(mut self, edits: Box<dyn Edits>) -> Self {
        self.edits = Some(edits);
        self
    }

    /// As many iterations as `work` allows; one at least.
    fn work(&mut self, work: usize) {
        let each = (self.parts.names.len() + self.parts.edges.len()).max(1);
        let steps = (work / each).clamp(1, self.left.max(1));
        let left = self.layout.step(steps);
        self.left = if left > 0.0 {
            self.left - steps.min(self.left)
        } else {
            0
        };
        self.measure();
    }

    /// How far nodes are.
    fn measure(&mut self) {
        let start = [f64::INFINITY, f64::NEG_INFINITY];
        let wider = |mut bounds: [[f64; 2]; 2], place: &[f32; 2]| {
            for (span, at) in bounds.iter_mut().zip(place) {
                *span = [span[0].min((*at).into()), span[1].max((*at).into())];
            }
            bounds
        };
        self.bounds = self.layout.positions().iter().fold([start; 2], wider);
    }

    fn color(&self, kind: u32, theme: &Theme) -> Color {
        theme.category(self.parts.kinds[kind as usize].color)
    }

    fn is_shown(&self, node: u32) -> bool {
        self.shown[self.parts.kind_of[node as usize] as usize]
    }

    /// The ends of what has this index: a node has one, an edge two.
    fn ends(&self, index: u32) -> Option<(u32, u32)> {
        let nodes = self.parts.names.len();
        match (index as usize).checked_sub(nodes) {
            None => Some((index, index)),
            Some(edge) => self.parts.edges.get(edge).copied(),
        }
    }

    /// Rows whose nodes are such, in order.
    #[inline(never)]
    fn rows_where(&self, has: &dyn Fn(&[Member]) -> bool) -> Vec<u32> {
        let mut rows = Vec::new();
        for row in self.parts.members.chunk_by(|a, b| a.0 == b.0) {
            if has(row) {
                rows.push(row[0].0);
            }
        }
        rows
    }

    /// Rows that are about a node, or about both ends of an edge: of one with a direction, this way.
    fn rows_of(&self, index: u32) -> Vec<u32> {
        let Some((a, b)) = self.ends(index) else {
            return vec![];
        };
        let is_directed = self.parts.directed && index as usize >= self.parts.names.len();
        self.rows_where(&|row| match is_directed {
            true => row[0].1 == a && row[row.len() - 1].1 == b,
            false => [a, b]
                .iter()
                .all(|end| row.iter().any(|(_, node)| node == end)),
        })
    }

    /// Rows that are about any of these nodes.
    fn rows_of_any(&self, nodes: &[u32]) -> Vec<u32> {
        let mut chosen = vec![false; self.parts.names.len()];
        for &node in nodes {
            chosen[node as usize] = true;
        }
        self.rows_where(&|row| row.iter().any(|(_, node)| chosen[*node as usize]))
    }
}
