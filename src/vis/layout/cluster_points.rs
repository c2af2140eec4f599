//! Which points of a map are drawn as one, because they would cover each other.
//!
//! Greedy, like the clusters of Leaflet.markercluster: a point joins a group whose first point is
//! near enough, or else begins a group. So groups depend on the order of points only.

use crate::analysis::random::mix;

/// The group of a point that has no place.
pub(crate) const NO_GROUP: u32 = u32::MAX;

/// Points near each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// The mean of its points, each by its weight.
    pub(crate) centre: [f64; 2],
    /// How many points it has.
    pub(crate) count: u32,
    /// The sum of their weights.
    pub(crate) weight: f64,
}

/// Groups in the order of their first points, and which group each point is in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Groups {
    pub(crate) groups: Vec<Group>,
    /// A number for each point; [`NO_GROUP`] where it has no place.
    pub(crate) of: Vec<u32>,
}

/// Groups points so that each is at most `radius` from the first of its group, and those
/// first points are further than that from one another. A place that is not finite is none;
/// a weight that is not above 0 counts as 0. O(points).
///
/// `points` and `radius` are in pixels at the present zoom; `weights` has one number for
/// each point, or is `None` if all weigh 1.
pub(crate) fn group_points(points: &[[f64; 2]], weights: Option<&[f64]>, radius: f64) -> Groups {
    let mut seeds = Seeds::new(points.len(), radius);
    let mut found = Groups {
        of: Vec::with_capacity(points.len()),
        ..Groups::default()
    };
    for (i, &point) in points.iter().enumerate() {
        if !(point[0].is_finite() && point[1].is_finite()) {
            found.of.push(NO_GROUP);
            continue;
        }
        let group = seeds.find_or_add(point);
        found.of.push(group as u32);
        if group == found.groups.len() {
            found.groups.push(Group {
                centre: point,
                count: 0,
                weight: 0.0,
            });
        }
        let weight = weights.map_or(1.0, |weights| weights.get(i).copied().unwrap_or(0.0));
        found.groups[group].add(point, weight);
    }
    found
}

impl Group {
    /// Moves the centre by the point's share, which needs no large sums.
    fn add(&mut self, point: [f64; 2], weight: f64) {
        self.count += 1;
        if weight > 0.0 && weight.is_finite() {
            self.weight += weight;
            for (centre, place) in self.centre.iter_mut().zip(point) {
                *centre += (place - *centre) * (weight / self.weight);
            }
        }
    }
}

/// The first points of groups, found by the square that they are in.
struct Seeds {
    radius: f64,
    /// Of a square.
    side: f64,
    /// For each hash of a square, the last seed in it plus 1.
    heads: Vec<u32>,
    /// A seed, and the one before it with the same hash plus 1.
    seeds: Vec<([f64; 2], u32)>,
}

impl Seeds {
    fn new(points: usize, radius: f64) -> Self {
        Self {
            radius: radius.max(0.0),
            side: radius.max(1e-9) * 2.0,
            heads: vec![0; points.next_power_of_two()],
            seeds: Vec::new(),
        }
    }

    /// Squares are two radii wide, so that what is near a point is in four at most.
    fn find_or_add(&mut self, point: [f64; 2]) -> usize {
        let [x, y] = point.map(|place| place / self.side);
        let own = self.slot(x.floor(), y.floor());
        let [besides, above] = [x, y].map(|place| (place + 0.5).floor() - 1.0);
        let (left, right) = (besides, besides + 1.0);
        let others = [
            (left, above),
            (right, above),
            (left, above + 1.0),
            (right, above + 1.0),
        ];
        if let Some(seed) = self.find(own, point) {
            return seed;
        }
        for (x, y) in others {
            let slot = self.slot(x, y);
            if slot != own
                && let Some(seed) = self.find(slot, point)
            {
                return seed;
            }
        }
        self.seeds.push((point, self.heads[own]));
        self.heads[own] = self.seeds.len() as u32;
        self.seeds.len() - 1
    }

    fn slot(&self, x: f64, y: f64) -> usize {
        let hash = mix((x as i64 as u64) << 32 ^ y as i64 as u64);
        hash as usize & (self.heads.len() - 1)
    }

    fn find(&self, slot: usize, point: [f64; 2]) -> Option<usize> {
        let mut next = self.heads[slot];
        while let Some(seed) = (next as usize).checked_sub(1) {
            let ([x, y], before) = self.seeds[seed];
            let (dx, dy) = (x - point[0], y - point[1]);
            if dx * dx + dy * dy <= self.radius * self.radius {
                return Some(seed);
            }
            next = before;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn near_points_are_one() {
        let points = [
            [0.0, 0.0],
            [100.0, 0.0],
            [6.0, 8.0],
            [f64::NAN, 0.0],
            [-6.1, -8.0],
        ];
        let found = group_points(&points, Some(&[1.0, 5.0, 3.0, 1.0, f64::NAN]), 10.0);
        assert_eq!(found.of, [0, 1, 0, NO_GROUP, 2]);
        let groups: Vec<_> = found
            .groups
            .iter()
            .map(|g| (g.centre, g.count, g.weight))
            .collect();
        let expected = [
            ([4.5, 6.0], 2, 4.0),
            ([100.0, 0.0], 1, 5.0),
            ([-6.1, -8.0], 1, 0.0),
        ];
        assert_eq!(groups, expected);
    }

    #[test]
    fn odd_radii_do_no_harm() {
        let points = [[0.0, 0.0], [0.0, 0.0], [1e300, -1e300], [1.0, 1.0]];
        for (radius, groups) in [(0.0, 3), (-1.0, 3), (f64::NAN, 3), (f64::INFINITY, 1)] {
            assert_eq!(
                group_points(&points, None, radius).groups.len(),
                groups,
                "{radius}"
            );
        }
        assert_eq!(group_points(&[], None, 10.0), Groups::default());
    }

    proptest! {
        /// By looking at all pairs.
        #[test]
        fn same_as_without_squares(
            points in prop::collection::vec([-60.0..60.0, -60.0..60.0], 0..200),
            radius in 0.1..30.0,
        ) {
            let found = group_points(&points, None, radius);
            let mut seeds: Vec<[f64; 2]> = Vec::new();
            let near = |a: [f64; 2], b: [f64; 2]| {
                (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) <= radius * radius
            };
            for (&point, &group) in points.iter().zip(&found.of) {
                if group as usize == seeds.len() {
                    prop_assert!(!seeds.iter().any(|seed| near(*seed, point)));
                    seeds.push(point);
                }
                prop_assert!(near(seeds[group as usize], point));
            }
            prop_assert_eq!(found.groups.len(), seeds.len());
            let count: u32 = found.groups.iter().map(|group| group.count).sum();
            prop_assert_eq!(count as usize, points.len());
        }
    }
}
