//! Series whose truth is known, and what nobody should give.
#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::table::Progress;
use crate::{Result, Table};

mod judged;

const HOUR: i64 = 3_600_000_000;

fn decompose(values: &[f64], options: Value) -> Result<Decomposition> {
    let options = serde_json::from_value(options).unwrap();
    decompose_series(values, &options, &mut Progress::none())
}

fn anomalies(table: &Table, options: Value) -> Result<Table> {
    let options = serde_json::from_value(options).unwrap();
    time_series_anomalies(table, &options, &mut Progress::none())
}

/// Rows of host, hour and value.
fn table(rows: &[(i64, f64, Option<f64>)]) -> Table {
    let hosts: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0)));
    let times = rows.iter().map(|row| (row.1 * HOUR as f64) as i64);
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    let values: ArrayRef = Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>());
    Table::new(vec![
        ("Host", hosts),
        ("TimeGenerated", times),
        ("v", values),
    ])
    .unwrap()
}

/// A season of 4 hours with something else in some.
fn steady(hours: i64, odd: &[(i64, f64)]) -> Vec<(i64, f64, Option<f64>)> {
    let value = |hour: i64| {
        let usual = [5.0, 8.0, 6.0, 4.0][(hour % 4) as usize] + (hour * hour % 7) as f64 / 10.0;
        odd.iter()
            .find(|(at, _)| *at == hour)
            .map_or(usual, |(_, value)| *value)
    };
    (0..hours)
        .map(|hour| (1, hour as f64, Some(value(hour))))
        .collect()
}

fn flags(result: &Table) -> Vec<(i64, i32)> {
    let (times, flags) = (
        result.time_us("TimeGenerated").unwrap(),
        result.f64("anomalies").unwrap(),
    );
    let rows = (0..result.num_rows()).filter(|&row| flags.is_valid(row) && flags.value(row) != 0.0);
    rows.map(|row| (times.value(row) / HOUR, flags.value(row) as i32))
        .collect()
}

#[test]
fn options_that_do_not_fit_say_why() {
    let values = [1.0, 2.0, 1.0, 2.0, 1.0, 3.0, 1.0, 2.0];
    for (options, message) in [
        (json!({}), "`period` is missing"),
        (
            json!({ "period": 1 }),
            "`period` should be a whole number of values, 2 or more",
        ),
        (json!({ "period": [] }), "`period` should be"),
        (
            json!({ "period": 5 }),
            "a period of 5 needs 10 values or more, but there are 8",
        ),
        (json!({ "period": [2, 4] }), "a period of 4 needs 9 values"),
        (json!({ "period": [2, 2] }), "`period` has 2 twice"),
        (
            json!({ "period": [2, 3], "seasonal": 7 }),
            "a window for each of the 2 periods",
        ),
        (
            json!({ "period": 2, "seasonal": 1 }),
            "`seasonal` should be an odd number of 3 or more, but is 1",
        ),
        (
            json!({ "period": 3, "trend": 3 }),
            "`trend` should be an odd number of 5 or more",
        ),
        (
            json!({ "period": 2, "lowPass": 4 }),
            "`lowPass` should be an odd number of 3",
        ),
        (
            json!({ "period": 2, "trendDegree": 2 }),
            "`trendDegree` should be 0 or 1",
        ),
        (
            json!({ "period": 2, "lowPassJump": 0 }),
            "`lowPassJump` should be 1 or more",
        ),
        (
            json!({ "period": 2, "innerIterations": 0 }),
            "`innerIterations` should be 1 to 1000",
        ),
        (json!({ "period": 4_294_967_295_u32 }), "`period` should be"),
        (
            json!({ "period": 2, "trend": 4_294_967_295_u32 }),
            "`trend` should be",
        ),
    ] {
        let error = decompose(&values, options.clone()).unwrap_err();
        assert!(error.to_string().contains(message), "{options}: {error}");
    }
    for values in [&[][..], &[1.0], &[1.0, 2.0, 3.0]] {
        assert!(decompose(values, json!({ "period": 2 })).is_err());
    }
    for (bad, word) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let mut values = values;
        values[3] = bad;
        let error = decompose(&values, json!({ "period": 2 }))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("value 3 (counted from 0) is {word}")),
            "{error}"
        );
    }
    let huge = [f64::MAX, -f64::MAX, f64::MAX, f64::MAX, 1.0, f64::MAX];
    let error = decompose(&huge, json!({ "period": 2 })).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
