#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};

use super::*;
use crate::table::utc;
use crate::vis::figure::{Figure, Frame};

const HOUR: i64 = 3_600_000_000;
/// 2026-03-14T00:00:00Z.
const DAY: i64 = 1_773_446_400_000_000;

fn table(rows: &[(i64, Option<f64>, &str)]) -> Table {
    Table::new(vec![
        (
            "TimeGenerated",
            utc(rows
                .iter()
                .map(|row| DAY + row.0 * HOUR)
                .collect::<Vec<_>>()),
        ),
        (
            "Bytes",
            Arc::new(rows.iter().map(|row| row.1).collect::<Float64Array>()),
        ),
        (
            "Host",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.2))),
        ),
    ])
    .unwrap()
}

fn chart(rows: &[(i64, Option<f64>, &str)], options: &TimelineValuesOptions) -> TimelineValues {
    let tables = Tables {
        main: vec![(String::new(), table(rows))],
        ..Tables::default()
    };
    TimelineValues::new(tables, options).unwrap()
}

fn options(kind: ValueKind) -> TimelineValuesOptions {
    TimelineValuesOptions {
        kind,
        value_column: "Bytes".into(),
        group_by: vec!["Host".into()],
        ..TimelineValuesOptions::default()
    }
}

const FRAME: fn() -> Frame = || Frame {
    title: String::new(),
    height: None,
    without_range_tool: false,
    zone: Zone::utc(),
};

const ROWS: &[(i64, Option<f64>, &str)] = &[
    (3, Some(30.0), "b"),
    (1, Some(10.0), "a"),
    (2, None, "a"),
    (3, Some(f64::INFINITY), "a"),
    (4, Some(-10.0), "a"),
];

#[test]
fn says_what_is_there() {
    let chart = chart(ROWS, &options(ValueKind::Line));
    assert_eq!(
        chart.describe(&Zone::utc()),
        "Bytes over time: 5 values in 2 series, from 2026-03-14 01:00:00 to 2026-03-14 04:00:00; \
         missing values: 1; infinite ones, drawn at the edges: 1"
    );
    let tips: Vec<String> = (0..5)
        .map(|event| chart.tip(event, &Zone::utc()).fields[1].1.clone())
        .collect();
    assert_eq!(tips, ["10", "missing", "∞", "-10", "30"]);
    let data = chart.data().unwrap();
    assert_eq!(
        data.names(),
        ["Group", "Events", "First", "Last", "Least", "Most"]
    );
    assert_eq!(data.f64("Least").unwrap().values()[..], [-10.0, 30.0]);
}

#[test]
fn axes_follow_kind_and_legend() {
    assert_eq!(
        chart(ROWS, &options(ValueKind::Line)).extent().y,
        [32.0, -12.0]
    );
    let mut bars = chart(ROWS, &options(ValueKind::Vbar));
    assert_eq!(bars.extent().y, [32.0, -12.0]);
    bars.toggle(1);
    assert_eq!(bars.extent().y, [11.0, -11.0]);
    bars.toggle(0);
    assert_eq!(bars.extent().y, [1.0, 0.0], "nothing is shown");
    assert_eq!(bars.legend(&super::super::theme::LIGHT).len(), 2);
}

#[test]
fn what_is_pointed_at_is_found() {
    for kind in [ValueKind::Bar, ValueKind::Line, ValueKind::Circle] {
        let mut figure = Figure::new(Box::new(chart(ROWS, &options(kind))), FRAME());
        figure.key("n");
        let mut seen = vec![];
        for _ in 0..5 {
            let (tip, at) = figure.tip().unwrap();
            figure.hover(None);
            figure.hover(Some((at.0 + 1.0, at.1 + 1.0)));
            seen.push(figure.tip().map(|(again, _)| again == tip));
            figure.key("n");
        }
        // What is missing can be reached by the keyboard alone.
        let expected = [Some(true), None, Some(true), Some(true), Some(true)];
        assert_eq!(seen[0], expected[0], "{kind:?}");
        assert_eq!(seen[2..], expected[2..], "{kind:?}");
        assert_ne!(seen[1], Some(true), "{kind:?}");
    }
}

#[test]
fn values_are_what_is_chosen() {
    let mut figure = Figure::new(Box::new(chart(ROWS, &options(ValueKind::Line))), FRAME());
    figure.key("n");
    figure.key("Enter");
    let value = figure.value().unwrap();
    assert_eq!(
        Value::from(value),
        serde_json::json!({ "time": "2026-03-14T01:00:00Z", "group": "a", "value": 10.0 })
    );
    assert_eq!(figure.rows(), [1]);
    let range =
        serde_json::json!({ "start": "2026-03-14T02:00:00Z", "end": "2026-03-14T03:00:00Z" });
    assert!(figure.set_value(range.as_object()));
    assert_eq!(figure.rows(), [0, 2, 3]);
    figure.toggle(1);
    assert_eq!(figure.rows(), [2, 3], "of what is shown");
}

#[test]
fn anything_can_be_drawn() {
    let nan = Some(f64::NAN);
    let hosts: Vec<String> = (0..500).map(|i| format!("host-{i}").repeat(20)).collect();
    let many: Vec<_> = hosts
        .iter()
        .map(|host| (1, Some(1.0), host.as_str()))
        .collect();
    for (name, rows) in [
        ("no rows", &[][..]),
        ("one", &[(0, Some(1.0), "a")]),
        ("equal", &[(0, Some(1.0), "a"), (0, Some(1.0), "a")]),
        ("missing", &[(0, None, "a"), (1, nan, "a")]),
        (
            "infinite",
            &[
                (0, Some(f64::INFINITY), "a"),
                (1, Some(f64::NEG_INFINITY), "a"),
            ],
        ),
        (
            "the largest",
            &[
                (0, Some(f64::MAX), "a"),
                (1, Some(f64::MIN), "a"),
                (2, Some(1e300), "b"),
                (3, Some(-1e300), "b"),
            ],
        ),
        (
            "the smallest",
            &[(0, Some(5e-324), "a"), (1, Some(0.0), "a")],
        ),
        ("500 groups", &many),
    ] {
        for kind in [ValueKind::Bar, ValueKind::Line, ValueKind::Circle] {
            let mut figure = Figure::new(Box::new(chart(rows, &options(kind))), FRAME());
            for width in [30.0, 400.0] {
                let svg = figure.to_svg(Some(width));
                assert!(svg.starts_with("<svg"), "{name} {kind:?}");
                assert!(!svg.contains("NaN"), "{name} {kind:?}");
            }
            for _ in 0..40 {
                figure.zoom(0.5, (200.0, 100.0));
            }
            figure.hover(Some((200.0, 100.0)));
            figure.picture();
        }
    }
}

#[test]
fn options_are_checked() {
    let of = |value_column: &str| {
        let tables = Tables {
            main: vec![(String::new(), table(ROWS))],
            ..Tables::default()
        };
        let options = TimelineValuesOptions {
            value_column: value_column.into(),
            ..options(ValueKind::Bar)
        };
        TimelineValues::new(tables, &options)
            .err()
            .map(|error| error.code())
    };
    assert_eq!(of("Bytes"), None);
    assert_eq!(of(""), Some("invalidArgument"));
    assert_eq!(of("Octets"), Some("columnNotFound"));
    assert_eq!(of("Host"), Some("columnType"));
}
