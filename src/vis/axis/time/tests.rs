use std::collections::HashSet;

use super::*;
use crate::table::time::parse_time;
use crate::vis::axis::zone::format_time;

mod properties;

const FONT: f64 = 12.0;

fn micros(text: &str) -> f64 {
    parse_time(text.as_bytes()).expect(text).micros as f64
}

/// Some zones, the first with summer time.
fn zone(name: &str) -> Zone {
    let changes = |changes: &[(&str, i32)]| {
        (changes.iter())
            .map(|&(from, minutes)| (micros(from), minutes))
            .collect()
    };
    let offsets = match name {
        "Europe/Berlin" => changes(&[
            ("2025-10-26T01:00:00Z", 60),
            ("2026-03-29T01:00:00Z", 120),
            ("2026-10-25T01:00:00Z", 60),
        ]),
        "Europe/London" => changes(&[
            ("2025-10-26T01:00:00Z", 0),
            ("2026-03-29T01:00:00Z", 60),
            ("2026-10-25T01:00:00Z", 0),
        ]),
        // Half an hour of summer time.
        "Australia/Lord_Howe" => changes(&[
            ("2025-10-04T15:30:00Z", 660),
            ("2026-04-04T15:00:00Z", 630),
            ("2026-10-03T15:30:00Z", 660),
        ]),
        // Summer begins at midnight, so that a day has none.
        "Asia/Beirut" => changes(&[
            ("2025-10-25T21:00:00Z", 120),
            ("2026-03-28T22:00:00Z", 180),
            ("2026-10-24T21:00:00Z", 120),
        ]),
        // There was no 30 December 2011.
        "Pacific/Apia" => changes(&[
            ("2011-09-24T14:00:00Z", -600),
            ("2011-12-30T10:00:00Z", 840),
            ("2012-03-31T14:00:00Z", 780),
        ]),
        "Asia/Kathmandu" => vec![(f64::NEG_INFINITY, 345)],
        "America/St_Johns" => vec![(0.0, -210)],
        _ => Vec::new(),
    };
    Zone::new(name.into(), offsets)
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
];

fn labels(ticks: &[Tick]) -> String {
    let labels: Vec<&str> = ticks.iter().map(|tick| &tick.label[..]).collect();
    labels.join(" ")
}

