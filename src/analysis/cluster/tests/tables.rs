//! Tables in, tables out.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, StringArray, TimestampMicrosecondArray};
use serde_json::{Value, json};

use crate::analysis::cluster::{FeatureOptions, add_process_features, cluster_events};
use crate::table::{Progress, read};
use crate::{Result, Table};

/// `path | command line | logon | second`.
fn processes(rows: &[(&str, &str, &str, i64)]) -> Table {
    let texts = |of: fn(&(&'static str, &'static str, &'static str, i64)) -> &'static str,
                 rows: &[(&'static str, &'static str, &'static str, i64)]|
     -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(of))) };
    // Leaked for the tests alone: the closure above wants texts that live on.
    let rows: Vec<(&'static str, &'static str, &'static str, i64)> = rows
        .iter()
        .map(|row| {
            let leak = |text: &str| &*Box::leak(text.to_owned().into_boxed_str());
            (leak(row.0), leak(row.1), leak(row.2), row.3)
        })
        .collect();
    let times = rows.iter().map(|row| row.3 * 1_000_000);
    Table::new(vec![
        ("NewProcessName", texts(|row| row.0, &rows)),
        ("CommandLine", texts(|row| row.1, &rows)),
        ("SubjectLogonId", texts(|row| row.2, &rows)),
        (
            "TimeGenerated",
            Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC")),
        ),
    ])
    .unwrap()
}

pub(super) fn cluster(table: &Table, options: Value) -> Result<Table> {
    let options = serde_json::from_value(options).unwrap();
    cluster_events(table, &options, &mut Progress::none())
}

/// Columns of a result as CSV without its header.
pub(super) fn shown(table: &Table, columns: &[&str]) -> Vec<String> {
    let chosen = table.select(columns).unwrap();
    let csv = chosen.to_csv(&Default::default()).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    csv.lines().skip(1).map(String::from).collect()
}

fn log() -> Table {
    let ping = r"C:\Windows\System32\PING.EXE";
    processes(&[
        (ping, "ping -n 1 10.0.0.1", "0x3e7", 50),
        (ping, "ping -n 1 10.0.0.2", "0x3e7", 10),
        (
            r"C:\Users\Public\ping.exe",
            "ping -n 1 10.0.0.2",
            "0x3e7",
            30,
        ),
        (ping, "ping -n 1 10.0.0.1", "0x3e7", 40),
        (ping, "ping -n 1 10.0.0.1", "0x1234", 20),
        (
            ping,
            "ping -n 1 -l 65000 -w 1000 -t -a a.very.long.name.example.com",
            "0x3e7",
            60,
        ),
    ])
}

#[test]
fn processes_need_no_options() -> Result<()> {
    let clusters = cluster(&log(), json!({}))?;
    let columns = [
        "Clustered",
        "ClusterId",
        "ClusterSize",
        "SourceIndex",
        "FirstEventTime",
        "LastEventTime",
        "SharedCommandLine",
    ];
    assert_eq!(
        shown(&clusters, &columns),
        [
            // Another folder, another session, another length.
            "false,-1,1,2,1970-01-01T00:00:30Z,1970-01-01T00:00:30Z,ping -n 1 10.0.0.2",
            "false,-1,1,4,1970-01-01T00:00:20Z,1970-01-01T00:00:20Z,ping -n 1 10.0.0.1",
            "false,-1,1,5,1970-01-01T00:01:00Z,1970-01-01T00:01:00Z,ping -n 1 -l 65000 -w 1000 -t -a a.very.long.name.example.com",
            // The most common member stands for all.
            "true,0,3,0,1970-01-01T00:00:10Z,1970-01-01T00:00:50Z,ping -n 1 10.0.0.<*>",
        ]
    );
    Ok(())
}

#[test]
fn every_event_has_its_label_on_request() -> Result<()> {
    let events = cluster(&log(), json!({ "labels": true }))?;
    assert_eq!(
        shown(&events, &["Clustered", "ClusterId", "ClusterSize"]),
        [
            "true,0,3",
            "true,0,3",
            "false,-1,1",
            "true,0,3",
            "false,-1,1",
            "false,-1,1"
        ]
    );
    assert_eq!(events.num_columns(), log().num_columns() + 3);
    Ok(())
}

#[test]
fn msticpy_looks_at_ratios() -> Result<()> {
    let clusters = cluster(&log(), json!({ "compat": "msticpy" }))?;
    let columns = [
        "Clustered",
        "ClusterId",
        "ClusterSize",
        "SourceIndex",
        "TimeGenerated",
        "FirstEventTime",
    ];
    assert_eq!(
        shown(&clusters, &columns),
        ["true,0,6,0,1970-01-01T00:00:10Z,1970-01-01T00:00:10Z"]
    );
    assert!(clusters.column("SharedCommandLine").is_err());
    // Noise has its own times, and comes first.
    let clusters = cluster(
        &log(),
        json!({ "compat": "msticpy", "eps": 4e-4, "minSamples": 4 }),
    )?;
    assert_eq!(
        shown(&clusters, &columns),
        [
            "false,-1,1,4,1970-01-01T00:00:20Z,1970-01-01T00:00:20Z",
            "false,-1,1,5,1970-01-01T00:01:00Z,1970-01-01T00:01:00Z",
            "true,0,4,0,1970-01-01T00:00:10Z,1970-01-01T00:00:10Z",
        ]
    );
    Ok(())
}

fn numbers() -> Table {
    let bytes = [
        Some(10.0),
        Some(12.0),
        None,
        Some(11.0),
        Some(f64::NAN),
        Some(500.0),
        Some(f64::INFINITY),
        Some(11.0),
    ];
    let protocols = ["tcp", "tcp", "tcp", "tcp", "tcp", "tcp", "tcp", "udp"];
    let bytes: ArrayRef = Arc::new(Float64Array::from(bytes.to_vec()));
    let bools: ArrayRef = Arc::new(BooleanArray::from(vec![true; 8]));
    let protocols: ArrayRef = Arc::new(StringArray::from(protocols.to_vec()));
    Table::new(vec![
        ("Bytes", bytes),
        ("Inbound", bools),
        ("Protocol", protocols),
    ])
    .unwrap()
}

#[test]
fn any_columns_can_be_compared_by() -> Result<()> {
    let rows = [
        (
            "numbers",
            json!({ "columns": ["Bytes"], "scale": "none", "eps": 1 }),
            [0, 0, -1, 0, -1, -1, -1, 0],
        ),
        (
            "text is equal or not",
            json!({ "columns": ["Bytes", "Protocol"], "scale": "none", "eps": 1 }),
            [0, 0, -1, 0, -1, -1, -1, -1],
        ),
        (
            "text alone",
            json!({ "columns": ["Protocol"] }),
            [0, 0, 0, 0, 0, 0, 0, -1],
        ),
        (
            "standard deviations",
            json!({ "columns": ["Bytes", "Inbound"], "eps": 0.1 }),
            [0, 0, -1, 0, -1, -1, -1, 0],
        ),
        (
            "ratios",
            json!({ "columns": ["Bytes", "Inbound"], "scale": "rows", "eps": 0.01 }),
            [0, 0, -1, 0, -1, -1, -1, 0],
        ),
        (
            "eps 0",
            json!({ "columns": ["Bytes"], "scale": "none", "eps": 0 }),
            [-1, -1, -1, 0, -1, -1, -1, 0],
        ),
        (
            "each is core",
            json!({ "columns": ["Bytes"], "scale": "none", "eps": 0, "minSamples": 1 }),
            [0, 1, -1, 2, -1, 3, -1, 2],
        ),
        (
            "k-means",
            json!({ "columns": ["Bytes"], "scale": "none", "algorithm": "kmeans", "clusters": 2 }),
            [0, 0, -1, 0, -1, 1, -1, 0],
        ),
        (
            "more clusters than events",
            json!({ "columns": ["Bytes"], "scale": "none", "algorithm": "kmeans", "clusters": 9 }),
            [0, 1, -1, 2, -1, 3, -1, 2],
        ),
        (
            "a mixture",
            json!({ "columns": ["Bytes"], "scale": "none", "algorithm": "gaussianMixture", "clusters": 2 }),
            [0, 0, -1, 0, -1, 1, -1, 0],
        ),
    ];
    for (name, mut options, expected) in rows {
        options["labels"] = true.into();
        let labelled = cluster(&numbers(), options.clone())?;
        let labels = labelled.i64("ClusterId")?;
        assert_eq!(labels.values(), &expected.map(i64::from), "{name}");
        options["labels"] = false.into();
        let clusters = cluster(&numbers(), options)?;
        let noise = expected.iter().filter(|label| **label == -1).count();
        let most = expected.iter().max().map_or(0, |last| last + 1) as usize;
        assert_eq!(clusters.num_rows(), noise + most, "{name}");
        assert!(
            clusters.column("FirstEventTime").is_err(),
            "{name}: there are no times"
        );
    }
    Ok(())
}

#[test]
fn a_mixture_says_how_sure_it_is() -> Result<()> {
    let values = [0.0, 0.1, -0.1, 0.05, 9.0, 9.1, 8.9, 9.05, 4.0];
    let table = Table::new(vec![(
        "x",
        Arc::new(Float64Array::from(values.to_vec())) as ArrayRef,
    )])?;
    let options = json!({ "columns": ["x"], "scale": "none", "algorithm": "gaussianMixture", "clusters": 2, "labels": true });
    let labelled = cluster(&table, options)?;
    let probabilities = labelled.f64("ClusterProbability")?;
    assert!(
        probabilities
            .values()
            .iter()
            .all(|p| (0.5..=1.0).contains(p))
    );
    assert_eq!(
        labelled.i64("ClusterId")?.values()[..8],
        [0, 0, 0, 0, 1, 1, 1, 1]
    );
    Ok(())
}

#[test]
fn messages_have_templates() -> Result<()> {
    let messages = [
        "login of bob from 10.0.0.1",
        "disk full",
        "login of eve from 10.0.0.2",
    ];
    let table = Table::new(vec![(
        "Message",
        Arc::new(StringArray::from(messages.to_vec())) as ArrayRef,
    )])?;
    let templates = cluster(&table, json!({ "algorithm": "templates" }))?;
    assert_eq!(
        shown(
            &templates,
            &[
                "Message",
                "Clustered",
                "ClusterId",
                "ClusterSize",
                "SourceIndex",
                "SharedMessage"
            ]
        ),
        [
            "disk full,false,1,1,1,disk full",
            "login of bob from 10.0.0.1,true,0,2,0,login of <*> from <*>"
        ]
    );
    let events = cluster(&table, json!({ "algorithm": "templates", "labels": true }))?;
    assert_eq!(events.i64("ClusterId")?.values(), &[0, 1, 0]);
    Ok(())
}

#[test]
fn no_rows_give_no_rows() -> Result<()> {
    let empty = log().slice(0, 0);
    for options in [
        json!({}),
        json!({ "compat": "msticpy" }),
        json!({ "algorithm": "kmeans" }),
        json!({ "algorithm": "gaussianMixture" }),
        json!({ "algorithm": "templates", "columns": ["CommandLine"] }),
    ] {
        let clusters = cluster(&empty, options.clone())?;
        assert_eq!(clusters.num_rows(), 0, "{options}");
        let one = cluster(&log().slice(0, 1), options.clone())?;
        assert_eq!(one.num_rows(), 1, "{options}");
    }
    Ok(())
}

#[test]
fn features_of_columns_that_are_there() -> Result<()> {
    let table = read_csv("exe,ses,pathScore\n/usr/bin/a\\b,4294967295,7\n,3,8\n");
    let features = add_process_features(&table, &FeatureOptions::default())?;
    assert_eq!(
        features.names(),
        [
            "exe",
            "ses",
            "pathScore",
            "processName",
            "pathLogScore",
            "pathHash",
            "isSystemSession"
        ]
    );
    assert_eq!(
        shown(
            &features,
            &["pathScore", "processName", "pathHash", "isSystemSession"]
        ),
        [r"7,a\b,1818107716,true", "8,\"\",0,false"]
    );
    let forced = FeatureOptions {
        force: true,
        ..FeatureOptions::default()
    };
    let features = add_process_features(&table, &forced)?;
    assert_eq!(
        shown(&features, &["pathScore", "pathLogScore"]),
        ["1087,3.0362295440862948", "0,0.0"]
    );
    Ok(())
}

pub(super) fn read_csv(text: &str) -> Table {
    let options = serde_json::from_value(json!({ "format": "csv" })).unwrap();
    read::read(text.as_bytes().to_vec(), &options, &mut Progress::none()).unwrap()
}

#[test]
fn wrong_options_say_what_to_do() {
    let rows = [
        (json!({ "eps": -1 }), "eps should be a number from 0"),
        (json!({ "minSamples": 0 }), "minSamples should be 1 or more"),
        (
            json!({ "algorithm": "kmeans", "clusters": 0 }),
            "clusters should be from 1 to 1000",
        ),
        (
            json!({ "algorithm": "kmeans", "eps": 1 }),
            "eps and minSamples are for algorithm: \"dbscan\"",
        ),
        (json!({ "clusters": 2 }), "clusters is for algorithm"),
        (json!({ "seed": 2 }), "seed is for algorithm"),
        (
            json!({ "similarity": 0.5 }),
            "similarity is for algorithm: \"templates\"",
        ),
        (
            json!({ "algorithm": "templates", "similarity": 2 }),
            "from 0 to 1",
        ),
        (
            json!({ "algorithm": "templates", "scale": "none" }),
            "no features and no scale",
        ),
        (
            json!({ "algorithm": "templates", "columns": ["Bytes", "Protocol"] }),
            "one column of messages",
        ),
        (
            json!({ "algorithm": "templates" }),
            "name yours with columns",
        ),
        (
            json!({ "algorithm": "templates", "columns": ["Bytes"] }),
            "column `Bytes` should be text",
        ),
        (
            json!({ "algorithm": "kmeans", "compat": "msticpy" }),
            "msticpy clusters events with",
        ),
        (json!({}), "no usual column of programs or command lines"),
        (json!({ "columns": ["Port"] }), "no column `Port`"),
        (
            json!({ "columns": ["Protocol"], "algorithm": "kmeans" }),
            "column `Protocol` should be numbers, or bool",
        ),
        (
            json!({ "columns": ["Protocol"], "compat": "msticpy" }),
            "column `Protocol` should be numbers, or bool",
        ),
        (
            json!({ "features": ["pathScore"] }),
            "name it with programColumn",
        ),
        (json!({ "programColumn": "Exe" }), "no column `Exe`"),
        (
            json!({ "programColumn": "Bytes" }),
            "column `Bytes` should be text",
        ),
        (
            json!({ "columns": ["Bytes"], "timeColumn": "Protocol" }),
            "column `Protocol` should be times",
        ),
        (
            json!({ "columns": ["Bytes"], "shared": ["Bytes"] }),
            "column `Bytes` should be text",
        ),
    ];
    for (options, message) in rows {
        let error = cluster(&numbers(), options.clone())
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{options}: {error}");
    }
    let large = read_csv("x\n1e300\n-1e300\n1e300\n");
    for (options, message) in [
        (json!({ "columns": ["x"] }), "too large to scale"),
        (
            json!({ "columns": ["x"], "scale": "none", "algorithm": "kmeans" }),
            "have no mean",
        ),
    ] {
        let error = cluster(&large, options).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    let times = Table::new(vec![(
        "t",
        Arc::new(TimestampMicrosecondArray::from(vec![1, 2])) as ArrayRef,
    )])
    .unwrap();
    let error = cluster(&times, json!({ "columns": ["t"] }))
        .unwrap_err()
        .to_string();
    assert!(error.contains("should be numbers, bool or text"), "{error}");
    let error = add_process_features(&times, &FeatureOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("name yours with programColumn"), "{error}");
}

#[test]
fn the_order_of_rows_changes_numbers_alone() -> Result<()> {
    let table = log();
    let reversed = table.take((0..table.num_rows() as u32).rev().collect())?;
    let of = |table: &Table| -> Result<Vec<String>> {
        let clusters = cluster(table, json!({}))?;
        let mut rows = shown(
            &clusters,
            &[
                "ClusterSize",
                "FirstEventTime",
                "LastEventTime",
                "SharedCommandLine",
            ],
        );
        rows.sort();
        Ok(rows)
    };
    assert_eq!(of(&table)?, of(&reversed)?);
    Ok(())
}

#[test]
fn work_can_be_cancelled() {
    let mut no = |_: f64| false;
    let options = serde_json::from_value(json!({ "columns": ["Bytes"] })).unwrap();
    let error = cluster_events(&numbers(), &options, &mut Progress::new(&mut no)).unwrap_err();
    assert_eq!(error.code(), "cancelled");
}
