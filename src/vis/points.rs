//! Points by place: a grid of tiles, so that what is shown or near is found without a look at the
//! others.

use std::ops::Range;

use super::stage::View;
use crate::order::{greater, lesser};

/// Points in the order of their tiles, row by row.
#[derive(Debug, Default)]
pub(crate) struct Points {
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    /// The row of the table.
    pub(crate) rows: Vec<u32>,
    /// Of what kind each is.
    pub(crate) kinds: Vec<u8>,
    /// Where each tile begins, and the end of the last.
    starts: Vec<u32>,
    /// How many tiles are in a row, and how many rows of them.
    side: usize,
    x_span: [f64; 2],
    y_span: [f64; 2],
}

/// As many points would be in a tile if they were spread evenly.
const IN_TILE: usize = 64;
const MOST_TILES: usize = 512;
/// The largest number that has a place.
pub(crate) const MOST: f64 = 1e300;

/// The tile of a value among `side` of them.
fn tile(value: f64, [from, to]: [f64; 2], side: usize) -> usize {
    // What is no number, or below 0, becomes 0.
    let at = (value - from) / (to - from) * side as f64;
    (at as usize).min(side.saturating_sub(1))
}

impl Points {
    /// The points of rows that have two numbers, none beyond [`MOST`]. O(rows).
    pub(crate) fn of(x: &[f64], y: &[f64], kinds: &[u8]) -> Self {
        let mut points = Self::default();
        let [mut x_span, mut y_span] = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
        let mut count = 0;
        // Sums and differences of larger ones are not finite.
        let there = |x: f64, y: f64| x.abs() <= MOST && y.abs() <= MOST;
        for (&x, &y) in x.iter().zip(y) {
            if there(x, y) {
                x_span = [lesser(x_span[0], x), greater(x_span[1], x)];
                y_span = [lesser(y_span[0], y), greater(y_span[1], y)];
                count += 1;
            }
        }
        (points.x_span, points.y_span) = (x_span, y_span);
        let side = ((count / IN_TILE) as f64).sqrt();
        points.side = side.clamp(1.0, MOST_TILES as f64) as usize;
        let mut starts = vec![0_u32; points.side * points.side + 1];
        let tile = |(&x, &y): (&f64, &f64)| {
            let tile = there(x, y).then(|| points.tile_of(x, y))?;
            starts[tile + 1] += 1;
            Some(tile as u32)
        };
        let tiles: Vec<Option<u32>> = x.iter().zip(y).map(tile).collect();
        for tile in 1..starts.len() {
            starts[tile] += starts[tile - 1];
        }
        points.starts.clone_from(&starts);
        (points.x, points.y) = (vec![0.0; count], vec![0.0; count]);
        (points.rows, points.kinds) = (vec![0; count], vec![0; count]);
        for (row, tile) in tiles.iter().enumerate() {
            let Some(tile) = tile else { continue };
            let next = &mut starts[*tile as usize];
            let place = *next as usize;
            *next += 1;
            points.x[place] = x[row];
            points.y[place] = y[row];
            points.rows[place] = row as u32;
            points.kinds[place] = kinds.get(row).copied().unwrap_or(0);
        }
        points
    }

    fn tile_of(&self, x: f64, y: f64) -> usize {
        tile(y, self.y_span, self.side) * self.side + tile(x, self.x_span, self.side)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.x.len()
    }

    /// The least and greatest x and y; none if there are no points.
    pub(crate) fn spans(&self) -> Option<View> {
        (self.len() > 0).then_some(View {
            x: self.x_span,
            y: self.y_span,
        })
    }

    /// Calls `each` with runs of points in which are all that lie in a rectangle, and few others.
    pub(crate) fn runs(&self, x: [f64; 2], y: [f64; 2], each: &mut dyn FnMut(Range<usize>)) {
        if self.len() == 0 {
            return;
        }
        let [first, last] = x.map(|x| tile(x, self.x_span, self.side));
        let [top, bottom] = y.map(|y| tile(y, self.y_span, self.side));
        for row in top..=bottom {
            let at = row * self.side;
            let (from, to) = (self.starts[at + first], self.starts[at + last + 1]);
            if from < to {
                each(from as usize..to as usize);
            }
        }
    }

