//! Processes as trees: who started what.
//!
//! The columns and their meaning follow msticpy's `build_process_tree` and
//! `process_tree_utils` (3.0.2). What differs: the machine is part of the join,
//! no row is dropped, and the start of an inferred process is null, not 1970.
//!
//! `schema` says which columns hold what; `events` reads them as numbers, `join`
//! finds parents, `shape` orders the nodes, `keys` names them, and `build` makes
//! the table. `navigate` and `text` read that table.

mod build;
mod events;
mod join;
mod keys;
mod navigate;
mod schema;
mod shape;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use join::NONE;
pub(crate) use navigate::in_order;

pub use build::{ProcessTreeOptions, build_process_tree};
pub use navigate::{
    ProcessTreeSummary, Relation, RelativesOptions, relatives, summary, tree_depth,
};
pub use schema::{ProcessSchema, SchemaChoice};
pub use text::{TreeTextOptions, tree_to_text};
