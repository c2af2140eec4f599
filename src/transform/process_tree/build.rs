//! From a log to the table of its tree.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Int32Array, Int64Array, UInt32Array};
use arrow_buffer::BooleanBuffer;
use arrow_schema::DataType;

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

/// The processes that `table` tells of, as trees: a row for each event, in the
/// order of `table`, then one for each inferred parent. O(n log n); `table` may be
/// in any order.
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
/// | `TreeOrder` | int64 | sorted by it, each process comes before its children, and those by time |
/// | `Path` | text | `SourceIndex` of all from the root on, as `00012/00345`; null below a depth of 64 |
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
    let inferred = inferred_processes(table, &schema, &events, &joined)?;
    let started = match events.len() == table.num_rows() {
        true => table.clone(),
        false => table.take(events.rows.clone())?,
    };
    let source = match &inferred {
        Some(inferred) => started.concat(inferred)?,
        None => started,
    };
    progress.at(75, 100)?;
    let index = |node: u32| match events.rows.get(node as usize) {
        Some(&row) => row as usize,
        None => table.num_rows() + node as usize - events.len(),
    };
    let progress = &mut progress.part(0.75, 1.0);
    let parts = keys::Parts {
        events: &events,
        joined: &joined,
    };
    let [own, parents] = keys::keys(&source, &schema, parts, progress)?;
    let paths = keys::paths(&joined.parents, &shape, index)?;
    let mut columns = vec![("ProcKey", own), ("ParentKey", parents)];
    columns.extend(tree_columns(&joined.parents, &shape, events.len(), index));
    columns.push(("Path", paths));
    let tree = columns
        .into_iter()
        .try_fold(source, |table, (name, column)| {
            table.with_column(name, column)
        })?;
    schema.keep_in(&tree)
}

/// All columns of the tree that are no text.
fn tree_columns(
    parents: &[u32],
    shape: &Shape,
    events: usize,
    index: impl Fn(u32) -> usize,
) -> Vec<(&'static str, ArrayRef)> {
    let nodes = 0..parents.len() as u32;
    let index = |node| index(node) as i64;
    let is_root = |node: usize| parents[node] == NONE;
    let has_children = |node: usize| shape.has_children[node];
    let bools = |of: &dyn Fn(usize) -> bool| -> ArrayRef {
        let values = BooleanBuffer::collect_bool(parents.len(), of);
        Arc::new(BooleanArray::new(values, None))
    };
    let mut places = vec![0; parents.len()];
    for (place, &node) in (0..).zip(&shape.sequence) {
        places[node as usize] = place;
    }
    let above = parents
        .iter()
        .map(|&parent| Some(parent).filter(|&parent| parent != NONE).map(index));
    let depths = shape.depths.iter().map(|&depth| depth as i32);
    vec![
        (
            "SourceIndex",
            Arc::new(Int64Array::from_iter_values(nodes.map(index))),
        ),
        ("ParentIndex", Arc::new(above.collect::<Int64Array>())),
        ("Inferred", bools(&|node| node >= events)),
        ("IsRoot", bools(&is_root)),
        ("IsLeaf", bools(&|node| !has_children(node))),
        (
            "IsBranch",
            bools(&|node| !is_root(node) && has_children(node)),
        ),
        ("Depth", Arc::new(Int32Array::from_iter_values(depths))),
        ("TreeOrder", Arc::new(Int64Array::from(places))),
    ]
}

/// The columns that inferred processes have, and for a parent and for a grandparent
/// the columns that tell it.
fn sources(schema: &ProcessSchema) -> [[Option<&String>; 3]; 7] {
    let id = Some(&schema.process_id);
    let parent_id = Some(&schema.parent_id);
    let host = schema.host_name_column.as_ref();
    let (name, time) = (schema.process_name.as_ref(), schema.time_stamp.as_ref());
    let (parent_name, parent_time) = (schema.parent_name.as_ref(), schema.parent_time.as_ref());
    let grandparent_id = schema.grandparent_id.as_ref();
    let grandparent_name = schema.grandparent_name.as_ref();
    let grandparent_time = schema.grandparent_time.as_ref();
    [
        [id, parent_id, grandparent_id],
        [name, parent_name, grandparent_name],
        [time, parent_time, grandparent_time],
        [host, host, host],
        [parent_id, grandparent_id, None],
        [parent_name, grandparent_name, None],
        [parent_time, grandparent_time, None],
    ]
}

/// What is known of inferred processes; none if there are no such processes.
fn inferred_processes(
    table: &Table,
    schema: &ProcessSchema,
    events: &Events,
    joined: &Joined,
) -> Result<Option<Table>> {
    if joined.inferred.is_empty() {
        return Ok(None);
    }
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
    for [column, of_parent, of_grandparent] in sources(schema) {
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
    Table::new(below).map(Some)
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
