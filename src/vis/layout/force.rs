//! Places the nodes of a graph so that connected ones are near one another.
//!
//! Nodes push one another away, edges are springs, and a weak pull to the middle keeps parts
//! together. The simulation and its constants are those of d3-force 3
//! (<https://d3js.org/d3-force>), with these changes: springs are as strong as their weight
//! among those of an end; leaves of a hub fill a disc around it, rather than a ring; nodes
//! without edges do not take part and are placed around the others.
//!
//! The same input gives the same places on every machine.

mod repulsion;
mod start;

use crate::analysis::random::Random;
use repulsion::Repulsion;

/// An edge's length at rest.
const LENGTH: f32 = 30.0;
/// How strongly nodes push one another away.
const PUSH: f32 = 30.0;
/// How strongly nodes of the largest part are drawn to the middle, for each unit of distance: as
/// little as keeps it in sight, for it is bent by it.
const GRAVITY: f32 = 0.02;
/// The same for very small parts, which the largest pushes away: d3-force's own.
const SMALL_GRAVITY: f32 = 0.1;
/// The part of a speed that is left after an iteration.
const KEPT: f32 = 0.6;
/// The simulation is over when it is as cool as this.
const COOL: f32 = 0.001;
/// How much cooler an iteration makes it: 1 - 0.001^(1/300), so that there are 300.
const COOLING: f32 = 0.022_762_8;
/// How warm it gets when a node is moved.
const WARM: f32 = 0.3;
/// The room of a leaf around its hub, as a part of the square of [`LENGTH`] by π.
const LEAF_ROOM: f32 = 0.08;
/// No node is moved further from the middle.
const FAR: f32 = 1e6;

/// A simulation of forces between nodes.
pub(crate) struct ForceLayout {
    /// Nodes with edges first, connected ones together; all below are in this order.
    order: Vec<u32>,
    /// How many have edges.
    tied: usize,
    places: Vec<[f32; 2]>,
    /// Of those with edges, as are speeds.
    gravity: Vec<f32>,
    speeds: Vec<[f32; 2]>,
    pins: Vec<Option<[f32; 2]>>,
    springs: Vec<Spring>,
    repulsion: Repulsion,
    random: Random,
    heat: f32,
    /// The place of each node in `order`.
    ranks: Vec<u32>,
    /// By node.
    positions: Vec<[f32; 2]>,
}

struct Spring {
    ends: [u32; 2],
    length: f32,
    strength: f32,
    /// How much of the movement the first end makes.
    share: f32,
}

impl ForceLayout {
    /// Nodes are numbers below `nodes`. Edges have no direction; several between two nodes count as
    /// often, while loops and edges of numbers that are no nodes do nothing. `weights` has a
    /// number for each edge, or is `None` if all weigh 1; one that is not above 0 counts as 0.
    pub(crate) fn new(nodes: usize, edges: &[(u32, u32)], weights: Option<&[f32]>) -> Self {
        let weight =
            |i: usize| weights.map_or(1.0, |weights| weights.get(i).copied().unwrap_or(0.0));
        let (edges, weights): (Vec<_>, Vec<_>) = edges
            .iter()
            .enumerate()
            .filter(|(_, (a, b))| a != b && (*a.max(b) as usize) < nodes)
            .map(|(i, &edge)| (edge, weight(i)))
            .unzip();
        let start = start::start(nodes, &edges);
        let (mut order, mut places) = (start.order, start.places);
        let gravity = start
            .shares
            .iter()
            .map(|share| SMALL_GRAVITY + share * (GRAVITY - SMALL_GRAVITY));
        let tied = order.len();
        let mut ranks = vec![u32::MAX; nodes];
        for (rank, &node) in (0..).zip(&order) {
            ranks[node as usize] = rank;
        }
        for (node, rank) in ranks
            .iter_mut()
            .enumerate()
            .filter(|(_, rank)| **rank == u32::MAX)
        {
            *rank = order.len() as u32;
            order.push(node as u32);
        }
        places.resize(nodes, [0.0; 2]);
        let ends = edges
            .iter()
            .map(|&(a, b)| [a, b].map(|node| ranks[node as usize]));
        let mut layout = Self {
            springs: springs(tied, ends.collect(), &weights),
            order,
            tied,
            places,
            gravity: gravity.collect(),
            speeds: vec![[0.0; 2]; tied],
            pins: vec![None; nodes],
            repulsion: Repulsion::default(),
            random: Random::new(0, 0),
            heat: 1.0,
            ranks,
            positions: vec![[0.0; 2]; nodes],
        };
        layout.finish();
        layout
    }

    /// Runs a number of iterations, or fewer if it is over before. Returns how much is left to do,
    /// from 1 to 0, which is when it is over: after 300 iterations. Each is O(nodes log nodes + edges).
    pub(crate) fn step(&mut self, iterations: usize) -> f64 {
        for _ in 0..iterations {
            if self.heat < COOL {
                break;
            }
            self.heat *= 1.0 - COOLING;
            self.iterate();
        }
        self.finish();
        if self.heat < COOL {
            0.0
        } else {
            f64::from(self.heat)
        }
    }

    /// The place of each node, around (0, 0).
    pub(crate) fn positions(&self) -> &[[f32; 2]] {
        &self.positions
    }

