#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::vis::figure::{Figure, Frame};

type Row<'a> = (Option<&'a str>, Option<&'a str>, Option<i64>);

/// Rows of x, y and n.
fn table(rows: &[Row]) -> Table {
    let x = rows.iter().map(|row| row.0).collect::<StringArray>();
    let y = rows.iter().map(|row| row.1).collect::<StringArray>();
    let n = rows.iter().map(|row| row.2).collect::<Int64Array>();
    Table::new(vec![
        ("x", Arc::new(x) as ArrayRef),
        ("y", Arc::new(y)),
        ("n", Arc::new(n)),
    ])
    .unwrap()
}

fn tables(table: Table) -> Tables {
    Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    }
}

fn matrix(table: Table, options: Value) -> Result<Matrix> {
    let mut all = json!({ "x": "x", "y": "y" });
    let given = options.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(given);
    Matrix::new(tables(table), &serde_json::from_value(all).unwrap())
}

fn figure(chart: Matrix) -> Figure {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(Box::new(chart), frame)
}

fn some() -> Table {
    table(&[
        (Some("b"), Some("p"), Some(4)),
        (Some("a"), Some("q"), Some(2)),
        (Some("b"), Some("p"), Some(4)),
        (Some("b"), Some("q"), None),
        (None, Some("p"), Some(-10)),
    ])
}

/// `x y value` of each cell.
fn cells(chart: &Matrix) -> Vec<String> {
    let [x, y] = &chart.pairs.names;
    let text = |cell: &Cell| {
        [
            &x[cell.x()],
            " ",
            &y[cell.y()],
            " ",
            &format_number(cell.value),
        ]
        .concat()
    };
    chart.pairs.cells.iter().map(text).collect()
}

#[test]
fn cells_have_values() {
    for (name, options, expected) in [
        (
            "rows, those of most first",
            json!({}),
            ["b p 2", "(none) p 1", "b q 1", "a q 1"],
        ),
        (
            "sums, of none 0",
            json!({ "valueColumn": "n", "sort": true }),
            ["b p 8", "(none) p -10", "a q 2", "b q 0"],
        ),
        (
            "different ones, absent ones are none",
            json!({ "valueColumn": "n", "distCount": true, "sort": "asc" }),
            ["b p 1", "(none) p 1", "a q 1", "b q 0"],
        ),
        (
            "different texts",
            json!({ "valueColumn": "y", "distCount": true, "sort": "asc" }),
            ["b p 1", "(none) p 1", "a q 1", "b q 1"],
        ),
        (
            "one axis descends",
            json!({ "sort": true, "sortY": "desc" }),
            ["a q 1", "b q 1", "b p 2", "(none) p 1"],
        ),
    ] {
        assert_eq!(cells(&matrix(some(), options).unwrap()), expected, "{name}");
    }
}

#[test]
fn sizes_are_areas() {
    let rows = [("a", 1), ("b", 4), ("c", 16), ("d", 0)];
    let rows = rows.map(|(x, n)| (Some(x), Some("y"), Some(n)));
    for (name, options, expected) in [
        ("values", json!({}), [0.25, 0.5, 1.0, 0.0]),
        (
            "inverse values, of 0 the largest",
            json!({ "invert": true }),
            [1.0, 0.5, 0.25, 1.0],
        ),
        (
            "logarithms",
            json!({ "logSize": true }),
            [0.495, 0.754, 1.0, 0.0],
        ),
        ("all the same", json!({ "intersect": true }), [0.5; 4]),
    ] {
        let mut options = options;
        options["valueColumn"] = "n".into();
        options["sort"] = true.into();
        let chart = matrix(table(&rows), options).unwrap();
        for (cell, expected) in chart.pairs.cells.iter().zip(expected) {
            assert!(
                (cell.size - expected).abs() < 1e-3,
                "{name}: {} {expected}",
                cell.size
            );
        }
    }
}

