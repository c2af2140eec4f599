//! Units in which a range of time is chosen.

/// A unit of time, with what widgets take where options say nothing. Figures as in msticpy 3.0.2,
/// `nbwidgets/core.py` and `query_time.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Its name, also that of the option.
    pub name: &'static str,
    /// How long it is, in milliseconds.
    pub ms: u64,
    /// How many there are before (and after) the origin by default.
    pub usual: u64,
    /// How many can be chosen at least; four times what is there at first, if that is more.
    pub most: u64,
    /// The shortest span, in milliseconds, that is counted in it if no unit is named; `u64::MAX`
    /// for none. A span has the longest unit that it is enough for.
    pub from_ms: u64,
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Every unit, shortest first.
pub const UNITS: [Unit; 5] = [
    unit("second", 1000, 60, 240, u64::MAX),
    unit("minute", MINUTE, 60, 240, 0),
    unit("hour", HOUR, 6, 72, HOUR + 1),
    unit("day", DAY, 1, 28, 2 * DAY),
    unit("week", 7 * DAY, 1, 20, u64::MAX),
];

const fn unit(name: &'static str, ms: u64, usual: u64, most: u64, from_ms: u64) -> Unit {
    Unit {
        name,
        ms,
        usual,
        most,
        from_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_msticpy() {
        let rows = [
            ("second", 1000, 60, 240),
            ("minute", 60_000, 60, 240),
            ("hour", 3_600_000, 6, 72),
            ("day", 86_400_000, 1, 28),
            ("week", 604_800_000, 1, 20),
        ];
        let units = UNITS.map(|unit| (unit.name, unit.ms, unit.usual, unit.most));
        assert_eq!(units, rows);
    }

    #[test]
    fn a_span_has_one_unit() {
        let unit_of = |ms: u64| {
            UNITS
                .iter()
                .rfind(|unit| ms >= unit.from_ms)
                .map(|u| u.name)
        };
        for (name, ms, expected) in [
            ("nothing", 0, "minute"),
            ("an hour", HOUR, "minute"),
            ("more than that", HOUR + 1, "hour"),
            ("a day", DAY, "hour"),
            ("just below two days", 2 * DAY - 1, "hour"),
            ("two days", 2 * DAY, "day"),
            ("a year", 365 * DAY, "day"),
        ] {
            assert_eq!(unit_of(ms), Some(expected), "{name}");
        }
    }
}
