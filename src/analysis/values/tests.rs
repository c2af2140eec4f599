//! Rows for rules and wrong options.
#![allow(clippy::unwrap_used)] // a test may fail so

use arrow_array::{Array, StringArray, TimestampMicrosecondArray};
use serde_json::{Value, json};

use super::*;
use crate::table::{Column, Progress, write_text};
use crate::{Result, Table};

/// Rows of a day (with a fraction), a user and a port.
fn table(rows: &[(Option<f64>, Option<&str>, i64)]) -> Table {
    let times = rows
        .iter()
        .map(|row| row.0.map(|day| (day * 86_400e6).round() as i64));
    let times: TimestampMicrosecondArray = times.collect();
    let users: StringArray = rows.iter().map(|row| row.1).collect();
    let ports = Int64Array::from_iter_values(rows.iter().map(|row| row.2));
    Table::new(vec![
        ("TimeGenerated", Arc::new(times) as ArrayRef),
        ("User", Arc::new(users)),
        ("Port", Arc::new(ports)),
    ])
    .unwrap()
}

fn events() -> Table {
    table(&[
        (Some(9.9), Some("eve"), 22),
        (Some(0.5), Some("bob"), 22),
        (Some(9.0), Some("ann"), 22),
        (Some(0.1), Some("bob"), 80),
        (None, Some("zoe"), 80),
        (Some(9.5), Some("bob"), 22),
        (Some(3.0), None, 22),
        (Some(8.9), Some("ann"), 22),
        (Some(9.7), Some("eve"), 22),
    ])
}

fn rows(table: &Table) -> Vec<String> {
    let columns = table.batch().columns().iter();
    let columns: Vec<Column<'_>> = columns.map(|column| Column::of(column.as_ref())).collect();
    let cell = |column: &Column<'_>, row| {
        let mut text = Vec::new();
        write_text(&column.get(row), &mut text);
        String::from_utf8(text)
            .unwrap()
            .replace("1970-01-", "")
            .replace(":00Z", "")
    };
    let row = |row| {
        columns
            .iter()
            .map(|column| cell(column, row))
            .collect::<Vec<_>>()
            .join(" ")
    };
    (0..table.num_rows()).map(row).collect()
}

fn top(table: &Table, options: Value) -> Result<Table> {
    top_values(
        table,
        &serde_json::from_value(options).unwrap(),
        &mut Progress::none(),
    )
}

fn first(table: &Table, options: Value) -> Result<Table> {
    first_seen(
        table,
        &serde_json::from_value(options).unwrap(),
        &mut Progress::none(),
    )
}

fn rare(table: &Table, options: Value) -> Result<Table> {
    rare_values(
        table,
        &serde_json::from_value(options).unwrap(),
        &mut Progress::none(),
    )
}

#[test]
fn the_most_common_values_come_first() {
    let table = table(&[
        (None, Some("b"), 1),
        (None, Some("c"), 1),
        (None, Some("a"), 1),
        (None, None, 1),
        (None, Some("c"), 1),
        (None, None, 1),
        (None, Some("d"), 2),
        (None, Some("b"), 1),
    ]);
    assert_eq!(
        rows(&top(&table, json!({ "columns": ["User", "Port"], "limit": 4 })).unwrap()),
        [
            "User b 2 0.25 5",
            "User c 2 0.25 5",
            "User  2 0.25 5",
            "User a 1 0.125 5",
            "Port 1 7 0.875 2",
            "Port 2 1 0.125 2"
        ]
    );
    let absent = top(
        &table.slice(3, 6),
        json!({ "columns": ["User"], "limit": 1 }),
    )
    .unwrap();
    assert!(absent.column("Value").unwrap().is_null(0));
    assert_eq!(top(&table, json!({})).unwrap().num_rows(), 1 + 5 + 2);
    assert_eq!(top(&table.slice(0, 0), json!({})).unwrap().num_rows(), 0);
}

#[test]
fn the_first_of_many_ties_by_text_and_one_zero() {
    let numbers = (0..2000).rev().map(|n| f64::from(n % 1000) / 8.0);
    let numbers: Vec<f64> = [-0.0, 0.0].into_iter().chain(numbers).collect();
    let numbers: ArrayRef = Arc::new(arrow_array::Float64Array::from(numbers));
    let table = Table::new(vec![("n", numbers)]).unwrap();
    let found = top(&table, json!({ "limit": 3 })).unwrap();
    let found: Vec<String> = rows(&found.select(&["Value", "Count", "Distinct"]).unwrap());
    let zero = found[0].split(' ').next().unwrap();
    assert!(!zero.starts_with('-'), "{found:?}");
    let mut expected: Vec<String> = (1..1000)
        .map(|n| {
            let mut text = Vec::new();
            write_text(&crate::table::Cell::Float(f64::from(n) / 8.0), &mut text);
            format!("{} 2 1000", String::from_utf8(text).unwrap())
        })
        .collect();
    expected.sort();
    assert_eq!(found[0], format!("{zero} 4 1000"));
    assert_eq!(found[1..], expected[..2]);
}

