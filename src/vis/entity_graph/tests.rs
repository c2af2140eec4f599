#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::entity::alert::Entities;
use crate::vis::chart::Chart;
use crate::vis::figure::Figure;
use crate::vis::node_link::tests::{figure, of_csv};

/// A table whose columns are these texts.
fn table(columns: &[(&str, &[&str])]) -> Table {
    let column = |texts: &[&str]| Arc::new(StringArray::from_iter_values(texts)) as ArrayRef;
    Table::new(
        columns
            .iter()
            .map(|(name, texts)| (*name, column(texts)))
            .collect(),
    )
    .unwrap()
}

const FIRST: &str = r#"[
  {"$id":"2","HostName":"WS-1","DnsDomain":"contoso.com","Type":"host"},
  {"$id":"3","Name":"ada","NTDomain":"CONTOSO","Host":{"$ref":"2"},"Type":"account"},
  {"$id":"4","Directory":"C:\\Windows","Name":"cmd.exe","FileHashes":[{"$ref":"6"}],"Type":"file"},
  {"$id":"5","ProcessId":"0x1a","CommandLine":"cmd /c whoami","ImageFile":{"$ref":"4"},"Host":{"$ref":"2"},"Type":"process"},
  {"$id":"6","Algorithm":"SHA1","Value":"ab12","Type":"filehash"},
  {"$id":"7","Address":"203.0.113.7","Location":{"CountryCode":"DE"},"Type":"ip"}
]"#;
const SECOND: &str = r#"[{"$id":"9","Address":"203.0.113.7","Type":"ip"},{"$id":"3","HostName":"ws-1","DnsDomain":"Contoso.com","Type":"host"}]"#;

fn alerts() -> Table {
    table(&[
        (
            "TimeGenerated",
            &[
                "2026-03-14T09:30:00Z",
                "2026-03-14T10:00:00Z",
                "2026-03-14T11:00:00Z",
            ],
        ),
        ("SystemAlertId", &["a1", "a2", "a3"]),
        ("AlertName", &["Suspicious command", "Scan", "Broken"]),
        ("Entities", &[FIRST, SECOND, "{not JSON"]),
    ])
}

fn incidents() -> Table {
    table(&[
        ("IncidentNumber", &["44", "44"]),
        ("Title", &["Intrusion", "Intrusion, closed"]),
        ("AlertIds", &["[\"a1\",\"a9\"]", "[\"a1\"]"]),
    ])
}

fn of(tables: Vec<Table>) -> Result<NodeLink> {
    let main = tables
        .into_iter()
        .map(|table| (String::new(), table))
        .collect();
    entity_graph(
        Tables {
            main,
            ..Tables::default()
        },
        &EntityGraphOptions::default(),
    )
}

/// Name, type and names of others, of each node.
fn rows(chart: &dyn Chart) -> Vec<[String; 3]> {
    let table = chart.data().unwrap();
    let columns = ["Name", "Type", "Edges"].map(|column| texts(&table, column).unwrap());
    (0..table.num_rows())
        .map(|row| [0, 1, 2].map(|column| columns[column][row].clone()))
        .collect()
}

#[test]
fn equal_entities_of_alerts_are_one_node() {
    let chart = of(vec![alerts()]).unwrap();
    let rows = rows(&chart);
    let expected = [
        [
            "Suspicious command",
            "Alert",
            "WS-1.contoso.com, CONTOSO\\ada, C:\\Windows\\cmd.exe, ab12, cmd.exe 0x1a, 203.0.113.7",
        ],
        ["Scan", "Alert", "WS-1.contoso.com, 203.0.113.7"],
        ["Broken", "Alert", ""],
        [
            "WS-1.contoso.com",
            "host",
            "Suspicious command, Scan, CONTOSO\\ada, cmd.exe 0x1a",
        ],
        [
            "CONTOSO\\ada",
            "account",
            "Suspicious command, WS-1.contoso.com",
        ],
        [
            "C:\\Windows\\cmd.exe",
            "file",
            "Suspicious command, ab12, cmd.exe 0x1a",
        ],
        [
            "ab12",
            "filehash",
            "Suspicious command, C:\\Windows\\cmd.exe",
        ],
        [
            "cmd.exe 0x1a",
            "process",
            "Suspicious command, WS-1.contoso.com, C:\\Windows\\cmd.exe",
        ],
        ["203.0.113.7", "ip", "Suspicious command, Scan"],
    ];
    assert_eq!(rows, expected.map(|row| row.map(str::to_owned)));
    let said = chart.describe(&crate::vis::Zone::utc());
    assert_eq!(
        said,
        "Entity graph of 9 nodes and 12 edges; rows that are left out: 1"
    );
    let ip = chart
        .find(json!({ "node": "203.0.113.7" }).as_object().unwrap())
        .unwrap();
    assert_eq!(chart.rows(&crate::vis::chart::Selection::Item(ip)), [0, 1]);
}

