//! From a log to the table of its tree.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Int32Array, Int64Array, UInt32Array};
use arrow_schema::{DataType, Schema};

use super::events::{Events, NO_TIME};
use super::join::{Joined, NONE, join};
use super::keys;
use super::schema::{ProcessSchema, SchemaChoice};
use super::shape::Shape;
use crate::table::{Progress, take};
use crate::{Result, Table};

/// How to build a tree.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProcessTreeOptions {
    /// `"windows"` (event 4688), `"sysmon"` (event 1), `"linux"` (audit),
    /// `"defender"` (DeviceProcessEvents), `"defenderInternal"`, `"osquery"` or
    /// `"fireeyeHx"`; or the names of your columns. By default the one whose
    /// columns the table has.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "ProcessSchemaName | ProcessSchema")
    )]
    pub schema: Option<SchemaChoice>,
}

/// The processes that `table` tells of, as trees: each before its children, which
/// are in the order of time. O(n log n); `table` may be in any order.
///
/// The columns are those of `table`, then:
///
/// | column | type | |
/// | --- | --- | --- |
/// | `ProcKey` | text | name, id and start of the process; no two are equal |
/// | `ParentKey` | text | that of its parent; null for a root |
/// | `SourceIndex` | int64 | row of `table`; inferred processes count on from its end |
/// | `ParentIndex` | int64 | the parent's `SourceIndex`; null for a root |
/// | `Inferred` | bool | no event started it: its children tell of it |
/// | `IsRoot`, `IsLeaf`, `IsBranch` | bool | no parent; no child; neither |
/// | `Depth` | int32 | 1 for a root |
/// | `Path` | text | `SourceIndex` of all from the root on, as `00012/00345`; null deeper than 64 |
///
/// Rows that start no process are left out. A process without a parent in `table`
/// gets an inferred one, whose row has what its children say of it: id, name,
/// machine, and in Defender's tables start and parent; all else is null. Rules of
/// the parent: `join.rs`.
///
/// # Errors
///
/// `InvalidArgument` for a schema that there is not or does not fit;
/// `ColumnNotFound` for a column that a schema names; `LimitExceeded` for more
/// than 2 GiB of keys; `Cancelled` from `progress`.
pub fn build_process_tree(
    table: &Table,
    options: &ProcessTreeOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let schema = ProcessSchema::choose(options.schema.as_ref(), table)?;
    let events = Events::read(table, &schema, &mut progress.part(0.0, 0.3))?;
    let joined = join(&events, &mut progress.part(0.3, 0.6))?;
    let shape = Shape::of(&joined.parents, &joined.order);
    progress.at(65, 100)?;
    let nodes = Nodes {
        rows: table.num_rows(),
        events: &events,
        joined: &joined,
        shape: &shape,
    };
    let source = source_columns(table, &schema, nodes)?;
    let progress = &mut progress.part(0.8, 1.0);
    let [own, parents, paths] = keys::write(&source, &schema, nodes, progress)?;
    let mut columns = tree_columns(nodes);
    columns.splice(0..0, [("ProcKey", own), ("ParentKey", parents)]);
    columns.push(("Path", paths));
    let tree = columns
        .into_iter()
        .try_fold(source, |table, (name, column)| {
            table.with_column(name, column)
        })?;
    schema.keep_in(&tree)
}

/// The events and inferred processes of a table, and how they stand to each other.
#[derive(Clone, Copy)]
pub(super) struct Nodes<'a> {
    /// Rows of the table.
    rows: usize,
    pub(super) events: &'a Events,
    pub(super) joined: &'a Joined,
    pub(super) shape: &'a Shape,
}

impl Nodes<'_> {
    /// The row of a node in the table; inferred ones count on from its end.
    pub(super) fn source_index(&self, node: u32) -> usize {
        match self.events.rows.get(node as usize) {
            Some(&row) => row as usize,
            None => self.rows + node as usize - self.events.len(),
        }
    }
}

/// All columns of the tree that are no text.
fn tree_columns(all: Nodes<'_>) -> Vec<(&'static str, ArrayRef)> {
    let Nodes {
        events,
        joined,
        shape,
        ..
    } = all;
    let nodes = || shape.sequence.iter().copied();
    let index = |node| all.source_index(node) as i64;
    let parent = |node: u32| joined.parents[node as usize];
    let is_root = |node| parent(node) == NONE;
    let has_children = |node: u32| shape.has_children[node as usize];
    let bools = |of: &dyn Fn(u32) -> bool| -> ArrayRef {
        Arc::new(nodes().map(|node| Some(of(node))).collect::<BooleanArray>())
    };
    let parents = nodes().map(|node| {
        Some(parent(node))
            .filter(|&parent| parent != NONE)
            .map(index)
    });
    vec![
        (
            "SourceIndex",
            Arc::new(Int64Array::from_iter_values(nodes().map(index))),
        ),
        ("ParentIndex", Arc::new(parents.collect::<Int64Array>())),
        ("Inferred", bools(&|node| node as usize >= events.len())),
        ("IsRoot", bools(&is_root)),
        ("IsLeaf", bools(&|node| !has_children(node))),
        (
            "IsBranch",
            bools(&|node| !is_root(node) && has_children(node)),
        ),
        (
            "Depth",
            Arc::new(Int32Array::from_iter_values(
                nodes().map(|node| shape.depths[node as usize] as i32),
            )),
        ),
    ]
}

