//! Whatever the table, and whatever is done to its chart: there is a picture of it.

#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;

use super::*;
use crate::vis::series::ValueKind;
use crate::vis::{
    Tables, TimeSeries, TimeSeriesOptions, Timeline, TimelineDuration, TimelineDurationOptions,
    TimelineOptions, TimelineValues, TimelineValuesOptions,
};

type Row = (Option<i64>, f64, f64, &'static str);

fn table(rows: &[Row]) -> Table {
    let times: TimestampMicrosecondArray = rows.iter().map(|row| row.0).collect();
    let numbers =
        |of: fn(&Row) -> f64| Arc::new(rows.iter().map(of).map(Some).collect::<Float64Array>());
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "Host",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.3))),
        ),
        ("TimeGenerated", Arc::new(times)),
        ("Count", numbers(|row| row.1)),
        ("baseline", numbers(|row| -row.1)),
        ("residual", numbers(|row| row.1 / 3.0)),
        ("anomalies", numbers(|row| row.2)),
    ];
    Table::new(columns).unwrap()
}

const LONG: &str = "a-very-long-name-of-a-host-that-has-no-room.anywhere.in.a.picture.example.com";

fn row() -> impl Strategy<Value = Row> {
    let near = 1_773_446_400_000_000_i64;
    let time = prop_oneof![
        6 => (near..near + 90).prop_map(Some),
        6 => (near..near + 90_000_000_000).prop_map(Some),
        1 => any::<i64>().prop_map(Some),
        1 => prop_oneof![Just(None), Just(Some(i64::MIN)), Just(Some(i64::MAX)), Just(Some(-1))],
    ];
    let value = prop_oneof![
        6 => -1e3..1e3,
        1 => any::<f64>(),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(1e300), Just(-1e300), Just(0.0), Just(5e-324)],
    ];
    let name = prop_oneof![Just("a"), Just("b.example.com"), Just(""), Just(LONG)];
    (time, value, -1.0..1.0, name)
}

fn charts(rows: &[Row], others: &[Row], kind: ValueKind) -> Vec<Box<dyn Chart>> {
    let group_by = || vec!["Host".into()];
    let of = |options: &[&str]| Tables {
        main: vec![("one".into(), table(rows)), ("two".into(), table(others))],
        others: options
            .iter()
            .map(|name| ((*name).into(), table(others)))
            .collect(),
        ..Tables::default()
    };
    let options = TimelineOptions {
        group_by: group_by(),
        ..Default::default()
    };
    let values = TimelineValuesOptions {
        group_by: group_by(),
        value_column: "Count".into(),
        kind,
        ..Default::default()
    };
    let durations = TimelineDurationOptions {
        group_by: group_by(),
        ..Default::default()
    };
    let series = TimeSeriesOptions {
        group_by: group_by(),
        kind: Some(kind),
        components: true,
        ..Default::default()
    };
    let one = Tables {
        main: vec![(String::new(), table(rows))],
        ..Tables::default()
    };
    vec![
        Box::new(Timeline::new(of(&["overlayData", "alerts"]), &options).unwrap()),
        Box::new(TimelineValues::new(of(&["refEvents"]), &values).unwrap()),
        Box::new(TimelineDuration::new(of(&["refEvents"]), &durations).unwrap()),
        Box::new(TimeSeries::new(one, &series).unwrap()),
    ]
}

/// All numbers of a picture.
fn numbers(scene: &Scene) -> Vec<f64> {
    let mut all = vec![scene.width, scene.height];
    for mark in &scene.marks {
        match mark {
            Mark::Fill(area, _) | Mark::Outline(area, ..) => {
                assert!(area.w.min(area.h) > -1e-6, "{area:?}");
                all.extend([area.x, area.y, area.w, area.h]);
            }
            Mark::Line(points, ..) | Mark::Polygon(points, _) => {
                all.extend(points.iter().flat_map(|(x, y)| [*x, *y]));
            }
            Mark::Disc((x, y), radius, _) | Mark::Ring((x, y), radius, ..) => {
                all.extend([*x, *y, *radius])
            }
            Mark::Text(text) => all.extend([text.at.0, text.at.1]),
            Mark::Columns(columns) => all.extend(
                columns
                    .spans
                    .iter()
                    .flat_map(|span| [f64::from(span.top), f64::from(span.bottom)]),
            ),
            Mark::Dots(dots) => all.push(dots.radius),
            Mark::Segments(lines) => all.push(lines.width),
        }
    }
    all
}

fn act(figure: &mut Figure, what: u8, at: Point) {
    const KEYS: [&str; 10] = [
        "n",
        "p",
        "+",
        "-",
        "ArrowLeft",
        "ArrowDown",
        "PageDown",
        "Enter",
        "Escape",
        "0",
    ];
    match what {
        0 => figure.press(at, false),
        1 => figure.press(at, true),
        2 => figure.drag(at),
        3 => figure.release(at),
        4 => figure.zoom(0.01, at),
        5 => figure.zoom(3.0, at),
        6 => figure.wheel(at, at, false).unwrap_or(0),
        7 => figure.hover(Some(at)),
        8 => figure.toggle(at.0.abs() as usize % 6),
        9 => {
            figure.resize(at.0.abs(), 1.0 + at.1.abs() % 3.0, true);
            0
        }
        10 => {
            let value = figure.value();
            figure.set_value(value.as_ref());
            0
        }
        key => figure.key(KEYS[usize::from(key) % KEYS.len()]).unwrap_or(0),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_coordinate_is_finite(
        rows in prop::collection::vec(row(), 0..40),
        others in prop::collection::vec(row(), 0..4),
        kind in prop_oneof![Just(ValueKind::Bar), Just(ValueKind::Circle), Just(ValueKind::Line)],
        height in prop_oneof![Just(None), Just(Some(80.0)), Just(Some(20_000.0))],
        gestures in prop::collection::vec((0_u8..24, -50.0..1000.0, -50.0..500.0), 0..30),
    ) {
        for chart in charts(&rows, &others, kind) {
            let frame = Frame { title: "t".into(), height, without_range_tool: false, zone: Zone::utc() };
            let mut figure = Figure::new(chart, frame);
            for (what, x, y) in gestures.iter().copied() {
                act(&mut figure, what, (x, y));
                for scene in [figure.picture(), figure.overlay()] {
                    let odd = numbers(&scene).into_iter().find(|number| !number.is_finite());
                    prop_assert_eq!(odd, None, "after {} at {:?}", what, (x, y));
                }
                figure.tip();
                let (value, rows) = (figure.value(), figure.rows());
                prop_assert!(rows.is_sorted() && (value.is_some() || rows.is_empty()));
            }
            prop_assert!(!figure.to_svg(None).contains("NaN"));
            figure.describe();
            figure.data().unwrap();
        }
    }
}
