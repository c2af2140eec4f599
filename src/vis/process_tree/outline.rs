//! Which lines of a tree are shown: a flat list, made anew when something is opened or closed, so
//! that drawing and pointing cost what the screen holds.

use crate::transform::process_tree::{NONE, in_order};
use crate::{Result, Table};

/// A tree whose parts can be closed. Its nodes count from 0, each before its children.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The row of each node.
    pub(crate) rows: Vec<u32>,
    /// How deep each is; 1 for a root.
    pub(crate) depths: Vec<u32>,
    /// The parent of each, or [`NONE`].
    pub(crate) parents: Vec<u32>,
    /// The last child of each, or [`NONE`].
    pub(crate) last: Vec<u32>,
    /// The node after all that are below each.
    ends: Vec<u32>,
    /// Whether what is below each is shown.
    pub(crate) open: Vec<bool>,
    /// The nodes that are shown, in order.
    pub(crate) shown: Vec<u32>,
    /// The depth of the deepest.
    pub(crate) deepest: u32,
}

/// A tree is opened as far down as shows no more processes than this.
const FIRST: usize = 200;

impl Outline {
    /// All of a tree, opened as far as one can survey.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if it is none.
    pub(crate) fn of(tree: &Table) -> Result<Self> {
        let order = in_order(tree)?;
        let rows = order.rows;
        let mut nodes = vec![NONE; rows.len()];
        for (node, &row) in (0..).zip(&rows) {
            nodes[row as usize] = node;
        }
        let depths: Vec<u32> = rows.iter().map(|row| order.depths[*row as usize]).collect();
        let above = |row: &u32| nodes.get(order.parents[*row as usize] as usize);
        let parents: Vec<u32> = rows
            .iter()
            .map(|row| above(row).copied().unwrap_or(NONE))
            .collect();
        let mut last = vec![NONE; rows.len()];
        let mut ends: Vec<u32> = (1..=rows.len() as u32).collect();
        for (node, &parent) in parents.iter().enumerate().rev() {
            if let Some(end) = ends.get(parent as usize) {
                ends[parent as usize] = (*end).max(ends[node]);
                if last[parent as usize] == NONE {
                    last[parent as usize] = node as u32;
                }
            }
        }
        let mut outline = Self {
            open: vec![],
            shown: vec![],
            deepest: depths.iter().copied().max().unwrap_or(0),
            rows,
            depths,
            parents,
            last,
            ends,
        };
        let levels = outline.levels();
        outline.open = outline.depths.iter().map(|depth| *depth < levels).collect();
        outline.arrange();
        Ok(outline)
    }

    /// How many levels are shown first.
    fn levels(&self) -> u32 {
        let mut counts = vec![0; self.deepest as usize + 2];
        self.depths
            .iter()
            .for_each(|depth| counts[*depth as usize] += 1);
        let mut sum = 0;
        let fits = counts.iter().take_while(|count| {
            sum += **count;
            sum <= FIRST
        });
        (fits.count() as u32).saturating_sub(1).max(1)
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many are below a node.
    pub(crate) fn below(&self, node: usize) -> usize {
        self.ends[node] as usize - node - 1
    }

    /// The line of a node, if it is shown.
    pub(crate) fn line(&self, node: u32) -> Option<usize> {
        self.shown.binary_search(&node).ok()
    }

    /// Lists anew what is shown. O(shown).
    pub(crate) fn arrange(&mut self) {
        self.shown.clear();
        let mut node = 0;
        while node < self.len() {
            self.shown.push(node as u32);
            node = match self.open[node] {
                true => node + 1,
                false => self.ends[node] as usize,
            };
        }
    }

    /// Opens or closes a node; false if it is so already, or nothing is below it.
    pub(crate) fn fold(&mut self, node: usize, open: bool) -> bool {
        let changes = self.below(node) > 0 && self.open[node] != open;
        if changes {
            self.open[node] = open;
            self.arrange();
        }
        changes
    }

    /// Opens all that a node is below.
    pub(crate) fn open_to(&mut self, mut node: usize) {
        while let Some(&parent) = self.parents.get(node).filter(|parent| **parent != NONE) {
            node = parent as usize;
            self.open[node] = true;
        }
        self.arrange();
    }

    /// Opens all that `found` nodes are below, without listing anew what is shown. O(n).
    pub(crate) fn open_above(&mut self, found: &[bool]) {
        let mut wanted = found.to_vec();
        for node in (0..self.len())
            .rev()
            .filter(|node| self.parents[*node] != NONE)
        {
            if wanted[node] {
                let parent = self.parents[node] as usize;
                wanted[parent] = true;
                self.open[parent] = true;
            }
        }
    }
}
