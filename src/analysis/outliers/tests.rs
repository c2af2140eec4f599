//! Rows for rules, wrong options and properties.
#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn numbers(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn find(columns: Vec<(&str, ArrayRef)>, options: Value) -> Result<Table> {
    let options = serde_json::from_value(options).unwrap();
    detect_outliers(
        &Table::new(columns).unwrap(),
        &options,
        &mut Progress::none(),
    )
}

fn scores(columns: Vec<(&str, ArrayRef)>, options: Value) -> Vec<f64> {
    let found = find(columns, options).unwrap();
    found.f64("OutlierScore").unwrap().values().to_vec()
}

/// A cloud of 500 rows and one far away.
fn cloud() -> [Vec<f64>; 2] {
    let at = |i: usize, by: usize| ((i * by) % 101) as f64 / 101.0;
    let mut columns = [7, 31].map(|by| (0..500).map(|i| at(i + 1, by)).collect::<Vec<_>>());
    columns[0].push(0.5);
    columns[1].push(40.0);
    columns
}

#[test]
fn scores_follow_the_formula() {
    // c(3) = 2 (ln 2 + γ) − 4/3.
    let c3 = 2.0 * (2f64.ln() + 0.577_215_664_901_532_9) - 4.0 / 3.0;
    // Of 0, 1, 10 the first cut lies between 1 and 10 in 9 of 10 trees: then 10 is one
    // deep and the others two.
    let expected = |depth: f64| (-depth / c3).exp2();
    for (name, values, expected) in [
        ("one row, as in scikit-learn", vec![7.0], vec![0.5]),
        ("two rows: one cut", vec![1.0, 2.0], vec![0.5, 0.5]),
        (
            "three equal rows: no cut, so c(3) deep",
            vec![5.0; 3],
            vec![0.5; 3],
        ),
        (
            "three rows",
            vec![0.0, 1.0, 10.0],
            vec![expected(1.9), expected(2.0), expected(1.1)],
        ),
        (
            "of a gap that is everything",
            vec![-1.7e308, 1.7e308],
            vec![0.5, 0.5],
        ),
        (
            "of one that is next to nothing",
            vec![0.0, 5e-324],
            vec![0.5, 0.5],
        ),
    ] {
        let found = scores(vec![("x", numbers(&values))], json!({ "trees": 4000 }));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found - expected).abs() < 0.006,
                "{name}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn both_algorithms_find_the_row_far_away_and_say_why() {
    for algorithm in ["isolationForest", "robustRandomCutForest"] {
        let [x, y] = cloud();
        let columns = vec![("x", numbers(&x)), ("Bytes", numbers(&y))];
        let found = find(
            columns,
            json!({ "algorithm": algorithm, "contamination": 0.002 }),
        )
        .unwrap();
        assert_eq!(
            found.i64("OutlierRank").unwrap().value(500),
            1,
            "{algorithm}"
        );
        let why = found.text("OutlierWhy").unwrap();
        assert!(
            why.get(500)
                .unwrap()
                .starts_with("Bytes = 40 (median 0.495"),
            "{algorithm}: {:?}",
            why.get(500)
        );
        assert!(
            why.iter().filter(Option::is_some).count() <= 2,
            "{algorithm}"
        );
    }
}

