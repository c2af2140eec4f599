//! k-means (Lloyd 1982), begun with k-means++ (Arthur, Vassilvitskii 2007).

use super::points::Points;
use crate::Result;
use crate::analysis::random::Random;
use crate::table::Progress;

/// As in scikit-learn: steps at most, and the move of the centres, as a share of the
/// variance, below which they stand still.
const STEPS: usize = 300;
const TOLERANCE: f64 = 1e-4;

pub(super) fn distance2(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The cluster of each point, of at most `clusters`, which count up in the order of
/// their first points; and their centres. O(points · clusters) a step.
///
/// # Errors
///
/// `Cancelled` from `progress`.
pub(super) fn kmeans(
    points: &Points,
    clusters: usize,
    seed: u32,
    progress: &mut Progress<'_>,
) -> Result<(Vec<u32>, Vec<f64>)> {
    let dims = points.dims;
    let clusters = clusters.min(points.len());
    let mut centres = first_centres(points, clusters, &mut Random::new(seed.into(), 0));
    let mut of_points = vec![0; points.len()];
    if clusters == 0 {
        return Ok((of_points, centres));
    }
    let still = TOLERANCE * variance(points);
    for step in 0..STEPS {
        progress.at(step, STEPS)?;
        let mut farthest = (0.0, 0);
        for (point, cluster) in of_points.iter_mut().enumerate() {
            let (nearest, distance) = nearest(points.point(point), &centres, dims);
            *cluster = nearest as u32;
            if distance > farthest.0 {
                farthest = (distance, point);
            }
        }
        let mut sums = vec![0.0; centres.len()];
        let mut weights = vec![0.0; clusters];
        for (point, &cluster) in of_points.iter().enumerate() {
            let (cluster, weight) = (cluster as usize, f64::from(points.weights[point]));
            weights[cluster] += weight;
            let sums = &mut sums[cluster * dims..(cluster + 1) * dims];
            for (sum, x) in sums.iter_mut().zip(points.point(point)) {
                *sum += weight * x;
            }
        }
        for (sums, &weight) in sums.chunks_exact_mut(dims).zip(&weights) {
            if weight > 0.0 {
                sums.iter_mut().for_each(|sum| *sum /= weight);
            } else {
                // A cluster without points begins anew where one is missing most.
                sums.copy_from_slice(points.point(farthest.1));
            }
        }
        let moved = distance2(&centres, &sums);
        centres = sums;
        if moved <= still && !weights.contains(&0.0) {
            break;
        }
    }
    for (point, cluster) in of_points.iter_mut().enumerate() {
        *cluster = nearest(points.point(point), &centres, dims).0 as u32;
    }
    Ok(in_order(&of_points, &centres, dims))
}

/// The mean over columns of their variances.
fn variance(points: &Points) -> f64 {
    let total: f64 = points.weights.iter().map(|&weight| f64::from(weight)).sum();
    let mean = |of: &dyn Fn(usize) -> f64| {
        let parts = (0..points.len()).map(|point| f64::from(points.weights[point]) * of(point));
        parts.sum::<f64>() / total.max(1.0)
    };
    let variances = (0..points.dims).map(|j| {
        let middle = mean(&|point| points.point(point)[j]);
        mean(&|point| (points.point(point)[j] - middle).powi(2))
    });
    variances.sum::<f64>() / points.dims.max(1) as f64
}

fn nearest(point: &[f64], centres: &[f64], dims: usize) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (cluster, centre) in centres.chunks_exact(dims).enumerate() {
        let distance = distance2(point, centre);
        if distance < best.1 {
            best = (cluster, distance);
        }
    }
    best
}

/// Each centre is a point drawn by its squared distance from those before; of some
/// draws the one that helps most, as in scikit-learn.
fn first_centres(points: &Points, clusters: usize, random: &mut Random) -> Vec<f64> {
    let mut centres = Vec::with_capacity(clusters * points.dims);
    let draws = 2 + (clusters as f64).ln().max(0.0) as usize;
    let weights = points.weights.iter().map(|&weight| f64::from(weight));
    let weights: Vec<f64> = weights.collect();
    let mut distances = vec![f64::INFINITY; points.len()];
    for cluster in 0..clusters {
        let chances = distances.iter().zip(&weights);
        let chances: Vec<f64> = match cluster {
            0 => weights.clone(),
            _ => chances
                .map(|(distance, weight)| distance * weight)
                .collect(),
        };
        let total: f64 = chances.iter().sum();
        let mut best: Option<(f64, Vec<f64>, usize)> = None;
        for _ in 0..if cluster == 0 { 1 } else { draws } {
            let mut rest = random.fraction() * total;
            let drawn = chances.iter().position(|chance| {
                rest -= chance;
                rest < 0.0
            });
            let drawn = drawn.unwrap_or(cluster);
            let new: Vec<f64> = (0..points.len())
                .map(|point| {
                    distances[point].min(distance2(points.point(point), points.point(drawn)))
                })
                .collect();
            let left = new
                .iter()
                .zip(&weights)
                .map(|(distance, weight)| distance * weight);
            let left: f64 = left.sum();
            if best.as_ref().is_none_or(|(least, _, _)| left < *least) {
                best = Some((left, new, drawn));
            }
        }
        if let Some((_, new, drawn)) = best {
            distances = new;
            centres.extend_from_slice(points.point(drawn));
        }
    }
    centres
}

/// Clusters by their first points; those without points are left out.
pub(super) fn in_order(of_points: &[u32], centres: &[f64], dims: usize) -> (Vec<u32>, Vec<f64>) {
    let mut numbers = vec![u32::MAX; centres.len() / dims.max(1)];
    let mut ordered = Vec::with_capacity(centres.len());
    let mut next = 0;
    let of_points = of_points.iter().map(|&cluster| {
        let cluster = cluster as usize;
        if numbers[cluster] == u32::MAX {
            numbers[cluster] = next;
            next += 1;
            ordered.extend_from_slice(&centres[cluster * dims..(cluster + 1) * dims]);
        }
        numbers[cluster]
    });
    (of_points.collect(), ordered)
}
