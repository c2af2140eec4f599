//! Groups whose truth is known.
#![allow(clippy::unwrap_used)] // a test may fail so

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Table;
use crate::table::Progress;

/// Numbers from 0 to 1 that look random.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    fn next(&mut self) -> f64 {
        // Steele, Lea and Flood: SplitMix64, 2014.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Waits of a Poisson process.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.next()).ln()
    }
}

/// Events of groups at seconds.
fn events(groups: &[Vec<f64>]) -> Table {
    let keys = groups
        .iter()
        .enumerate()
        .flat_map(|(key, times)| times.iter().map(move |_| key as i64));
    let times = groups
        .iter()
        .flatten()
        .map(|second| 1_700_000_000_000_000 + (second * 1e6) as i64);
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(keys));
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    Table::new(vec![("Key", keys), ("Timestamp", times)]).unwrap()
}

fn detect(table: &Table, options: Value) -> Table {
    let options = serde_json::from_value(options).unwrap();
    detect_polling(table, &options, &mut Progress::none()).unwrap()
}

fn verdict(times: Vec<f64>, options: Value) -> (String, Option<f64>) {
    let result = detect(&events(&[times]), options);
    let period = result.f64("PeriodSeconds").unwrap();
    let verdict = result.text("Verdict").unwrap().get(0).unwrap().to_string();
    (verdict, period.is_valid(0).then(|| period.value(0)))
}

/// Visits at a period, each late by up to a share of it.
fn beacon(count: usize, period: f64, jitter: f64, noise: &mut Noise) -> Vec<f64> {
    (0..count)
        .map(|i| (i as f64 + jitter * noise.next()) * period)
        .collect()
}

/// Visits after a sleep that varies by a share: what is late stays late.
fn sleeper(count: usize, period: f64, jitter: f64, noise: &mut Noise) -> Vec<f64> {
    let mut time = 0.0;
    (0..count)
        .map(|_| {
            time += period * (1.0 + jitter * (noise.next() - 0.5));
            time
        })
        .collect()
}

fn random(count: usize, mean: f64, noise: &mut Noise) -> Vec<f64> {
    let mut time = 0.0;
    (0..count)
        .map(|_| {
            time += noise.wait(mean);
            time
        })
        .collect()
}

#[test]
fn polling_has_its_base_period() {
    let noise = &mut Noise(1);
    let burst = |times: Vec<f64>| {
        times
            .iter()
            .flat_map(|time| [*time, time + 1.0, time + 2.0])
            .collect::<Vec<_>>()
    };
    let gaps = |times: Vec<f64>| {
        times
            .into_iter()
            .enumerate()
            .filter(|(i, _)| i % 7 != 3 && i % 11 != 5)
            .map(|(_, time)| time)
            .collect::<Vec<_>>()
    };
    let mixed = |mut times: Vec<f64>, others: Vec<f64>| {
        times.extend(others);
        times
    };
    let rows: Vec<(&str, Vec<f64>, Value, f64, f64)> = vec![
        // Defect 22: msticpy says 4 and 6 seconds of these.
        (
            "exact, of 20 s",
            beacon(1000, 20.0, 0.0, noise),
            json!({}),
            20.0,
            1e-6,
        ),
        (
            "exact, of 20 s, in seconds",
            beacon(1000, 20.0, 0.0, noise),
            json!({ "bin": "1s" }),
            20.0,
            1e-6,
        ),
        (
            "exact, of 30 s, short",
            beacon(20, 30.0, 0.0, noise),
            json!({ "bin": "1s" }),
            30.0,
            1e-6,
        ),
        (
            "exact, of 600 s, in seconds",
            beacon(300, 600.0, 0.0, noise),
            json!({ "bin": "1s" }),
            600.0,
            1e-6,
        ),
        (
            "of a day",
            beacon(30, 86_400.0, 0.0, noise),
            json!({}),
            86_400.0,
            1e-6,
        ),
        (
            "of half a second",
            beacon(500, 0.5, 0.0, noise),
            json!({ "bin": "50ms" }),
            0.5,
            1e-6,
        ),
        (
            "a tenth late",
            beacon(200, 60.0, 0.1, noise),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "a third late",
            beacon(200, 60.0, 0.33, noise),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "half late",
            beacon(500, 60.0, 0.5, noise),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "sleeping a fifth more or less",
            sleeper(300, 60.0, 0.2, noise),
            json!({}),
            60.0,
            0.05,
        ),
        (
            "sleeping a half more or less",
            sleeper(300, 60.0, 0.5, noise),
            json!({}),
            60.0,
            0.1,
        ),
        (
            "sleeping, long",
            sleeper(5000, 60.0, 0.3, noise),
            json!({}),
            60.0,
            0.05,
        ),
        (
            "in bursts",
            burst(beacon(200, 60.0, 0.05, noise)),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "with gaps",
            gaps(beacon(200, 60.0, 0.05, noise)),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "among others",
            mixed(beacon(200, 60.0, 0.02, noise), random(200, 60.0, noise)),
            json!({}),
            60.0,
            0.01,
        ),
        (
            "seven visits",
            beacon(7, 3600.0, 0.02, noise),
            json!({}),
            3600.0,
            0.03,
        ),
    ];
    for (name, times, options, expected, off) in rows {
        let (verdict, period) = verdict(times, options);
        let period = period.unwrap_or(0.0);
        assert!(
            verdict == "polling" && (period / expected - 1.0).abs() <= off,
            "{name}: {verdict}, {period}"
        );
    }
}