fn windows_of_any_length_have_an_answer() {
    let values: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17)).collect();
    for period in [2, 3, 7, 20] {
        for wide in [0, 1, 7, 20, 60] {
            for jump in [1, 2, 100] {
                let window = period / 2 * 2 + 3 + 2 * wide;
                let options = json!({
                    "period": period, "seasonal": 3 + 2 * wide, "trend": window, "lowPass": window, "robust": wide == 7,
                    "trendJump": jump, "lowPassJump": jump, "seasonalJump": jump,
                });
                let parts = decompose(&values, options).unwrap();
                for (i, value) in values.iter().enumerate() {
                    let sum = parts.trend[i] + parts.seasonal[0][i] + parts.residual[i];
                    assert!((sum - value).abs() < 1e-9);
                }
            }
        }
    }
}

#[test]
fn what_is_unusual_is_found_in_both_directions() {
    let rows = steady(200, &[(70, 60.0), (130, -50.0)]);
    for options in [
        json!({ "threshold": 10 }),
        json!({ "compat": "msticpy", "threshold": 5 }),
    ] {
        let mut options = options;
        options["valueColumn"] = json!("v");
        options["period"] = json!(4);
        // Long windows, so that what is odd bends neither trend nor season.
        options["seasonal"] = json!(35);
        options["trend"] = json!(41);
        assert_eq!(
            flags(&anomalies(&table(&rows), options).unwrap()),
            [(70, 1), (130, -1)]
        );
    }
    let still: Vec<_> = (0..100)
        .map(|hour| (1, f64::from(hour), Some(1e9 / 3.0)))
        .collect();
    let result = anomalies(&table(&still), json!({ "valueColumn": "v", "period": 4 })).unwrap();
    assert_eq!(flags(&result), [], "rounding is no anomaly");
    let mut one = still;
    one[50].2 = Some(4e8);
    let options =
        json!({ "valueColumn": "v", "period": 4, "seasonal": 35, "trend": 41, "threshold": 5 });
    assert_eq!(
        flags(&anomalies(&table(&one), options).unwrap()),
        [(50, 1)],
        "all others are alike"
    );
}

#[test]
fn gaps_are_filled_by_rule() {
    let mut rows = steady(200, &[]);
    rows.retain(|row| !(50.0..53.0).contains(&row.1));
    rows[80].2 = None;
    rows[90].2 = Some(f64::NAN);
    let result = |fill: Value| {
        let options = json!({ "valueColumn": "v", "period": 4, "aggregate": "mean", "fill": fill });
        anomalies(&table(&rows), options)
    };
    let zero = result(json!("zero")).unwrap();
    assert_eq!(zero.num_rows(), 200);
    let filled: Vec<usize> = {
        let column = zero.column("Filled").unwrap();
        let column = arrow_array::cast::AsArray::as_boolean(column).clone();
        (0..200).filter(|&row| column.value(row)).collect()
    };
    assert_eq!(filled, [50, 51, 52, 83, 93]);
    assert!(
        flags(&zero).contains(&(51, -1)),
        "no value at all is unusual"
    );
    let linear = result(json!("linear")).unwrap();
    let value = |row| linear.f64("v").unwrap().value(row);
    assert!((value(51) - f64::midpoint(value(49), value(53))).abs() < 1e-12);
    assert!(
        flags(&linear)
            .iter()
            .all(|(hour, _)| !filled.contains(&(*hour as usize)))
    );
    let error = result(json!("none")).unwrap_err().to_string();
    assert!(
        error.starts_with("5 of 200 bins of 1h have no value, the first at 1970-01-03T02:00:00Z"),
        "{error}"
    );
}

#[test]
fn rows_at_any_times_are_put_into_bins() {
    let rows = [
        (1, 0.0, Some(1.0)),
        (1, 0.4, Some(5.0)),
        (1, 1.9, Some(2.0)),
        (1, 3.0, None),
        (1, 4.99, Some(7.0)),
    ];
    for (options, expected) in [
        (json!({ "bin": "1h" }), [2.0, 1.0, 0.0, 1.0, 1.0]),
        (
            json!({ "bin": "60min", "valueColumn": "v" }),
            [6.0, 2.0, 0.0, 0.0, 7.0],
        ),
        (
            json!({ "bin": "1h", "valueColumn": "v", "aggregate": "count" }),
            [2.0, 1.0, 0.0, 0.0, 1.0],
        ),
        (
            json!({ "bin": "1h", "valueColumn": "v", "aggregate": "mean" }),
            [3.0, 2.0, 11.0 / 3.0, 16.0 / 3.0, 7.0],
        ),
        (
            json!({ "bin": "1h", "valueColumn": "v", "aggregate": "min" }),
            [1.0, 2.0, 11.0 / 3.0, 16.0 / 3.0, 7.0],
        ),
        (
            json!({ "bin": "1h", "valueColumn": "v", "aggregate": "max", "fill": "zero" }),
            [5.0, 2.0, 0.0, 0.0, 7.0],
        ),
    ] {
        let mut options = options;
        options["period"] = json!(2);
        let name = if options.get("valueColumn").is_some() {
            "v"
        } else {
            "Count"
        };
        let values = anomalies(&table(&rows), options.clone())
            .unwrap()
            .f64(name)
            .unwrap();
        for (ours, expected) in values.iter().zip(expected) {
            assert!(
                (ours.unwrap() - expected).abs() < 1e-12,
                "{options}: {values:?}"
            );
        }
    }
    // Days at six o'clock stay at six o'clock.
    let days: Vec<_> = (0..10)
        .map(|day| (1, f64::from(day) * 24.0 + 6.0, Some(1.0)))
        .collect();
    let result = anomalies(&table(&days), json!({ "valueColumn": "v", "period": "2d" })).unwrap();
    assert_eq!(result.time_us("TimeGenerated").unwrap().value(1), 30 * HOUR);
}

