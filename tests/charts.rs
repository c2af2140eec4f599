//! Pictures of a few charts that tell much, as SVG. `UPDATE_GOLDEN=1 cargo test --test charts` writes
//! them anew: look at them before they are committed.

#![allow(clippy::unwrap_used)] // a test may fail so

use std::path::Path;

use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::transform::process_tree::{ProcessTreeOptions, build_process_tree};
use huntbook::vis::chart::Chart;
use huntbook::vis::figure::{Figure, Frame};
use huntbook::vis::{
    Heatmap, HeatmapOptions, Matrix, MatrixOptions, ProcessTree, ProcessTreeChartOptions, Tables,
    TimeSeries, TimeSeriesOptions, Timeline, TimelineDuration, TimelineDurationOptions,
    TimelineOptions, TimelineValues, TimelineValuesOptions, Zone,
};

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

/// Two hosts, of which one has a burst and lacks a value, and the other has one below 0.
const SENT: &str = "TimeGenerated,Computer,Bytes
2026-03-10T08:00:00Z,FS01,1200
2026-03-10T09:00:00Z,FS01,1800
2026-03-10T10:00:00Z,FS01,
2026-03-10T11:00:00Z,FS01,1500
2026-03-10T12:00:00Z,FS01,940000
2026-03-10T13:00:00Z,FS01,810000
2026-03-10T15:00:00Z,FS01,1100
2026-03-10T08:30:00Z,WS-107,210000
2026-03-10T10:30:00Z,WS-107,260000
2026-03-10T12:30:00Z,WS-107,190000
2026-03-10T14:30:00Z,WS-107,-4000
";

#[test]
fn timeline_values() {
    let options = TimelineValuesOptions {
        value_column: "Bytes".into(),
        group_by: vec!["Computer".into()],
        kind: serde_json::from_str("\"line\"").unwrap(),
        ref_time: serde_json::json!({ "time": "2026-03-10T11:40:00Z", "label": "alert" }),
        ..TimelineValuesOptions::default()
    };
    let chart = TimelineValues::new(tables(SENT), &options).unwrap();
    is_same("timeline-values", "Bytes sent", Box::new(chart));
}

#[test]
fn timeline_duration() {
    let options = TimelineDurationOptions {
        group_by: vec!["Account".into(), "Computer".into()],
        ..TimelineDurationOptions::default()
    };
    let chart = TimelineDuration::new(tables(LOGONS), &options).unwrap();
    is_same("timeline-duration", "Accounts on hosts", Box::new(chart));
}

#[test]
fn time_series() {
    // Four days of six hours each; the ninth value is unusual, and so are the two before the last.
    let mut csv =
        String::from("TimeGenerated,Count,baseline,trend,seasonal,residual,score,anomalies\n");
    for i in 0..24 {
        let (trend, seasonal) = (40 + i, [-12, -3, 15, 20, 2, -22][i % 6]);
        let unusual = [(8, 60), (21, -50), (22, -40)]
            .into_iter()
            .find(|at| at.0 == i);
        let residual = unusual.map_or((i as i32 * 7) % 5 - 2, |at| at.1);
        let baseline = trend as i32 + seasonal;
        let row = [
            format!("2026-03-{:02}T{:02}:00:00Z", 10 + i / 6, i % 6 * 4),
            (baseline + residual).to_string(),
            baseline.to_string(),
            trend.to_string(),
            seasonal.to_string(),
            residual.to_string(),
            format!("{:.1}", f64::from(residual) / 2.0),
            residual.signum().to_string(),
        ];
        let flag = if unusual.is_some() { &row[7] } else { "0" };
        csv.push_str(&row[..7].join(","));
        csv.push(',');
        csv.push_str(flag);
        csv.push('\n');
    }
    let options = TimeSeriesOptions {
        components: true,
        ..TimeSeriesOptions::default()
    };
    let chart = TimeSeries::new(tables(&csv), &options).unwrap();
    is_same("time-series", "Logons", Box::new(chart));
}

const PROCESSES: &str = r#"EventID,TimeCreated,Computer,SubjectUserName,SubjectLogonId,NewProcessId,NewProcessName,ProcessId,ParentProcessName,CommandLine
4688,2026-03-10T08:00:00Z,WS-107,kim,0x3e7,0x1f4,C:\Windows\explorer.exe,0x10,C:\Windows\System32\userinit.exe,explorer.exe
4688,2026-03-10T08:01:07Z,WS-107,kim,0x3e7,0x200,C:\Program Files\Office\WINWORD.EXE,0x1f4,C:\Windows\explorer.exe,"""WINWORD.EXE"" /n ""invoice.docm"""
4688,2026-03-10T08:01:31Z,WS-107,kim,0x3e7,0x204,C:\Windows\System32\cmd.exe,0x200,C:\Program Files\Office\WINWORD.EXE,cmd /c powershell -enc SQBFAFgA
4688,2026-03-10T08:01:32Z,WS-107,kim,0x3e7,0x208,C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe,0x204,C:\Windows\System32\cmd.exe,powershell -enc SQBFAFgA
4688,2026-03-10T08:01:40Z,WS-107,kim,0x3e7,0x20c,C:\Windows\System32\whoami.exe,0x208,C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe,whoami /all
4688,2026-03-10T08:04:00Z,WS-107,SYSTEM,0x3e7,0x300,C:\Windows\System32\svchost.exe,0x20,C:\Windows\System32\services.exe,svchost -k netsvcs
4688,2026-03-10T08:04:02Z,FS01,SYSTEM,0x3e7,0x400,C:\Windows\System32\svchost.exe,0x20,C:\Windows\System32\services.exe,
"#;

#[test]
fn process_tree() {
    let options = ProcessTreeOptions::default();
    let tree = build_process_tree(&table(PROCESSES), &options, &mut Progress::none()).unwrap();
    let options = ProcessTreeChartOptions {
        legend_column: Some("SubjectUserName".into()),
        ..ProcessTreeChartOptions::default()
    };
    let tables = Tables {
        main: vec![(String::new(), tree)],
        ..Tables::default()
    };
    let chart = ProcessTree::new(&tables, &options).unwrap();
    is_same("process_tree", "Processes", Box::new(chart));
}

#[test]
fn matrix() {
    let options = MatrixOptions {
        x: "SubjectUserName".into(),
        y: "NewProcessName".into(),
        ..MatrixOptions::default()
    };
    let chart = Matrix::new(tables(PROCESSES), &options).unwrap();
    is_same("matrix", "Programs by user", Box::new(chart));
}

#[test]
fn heatmap() {
    let chart = Heatmap::new(tables(LOGONS), &HeatmapOptions::default()).unwrap();
    is_same("heatmap", "Logons by hour", Box::new(chart));
}
