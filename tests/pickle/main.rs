//! Pickles of several versions of pandas, and the real ones of `../shared/data`.

mod assemble;
mod damaged;
mod hostile;

use std::fs;

use huntbook::Table;
use huntbook::table::read::{ReadOptions, read};
use huntbook::table::time::parse_time;
use huntbook::table::{JsonOptions, JsonShape, Progress, type_name};
use serde_json::Value;

/// Made by `tests/fixtures/pickles.py`: `frame-pandasVERSION-pPROTOCOL.pkl`.
const FIXTURES: &str = "tests/fixtures/pickles";

fn read_file(bytes: Vec<u8>, name: &str) -> huntbook::Result<Table> {
    let options = ReadOptions {
        name: Some(name.into()),
        ..ReadOptions::default()
    };
    read(bytes, &options, &mut Progress::none())
}

fn rows(table: &Table) -> Vec<Value> {
    let json = table.to_json(&JsonOptions {
        shape: JsonShape::Array,
    });
    serde_json::from_slice(&json).expect("valid JSON")
}

/// A line for each column with its name, type and values, then the notes.
fn show(table: &Table) -> Vec<String> {
    let rows = rows(table);
    let names = table.names().into_iter();
    let mut lines: Vec<String> = names
        .map(|name| {
            let data_type = type_name(table.column(name).expect("there").data_type());
            let values: Vec<String> = rows.iter().map(|row| row[name].to_string()).collect();
            format!("{name}: {data_type} {}", values.join(" "))
        })
        .collect();
    // Blocks come in different orders, and so do the notes.
    let mut notes = table.report().expect("every reader reports").notes;
    notes.sort_unstable();
    lines.extend(notes.into_iter().map(|note| format!("- {note}")));
    lines
}

