//! The order and depth of a tree's nodes.

use super::join::NONE;

/// Where each node stands.
#[derive(Debug)]
pub(super) struct Shape {
    /// Each node before its children, those in the order that was given.
    pub(super) sequence: Vec<u32>,
    /// The depth of each node; 1 for a root.
    pub(super) depths: Vec<u32>,
    pub(super) has_children: Vec<bool>,
}

impl Shape {
    /// `parents` is the parent of each node, without cycles; `order` is all nodes. O(n).
    pub(super) fn of(parents: &[u32], order: &[u32]) -> Self {
        let nodes = parents.len();
        // Children as linked lists: a node leads to its next sibling.
        let (mut first, mut next) = (vec![NONE; nodes], vec![NONE; nodes]);
        let mut roots = Vec::new();
        for &node in order.iter().rev() {
            match parents[node as usize] {
                NONE => roots.push(node),
                parent => {
                    next[node as usize] = first[parent as usize];
                    first[parent as usize] = node;
                }
            }
        }
        let mut sequence = Vec::with_capacity(nodes);
        let mut depths = vec![1; nodes];
        let mut waiting = roots;
        while let Some(node) = waiting.pop() {
            sequence.push(node);
            if next[node as usize] != NONE {
                waiting.push(next[node as usize]);
            }
            if first[node as usize] != NONE {
                waiting.push(first[node as usize]);
            }
            let parent = parents[node as usize];
            if parent != NONE {
                depths[node as usize] = depths[parent as usize] + 1;
            }
        }
        let has_children = first.iter().map(|&child| child != NONE).collect();
        Self {
            sequence,
            depths,
            has_children,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_follow_their_parent_in_order() {
        // 2 is the parent of 0 and 3, which is that of 1; 4 stands alone.
        let shape = Shape::of(&[2, 3, NONE, 2, NONE], &[4, 2, 3, 0, 1]);
        assert_eq!(shape.sequence, [4, 2, 3, 1, 0]);
        assert_eq!(shape.depths, [2, 3, 1, 2, 1]);
        assert_eq!(shape.has_children, [false, false, true, true, false]);
    }
}
