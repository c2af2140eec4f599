//! Properties of reading, whatever the bytes.

use huntbook::Table;
use huntbook::table::read::{OnBadRow, ReadOptions, read};
use huntbook::table::{CsvOptions, JsonOptions, JsonShape, Progress};
use proptest::prelude::*;

fn options(name: &str, on_bad_row: OnBadRow) -> ReadOptions {
    ReadOptions {
        name: Some(name.into()),
        on_bad_row,
        ..ReadOptions::default()
    }
}

fn table(bytes: Vec<u8>, name: &str) -> Table {
    read(
        bytes,
        &options(name, OnBadRow::Error),
        &mut Progress::none(),
    )
    .expect("it is right")
}

/// Bytes that look like something: magic numbers, quotes, brackets, line ends.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..20),
        3 => prop::sample::select(vec![
            "a,b\n", "1,2\n", "\"", "\"\"", "{\"a\":", "}", "[", "]", "null", "\r\n", "\t", "2019-01-01T00:00:00Z",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::sample::select(vec![
            &b"\x1f\x8b\x08"[..], b"PK\x03\x04", b"ARROW1", b"\xff\xff\xff\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x80\x04", b"PAR1",
        ]).prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_panic(bytes in bytes(), name in prop::sample::select(vec!["x.csv", "x.tsv", "x.json", "x.ndjson", "x.log", "x"]), skip: bool) {
        let on_bad_row = if skip { OnBadRow::Skip } else { OnBadRow::Error };
        if let Err(error) = read(bytes, &options(name, on_bad_row), &mut Progress::none()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

proptest! {
    #[test]
    fn csv_and_ndjson_round_trip(rows in prop::collection::vec((any::<Option<i32>>(), "[ -~]{0,12}\n?[\"é,]?"), 1..20)) {
        let mut text = String::from("n,text\n");
        for (number, value) in &rows {
            let number = number.map(|number| number.to_string()).unwrap_or_default();
            text += &format!("{number},\"x{}\"\n", value.replace('"', "\"\""));
        }
        let first = table(text.into_bytes(), "t.csv");
        let csv = table(first.to_csv(&CsvOptions::default()).expect("writes"), "t.csv");
        prop_assert_eq!(csv.batch().columns(), first.batch().columns());
        let shape = JsonOptions { shape: JsonShape::Ndjson };
        let ndjson = table(first.to_json(&shape), "t.ndjson");
        prop_assert_eq!(ndjson.batch().columns(), first.batch().columns());
    }
}

#[test]
fn a_cancelled_read_stops() {
    let text = "a,b\n".to_string() + &"1,2\n".repeat(2_000_000);
    let mut calls = 0;
    let mut callback = |_| {
        calls += 1;
        calls < 2
    };
    let error = read(
        text.into_bytes(),
        &options("t.csv", OnBadRow::Error),
        &mut Progress::new(&mut callback),
    );
    assert_eq!(error.expect_err("cancelled").code(), "cancelled");
    assert_eq!(calls, 2);
}
