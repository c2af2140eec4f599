#![allow(clippy::unwrap_used)] // a test may fail so

use arrow_array::TimestampMicrosecondArray;

use super::*;
use crate::vis::figure::{Figure, Frame};
use crate::vis::theme::LIGHT;

const HOUR: i64 = 3_600_000_000;
/// 2026-03-14T00:00:00Z.
const DAY: i64 = 1_773_446_400_000_000;

/// Hours of start and end, and whose.
type Row = (Option<i64>, Option<i64>, &'static str);

fn chart(rows: &[Row], end: Option<&str>) -> Result<TimelineDuration> {
    let times = |of: fn(&Row) -> Option<i64>| {
        utc(rows
            .iter()
            .map(|row| of(row).map(|at| DAY + at * HOUR))
            .collect::<TimestampMicrosecondArray>())
    };
    let table = Table::new(vec![
        ("TimeGenerated", times(|row| row.0)),
        ("End", times(|row| row.1)),
        (
            "Account",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.2))),
        ),
    ])?;
    let options = TimelineDurationOptions {
        group_by: vec!["Account".into()],
        end_time_column: end.map(str::to_owned),
        source_columns: vec!["Account".into()],
        ..TimelineDurationOptions::default()
    };
    let tables = Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    };
    TimelineDuration::new(tables, &options)
}

fn figure(rows: &[Row]) -> Figure {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(Box::new(chart(rows, Some("End")).unwrap()), frame)
}

const ROWS: &[Row] = &[
    (Some(5), Some(6), "late"),
    (Some(1), Some(9), "early"),
    (Some(2), None, "early"),
    (Some(3), Some(2), "backwards"),
    (None, Some(99), "never"),
];

#[test]
fn groups_are_a_staircase() {
    for (name, end, expected) in [
        (
            "with ends",
            Some("End"),
            [("early", 1, 9), ("backwards", 3, 3), ("late", 5, 6)],
        ),
        (
            "by events alone",
            None,
            [("early", 1, 2), ("backwards", 3, 3), ("late", 5, 5)],
        ),
    ] {
        let chart = chart(ROWS, end).unwrap();
        let group = |lane: &usize| {
            let hours = chart.spans[*lane].map(|at| (at as i64 - DAY) / HOUR);
            (chart.lanes.names[*lane].as_str(), hours[0], hours[1])
        };
        let groups: Vec<_> = chart.order.iter().map(group).collect();
        assert_eq!(groups, expected, "{name}");
        let data = chart.data().unwrap();
        assert_eq!(
            (data.num_rows(), data.names()),
            (3, vec!["Group", "Start", "End", "Events"])
        );
    }
    assert_eq!(
        chart(ROWS, None).unwrap().describe(&Zone::utc()),
        "Durations of 4 events in 4 groups, from 2026-03-14 01:00:00 to 2026-03-14 05:00:00; rows without a time: 1"
    );
    assert_eq!(
        chart(ROWS, Some("Finish")).err().map(|error| error.code()),
        Some("columnNotFound")
    );
}

#[test]
fn bars_reach_from_start_to_end() {
    let chart = chart(ROWS, Some("End")).unwrap();
    let plot = Area {
        x: 0.0,
        y: 0.0,
        w: 1000.0,
        h: 90.0,
    };
    let hours = |from: i64, to: i64| [from, to].map(|at| (DAY + at * HOUR) as f64);
    let zone = Zone::utc();
    for (name, x, expected) in [
        (
            "all",
            hours(0, 10),
            [(99.0, 901.0), (299.0, 301.0), (499.0, 601.0)],
        ),
        // What goes on outside ends there; what is outside is not seen.
        (
            "a part",
            hours(2, 4),
            [(-10.0, 1010.0), (499.0, 501.0), (1499.0, 1501.0)],
        ),
    ] {
        let view = View { x, y: [0.0, 3.0] };
        let stage = Stage {
            whole: plot,
            plot,
            view,
            scale: 1.0,
            theme: &LIGHT,
            zone: &zone,
        };
        let ends = [0, 1, 2].map(|place| {
            let bar = chart.bar(&stage, place);
            (bar.x.round(), bar.right().round())
        });
        if name == "all" {
            assert_eq!(ends, expected, "{name}");
        } else {
            assert_eq!(ends[..2], expected[..2], "{name}");
            assert!(ends[2].0 >= plot.right(), "{name}: {:?}", ends[2]);
        }
    }
}

#[test]
fn lengths_of_time_have_two_units() {
    for (micros, expected) in [
        (0.0, "0s"),
        (1.0, "1us"),
        (1500.0, "1ms 500us"),
        (1e6, "1s"),
        (61e6, "1min 1s"),
        (3600e6, "1h"),
        (3661e6, "1h 1min"),
        (86_400e6 + 5.0, "1d"),
        (400.0 * 86_400e6 + 7200e6, "400d 2h"),
    ] {
        assert_eq!(lasts(micros), expected);
    }
}

#[test]
fn a_group_is_chosen_with_its_rows() {
    let mut figure = figure(ROWS);
    figure.key("n");
    let (tip, at) = figure.tip().unwrap();
    assert_eq!(tip.title, "early");
    assert_eq!(
        tip.fields[2..4],
        [("lasts".into(), "8h".into()), ("events".into(), "2".into())]
    );
    figure.hover(Some(at));
    assert_eq!(figure.tip().unwrap().0, tip);
    figure.key("Enter");
    let value = figure.value().unwrap();
    assert_eq!(
        Value::from(value.clone()),
        serde_json::json!({ "group": "early", "start": "2026-03-14T01:00:00Z", "end": "2026-03-14T09:00:00Z" })
    );
    assert_eq!(figure.rows(), [1, 2]);
    figure.key("Escape");
    assert!(figure.set_value(Some(&value)));
    assert_eq!(figure.value(), Some(value), "the group, not its range");
    let range =
        serde_json::json!({ "start": "2026-03-14T02:00:00Z", "end": "2026-03-14T05:00:00Z" });
    assert!(figure.set_value(range.as_object()));
    assert_eq!(figure.rows(), [0, 2, 3]);
}

#[test]
fn anything_can_be_drawn() {
    let many: Vec<Row> = (0..500)
        .map(|i| {
            (
                Some(i),
                Some(i + 3),
                Box::leak(format!("group {i}").into_boxed_str()) as &str,
            )
        })
        .collect();
    for (name, rows) in [
        ("no rows", &[][..]),
        ("one", &[(Some(1), None, "a")]),
        ("no times", &[(None, None, "a")]),
        ("500 groups", &many),
    ] {
        let mut figure = figure(rows);
        for width in [30.0, 400.0] {
            let svg = figure.to_svg(Some(width));
            assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{name}");
        }
        for _ in 0..40 {
            figure.zoom(0.5, (200.0, 50.0));
        }
        figure.hover(Some((200.0, 50.0)));
        for key in ["n", "n", "p", "p", "Enter"] {
            figure.key(key);
        }
        figure.picture();
        figure.overlay();
    }
}
