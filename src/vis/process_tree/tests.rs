//! Which lines there are, and what they answer.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
use proptest::prelude::*;

use super::*;
use crate::table::Progress;
use crate::table::read::{ReadOptions, read};
use crate::transform::process_tree::{ProcessTreeOptions, build_process_tree};
use crate::vis::figure::{Figure, Frame, LAYOUT, VALUE};
use crate::vis::theme::LIGHT;

/// A tree with these parents, which may lead anywhere; names are `p0.exe` and so on.
fn tree(parents: &[Option<i64>]) -> Table {
    let rows = 0..parents.len();
    let texts = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.clone().map(of)))
    };
    let columns = vec![
        ("ProcKey", texts(&|row| format!("key{row}"))),
        (
            "SourceIndex",
            Arc::new(Int64Array::from_iter_values(
                rows.clone().map(|row| row as i64),
            )) as ArrayRef,
        ),
        ("ParentIndex", Arc::new(Int64Array::from(parents.to_vec()))),
        ("Image", texts(&|row| format!(r"C:\Windows\p{row}.exe"))),
        (
            "ProcessId",
            Arc::new(Int64Array::from_iter_values(
                rows.clone().map(|row| row as i64 + 500),
            )),
        ),
        (
            "CommandLine",
            texts(&|row| format!("P{row}.exe /c Übung {row}")),
        ),
        (
            "User",
            texts(&|row| {
                if row % 2 == 0 {
                    "alice".into()
                } else {
                    "bob".into()
                }
            }),
        ),
        (
            "ParentProcessId",
            Arc::new(Int64Array::from(parents.to_vec())),
        ),
        ("UtcTime", texts(&|_| "2026-03-14 09:30:00".into())),
        (
            "Score",
            Arc::new(Float64Array::from_iter(
                rows.clone().map(|row| (row % 20 > 0).then_some(row as f64)),
            )),
        ),
    ];
    Table::new(columns).unwrap()
}

fn chart_with(table: Table, options: &ProcessTreeChartOptions) -> Result<ProcessTree> {
    let main = vec![(String::new(), table)];
    ProcessTree::new(
        &Tables {
            main,
            ..Tables::default()
        },
        options,
    )
}

fn chart(parents: &[Option<i64>]) -> ProcessTree {
    chart_with(tree(parents), &ProcessTreeChartOptions::default()).unwrap()
}

fn frame() -> Frame {
    Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    }
}

/// The rows that are shown, two spaces for each level above.
fn lines(chart: &ProcessTree) -> Vec<String> {
    let outline = &chart.outline;
    let line = |node: &u32| {
        let node = *node as usize;
        "  ".repeat(outline.depths[node] as usize - 1) + &outline.rows[node].to_string()
    };
    outline.shown.iter().map(line).collect()
}

fn stage(zone: &Zone, [from, to]: [f64; 2]) -> Stage<'_> {
    let plot = Area {
        x: 8.0,
        y: 4.0,
        w: 780.0,
        h: (to - from) * ROW,
    };
    let whole = Area {
        x: 0.0,
        y: 0.0,
        w: 802.0,
        h: plot.h + 8.0,
    };
    Stage {
        whole,
        plot,
        view: View {
            x: [0.0, 1.0],
            y: [from, to],
        },
        scale: 1.0,
        theme: &LIGHT,
        zone,
    }
}

// 0 ── 1 ── 3
//   └─ 2 ── 4 ── 5
// 6
const SMALL: [Option<i64>; 7] = [None, Some(0), Some(0), Some(1), Some(2), Some(4), None];

#[test]
fn starts_as_far_down_as_one_can_survey() {
    let wide: Vec<Option<i64>> = (0..500).map(|row| (row > 0).then_some(0)).collect();
    let chain: Vec<Option<i64>> = (0..500)
        .map(|row: i64| row.checked_sub(1).filter(|_| row > 0))
        .collect();
    let roots = vec![None; 300];
    for (name, parents, shown) in [
        ("nothing", &[][..], 0),
        ("one", &[None], 1),
        ("all of a small one", &SMALL, 7),
        ("200 levels of a chain", &chain, 200),
        ("only the root of a wide one", &wide, 1),
        ("all roots, however many", &roots, 300),
        (
            "rounds have a root",
            &[Some(1), Some(2), Some(0), Some(3)],
            4,
        ),
        ("a parent that is not there", &[Some(77), Some(0)], 2),
    ] {
        assert_eq!(chart(parents).outline.shown.len(), shown, "{name}");
    }
}

