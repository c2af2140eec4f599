//! The years of times that have none.

use super::header::{DAY, Time};
use crate::table::time::civil_to_days;

/// Gives times without a year one.
///
/// With a `year`, the first such time is of that year, and each later one of the year
/// that brings it nearest to the one before, so that a log may run into a new year.
/// Else it is the last year in which the time is not after `now` and a day, which
/// allows for clocks and zones.
#[derive(Debug)]
pub(super) struct Clock {
    year: Option<u32>,
    now: Option<i64>,
    last: Option<i64>,
    /// The year of `now`, and the last answer: messages mostly have the day of the one before.
    today: (u32, u32, i64),
}

impl Clock {
    /// `now` in microseconds since 1970.
    pub(super) fn new(year: Option<u32>, now: Option<i64>) -> Self {
        Self {
            year,
            now,
            last: None,
            today: (0, 0, 0),
        }
    }

    /// Microseconds since 1970; an error says why there is no such time.
    pub(super) fn micros(&mut self, time: Time) -> Result<Option<i64>, &'static str> {
        let (month, day, clock) = match time {
            Time::Absent => return Ok(None),
            Time::Micros(micros) => return Ok(Some(micros)),
            Time::Yearless(month, day, clock) => (month, day, clock),
        };
        let micros = match (self.year, self.now) {
            (Some(year), _) => self.beside_last(year, month, day, clock),
            (None, Some(now)) => self.before(now, month, day, clock),
            (None, None) => return Err("the time has no year; pass { year } or { now }"),
        };
        let micros = micros.ok_or("that year has no such day")?;
        self.last = Some(micros);
        Ok(Some(micros))
    }

    fn beside_last(&self, year: u32, month: u32, day: u32, clock: i64) -> Option<i64> {
        let at = |year| Some(civil_to_days(year, month, day)? * DAY + clock);
        let Some(last) = self.last else {
            return at(year);
        };
        let near = year_of(last);
        let candidates = (near.saturating_sub(1)..=near + 1).filter_map(at);
        candidates.min_by_key(|micros| micros.abs_diff(last))
    }

    fn before(&mut self, now: i64, month: u32, day: u32, clock: i64) -> Option<i64> {
        if (self.today.0, self.today.1) != (month, day) {
            let this_year = year_of(now.saturating_add(DAY));
            let days = (this_year.saturating_sub(8)..=this_year).rev();
            let latest = days
                .filter_map(|year| civil_to_days(year, month, day))
                .find(|days| days * DAY <= now.saturating_add(DAY))?;
            self.today = (month, day, latest);
        }
        Some(self.today.2 * DAY + clock)
    }
}

/// The year of a time, as far as files have them.
fn year_of(micros: i64) -> u32 {
    let days = micros.div_euclid(DAY);
    let mut year = (1970 + days.div_euclid(366)).clamp(1, 9999) as u32;
    while civil_to_days(year + 1, 1, 1).is_some_and(|next| next <= days) && year < 9999 {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::super::header::parse;
    use super::*;
    use crate::table::time::{format_time, parse_time};

    #[test]
    fn years() {
        let now = |text: &str| parse_time(text.as_bytes()).map(|time| time.micros);
        for (name, year, now, lines, expected) in [
            (
                "before now",
                None,
                now("2024-03-01"),
                vec!["Feb 29", "Jan  1", "Mar  1"],
                vec!["2024-02-29", "2024-01-01", "2024-03-01"],
            ),
            (
                "a day after now is this year",
                None,
                now("2024-03-01"),
                vec!["Mar  2", "Mar  3"],
                vec!["2024-03-02", "2023-03-03"],
            ),
            (
                "over a new year",
                None,
                now("2024-01-10"),
                vec!["Dec 31", "Jan  1"],
                vec!["2023-12-31", "2024-01-01"],
            ),
            (
                "a leap day in the last leap year",
                None,
                now("2023-06-01"),
                vec!["Feb 29"],
                vec!["2020-02-29"],
            ),
            (
                "year is that of the first",
                Some(2019),
                None,
                vec!["Dec 31", "Jan  1", "Dec 31", "Jun  1"],
                vec!["2019-12-31", "2020-01-01", "2019-12-31", "2020-06-01"],
            ),
            (
                "year before now",
                Some(2019),
                now("2024-01-01"),
                vec!["May  1"],
                vec!["2019-05-01"],
            ),
        ] {
            let mut clock = Clock::new(year, now);
            let found: Vec<String> = lines
                .iter()
                .map(|day| {
                    let line = format!("{day} 00:00:00 h x: y");
                    let time = parse(line.as_bytes()).expect(name).time;
                    let micros = clock.micros(time).expect(name).expect(name);
                    format_time(micros)[..10].to_string()
                })
                .collect();
            assert_eq!(found, expected, "{name}");
        }
        let mut clock = Clock::new(None, None);
        assert!(clock.micros(Time::Yearless(1, 1, 0)).is_err());
        assert!(
            Clock::new(Some(2023), None)
                .micros(Time::Yearless(2, 29, 0))
                .is_err()
        );
    }
}
