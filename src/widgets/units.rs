//! Units in which a range of time is chosen.

/// A unit of time, with what widgets take where options say nothing. Figures as in msticpy 3.0.2,
/// `nbwidgets/core.py` and `query_time.py`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Its name, also that of the option.
    pub name: &'static str,
    /// How long it is, in milliseconds.
    pub ms: f64,
    /// How many there are before (and after) the origin by default.
    pub usual: u32,
    /// How many can be chosen at least; four times what is there at first, if that is more.
    pub most: u32,
    /// The shortest span, in milliseconds, that is counted in it if no unit is named; infinite
    /// for none. Spans between have the unit below.
    pub from_ms: f64,
}

const MINUTE: f64 = 60_000.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Every unit, shortest first.
pub const UNITS: [Unit; 5] = [
    unit("second", 1000.0, 60, 240, f64::INFINITY),
    unit("minute", MINUTE, 60, 240, 0.0),
    unit("hour", HOUR, 6, 72, HOUR + 1.0),
    unit("day", DAY, 1, 28, 2.0 * DAY),
    unit("week", 7.0 * DAY, 1, 20, f64::INFINITY),
];

const fn unit(name: &'static str, ms: f64, usual: u32, most: u32, from_ms: f64) -> Unit {
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
            ("second", 1e3, 60, 240),
            ("minute", 6e4, 60, 240),
            ("hour", 3.6e6, 6, 72),
            ("day", 8.64e7, 1, 28),
            ("week", 6.048e8, 1, 20),
        ];
        let units = UNITS.map(|unit| (unit.name, unit.ms, unit.usual, unit.most));
        assert_eq!(units, rows);
    }

    #[test]
    fn a_span_has_one_unit() {
        let unit_of = |ms: f64| {
            UNITS
                .iter()
                .rfind(|unit| ms >= unit.from_ms)
                .map(|u| u.name)
        };
        for (name, ms, expected) in [
            ("nothing", 0.0, "minute"),
            ("an hour", HOUR, "minute"),
            ("more than that", HOUR + 1.0, "hour"),
            ("a day", DAY, "hour"),
            ("just below two days", 2.0 * DAY - 1.0, "hour"),
            ("two days", 2.0 * DAY, "day"),
            ("a year", 365.0 * DAY, "day"),
        ] {
            assert_eq!(unit_of(ms), Some(expected), "{name}");
        }
    }
}
