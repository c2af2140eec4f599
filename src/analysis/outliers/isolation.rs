//! Isolation forest: what a few random cuts set apart is strange.
//!
//! Liu, Ting, Zhou, "Isolation Forest", ICDM 2008, with the choices of scikit-learn 1.9:
//! trees of `sample_size` rows without repetition, a cut by one random column that is
//! not constant, evenly between its ends, and no deeper than log2 of the sample.
//! A score is 2^(−E(h)/c(n)).

use super::features::Features;
use super::{Found, Settings};
use crate::Result;
use crate::analysis::random::{Random, mix};
use crate::order::{greater, lesser, sort_by_number};
use crate::table::Progress;

/// A node's `column` if it is a leaf.
const LEAF: u32 = u32::MAX;
/// Rows that go through all trees together, so that they stay in the cache.
const BLOCK: usize = 512;
/// Rows that go through one tree between two reports of progress: some ten milliseconds.
const PATHS: usize = 1 << 18;

#[derive(Debug, Clone, Copy)]
struct Node {
    cut: f64,
    /// The depth here, and how much deeper a row is expected to go.
    path: f64,
    column: u32,
    /// Rows with at most `cut` go there, others to the next.
    left: u32,
}

/// Trees of one sample each.
#[derive(Debug, Default)]
pub(super) struct Forest {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    /// c(n) of the sample.
    expected: f64,
    /// Rows by their contents, so that a sample does not depend on their order.
    order: Vec<u32>,
}

/// Scores all rows by a forest of theirs.
pub(super) fn find<'a>(
    features: &'a Features,
    settings: Settings,
    progress: &mut Progress<'_>,
) -> Result<Found<'a>> {
    let forest = Forest::of(features, settings, &mut progress.part(0.0, 0.2))?;
    Ok(Found {
        scores: forest.scores(features, &mut progress.part(0.2, 1.0))?,
        shares: Box::new(move |row| forest.shares(features.row(row))),
    })
}

/// How deep a random search tree of `count` leaves is on average, c(n) of the paper.
fn expected_depth(count: usize) -> f64 {
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    match count {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = count as f64;
            2.0 * ((n - 1.0).ln() + EULER_GAMMA) - 2.0 * (n - 1.0) / n
        }
    }
}

/// Rows in order of a hash of their contents; equal rows are neighbours.
fn by_contents(features: &Features) -> Vec<u32> {
    let hash = |row: &[f64]| {
        // Adding 0 makes −0 and 0 one.
        let bits = row.iter().map(|x| (x + 0.0).to_bits());
        bits.fold(0, |hash, bits| {
            mix(hash ^ bits).wrapping_add(0x9e37_79b9_7f4a_7c15)
        })
    };
    let mut rows: Vec<u32> = (0..features.rows() as u32).collect();
    sort_by_number(&mut rows, |&row| hash(features.row(row as usize)));
    rows
}

impl Forest {
    fn of(features: &Features, settings: Settings, progress: &mut Progress<'_>) -> Result<Self> {
        let sample_size = settings.sample_size.min(features.rows());
        let mut forest = Self {
            expected: expected_depth(sample_size),
            order: by_contents(features),
            ..Self::default()
        };
        let mut rows = forest.order.clone();
        let mut columns: Vec<u32> = (0..features.columns() as u32).collect();
        for tree in 0..settings.trees {
            progress.at(tree, settings.trees)?;
            let mut random = Random::new(settings.seed, tree);
            for i in 0..sample_size {
                let other = i + random.below(rows.len() - i);
                rows.swap(i, other);
            }
            forest.grow(
                features,
                &mut rows[..sample_size],
                &mut columns,
                &mut random,
            );
        }
        Ok(forest)
    }

    /// Adds a tree of these rows.
    fn grow(
        &mut self,
        features: &Features,
        rows: &mut [u32],
        columns: &mut [u32],
        random: &mut Random,
    ) {
        // ceil(log2(max(n, 2))).
        let max_depth = rows.len().max(2).next_power_of_two().trailing_zeros();
        self.roots.push(self.nodes.len() as u32);
        self.push(rows.len(), 0);
        let mut open = vec![(self.nodes.len() - 1, 0, rows.len(), 0)];
        while let Some((node, start, end, depth)) = open.pop() {
            let part = &mut rows[start..end];
            let cut = match depth < max_depth {
                true => random_cut(features, part, columns, random),
                false => None,
            };
            let Some((column, cut)) = cut else {
                continue;
            };
            let middle = start + partition(features, part, column, cut);
            let left = self.nodes.len();
            self.nodes[node] = Node {
                cut,
                column,
                left: left as u32,
                ..self.nodes[node]
            };
            self.push(middle - start, depth + 1);
            self.push(end - middle, depth + 1);
            open.push((left + 1, middle, end, depth + 1));
            open.push((left, start, middle, depth + 1));
        }
    }

