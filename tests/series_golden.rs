//! Series against the numbers of statsmodels 0.15.0 and msticpy 3.0.2: in `../shared/oracle`,
//! and in `fixtures/series.json`, which `fixtures/series.py` makes. Each difference has its reason.
#![allow(clippy::unwrap_used)]

mod facts;

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, TimestampMicrosecondArray};
use facts::oracle;
use huntbook::Table;
use huntbook::analysis::series::{
    DecomposeOptions, anomaly_kql_filter, anomaly_periods, decompose_series,
    set_new_anomaly_threshold, time_series_anomalies,
};
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::table::time::{format_time, parse_time};
use serde_json::{Value, json};

fn options<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

/// 1e-9 of the series' scale.
fn near(what: &str, ours: &[f64], theirs: &[f64], scale: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let off = (ours - theirs).abs();
        assert!(
            off <= 1e-9 * scale,
            "{what}, {i}: {ours}, but {theirs} there"
        );
    }
}

fn compare(name: &str, values: &[f64], options: Value, theirs: &Value) {
    let options: DecomposeOptions = serde_json::from_value(options).unwrap();
    let ours = decompose_series(values, &options, &mut Progress::none()).unwrap();
    let scale = values
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    near(
        &format!("{name}: trend"),
        &ours.trend,
        &numbers(&theirs["trend"]),
        scale,
    );
    near(
        &format!("{name}: residual"),
        &ours.residual,
        &numbers(&theirs["resid"]),
        scale,
    );
    near(
        &format!("{name}: weights"),
        &ours.weights,
        &numbers(&theirs["weights"]),
        1.0,
    );
    let theirs = &theirs["seasonal"];
    let several = theirs[0].is_array();
    for (i, seasonal) in ours.seasonal.iter().enumerate() {
        let theirs = if several { &theirs[i] } else { theirs };
        near(
            &format!("{name}: seasonal {i}"),
            seasonal,
            &numbers(theirs),
            scale,
        );
    }
}

#[test]
fn series_of_logs() {
    for robust in [false, true] {
        let python = if robust { "True" } else { "False" };
        let name = format!("stl_raw_TimeSeriesDemo.csv_seasonal7_period24_robust{python}.json");
        let Some(theirs) = oracle(&name) else { return };
        let values = numbers(&theirs["observed"]);
        compare(
            &name,
            &values,
            json!({ "period": 24, "robust": robust }),
            &theirs,
        );
    }
}

#[test]
fn short_series() {
    for name in ["stl_synth_n48_p12.json", "stl_synth_n100_p7.json"] {
        let Some(theirs) = oracle(name) else { return };
        let values = numbers(&theirs["y"]);
        let period = &theirs["period"];
        compare(
            name,
            &values,
            json!({ "period": period }),
            &theirs["robust_False"],
        );
        compare(
            name,
            &values,
            json!({ "period": period, "robust": true }),
            &theirs["robust_True"],
        );
    }
}

#[test]
fn parameters_and_seasons() {
    let fixtures: Value =
        serde_json::from_slice(&fs::read("tests/fixtures/series.json").unwrap()).unwrap();
    let cases = fixtures["cases"].as_array().unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let values = numbers(&fixtures["series"][case["series"].as_str().unwrap()]);
        compare(name, &values, case["options"].clone(), case);
    }
}

fn demo() -> Option<Table> {
    let Ok(bytes) = fs::read("../shared/data/msticpy/TimeSeriesDemo.csv") else {
        println!("skipped: ../shared/data is absent");
        return None;
    };
    Some(read(bytes, &ReadOptions::default(), &mut Progress::none()).unwrap())
}

fn micros(time: &Value) -> i64 {
    parse_time(time.as_str().unwrap().as_bytes())
        .unwrap()
        .micros
}

/// msticpy's columns of a row: residual, trend, seasonal, weights, baseline, score.
const NUMBERS: [&str; 6] = [
    "residual", "trend", "seasonal", "weights", "baseline", "score",
];