#[test]
fn people_and_chance_do_not_poll() {
    let noise = &mut Noise(2);
    let mut days = Vec::new();
    for day in 0..14 {
        let start = f64::from(day) * 86_400.0 + 8.0 * 3600.0;
        days.extend(
            random(200, 120.0, noise)
                .into_iter()
                .map(|time| start + time),
        );
    }
    let mut sessions = Vec::new();
    let mut at = 0.0;
    for _ in 0..40 {
        at += noise.wait(7200.0) + 300.0;
        let count = 5 + (40.0 * noise.next()) as usize;
        sessions.extend(random(count, 4.0, noise).into_iter().map(|time| at + time));
    }
    let steady: Vec<f64> = (0..5000)
        .map(f64::from)
        .filter(|_| noise.next() < 0.6)
        .collect();
    let rows = [
        ("office hours", days, "rhythm"),
        ("sessions", sessions, "none"),
        ("by chance", random(500, 60.0, noise), "none"),
        ("by chance, many", random(20_000, 5.0, noise), "none"),
        ("nearly each second", steady, "none"),
        ("one", vec![5.0], "too few events"),
        ("two", vec![5.0, 65.0], "too few events"),
        ("many at one time", vec![5.0; 100], "too few events"),
    ];
    for (name, times, expected) in rows {
        assert_eq!(verdict(times, json!({})).0, expected, "{name}");
    }
}

/// Of groups without a period about as many as `alpha` says are called polling.
#[test]
fn chance_is_seldom_called_polling() {
    let noise = &mut Noise(3);
    for (count, alpha, most) in [
        (8, 0.001, 6),
        (20, 0.001, 6),
        (100, 0.001, 6),
        (100, 0.05, 140),
    ] {
        let groups: Vec<Vec<f64>> = (0..2000).map(|_| random(count, 300.0, noise)).collect();
        let result = detect(
            &events(&groups),
            json!({ "groupBy": ["Key"], "alpha": alpha }),
        );
        let verdicts = result.text("Verdict").unwrap();
        let polling = verdicts
            .iter()
            .filter(|verdict| *verdict == Some("polling"))
            .count();
        assert!(
            polling <= most,
            "{count} events, {alpha}: {polling} of 2000"
        );
    }
}

