//! Trees row by row, and what msticpy gets wrong.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::table::read::{ReadOptions, read};
use crate::table::{Progress, SortKey};
use crate::{Result, Table};

fn table(rows: &[Value]) -> Table {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let options = ReadOptions::default();
    read(
        lines.join("\n").into_bytes(),
        &options,
        &mut Progress::none(),
    )
    .unwrap()
}

fn try_build(table: &Table, schema: Value) -> Result<Table> {
    let options = match schema {
        Value::Null => ProcessTreeOptions::default(),
        schema => serde_json::from_value(json!({ "schema": schema })).unwrap(),
    };
    build_process_tree(table, &options, &mut Progress::none())
}

/// A tree, each process before its children.
fn build(rows: &[Value]) -> Table {
    let tree = try_build(&table(rows), Value::Null).unwrap();
    tree.sort(&[SortKey::ascending("TreeOrder")]).unwrap()
}

fn texts(tree: &Table, name: &str) -> Vec<String> {
    let column = tree.text(name).unwrap();
    column
        .iter()
        .map(|text| text.unwrap_or("∅").into())
        .collect()
}

/// Each row as `ProcKey < ParentKey`.
fn links(tree: &Table) -> Vec<String> {
    let pairs = texts(tree, "ProcKey")
        .into_iter()
        .zip(texts(tree, "ParentKey"));
    pairs
        .map(|(own, parent)| format!("{own} < {parent}"))
        .collect()
}

/// An event of Linux's audit: machine, id, parent's id, program, seconds.
fn exec(host: &str, pid: i64, ppid: i64, exe: &str, second: u32) -> Value {
    json!({
        "EventType": "SYSCALL_EXECVE", "Computer": host, "pid": pid, "ppid": ppid, "exe": exe,
        "TimeGenerated": format!("2024-01-01T00:00:{second:02}Z"),
    })
}

/// An event 4688: machine, id, program, parent's id and program, seconds.
fn created(host: &str, own: (&str, &str), parent: (&str, &str), second: u32) -> Value {
    json!({
        "EventID": 4688, "Computer": host, "NewProcessId": own.0, "NewProcessName": own.1,
        "ProcessId": parent.0, "ParentProcessName": parent.1, "CommandLine": own.1,
        "TimeGenerated": format!("2024-01-01T00:00:{second:02}Z"),
    })
}

/// Defect 19: msticpy finds the parent of a process on A on B.
#[test]
fn parents_are_of_the_same_machine() {
    let tree = build(&[
        created(
            "A",
            ("0x100", r"C:\services.exe"),
            ("0x4", r"C:\wininit.exe"),
            0,
        ),
        created(
            "B",
            ("0x100", r"C:\services.exe"),
            ("0x4", r"C:\wininit.exe"),
            1,
        ),
        created(
            "A",
            ("0x200", r"C:\svchost.exe"),
            ("0x100", r"C:\services.exe"),
            2,
        ),
    ]);
    assert_eq!(
        links(&tree),
        [
            r"c:\wininit.exe|0x4|1970-01-01 00:00:00.000000|A < ∅",
            r"c:\services.exe|0x100|2024-01-01 00:00:00.000000|A < c:\wininit.exe|0x4|1970-01-01 00:00:00.000000|A",
            r"c:\svchost.exe|0x200|2024-01-01 00:00:02.000000|A < c:\services.exe|0x100|2024-01-01 00:00:00.000000|A",
            r"c:\wininit.exe|0x4|1970-01-01 00:00:00.000000|B < ∅",
            r"c:\services.exe|0x100|2024-01-01 00:00:01.000000|B < c:\wininit.exe|0x4|1970-01-01 00:00:00.000000|B",
        ]
    );
    assert_eq!(texts(&tree, "Computer"), ["A", "A", "A", "B", "B"]);
}