/// Sums and sizes of msticpy 3.0.2, of its network flows by protocol and direction.
#[test]
fn sizes_are_those_of_msticpy() {
    let flows = [
        ("ftp", 1),
        ("http", 413),
        ("https", 2504),
        ("ntp", 119),
        ("ssh", 19),
    ];
    let rows = flows.map(|(x, n)| (Some(x), Some("O"), Some(n)));
    for (name, options, theirs) in [
        ("as they are", json!({}), [1.0, 413.0, 2504.0, 119.0, 19.0]),
        (
            "inverse",
            json!({ "invert": true }),
            [2504.0, 6.062954, 1.0, 21.042017, 131.789474],
        ),
        // Theirs are logarithms of the sums, in which what happened once is not seen.
        (
            "logarithms, of one more",
            json!({ "logSize": true }),
            [2_f64.ln(), 6.025866, 7.826044, 4.787492, 2.995732],
        ),
    ] {
        let mut options = options;
        options["valueColumn"] = "n".into();
        options["sort"] = true.into();
        let chart = matrix(table(&rows), options).unwrap();
        let most = theirs.iter().copied().fold(0.0, f64::max);
        for (cell, size) in chart.pairs.cells.iter().zip(theirs) {
            // Theirs are widths, ours areas.
            assert!(
                (cell.size.powi(2) - size / most).abs() < 1e-6,
                "{name}: {size}"
            );
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    for (name, options, part) in [
        ("no columns", json!({ "x": "" }), "`x` and `y`"),
        ("one column twice", json!({ "y": "x" }), "`x` and `y`"),
        (
            "a column that is not there",
            json!({ "y": "z" }),
            "no column `z`",
        ),
        ("an order that is none", json!({ "sort": "up" }), "sortX"),
        ("sums of texts", json!({ "valueColumn": "y" }), "numbers"),
        (
            "nothing to count",
            json!({ "distCount": true }),
            "valueColumn",
        ),
        (
            "a time that is not there",
            json!({ "timeColumn": "t" }),
            "no column `t`",
        ),
    ] {
        let error = matrix(some(), options).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part), "{name}: {error}");
    }
}

#[test]
fn what_is_chosen_has_its_rows() {
    let mut figure = figure(matrix(some(), json!({ "sort": true })).unwrap());
    for (name, value, expected) in [
        ("one pair", json!({ "x": "b", "y": "p" }), vec![0, 2]),
        (
            "a range of cells",
            json!({ "x": [0, 2], "y": [1, 2] }),
            vec![1, 3],
        ),
        (
            "a part of cells is all of them",
            json!({ "x": [0.5, 1.5], "y": [1.5, 1.6] }),
            vec![1, 3],
        ),
        ("no such pair", json!({ "x": "a", "y": "p" }), vec![]),
        (
            "beyond the ends",
            json!({ "x": [-9, 99], "y": [-9, 99] }),
            vec![0, 1, 2, 3, 4],
        ),
    ] {
        figure.set_value(value.as_object());
        assert_eq!(figure.rows(), expected, "{name}");
    }
    figure.set_value(json!({ "x": [0, 2], "y": [1, 2] }).as_object());
    let value = Value::Object(figure.value().unwrap());
    assert_eq!(value["xValues"], json!(["a", "b"]));
    assert_eq!(value["yValues"], json!(["q"]));
    assert!(figure.set_value(value.as_object()), "its own value");
}

/// `x` values by `y` values, each of them once.
fn full(x: usize, y: usize) -> Table {
    let name = |kind: &str, i: usize| Some(format!("{kind} {i} of a long name\\that says much"));
    let rows = (0..x * y).map(|i| (i % x, i / x));
    let column = |names: Vec<Option<String>>| Arc::new(StringArray::from(names)) as ArrayRef;
    Table::new(vec![
        (
            "x",
            column(rows.clone().map(|row| name("x", row.0)).collect()),
        ),
        ("y", column(rows.map(|row| name("y", row.1)).collect())),
    ])
    .unwrap()
}

#[test]
fn many_values_that_hardly_meet_are_few_pairs() {
    // More cells than have a place each.
    let names: Vec<String> = (0..3000).map(|i| format!("value {i}")).collect();
    let rows = names
        .iter()
        .map(|name| (Some(name.as_str()), Some(name.as_str()), None));
    let chart = matrix(table(&rows.collect::<Vec<_>>()), json!({})).unwrap();
    assert_eq!(chart.pairs.cells.len(), 3000);
    for index in [0, 7, 2999] {
        assert_eq!(chart.rows(&Selection::Item(index)), [index]);
    }
}

