//! The axis of time: ticks such as `10:30`, and below them what they have in common, such as
//! `14 Mar 2026`.

use super::zone::Zone;
use super::{GAP, Tick, has_room, written};
use crate::table::time::{MAX_MICROS, MIN_MICROS, civil_to_days, days_to_civil, seconds};
use crate::vis::text;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// The first Monday of 1970, as days and weeks are counted.
const MONDAY: i64 = 4 * DAY;

/// The labels below an axis of time.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct TimeAxis {
    /// Ticks in order. Their labels are centred at them, so that the first and the last may
    /// reach out of the axis by half their width.
    pub(crate) ticks: Vec<Tick>,
    /// What ticks from here on have in common, for the line below. A label begins at its
    /// place, or as far to the left as it needs to end with the axis: at
    /// `x.min(width_px - text::width(label)).max(0.0)`.
    ///
    /// The first is at the left edge, but if the second is too close to it. There are none
    /// where ticks are years.
    pub(crate) contexts: Vec<Tick>,
}

/// How far ticks are apart on the clock or in the calendar.
#[derive(Clone, Copy)]
enum Step {
    Micros(i64),
    Months(i64),
}

/// Steps from a second to two weeks, in seconds.
const SECONDS: [u32; 22] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200,
    86400, 172_800, 604_800, 1_209_600,
];
/// Steps from a month to 5000 years, in months.
const MONTHS: [u16; 15] = [
    1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000,
];
/// How many steps are finer than a second: 1, 2 and 5 of each power of ten.
const FINE: usize = 18;
const STEPS: usize = FINE + SECONDS.len() + MONTHS.len();

/// All steps, from fine to coarse.
fn step(index: usize) -> Step {
    if index < FINE {
        return Step::Micros([1, 2, 5][index % 3] * 10_i64.pow(index as u32 / 3));
    }
    match SECONDS.get(index - FINE) {
        Some(&seconds) => Step::Micros(i64::from(seconds) * SECOND),
        None => Step::Months(MONTHS[(index - FINE - SECONDS.len()).min(MONTHS.len() - 1)].into()),
    }
}

/// All that labels can show, of a date that is as wide as any can be.
const WIDEST: &str = "20 May 2020 20:20:20.000000";
/// Where parts of it begin and end.
const DAY_END: usize = 2;
const MONTH: usize = 3;
const MONTH_END: usize = 6;
const YEAR: usize = 7;
const YEAR_END: usize = 11;
const CLOCK: usize = 12;
const CLOCK_END: usize = 17;
const SECOND_END: usize = 20;
const MILLI_END: usize = 24;
const MICRO_END: usize = 27;

/// Where a label begins and ends in what it can show.
type Parts = (usize, usize);

/// A step with what its ticks show, and what is written below where.
struct Level {
    step: Step,
    parts: Parts,
    context: Option<(Step, Parts)>,
}

#[inline(never)] // Used twice, and large.
fn level(index: usize) -> Level {
    let step = step(index);
    let minute = (Step::Micros(60 * SECOND), (0, CLOCK_END));
    let day = (Step::Micros(DAY), (0, YEAR_END));
    let month = (Step::Months(1), (MONTH, YEAR_END));
    let year = (Step::Months(12), (YEAR, YEAR_END));
    let (parts, context) = match step {
        Step::Micros(..1000) => ((CLOCK_END, MICRO_END), Some(minute)),
        Step::Micros(..SECOND) => ((CLOCK_END, MILLI_END), Some(minute)),
        Step::Micros(n) if n <= 10 * SECOND => ((CLOCK_END, SECOND_END), Some(minute)),
        // Minutes would be too close for labels of their own.
        Step::Micros(n) if n < 60 * SECOND => ((CLOCK, SECOND_END), Some(day)),
        Step::Micros(..DAY) => ((CLOCK, CLOCK_END), Some(day)),
        Step::Micros(_) => ((0, DAY_END), Some(month)),
        Step::Months(..12) => ((MONTH, MONTH_END), Some(year)),
        Step::Months(_) => ((YEAR, YEAR_END), None),
    };
    Level {
        step,
        parts,
        context,
    }
}

