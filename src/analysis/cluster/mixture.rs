//! A mixture of Gaussian distributions, fitted by expectation and maximisation
//! (Dempster, Laird, Rubin 1977), with full covariances, begun with k-means. Limits as
//! in scikit-learn.

use super::kmeans::{between_reports, in_order, kmeans};
use super::points::Points;
use crate::Result;
use crate::table::Progress;

const STEPS: usize = 100;
/// The gain of the mean logarithm of the likelihood below which it is good enough.
const TOLERANCE: f64 = 1e-3;
/// Added to variances, so that points on a line have a distribution, too.
const LEAST_VARIANCE: f64 = 1e-6;

/// One distribution.
struct Gaussian {
    /// The logarithm of its share of all rows, less that of the density's divisor.
    offset: f64,
    mean: Vec<f64>,
    /// The Cholesky factor of its covariance: lower, row by row.
    factor: Vec<f64>,
}

/// What is added up of the points of a distribution, about a point near their mean.
#[derive(Clone)]
struct Sums {
    about: Vec<f64>,
    weight: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(about: &[f64]) -> Self {
        let dims = about.len();
        Self {
            about: about.to_vec(),
            weight: 0.0,
            first: vec![0.0; dims],
            second: vec![0.0; dims * dims],
        }
    }

    fn add(&mut self, point: &[f64], weight: f64) {
        let dims = point.len();
        self.weight += weight;
        for (i, (x, about)) in point.iter().zip(&self.about).enumerate() {
            let x = weight * (x - about);
            self.first[i] += x;
            let second = &mut self.second[i * dims..=i * dims + i];
            for ((second, other), about) in second.iter_mut().zip(point).zip(&self.about) {
                *second += x * (other - about);
            }
        }
    }

    fn gaussian(&self, total: f64) -> Gaussian {
        let dims = self.about.len();
        let weight = self.weight + 10.0 * f64::EPSILON;
        let shift: Vec<f64> = self.first.iter().map(|sum| sum / weight).collect();
        let mut factor = vec![0.0; dims * dims];
        let mut log_determinant = 0.0;
        for i in 0..dims {
            for j in 0..=i {
                let mut sum = self.second[i * dims + j] / weight - shift[i] * shift[j];
                if i == j {
                    sum += LEAST_VARIANCE;
                }
                for k in 0..j {
                    sum -= factor[i * dims + k] * factor[j * dims + k];
                }
                // Rounding may leave less than nothing.
                factor[i * dims + j] = match i == j {
                    true => sum.max(LEAST_VARIANCE * 1e-6).sqrt(),
                    false => sum / factor[j * dims + j],
                };
            }
            log_determinant += factor[i * dims + i].ln();
        }
        let circle = (2.0 * std::f64::consts::PI).ln();
        let mean = self.about.iter().zip(&shift);
        Gaussian {
            offset: (weight / total).ln() - 0.5 * dims as f64 * circle - log_determinant,
            mean: mean.map(|(about, shift)| about + shift).collect(),
            factor,
        }
    }
}

impl Gaussian {
    /// The logarithm of its share times its density. `solved` is room for `dims` numbers.
    fn log_share(&self, point: &[f64], solved: &mut [f64]) -> f64 {
        let dims = point.len();
        let mut sum = 0.0;
        for i in 0..dims {
            let mut x = point[i] - self.mean[i];
            for (factor, solved) in self.factor[i * dims..i * dims + i].iter().zip(&*solved) {
                x -= factor * solved;
            }
            solved[i] = x / self.factor[i * dims + i];
            sum += solved[i] * solved[i];
        }
        self.offset - 0.5 * sum
    }
}

/// Shares become probabilities; returns the logarithm of their sum.
fn to_probabilities(shares: &mut [f64]) -> f64 {
    let most = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    shares
        .iter_mut()
        .for_each(|share| *share = (*share - most).exp());
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    most + sum.ln()
}

