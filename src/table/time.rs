//! Times: how they are read from text, and written.
//!
//! A time is a count of microseconds since 1970 in UTC, in the years 1 to 9999.
//! [`parse_time`] reads the forms that log tools write:
//!
//! | form | examples |
//! | --- | --- |
//! | ISO 8601 and RFC 3339 | `2019-02-09T23:26:47.7Z`, `2019-02-09 23:26:47.123456789+01:00`, `2019-02-09` |
//! | the same with `/` | `2019/02/09 23:26` |
//! | Azure portal, Excel | `1/15/2019, 5:16:03.000 AM`, `7/8/2019 16:08` |
//!
//! Rules that someone will ask about:
//! - A time without an offset is UTC, as in msticpy.
//! - `M/d/yyyy` has the month first; [`Parsed::month_first`] tells the reader to
//!   say so. A column with a day above 12 in first place is not a time column.
//! - Up to 9 fractional digits; those finer than a microsecond are cut off, and
//!   [`Parsed::cut`] tells if any was not zero.
//! - A leap second (`23:59:60`) is the first second of the next minute, as in POSIX.
//! - Spaces around are allowed.

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;
/// 0001-01-01T00:00:00Z.
pub(crate) const MIN_MICROS: i64 = -62_135_596_800_000_000;
/// 9999-12-31T23:59:59.999999Z.
pub(crate) const MAX_MICROS: i64 = 253_402_300_799_999_999;

/// A time read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    /// Microseconds since 1970, UTC.
    pub micros: i64,
    /// Whether digits finer than a microsecond were cut off that were not zero.
    pub cut: bool,
    /// Whether the text was `M/d/yyyy`, which other countries read as `d/M/yyyy`.
    pub month_first: bool,
}

/// Reads a time in one of the forms above; anything else is `None`.
pub fn parse_time(text: &[u8]) -> Option<Parsed> {
    // Cheap refusal first: most text that is tried here is no time at all.
    let text = text.trim_ascii();
    if text.len() < 8 || !text.iter().take(5).any(|&b| b == b'-' || b == b'/') {
        return None;
    }
    let mut month_first = false;
    let (days, rest) = match iso_date(text) {
        Some(days) => (days, &text[10..]),
        None => {
            month_first = true;
            us_date(text)?
        }
    };
    let (micros, cut, rest) = clock(rest)?;
    let micros = days * DAY + micros - offset(rest)?;
    in_range(micros).then_some(Parsed {
        micros,
        cut,
        month_first,
    })
}

fn in_range(micros: i64) -> bool {
    (MIN_MICROS..=MAX_MICROS).contains(&micros)
}

/// Reads the times of one column, which are mostly ISO 8601 and mostly of the
/// same day as the one before.
#[derive(Debug)]
pub(crate) struct TimeReader {
    /// The last ISO date as text, and its day number.
    date: [u8; 10],
    days: i64,
    /// Whether a time had digits finer than a microsecond that were not zero.
    pub(crate) cut: bool,
    /// Whether a time was `M/d/yyyy`.
    pub(crate) month_first: bool,
}

impl Default for TimeReader {
    fn default() -> Self {
        Self {
            date: *b"1970-01-01",
            days: 0,
            cut: false,
            month_first: false,
        }
    }
}

impl TimeReader {
    /// As [`parse_time`].
    pub(crate) fn read(&mut self, text: &[u8]) -> Option<i64> {
        if let Some(micros) = self.iso(text) {
            return Some(micros);
        }
        let time = parse_time(text)?;
        self.cut |= time.cut;
        self.month_first |= time.month_first;
        Some(time.micros)
    }

    /// The usual forms `yyyy-MM-dd`, `T` or a space, `HH:mm:ss`, up to six
    /// fractional digits, and `Z` or nothing; `None` also for what others read.
    fn iso(&mut self, text: &[u8]) -> Option<i64> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let (&[t, h0, h1, c0, m0, m1, c1, s0, s1], rest) = rest.split_first_chunk()?;
        if !matches!(t, b'T' | b' ') || c0 != b':' || c1 != b':' {
            return None;
        }
        if *date != self.date {
            (self.days, self.date) = (iso_date(date)?, *date);
        }
        let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let micros = match *rest.strip_suffix(b"Z").unwrap_or(rest) {
            [] => 0,
            [b'.', a, b, c] => three(a, b, c)? * 1000,
            [b'.', a, b, c, d, e, f] => three(a, b, c)? * 1000 + three(d, e, f)?,
            _ => return None,
        };
        let seconds = i64::from((hour * 60 + minute) * 60 + second);
        let micros = self.days * DAY + seconds * 1_000_000 + i64::from(micros);
        in_range(micros).then_some(micros)
    }
}

