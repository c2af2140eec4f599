//! Groups of a table that ask again and again.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Float64Array, Int32Array, StringArray, TimestampMicrosecondArray,
};

use super::bursts::{self, Bursts};
use super::fisher;
use super::intervals::{self, Intervals};
use super::rhythm;
use super::spectrum::{LONGEST, Spectra, usable_length};
use crate::table::{Groups, Progress, beside_keys, choose_time, duration_us, utc};
use crate::{Error, Result, Table};

/// Which groups poll.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PollingOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// Columns that part the events, such as `["SourceIp", "DestinationIp"]`; by default all are of one.
    pub group_by: Vec<String>,
    /// Width of the bins that events are counted in. By default a third of a short interval (a quarter
    /// of all are shorter), in seconds, but one second at least; never finer than times are. With it
    /// periods from twice the width on are found.
    pub bin: Option<String>,
    /// A group with fewer visits is not tested, 3 or more. Default 6.
    pub min_events: Option<u32>,
    /// How likely chance may be to give what is called polling, above 0 and below 1. Default 0.001. It is
    /// for each group: of a thousand one may be chance. For one in all of them give it divided by the number of
    /// groups (Bonferroni), or take the `PValue`s that Benjamini and Hochberg's rule leaves.
    pub alpha: Option<f64>,
}

/// What is said of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Verdict {
    /// It asks at a period, or at intervals that are alike.
    Polling,
    /// It comes and goes with a period, as people or jobs do day by day.
    Rhythm,
    /// Chance would do the same.
    None,
    /// Too few visits to say.
    Few,
}

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::Rhythm => "rhythm",
            Self::None => "none",
            Self::Few => "too few events",
        }
    }
}

/// What is known of a group; what is not is NaN. Times are in seconds.
#[derive(Debug, Clone, Copy)]
struct Answer {
    ln_p: f64,
    frequency: f64,
    period: f64,
    jitter: f64,
    median: f64,
    score: f64,
    bin: f64,
    verdict: Verdict,
}

const UNKNOWN: Answer = Answer {
    ln_p: f64::NAN,
    frequency: f64::NAN,
    period: f64::NAN,
    jitter: f64::NAN,
    median: f64::NAN,
    score: f64::NAN,
    bin: f64::NAN,
    verdict: Verdict::Few,
};

/// Bins per visit at most, so that there are some in the usual interval of busy times, too; but
/// for a few visits so many.
const BINS_PER_VISIT: usize = 16;
const FEW_BINS: usize = 1024;
/// Bins in a short interval, of which a quarter of all are shorter: if every other beat is missed, it
/// is that of the beat.
const BINS_PER_INTERVAL: f64 = 3.0;
/// Visits are chained if at least one interval in so many is less than a bin.
const CHAINED: usize = 10;
/// A period that comes fewer times is none.
const FEWEST_CYCLES: f64 = 4.0;
/// More visits in a cycle are a rhythm, unless they are close together, as these are:
const VISITS_PER_POLL: f64 = 4.0;
const CLOSE: f64 = 0.95;
/// In a rhythm visits fall into a part of the cycle: half of it has 0.64. Sessions at any times
/// are no white noise, either, but have less.
const PART_OF_CYCLE: f64 = 0.6;