/// Defect 9: msticpy drops processes whose key is there already.
#[test]
fn events_of_one_key_are_all_kept() {
    let tree = build(&[
        exec("A", 10, 1, "/bin/sh", 0),
        exec("A", 10, 1, "/bin/sh", 0),
        exec("A", 10, 1, "/bin/sh", 1),
        exec("A", 11, 10, "/bin/ls", 1),
    ]);
    assert_eq!(
        links(&tree),
        [
            "unknown|1|1970-01-01 00:00:00.000000 < ∅",
            "/bin/sh|10|2024-01-01 00:00:00.000000 < unknown|1|1970-01-01 00:00:00.000000",
            "/bin/sh|10|2024-01-01 00:00:00.000000|2 < unknown|1|1970-01-01 00:00:00.000000",
            "/bin/sh|10|2024-01-01 00:00:01.000000 < unknown|1|1970-01-01 00:00:00.000000",
            "/bin/ls|11|2024-01-01 00:00:01.000000 < /bin/sh|10|2024-01-01 00:00:01.000000",
        ]
    );
}

/// A key has 1970 where an event has no time.
#[test]
fn events_without_a_time_have_a_key_of_their_own() {
    let mut timeless = exec("A", 10, 1, "/bin/sh", 0);
    timeless["TimeGenerated"] = Value::Null;
    let mut oldest = timeless.clone();
    oldest["TimeGenerated"] = json!("1970-01-01T00:00:00Z");
    let keys = texts(&build(&[timeless, oldest]), "ProcKey");
    let different: BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), 3, "{keys:?}");
}

/// Defect 28: msticpy shows `NA` for ids that are decimal or hexadecimal text.
#[test]
fn ids_are_shown_as_they_were_written() {
    for (id, parent, shown) in [
        (json!("0x1a4"), json!("0x4"), "0x1a4"),
        (json!("420"), json!("4"), "420"),
        (json!(420), json!(4), "420"),
        (json!(420.0), json!(4.0), "420"),
    ] {
        let row = json!({ "pid": id, "ppid": parent, "exe": "/bin/sh", "TimeGenerated": "2024-01-01T00:00:00Z" });
        let tree = build(&[row]);
        let text = tree_to_text(&tree, &TreeTextOptions::default(), &mut Progress::none()).unwrap();
        let line = text.lines().find(|line| line.contains("/bin/sh")).unwrap();
        assert!(line.ends_with(&format!("PID: {shown}")), "{line}");
        assert!(texts(&tree, "ProcKey")[1].contains(&format!("|{shown}|")));
    }
}

#[test]
fn a_parent_is_the_last_process_of_that_id_before_the_child() {
    // Rows are in no order, as exports often are.
    let tree = build(&[
        exec("A", 30, 10, "/bin/third", 5),
        exec("A", 10, 1, "/bin/new", 4),
        exec("A", 20, 10, "/bin/second", 3),
        exec("A", 10, 1, "/bin/old", 2),
        exec("A", 15, 10, "/bin/first", 1),
    ]);
    let parents: Vec<String> = links(&tree)
        .into_iter()
        .map(|link| {
            let names = link
                .split(" < ")
                .map(|key| key.split('|').next().unwrap_or_default());
            names.collect::<Vec<_>>().join(" < ")
        })
        .collect();
    assert_eq!(
        parents,
        [
            // Process 10 from before the log, then 1.
            "unknown < ∅",
            "/bin/first < unknown",
            "unknown < ∅",
            "/bin/old < unknown",
            "/bin/second < /bin/old",
            "/bin/new < unknown",
            "/bin/third < /bin/new",
        ]
    );
}

#[test]
fn a_parent_must_have_the_name_that_the_event_tells() {
    let tree = build(&[
        created("A", ("0x10", r"C:\a.exe"), ("0x4", "System"), 0),
        created("A", ("0x20", r"C:\b.exe"), ("0x10", r"C:\other.exe"), 1),
        // Case does not matter; a name that is not told (Windows 8 and before) neither.
        created("A", ("0x30", r"C:\c.exe"), ("0x10", r"c:\A.EXE"), 2),
        created("A", ("0x40", r"C:\d.exe"), ("0x10", ""), 3),
        created("A", ("0x50", r"C:\e.exe"), ("0x10", "-"), 4),
    ]);
    let parents: Vec<String> = texts(&tree, "ParentKey")
        .iter()
        .map(|key| key[..key.len().min(10)].into())
        .collect();
    assert_eq!(
        parents,
        [
            "∅",
            "system|0x4",
            r"c:\a.exe|0",
            r"c:\a.exe|0",
            r"c:\a.exe|0",
            "∅",
            r"c:\other.e"
        ]
    );
}

