//! A k-d tree of different points, in which a node has a tight box around its points.
//!
//! It is cut at the middle of the widest side of a sample, which makes boxes near to
//! cubes, and at the median where the middle would part off too few: so its depth is
//! O(log n) whatever the numbers are.
//!
//! Distances are squared sums in the order of the coordinates, in boxes as between
//! points. Rounding is monotone, so a box that is too far never holds a point that
//! is near enough, and results are those of comparing every pair, to the last bit.

use crate::order::{greater, lesser};

/// Points are stored in blocks of so many, coordinate by coordinate, which is what SIMD
/// takes; missing points are NaN, which is near to nothing. A leaf is one block …
pub(super) const BLOCK: usize = 16;

/// … or as many points as these, if all are near to each other: to cut them further
/// would take longer than to compare them with those of another such leaf.
pub(super) const LEAF: usize = 128;

/// A part smaller than this share of a node's points is not worth a cut.
const SMALLEST_SHARE: usize = 8;

/// So many coordinates are added before it is seen whether any point may still be near.
const FEW: usize = 4;

/// With more coordinates the boxes of leaves are too wide to tell much.
const MANY: usize = 8;

/// So many points tell where to cut.
const SAMPLE: usize = 32;

/// Places `start..end` of the tree's order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The second child; the first is the next node. 0 for a leaf.
    pub(super) right: u32,
    /// One more than the last node below.
    pub(super) last: u32,
    /// Where a leaf's blocks begin.
    block: usize,
}

impl Node {
    pub(super) fn is_leaf(&self) -> bool {
        self.right == 0
    }

    pub(super) fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// How many blocks a leaf has.
    pub(super) fn blocks(&self) -> usize {
        self.len().div_ceil(BLOCK)
    }

    pub(super) fn places(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) dims: usize,
    /// Which point is at each place.
    pub(super) order: Vec<u32>,
    /// Parents before children.
    pub(super) nodes: Vec<Node>,
    /// Of each node the lowest, then the highest coordinates.
    boxes: Vec<f64>,
    /// Of each block `dims` times [`BLOCK`] coordinates.
    blocks: Vec<f64>,
}

impl Tree {
    /// `coords`: `dims` finite numbers for each point, no two points alike; `eps2`: the
    /// square of the distance of what is near. O(n log n).
    pub(super) fn new(coords: &[f64], dims: usize, eps2: f64) -> Self {
        let points = coords.len() / dims.max(1);
        let mut builder = Builder {
            rows: coords.to_vec(),
            spare: Vec::new(),
            eps2,
            tree: Self {
                dims,
                order: (0..points as u32).collect(),
                nodes: Vec::with_capacity(points / 4 + 1),
                boxes: Vec::with_capacity((points / 4 + 1) * 2 * dims),
                blocks: Vec::with_capacity(points * dims * 2),
            },
        };
        if points > 0 {
            builder.add(0, points);
        }
        builder.tree
    }

    fn sides(&self, node: usize) -> (&[f64], &[f64]) {
        self.boxes[node * 2 * self.dims..(node + 1) * 2 * self.dims].split_at(self.dims)
    }

    /// The least squared distance that points of two nodes can have.
    pub(super) fn least(&self, a: usize, b: usize) -> f64 {
        let ((low_a, high_a), (low_b, high_b)) = (self.sides(a), self.sides(b));
        let a = low_a.iter().zip(high_a);
        let mut sum = 0.0;
        for ((low_a, high_a), (low_b, high_b)) in a.zip(low_b.iter().zip(high_b)) {
            let gap = greater(0.0, greater(low_a - high_b, low_b - high_a));
            sum += gap * gap;
        }
        sum
    }

    /// The greatest squared distance that points of two nodes can have.
    pub(super) fn greatest(&self, a: usize, b: usize) -> f64 {
        let ((low_a, high_a), (low_b, high_b)) = (self.sides(a), self.sides(b));
        let a = low_a.iter().zip(high_a);
        let mut sum = 0.0;
        for ((low_a, high_a), (low_b, high_b)) in a.zip(low_b.iter().zip(high_b)) {
            let span = greater(high_a - low_b, high_b - low_a);
            sum += span * span;
        }
        sum
    }