/// One row for each group, in the order of their first rows. Events may come in any
/// order; those without a time are left out. O(n log n).
///
/// Events within one bin (of a second, if none is given) are one visit. Counts of visits are
/// tested for a period by Fisher's g of their periodogram (Heard, Rubin-Delanchy and Lawson:
/// "Filtering automated polling traffic in computer network flow data", 2014), and the
/// intervals of events, as fine as times are, by how many are alike, which finds polling whose jitter adds up:
/// two fifths within a fifth of the median (or of the lower quartile: half the visits may be missed), or nine
/// tenths within a half, and more than events that come independently would have. Events a bin apart or less, and bursts, if
/// pauses between them are clearly longer than within, are also tested by where they start.
///
/// Columns: those of `groupBy`; `EventCount`, `StartTime`, `EndTime`; `PValue` and `Log10PValue` of
/// Fisher's test, `DominantFrequency` in hertz and `DominantInterval` in seconds, the
/// strongest; `PeriodSeconds`, the period behind it (or of the intervals that are alike), and `JitterSeconds`;
/// `MedianIntervalSeconds` and `IntervalScore`, from 0 to 1, of the intervals that are most alike;
/// `BinSeconds`, the width of bins: `PValue` and what follows it know no period below twice of it; `Verdict`: `polling`, `rhythm`
/// (a period with many events in each, as people or jobs have by day), `none`, `too few events`. `polling` may have a
/// large `PValue`, if intervals say so, and `none` a small one: events that come in sessions are not
/// independent, and have power at some frequency, but are all over its cycle; or there are fewer than 4 cycles.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option;
/// `Cancelled` from `progress`.
pub fn detect_polling(
    table: &Table,
    options: &PollingOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let time = choose_time(table, options.time_column.as_deref())?;
    let times = table.time_us(time)?;
    let unit = options
        .bin
        .as_deref()
        .map(|bin| duration_us("bin", bin))
        .transpose()?;
    let fewest = options.min_events.unwrap_or(6);
    let alpha = options.alpha.unwrap_or(0.001);
    if fewest < 3 {
        return Err(Error::InvalidArgument(
            "option `minEvents` should be 3 or more".into(),
        ));
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(Error::InvalidArgument(
            "option `alpha` should be a number between 0 and 1".into(),
        ));
    }
    let groups = Groups::of(table, &options.group_by)?;
    progress.at(1, 3)?;
    let rows = groups.rows(|row| times.is_valid(row));
    let mut of_groups: Vec<i64> = rows
        .rows
        .iter()
        .map(|&row| times.value(row as usize))
        .collect();
    let mut tester = Tester {
        unit,
        fewest: fewest as usize,
        alpha,
        spectra: Spectra::default(),
        counts: Vec::new(),
        work: REPORT,
    };
    let mut progress = progress.part(1.0 / 3.0, 1.0);
    let mut found = Vec::with_capacity(groups.len());
    for group in 0..groups.len() {
        let range = rows.range(group);
        if tester.work >= REPORT {
            progress.at(range.start, of_groups.len())?;
            tester.work = 0;
        }
        let times = &mut of_groups[range];
        if !times.is_sorted() {
            times.sort_unstable();
        }
        found.push(Found {
            count: times.len() as i32,
            span: times.first().copied().zip(times.last().copied()),
            answer: tester.test(times),
        });
    }
    result(table, options, &groups.firsts, &found)
}

struct Found {
    count: i32,
    span: Option<(i64, i64)>,
    answer: Answer,
}

/// Tests group after group.
struct Tester {
    /// Width of bins in microseconds, if it is given.
    unit: Option<i64>,
    fewest: usize,
    alpha: f64,
    spectra: Spectra,
    counts: Vec<f64>,
    /// What was done since the last report, in steps of some nanoseconds.
    work: usize,
}

/// Work between reports: some hundredths of a second.
const REPORT: usize = 1 << 20;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

impl Tester {
    /// `times` are sorted microseconds.
    fn test(&mut self, times: &[i64]) -> Answer {
        let Some(&first) = times.first() else {
            return UNKNOWN;
        };
        self.work += times.len();
        // Since the first, so that large numbers lose no digits.
        let mut moments: Vec<i64> = times
            .iter()
            .map(|time| time.saturating_sub(first))
            .collect();
        moments.dedup();
        let fine = resolution(times, moments.len() < times.len());
        // Finer bins would find the period of the clock.
        let unit = self.unit.unwrap_or(SECOND).max(fine);
        let visits = in_bins(&moments, unit);
        if visits.len() < self.fewest {
            return UNKNOWN;
        }
        let mut between = intervals_of(&moments);
        between.sort_unstable();
        let levels = self.levels(&moments, &between, unit);
        let alpha = self.alpha / (levels.len() + 1) as f64;
        let mut best = (None, describe(&between, 0, fine, alpha));
        for level in &levels {
            let of_starts = describe(&intervals_of(&level.starts), level.pause, fine, alpha);
            if of_starts.density() >= best.1.density() {
                best = (Some(level), of_starts);
            }
        }
        let (level, intervals) = best;
        let visits = match level {
            // Chains of what is one visit, anyway, have no place of their own in the periodogram.
            Some(bursts) if bursts.pause != unit => in_bins(&bursts.starts, unit),
            _ => visits,
        };
        if visits.len() < 3 {
            return UNKNOWN;
        }
        self.judge(&visits, &intervals, unit, fine as f64 / 1e6)
    }

