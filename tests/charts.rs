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
    Timeline, TimelineOptions, Zone,
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