#[test]
fn a_group_without_results_says_why() {
    let mut rows = steady(40, &[(20, 90.0)]);
    rows.extend([(2, 3.0, Some(1.0)), (2, 4.0, Some(2.0)), (3, 5.0, None)]);
    rows.extend([(4, 0.0, Some(1.0)), (4, 1e9, Some(1.0))]);
    let options = json!({ "valueColumn": "v", "period": 4, "groupBy": ["Host"], "robust": true, "aggregate": "mean" });
    let result = anomalies(&table(&rows), options.clone()).unwrap();
    assert_eq!(flags(&result), [(20, 1)]);
    let problems = result.text("Problem").unwrap();
    let problems: Vec<&str> = problems.iter().flatten().collect();
    assert_eq!(problems.len(), 3);
    assert!(
        problems[0].contains("needs 8 values or more, but there are 2"),
        "{problems:?}"
    );
    assert!(problems[1].contains("but there are 1"), "{problems:?}");
    assert!(problems[2].contains("are too many"), "{problems:?}");
    assert!(result.f64("score").unwrap().is_null(40));
    // Sums have the bins of the whole table.
    let mut sums = options.clone();
    sums["aggregate"] = json!("sum");
    let error = anomalies(&table(&rows), sums).unwrap_err().to_string();
    assert!(
        error.contains("1000000001 bins of 1h for each of 4 groups are too many rows"),
        "{error}"
    );
    // Wrong options are no matter of a group.
    let mut wrong = options;
    wrong["seasonal"] = json!(4);
    assert!(anomalies(&table(&rows), wrong).is_err());
}

#[test]
fn anomaly_options_that_do_not_fit_say_why() {
    let rows = steady(40, &[]);
    for (options, message) in [
        (json!({ "valueColumn": "w" }), "no column `w`"),
        (
            json!({ "valueColumn": "TimeGenerated" }),
            "`TimeGenerated` should be numbers",
        ),
        (json!({ "timeColumn": "v" }), "`v` should be times"),
        (
            json!({ "valueColumn": "v", "groupBy": ["v"] }),
            "`v` would be twice",
        ),
        (
            json!({ "aggregate": "mean" }),
            "name their column with valueColumn",
        ),
        (
            json!({ "valueColumn": "v", "threshold": 0 }),
            "`threshold` should be",
        ),
        (
            json!({ "valueColumn": "v", "bin": "soon" }),
            "`bin` should be a length of time",
        ),
        (
            json!({ "valueColumn": "v", "period": "90min" }),
            "a whole number of them, but 90min is not that in bins of 1h",
        ),
        (
            json!({ "valueColumn": "v", "period": 24 }),
            "needs 48 values or more, but there are 40",
        ),
    ] {
        let error = anomalies(&table(&rows), options.clone()).unwrap_err();
        assert!(error.to_string().contains(message), "{options}: {error}");
    }
    let uneven: Vec<_> = (0..40).map(|i| (1, f64::from(i * i), Some(1.0))).collect();
    let error = anomalies(&table(&uneven), json!({ "valueColumn": "v", "period": 2 })).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the times are not evenly spaced"),
        "{error}"
    );
    for options in [
        json!({}),
        json!({ "valueColumn": "v" }),
        json!({ "valueColumn": "v", "groupBy": ["Host"] }),
    ] {
        assert_eq!(anomalies(&table(&[]), options).unwrap().num_rows(), 0);
    }
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values([
        i64::MIN,
        i64::MAX,
        0,
    ]));
    let extremes = Table::new(vec![("TimeGenerated", times)]).unwrap();
    let error = anomalies(&extremes, json!({})).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("5124095577 bins of 1h are too many rows"),
        "{error}"
    );
}

