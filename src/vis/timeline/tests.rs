#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Table;
use crate::vis::Zone;
use crate::vis::chart::{Chart, Selection};
use crate::vis::figure::{Figure, Frame};
use crate::vis::scene::{Area, Mark, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::theme::LIGHT;

const MINUTE: i64 = 60_000_000;

/// Events of these minutes and groups.
pub(crate) fn events(rows: &[(Option<i64>, &str)]) -> Table {
    let times: TimestampMicrosecondArray = rows
        .iter()
        .map(|(at, _)| at.map(|at| at * MINUTE))
        .collect();
    let hosts: StringArray = rows.iter().map(|(_, host)| Some(*host)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("TimeGenerated", Arc::new(times)),
        ("Host", Arc::new(hosts)),
    ];
    Table::new(columns).unwrap()
}

fn tables(table: Table) -> Tables {
    Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    }
}

fn by_host() -> TimelineOptions {
    TimelineOptions {
        group_by: vec!["Host".into()],
        ..TimelineOptions::default()
    }
}

fn chart(rows: &[(Option<i64>, &str)]) -> Timeline {
    Timeline::new(tables(events(rows)), &by_host()).unwrap()
}

/// A plot of 100 by 100 pixels that shows these minutes.
fn stage(
    chart: &Timeline,
    from: i64,
    to: i64,
    zone: &'static std::sync::LazyLock<Zone>,
) -> Stage<'static> {
    let area = |x, y, w, h| Area { x, y, w, h };
    Stage {
        whole: area(0.0, 0.0, 120.0, 120.0),
        plot: area(10.0, 10.0, 100.0, 100.0),
        view: View {
            x: [from, to].map(|at| (at * MINUTE) as f64),
            y: chart.extent().y,
        },
        scale: 1.0,
        theme: &LIGHT,
        zone,
    }
}

static UTC: std::sync::LazyLock<Zone> = std::sync::LazyLock::new(Zone::utc);

const STORY: &[(Option<i64>, &str)] = &[
    (Some(10), "b"),
    (Some(30), "a"),
    (None, "a"),
    (Some(20), "b"),
    (Some(0), "a"),
    (Some(30), "b"),
];