/// Frame, number of files, and what each of them must give.
const FRAMES: &[(&str, usize, &[&str])] = &[
    (
        "plain",
        23,
        &[
            "bool: bool true false true",
            "int8: int64 -1 0 127",
            "int64: int64 -9223372036854775808 0 9223372036854775807",
            "big_endian: int64 1 -2 300000",
            "uint8: int64 0 1 255",
            "uint64: int64 0 1 5",
            "uint64_wide: uint64 0 1 18446744073709551615",
            "float16: float64 0.5 null -2.0",
            // The infinity is there; JSON has none.
            "float32: float64 0.10000000149011612 null -0.0",
            "float64: float64 0.1 null 1e+300",
            r#"time: timestamp "2019-02-18T00:23:47.129Z" null "2019-02-18T00:23:47.129Z""#,
            r#"zoned: timestamp "2019-02-18T00:23:47.129Z" null "2019-02-18T00:23:47.129Z""#,
            r#"delta: duration "PT93784.500S" null "-PT1S""#,
            r#"category: text "b" null "a""#,
            "category_int: int64 300 7 300",
            "- column `time`: times finer than a microsecond were cut",
            "- column `zoned`: times finer than a microsecond were cut",
        ],
    ),
    (
        "objects",
        23,
        &[
            // Text stays text.
            r#"text: text "a" "2019-02-18" "7""#,
            r#"text_none: text "é😀" null null"#,
            "ints: int64 1 null -1099511627776",
            r#"ints_wide: text "9999999999999999999999999999999999999999" null "1""#,
            "floats: float64 1.5 2.0 null",
            "bools: bool true null false",
            r#"bytes: binary "00ff" null "6162""#,
            r#"times: timestamp "2019-02-18T00:00:00Z" null "2019-02-18T00:00:00Z""#,
            r#"dates: timestamp "2019-02-18T00:00:00Z" null "1969-12-31T00:00:00Z""#,
            r#"clock: text "01:02:03" "23:59:59.500" null"#,
            r#"deltas: duration "-PT86395S" "PT1S" null"#,
            r#"uuid: text "00000000-0000-0000-0000-000000000001" "12345678-1234-5678-1234-567812345678" null"#,
            r#"decimal: text "1.10" "-7" null"#,
            r#"address: text "10.0.0.1" "::1" "10.0.0.0/8""#,
            "scalars: int64 5 -6 null",
            "missing: text null null null",
            r#"list: text "[\"x\",\"y\"]" "[]" "[\"x\",\"y\"]""#,
            r#"dict: text "{\"a\":1,\"b\":[true,null,{\"c\":\"\\\"q\\\"\"}]}" "{}" "{\"k\":\"2019-02-18\"}""#,
            r#"tuple: text "[1,2.5]" "[\"01\"]" "[1,[2,[3]]]""#,
            r#"array: text "[1,2]" "[[1.5,null]]" "[\"a\",\"bc\"]""#,
            r#"mixed: text "1" "two" "{\"three\":[3]}""#,
        ],
    ),
    (
        "bits",
        6,
        &[
            // Half a surrogate pair cannot be written in UTF-8.
            r#"odd: text "(2+1j)" null "(0, 1]" "���x" "0.5" "s""#,
            r#"fixed: binary "00" "01" "02" "03" "04" "05""#,
        ],
    ),
    (
        "modern",
        2,
        &[
            r#"second: timestamp "2019-02-18T00:23:47Z" null "2019-02-18T00:23:47Z""#,
            r#"milli: timestamp "2019-02-18T00:23:47.129Z" null "2019-02-18T00:23:47.129Z""#,
            r#"micro: timestamp "2019-02-18T00:23:47.129Z" null "2019-02-18T00:23:47.129Z""#,
            r#"delta: duration "PT1S" null "PT3S""#,
            r#"scalar: timestamp "2019-02-18T00:00:00Z" "2019-02-18T00:00:00Z" null"#,
        ],
    ),
    (
        "arrow",
        2,
        &[
            "index: int64 0 1 2",
            r#"string: text "a" null "ccc""#,
            "int: int32 1 null 3",
            "bool: bool true null false",
            r#"time: timestamp "2019-02-18T00:23:47.129Z" null "2019-02-18T00:23:47.129Z""#,
            r#"list: list<text> ["x"] null ["y","z"]"#,
            "- column `index` is the frame's index",
        ],
    ),
    (
        "by_column",
        6,
        &[
            r#"c: text "p" "q" "r""#,
            "a: float64 0.0 2.0 4.0",
            "d: int64 1 2 3",
            "b: float64 1.0 3.0 5.0",
        ],
    ),
    (
        "named_index",
        8,
        &[r#"key: text "x" "y""#, "v: float64 1.5 2.5"],
    ),
    (
        "number_index",
        6,
        &[
            "index: int64 7 9",
            "index_2: int64 1 2",
            r#"0: text "a" "b""#,
            "- column `index` is the frame's index",
            "- names of columns that came again got a number",
        ],
    ),
    (
        "time_index",
        6,
        &[
            r#"index: timestamp "2019-02-18T05:00:00Z" "2019-02-19T05:00:00Z" "2019-02-20T05:00:00Z""#,
            "v: int64 1 2 3",
            "- column `index` is the frame's index",
        ],
    ),
    (
        "multi_index",
        6,
        &[
            r#"letter: text "a" "b" "a""#,
            "level_1: int64 1 null 3",
            "x.min: int64 1 3 5",
            "x.max: float64 2.5 4.5 6.5",
            r#"y: text "p" "q" "r""#,
            "- the levels of the column names were joined with dots",
        ],
    ),
    (
        "category_index",
        6,
        &[r#"level: text "lo" "hi""#, "v: int64 1 2"],
    ),
    (
        "interval_index",
        6,
        &[
            r#"index: text "(0, 1]" "(1, 2]""#,
            "v: int64 1 2",
            r#"bin: text "(0, 1]" "(1, 2]""#,
            "- column `index` is the frame's index",
        ],
    ),
    (
        "interval_column",
        6,
        &[r#"bin: text "[0.5, 1.5)" null "[2.0, 3.0)""#],
    ),
    (
        "delta_index",
        6,
        &[
            r#"index: duration "PT3600S" "PT7200S""#,
            "v: int64 1 2",
            "- column `index` is the frame's index",
        ],
    ),
    (
        "slice_of_rows",
        6,
        &[
            "v: int64 1 3 5",
            r#"w: text "b" "d" "f""#,
            "u: int64 1 3 5",
            "- row numbers of the frame, from 1 in steps of 2, were left out",
        ],
    ),
    (
        "twice",
        6,
        &[
            "a: int64 1",
            "a_2: int64 2",
            "b: int64 3",
            "- names of columns that came again got a number",
        ],
    ),
    ("no_rows", 6, &["n: int64 ", "o: text ", "t: timestamp "]),
    ("nothing", 6, &[]),
];

/// Files whose names begin with `frame-`.
fn fixtures(frame: &str) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(FIXTURES).expect("the fixtures are committed");
    let mut found = Vec::new();
    for file in files {
        let path = file.expect("readable").path();
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        if name.starts_with(&format!("{frame}-")) {
            found.push((name, fs::read(&path).expect("readable")));
        }
    }
    found
}

#[test]
fn every_version_and_protocol_gives_the_same_table() {
    for &(frame, count, expected) in FRAMES {
        let files = fixtures(frame);
        assert_eq!(files.len(), count, "{frame}");
        for (name, bytes) in files {
            let table = read_file(bytes, &name).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(show(&table), expected, "{name}");
            assert_eq!(table.report().expect("a report").format, "pickle");
        }
    }
}

#[test]
fn extension_arrays_as_far_as_the_version_has_them() {
    let all = [
        "Int64: int64 1 null 3",
        "UInt8: int64 1 null 255",
        "boolean: bool true null false",
        r#"string: text "a" null "c""#,
        "Float64: float64 1.5 null 3.0",
    ];
    for (name, bytes) in fixtures("extension") {
        let expected = match &name {
            name if name.contains("pandas0.25") => &all[..2],
            name if name.contains("pandas1.1") => &all[..4],
            _ => &all[..],
        };
        let table = read_file(bytes, &name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(show(&table), expected, "{name}");
    }
}

#[test]
fn what_is_no_frame_is_refused() {
    for (thing, problem) in [
        (
            "no_series",
            "holds a `Series`, not a DataFrame; write series.to_frame().to_pickle(path) instead",
        ),
        (
            "no_dict",
            "holds a `dict`, not a DataFrame; put it into a DataFrame",
        ),
        (
            "no_index",
            "holds a `Index`, not a DataFrame; write index.to_frame().to_pickle(path) instead",
        ),
    ] {
        for (name, bytes) in fixtures(thing) {
            let error = read_file(bytes, &name).expect_err(&name);
            assert_eq!(error.code(), "unsupported", "{name}");
            assert!(error.to_string().contains(problem), "{error}");
        }
    }
}

/// Pickle of msticpy's, and the same frame in another format; the first column
/// there, `__index__`, is the index.
const TWINS: &[(&str, &[&str])] = &[
    ("az_net_comms_df", &["localdata_az_net_comms_df.csv"]),
    ("failed_logons", &["localdata_failed_logons.csv"]),
    ("host_logons", &["localdata_host_logons.csv"]),
    ("process_tree", &["localdata_process_tree.csv"]),
    ("processes_on_host", &["localdata_processes_on_host.csv"]),
    (
        "linux_proc_test",
        &["linux_proc_test.csv", "linux_proc_test.arrow"],
    ),
    (
        "win_proc_test",
        &["win_proc_test.csv", "win_proc_test.arrow"],
    ),
];

#[test]
fn real_pickles_agree_with_their_twins() {
    let read_shared = |name: &str| {
        let bytes = fs::read(format!("../shared/data/msticpy/{name}")).ok()?;
        Some(read_file(bytes, name).unwrap_or_else(|error| panic!("{error}")))
    };
    for (name, twins) in TWINS {
        let Some(pickle) = read_shared(&format!("{name}.pkl")) else {
            println!("skipped: ../shared is absent");
            return;
        };
        for twin in *twins {
            let other = read_shared(twin).expect("it lies beside the pickle");
            let mut names = other.names();
            // Row numbers are left out; another index is a column.
            let index = names.remove(0);
            if pickle.names().first() == Some(&"index") {
                names.insert(0, "index");
            }
            assert_eq!(pickle.names(), names, "{twin}");
            let (left, right) = (rows(&pickle), rows(&other));
            assert_eq!(left.len(), right.len(), "{twin}");
            for (row, (left, right)) in left.iter().zip(&right).enumerate() {
                for column in &names {
                    let twin_column = if *column == "index" { index } else { column };
                    let (left, right) = (&left[column], &right[twin_column]);
                    assert!(
                        agree(left, right),
                        "{twin}, row {row}, {column}: {left} {right}"
                    );
                }
            }
        }
    }
}

/// Whether a value of a pickle is that of its twin, where CSV knows no types:
/// empty text is absent, text of digits a number, text that is a time a time.
fn agree(pickle: &Value, twin: &Value) -> bool {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), String::from)
    };
    if pickle == twin || (pickle == "" && twin.is_null()) || text(pickle) == text(twin) {
        return true;
    }
    let (Some(left), Some(right)) = (pickle.as_str(), twin.as_str()) else {
        return pickle.as_f64().is_some() && pickle.as_f64() == twin.as_f64();
    };
    let nested = |text: &str| serde_json::from_str::<Value>(text).ok();
    let time = |text: &str| parse_time(text.as_bytes()).map(|time| time.micros);
    nested(left).is_some_and(|left| Some(left) == nested(right))
        || time(left).is_some_and(|left| Some(left) == time(right))
}