/// The columns of `table` in the order of the tree, with what is known of
/// inferred processes.
fn source_columns(table: &Table, schema: &ProcessSchema, all: Nodes<'_>) -> Result<Table> {
    let Nodes {
        events,
        joined,
        shape,
        ..
    } = all;
    let inferred = inferred_columns(table, schema, events, joined)?;
    let nodes = || shape.sequence.iter().copied();
    let rows: UInt32Array = nodes()
        .map(|node| events.rows.get(node as usize).copied())
        .collect();
    let known: UInt32Array = nodes().map(|node| all.source_index(node) as u32).collect();
    let fields = table.batch().schema_ref().fields();
    let mut tree = Vec::with_capacity(fields.len());
    for (field, column) in fields.iter().zip(table.batch().columns()) {
        let column = match inferred
            .as_ref()
            .map(|inferred| inferred.column(field.name()))
        {
            Some(Ok(with_inferred)) => take(with_inferred.as_ref(), &known)?,
            _ => take(column.as_ref(), &rows)?,
        };
        tree.push((
            field
                .as_ref()
                .clone()
                .with_data_type(column.data_type().clone())
                .with_nullable(true),
            column,
        ));
    }
    let (fields, columns): (Vec<_>, Vec<_>) = tree.into_iter().unzip();
    let metadata = table.batch().schema_ref().metadata().clone();
    Table::from_parts(
        Arc::new(Schema::new_with_metadata(fields, metadata)),
        columns,
    )
}

/// The columns of `table` that are known of inferred processes, with rows for
/// them below; none if there are no such processes.
fn inferred_columns(
    table: &Table,
    schema: &ProcessSchema,
    events: &Events,
    joined: &Joined,
) -> Result<Option<Table>> {
    if joined.inferred.is_empty() {
        return Ok(None);
    }
    // Column, then where it comes from for a parent and for a grandparent.
    let sources = [
        (
            Some(&schema.process_id),
            Some(&schema.parent_id),
            schema.grandparent_id.as_ref(),
        ),
        (
            schema.process_name.as_ref(),
            schema.parent_name.as_ref(),
            schema.grandparent_name.as_ref(),
        ),
        (
            schema.time_stamp.as_ref(),
            schema.parent_time.as_ref(),
            schema.grandparent_time.as_ref(),
        ),
        (
            schema.host_name_column.as_ref(),
            schema.host_name_column.as_ref(),
            schema.host_name_column.as_ref(),
        ),
        (
            Some(&schema.parent_id),
            schema.grandparent_id.as_ref(),
            None,
        ),
        (
            schema.parent_name.as_ref(),
            schema.grandparent_name.as_ref(),
            None,
        ),
        (
            schema.parent_time.as_ref(),
            schema.grandparent_time.as_ref(),
            None,
        ),
    ];
    let rows = joined.inferred.iter();
    let rows = rows.map(|inferred| events.rows[inferred.event as usize]);
    let rows = UInt32Array::from_iter_values(rows);
    let timed = joined.inferred.iter().map(|inferred| {
        let row = events.rows[inferred.event as usize];
        (inferred.started != NO_TIME).then_some(row)
    });
    let timed: UInt32Array = timed.collect();
    // In each column first all as parents, then all as grandparents.
    let chosen = (0u32..).zip(&joined.inferred);
    let chosen: Vec<u32> = chosen
        .map(|(i, inferred)| i + u32::from(inferred.is_grandparent) * rows.len() as u32)
        .collect();
    let mut below = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (column, of_parent, of_grandparent) in sources {
        let Some(column) = column.filter(|column| !names.contains(&column.as_str())) else {
            continue;
        };
        let like = table.column(column)?;
        // A start after that of the child was not believed.
        let is_start = schema.time_stamp.as_ref() == Some(column);
        let rows = if is_start { &timed } else { &rows };
        let part = |source: Option<&String>| -> Result<Table> {
            let array = match source {
                None => arrow_array::new_null_array(like.data_type(), rows.len()),
                Some(source) => {
                    let source = table.column(source)?;
                    let array = take(source.as_ref(), rows)?;
                    whole_numbers(array, like.data_type())
                }
            };
            Table::new(vec![(column, array)])
        };
        let both = part(of_parent)?.concat(&part(of_grandparent)?)?;
        below.push((
            column.as_str(),
            both.take(chosen.clone())?.column(column)?.clone(),
        ));
        names.push(column);
    }
    let below = Table::new(below)?;
    table.select(&names)?.concat(&below).map(Some)
}

/// Floats as integers if that is what the column is made of: pandas makes floats
/// of a column of ids in which one is absent.
fn whole_numbers(array: ArrayRef, like: &DataType) -> ArrayRef {
    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;
    let Some(floats) = array
        .as_primitive_opt::<Float64Type>()
        .filter(|_| like.is_integer())
    else {
        return array;
    };
    let whole = |n: f64| (n.fract() == 0.0 && n.abs() < 1e15).then_some(n as i64);
    if floats.iter().flatten().all(|n| whole(n).is_some()) {
        Arc::new(
            floats
                .iter()
                .map(|n| n.and_then(whole))
                .collect::<Int64Array>(),
        )
    } else {
        array
    }
}
