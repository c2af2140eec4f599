#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{Float64Array, Int32Array, StringArray};

use super::*;
use crate::analysis::series::{AnomalyOptions, time_series_anomalies};
use crate::table::{Progress, utc};
use crate::vis::figure::{Figure, Frame};
use crate::vis::theme::LIGHT;

const HOUR: i64 = 3_600_000_000;
/// 2026-03-14T00:00:00Z.
const DAY: i64 = 1_773_446_400_000_000;

fn tables(table: Table) -> Tables {
    Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    }
}

/// Values of ten hours, of which the 4th and 6th are more than usual, and the last is less.
fn ten() -> Table {
    let numbers =
        |of: fn(i64) -> f64| Arc::new((0..10).map(|i| Some(of(i))).collect::<Float64Array>());
    let flags = [0, 0, 0, 1, 0, 1, 0, 0, 0, -1];
    Table::new(vec![
        (
            "TimeGenerated",
            utc((0..10).map(|i| DAY + i * HOUR).collect::<Vec<i64>>()),
        ),
        (
            "Count",
            numbers(|i| if i == 3 || i == 5 { 90.0 } else { 10.0 }),
        ),
        ("baseline", numbers(|_| 10.0)),
        ("trend", numbers(|i| i as f64)),
        ("anomalies", Arc::new(Int32Array::from(flags.to_vec()))),
    ])
    .unwrap()
}

fn figure(table: Table, options: &TimeSeriesOptions) -> Figure {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(
        Box::new(TimeSeries::new(tables(table), options).unwrap()),
        frame,
    )
}

/// Where the polygons' first corners and the bands of periods are.
fn marked(chart: &TimeSeries) -> (Vec<Point>, Vec<[f64; 2]>) {
    let plot = Area {
        x: 0.0,
        y: 0.0,
        w: 900.0,
        h: chart.high(),
    };
    let view = View {
        x: [DAY, DAY + 9 * HOUR].map(|at| at as f64),
        y: [0.0, 1.0],
    };
    let zone = Zone::utc();
    let stage = Stage {
        whole: plot,
        plot,
        view,
        scale: 1.0,
        theme: &LIGHT,
        zone: &zone,
    };
    let mut scene = Scene::new(900.0, 300.0, 1.0);
    chart.draw(&stage, &mut scene);
    let (mut corners, mut bands) = (vec![], vec![]);
    for mark in &scene.marks {
        match mark {
            Mark::Polygon(points, _) => corners.push(points[0]),
            Mark::Fill(area, color) if color.rgb == LIGHT.alarm.rgb => {
                bands.push([area.x, area.right()])
            }
            _ => {}
        }
    }
    (corners, bands)
}

#[test]
fn marks_what_is_unusual() {
    let options = TimeSeriesOptions::default();
    let mut chart = TimeSeries::new(tables(ten()), &options).unwrap();
    // From 10 to 90 with a twentieth of room on 240 pixels below a name of 20: 90 is at 30.9.
    let (corners, bands) = marked(&chart);
    let places: Vec<_> = corners
        .iter()
        .map(|(x, y)| (x.round(), y.round()))
        .collect();
    assert_eq!(places, [(300.0, 27.0), (500.0, 27.0), (900.0, 253.0)]);
    assert_eq!(
        bands,
        [[200.0, 600.0], [800.0, 900.0]],
        "two hours apart are one period"
    );
    chart.toggle(3);
    assert_eq!(marked(&chart), (vec![], vec![]), "by the legend");
    let options = TimeSeriesOptions {
        pos_only: true,
        ..options
    };
    let (corners, bands) = marked(&TimeSeries::new(tables(ten()), &options).unwrap());
    assert_eq!((corners.len(), bands.len()), (2, 1));
}

#[test]
fn parts_have_panels() {
    let names = |chart: &TimeSeries| {
        chart
            .panels
            .iter()
            .map(|panel| panel.name.clone())
            .collect::<Vec<_>>()
    };
    let mut chart = TimeSeries::new(tables(ten()), &TimeSeriesOptions::default()).unwrap();
    assert_eq!(names(&chart), ["Count"]);
    let legend = |chart: &TimeSeries| {
        chart
            .legend(&LIGHT)
            .into_iter()
            .map(|entry| (entry.name, entry.shown))
            .collect::<Vec<_>>()
    };
    let entry = |name: &str, shown| (name.to_owned(), shown);
    assert_eq!(
        legend(&chart),
        [
            entry("Count", true),
            entry("baseline", true),
            entry("trend", false),
            entry("anomalies", true)
        ]
    );
    chart.toggle(2);
    assert_eq!(names(&chart), ["Count", "trend"]);
    assert_eq!(chart.height(900.0), 260.0 + 110.0 + 38.0);
    let options = TimeSeriesOptions {
        components: true,
        ..TimeSeriesOptions::default()
    };
    assert_eq!(
        names(&TimeSeries::new(tables(ten()), &options).unwrap()),
        ["Count", "trend"]
    );
    let options = TimeSeriesOptions {
        kind: Some(ValueKind::Bar),
        ..options
    };
    let bars = TimeSeries::new(tables(ten()), &options).unwrap();
    assert_eq!(bars.panels[0].y, [94.5, 0.0]);
    chart.toggle(0);
    chart.toggle(1);
    assert_eq!(names(&chart)[0], "Count", "also if nothing of it is drawn");
}

