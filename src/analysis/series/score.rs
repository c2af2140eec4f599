//! How unusual a residual is.

/// The median, of the middle two if their number is even; 0 of none. Moves the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let half = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let middle = *middle;
    if !even {
        return middle;
    }
    let before = below.iter().copied().fold(f64::MIN, f64::max);
    // Halves first: the sum of the largest numbers is infinite.
    before / 2.0 + middle / 2.0
}