#[test]
fn writes_each_step_in_its_way() {
    // From when to when, the ticks, and what is below them.
    let rows: &[(&str, &str, &str, &str, &str)] = &[
        (
            "1 µs",
            "2026-03-14 09:26:53.589791",
            "2026-03-14 09:26:53.589796",
            ":53.589791 :53.589792 :53.589793 :53.589794 :53.589795 :53.589796",
            "14 Mar 2026 09:26",
        ),
        (
            "200 µs",
            "2026-03-14 09:26:53.589791",
            "2026-03-14 09:26:53.590791",
            ":53.589800 :53.590000 :53.590200 :53.590400 :53.590600",
            "14 Mar 2026 09:26",
        ),
        (
            "1 ms",
            "2026-03-14 09:26:53.589",
            "2026-03-14 09:26:53.596",
            ":53.589 :53.590 :53.591 :53.592 :53.593 :53.594 :53.595 :53.596",
            "14 Mar 2026 09:26",
        ),
        (
            "200 ms",
            "2026-03-14 09:26:59.589",
            "2026-03-14 09:27:00.589",
            ":59.600 :59.800 :00.000 :00.200 :00.400",
            "14 Mar 2026 09:26 14 Mar 2026 09:27",
        ),
        (
            "1 s",
            "2026-03-14 09:26:53",
            "2026-03-14 09:27:03",
            ":53 :54 :55 :56 :57 :58 :59 :00 :01 :02 :03",
            "14 Mar 2026 09:26 14 Mar 2026 09:27",
        ),
        (
            "10 s",
            "2026-03-14 23:59:03",
            "2026-03-15 00:01:03",
            ":10 :20 :30 :40 :50 :00 :10 :20 :30 :40 :50 :00",
            "14 Mar 2026 23:59 15 Mar 2026 00:00 15 Mar 2026 00:01",
        ),
        (
            "30 s",
            "2026-03-14 23:58:33",
            "2026-03-15 00:01:33",
            "23:59:00 23:59:30 00:00:00 00:00:30 00:01:00 00:01:30",
            "14 Mar 2026 15 Mar 2026",
        ),
        (
            "1 min",
            "2026-03-14 09:26:53",
            "2026-03-14 09:33:00",
            "09:27 09:28 09:29 09:30 09:31 09:32 09:33",
            "14 Mar 2026",
        ),
        (
            "15 min",
            "2026-03-14 09:26:53",
            "2026-03-14 11:26:53",
            "09:30 09:45 10:00 10:15 10:30 10:45 11:00 11:15",
            "14 Mar 2026",
        ),
        (
            "1 h",
            "2026-03-14 19:26:53",
            "2026-03-15 04:26:53",
            "20:00 21:00 22:00 23:00 00:00 01:00 02:00 03:00 04:00",
            "14 Mar 2026 15 Mar 2026",
        ),
        (
            "6 h",
            "2026-03-14 19:26:53",
            "2026-03-16 19:26:53",
            "00:00 06:00 12:00 18:00 00:00 06:00 12:00 18:00",
            "15 Mar 2026 16 Mar 2026",
        ),
        (
            "12 h",
            "2026-03-13 19:00",
            "2026-03-17 19:00",
            "00:00 12:00 00:00 12:00 00:00 12:00 00:00 12:00",
            "14 Mar 2026 15 Mar 2026 16 Mar 2026 17 Mar 2026",
        ),
        (
            "1 day",
            "2026-02-26 19:00",
            "2026-03-08 19:00",
            "27 28 1 2 3 4 5 6 7 8",
            "Feb 2026 Mar 2026",
        ),
        (
            "7 days, from Monday",
            "2026-03-14 19:00",
            "2026-05-14 19:00",
            "16 23 30 6 13 20 27 4 11",
            "Mar 2026 Apr 2026 May 2026",
        ),
        (
            "1 month",
            "2026-03-14 19:00",
            "2027-01-14 19:00",
            "Apr May Jun Jul Aug Sep Oct Nov Dec Jan",
            "2026 2027",
        ),
        (
            "3 months",
            "2026-03-14 19:00",
            "2028-03-14 19:00",
            "Apr Jul Oct Jan Apr Jul Oct Jan",
            "2026 2027 2028",
        ),
        (
            "1 year",
            "2018-03-14",
            "2026-03-14",
            "2019 2020 2021 2022 2023 2024 2025 2026",
            "",
        ),
        (
            "50 years",
            "1726-03-14",
            "2026-03-14",
            "1750 1800 1850 1900 1950 2000",
            "",
        ),
        (
            "all that can be written",
            "0001-01-01",
            "9999-12-31",
            "1000 2000 3000 4000 5000 6000 7000 8000 9000",
            "",
        ),
    ];
    for (name, start, end, ticks, contexts) in rows {
        let axis = time_axis(micros(start), micros(end), 430.0, FONT, &Zone::utc());
        assert_eq!(labels(&axis.ticks), *ticks, "{name}");
        assert_eq!(labels(&axis.contexts), *contexts, "{name}");
    }
}

#[test]
fn follows_the_clocks_of_a_zone() {
    let rows: &[(&str, &str, &str, &str, f64, &str, &str)] = &[
        (
            "an hour is skipped",
            "Europe/Berlin",
            "2026-03-28T22:30Z",
            "2026-03-29T04:30Z",
            400.0,
            "00:00 01:00 03:00 04:00 05:00 06:00",
            "23:00 00:00 01:00 02:00 03:00 04:00",
        ),
        (
            "its half hours, too",
            "Europe/Berlin",
            "2026-03-29T00:00Z",
            "2026-03-29T02:00Z",
            250.0,
            "01:00 01:30 03:00 03:30 04:00",
            "00:00 00:30 01:00 01:30 02:00",
        ),
        (
            "an hour comes twice",
            "Europe/Berlin",
            "2026-10-24T22:30Z",
            "2026-10-25T03:30Z",
            330.0,
            "01:00 02:00 02:00 03:00 04:00",
            "23:00 00:00 01:00 02:00 03:00",
        ),
        (
            "but once for longer steps",
            "Europe/Berlin",
            "2026-10-24T20:00Z",
            "2026-10-25T10:00Z",
            400.0,
            "22:00 00:00 02:00 04:00 06:00 08:00 10:00",
            "20:00 22:00 00:00 03:00 05:00 07:00 09:00",
        ),
        (
            "days of 23 hours",
            "Europe/Berlin",
            "2026-03-27T22:00Z",
            "2026-03-31T10:00Z",
            150.0,
            "28 29 30 31",
            "23:00 23:00 22:00 22:00",
        ),
        (
            "days of 25 hours",
            "Europe/Berlin",
            "2026-10-23T12:00Z",
            "2026-10-27T10:00Z",
            150.0,
            "24 25 26 27",
            "22:00 22:00 23:00 23:00",
        ),
        (
            "a day without a midnight",
            "Asia/Beirut",
            "2026-03-27T12:00Z",
            "2026-03-30T10:00Z",
            150.0,
            "28 29 30",
            "22:00 22:00 21:00",
        ),
        (
            "a day that was not",
            "Pacific/Apia",
            "2011-12-28T00:00Z",
            "2012-01-02T00:00Z",
            200.0,
            "28 29 31 1 2",
            "10:00 10:00 10:00 10:00 10:00",
        ),
        (
            "a quarter off",
            "Asia/Kathmandu",
            "2026-03-14T00:00Z",
            "2026-03-14T05:00Z",
            300.0,
            "06:00 07:00 08:00 09:00 10:00",
            "00:15 01:15 02:15 03:15 04:15",
        ),
        (
            "a half off, in the west",
            "America/St_Johns",
            "2026-03-14T00:00Z",
            "2026-03-14T05:00Z",
            300.0,
            "21:00 22:00 23:00 00:00 01:00",
            "00:30 01:30 02:30 03:30 04:30",
        ),
    ];
    for (name, zone_name, start, end, width, local, utc) in rows {
        let axis = time_axis(micros(start), micros(end), *width, FONT, &zone(zone_name));
        assert_eq!(labels(&axis.ticks), *local, "{name}");
        let times: Vec<String> = (axis.ticks.iter())
            .map(|tick| format_time(tick.at, 0, &Zone::utc())[11..16].to_string())
            .collect();
        assert_eq!(times.join(" "), *utc, "{name}");
    }
}