/// Clusters of points, their means, and the probability of each point that it is of its cluster.
pub(super) struct Mixture {
    pub(super) of_points: Vec<u32>,
    pub(super) means: Vec<f64>,
    pub(super) probabilities: Vec<f64>,
}

/// The most likely of at most `clusters` distributions for each point.
/// O(points · clusters · dims²) a step.
///
/// # Errors
///
/// `Cancelled` from `progress`.
pub(super) fn gaussian_mixture(
    points: &Points,
    clusters: usize,
    seed: u32,
    progress: &mut Progress<'_>,
) -> Result<Mixture> {
    let dims = points.dims;
    let (of_points, means) = kmeans(points, clusters, seed, &mut progress.part(0.0, 0.3))?;
    let mut progress = progress.part(0.3, 1.0);
    let between = between_reports(dims * dims);
    let mut sums: Vec<Sums> = means.chunks_exact(dims.max(1)).map(Sums::new).collect();
    for (point, &cluster) in of_points.iter().enumerate() {
        if point.is_multiple_of(between) {
            progress.at(0, STEPS)?;
        }
        sums[cluster as usize].add(points.point(point), f64::from(points.weights[point]));
    }
    let total: f64 = points.weights.iter().map(|&weight| f64::from(weight)).sum();
    let mut mixture = Mixture {
        of_points,
        means,
        probabilities: vec![0.0; points.len()],
    };
    // The last step says what the last distributions make of the points.
    let part = |step: usize| step as f64 / (STEPS + 1) as f64;
    let mut before = f64::NEG_INFINITY;
    for step in 0..=STEPS {
        let mut progress = progress.part(part(step), part(step + 1));
        let gaussians = gaussians(&sums, total, &mut progress)?;
        let likelihood;
        (likelihood, sums) = mixture.expect(points, &gaussians, &mut progress)?;
        let likelihood = likelihood / total.max(1.0);
        if (likelihood - before).abs() < TOLERANCE || step == STEPS {
            let means = gaussians.iter().flat_map(|gaussian| &gaussian.mean);
            mixture.means = means.copied().collect();
            break;
        }
        before = likelihood;
    }
    (mixture.of_points, mixture.means) = in_order(&mixture.of_points, &mixture.means, dims);
    Ok(mixture)
}

fn gaussians(sums: &[Sums], total: f64, progress: &mut Progress<'_>) -> Result<Vec<Gaussian>> {
    let each = sums.iter().map(|sums| {
        progress.at(0, 1)?;
        Ok(sums.gaussian(total))
    });
    each.collect()
}

impl Mixture {
    /// The most likely of these distributions for each point; the logarithm of the
    /// likelihood of all, and what the next distributions are made of.
    fn expect(
        &mut self,
        points: &Points,
        gaussians: &[Gaussian],
        progress: &mut Progress<'_>,
    ) -> Result<(f64, Vec<Sums>)> {
        let dims = points.dims;
        let between = between_reports(2 * dims * dims * gaussians.len());
        let mut sums: Vec<Sums> = gaussians
            .iter()
            .map(|gaussian| Sums::new(&gaussian.mean))
            .collect();
        let mut shares = vec![0.0; gaussians.len()];
        let mut solved = vec![0.0; dims];
        let mut likelihood = 0.0;
        for point in 0..points.len() {
            if point.is_multiple_of(between) {
                progress.at(point, points.len())?;
            }
            let (at, weight) = (points.point(point), f64::from(points.weights[point]));
            for (share, gaussian) in shares.iter_mut().zip(gaussians) {
                *share = gaussian.log_share(at, &mut solved);
            }
            likelihood += weight * to_probabilities(&mut shares);
            let mut best = (0, -1.0);
            for (cluster, (&share, sums)) in shares.iter().zip(&mut sums).enumerate() {
                if share > best.1 {
                    best = (cluster, share);
                }
                // Less than this adds nothing to a sum.
                if share > 1e-18 {
                    sums.add(at, weight * share);
                }
            }
            (self.of_points[point], self.probabilities[point]) = (best.0 as u32, best.1);
        }
        Ok((likelihood, sums))
    }
}
