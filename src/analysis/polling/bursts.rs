//! Visits of several events each, such as a check-in of three requests.

/// Pauses between bursts are so many times longer than those within them, with none between.
const APART: f64 = 4.0;
/// Bursts last this share of the time from one to the next at most: office hours are none.
const SHORT: f64 = 0.1;
/// At least one interval in so many is within a burst.
const IN_BURSTS: usize = 3;

/// Parted where there is more than a `pause` between events.
#[derive(Debug)]
pub(super) struct Bursts {
    /// Where they begin.
    pub(super) starts: Vec<i64>,
    pub(super) pause: i64,
    /// The part of all time that is within bursts.
    lasting: f64,
}

impl Bursts {
    /// `times` are sorted and different.
    pub(super) fn of(times: &[i64], pause: i64) -> Self {
        let (mut starts, mut lasting) = (Vec::new(), 0.0);
        for burst in times.chunk_by(|before, after| after.saturating_sub(*before) <= pause) {
            starts.push(burst[0]);
            lasting += (burst[burst.len() - 1] - burst[0]) as f64;
        }
        let span = times[times.len() - 1].saturating_sub(times[0]) as f64;
        Self {
            starts,
            pause,
            lasting: lasting / span,
        }
    }

    pub(super) fn are_short(&self) -> bool {
        self.lasting <= SHORT
    }
}

/// The longest pause within bursts, by the widest gap of the logarithms of `sorted` intervals; none if
/// there is no such gap, or there would not be `fewest` bursts.
pub(super) fn pause(sorted: &[i64], fewest: usize) -> Option<i64> {
    let from = sorted.len().div_ceil(IN_BURSTS).max(1);
    let to = (sorted.len() + 1).saturating_sub(fewest);
    let ratio = |place: usize| sorted[place] as f64 / sorted[place - 1].max(1) as f64;
    let (place, widest) = (from..=to.min(sorted.len() - 1))
        .map(|place| (place, ratio(place)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    (widest >= APART).then(|| sorted[place - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_are_short_and_far_apart() {
        let every = |period: i64, parts: &[i64]| -> Vec<i64> {
            let beats = (0..10).map(|beat| beat * period);
            beats
                .flat_map(|at| parts.iter().map(move |part| at + part))
                .collect()
        };
        type Row = (&'static str, Vec<i64>, Option<(usize, i64)>);
        let rows: [Row; 5] = [
            ("of three", every(100, &[0, 1, 3]), Some((10, 2))),
            ("single", every(100, &[0]), None),
            ("long", every(100, &[0, 5, 10, 15, 20, 25]), None),
            ("close", every(10, &[0, 3]), None),
            ("too few", vec![0, 1, 2, 100, 101, 102, 200, 201], None),
        ];
        for (name, times, expected) in rows {
            let mut sorted: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            sorted.sort_unstable();
            let found = pause(&sorted, 6).map(|pause| Bursts::of(&times, pause));
            let found = found
                .filter(Bursts::are_short)
                .map(|found| (found.starts.len(), found.pause));
            assert_eq!(found, expected, "{name}");
        }
    }
}