/// Parts of a time of the clock as text, nothing if it is not in the years 0 to 9999.
fn label(local: i64, (begin, end): Parts) -> String {
    let mut out = Vec::new();
    if let Some(all) = seconds(local) {
        let month = usize::from((all[5] & 15) * 10 + (all[6] & 15)) * 3;
        let names = b"   JanFebMarAprMayJunJulAugSepOctNovDec";
        out.extend_from_slice(&all[8..10]);
        out.push(b' ');
        out.extend_from_slice(names.get(month..month + 3).unwrap_or_default());
        out.push(b' ');
        out.extend_from_slice(&all[..4]);
        // With the space before it.
        out.extend_from_slice(&all[10..]);
        let zero = usize::from(begin == 0 && out[0] == b'0');
        out = out.get(begin + zero..end).unwrap_or_default().to_vec();
    }
    written(out)
}

/// About the shortest time between two ticks, in microseconds.
fn shortest(step: Step) -> f64 {
    let micros = match step {
        Step::Micros(micros) => micros,
        Step::Months(months) => (months * 30 - 2) * DAY,
    };
    micros as f64
}

/// What is shown of time, and how.
struct Scale<'a> {
    start: f64,
    end: f64,
    /// The same in whole microseconds, and no more than can be written.
    whole: (i64, i64),
    width: f64,
    font_size: f64,
    zone: &'a Zone,
}

/// The ticks of the time from `start_us` to `end_us`, microseconds since 1970 UTC, on an axis
/// that is `width_px` CSS pixels wide, in the wall-clock time of a zone.
///
/// Ticks are as close as their labels allow, which have at least 12 pixels between them; if
/// fewer than two ticks are that far apart, some of a finer step are left out. Where clocks
/// are put back, steps of up to an hour are ticked twice, and longer ones once.
///
/// There are none if the end is not after the start, or anything is not finite.
pub(crate) fn time_axis(
    start_us: f64,
    end_us: f64,
    width_px: f64,
    font_size: f64,
    zone: &Zone,
) -> TimeAxis {
    let finite = (end_us - start_us + width_px + font_size).is_finite();
    if !(finite && start_us < end_us && width_px > 0.0 && font_size > 0.0) {
        return TimeAxis::default();
    }
    // Offsets from UTC stay in the years that can be written.
    let within = |us: f64| (us as i64).clamp(MIN_MICROS + 2 * DAY, MAX_MICROS - 2 * DAY);
    Scale {
        start: start_us,
        end: end_us,
        whole: (within(start_us.ceil()), within(end_us.floor())),
        // More ticks than on that many pixels are of no use.
        width: width_px.min(10_000.0),
        font_size,
        zone,
    }
    .axis()
}

