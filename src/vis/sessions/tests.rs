//! What is marked, and what is said of it.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray};
use proptest::prelude::*;

use serde_json::{Map, Value};

use super::*;
use crate::analysis::sequence::{ScoreOptions, score_sessions};
use crate::table::Progress;
use crate::vis::Zone;
use crate::vis::chart::{Chart, Selection};
use crate::vis::figure::{Figure, Frame};
use crate::vis::scene::Area;
use crate::vis::scene::Scene;
use crate::vis::stage::Stage;
use crate::vis::theme::LIGHT;

const MINUTE: f64 = 60e6;
/// 2026-03-14T09:00:00Z.
const NINE: f64 = 1_773_478_800e6;

fn times(minutes: impl Iterator<Item = f64>) -> ArrayRef {
    let micros = minutes.map(|minute| (NINE + minute * MINUTE) as i64);
    crate::table::utc(arrow_array::TimestampMicrosecondArray::from_iter_values(
        micros,
    ))
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// Three users, each with a session of what all do, and one of carol's that is strange.
fn scored() -> Table {
    let usual = ["logon", "read", "logoff"];
    let strange = ["logon", "delete", "export", "logoff"];
    let users = ["alice", "bob", "carol"].map(|user| (user, &usual[..]));
    let all = users.into_iter().chain([("carol", &strange[..])]);
    let lines = all.enumerate().flat_map(|(session, (user, commands))| {
        let line =
            move |(at, command): (usize, &'static str)| (user, (session * 60 + at) as f64, command);
        commands.iter().copied().enumerate().map(line)
    });
    let lines: Vec<(&str, f64, &str)> = lines.collect();
    let events = Table::new(vec![
        ("User", texts(lines.iter().map(|line| line.0))),
        ("TimeGenerated", times(lines.iter().map(|line| line.1))),
        ("Operation", texts(lines.iter().map(|line| line.2))),
    ])
    .unwrap();
    let options: ScoreOptions =
        serde_json::from_str(r#"{"sessionize": {"groupBy": ["User"]}}"#).unwrap();
    score_sessions(&events, &options, &mut Progress::none()).unwrap()
}

/// A table with these scores, a minute apart.
fn table(scores: &[Option<f64>]) -> Table {
    Table::new(vec![
        (
            "StartTime",
            times((0..scores.len()).map(|minute| minute as f64)),
        ),
        (
            "GeoMeanLikelihood",
            Arc::new(Float64Array::from(scores.to_vec())),
        ),
    ])
    .unwrap()
}

fn chart_with(table: Table, options: &str) -> Result<Sessions> {
    let main = vec![(String::new(), table)];
    let options = serde_json::from_str(options).unwrap();
    Sessions::new(
        &Tables {
            main,
            ..Tables::default()
        },
        &options,
    )
}

fn stage<'a>(chart: &Sessions, zone: &'a Zone) -> Stage<'a> {
    Stage {
        whole: Area {
            x: 0.0,
            y: 0.0,
            w: 900.0,
            h: 400.0,
        },
        plot: Area {
            x: 58.0,
            y: 26.0,
            w: 826.0,
            h: 300.0,
        },
        view: chart.extent(),
        scale: 1.0,
        theme: &LIGHT,
        zone,
    }
}

#[test]
fn the_rarest_is_marked_and_told() {
    let zone = Zone::utc();
    let chart = chart_with(scored(), r#"{"top": 1}"#).unwrap();
    assert_eq!(chart.score_column, "RarestWindow2Likelihood");
    let rarest = chart.step(&stage(&chart, &zone), None, true).unwrap();
    assert_eq!(chart.rare.iter().filter(|rare| **rare).count(), 1);
    assert!(chart.rare[rarest as usize]);
    let details = chart.details(rarest, &zone).unwrap();
    assert_eq!(details.title, "carol");
    let told: Vec<(&str, &str)> = details
        .fields
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        told[..3],
        [
            ("StartTime", "2026-03-14 12:00:00"),
            ("EventCount", "4"),
            ("DurationSeconds", "180")
        ]
    );
    let window = told
        .iter()
        .find(|(name, _)| *name == "rarest window")
        .unwrap()
        .1;
    assert_eq!(window, "delete → export");
    assert_eq!(
        told[told.len() - 4..],
        [
            ("1", "logon"),
            ("▶ 2", "delete"),
            ("▶ 3", "export"),
            ("4", "logoff")
        ]
    );
    let value = Value::Object(chart.fields(rarest));
    assert_eq!(
        value,
        serde_json::json!({ "time": "2026-03-14T12:00:00Z", "group": "carol" })
    );
    assert!(
        chart
            .describe(&zone)
            .starts_with("4 sessions by time and RarestWindow2Likelihood; the rarest is of carol")
    );
}

#[test]
fn chooses_columns() {
    let scored = scored();
    let names = |chart: Result<Sessions>| {
        chart
            .map(|chart| (chart.score_column, chart.window_column))
            .map_err(|error| error.to_string())
    };
    let of = |columns: &[&str]| scored.select(columns).unwrap();
    for (name, table, options, expected) in [
        (
            "by default",
            scored.clone(),
            "{}",
            Ok(("RarestWindow2Likelihood", "RarestWindow2")),
        ),
        (
            "a window of three",
            scored.clone(),
            r#"{"scoreColumn": "RarestWindow3Likelihood"}"#,
            Ok(("RarestWindow3Likelihood", "RarestWindow3")),
        ),
        (
            "another score",
            scored.clone(),
            r#"{"scoreColumn": "LogLikelihood"}"#,
            Ok(("LogLikelihood", "RarestWindow2")),
        ),
        (
            "another window",
            scored.clone(),
            r#"{"windowColumn": "RarestWindow3"}"#,
            Ok(("RarestWindow2Likelihood", "RarestWindow3")),
        ),
        (
            "no windows",
            of(&["StartTime", "GeoMeanLikelihood"]),
            "{}",
            Ok(("GeoMeanLikelihood", "")),
        ),
        (
            "no scores",
            of(&["StartTime", "Events"]),
            "{}",
            Err("scoreSessions"),
        ),
        (
            "no times",
            of(&["GeoMeanLikelihood"]),
            "{}",
            Err("timeColumn"),
        ),
        (
            "no such score",
            scored.clone(),
            r#"{"scoreColumn": "no"}"#,
            Err("no column `no`"),
        ),
        (
            "no such list",
            scored.clone(),
            r#"{"eventsColumn": "no"}"#,
            Err("no column `no`"),
        ),
        (
            "no number",
            scored.clone(),
            r#"{"scoreColumn": "User"}"#,
            Err("`User`"),
        ),
    ] {
        match (names(chart_with(table, options)), expected) {
            (Ok((score, window)), Ok(expected)) => {
                assert_eq!((score.as_str(), window.as_str()), expected, "{name}")
            }
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{name}: {error}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

#[test]
fn scores_are_powers_where_they_are_far_apart() {
    for (name, scores, is_log, y, missing) in [
        (
            "far apart",
            &[Some(1e-4), Some(1.0)][..],
            true,
            [-4.24, 0.24],
            false,
        ),
        (
            "near each other",
            &[Some(2.0), Some(4.0)],
            false,
            [1.88, 4.12],
            false,
        ),
        (
            "zero, which has no power",
            &[Some(0.0), Some(1.0)],
            false,
            [-0.06, 1.06],
            false,
        ),
        (
            "below zero",
            &[Some(-50.0), Some(-0.1)],
            false,
            [-52.994, 2.894],
            false,
        ),
        ("one", &[Some(0.1)], false, [-0.4, 0.6], false),
        ("none", &[], false, [-0.5, 1.5], false),
        (
            "absent, and no numbers",
            &[None, Some(f64::NAN), Some(f64::INFINITY), Some(0.5)],
            false,
            [0.0, 1.0],
            true,
        ),
    ] {
        let chart = chart_with(table(scores), "{}").unwrap();
        assert_eq!(chart.is_log, is_log, "{name}");
        let view = chart.extent();
        let same = view.y.iter().zip(y).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(same || scores.is_empty(), "{name}: {:?}", view.y);
        assert_eq!(
            chart.describe(&Zone::utc()).ends_with(": 3"),
            missing,
            "{name}"
        );
        let mut scene = Scene::new(900.0, 400.0, 1.0);
        let zone = Zone::utc();
        chart.draw(&stage(&chart, &zone), &mut scene);
        chart.draw_overview(&stage(&chart, &zone), &mut scene);
        chart.data().unwrap();
    }
}

#[test]
fn a_brush_chooses_what_is_in_it() {
    let chart = chart_with(
        table(&[Some(0.5), Some(0.6), Some(0.7), None]),
        r#"{"top": 1}"#,
    )
    .unwrap();
    let rows = |from: f64, to: f64, y: [f64; 2]| {
        chart.rows(&Selection::Range(
            [NINE + from * MINUTE, NINE + to * MINUTE],
            y,
        ))
    };
    assert_eq!(rows(0.0, 9.0, [0.0, 1.0]), [0, 1, 2]);
    assert_eq!(rows(0.5, 9.0, [0.0, 0.65]), [1]);
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    let mut figure = Figure::new(Box::new(chart), frame);
    figure.toggle(1);
    figure.press((70.0, 28.0), false);
    figure.drag((880.0, 320.0));
    figure.release((880.0, 320.0));
    assert_eq!(figure.rows(), [1, 2], "what is hidden is not chosen");
    let mut value = figure.value().unwrap();
    assert!(value.contains_key("start") && value.contains_key("y"));
    value.remove("y");
    figure.set_value(Some(&value));
    assert_eq!(figure.rows(), [1, 2], "of any likelihood");
}

#[test]
fn finds_the_window_without_its_index() {
    let table = Table::new(vec![
        ("StartTime", times([0.0].into_iter())),
        ("score", Arc::new(Float64Array::from(vec![0.5])) as ArrayRef),
        ("session", texts([r#"["a", "b", 3, "c"]"#])),
        ("window", texts([r#"[3, "c"]"#])),
    ]);
    let options =
        r#"{"scoreColumn": "score", "eventsColumn": "session", "windowColumn": "window"}"#;
    let chart = chart_with(table.unwrap(), options).unwrap();
    let fields = chart.details(0, &Zone::utc()).unwrap().fields;
    let names: Vec<&str> = fields[fields.len() - 4..]
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["1", "2", "▶ 3", "▶ 4"]);
}

proptest! {
    /// What is drawn can be pointed at, and is stepped to from the rarest on.
    #[test]
    fn every_session_can_be_pointed_at(scores in proptest::collection::vec(proptest::option::of(1e-9_f64..1.0), 0..40), top in 0_u32..50) {
        let chart = chart_with(table(&scores), &format!(r#"{{"top": {top}}}"#)).unwrap();
        let zone = Zone::utc();
        let stage = stage(&chart, &zone);
        let mut seen = 0;
        let mut last = f64::NEG_INFINITY;
        let mut at = chart.step(&stage, None, true);
        while let Some(event) = at {
            seen += 1;
            let height = chart.heights[event as usize];
            prop_assert!(height >= last);
            last = height;
            let place = chart.place(&stage, event).unwrap();
            let hit = chart.hit(&stage, place.at).unwrap();
            // Of two at one place, either.
            prop_assert!((hit.at.0 - place.at.0).hypot(hit.at.1 - place.at.1) < 1e-9);
            prop_assert_eq!(chart.find(&Map::from_iter([("rows".to_owned(), chart.rows(&Selection::Item(event)).into())])), Some(event));
            at = chart.step(&stage, Some(event), true);
        }
        prop_assert_eq!(seen, scores.iter().flatten().count());
        prop_assert_eq!(chart.rare.iter().filter(|rare| **rare).count(), seen.min(top as usize));
    }
}
