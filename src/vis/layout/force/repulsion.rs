//! How all nodes push one another away, in O(n log n).
//!
//! What is far away counts as one body in its centre of mass (Barnes and Hut, "A hierarchical
//! O(N log N) force-calculation algorithm", 1986). As in Barnes, "A modified tree code" (1990),
//! what is far is found once for all bodies of a leaf, and so at its nearest corner.

use crate::order::sorted;

/// A cell counts as one body if its width is less than this part of its distance; d3-force's. The distance is less by as
/// much as its centre of mass is off its middle (Barnes, "Computational astrophysics", 1994): else a heavy corner would
/// make a near body, or the leaf itself, part of what is far.
const THETA: f32 = 0.9;
/// Bodies in a leaf.
const LEAF: usize = 16;
/// Bodies that are computed side by side.
const LANES: usize = 8;
/// Bits of a key: 16 for each axis.
const BITS: u32 = 32;

/// Room for the work of one call, kept for the next.
#[derive(Default)]
pub(super) struct Repulsion {
    /// Bodies along a Z-curve: their numbers, keys and places.
    order: Vec<u32>,
    keys: Vec<u32>,
    places: Vec<[f32; 2]>,
    /// A cell comes before those in it.
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
struct Cell {
    low: [f32; 2],
    high: [f32; 2],
    centre: [f32; 2],
    mass: f32,
    /// The square of the distance of the centre from which on it counts as one body.
    far: f32,
    /// Its bodies.
    from: u32,
    to: u32,
    /// The first cell after those in it.
    next: u32,
}

impl Repulsion {
    /// Adds `strength` / distance to the speed of each body for each other, away from it; less
    /// below a distance of 1, where it would have no bounds.
    pub(super) fn push(&mut self, places: &[[f32; 2]], strength: f32, speeds: &mut [[f32; 2]]) {
        if places.is_empty() {
            return;
        }
        self.sort(places);
        self.cells.clear();
        self.build(0, places.len(), BITS);
        let mut others = Vec::new();
        for (at, leaf) in self.cells.iter().enumerate() {
            if leaf.next as usize > at + 1 {
                continue;
            }
            others.clear();
            self.others(leaf, &mut others);
            let (from, to) = (leaf.from as usize, leaf.to as usize);
            for start in (from..to).step_by(LANES) {
                let end = to.min(start + LANES);
                let pushes = pushes(&self.places[start..end], &others);
                for (i, &body) in self.order[start..end].iter().enumerate() {
                    let speed = &mut speeds[body as usize];
                    speed[0] += strength * pushes[0][i];
                    speed[1] += strength * pushes[1][i];
                }
            }
        }
    }

    fn sort(&mut self, places: &[[f32; 2]]) {
        let (mut low, mut high) = (places[0], places[0]);
        for &place in places {
            widen(&mut low, &mut high, place);
        }
        let scale = 65_535.0 / (high[0] - low[0]).max(high[1] - low[1]).max(1e-9);
        let key = |&[x, y]: &[f32; 2]| {
            let [x, y] = [x - low[0], y - low[1]].map(|by| spread((by * scale) as u32));
            x | y << 1
        };
        let keys: Vec<u32> = places.iter().map(key).collect();
        self.order = sorted(&keys);
        self.keys.clear();
        self.keys
            .extend(self.order.iter().map(|&body| keys[body as usize]));
        self.places.clear();
        let sorted = self.order.iter().map(|&body| places[body as usize]);
        self.places.extend(sorted);
    }

    /// The cell of bodies `from..to`, whose keys differ in their last `bits` bits alone.
    fn build(&mut self, from: usize, to: usize, mut bits: u32) {
        let keys = &self.keys[from..to];
        let changed = keys[0] ^ keys[keys.len() - 1];
        while bits > 0 && changed >> (bits - 2) == 0 {
            bits -= 2;
        }
        let at = self.cells.len();
        self.cells.push(Cell::around(&self.places[from..to], from));
        if to - from > LEAF && bits > 0 {
            let mut start = from;
            for quarter in 0..4 {
                let inside = |key: &u32| key >> (bits - 2) & 3 <= quarter;
                let end = start + self.keys[start..to].partition_point(inside);
                if start < end {
                    self.build(start, end, bits - 2);
                }
                start = end;
            }
        }
        self.cells[at].next = self.cells.len() as u32;
    }