#[test]
fn steps_from_anomaly_to_anomaly() {
    let mut figure = figure(ten(), &TimeSeriesOptions::default());
    let mut seen = vec![];
    for key in ["n", "n", "n", "n", "p"] {
        figure.key(key);
        seen.push(figure.tip().unwrap().0.fields[0].1.clone());
    }
    let hours = ["03", "05", "09", "09", "05"].map(|hour| format!("2026-03-14 {hour}:00:00"));
    assert_eq!(seen, hours);
    figure.key("Enter");
    let value = figure.value().unwrap();
    let expected = serde_json::json!({
        "time": "2026-03-14T05:00:00Z", "group": "", "value": 90.0, "baseline": 10.0, "trend": 5.0, "anomaly": 1
    });
    assert_eq!(Value::from(value), expected);
    assert_eq!(figure.rows(), [5]);
    let time = serde_json::json!({ "time": "2026-03-14T02:00:00Z" });
    assert!(figure.set_value(time.as_object()));
    assert_eq!(figure.rows(), [2], "a value is found by its time");
    let time = serde_json::json!({ "time": "2026-03-16T02:00:00Z" });
    assert!(!figure.set_value(time.as_object()));
}

#[test]
fn takes_what_the_analysis_gives() {
    // Two hosts with a day's rhythm for ten days; one has a burst, a third is too short.
    let (mut times, mut hosts) = (vec![], vec![]);
    for hour in 0..240_i64 {
        let usual = if hour % 24 < 12 { 5 } else { 2 };
        for (host, count) in [
            ("calm", usual),
            ("loud", if hour == 100 { 60 } else { usual }),
        ] {
            times.extend((0..count).map(|i| DAY + hour * HOUR + i));
            hosts.extend((0..count).map(|_| host));
        }
    }
    let table = Table::new(vec![
        ("TimeGenerated", utc(times)),
        ("Host", Arc::new(StringArray::from(hosts))),
    ])
    .unwrap();
    let options = AnomalyOptions {
        group_by: vec!["Host".into()],
        ..AnomalyOptions::default()
    };
    let result = time_series_anomalies(&table, &options, &mut Progress::none()).unwrap();
    let chart = TimeSeries::new(tables(result), &TimeSeriesOptions::default()).unwrap();
    let panels: Vec<&str> = chart
        .panels
        .iter()
        .map(|panel| panel.name.as_str())
        .collect();
    assert_eq!(panels, ["loud", "calm"], "those with anomalies first");
    assert_eq!(chart.columns[0], "Count");
    assert_eq!(chart.bin, HOUR as f64);
    let words = chart.describe(&Zone::utc());
    assert!(
        words.starts_with("Count over time: 480 values in 2 series, from 2026-03-14 00:00:00"),
        "{words}"
    );
    assert!(words.ends_with("below what is usual"), "{words}");
}

#[test]
fn anything_can_be_drawn() {
    let of = |rows: &[(i64, f64, i32, &str)]| {
        Table::new(vec![
            (
                "Host",
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.3))),
            ),
            (
                "TimeGenerated",
                utc(rows
                    .iter()
                    .map(|row| DAY + row.0 * HOUR)
                    .collect::<Vec<i64>>()),
            ),
            (
                "Count",
                Arc::new(rows.iter().map(|row| Some(row.1)).collect::<Float64Array>()),
            ),
            (
                "residual",
                Arc::new(
                    rows.iter()
                        .map(|row| Some(-row.1))
                        .collect::<Float64Array>(),
                ),
            ),
            (
                "anomalies",
                Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.2))),
            ),
        ])
        .unwrap()
    };
    let hosts: Vec<String> = (0..500).map(|i| format!("host-{i}").repeat(30)).collect();
    let many: Vec<_> = hosts
        .iter()
        .map(|host| (1, 1.0, 1, host.as_str()))
        .collect();
    for (name, rows) in [
        ("no rows", &[][..]),
        ("one", &[(1, 5.0, 1, "a")]),
        ("equal", &[(1, 5.0, 1, "a"), (1, 5.0, -1, "a")]),
        (
            "missing",
            &[
                (1, f64::NAN, 1, "a"),
                (2, f64::INFINITY, 1, "a"),
                (3, f64::NEG_INFINITY, -1, "b"),
            ],
        ),
        ("500 groups", &many),
    ] {
        for kind in [ValueKind::Bar, ValueKind::Line, ValueKind::Circle] {
            let options = TimeSeriesOptions {
                kind: Some(kind),
                components: true,
                group_by: vec!["Host".into()],
                ..TimeSeriesOptions::default()
            };
            let mut figure = figure(of(rows), &options);
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
}

#[test]
fn columns_must_be_there() {
    let of = |options: TimeSeriesOptions| {
        TimeSeries::new(tables(ten()), &options)
            .err()
            .map(|error| error.code())
    };
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(
        of(TimeSeriesOptions {
            value_column: named("trend"),
            ..Default::default()
        }),
        None
    );
    assert_eq!(
        of(TimeSeriesOptions {
            value_column: named("Total"),
            ..Default::default()
        }),
        Some("columnNotFound")
    );
    assert_eq!(
        of(TimeSeriesOptions {
            anomalies_column: named("odd"),
            ..Default::default()
        }),
        Some("columnNotFound")
    );
}
