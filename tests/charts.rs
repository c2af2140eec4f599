//! Pictures of a few charts that tell much, as SVG. `UPDATE_GOLDEN=1 cargo test --test charts` writes
//! them anew: look at them before they are committed.

#![allow(clippy::unwrap_used)] // a test may fail so

use std::path::Path;

use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::vis::chart::Chart;
use huntbook::vis::figure::{Figure, Frame};
use huntbook::vis::{Tables, Timeline, TimelineOptions, Zone};

fn table(csv: &str) -> Table {
    read(
        csv.as_bytes().to_vec(),
        &ReadOptions::default(),
        &mut Progress::none(),
    )
    .unwrap()
}

fn tables(csv: &str) -> Tables {
    Tables {
        main: vec![(String::new(), table(csv))],
        ..Tables::default()
    }
}

fn is_same(name: &str, title: &str, chart: Box<dyn Chart>) {
    let frame = Frame {
        title: title.into(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    let svg = Figure::new(chart, frame).to_svg(Some(700.0));
    let path = Path::new("tests/charts").join(name).with_extension("svg");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = svg.lines().zip(expected.lines()).find(|(a, b)| a != b);
    assert_eq!(
        differs, None,
        "{name}: look at the picture, then UPDATE_GOLDEN=1"
    );
    assert_eq!(svg.lines().count(), expected.lines().count(), "{name}");
}

const LOGONS: &str = "TimeGenerated,Computer,Account
2026-03-10T08:02:11Z,DC01.larkfield.example.com,kim
2026-03-10T08:02:19Z,DC01.larkfield.example.com,kim
2026-03-10T09:30:00Z,FS01.larkfield.example.com,kim
2026-03-10T21:47:03Z,FS01.larkfield.example.com,svc-backup
2026-03-10T21:47:04Z,FS01.larkfield.example.com,svc-backup
2026-03-10T21:47:09Z,FS01.larkfield.example.com,svc-backup
2026-03-11T02:10:00Z,WS-107.larkfield.example.com,svc-backup
2026-03-11T08:01:00Z,DC01.larkfield.example.com,kim
,DC01.larkfield.example.com,without a time
";

#[test]
fn timeline() {
    let options = TimelineOptions {
        group_by: vec!["Computer".into()],
        ref_time: serde_json::json!([
            { "time": "2026-03-10T21:47:03Z", "label": "first logon of svc-backup" },
            { "time": "2026-03-10T22:00:00Z", "label": "backup window" },
        ]),
        ..TimelineOptions::default()
    };
    let chart = Timeline::new(tables(LOGONS), &options).unwrap();
    is_same("timeline", "Logons & <others>", Box::new(chart));
}
