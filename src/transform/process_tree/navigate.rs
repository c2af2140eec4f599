//! Walks over a tree that was built: parents, children, ancestors.
//!
//! They read the columns `ProcKey`, `SourceIndex` and `ParentIndex` alone, so
//! that a part of a tree, filtered or sorted, is one too; a process whose parent
//! is not in the table is a root of it.

use arrow_array::{Array, Int64Array};

use super::join::NONE;
use super::shape::Shape;
use crate::order::{signed, sort_by_number};
use crate::table::Map;
use crate::{Error, Result, Table};

/// What to find of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Relation {
    /// All processes without a parent, whatever the process.
    Roots,
    /// The process itself.
    Process,
    /// Its oldest ancestor, or itself.
    Root,
    /// Its root and all below.
    RootTree,
    /// Its parent, if it has one.
    Parent,
    /// Those that it started.
    Children,
    /// Those below it.
    Descendants,
    /// Those above it.
    Ancestors,
    /// Those of the same parent.
    Siblings,
}

/// How far to go.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RelativesOptions {
    /// Whether the process itself is among its children, descendants, ancestors
    /// and siblings. Default `true`, as in msticpy.
    pub include_source: Option<bool>,
    /// How many levels of descendants; by default all.
    pub max_levels: Option<u32>,
}

/// What a tree has, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ProcessTreeSummary {
    /// All processes.
    pub processes: u32,
    /// Those without a parent.
    pub root_processes: u32,
    /// Those with a parent and without children.
    pub leaf_processes: u32,
    /// Those with both.
    pub branch_processes: u32,
    /// Those with neither.
    pub isolated_processes: u32,
    /// Those that no event started.
    pub inferred_processes: u32,
    /// Processes from a root to its farthest descendant, both included.
    pub largest_tree_depth: u32,
}

/// The relatives of the process with this `ProcKey`, each before its children.
/// Columns are those of `tree`. O(n).
///
/// # Errors
///
/// `InvalidArgument` if `tree` has no such process or was not made by
/// [`build_process_tree`](super::build_process_tree).
pub fn relatives(
    tree: &Table,
    relation: Relation,
    process: Option<&str>,
    options: &RelativesOptions,
) -> Result<Table> {
    let parents = parents(tree)?;
    if relation == Relation::Roots {
        let is_root: Vec<bool> = parents.iter().map(|&parent| parent == NONE).collect();
        return tree.filter_mask(&is_root);
    }
    let source = row_of(tree, process.unwrap_or_default())?;
    let root = || {
        let above = ancestors(&parents, source);
        above.last().copied().unwrap_or(source)
    };
    let mut rows = match relation {
        Relation::Roots => vec![],
        Relation::Process => vec![source],
        Relation::Root => vec![root()],
        Relation::Parent => vec![parents[source as usize]],
        Relation::RootTree => {
            let mut rows = descendants(tree, &parents, root(), u32::MAX);
            rows.push(root());
            rows
        }
        Relation::Children => (0..parents.len() as u32)
            .filter(|&row| parents[row as usize] == source)
            .collect(),
        Relation::Descendants => descendants(
            tree,
            &parents,
            source,
            options.max_levels.unwrap_or(u32::MAX),
        ),
        Relation::Ancestors => ancestors(&parents, source),
        Relation::Siblings => {
            let parent = parents[source as usize];
            let rows = 0..parents.len() as u32;
            rows.filter(|&row| row != source && parent != NONE && parents[row as usize] == parent)
                .collect()
        }
    };
    let adds_source = matches!(
        relation,
        Relation::Children | Relation::Descendants | Relation::Ancestors | Relation::Siblings
    );
    if adds_source && options.include_source.unwrap_or(true) {
        rows.push(source);
    }
    rows.retain(|&row| row != NONE);
    let places = places(tree);
    sort_by_number(&mut rows, |&row| match &places {
        Some(places) => signed(places.value(row as usize)),
        None => row.into(),
    });
    tree.take(rows)
}

/// Number of processes of each kind. O(n).
///
/// # Errors
///
/// As [`relatives`].
pub fn summary(tree: &Table) -> Result<ProcessTreeSummary> {
    let parents = parents(tree)?;
    let shape = shape_of(tree, &parents);
    let mut counts = [[0; 2]; 2];
    for (parent, has_children) in parents.iter().zip(&shape.has_children) {
        counts[usize::from(*parent != NONE)][usize::from(*has_children)] += 1;
    }
    let inferred = tree.column("Inferred").ok();
    let inferred =
        inferred.and_then(|column| arrow_array::cast::AsArray::as_boolean_opt(column.as_ref()));
    let [[isolated, tops], [leaves, branches]] = counts;
    Ok(ProcessTreeSummary {
        processes: parents.len() as u32,
        root_processes: isolated + tops,
        leaf_processes: leaves,
        branch_processes: branches,
        isolated_processes: isolated,
        inferred_processes: inferred.map_or(0, |inferred| inferred.true_count() as u32),
        largest_tree_depth: shape
            .sequence
            .iter()
            .map(|&row| shape.depths[row as usize])
            .max()
            .unwrap_or(0),
    })
}

/// Processes on the longest way down, from a root, or from `process` if there is one.
///
/// # Errors
///
/// As [`relatives`].
pub fn tree_depth(tree: &Table, process: Option<&str>) -> Result<u32> {
    let Some(process) = process else {
        return summary(tree).map(|summary| summary.largest_tree_depth);
    };
    let parents = parents(tree)?;
    let source = row_of(tree, process)?;
    let shape = shape_of(tree, &parents);
    let below = below(&shape, source).map(|row| shape.depths[row as usize]);
    let top = shape.depths[source as usize];
    Ok(below.max().map_or(1, |deepest| deepest - top + 1))
}