#[test]
fn anomalies_are_those_of_msticpy() {
    let (Some(theirs), Some(demo)) = (oracle("timeseries_TimeSeriesDemo.csv.json"), demo()) else {
        return;
    };
    for run in theirs["runs"].as_array().unwrap() {
        let params = &run["params"];
        let threshold = params["score_threshold"].as_f64().unwrap_or(3.0);
        let result = time_series_anomalies(
            &demo,
            &options(json!({
                "valueColumn": "TotalBytesSent", "compat": "msticpy", "threshold": threshold,
                "period": params["period"].as_u64().unwrap_or(24), "seasonal": params["seasonal"].as_u64().unwrap_or(7),
            })),
            &mut Progress::none(),
        )
        .unwrap();
        assert_eq!(result.num_rows(), 840, "{params}");
        let times = result.time_us("TimeGenerated").unwrap();
        let columns = NUMBERS.map(|name| result.f64(name).unwrap());
        let flags = result.i64_of("anomalies");
        if let Some(full) = run["full"]["rows"].as_array() {
            for (row, theirs) in full.iter().enumerate() {
                assert_eq!(times.value(row), micros(&theirs[0]));
                for (i, column) in columns.iter().enumerate() {
                    let (ours, theirs) = (column.value(row), theirs[i + 2].as_f64().unwrap());
                    // Defect 21: there all numbers are cut to integers before scores are made.
                    let least = if NUMBERS[i] == "score" { 1e-6 } else { 1.0 };
                    assert!(
                        (ours - theirs).abs() <= least,
                        "{row}, {}: {ours}, {theirs}",
                        NUMBERS[i]
                    );
                }
            }
        }
        // Defect 21: there −1 is a value above what is usual where the season is below 0.
        let high: Vec<i64> = (0..840)
            .filter(|&row| flags[row] == 1)
            .map(|row| times.value(row))
            .collect();
        let listed = run["anomalies"]["rows"].as_array().unwrap();
        assert_eq!(
            high,
            listed.iter().map(|row| micros(&row[0])).collect::<Vec<_>>(),
            "{params}"
        );

        let again =
            set_new_anomaly_threshold(&result, &options(json!({ "threshold": 2.0 }))).unwrap();
        let flags = again.i64_of("anomalies");
        for (flag, count) in run["new_threshold_2.0"].as_object().unwrap() {
            let flag: i64 = flag.parse().unwrap();
            let ours = flags.iter().filter(|&&one| one == flag).count();
            assert_eq!(Some(ours as u64), count.as_u64(), "{params}: {flag}");
        }
    }
}

trait Flags {
    fn i64_of(&self, name: &str) -> Vec<i64>;
}

impl Flags for Table {
    fn i64_of(&self, name: &str) -> Vec<i64> {
        self.f64(name)
            .unwrap()
            .iter()
            .map(|flag| flag.unwrap() as i64)
            .collect()
    }
}

#[test]
fn periods_and_filters_are_those_of_msticpy() {
    let Some(theirs) = oracle("timeseries_TimeSeriesDemo.csv.json") else {
        return;
    };
    for run in theirs["runs"].as_array().unwrap() {
        let rows = run["anomalies"]["rows"].as_array().unwrap();
        let times = rows.iter().map(|row| micros(&row[0]));
        let flags = rows.iter().map(|row| row[8].as_f64().unwrap());
        let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
        let flags: ArrayRef = Arc::new(Float64Array::from_iter_values(flags));
        let anomalies = Table::new(vec![("TimeGenerated", times), ("anomalies", flags)]).unwrap();
        let periods = anomaly_periods(&anomalies, &options(json!({}))).unwrap();
        let (starts, ends) = (
            periods.time_us("StartTime").unwrap(),
            periods.time_us("EndTime").unwrap(),
        );
        let ours: Vec<Value> = (0..periods.num_rows())
            .map(|row| json!([starts.value(row), ends.value(row)].map(format_time)))
            .collect();
        let listed = run["anomaly_periods"].as_array().unwrap().iter();
        let listed: Vec<Value> = listed
            .map(|period| json!([micros(&period[0]), micros(&period[1])].map(format_time)))
            .collect();
        assert_eq!(ours, listed, "{}", run["params"]);
        let filter = anomaly_kql_filter(&periods, &options(json!({}))).unwrap();
        assert_eq!(json!(filter), run["kql"], "{}", run["params"]);
    }
}

#[test]
fn both_directions_are_anomalies() {
    let Some(theirs) = oracle("timeseries_sign.json") else {
        return;
    };
    let values = numbers(&theirs["y"]);
    let first = parse_time(b"2024-01-01").unwrap().micros;
    let times = (0..values.len() as i64).map(|hour| first + hour * 3_600_000_000);
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    let table = Table::new(vec![
        ("TimeGenerated", times),
        ("v", Arc::new(Float64Array::from(values))),
    ])
    .unwrap();
    let result = time_series_anomalies(
        &table,
        &options(json!({ "valueColumn": "v", "compat": "msticpy" })),
        &mut Progress::none(),
    )
    .unwrap();
    let flags = result.i64_of("anomalies");
    let flagged: Vec<(usize, i64)> = (0..720)
        .filter(|&row| flags[row] != 0)
        .map(|row| (row, flags[row]))
        .collect();
    // Defect 21: msticpy has 1, 0, 1, 0 at these. Other rows of these days are off because of them.
    let planted = [(300, 1), (306, -1), (318, 1), (324, -1)];
    let theirs = theirs["rows"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[8].as_i64().unwrap());
    assert_eq!(theirs.collect::<Vec<_>>(), [1, 0, 1, 0]);
    assert!(
        planted.iter().all(|one| flagged.contains(one)),
        "{flagged:?}"
    );
}