#[test]
fn incidents_are_linked_with_their_alerts() {
    for (name, tables) in [
        ("alerts first", vec![alerts(), incidents()]),
        ("incidents first", vec![incidents(), alerts()]),
    ] {
        let rows = rows(&of(tables).unwrap());
        let incident = rows.iter().find(|row| row[1] == "Incident").unwrap();
        assert_eq!(
            incident[0], "Intrusion, closed",
            "{name}: what the last row says"
        );
        let mut alerts: Vec<&str> = incident[2].split(", ").collect();
        alerts.sort_unstable();
        assert_eq!(alerts, ["Alert a9", "Suspicious command"], "{name}");
    }
}

#[test]
fn plain_tables_are_links() {
    let options = EntityGraphOptions {
        source: Some("src".into()),
        target: Some("dst".into()),
        ..EntityGraphOptions::default()
    };
    let chart = entity_graph(of_csv("src,dst\na,b\nb,a\na,\na,a\n"), &options).unwrap();
    let expected = [["a", "Entity", "b"], ["b", "Entity", "a"]];
    assert_eq!(rows(&chart), expected.map(|row| row.map(str::to_owned)));
    let error = entity_graph(of_csv("src,dst\na,b\n"), &EntityGraphOptions::default());
    assert_eq!(error.err().unwrap().code(), "invalidArgument");
}

fn edited(figure: &mut Figure, change: Value) -> Result<()> {
    figure.edit(change.as_object().unwrap()).map(|_| ())
}

#[test]
fn notes_and_links_are_added_and_taken_away() {
    let mut figure = figure(of(vec![alerts()]).unwrap());
    let edges = |figure: &Figure, name: &str| {
        let table = figure.data().unwrap();
        let names = texts(&table, "Name").unwrap();
        let row = names.iter().position(|own| own == name)?;
        Some(texts(&table, "Edges").unwrap()[row].clone())
    };
    for (name, change, of, expected) in [
        (
            "a note",
            json!({ "edit": "addNote", "name": "a scanner", "attachedTo": "203.0.113.7" }),
            "a scanner",
            Some("203.0.113.7"),
        ),
        (
            "a second link",
            json!({ "edit": "addLink", "source": "Scan", "target": "a scanner" }),
            "a scanner",
            Some("Scan, 203.0.113.7"),
        ),
        (
            "the same again",
            json!({ "edit": "addLink", "source": "a scanner", "target": "Scan" }),
            "a scanner",
            Some("Scan, 203.0.113.7"),
        ),
        (
            "one link less",
            json!({ "edit": "removeLink", "source": "a scanner", "target": "203.0.113.7" }),
            "a scanner",
            Some("Scan"),
        ),
        (
            "an entity",
            json!({ "edit": "addEntity", "name": "evil.example", "type": "dns", "attachedTo": ["Scan", "a scanner"] }),
            "evil.example",
            Some("Scan, a scanner"),
        ),
        (
            "one node less",
            json!({ "edit": "removeNode", "name": "WS-1.contoso.com" }),
            "WS-1.contoso.com",
            None,
        ),
        (
            "the rest is as it was",
            json!({ "edit": "addIncident", "name": "all", "attachedTo": "ab12" }),
            "CONTOSO\\ada",
            Some("Suspicious command"),
        ),
    ] {
        edited(&mut figure, change).unwrap();
        assert_eq!(edges(&figure, of).as_deref(), expected, "{name}");
    }
    for (name, change) in [
        (
            "no such node",
            json!({ "edit": "removeNode", "name": "WS-1.contoso.com" }),
        ),
        (
            "no such link",
            json!({ "edit": "removeLink", "source": "Scan", "target": "all" }),
        ),
        ("there already", json!({ "edit": "addNote", "name": "all" })),
        (
            "attached to nothing",
            json!({ "edit": "addNote", "name": "new", "attachedTo": "nothing" }),
        ),
        ("no name", json!({ "edit": "addNote" })),
        ("no edit", json!({})),
        ("another", json!({ "edit": "paint", "name": "x" })),
    ] {
        assert_eq!(
            edited(&mut figure, change).unwrap_err().code(),
            "invalidArgument",
            "{name}"
        );
    }
    assert_eq!(edges(&figure, "new"), None);
    let names: Vec<_> = figure
        .legend()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names, ["Incident", "Alert", "Entity", "Note"]);
}

