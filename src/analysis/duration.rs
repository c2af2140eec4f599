//! Lengths of time as people write them: `"1h"`, `"15min"`, `"1d"`.

use crate::{Error, Result};

/// Longest that is taken: 10,000 days.
const LONGEST_US: f64 = 864e12;

/// The microseconds of a duration: a number, or none for one, and a unit: `ms`, `s`,
/// `m` or `min`, `h`, `d`, `w`, also in capitals, and pandas' `T`.
///
/// # Errors
///
/// `InvalidArgument`, which names the option, for anything else, or no time at all.
pub(in crate::analysis) fn micros(option: &str, text: &str) -> Result<i64> {
    let trimmed = text.trim();
    let letters = trimmed.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = trimmed[..trimmed.len() - letters.len()].trim();
    let unit = match letters.trim().to_ascii_lowercase().as_str() {
        "ms" => 1e3,
        "s" | "sec" => 1e6,
        "m" | "min" | "t" => 60e6,
        "h" => 3600e6,
        "d" => 86_400e6,
        "w" => 604_800e6,
        _ => f64::NAN,
    };
    let count = if number.is_empty() {
        Ok(1.0)
    } else {
        number.parse()
    };
    let micros = count.unwrap_or(f64::NAN) * unit;
    // pandas' M is a month, which has no fixed length.
    if (1.0..=LONGEST_US).contains(&micros) && letters != "M" {
        return Ok(micros.round() as i64);
    }
    Err(Error::InvalidArgument(format!(
        "option `{option}` should be a duration such as \"30s\", \"15min\", \"1h\" or \"1d\", but is \"{text}\""
    )))
}

/// A duration in words: the largest unit of which it is a whole number.
pub(in crate::analysis) fn text(micros: i64) -> String {
    let units = [
        (86_400_000_000, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "min"),
        (1_000_000, "s"),
        (1000, "ms"),
    ];
    let whole = units.iter().find(|(unit, _)| micros % unit == 0);
    whole.map_or_else(
        || format!("{micros} µs"),
        |(unit, name)| format!("{}{name}", micros / unit),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_they_are_written() {
        for (given, expected) in [
            ("1h", Some("1h")),
            ("h", Some("1h")),
            (" 90 min ", Some("90min")),
            ("60T", Some("1h")),
            ("1D", Some("1d")),
            ("2w", Some("14d")),
            ("0.5s", Some("500ms")),
            ("24H", Some("1d")),
            ("1M", None),
            ("", None),
            ("1", None),
            ("0h", None),
            ("-1h", None),
            ("1.2.3h", None),
            ("99999999d", None),
            ("1 fortnight", None),
        ] {
            let read = micros("bin", given).ok().map(text);
            assert_eq!(read.as_deref(), expected, "{given:?}");
        }
    }
}
