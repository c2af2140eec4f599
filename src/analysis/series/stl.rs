//! The decomposition of a series into trend, seasons and what remains.
//!
//! STL as in Cleveland, Cleveland, McRae and Terpenning: "STL: A Seasonal-Trend
//! Decomposition Procedure Based on Loess", Journal of Official Statistics 6 (1990), with the
//! defaults and corners of statsmodels 0.15.0, whose numbers it gives to 1e-9 of
//! the series' scale.
//!
//! An inner iteration takes five steps over the series, each of which needs a
//! neighbourhood of the one before. They are taken for one tile after the other, so
//! that what is between them stays in the processor's cache; what neighbouring tiles
//! share is worked out twice.

use super::smoother::{Input, Smoother};
use crate::table::Progress;
use crate::{Error, Result};

/// All of STL's parameters; windows are odd.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) period: usize,
    pub(super) seasonal: usize,
    pub(super) trend: usize,
    pub(super) low_pass: usize,
    /// Of the seasonal, trend and low-pass smoother: 0 or 1.
    pub(super) degrees: [u8; 3],
    /// The same three.
    pub(super) jumps: [usize; 3],
    pub(super) inner: usize,
    pub(super) outer: usize,
}

/// What a series is made of; each as long as the series.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) trend: Vec<f64>,
    pub(super) seasonal: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

/// Values of a tile, if it need not be larger for what tiles share.
const TILE: usize = 8192;

/// Everything about series of one length that does not depend on their values.
#[derive(Debug)]
pub(super) struct Stl {
    pub(super) n: usize,
    settings: Settings,
    cycle: Smoother,
    low: Smoother,
    trend: Smoother,
    tile: usize,
}

/// Room for what a tile needs; each begins at the place in the series that is beside it.
#[derive(Debug, Default)]
struct Room {
    detrended: Vec<f64>,
    weighted: Vec<f64>,
    cycle: Vec<f64>,
    sums: Vec<f64>,
    low: Vec<f64>,
    smooth: Vec<f64>,
}

/// The series, and the results of the iteration before.
struct Before<'a> {
    values: &'a [f64],
    trend: &'a [f64],
    robust: Option<&'a [f64]>,
}

impl Stl {
    /// `n` is at least twice the period.
    pub(super) fn new(n: usize, settings: &Settings) -> Self {
        let Settings {
            period,
            degrees,
            jumps,
            ..
        } = *settings;
        let cycle = Smoother::new(n, period, settings.seasonal, degrees[0], jumps[0]);
        let trend = Smoother::new(n, 1, settings.trend, degrees[1], jumps[1]);
        let low = Smoother::new(n, 1, settings.low_pass, degrees[2], jumps[2]);
        // `usize` has 32 bits in WebAssembly.
        let shared = (settings.seasonal.saturating_add(2))
            .saturating_mul(period)
            .saturating_add(settings.trend)
            .saturating_add(settings.low_pass);
        let whole = cycle.jumps() || trend.jumps() || low.jumps();
        let tile = if whole {
            n
        } else {
            TILE.max(shared.saturating_mul(3)).min(n)
        };
        Self {
            n,
            settings: settings.clone(),
            cycle,
            low,
            trend,
            tile,
        }
    }

    /// # Errors
    ///
    /// `Cancelled` from `progress`; `InvalidArgument` if the values are too large.
    pub(super) fn decompose(&self, values: &[f64], progress: &mut Progress<'_>) -> Result<Parts> {
        let n = self.n;
        let mut parts = Parts {
            trend: vec![0.0; n],
            seasonal: vec![0.0; n],
            weights: vec![1.0; n],
        };
        let mut next = vec![0.0; n];
        let mut room = Room::default();
        let rounds = self.settings.outer + 1;
        for round in 0..rounds {
            for inner in 1..=self.settings.inner {
                let before = Before {
                    values,
                    trend: &parts.trend,
                    robust: (round > 0).then_some(&parts.weights),
                };
                let last = inner == self.settings.inner;
                for from in (0..n).step_by(self.tile) {
                    let to = (from + self.tile).min(n);
                    let passes = round * self.settings.inner + inner - 1;
                    let done = (passes as f64 + from as f64 / n as f64)
                        / (rounds * self.settings.inner) as f64;
                    // Within a tile it only asks whether to go on.
                    let mut step = progress.part(done, done);
                    step.at(0, 1)?;
                    let smooth = self.tile(
                        &before,
                        (from, to),
                        &mut room,
                        &mut next[from..to],
                        &mut step,
                    )?;
                    if last {
                        parts.seasonal[from..to].copy_from_slice(smooth);
                    }
                }
                std::mem::swap(&mut parts.trend, &mut next);
            }
            if round + 1 < rounds {
                robustness(values, &parts.trend, &parts.seasonal, &mut parts.weights);
            }
        }
        let all = parts.trend.iter().chain(&parts.seasonal);
        if !all.fold(0.0, |sum: f64, value| sum + value * 0.0).is_nan() {
            return Ok(parts);
        }
        Err(Error::InvalidArgument(
            "the values are too large to be added up; divide them by a power of ten".into(),
        ))
    }

