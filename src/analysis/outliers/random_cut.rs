//! Robust random cut forest: a stream of rows, each against those just before it.
//!
//! Guha, Mishra, Roy, Schrijvers, "Robust Random Cut Forest Based Anomaly Detection On
//! Streams", ICML 2016. Each tree holds the last `sample_size` rows: the oldest is
//! forgotten, the new one inserted (their algorithms 1 and 2), and its score is the mean
//! collusive displacement: the largest ratio, on the way to the root, of the rows beside to
//! the rows with it. Memory is that of the trees and the rows.

use super::features::Features;
use super::{Found, Settings};
use crate::Result;
use crate::analysis::random::Random;
use crate::order::{greater, lesser};
use crate::table::Progress;

const NONE: u32 = u32::MAX;

/// Scores the rows, which come in `order`.
pub(super) fn find<'a>(
    features: &'a Features,
    order: &[u32],
    settings: Settings,
    progress: &mut Progress<'_>,
) -> Result<Found<'a>> {
    let (rows, width) = (features.rows(), features.columns());
    let window = settings.sample_size.min(rows.max(1));
    let trees = settings.trees as f64;
    let mut scores = vec![0.0; rows];
    let mut shares = vec![0.0f32; rows * width];
    // Some ten milliseconds.
    let between = (16_384 / width.max(1)).max(256);
    // Tree by tree, so that each stays in the cache, and only one is held.
    for index in 0..settings.trees {
        let mut progress = progress.part(index as f64 / trees, (index + 1) as f64 / trees);
        let mut tree = Tree::new(features, window, Random::new(settings.seed, index));
        for (time, &row) in order.iter().enumerate() {
            if time % between == 0 {
                progress.at(time, rows)?;
            }
            let (displacement, column) = tree.next(time, row);
            scores[row as usize] += displacement;
            if column != NONE {
                shares[row as usize * width + column as usize] += displacement as f32;
            }
        }
    }
    scores.iter_mut().for_each(|score| *score /= trees);
    Ok(Found {
        scores,
        shares: Box::new(move |row| shares[row * width..][..width].to_vec()),
    })
}

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    /// Both NONE in a leaf.
    left: u32,
    right: u32,
    /// Rows below, or equal rows in a leaf.
    count: u32,
    /// A leaf's row; the column that others cut by.
    row_or_column: u32,
    /// Rows with at most this are on the left.
    cut: f64,
}

impl Node {
    fn is_leaf(&self) -> bool {
        self.left == NONE
    }
}

/// One tree. Nodes that are no longer in use are used again.
struct Tree<'a> {
    features: &'a Features,
    nodes: Vec<Node>,
    /// The least and the largest value of each column below each inner node.
    boxes: Vec<f64>,
    free: Vec<u32>,
    root: u32,
    /// The leaf of each of the last rows, in turn.
    leaves: Vec<u32>,
    random: Random,
}

impl<'a> Tree<'a> {
    fn new(features: &'a Features, window: usize, random: Random) -> Self {
        Self {
            features,
            nodes: Vec::with_capacity(2 * window),
            boxes: Vec::with_capacity(4 * window * features.columns()),
            free: Vec::new(),
            root: NONE,
            leaves: vec![NONE; window],
            random,
        }
    }

    /// Forgets the oldest row and takes the next: its displacement, and the column
    /// whose cut did that.
    fn next(&mut self, time: usize, row: u32) -> (f64, u32) {
        let slot = time % self.leaves.len();
        if self.leaves[slot] != NONE {
            self.forget(self.leaves[slot]);
        }
        let leaf = self.insert(row);
        self.leaves[slot] = leaf;
        self.displacement(leaf)
    }

    fn node(&mut self, node: Node) -> u32 {
        if let Some(index) = self.free.pop() {
            self.nodes[index as usize] = node;
            return index;
        }
        self.nodes.push(node);
        let width = 2 * self.features.columns();
        self.boxes.resize(self.nodes.len() * width, 0.0);
        self.nodes.len() as u32 - 1
    }

    fn leaf(&mut self, row: u32) -> u32 {
        self.node(Node {
            parent: NONE,
            left: NONE,
            right: NONE,
            count: 1,
            row_or_column: row,
            cut: 0.0,
        })
    }

    /// The least and the largest value of `column` below `node`.
    #[inline]
    fn ends(&self, node: u32, column: usize) -> (f64, f64) {
        let of = &self.nodes[node as usize];
        if of.is_leaf() {
            let x = self.features.row(of.row_or_column as usize)[column];
            return (x, x);
        }
        let at = (node as usize * self.features.columns() + column) * 2;
        (self.boxes[at], self.boxes[at + 1])
    }