    /// The points that lie in a rectangle, its edges included.
    pub(crate) fn inside(&self, x: [f64; 2], y: [f64; 2], each: &mut dyn FnMut(usize)) {
        self.runs(x, y, &mut |run| {
            for point in run {
                let (at_x, at_y) = (self.x[point], self.y[point]);
                if at_x >= x[0] && at_x <= x[1] && at_y >= y[0] && at_y <= y[1] {
                    each(point);
                }
            }
        });
    }

    /// The point that is nearest to `at`, of kinds that are `shown`, and how many others are in
    /// reach; none if it is not. A reach of x is as far as one of y.
    pub(crate) fn near(
        &self,
        at: (f64, f64),
        reach: (f64, f64),
        shown: &dyn Fn(u8) -> bool,
    ) -> Option<(usize, usize)> {
        let (mut best, mut count) = (None, 0);
        let mut least = 1.0;
        let around = |at: f64, reach: f64| [at - reach, at + reach];
        self.inside(around(at.0, reach.0), around(at.1, reach.1), &mut |point| {
            let part = |value: f64, at: f64, reach: f64| ((value - at) / reach).powi(2);
            let distance = part(self.x[point], at.0, reach.0) + part(self.y[point], at.1, reach.1);
            if distance <= 1.0 && shown(self.kinds[point]) {
                count += 1;
                if best.is_none() || distance < least {
                    (best, least) = (Some(point), distance);
                }
            }
        });
        Some((best?, count - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Some are at one place, some at odd ones.
    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            8 => -10.0..10.0f64,
            4 => (0..4_i8).prop_map(f64::from),
            1 => Just(f64::NAN),
            1 => Just(f64::INFINITY),
            1 => Just(1e300)
        ]
    }

    proptest! {
        #[test]
        fn what_is_near_is_found_as_by_a_scan(
            all in prop::collection::vec((number(), number(), 0..3_u8), 0..400),
            at in (-11.0..11.0f64, -11.0..11.0f64),
            reach in (0.01..4.0f64, 0.01..4.0f64),
        ) {
            let x: Vec<f64> = all.iter().map(|point| point.0).collect();
            let y: Vec<f64> = all.iter().map(|point| point.1).collect();
            let kinds: Vec<u8> = all.iter().map(|point| point.2).collect();
            let points = Points::of(&x, &y, &kinds);
            let distance = |point: &(f64, f64, u8)| {
                ((point.0 - at.0) / reach.0).powi(2) + ((point.1 - at.1) / reach.1).powi(2)
            };
            let there = all.iter().filter(|point| point.2 != 1 && distance(point) <= 1.0);
            let distances: Vec<f64> = there.map(distance).collect();
            let found = points.near(at, reach, &|kind| kind != 1);
            prop_assert_eq!(found.is_some(), !distances.is_empty());
            if let Some((point, more)) = found {
                prop_assert_eq!(more + 1, distances.len());
                let own = distance(&(points.x[point], points.y[point], 0));
                prop_assert!(distances.iter().all(|distance| own <= *distance));
                let row = points.rows[point] as usize;
                prop_assert_eq!((x[row], y[row], kinds[row]), (points.x[point], points.y[point], points.kinds[point]));
            }
        }

        #[test]
        fn a_rectangle_has_its_points(
            all in prop::collection::vec((number(), number()), 0..400),
            from in (-11.0..11.0f64, -11.0..11.0f64),
            size in (0.0..9.0f64, 0.0..9.0f64),
        ) {
            let x: Vec<f64> = all.iter().map(|point| point.0).collect();
            let y: Vec<f64> = all.iter().map(|point| point.1).collect();
            let points = Points::of(&x, &y, &[]);
            let (to_x, to_y) = (from.0 + size.0, from.1 + size.1);
            let mut found = vec![];
            points.inside([from.0, to_x], [from.1, to_y], &mut |point| found.push(points.rows[point]));
            found.sort_unstable();
            let is_in = |row: &u32| {
                let (x, y) = all[*row as usize];
                x.is_finite() && y.is_finite() && x >= from.0 && x <= to_x && y >= from.1 && y <= to_y
            };
            prop_assert_eq!(found, (0..all.len() as u32).filter(is_in).collect::<Vec<_>>());
        }
    }
}