    /// Whether points of a node may be within `eps2` of a point.
    pub(super) fn may_reach(&self, point: &[f64], node: usize, eps2: f64) -> bool {
        // Among many coordinates boxes are seldom far; to look at the points is faster.
        if self.dims > MANY {
            return true;
        }
        let (low, high) = self.sides(node);
        let mut sum = 0.0;
        for ((low, high), x) in low.iter().zip(high).zip(point) {
            let gap = greater(0.0, greater(low - x, x - high));
            sum += gap * gap;
        }
        sum <= eps2
    }

    /// The coordinates of the `i`-th point of a leaf go to `point`.
    pub(super) fn read(&self, leaf: usize, i: usize, point: &mut [f64]) {
        let start = self.nodes[leaf].block + i / BLOCK * BLOCK * self.dims;
        let block = &self.blocks[start..];
        for (j, to) in point.iter_mut().enumerate() {
            *to = block[j * BLOCK + i % BLOCK];
        }
    }

    /// Of the points of a leaf's block those within `eps2` of `point`, as bits.
    #[inline]
    pub(super) fn within(&self, point: &[f64], leaf: usize, block: usize, eps2: f64) -> u32 {
        let start = self.nodes[leaf].block + block * BLOCK * self.dims;
        let block = &self.blocks[start..start + BLOCK * self.dims];
        let mut sums = [0.0; BLOCK];
        let mut bits = 0;
        let columns = block.as_chunks::<BLOCK>().0.chunks(FEW);
        for (columns, point) in columns.zip(point.chunks(FEW)) {
            for (column, &at) in columns.iter().zip(point) {
                for (sum, &x) in sums.iter_mut().zip(column) {
                    *sum += (x - at) * (x - at);
                }
            }
            let near = sums.iter().enumerate();
            bits = near.fold(0, |bits, (i, &sum)| bits | u32::from(sum <= eps2) << i);
            // Sums only grow.
            if bits == 0 {
                break;
            }
        }
        bits
    }
}

struct Builder {
    /// The points' coordinates, in the tree's order as far as it is known.
    rows: Vec<f64>,
    spare: Vec<f64>,
    eps2: f64,
    tree: Tree,
}

