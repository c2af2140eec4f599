//! Whatever the table, and whatever is done to its chart: there is a picture of it, and what is
//! chosen can be chosen again.

#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::table::time::{MAX_MICROS, MIN_MICROS};
use crate::vis::{
    Clusters, GeoMap, Heatmap, Matrix, ProcessTree, Sessions, Tables, TimeSeries, Timeline,
    TimelineDuration, TimelineValues, entity_graph, network,
};

#[derive(Debug, Clone)]
struct Row {
    time: Option<i64>,
    number: Option<f64>,
    other: f64,
    name: Option<&'static str>,
    parent: Option<i64>,
}

const LONG: &str = "a-very-long-name-of-a-host-that-has-no-room.anywhere.in.a.picture.example.com";

fn row() -> impl Strategy<Value = Row> {
    let near = 1_773_446_400_000_000_i64;
    let time = prop_oneof![
        6 => (near..near + 90).prop_map(Some),
        6 => (near..near + 90_000_000_000).prop_map(Some),
        1 => prop_oneof![MIN_MICROS..MAX_MICROS, any::<i64>()].prop_map(Some),
        1 => prop::sample::select(vec![None, Some(i64::MIN), Some(i64::MAX), Some(-1), Some(0), Some(253_402_300_799_999_999)]),
    ];
    let number = prop_oneof![
        6 => (-1e3..1e3).prop_map(Some),
        4 => (0..4_i8).prop_map(|number| Some(number.into())),
        1 => any::<f64>().prop_map(Some),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, 1.7e308, -1.7e308, 0.0, 1e-310]).prop_map(Some),
        1 => Just(None),
    ];
    let names = vec![
        None,
        Some("a"),
        Some("b.example.com"),
        Some(""),
        Some("日志\u{202e}\n"),
        Some(LONG),
    ];
    let parent = prop::option::weighted(0.7, -1..40_i64);
    (time, number, -1.0..1.0, prop::sample::select(names), parent).prop_map(
        |(time, number, other, name, parent)| Row {
            time,
            number,
            other,
            name,
            parent,
        },
    )
}

/// A table that has what each of the charts takes.
fn table(rows: &[Row]) -> Table {
    let names: ArrayRef = Arc::new(rows.iter().map(|row| row.name).collect::<StringArray>());
    let times = rows.iter().map(|row| row.time);
    let times: ArrayRef = Arc::new(times.collect::<TimestampMicrosecondArray>());
    let numbers = |of: &dyn Fn(&Row) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Float64Array>())
    };
    let parents: ArrayRef = Arc::new(rows.iter().map(|row| row.parent).collect::<Int64Array>());
    let index: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows.len() as i64));
    let keys = (0..rows.len()).map(|row| row.to_string());
    let entities = rows.iter().map(|row| {
        json!([{ "Type": "host", "HostName": row.name }, { "Type": "ip", "Address": row.parent }])
            .to_string()
    });
    Table::new(vec![
        ("Host", names.clone()),
        ("Image", names.clone()),
        ("User", names.clone()),
        ("CommandLine", names),
        ("TimeGenerated", times.clone()),
        ("StartTime", times.clone()),
        ("UtcTime", times),
        ("Count", numbers(&|row| row.number)),
        ("GeoMeanLikelihood", numbers(&|row| row.number)),
        ("baseline", numbers(&|row| Some(-row.number?))),
        ("residual", numbers(&|row| Some(row.number? / 3.0))),
        ("anomalies", numbers(&|row| Some(row.other))),
        ("Score", numbers(&|row| Some(row.other * 90.0))),
        ("ClusterId", parents.clone()),
        ("ProcKey", Arc::new(StringArray::from_iter_values(keys))),
        ("SourceIndex", index.clone()),
        ("ProcessId", index),
        ("ParentIndex", parents.clone()),
        ("ParentProcessId", parents),
        (
            "Entities",
            Arc::new(StringArray::from_iter_values(entities)),
        ),
    ])
    .unwrap()
}

/// How many charts [`make`] makes.
const KINDS: usize = 17;

/// A chart of one table, or of several.
fn make(kind: usize, rows: &[Row], others: &[Row]) -> Box<dyn Chart> {
    let one = || Tables {
        main: vec![(String::new(), table(rows))],
        ..Tables::default()
    };
    let two = |options: &[&str]| Tables {
        main: vec![("one".into(), table(rows)), ("two".into(), table(others))],
        others: options
            .iter()
            .map(|name| ((*name).into(), table(others)))
            .collect(),
        ..Tables::default()
    };
    macro_rules! options {
        ($value:tt) => {
            &serde_json::from_value(json!($value)).unwrap()
        };
    }
    match kind {
        0 => Box::new(Timeline::new(two(&["overlayData", "alerts"]), options!({ "groupBy": ["Host"] })).unwrap()),
        1 => Box::new(TimelineValues::new(two(&["refEvents"]), options!({ "groupBy": ["Host"], "valueColumn": "Count", "kind": "bar" })).unwrap()),
        2 => Box::new(TimelineValues::new(one(), options!({ "valueColumn": "Count", "kind": "circle" })).unwrap()),
        3 => Box::new(TimelineDuration::new(two(&["refEvents"]), options!({ "groupBy": ["Host"] })).unwrap()),
        4 => Box::new(TimeSeries::new(one(), options!({ "groupBy": ["Host"], "timeColumn": "TimeGenerated", "valueColumn": "Count", "kind": "line", "components": true })).unwrap()),
        5 => Box::new(ProcessTree::new(&one(), options!({ "legendColumn": "Score" })).unwrap()),
        6 => Box::new(ProcessTree::new(&one(), options!({ "legendColumn": "User" })).unwrap()),
        7 => Box::new(Sessions::new(&one(), options!({ "top": 3 })).unwrap()),
        8 => Box::new(Matrix::new(one(), options!({ "x": "Image", "y": "ClusterId" })).unwrap()),
        9 => Box::new(Matrix::new(one(), options!({ "x": "Score", "y": "User", "valueColumn": "Count", "logSize": true, "invert": true, "sort": "desc" })).unwrap()),
        10 => Box::new(Heatmap::new(one(), options!({ "valueColumn": "Score" })).unwrap()),
        11 => Box::new(Heatmap::new(one(), options!({ "by": "date" })).unwrap()),
        12 => Box::new(Clusters::new(one(), options!({ "x": "UtcTime", "y": "Count" })).unwrap()),
        13 => Box::new(Clusters::new(one(), options!({ "x": "Score", "y": "Count" })).unwrap()),
        14 => Box::new(network(one(), options!({ "source": "User", "target": "ClusterId", "weightColumn": "Count", "directed": true })).unwrap()),
        15 => Box::new(entity_graph(two(&[]), options!({ "timeline": true })).unwrap()),
        _ => Box::new(GeoMap::new(one(), options!({ "latColumn": "Score", "longColumn": "Count", "layerColumn": "User" })).unwrap()),
    }
}