    /// What may be visits besides single `moments`, `between` which are these sorted intervals: what is
    /// a bin apart or less, and bursts.
    fn levels(&self, moments: &[i64], between: &[i64], unit: i64) -> Vec<Bursts> {
        let close = between[between.len() / CHAINED] <= unit;
        let chains = close.then(|| Bursts::of(moments, unit));
        let clear = bursts::pause(between, self.fewest)
            .filter(|&pause| pause != unit)
            .map(|pause| Bursts::of(moments, pause))
            .filter(Bursts::are_short);
        let levels = chains.into_iter().chain(clear);
        levels
            .filter(|level| level.starts.len() >= self.fewest)
            .collect()
    }

    /// What the periodogram of `visits` and `intervals`, in `fine` seconds, say together.
    fn judge(&mut self, visits: &[i64], intervals: &Intervals, unit: i64, fine: f64) -> Answer {
        let seconds: Vec<f64> = visits.iter().map(|&time| time as f64 / 1e6).collect();
        let units: Vec<i64> = visits.iter().map(|&time| time / unit).collect();
        let second = unit as f64 / 1e6;
        let mut between = intervals_of(&units);
        let short = quantile(&mut between, 0.25) as f64;
        let long = quantile(&mut between, 0.9) as f64 * second;
        let width = self.width(&units, short);
        let (ln_p, frequency) = self.periodogram(&units, width);
        let bin = width as f64 * second;
        let frequency = frequency / bin;
        let mut answer = Answer {
            ln_p,
            frequency,
            median: intervals.median * fine,
            score: intervals.score,
            bin,
            verdict: Verdict::None,
            ..UNKNOWN
        };
        if ln_p < self.alpha.ln() {
            let longest = (1.5 * long).max(1.0 / frequency);
            let (period, concentration, work) = rhythm::base_period(&seconds, frequency, longest);
            self.work += work;
            if seconds[seconds.len() - 1] >= FEWEST_CYCLES * period {
                let start = rhythm::cycle_start(&seconds, period);
                let visits = rhythm::visits_per_cycle(&seconds, period, start);
                answer.verdict = if visits <= VISITS_PER_POLL || concentration >= CLOSE {
                    Verdict::Polling
                } else if concentration >= PART_OF_CYCLE {
                    Verdict::Rhythm
                } else {
                    Verdict::None
                };
                if answer.verdict != Verdict::None {
                    answer.period = period;
                }
            }
        }
        if let Some(alike) = intervals.alike
            && answer.verdict != Verdict::Polling
        {
            answer.period = alike.period * fine;
            answer.verdict = Verdict::Polling;
        }
        if answer.verdict == Verdict::Polling {
            let between: Vec<f64> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
            answer.jitter = rhythm::jitter(&between, answer.period).unwrap_or(f64::NAN);
        }
        answer
    }

    /// Width of the periodogram's bins, in units.
    fn width(&self, units: &[i64], short: f64) -> i64 {
        let span = units[units.len() - 1];
        if self.unit.is_some() {
            return span / LONGEST as i64 + 1;
        }
        let most = (BINS_PER_VISIT * units.len()).clamp(FEW_BINS, LONGEST);
        ((short / BINS_PER_INTERVAL) as i64).max(span / most as i64 + 1)
    }