#[test]
fn opens_and_closes() {
    let all = ["0", "  1", "    3", "  2", "    4", "      5", "6"];
    for (name, clicks, expected) in [
        ("as it starts", &[][..], &all[..]),
        ("the root", &[0], &["0", "6"]),
        (
            "what is closed below stays so",
            &[3, 0, 0],
            &["0", "  1", "    3", "  2", "6"],
        ),
        ("twice", &[1, 1], &all),
        ("what has nothing below", &[6], &all),
    ] {
        let mut chart = chart(&SMALL);
        for node in clicks {
            assert_eq!(chart.click(node + 7), Click::Changes);
        }
        assert_eq!(lines(&chart), expected, "{name}");
    }
    assert_eq!(chart(&SMALL).click(2), Click::Chooses);
}

#[test]
fn arrows_open_and_close() {
    let mut chart = chart(&SMALL);
    for (name, node, open, focus, shown) in [
        ("open already: to the first child", 0, true, Some(1), 7),
        ("nothing below", 2, true, None, 7),
        ("closes", 3, false, Some(3), 5),
        ("closed already: to the parent", 3, false, Some(0), 5),
        ("opens", 3, true, Some(3), 7),
        ("a root without children", 6, false, None, 7),
    ] {
        assert_eq!(chart.unfold(node, open), focus, "{name}");
        assert_eq!(chart.outline.shown.len(), shown, "{name}");
    }
}

#[test]
fn finds_and_shows_the_way() {
    let closed = ["0", "6"];
    for (name, text, found, expected) in [
        (
            "a name",
            "p5.EXE",
            1,
            &["0", "  1", "  2", "    4", "      5", "6"][..],
        ),
        ("an id", "503", 1, &["0", "  1", "    3", "  2", "6"]),
        (
            "a command line, in any letters",
            "übung 4",
            1,
            &["0", "  1", "  2", "    4", "6"],
        ),
        ("a user", "ALICE", 4, &["0", "  1", "  2", "    4", "6"]),
        ("a root, under which nothing is opened", "p6", 1, &closed),
        ("nowhere", "zzz", 0, &closed),
        ("no text", "", 0, &closed),
    ] {
        let mut chart = chart(&SMALL);
        for node in [4, 3, 1, 0] {
            chart.outline.fold(node, false);
        }
        // What another search opened is closed again.
        chart.search("p3");
        let (count, first) = chart.search(text);
        assert_eq!(
            (count, lines(&chart)),
            (
                found,
                expected.iter().map(|line| (*line).to_owned()).collect()
            ),
            "{name}"
        );
        assert_eq!(first.is_some(), found > 0, "{name}");
        if let Some(first) = first {
            assert!(chart.outline.line(first).is_some(), "{name}");
        }
    }
}

#[test]
fn steps_to_what_is_found() {
    let zone = Zone::utc();
    let stage = stage(&zone, [0.0, 7.0]);
    let mut chart = chart(&SMALL);
    assert_eq!(chart.step(&stage, None, true), Some(0));
    assert_eq!(chart.step(&stage, Some(0), true), Some(1));
    assert_eq!(chart.step(&stage, Some(0), false), None);
    chart.search("alice");
    assert_eq!(chart.step(&stage, Some(0), true), Some(3));
    assert_eq!(chart.step(&stage, Some(3), false), Some(0));
}

