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
    #[inline(never)] // Used all over.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Europe/Berlin in 2026.
    fn berlin() -> Zone {
        let changes = [
            (1_761_440_400e6, 60),
            (1_774_746_000e6, 120),
            (1_792_890_000e6, 60),
        ];
        Zone::new("Europe/Berlin".into(), changes.into())
    }

    fn fixed(minutes: i32) -> Zone {
        Zone::new("fixed".into(), vec![(0.0, minutes)])
    }

    #[test]
    fn writes_times() {
        let us = 1_773_480_413_589_000.0;
        for (name, us, digits, zone, expected) in [
            ("UTC", us, 0, Zone::utc(), "2026-03-14 09:26:53.589"),
            ("winter", us, 0, berlin(), "2026-03-14 10:26:53.589"),
            (
                "last of winter",
                1_774_745_999e6,
                0,
                berlin(),
                "2026-03-29 01:59:59",
            ),
            (
                "first of summer",
                1_774_746_000e6,
                0,
                berlin(),
                "2026-03-29 03:00:00",
            ),
            (
                "winter again",
                1_792_890_000e6,
                0,
                berlin(),
                "2026-10-25 02:00:00",
            ),
            ("before the first", 0.0, 0, berlin(), "1970-01-01 01:00:00"),
            ("quarters", us, 0, fixed(345), "2026-03-14 15:11:53.589"),
            ("in the west", us, 0, fixed(-210), "2026-03-14 05:56:53.589"),
            (
                "microseconds",
                us + 1.0,
                0,
                Zone::utc(),
                "2026-03-14 09:26:53.589001",
            ),
            ("whole seconds", 1e6, 0, Zone::utc(), "1970-01-01 00:00:01"),
            (
                "digits that were asked for",
                1e6,
                3,
                Zone::utc(),
                "1970-01-01 00:00:01.000",
            ),
            (
                "too many of them",
                1e6,
                9,
                Zone::utc(),
                "1970-01-01 00:00:01.000000",
            ),
            (
                "before 1970",
                -1.0,
                0,
                Zone::utc(),
                "1969-12-31 23:59:59.999999",
            ),
            ("not a number", f64::NAN, 0, Zone::utc(), ""),
            ("infinite", f64::INFINITY, 0, Zone::utc(), ""),
            ("out of range", 1e300, 0, Zone::utc(), ""),
        ] {
            assert_eq!(format_time(us, digits, &zone), expected, "{name}");
        }
    }

    #[test]
    fn finds_when_clocks_show_a_time() {
        const HOUR: f64 = 3600e6;
        let (summer, winter) = (1_774_746_000e6, 1_792_890_000e6);
        for (name, local, expected) in [
            ("before", summer, summer - HOUR),
            ("skipped", summer + 1.5 * HOUR, summer),
            ("after", summer + 2.0 * HOUR, summer),
            ("the first of two", winter + 1.5 * HOUR, winter - 0.5 * HOUR),
            ("after both", winter + 2.5 * HOUR, winter + 1.5 * HOUR),
        ] {
            assert_eq!(berlin().utc_of(local), expected, "{name}");
        }
    }

    #[test]
    fn leaves_out_changes_that_are_none() {
        let changes = vec![(10.0, 60), (f64::NAN, 1), (5.0, 2), (20.0, 100_000)];
        let zone = Zone::new(String::new(), changes);
        assert_eq!(zone.offsets, [(10.0, 60), (20.0, 1440)]);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_or_the_hour_before(us in 1.76e15..1.80e15) {
            let (us, zone) = (f64::round(us), berlin());
            let back = zone.utc_of(zone.local(us));
            prop_assert!(back == us || back == us - 3600e6);
            prop_assert_eq!(zone.local(back), zone.local(us));
        }

        #[test]
        fn any_zone_is_fine(offsets: Vec<(f64, i32)>, us: f64) {
            let zone = Zone::new(String::new(), offsets);
            format_time(us, 3, &zone);
            zone.utc_of(us);
        }
    }
}
