//! Clusters against scikit-learn's labels, against comparing every pair, and as tables.
#![allow(clippy::unwrap_used)] // a test may fail so

use proptest::prelude::*;

use super::dbscan::{NOISE, dbscan};
use super::features::crc32_hash;
use super::kmeans::kmeans;
use super::mixture::gaussian_mixture;
use super::points::Points;
use crate::table::Progress;

mod logs;
mod tables;

/// `rows` of `dims` numbers as points.
fn points(dims: usize, rows: &[f64]) -> Points {
    let mut points = Points::new(dims, rows.len() / dims);
    for row in rows.chunks_exact(dims) {
        points.add(Some(&row.to_vec()));
    }
    points
}

/// A label for each row.
fn labels(dims: usize, rows: &[f64], eps: f64, min: u64) -> Vec<i32> {
    let points = points(dims, rows);
    let (coords, weights) = (&points.coords, &points.weights);
    let labels = dbscan(coords, dims, weights, eps, min, &mut Progress::none()).unwrap();
    let of_rows = points.of_rows.iter();
    of_rows.map(|&point| labels[point as usize]).collect()
}

/// DBSCAN as the paper has it, by comparing every pair, in scikit-learn's order.
fn every_pair(dims: usize, rows: &[f64], eps: f64, min: u64) -> Vec<i32> {
    let rows: Vec<&[f64]> = rows.chunks_exact(dims).collect();
    let near = |a: usize| {
        let within = (0..rows.len()).filter(move |_| true);
        let distance = |b: usize| {
            let pairs = rows[a].iter().zip(rows[b]);
            pairs.fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b))
        };
        within
            .filter(|&b| distance(b) <= eps * eps)
            .collect::<Vec<_>>()
    };
    let neighbours: Vec<Vec<usize>> = (0..rows.len()).map(near).collect();
    let core: Vec<bool> = neighbours
        .iter()
        .map(|near| near.len() as u64 >= min)
        .collect();
    let mut labels = vec![NOISE; rows.len()];
    let mut next = 0;
    for start in 0..rows.len() {
        if labels[start] != NOISE || !core[start] {
            continue;
        }
        let mut stack = vec![start];
        while let Some(row) = stack.pop() {
            if labels[row] == NOISE {
                labels[row] = next;
                if core[row] {
                    stack.extend(&neighbours[row]);
                }
            }
        }
        next += 1;
    }
    labels
}

/// Numbers that any language makes alike: eighths below 125.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut x = seed;
    let mut next = || {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((x >> 33) % 1000) as f64 / 8.0
    };
    (0..count).map(|_| next()).collect()
}

/// What scikit-learn 1.9.1 says of `numbers`: clusters, noise, and CRC-32 of the labels
/// with commas between.
#[test]
fn labels_are_those_of_scikit_learn() {
    // rows, columns, eps, min_samples, seed, whether numbers are divided by 8 and rounded down
    type Row = (usize, usize, f64, u64, u64, bool, i32, usize, u32);
    let rows: [Row; 12] = [
        (60, 1, 1.5, 3, 1, false, 9, 28, 3_300_484_985),
        (200, 2, 9.0, 4, 2, false, 15, 28, 2_151_567_395),
        (300, 3, 14.0, 4, 3, false, 21, 189, 1_021_474_471),
        (300, 3, 14.0, 1, 3, false, 134, 0, 4_047_130_949),
        (500, 5, 30.0, 4, 4, false, 31, 300, 514_800_650),
        (600, 9, 62.0, 3, 5, false, 40, 301, 3_327_547_182),
        (400, 2, 1e-9, 2, 6, true, 123, 75, 2_684_354_678),
        (300, 2, 500.0, 2, 7, false, 1, 0, 1_251_047_542),
        (2000, 2, 3.0, 4, 8, true, 1, 0, 2_367_112_057),
        (1000, 12, 80.0, 3, 9, false, 46, 576, 948_754_835),
        (700, 3, 12.0, 300, 10, false, 0, 700, 3_545_686_098),
        (700, 3, 60.0, 300, 10, false, 1, 105, 2_122_754_568),
    ];
    for (count, dims, eps, min, seed, rounded, clusters, noise, crc) in rows {
        let mut values = numbers(count * dims, seed);
        if rounded {
            values.iter_mut().for_each(|x| *x = (*x / 8.0).floor());
        }
        let labels = labels(dims, &values, eps, min);
        let name = format!("{count} × {dims}, {eps}, {min}");
        assert_eq!(
            labels.iter().max().map_or(0, |last| last + 1),
            clusters,
            "{name}"
        );
        let is_noise = labels.iter().filter(|label| **label == NOISE);
        assert_eq!(is_noise.count(), noise, "{name}");
        let text: Vec<String> = labels.iter().map(i32::to_string).collect();
        assert_eq!(crc32_hash(&text.join(",")), crc, "{name}");
    }
}

