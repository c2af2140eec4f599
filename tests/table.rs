//! Tables: writing, choosing, joining and sorting rows.

#![allow(clippy::unwrap_used, clippy::type_complexity)] // a failing test may panic; tables of cases are clear as they are

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::*;
use huntbook::table::{
    CsvOptions, Filter, IpcFormat, JsonOptions, JsonShape, SortKey, Table, type_name,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn table(columns: Vec<(&str, ArrayRef)>) -> Table {
    Table::new(columns).expect("columns of equal length")
}

fn logins() -> Table {
    let user = StringArray::from(vec![
        Some("bob"),
        None,
        Some("Alice"),
        Some("eve, \"x\""),
        Some(""),
    ]);
    let count = Int64Array::from(vec![
        Some(3),
        Some(-1),
        None,
        Some(9_007_199_254_740_993),
        Some(3),
    ]);
    let score = Float64Array::from(vec![1.0, f64::NAN, -0.5, 1e300, 0.1]);
    let time = TimestampMicrosecondArray::from(vec![
        Some(0),
        Some(1_714_564_800_500_000),
        None,
        Some(-1),
        Some(1_000),
    ])
    .with_timezone("UTC");
    table(vec![
        ("User", Arc::new(user)),
        ("Count", Arc::new(count)),
        ("Score", Arc::new(score)),
        ("Time", Arc::new(time)),
    ])
}

fn json_of(table: &Table) -> Value {
    serde_json::from_slice(&table.to_json(&JsonOptions::default())).expect("valid JSON")
}

#[test]
fn csv_is_rfc_4180() {
    let csv = logins().to_csv(&CsvOptions::default()).unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "User,Count,Score,Time\r\n\
         bob,3,1.0,1970-01-01T00:00:00Z\r\n\
         ,-1,NaN,2024-05-01T12:00:00.500Z\r\n\
         Alice,,-0.5,\r\n\
         \"eve, \"\"x\"\"\",9007199254740993,1e+300,1969-12-31T23:59:59.999999Z\r\n\
         \"\",3,0.1,1970-01-01T00:00:00.001Z\r\n"
    );
}

#[test]
fn csv_options() {
    let text = StringArray::from(vec![Some("=1+1"), None, Some("a;b")]);
    let one = table(vec![("x", Arc::new(text))]);
    let rows: &[(&str, Value, Result<&str, &str>)] = &[
        (
            "an absent value alone in its row is quoted",
            json!({}),
            Ok("x\r\n=1+1\r\n\"\"\r\na;b\r\n"),
        ),
        (
            "no header",
            json!({"header": false}),
            Ok("=1+1\r\n\"\"\r\na;b\r\n"),
        ),
        (
            "formulas",
            json!({"escapeFormulas": true}),
            Ok("x\r\n'=1+1\r\n\"\"\r\na;b\r\n"),
        ),
        (
            "delimiter",
            json!({"delimiter": ";"}),
            Ok("x\r\n=1+1\r\n\"\"\r\n\"a;b\"\r\n"),
        ),
        (
            "a delimiter of numbers",
            json!({"delimiter": "1"}),
            Err("invalidArgument"),
        ),
    ];
    for (name, options, expected) in rows {
        let options = serde_json::from_value(options.clone()).unwrap();
        let csv = one
            .to_csv(&options)
            .map(|csv| String::from_utf8(csv).unwrap());
        let expected = expected.map(String::from).map_err(String::from);
        assert_eq!(csv.map_err(|e| e.code().to_string()), expected, "{name}");
    }
}

