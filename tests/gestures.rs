//! Whatever a table has and whatever one does to its chart, it is drawn, in finite numbers.

#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use huntbook::Table;
use huntbook::vis::chart::Chart;
use huntbook::vis::figure::{Figure, Frame};
use huntbook::vis::scene::{Area, Mark, Point, Scene};
use huntbook::vis::{Clusters, Heatmap, Matrix, ProcessTree, Sessions, Tables, Zone};
use proptest::prelude::*;
use serde_json::{Value, json};

type Row = (Option<f64>, Option<i64>, Option<u8>, Option<i64>);

fn row() -> impl Strategy<Value = Row> {
    let number = prop_oneof![
        8 => -10.0..10.0f64,
        4 => (0..4_i8).prop_map(f64::from),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, -f64::INFINITY, 1.7e308, -1.7e308, 1e-310]),
    ];
    let time = prop_oneof![
        8 => 1_773_000_000_000_000..1_773_900_000_000_000_i64,
        1 => prop::sample::select(vec![0, -1, 253_402_300_799_999_999, -62_135_596_800_000_000]),
    ];
    (
        prop::option::weighted(0.9, number),
        prop::option::weighted(0.9, time),
        prop::option::weighted(0.9, 0..5_u8),
        prop::option::weighted(0.7, -1..40_i64),
    )
}

const NAMES: [&str; 5] = ["a", "", "日志\u{202e}\n", "svc", "long"];

/// A table that has what each of the charts takes.
fn table(rows: &[Row]) -> Table {
    let name = |row: &Row| {
        row.2
            .map(|name| NAMES[name as usize].repeat(1 + 90 * (name as usize / 4)))
    };
    let names: ArrayRef = Arc::new(rows.iter().map(name).collect::<StringArray>());
    let numbers: ArrayRef = Arc::new(rows.iter().map(|row| row.0).collect::<Float64Array>());
    let times = rows.iter().map(|row| row.1);
    let times: ArrayRef = Arc::new(times.collect::<TimestampMicrosecondArray>());
    let parents: ArrayRef = Arc::new(rows.iter().map(|row| row.3).collect::<Int64Array>());
    let index = Int64Array::from_iter_values(0..rows.len() as i64);
    let keys = (0..rows.len()).map(|row| row.to_string());
    Table::new(vec![
        ("Image", names.clone()),
        ("StartTime", times.clone()),
        ("GeoMeanLikelihood", numbers.clone()),
        ("Score", numbers),
        ("ClusterId", parents.clone()),
        ("ProcKey", Arc::new(StringArray::from_iter_values(keys))),
        ("SourceIndex", Arc::new(index.clone())),
        ("ParentIndex", parents.clone()),
        ("ProcessId", Arc::new(index)),
        ("ParentProcessId", parents),
        ("CommandLine", names.clone()),
        ("User", names),
        ("UtcTime", times),
    ])
    .unwrap()
}

fn make(kind: usize, table: Table) -> Box<dyn Chart> {
    let tables = Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    };
    let with = |options: Value| options;
    macro_rules! options {
        ($value:tt) => {
            &serde_json::from_value(with(json!($value))).unwrap()
        };
    }
    match kind {
        0 => Box::new(ProcessTree::new(&tables, options!({ "legendColumn": "Score" })).unwrap()),
        1 => Box::new(ProcessTree::new(&tables, options!({ "legendColumn": "User" })).unwrap()),
        2 => Box::new(Sessions::new(&tables, options!({ "top": 3 })).unwrap()),
        3 => Box::new(Matrix::new(tables, options!({ "x": "Image", "y": "ClusterId" })).unwrap()),
        4 => Box::new(Matrix::new(tables, options!({ "x": "Score", "y": "User", "valueColumn": "GeoMeanLikelihood", "logSize": true, "invert": true, "sort": "desc" })).unwrap()),
        5 => Box::new(Heatmap::new(tables, options!({ "valueColumn": "Score" })).unwrap()),
        6 => Box::new(Heatmap::new(tables, options!({ "by": "date" })).unwrap()),
        7 => Box::new(Clusters::new(tables, options!({ "x": "UtcTime", "y": "Score" })).unwrap()),
        _ => Box::new(Clusters::new(tables, options!({ "x": "Score", "y": "GeoMeanLikelihood" })).unwrap()),
    }
}

const KEYS: [&str; 14] = [
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "PageUp",
    "PageDown",
    "+",
    "-",
    "Home",
    "n",
    "p",
    "Enter",
    "Escape",
    "?",
];

fn act(figure: &mut Figure, what: u8, at: Point, other: Point) {
    match what {
        0 => figure.resize(at.0, (other.0 / 400.0).max(0.1), at.1 > 200.0),
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
        6 => drop(figure.search(["", "a", "日", "sv", "zzz"][at.0 as usize % 5])),
        7 => drop(figure.toggle(at.0 as usize % 4)),
        8 => drop(figure.hover(Some(at))),
        key => drop(figure.key(KEYS[key as usize % KEYS.len()])),
    }
}

fn assert_finite(scene: &Scene) {
    let point = |(x, y): Point| x.is_finite() && y.is_finite();
    let area = |a: Area| [a.x, a.y, a.w, a.h].iter().all(|n| n.is_finite());
    for mark in &scene.marks {
        let finite = match mark {
            Mark::Fill(own, _) | Mark::Outline(own, _, _) => area(*own),
            Mark::Line(points, _, _) | Mark::Polygon(points, _) => {
                points.iter().copied().all(point)
            }
            Mark::Disc(at, r, _) | Mark::Ring(at, r, _, _) => point(*at) && r.is_finite(),
            Mark::Text(text) => point(text.at),
            Mark::Columns(columns) => columns.spans.iter().all(|span| span.top.is_finite()),
            Mark::Dots(dots) => dots.radius.is_finite(),
            Mark::Segments(lines) => {
                let ends = lines.at.iter().flatten();
                ends.into_iter()
                    .all(|(x, y)| x.is_finite() && y.is_finite())
            }
        };
        assert!(finite, "{mark:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_table_and_any_gestures(
        kind in 0..9_usize,
        rows in prop::collection::vec(row(), 0..40),
        gestures in prop::collection::vec((0..23_u8, (-20.0..900.0f64, -20.0..500.0f64), (1.0..900.0f64, 0.0..500.0f64)), 0..12),
    ) {
        let table = table(&rows);
        let frame = Frame { title: String::new(), height: None, without_range_tool: false, zone: Zone::utc() };
        let mut figure = Figure::new(make(kind, table), frame);
        for (what, at, other) in gestures {
            act(&mut figure, what, at, other);
            assert_finite(&figure.picture());
            assert_finite(&figure.overlay());
            figure.tip();
            figure.details();
            let chosen = figure.rows();
            prop_assert!(chosen.is_sorted() && chosen.iter().all(|row| (*row as usize) < rows.len()));
            if let Some(mut value) = figure.value() {
                value.insert("rows".into(), chosen.clone().into());
                prop_assert!(figure.set_value(Some(&value)), "{value:?}");
                prop_assert_eq!(figure.rows(), chosen, "{:?}", value);
                figure.set_value(figure.value().filter(|_| false).as_ref());
                figure.set_value(Some(&value));
            }
        }
        figure.describe();
        figure.data().unwrap();
        figure.legend();
        figure.to_svg(None);
    }
}