    /// Holds a node in a place, as when it is dragged, or lets it go; then there is something left to
    /// do. A place that is not finite lets it go.
    pub(crate) fn pin(&mut self, node: u32, place: Option<[f32; 2]>) {
        let Some(&rank) = self.ranks.get(node as usize) else {
            return;
        };
        let place = place.filter(|place| place.iter().all(|part| part.is_finite()));
        self.pins[rank as usize] = place.map(|place| place.map(|part| part.clamp(-FAR, FAR)));
        self.heat = self.heat.max(WARM);
        self.finish();
    }

    fn iterate(&mut self) {
        let Self { places, speeds, .. } = self;
        for spring in &self.springs {
            spring.pull(places, speeds, self.heat);
        }
        self.repulsion
            .push(&places[..self.tied], PUSH * self.heat, speeds);
        for (rank, (place, speed)) in places.iter_mut().zip(speeds).enumerate() {
            if let Some(pin) = self.pins[rank] {
                *place = pin;
                *speed = [0.0; 2];
                continue;
            }
            for axis in 0..2 {
                // Without the last, two nodes in one place would stay there.
                let jitter = self.random.fraction() as f32 - 0.5;
                speed[axis] += (jitter * 1e-3 - place[axis] * self.gravity[rank]) * self.heat;
                speed[axis] *= KEPT;
                place[axis] = (place[axis] + speed[axis]).clamp(-FAR, FAR);
            }
        }
    }

    /// Places the nodes without edges around the others like the seeds of a sunflower, and
    /// writes all positions.
    fn finish(&mut self) {
        let free = |&(rank, _): &(usize, &[f32; 2])| self.pins[rank].is_none();
        let tied = self.places[..self.tied].iter().enumerate().filter(free);
        let square = tied.map(|(_, [x, y])| x * x + y * y).fold(0.0, f32::max);
        let radius = if self.tied > 0 {
            square.sqrt() + LENGTH
        } else {
            0.0
        };
        let room = LENGTH * LENGTH / std::f32::consts::PI;
        let alone = (self.tied..self.places.len()).zip(start::sunflower());
        for (i, (rank, [x, y])) in alone.enumerate() {
            let away = (radius * radius + i as f32 * room).sqrt();
            self.places[rank] = [x * away, y * away];
        }
        for (rank, &node) in self.order.iter().enumerate() {
            let place = &mut self.places[rank];
            *place = self.pins[rank].unwrap_or(*place);
            self.positions[node as usize] = *place;
        }
    }
}

/// One for each pair of ends, which are numbers below `nodes`.
fn springs(nodes: usize, ends: Vec<[u32; 2]>, weights: &[f32]) -> Vec<Spring> {
    let mut all = vec![0.0_f64; nodes];
    let mut degrees = vec![0_u32; nodes];
    // Of which NaN is the least.
    let weight = |i: usize| f64::from(weights[i].max(1e-30)).min(1e30);
    for (i, ends) in ends.iter().enumerate() {
        for &end in ends {
            all[end as usize] += weight(i);
            degrees[end as usize] += 1;
        }
    }
    let mut leaves = vec![0_u32; nodes];
    for &[a, b] in &ends {
        for (hub, leaf) in [(a, b), (b, a)] {
            leaves[hub as usize] += u32::from(degrees[leaf as usize] == 1);
        }
    }
    let mut placed = vec![0_u32; nodes];
    let spring = |(i, ends): (usize, [u32; 2])| {
        let [a, b] = ends.map(|end| end as usize);
        let length = if degrees[a] > 1 && degrees[b] > 1 {
            LENGTH + disc(leaves[a] as f32) + disc(leaves[b] as f32)
        } else {
            // Leaves are around their hub one after another; by the golden ratio, the lengths of
            // any that are side by side are spread evenly.
            let hub = if degrees[a] == 1 { b } else { a };
            placed[hub] += 1;
            LENGTH + disc((placed[hub] as f32 * 0.618_034).fract() * leaves[hub] as f32)
        };
        Spring {
            ends,
            length,
            strength: (weight(i) / all[a].min(all[b])) as f32,
            share: (all[b] / (all[a] + all[b])) as f32,
        }
    };
    ends.into_iter().enumerate().map(spring).collect()
}

/// How far the disc of a hub's leaves reaches beyond [`LENGTH`].
fn disc(leaves: f32) -> f32 {
    LENGTH * ((1.0 + LEAF_ROOM * leaves).sqrt() - 1.0)
}

impl Spring {
    /// Pulls its ends together or apart, as they will be if their speeds stay.
    fn pull(&self, places: &[[f32; 2]], speeds: &mut [[f32; 2]], heat: f32) {
        let [a, b] = self.ends.map(|end| end as usize);
        let by = [0, 1]
            .map(|axis| places[b][axis] + speeds[b][axis] - places[a][axis] - speeds[a][axis]);
        let length = (by[0] * by[0] + by[1] * by[1]).sqrt().max(1e-6);
        let pull = (length - self.length) / length * heat * self.strength;
        for axis in 0..2 {
            speeds[a][axis] += by[axis] * pull * self.share;
            speeds[b][axis] -= by[axis] * pull * (1.0 - self.share);
        }
    }
}

#[cfg(test)]
mod tests;
