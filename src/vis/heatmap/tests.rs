#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::Float64Array;
use serde_json::json;

use super::draw::on;
use super::*;
use crate::table::time::parse_time;
use crate::table::utc;
use crate::vis::figure::{Figure, Frame};
use crate::vis::matrix::tests::assert_labels_apart;

fn heatmap(rows: &[(&str, f64)], options: Value, zone: Zone) -> Result<Heatmap> {
    let times = rows
        .iter()
        .map(|row| Some(parse_time(row.0.as_bytes())?.micros));
    let numbers = Float64Array::from_iter_values(rows.iter().map(|row| row.1));
    let table = Table::new(vec![
        (
            "ts",
            utc(times.collect::<arrow_array::TimestampMicrosecondArray>()),
        ),
        ("n", Arc::new(numbers)),
    ])
    .unwrap();
    let tables = Tables {
        main: vec![(String::new(), table)],
        zone,
        others: vec![],
    };
    Heatmap::new(tables, &serde_json::from_value(options).unwrap())
}

const ROWS: [(&str, f64); 5] = [
    ("2026-03-16T08:59:59.999Z", 1.0),
    ("2026-03-16T09:00:00Z", 2.0),
    ("2026-03-22T23:30:00Z", f64::NAN),
    ("2026-03-09T09:10:00Z", 6.0),
    ("no time", 5.0),
];

#[test]
fn events_are_in_their_hours() {
    let berlin = || Zone::new("Europe/Berlin".into(), vec![(0.0, 60)]);
    for (name, options, zone, expected) in [
        (
            "by weekday",
            json!({}),
            Zone::utc(),
            vec!["Mon 08:00 1", "Mon 09:00 2", "Sun 23:00 1"],
        ),
        (
            "in a zone",
            json!({}),
            berlin(),
            vec!["Mon 00:00 1", "Mon 09:00 1", "Mon 10:00 2"],
        ),
        (
            "sums, which NaN does not change",
            json!({ "valueColumn": "n" }),
            Zone::utc(),
            vec!["Mon 08:00 1", "Mon 09:00 8", "Sun 23:00 NaN"],
        ),
        (
            "means",
            json!({ "valueColumn": "n", "mean": true }),
            Zone::utc(),
            vec!["Mon 08:00 1", "Mon 09:00 4", "Sun 23:00 NaN"],
        ),
        (
            "by date",
            json!({ "by": "date" }),
            Zone::utc(),
            vec![
                "2026-03-09 09:00 1",
                "2026-03-16 08:00 1",
                "2026-03-16 09:00 1",
                "2026-03-22 23:00 1",
            ],
        ),
    ] {
        let chart = heatmap(&ROWS, options, zone).unwrap();
        let cells = (0..).zip(&chart.cells).filter(|(_, cell)| cell.0 > 0);
        let cell = |(index, cell): (u32, &(u32, f64))| {
            let title = chart.tip(index, &chart.zone).title;
            let (title, _) = title.split_once(" to").unwrap();
            [title, " ", &format_number(cell.1)].concat()
        };
        assert_eq!(cells.map(cell).collect::<Vec<_>>(), expected, "{name}");
        assert_eq!(chart.left_out, 1, "{name}");
    }
}

#[test]
fn dates_end_with_the_last() {
    let rows = [("1970-01-01T00:00:00Z", 1.0), ("2026-03-16T08:00:00Z", 1.0)];
    let chart = heatmap(&rows, json!({ "by": "date" }), Zone::utc()).unwrap();
    assert_eq!(chart.days().len(), 366);
    assert_eq!(chart.days().last().unwrap(), "2026-03-16");
    assert_eq!(chart.left_out, 1);
}

#[test]
fn what_is_chosen_has_its_rows() {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    let mut figure = Figure::new(
        Box::new(heatmap(&ROWS, json!({}), Zone::utc()).unwrap()),
        frame,
    );
    for (name, value, expected) in [
        (
            "an hour",
            json!({ "hours": [9, 10], "weekdays": ["Mon"] }),
            vec![1, 3],
        ),
        (
            "a range",
            json!({ "x": [8, 24], "y": [0, 7] }),
            vec![0, 1, 2, 3],
        ),
        (
            "nothing happened",
            json!({ "x": [0, 8], "y": [0, 7] }),
            vec![],
        ),
        (
            "no such day",
            json!({ "hours": [9, 10], "weekdays": ["Moon"] }),
            vec![],
        ),
        (
            "no such hour",
            json!({ "hours": [99, 10], "weekdays": ["Mon"] }),
            vec![],
        ),
    ] {
        figure.set_value(value.as_object());
        assert_eq!(figure.rows(), expected, "{name}");
        if let Some(value) = figure.value() {
            assert!(figure.set_value(Some(&value)), "{name}: its own value");
            assert_eq!(figure.rows(), expected, "{name}: its own value");
        }
    }
    figure.set_value(json!({ "x": [8, 18], "y": [5, 7] }).as_object());
    let value = Value::Object(figure.value().unwrap());
    assert_eq!(value["hours"], json!([8, 18]));
    assert_eq!(value["weekdays"], json!(["Sat", "Sun"]));
}

#[test]
fn labels_have_room() {
    let one = &ROWS[..1];
    let year: Vec<(&str, f64)> = vec![("2025-03-16T08:00:00Z", 1.0), ROWS[1]];
    for (name, rows) in [
        ("none", &[][..]),
        ("one", one),
        ("some", &ROWS),
        ("a year", &year),
    ] {
        for by in ["weekday", "date"] {
            let chart = heatmap(rows, json!({ "by": by }), Zone::utc()).unwrap();
            let frame = Frame {
                title: String::new(),
                height: None,
                without_range_tool: false,
                zone: Zone::utc(),
            };
            let mut figure = Figure::new(Box::new(chart), frame);
            for width in [400.0, 900.0, 1600.0] {
                figure.resize(width, 1.0, false);
                for factor in [1.0, 0.3, 1e9] {
                    figure.zoom(factor, (width / 2.0, 100.0));
                    assert_labels_apart(&figure, width, &format!("{name} {by} {width} {factor}"));
                    figure.reset();
                }
            }
        }
    }
}

#[test]
fn labels_are_read_on_their_cells() {
    use super::super::theme::{DARK, LIGHT};
    // Relative luminance and contrast of WCAG 2.2.
    let light = |color: Color| {
        let (r, g, b) = color.rgb;
        let one = |part: u8| match f64::from(part) / 255.0 {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * one(r) + 0.7152 * one(g) + 0.0722 * one(b)
    };
    for theme in [&LIGHT, &DARK] {
        for t in 0..=20 {
            let color = theme.ramp(f64::from(t) / 20.0);
            let (a, b) = (light(color), light(on(color)));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{t}: {color:?} {contrast}");
        }
    }
}

#[test]
fn the_scale_is_not_far_from_few_cells() {
    for (name, options, far) in [
        ("hours", json!({}), true),
        ("some days", json!({ "by": "date" }), false),
    ] {
        let chart = heatmap(&ROWS[..2], options, Zone::utc()).unwrap();
        let frame = Frame {
            title: String::new(),
            height: None,
            without_range_tool: false,
            zone: Zone::utc(),
        };
        let scene = Figure::new(Box::new(chart), frame).picture();
        let ends = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) if text.at.1 < HEAD => Some(text.at.0),
            _ => None,
        });
        assert_eq!(ends.fold(0.0, f64::max) > 700.0, far, "{name}");
    }
}