/// For each row the row of its parent, or [`NONE`].
pub(super) fn parents(tree: &Table) -> Result<Vec<u32>> {
    let (own, parents) = indices(tree)?;
    let own = own.values();
    if own.is_sorted_by(|a, b| a < b) {
        // As buildProcessTree makes them: mostly they count up without gaps.
        let row = |parent: i64| {
            let first = own.first()?;
            let guess = usize::try_from(parent.checked_sub(*first)?).ok()?;
            match own.get(guess) == Some(&parent) {
                true => Some(guess as u32),
                false => own.binary_search(&parent).ok().map(|row| row as u32),
            }
        };
        let row = |parent: Option<i64>| parent.and_then(row).unwrap_or(NONE);
        return Ok(parents.iter().map(row).collect());
    }
    let rows: Map<i64, u32> = own.iter().copied().zip(0..).collect();
    if rows.len() < own.len() {
        return Err(Error::InvalidArgument(
            "a process is in this tree twice (column `SourceIndex`); build one tree of all logs rather than putting trees together".into(),
        ));
    }
    let parents = parents.iter().map(|parent| {
        let row = parent.and_then(|parent| rows.get(&parent));
        row.copied().unwrap_or(NONE)
    });
    Ok(parents.collect())
}

fn indices(tree: &Table) -> Result<(Int64Array, Int64Array)> {
    let columns = tree
        .i64("SourceIndex")
        .and_then(|own| Ok((own, tree.i64("ParentIndex")?)));
    match columns {
        Ok((own, parents)) if own.null_count() == 0 => Ok((own, parents)),
        _ => Err(no_tree()),
    }
}

fn no_tree() -> Error {
    Error::InvalidArgument(
        "this is no process tree, as it lacks `ProcKey`, `SourceIndex` or `ParentIndex`; make one with buildProcessTree(table)".into(),
    )
}

fn row_of(tree: &Table, key: &str) -> Result<u32> {
    let keys = tree.text("ProcKey")?;
    let row = keys.iter().position(|own| own == Some(key));
    row.map(|row| row as u32).ok_or_else(|| {
        Error::InvalidArgument(format!(
            "no process `{key}` in this tree; take a key from its column `ProcKey`"
        ))
    })
}

/// Rows above, the nearest first.
fn ancestors(parents: &[u32], source: u32) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut row = parents[source as usize];
    // Parents that someone wrote himself might lead round and round.
    while row != NONE && rows.len() < parents.len() {
        rows.push(row);
        row = parents[row as usize];
    }
    rows
}

/// Where each row stands, if the table says it.
fn places(tree: &Table) -> Option<Int64Array> {
    tree.i64("TreeOrder")
        .ok()
        .filter(|places| places.null_count() == 0)
}

pub(super) fn shape_of(tree: &Table, parents: &[u32]) -> Shape {
    let mut order: Vec<u32> = (0..parents.len() as u32).collect();
    if let Some(places) = places(tree).filter(|places| !places.values().is_sorted()) {
        sort_by_number(&mut order, |&row| signed(places.value(row as usize)));
    }
    Shape::of(parents, &order)
}

/// Rows of a tree as an outline has them.
#[derive(Debug)]
pub(crate) struct InOrder {
    /// All rows, each before its children.
    pub(crate) rows: Vec<u32>,
    /// For each row, how deep it is; 1 for a root.
    pub(crate) depths: Vec<u32>,
    /// For each row, that of its parent, or [`NONE`].
    pub(crate) parents: Vec<u32>,
}

/// All rows of `tree`; of parents that lead round and round, one counts as a root. O(n).
///
/// # Errors
///
/// As [`relatives`].
pub(crate) fn in_order(tree: &Table) -> Result<InOrder> {
    tree.text("ProcKey").map_err(|_| no_tree())?;
    let mut parents = parents(tree)?;
    let mut shape = shape_of(tree, &parents);
    if shape.sequence.len() < parents.len() {
        cut_rounds(&mut parents, &shape.sequence);
        shape = shape_of(tree, &parents);
    }
    Ok(InOrder {
        rows: shape.sequence,
        depths: shape.depths,
        parents,
    })
}

/// Makes a root of one row of each round; `reached` are the rows below the roots that there are.
fn cut_rounds(parents: &mut [u32], reached: &[u32]) {
    // By which walk up each row was reached, counted from 1; those of `reached` by none that comes.
    let mut walks = vec![0; parents.len()];
    for &row in reached {
        walks[row as usize] = NONE;
    }
    for (walk, start) in (1..).zip(0..parents.len()) {
        let mut row = start;
        while walks.get(row) == Some(&0) {
            walks[row] = walk;
            row = parents[row] as usize;
        }
        if walks.get(row) == Some(&walk) {
            parents[row] = NONE;
        }
    }
}

/// The rows below one, each before its children.
fn below(shape: &Shape, source: u32) -> impl Iterator<Item = u32> + '_ {
    let rows = shape.sequence.iter().copied();
    let top = shape.depths[source as usize];
    rows.skip_while(move |&row| row != source)
        .skip(1)
        .take_while(move |&row| shape.depths[row as usize] > top)
}

fn descendants(tree: &Table, parents: &[u32], source: u32, levels: u32) -> Vec<u32> {
    let shape = shape_of(tree, parents);
    let deepest = shape.depths[source as usize].saturating_add(levels);
    below(&shape, source)
        .filter(|&row| shape.depths[row as usize] <= deepest)
        .collect()
}
