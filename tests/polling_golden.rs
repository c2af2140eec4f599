//! Polling against msticpy 3.0.2's own answers in `../shared/oracle`: what it finds is found, and its
//! harmonics (defect 22) are not. Its test without its defects is in `fisher.rs`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray, TimestampMicrosecondArray};
use huntbook::Table;
use huntbook::analysis::polling::detect_polling;
use huntbook::table::Progress;
use serde_json::{Value, json};

/// Key, verdict, period and p of each group.
fn detect(keys: Vec<&str>, seconds: &Value) -> Vec<(String, String, Option<f64>, f64)> {
    let seconds = seconds.as_array().unwrap().iter();
    let times = seconds.map(|second| second.as_i64().unwrap() * 1_000_000);
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    let keys: ArrayRef = Arc::new(StringArray::from(keys));
    let table = Table::new(vec![("Key", keys), ("Timestamp", times)]).unwrap();
    let options = serde_json::from_value(json!({ "groupBy": ["Key"], "bin": "1s" })).unwrap();
    let found = detect_polling(&table, &options, &mut Progress::none()).unwrap();
    let (keys, verdicts) = (found.text("Key").unwrap(), found.text("Verdict").unwrap());
    let (periods, ps) = (
        found.f64("PeriodSeconds").unwrap(),
        found.f64("PValue").unwrap(),
    );
    (0..found.num_rows())
        .map(|row| {
            let text = |text: Option<&str>| text.unwrap().to_string();
            let period = periods.is_valid(row).then(|| periods.value(row));
            (
                text(keys.get(row)),
                text(verdicts.get(row)),
                period,
                ps.value(row),
            )
        })
        .collect()
}

#[test]
fn what_msticpy_finds_is_found_with_its_base_period() {
    let Ok(bytes) = fs::read("../shared/oracle/polling.json") else {
        println!("skipped: ../shared/oracle/polling.json is absent");
        return;
    };
    let theirs: Value = serde_json::from_slice(&bytes).unwrap();
    // What msticpy says is the period, and what it is.
    let expected = [
        ("periodic", 4.0, Some(20.0)),
        ("random", 3.415, None),
        ("small", 6.0, Some(30.0)),
    ];
    for (case, (kind, harmonic, period)) in
        theirs["single"].as_array().unwrap().iter().zip(expected)
    {
        assert_eq!(case["kind"], kind);
        assert!(
            (case["dominant_interval"].as_f64().unwrap() - harmonic).abs() < 0.001,
            "{kind}"
        );
        let times = &case["timestamps"];
        let keys = vec!["all"; times.as_array().unwrap().len()];
        let (_, verdict, found, p) = detect(keys, times).remove(0);
        assert_eq!(verdict == "polling", period.is_some(), "{kind}");
        assert_eq!(
            found.map(|found| (found * 1e4).round() / 1e4),
            period,
            "{kind}"
        );
        // Rounds of 0 there are tails here, and chance is chance.
        assert_eq!(p < 1e-3, case["p_value"].as_f64().unwrap() < 1e-3, "{kind}");
    }
    let grouped = &theirs["grouped"];
    let keys = grouped["input"]["k"].as_array().unwrap().iter();
    let keys = keys.map(|key| key.as_str().unwrap()).collect();
    let found = detect(keys, &grouped["input"]["ts"]);
    let rows = grouped["result"]["rows"].as_array().unwrap();
    assert_eq!(found.len(), rows.len());
    for row in rows {
        let (_, verdict, period, p) = found.iter().find(|found| row[0] == found.0).unwrap();
        let theirs = row[1].as_f64().unwrap();
        assert_eq!(*p < 1e-3, theirs < 1e-3, "{row}");
        assert_eq!(verdict == "polling", theirs < 1e-3, "{row}");
        let interval = (theirs < 1e-3).then(|| row[3].as_f64().unwrap());
        assert_eq!(period.map(f64::round), interval.map(f64::round), "{row}");
    }
}
