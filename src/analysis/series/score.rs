//! How unusual a residual is.

use crate::order::median;

/// How scores are made of residuals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Score {
    /// Distance to the median in median distances, scaled so that those of a normal
    /// distribution are standard deviations: 0.6745 (r − median) / MAD. Iglewicz and Hoaglin:
    /// "How to Detect and Handle Outliers", 1993. An outlier does not hide others. Where the
    /// median tells too little there is a [floor](robust_spread).
    Mad,
    /// Distance to the mean in standard deviations of the population, as in msticpy.
    Z,
}

/// The 0.75 quantile of the normal distribution: its median distance to the median.
const MEDIAN_DISTANCE: f64 = 0.674_489_750_196_081_7;
/// The square root of 2 / π: its mean distance to the mean.
const MEAN_DISTANCE: f64 = 0.797_884_560_802_865_4;
/// Residuals within this share of the values are rounding.
const ROUNDING: f64 = 1e-12;
/// The least spread of counts.
const HALF_A_COUNT: f64 = 0.5;
/// A spread by the median within this share of that by the mean, which are alike of a normal
/// distribution, is of residuals that are next to nothing.
const NEXT_TO_NOTHING: f64 = 0.01;

/// The scores of `residuals` of `values`. Only those that `tells` names say what is usual;
/// the others have none, which is NaN. All are 0 if the residuals are but rounding.
/// `counted` are whole numbers of events.
pub(super) fn scores(
    residuals: &[f64],
    values: &[f64],
    tells: impl Fn(usize) -> bool,
    score: Score,
    counted: bool,
) -> Vec<f64> {
    let told = |all: &[f64]| -> Vec<f64> {
        let told = all.iter().enumerate().filter(|(i, _)| tells(*i));
        told.map(|(_, value)| *value).collect()
    };
    let mut usual = told(residuals);
    let largest = values
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    let least = largest * ROUNDING;
    let center = match score {
        Score::Z => mean(&usual),
        Score::Mad => median(&usual),
    };
    usual
        .iter_mut()
        .for_each(|value| *value = (*value - center).abs());
    let spread = match score {
        Score::Z => deviation(&usual),
        Score::Mad => robust_spread(&usual, &told(values), counted),
    };
    let rounding = spread <= least || usual.iter().all(|distance| *distance <= least);
    let score = |(i, residual): (usize, &f64)| match rounding {
        _ if !tells(i) => f64::NAN,
        true => 0.0,
        false => (residual - center) / spread,
    };
    residuals.iter().enumerate().map(score).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The square root of the mean square.
fn deviation(distances: &[f64]) -> f64 {
    let squares = distances.iter().map(|distance| distance * distance);
    (squares.sum::<f64>() / distances.len().max(1) as f64).sqrt()
}

/// The spread by the median of `distances`, but no less than what else is known.
///
/// Where more than half of the `values` are alike, such as 0, the median distance is that of what
/// did not vary, so the spread is the standard deviation at least. Where more than half of the
/// residuals are next to nothing, as a robust fit goes through most values of a few seasons,
/// it is that by the mean distance, the usual stand-in for a MAD of 0 (IBM SPSS: "Modified
/// z score"), which one outlier bends less.
///
/// Events that come by chance vary by the square root of their mean number (Poisson), so
/// that is their least, unless they vary by less, as heartbeats do. One more or less is
/// no anomaly of whole numbers: half a count is the least in any case.
fn robust_spread(distances: &[f64], values: &[f64], counted: bool) -> f64 {
    let spread = median(distances) / MEDIAN_DISTANCE;
    let by_mean = mean(distances) / MEAN_DISTANCE;
    if by_mean == 0.0 {
        return 0.0;
    }
    if counted {
        let chance = mean(values).sqrt().min(deviation(distances));
        return spread.max(chance).max(HALF_A_COUNT);
    }
    let middle = median(values);
    let alike = values.iter().filter(|value| **value == middle).count();
    if alike * 2 > values.len() {
        spread.max(deviation(distances))
    } else if spread < by_mean * NEXT_TO_NOTHING {
        by_mean
    } else {
        spread
    }
}

/// 1 above the threshold, −1 below its negative, else 0.
pub(super) fn direction(score: f64, high: f64, low: f64) -> i32 {
    i32::from(score > high) - i32::from(score < -low)
}
