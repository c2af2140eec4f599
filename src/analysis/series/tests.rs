//! Series whose truth is known, and what nobody should give.
#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::score::{Score, scores};
use super::*;
use crate::table::Progress;
use crate::{Result, Table};

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
fn a_level_as_season_leaves_an_outlier_of_a_short_series_alone() {
    let rows = table(&steady(72, &[(60, 60.0)]));
    let above = |degree: u8| {
        let options = json!({ "valueColumn": "v", "period": 24, "seasonalDegree": degree });
        let mut found = flags(&anomalies(&rows, options).unwrap());
        found.retain(|(_, sign)| *sign == 1);
        found
    };
    assert_eq!(above(0), [(60, 1)]);
    // A line through three seasons goes up where the outlier is, and so starts too low.
    assert!(above(1).contains(&(12, 1)));
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

/// Numbers from 0 to 1 that look random.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Events of 720 hours, about `rate` in each, and more in some.
fn events(
    host: i64,
    rate: f64,
    seed: u64,
    more: &[(usize, usize)],
) -> Vec<(i64, f64, Option<f64>)> {
    let mut chance = chance(seed);
    let mut rows = Vec::new();
    for hour in 0..720 {
        let (mut count, mut left) = (0, chance());
        while left > (-rate).exp() {
            count += 1;
            left *= chance();
        }
        count += more
            .iter()
            .find(|(at, _)| *at == hour)
            .map_or(0, |(_, more)| *more);
        rows.extend((0..count).map(|_| (host, hour as f64, Some(100.0))));
    }
    rows
}

#[test]
fn what_varies_by_chance_is_usual() {
    for rate in [0.02, 0.1, 0.3, 1.0, 5.0] {
        let hosts = (0..8).flat_map(|host| events(host, rate, 7 + host as u64, &[]));
        let usual = table(&hosts.collect::<Vec<_>>());
        for values in [json!({}), json!({ "valueColumn": "v" })] {
            let share = |compat: Value| {
                let mut options = values.clone();
                options["groupBy"] = json!(["Host"]);
                options["bin"] = json!("1h");
                options["compat"] = compat;
                let result = anomalies(&usual, options).unwrap();
                flags(&result).len() as f64 / result.num_rows() as f64
            };
            let (ours, theirs) = (share(Value::Null), share(json!("msticpy")));
            assert!(
                ours <= theirs,
                "{rate} an hour, {values}: {ours}, msticpy's {theirs}"
            );
        }
        let more = 6 + (6.0 * rate.sqrt()) as usize;
        let planted = table(&events(
            1,
            rate,
            3,
            &[(0, 1), (150, more), (600, more), (719, 1)],
        ));
        // A robust fit of next to nothing keeps a value whose season has no weight at all, as in
        // statsmodels.
        for robust in [false, rate > 0.1] {
            let options = json!({ "robust": robust });
            let found = flags(&anomalies(&planted, options).unwrap());
            assert!(
                found.contains(&(150, 1)) && found.contains(&(600, 1)),
                "{rate} an hour: {found:?}"
            );
        }
    }
}

#[test]
fn counts_that_do_not_vary_need_no_chance() {
    let beats = |gone: usize| {
        let hours = (0..240).flat_map(move |hour| {
            let count = if hour == 100 { 60 - gone } else { 60 };
            (0..count).map(move |_| (1, f64::from(hour), None))
        });
        flags(&anomalies(&table(&hours.collect::<Vec<_>>()), json!({})).unwrap())
    };
    assert_eq!(beats(0), []);
    assert!(beats(20).contains(&(100, -1)));
}

#[test]
fn a_fit_through_most_values_does_not_make_the_rest_endless() {
    for days in [2, 3, 7] {
        let mut chance = chance(3);
        let mut rows: Vec<_> = (0..days * 24)
            .map(|hour| {
                let season = 10.0 * (f64::from(hour) / 24.0 * std::f64::consts::TAU).sin();
                (1, f64::from(hour), Some(50.0 + season + 3.0 * chance()))
            })
            .collect();
        rows[28].2 = Some(90.0);
        let options = json!({ "valueColumn": "v", "robust": true });
        let scores = anomalies(&table(&rows), options)
            .unwrap()
            .f64("score")
            .unwrap();
        let most = scores
            .iter()
            .flatten()
            .fold(0.0, |most: f64, score| most.max(score.abs()));
        assert!(most < 1000.0, "{days} days: {most}");
    }
}

#[test]
fn who_falls_silent_or_comes_for_an_hour_is_unusual() {
    let mut rows = Vec::new();
    for hour in 0..240 {
        let each = (0..10).map(|_| f64::from(hour));
        rows.extend(each.clone().map(|hour| (1, hour, Some(1.0))));
        if hour < 200 {
            rows.extend(each.clone().map(|hour| (2, hour, Some(1.0))));
        }
        if hour == 120 {
            rows.extend(each.map(|hour| (3, hour, Some(1.0))));
        }
    }
    for mut options in [json!({}), json!({ "valueColumn": "v" })] {
        options["groupBy"] = json!(["Host"]);
        options["bin"] = json!("1h");
        options["seasonalDegree"] = json!(0);
        let result = anomalies(&table(&rows), options.clone()).unwrap();
        assert_eq!(result.num_rows(), 3 * 240);
        assert_eq!(result.text("Problem").unwrap().iter().flatten().count(), 0);
        let of = |host: usize| flags(&result.slice(240 * host, 240 * host + 240));
        assert_eq!(of(0), [], "{options}");
        assert!(of(1).contains(&(200, -1)), "{options}: {:?}", of(1));
        assert!(of(2).contains(&(120, 1)), "{options}: {:?}", of(2));
        // Of means nothing is known where there is no value.
        if options.get("valueColumn").is_some() {
            options["aggregate"] = json!("mean");
            let result = anomalies(&table(&rows), options).unwrap();
            assert_eq!(result.num_rows(), 240 + 200 + 1);
        }
    }
}

#[test]
fn the_same_threshold_gives_the_same_anomalies() {
    let mut rows = steady(240, &[(70, 60.0), (220, -50.0)]);
    rows.retain(|row| !(100.0..131.0).contains(&row.1));
    rows.push((2, 3.0, Some(1.0)));
    let options = json!({ "valueColumn": "v", "period": 24, "aggregate": "mean", "groupBy": ["Host"], "threshold": 1 });
    let result = anomalies(&table(&rows), options).unwrap();
    let filled = |row: usize| (100..131).contains(&row);
    let scores = result.f64("score").unwrap();
    assert!((0..240).all(|row| scores.is_null(row) == filled(row)));
    assert!(
        flags(&result)
            .iter()
            .all(|(hour, _)| !filled(*hour as usize))
    );
    let again = |options: Value| {
        set_new_anomaly_threshold(&result, &serde_json::from_value(options).unwrap()).unwrap()
    };
    assert_eq!(again(json!({ "threshold": 1 })), result);
    let other = again(json!({ "threshold": 1, "anomaliesColumn": "other" }));
    assert!(other.f64("other").unwrap().is_null(110));
}

#[test]
fn weeks_begin_on_monday_everywhere() {
    let days: Vec<_> = (0..100)
        .map(|day| (1, f64::from(day) * 24.0, Some(1.0)))
        .collect();
    let table = table(&days);
    let series = anomalies(&table, json!({ "bin": "7d", "period": 4 })).unwrap();
    let options = serde_json::from_value(json!({ "bin": "7d" })).unwrap();
    let bins = crate::analysis::bins::time_bins(&table, &options, &mut Progress::none()).unwrap();
    let times = |table: &Table, name: &str| table.time_us(name).unwrap();
    // 29 December 1969.
    assert_eq!(times(&series, "TimeGenerated").value(0), -3 * 24 * HOUR);
    assert_eq!(
        times(&series, "TimeGenerated"),
        times(&bins, "TimeGenerated")
    );
    let options = json!({ "anomaliesColumn": "v", "period": "7d" });
    let periods = anomaly_periods(&table, &serde_json::from_value(options).unwrap()).unwrap();
    assert_eq!(times(&periods, "StartTime").value(0), -10 * 24 * HOUR);
}

#[test]
fn scores_are_in_standard_deviations() {
    let residuals = [1.0, 2.0, 3.0, 4.0, 100.0];
    let of = |score| scores(&residuals, &residuals, |_| true, score, false);
    let mad = of(Score::Mad);
    assert!(
        (mad[4] - 0.674_489_750_196 * 97.0).abs() < 1e-9 && mad[2] == 0.0,
        "{mad:?}"
    );
    // The outlier hides itself.
    let z = of(Score::Z);
    assert!((z[4] - 1.999_343).abs() < 1e-6, "{z:?}");
    assert_eq!(
        scores(&[1e-14, 0.0, 0.0], &[5.0; 3], |_| true, Score::Mad, true),
        [0.0; 3]
    );
    let some = scores(&residuals, &residuals, |i| i != 4, Score::Mad, false);
    assert!(
        some[4].is_nan() && some[..4].iter().all(|score| score.abs() < 2.0),
        "{some:?}"
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
