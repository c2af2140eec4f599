//! Rows for rules, wrong options and properties.
#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::builder::{MapBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, Int64Array, ListArray, StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::table::read::{ReadOptions, read};
use crate::table::{Column, CsvOptions, Progress, write_text};
use crate::{Result, Table};

/// Events as user, minute and command.
type Event<'a> = (Option<&'a str>, Option<f64>, Option<&'a str>);

fn events(events: &[Event<'_>]) -> Table {
    let texts = |of: fn(&Event<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(events.iter().map(of).collect::<StringArray>())
    };
    let times = events.iter();
    let times = times.map(|event| event.1.map(|minutes| (minutes * 60e6) as i64));
    let times: TimestampMicrosecondArray = times.collect();
    Table::new(vec![
        ("User", texts(|event| event.0.map(String::from))),
        ("TimeGenerated", Arc::new(times)),
        ("Operation", texts(|event| event.2.map(String::from))),
    ])
    .unwrap()
}

fn sessions(table: &Table, options: Value) -> Result<Table> {
    let options = serde_json::from_value(options).unwrap();
    sessionize(table, &options, &mut Progress::none())
}

fn scores(table: &Table, options: Value) -> Result<Table> {
    let options = serde_json::from_value(options).unwrap();
    score_sessions(table, &options, &mut Progress::none())
}

/// Rows as text, of these columns.
fn rows(table: &Table, columns: &[&str]) -> Vec<String> {
    let arrays = columns.iter().map(|name| table.column(name).unwrap());
    let columns: Vec<Column<'_>> = arrays.map(|array| Column::of(array.as_ref())).collect();
    let row = |row| {
        let cells = columns.iter().map(|column| {
            let mut text = Vec::new();
            write_text(&column.get(row), &mut text);
            String::from_utf8(text).unwrap()
        });
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..table.num_rows()).map(row).collect()
}

fn json_table(rows: &Value) -> Table {
    let options = ReadOptions {
        name: Some("sessions.json".into()),
        ..ReadOptions::default()
    };
    read(rows.to_string().into(), &options, &mut Progress::none()).unwrap()
}

#[test]
fn a_session_ends_by_gap_span_or_user() {
    let a = |minute: f64, command| (Some("a"), Some(minute), Some(command));
    let b = |minute: f64, command| (Some("b"), Some(minute), Some(command));
    let cases: Vec<(&str, Vec<Event<'_>>, &[&str])> = vec![
        ("nothing", vec![], &[]),
        ("one", vec![a(0.0, "x")], &[r#"0 1 ["x"]"#]),
        (
            "a gap at the limit does not split",
            vec![a(0.0, "x"), a(2.0, "y")],
            &[r#"0 2 ["x","y"]"#],
        ),
        (
            "one above does",
            vec![a(0.0, "x"), a(2.001, "y")],
            &[r#"0 1 ["x"]"#, r#"1 1 ["y"]"#],
        ),
        (
            "a span at the limit does not split, one above does",
            (0..12).map(|i| a(f64::from(i) * 2.0, "x")).collect(),
            &[
                r#"0 11 ["x","x","x","x","x","x","x","x","x","x","x"]"#,
                r#"1 1 ["x"]"#,
            ],
        ),
        (
            "users apart, by name",
            vec![b(0.0, "x"), a(0.5, "y"), b(1.0, "z")],
            &[r#"0 1 ["y"]"#, r#"1 2 ["x","z"]"#],
        ),
        (
            "nobody is one user, and the last",
            vec![
                (None, Some(0.0), Some("x")),
                a(0.0, "y"),
                (None, Some(1.0), Some("z")),
            ],
            &[r#"0 1 ["y"]"#, r#"1 2 ["x","z"]"#],
        ),
        (
            "what has no time or command is left out",
            vec![
                a(0.0, "x"),
                (Some("a"), None, Some("y")),
                (Some("a"), Some(1.0), None),
            ],
            &[r#"0 1 ["x"]"#],
        ),
        (
            "any order",
            vec![a(1.0, "y"), a(0.0, "x")],
            &[r#"0 2 ["x","y"]"#],
        ),
        (
            "one time keeps the order of rows",
            vec![a(0.0, "y"), a(0.0, "x")],
            &[r#"0 2 ["y","x"]"#],
        ),
        (
            "times at the ends of what there is",
            vec![a(-1.5e11, "x"), a(1.5e11, "y")],
            &[r#"0 1 ["x"]"#, r#"1 1 ["y"]"#],
        ),
    ];
    for (name, table, expected) in cases {
        let found = sessions(&events(&table), json!({ "groupBy": ["User"] })).unwrap();
        assert_eq!(
            rows(&found, &["SessionId", "EventCount", "Events"]),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_session_has_times_and_parameters_and_each_event_its_session() {
    let table = json_table(&json!([
        { "TimeGenerated": "2024-01-01T00:01:30Z", "EventID": 4625, "p": "[\"b\"]", "SessionId": 7 },
        { "TimeGenerated": "2024-01-01T00:00:00Z", "EventID": 4624, "p": null, "SessionId": 7 },
        { "TimeGenerated": null, "EventID": 4634, "p": null, "SessionId": 7 },
        { "TimeGenerated": "2024-01-02T00:00:00Z", "EventID": 4634, "p": "[]", "SessionId": 8 },
    ]));
    let found = sessions(&table, json!({ "paramsColumn": "p" })).unwrap();
    let each = sessions(&table, json!({ "perEvent": true })).unwrap();
    for made in [&found, &each] {
        let note = "1 of 4 rows are left out: they have no `TimeGenerated` or no `EventID`";
        assert_eq!(made.report().unwrap().notes.last().unwrap(), note);
    }
    assert_eq!(
        rows(
            &found,
            &[
                "StartTime",
                "EndTime",
                "DurationSeconds",
                "SourceIndex",
                "Events",
                "Params"
            ]
        ),
        [
            r#"2024-01-01T00:00:00Z 2024-01-01T00:01:30Z 90.0 1 [4624,4625] [null,"[\"b\"]"]"#,
            r#"2024-01-02T00:00:00Z 2024-01-02T00:00:00Z 0.0 3 [4634] ["[]"]"#,
        ]
    );
    let each = sessions(
        &table,
        json!({ "perEvent": true, "groupBy": ["SessionId"] }),
    )
    .unwrap();
    assert_eq!(
        rows(&each, &["EventID", "SessionId"]),
        ["4625 0", "4624 0", "4634 ", "4634 1"]
    );
}

#[test]
fn wrong_options_say_what_to_do() {
    let table = events(&[(Some("a"), Some(0.0), Some("x")), (Some("b"), None, None)]);
    let user = table.column("User").unwrap().clone();
    let table = table.with_column("StartTime", user).unwrap();
    for (options, message) in [
        (json!({ "groupBy": ["Account"] }), "no column `Account`"),
        (json!({ "groupBy": ["User", "User"] }), "selected twice"),
        (
            json!({ "groupBy": ["StartTime"] }),
            "column `StartTime` would be twice in the result; rename it before",
        ),
        (
            json!({ "timeColumn": "User" }),
            "column `User` should be times",
        ),
        (
            json!({ "maxGapMinutes": -1 }),
            "maxGapMinutes should be a number of minutes, 0 or more",
        ),
        (json!({ "eventColumn": "x" }), "no column `x`"),
        (json!({ "paramsColumn": "p" }), "no column `p`"),
    ] {
        let error = sessions(&table, options.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{options}: {error}");
    }
    let table = json_table(&json!([
        { "Events": ["a", "b"], "Params": ["[]", "x"], "One": ["[]"], "Text": "a" },
        { "Events": ["a"], "Params": ["{\"p\": 1}"], "One": ["[]"], "Text": "a" },
    ]));
    for (options, message) in [
        (
            json!({}),
            "table, row 1, column `Params`: the parameters are no JSON",
        ),
        (
            json!({ "paramsColumn": "One" }),
            "row 1: `Events` has 2 items, but `One` has 1",
        ),
        (
            json!({ "eventsColumn": "Text" }),
            "table, row 1, column `Text`: the text is no list in JSON",
        ),
        (json!({ "windowLengths": [1] }), "windowLengths should be"),
        (
            json!({ "windowLengths": [2, 2] }),
            "windowLengths should be",
        ),
        (
            json!({ "windowLengths": [2, 3, 4, 5, 6, 7] }),
            "windowLengths should be",
        ),
        (
            json!({ "eventsColumn": "One", "model": "params", "paramsColumn": "Events" }),
            "equally long",
        ),
        (
            json!({ "model": "commands", "trainOn": { "column": "Text", "eq": "b" } }),
            "trainOn leaves no session",
        ),
        (
            json!({ "model": "commands", "trainOn": { "column": "No", "eq": "b" } }),
            "no column `No`",
        ),
        (
            json!({ "model": "commands", "trainOn": 5 }),
            "a filter should be an object",
        ),
        (
            json!({ "sessionize": {} }),
            "none of the usual columns is there",
        ),
    ] {
        let error = scores(&table, options.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{options}: {error}");
    }
    let bare = json_table(&json!([{ "Events": ["a"], "P": ["[\"p\"]"] }]));
    for (options, message) in [
        (json!({ "model": "values" }), "this model needs parameters"),
        (
            json!({ "paramsColumn": "P", "model": "params", "modellableParams": ["p"] }),
            "modellableParams is for model: \"values\"",
        ),
        (
            json!({ "model": "commands", "modellableParams": ["p"] }),
            "modellableParams is for model: \"values\"",
        ),
        (
            json!({ "modellableParams": ["p"] }),
            "modellableParams needs parameters with values",
        ),
        (
            json!({ "paramsColumn": "P", "modellableParams": ["p"] }),
            "modellableParams needs parameters with values",
        ),
    ] {
        let error = scores(&bare, options.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{options}: {error}");
    }
}

#[test]
fn a_rare_step_is_named_with_how_often_it_was_seen() {
    let usual = json!({ "Events": ["Set-Mailbox", "Set-User"] });
    let mut all = vec![usual; 9];
    all.push(json!({ "Events": ["Set-Mailbox", "New-TransportRule"] }));
    all.push(json!({ "Events": [] }));
    all.push(json!({ "Events": null }));
    let scored = scores(&json_table(&json!(all)), json!({})).unwrap();
    let columns = [
        "RarestTransition",
        "RarestTransitionCount",
        "RarestTransitionOf",
        "Why",
    ];
    let found = rows(&scored, &columns);
    assert_eq!(
        found[9],
        "Set-Mailbox → New-TransportRule 1 10 Set-Mailbox → New-TransportRule: 1 of 10"
    );
    let columns = [
        "LogLikelihood",
        "Likelihood",
        "GeoMeanLikelihood",
        "RarestWindow2",
        "RarestWindow2Likelihood",
        "Why",
    ];
    assert_eq!(rows(&scored, &columns)[10..], ["     ", "     "]);
    let ln = scored.f64("LogLikelihood").unwrap();
    assert!(ln.value(9) < ln.value(0));
    let windows = rows(
        &scored,
        &["RarestWindow2", "RarestWindow2Index", "RarestWindow3Index"],
    );
    assert_eq!(windows[9], r#"["New-TransportRule"] 1 0"#);
}

#[test]
fn rare_parameters_and_values_are_named() {
    let session =
        |params: Value| json!({ "Events": ["New-InboxRule"], "Params": [params.to_string()] });
    let mut all = vec![session(json!({ "Name": "x", "State": "on" })); 39];
    all.push(session(
        json!({ "Name": "x", "State": "on", "ForwardTo": "evil@example.com" }),
    ));
    all.push(session(json!({ "Name": "x" })));
    all.push(session(json!({ "Name": "x", "State": "off" })));
    let table = json_table(&json!(all));
    let scored = scores(&table, json!({})).unwrap();
    let why = scored.text("Why").unwrap();
    let end = |row: usize| why.get(row).unwrap().split("; ").last().unwrap();
    assert_eq!(end(39), "New-InboxRule with ForwardTo: 1 of 42");
    assert_eq!(end(40), "New-InboxRule without State: 1 of 42");
    assert_eq!(end(41), "State = off: 1 of 41");
    let likelihood = |options: Value, row: usize| {
        scores(&table, options)
            .unwrap()
            .f64("LogLikelihood")
            .unwrap()
            .value(row)
    };
    // Neither model looks at values.
    for model in ["commands", "params"] {
        assert_eq!(
            likelihood(json!({ "model": model }), 41),
            likelihood(json!({ "model": model }), 0),
            "{model}"
        );
    }
    assert!(likelihood(json!({}), 41) < likelihood(json!({}), 0));
    let none = json!({ "modellableParams": [] });
    assert_eq!(likelihood(none.clone(), 41), likelihood(none, 0));
}

/// One set of parameters, in each form that tables have.
#[test]
fn parameters_may_be_text_structs_maps_or_lists() {
    let text =
        |texts: [Option<&str>; 2]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
    // Two commands of one session.
    let table = |params: ArrayRef| {
        let list = |items: ArrayRef| -> ArrayRef {
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            Arc::new(ListArray::new(
                field,
                OffsetBuffer::from_lengths([items.len()]),
                items,
                None,
            ))
        };
        Table::new(vec![
            ("Events", list(text([Some("a"), Some("b")]))),
            ("Params", list(params)),
        ])
        .unwrap()
    };
    let structs = |fields: [(&str, ArrayRef); 2]| -> ArrayRef {
        let fields = fields.map(|(name, array)| {
            (
                Arc::new(Field::new(name, array.data_type().clone(), true)),
                array,
            )
        });
        Arc::new(StructArray::from(fields.to_vec()))
    };
    let each = |items: ArrayRef| -> ArrayRef {
        let field = Arc::new(Field::new("item", items.data_type().clone(), true));
        Arc::new(ListArray::new(
            field,
            OffsetBuffer::from_lengths([1, 1]),
            items,
            None,
        ))
    };
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for (name, value) in [("x", "1"), ("y", "2")] {
        map.keys().append_value(name);
        map.values().append_value(value);
        map.append(true).unwrap();
    }
    let ln = |params: ArrayRef| {
        let options = json!({ "modellableParams": ["x", "y"] });
        scores(&table(params), options)
            .unwrap()
            .f64("LogLikelihood")
            .unwrap()
            .value(0)
    };
    let expected = ln(text([Some(r#"{"x": "1"}"#), Some(r#"{"y": 2}"#)]));
    for (name, params) in [
        (
            "structs",
            structs([
                ("x", text([Some("1"), None])),
                ("y", text([None, Some("2")])),
            ]),
        ),
        ("maps", Arc::new(map.finish())),
        (
            "lists of pairs",
            each(structs([
                ("Name", text([Some("x"), Some("y")])),
                ("Value", text([Some("1"), Some("2")])),
            ])),
        ),
        (
            "text of pairs",
            text([
                Some(r#"[{"Name":"x","Value":"1"}]"#),
                Some(r#"[{"key":"y","value":"2"}]"#),
            ]),
        ),
    ] {
        assert_eq!(ln(params), expected, "{name}");
    }
    let names = |params| {
        scores(&table(params), json!({}))
            .unwrap()
            .f64("LogLikelihood")
            .unwrap()
            .value(0)
    };
    let expected = names(text([Some(r#"["x"]"#), Some(r#"["y"]"#)]));
    assert_eq!(names(each(text([Some("x"), Some("y")]))), expected);
}

#[test]
fn what_was_learned_from_some_scores_all() {
    let day = |day: u32, commands: Value| json!({ "StartTime": format!("2024-05-0{day}T00:00:00Z"), "Events": commands, "Params": commands.as_array().unwrap().iter().map(|_| "[\"p\"]").collect::<Vec<_>>() });
    let mut all = vec![day(1, json!(["a", "b"])); 20];
    all.push(day(2, json!(["a", "b"])));
    all.push(day(2, json!(["a", "new"])));
    let table = json_table(&json!(all));
    let options = json!({ "trainOn": { "column": "StartTime", "lt": "2024-05-02T00:00:00Z" } });
    let scored = scores(&table, options.clone()).unwrap();
    let ln = scored.f64("LogLikelihood").unwrap();
    assert_eq!(ln.value(20), ln.value(0));
    assert!(ln.value(21) < ln.value(0));
    assert_eq!(
        scored.text("Why").unwrap().get(21),
        Some("a → new: never seen; new with p: never seen")
    );
    // What is scored does not change what was learned.
    let alone = scores(&table.slice(0, 21), options).unwrap();
    assert_eq!(alone.f64("LogLikelihood").unwrap().value(20), ln.value(20));
}

#[test]
fn no_rows_have_all_columns() {
    let empty = events(&[]);
    let found = scores(&empty, json!({ "sessionize": { "groupBy": ["User"] } })).unwrap();
    assert_eq!(found.num_rows(), 0);
    assert_eq!(
        found
            .column("RarestWindow3")
            .unwrap()
            .as_list::<i32>()
            .len(),
        0
    );
    assert_eq!(
        found.names()[..9],
        [
            "User",
            "SessionId",
            "StartTime",
            "EndTime",
            "DurationSeconds",
            "EventCount",
            "SourceIndex",
            "Events",
            "LogLikelihood"
        ]
    );
}

#[test]
fn work_can_be_cancelled() {
    let table = events(&[(Some("a"), Some(0.0), Some("x")); 4]);
    let mut callback = |_| false;
    let cancelled = sessionize(
        &table,
        &SessionizeOptions::default(),
        &mut Progress::new(&mut callback),
    );
    assert_eq!(cancelled.unwrap_err().code(), "cancelled");
}

/// A slow and plain sessionizer: msticpy's loop over sorted rows.
fn slow_sessions(mut rows: Vec<(u8, i64)>, span: i64, gap: i64) -> Vec<usize> {
    rows.sort_unstable();
    let mut lengths: Vec<usize> = Vec::new();
    let mut start = 0;
    for (i, &(user, time)) in rows.iter().enumerate() {
        let goes_on =
            i > 0 && rows[i - 1].0 == user && time - rows[i - 1].1 <= gap && time - start <= span;
        if goes_on {
            *lengths.last_mut().unwrap() += 1;
        } else {
            start = time;
            lengths.push(1);
        }
    }
    lengths
}

proptest! {
    #[test]
    fn sessions_are_those_of_a_plain_loop(
        rows in prop::collection::vec((0..4u8, 0..600i64), 0..80),
        span in 0..120i64,
        gap in 0..60i64,
    ) {
        let users: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| i64::from(row.0))));
        let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| row.1 * 60_000_000));
        let table = Table::new(vec![("User", users.clone()), ("TimeGenerated", Arc::new(times)), ("Operation", users)]).unwrap();
        let options = json!({ "groupBy": ["User"], "maxSessionMinutes": span, "maxGapMinutes": gap });
        let found = sessions(&table, options).unwrap();
        let counts: Vec<usize> = found.i64("EventCount").unwrap().values().iter().map(|&count| count as usize).collect();
        prop_assert_eq!(counts, slow_sessions(rows, span, gap));
    }

    #[test]
    fn probabilities_sum_up_to_one_and_scores_do_not_depend_on_the_order_of_rows(
        all in prop::collection::vec(prop::collection::vec(0..5u8, 1..6), 1..12),
    ) {
        let commands = |all: &[Vec<u8>]| json!(all.iter().map(|commands| json!({ "Events": commands })).collect::<Vec<_>>());
        let table = json_table(&commands(&all));
        let read = sessions::Sessions::read(&table, "Events", None, &mut Progress::none()).unwrap();
        let model = model::Model::of(&read, &vec![true; all.len()], model::Modelled::None);
        // One unknown command is one more name.
        let seen = read.names.texts.len() as u32;
        let unknown = 1.0 / (f64::from(model.count(0)) + f64::from(seen) + 2.0);
        let sum: f64 = (0..seen).chain([model.end()]).map(|to| model.ln_transition(0, to).exp()).sum();
        prop_assert!((sum + unknown - 1.0).abs() < 1e-12, "{}", sum);
        let mut turned = all.clone();
        turned.reverse();
        let forward = scores(&table, json!({})).unwrap().f64("LogLikelihood").unwrap();
        let backward = scores(&json_table(&commands(&turned)), json!({})).unwrap().f64("LogLikelihood").unwrap();
        for row in 0..all.len() {
            prop_assert!((forward.value(row) - backward.value(all.len() - 1 - row)).abs() < 1e-12);
        }
    }
}

/// Each session's parameter is another: walking over all for each session would take minutes
/// here, where it takes less than a second.
#[test]
fn many_different_parameters_take_no_square_of_their_number() {
    const SESSIONS: usize = 20_000;
    let events =
        |n: usize| json!({ "Events": ["x"], "Params": [format!("[\"common\",\"p{n}\"]")] });
    let mut all: Vec<Value> = (0..SESSIONS).map(events).collect();
    all.push(json!({ "Events": ["x"], "Params": ["[\"p0\"]"] }));
    let table = json_table(&json!(all));
    let start = std::time::Instant::now();
    let scored = scores(&table, json!({})).unwrap();
    let took = start.elapsed();
    assert!(took.as_secs() < 5, "{took:?}");
    let why = scored.text("Why").unwrap();
    let of = SESSIONS + 1;
    let last = format!("(start) → x: {of} of {of}; x with p0: 2 of {of}");
    assert_eq!(why.get(SESSIONS), Some(last.as_str()));
    let other = format!("(start) → x: {of} of {of}; x with p7: 1 of {of}");
    assert_eq!(why.get(7), Some(other.as_str()));
}

/// CSV has no lists: they are text there.
#[test]
fn sessions_may_come_back_from_csv() {
    let session = |commands: &[&str]| {
        let params = commands.iter().map(|_| json!({ "Name": "x" }).to_string());
        json!({ "Events": commands, "Params": params.collect::<Vec<_>>() })
    };
    let mut all = vec![session(&["a", "b"]); 9];
    all.push(session(&["b", "a,\"c"]));
    all.push(json!({ "Events": [], "Params": [] }));
    let table = json_table(&json!(all));
    let csv = table.to_csv(&CsvOptions::default()).unwrap();
    let back = read(csv, &ReadOptions::default(), &mut Progress::none()).unwrap();
    assert!(back.text("Events").is_ok(), "is text");
    let (before, after) = (
        scores(&table, json!({})).unwrap(),
        scores(&back, json!({})).unwrap(),
    );
    for name in ["LogLikelihood", "Why", "RarestTransition", "RarestWindow2"] {
        assert_eq!(
            before.column(name).unwrap(),
            after.column(name).unwrap(),
            "{name}"
        );
    }
    let wrong = json_table(&json!([{ "Events": "[\"a\"]" }, { "Events": "b" }]));
    let error = scores(&wrong, json!({})).unwrap_err().to_string();
    assert!(
        error.starts_with("table, row 2, column `Events`: the text is no list in JSON"),
        "{error}"
    );
}
