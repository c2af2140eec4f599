//! The period behind the strongest frequency.
//!
//! The spectrum of short visits at a period has the same power at the period and at its
//! halves, thirds … so the strongest may be any of these. What tells them apart is
//! where visits fall in the cycle of a period: all at one place for the true period and its
//! parts, at opposite places for its multiples.

use super::turn::turn;

/// So many visits are enough to tell a period.
const ENOUGH: usize = 1024;
/// So many to look through its multiples, of which there are so many at most.
const ENOUGH_TO_SCAN: usize = 256;
const MULTIPLES: f64 = 256.0;

/// A multiple of a period is the true one if visits are this concentrated, as a share of
/// what they are in the period.
const AS_CONCENTRATED: f64 = 0.8;

/// Times within a cycle as the angles of unit vectors: the length of their mean, from
/// 0, all over the cycle, to 1, all at one place (Rayleigh's statistic).
pub(super) fn concentration(times: &[f64], frequency: f64) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for time in times {
        let (cos, sin) = turn(time * frequency);
        x += cos;
        y += sin;
    }
    (x * x + y * y).sqrt() / times.len().max(1) as f64
}

/// The base period of sorted `times` whose strongest frequency is about `frequency`, its
/// concentration, and the number of steps this took; `longest` is the longest period that makes sense.
pub(super) fn base_period(times: &[f64], frequency: f64, longest: f64) -> (f64, f64, usize) {
    let times = &times[..times.len().min(ENOUGH)];
    let span = times[times.len() - 1] - times[0];
    let (frequency, strongest) = refine(times, frequency, 1.0 / span.max(1.0));
    let some = &times[..times.len().min(ENOUGH_TO_SCAN)];
    // Of as many visits, or a drift would tell for those that are many.
    let enough = AS_CONCENTRATED * concentration(some, frequency);
    let most = (longest * frequency).clamp(1.0, MULTIPLES) as usize;
    let mut best = frequency;
    for multiple in 2..=most {
        let candidate = frequency / multiple as f64;
        if concentration(some, candidate) >= enough
            && concentration(times, candidate) >= AS_CONCENTRATED * strongest
        {
            best = candidate;
        }
    }
    let (best, found) = if best < frequency {
        refine(times, best, 0.25 / span.max(1.0))
    } else {
        (frequency, strongest)
    };
    (1.0 / best, found, most * some.len() + 32 * times.len())
}

/// The frequency of highest concentration at most `reach` away.
fn refine(times: &[f64], frequency: f64, reach: f64) -> (f64, f64) {
    let mut best = (frequency, concentration(times, frequency));
    let mut step = reach / 4.0;
    let look = |best: &mut (f64, f64), candidate: f64| -> f64 {
        if candidate <= 0.0 {
            return 0.0;
        }
        let found = concentration(times, candidate);
        if found > best.1 {
            *best = (candidate, found);
        }
        found
    };
    for i in (-4..=4).filter(|&i| i != 0) {
        look(&mut best, frequency + step * f64::from(i));
    }
    // Near its top the concentration is a parabola.
    for _ in 0..4 {
        let (center, top) = best;
        let (before, after) = (
            look(&mut best, center - step),
            look(&mut best, center + step),
        );
        let bend = before - 2.0 * top + after;
        if bend < 0.0 {
            let shift = (before - after) / (2.0 * bend);
            look(&mut best, center + step * shift.clamp(-1.0, 1.0));
        }
        step /= 8.0;
    }
    best
}

/// How far intervals usually are from a multiple of the period: the median distance,
/// scaled to a standard deviation; intervals of less than half a period do not count.
pub(super) fn jitter(intervals: &[f64], period: f64) -> Option<f64> {
    let whole = intervals
        .iter()
        .filter(|&&interval| interval >= period / 2.0);
    let distances: Vec<f64> = whole
        .map(|interval| (interval - (interval / period).round() * period).abs())
        .collect();
    if distances.is_empty() {
        return None;
    }
    Some(crate::analysis::series::median(&distances) / 0.674_489_750_196_081_7)
}

/// How many visits there are in a cycle that has any.
pub(super) fn visits_per_cycle(times: &[f64], period: f64, phase: f64) -> f64 {
    let cycle = |time: &f64| ((time - phase) / period).floor();
    let cycles = times.chunk_by(|a, b| cycle(a) == cycle(b)).count();
    times.len() as f64 / cycles.max(1) as f64
}

/// About half a cycle before the place where visits are: cycles that begin here part no burst.
pub(super) fn cycle_start(times: &[f64], period: f64) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for time in &times[..times.len().min(ENOUGH)] {
        let (cos, sin) = turn(time / period);
        x += cos;
        y += sin;
    }
    let mut best = (0.0, f64::INFINITY);
    for part in 0..16 {
        let start = f64::from(part) / 16.0;
        let (cos, sin) = turn(start);
        let towards = x * cos + y * sin;
        if towards < best.1 {
            best = (start, towards);
        }
    }
    best.0 * period
}
