//! Sessions and their scores against msticpy 3.0.2's own answers in `../shared/oracle`.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, Float64Array};
use facts::{oracle, shared};
use huntbook::Table;
use huntbook::analysis::bins::{TimeBinOptions, time_bins};
use huntbook::analysis::sequence::{score_sessions, sessionize};
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use serde_json::{Value, json};

fn table(bytes: &[u8], name: &str) -> Table {
    let options = ReadOptions {
        name: Some(name.into()),
        ..ReadOptions::default()
    };
    read(bytes.to_vec(), &options, &mut Progress::none()).unwrap()
}

/// A table of sessions; those of the oracle are lists of texts or of commands with `params`.
fn sessions_table(sessions: &Value) -> Table {
    let rows = sessions.as_array().unwrap().iter().map(|session| {
        let commands = session.as_array().unwrap();
        let name = |command: &Value| command.get("name").unwrap_or(command).clone();
        let params = |command: &Value| command.get("params").map(Value::to_string);
        let names: Vec<Value> = commands.iter().map(name).collect();
        let params: Option<Vec<String>> = commands.iter().map(params).collect();
        match params {
            Some(params) => json!({ "Events": names, "Params": params }),
            None => json!({ "Events": names }),
        }
    });
    table(
        &serde_json::to_vec(&rows.collect::<Vec<_>>()).unwrap(),
        "sessions.json",
    )
}

fn score(sessions: &Table, options: Value) -> Table {
    let options = serde_json::from_value(options).unwrap();
    score_sessions(sessions, &options, &mut Progress::none()).unwrap()
}

fn floats(table: &Table, name: &str) -> Float64Array {
    table.f64(name).unwrap()
}

/// Equal to 1e-9 of the value, and absent where msticpy has NaN.
fn assert_near(ours: &Float64Array, theirs: &Value, what: &str) {
    let theirs = theirs.as_array().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (row, theirs) in theirs.iter().enumerate() {
        let ours = ours.is_valid(row).then(|| ours.value(row));
        match (ours, theirs.as_f64()) {
            (Some(ours), Some(theirs)) => {
                assert!(
                    (ours - theirs).abs() <= 1e-9 * theirs.abs(),
                    "{what}, row {row}: {ours} {theirs}"
                );
            }
            (ours, theirs) => assert_eq!(ours, theirs, "{what}, row {row}"),
        }
    }
}

fn lists(table: &Table, name: &str) -> Vec<Vec<String>> {
    let lists = table.column(name).unwrap().as_list::<i32>().clone();
    let texts = |row| {
        let list = lists.value(row);
        let texts = huntbook::table::TextColumn::of(list.as_ref()).unwrap();
        texts.iter().flatten().map(String::from).collect()
    };
    let row = |row| {
        if lists.is_valid(row) {
            texts(row)
        } else {
            vec![]
        }
    };
    (0..lists.len()).map(row).collect()
}

