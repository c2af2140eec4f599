//! k-means (Lloyd 1982), begun with k-means++ (Arthur, Vassilvitskii 2007).

use super::points::Points;
use crate::Result;
use crate::analysis::random::Random;
use crate::table::Progress;

/// As in scikit-learn: steps at most, and the move of the centres, as a share of the
/// variance, below which they stand still.
const STEPS: usize = 300;
const TOLERANCE: f64 = 1e-4;

/// About so many multiplications take some ten milliseconds.
const WORK: usize = 1 << 23;

/// How many points there may be between two reports of progress if each takes so many
/// multiplications.
pub(super) fn between_reports(work: usize) -> usize {
    (WORK / work.max(1)).max(1)
}

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
    let random = &mut Random::new(seed.into(), 0);
    let mut centres = first_centres(points, clusters, random, &mut progress.part(0.0, 0.2))?;
    let mut of_points = vec![0; points.len()];
    if clusters == 0 {
        return Ok((of_points, centres));
    }
    let still = TOLERANCE * variance(points, &mut progress.part(0.2, 0.25))?;
    let mut progress = progress.part(0.25, 1.0);
    // The last step says where points are once the centres stand still.
    let part = |step: usize| step as f64 / (STEPS + 1) as f64;
    for step in 0..STEPS {
        let mut progress = progress.part(part(step), part(step + 1));
        let farthest = assign(points, &centres, &mut of_points, &mut progress)?;
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
                sums.copy_from_slice(points.point(farthest));
            }
        }
        let moved = distance2(&centres, &sums);
        centres = sums;
        if moved <= still && !weights.contains(&0.0) {
            break;
        }
    }
    let mut progress = progress.part(part(STEPS), 1.0);
    assign(points, &centres, &mut of_points, &mut progress)?;
    Ok(in_order(&of_points, &centres, dims))
}

/// Each point goes to the cluster of its nearest centre; the point farthest from its own.
fn assign(
    points: &Points,
    centres: &[f64],
    of_points: &mut [u32],
    progress: &mut Progress<'_>,
) -> Result<usize> {
    let between = between_reports(centres.len());
    let mut farthest = (0.0, 0);
    for (point, cluster) in of_points.iter_mut().enumerate() {
        if point.is_multiple_of(between) {
            progress.at(point, points.len())?;
        }
        let (nearest, distance) = nearest(points.point(point), centres, points.dims);
        *cluster = nearest as u32;
        if distance > farthest.0 {
            farthest = (distance, point);
        }
    }
    Ok(farthest.1)
}

/// The mean over columns of their variances.
fn variance(points: &Points, progress: &mut Progress<'_>) -> Result<f64> {
    let total: f64 = points.weights.iter().map(|&weight| f64::from(weight)).sum();
    let mean = |of: &dyn Fn(usize) -> f64| {
        let parts = (0..points.len()).map(|point| f64::from(points.weights[point]) * of(point));
        parts.sum::<f64>() / total.max(1.0)
    };
    let mut sum = 0.0;
    for j in 0..points.dims {
        progress.at(j, points.dims)?;
        let middle = mean(&|point| points.point(point)[j]);
        sum += mean(&|point| (points.point(point)[j] - middle).powi(2));
    }
    Ok(sum / points.dims.max(1) as f64)
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
fn first_centres(
    points: &Points,
    clusters: usize,
    random: &mut Random,
    progress: &mut Progress<'_>,
) -> Result<Vec<f64>> {
    let mut centres = Vec::with_capacity(clusters * points.dims);
    let draws = 2 + (clusters as f64).ln().max(0.0) as usize;
    let weights = points.weights.iter().map(|&weight| f64::from(weight));
    let weights: Vec<f64> = weights.collect();
    let between = between_reports(points.dims);
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
            progress.at(cluster, clusters)?;
            let mut rest = random.fraction() * total;
            let drawn = chances.iter().position(|chance| {
                rest -= chance;
                rest < 0.0
            });
            let drawn = drawn.unwrap_or(cluster);
            let drawn_point = points.point(drawn);
            let mut new = Vec::with_capacity(points.len());
            for (point, distance) in distances.iter().enumerate() {
                if (point + 1).is_multiple_of(between) {
                    progress.at(cluster, clusters)?;
                }
                new.push(distance.min(distance2(points.point(point), drawn_point)));
            }
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
    Ok(centres)
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
