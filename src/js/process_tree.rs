//! Process trees: building them, walking over them, writing them.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::transform::process_tree::{self as tree, ProcessSchema, Relation};
use crate::{Error, Result};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The schemas that `buildProcessTree` knows. */
export type ProcessSchemaName = "windows" | "sysmon" | "linux" | "defender" | "defenderInternal" | "osquery" | "fireeyeHx";

/** A process of a tree: its `ProcKey`, or its row. */
export type ProcessRef = string | { readonly ProcKey: string };

/**
 * Makes trees of a log of started processes: who started what.
 *
 * The schema is found from the columns; name it, or give the names of your
 * columns, if that fails. The machine is part of the join, ids that are used
 * again are told apart by time, and a parent that the log does not have is
 * inferred. Rows keep their order, inferred processes come last; `sort("TreeOrder")`
 * puts each process before its children.
 *
 * Columns of the result: those of `table`, then `ProcKey`, `ParentKey`, `SourceIndex`
 * (row of `table`; inferred processes count on from its end), `ParentIndex`,
 * `Inferred`, `IsRoot`, `IsLeaf`, `IsBranch`, `Depth` (1 for a root),
 * `TreeOrder` and `Path`.
 *
 * @throws {HuntbookError} `invalidArgument` if no schema fits; `columnNotFound` for
 *   a column that your schema names
 * @example
 * const tree = await buildProcessTree(await read(file));
 * const own = await buildProcessTree(list, { schema: { processId: "Pid", parentId: "Ppid", processName: "Name" } });
 */
export function buildProcessTree(table: Table, options?: Partial<ProcessTreeOptions> & CallOptions): Promise<Table>;

/** The processes without a parent in `tree`. */
export function getRoots(tree: Table, options?: CallOptions): Promise<Table>;
/**
 * The process itself.
 *
 * @throws {HuntbookError} `invalidArgument` if `tree` does not have it
 */
export function getProcess(tree: Table, process: ProcessRef, options?: CallOptions): Promise<Table>;
/** The oldest ancestor of a process, or itself. */
export function getRoot(tree: Table, process: ProcessRef, options?: CallOptions): Promise<Table>;
/** The root of a process, and all below that. */
export function getRootTree(tree: Table, process: ProcessRef, options?: CallOptions): Promise<Table>;
/** The parent of a process; no rows for a root. */
export function getParent(tree: Table, process: ProcessRef, options?: CallOptions): Promise<Table>;
/**
 * A process and those that it started.
 *
 * @example
 * const children = await getChildren(tree, tree.row(5), { includeSource: false });
 */
export function getChildren(tree: Table, process: ProcessRef, options?: Partial<Omit<RelativesOptions, "maxLevels">> & CallOptions): Promise<Table>;
/** A process and all below it. */
export function getDescendants(tree: Table, process: ProcessRef, options?: Partial<RelativesOptions> & CallOptions): Promise<Table>;
/** A process and all above it, the root first. */
export function getAncestors(tree: Table, process: ProcessRef, options?: Partial<Omit<RelativesOptions, "maxLevels">> & CallOptions): Promise<Table>;
/** A process and the others of its parent. */
export function getSiblings(tree: Table, process: ProcessRef, options?: Partial<Omit<RelativesOptions, "maxLevels">> & CallOptions): Promise<Table>;
/** How many processes are on the longest way down from a root, or from `process`. */
export function getTreeDepth(tree: Table, process?: ProcessRef, options?: CallOptions): Promise<number>;
/** How many processes of each kind there are. */
export function getSummaryInfo(tree: Table, options?: CallOptions): Promise<ProcessTreeSummary>;
/**
 * The schema that a tree was built with, or the one that fits a log: which column
 * holds what.
 *
 * @throws {HuntbookError} `invalidArgument` if no schema fits
 * @example
 * const { processName, cmdLine } = await getProcessSchema(tree);
 */
export function getProcessSchema(treeOrLog: Table, options?: CallOptions): Promise<ProcessSchema>;

/**
 * Writes a tree as indented text.
 *
 * @example
 * console.log(await treeToText(tree, { template: "{NewProcessName}\n{CommandLine}", wrapColumn: 100 }));
 */
export function treeToText(tree: Table, options?: Partial<TreeTextOptions> & CallOptions): Promise<string>;
"#;

/// The raw `buildProcessTree`.
#[wasm_bindgen(js_name = buildProcessTree, skip_typescript)]
pub fn build_process_tree(
    table: &Table,
    tree_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let tree_options = options(tree_options)?;
    with_progress(progress.as_ref(), |progress| {
        tree::build_process_tree(&table.0, &tree_options, progress)
    })
    .map(Table)
}

/// The raw `getRoots`, `getChildren` and so on; `relation` is `"roots"`, `"children"` …
#[wasm_bindgen(js_name = processRelatives, skip_typescript)]
pub fn process_relatives(
    tree: &Table,
    relation: &str,
    process: Option<String>,
    relatives_options: JsValue,
) -> Result<Table> {
    let relation: Relation = serde_json::from_value(relation.into())
        .map_err(|error| Error::InvalidArgument(error.to_string()))?;
    let relatives_options = options(relatives_options)?;
    tree::relatives(&tree.0, relation, process.as_deref(), &relatives_options).map(Table)
}

/// The raw `getTreeDepth`.
#[wasm_bindgen(js_name = processTreeDepth, skip_typescript)]
pub fn process_tree_depth(tree: &Table, process: Option<String>) -> Result<u32> {
    tree::tree_depth(&tree.0, process.as_deref())
}

/// The raw `getSummaryInfo`.
#[wasm_bindgen(js_name = processTreeSummary, skip_typescript)]
pub fn process_tree_summary(tree: &Table) -> Result<JsValue> {
    let summary = tree::summary(&tree.0)?;
    serde_wasm_bindgen::to_value(&summary)
        .map_err(|error| Error::InvalidArgument(error.to_string()))
}

/// The raw `getProcessSchema`.
#[wasm_bindgen(js_name = processTreeSchema, skip_typescript)]
pub fn process_tree_schema(tree: &Table) -> Result<JsValue> {
    let schema = match ProcessSchema::of(&tree.0) {
        Some(own) => own,
        None => ProcessSchema::choose(None, &tree.0)?,
    };
    serde_wasm_bindgen::to_value(&schema).map_err(|error| Error::InvalidArgument(error.to_string()))
}

/// The raw `treeToText`.
#[wasm_bindgen(js_name = treeToText, skip_typescript)]
pub fn tree_to_text(
    tree: &Table,
    text_options: JsValue,
    progress: Option<Function>,
) -> Result<String> {
    let text_options = options(text_options)?;
    with_progress(progress.as_ref(), |progress| {
        tree::tree_to_text(&tree.0, &text_options, progress)
    })
}