/// How many of groups are called polling.
fn called_polling(groups: &[Vec<f64>], mut options: Value) -> usize {
    options["groupBy"] = json!(["Key"]);
    let result = detect(&events(groups), options);
    let verdicts = result.text("Verdict").unwrap();
    verdicts
        .iter()
        .filter(|verdict| *verdict == Some("polling"))
        .count()
}

/// As a log writes them that knows seconds.
fn in_seconds(times: Vec<f64>) -> Vec<f64> {
    times.into_iter().map(f64::floor).collect()
}

/// Normal noise, nearly: the sum of twelve.
fn normal(noise: &mut Noise) -> f64 {
    (0..12).map(|_| noise.next()).sum::<f64>() - 6.0
}

/// If nearly each bin has a visit, their intervals are alike because they are rounded.
#[test]
fn busy_traffic_does_not_poll() {
    let noise = &mut Noise(4);
    let rows = [
        ("20 each second", 4000, 0.05, json!({})),
        ("100 each second", 6000, 0.01, json!({})),
        ("5 each second", 2000, 0.2, json!({})),
        ("3 each second", 2000, 0.3, json!({})),
        ("in minutes", 1000, 5.0, json!({ "bin": "1m" })),
        ("in half minutes", 1000, 5.0, json!({ "bin": "30s" })),
    ];
    for (name, count, mean, options) in rows {
        let groups: Vec<Vec<f64>> = (0..20).map(|_| random(count, mean, noise)).collect();
        assert_eq!(called_polling(&groups, options.clone()), 0, "{name}");
        let coarse: Vec<Vec<f64>> = groups.into_iter().map(in_seconds).collect();
        assert_eq!(
            called_polling(&coarse, options.clone()),
            0,
            "{name}, seconds"
        );
        let minutes = |times: &Vec<f64>| {
            times
                .iter()
                .map(|time| (time / 60.0).floor() * 60.0 + 40.0)
                .collect()
        };
        let coarse: Vec<Vec<f64>> = coarse.iter().map(minutes).collect();
        assert_eq!(called_polling(&coarse, options), 0, "{name}, minutes");
    }
    let flood = detect(&events(&[in_seconds(random(4000, 0.05, noise))]), json!({}));
    assert!(flood.f64("IntervalScore").unwrap().is_null(0));
    let fast = |period: f64, jitter: f64| -> Vec<Vec<f64>> {
        let sleeps = |_| in_seconds(sleeper(500, period, jitter, &mut Noise(5)));
        (0..5).map(sleeps).collect()
    };
    for (name, groups) in [
        ("of 2 s", fast(2.0, 0.0)),
        ("of 3 s", fast(3.0, 0.0)),
        ("of 3 s, a tenth late", fast(3.0, 0.1)),
        ("of 5 s, a fifth more or less", fast(5.0, 0.4)),
    ] {
        assert_eq!(called_polling(&groups, json!({})), 5, "{name}");
    }
}

/// Whole seconds have the geometric law, whose share near a short median is larger.
#[test]
fn chance_is_seldom_alike_at_any_rate() {
    let noise = &mut Noise(6);
    for (count, groups, step) in [(100, 30, 1), (1000, 6, 1), (10_000, 1, 3)] {
        for mean in (1..=20).step_by(step) {
            let mean = f64::from(mean);
            let times: Vec<Vec<f64>> = (0..groups).map(|_| random(count, mean, noise)).collect();
            let seconds: Vec<Vec<f64>> = times.iter().cloned().map(in_seconds).collect();
            let called = called_polling(&times, json!({})) + called_polling(&seconds, json!({}));
            assert!(called <= 1, "{count} of mean {mean}: {called}");
        }
    }
}