#[test]
fn columns_of_any_kind_take_part() {
    let n = 200;
    let mut texts = vec![Some("GB"); n];
    texts[17] = Some("KP");
    let text: ArrayRef = Arc::new(StringArray::from(texts.clone()));
    texts[17] = None;
    let absent: ArrayRef = Arc::new(StringArray::from(texts));
    let bools: ArrayRef = Arc::new((0..n).map(|i| Some(i == 17)).collect::<BooleanArray>());
    let mut values: Vec<f64> = (0..n).map(|i| (i % 7) as f64).collect();
    values[17] = f64::INFINITY;
    let infinite = numbers(&values);
    values[17] = f64::NEG_INFINITY;
    let negative = numbers(&values);
    let integers: ArrayRef = Arc::new(
        (0..n as i64)
            .map(|i| Some(if i == 17 { i64::MIN } else { i }))
            .collect::<Int64Array>(),
    );
    let unique: ArrayRef = Arc::new((0..n).map(|i| Some(i.to_string())).collect::<StringArray>());
    for (column, why) in [
        (text, "x = KP (1 of 200 rows)"),
        (absent, "x = null (1 of 200 rows)"),
        (bools, "x = true (1 of 200 rows)"),
        (infinite, "x = Infinity (median 3)"),
        (negative, "x = -Infinity (median 3)"),
        (integers, "x = -9223372036854775808 (median 99)"),
    ] {
        let columns = vec![("Id", unique.clone()), ("x", column)];
        let found = find(columns, json!({ "contamination": 0.005 })).unwrap();
        assert_eq!(found.text("OutlierWhy").unwrap().get(17), Some(why));
        assert_eq!(found.i64("OutlierRank").unwrap().value(17), 1, "{why}");
    }
}

/// By default; not if they are named.
#[test]
fn row_numbers_are_left_out() {
    let integers = |of: &dyn Fn(i64) -> i64, rows: i64| -> ArrayRef {
        Arc::new((0..rows).map(|row| Some(of(row))).collect::<Int64Array>())
    };
    let values: Vec<f64> = (0..100).map(|row| f64::from(row * 37 % 100)).collect();
    let alone = scores(vec![("x", numbers(&values))], json!({}));
    let up = |row| row * 3 - 7;
    for (name, of, is_left_out) in [
        ("that rise", &up as &dyn Fn(i64) -> i64, true),
        ("that fall", &|row| -row, true),
        ("twice the same", &|row| row.max(1), false),
        ("in no order", &|row| row ^ 1, false),
    ] {
        let columns = || vec![("Id", integers(of, 100)), ("x", numbers(&values))];
        assert_eq!(scores(columns(), json!({})) == alone, is_left_out, "{name}");
        let named = scores(columns(), json!({ "columns": ["Id", "x"] }));
        assert!(named != alone, "{name}");
    }
    assert!(find(vec![("Id", integers(&up, 9))], json!({})).is_ok());
    let error = find(vec![("Id", integers(&up, 10))], json!({})).unwrap_err();
    assert!(error.to_string().contains("count rows"), "{error}");
}

#[test]
fn an_absent_number_is_the_median() {
    let values = [
        Some(1.0),
        Some(2.0),
        None,
        Some(9.0),
        Some(f64::NAN),
        Some(2.0),
    ];
    let array: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
    let found = scores(vec![("x", array)], json!({}));
    assert_eq!([found[2], found[4], found[5]], [found[1]; 3]);
    assert!(found[3] > found[1]);
    let nothing: ArrayRef = Arc::new(Float64Array::from(vec![None, Some(f64::NAN)]));
    assert_eq!(scores(vec![("x", nothing)], json!({})), [0.5, 0.5]);
}

#[test]
fn small_tables_and_wrong_options() {
    let empty = find(vec![("x", numbers(&[]))], json!({})).unwrap();
    assert_eq!((empty.num_rows(), empty.num_columns()), (0, 5));
    let stream = json!({ "algorithm": "robustRandomCutForest" });
    assert_eq!(
        find(vec![("x", numbers(&[]))], stream.clone())
            .unwrap()
            .num_rows(),
        0
    );
    assert_eq!(scores(vec![("x", numbers(&[3.0]))], stream.clone()), [0.0]);
    assert_eq!(scores(vec![("x", numbers(&[3.0; 4]))], stream), [0.0; 4]);
    let time: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1]));
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let columns = || {
        vec![
            ("x", numbers(&[1.0])),
            ("t", time.clone()),
            ("s", text.clone()),
        ]
    };
    for (options, message) in [
        (json!({ "columns": ["y"] }), "no column `y`"),
        (
            json!({ "columns": ["t"] }),
            "column `t` should be numbers, text or bool, but is timestamp",
        ),
        (json!({ "columns": [] }), "no column has numbers"),
        (json!({ "columns": ["x", "x"] }), "selected twice"),
        (json!({ "trees": 0 }), "trees should be 1 or more"),
        (json!({ "sampleSize": 1 }), "sampleSize 2 or more"),
        (
            json!({ "trees": 100_000 }),
            "100000 trees of 256 rows are too many",
        ),
        (
            json!({ "trees": u32::MAX, "sampleSize": u32::MAX }),
            "are too many",
        ),
        (
            json!({ "contamination": 0.6 }),
            "contamination should be from 0 to 0.5",
        ),
        (
            json!({ "contamination": -0.1 }),
            "contamination should be from 0 to 0.5",
        ),
        (json!({ "timeColumn": "s" }), "column `s` should be times"),
    ] {
        let error = find(columns(), options.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{options}: {error}");
    }
    let only_text = find(vec![("s", text.clone())], json!({}))
        .unwrap_err()
        .to_string();
    assert!(
        only_text
            .contains("no column has numbers that do not just count rows, or text that repeats"),
        "{only_text}"
    );
    assert!(find(vec![("s", text)], json!({ "columns": ["s"] })).is_ok());
}