    /// All bodies as seen from a leaf, itself included: each a place and a mass.
    fn others(&self, leaf: &Cell, others: &mut Vec<[f32; 3]>) {
        let mut at = 0;
        while let Some(cell) = self.cells.get(at) {
            let [x, y] = cell.centre;
            let dx = (leaf.low[0] - x).max(x - leaf.high[0]).max(0.0);
            let dy = (leaf.low[1] - y).max(y - leaf.high[1]).max(0.0);
            let next = cell.next as usize;
            if cell.far < dx * dx + dy * dy {
                others.push([x, y, cell.mass]);
            } else if next == at + 1 {
                let bodies = &self.places[cell.from as usize..cell.to as usize];
                others.extend(bodies.iter().map(|&[x, y]| [x, y, 1.0]));
            } else {
                at += 1;
                continue;
            }
            at = next;
        }
    }
}

impl Cell {
    fn around(places: &[[f32; 2]], from: usize) -> Self {
        let (mut low, mut high, mut sum) = (places[0], places[0], [0.0; 2]);
        for &place in places {
            widen(&mut low, &mut high, place);
            sum = [sum[0] + place[0], sum[1] + place[1]];
        }
        let mass = places.len() as f32;
        let centre = sum.map(|sum| sum / mass);
        let width = (high[0] - low[0]).max(high[1] - low[1]);
        let [dx, dy] = [0, 1].map(|axis| centre[axis] - (low[axis] + high[axis]) / 2.0);
        let far = width / THETA + (dx * dx + dy * dy).sqrt();
        Self {
            low,
            high,
            centre,
            mass,
            far: far * far,
            from: from as u32,
            to: (from + places.len()) as u32,
            next: 0,
        }
    }
}

fn widen(low: &mut [f32; 2], high: &mut [f32; 2], place: [f32; 2]) {
    for axis in 0..2 {
        low[axis] = low[axis].min(place[axis]);
        high[axis] = high[axis].max(place[axis]);
    }
}

/// The pushes on up to [`LANES`] bodies along both axes.
fn pushes(bodies: &[[f32; 2]], others: &[[f32; 3]]) -> [[f32; LANES]; 2] {
    let (mut xs, mut ys) = ([0.0; LANES], [0.0; LANES]);
    for (i, body) in bodies.iter().enumerate() {
        [xs[i], ys[i]] = *body;
    }
    let mut pushes = [[0.0; LANES]; 2];
    for &[x, y, mass] in others {
        for i in 0..LANES {
            let (dx, dy) = (xs[i] - x, ys[i] - y);
            let push = mass / (dx * dx + dy * dy).max(1.0);
            pushes[0][i] += dx * push;
            pushes[1][i] += dy * push;
        }
    }
    pushes
}

/// Puts a 0 before each of 16 bits.
fn spread(x: u32) -> u32 {
    let x = (x | x << 8) & 0x00ff_00ff;
    let x = (x | x << 4) & 0x0f0f_0f0f;
    let x = (x | x << 2) & 0x3333_3333;
    (x | x << 1) & 0x5555_5555
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each body with each other: the sum of its pushes, and of their sizes.
    fn exact(places: &[[f32; 2]]) -> Vec<([f64; 2], f64)> {
        let push = |at: &[f32; 2]| {
            places.iter().fold(([0.0, 0.0], 0.0), |(sum, size), from| {
                let [dx, dy] = [0, 1].map(|axis| f64::from(at[axis]) - f64::from(from[axis]));
                let square = (dx * dx + dy * dy).max(1.0);
                let sum = [sum[0] + dx / square, sum[1] + dy / square];
                (sum, size + (dx * dx + dy * dy).sqrt() / square)
            })
        };
        places.iter().map(push).collect()
    }

    #[test]
    fn neighbours_beside_a_heavy_cluster_push_each_other() {
        let mut places = vec![[0.0; 2]; 130];
        places.extend([
            [-415.2, -444.0],
            [-414.8, -450.0],
            [0.0, -1974.0],
            [1995.0, 0.0],
            [-1994.0, 0.0],
        ]);
        let mut speeds = vec![[0.0; 2]; places.len()];
        Repulsion::default().push(&places, 1.0, &mut speeds);
        let (exact, _) = exact(&places)[130];
        assert!(
            (f64::from(speeds[130][1]) - exact[1]).abs() < 1e-3,
            "{:?} {exact:?}",
            speeds[130]
        );
    }

    proptest! {
        #[test]
        fn near_the_exact_sum(
            dense in prop::collection::vec([-50.0_f32..50.0, -50.0_f32..50.0], 0..400),
            wide in prop::collection::vec([-2e3_f32..2e3, -2e3_f32..2e3], 100..400),
        ) {
            let places = [dense, wide].concat();
            let mut speeds = vec![[0.0; 2]; places.len()];
            Repulsion::default().push(&places, 2.0, &mut speeds);
            let (mut wrong, mut all) = (0.0, 0.0);
            for (found, (exact, size)) in speeds.iter().zip(exact(&places)) {
                let error = [0, 1].map(|axis| f64::from(found[axis]) / 2.0 - exact[axis]);
                wrong += error[0] * error[0] + error[1] * error[1];
                // Pushes from all sides cancel, but what is wrong with them does not.
                all += size * size;
            }
            prop_assert!(wrong <= 0.02 * 0.02 * all, "{}", (wrong / all).sqrt());
        }
    }
}
