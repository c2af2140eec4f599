//! Process trees against msticpy 3.0.2's own answers (`../shared/oracle/ptree_*.json`),
//! and of real logs (`../shared/data`).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::transform::process_tree::{
    ProcessSchema, ProcessTreeOptions, Relation, RelativesOptions, SchemaChoice,
    build_process_tree, relatives, summary, tree_depth,
};
use serde_json::Value;

fn shared(path: &str) -> Option<Vec<u8>> {
    let path = format!("../shared/{path}");
    let bytes = fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} is absent");
    }
    bytes
}

fn open(path: &str) -> Option<Table> {
    let options = ReadOptions {
        name: Some(path.into()),
        ..ReadOptions::default()
    };
    shared(path).map(|bytes| read(bytes, &options, &mut Progress::none()).unwrap())
}

fn build(table: &Table, schema: Option<SchemaChoice>) -> Table {
    build_process_tree(table, &ProcessTreeOptions { schema }, &mut Progress::none()).unwrap()
}

fn texts(tree: &Table, name: &str) -> Vec<Option<String>> {
    let column = tree.text(name).unwrap();
    column.iter().map(|text| text.map(String::from)).collect()
}

/// Each process and its parent, by key, with its depth and its flags.
type Nodes = BTreeMap<String, (Option<String>, i64, [bool; 3])>;

fn ours(tree: &Table) -> Nodes {
    let (keys, parents) = (texts(tree, "ProcKey"), texts(tree, "ParentKey"));
    let depths = tree.column("Depth").unwrap();
    let depths = depths.as_primitive::<Int32Type>();
    let flags = ["IsRoot", "IsLeaf", "IsBranch"].map(|name| tree.column(name).unwrap().as_boolean());
    let rows = keys.into_iter().zip(parents).enumerate();
    rows.map(|(row, (key, parent))| {
        let flags = flags.map(|flag| flag.value(row));
        (key.unwrap(), (parent, depths.value(row).into(), flags))
    })
    .collect()
}

fn theirs(oracle: &Value) -> Nodes {
    let rows = oracle["rows"].as_array().unwrap();
    let key = |row: &Value| row[9].as_str().unwrap().to_string();
    rows.iter()
        .map(|row| {
            let parent = row[2].as_u64().map(|parent| key(&rows[parent as usize]));
            let flag = |i: usize| row[i].as_bool().unwrap();
            let node = (parent, row[1].as_i64().unwrap(), [3, 4, 5].map(flag));
            (key(row), node)
        })
        .collect()
}

fn volatility() -> Option<SchemaChoice> {
    Some(SchemaChoice::Own(Box::new(ProcessSchema {
        process_id: "PID".into(),
        parent_id: "PPID".into(),
        process_name: Some("ImageFileName".into()),
        time_stamp: Some("CreateTime".into()),
        ..ProcessSchema::default()
    })))
}

/// The three trees that msticpy answered for, and ours.
fn cases() -> Vec<(&'static str, Value, Table)> {
    let files = [
        ("win_proc_test", None),
        ("linux_proc_test", None),
        ("winproctree-minimal", volatility()),
    ];
    let cases = files.into_iter().filter_map(|(name, schema)| {
        let oracle = shared(&format!("oracle/ptree_{name}.json"))?;
        let table = open(&format!("data/msticpy/{name}.csv"))?;
        Some((name, serde_json::from_slice(&oracle).unwrap(), build(&table, schema)))
    });
    cases.collect()
}

#[test]
fn every_process_has_msticpys_parent_depth_and_flags() {
    for (name, oracle, tree) in cases() {
        let (ours, theirs) = (ours(&tree), theirs(&oracle));
        let missing: Vec<_> = theirs.keys().filter(|key| !ours.contains_key(*key)).collect();
        let more: Vec<_> = ours.keys().filter(|key| !theirs.contains_key(*key)).collect();
        let other: Vec<_> = theirs
            .iter()
            .filter_map(|(key, node)| Some((key, node, ours.get(key)?)))
            .filter(|(_, theirs, ours)| theirs != ours)
            .collect();
        assert!(
            missing.is_empty() && more.is_empty() && other.is_empty(),
            "{name}: missing {missing:#?}\nmore {more:#?}\nother {other:#?}"
        );
    }
}