/// The day number of a text that begins `yyyy-MM-dd` or `yyyy/MM/dd`.
fn iso_date(text: &[u8]) -> Option<i64> {
    let &[y0, y1, y2, y3, s0, m0, m1, s1, d0, d1] = text.first_chunk()?;
    if s0 != s1 || !(s0 == b'-' || s0 == b'/') {
        return None;
    }
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    civil_to_days(year, two(m0, m1)?, two(d0, d1)?)
}

/// The day number of a text that begins `M/d/yyyy`, and the rest.
fn us_date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (month, rest) = short_number(text)?;
    let (day, rest) = short_number(rest.strip_prefix(b"/")?)?;
    let (&[y0, y1, y2, y3], rest) = rest.strip_prefix(b"/")?.split_first_chunk()?;
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    Some((civil_to_days(year, month, day)?, rest))
}

/// Microseconds since midnight of a text that begins with `T` or spaces and
/// `HH:mm[:ss[.fraction]][ AM]`, whether digits were cut, and the rest. No
/// clock at all is midnight.
fn clock(text: &[u8]) -> Option<(i64, bool, &[u8])> {
    let text = match text {
        [] => return Some((0, false, text)),
        [b'T' | b't', rest @ ..] => rest,
        [b' ', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    let (hour, rest) = short_number(text)?;
    let (&[b':', m0, m1], mut rest) = rest.split_first_chunk()? else {
        return None;
    };
    let minute = two(m0, m1)?;
    let (mut second, mut micros, mut cut) = (0, 0, false);
    if let Some((&[b':', s0, s1], after)) = rest.split_first_chunk() {
        second = two(s0, s1)?;
        rest = after;
        if let [b'.' | b',', after @ ..] = rest {
            (micros, cut, rest) = fraction(after)?;
        }
    }
    let (hour, rest) = half_day(hour, rest)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Some((i64::from(seconds) * 1_000_000 + micros, cut, rest))
}

/// One to nine digits as microseconds, whether any beyond was not zero, and the rest.
fn fraction(text: &[u8]) -> Option<(i64, bool, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=9).contains(&digits) {
        return None;
    }
    let (mut micros, mut cut) = (0, false);
    for i in 0..6.max(digits) {
        let digit = text[..digits].get(i).map_or(0, |b| b - b'0');
        if i < 6 {
            micros = micros * 10 + i64::from(digit);
        } else {
            cut |= digit != 0;
        }
    }
    Some((micros, cut, &text[digits..]))
}

/// Applies ` AM` or ` PM`, if there, to an hour of the clock.
fn half_day(hour: u32, text: &[u8]) -> Option<(u32, &[u8])> {
    // Newer browsers put U+202F, a narrow space, before AM and PM.
    let word = text
        .strip_prefix("\u{202f}".as_bytes())
        .unwrap_or(text.trim_ascii_start());
    let (&[half, m], rest) = match word.split_first_chunk() {
        Some(split) => split,
        None => return Some((hour, text)),
    };
    let afternoon = match (half | 32, m | 32) {
        (b'a', b'm') => 0,
        (b'p', b'm') => 12,
        _ => return Some((hour, text)),
    };
    (1..=12)
        .contains(&hour)
        .then_some((hour % 12 + afternoon, rest))
}

/// The offset from UTC in microseconds; no text means UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text {
        [] | [b'Z' | b'z'] | b"UTC" | b"GMT" => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match *digits {
        [h0, h1] => (two(h0, h1)?, 0),
        [h0, h1, m0, m1] | [h0, h1, b':', m0, m1] => (two(h0, h1)?, two(m0, m1)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then(|| sign * i64::from(hours * 60 + minutes) * 60_000_000)
}

/// The value of two digits.
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens * 10 + ones))
}

/// The value of three digits.
fn three(hundreds: u8, tens: u8, ones: u8) -> Option<u32> {
    Some(two(b'0', hundreds)? * 100 + two(tens, ones)?)
}

/// A number of one or two digits, and the rest.
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    match *text {
        [a, b, ..] if b.is_ascii_digit() => Some((two(a, b)?, &text[2..])),
        [a, ..] => Some((two(b'0', a)?, &text[1..])),
        [] => None,
    }
}

/// Days since 1970 of a date in the years 1 to 9999, or `None` if there is no such day.
///
/// Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
pub(crate) fn civil_to_days(year: u32, month: u32, day: u32) -> Option<i64> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = *LENGTHS.get((month as usize).wrapping_sub(1))? + u32::from(leap && month == 2);
    if year == 0 || day == 0 || day > length {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(i64::from(era * 146_097 + day_of_era) - 719_468)
}

