//! How unusual a residual is.

/// The median, of the middle two if their number is even; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => nth(values, half),
        // Halves first: the sum of the largest numbers is infinite.
        _ => nth(values, half - 1) / 2.0 + nth(values, half) / 2.0,
    }
}

/// The value that is in place `n` of the sorted values. O(n): each step keeps those with
/// the right next byte, of numbers whose order is that of the floats.
fn nth(values: &[f64], mut n: usize) -> f64 {
    let key = |bits: u64| {
        if bits >> 63 == 1 {
            !bits
        } else {
            bits | 1 << 63
        }
    };
    let mut left: Vec<u64> = values.iter().map(|value| key(value.to_bits())).collect();
    for shift in (0..64).step_by(8).rev() {
        let mut counts = [0_usize; 256];
        for key in &left {
            counts[(key >> shift) as u8 as usize] += 1;
        }
        let mut byte = 0;
        while n >= counts[byte] {
            n -= counts[byte];
            byte += 1;
        }
        left.retain(|key| (key >> shift) as u8 as usize == byte);
    }
    let bits = left.first().map_or(0, |key| {
        if key >> 63 == 1 {
            key & !(1 << 63)
        } else {
            !key
        }
    });
    f64::from_bits(bits)
}

/// How scores are made of residuals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Score {
    /// Distance to the median in median distances, scaled so that those of a normal
    /// distribution are standard deviations: 0.6745 (r − median) / MAD. Iglewicz and Hoaglin:
    /// "How to Detect and Handle Outliers", 1993. An outlier does not hide others.
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

/// The scores of `residuals`, of which only those that `counts` says tell what is
/// usual. All are 0 if the residuals are but rounding of values up to `largest`.
pub(super) fn scores(
    residuals: &[f64],
    counts: impl Fn(usize) -> bool,
    largest: f64,
    score: Score,
) -> Vec<f64> {
    let usual = residuals.iter().enumerate().filter(|(i, _)| counts(*i));
    let mut usual: Vec<f64> = usual.map(|(_, residual)| *residual).collect();
    let least = largest * ROUNDING;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (center, spread) = match score {
        Score::Z => {
            let center = mean(&usual);
            usual
                .iter_mut()
                .for_each(|value| *value = (*value - center).powi(2));
            (center, mean(&usual).sqrt())
        }
        Score::Mad => {
            let center = median(&usual);
            usual
                .iter_mut()
                .for_each(|value| *value = (*value - center).abs());
            let distance = median(&usual);
            // More than half are alike: what is left to go by is the mean distance.
            if distance > least {
                (center, distance / MEDIAN_DISTANCE)
            } else {
                (center, mean(&usual) / MEAN_DISTANCE)
            }
        }
    };
    if spread <= least || spread == 0.0 {
        return vec![0.0; residuals.len()];
    }
    residuals
        .iter()
        .map(|residual| (residual - center) / spread)
        .collect()
}

/// 1 above the threshold, −1 below its negative, else 0.
pub(super) fn direction(score: f64, high: f64, low: f64) -> i32 {
    i32::from(score > high) - i32::from(score < -low)
}