#[test]
fn every_type_is_written() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None])]);
    let dictionary: DictionaryArray<Int32Type> = vec!["a\"b"].into_iter().collect();
    let rows: Vec<(&str, ArrayRef, &str, Value)> = vec![
        ("null", Arc::new(NullArray::new(1)), "null", Value::Null),
        (
            "bool",
            Arc::new(BooleanArray::from(vec![true])),
            "bool",
            json!(true),
        ),
        (
            "uint64",
            Arc::new(UInt64Array::from(vec![u64::MAX])),
            "uint64",
            json!(u64::MAX),
        ),
        (
            "float32",
            Arc::new(Float32Array::from(vec![0.1])),
            "float32",
            json!(0.1),
        ),
        (
            "infinity",
            Arc::new(Float64Array::from(vec![f64::INFINITY])),
            "float64",
            Value::Null,
        ),
        (
            "large text",
            Arc::new(LargeStringArray::from(vec!["x\u{1}"])),
            "text",
            json!("x\u{1}"),
        ),
        (
            "text view",
            Arc::new(StringViewArray::from(vec!["a longer text than twelve"])),
            "text",
            json!("a longer text than twelve"),
        ),
        ("dictionary", Arc::new(dictionary), "text", json!("a\"b")),
        (
            "binary",
            Arc::new(BinaryArray::from(vec![b"\x00\xff".as_slice()])),
            "binary",
            json!("00ff"),
        ),
        (
            "date32",
            Arc::new(Date32Array::from(vec![19_844])),
            "date",
            json!("2024-05-01"),
        ),
        (
            "date64",
            Arc::new(Date64Array::from(vec![86_400_000])),
            "date",
            json!("1970-01-02"),
        ),
        (
            "no zone",
            Arc::new(TimestampSecondArray::from(vec![0])),
            "timestamp",
            json!("1970-01-01T00:00:00"),
        ),
        (
            "far time",
            Arc::new(TimestampSecondArray::from(vec![i64::MAX])),
            "timestamp",
            json!("+292277026596-12-04T15:30:07"),
        ),
        (
            "time",
            Arc::new(Time32MillisecondArray::from(vec![3_723_004])),
            "time",
            json!("01:02:03.004"),
        ),
        (
            "duration",
            Arc::new(DurationMillisecondArray::from(vec![-1500])),
            "duration",
            json!("-PT1.500S"),
        ),
        (
            "interval",
            Arc::new(IntervalYearMonthArray::from(vec![14])),
            "interval",
            json!("P14MT0S"),
        ),
        (
            "decimal",
            Arc::new(
                Decimal128Array::from(vec![-5])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            "decimal",
            json!(-0.05),
        ),
        ("list", Arc::new(list), "list<int32>", json!([1, null])),
    ];
    for (name, array, type_expected, value) in rows {
        assert_eq!(type_name(array.data_type()), type_expected, "{name}");
        let table = table(vec![("v", array)]);
        assert_eq!(json_of(&table)[0]["v"], value, "{name}");
        table.to_csv(&CsvOptions::default()).unwrap();
    }
}

#[test]
fn json_shapes() {
    let t = table(vec![("a", Arc::new(Int64Array::from(vec![1, 2])))]);
    let ndjson = JsonOptions {
        shape: JsonShape::Ndjson,
    };
    assert_eq!(t.to_json(&ndjson), b"{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(
        t.to_json(&JsonOptions::default()),
        b"[{\"a\":1},\n{\"a\":2}]\n"
    );
    assert_eq!(t.slice(0, 0).to_json(&JsonOptions::default()), b"[]\n");
}

#[test]
fn filters() {
    let cases: &[(&str, Value, Result<&[usize], &str>)] = &[
        ("eq", json!({"column": "User", "eq": "bob"}), Ok(&[0])),
        (
            "ne keeps absent",
            json!({"column": "User", "ne": "bob"}),
            Ok(&[1, 2, 3, 4]),
        ),
        (
            "ignoreCase",
            json!({"column": "User", "eq": "aLICE", "ignoreCase": true}),
            Ok(&[2]),
        ),
        (
            "contains",
            json!({"column": "User", "contains": "\"x"}),
            Ok(&[3]),
        ),
        (
            "startsWith",
            json!({"column": "User", "startsWith": "A"}),
            Ok(&[2]),
        ),
        (
            "endsWith, any case",
            json!({"column": "User", "endsWith": "OB", "ignoreCase": true}),
            Ok(&[0]),
        ),
        (
            "matches",
            json!({"column": "User", "matches": "^[a-z]+$"}),
            Ok(&[0]),
        ),
        ("null", json!({"column": "User", "isNull": true}), Ok(&[1])),
        ("eq null", json!({"column": "User", "eq": null}), Ok(&[1])),
        ("in", json!({"column": "Count", "in": [3, 4]}), Ok(&[0, 4])),
        (
            "an integer beyond 2^53",
            json!({"column": "Count", "gt": 9_007_199_254_740_992_i64}),
            Ok(&[3]),
        ),
        (
            "two conditions",
            json!({"column": "Count", "ge": 0, "lt": 4}),
            Ok(&[0, 4]),
        ),
        (
            "between",
            json!({"column": "Score", "between": [0.1, 1]}),
            Ok(&[0, 4]),
        ),
        (
            "a time",
            json!({"column": "Time", "ge": "2024-05-01T14:00:00.5+02:00"}),
            Ok(&[1]),
        ),
        (
            "a date",
            json!({"column": "Time", "lt": "1970-01-01"}),
            Ok(&[3]),
        ),
        (
            "or",
            json!({"or": [{"column": "Count", "eq": -1}, {"column": "User", "eq": ""}]}),
            Ok(&[1, 4]),
        ),
        (
            "not",
            json!({"not": {"column": "Count", "isNull": false}}),
            Ok(&[2]),
        ),
        ("nothing of or", json!({"or": []}), Ok(&[])),
        (
            "misspelt",
            json!({"column": "User", "equals": "bob"}),
            Err("invalidArgument"),
        ),
        (
            "no condition",
            json!({"column": "User"}),
            Err("invalidArgument"),
        ),
        (
            "no column",
            json!({"column": "Usr", "eq": "bob"}),
            Err("columnNotFound"),
        ),
        (
            "text for a number",
            json!({"column": "Count", "eq": "3"}),
            Err("columnType"),
        ),
        (
            "pattern on a number",
            json!({"column": "Count", "contains": "3"}),
            Err("columnType"),
        ),
        (
            "no time",
            json!({"column": "Time", "lt": "yesterday"}),
            Err("invalidArgument"),
        ),
        (
            "no such day",
            json!({"column": "Time", "lt": "2023-02-29"}),
            Err("invalidArgument"),
        ),
        (
            "bad pattern",
            json!({"column": "User", "matches": "("}),
            Err("invalidArgument"),
        ),
    ];
    let table = logins();
    for (name, filter, expected) in cases {
        let mask = Filter::from_json(filter).and_then(|filter| table.mask(&filter));
        let rows = mask.map(|mask| (0..mask.len()).filter(|&i| mask[i]).collect::<Vec<_>>());
        let expected = expected.map(<[usize]>::to_vec).map_err(String::from);
        assert_eq!(rows.map_err(|e| e.code().to_string()), expected, "{name}");
    }
}