#[test]
fn the_line_below_says_what_is_at_the_left_edge() {
    let start = micros("2026-03-14T12:00Z");
    for (name, end, width, expected) in [
        (
            "one day",
            "2026-03-14T20:00Z",
            400.0,
            vec![("14 Mar 2026", start)],
        ),
        (
            "and the next",
            "2026-03-15T20:00Z",
            400.0,
            vec![
                ("14 Mar 2026", start),
                ("15 Mar 2026", micros("2026-03-15")),
            ],
        ),
        (
            "which is too close",
            "2026-03-15T20:00Z",
            200.0,
            vec![("15 Mar 2026", micros("2026-03-15"))],
        ),
        (
            "or has to move to the left",
            "2026-03-15T01:00Z",
            120.0,
            vec![("15 Mar 2026", micros("2026-03-15"))],
        ),
        (
            "or has no room at the right edge",
            "2026-03-17T01:00Z",
            280.0,
            vec![
                ("15 Mar 2026", micros("2026-03-15")),
                ("16 Mar 2026", micros("2026-03-16")),
            ],
        ),
    ] {
        let axis = time_axis(start, micros(end), width, FONT, &Zone::utc());
        let found: Vec<_> = axis
            .contexts
            .iter()
            .map(|tick| (&tick.label[..], tick.at))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn there_are_no_ticks_where_there_is_no_time() {
    let now = micros("2026-03-14");
    for (name, start, end, width, font) in [
        ("no span", now, now, 400.0, FONT),
        ("reversed", now, now - 1.0, 400.0, FONT),
        ("not a number", f64::NAN, now, 400.0, FONT),
        ("nor at the end", now, f64::NAN, 400.0, FONT),
        ("infinite", f64::NEG_INFINITY, f64::INFINITY, 400.0, FONT),
        ("too large", -f64::MAX, f64::MAX, 400.0, FONT),
        ("no width", now, now + 1e9, 0.0, FONT),
        ("no width at all", now, now + 1e9, f64::NAN, FONT),
        ("no font", now, now + 1e9, 400.0, 0.0),
        ("not a font", now, now + 1e9, 400.0, f64::NAN),
        ("endless font", now, now + 1e9, 400.0, f64::INFINITY),
    ] {
        let axis = time_axis(start, end, width, font, &zone("Europe/Berlin"));
        assert_eq!(axis.ticks, [], "{name}");
    }
    for (start, end, width) in [
        (-1e300, 1e300, 400.0),
        (1e17, 2e17, 400.0),
        (now, now + 1e15, 1e300),
    ] {
        // No ticks are right, as long as it comes to an end.
        time_axis(start, end, width, FONT, &Zone::utc());
    }
}

#[test]
fn steps_stay_when_the_axis_is_moved() {
    let (start, span) = (micros("2026-06-01"), 3.3 * 3600e6);
    let steps: HashSet<u64> = (0..500)
        .map(|i| {
            let start = start + f64::from(i) * 217e6;
            let axis = time_axis(start, start + span, 700.0, FONT, &Zone::utc());
            (axis.ticks[1].at - axis.ticks[0].at) as u64
        })
        .collect();
    assert_eq!(steps.len(), 1);
}
