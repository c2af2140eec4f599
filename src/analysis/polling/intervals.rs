//! How regular the times between visits are.

use crate::analysis::series::median;

/// What the intervals of a group say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Intervals {
    pub(super) median: f64,
    /// From 0 to 1, as in RITA (Active Countermeasures' tool for beacons): the mean of how
    /// symmetric intervals are about their median (1 − Bowley's skewness) and how close
    /// to it (1 − median distance / median).
    pub(super) score: f64,
    /// 0.9 of the intervals are not longer.
    pub(super) long: f64,
    /// Whether so many intervals are close to the median as chance would hardly have.
    pub(super) regular: bool,
}

/// Intervals this close to the median, as a share of it, are alike.
const CLOSE: f64 = 0.2;
/// Share of intervals that are alike by chance: 0.14 if visits come independently of
/// each other; people's visits are a bit more alike.
const CHANCE: f64 = 0.2;
/// Below so many units intervals are alike because they are rounded, …
const ROUNDED: f64 = 5.0;
/// … so nearly all have to be.
const NEARLY_ALL: f64 = 0.95;

/// `units` are intervals, 1 or more, and at least two; they are sorted here.
pub(super) fn describe(units: &mut [i64], alpha: f64) -> Intervals {
    units.sort_unstable();
    let intervals: Vec<f64> = units.iter().map(|&units| units as f64).collect();
    let at = |share: f64| {
        let place = share * (intervals.len() - 1) as f64;
        let (below, part) = (place as usize, place.fract());
        let above = (below + 1).min(intervals.len() - 1);
        intervals[below] * (1.0 - part) + intervals[above] * part
    };
    let (first, middle, third, long) = (at(0.25), at(0.5), at(0.75), at(0.9));
    // A quartile at the median says that many are alike, not that they lean to one side.
    let skew = if first < middle && middle < third {
        (first + third - 2.0 * middle) / (third - first)
    } else {
        0.0
    };
    let close = intervals
        .iter()
        .filter(|&&interval| (interval - middle).abs() <= CLOSE * middle)
        .count();
    let distances: Vec<f64> = intervals
        .iter()
        .map(|interval| (interval - middle).abs())
        .collect();
    let near = (1.0 - median(&distances) / middle).max(0.0);
    // The median itself is close to itself.
    let (others, close_others) = (intervals.len() - 1, close.saturating_sub(1));
    let share = close as f64 / intervals.len() as f64;
    let regular =
        (middle >= ROUNDED || share >= NEARLY_ALL) && ln_chance(others, close_others) < alpha.ln();
    Intervals {
        median: middle,
        score: (1.0 - skew.abs() + near) / 2.0,
        long,
        regular,
    }
}

/// A bound on the logarithm of the probability that of `count` intervals at least `close`
/// are alike by chance: Chernoff's for the binomial distribution.
fn ln_chance(count: usize, close: usize) -> f64 {
    let (n, share) = (count as f64, close as f64 / count.max(1) as f64);
    if share <= CHANCE {
        return 0.0;
    }
    let term = |share: f64, chance: f64| {
        if share > 0.0 {
            share * (share / chance).ln()
        } else {
            0.0
        }
    };
    -n * (term(share, CHANCE) + term(1.0 - share, 1.0 - CHANCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_and_verdicts() {
        let rows: [(&str, Vec<i64>, f64, bool); 6] = [
            ("all alike", vec![60; 9], 1.0, true),
            ("two alike are no rule", vec![60; 2], 1.0, false),
            (
                "with one gap",
                vec![60, 60, 60, 600, 60, 60, 60, 60],
                1.0,
                true,
            ),
            // Quartiles 53.5, 58 and 65.5: the mean of 1 - 3/12 and 1 - 7/58.
            ("jitter", vec![50, 52, 55, 58, 65, 66, 68], 0.815, true),
            ("growing", vec![10, 20, 40, 80, 160, 320, 640], 0.301, false),
            (
                "rounded seconds",
                vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3],
                1.0,
                false,
            ),
        ];
        for (name, mut intervals, score, regular) in rows {
            let described = describe(&mut intervals, 0.001);
            assert!(
                (described.score - score).abs() < 2e-3,
                "{name}: {}",
                described.score
            );
            assert_eq!(described.regular, regular, "{name}");
        }
    }
}
