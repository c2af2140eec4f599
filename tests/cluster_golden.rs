//! Features and clusters of msticpy's 363 processes against msticpy 3.0.2's own answers in
//! `../shared/oracle`. Each difference is listed with its reason.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::BTreeMap;

use facts::{open, oracle};
use huntbook::Table;
use huntbook::analysis::cluster::{
    ClusterOptions, FeatureOptions, add_process_features, char_ord_score, cluster_events,
    crc32_hash, delim_count, delim_hash, token_count,
};
use huntbook::table::Progress;
use serde_json::{Value, json};

#[test]
fn strings() {
    let Some(theirs) = oracle("eventcluster_strings.json") else {
        return;
    };
    for case in theirs["cases"].as_array().unwrap() {
        let text = case["s"].as_str().unwrap();
        let ours = json!({
            "s": text,
            "delim_count": delim_count(text),
            "delim_hash": delim_hash(text),
            "char_ord_score": char_ord_score(text, 1.0).unwrap() as u64,
            "char_ord_score_scale10": char_ord_score(text, 10.0).unwrap() as u64,
            "token_count": token_count(text, " ").unwrap(),
            "crc32_hash": crc32_hash(text),
        });
        assert_eq!(&ours, case);
    }
}

#[test]
fn features() {
    let (Some(theirs), Some(table)) = (
        oracle("eventcluster_features.json"),
        open("data/msticpy/processes_on_host.csv"),
    ) else {
        return;
    };
    let ours = add_process_features(&table, &FeatureOptions::default()).unwrap();
    let theirs = &theirs["features"];
    let names = theirs["columns"].as_array().unwrap();
    let rows = theirs["rows"].as_array().unwrap();
    assert_eq!(rows.len(), ours.num_rows());
    for (i, name) in names.iter().enumerate().skip(1) {
        let name = name.as_str().unwrap();
        let ours = ours.select(&[name]).unwrap();
        let ours: Value = serde_json::from_slice(&ours.to_json(&Default::default())).unwrap();
        for (row, theirs) in rows.iter().enumerate() {
            let (ours, theirs) = (&ours[row][name], &theirs[i]);
            // Logarithms of other libraries differ in the last bit.
            let near = match (ours.as_f64(), theirs.as_f64()) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() <= 1e-14 * theirs.abs(),
                _ => ours == theirs,
            };
            assert!(near, "{name}, row {row}: {ours} {theirs}");
        }
    }
}

fn clusters(table: &Table, options: Value) -> Table {
    let options: ClusterOptions = serde_json::from_value(options).unwrap();
    cluster_events(table, &options, &mut Progress::none()).unwrap()
}

/// Clusters and events of noise.
fn counts(clusters: &Table) -> (usize, usize) {
    let ids = clusters.i64("ClusterId").unwrap();
    let noise = ids.values().iter().filter(|id| **id == -1).count();
    (clusters.num_rows() - noise, noise)
}

const THREE: &[&str] = &["commandlineTokensFull", "pathScore", "isSystemSession"];
const LOGS: &[&str] = &["commandlineTokensFull", "pathLogScore", "commandlineLogLen"];
const SIX: &[&str] = &[
    "commandlineTokensFull",
    "commandlineScore",
    "pathScore",
    "pathHash",
    "commandlineLen",
    "commandlineTokensHash",
];

/// scikit-learn 1.9.1 on msticpy's features of these processes: clusters, noise, and CRC-32
/// of the labels with commas between.
#[test]
fn with_msticpys_defaults() {
    let Some(table) = open("data/msticpy/processes_on_host.csv") else {
        return;
    };
    type Case<'a> = (&'a [&'a str], f64, (usize, usize), u32);
    let cases: [Case<'_>; 9] = [
        (THREE, 0.001, (4, 1), 970_895_302),
        (THREE, 0.0001, (29, 33), 3_794_705_328),
        (THREE, 0.00001, (33, 77), 3_282_799_799),
        (LOGS, 0.01, (24, 25), 107_911_121),
        (LOGS, 0.001, (21, 120), 3_495_796_508),
        (LOGS, 0.0001, (16, 132), 126_371_562),
        (SIX, 0.01, (32, 20), 456_940_864),
        (SIX, 0.001, (32, 89), 2_500_213_831),
        (SIX, 0.0001, (26, 104), 926_949_027),
    ];
    for (features, eps, expected, crc) in cases {
        let mut options = json!({ "compat": "msticpy", "features": features, "eps": eps });
        let summary = clusters(&table, options.clone());
        assert_eq!(counts(&summary), expected, "{features:?} {eps}");
        options["labels"] = true.into();
        let labels = clusters(&table, options).i64("ClusterId").unwrap();
        let text: Vec<String> = labels.values().iter().map(i64::to_string).collect();
        assert_eq!(crc32_hash(&text.join(",")), crc, "{features:?} {eps}");
    }
    let all = clusters(&table, json!({ "compat": "msticpy" }));
    assert_eq!(counts(&all), (1, 0), "defect 23: all are one");
    assert_eq!(all.i64("ClusterSize").unwrap().value(0), 363);
    // Defect 23: msticpy gives all noise the same time.
    let noise = clusters(&table, json!({ "compat": "msticpy", "eps": 1e-4 }));
    let times = noise.time_us("FirstEventTime").unwrap();
    let different: std::collections::BTreeSet<i64> = times.values().iter().copied().collect();
    assert!(different.len() > 10, "{}", different.len());
}

/// What runs again and again is in a few clusters, what was done once is not.
#[test]
fn the_default_parts_attacks_from_agents() {
    let Some(table) = open("data/msticpy/processes_on_host.csv") else {
        return;
    };
    let clusters = clusters(&table, json!({}));
    let sizes = clusters.i64("ClusterSize").unwrap();
    let names = clusters.text("NewProcessName").unwrap();
    let by_name: BTreeMap<String, i64> = (0..clusters.num_rows())
        .map(|row| (names.get(row).unwrap().to_lowercase(), sizes.value(row)))
        .collect();
    for tool in [
        "mimikatz.exe",
        "nlbrute.exe",
        "ransomware.exe",
        "suchost.exe",
        "vssadmin.exe",
    ] {
        let found = by_name.iter().find(|(name, _)| name.ends_with(tool));
        assert_eq!(found.map(|(_, size)| *size), Some(1), "{tool}");
    }
    let largest = sizes.values().iter().rev().take(6).copied();
    assert_eq!(largest.collect::<Vec<_>>(), [70, 39, 37, 35, 25, 7]);
    assert_eq!(counts(&clusters), (32, 87));
    let shared = clusters.text("SharedCommandLine").unwrap();
    let net = (0..clusters.num_rows())
        .find(|&row| sizes.value(row) == 7)
        .unwrap();
    assert_eq!(shared.get(net), Some(r"C:\Windows\system32\net1  <*>"));
}
