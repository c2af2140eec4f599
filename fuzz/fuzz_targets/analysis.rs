#![no_main]

use std::sync::Arc;

use arrow_array::{Float64Array, StringArray, TimestampMicrosecondArray};
use huntbook::Table;
use huntbook::analysis::bins::{TimeBinOptions, time_bins};
use huntbook::analysis::cluster::{ClusterAlgorithm, ClusterOptions, cluster_events};
use huntbook::analysis::outliers::{OutlierOptions, detect_outliers};
use huntbook::analysis::polling::{PollingOptions, detect_polling};
use huntbook::analysis::sequence::{ScoreOptions, SessionizeOptions, score_sessions, sessionize};
use huntbook::analysis::series::{
    AnomalyOptions, PeriodOptions, anomaly_periods, time_series_anomalies,
};
use huntbook::table::Progress;
use libfuzzer_sys::fuzz_target;

/// Lines of a time in microseconds, a user, a command, a number and its parameters as JSON; what is
/// wrong in a line is absent.
fn events(text: &str) -> Option<Table> {
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.splitn(5, ' ').collect())
        .collect();
    let texts = |part: usize| -> StringArray {
        lines.iter().map(|line| line.get(part).copied()).collect()
    };
    let times = lines.iter().map(|line| line[0].parse().ok());
    let numbers = lines.iter().map(|line| line.get(3)?.parse().ok());
    Table::new(vec![
        (
            "TimeGenerated",
            Arc::new(
                times
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            ),
        ),
        ("User", Arc::new(texts(1))),
        ("Operation", Arc::new(texts(2))),
        ("Number", Arc::new(numbers.collect::<Float64Array>())),
        ("Parameters", Arc::new(texts(4))),
        ("Message", Arc::new(StringArray::from_iter_values(text.lines()))),
    ])
    .ok()
}

fuzz_target!(|text: &str| {
    let Some(table) = events(text) else { return };
    let users = || vec!["User".to_string()];
    let mut progress = Progress::none();
    let with_params = SessionizeOptions {
        group_by: users(),
        event_column: Some("Operation".into()),
        params_column: Some("Parameters".into()),
        ..SessionizeOptions::default()
    };
    if let Ok(sessions) = sessionize(&table, &with_params, &mut progress) {
        let counts = sessions.i64("EventCount").expect("each session has a count");
        let all: i64 = counts.iter().flatten().sum();
        assert!(all <= table.num_rows() as i64, "no event is in two sessions");
        // Parameters may be no JSON.
        if let Ok(scores) = score_sessions(&sessions, &ScoreOptions::default(), &mut progress) {
            assert_eq!(scores.num_rows(), sessions.num_rows());
        }
    }
    for algorithm in [
        ClusterAlgorithm::Dbscan,
        ClusterAlgorithm::Kmeans,
        ClusterAlgorithm::GaussianMixture,
        ClusterAlgorithm::Templates,
    ] {
        let columns = match algorithm {
            ClusterAlgorithm::Templates => vec!["Message".to_string()],
            _ => vec!["Number".to_string()],
        };
        let options = ClusterOptions {
            algorithm,
            columns,
            labels: true,
            ..ClusterOptions::default()
        };
        if let Ok(labels) = cluster_events(&table, &options, &mut progress) {
            assert_eq!(labels.num_rows(), table.num_rows());
        }
    }
    let series = AnomalyOptions {
        group_by: users(),
        value_column: Some("Number".into()),
        bin: Some("1h".into()),
        ..AnomalyOptions::default()
    };
    if let Ok(bins) = time_series_anomalies(&table, &series, &mut progress) {
        anomaly_periods(&bins, &PeriodOptions::default()).expect("it has the columns");
    }
    let polling = PollingOptions {
        group_by: users(),
        ..PollingOptions::default()
    };
    if let Ok(groups) = detect_polling(&table, &polling, &mut progress) {
        assert!(groups.num_rows() <= table.num_rows());
    }
    let options = OutlierOptions {
        trees: Some(3),
        ..OutlierOptions::default()
    };
    if let Ok(scores) = detect_outliers(&table, &options, &mut progress) {
        assert_eq!(scores.num_rows(), table.num_rows());
    }
    let options = TimeBinOptions {
        bin: Some("1d".into()),
        group_by: users(),
        ..TimeBinOptions::default()
    };
    _ = time_bins(&table, &options, &mut progress);
});
