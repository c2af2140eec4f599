//! Fisher's test for a hidden period (Fisher: "Tests of significance in harmonic
//! analysis", Proceedings of the Royal Society A 125, 1929).
//!
//! Of m ordinates of a periodogram at Fourier frequencies, g is the share of the largest.
//! In white noise P(g > x) = Σ (−1)^(j−1) C(m, j) (1 − jx)^(m−1), for j from 1 to the
//! last with jx < 1. In the tail the first term is nearly all, and the sum is exact
//! however small; where terms are large they cancel each other, but there the
//! probability is as good as 1.

/// The natural logarithm of the probability that the largest of `count` ordinates of
/// white noise has a share of at least `share`; `share` is from 1 / `count` to 1. It is
/// finite: a share of 1 may be a rounding less.
pub(super) fn ln_p(share: f64, count: usize) -> f64 {
    let m = count as f64;
    let share = share.min(1.0 - f64::EPSILON / 2.0);
    let first = m.ln() + (m - 1.0) * (-share).ln_1p();
    if count < 2 {
        return 0.0;
    }
    if first > LARGEST {
        // 1 − exp(−m exp(−mx)) is the limit for many ordinates: this differs from 1 by less than 1e-8.
        return 0.0;
    }
    // Terms as multiples of the first.
    let (mut sum, mut term) = (1.0, 1.0);
    for j in 2..=count {
        let (j, before) = (j as f64, j as f64 - 1.0);
        let left = 1.0 - j * share;
        if left <= 0.0 {
            break;
        }
        let shrinks = (m - 1.0) * (-share / (1.0 - before * share)).ln_1p();
        term *= -(m - before) / j * shrinks.exp();
        sum += term;
        if term.abs() < 1e-17 * sum.abs() {
            break;
        }
    }
    // Rounding may leave a little more than certainty.
    (first + sum.max(f64::MIN_POSITIVE).ln()).min(0.0)
}

/// Above this logarithm of the first term terms cancel too much.
const LARGEST: f64 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Share, number of ordinates, probability: made with Python's fractions, which are exact.
    const EXACT: [(f64, usize, f64); 16] = [
        (0.5, 7, 0.109375),
        (0.3333333333333333, 7, 0.5857338820301784),
        (0.3157894736842105, 8, 0.5357916209945195),
        (0.030642426071718867, 199, 0.3538993151036157),
        (0.05, 199, 0.0077119185360621624),
        (0.1, 199, 1.7332848546616973e-07),
        (0.2, 199, 1.2902399971989303e-17),
        (0.6, 7, 0.02867200000000001),
        (0.9, 5, 0.0004999999999999996),
        (0.01, 999, 0.04314052358452424),
        (0.012, 999, 0.005833127822856812),
        (0.02, 999, 1.7506074758187034e-06),
        (0.005, 2000, 0.08533116324435555),
        (0.1, 999, 2.1557078771245906e-43),
        (0.3, 999, 2.555108945562801e-152),
        (0.2, 12, 0.8005634252799999),
    ];

    #[test]
    fn probabilities_are_exact() {
        for (share, count, expected) in EXACT {
            let p = ln_p(share, count).exp();
            assert!(
                (p - expected).abs() <= 1e-10 * expected + 1e-300,
                "{share}, {count}: {p}, {expected}"
            );
        }
        // So small that only the logarithm is a number.
        let ln = ln_p(0.5, 10_000);
        assert!(
            (ln - (10_000_f64.ln() - 9999.0 * 2_f64.ln())).abs() < 1e-9,
            "{ln}"
        );
        assert!((ln_p(1.0, 100) - (100_f64.ln() - 99.0 * 53.0 * 2_f64.ln())).abs() < 1e-9);
        assert_eq!(ln_p(1.0, 1), 0.0);
    }

    /// Defect 22: a share above a half, and sums without their last term.
    #[test]
    fn few_ordinates_are_what_geometry_says() {
        for share in [0.5, 0.6, 0.75, 0.99] {
            assert!((ln_p(share, 2).exp() - 2.0 * (1.0 - share)).abs() < 1e-12);
        }
        for share in [0.34, 0.4, 0.45] {
            let expected = 3.0 * (1.0 - share) * (1.0 - share)
                - 3.0 * (1.0 - 2.0 * share) * (1.0 - 2.0 * share);
            assert!((ln_p(share, 3).exp() - expected).abs() < 1e-12, "{share}");
        }
    }
}
