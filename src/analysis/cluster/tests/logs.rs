//! Logs as they come: of several schemas, with rows that are of no process, in any type.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, StringArray};
use serde_json::json;

use super::tables::{cluster, read_csv, shown};
use crate::analysis::cluster::{FeatureOptions, add_process_features};
use crate::table::{Progress, read};
use crate::{Result, Table};

/// `EventID`, then columns of Sysmon and of the Security log.
fn mixed_log() -> Table {
    read_csv(
        "EventID,NewProcessName,Image,SubjectLogonId,LogonId,CommandLine,ProcessCommandLine
1,,/bin/a,,999,run 1,
4688,/bin/b,,0x3e7,,,run 2
1,,/bin/a,,999,run 3,
1,,/bin/b,,999,run 4,
3,,,,,,
3,,,,,,
3,,,,,,
1,,/bin/b,,7,run 5,
",
    )
}

#[test]
fn a_log_of_several_schemas_has_several_columns() -> Result<()> {
    let log = mixed_log();
    let events = cluster(&log.take(vec![0, 1, 2, 3, 7])?, json!({ "labels": true }))?;
    assert_eq!(events.i64("ClusterId")?.values(), &[0, 1, 0, 1, -1]);
    let features = add_process_features(&log, &FeatureOptions::default())?;
    let columns = ["processName", "commandlineLen", "isSystemSession"];
    assert_eq!(
        shown(&features.slice(0, 2), &columns),
        ["a,5,true", "b,5,true"]
    );
    Ok(())
}

#[test]
fn rows_without_anything_to_compare_are_left_out() -> Result<()> {
    let messages = read_csv("Message,x\ndisk full,1\n,2\n,3\ndisk full,4\n");
    let rows = [
        (
            "no processes",
            mixed_log(),
            json!({}),
            vec!["0", "1", "0", "1", "", "", "", "-1"],
            3,
        ),
        (
            "nor in round clusters, whose scale they do not change",
            mixed_log(),
            json!({ "algorithm": "kmeans", "clusters": 1 }),
            vec!["0", "0", "0", "0", "", "", "", "0"],
            1,
        ),
        (
            "msticpy takes them",
            mixed_log().select(&["NewProcessName", "CommandLine", "LogonId"])?,
            json!({ "compat": "msticpy", "eps": 2 }),
            vec!["0"; 8],
            1,
        ),
        (
            "no messages",
            messages,
            json!({ "algorithm": "templates" }),
            vec!["0", "", "", "0"],
            1,
        ),
    ];
    for (name, table, mut options, expected, clusters) in rows {
        let found = cluster(&table, options.clone())?;
        options["labels"] = true.into();
        let labels = cluster(&table, options)?;
        let ids = shown(&labels, &["ClusterId"]);
        let ids: Vec<&str> = ids.iter().map(|id| id.trim_matches('"')).collect();
        assert_eq!(ids, expected, "{name}");
        assert_eq!(found.num_rows(), clusters, "{name}");
        for column in ["Clustered", "ClusterSize"] {
            let of_ids = labels.column("ClusterId")?.null_count();
            assert_eq!(labels.column(column)?.null_count(), of_ids, "{name}");
        }
    }
    Ok(())
}

#[test]
fn the_systems_session_is_known_in_any_type() -> Result<()> {
    use arrow_array::{Float32Array, Int64Array, UInt64Array};
    let rows: [(&str, ArrayRef); 5] = [
        (
            "integers",
            Arc::new(Int64Array::from(vec![999, -1, 4_294_967_295, 7])),
        ),
        (
            "without a sign",
            Arc::new(UInt64Array::from(vec![999, u64::MAX, 4_294_967_295, 0])),
        ),
        (
            "floats",
            Arc::new(Float64Array::from(vec![
                999.0,
                -1.0,
                4_294_967_295.0,
                999.5,
            ])),
        ),
        (
            "short floats",
            Arc::new(Float32Array::from(vec![999.0, -1.0, 999.0, f32::NAN])),
        ),
        (
            "texts",
            Arc::new(StringArray::from(vec!["0x3E7", "999.0", "-1", "0x3e70"])),
        ),
    ];
    for (name, logons) in rows {
        let paths: ArrayRef = Arc::new(StringArray::from(vec!["/bin/a"; 4]));
        let table = Table::new(vec![("exe", paths), ("ses", logons)])?;
        let features = add_process_features(&table, &FeatureOptions::default())?;
        assert_eq!(
            shown(&features, &["isSystemSession"]),
            ["true", "true", "true", "false"],
            "{name}"
        );
    }
    Ok(())
}

#[test]
fn a_seed_gives_the_same_clusters() -> Result<()> {
    // Even points, so that clusters are where they begin.
    let lines: Vec<String> = (0..300).map(|x| x.to_string()).collect();
    let table = read_csv(&format!("x\n{}\n", lines.join("\n")));
    for algorithm in ["kmeans", "gaussianMixture"] {
        let ids = |seed: Option<u32>| -> Result<Vec<i64>> {
            let mut options = json!({ "columns": ["x"], "algorithm": algorithm, "labels": true });
            if let Some(seed) = seed {
                options["seed"] = seed.into();
            }
            let labels = cluster(&table, options)?.i64("ClusterId")?;
            Ok(labels.values().to_vec())
        };
        assert_eq!(ids(None)?, ids(Some(42))?, "{algorithm}");
        let others = (0..10).map(|seed| ids(Some(seed)));
        let others = others.collect::<Result<std::collections::BTreeSet<_>>>()?;
        assert!(others.len() > 1, "{algorithm}");
    }
    Ok(())
}

#[test]
fn a_log_of_lines_has_templates() -> Result<()> {
    let text = "job 1 done\njob 2 done\ndisk full\n".as_bytes().to_vec();
    let options = serde_json::from_value(json!({ "format": "text" })).unwrap();
    let table = read::read(text, &options, &mut Progress::none())?;
    let templates = cluster(&table, json!({ "algorithm": "templates" }))?;
    assert_eq!(
        shown(&templates, &["ClusterSize", "SharedText"]),
        ["1,disk full", "2,job <*> done"]
    );
    Ok(())
}

#[test]
fn round_clusters_need_a_number() {
    let table = Table::new(vec![(
        "x",
        Arc::new(Float64Array::from(vec![None, Some(f64::NAN)])) as ArrayRef,
    )])
    .unwrap();
    for algorithm in ["kmeans", "gaussianMixture"] {
        let options = json!({ "columns": ["x"], "algorithm": algorithm });
        let error = cluster(&table, options).unwrap_err().to_string();
        assert!(
            error.contains("no event has a number in every column"),
            "{error}"
        );
    }
    let noise = cluster(&table, json!({ "columns": ["x"] })).unwrap();
    assert_eq!(shown(&noise, &["ClusterId"]), ["-1", "-1"]);
}

#[test]
fn names_of_what_is_shared_begin_with_a_capital() -> Result<()> {
    let table = read_csv("exe,cmdline,émile,_x\na,b,c,d\n");
    let options = json!({ "shared": ["cmdline", "émile", "_x"] });
    let names = cluster(&table, options)?;
    let names = names.names();
    assert_eq!(
        names[names.len() - 3..],
        ["SharedCmdline", "SharedÉmile", "Shared_x"]
    );
    Ok(())
}