#[test]
fn processes_of_one_time_are_no_ancestors_of_themselves() {
    let rows: &[(&str, &[Value], usize)] = &[
        ("its own parent", &[exec("A", 4, 4, "idle", 0)], 1),
        (
            "each other's parent",
            &[exec("A", 1, 2, "a", 0), exec("A", 2, 1, "b", 0)],
            3,
        ),
        (
            "round of three, and one from before",
            &[
                exec("A", 3, 9, "old", 0),
                exec("A", 1, 3, "a", 1),
                exec("A", 2, 1, "b", 1),
                exec("A", 3, 2, "c", 1),
            ],
            5,
        ),
        (
            "the same twice",
            &[exec("A", 4, 4, "idle", 0), exec("A", 4, 4, "idle", 0)],
            2,
        ),
    ];
    for (name, rows, nodes) in rows {
        let tree = build(rows);
        assert_eq!(tree.num_rows(), *nodes, "{name}: {:#?}", links(&tree));
        assert!(summary(&tree).unwrap().root_processes > 0, "{name}");
    }
}

#[test]
fn defender_knows_when_parents_started_and_who_theirs_were() {
    let row = |own: (i64, &str, u32), parent: (i64, &str, u32), above: (i64, &str, u32)| {
        let time = |second: u32| format!("2024-01-01T00:00:{second:02}Z");
        json!({
            "ActionType": "ProcessCreated", "DeviceName": "pc", "Timestamp": time(own.2),
            "ProcessId": own.0, "FileName": own.1, "ProcessCreationTime": time(own.2), "ProcessCommandLine": own.1,
            "InitiatingProcessId": parent.0, "InitiatingProcessFileName": parent.1, "InitiatingProcessCreationTime": time(parent.2),
            "InitiatingProcessParentId": above.0, "InitiatingProcessParentFileName": above.1, "InitiatingProcessParentCreationTime": time(above.2),
        })
    };
    let tree = build(&[
        row(
            (30, "whoami.exe", 20),
            (20, "cmd.exe", 15),
            (10, "winword.exe", 12),
        ),
        // Another process 20, after the one that started 30.
        row(
            (20, "notepad.exe", 18),
            (5, "explorer.exe", 2),
            (3, "userinit.exe", 1),
        ),
        row(
            (21, "calc.exe", 19),
            (5, "explorer.exe", 2),
            (3, "userinit.exe", 1),
        ),
        row(
            (10, "winword.exe", 12),
            (5, "explorer.exe", 2),
            (3, "userinit.exe", 1),
        ),
    ]);
    let short: Vec<String> = links(&tree)
        .into_iter()
        .map(|link| {
            link.replace("|2024-01-01 00:00:", "@")
                .replace(".000000", "")
        })
        .collect();
    assert_eq!(
        short,
        [
            "userinit.exe|3@01 < ∅",
            "explorer.exe|5@02 < userinit.exe|3@01",
            "winword.exe|10@12 < explorer.exe|5@02",
            "cmd.exe|20@15 < winword.exe|10@12",
            "whoami.exe|30@20 < cmd.exe|20@15",
            "notepad.exe|20@18 < explorer.exe|5@02",
            "calc.exe|21@19 < explorer.exe|5@02",
        ]
    );
    let times = tree.time_us("ProcessCreationTime").unwrap();
    assert_eq!(
        times.null_count(),
        0,
        "starts of inferred processes are known here"
    );
    let inferred = tree
        .column("Inferred")
        .unwrap()
        .as_boolean()
        .iter()
        .flatten();
    assert_eq!(
        inferred.collect::<Vec<_>>(),
        [true, true, false, true, false, false, false]
    );
}

