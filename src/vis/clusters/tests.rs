#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};
use serde_json::json;

use super::*;
use crate::table::utc;
use crate::vis::figure::{Figure, Frame};
use crate::vis::matrix::tests::assert_labels_apart;

fn numbers(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn ids(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn times(values: &[Option<i64>]) -> ArrayRef {
    utc(TimestampMicrosecondArray::from(values.to_vec()))
}

fn clusters(columns: Vec<(&str, ArrayRef)>, options: Value) -> Result<Clusters> {
    let tables = Tables {
        main: vec![(String::new(), Table::new(columns).unwrap())],
        ..Tables::default()
    };
    Clusters::new(tables, &serde_json::from_value(options).unwrap())
}

fn figure(chart: Clusters) -> Figure {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(Box::new(chart), frame)
}

fn labelled() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("ts", times(&[Some(1), Some(2), None, Some(4), Some(5)])),
        ("a", numbers(&[0.0, 1.0, 2.0, f64::NAN, 4.0])),
        ("b", numbers(&[5.0, 6.0, 7.0, 8.0, 9.0])),
        (
            "ClusterId",
            ids(&[Some(3), Some(-1), Some(3), Some(0), None]),
        ),
        (
            "ClusterSize",
            ids(&[Some(2), Some(1), Some(2), Some(1), None]),
        ),
    ]
}

#[test]
fn columns_are_chosen() {
    let without = |names: &[&str]| {
        let columns = labelled().into_iter();
        columns
            .filter(|(name, _)| !names.contains(name))
            .collect::<Vec<_>>()
    };
    let of_clusters = vec![
        ("FirstEventTime", times(&[Some(1), Some(2)])),
        ("LastEventTime", times(&[Some(9), None])),
        ("ClusterId", ids(&[Some(0), Some(-1)])),
        ("ClusterSize", ids(&[Some(100), Some(1)])),
    ];
    for (name, columns, options, expected) in [
        ("two features", labelled(), json!({}), "a b"),
        ("one feature, by time", without(&["b"]), json!({}), "ts a"),
        (
            "none, clusters by time",
            without(&["a", "b"]),
            json!({}),
            "ts ClusterId",
        ),
        ("x is named", labelled(), json!({ "x": "b" }), "b a"),
        ("y is named", labelled(), json!({ "y": "a" }), "b a"),
        (
            "both are named",
            labelled(),
            json!({ "x": "ts", "y": "ClusterSize" }),
            "ts ClusterSize",
        ),
        (
            "rows are clusters",
            of_clusters.clone(),
            json!({}),
            "FirstEventTime ClusterSize",
        ),
        (
            "rows are clusters, but named",
            of_clusters,
            json!({ "y": "ClusterId" }),
            "FirstEventTime ClusterId",
        ),
        (
            "no time, clusters by a feature",
            without(&["ts", "b"]),
            json!({}),
            "a ClusterId",
        ),
    ] {
        let options = match name.contains("but named") {
            true => json!({ "x": "FirstEventTime", "y": "ClusterId" }),
            false => options,
        };
        let source = clusters(columns, options).unwrap().source;
        assert_eq!(
            [&source.x_column, " ", &source.y_column].concat(),
            expected,
            "{name}"
        );
    }
    for (name, columns, options, part) in [
        (
            "nothing to draw",
            vec![("t", numbers(&[]))],
            json!({}),
            "option `x`",
        ),
        (
            "not there",
            labelled(),
            json!({ "x": "z" }),
            "no column `z`",
        ),
        (
            "clusters that are not there",
            labelled(),
            json!({ "clusterColumn": "z" }),
            "no column `z`",
        ),
        (
            "times from below to above",
            labelled(),
            json!({ "y": "ts" }),
            "numbers",
        ),
        (
            "a column of tips",
            labelled(),
            json!({ "sourceColumns": ["z"] }),
            "no column `z`",
        ),
    ] {
        let error = clusters(columns, options)
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{name}: {error}");
    }
}