/// Waits that are neither a program's nor independent are as alike as documented.
#[test]
fn waits_of_people_are_seldom_alike() {
    let noise = &mut Noise(7);
    let waits = |noise: &mut Noise, wait: fn(&mut Noise) -> f64| -> Vec<Vec<f64>> {
        let mut group = || {
            let mut time = 0.0;
            let wait = |_| {
                time += wait(noise);
                time
            };
            (0..200).map(wait).collect()
        };
        (0..50).map(|_| group()).collect()
    };
    type Wait = fn(&mut Noise) -> f64;
    let rows: [(&str, Wait, usize); 4] = [
        (
            "log-normal, 0.5",
            |noise| 60.0 * (0.5 * normal(noise)).exp(),
            4,
        ),
        ("log-normal, 1", |noise| 60.0 * normal(noise).exp(), 0),
        ("uniform", |noise| 120.0 * noise.next(), 0),
        ("gamma of 2", |noise| noise.wait(30.0) + noise.wait(30.0), 0),
    ];
    for (name, wait, most) in rows {
        let called = called_polling(&waits(noise, wait), json!({}));
        assert!(called <= most, "{name}: {called}");
    }
}

/// Each is found in at least so many of 40 groups, within a tenth of its period.
#[test]
fn beacons_are_found_again_and_again() {
    let noise = &mut Noise(8);
    let missed = |times: Vec<f64>, share: f64, noise: &mut Noise| -> Vec<f64> {
        times
            .into_iter()
            .filter(|_| noise.next() >= share)
            .collect()
    };
    let bursts = |times: Vec<f64>, from: usize, to: usize, noise: &mut Noise| -> Vec<f64> {
        let mut all = Vec::new();
        for mut time in times {
            for _ in 0..from + ((to - from + 1) as f64 * noise.next()) as usize {
                all.push(time);
                time += noise.wait(1.0);
            }
        }
        all
    };
    let asleep = |beats: usize, jitter: f64, noise: &mut Noise| -> Vec<f64> {
        let (mut all, mut start) = (Vec::new(), 0.0);
        for _ in 0..20 {
            all.extend(
                sleeper(beats, 60.0, jitter, noise)
                    .iter()
                    .map(|time| start + time),
            );
            start += 4000.0 + 10_000.0 * noise.next();
        }
        all
    };
    type Make<'a> = &'a dyn Fn(&mut Noise) -> Vec<f64>;
    let pages = |noise: &mut Noise| bursts(random(120, 1200.0, noise), 3, 20, noise);
    let among = |noise: &mut Noise| {
        let mut all = pages(noise);
        let times = sleeper(1440, 60.0, 0.2, noise);
        all.extend(times.iter().map(|time| 150_000.0 + time));
        all
    };
    let rows: [(&str, f64, usize, Make); 11] = [
        ("half missed, exact", 60.0, 39, &|noise| {
            missed(beacon(200, 60.0, 0.0, noise), 0.5, noise)
        }),
        ("half missed, a tenth", 60.0, 39, &|noise| {
            missed(sleeper(200, 60.0, 0.2, noise), 0.5, noise)
        }),
        ("half more or less", 60.0, 30, &|noise| {
            sleeper(100, 60.0, 1.0, noise)
        }),
        ("4 h in twos to fours", 14_400.0, 32, &|noise| {
            bursts(sleeper(42, 14_400.0, 0.6, noise), 2, 4, noise)
        }),
        ("4 h", 14_400.0, 32, &|noise| {
            sleeper(42, 14_400.0, 0.6, noise)
        }),
        ("1 h in many", 3600.0, 39, &|noise| {
            bursts(sleeper(100, 3600.0, 0.2, noise), 5, 40, noise)
        }),
        ("5 min in some", 300.0, 39, &|noise| {
            bursts(sleeper(100, 300.0, 0.2, noise), 3, 8, noise)
        }),
        ("asleep for hours", 60.0, 39, &|noise| {
            asleep(10, 0.2, noise)
        }),
        ("asleep for hours, exact", 60.0, 39, &|noise| {
            asleep(5, 0.0, noise)
        }),
        ("a day after two of pages", 60.0, 39, &among),
        ("half a second", 0.5, 39, &|noise| {
            beacon(300, 0.5, 0.0, noise)
        }),
    ];
    for (name, period, least, make) in rows {
        let groups: Vec<Vec<f64>> = (0..40).map(|_| make(noise)).collect();
        let result = detect(&events(&groups), json!({ "groupBy": ["Key"] }));
        let (verdicts, periods) = (
            result.text("Verdict").unwrap(),
            result.f64("PeriodSeconds").unwrap(),
        );
        let found = (0..groups.len())
            .filter(|&row| verdicts.get(row) == Some("polling"))
            .filter(|&row| (periods.value(row) / period - 1.0).abs() < 0.1)
            .count();
        assert!(found >= least, "{name}: {found}");
    }
    let pages: Vec<Vec<f64>> = (0..40).map(|_| pages(noise)).collect();
    assert_eq!(called_polling(&pages, json!({})), 0);
}