    fn push(&mut self, rows: usize, depth: u32) {
        self.nodes.push(Node {
            cut: 0.0,
            path: f64::from(depth) + expected_depth(rows),
            column: LEAF,
            left: 0,
        });
    }

    /// The score of each row; equal rows are scored once.
    pub(super) fn scores(
        &self,
        features: &Features,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; features.rows()];
        let mut different: Vec<u32> = Vec::with_capacity(BLOCK);
        let mut sums = Vec::with_capacity(BLOCK);
        let mut places = Vec::with_capacity(2 * BLOCK);
        let mut rows = self.order.iter().copied().peekable();
        let (mut done, mut paths) = (0, 0);
        while rows.peek().is_some() {
            different.clear();
            places.clear();
            while let Some(row) = rows
                .next_if(|&row| different.len() < BLOCK || is_same(features, different.last(), row))
            {
                if !is_same(features, different.last(), row) {
                    different.push(row);
                }
                places.push((row, different.len() - 1));
            }
            sums.clear();
            sums.resize(different.len(), 0.0);
            for &root in &self.roots {
                paths += different.len();
                if paths >= PATHS {
                    progress.at(done, features.rows())?;
                    paths = 0;
                }
                for (sum, &row) in sums.iter_mut().zip(&different) {
                    *sum += self.path(root, features.row(row as usize));
                }
            }
            for &(row, place) in &places {
                scores[row as usize] = self.score(sums[place]);
            }
            done += places.len();
        }
        Ok(scores)
    }

    /// The score of a sum of paths.
    fn score(&self, paths: f64) -> f64 {
        match self.expected > 0.0 {
            true => (-paths / (self.roots.len() as f64 * self.expected)).exp2(),
            // As scikit-learn scores the one row of a table.
            false => 0.5,
        }
    }

    fn path(&self, root: u32, row: &[f64]) -> f64 {
        let mut node = self.nodes[root as usize];
        while node.column != LEAF {
            let right = u32::from(row[node.column as usize] > node.cut);
            node = self.nodes[(node.left + right) as usize];
        }
        node.path
    }

    /// How much the cuts by each column shortened a row's paths: all of these together
    /// are what its mean path is below c(n).
    pub(super) fn shares(&self, row: &[f64]) -> Vec<f32> {
        let mut shares = vec![0.0; row.len()];
        for &root in &self.roots {
            let mut node = self.nodes[root as usize];
            while node.column != LEAF {
                let right = u32::from(row[node.column as usize] > node.cut);
                let next = self.nodes[(node.left + right) as usize];
                shares[node.column as usize] += (node.path - next.path) as f32;
                node = next;
            }
        }
        shares
    }
}

fn is_same(features: &Features, last: Option<&u32>, row: u32) -> bool {
    last.is_some_and(|&last| features.row(last as usize) == features.row(row as usize))
}

/// A column in which these rows differ, and a number between its ends; none if they
/// are all equal.
fn random_cut(
    features: &Features,
    rows: &[u32],
    columns: &mut [u32],
    random: &mut Random,
) -> Option<(u32, f64)> {
    if rows.len() < 2 {
        return None;
    }
    for i in 0..columns.len() {
        let other = i + random.below(columns.len() - i);
        columns.swap(i, other);
        let column = columns[i];
        let values = rows
            .iter()
            .map(|&row| features.row(row as usize)[column as usize]);
        let (least, largest) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, largest), x| {
                (lesser(least, x), greater(largest, x))
            });
        if least < largest {
            let cut = least + random.fraction() * (largest - least);
            return Some((column, if cut < largest { cut } else { least }));
        }
    }
    None
}

/// Puts rows with at most `cut` first; how many they are.
fn partition(features: &Features, rows: &mut [u32], column: u32, cut: f64) -> usize {
    let mut end = 0;
    for i in 0..rows.len() {
        if features.row(rows[i] as usize)[column as usize] <= cut {
            rows.swap(i, end);
            end += 1;
        }
    }
    end
}