#[test]
fn the_largest_clusters_have_colours() {
    let entries = |values: &[Option<i64>]| {
        let rows = vec![0.0; values.len()];
        let columns = vec![
            ("a", numbers(&rows)),
            ("b", numbers(&rows)),
            ("ClusterId", ids(values)),
        ];
        let entries = clusters(columns, json!({})).unwrap().source.entries;
        let names: Vec<String> = entries.into_iter().map(|(name, _)| name).collect();
        names.join(", ")
    };
    let many: Vec<_> = (0..20).map(Some).chain([Some(19), None]).collect();
    for (name, values, expected) in [
        (
            "noise and none are one",
            &[Some(-1), Some(0), None, Some(1), Some(1)][..],
            "1 (2), 0 (1), noise (2)",
        ),
        ("no rows", &[], ""),
        ("only noise", &[Some(-1)], "noise (1)"),
        (
            "others",
            &many,
            "19 (2), 0 (1), 1 (1), 2 (1), 3 (1), 4 (1), 5 (1), others (13), noise (1)",
        ),
    ] {
        assert_eq!(entries(values), expected, "{name}");
    }
}

#[test]
fn what_is_chosen_has_its_rows() {
    let mut figure = figure(clusters(labelled(), json!({})).unwrap());
    for (name, value, expected) in [
        (
            "a rectangle",
            json!({ "x": [0, 2], "y": [6, 7] }),
            vec![1, 2],
        ),
        (
            "all with numbers",
            json!({ "x": [-9, 9], "y": [-9, 99] }),
            vec![0, 1, 2, 4],
        ),
        ("a row", json!({ "rows": [2] }), vec![2]),
        ("a row without a number", json!({ "rows": [3] }), vec![]),
    ] {
        figure.set_value(value.as_object());
        assert_eq!(figure.rows(), expected, "{name}");
    }
    figure.set_value(json!({ "x": [-9, 9], "y": [-9, 99] }).as_object());
    figure.toggle(2);
    assert_eq!(figure.rows(), [0, 2], "without noise");
}

#[test]
fn y_grows_upwards() {
    let mut figure = figure(clusters(labelled(), json!({})).unwrap());
    let places = |figure: &mut Figure| {
        let rows: Vec<f64> = [0, 4]
            .map(|row| {
                figure.set_value(json!({ "rows": [row] }).as_object());
                let overlay = figure.overlay().marks;
                let ring = overlay.iter().find_map(|mark| match mark {
                    Mark::Ring((_, y), ..) => Some(*y),
                    _ => None,
                });
                ring.unwrap()
            })
            .to_vec();
        (rows[0], rows[1])
    };
    let (least, most) = places(&mut figure);
    assert!(least > most, "{least} {most}");
    figure.zoom(0.5, (400.0, 200.0));
    let before = places(&mut figure);
    figure.pan((0.0, 10.0));
    let after = places(&mut figure);
    assert!(
        (after.0 - before.0 - 10.0).abs() < 1e-6,
        "the picture moves with the pointer"
    );
    figure.press((100.0, 30.0), false);
    figure.release((800.0, 400.0));
    let value = figure.value().unwrap();
    let y = value["y"].as_array().unwrap();
    assert!(y[0].as_f64() < y[1].as_f64(), "{value:?}");
}

#[test]
fn labels_have_room() {
    let many = (0..40_i64)
        .map(|i| Some(i * i * 86_400_000_000 / 7))
        .collect::<Vec<_>>();
    let floats: Vec<f64> = (0..40).map(|i| f64::from(i) * 12_345.678).collect();
    for (name, rows) in [("none", 0), ("one", 1), ("some", 40)] {
        for options in [
            json!({}),
            json!({ "x": "t" }),
            json!({ "x": "FirstEventTime" }),
        ] {
            let columns = vec![
                ("FirstEventTime", times(&many[..rows])),
                ("LastEventTime", times(&many[40 - rows..])),
                ("t", times(&many[..rows])),
                ("ClusterSize", numbers(&floats[..rows])),
                ("a", numbers(&floats[..rows])),
                ("b", numbers(&floats[..rows])),
            ];
            let mut figure = figure(clusters(columns, options.clone()).unwrap());
            for width in [400.0, 900.0, 1600.0] {
                figure.resize(width, 1.0, false);
                for factor in [1.0, 0.01] {
                    figure.zoom(factor, (width / 2.0, 100.0));
                    assert_labels_apart(
                        &figure,
                        width,
                        &format!("{name} {options} {width} {factor}"),
                    );
                    figure.reset();
                }
            }
        }
    }
}