    /// A cut of the box of `node` and `row` together, as likely in each column as it is wide:
    /// the column, where, and whether it parts the two; none if they are one point.
    fn cut(&mut self, node: u32, row: &[f64]) -> Option<(usize, f64, bool)> {
        let both = |tree: &Self, column: usize| {
            let (least, largest) = tree.ends(node, column);
            (lesser(least, row[column]), greater(largest, row[column]))
        };
        let mut total = 0.0;
        for column in 0..row.len() {
            let (least, largest) = both(self, column);
            total += largest - least;
        }
        if total <= 0.0 {
            return None;
        }
        let mut rest = self.random.fraction() * total;
        let mut chosen = None;
        for column in 0..row.len() {
            let (least, largest) = both(self, column);
            if largest > least {
                chosen = Some((column, lesser(least + rest, largest)));
                if rest < largest - least {
                    break;
                }
            }
            rest = greater(0.0, rest - (largest - least));
        }
        let (column, cut) = chosen?;
        let (least, largest) = self.ends(node, column);
        let x = row[column];
        let parts = (x <= cut && cut < least) || (largest <= cut && cut < x);
        if parts || !self.nodes[node as usize].is_leaf() {
            return Some((column, cut, parts));
        }
        // Rounding put the cut on the larger of two points.
        Some((column, lesser(x, least), true))
    }

    /// Adds a row; its leaf.
    fn insert(&mut self, row: u32) -> u32 {
        let features = self.features;
        let point = features.row(row as usize);
        if self.root == NONE {
            self.root = self.leaf(row);
            return self.root;
        }
        let mut at = self.root;
        loop {
            let Some((column, cut, parts)) = self.cut(at, point) else {
                self.nodes[at as usize].count += 1;
                return at;
            };
            if parts {
                return self.branch(at, row, column, cut);
            }
            let node = &mut self.nodes[at as usize];
            node.count += 1;
            let goes_left = point[node.row_or_column as usize] <= node.cut;
            let next = if goes_left { node.left } else { node.right };
            for (column, &x) in point.iter().enumerate() {
                let ends = (at as usize * point.len() + column) * 2;
                self.boxes[ends] = lesser(self.boxes[ends], x);
                self.boxes[ends + 1] = greater(self.boxes[ends + 1], x);
            }
            at = next;
        }
    }

    /// Puts a leaf beside `sibling`, below a new node.
    fn branch(&mut self, sibling: u32, row: u32, column: usize, cut: f64) -> u32 {
        let leaf = self.leaf(row);
        let is_left = self.features.row(row as usize)[column] <= cut;
        let (left, right) = if is_left {
            (leaf, sibling)
        } else {
            (sibling, leaf)
        };
        let Node { parent, count, .. } = self.nodes[sibling as usize];
        let node = self.node(Node {
            parent,
            left,
            right,
            count: count + 1,
            row_or_column: column as u32,
            cut,
        });
        self.replace(parent, sibling, node);
        self.nodes[sibling as usize].parent = node;
        self.nodes[leaf as usize].parent = node;
        self.fit_box(node);
        leaf
    }

    /// Makes `new` the child that `old` was, or the root.
    fn replace(&mut self, parent: u32, old: u32, new: u32) {
        match parent {
            NONE => self.root = new,
            _ => {
                let parent = &mut self.nodes[parent as usize];
                if parent.left == old {
                    parent.left = new;
                } else {
                    parent.right = new;
                }
            }
        }
    }

    /// The box of a node's children; whether it has changed.
    fn fit_box(&mut self, node: u32) -> bool {
        let Node { left, right, .. } = self.nodes[node as usize];
        let mut has_changed = false;
        for column in 0..self.features.columns() {
            let (a, b) = (self.ends(left, column), self.ends(right, column));
            let ends = (lesser(a.0, b.0), greater(a.1, b.1));
            let at = (node as usize * self.features.columns() + column) * 2;
            has_changed |= (self.boxes[at], self.boxes[at + 1]) != ends;
            (self.boxes[at], self.boxes[at + 1]) = ends;
        }
        has_changed
    }

    /// Takes one row away from a leaf.
    fn forget(&mut self, leaf: u32) {
        let Node { parent, count, .. } = self.nodes[leaf as usize];
        let mut above = parent;
        let mut may_change = false;
        if count > 1 {
            self.nodes[leaf as usize].count -= 1;
        } else if parent == NONE {
            self.root = NONE;
            self.free.push(leaf);
        } else {
            let Node {
                left,
                right,
                parent: grandparent,
                ..
            } = self.nodes[parent as usize];
            let sibling = if left == leaf { right } else { left };
            self.replace(grandparent, parent, sibling);
            self.nodes[sibling as usize].parent = grandparent;
            self.free.extend([leaf, parent]);
            above = grandparent;
            may_change = true;
        }
        while above != NONE {
            self.nodes[above as usize].count -= 1;
            may_change = may_change && self.fit_box(above);
            above = self.nodes[above as usize].parent;
        }
    }

