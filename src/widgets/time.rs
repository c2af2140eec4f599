//! Times as an analyst types them.
//!
//! | written | means |
//! | --- | --- |
//! | `2026-03-14 09:30`, and all that [`parse_time`] reads | what clocks of the zone show |
//! | the same with `Z`, `UTC`, `+01:00` | that moment |
//! | `now` | now |
//! | `-2d`, `+3h`, `-30m`, `-1w`, `-1mon`, `-1y`, `-2 hours`, `now-2d` | from now |
//! | `-7` | days from now |
//! | `-1d@d`, `@h`, `-1w@w`, `@mon` | and down to when such a unit began in the zone; weeks on Monday |
//!
//! These are the forms of msticpy's datetime parameters. There `mon` is read as minutes, by
//! mistake; here it is months, with the last day of a month that is shorter.

use crate::table::time::{
    MAX_MICROS, MIN_MICROS, bin_start, civil_to_days, days_to_civil, parse_time,
};
use crate::table::unit_us;
use crate::vis::Zone;
use crate::{Error, Result};

const DAY: i64 = 86_400_000_000;

/// The moment that a text means, in microseconds since 1970 UTC, in the years 1 to 9999; `now`
/// likewise.
///
/// # Errors
///
/// `InvalidArgument` for a text that means none.
pub fn read_time(text: &str, now: f64, zone: &Zone) -> Result<f64> {
    let text = text.trim();
    let time = absolute(text, zone).or_else(|| relative(text, now, zone));
    let time = time.filter(|time| (MIN_MICROS as f64..=MAX_MICROS as f64).contains(time));
    time.ok_or_else(|| {
        let mut message = String::new();
        if text.is_empty() {
            message.push_str("Write a time");
        } else {
            message.push('“');
            message.extend(text.chars().take(40));
            message.push_str("” is not a time; write one");
        }
        message.push_str(" like 2026-03-14 09:30, or now, -2d, -6h, -1d@d");
        Error::InvalidArgument(message)
    })
}

/// A time without an offset is one of the zone: with the offset of UTC it is read, and so is not
/// one that has an offset already.
fn absolute(text: &str, zone: &Zone) -> Option<f64> {
    let local = [text, if text.contains(':') { "Z" } else { " 00:00Z" }].concat();
    match parse_time(local.as_bytes()) {
        Some(time) => Some(zone.utc_of(time.micros as f64)),
        None => Some(parse_time(text.as_bytes())?.micros as f64),
    }
}

/// `[now][±number[unit]][@unit]`.
fn relative(text: &str, now: f64, zone: &Zone) -> Option<f64> {
    let (offset, round) = match text.split_once('@') {
        Some((offset, unit)) => (offset.trim(), Some(unit.trim())),
        None => (text, None),
    };
    let from_now = offset
        .get(..3)
        .filter(|word| word.eq_ignore_ascii_case("now"));
    let offset = offset[from_now.map_or(0, str::len)..].trim_start();
    let time = match offset {
        "" if from_now.is_some() || round.is_some() => now,
        offset => moved(offset, now, zone)?,
    };
    match round {
        Some(unit) => began(unit, time, zone),
        None => Some(time),
    }
}

/// Now and `[±]number[unit]`.
fn moved(offset: &str, now: f64, zone: &Zone) -> Option<f64> {
    let (sign, rest) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+').unwrap_or(offset)),
    };
    let rest = rest.trim_start();
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (number, unit) = rest.split_at(digits);
    let number = sign * i64::from(number.parse::<u32>().ok()?);
    let unit = unit.trim_start();
    if let Some(months) = months_of(unit) {
        return by_months(number.checked_mul(months)?, now, zone);
    }
    let length = if unit.is_empty() {
        DAY as f64
    } else {
        unit_us(unit)?
    };
    Some(now + number as f64 * length)
}

/// How many months a unit has that has no fixed length.
fn months_of(unit: &str) -> Option<i64> {
    match unit {
        "mon" | "month" | "months" => Some(1),
        "y" | "year" | "years" => Some(12),
        _ => None,
    }
}

/// The same day and clock of another month, of a shorter one the last.
fn by_months(months: i64, now: f64, zone: &Zone) -> Option<f64> {
    let local = zone.local(now) as i64;
    let (year, month, day) = days_to_civil(local.div_euclid(DAY));
    let month = (year * 12 + i64::from(month) - 1).checked_add(months)?;
    let year = u32::try_from(month.div_euclid(12))
        .ok()
        .filter(|year| *year <= 9999)?;
    let month = month.rem_euclid(12) as u32 + 1;
    let days = (28..=day)
        .rev()
        .find_map(|day| civil_to_days(year, month, day));
    let days = days.or_else(|| civil_to_days(year, month, day))?;
    Some(zone.utc_of((days * DAY + local.rem_euclid(DAY)) as f64))
}