#[test]
fn periods_join_what_is_close() {
    let at = |hours: &[f64]| {
        let rows: Vec<_> = hours
            .iter()
            .map(|&hour| (1, hour, Some(if hour > 99.0 { -1.0 } else { 1.0 })))
            .collect();
        table(&rows)
    };
    let periods = |table: &Table, options: Value| {
        let mut options = options;
        options["anomaliesColumn"] = json!("v");
        let periods = anomaly_periods(table, &serde_json::from_value(options).unwrap()).unwrap();
        let (starts, ends) = (
            periods.time_us("StartTime").unwrap(),
            periods.time_us("EndTime").unwrap(),
        );
        (0..periods.num_rows())
            .map(|row| (starts.value(row) / HOUR, ends.value(row) / HOUR))
            .collect::<Vec<_>>()
    };
    assert_eq!(periods(&at(&[]), json!({})), []);
    assert_eq!(
        periods(&at(&[12.5, 10.0, 15.0]), json!({})),
        [(9, 13), (14, 16)]
    );
    assert_eq!(
        periods(&at(&[12.5, 10.0, 15.0]), json!({ "period": "6h" })),
        [(0, 18)]
    );
    assert_eq!(
        periods(&at(&[10.0, 100.0]), json!({ "posOnly": false })),
        [(9, 11), (99, 101)]
    );
    let none = anomaly_periods(
        &at(&[]),
        &serde_json::from_value(json!({ "anomaliesColumn": "v" })).unwrap(),
    )
    .unwrap();
    let filter = |periods: &Table, options| {
        anomaly_kql_filter(periods, &serde_json::from_value(options).unwrap())
    };
    assert_eq!(filter(&none, json!({})).unwrap(), "| where false");
    assert!(filter(&none, json!({ "timeColumn": "" })).is_err());
    assert!(filter(&at(&[1.0]), json!({})).is_err());
    let times = |time: i64| Arc::new(TimestampMicrosecondArray::from(vec![time])) as ArrayRef;
    let fine = Table::new(vec![("StartTime", times(1)), ("EndTime", times(1_500_000))]).unwrap();
    assert_eq!(
        filter(&fine, json!({ "timeColumn": "Timestamp" })).unwrap(),
        "| where Timestamp between (datetime(1970-01-01 00:00:00.000001+00:00) .. datetime(1970-01-01 00:00:01.500000+00:00))"
    );
    for (name, written) in [
        ("_t1", "_t1"),
        ("1é", "['1é']"),
        ("1t", "['1t']"),
        ("Start Time", "['Start Time']"),
        ("a') or (true", r"['a\') or (true']"),
        ("a\\", r"['a\\']"),
        ("a\nb", r"['a\nb']"),
    ] {
        let filter = filter(&fine, json!({ "timeColumn": name })).unwrap();
        assert!(
            filter.starts_with(&format!("| where {written} between (")),
            "{filter}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_move_with_the_values(values in prop::collection::vec(-1e6_f64..1e6, 30..120), period in 2_u32..12, robust: bool) {
        let options = json!({ "period": period, "robust": robust });
        let parts = decompose(&values, options.clone()).unwrap();
        let doubled: Vec<f64> = values.iter().map(|value| value * 2.0).collect();
        let twice = decompose(&doubled, options.clone()).unwrap();
        let shifted: Vec<f64> = values.iter().map(|value| value + 1e6).collect();
        let higher = decompose(&shifted, options).unwrap();
        for i in 0..values.len() {
            prop_assert_eq!(parts.trend[i] * 2.0, twice.trend[i]);
            prop_assert_eq!(parts.seasonal[0][i] * 2.0, twice.seasonal[0][i]);
            // Where half of the values are fitted exactly, weights are made of rounding.
            prop_assert!(robust || (parts.trend[i] + 1e6 - higher.trend[i]).abs() < 1e-2);
            prop_assert!((0.0..=1.0).contains(&parts.weights[i]));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(hours in prop::collection::vec(0_u32..60, 1..200), step in 1_usize..50) {
        let rows: Vec<_> = hours.iter().map(|&hour| (i64::from(hour % 3), f64::from(hour), Some(1.0))).collect();
        let mut moved = rows.clone();
        moved.sort_by_key(|row| row.0);
        moved.rotate_left(step % rows.len());
        moved.sort_by_key(|row| row.0);
        let mut sorted = rows;
        sorted.sort_by_key(|row| row.0);
        let options = json!({ "groupBy": ["Host"], "period": 4 });
        let (a, b) = (anomalies(&table(&sorted), options.clone()).unwrap(), anomalies(&table(&moved), options).unwrap());
        prop_assert_eq!(a, b);
    }
}