    /// The logarithm of Fisher's p, and the strongest frequency in cycles per bin.
    fn periodogram(&mut self, units: &[i64], width: i64) -> (f64, f64) {
        let bins = (units[units.len() - 1] / width + 1) as usize;
        let length = usable_length(bins.min(LONGEST));
        self.work += 4 * length;
        self.counts.clear();
        self.counts.resize(length, 0.0);
        for &unit in units {
            // The last bins may be beyond the usable length.
            if let Some(count) = self.counts.get_mut((unit / width) as usize) {
                *count += 1.0;
            }
        }
        // What is the same in all bins has no period, only rounding.
        let mean = self.counts.iter().sum::<f64>() / length as f64;
        self.counts.iter_mut().for_each(|count| *count -= mean);
        let power = self.spectra.power(&self.counts);
        let sum: f64 = power.iter().sum();
        let strongest = power.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        match strongest {
            Some((k, largest)) if sum > 1e-9 * length as f64 => (
                fisher::ln_p(largest / sum, power.len()),
                (k + 1) as f64 / length as f64,
            ),
            _ => (0.0, f64::NAN),
        }
    }
}

/// Of sorted `times` the first in each bin.
fn in_bins(times: &[i64], bin: i64) -> Vec<i64> {
    let mut visits = times.to_vec();
    visits.dedup_by_key(|time| *time / bin);
    visits
}

fn intervals_of(times: &[i64]) -> Vec<i64> {
    let between = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    between.collect()
}

fn quantile(values: &mut [i64], share: f64) -> i64 {
    let place = (share * (values.len() - 1) as f64) as usize;
    *values.select_nth_unstable(place).1
}

/// How fine `times` are, in microseconds: a second or a decimal part of it; or a minute, if
/// some are `shared` by several events: else whole minutes may be a beacon's own.
fn resolution(times: &[i64], shared: bool) -> i64 {
    if shared && times.iter().all(|time| time % MINUTE == 0) {
        return MINUTE;
    }
    let mut fine = SECOND;
    for time in times {
        while time % fine != 0 {
            fine /= 10;
        }
        if fine == 1 {
            break;
        }
    }
    fine
}

/// Intervals in microseconds, none of them `dead` or shorter, in units of `fine`.
fn describe(between: &[i64], dead: i64, fine: i64, alpha: f64) -> Intervals {
    let mut units: Vec<i64> = between.iter().map(|time| (time / fine).max(1)).collect();
    intervals::describe(&mut units, dead / fine, alpha)
}

fn result(
    table: &Table,
    options: &PollingOptions,
    firsts: &[u32],
    found: &[Found],
) -> Result<Table> {
    let floats = |of: fn(&Answer) -> f64| -> ArrayRef {
        let values = found
            .iter()
            .map(|found| Some(of(&found.answer)).filter(|value| !value.is_nan()));
        Arc::new(values.collect::<Float64Array>())
    };
    let times = |of: fn((i64, i64)) -> i64| -> ArrayRef {
        let times = found.iter().map(|found| found.span.map(of));
        utc(times.collect::<TimestampMicrosecondArray>())
    };
    let verdicts = found.iter().map(|found| found.answer.verdict.text());
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "EventCount",
            Arc::new(Int32Array::from_iter_values(
                found.iter().map(|found| found.count),
            )),
        ),
        ("StartTime", times(|span| span.0)),
        ("EndTime", times(|span| span.1)),
        ("PValue", floats(|answer| answer.ln_p.exp())),
        (
            "Log10PValue",
            floats(|answer| answer.ln_p / std::f64::consts::LN_10),
        ),
        ("DominantFrequency", floats(|answer| answer.frequency)),
        ("DominantInterval", floats(|answer| 1.0 / answer.frequency)),
        ("PeriodSeconds", floats(|answer| answer.period)),
        ("JitterSeconds", floats(|answer| answer.jitter)),
        ("MedianIntervalSeconds", floats(|answer| answer.median)),
        ("IntervalScore", floats(|answer| answer.score)),
        ("BinSeconds", floats(|answer| answer.bin)),
        ("Verdict", Arc::new(StringArray::from_iter_values(verdicts))),
    ];
    let result = Table::new(columns)?;
    beside_keys(table, &options.group_by, firsts.to_vec(), result)
}
