//! Decompositions against statsmodels 0.15.0's own numbers: in `../shared/oracle`, and in
//! `fixtures/series.json`, which `fixtures/series.py` makes.
#![allow(clippy::unwrap_used)]

use std::fs;

use huntbook::analysis::series::{DecomposeOptions, decompose_series};
use huntbook::table::Progress;
use serde_json::{Value, json};

fn shared(name: &str) -> Option<Value> {
    let path = format!("../shared/oracle/{name}");
    let Ok(bytes) = fs::read(&path) else {
        println!("skipped: {path} is absent");
        return None;
    };
    Some(serde_json::from_slice(&bytes).unwrap())
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
        assert!(off <= 1e-9 * scale, "{what}, {i}: {ours}, but {theirs} there");
    }
}

fn compare(name: &str, values: &[f64], options: Value, theirs: &Value) {
    let options: DecomposeOptions = serde_json::from_value(options).unwrap();
    let ours = decompose_series(values, &options, &mut Progress::none()).unwrap();
    let scale = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    near(&format!("{name}: trend"), &ours.trend, &numbers(&theirs["trend"]), scale);
    near(&format!("{name}: residual"), &ours.residual, &numbers(&theirs["resid"]), scale);
    near(&format!("{name}: weights"), &ours.weights, &numbers(&theirs["weights"]), 1.0);
    let theirs = &theirs["seasonal"];
    let several = theirs[0].is_array();
    for (i, seasonal) in ours.seasonal.iter().enumerate() {
        let theirs = if several { &theirs[i] } else { theirs };
        near(&format!("{name}: seasonal {i}"), seasonal, &numbers(theirs), scale);
    }
}

#[test]
fn series_of_logs() {
    for robust in [false, true] {
        let python = if robust { "True" } else { "False" };
        let name = format!("stl_raw_TimeSeriesDemo.csv_seasonal7_period24_robust{python}.json");
        let Some(theirs) = shared(&name) else { return };
        let values = numbers(&theirs["observed"]);
        compare(&name, &values, json!({ "period": 24, "robust": robust }), &theirs);
    }
}

#[test]
fn short_series() {
    for name in ["stl_synth_n48_p12.json", "stl_synth_n100_p7.json"] {
        let Some(theirs) = shared(name) else { return };
        let values = numbers(&theirs["y"]);
        let period = &theirs["period"];
        compare(name, &values, json!({ "period": period }), &theirs["robust_False"]);
        compare(name, &values, json!({ "period": period, "robust": true }), &theirs["robust_True"]);
    }
}

#[test]
fn parameters_and_seasons() {
    let fixtures: Value = serde_json::from_slice(&fs::read("tests/fixtures/series.json").unwrap()).unwrap();
    let cases = fixtures["cases"].as_array().unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let values = numbers(&fixtures["series"][case["series"].as_str().unwrap()]);
        compare(name, &values, case["options"].clone(), case);
    }
}