#[test]
fn events_are_found_where_they_are_drawn() {
    let chart = chart(STORY);
    let stage = stage(&chart, 0, 100, &UTC);
    for (name, at, expected) in [
        (
            "on an event of the upper lane",
            (10.0, 30.0),
            Some((0.0, 4)),
        ),
        ("a little beside it", (14.0, 30.0), Some((0.0, 4))),
        ("too far from it", (20.0, 30.0), None),
        ("the nearer of two", (26.0, 90.0), Some((20.0, 3))),
        (
            "in the lane, at a time of the other one",
            (10.0, 90.0),
            None,
        ),
        ("outside", (5.0, 90.0), None),
        ("below", (10.0, 115.0), None),
    ] {
        let hit = chart.hit(&stage, at);
        let found = hit.map(|hit| {
            let rows = chart.rows(&Selection::Item(hit.index));
            (((hit.at.0 - 10.0) / 100.0 * 100.0).round(), rows[0])
        });
        let expected = expected.map(|(minute, row): (f64, u32)| (minute, row));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn ranges_choose_rows_of_what_is_shown() {
    let mut chart = chart(STORY);
    let range = |from: i64, to: i64| {
        Selection::Range([(from * MINUTE) as f64, (to * MINUTE) as f64], [0.0, 2.0])
    };
    for (name, from, to, expected) in [
        ("all, but those without a time", -9, 99, vec![0, 1, 3, 4, 5]),
        ("ends are included", 10, 20, vec![0, 3]),
        ("one moment of two lanes", 30, 30, vec![1, 5]),
        ("none", 40, 50, vec![]),
    ] {
        assert_eq!(chart.rows(&range(from, to)), expected, "{name}");
    }
    chart.toggle(0);
    assert_eq!(
        chart.rows(&range(-9, 99)),
        [0, 3, 5],
        "without the lane that is hidden"
    );
    assert_eq!(chart.extent().y, [0.0, 1.0]);
}

#[test]
fn the_keyboard_goes_through_lanes() {
    let chart = chart(STORY);
    let stage = stage(&chart, 0, 100, &UTC);
    let mut at = None;
    let walk: Vec<u32> = std::iter::from_fn(|| {
        at = chart.step(&stage, at, true);
        at.map(|index| chart.rows(&Selection::Item(index))[0])
    })
    .collect();
    assert_eq!(walk, [4, 1, 0, 3, 5]);
    let last = chart.lanes.times.len() as u32 - 1;
    let mut at = Some(last);
    let back = std::iter::from_fn(|| {
        at = chart.step(&stage, at, false);
        at
    });
    assert_eq!(back.collect::<Vec<_>>(), [3, 2, 1, 0]);
}

#[test]
fn options_are_checked() {
    for (name, options, expected) in [
        (
            "no such column",
            TimelineOptions {
                source_columns: vec!["Hots".into()],
                ..by_host()
            },
            "no column `Hots`",
        ),
        (
            "no such group",
            TimelineOptions {
                group_by: vec!["x".into()],
                ..by_host()
            },
            "no column `x`",
        ),
        (
            "no times",
            TimelineOptions {
                time_column: Some("Host".into()),
                ..by_host()
            },
            "Host",
        ),
        (
            "no time to mark",
            TimelineOptions {
                ref_time: json!("soon"),
                ..by_host()
            },
            "option `refTime`",
        ),
        (
            "no time in the mark",
            TimelineOptions {
                ref_time: json!([{ "label": "x" }]),
                ..by_host()
            },
            "option `refTime`",
        ),
    ] {
        let error = Timeline::new(tables(events(STORY)), &options)
            .err()
            .unwrap();
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
}

fn texts(scene: &Scene) -> Vec<&str> {
    let mut texts = Vec::new();
    for mark in &scene.marks {
        if let Mark::Text(text) = mark {
            texts.push(text.text.as_str());
        }
    }
    texts
}

#[test]
fn every_number_of_events_and_lanes_can_be_drawn() {
    let many: Vec<String> = (0..500)
        .map(|lane| format!("host-{lane}.example.com"))
        .collect();
    let many: Vec<(Option<i64>, &str)> = many.iter().map(|host| (Some(5), host.as_str())).collect();
    for (name, rows, lanes, least) in [
        ("none", &[][..], 1.0, 80.0),
        ("only without a time", &[(None, "a")], 1.0, 80.0),
        ("one", &[(Some(5), "a")], 1.0, 80.0),
        ("500 lanes", &many, 500.0, 700.0),
    ] {
        let chart = chart(rows);
        assert_eq!(chart.extent().y[1], lanes, "{name}");
        let [from, to] = chart.extent().x;
        assert!(from < to, "{name}");
        let mut figure = Figure::new(
            Box::new(chart),
            Frame {
                title: String::new(),
                height: None,
                without_range_tool: false,
                zone: Zone::utc(),
            },
        );
        for width in [100.0, 400.0, 1600.0] {
            figure.resize(width, 1.0, false);
            assert!(
                (least..900.0).contains(&figure.height()),
                "{name}: {}",
                figure.height()
            );
            let scene = figure.picture();
            assert_eq!(
                texts(&scene).contains(&"no events with a time"),
                rows.iter().all(|row| row.0.is_none()),
                "{name}"
            );
            assert!(
                scene.marks.len() < 400,
                "{name}: {} marks",
                scene.marks.len()
            );
        }
    }
}

#[test]
fn several_tables_are_series_and_others_lie_above() {
    let mut both = tables(events(STORY));
    both.main
        .push(("more".into(), events(&[(Some(5), "a"), (Some(50), "c")])));
    both.main[0].0 = "first".into();
    both.others.push((
        "overlayData".into(),
        events(&[(Some(40), "b"), (Some(90), "z")]),
    ));
    both.others
        .push(("alerts".into(), events(&[(Some(70), "x")])));
    let chart = Timeline::new(both, &by_host()).unwrap();
    assert_eq!(
        chart.lanes.names,
        ["first · a", "first · b", "more · a", "more · c", "overlay"],
        "what is on no lane has its own"
    );
    let legend = chart.legend(&LIGHT);
    assert_eq!(
        legend
            .iter()
            .map(|entry| entry.name.as_str())
            .collect::<Vec<_>>(),
        ["first", "more"]
    );
    assert_eq!(
        chart.rows(&Selection::Range([0.0, 1e18], [0.0, 9.0])),
        [0, 1, 3, 4, 5, 6, 7]
    );
    let stage = stage(&chart, 0, 100, &UTC);
    let above = chart.hit(&stage, (50.0, 10.0 + 100.0 * 1.5 / 5.0)).unwrap();
    let tip = chart.tip(above.index, &UTC);
    assert_eq!(tip.fields[0].1, "1970-01-01 00:40:00");
    let alone = chart.hit(&stage, (100.0, 105.0)).unwrap();
    let tip = chart.tip(alone.index, &UTC);
    assert_eq!(tip.fields[0].1, "1970-01-01 01:30:00");
    let marked = chart.hit(&stage, (80.0, 5.0)).unwrap();
    assert_eq!(
        chart.tip(marked.index, &UTC).fields[0].1,
        "1970-01-01 01:10:00"
    );
    assert_eq!(chart.rows(&Selection::Item(marked.index)), [] as [u32; 0]);
}

#[test]
fn marks_are_found_again() {
    let options = TimelineOptions {
        ref_time: json!([{ "time": "1970-01-01T00:40:00Z", "label": "b" }, "1970-01-01T00:20:00.000001Z"]),
        ..by_host()
    };
    let chart = Timeline::new(tables(events(STORY)), &options).unwrap();
    let stage = stage(&chart, 0, 1000, &UTC);
    for (name, x, expected) in [
        ("the first in time", 12.0, Some("00:20:00.000001")),
        ("the nearer of two", 13.1, Some("00:40:00")),
        ("none", 18.1, None),
    ] {
        let hit = chart.hit(&stage, (x, 5.0));
        let time = hit.map(|hit| chart.tip(hit.index, &UTC).fields[0].1.clone());
        let expected = expected.map(|time| format!("1970-01-01 {time}"));
        assert_eq!(time, expected, "{name}");
        if let Some(hit) = hit {
            assert_eq!(hit.at.1, stage.plot.y, "{name}");
            let mut value = chart.fields(hit.index);
            assert_eq!(chart.find(&value), Some(hit.index), "{name}");
            value.insert("group".into(), "a".into());
            assert_eq!(chart.find(&value), None, "{name}");
        }
    }
}

#[test]
fn a_table_of_no_option_is_an_error() {
    for (option, is_taken) in [("refEvents", true), ("alert", false)] {
        let mut tables = tables(events(STORY));
        tables.others.push((option.into(), events(STORY)));
        let error = Timeline::new(tables, &by_host()).err();
        let text = error.map(|error| error.to_string());
        assert_eq!(text.is_none(), is_taken, "{option}");
        assert!(text.is_none_or(|text| text.contains("`alert`")));
    }
}

#[test]
fn many_marks_are_a_line_for_each_pixel() {
    let many: Vec<(Option<i64>, &str)> = (0..5000).map(|at| (Some(at % 100), "x")).collect();
    let mut tables = tables(events(STORY));
    tables.others.push(("alerts".into(), events(&many)));
    let chart = Timeline::new(tables, &by_host()).unwrap();
    let mut scene = Scene::new(120.0, 120.0, 1.0);
    marks::draw(&chart.marks, &stage(&chart, 0, 100, &UTC), &mut scene);
    assert_eq!(scene.marks.len(), 100);
}

proptest! {
    #[test]
    fn counts_are_of_the_pixels_that_events_fall_on(
        minutes in prop::collection::vec(0..10_000_i64, 0..900),
        from in 0..5_000_i64,
        span in 1..5_000_i64,
        width in 1..200_usize,
    ) {
        let rows: Vec<(Option<i64>, &str)> = minutes.iter().map(|at| (Some(*at), "a")).collect();
        let chart = chart(&rows);
        if chart.lanes.len() == 0 {
            return Ok(());
        }
        let mut stage = stage(&chart, from, from + span, &UTC);
        stage.plot.w = width as f64;
        let counts = chart.lanes.counts(0, &stage);
        prop_assert_eq!(counts.len(), width);
        let inside = minutes.iter().filter(|at| (from..=from + span).contains(at));
        prop_assert_eq!(counts.iter().sum::<u32>() as usize, inside.clone().count());
        for at in inside {
            let pixel = ((at - from) as f64 / span as f64 * width as f64).min(width as f64 - 1.0);
            // On the edge of two pixels either may have it.
            let near = [(pixel - 1e-6).max(0.0) as usize, (pixel + 1e-6) as usize];
            prop_assert!(near.iter().any(|pixel| counts[(*pixel).min(width - 1)] > 0));
        }
    }

    #[test]
    fn the_nearest_event_is_the_nearest(
        minutes in prop::collection::vec(0..1000_i64, 1..60),
        at in 0..1000_i64,
        reach in 1..100_i64,
    ) {
        let rows: Vec<(Option<i64>, &str)> = minutes.iter().map(|at| (Some(*at), "a")).collect();
        let chart = chart(&rows);
        let us = |minutes: i64| (minutes * MINUTE) as f64;
        let found = chart.lanes.near(0, us(at), us(reach));
        let least = minutes.iter().map(|own| (own - at).abs()).min().unwrap_or(0);
        match found {
            None => prop_assert!(least > reach),
            Some((event, more)) => {
                prop_assert_eq!((chart.lanes.times[event] - us(at)).abs(), us(least));
                let within = minutes.iter().filter(|own| (*own - at).abs() <= reach).count();
                prop_assert_eq!(more + 1, within);
            }
        }
    }
}
