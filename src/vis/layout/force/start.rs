//! Where nodes begin: each connected part as a tree around its busiest node.
//!
//! Forces then have little to untangle, which is what takes them long.

use super::LENGTH;
use crate::order::sorted;

/// The sine and cosine of the golden angle, by which leaves of a sunflower are turned.
const GOLDEN: [f64; 2] = [0.675_490_294_261_523_6, -0.737_368_878_078_319_9];

/// Nodes by connected part, the largest first; in it, from its busiest node outwards.
pub(super) struct Start {
    /// Those without edges are not in it.
    pub(super) order: Vec<u32>,
    /// In this order.
    pub(super) places: Vec<[f32; 2]>,
    /// How large the part of each is, where the largest is 1; in this order.
    pub(super) shares: Vec<f32>,
}

/// Edges are between two different nodes below `nodes`. O(nodes log nodes + edges).
pub(super) fn start(nodes: usize, edges: &[(u32, u32)]) -> Start {
    let (begins, neighbours) = neighbours(nodes, edges);
    let around = |node: u32| {
        let node = node as usize;
        &neighbours[begins[node] as usize..begins[node + 1] as usize]
    };
    // Inverted, as the largest come first.
    let degrees: Vec<u32> = (0..nodes as u32)
        .map(|node| !(around(node).len() as u32))
        .collect();
    let busiest = sorted(&degrees);
    let mut seen = vec![false; nodes];
    let mut parts: Vec<Part> = Vec::new();
    for root in busiest {
        if !seen[root as usize] && !around(root).is_empty() {
            parts.push(Part::new(root, around, &mut seen));
        }
    }
    let sizes: Vec<u32> = parts
        .iter()
        .map(|part| !(part.nodes.len() as u32))
        .collect();
    let largest_first = sorted(&sizes);
    let mut start = Start {
        order: Vec::new(),
        places: Vec::new(),
        shares: Vec::new(),
    };
    let (mut largest, mut taken, mut sunflower) = (1, 0.0_f32, sunflower());
    for part in largest_first {
        let part = &parts[part as usize];
        let (places, radius) = part.places();
        let [x, y] = sunflower.next().unwrap_or_default();
        let away = if taken > 0.0 {
            taken.sqrt() + radius
        } else {
            0.0
        };
        taken += (radius + LENGTH) * (radius + LENGTH);
        largest = largest.max(part.nodes.len());
        let share = part.nodes.len() as f32 / largest as f32;
        start.shares.extend(places.iter().map(|_| share));
        start.order.extend(&part.nodes);
        start.places.extend(
            places
                .iter()
                .map(|place| [place[0] + away * x, place[1] + away * y]),
        );
    }
    start
}

/// Directions, each a golden angle from the one before.
pub(super) fn sunflower() -> impl Iterator<Item = [f32; 2]> {
    let [sin, cos] = GOLDEN;
    let turn = move |&[x, y]: &[f64; 2]| Some([x * cos - y * sin, x * sin + y * cos]);
    std::iter::successors(Some([1.0, 0.0]), turn).map(|[x, y]| [x as f32, y as f32])
}

/// Where the neighbours of each node begin in the list of all.
fn neighbours(nodes: usize, edges: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut begins = vec![0; nodes + 1];
    for &(a, b) in edges {
        begins[a as usize] += 1;
        begins[b as usize] += 1;
    }
    let mut sum = 0;
    for begin in &mut begins {
        sum += *begin;
        *begin = sum;
    }
    // From the last place of each node to its first.
    let mut neighbours = vec![0; edges.len() * 2];
    for &(a, b) in edges.iter().rev() {
        for (node, other) in [(a, b), (b, a)] {
            let place = &mut begins[node as usize];
            *place -= 1;
            neighbours[*place as usize] = other;
        }
    }
    (begins, neighbours)
}

/// A tree that reaches all nodes of a connected part by shortest ways.
struct Part {
    /// Near ones first.
    nodes: Vec<u32>,
    /// The place in `nodes` of the one before it on the way from the root.
    parents: Vec<u32>,
}

impl Part {
    fn new<'a>(root: u32, around: impl Fn(u32) -> &'a [u32], seen: &mut [bool]) -> Self {
        let (mut nodes, mut parents) = (vec![root], vec![0]);
        seen[root as usize] = true;
        let mut at = 0;
        while let Some(&node) = nodes.get(at) {
            for &other in around(node) {
                if !std::mem::replace(&mut seen[other as usize], true) {
                    nodes.push(other);
                    parents.push(at as u32);
                }
            }
            at += 1;
        }
        Self { nodes, parents }
    }

    /// Nodes as far along a way are on a circle; each has a part of its parent's arc, as large
    /// as what hangs on it. Returns the outermost circle's radius too.
    fn places(&self) -> (Vec<[f32; 2]>, f32) {
        let count = self.nodes.len();
        let mut sizes = vec![1_u32; count];
        for i in (1..count).rev() {
            sizes[self.parents[i] as usize] += sizes[i];
        }
        // Where a node's arc begins, and how much of it its children have so far, in nodes.
        let mut arcs = vec![0_u32; count];
        let mut places = vec![[0.0; 2]];
        let (mut radius, mut circle_end) = (0.0_f32, 1);
        for i in 1..count {
            let parent = self.parents[i] as usize;
            if i == circle_end {
                // The next circle has the children of this one.
                circle_end = self
                    .parents
                    .partition_point(|&parent| (parent as usize) < i);
                let inside = (circle_end - i) as f32 * LENGTH * LENGTH / 12.0;
                radius = ((radius + LENGTH) * (radius + LENGTH) + inside).sqrt();
            }
            arcs[i] = arcs[parent];
            arcs[parent] += sizes[i];
            let middle = arcs[i] as f32 + sizes[i] as f32 / 2.0;
            places.push(direction(middle / count as f32).map(|part| part * radius));
        }
        (places, radius)
    }
}

/// A part of a turn as a vector of length 1; near enough, without sines, which are not the same
/// on all machines.
fn direction(turn: f32) -> [f32; 2] {
    let quarters = turn * 4.0;
    let part = quarters.fract();
    let (x, y) = (1.0 - part, part);
    let length = (x * x + y * y).sqrt();
    let (x, y) = (x / length, y / length);
    match quarters as u32 {
        0 => [x, y],
        1 => [-y, x],
        2 => [-x, -y],
        _ => [y, -x],
    }
}