#[test]
fn says_what_is_no_tree() {
    let whole = tree(&SMALL);
    for (name, columns, options, expected) in [
        (
            "no key",
            &["SourceIndex", "ParentIndex", "Image"][..],
            "{}",
            "buildProcessTree",
        ),
        (
            "no parents",
            &["ProcKey", "Image"],
            "{}",
            "buildProcessTree",
        ),
        (
            "no schema",
            &["ProcKey", "SourceIndex", "ParentIndex"],
            "{}",
            "no process schema fits",
        ),
        (
            "no such column",
            &[
                "ProcKey",
                "SourceIndex",
                "ParentIndex",
                "Image",
                "ProcessId",
                "UtcTime",
                "ParentProcessId",
            ],
            r#"{"legendColumn": "User"}"#,
            "no column `User`",
        ),
    ] {
        let options = serde_json::from_str(options).unwrap();
        let error = chart_with(whole.select(columns).unwrap(), &options)
            .err()
            .unwrap();
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
}

#[test]
fn writes_ids() {
    use PidFormat::{Decimal, Hex};
    for (name, cell, format, expected) in [
        ("as it is", Cell::Text("0x1F4"), None, "0x1F4"),
        ("text as hexadecimal", Cell::Text("500"), Some(Hex), "0x1f4"),
        (
            "hexadecimal as decimal",
            Cell::Text("0x1F4"),
            Some(Decimal),
            "500",
        ),
        ("a number", Cell::Int(500), None, "500"),
        (
            "a number as hexadecimal",
            Cell::Int(500),
            Some(Hex),
            "0x1f4",
        ),
        ("zero", Cell::Int(0), Some(Hex), "0x0"),
        ("a float", Cell::Float(500.0), None, "500"),
        ("below zero", Cell::Int(-4), Some(Hex), "-4"),
        ("a GUID", Cell::Text("{a-1}"), Some(Hex), "{a-1}"),
        ("nothing", Cell::Null, Some(Hex), ""),
    ] {
        assert_eq!(pid_text(&cell, format), expected, "{name}");
    }
}

#[test]
fn colours_tell_groups() {
    let parents = vec![None; 101];
    let ranges = [
        "1 – 20.6",
        "20.6 – 40.2",
        "40.2 – 59.8",
        "59.8 – 79.4",
        "79.4 – 99",
    ];
    for (name, column, names, rows, max) in [
        ("texts", "User", &["alice", "bob"][..], [0, 1, 0], 1),
        (
            "many numbers, of which some are absent",
            "Score",
            &ranges,
            [5, 0, 0],
            5,
        ),
        (
            "more texts than colours",
            "Image",
            &[0, 1, 2, 3, 4, 5, 6]
                .map(|row| format!(r"C:\Windows\p{row}.exe"))
                .each_ref()
                .map(String::as_str)
                .into_iter()
                .chain(["others"])
                .collect::<Vec<_>>(),
            [0, 1, 2],
            7,
        ),
    ] {
        let options = ProcessTreeChartOptions {
            legend_column: Some(column.into()),
            ..Default::default()
        };
        let mut chart = chart_with(tree(&parents), &options).unwrap();
        let entries = chart.legend(&LIGHT).into_iter().map(|entry| entry.name);
        assert_eq!(entries.collect::<Vec<_>>(), names, "{name}");
        assert_eq!(chart.legend.of_rows[..3], rows, "{name}");
        assert_eq!(chart.legend.of_rows.iter().max(), Some(&max), "{name}");
        chart.toggle(1);
        assert!(!chart.legend(&LIGHT)[1].shown, "{name}");
    }
}

#[test]
fn what_is_chosen_is_not_folded_away() {
    let mut figure = Figure::new(Box::new(chart(&SMALL)), frame());
    // The line that is marked.
    let marked = |figure: &Figure| {
        let overlay = figure.overlay().marks;
        overlay.iter().any(|mark| matches!(mark, Mark::Outline(..)))
    };
    figure.press((12.0, 15.0), false);
    figure.release((12.0, 15.0));
    let below = serde_json::json!({ "process": "key5" });
    assert!(figure.set_value(below.as_object()));
    assert!(marked(&figure), "of a closed part");
    figure.set_value(None);
    for (name, text, chosen) in [
        ("while it is looked for", "p5", true),
        ("afterwards", "", true),
    ] {
        figure.search(text);
        figure.set_value(below.as_object().filter(|_| chosen));
        assert!(marked(&figure), "{name}");
    }
}

#[test]
fn a_triangle_chooses_nothing() {
    let mut figure = Figure::new(Box::new(chart(&SMALL)), frame());
    let click = |figure: &mut Figure, at: Point| {
        figure.press(at, false);
        figure.release(at)
    };
    // The second line is deeper by a step.
    assert_ne!(click(&mut figure, (300.0, 37.0)) & VALUE, 0);
    let value = Value::Object(figure.value().unwrap());
    assert_eq!(
        value,
        serde_json::json!({ "process": "key1", "name": "p1.exe", "pid": "501" })
    );
    assert_eq!(figure.rows(), [1]);
    let details = figure.details().unwrap();
    assert_eq!(details.title, "p1.exe 501");
    assert_eq!(details.fields.len(), 10);
    let changed = click(&mut figure, (22.0, 15.0));
    assert_eq!((changed & VALUE, changed & LAYOUT), (0, LAYOUT));
    assert_eq!(figure.rows(), [1], "what is hidden stays chosen");
    assert_eq!(figure.data().unwrap().num_rows(), 2);
    let mut again = figure.value().unwrap();
    again.remove("name");
    assert!(figure.set_value(Some(&again)));
    assert!(!figure.set_value(Some(&Map::from_iter([("process".into(), "no".into())]))));
}

/// The keyboard alone is enough, and lines are always as high.
#[test]
fn keys_fold_and_scroll() {
    let parents: Vec<Option<i64>> = (0..150)
        .map(|row: i64| (row > 0).then_some(row / 100 * 99))
        .collect();
    let mut figure = Figure::new(Box::new(chart(&parents)), frame());
    let high = |figure: &Figure| {
        let view = figure.view();
        let ends = view["y"].as_array().unwrap();
        ends[1].as_f64().unwrap() - ends[0].as_f64().unwrap()
    };
    assert_eq!(high(&figure), 30.0);
    figure.key("n");
    figure.key("PageDown");
    figure.key("+");
    assert_eq!(high(&figure), 30.0);
    figure.key("ArrowLeft");
    assert_eq!(figure.data().unwrap().num_rows(), 1);
    figure.key("ArrowRight");
    assert_eq!(figure.data().unwrap().num_rows(), 150);
    assert_eq!(high(&figure), 30.0);
    figure.key("Enter");
    assert_eq!(figure.rows(), [0]);
}

#[test]
fn draws_what_is_seen() {
    let parents: Vec<Option<i64>> = (0..100_000)
        .map(|row: i64| (row % 10 > 0).then_some(row / 10 * 10))
        .collect();
    let mut chart = chart(&parents);
    assert_eq!(chart.outline.shown.len(), 10_000);
    (0..chart.outline.len()).for_each(|node| chart.outline.open[node] = true);
    chart.outline.arrange();
    assert_eq!(chart.outline.shown.len(), 100_000);
    let zone = Zone::utc();
    for from in [0.0, 50_000.5, 99_970.0] {
        let mut scene = Scene::new(802.0, 700.0, 1.0);
        chart.draw(&stage(&zone, [from, from + 30.0]), &mut scene);
        let texts = scene
            .marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Text(text) if text.bold))
            .count();
        assert!((30..=31).contains(&texts), "{texts} lines from {from}");
        assert!(scene.marks.len() < 31 * 8, "{}", scene.marks.len());
    }
}

