//! How regular the times between visits are.

use crate::analysis::series::median;

/// What the intervals of a group say, in units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Intervals {
    pub(super) median: f64,
    /// From 0 to 1, as in RITA (Active Countermeasures' tool for beacons): the mean of how
    /// symmetric intervals are about their median (1 − Bowley's skewness) and how close
    /// to it (1 − median distance / median). NaN if the median is one unit: that is rounding.
    pub(super) score: f64,
    /// Those that are alike, if chance would hardly have so many.
    pub(super) alike: Option<Alike>,
}

/// Intervals that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alike {
    /// The median of those that are very near to each other, the mean of others.
    pub(super) period: f64,
    /// Their share of all, by how near they are.
    density: f64,
}

impl Intervals {
    /// To compare what is alike; 0 if nothing is.
    pub(super) fn density(&self) -> f64 {
        self.alike.map_or(0.0, |alike| alike.density)
    }
}

/// Intervals are alike if they are near to a quantile of all, and many enough.
struct Window {
    quantile: f64,
    /// How near, as a share of the quantile.
    reach: f64,
    /// Share of the intervals that has to be so near, whatever chance says: the waits of people
    /// are no Poisson process, either. Log-normal waits with a sigma of 0.5 have 0.31 and 0.71.
    least: f64,
}

/// The first is for sleeps that vary by up to two fifths or so, with some visits missed; the second if
/// half of them are, and the usual interval is as often the double; the third for sleeps
/// that vary by a half.
const WINDOWS: [Window; 3] = [
    Window {
        quantile: 0.5,
        reach: NEAR,
        least: 0.4,
    },
    Window {
        quantile: 0.25,
        reach: NEAR,
        least: 0.4,
    },
    Window {
        quantile: 0.5,
        reach: 0.5,
        least: 0.9,
    },
];

/// `units` are intervals, 1 or more, and at least two; they are sorted here. Units are as fine as times
/// are. None is `dead` units or shorter. `alpha` is what chance may have.
pub(super) fn describe(units: &mut [i64], dead: i64, alpha: f64) -> Intervals {
    units.sort_unstable();
    let at = |share: f64| {
        let place = share * (units.len() - 1) as f64;
        let (below, part) = (place as usize, place.fract());
        let above = (below + 1).min(units.len() - 1);
        units[below] as f64 * (1.0 - part) + units[above] as f64 * part
    };
    let (first, middle, third) = (at(0.25), at(0.5), at(0.75));
    // A quartile at the median says that many are alike, not that they lean to one side.
    let skew = if first < middle && middle < third {
        (first + third - 2.0 * middle) / (third - first)
    } else {
        0.0
    };
    let distances: Vec<f64> = units
        .iter()
        .map(|&interval| (interval as f64 - middle).abs())
        .collect();
    let near = (1.0 - median(&distances) / middle).max(0.0);
    let ln_alpha = (alpha / WINDOWS.len() as f64).ln();
    let mut windows = WINDOWS.iter();
    let alike = windows.find_map(|window| alike(units, window, dead as f64, ln_alpha));
    Intervals {
        median: middle,
        score: if middle > 1.0 {
            (1.0 - skew.abs() + near) / 2.0
        } else {
            f64::NAN
        },
        alike,
    }
}

/// Of these `Alike::period` is the median: that of an exact beacon is exact, among others, too.
const NEAR: f64 = 0.2;

/// A longer dead time, as a share of the quantile, would itself make intervals alike.
const LONGEST_DEAD: f64 = 0.1;

fn alike(sorted: &[i64], window: &Window, dead: f64, ln_alpha: f64) -> Option<Alike> {
    let place = (window.quantile * sorted.len() as f64).ceil() as usize;
    let center = sorted[place.max(1) - 1] as f64;
    if dead > LONGEST_DEAD * center {
        return None;
    }
    // Products such as 1.2 · 5 may be a digit off.
    let least = (center * (1.0 - window.reach) * (1.0 - 1e-12)).ceil();
    let most = (center * (1.0 + window.reach) * (1.0 + 1e-12)).floor();
    let from = sorted.partition_point(|&interval| (interval as f64) < least);
    let to = sorted.partition_point(|&interval| interval as f64 <= most);
    let share = (to - from) as f64 / sorted.len() as f64;
    if share < window.least {
        return None;
    }
    let chance = chance(
        center - dead,
        (least - dead).max(1.0),
        most - dead,
        window.quantile,
    );
    // The one in the middle is close to itself.
    let certain = ln_tail(sorted.len() - 1, to - from - 1, chance) < ln_alpha;
    let near = &sorted[from..to];
    certain.then(|| Alike {
        period: if window.reach <= NEAR {
            near[near.len() / 2] as f64
        } else {
            near.iter().map(|&interval| interval as f64).sum::<f64>() / near.len() as f64
        },
        density: share / window.reach,
    })
}