#[test]
fn no_number_is_too_odd() {
    let far = f64::MAX;
    type Row<'a> = (&'a str, usize, Vec<f64>, f64, u64, &'a [i32]);
    let rows: [Row<'_>; 12] = [
        ("no rows", 1, vec![], 1.0, 2, &[]),
        ("one row", 1, vec![5.0], 1.0, 2, &[-1]),
        ("one row that suffices", 1, vec![5.0], 1.0, 1, &[0]),
        ("equal rows", 2, vec![1.0; 6], 0.0, 3, &[0, 0, 0]),
        ("too few equal rows", 2, vec![1.0; 6], 0.0, 4, &[-1, -1, -1]),
        ("eps 0 and −0", 1, vec![0.0, 1.0, -0.0], 0.0, 2, &[0, -1, 0]),
        (
            "at eps is near",
            1,
            vec![0.0, 1.0, 3.0],
            1.0,
            2,
            &[0, 0, -1],
        ),
        (
            "the ends of all numbers",
            1,
            vec![-far, far, -far, far],
            1.0,
            2,
            &[0, 1, 0, 1],
        ),
        (
            "differences that vanish",
            1,
            vec![1e-200, 2e-200],
            0.0,
            2,
            &[0, 0],
        ),
        (
            "numbers that lie together",
            1,
            vec![1e300, 1.0, 1e300, 1.5],
            1.0,
            2,
            &[0, 1, 0, 1],
        ),
        (
            "a border is of the first cluster",
            1,
            vec![3.0, 3.1, 3.2, 2.0, 0.8, 0.9, 1.0],
            1.0,
            4,
            &[0, 0, 0, 0, 1, 1, 1],
        ),
        (
            "more than 32 bits of rows are asked",
            1,
            vec![0.0, 0.0],
            1.0,
            u64::MAX,
            &[-1, -1],
        ),
    ];
    for (name, dims, values, eps, min, expected) in rows {
        assert_eq!(labels(dims, &values, eps, min), expected, "{name}");
        assert_eq!(every_pair(dims, &values, eps, min), expected, "{name}");
    }
}

/// What a tree of cubes alone would not stand: ever shorter distances, and lines.
#[test]
fn skewed_points_end_soon() {
    let powers: Vec<f64> = (0..2000)
        .map(|n| 2f64.powi(n % 1000 - 500) * (1.0 + f64::from(n / 1000)))
        .collect();
    assert_eq!(labels(1, &powers, 1.0, 3), every_pair(1, &powers, 1.0, 3));
    // Two sheets a bit further apart than eps: no pair across is near.
    let sheets: Vec<f64> = (0..20_000)
        .flat_map(|n| {
            [
                f64::from(n / 2 % 100),
                f64::from(n / 200),
                f64::from(n % 2) * 1.5,
            ]
        })
        .collect();
    let found = labels(3, &sheets, 1.45, 3);
    assert_eq!(found.iter().max(), Some(&1));
}