#[test]
fn as_many_are_outliers_as_asked_for() {
    let [x, y] = cloud();
    for (part, expected) in [(0.0, 0), (0.01, 5), (0.05, 25), (0.5, 250)] {
        let columns = vec![("x", numbers(&x)), ("y", numbers(&y))];
        let found = find(
            columns,
            json!({ "contamination": part, "algorithm": "robustRandomCutForest" }),
        )
        .unwrap();
        let outliers = found.text("OutlierWhy").unwrap().iter().flatten().count();
        assert!(
            outliers <= expected && outliers + 3 >= expected,
            "{part}: {outliers}"
        );
    }
}

#[test]
fn a_stream_has_the_order_of_its_times() {
    let values = numbers(&[1.0, 2.0, 50.0, 1.5, 1.2, 1.7]);
    let turned = numbers(&[1.7, 1.2, 1.5, 50.0, 2.0, 1.0]);
    let times = |times: [Option<i64>; 6]| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(times.to_vec()))
    };
    let options =
        || json!({ "algorithm": "robustRandomCutForest", "columns": ["x"], "timeColumn": "t" });
    let up = times([Some(1), Some(2), Some(3), Some(4), Some(5), None]);
    let down = times([None, Some(5), Some(4), Some(3), Some(2), Some(1)]);
    let mut found = scores(vec![("x", turned), ("t", down)], options());
    found.reverse();
    assert_eq!(
        found,
        scores(vec![("x", values.clone()), ("t", up)], options())
    );
    // Rows 3 to 5 do not know what came before the last two.
    let short = scores(
        vec![("x", values)],
        json!({ "algorithm": "robustRandomCutForest", "sampleSize": 2 }),
    );
    assert!(short.iter().all(|&score| score <= 1.0), "{short:?}");
}

#[test]
fn a_window_fits_into_memory() {
    let options = |sample_size| OutlierOptions {
        trees: Some(1),
        sample_size: Some(sample_size),
        ..OutlierOptions::default()
    };
    for (sample_size, rows, columns, is_fit) in [
        (2_000_000, 2_000_000, 2, true),
        (2_000_000, 2_000_000, 3, false),
        (2_000_000, 1000, 1000, true),
        (256, 1_000_000, 10_000, true),
        (256, 1_000_000, 40_000, false),
    ] {
        let settings = Settings::of(&options(sample_size)).unwrap();
        let fits = settings.check_window(rows, columns);
        assert_eq!(fits.is_ok(), is_fit, "{sample_size} {rows} {columns}");
        if let Err(error) = fits {
            assert!(
                error.to_string().contains("it should be at most"),
                "{error}"
            );
        }
    }
}

#[test]
fn work_can_be_cancelled() {
    let table = Table::new(vec![("x", numbers(&[1.0, 2.0]))]).unwrap();
    for algorithm in [
        OutlierAlgorithm::IsolationForest,
        OutlierAlgorithm::RobustRandomCutForest,
    ] {
        let options = OutlierOptions {
            algorithm,
            ..OutlierOptions::default()
        };
        let mut callback = |_| false;
        let cancelled = detect_outliers(&table, &options, &mut Progress::new(&mut callback));
        assert_eq!(cancelled.unwrap_err().code(), "cancelled");
    }
}