/// What costs time is work, not events: a few groups that take long ask, too.
#[test]
fn progress_follows_work() {
    let noise = &mut Noise(9);
    let groups: Vec<Vec<f64>> = (0..40).map(|_| random(500, 100.0, noise)).collect();
    let options = json!({ "groupBy": ["Key"], "bin": "1s" });
    let options = serde_json::from_value(options).unwrap();
    let mut asked = 0;
    let mut callback = |_: f64| {
        asked += 1;
        asked < 5
    };
    let result = detect_polling(
        &events(&groups),
        &options,
        &mut Progress::new(&mut callback),
    );
    assert!(matches!(result, Err(crate::Error::Cancelled)), "{asked}");
}

#[test]
fn wrong_options_say_what_to_do() {
    let table = events(&[vec![1.0, 2.0]]);
    for (options, message) in [
        (
            json!({ "alpha": 0 }),
            "`alpha` should be a number between 0 and 1",
        ),
        (json!({ "minEvents": 2 }), "`minEvents` should be 3 or more"),
        (
            json!({ "bin": "often" }),
            "`bin` should be a length of time",
        ),
        (
            json!({ "timeColumn": "Key" }),
            "column `Key` should be times",
        ),
        (json!({ "groupBy": ["Host"] }), "no column `Host`"),
    ] {
        let options = serde_json::from_value(options).unwrap();
        let error = detect_polling(&table, &options, &mut Progress::none()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    assert_eq!(detect(&table.slice(0, 0), json!({})).num_rows(), 0);
}

#[test]
fn hostile_times_have_an_answer() {
    let times = [
        i64::MIN,
        i64::MAX,
        0,
        1,
        -1,
        i64::MAX - 1,
        i64::MIN + 1,
        5,
        1 << 62,
        -(1 << 62),
    ];
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    let table = Table::new(vec![("Timestamp", times)]).unwrap();
    for options in [
        json!({}),
        json!({ "bin": "1ms" }),
        json!({ "bin": "10000d" }),
    ] {
        assert_eq!(detect(&table, options).num_rows(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_and_epoch_do_not_matter(seed: u64, count in 1_usize..200, period in 1_u32..500, shift in -1000_i64..1000) {
        let noise = &mut Noise(seed);
        let times = sleeper(count, f64::from(period), 0.3, noise);
        let mut keyed: Vec<(f64, f64)> = times.iter().map(|time| (noise.next(), *time)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let shuffled: Vec<f64> = keyed.iter().map(|(_, time)| time + shift as f64 * 4.0).collect();
        let (ours, theirs) = (detect(&events(&[times]), json!({})), detect(&events(&[shuffled]), json!({})));
        for name in ["PValue", "PeriodSeconds", "IntervalScore", "BinSeconds"] {
            let (a, b) = (ours.f64(name).unwrap(), theirs.f64(name).unwrap());
            prop_assert_eq!(a.is_valid(0), b.is_valid(0));
            // Times are whole microseconds after a shift, too, but for a rounding.
            prop_assert!(a.is_null(0) || (a.value(0) - b.value(0)).abs() <= 1e-3 * (1.0 + a.value(0).abs()), "{}", name);
        }
    }
}