#[test]
fn grandparents_with_a_name_are_found_where_parents_have_none() {
    let event = |pid: i64, ppid: i64, above: i64, exe: &str, second: u32| {
        let mut event = exec("A", pid, ppid, exe, second);
        event["above"] = json!(above);
        event["aboveExe"] = json!("/bin/top");
        event
    };
    let rows = [
        event(10, 1, 0, "/bin/top", 0),
        event(30, 20, 10, "/bin/ls", 1),
    ];
    let schema = json!({
        "processId": "pid", "parentId": "ppid", "processName": "exe", "timeStamp": "TimeGenerated",
        "grandparentId": "above", "grandparentName": "aboveExe",
    });
    let tree = try_build(&table(&rows), schema).unwrap();
    let keys = texts(&tree, "ProcKey");
    let missing = keys.iter().position(|key| key.contains("|20|")).unwrap();
    assert!(
        texts(&tree, "ParentKey")[missing].starts_with("/bin/top|10|"),
        "{:?}",
        links(&tree)
    );
}

#[test]
fn inferred_processes_have_what_is_known_of_them() {
    let tree = build(&[created("A", ("0x10", r"C:\a.exe"), ("0x4", "System"), 0)]);
    let first = tree.slice(0, 1);
    assert_eq!(texts(&first, "NewProcessId"), ["0x4"]);
    assert_eq!(texts(&first, "NewProcessName"), ["System"]);
    assert_eq!(texts(&first, "Computer"), ["A"]);
    for unknown in [
        "TimeGenerated",
        "CommandLine",
        "ProcessId",
        "ParentProcessName",
        "EventID",
        "ParentKey",
        "ParentIndex",
    ] {
        assert_eq!(first.column(unknown).unwrap().null_count(), 1, "{unknown}");
    }
    assert_eq!(texts(&tree, "Path"), ["00001", "00001/00000"]);
    assert_eq!(tree.i64("SourceIndex").unwrap().values(), &[1, 0]);
}

#[test]
fn a_tree_can_be_built_again_of_a_tree() {
    let rows = [
        exec("A", 10, 1, "/bin/sh", 0),
        exec("A", 11, 10, "/bin/ls", 1),
    ];
    let tree = build(&rows);
    let again = build_process_tree(&tree, &ProcessTreeOptions::default(), &mut Progress::none());
    let again = again
        .unwrap()
        .sort(&[SortKey::ascending("TreeOrder")])
        .unwrap();
    assert_eq!(links(&again), links(&tree));
    assert_eq!(again.names(), tree.names());
}

#[test]
fn each_schema_is_known_by_its_columns() {
    let time = "2024-01-01T00:00:00Z";
    let rows = [
        created("A", ("0x10", "a"), ("0x4", "b"), 0),
        json!({ "EventID": 1, "UtcTime": time, "Image": "a", "ProcessId": 16, "ParentImage": "b", "ParentProcessId": 4, "CommandLine": "a", "User": "u" }),
        exec("A", 16, 4, "a", 0),
        json!({ "Timestamp": time, "FileName": "a", "ProcessId": 16, "InitiatingProcessFileName": "b", "InitiatingProcessId": 4 }),
        json!({ "CreatedProcessCreationTime": time, "CreatedProcessName": "a", "CreatedProcessId": 16, "CreatedProcessParentId": 4 }),
        json!({ "unixTime": 1_704_067_200, "hostIdentifier": "A", "columns": { "pid": "16", "parent": "4", "name": "a", "cmdline": "a" } }),
        json!({ "eventtype": "start", "starttime": time, "hostname": "A", "process": "a", "pid": 16, "parentpid": 4, "parentprocess": "b" }),
    ];
    for row in rows {
        let tree = build(std::slice::from_ref(&row));
        let keys = texts(&tree, "ProcKey");
        assert_eq!(keys.len(), 2, "{row}");
        assert!(
            keys[0].ends_with("4|1970-01-01 00:00:00.000000"),
            "{row}: {keys:?}"
        );
        assert!(
            keys[1].starts_with("a|") && keys[1].ends_with("2024-01-01 00:00:00.000000"),
            "{row}: {keys:?}"
        );
    }
}

