//! A k-d tree of different points, in which a node has a tight box around its points.
//!
//! It is cut at the middle of the widest side of a sample, which makes boxes near to
//! cubes, and at the median where the middle would part off too few: so its depth is
//! O(log n) whatever the numbers are.
//!
//! Distances are squared sums in the order of the coordinates, in boxes as between
//! points. Rounding is monotone, so a box that is too far never holds a point that
//! is near enough, and results are those of comparing every pair, to the last bit.

/// Most points of a leaf. Leaves are stored as so many, coordinate by coordinate,
/// which is what SIMD takes; missing points are NaN, which is near to nothing.
pub(super) const LEAF: usize = 16;

/// A part smaller than this share of a node's points is not worth a cut.
const SMALLEST_SHARE: usize = 8;

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
    /// Where a leaf's coordinates begin.
    block: usize,
}

impl Node {
    pub(super) fn is_leaf(&self) -> bool {
        self.right == 0
    }

    pub(super) fn len(&self) -> usize {
        (self.end - self.start) as usize
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
    /// Of each leaf `dims` times [`LEAF`] coordinates.
    blocks: Vec<f64>,
}

impl Tree {
    /// `coords`: `dims` finite numbers for each point, no two points alike. O(n log n).
    pub(super) fn new(coords: &[f64], dims: usize) -> Self {
        let points = coords.len() / dims.max(1);
        let mut builder = Builder {
            rows: coords.to_vec(),
            spare: Vec::new(),
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
        let mut sum = 0.0;
        for j in 0..self.dims {
            let gap = (low_a[j] - high_b[j]).max(low_b[j] - high_a[j]).max(0.0);
            sum += gap * gap;
        }
        sum
    }

    /// The greatest squared distance that points of two nodes can have.
    pub(super) fn greatest(&self, a: usize, b: usize) -> f64 {
        let ((low_a, high_a), (low_b, high_b)) = (self.sides(a), self.sides(b));
        let mut sum = 0.0;
        for j in 0..self.dims {
            let span = (high_a[j] - low_b[j]).max(high_b[j] - low_a[j]);
            sum += span * span;
        }
        sum
    }

    /// The least squared distance of a point from a node's points.
    pub(super) fn least_from(&self, point: &[f64], node: usize) -> f64 {
        let (low, high) = self.sides(node);
        let mut sum = 0.0;
        for j in 0..self.dims {
            let gap = (low[j] - point[j]).max(point[j] - high[j]).max(0.0);
            sum += gap * gap;
        }
        sum
    }

    /// The coordinates of the `i`-th point of a leaf go to `point`.
    pub(super) fn read(&self, leaf: usize, i: usize, point: &mut [f64]) {
        let block = &self.blocks[self.nodes[leaf].block..];
        for (j, to) in point.iter_mut().enumerate() {
            *to = block[j * LEAF + i];
        }
    }

    /// Squared distances of a point from those of a leaf.
    #[inline]
    pub(super) fn distances(&self, point: &[f64], leaf: usize) -> [f64; LEAF] {
        let start = self.nodes[leaf].block;
        let block = &self.blocks[start..start + LEAF * self.dims];
        let mut sums = [0.0; LEAF];
        for (column, &at) in block.as_chunks::<LEAF>().0.iter().zip(point) {
            for (sum, &x) in sums.iter_mut().zip(column) {
                *sum += (x - at) * (x - at);
            }
        }
        sums
    }

    /// Of the points of a leaf those within `eps2` of `point`, as bits.
    #[inline]
    pub(super) fn within(&self, point: &[f64], leaf: usize, eps2: f64) -> u32 {
        let distances = self.distances(point, leaf);
        let bits = distances.iter().enumerate();
        bits.fold(0, |bits, (i, &distance)| {
            bits | u32::from(distance <= eps2) << i
        })
    }
}

struct Builder {
    /// The points' coordinates, in the tree's order as far as it is known.
    rows: Vec<f64>,
    spare: Vec<f64>,
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
        if end - start <= LEAF {
            self.add_block(node, start, end);
        } else {
            let middle = self.cut(start, end);
            self.add(start, middle);
            let right = self.tree.nodes.len();
            self.tree.nodes[node].right = right as u32;
            self.add(middle, end);
            let (own, below) = self.tree.boxes[node * 2 * dims..].split_at_mut(2 * dims);
            let other = &below[(right - node - 1) * 2 * dims..];
            for j in 0..dims {
                own[j] = below[j].min(other[j]);
                own[dims + j] = below[dims + j].max(other[dims + j]);
            }
        }
        self.tree.nodes[node].last = self.tree.nodes.len() as u32;
    }

    /// The points of a leaf, and the box around them.
    fn add_block(&mut self, node: usize, start: usize, end: usize) {
        let (dims, at) = (self.tree.dims, self.tree.blocks.len());
        self.tree.nodes[node].block = at;
        self.tree.blocks.resize(at + dims * LEAF, f64::NAN);
        let rows = &self.rows[start * dims..end * dims];
        for j in 0..dims {
            let block = &mut self.tree.blocks[at + j * LEAF..at + (j + 1) * LEAF];
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for (to, row) in block.iter_mut().zip(rows.chunks_exact(dims)) {
                *to = row[j];
                low = low.min(row[j]);
                high = high.max(row[j]);
            }
            self.tree.boxes[node * 2 * dims + j] = low;
            self.tree.boxes[node * 2 * dims + dims + j] = high;
        }
    }

    /// Parts some points in two; returns where the second part begins. Where to cut is
    /// told by a sample, so that most points are looked at but once.
    fn cut(&mut self, start: usize, end: usize) -> usize {
        let dims = self.tree.dims;
        let step = (end - start).div_ceil(SAMPLE);
        let sample = |side: usize| {
            let rows = (start..end).step_by(step);
            rows.map(|row| self.rows[row * dims + side])
                .collect::<Vec<_>>()
        };
        let mut widest = (f64::NEG_INFINITY, 0, 0.0);
        for side in 0..dims {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for row in (start..end).step_by(step) {
                let x = self.rows[row * dims + side];
                low = low.min(x);
                high = high.max(x);
            }
            if high - low > widest.0 {
                // Halves first: the sum of both may be infinite.
                widest = (high - low, side, low / 2.0 + high / 2.0);
            }
        }
        let (_, side, middle) = widest;
        let mut values = sample(side);
        let half = values.len() / 2;
        let median = *values.select_nth_unstable_by(half, f64::total_cmp).1;
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
            let rows = self.rows[start * dims..end * dims].chunks_exact(dims);
            let (low, high) = rows.fold((f64::INFINITY, f64::NEG_INFINITY), |ends, row| {
                (ends.0.min(row[side]), ends.1.max(row[side]))
            });
            if high - low > widest.0 {
                widest = (high - low, side);
            }
        }
        let side = widest.1;
        let keys = (start..end).map(|place| (self.rows[place * dims + side], place as u32));
        let mut keys: Vec<(f64, u32)> = keys.collect();
        let half = keys.len() / 2;
        keys.select_nth_unstable_by(half, |a, b| a.0.total_cmp(&b.0));
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
        start + half
    }
}