fn compare(sessions: &Table, theirs: &Value, options: Value) {
    let with = |more: Value| {
        let mut options = options.clone();
        options
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        options
    };
    let scores = score(sessions, with(json!({ "windowLengths": [2, 3, 5] })));
    assert_near(
        &floats(&scores, "Likelihood"),
        &theirs["session_likelihoods"],
        "likelihood",
    );
    assert_near(
        &floats(&scores, "GeoMeanLikelihood"),
        &theirs["session_geomean_likelihoods"],
        "geometric mean",
    );
    // Only likelihoods of parameters have factors enough for that.
    let theirs_is_rounded = sessions.column("Params").is_ok();
    for length in [2, 3, 5] {
        let name = format!("RarestWindow{length}");
        let likelihoods = &theirs[&format!("rare_window_likelihoods_{length}")];
        assert_near(
            &floats(&scores, &format!("{name}Likelihood")),
            likelihoods,
            &name,
        );
        let windows = theirs[&format!("rare_windows_{length}")]
            .as_array()
            .unwrap();
        for (row, (ours, theirs)) in lists(&scores, &name).iter().zip(windows).enumerate() {
            let names = theirs.as_array().unwrap().iter();
            let names =
                names.map(|command| command.get("name").unwrap_or(command).as_str().unwrap());
            let theirs: Vec<&str> = names.collect();
            // Two windows may be made of the same steps. The first is wanted; which one
            // msticpy takes depends on how its products are rounded.
            let is_tie = |ours: &[String]| {
                let (mut a, mut b) = (ours.to_vec(), theirs.clone());
                a.sort();
                b.sort();
                a == b
            };
            if theirs_is_rounded && ours != &theirs {
                assert!(is_tie(ours), "{name}, row {row}: {ours:?}, {theirs:?}");
                continue;
            }
            assert_eq!(ours, &theirs, "{name}, row {row}");
        }
    }
    let geo = score(sessions, with(json!({ "useGeoMean": true })));
    let likelihoods = &theirs["rare_window_likelihoods_geo_3"];
    assert_near(
        &floats(&geo, "RarestWindow3Likelihood"),
        likelihoods,
        "geometric mean of windows",
    );
    let bare = score(
        sessions,
        with(json!({ "useStartToken": false, "useEndToken": false })),
    );
    assert_near(
        &floats(&bare, "Likelihood"),
        &theirs["session_likelihoods_no_tokens"],
        "no tokens",
    );
    let likelihoods = &theirs["rare_window_likelihoods_2_no_tokens"];
    assert_near(
        &floats(&bare, "RarestWindow2Likelihood"),
        likelihoods,
        "windows, no tokens",
    );
}

#[test]
fn small_sessions_of_each_kind_are_as_likely_as_in_msticpy() {
    let Some(oracle) = oracle("anomseq_small.json") else {
        return;
    };
    let cases = oracle["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        println!("{}", case["name"]);
        let options = match &case["modellable_params"] {
            Value::Null => json!({}),
            params => json!({ "modellableParams": params }),
        };
        compare(&sessions_table(&case["sessions"]), case, options);
    }
}

#[test]
fn sessions_of_exchange_are_those_of_msticpy() {
    let Some(theirs) = oracle("anomseq_exchange_sessions.json") else {
        return;
    };
    let Some(log) = shared("data/msticpy/demo_exchange_data.csv") else {
        return;
    };
    let log = table(&log, "demo_exchange_data.csv");
    let options = json!({ "groupBy": ["UserId", "ClientIP"], "eventColumn": "Operation" });
    let options = serde_json::from_value(options).unwrap();
    let ours = sessionize(&log, &options, &mut Progress::none()).unwrap();
    assert_eq!(ours.num_rows(), 400);
    let commands = lists(&ours, "Events");
    let (users, addresses) = (ours.text("UserId").unwrap(), ours.text("ClientIP").unwrap());
    let (starts, ends) = (
        ours.time_us("StartTime").unwrap(),
        ours.time_us("EndTime").unwrap(),
    );
    let (seconds, counts) = (
        floats(&ours, "DurationSeconds"),
        ours.i64("EventCount").unwrap(),
    );
    let time = |micros| huntbook::table::time::format_time(micros).replace('Z', "+00:00");
    let ours = (0..400).map(|row| {
        json!([
            users.get(row),
            addresses.get(row),
            time(starts.value(row)),
            time(ends.value(row)),
            seconds.value(row),
            counts.value(row),
            commands[row]
        ])
    });
    let rows = theirs["frame"]["rows"].as_array().unwrap();
    let theirs = rows
        .iter()
        .zip(theirs["sessions_cmd_only"].as_array().unwrap());
    let theirs = theirs.map(|(row, commands)| {
        let mut row = row.as_array().unwrap().clone();
        row.push(commands.clone());
        Value::Array(row)
    });
    // Absent users are the last here, between "c" and "e" in msticpy.
    let sorted = |rows: &mut dyn Iterator<Item = Value>| {
        let mut rows: Vec<String> = rows.map(|row| row.to_string()).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&mut { ours }), sorted(&mut { theirs }));
}

