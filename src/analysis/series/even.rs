//! Even series of rows at any times: one value for each bin.

use crate::analysis::bins::too_many;
use crate::table::duration_text;
use crate::table::time::{bin_start, format_time, since};
use crate::{Error, Result};

/// What a bin's value is made of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    /// Number of rows.
    Count,
    /// Sum of the values.
    Sum,
    /// Mean of the values.
    Mean,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
}

/// What stands where a bin has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// 0: nothing happened.
    Zero,
    /// On a line between its neighbours: nothing is known.
    Linear,
    /// Nothing: a gap is an error.
    None,
}

/// Bins in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Microseconds since 1970.
    start: i64,
    bin: i64,
    count: u64,
}

/// A value for each bin of a span.
#[derive(Debug)]
pub(super) struct Even {
    span: Span,
    pub(super) values: Vec<f64>,
    /// Where there was no value; empty if there were all.
    pub(super) filled: Vec<bool>,
}

impl Span {
    /// From the first of `times`, which are microseconds in any order, to the last. Bins
    /// begin at the first time if `from_first`, else where those of all tables do. There is
    /// at least one time.
    pub(super) fn of(times: &[i64], (bin, from_first): (i64, bool)) -> Self {
        let (first, last) = times
            .iter()
            .fold((i64::MAX, i64::MIN), |(first, last), &time| {
                (first.min(time), last.max(time))
            });
        let start = if from_first {
            first
        } else {
            bin_start(first, bin)
        };
        let count = since(start, last) / bin as u64 + 1;
        Self { start, bin, count }
    }

    /// # Errors
    ///
    /// `InvalidArgument` if there are more than `most` bins of all groups.
    pub(super) fn check(&self, groups: usize, most: usize) -> Result<()> {
        if self.count.saturating_mul(groups as u64) <= most as u64 {
            return Ok(());
        }
        Err(too_many(self.count, self.bin, groups, most as u64))
    }

    /// The time at which bin `i` begins.
    fn time(&self, i: usize) -> i64 {
        self.start.saturating_add(self.bin.saturating_mul(i as i64))
    }
}

/// Puts rows into the bins of `span`, which has all of their times; `values` are as many,
/// and those that are not finite do not count.
pub(super) fn bins(times: &[i64], values: &[f64], span: Span, aggregate: Aggregate) -> Even {
    let count = span.count as usize;
    let mut sums = vec![f64::NAN; count];
    let mut counts = vec![
        0_u32;
        if aggregate == Aggregate::Mean {
            count
        } else {
            0
        }
    ];
    for (&time, &value) in times.iter().zip(values) {
        if !value.is_finite() {
            continue;
        }
        let place = (since(span.start, time) / span.bin as u64) as usize;
        let sum = &mut sums[place];
        let before = if sum.is_nan() { None } else { Some(*sum) };
        *sum = match aggregate {
            Aggregate::Count => before.unwrap_or(0.0) + 1.0,
            Aggregate::Sum | Aggregate::Mean => before.unwrap_or(0.0) + value,
            Aggregate::Min => before.map_or(value, |before| before.min(value)),
            Aggregate::Max => before.map_or(value, |before| before.max(value)),
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    for (sum, &count) in sums.iter_mut().zip(&counts) {
        *sum /= f64::from(count.max(1));
    }
    Even {
        span,
        values: sums,
        filled: Vec::new(),
    }
}

impl Even {
    /// The time at which bin `i` begins.
    pub(super) fn time(&self, i: usize) -> i64 {
        self.span.time(i)
    }

    /// Gives each bin a value.
    pub(super) fn fill(&mut self, fill: Fill) -> Result<()> {
        let Some(gap) = self.values.iter().position(|value| value.is_nan()) else {
            return Ok(());
        };
        if fill == Fill::None {
            let missing = self.values.iter().filter(|value| value.is_nan()).count();
            return Err(Error::InvalidArgument(format!(
                "{missing} of {} bins of {} have no value, the first at {}; choose fill: \"zero\" or \"linear\"",
                self.values.len(),
                duration_text(self.span.bin),
                format_time(self.time(gap))
            )));
        }
        self.filled = self.values.iter().map(|value| value.is_nan()).collect();
        match fill {
            Fill::Zero => self
                .values
                .iter_mut()
                .filter(|value| value.is_nan())
                .for_each(|value| *value = 0.0),
            _ => lines(&mut self.values),
        }
        Ok(())
    }
}

/// Puts values on lines between their neighbours; before the first and after the last
/// they are as these. All are 0 if there is none.
fn lines(values: &mut [f64]) {
    let mut before: Option<usize> = None;
    for i in 0..=values.len() {
        if values.get(i).is_some_and(|value| value.is_nan()) {
            continue;
        }
        let from = before.map_or(0, |before| before + 1);
        let start = before.map(|before| values[before]);
        let end = values.get(i).copied();
        let gap = &mut values[from..i];
        let steps = gap.len() as f64 + 1.0;
        for (value, step) in gap.iter_mut().zip(1..) {
            let share = f64::from(step) / steps;
            *value = match (start, end) {
                (Some(start), Some(end)) => start * (1.0 - share) + end * share,
                (one, other) => one.or(other).unwrap_or(0.0),
            };
        }
        before = Some(i);
    }
}

/// The commonest distance between neighbouring times of a group, if at least half of
/// the distances are it; `groups` are sorted here.
pub(super) fn usual_distance<'a>(groups: impl Iterator<Item = &'a mut [i64]>) -> Result<i64> {
    let mut distances = Vec::new();
    for times in groups {
        times.sort_unstable();
        let pairs = times.windows(2);
        let between = pairs.map(|pair| pair[1].saturating_sub(pair[0]));
        distances.extend(between.filter(|&distance| distance > 0));
    }
    distances.sort_unstable();
    let mut usual: &[i64] = &[];
    for alike in distances.chunk_by(i64::eq) {
        // Of two that are as common the shorter.
        if alike.len() > usual.len() {
            usual = alike;
        }
    }
    let problem = match usual.first() {
        Some(&distance) if usual.len() * 2 >= distances.len() => return Ok(distance),
        Some(_) => {
            "the times are not evenly spaced; give the width of bins with bin, such as \"1h\""
        }
        None => {
            "there are too few different times to see how far they are apart; say it with bin, such as \"1h\""
        }
    };
    Err(Error::InvalidArgument(problem.into()))
}
