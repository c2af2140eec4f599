//! The power of counts at their Fourier frequencies.
//!
//! Fisher's test is exact for the ordinates at multiples of 1/n of n values: zeros at the
//! end, up to a power of two, would make others of them. So lengths are any product of small
//! primes, of which there is one within a percent of any longer length. An own transform
//! for these is a page; crates for all lengths weigh more than the rest of this module.

use super::turn::turn;

/// Longest series that is transformed.
pub(super) const LONGEST: usize = 1 << 20;

/// Primes that a length may have; the transform's cost grows with them.
const PRIMES: [usize; 6] = [2, 3, 5, 7, 11, 13];

/// The largest even product of small primes up to `most`, which is 6 or more.
pub(super) fn usable_length(most: usize) -> usize {
    let usable = |&length: &usize| {
        let mut left = length;
        for prime in PRIMES {
            while left.is_multiple_of(prime) {
                left /= prime;
            }
        }
        left == 1
    };
    (2..=most / 2).rev().find(usable).map_or(2, |half| 2 * half)
}

/// Transforms of all lengths that were needed so far.
#[derive(Debug, Default)]
pub(super) struct Spectra {
    /// By half the length.
    plans: Vec<(usize, Plan)>,
    /// Numbers in `plans`.
    kept: usize,
    room: [Vec<f64>; 4],
    power: Vec<f64>,
}

/// Numbers of plans that are kept: 64 MB.
const KEPT: usize = 1 << 22;

/// What a transform of one length needs.
#[derive(Debug)]
struct Plan {
    radices: Vec<usize>,
    /// exp(−2πi k / half) and exp(−πi k / half), for k below half, as pairs of parts.
    turns: Vec<(f64, f64)>,
    half_turns: Vec<(f64, f64)>,
}

impl Plan {
    fn new(half: usize) -> Self {
        let mut radices = Vec::new();
        let mut left = half;
        for radix in [4, 2, 3, 5, 7, 11, 13] {
            while left.is_multiple_of(radix) {
                radices.push(radix);
                left /= radix;
            }
        }
        let turn = |k: usize, parts: usize| turn(-(k as f64) / parts as f64);
        Self {
            radices,
            turns: (0..half).map(|k| turn(k, half)).collect(),
            half_turns: (0..half).map(|k| turn(k, 2 * half)).collect(),
        }
    }
}

impl Spectra {
    /// The power of `values` at k / n for k from 1 to n / 2 − 1; their number n is
    /// [usable](usable_length).
    pub(super) fn power(&mut self, values: &[f64]) -> &[f64] {
        let half = values.len() / 2;
        if self.kept > KEPT {
            self.plans.clear();
            self.kept = 0;
        }
        let place = match self.plans.binary_search_by_key(&half, |plan| plan.0) {
            Ok(place) => place,
            Err(place) => {
                self.kept += 4 * half;
                self.plans.insert(place, (half, Plan::new(half)));
                place
            }
        };
        let plan = &self.plans[place].1;
        let [re, im, other_re, other_im] = &mut self.room;
        for part in [&mut *re, &mut *im, &mut *other_re, &mut *other_im] {
            part.clear();
            part.resize(half, 0.0);
        }
        // Even places as real parts and odd ones as imaginary: one transform of half the length.
        for (i, pair) in values.chunks_exact(2).enumerate() {
            (re[i], im[i]) = (pair[0], pair[1]);
        }
        let mut stride = 1;
        for &radix in &plan.radices {
            step(plan, radix, stride, (re, im), (other_re, other_im));
            std::mem::swap(re, other_re);
            std::mem::swap(im, other_im);
            stride *= radix;
        }
        self.power.clear();
        self.power.extend((1..half).map(|k| {
            let (a, b) = ((re[k], im[k]), (re[half - k], -im[half - k]));
            let even = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
            let odd = ((a.1 - b.1) / 2.0, (b.0 - a.0) / 2.0);
            let (cos, sin) = plan.half_turns[k];
            let re = even.0 + odd.0 * cos - odd.1 * sin;
            let im = even.1 + odd.0 * sin + odd.1 * cos;
            re * re + im * im
        }));
        &self.power
    }
}