fn figure(chart: Box<dyn Chart>, height: Option<f64>) -> Figure {
    let frame = Frame {
        title: "t".into(),
        height,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(chart, frame)
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
                all.extend([*x, *y, *radius]);
            }
            Mark::Text(text) => all.extend([text.at.0, text.at.1]),
            Mark::Columns(columns) => {
                let spans = columns.spans.iter();
                all.extend(spans.flat_map(|span| [f64::from(span.top), span.bottom.into()]));
            }
            Mark::Dots(dots) => {
                all.push(dots.radius);
                all.extend(
                    dots.at
                        .iter()
                        .flat_map(|(x, y)| [f64::from(*x), (*y).into()]),
                );
            }
            Mark::Segments(lines) => {
                all.push(lines.width);
                let ends = lines.at.iter().flatten();
                all.extend(ends.flat_map(|(x, y)| [f64::from(*x), (*y).into()]));
            }
        }
    }
    all
}

const KEYS: [&str; 16] = [
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "PageUp",
    "PageDown",
    "+",
    "-",
    "0",
    "Home",
    "n",
    "p",
    "Enter",
    " ",
    "Escape",
    "?",
];

fn act(figure: &mut Figure, what: u8, at: Point, other: Point) {
    match what {
        0 => {
            let (width, scale, dark) =
                (at.0.abs(), (other.0 / 400.0).clamp(0.1, 4.0), at.1 > 200.0);
            figure.resize(width, scale, dark);
        }
        1 => drop(figure.pan((at.0 - other.0, at.1 - other.1))),
        2 => drop(figure.zoom((other.0 / 100.0).powi(3), at)),
        3 => drop(figure.wheel((0.0, other.1 - other.0), at, at.0 > 300.0)),
        4 => {
            figure.press(at, other.1 > 300.0);
            figure.drag(other);
            figure.release(other);
        }
        5 => {
            figure.press(at, false);
            figure.release(at);
        }
        6 => {
            figure.search(["", "a", "日", "b.", "zzz"][at.0.abs() as usize % 5]);
        }
        7 => {
            // As there are buttons.
            let buttons = figure.legend().len().max(1);
            if !figure.legend().is_empty() {
                figure.toggle(at.0.abs() as usize % buttons);
            }
        }
        8 => drop(figure.hover(Some(at))),
        9 => drop(figure.press(at, at.0 > 400.0)),
        10 => drop(figure.drag(at)),
        11 => drop(figure.cancel()),
        key => drop(figure.key(KEYS[usize::from(key) % KEYS.len()])),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_table_and_any_gestures(
        kind in 0..KINDS,
        rows in prop::collection::vec(row(), 0..40),
        others in prop::collection::vec(row(), 0..4),
        height in prop::sample::select(vec![None, None, Some(80.0), Some(20_000.0)]),
        gestures in prop::collection::vec((0..28_u8, (-50.0..1000.0_f64, -50.0..600.0_f64), (1.0..900.0_f64, 0.0..600.0_f64)), 0..14),
    ) {
        let mut figure = figure(make(kind, &rows, &others), height);
        let all = rows.len() + others.len();
        // Values have times of ISO 8601, years 1 to 9999.
        let times = rows.iter().chain(&others).filter_map(|row| row.time);
        let is_said = { times }.all(|time| (MIN_MICROS..=MAX_MICROS).contains(&time));
        for (what, at, other) in gestures {
            act(&mut figure, what, at, other);
            for scene in [figure.picture(), figure.overlay()] {
                let odd = numbers(&scene).into_iter().find(|number| !number.is_finite());
                prop_assert_eq!(odd, None, "after {} at {:?}", what, at);
            }
            figure.tip();
            figure.details();
            let (value, chosen) = (figure.value(), figure.rows());
            prop_assert!(chosen.is_sorted() && chosen.iter().all(|row| (*row as usize) < all));
            prop_assert!(value.is_some() || chosen.is_empty());
            if let (Some(mut value), true) = (value, is_said) {
                value.insert("rows".into(), chosen.clone().into());
                prop_assert!(figure.set_value(Some(&value)), "{value:?}");
                prop_assert_eq!(figure.rows(), chosen, "{:?}", value);
            }
        }
        prop_assert!(!figure.to_svg(None).contains("NaN"));
        figure.describe();
        figure.data().unwrap();
        figure.legend();
    }
}