/// The inverse of [`civil_to_days`], for any day: year, month, day.
pub(crate) fn days_to_civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    // Short numbers: WebAssembly divides long ones slowly.
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097) as u32);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = i64::from(year_of_era + u32::from(month <= 2)) + era * 400;
    (year, month, day)
}

/// Writes a time as ISO 8601 in UTC, with no fraction, three or six digits as
/// needed: `2019-02-09T23:26:47.700Z`. Years outside 0 to 9999 get a sign and
/// six digits, as in JavaScript.
pub fn format_time(micros: i64) -> String {
    let (days, clock) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (year, month, day) = days_to_civil(days);
    let (seconds, fraction) = (clock / 1_000_000, clock % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        _ => format!("{year:+07}"),
    };
    let fraction = match fraction {
        0 => String::new(),
        f if f % 1000 == 0 => format!(".{:03}", f / 1000),
        f => format!(".{f:06}"),
    };
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// A time as `2019-02-09 23:26:47.700000`, in UTC, as databases and pandas write
/// it; `None` outside of the years 0 to 9999.
pub(crate) fn seconds(micros: i64) -> Option<[u8; 26]> {
    let (days, clock) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (year, month, day) = days_to_civil(days);
    if !(0..=9999).contains(&year) {
        return None;
    }
    let mut text = *b"0000-00-00 00:00:00.000000";
    let mut digits = |end: usize, mut number: u32| {
        let mut at = end;
        while number > 0 {
            at -= 1;
            text[at] = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    let second = (clock / 1_000_000) as u32;
    digits(4, year as u32);
    digits(7, month);
    digits(10, day);
    digits(13, second / 3600);
    digits(16, second / 60 % 60);
    digits(19, second % 60);
    digits(26, (clock % 1_000_000) as u32);
    Some(text)
}

/// When the bin of a time begins. Bins begin at multiples of their width since the year 1, as
/// KQL's `bin()` has it, so that weeks begin on Monday; all in UTC.
pub(crate) fn bin_start(micros: i64, bin: i64) -> i64 {
    let into_bin = (micros.rem_euclid(bin) - MIN_MICROS.rem_euclid(bin)).rem_euclid(bin);
    micros.saturating_sub(into_bin)
}

/// Microseconds from `first` to a later `time`, also from one end of what there is to the
/// other. One subtraction, as this is for each row.
pub(crate) fn since(first: i64, time: i64) -> u64 {
    time.wrapping_sub(first) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_seconds_with_six_decimals() {
        for (micros, text) in [
            (0, Some("1970-01-01 00:00:00.000000")),
            (1_549_754_807_700_001, Some("2019-02-09 23:26:47.700001")),
            (-1, Some("1969-12-31 23:59:59.999999")),
            (MAX_MICROS + 1, None),
        ] {
            let written = seconds(micros).map(|text| String::from_utf8_lossy(&text).into_owned());
            assert_eq!(written.as_deref(), text);
        }
    }

    #[test]
    fn reads_the_forms_that_tools_write() {
        let rows: &[(&str, &str, &str)] = &[
            (
                "ISO with Z",
                "2019-01-15T05:15:15.677Z",
                "2019-01-15T05:15:15.677Z",
            ),
            (
                "ISO with a space, as pandas writes",
                "2019-02-09 23:26:47.700",
                "2019-02-09T23:26:47.700Z",
            ),
            (
                "offset with a colon",
                "2019-02-09T23:26:47+01:00",
                "2019-02-09T22:26:47Z",
            ),
            (
                "offset without",
                "2019-02-09T23:26:47-0530",
                "2019-02-10T04:56:47Z",
            ),
            (
                "offset of hours",
                "2019-02-09 23:26:47+01",
                "2019-02-09T22:26:47Z",
            ),
            (
                "space before the zone",
                "2019-02-09 23:26:47 UTC",
                "2019-02-09T23:26:47Z",
            ),
            ("date only", "2020-02-29", "2020-02-29T00:00:00Z"),
            ("no seconds", "2020-02-29 12:30", "2020-02-29T12:30:00Z"),
            (
                "slashes, year first",
                "2020/02/29 12:30:01",
                "2020-02-29T12:30:01Z",
            ),
            (
                "one fractional digit",
                "2020-01-01T00:00:00.5Z",
                "2020-01-01T00:00:00.500Z",
            ),
            (
                "seven digits, as .NET writes",
                "2020-01-01T00:00:00.1234560Z",
                "2020-01-01T00:00:00.123456Z",
            ),
            (
                "comma before the fraction, as Python logging writes",
                "2020-01-01 00:00:00,123",
                "2020-01-01T00:00:00.123Z",
            ),
            (
                "Azure portal, morning",
                "1/15/2019, 5:16:03.000 AM",
                "2019-01-15T05:16:03Z",
            ),
            (
                "Azure portal, midnight",
                "1/15/2019, 12:16:03.250 AM",
                "2019-01-15T00:16:03.250Z",
            ),
            (
                "Azure portal, noon",
                "12/31/2019, 12:00:00.000 PM",
                "2019-12-31T12:00:00Z",
            ),
            (
                "narrow space before PM",
                "1/15/2019, 5:16:03\u{202f}PM",
                "2019-01-15T17:16:03Z",
            ),
            ("Excel", "7/8/2019 16:08", "2019-07-08T16:08:00Z"),
            (
                "date with month first",
                "07/08/2019",
                "2019-07-08T00:00:00Z",
            ),
            (
                "spaces around",
                " 2021-04-01 05:04:58.000000 ",
                "2021-04-01T05:04:58Z",
            ),
            (
                "leap second",
                "2016-12-31T23:59:60Z",
                "2017-01-01T00:00:00Z",
            ),
            (
                "before 1970",
                "1601-01-01T00:00:00Z",
                "1601-01-01T00:00:00Z",
            ),
            ("first year", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            (
                "last year",
                "9999-12-31T23:59:59.999999Z",
                "9999-12-31T23:59:59.999999Z",
            ),
        ];
        for (name, text, expected) in rows {
            let parsed = parse_time(text.as_bytes()).unwrap_or_else(|| panic!("{name}: no time"));
            assert_eq!(format_time(parsed.micros), *expected, "{name}");
            assert!(!parsed.cut, "{name}");
            let read = TimeReader::default().read(text.as_bytes());
            assert_eq!(read, Some(parsed.micros), "{name}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        let rows = [
            ("empty", ""),
            ("a number", "20190209"),
            ("no such day", "2019-02-29"),
            ("no such month", "2019-13-01"),
            ("day first", "31/12/2019"),
            ("year 0", "0000-01-01"),
            ("hour 24", "2019-01-01T24:00:00"),
            ("13 PM", "1/1/2019 13:00 PM"),
            ("second 61", "2019-01-01T00:00:61"),
            ("ten digits", "2019-01-01T00:00:00.1234567890"),
            ("no digit after the point", "2019-01-01T00:00:00."),
            ("text after", "2019-01-01T00:00:00 and more"),
            ("offset of 24 hours", "2019-01-01T00:00:00+24:00"),
            (
                "an offset that leaves the year 9999",
                "9999-12-31T23:59:59-01:00",
            ),
            ("mixed separators", "2019-01/02"),
            ("a clock", "12:30:45"),
            ("a phone number", "555-1234-99"),
            ("a version", "1.2.3-4"),
            ("auditd", "1550449427.129:8986525"),
        ];
        for (name, text) in rows {
            assert_eq!(parse_time(text.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn tells_what_the_reader_must_say() {
        let cut = parse_time(b"2020-01-01T00:00:00.123456789Z").expect("a time");
        assert!(cut.cut && !cut.month_first);
        assert_eq!(format_time(cut.micros), "2020-01-01T00:00:00.123456Z");
        assert!(parse_time(b"7/8/2019").expect("a time").month_first);
    }

    #[test]
    fn writes_years_of_any_length() {
        assert_eq!(format_time(i64::MIN), "-290308-12-21T19:59:05.224192Z");
        assert_eq!(format_time(i64::MAX), "+294247-01-10T04:00:54.775807Z");
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(micros in MIN_MICROS..=MAX_MICROS) {
            let text = format_time(micros);
            prop_assert_eq!(parse_time(text.as_bytes()).map(|p| p.micros), Some(micros));
            prop_assert_eq!(TimeReader::default().read(text.as_bytes()), Some(micros));
        }

        #[test]
        fn never_panics(bytes: Vec<u8>) {
            parse_time(&bytes);
        }

        #[test]
        fn never_panics_on_near_misses(text in "[0-9/:., TZ+APM-]{8,30}") {
            parse_time(text.as_bytes());
        }

        #[test]
        fn a_column_reads_as_its_values_do(
            texts in prop::collection::vec("20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,7})?)?(Z|\\+01)?", 1..4),
        ) {
            let mut reader = TimeReader::default();
            for text in texts {
                let alone = parse_time(text.as_bytes()).map(|time| time.micros);
                prop_assert_eq!(reader.read(text.as_bytes()), alone);
            }
        }
    }
}
