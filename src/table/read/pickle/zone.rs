//! Python's times: `datetime`, `date`, `time`, `timedelta` and their zones.

use super::names::Name;
use super::value::{Object, Value};
use super::{Reader, damaged};
use crate::Result;
use crate::table::time::civil_to_days;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A unit of numpy's times that always has the same length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Nano,
    Micro,
    Milli,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    /// No unit; only `NaT` has none.
    Generic,
}

impl Unit {
    /// By numpy's name.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"ns" => Self::Nano,
            b"us" => Self::Micro,
            b"ms" => Self::Milli,
            b"s" => Self::Second,
            b"m" => Self::Minute,
            b"h" => Self::Hour,
            b"D" => Self::Day,
            b"W" => Self::Week,
            b"generic" => Self::Generic,
            _ => return None,
        })
    }

    /// By its number in numpy's `NPY_DATETIMEUNIT`.
    pub(super) fn numbered(number: i64) -> Option<Self> {
        Some(match number {
            2 => Self::Week,
            4 => Self::Day,
            5 => Self::Hour,
            6 => Self::Minute,
            7 => Self::Second,
            8 => Self::Milli,
            9 => Self::Micro,
            10 => Self::Nano,
            _ => return None,
        })
    }
}

/// Microseconds, and whether something finer was cut; none out of range.
pub(super) fn to_micros(ticks: i64, unit: Unit) -> Option<(i64, bool)> {
    let micros = match unit {
        Unit::Nano => return Some((ticks.div_euclid(1000), ticks % 1000 != 0)),
        Unit::Generic => return None,
        Unit::Micro => 1,
        Unit::Milli => 1000,
        Unit::Second => SECOND,
        Unit::Minute => 60 * SECOND,
        Unit::Hour => 3600 * SECOND,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
    };
    Some((ticks.checked_mul(micros)?, false))
}

/// What is known of a zone.
pub(super) enum Zone {
    /// Seconds east of Greenwich.
    Offset(i64),
    /// Its rules are not in the file.
    Named(String),
}

impl<'p> Reader<'p> {
    /// `datetime(bytes, zone)`: microseconds since 1970 UTC, and the name of the
    /// zone if they are by its clock. Without a zone the time is taken as UTC.
    pub(super) fn datetime(&self, object: &Object<'p>) -> Result<(i64, Option<String>)> {
        let wrong = || damaged("a datetime is no time");
        let args = self.pickle.args(object);
        let bytes = self.raw(args.first().copied().unwrap_or(Value::None))?;
        let [date @ .., h, m, s, a, b, c] = &*bytes else {
            return Err(wrong());
        };
        let micros = date_micros(date).ok_or_else(wrong)?
            + clock_micros([*h, *m, *s, *a, *b, *c]).ok_or_else(wrong)?;
        Ok(match args.get(1) {
            None | Some(Value::None) => (micros, None),
            Some(&zone) => match self.zone(zone)? {
                Zone::Offset(seconds) => (micros - seconds * SECOND, None),
                Zone::Named(name) => (micros, Some(name)),
            },
        })
    }

    /// `date(bytes)`: microseconds since 1970.
    pub(super) fn date(&self, object: &Object<'p>) -> Result<i64> {
        let bytes = self.raw(self.pickle.arg(object, 0).unwrap_or(Value::None))?;
        date_micros(&bytes).ok_or_else(|| damaged("a date is no date"))
    }

    /// `time(bytes)`: microseconds since midnight.
    pub(super) fn clock(&self, object: &Object<'p>) -> Result<i64> {
        let bytes = self.raw(self.pickle.arg(object, 0).unwrap_or(Value::None))?;
        let bytes = bytes.as_ref().try_into().ok();
        bytes
            .and_then(clock_micros)
            .ok_or_else(|| damaged("a time is no time"))
    }

    /// `timedelta(days, seconds, microseconds)`: microseconds.
    pub(super) fn timedelta(&self, object: &Object<'p>) -> Result<i64> {
        let micros = match self.pickle.args(object) {
            &[Value::Int(days), Value::Int(seconds), Value::Int(micros)] => days
                .checked_mul(DAY)
                .and_then(|days| days.checked_add(seconds.checked_mul(SECOND)?))
                .and_then(|sum| sum.checked_add(micros)),
            _ => None,
        };
        micros.ok_or_else(|| damaged("a timedelta is out of range"))
    }

    fn zone(&self, value: Value<'p>) -> Result<Zone> {
        let wrong = || damaged("a time zone is none");
        let object = self.pickle.object(value).ok_or_else(wrong)?;
        let args = self.pickle.args(object);
        let named = |name: Option<&Value<'p>>| {
            let name = name.and_then(|&name| self.pickle.text(name));
            Zone::Named(super::shorten(name.unwrap_or("its own zone")))
        };
        let offset = match (object.class, args) {
            (Name::PytzUtc | Name::DateutilUtc, _) => Some(0),
            (Name::PytzZone, &[_, Value::Int(seconds), ..]) => Some(seconds),
            (Name::PytzOffset, &[Value::Int(minutes), ..]) => minutes.checked_mul(60),
            (Name::DateutilOffset, &[_, Value::Int(seconds), ..]) => Some(seconds),
            (Name::FixedZone, &[delta, ..]) | (Name::DateutilOffset, &[_, delta, ..]) => {
                let delta = self
                    .pickle
                    .object(delta)
                    .filter(|delta| delta.class == Name::TimeDelta);
                Some(self.timedelta(delta.ok_or_else(wrong)?)? / SECOND)
            }
            (Name::ZoneInfo, args) => match named(args.first()) {
                Zone::Named(name) if name == "UTC" => Some(0),
                zone => return Ok(zone),
            },
            (Name::PytzZone, args) => return Ok(named(args.first())),
            (Name::DateutilZone, _) => return Ok(named(None)),
            _ => return Err(wrong()),
        };
        // Python allows less than a day.
        let offset = offset.filter(|offset| offset.abs() < 86_400);
        offset.map(Zone::Offset).ok_or_else(wrong)
    }
}

/// Two bytes of year, month (whose first bit tells the second of two equal
/// times when clocks go back) and day.
fn date_micros(bytes: &[u8]) -> Option<i64> {
    let &[high, low, month, day] = bytes else {
        return None;
    };
    let year = u32::from(high) << 8 | u32::from(low);
    let days = civil_to_days(year, u32::from(month & 0x7f), day.into());
    days.filter(|_| year <= 9999).map(|days| days * DAY)
}

fn clock_micros([hour, minute, second, a, b, c]: [u8; 6]) -> Option<i64> {
    // Like the month, the hour may have the bit of the second of two times.
    let hour = hour & 0x7f;
    let micros = i64::from(a) << 16 | i64::from(b) << 8 | i64::from(c);
    let is_time = hour < 24 && minute < 60 && second < 60 && micros < SECOND;
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    is_time.then_some(seconds * SECOND + micros)
}