#[test]
fn a_schema_that_does_not_fit_is_an_error_that_says_what_to_do() {
    let audit = table(&[exec("A", 10, 1, "/bin/sh", 0)]);
    let rows: &[(&str, Table, Value, &str)] = &[
        (
            "nothing fits",
            table(&[json!({ "pid": 1, "exe": "a", "TimeGenerated": "2024-01-01" })]),
            Value::Null,
            "`linux` comes nearest, but lacks `ppid`",
        ),
        (
            "no such schema",
            audit.clone(),
            json!("vax"),
            "no process schema `vax` (there are: windows, sysmon, linux",
        ),
        (
            "other columns",
            audit.clone(),
            json!("sysmon"),
            "schema `sysmon` needs column `ProcessId`, `ParentProcessId`, `Image`, which the table lacks",
        ),
        (
            "own, misspelt column",
            audit,
            json!({ "processId": "pid", "parentId": "pppid" }),
            "no column `pppid`",
        ),
    ];
    for (name, table, schema, message) in rows {
        let error = try_build(table, schema.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{name}: {error}");
    }
    let typo = serde_json::from_value::<ProcessTreeOptions>(
        json!({ "schema": { "processId": "pid", "parentId": "ppid", "procesName": "exe" } }),
    );
    assert!(
        typo.unwrap_err()
            .to_string()
            .contains("unknown field `procesName`")
    );
}

#[test]
fn only_ids_are_needed() {
    let rows = [
        json!({ "Pid": 4, "Ppid": 0 }),
        json!({ "Pid": 268, "Ppid": 4 }),
    ];
    let schema = json!({ "processId": "Pid", "parentId": "Ppid" });
    let tree = try_build(&table(&rows), schema).unwrap();
    let tree = tree.sort(&[SortKey::ascending("TreeOrder")]).unwrap();
    assert_eq!(
        tree.column("Depth")
            .unwrap()
            .as_primitive::<arrow_array::types::Int32Type>()
            .values(),
        &[1, 2, 3]
    );
    let text = tree_to_text(&tree, &TreeTextOptions::default(), &mut Progress::none()).unwrap();
    assert_eq!(text, "+  PID: 0\n   +--  PID: 4\n      +--  PID: 268\n");
}

#[test]
fn rows_that_start_no_process_are_left_out() {
    let mut logon = created("A", ("0x10", "a"), ("0x4", "b"), 0);
    logon["EventID"] = json!(4624);
    let mut other = logon.clone();
    other["EventID"] = json!(4688);
    other["NewProcessId"] = Value::Null;
    other["NewProcessName"] = Value::Null;
    let tree = build(&[logon, created("A", ("0x10", "a"), ("0x4", "b"), 0), other]);
    assert_eq!(tree.i64("SourceIndex").unwrap().values(), &[3, 1]);
    let none = try_build(&table(&[exec("A", 1, 0, "a", 0)]).slice(0, 0), Value::Null).unwrap();
    assert_eq!(none.num_rows(), 0);
    assert_eq!(summary(&none).unwrap().processes, 0);
}

#[test]
fn deep_trees_are_built_and_written() {
    let rows: Vec<Value> = (1..2000)
        .map(|pid| exec("A", pid, pid - 1, "/bin/sh", 0))
        .collect();
    let tree = build(&rows);
    assert_eq!(summary(&tree).unwrap().largest_tree_depth, 2000);
    let paths = tree.column("Path").unwrap();
    assert_eq!(
        paths.null_count(),
        2000 - 64,
        "a path of 2000 would be long"
    );
    let text = tree_to_text(&tree, &TreeTextOptions::default(), &mut Progress::none()).unwrap();
    assert!(text.lines().all(|line| line.len() < 400));
    let last = texts(&tree, "ProcKey").pop();
    let above = relatives(
        &tree,
        Relation::Ancestors,
        last.as_deref(),
        &RelativesOptions::default(),
    )
    .unwrap();
    assert_eq!(above.num_rows(), 2000);
}

#[test]
fn walks_take_options() {
    let tree = build(&[
        exec("A", 10, 1, "top", 0),
        exec("A", 20, 10, "left", 1),
        exec("A", 21, 10, "right", 2),
        exec("A", 30, 20, "deep", 3),
    ]);
    let key = |name: &str| {
        texts(&tree, "ProcKey")
            .into_iter()
            .find(|key| key.starts_with(name))
            .unwrap()
    };
    let alone = RelativesOptions {
        include_source: Some(false),
        max_levels: None,
    };
    let one_level = RelativesOptions {
        include_source: None,
        max_levels: Some(1),
    };
    let all = RelativesOptions::default();
    let rows: &[(Relation, &str, &RelativesOptions, &str)] = &[
        (Relation::Roots, "top", &all, "unknown"),
        (Relation::Process, "left", &all, "left"),
        (Relation::Root, "deep", &all, "unknown"),
        (Relation::Root, "unknown", &all, "unknown"),
        (
            Relation::RootTree,
            "left",
            &all,
            "unknown top left deep right",
        ),
        (Relation::Parent, "left", &all, "top"),
        (Relation::Parent, "unknown", &all, ""),
        (Relation::Children, "top", &all, "top left right"),
        (Relation::Children, "top", &alone, "left right"),
        (Relation::Descendants, "top", &alone, "left deep right"),
        (Relation::Descendants, "top", &one_level, "top left right"),
        (Relation::Ancestors, "deep", &all, "unknown top left deep"),
        (Relation::Ancestors, "deep", &alone, "unknown top left"),
        (Relation::Siblings, "left", &all, "left right"),
        (Relation::Siblings, "left", &alone, "right"),
        (Relation::Siblings, "unknown", &alone, ""),
    ];
    for (relation, process, options, expected) in rows {
        let found = relatives(&tree, *relation, Some(&key(process)), options).unwrap();
        let names: Vec<String> = texts(&found, "ProcKey")
            .iter()
            .map(|key| key.split('|').next().unwrap_or_default().into())
            .collect();
        assert_eq!(names.join(" "), *expected, "{relation:?} of {process}");
    }
    assert_eq!(tree_depth(&tree, Some(&key("top"))).unwrap(), 3);
    assert_eq!(tree_depth(&tree, Some(&key("deep"))).unwrap(), 1);
    // A part of a tree is a tree.
    let part = relatives(&tree, Relation::Descendants, Some(&key("left")), &all).unwrap();
    assert_eq!(summary(&part).unwrap().largest_tree_depth, 2);
    for (table, process, message) in [
        (&tree, "nobody", "no process `nobody`"),
        (&tree.select(&["ProcKey"]).unwrap(), "x", "no process tree"),
        (&tree.concat(&tree).unwrap(), "x", "in this tree twice"),
    ] {
        let error = relatives(table, Relation::Children, Some(process), &all).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn half_an_event_id_is_refused() {
    for (own, message) in [
        (json!({ "eventIdColumn": "exe" }), "need each other"),
        (json!({ "eventIdIdentifier": 1 }), "need each other"),
        (
            json!({ "eventIdColumn": "exe", "eventIdIdentifier": true }),
            "should be text or a number",
        ),
    ] {
        let mut schema = json!({ "processId": "pid", "parentId": "ppid" });
        schema
            .as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        let table = table(&[exec("A", 10, 1, "/bin/sh", 0)]);
        let error = try_build(&table, schema).unwrap_err();
        assert!(
            error.code() == "invalidArgument" && error.to_string().contains(message),
            "{error}"
        );
    }
}

/// Audit records of a process's start have no `acct`; who it was another field tells.
#[test]
fn text_has_the_account_that_is_told() {
    for (name, expected) in [("UID", "Account: root"), ("uid", "Account: 0")] {
        let mut event = exec("A", 10, 1, "/bin/sh", 0);
        event["uid"] = json!(0);
        event["acct"] = Value::Null;
        if name == "UID" {
            event["UID"] = json!("root");
        }
        let text = tree_to_text(
            &build(&[event]),
            &TreeTextOptions::default(),
            &mut Progress::none(),
        );
        let text = text.unwrap();
        assert!(text.contains(expected), "{name}: {text}");
    }
}

#[test]
fn text_has_what_the_template_asks_for() {
    let mut child = exec("A", 20, 10, "/bin/ls", 1);
    child["cmdline"] = json!("ls -la\n/a/very/long/path/that/goes/on /and/another/one");
    let tree = build(&[exec("A", 10, 1, "/bin/sh", 0), child]);
    let write = |template: &str, wrap_column| {
        let options = TreeTextOptions {
            template: Some(template.into()),
            wrap_column,
            schema: None,
        };
        tree_to_text(&tree, &options, &mut Progress::none())
    };
    assert_eq!(
        write("{exe} [{pid}]\n$ {cmdline}", None).unwrap(),
        "+  - [1]\n   +--  /bin/sh [10]\n      +--  /bin/ls [20]\n           $ ls -la /a/very/long/path/that/goes/on /and/another/one\n"
    );
    assert_eq!(
        write("{cmdline}", Some(40)).unwrap(),
        "+\n   +--\n      +--  ls -la\n              /a/very/long/path/that/goes/o\n              n /and/another/one\n"
    );
    assert_eq!(write("{nope}", None).unwrap_err().code(), "columnNotFound");
    assert!(
        write("unclosed {brace", None)
            .unwrap()
            .starts_with("+  unclosed {brace\n")
    );
}

proptest! {
    #[test]
    fn every_event_is_once_in_the_tree_below_its_parent(
        rows in prop::collection::vec((0..3i64, 0..6i64, 0..6i64, 0..4usize, 0..4u32), 0..40),
        seed in 0..1000usize,
    ) {
        let names = ["a", "b", "", "c"];
        let hosts = ["A", "B", ""];
        let mut events: Vec<Value> = rows.iter().map(|&(host, pid, ppid, name, second)| {
            let mut event = exec(hosts[host as usize], pid, ppid, names[name], second);
            event["parent"] = json!(names[(name + pid as usize) % 4]);
            event["since"] = json!(format!("2024-01-01T00:00:0{}Z", (pid + ppid) % 4));
            event["above"] = json!(ppid + 1);
            event["aboveSince"] = json!(format!("2024-01-01T00:00:0{}Z", ppid % 4));
            event
        }).collect();
        let schema = json!({
            "processId": "pid", "parentId": "ppid", "processName": "exe", "timeStamp": "TimeGenerated", "hostNameColumn": "Computer",
            "parentName": "parent", "parentTime": "since", "grandparentId": "above", "grandparentTime": "aboveSince",
        });
        if events.is_empty() {
            return Ok(());
        }
        for schema in [schema, json!("linux")] {
            let tree = try_build(&table(&events), schema.clone()).unwrap();
            let tree = tree.sort(&[SortKey::ascending("TreeOrder")]).unwrap();
            let own = tree.i64("SourceIndex").unwrap();
            let parents = tree.i64("ParentIndex").unwrap();
            let depths = tree.column("Depth").unwrap().as_primitive::<arrow_array::types::Int32Type>().clone();
            let mut seen = std::collections::BTreeMap::new();
            for row in 0..tree.num_rows() {
                if parents.is_valid(row) {
                    // The parent comes before, one level above.
                    prop_assert_eq!(seen.get(&parents.value(row)), Some(&(depths.value(row) - 1)));
                } else {
                    prop_assert_eq!(depths.value(row), 1);
                }
                prop_assert_eq!(seen.insert(own.value(row), depths.value(row)), None);
            }
            for row in 0..events.len() as i64 {
                prop_assert!(seen.contains_key(&row));
            }
            let keys: BTreeSet<String> = texts(&tree, "ProcKey").into_iter().collect();
            prop_assert_eq!(keys.len(), tree.num_rows(), "keys differ");
        }
        // The order of rows changes nothing where times differ.
        for (i, event) in events.iter_mut().enumerate() {
            event["TimeGenerated"] = json!(format!("2024-01-01T00:00:{i:02}Z"));
        }
        let sorted = links(&build(&events));
        let by = seed % events.len();
        events.rotate_left(by);
        prop_assert_eq!(links(&build(&events)), sorted);
    }
}