#[test]
fn values_have_a_first_and_a_last_time() {
    assert_eq!(
        rows(&first(&events(), json!({ "columns": ["User"] })).unwrap()),
        [
            "bob 01T02:24 10T12:00 3 2",
            " 04T00:00 04T00:00 1 1",
            "ann 09T21:36 10T00:00 2 2",
            "eve 10T16:48 10T21:36 2 1",
        ]
    );
    let pairs = first(&events(), json!({ "columns": ["User", "Port"] })).unwrap();
    assert_eq!(pairs.num_rows(), 5);
    assert_eq!(
        pairs.report().unwrap().notes,
        ["1 of 9 rows are left out: they have no `TimeGenerated`"]
    );
}

#[test]
fn what_is_new_in_the_last_day_is_rare() {
    assert_eq!(
        rows(&rare(&events(), json!({ "columns": ["User"] })).unwrap()),
        ["eve 2 0 10T16:48 10T21:36 8"]
    );
    assert_eq!(
        rows(
            &rare(
                &events(),
                json!({ "columns": ["User"], "maxBaselineCount": 1, "recent": "22h" })
            )
            .unwrap()
        ),
        ["eve 2 0 10T16:48 10T21:36 8", "ann 1 1 09T21:36 10T00:00 2"]
    );
    assert_eq!(
        rows(
            &rare(
                &events(),
                json!({ "columns": ["User"], "maxBaselineCount": 2 })
            )
            .unwrap()
        ),
        [
            "eve 2 0 10T16:48 10T21:36 8",
            "ann 1 1 09T21:36 10T00:00 2",
            "bob 1 2 01T02:24 10T12:00 5"
        ]
    );
    assert_eq!(
        rare(&events().slice(0, 0), json!({ "columns": ["User"] }))
            .unwrap()
            .num_rows(),
        0
    );
}

/// The clock of one machine is years ahead.
#[test]
fn the_window_ends_where_the_user_says() {
    let ahead = table(&[(Some(4000.0), Some("dan"), 22)]);
    let table = events().concat(&ahead).unwrap();
    let by_last = rare(&table, json!({ "columns": ["User"] })).unwrap();
    assert_eq!(by_last.text("User").unwrap().get(0), Some("dan"));
    let options = json!({ "columns": ["User"], "until": "1970-01-10T22:00:00Z" });
    let found = rare(&table, options).unwrap();
    assert_eq!(rows(&found), ["eve 2 0 10T16:48 10T21:36 8"]);
    assert_eq!(
        found.report().unwrap().notes,
        ["2 of 10 rows are left out: they have no `TimeGenerated`, or one after `until`"]
    );
    // The window counts back from there, also if nothing is in it.
    let options = json!({ "columns": ["User"], "until": "1970-01-20" });
    assert_eq!(rare(&table, options).unwrap().num_rows(), 0);
}

#[test]
fn the_order_of_rows_changes_no_value() {
    let table = events();
    let turned = table
        .take((0..table.num_rows() as u32).rev().collect())
        .unwrap();
    let user = json!({ "columns": ["User"] });
    assert_eq!(
        rows(&first(&table, user.clone()).unwrap()),
        rows(&first(&turned, user).unwrap())
    );
    let top_of = |table| rows(&top(table, json!({ "columns": ["User", "Port"] })).unwrap());
    assert_eq!(top_of(&table), top_of(&turned));
}

#[test]
fn wrong_options_say_what_to_do() {
    let table = events();
    for (found, message) in [
        (
            top(&table, json!({ "limit": 0 })),
            "limit should be 1 or more",
        ),
        (top(&table, json!({ "columns": ["x"] })), "no column `x`"),
        (
            first(&table, json!({})),
            "columns should name one or more columns",
        ),
        (
            first(&table, json!({ "columns": ["User"], "timeColumn": "Port" })),
            "should be times",
        ),
        (
            first(
                &table.rename("User", "Days").unwrap(),
                json!({ "columns": ["Days"] }),
            ),
            "column `Days` would be twice in the result",
        ),
        (
            rare(&table, json!({})),
            "columns should name one or more columns",
        ),
        (
            rare(&table, json!({ "columns": ["User"], "recent": "x" })),
            "option `recent` should be a length of time",
        ),
        (
            rare(&table, json!({ "columns": ["User"], "recent": "2w" })),
            "all events are from 1970-01-01T02:24:00Z to 1970-01-10T21:36:00Z, within `recent` (14d), so there is nothing to compare with; choose a shorter time, or add earlier events",
        ),
        (
            rare(&table.slice(0, 1), json!({ "columns": ["User"] })),
            "so there is nothing to compare with; earlier events are needed",
        ),
        (
            rare(&table, json!({ "columns": ["User"], "until": "soon" })),
            "option `until` should be a time, such as",
        ),
    ] {
        let error = found.unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