impl Builder {
    fn add(&mut self, start: usize, end: usize) {
        let node = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            start: start as u32,
            end: end as u32,
            right: 0,
            last: 0,
            block: 0,
        });
        let dims = self.tree.dims;
        self.tree.boxes.resize((node + 1) * 2 * dims, 0.0);
        if end - start <= BLOCK || end - start <= LEAF && self.is_near(start, end) {
            self.add_blocks(node, start, end);
        } else {
            let middle = self.cut(start, end);
            self.add(start, middle);
            let right = self.tree.nodes.len();
            self.tree.nodes[node].right = right as u32;
            self.add(middle, end);
            let (own, below) = self.tree.boxes[node * 2 * dims..].split_at_mut(2 * dims);
            let other = &below[(right - node - 1) * 2 * dims..];
            for j in 0..dims {
                own[j] = lesser(below[j], other[j]);
                own[dims + j] = greater(below[dims + j], other[dims + j]);
            }
        }
        self.tree.nodes[node].last = self.tree.nodes.len() as u32;
    }

    /// Whether all of these points are near to each other.
    fn is_near(&self, start: usize, end: usize) -> bool {
        let mut sum = 0.0;
        for side in 0..self.tree.dims {
            let (low, high) = self.ends(side, start, end, 1);
            sum += (high - low) * (high - low);
            if sum > self.eps2 {
                return false;
            }
        }
        true
    }

    /// The lowest and the highest coordinate of some points along a side.
    fn ends(&self, side: usize, start: usize, end: usize, step: usize) -> (f64, f64) {
        let rows = (start..end).step_by(step);
        rows.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), row| {
            let x = self.rows[row * self.tree.dims + side];
            (lesser(low, x), greater(high, x))
        })
    }

    /// The points of a leaf, and the box around them.
    fn add_blocks(&mut self, node: usize, start: usize, end: usize) {
        let dims = self.tree.dims;
        let at = self.tree.blocks.len();
        self.tree.nodes[node].block = at;
        let blocks = (end - start).div_ceil(BLOCK);
        self.tree
            .blocks
            .resize(at + blocks * dims * BLOCK, f64::NAN);
        let rows = self.rows[start * dims..end * dims].chunks_exact(dims);
        for (i, row) in rows.enumerate() {
            let block = at + i / BLOCK * BLOCK * dims + i % BLOCK;
            for (j, &x) in row.iter().enumerate() {
                self.tree.blocks[block + j * BLOCK] = x;
            }
        }
        for side in 0..dims {
            let (low, high) = self.ends(side, start, end, 1);
            self.tree.boxes[node * 2 * dims + side] = low;
            self.tree.boxes[node * 2 * dims + dims + side] = high;
        }
    }

    /// Parts some points in two; returns where the second part begins. Where to cut is
    /// told by a sample, so that most points are looked at but once.
    fn cut(&mut self, start: usize, end: usize) -> usize {
        let dims = self.tree.dims;
        let step = (end - start).div_ceil(SAMPLE);
        let mut widest = (f64::NEG_INFINITY, 0, 0.0);
        for side in 0..dims {
            let (low, high) = self.ends(side, start, end, step);
            if high - low > widest.0 {
                // Halves first: the sum of both may be infinite.
                widest = (high - low, side, low / 2.0 + high / 2.0);
            }
        }
        let (_, side, middle) = widest;
        let sample = (start..end).step_by(step);
        let sample = sample.map(|row| (self.rows[row * dims + side], 0));
        let mut sample: Vec<(f64, u32)> = sample.collect();
        let median = median(&mut sample);
        for at in [middle, median] {
            let second = self.part(side, at, start, end);
            if (second - start).min(end - second) >= (end - start) / SMALLEST_SHARE {
                return second;
            }
        }
        self.halve(start, end)
    }

    /// Those up to `at` along a side before the others.
    fn part(&mut self, side: usize, at: f64, start: usize, end: usize) -> usize {
        let dims = self.tree.dims;
        let (mut left, mut right) = (start, end);
        loop {
            while left < right && self.rows[left * dims + side] <= at {
                left += 1;
            }
            while left < right && self.rows[(right - 1) * dims + side] > at {
                right -= 1;
            }
            if left == right {
                return left;
            }
            right -= 1;
            self.tree.order.swap(left, right);
            let (before, after) = self.rows.split_at_mut(right * dims);
            before[left * dims..(left + 1) * dims].swap_with_slice(&mut after[..dims]);
            left += 1;
        }
    }

    /// The same at the median of the widest side, exactly.
    fn halve(&mut self, start: usize, end: usize) -> usize {
        let dims = self.tree.dims;
        let mut widest = (f64::NEG_INFINITY, 0);
        for side in 0..dims {
            let (low, high) = self.ends(side, start, end, 1);
            if high - low > widest.0 {
                widest = (high - low, side);
            }
        }
        let side = widest.1;
        let keys = (start..end).map(|place| (self.rows[place * dims + side], place as u32));
        let mut keys: Vec<(f64, u32)> = keys.collect();
        median(&mut keys);
        self.spare.clear();
        let mut order = Vec::with_capacity(keys.len());
        for &(_, place) in &keys {
            let place = place as usize;
            let row = &self.rows[place * dims..(place + 1) * dims];
            self.spare.extend_from_slice(row);
            order.push(self.tree.order[place]);
        }
        self.rows[start * dims..end * dims].copy_from_slice(&self.spare);
        self.tree.order[start..end].copy_from_slice(&order);
        start + keys.len() / 2
    }
}

/// Parts keys at their middle, so that none before it is greater than any after it, and
/// returns it: Hoare's FIND (1961), in three parts, so that equal keys are no harm. Where it
/// looks is as good as random, so it is linear; std's selection has ten times the code.
fn median(keys: &mut [(f64, u32)]) -> f64 {
    let middle = keys.len() / 2;
    let (mut start, mut end) = (0, keys.len());
    let mut random = 0u64;
    while start < end {
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let pivot = keys[start + (random >> 33) as usize % (end - start)].0;
        let (mut less, mut at, mut greater) = (start, start, end);
        while at < greater {
            if keys[at].0 < pivot {
                keys.swap(less, at);
                less += 1;
                at += 1;
            } else if keys[at].0 > pivot {
                greater -= 1;
                keys.swap(at, greater);
            } else {
                at += 1;
            }
        }
        if middle < less {
            end = less;
        } else if middle >= greater {
            start = greater;
        } else {
            break;
        }
    }
    keys[middle].0
}
