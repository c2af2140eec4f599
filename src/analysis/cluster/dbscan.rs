//! DBSCAN (Ester, Kriegel, Sander, Xu 1996) without lists of neighbours: exact, and
//! in memory that is linear in the number of different points.
//!
//! A point is *core* if the points within `eps`, itself among them, weigh at least
//! `min_samples`. Core points within `eps` of each other are of one cluster; clusters
//! count up in the order of their first core points. Any other point within `eps` of
//! a core point is of the first cluster that has one; what remains is noise. These
//! are scikit-learn's labels, which visits points in their order.
//!
//! Each step walks over pairs of boxes of a tree, and stops where a box is too far
//! away, wholly near enough, or known to be of one cluster: so an `eps` so large that
//! all are neighbours takes no longer than a small one.

use super::tree::{BLOCK, LEAF, Tree};
use crate::Result;
use crate::table::Progress;

/// The label of noise.
pub(super) const NOISE: i32 = -1;

/// Leaves between two reports of progress.
const LEAVES: usize = 1 << 9;

/// The cluster of each point, or [`NOISE`]. `coords` are `dims` finite numbers for each,
/// no two points alike; `weights` are how many rows each stands for.
///
/// # Errors
///
/// `Cancelled` from `progress`.
pub(super) fn dbscan(
    coords: &[f64],
    dims: usize,
    weights: &[u32],
    eps: f64,
    min_samples: u64,
    progress: &mut Progress<'_>,
) -> Result<Vec<i32>> {
    let tree = Tree::new(coords, dims, eps * eps);
    if tree.nodes.is_empty() {
        return Ok(Vec::new());
    }
    progress.at(1, 4)?;
    let mut search = Search::new(tree, weights, eps * eps, min_samples);
    search.mark_core(0, &mut progress.part(0.25, 0.5))?;
    search.count_core();
    search.join(0, 0, &mut progress.part(0.5, 0.75))?;
    search.labels(&mut progress.part(0.75, 1.0))
}

struct Search {
    tree: Tree,
    eps2: f64,
    min: u64,
    /// By place.
    weights: Vec<u32>,
    core: Vec<bool>,
    /// By place: another of the same cluster, or itself.
    parents: Vec<u32>,
    /// By node: the weight of its points; then the number of its core points.
    sums: Vec<u64>,
    /// By node: its first core point, if it has one.
    firsts: Vec<u32>,
    /// By node: whether its core points are of one cluster.
    uniform: Vec<bool>,
    /// A leaf's neighbours and one of its points, while they are looked at.
    near: Vec<u32>,
    stack: Vec<u32>,
    point: Vec<f64>,
    done: usize,
}

impl Search {
    fn new(tree: Tree, weights: &[u32], eps2: f64, min: u64) -> Self {
        let points = tree.order.len();
        let by_place = tree.order.iter().map(|&point| weights[point as usize]);
        let mut search = Self {
            weights: by_place.collect(),
            core: vec![false; points],
            parents: (0..points as u32).collect(),
            sums: vec![0; tree.nodes.len()],
            firsts: vec![0; tree.nodes.len()],
            uniform: vec![false; tree.nodes.len()],
            near: Vec::new(),
            stack: Vec::new(),
            point: vec![0.0; tree.dims],
            done: 0,
            eps2,
            min,
            tree,
        };
        search.sum_up(|search, place| search.weights[place].into());
        search
    }

    /// What a node's places hold together.
    fn sum_up(&mut self, of: impl Fn(&Self, usize) -> u64) {
        for node in (0..self.tree.nodes.len()).rev() {
            let at = self.tree.nodes[node];
            self.sums[node] = if at.is_leaf() {
                at.places().map(|place| of(self, place)).sum()
            } else {
                self.sums[node + 1] + self.sums[at.right as usize]
            };
        }
    }

    /// Core points, node by node: where all are neighbours no one need count.
    fn mark_core(&mut self, node: usize, progress: &mut Progress<'_>) -> Result<()> {
        let at = self.tree.nodes[node];
        if self.sums[node] >= self.min && self.tree.greatest(node, node) <= self.eps2 {
            self.core[at.places()].fill(true);
            return Ok(());
        }
        if !at.is_leaf() {
            self.mark_core(node + 1, progress)?;
            return self.mark_core(at.right as usize, progress);
        }
        self.report(node, progress)?;
        self.mark_leaf(node);
        Ok(())
    }

    fn report(&mut self, node: usize, progress: &mut Progress<'_>) -> Result<()> {
        self.done += 1;
        if self.done.is_multiple_of(LEAVES) {
            progress.at(node, self.tree.nodes.len())?;
        }
        Ok(())
    }