/// The share of intervals from `least` to `most` units if visits come independently of each
/// other, and `center` is a quantile. Such intervals of whole units have the geometric law (which is as good
/// as the exponential one if the unit is fine); of those with that quantile the one
/// with the largest share counts. A quantile of one unit says nothing: 1.
fn chance(center: f64, least: f64, most: f64, quantile: f64) -> f64 {
    if center <= 1.0 {
        return 1.0;
    }
    let left = -(1.0 - quantile).ln();
    // Intervals of k units and more have the share exp(−rate (k − 1)).
    let (slowest, fastest) = (left / center, left / (center - 1.0));
    let best = (most / (least - 1.0)).ln() / (most - least + 1.0);
    let rate = best.clamp(slowest, fastest);
    (-rate * (least - 1.0)).exp() - (-rate * most).exp()
}

/// A bound on the logarithm of the probability that of `count` intervals at least `close`
/// are alike, if each is with the probability `chance`: Chernoff's for the binomial distribution.
fn ln_tail(count: usize, close: usize, chance: f64) -> f64 {
    let (n, share) = (count as f64, close as f64 / count.max(1) as f64);
    if share <= chance {
        return 0.0;
    }
    let term = |share: f64, chance: f64| {
        if share > 0.0 {
            share * (share / chance).ln()
        } else {
            0.0
        }
    };
    -n * (term(share, chance) + term(1.0 - share, 1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_and_verdicts() {
        let rows: [(&str, Vec<i64>, f64, Option<f64>); 8] = [
            ("all alike", vec![60; 9], 1.0, Some(60.0)),
            ("two alike are no rule", vec![60; 2], 1.0, None),
            (
                "with one gap",
                vec![60, 60, 60, 600, 60, 60, 60, 60],
                1.0,
                Some(60.0),
            ),
            // Quartiles 53.5, 58 and 65.5: the mean of 1 - 3/12 and 1 - 7/58.
            (
                "jitter",
                vec![50, 52, 55, 58, 65, 66, 68],
                0.815,
                Some(58.0),
            ),
            ("growing", vec![10, 20, 40, 80, 160, 320, 640], 0.301, None),
            ("one unit is rounding", vec![1; 99], f64::NAN, None),
            ("two units", vec![2; 99], 1.0, Some(2.0)),
            (
                "rounded seconds",
                vec![1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3],
                f64::NAN,
                None,
            ),
        ];
        for (name, mut intervals, score, period) in rows {
            let described = describe(&mut intervals, 0, 0.001);
            let off = (described.score - score).abs();
            assert!(
                off < 2e-3 || described.score.is_nan() && score.is_nan(),
                "{name}: {}",
                described.score
            );
            assert_eq!(described.alike.map(|alike| alike.period), period, "{name}");
        }
    }

    /// Starts of chains of independent events: none are closer than the pause, so many are within a half.
    #[test]
    fn a_long_dead_time_makes_none_alike() {
        let counts = [(2, 40), (3, 60), (4, 60), (5, 45), (6, 25), (8, 20)];
        let make = |scale: i64| -> Vec<i64> {
            let times = counts.map(|(units, count)| vec![units * scale; count]);
            times.concat()
        };
        assert_eq!(describe(&mut make(1), 1, 0.001).alike, None);
        assert!(describe(&mut make(100), 1, 0.001).alike.is_some());
    }

    /// The share of the geometric law at each of its medians is below what is taken for chance, and not much.
    #[test]
    fn chance_is_that_of_the_geometric_law() {
        for tenths in 11..400 {
            let stay = (-10.0 / f64::from(tenths)).exp(); // of a mean of tenths / 10 units
            let at_most = |k: f64| 1.0 - stay.powf(k);
            for quantile in [0.25, 0.5] {
                let center = (1..).map(f64::from).find(|&k| at_most(k) >= quantile);
                let center = center.unwrap_or_default();
                let (least, most) = ((0.8 * center).ceil(), (1.2 * center).floor());
                let share = at_most(most) - at_most(least - 1.0);
                let taken = chance(center, least, most, quantile);
                assert!(share <= taken + 1e-12, "{tenths}: {share} {taken}");
                assert!(
                    center < 3.0 || share > 0.75 * taken,
                    "{tenths}: {share} {taken}"
                );
            }
        }
        // Fine units: 2^-0.8 - 2^-1.2.
        let fine = chance(1e9, 0.8e9, 1.2e9, 0.5);
        assert!((fine - 0.139_1).abs() < 1e-3, "{fine}");
    }
}