impl Scale<'_> {
    fn axis(&self) -> TimeAxis {
        let mut best = TimeAxis::default();
        let mut index = 0;
        while index < STEPS {
            let level = level(index);
            if self.roomy(&level) {
                let (axis, all) = self.labels(&level, false);
                if all {
                    best = axis;
                    break;
                }
            }
            index += 1;
        }
        while index > 0 && best.ticks.len() < 2 {
            index -= 1;
            let level = level(index);
            if (self.whole.1 - self.whole.0) as f64 / shortest(level.step) > 1000.0 {
                break;
            }
            let (axis, all) = self.labels(&level, true);
            if all && axis.ticks.len() > best.ticks.len() {
                best = axis;
            }
        }
        best
    }

    /// Where a time is, in pixels.
    fn x(&self, us: f64) -> f64 {
        (us - self.start) / (self.end - self.start) * self.width
    }

    /// Whether labels have room at any place. It does not look at those that there are, so that
    /// the step stays when the axis is moved.
    fn roomy(&self, level: &Level) -> bool {
        let widest = |(begin, end)| {
            let text = WIDEST.get(begin..end).unwrap_or_default();
            text::width(text, self.font_size)
        };
        let room = |step, parts| self.x(self.start + shortest(step)) >= widest(parts) + GAP;
        room(level.step, level.parts) && level.context.is_none_or(|(step, parts)| room(step, parts))
    }

    /// The labels of a level that have room, and whether these are all; the ticks may be
    /// `thinned`.
    fn labels(&self, level: &Level, thinned: bool) -> (TimeAxis, bool) {
        let (mut axis, mut all) = (TimeAxis::default(), true);
        let mut free = f64::NEG_INFINITY;
        for at in self.instants(level.step) {
            let (tick, width) = self.tick(at, level.parts);
            if has_room(self.x(tick.at), width / 2.0, &mut free) {
                axis.ticks.push(tick);
            } else {
                all &= thinned;
            }
        }
        if let Some((step, parts)) = level.context {
            all &= self.contexts(step, parts, &mut axis.contexts);
        }
        (axis, all)
    }

    /// The labels of the line below that have room, and whether these are all.
    fn contexts(&self, step: Step, parts: Parts, contexts: &mut Vec<Tick>) -> bool {
        let (mut first, width) = self.tick(self.whole.0, parts);
        first.at = self.start;
        contexts.push(first);
        let (mut free, mut edge, mut all) = (width + GAP, true, true);
        for at in self.instants(step) {
            let (tick, width) = self.tick(at, parts);
            let x = self.x(tick.at);
            let begin = x.min(self.width - width).max(0.0);
            if begin < free {
                if !edge {
                    // At the right edge too little follows for it to matter.
                    all &= x >= free;
                    continue;
                }
                // Little is left of the first; what follows would be in a wrong context.
                contexts.clear();
            }
            contexts.push(tick);
            edge = false;
            free = begin + width + GAP;
        }
        all
    }

    /// A tick and how wide its label is.
    fn tick(&self, at: i64, parts: Parts) -> (Tick, f64) {
        let at = at as f64;
        let label = label(self.zone.local(at) as i64, parts);
        let width = text::width(&label, self.font_size);
        (Tick { at, label }, width)
    }

    /// The times at which the clocks of the zone show a multiple of a step, in order.
    ///
    /// What begins a day, a month or a year is there once, even if clocks skip it. An hour that
    /// they show twice has all its minutes twice, but not itself between two and four.
    fn instants(&self, step: Step) -> Vec<i64> {
        let (mut from, end) = self.whole;
        let (often, skips) = match step {
            Step::Micros(micros) => (micros <= HOUR, micros < DAY),
            Step::Months(_) => (false, false),
        };
        let mut instants = Vec::new();
        let (mut next, mut last) = (i64::MAX, i64::MIN);
        while from <= end {
            let (offset, until) = self.zone.piece(from as f64);
            let (offset, until) = (offset as i64, (until.ceil() as i64).min(end + 1));
            let mut local = multiple(step, from + offset);
            if !skips && next < from + offset && local > from + offset {
                instants.push(from);
            }
            while local - offset < until {
                if often || local > last {
                    instants.push(local - offset);
                    last = local;
                }
                local = multiple(step, local + 1);
            }
            (next, from) = (local, until);
        }
        instants
    }
}

/// The first multiple of a step that is not before a time of the clock: days, weeks from Monday,
/// months and years when they begin.
fn multiple(step: Step, local: i64) -> i64 {
    match step {
        Step::Micros(micros) => local + (MONDAY - local).rem_euclid(micros),
        Step::Months(months) => {
            let (year, month, _) = days_to_civil(local.div_euclid(DAY));
            let mut index = (year * 12 + i64::from(month) - 1).div_euclid(months) * months;
            loop {
                let (year, month) = ((index / 12) as u32, (index % 12 + 1) as u32);
                // There is no year 0.
                let begin = civil_to_days(year, month, 1).map_or(i64::MIN, |days| days * DAY);
                if begin >= local {
                    return begin;
                }
                index += months;
            }
        }
    }
}

#[cfg(test)]
mod tests;