/// A tree of a log, so that columns are those of logs.
#[test]
fn shows_what_was_inferred() {
    let line = r"4688,0x2,0x1,C:\a.exe,C:\p.exe,2026-03-14T09:30:00Z,a,bob";
    let csv = format!(
        "EventID,NewProcessId,ProcessId,NewProcessName,ParentProcessName,TimeGenerated,CommandLine,SubjectUserName,Computer\n\
        {line},A\n{line},B\n"
    );
    let log = read(
        csv.into_bytes(),
        &ReadOptions::default(),
        &mut Progress::none(),
    )
    .unwrap();
    let built =
        build_process_tree(&log, &ProcessTreeOptions::default(), &mut Progress::none()).unwrap();
    let chart = chart_with(built, &ProcessTreeChartOptions::default()).unwrap();
    assert!(chart.hosts);
    let zone = Zone::utc();
    let mut scene = Scene::new(802.0, 700.0, 1.0);
    chart.draw(&stage(&zone, [0.0, 4.0]), &mut scene);
    let texts: Vec<&str> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text(text) => Some(text.text.as_str()),
            _ => None,
        })
        .collect();
    let why = "not in this log";
    let of_host = |host| {
        [
            "p.exe",
            "0x1",
            host,
            why,
            "2026-03-14 09:30:00",
            "a.exe",
            "0x2",
            "a",
        ]
    };
    assert_eq!(texts, [of_host("A"), of_host("B")].concat());
    let tip = chart.tip(1, &zone);
    assert_eq!(tip.title, "a.exe 0x2");
    assert_eq!(tip.fields.last().unwrap(), &("depth".into(), "2".into()));
}

proptest! {
    /// Whatever the parents are, also rounds: each process is there once, after its parent.
    #[test]
    fn every_process_has_a_line(
        parents in proptest::collection::vec(proptest::option::of(0_i64..40), 0..40),
        folds in proptest::collection::vec((0_usize..40, any::<bool>()), 0..20),
        text in "[0-9]{0,2}",
        from in 0.0_f64..40.0,
    ) {
        let mut chart = chart(&parents);
        let zone = Zone::utc();
        let mut all: Vec<u32> = chart.outline.rows.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..parents.len() as u32).collect::<Vec<_>>());
        prop_assert_eq!(chart.outline.shown.len(), parents.len());
        chart.search(&text);
        for (node, open) in folds {
            chart.unfold(node as u32, open);
        }
        let shown = chart.outline.shown.clone();
        prop_assert!(shown.is_sorted());
        let stage = stage(&zone, [from, from + 10.0]);
        for (line, node) in shown.iter().enumerate() {
            let parent = chart.outline.parents[*node as usize];
            if parent != NONE {
                let above = chart.outline.line(parent);
                prop_assert!(above.is_some_and(|above| above < line));
                prop_assert!(chart.outline.open[parent as usize]);
            }
            let n = parents.len() as u32;
            for index in [*node, node + n] {
                let place = chart.place(&stage, index).unwrap();
                if stage.plot.has(place.at) && (index < n || chart.outline.below(*node as usize) > 0) {
                    prop_assert_eq!(chart.hit(&stage, place.at).map(|hit| hit.index), Some(index));
                }
            }
        }
        let mut scene = Scene::new(802.0, 300.0, 1.0);
        chart.draw(&stage, &mut scene);
        chart.data().unwrap();
    }
}
