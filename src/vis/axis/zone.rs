//! The time zone in which times are shown.
//!
//! There is no database of zones: JavaScript's `Intl` has one, and says how far the clocks
//! are from UTC over the time that a chart shows.

use crate::table::time::seconds;

/// Microseconds in a minute.
const MINUTE: f64 = 60e6;

/// A time zone: its name, and when its clocks are how far from UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// The name as in the IANA database, such as `Europe/Berlin`.
    pub name: String,
    /// From when, in microseconds since 1970 UTC, rising, and the offset in minutes, positive
    /// in the east. What is before the first is as the first.
    offsets: Vec<(f64, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self::new("UTC".into(), Vec::new())
    }

    /// A zone with offsets in minutes east of UTC and from when they are, in microseconds since
    /// 1970 UTC. The first one is also for all time before it.
    ///
    /// Offsets that are not after the one before them are left out, and more than a day is a day.
    pub fn new(name: String, mut offsets: Vec<(f64, i32)>) -> Self {
        let mut last = f64::NEG_INFINITY;
        offsets.retain_mut(|(from, minutes)| {
            *minutes = (*minutes).clamp(-1440, 1440);
            let later = *from >= last;
            last = if later { *from } else { last };
            later
        });
        Self { name, offsets }
    }

    /// The offset at a time, in microseconds, and when the next one begins.
    pub(crate) fn piece(&self, us: f64) -> (f64, f64) {
        let next = self.offsets.partition_point(|&(from, _)| from <= us);
        let offset = self.offsets.get(next.saturating_sub(1));
        (
            offset.map_or(0.0, |&(_, minutes)| f64::from(minutes) * MINUTE),
            self.offsets.get(next).map_or(f64::INFINITY, |next| next.0),
        )
    }

    /// What clocks show at a time, both in microseconds since 1970.
    pub fn local(&self, us: f64) -> f64 {
        us + self.piece(us).0
    }

    /// When clocks first show a time or a later one, both in microseconds since 1970: a time
    /// that they skip is the moment at which they skip it.
    pub fn utc_of(&self, local: f64) -> f64 {
        let mut from = f64::NEG_INFINITY;
        for (i, &(_, minutes)) in self.offsets.iter().enumerate() {
            let us = (local - f64::from(minutes) * MINUTE).max(from);
            from = self.offsets.get(i + 1).map_or(f64::INFINITY, |next| next.0);
            if us < from {
                return us;
            }
        }
        local
    }

    /// The offset from UTC at a time as `+05:45`, or `Z`.
    pub(crate) fn format_offset(&self, us: f64) -> String {
        let offset = self.piece(us).0;
        if offset == 0.0 {
            return "Z".into();
        }
        let mut text = String::from(if offset < 0.0 { "-" } else { "+" });
        // An hour of the day is written as an hour of an offset is.
        if let Some(clock) = seconds(offset.abs() as i64) {
            text.push_str(&String::from_utf8_lossy(&clock[11..16]));
        }
        text
    }
}

/// A time in microseconds since 1970 UTC as `2026-03-14 09:26:53.589` of the zone, with 0, 3
/// or 6 digits of a second as are needed, and at least `digits`; nothing for what is not
/// finite or not in the years 0 to 9999.
pub(crate) fn format_time(us: f64, digits: usize, zone: &Zone) -> String {
    let local = zone.local(us).round();
    if !local.is_finite() {
        return String::new();
    }
    let Some(text) = seconds(local as i64) else {
        return String::new();
    };
    let needed = match &text {
        text if text.ends_with(b"000000") => 0,
        text if text.ends_with(b"000") => 3,
        _ => 6,
    };
    let end = match digits.max(needed) {
        0 => 19,
        digits => 20 + digits.min(6),
    };
    String::from_utf8_lossy(&text[..end]).into_owned()
}