    /// One inner iteration for the series from `from` to `to`: puts the trend into
    /// `trend` and gives the seasonal part.
    fn tile<'a>(
        &self,
        before: &Before<'_>,
        (from, to): (usize, usize),
        room: &'a mut Room,
        trend: &mut [f64],
        progress: &mut Progress<'_>,
    ) -> Result<&'a [f64]> {
        let period = self.settings.period;
        // Backwards from what is asked: of the seasonal part, of the sums, of the cycle.
        // Results of a plain smoother are for positions, which count from 1.
        let season = self.trend.needs(from + 1, to + 1);
        let season = (season.0.min(from), season.1.max(to));
        let sums = self.low.needs(season.0 + 1, season.1 + 1);
        let sums = (sums.0.min(season.0), sums.1.max(season.1));
        let cycle = (sums.0, sums.1 + 2 * period);
        let start = self.cycle.needs(cycle.0, cycle.1);
        fill(&mut room.detrended, start, |i| {
            before.values[i] - before.trend[i]
        });
        let input = weigh(before, start, &room.detrended, &mut room.weighted);
        room.cycle.resize(cycle.1 - cycle.0, 0.0);
        self.cycle.run(input, cycle.0, &mut room.cycle, progress)?;

        moving_averages(&room.cycle, period, &mut room.smooth, &mut room.sums);
        let input = Input {
            start: sums.0,
            values: &room.sums,
            robust: None,
        };
        room.low.resize(season.1 - season.0, 0.0);
        self.low.run(input, season.0 + 1, &mut room.low, progress)?;

        let skip = season.0 + period - cycle.0;
        for (low, cycle) in room.low.iter_mut().zip(&room.cycle[skip..]) {
            *low = cycle - *low;
        }
        let seasonal = &room.low;
        fill(&mut room.smooth, season, |i| {
            before.values[i] - seasonal[i - season.0]
        });
        let input = weigh(before, season, &room.smooth, &mut room.weighted);
        self.trend.run(input, from + 1, trend, progress)?;
        Ok(&room.low[from - season.0..to - season.0])
    }
}

fn fill(out: &mut Vec<f64>, (from, to): (usize, usize), value: impl Fn(usize) -> f64) {
    out.clear();
    out.extend((from..to).map(value));
}

/// Values from a place on, with their robustness weights.
fn weigh<'a>(
    before: &Before<'a>,
    (from, to): (usize, usize),
    values: &'a [f64],
    weighted: &'a mut Vec<f64>,
) -> Input<'a> {
    let robust = before.robust.map(|robust| {
        let robust = &robust[from..to];
        weighted.clear();
        weighted.extend(
            values
                .iter()
                .zip(robust)
                .map(|(value, weight)| value * weight),
        );
        (weighted.as_slice(), robust)
    });
    Input {
        start: from,
        values,
        robust,
    }
}

/// A moving average of `period` values, of that one of `period`, and of that one of 3:
/// what has no season. As sums, which are divided once; `room` is for the first.
fn moving_averages(values: &[f64], period: usize, room: &mut Vec<f64>, out: &mut Vec<f64>) {
    sums(values, period, room);
    sums(room, period, out);
    let scale = 1.0 / (3.0 * (period as f64).powi(2));
    let last = out.len() - 2;
    for i in 0..last {
        out[i] = (out[i] + out[i + 1] + out[i + 2]) * scale;
    }
    out.truncate(last);
}

/// Sums of `length` values each. They begin anew with each tile, so rounding does not grow
/// with the series.
fn sums(values: &[f64], length: usize, out: &mut Vec<f64>) {
    let mut sum: f64 = values[..length].iter().sum();
    out.clear();
    out.push(sum);
    for (first, next) in values.iter().zip(&values[length..]) {
        sum += next - first;
        out.push(sum);
    }
}

/// Weights by how far values are from what was fitted: bisquare, 0 from six median
/// distances on.
fn robustness(values: &[f64], trend: &[f64], seasonal: &[f64], weights: &mut [f64]) {
    let fitted = trend.iter().zip(seasonal).map(|(a, b)| a + b);
    for ((weight, value), fitted) in weights.iter_mut().zip(values).zip(fitted) {
        *weight = (value - fitted).abs();
    }
    let limit = 6.0 * crate::order::median(weights);
    if limit == 0.0 {
        weights.fill(1.0);
        return;
    }
    for weight in weights {
        let ratio = *weight / limit;
        *weight = if ratio <= 0.001 {
            1.0
        } else if ratio <= 0.999 {
            (1.0 - ratio * ratio).powi(2)
        } else {
            0.0
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use super::*;

    /// What tiles share is worked out alike, wherever they end.
    #[test]
    fn tiles_do_not_show() {
        let values: Vec<f64> = (0..611)
            .map(|i| f64::from(i % 12 * 7 + i * i % 31) + if i == 300 { 500.0 } else { 0.0 })
            .collect();
        for (outer, seasonal) in [(0, 7), (2, 7), (1, 61)] {
            let settings = Settings {
                period: 12,
                seasonal,
                trend: 23,
                low_pass: 13,
                degrees: [1; 3],
                jumps: [1; 3],
                inner: 2,
                outer,
            };
            let mut stl = Stl::new(values.len(), &settings);
            stl.tile = values.len();
            let whole = stl.decompose(&values, &mut Progress::none()).unwrap();
            for tile in [1, 7, 12, 100, 610] {
                stl.tile = tile;
                let parts = stl.decompose(&values, &mut Progress::none()).unwrap();
                let off = |ours: &[f64], theirs: &[f64]| {
                    ours.iter()
                        .zip(theirs)
                        .map(|(a, b)| (a - b).abs())
                        .fold(0.0, f64::max)
                };
                assert!(off(&parts.trend, &whole.trend) < 1e-9, "tiles of {tile}");
                assert!(
                    off(&parts.seasonal, &whole.seasonal) < 1e-9,
                    "tiles of {tile}"
                );
                assert!(
                    off(&parts.weights, &whole.weights) < 1e-9,
                    "tiles of {tile}"
                );
            }
        }
    }
}