#[test]
fn sorting() {
    let cases: &[(&str, &[SortKey], &[u32])] = &[
        (
            "text, absent last",
            &[SortKey::ascending("User")],
            &[4, 2, 0, 3, 1],
        ),
        (
            "descending, absent last",
            &[SortKey::descending("User")],
            &[3, 0, 2, 4, 1],
        ),
        ("stable", &[SortKey::ascending("Count")], &[1, 0, 4, 3, 2]),
        (
            "stable, descending",
            &[SortKey::descending("Count")],
            &[3, 0, 4, 1, 2],
        ),
        (
            "NaN is greatest",
            &[SortKey::ascending("Score")],
            &[2, 4, 0, 3, 1],
        ),
        (
            "two keys",
            &[SortKey::ascending("Count"), SortKey::ascending("Score")],
            &[1, 4, 0, 3, 2],
        ),
        ("no key", &[], &[0, 1, 2, 3, 4]),
    ];
    let table = logins();
    for (name, keys, rows) in cases {
        let (sorted, expected) = (
            table.sort(keys).unwrap(),
            table.take(rows.to_vec()).unwrap(),
        );
        let csv = |t: &Table| String::from_utf8(t.to_csv(&CsvOptions::default()).unwrap()).unwrap();
        assert_eq!(csv(&sorted), csv(&expected), "{name}");
    }
}

#[test]
fn concat_makes_the_union() {
    let ints: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let big: ArrayRef = Arc::new(Int64Array::from(vec![9_007_199_254_740_993]));
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let words: ArrayRef = Arc::new(
        vec!["y"]
            .into_iter()
            .collect::<DictionaryArray<Int32Type>>(),
    );
    let nulls: ArrayRef = Arc::new(NullArray::new(1));
    let micros: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(vec![1_000_000]).with_timezone("UTC"));
    let seconds: ArrayRef = Arc::new(TimestampSecondArray::from(vec![2]));
    let cases: Vec<(&str, &ArrayRef, &ArrayRef, &str, Value)> = vec![
        (
            "exact integers",
            &ints,
            &floats,
            "float64",
            json!([1.0, 0.5]),
        ),
        (
            "an integer that a float would round",
            &big,
            &floats,
            "text",
            json!(["9007199254740993", "0.5"]),
        ),
        ("number and text", &ints, &texts, "text", json!(["1", "x"])),
        (
            "dictionary and text",
            &words,
            &texts,
            "text",
            json!(["y", "x"]),
        ),
        ("absent", &nulls, &ints, "int64", json!([null, 1])),
        (
            "time units",
            &seconds,
            &micros,
            "timestamp",
            json!(["1970-01-01T00:00:02Z", "1970-01-01T00:00:01Z"]),
        ),
    ];
    for (name, above, below, type_expected, values) in cases {
        let joined = table(vec![("v", above.clone())])
            .concat(&table(vec![("v", below.clone())]))
            .unwrap();
        let rows = json_of(&joined);
        let found: Vec<_> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["v"].clone())
            .collect();
        assert_eq!(Value::Array(found), values, "{name}");
        assert_eq!(
            type_name(joined.column("v").unwrap().data_type()),
            type_expected,
            "{name}"
        );
    }
    let joined = table(vec![("a", ints)])
        .concat(&table(vec![("b", texts)]))
        .unwrap();
    assert_eq!(
        json_of(&joined),
        json!([{"a": 1, "b": null}, {"a": null, "b": "x"}])
    );
}