#[test]
fn explaining_is_reported() {
    let values: Vec<f64> = (0..5000).map(|row| f64::from(row * 37 % 5000)).collect();
    let table = Table::new(vec![("x", numbers(&values))]).unwrap();
    let options = serde_json::from_value(json!({ "trees": 1, "contamination": 0.5 })).unwrap();
    let mut late = 0;
    let mut report = |fraction: f64| {
        late += usize::from(fraction >= 0.95);
        true
    };
    detect_outliers(&table, &options, &mut Progress::new(&mut report)).unwrap();
    assert!(late >= 2, "{late}");
}

#[test]
fn each_tree_is_reported() {
    let values: Vec<f64> = (0..501).map(f64::from).collect();
    let table = Table::new(vec![("x", numbers(&values))]).unwrap();
    let features = Features::of(&table, None);
    let options = OutlierOptions {
        trees: Some(700),
        ..OutlierOptions::default()
    };
    let settings = Settings::of(&options).unwrap();
    let mut reports = 0;
    let mut report = |_| {
        reports += 1;
        true
    };
    let found = isolation::find(
        features.as_ref().unwrap(),
        settings,
        &mut Progress::new(&mut report),
    );
    assert_eq!(found.unwrap().scores.len(), 501);
    // 700 trees, and 350,700 paths.
    assert_eq!(reports, 701);
}

proptest! {
    #[test]
    fn scores_do_not_depend_on_the_order_of_rows(
        rows in prop::collection::vec((0..6i8, -50..50i8), 1..40),
        by in 0..40usize,
        sample_size in 2..20,
    ) {
        let columns = |rows: &[(i8, i8)]| {
            let of = |get: fn(&(i8, i8)) -> i8| rows.iter().map(|row| f64::from(get(row))).collect::<Vec<_>>();
            vec![("a", numbers(&of(|row| row.0))), ("b", numbers(&of(|row| row.1)))]
        };
        let options = || json!({ "trees": 5, "sampleSize": sample_size });
        let by = by % rows.len();
        let mut turned = rows.clone();
        turned.rotate_left(by);
        let mut found = scores(columns(&turned), options());
        found.rotate_right(by);
        prop_assert_eq!(&found, &scores(columns(&rows), options()));
        // Nor on the unit of a column.
        let scaled: Vec<f64> = rows.iter().map(|row| f64::from(row.1) * 1024.0).collect();
        let mut other = columns(&rows);
        other[1].1 = numbers(&scaled);
        prop_assert_eq!(&found, &scores(other, options()));
        prop_assert!(found.iter().all(|score| (0.0..1.0).contains(score)));
    }

    /// What columns have to do with it sums up to what the path is shorter than c(n).
    #[test]
    fn shares_sum_up(rows in prop::collection::vec((0..6i8, -50..50i8), 2..40)) {
        let of = |get: fn(&(i8, i8)) -> i8| numbers(&rows.iter().map(|row| f64::from(get(row))).collect::<Vec<_>>());
        let table = Table::new(vec![("a", of(|row| row.0)), ("b", of(|row| row.1))]).unwrap();
        let features = Features::of(&table, None).unwrap();
        let settings = Settings::of(&OutlierOptions { trees: Some(3), ..OutlierOptions::default() }).unwrap();
        let found = isolation::find(&features, settings, &mut Progress::none()).unwrap();
        let n = rows.len() as f64;
        let c = if rows.len() == 2 { 1.0 } else { 2.0 * ((n - 1.0).ln() + 0.577_215_664_901_532_9) - 2.0 * (n - 1.0) / n };
        for (row, score) in found.scores.iter().enumerate() {
            let shares: f32 = (found.shares)(row).iter().sum();
            let path = -score.log2() * c;
            prop_assert!((f64::from(shares) / 3.0 - (c - path)).abs() < 1e-5, "{} {} {}", shares, c, path);
        }
    }
}