/// One step of Stockham's transform: transforms of length `radix` at a distance, the
/// results in the order of the next step.
fn step(
    plan: &Plan,
    radix: usize,
    stride: usize,
    (re, im): (&[f64], &[f64]),
    (out_re, out_im): (&mut [f64], &mut [f64]),
) {
    let far = re.len() / radix;
    let groups = far / stride;
    for group in 0..groups {
        let from = group * stride;
        let to = group * stride * radix;
        let turn = |j: usize| plan.turns[group * j * stride];
        if radix == 4 {
            let turns = [turn(1), turn(2), turn(3)];
            let input = |k: usize| {
                (
                    &re[from + k * far..][..stride],
                    &im[from + k * far..][..stride],
                )
            };
            let inputs = [input(0), input(1), input(2), input(3)];
            let out_re = &mut out_re[to..to + 4 * stride];
            let out_im = &mut out_im[to..to + 4 * stride];
            fours(inputs, turns, stride, out_re, out_im);
            continue;
        }
        for q in 0..stride {
            for j in 0..radix {
                let (mut sum_re, mut sum_im) = (0.0, 0.0);
                for k in 0..radix {
                    let (cos, sin) = plan.turns[j * k % radix * far];
                    let (x, y) = (re[from + q + k * far], im[from + q + k * far]);
                    sum_re += x * cos - y * sin;
                    sum_im += x * sin + y * cos;
                }
                let (cos, sin) = turn(j);
                out_re[to + q + j * stride] = sum_re * cos - sum_im * sin;
                out_im[to + q + j * stride] = sum_re * sin + sum_im * cos;
            }
        }
    }
}

/// Transforms of four values.
fn fours(
    inputs: [(&[f64], &[f64]); 4],
    turns: [(f64, f64); 3],
    stride: usize,
    out_re: &mut [f64],
    out_im: &mut [f64],
) {
    let [(re0, im0), (re1, im1), (re2, im2), (re3, im3)] = inputs;
    let (r0, rest) = out_re.split_at_mut(stride);
    let (r1, rest) = rest.split_at_mut(stride);
    let (r2, r3) = rest.split_at_mut(stride);
    let (i0, rest) = out_im.split_at_mut(stride);
    let (i1, rest) = rest.split_at_mut(stride);
    let (i2, i3) = rest.split_at_mut(stride);
    for q in 0..stride {
        let (a_re, a_im) = (re0[q] + re2[q], im0[q] + im2[q]);
        let (b_re, b_im) = (re0[q] - re2[q], im0[q] - im2[q]);
        let (c_re, c_im) = (re1[q] + re3[q], im1[q] + im3[q]);
        let (d_re, d_im) = (re1[q] - re3[q], im1[q] - im3[q]);
        (r0[q], i0[q]) = (a_re + c_re, a_im + c_im);
        (r1[q], i1[q]) = turned(b_re + d_im, b_im - d_re, turns[0]);
        (r2[q], i2[q]) = turned(a_re - c_re, a_im - c_im, turns[1]);
        (r3[q], i3[q]) = turned(b_re - d_im, b_im + d_re, turns[2]);
    }
}

#[inline]
fn turned(re: f64, im: f64, (cos, sin): (f64, f64)) -> (f64, f64) {
    (re * cos - im * sin, re * sin + im * cos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_that_of_the_definition() {
        let mut spectra = Spectra::default();
        for n in [
            4, 6, 8, 10, 14, 22, 26, 32, 60, 64, 96, 128, 210, 364, 1000, 2002,
        ] {
            let values: Vec<f64> = (0..n).map(|i| ((i * i * 7 + i * 3) % 11) as f64).collect();
            let power = spectra.power(&values).to_vec();
            assert_eq!(power.len(), n / 2 - 1);
            for (k, power) in (1..).zip(power) {
                let (mut re, mut im) = (0.0, 0.0);
                for (i, value) in values.iter().enumerate() {
                    let angle = std::f64::consts::TAU * (i * k % n) as f64 / n as f64;
                    re += value * angle.cos();
                    im += value * angle.sin();
                }
                let expected = re * re + im * im;
                assert!(
                    (power - expected).abs() < 1e-7 * (1.0 + expected),
                    "{n}, {k}: {power}, {expected}"
                );
            }
        }
    }

    #[test]
    fn usable_lengths_are_close() {
        for (most, expected) in [(6, 6), (7, 6), (9, 8), (34, 32), (19_981, 19_968)] {
            assert_eq!(usable_length(most), expected, "{most}");
        }
        for most in (1000..LONGEST).step_by(9973) {
            let length = usable_length(most);
            assert!(
                length <= most && most - length <= most / 50,
                "{most}: {length}"
            );
        }
    }
}