#[test]
fn what_identifies_an_entity() {
    for (name, a, b, same) in [
        (
            "case of hosts",
            json!({ "Type": "host", "HostName": "A" }),
            json!({ "Type": "Host", "HostName": "a" }),
            true,
        ),
        (
            "domains",
            json!({ "Type": "account", "Name": "a", "UPNSuffix": "x" }),
            json!({ "Type": "account", "Name": "a", "UPNSuffix": "y" }),
            false,
        ),
        (
            "whole and in parts",
            json!({ "Type": "account", "Name": "a@x" }),
            json!({ "Type": "account", "Name": "a", "UPNSuffix": "x" }),
            true,
        ),
        (
            "processes of one number",
            json!({ "Type": "process", "ProcessId": "1", "CreationTimeUtc": "2026" }),
            json!({ "Type": "process", "ProcessId": "1", "CreationTimeUtc": "2025" }),
            false,
        ),
        (
            "types",
            json!({ "Type": "ip", "Address": "x" }),
            json!({ "Type": "url", "Url": "x" }),
            false,
        ),
        (
            "nothing known",
            json!({ "$id": "1", "Type": "odd", "a": 1 }),
            json!({ "$id": "2", "Type": "odd", "a": 1 }),
            true,
        ),
        (
            "nothing known, but other",
            json!({ "Type": "odd", "a": 1 }),
            json!({ "Type": "odd", "a": 2 }),
            false,
        ),
    ] {
        let found = Entities::of(&json!([a, b]));
        assert_eq!(found.all.len() == 1, same, "{name}: {:?}", found.all);
    }
}

#[test]
fn references_in_a_circle_end() {
    let circle = json!([
        { "$id": "1", "Type": "process", "ImageFile": { "$ref": "2" }, "Host": { "$ref": "1" } },
        { "$id": "2", "Type": "file", "Name": { "$ref": "1" }, "Directory": { "$ref": "9" } },
    ]);
    assert!(!Entities::of(&circle).all.is_empty());
}

proptest! {
    #[test]
    fn no_json_panics(ids in prop::collection::vec((0..4, 0..4, "host|ip|process|file|account|x", "[a-c]?"), 0..8), tail in ".{0,10}") {
        let entity = |(id, other, kind, name): &(i32, i32, String, String)| json!({
            "$id": id.to_string(), "Type": kind, "Name": name, "Address": name, "HostName": name, "Host": { "$ref": other.to_string() }, "ImageFile": [{ "$ref": other.to_string() }],
        });
        let list = Value::Array(ids.iter().map(entity).collect());
        let text = [list.to_string(), tail].concat();
        let chart = of(vec![table(&[("Entities", &[&text, &list.to_string()])])]).unwrap();
        let mut figure = figure(chart);
        prop_assert!(figure.to_svg(None).ends_with("</svg>\n"));
    }
}

/// Writes a picture to the folder that `PICTURES` names, to be looked at.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("PICTURES") else {
        return;
    };
    let mut figure = figure(of(vec![alerts(), incidents()]).unwrap());
    edited(
        &mut figure,
        json!({ "edit": "addNote", "name": "a scanner", "attachedTo": "203.0.113.7" }),
    )
    .unwrap();
    std::fs::write(format!("{folder}/entities.svg"), figure.to_svg(None)).unwrap();
}
