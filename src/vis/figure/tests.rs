#![allow(clippy::unwrap_used)] // a test may fail so

use serde_json::{Map, Value, json};

use super::*;
use crate::vis::timeline::tests::events;
use crate::vis::{Tables, Timeline, TimelineOptions};

/// A figure of a timeline of two lanes, an event each minute for a day; 900 pixels wide.
fn figure() -> Figure {
    let rows: Vec<(Option<i64>, &str)> = (0..1440)
        .map(|at| (Some(at), if at % 2 == 0 { "even" } else { "odd" }))
        .collect();
    let tables = Tables {
        main: vec![(String::new(), events(&rows))],
        ..Tables::default()
    };
    let options = TimelineOptions {
        group_by: vec!["Host".into()],
        ..TimelineOptions::default()
    };
    let chart = Timeline::new(tables, &options).unwrap();
    let frame = Frame {
        title: "Minutes".into(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(Box::new(chart), frame)
}

fn middle(figure: &Figure) -> Point {
    let plot = figure.plot;
    (plot.x + plot.w / 2.0, plot.y + plot.h / 2.0)
}

fn hours(figure: &Figure) -> [f64; 2] {
    figure.view.x.map(|x| (x / 36e8).round() / 100.0 * 100.0)
}

#[test]
fn dragging_chooses_and_a_click_takes_one() {
    let mut figure = figure();
    let (x, y) = middle(&figure);
    figure.press((x, y), false);
    assert_eq!(figure.drag((x + 1.0, y)), OVERLAY, "not yet a range");
    assert_eq!(figure.value(), None);
    figure.drag((x + 100.0, y));
    assert_eq!(figure.release((x + 100.0, y)) & VALUE, VALUE);
    let value = figure.value().unwrap();
    assert!(value["start"].as_str().unwrap() < value["end"].as_str().unwrap());
    let rows = figure.rows();
    assert!(rows.len() > 100 && rows.is_sorted(), "{}", rows.len());

    figure.press((x, figure.plot.y + 10.0), false);
    assert_eq!(figure.release((x, figure.plot.y + 10.0)) & VALUE, VALUE);
    assert_eq!(figure.rows().len(), 1);
    assert_eq!(figure.value().unwrap()["group"], "even");

    figure.press((1.0, 1.0), false);
    figure.release((1.0, 1.0));
    assert_eq!(figure.value(), None, "a click beside everything");
    assert_eq!(figure.release((x, y)), 0, "without a press");
    assert_eq!(figure.drag((x, y)), 0);
}

#[test]
fn a_second_finger_ends_a_choice_and_leaves_the_one_before() {
    let mut figure = figure();
    let (x, y) = middle(&figure);
    figure.press((x, y), false);
    figure.drag((x + 50.0, y));
    assert_eq!(figure.cancel(), OVERLAY);
    assert_eq!((figure.value(), figure.cancel()), (None, 0));
    figure.press((x, y), false);
    figure.release((x + 50.0, y));
    let chosen = figure.value();
    for to in [x, x + 90.0] {
        figure.press((x, y), false);
        figure.drag((to, y));
        figure.cancel();
        assert!(chosen.is_some() && figure.value() == chosen, "to {to}");
    }
    figure.zoom(0.5, (x, y));
    let shown = figure.view;
    figure.press((x, y), true);
    figure.drag((x + 50.0, y));
    assert_ne!(figure.view, shown);
    assert_eq!((figure.cancel(), figure.view), (PICTURE | OVERLAY, shown));
}

#[test]
fn moving_and_zooming_stay_within_the_data() {
    let mut figure = figure();
    let home = figure.view;
    let at = middle(&figure);
    let fixed = figure.stage().x_at(at.0);
    figure.zoom(0.5, at);
    assert!(
        (figure.stage().x_at(at.0) - fixed).abs() < 1.0,
        "what is pointed at stays"
    );
    assert!((figure.view.x[1] - figure.view.x[0]) * 2.0 - (home.x[1] - home.x[0]) < 1.0);
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(figure.zoom(factor, at), 0, "{factor}");
    }
    for _ in 0..200 {
        figure.zoom(0.5, at);
    }
    assert!(
        figure.view.x[1] - figure.view.x[0] >= 10.0,
        "not below what is told apart"
    );
    for _ in 0..200 {
        figure.zoom(3.0, at);
    }
    assert_eq!(figure.view, home);
    figure.pan((1e9, 1e9));
    assert_eq!(figure.view, home);
    figure.zoom(0.1, at);
    figure.pan((-1e9, 0.0));
    assert_eq!(figure.view.x[1], home.x[1]);
    figure.press(at, true);
    figure.drag((at.0 + 30.0, at.1));
    figure.release((at.0 + 30.0, at.1));
    assert!(figure.view.x[1] < home.x[1], "Shift moves");
    assert_eq!(figure.value(), None);
    figure.reset();
    assert_eq!(figure.view, home);
}

#[test]
fn the_strip_below_moves_the_view() {
    let mut figure = figure();
    let strip = figure.strip();
    let y = strip.y + strip.h / 2.0;
    for (name, from, to, expected) in [
        (
            "the left edge",
            strip.x,
            strip.x + strip.w / 2.0,
            [12.0, 24.0],
        ),
        (
            "the window",
            strip.x + strip.w * 0.75,
            strip.x + strip.w * 0.5,
            [6.0, 18.0],
        ),
        (
            "the right edge",
            strip.x + strip.w * 0.75,
            strip.x + strip.w * 0.5,
            [6.0, 12.0],
        ),
        (
            "a place outside",
            strip.x + strip.w * 0.875,
            strip.x + strip.w * 0.875,
            [18.0, 24.0],
        ),
        (
            "an edge not beyond the other",
            strip.right(),
            strip.x,
            [18.0, 18.0],
        ),
    ] {
        figure.press((from, y), false);
        figure.drag((to, y));
        figure.release((to, y));
        let found = hours(&figure);
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1.0;
        assert!(found.iter().zip(&expected).all(near), "{name}: {found:?}");
    }
}

#[test]
fn keys_do_what_gestures_do() {
    let mut figure = figure();
    let home = figure.view;
    for (key, is_ours) in [
        ("+", true),
        ("ArrowRight", true),
        ("Home", true),
        ("n", true),
        ("Enter", true),
        ("a", false),
        ("Tab", false),
    ] {
        assert_eq!(figure.key(key).is_some(), is_ours, "{key}");
    }
    assert_eq!(figure.view, home);
    assert_eq!(figure.rows(), [0], "n, and Enter, choose the first event");
    figure.key("n");
    figure.key("Enter");
    assert_eq!(figure.rows(), [2]);
    assert!(figure.tip().is_some());
    assert_eq!(
        figure.key("Escape"),
        Some(OVERLAY),
        "what is said goes first"
    );
    assert_eq!((figure.tip(), figure.rows()), (None, vec![2]));
    assert_eq!(
        figure.key("Escape").map(|change| change & VALUE),
        Some(VALUE)
    );
    assert_eq!((figure.value(), figure.key("Escape")), (None, None));
    figure.zoom(0.01, middle(&figure));
    figure.focus = None;
    figure.key("n");
    let (from, _) = (figure.view.x[0], figure.view.x[1]);
    for _ in 0..30 {
        figure.key("n");
    }
    assert!(figure.view.x[0] > from, "the view goes with the focus");
}

#[test]
fn a_value_can_be_set() {
    let mut figure = figure();
    for (name, value, chosen, rows) in [
        (
            "a range",
            json!({ "start": "1970-01-01T01:00:00Z", "end": "1970-01-01T01:10:00Z" }),
            true,
            11,
        ),
        (
            "upside down",
            json!({ "end": "1970-01-01T01:00:00Z", "start": "1970-01-01T01:10:00Z" }),
            true,
            11,
        ),
        ("an event, by its row", json!({ "rows": [7] }), true, 1),
        ("no such row", json!({ "rows": [99_999] }), false, 0),
        (
            "nonsense",
            json!({ "start": "soon", "end": true }),
            false,
            0,
        ),
        ("empty", json!({}), false, 0),
    ] {
        let Value::Object(fields) = value else {
            continue;
        };
        assert_eq!(figure.set_value(Some(&fields)), chosen, "{name}");
        assert_eq!(figure.rows().len(), rows, "{name}");
        let again = figure.value();
        figure.set_value(None);
        assert_eq!(figure.value(), None, "{name}");
        if let (Some(value), "a range") = (again, name) {
            assert!(
                figure.set_value(Some(&value)),
                "what is given back is taken"
            );
            assert_eq!(figure.value(), Some(value));
        }
    }
}

#[test]
fn what_is_saved_has_title_and_legend() {
    let mut figure = figure();
    let svg = figure.to_svg(Some(500.0));
    for part in [
        "width=\"500\"",
        ">\nMinutes\n",
        ">\neven\n",
        "<title>Minutes. Timeline of 1440 events in 2 lanes",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    assert_eq!(figure.width, 900.0, "the page's size stays");
    figure.toggle(0);
    assert!(!figure.legend()[0].shown);
    figure.toggle(7);
    assert!(figure.rows().is_empty());
}

#[test]
fn odd_sizes_are_no_matter() {
    let mut figure = figure();
    for (width, scale) in [
        (0.0, 1.0),
        (1.0, 1.0),
        (f64::NAN, 1.0),
        (1e9, 1e9),
        (300.0, 0.0),
        (-5.0, -1.0),
    ] {
        figure.resize(width, scale, true);
        let scene = figure.picture();
        assert!(scene.width >= 1.0 && scene.width <= 20_000.0, "{width}");
        figure.hover(Some((width, scale)));
        figure.press((width, scale), false);
        figure.release((scale, width));
    }
}

#[test]
fn a_view_can_be_set() {
    let mut figure = figure();
    let home = figure.view;
    let Value::Object(hour) =
        json!({ "start": "1970-01-01T01:00:00Z", "end": "1970-01-01T02:00:00Z" })
    else {
        return;
    };
    assert!(figure.set_view(&hour));
    assert_eq!(figure.view.x, [36e8, 72e8]);
    let given = figure.view();
    assert_eq!(
        given["start"],
        "1970-01-01T01:00:00.000000Z".replace(".000000", "")
    );
    figure.reset();
    assert!(figure.set_view(&given), "what is given back is taken");
    assert_eq!(figure.view.x, [36e8, 72e8]);
    assert!(!figure.set_view(&Map::new()));
    figure.reset();
    assert_eq!(figure.view, home);
}

fn drag(figure: &mut Figure, from: Point, to: Point) {
    figure.press(from, false);
    figure.drag(to);
    figure.release(to);
}

/// Rings and outlines that lie above the picture.
fn marked(figure: &Figure) -> Vec<Area> {
    let ring = |mark: &Mark| match mark {
        Mark::Ring((x, y), radius, ..) => Some(Area {
            x: x - radius,
            y: y - radius,
            w: radius * 2.0,
            h: radius * 2.0,
        }),
        Mark::Outline(area, ..) => Some(*area),
        _ => None,
    };
    figure.overlay().marks.iter().filter_map(ring).collect()
}

#[test]
fn a_range_is_what_its_value_says() {
    let mut figure = figure();
    let (x, y) = middle(&figure);
    for (name, zooms, digits) in [("milliseconds", 0, 20), ("microseconds", 24, 27)] {
        for _ in 0..zooms {
            figure.zoom(0.5, (x, y));
        }
        drag(&mut figure, (x - 70.3, y), (x + 100.7, y));
        let (range, value) = (figure.selection, figure.value().unwrap());
        let texts = ["start", "end"].map(|end| value[end].as_str().unwrap_or_default().len());
        let longest = texts.into_iter().max().unwrap_or(0);
        assert!(
            (digits..=digits + 4).contains(&longest),
            "{name}: {value:?}"
        );
        figure.set_value(Some(&value));
        assert_eq!(figure.selection, range, "{name}");
    }
}

#[test]
fn what_is_hidden_changes_what_is_chosen() {
    let mut figure = figure();
    assert_eq!(figure.toggle(0) & VALUE, 0, "nothing is chosen");
    let (x, y) = middle(&figure);
    drag(&mut figure, (x, y), (x + 100.0, y));
    let rows = figure.rows().len();
    assert_eq!(figure.toggle(0) & VALUE, VALUE);
    assert!(figure.rows().len() > rows);
    let plot = figure.plot;
    let range = marked(&figure)[0];
    assert_eq!(
        (range.y, range.h),
        (plot.y, plot.h),
        "as high as the plot is now"
    );
}

#[test]
fn the_keyboard_goes_on_in_a_lane_that_is_shown() {
    let mut figure = figure();
    figure.key("n");
    figure.toggle(0);
    figure.key("n");
    figure.key("Enter");
    assert_eq!(figure.rows(), [1], "of the other lane");
    figure.set_value(json!({ "rows": [7] }).as_object());
    figure.key("n");
    figure.key("Enter");
    assert_eq!(figure.rows(), [9], "from what a program chose");
}

#[test]
fn what_is_not_seen_is_not_marked() {
    let mut figure = figure();
    figure.set_value(json!({ "rows": [0] }).as_object());
    assert_eq!(marked(&figure).len(), 1);
    let plot = figure.plot;
    figure.zoom(0.5, (plot.right(), plot.y));
    assert_eq!(marked(&figure), [], "not above the names of lanes");
}

#[test]
fn a_value_is_found_in_another_table() {
    let mut figure = figure();
    let expected = |figure: &Figure| figure.value().map(Value::from);
    for (name, value, row) in [
        (
            "its row",
            json!({ "rows": [6], "time": "1970-01-01T00:06:00.000Z", "group": "even" }),
            Some(6),
        ),
        (
            "another row",
            json!({ "rows": [1], "time": "1970-01-01T00:06:00.000Z", "group": "even" }),
            Some(6),
        ),
        (
            "rows of several tables",
            json!({ "rows": {}, "time": "1970-01-01T00:06:00Z", "group": "even" }),
            Some(6),
        ),
        (
            "not of its group",
            json!({ "rows": [6], "time": "1970-01-01T00:06:00Z", "group": "odd" }),
            None,
        ),
        (
            "a time without a group",
            json!({ "time": "1970-01-01T00:06:00Z" }),
            None,
        ),
    ] {
        figure.set_value(value.as_object());
        assert_eq!(
            figure.rows().first().copied(),
            row,
            "{name}: {:?}",
            expected(&figure)
        );
    }
}

#[test]
fn a_low_picture_has_no_strip() {
    let mut figure = figure();
    for (height, strip) in [(80.0, false), (120.0, false), (140.0, true), (400.0, true)] {
        figure.frame.height = Some(height);
        figure.resize(900.0, 1.0, false);
        assert_eq!((figure.height(), figure.overview), (height, strip));
        assert!(
            figure.plot.bottom() <= height - 38.0,
            "{height}: labels have room"
        );
    }
}