#[test]
fn choosing_and_access() {
    let t = logins();
    assert_eq!(
        t.select(&["Time", "User"]).unwrap().names(),
        ["Time", "User"]
    );
    assert_eq!(t.select(&["x"]).unwrap_err().code(), "columnNotFound");
    assert_eq!(t.slice(3, 99).num_rows(), 2);
    assert_eq!(t.slice(9, 1).num_rows(), 0);
    assert_eq!(
        t.filter_mask(&[true]).unwrap_err().code(),
        "invalidArgument"
    );
    assert_eq!(t.take(vec![5]).unwrap_err().code(), "invalidArgument");
    assert_eq!(t.rename("User", "Account").unwrap().names()[0], "Account");
    assert_eq!(t.text("User").unwrap().get(2), Some("Alice"));
    assert_eq!(t.text("Count").unwrap_err().code(), "columnType");
    assert_eq!(t.f64("Count").unwrap().value(0), 3.0);
    assert_eq!(t.i64("Score").unwrap_err().code(), "columnType");
    assert_eq!(t.time_us("Time").unwrap().value(3), -1);
}

prop_compose! {
    fn any_table()(rows in prop::collection::vec((any::<Option<i8>>(), any::<Option<f64>>(), prop::option::of("[a-c,\"\n]{0,12}")), 0..40)) -> Table {
        table(vec![
            ("n", Arc::new(rows.iter().map(|r| r.0.map(i64::from)).collect::<Int64Array>())),
            ("f", Arc::new(rows.iter().map(|r| r.1).collect::<Float64Array>())),
            ("t", Arc::new(rows.iter().map(|r| r.2.clone()).collect::<StringArray>())),
        ])
    }
}

proptest! {
    #[test]
    fn ipc_round_trip(t in any_table(), a in 0usize..50, b in 0usize..50) {
        let part = t.slice(a, b);
        prop_assert_eq!(Table::from_ipc(part.to_ipc(IpcFormat::Stream).unwrap()).unwrap(), part);
    }

    #[test]
    fn sort_is_a_stable_naive_sort(t in any_table(), descending: bool) {
        let key = SortKey { column: "t".into(), descending };
        let sorted = t.sort(&[key]).unwrap();
        let text = t.text("t").unwrap();
        let mut rows: Vec<u32> = (0..t.num_rows() as u32).collect();
        rows.sort_by(|&a, &b| match (text.get(a as usize), text.get(b as usize)) {
            (Some(a), Some(b)) if descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
        prop_assert_eq!(sorted, t.take(rows).unwrap());
    }

    #[test]
    fn filter_is_a_naive_filter(t in any_table(), bound: i8) {
        let filter = Filter::from_json(&json!({"column": "n", "lt": bound})).unwrap();
        let numbers = t.i64("n").unwrap();
        let naive: Vec<bool> = numbers.iter().map(|n| n.is_some_and(|n| n < bound.into())).collect();
        prop_assert_eq!(t.mask(&filter).unwrap(), naive);
    }

    #[test]
    fn arranging_is_filtering_then_sorting(t in any_table(), bound: i8, descending: bool) {
        let filter = Filter::from_json(&json!({"column": "n", "lt": bound})).unwrap();
        let keys = [SortKey { column: "t".into(), descending }, SortKey::ascending("f")];
        let rows = t.arrange(Some(&filter), &keys).unwrap();
        prop_assert_eq!(t.take(rows).unwrap(), t.filter(&filter).unwrap().sort(&keys).unwrap());
        prop_assert_eq!(t.arrange(Some(&filter), &[]).unwrap(), t.arrange(None, &[]).unwrap().into_iter()
            .zip(t.mask(&filter).unwrap()).filter(|(_, keep)| *keep).map(|(row, _)| row).collect::<Vec<_>>());
    }

    #[test]
    fn concat_is_associative(a in any_table(), b in any_table(), c in any_table()) {
        let b = b.rename("n", "m").unwrap();
        let left = a.concat(&b).unwrap().concat(&c).unwrap();
        prop_assert_eq!(left, a.concat(&b.concat(&c).unwrap()).unwrap().select(&["n", "f", "t", "m"]).unwrap());
    }
}