    fn mark_leaf(&mut self, leaf: usize) {
        let at = self.tree.nodes[leaf];
        let mut sums = [0; LEAF];
        let sums = &mut sums[..at.len()];
        for (i, sum) in sums.iter_mut().enumerate() {
            self.tree.read(leaf, i, &mut self.point);
            *sum = self.weight_within(leaf);
        }
        if sums.iter().any(|sum| *sum < self.min) {
            let whole = self.neighbours(leaf);
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum += whole;
                self.tree.read(leaf, i, &mut self.point);
                for &near in &self.near {
                    if *sum >= self.min {
                        break;
                    }
                    let near = near as usize;
                    if self.tree.may_reach(&self.point, near, self.eps2) {
                        *sum += self.weight_within(near);
                    }
                }
            }
        }
        for (place, &mut sum) in at.places().zip(sums) {
            self.core[place] = sum >= self.min;
        }
    }

    /// The weight of a leaf's points within `eps` of the point looked at.
    fn weight_within(&self, leaf: usize) -> u64 {
        let at = self.tree.nodes[leaf];
        let mut sum = 0;
        for block in 0..at.blocks() {
            let start = at.start as usize + block * BLOCK;
            let bits = self.tree.within(&self.point, leaf, block, self.eps2);
            sum += ones(bits)
                .map(|i| u64::from(self.weights[start + i]))
                .sum::<u64>();
        }
        sum
    }

    /// Other leaves with points that may be near to some of a leaf's go to `near`;
    /// the weight of those that are near to all is returned, as far as it matters.
    fn neighbours(&mut self, leaf: usize) -> u64 {
        let mut whole = 0;
        self.near.clear();
        self.stack.push(0);
        while let Some(node) = self.stack.pop() {
            let node = node as usize;
            let at = self.tree.nodes[node];
            if node == leaf || whole >= self.min || self.tree.least(leaf, node) > self.eps2 {
                continue;
            }
            let is_above = node < leaf && leaf < at.last as usize;
            if !is_above && self.tree.greatest(leaf, node) <= self.eps2 {
                whole += self.sums[node];
            } else if at.is_leaf() {
                self.near.push(node as u32);
            } else {
                self.stack.push(at.right);
                self.stack.push(node as u32 + 1);
            }
        }
        whole
    }

    /// From here on sums count core points.
    fn count_core(&mut self) {
        self.sum_up(|search, place| search.core[place].into());
        for node in (0..self.tree.nodes.len()).rev() {
            let at = self.tree.nodes[node];
            self.firsts[node] = if at.is_leaf() {
                let place = at.places().find(|&place| self.core[place]);
                place.unwrap_or(0) as u32
            } else if self.sums[node + 1] > 0 {
                self.firsts[node + 1]
            } else {
                self.firsts[at.right as usize]
            };
        }
        self.done = 0;
    }

    fn find(&mut self, place: u32) -> u32 {
        let mut at = place as usize;
        while self.parents[at] as usize != at {
            self.parents[at] = self.parents[self.parents[at] as usize];
            at = self.parents[at] as usize;
        }
        at as u32
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    /// The cluster of the first core point of a node that has one.
    fn first_of(&mut self, node: usize) -> u32 {
        self.find(self.firsts[node])
    }

    /// Core points of two nodes that are within `eps` become of one cluster.
    fn join(&mut self, a: usize, b: usize, progress: &mut Progress<'_>) -> Result<()> {
        if self.sums[a] == 0 || self.sums[b] == 0 {
            return Ok(());
        }
        if a == b {
            return self.join_within(a, progress);
        }
        if self.uniform[a] && self.uniform[b] && self.first_of(a) == self.first_of(b) {
            return Ok(());
        }
        if self.tree.least(a, b) > self.eps2 {
            return Ok(());
        }
        if self.tree.greatest(a, b) <= self.eps2 {
            self.unite_all(a);
            self.unite_all(b);
            self.unite(self.firsts[a], self.firsts[b]);
            return Ok(());
        }
        let (node_a, node_b) = (self.tree.nodes[a], self.tree.nodes[b]);
        if node_a.is_leaf() && node_b.is_leaf() {
            self.join_leaves(a, b);
        } else if node_b.is_leaf() || (!node_a.is_leaf() && node_a.len() >= node_b.len()) {
            self.join(a + 1, b, progress)?;
            self.join(node_a.right as usize, b, progress)?;
            self.look_at(a);
        } else {
            self.join(a, b + 1, progress)?;
            self.join(a, node_b.right as usize, progress)?;
            self.look_at(b);
        }
        Ok(())
    }

    fn join_within(&mut self, node: usize, progress: &mut Progress<'_>) -> Result<()> {
        let at = self.tree.nodes[node];
        if self.tree.greatest(node, node) <= self.eps2 {
            self.unite_all(node);
        } else if at.is_leaf() {
            self.report(node, progress)?;
            self.join_leaves(node, node);
        } else {
            let right = at.right as usize;
            self.join(node + 1, node + 1, progress)?;
            self.join(right, right, progress)?;
            self.join(node + 1, right, progress)?;
            self.look_at(node);
        }
        Ok(())
    }

    /// All core points of a node are of one cluster, and so are those of nodes below.
    fn unite_all(&mut self, node: usize) {
        if self.uniform[node] {
            return;
        }
        let at = self.tree.nodes[node];
        for place in at.places() {
            if self.core[place] {
                self.unite(self.firsts[node], place as u32);
            }
        }
        self.uniform[node..at.last as usize].fill(true);
    }

    /// Sees whether a node's core points are of one cluster by now.
    fn look_at(&mut self, node: usize) {
        let at = self.tree.nodes[node];
        if self.uniform[node] {
            return;
        }
        let one = if at.is_leaf() {
            let first = self.first_of(node);
            at.places()
                .all(|place| !self.core[place] || self.find(place as u32) == first)
        } else {
            let (left, right) = (node + 1, at.right as usize);
            let empty = |search: &Self, node: usize| search.sums[node] == 0;
            let is_one = |search: &Self, node: usize| search.uniform[node] || empty(search, node);
            is_one(self, left)
                && is_one(self, right)
                && (empty(self, left)
                    || empty(self, right)
                    || self.first_of(left) == self.first_of(right))
        };
        self.uniform[node] = one;
    }

    fn join_leaves(&mut self, a: usize, b: usize) {
        let (node_a, node_b) = (self.tree.nodes[a], self.tree.nodes[b]);
        for (i, place) in node_a.places().enumerate() {
            if !self.core[place] {
                continue;
            }
            self.tree.read(a, i, &mut self.point);
            if a != b && !self.tree.may_reach(&self.point, b, self.eps2) {
                continue;
            }
            // Within a leaf each pair is met twice.
            let first = if a == b { i / BLOCK } else { 0 };
            for block in first..node_b.blocks() {
                let start = node_b.start + (block * BLOCK) as u32;
                for j in ones(self.tree.within(&self.point, b, block, self.eps2)) {
                    let other = start + j as u32;
                    if !self.core[other as usize] {
                        continue;
                    }
                    self.unite(place as u32, other);
                    // The rest of both would say the same.
                    if a != b && self.uniform[a] && self.uniform[b] {
                        return;
                    }
                }
            }
        }
        self.look_at(a);
        self.look_at(b);
    }

    /// By point: clusters by their first core point, then what is at their borders.
    fn labels(mut self, progress: &mut Progress<'_>) -> Result<Vec<i32>> {
        let points = self.tree.order.len();
        let mut places = vec![0; points];
        for (place, &point) in self.tree.order.iter().enumerate() {
            places[point as usize] = place as u32;
        }
        let mut labels = vec![NOISE; points];
        let mut numbers = vec![NOISE; points];
        let mut next = 0;
        for (point, &place) in places.iter().enumerate() {
            if self.core[place as usize] {
                let root = self.find(place) as usize;
                if numbers[root] == NOISE {
                    numbers[root] = next;
                    next += 1;
                }
                labels[point] = numbers[root];
            }
        }
        self.done = 0;
        for leaf in 0..self.tree.nodes.len() {
            let at = self.tree.nodes[leaf];
            if at.is_leaf() && self.sums[leaf] < at.len() as u64 {
                self.report(leaf, progress)?;
                self.mark_borders(leaf, &mut labels);
            }
        }
        Ok(labels)
    }

    fn mark_borders(&mut self, leaf: usize, labels: &mut [i32]) {
        let at = self.tree.nodes[leaf];
        self.core_neighbours(leaf);
        for (i, place) in at.places().enumerate() {
            if self.core[place] {
                continue;
            }
            self.tree.read(leaf, i, &mut self.point);
            let mut first = i32::MAX;
            for &near in &self.near {
                let near = near as usize;
                if !self.tree.may_reach(&self.point, near, self.eps2) {
                    continue;
                }
                let other = self.tree.nodes[near];
                for block in 0..other.blocks() {
                    let start = other.start as usize + block * BLOCK;
                    for j in ones(self.tree.within(&self.point, near, block, self.eps2)) {
                        if self.core[start + j] {
                            first = first.min(labels[self.tree.order[start + j] as usize]);
                        }
                    }
                }
            }
            if first != i32::MAX {
                labels[self.tree.order[place] as usize] = first;
            }
        }
    }

    /// Leaves with core points that may be near to some of a leaf's points.
    fn core_neighbours(&mut self, leaf: usize) {
        self.near.clear();
        self.stack.push(0);
        while let Some(node) = self.stack.pop() {
            let node = node as usize;
            let at = self.tree.nodes[node];
            if self.sums[node] == 0 || self.tree.least(leaf, node) > self.eps2 {
                continue;
            }
            if at.is_leaf() {
                self.near.push(node as u32);
            } else {
                self.stack.push(at.right);
                self.stack.push(node as u32 + 1);
            }
        }
    }
}

/// The places of the ones in `bits`.
fn ones(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        (bits != 0).then(|| {
            bits &= bits - 1;
            place as usize
        })
    })
}