/// The area that a text takes.
fn taken(text: &super::super::scene::Text) -> Area {
    let (wide, high) = (text::width(&text.text, text.size), text.size);
    let (x, y) = text.at;
    match (text.upwards, text.anchor) {
        (true, _) => Area {
            x: x - high / 2.0,
            y,
            w: high,
            h: wide,
        },
        (false, anchor) => {
            let before = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => wide / 2.0,
                Anchor::End => wide,
            };
            Area {
                x: x - before,
                y: y - high / 2.0,
                w: wide,
                h: high,
            }
        }
    }
}

/// That labels do not lie on each other, or outside.
pub(crate) fn assert_labels_apart(figure: &Figure, width: f64, name: &str) {
    let scene = figure.picture();
    let texts = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Text(text) => Some((taken(text), &text.text)),
        _ => None,
    });
    let texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
    for (i, (a, text)) in texts.iter().enumerate() {
        assert!(a.x >= 0.0 && a.right() <= width, "{name}: {text} {a:?}");
        assert!(
            a.y >= 0.0 && a.bottom() <= scene.height,
            "{name}: {text} {a:?}"
        );
        for (b, other) in &texts[..i] {
            let apart =
                a.x >= b.right() || b.x >= a.right() || a.y >= b.bottom() || b.y >= a.bottom();
            assert!(apart, "{name}: {text} {a:?} on {other} {b:?}");
        }
    }
}

#[test]
fn labels_have_room() {
    for many in [
        (0, 0),
        (1, 1),
        (2, 2),
        (30, 30),
        (500, 500),
        (1, 500),
        (500, 1),
    ] {
        let chart = matrix(full(many.0, many.1), json!({})).unwrap();
        let mut figure = figure(chart);
        for width in [400.0, 900.0, 1600.0] {
            figure.resize(width, 2.0, false);
            for factor in [1.0, 0.3, 1e9] {
                figure.reset();
                figure.zoom(factor, (width / 2.0, 100.0));
                assert_labels_apart(&figure, width, &format!("{many:?} {width} {factor}"));
            }
        }
    }
}

#[test]
fn says_which_part_is_shown() {
    for (name, many, expected) in [
        ("all", 3, "x"),
        ("the first of many", 500, "x 1 to 42 of 500"),
    ] {
        let scene = figure(matrix(full(many, 3), json!({})).unwrap()).picture();
        let says = |mark: &Mark| matches!(mark, Mark::Text(text) if text.text == expected);
        assert!(scene.marks.iter().any(says), "{name}");
    }
}

proptest! {
    #[test]
    fn each_row_is_in_its_cell(rows in prop::collection::vec((0..4_u8, 0..4_u8), 1..60)) {
        let letters = ["a", "b", "c", "d"].map(Some);
        let pairs = rows.iter().map(|row| (letters[row.0 as usize], letters[row.1 as usize], None));
        let chart = matrix(table(&pairs.collect::<Vec<_>>()), json!({})).unwrap();
        let [x, y] = &chart.pairs.names;
        for (row, (own_x, own_y)) in (0..).zip(rows) {
            let cell = chart.pairs.cells.iter().position(|cell| {
                Some(x[cell.x()].as_str()) == letters[own_x as usize]
                    && Some(y[cell.y()].as_str()) == letters[own_y as usize]
            });
            let cell = cell.unwrap();
            prop_assert!(chart.rows(&Selection::Item(cell as u32)).contains(&row));
        }
    }

    #[test]
    fn what_is_pointed_at_is_where_it_is(x in 0..900_u16, y in 0..700_u16, factor in 0.1..3.0f64) {
        let mut figure = figure(matrix(full(9, 70), json!({})).unwrap());
        let (x, y) = (f64::from(x), f64::from(y));
        figure.zoom(factor, (x, y));
        figure.hover(Some((x, y)));
        if let Some((tip, at)) = figure.tip() {
            figure.hover(Some(at));
            // A cell of which only an edge is seen has its middle elsewhere.
            if let Some((own, _)) = figure.tip() {
                prop_assert_eq!(own, tip);
            }
        }
    }
}