#[test]
fn sessions_of_exchange_are_as_likely_as_in_msticpy() {
    let (Some(sessions), Some(theirs)) = (
        oracle("anomseq_exchange_sessions.json"),
        oracle("anomseq_exchange_cmds_only.json"),
    ) else {
        return;
    };
    let table = sessions_table(&sessions["sessions_cmd_only"]);
    compare(&table, &theirs, json!({}));
    let Some(windows) = oracle("anomseq_score_sessions.json") else {
        return;
    };
    let scores = score(&table, json!({ "windowLengths": [3] }));
    let likelihoods = &windows["rarest_window3_likelihood"];
    assert_near(
        &floats(&scores, "RarestWindow3Likelihood"),
        likelihoods,
        "score_sessions",
    );
    assert_eq!(
        json!(lists(&scores, "RarestWindow3")),
        windows["rarest_window3"]
    );
}

/// msticpy's models with parameters, where their answers are at hand.
#[test]
fn sessions_of_exchange_with_parameters_are_as_likely_as_in_msticpy() {
    for kind in ["cmds_params_only", "cmds_params_values"] {
        let (Some(input), Some(theirs)) = (
            oracle("anomseq_exchange_input_sampled.json"),
            oracle(&format!("anomseq_exchange_{kind}.json")),
        ) else {
            continue;
        };
        let sessions = input.get("sessions").or_else(|| input.get(kind)).unwrap();
        let model = if kind == "cmds_params_only" {
            "params"
        } else {
            "values"
        };
        compare(
            &sessions_table(sessions),
            &theirs,
            json!({ "model": model }),
        );
    }
}

/// Defect 24: msticpy multiplies, so that a session of 400 commands has a likelihood of 0.
#[test]
fn long_sessions_keep_their_order() {
    let Some(sessions) = oracle("anomseq_exchange_sessions.json") else {
        return;
    };
    let mut sessions = sessions["sessions_cmd_only"].as_array().unwrap().clone();
    let names: BTreeMap<String, ()> = sessions
        .iter()
        .flat_map(|session| session.as_array().unwrap().iter())
        .map(|name| (name.as_str().unwrap().to_owned(), ()))
        .collect();
    let names: Vec<&String> = names.keys().collect();
    let count = sessions.len();
    // A generator of Lehmer's, so that any command may follow any other.
    let mut state = 1u64;
    let mut any = || {
        state = state * 48_271 % 0x7fff_ffff;
        json!(names[state as usize % names.len()])
    };
    for length in [400, 4000] {
        sessions.push((0..length).map(|_| any()).collect());
    }
    let scores = score(&sessions_table(&Value::Array(sessions)), json!({}));
    let (ln, plain) = (
        floats(&scores, "LogLikelihood"),
        floats(&scores, "Likelihood"),
    );
    assert!(ln.value(count) < -700.0 && ln.value(count + 1) < 9.0 * ln.value(count));
    assert!(plain.is_null(count) && plain.is_null(count + 1) && plain.is_valid(0));
    assert!(floats(&scores, "GeoMeanLikelihood").value(count) > 1e-4);
}

/// `UtcTime` is in Sysmon's rows only; a column that is in all rows is the better one.
#[test]
fn no_row_of_a_mixed_log_is_left_out() {
    let name = "data/mordor/windows/empire_psexec_dcerpc_tcp_svcctl.zip";
    let Some(bytes) = shared(name) else {
        return;
    };
    let table = table(&bytes, name);
    let options = TimeBinOptions::default();
    let bins = time_bins(&table, &options, &mut Progress::none()).unwrap();
    let counted: i64 = bins.i64("Count").unwrap().iter().flatten().sum();
    assert_eq!(counted, table.num_rows() as i64);
    assert!(bins.column("@timestamp").is_ok(), "{:?}", bins.names());
}