/// When the unit of a time began, as clocks of the zone show it.
fn began(unit: &str, time: f64, zone: &Zone) -> Option<f64> {
    let local = zone.local(time) as i64;
    let start = match months_of(unit) {
        Some(months) => {
            let (year, month, _) = days_to_civil(local.div_euclid(DAY));
            let month = if months == 1 { month } else { 1 };
            civil_to_days(u32::try_from(year).ok()?, month, 1)? * DAY
        }
        None => bin_start(local, unit_us(unit)? as i64),
    };
    Some(zone.utc_of(start as f64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::time::format_time;

    fn berlin() -> Zone {
        let changes = [(1_761_440_400e6, 60), (1_774_746_000e6, 120)];
        Zone::new("Europe/Berlin".into(), changes.into())
    }

    /// 2026-03-31 14:25:36.5 UTC, a Tuesday.
    const NOW: f64 = 1_774_967_136.5e6;

    fn written(text: &str, zone: &Zone) -> Option<String> {
        read_time(text, NOW, zone)
            .ok()
            .map(|us| format_time(us as i64))
    }

    #[test]
    fn reads_times_in_utc() {
        for (text, expected) in [
            ("2026-03-14", "2026-03-14T00:00:00Z"),
            ("2026-03-14 09:30", "2026-03-14T09:30:00Z"),
            ("2026-03-14T09:30:15.250Z", "2026-03-14T09:30:15.250Z"),
            ("2026-03-14T09:30:15+02:00", "2026-03-14T07:30:15Z"),
            ("3/14/2026, 5:16:03.000 PM", "2026-03-14T17:16:03Z"),
            (" 2026/03/14 09:30 UTC ", "2026-03-14T09:30:00Z"),
            ("now", "2026-03-31T14:25:36.500Z"),
            ("NOW", "2026-03-31T14:25:36.500Z"),
            ("now-2d", "2026-03-29T14:25:36.500Z"),
            ("-1", "2026-03-30T14:25:36.500Z"),
            ("1", "2026-04-01T14:25:36.500Z"),
            ("+5", "2026-04-05T14:25:36.500Z"),
            ("-3d", "2026-03-28T14:25:36.500Z"),
            ("2h", "2026-03-31T16:25:36.500Z"),
            ("-30m", "2026-03-31T13:55:36.500Z"),
            ("-1w", "2026-03-24T14:25:36.500Z"),
            ("-10s", "2026-03-31T14:25:26.500Z"),
            ("- 4 h", "2026-03-31T10:25:36.500Z"),
            ("-2 hours", "2026-03-31T12:25:36.500Z"),
            ("-1y", "2025-03-31T14:25:36.500Z"),
            ("-1mon", "2026-02-28T14:25:36.500Z"),
            ("+1 month", "2026-04-30T14:25:36.500Z"),
            ("-3mon", "2025-12-31T14:25:36.500Z"),
            ("@d", "2026-03-31T00:00:00Z"),
            ("-1d@d", "2026-03-30T00:00:00Z"),
            ("now@h", "2026-03-31T14:00:00Z"),
            ("-1w@w", "2026-03-23T00:00:00Z"),
            ("-1mon@mon", "2026-02-01T00:00:00Z"),
            ("@y", "2026-01-01T00:00:00Z"),
            ("-36500d", "1926-04-25T14:25:36.500Z"),
        ] {
            assert_eq!(
                written(text, &Zone::utc()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn reads_times_of_a_zone() {
        for (text, expected) in [
            ("2026-03-14", "2026-03-13T23:00:00Z"),
            ("2026-03-14 09:30", "2026-03-14T08:30:00Z"),
            ("2026-03-30 09:30", "2026-03-30T07:30:00Z"),
            ("2026-03-14 09:30Z", "2026-03-14T09:30:00Z"),
            ("2026-03-14 09:30-05", "2026-03-14T14:30:00Z"),
            ("5/1/2026 1:00 PM", "2026-05-01T11:00:00Z"),
            ("-1d", "2026-03-30T14:25:36.500Z"),
            ("-1d@d", "2026-03-29T22:00:00Z"),
            ("-2d@d", "2026-03-28T23:00:00Z"),
            ("-1mon", "2026-02-28T15:25:36.500Z"),
        ] {
            assert_eq!(
                written(text, &berlin()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn says_what_is_no_time() {
        for text in [
            "",
            " ",
            "x",
            "yesterday",
            "2026-02-30",
            "2026-03-14 25:00",
            "-2q",
            "5x",
            "-1M",
            "--2d",
            "-d",
            "now now",
            "@",
            "-1d@",
            "-1d@q",
            "2026-03-14@d",
            "-9999999d",
            "99999999999",
            "-4000000000y",
            "né",
            "€€",
        ] {
            let error = read_time(text, NOW, &berlin()).expect_err(text);
            assert_eq!(error.code(), "invalidArgument", "{text}");
            assert!(error.to_string().contains("like 2026-03-14"), "{error}");
        }
        let long = read_time(&"x".repeat(500), NOW, &Zone::utc()).expect_err("long");
        assert!(long.to_string().len() < 150, "{long}");
    }

    proptest! {
        #[test]
        fn never_panics(text: String, now: f64) {
            let _ = read_time(&text, now, &berlin());
        }

        #[test]
        fn never_panics_on_near_misses(text in "(now)?[+-]?[0-9]{0,10} ?(d|h|mon|y|us|w)?(@(d|mon|w|us|y))?", now in -1e17..1e18) {
            let _ = read_time(&text, now, &berlin());
        }
    }
}
