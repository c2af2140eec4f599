//! What is unusual, and what is chance.

use super::super::score::{Score, scores};
use super::*;

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