/// Five round heaps, one of them with twice the rows, in turn.
#[test]
fn heaps_are_found_by_number() {
    let centres = [
        [0.0, 0.0],
        [100.0, 0.0],
        [0.0, 100.0],
        [100.0, 100.0],
        [50.0, 50.0],
    ];
    let heaps: Vec<usize> = (0..600).map(|row| [0, 1, 2, 3, 4, 4][row % 6]).collect();
    let spread = numbers(1200, 5);
    let values = heaps.iter().enumerate().flat_map(|(row, &heap)| {
        let near = |side: usize| centres[heap][side] + spread[row * 2 + side] / 10.0;
        [near(0), near(1)]
    });
    let points = points(2, &values.collect::<Vec<f64>>());
    let expected: Vec<u32> = heaps.iter().map(|&heap| heap as u32).collect();
    let (labels, centres) = kmeans(&points, 5, 42, &mut Progress::none()).unwrap();
    assert_eq!(labels, expected);
    assert_eq!(centres.len(), 10);
    let mixture = gaussian_mixture(&points, 5, 42, &mut Progress::none()).unwrap();
    assert_eq!(mixture.of_points, expected);
    assert!(mixture.probabilities.iter().all(|p| *p > 0.99));
}

/// Two flat heaps that cross: round clusters would cut both.
#[test]
fn a_mixture_knows_the_shape_of_heaps() {
    let spread = numbers(800, 6);
    let values = spread.chunks_exact(2).enumerate().flat_map(|(row, pair)| {
        let (long, short) = (pair[0] - 62.5, (pair[1] - 62.5) / 100.0);
        if row % 2 == 0 {
            [long, short]
        } else {
            [short, long + 40.0]
        }
    });
    let points = points(2, &values.collect::<Vec<f64>>());
    let mixture = gaussian_mixture(&points, 2, 42, &mut Progress::none()).unwrap();
    let right = mixture.of_points.iter().enumerate();
    let right = right.filter(|(row, label)| (*row as u32 % 2) == **label);
    assert!(right.count() > 380);
}

/// No stretch without a report is longer than a draw of a centre or a block of points.
#[test]
fn long_work_reports_often() {
    let points = points(4, &numbers(4 * 1000, 7));
    let reports = |work: &dyn Fn(&mut Progress<'_>) -> bool| {
        let mut fractions = Vec::new();
        let mut report = |fraction: f64| {
            fractions.push(fraction);
            true
        };
        assert!(work(&mut Progress::new(&mut report)));
        assert!(fractions.is_sorted(), "{fractions:?}");
        fractions.len()
    };
    let centres = reports(&|progress| kmeans(&points, 100, 42, progress).is_ok());
    // 6 draws for each but the first.
    assert!(centres > 6 * 99, "{centres}");
    let steps = reports(&|progress| gaussian_mixture(&points, 50, 42, progress).is_ok());
    // 5 draws for each but the first, and each distribution of each step.
    assert!(steps > 5 * 49 + 2 * 50, "{steps}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn labels_are_those_of_every_pair(
        // Sums of distances are looked at after every fourth coordinate.
        dims in 1usize..14,
        values in prop::collection::vec(-6i32..6, 0..360),
        (coarse, eps, min) in (1i32..4, 0.0f64..7.0, 1u64..9),
    ) {
        let count = values.len() / dims * dims;
        let values: Vec<f64> = values[..count].iter().map(|n| f64::from(n * coarse) * 0.5).collect();
        prop_assert_eq!(labels(dims, &values, eps, min), every_pair(dims, &values, eps, min));
    }

    /// Many points in few dimensions, so that the tree is deep.
    #[test]
    fn and_so_are_those_of_many(seed in 0u64..1000, eps in 0.0f64..6.0, min in 1u64..30) {
        let values = numbers(2 * 400, seed);
        prop_assert_eq!(labels(2, &values, eps, min), every_pair(2, &values, eps, min));
    }

    #[test]
    fn repeating_all_rows_is_asking_for_fewer(seed in 0u64..1000, times in 1usize..4) {
        let values = numbers(2 * 200, seed);
        let once = labels(2, &values, 8.0, 4);
        let repeated = labels(2, &values.repeat(times), 8.0, 4 * times as u64);
        prop_assert_eq!(once.repeat(times), repeated);
    }
}
