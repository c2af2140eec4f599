//! Lengths of time in options, as hunters write them: `30s`, `5m`, `1h`, `1d`.
//!
//! | unit | spellings, in any case |
//! | --- | --- |
//! | microseconds | `us` |
//! | milliseconds | `ms` |
//! | seconds | `s`, `sec`, `second`, `seconds` |
//! | minutes | `m` (not `M`), `t`, `min`, `minute`, `minutes` |
//! | hours | `h`, `hr`, `hour`, `hours` |
//! | days | `d`, `day`, `days` |
//! | weeks | `w`, `week`, `weeks` |
//!
//! These are those of KQL and pandas that mean the same there. Numbers may have
//! decimals, and parts may follow each other: `1.5h`, `1h30m`, `2 days 12 hours`.
//! A capital `M` is a month in pandas, which has no fixed length, so it is refused.

use crate::{Error, Result};

/// The longest that is taken: 10,000 years of 365 days, in microseconds. All
/// times of a table are within; sums of a time and this do not overflow.
const LONGEST_US: f64 = 315_360_000.0e9;

/// Reads a length of time above 0, in microseconds; `option` is what the error
/// calls it.
///
/// # Errors
///
/// `InvalidArgument` for anything else.
pub(crate) fn duration_us(option: &str, text: &str) -> Result<i64> {
    match read(text) {
        // Not below one microsecond, the finest that times here know.
        Some(micros) if (1.0..=LONGEST_US).contains(&micros) => Ok(micros.round() as i64),
        _ => Err(Error::InvalidArgument(format!(
            "option `{option}` should be a length of time above 0, such as \"30s\", \"5m\", \"1h\" or \"7d\", but is `{text}`"
        ))),
    }
}

/// The sum of the parts; `None` if a part cannot be read or there is none.
fn read(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut total = 0.0;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        total += number.parse::<f64>().ok()? * unit_us(unit)?;
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(total);
        }
    }
}

pub(crate) fn unit_us(unit: &str) -> Option<f64> {
    if unit == "M" {
        return None;
    }
    Some(match unit.to_ascii_lowercase().as_str() {
        "us" => 1.0,
        "ms" => 1e3,
        "s" | "sec" | "second" | "seconds" => 1e6,
        "m" | "t" | "min" | "minute" | "minutes" => 60e6,
        "h" | "hr" | "hour" | "hours" => 3600e6,
        "d" | "day" | "days" => 86_400e6,
        "w" | "week" | "weeks" => 604_800e6,
        _ => return None,
    })
}

/// A length of time in words: the largest unit of which it is a whole number.
pub(crate) fn duration_text(micros: i64) -> String {
    let units = [
        (86_400_000_000, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "min"),
        (1_000_000, "s"),
        (1000, "ms"),
    ];
    let whole = units.iter().find(|(unit, _)| micros % unit == 0);
    let (unit, name) = whole.copied().unwrap_or((1, "us"));
    format!("{}{name}", micros / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_hunters_write() {
        const SECOND: i64 = 1_000_000;
        for (text, expected) in [
            ("90s", Some(90 * SECOND)),
            ("5m", Some(300 * SECOND)),
            ("1h", Some(3600 * SECOND)),
            ("1H", Some(3600 * SECOND)),
            ("1h30m", Some(5400 * SECOND)),
            ("1.5h", Some(5400 * SECOND)),
            (".5h", Some(1800 * SECOND)),
            ("2 days 12 hours", Some(60 * 3600 * SECOND)),
            ("1d", Some(86_400 * SECOND)),
            ("2w", Some(14 * 86_400 * SECOND)),
            ("1min", Some(60 * SECOND)),
            ("60T", Some(3600 * SECOND)),
            (" 10Min ", Some(600 * SECOND)),
            ("500ms", Some(SECOND / 2)),
            ("1us", Some(1)),
            ("10000w", Some(70_000 * 86_400 * SECOND)),
            ("", None),
            (" ", None),
            ("h", None),
            ("1", None),
            ("0s", None),
            ("0h5m", Some(300 * SECOND)),
            ("-1h", None),
            ("1M", None),
            ("1y", None),
            ("1h30", None),
            ("1h-30m", None),
            ("1..5h", None),
            ("..h", None),
            ("0.1us", None),
            ("1e3s", None),
            ("NaNs", None),
            ("1\u{e9}", None),
            ("9999999999w", None),
        ] {
            assert_eq!(duration_us("bin", text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn the_error_names_the_option() {
        let error = duration_us("bin", "soon")
            .err()
            .map(|error| error.to_string());
        assert!(
            error.is_some_and(|error| error.starts_with("option `bin` should be a length of time"))
        );
    }

    #[test]
    fn writes_what_it_reads() {
        for text in ["90s", "5min", "1h", "36h", "10d", "250ms", "7us"] {
            let micros = duration_us("bin", text).expect("a length of time");
            assert_eq!(duration_text(micros), text);
        }
    }
}