    /// The collusive displacement of a leaf, and the column of the cut that has it.
    fn displacement(&self, leaf: u32) -> (f64, u32) {
        let mut most = (0.0, NONE);
        let mut at = leaf;
        loop {
            let Node { parent, count, .. } = self.nodes[at as usize];
            if parent == NONE {
                return most;
            }
            let above = &self.nodes[parent as usize];
            let ratio = f64::from(above.count - count) / f64::from(count);
            if ratio > most.0 {
                most = (ratio, above.row_or_column);
            }
            at = parent;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array};
    use proptest::prelude::*;

    use super::*;
    use crate::Table;

    fn features(columns: &[Vec<f64>]) -> Features {
        let names = ["a", "b", "c"];
        let columns = names.into_iter().zip(columns);
        let columns = columns.map(|(name, values)| {
            (
                name,
                Arc::new(Float64Array::from(values.clone())) as ArrayRef,
            )
        });
        Features::of(&Table::new(columns.collect()).expect("equal lengths"), None).expect("numbers")
    }

    /// The rows below a node, having looked at its count, box, cut and children.
    fn check(tree: &Tree<'_>, at: u32, parent: u32) -> Vec<u32> {
        let node = tree.nodes[at as usize];
        assert_eq!(node.parent, parent);
        if node.is_leaf() {
            return vec![node.row_or_column; node.count as usize];
        }
        let (left, right) = (check(tree, node.left, at), check(tree, node.right, at));
        assert_eq!(node.count as usize, left.len() + right.len());
        let cut =
            |row: &u32| tree.features.row(*row as usize)[node.row_or_column as usize] <= node.cut;
        assert!(left.iter().all(cut) && !right.iter().any(cut));
        let rows = [left, right].concat();
        for column in 0..tree.features.columns() {
            let values = rows
                .iter()
                .map(|&row| tree.features.row(row as usize)[column]);
            let least = values.clone().fold(f64::INFINITY, f64::min);
            assert_eq!(
                tree.ends(at, column),
                (least, values.fold(f64::NEG_INFINITY, f64::max))
            );
        }
        rows
    }

    proptest! {
        #[test]
        fn a_tree_is_right_after_each_row(
            rows in prop::collection::vec((0..4i8, 0..3i8, -9.0..9.0f64), 1..60),
            window in 1..12usize,
            seed in 0..u64::MAX,
        ) {
            let columns = [rows.iter().map(|row| f64::from(row.0)).collect(), rows.iter().map(|row| f64::from(row.1)).collect(), rows.iter().map(|row| row.2.trunc()).collect::<Vec<_>>()];
            let features = features(&columns);
            let mut tree = Tree::new(&features, window, Random::new(seed, 0));
            for time in 0..rows.len() {
                let (displacement, _) = tree.next(time, time as u32);
                let mut held: Vec<&[f64]> = check(&tree, tree.root, NONE).iter().map(|&row| features.row(row as usize)).collect();
                let mut expected: Vec<&[f64]> = (0..=time).rev().take(window).map(|row| features.row(row)).collect();
                held.sort_by(|a, b| a.partial_cmp(b).expect("finite"));
                expected.sort_by(|a, b| a.partial_cmp(b).expect("finite"));
                prop_assert_eq!(held, expected);
                prop_assert!(displacement < window as f64);
                prop_assert!(tree.nodes.len() <= 2 * window);
            }
        }
    }

    /// Inserted and forgotten in any order, a tree is distributed as one that is made
    /// of its rows at once: the first cut lies in a gap as likely as it is wide.
    #[test]
    fn cuts_are_as_likely_as_gaps_are_wide() {
        let features = features(&[vec![0.7, 0.0, 1.0, 0.1]]);
        let mut in_wide = 0;
        for seed in 0..4000 {
            let mut tree = Tree::new(&features, 3, Random::new(seed, 0));
            for row in 0..4 {
                tree.next(row as usize, row);
            }
            let cut = tree.nodes[tree.root as usize].cut;
            in_wide += i32::from((0.1..1.0).contains(&cut));
        }
        // 0.9 of 4000, give or take three standard deviations.
        assert!((3600 - 57..3600 + 57).contains(&in_wide), "{in_wide}");
    }
}
