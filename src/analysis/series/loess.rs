//! Loess of evenly spaced values: at each position a line is fitted to the values
//! of a window, the nearest having the most weight (Cleveland 1979). Positions
//! count from 1, as in the Fortran of Cleveland et al. 1990, on which statsmodels rests.
//!
//! On an even grid the weights depend on a position's distance to the ends alone:
//! inside they are one fixed, symmetric filter, in which the line's slope does not
//! count. Only positions near an end have weights of their own. With robustness
//! weights each position has its own fit, but of sums that are such filters, too.

use wide::f64x2;

/// Share of the half width beyond which a value has no weight, and within which it has all.
const OUTER: f64 = 0.999;
const INNER: f64 = 0.001;

/// Edges with more weights than this are worked out each time that they are needed.
const CACHED: usize = 1 << 18;

/// Outputs that are worked out together, so that their sums stay in registers, in pairs.
const BLOCK: usize = 8;

/// A smoother of `n` values.
#[derive(Debug)]
pub(super) struct Loess {
    pub(super) n: usize,
    window: usize,
    degree: u8,
    /// The weights of an interior window from its middle outwards, without those that
    /// are 0; first as they are, then so that all together are 1. Empty if there is no
    /// interior, or nobody asked.
    raw: Vec<f64>,
    fixed: Vec<f64>,
    /// The raw ones beside the middle, times their distance to the power of 0, 1 and 2.
    moments: Vec<[f64; 3]>,
    edges: Vec<f64>,
}

impl Loess {
    /// `window` is odd; `degree` is 0 or 1.
    pub(super) fn new(n: usize, window: usize, degree: u8) -> Self {
        let half = window / 2;
        let mut loess = Self {
            n,
            window,
            degree,
            raw: Vec::new(),
            fixed: Vec::new(),
            moments: Vec::new(),
            edges: Vec::new(),
        };
        let rows = loess.edge_rows();
        // `usize` has 32 bits in WebAssembly.
        if rows.saturating_mul(loess.len()) <= CACHED {
            let mut edges = Vec::with_capacity(rows * loess.len());
            let mut weights = Vec::new();
            for row in 0..rows {
                let last = row > half && n > window;
                let at = if last { row + n + 1 - window } else { row };
                let (left, right) = loess.window(at);
                loess.weights(at, left, right, &mut weights);
                edges.extend_from_slice(&weights);
            }
            loess.edges = edges;
        }
        loess
    }

    /// With the filters for interior positions, of series that are at most one value longer.
    pub(super) fn with_filters(mut self) -> Self {
        if self.n + 1 < self.window {
            return self;
        }
        let half = self.window / 2;
        let mut raw: Vec<f64> = (0..=half).map(|r| tricube(r as f64, half as f64)).collect();
        while raw.last().is_some_and(|&weight| weight == 0.0) {
            raw.pop();
        }
        let sum = raw[0] + 2.0 * raw[1..].iter().sum::<f64>();
        self.fixed = raw.iter().map(|weight| weight / sum).collect();
        let distances = raw.iter().zip(0..).skip(1);
        let moments = distances.map(|(&weight, distance)| {
            let distance = f64::from(distance);
            [weight, weight * distance, weight * distance * distance]
        });
        self.moments = moments.collect();
        self.raw = raw;
        self
    }

    /// Values in a window.
    fn len(&self) -> usize {
        self.window.min(self.n)
    }

    /// Positions that have weights of their own, with 0 and `n` + 1.
    fn edge_rows(&self) -> usize {
        if self.n > self.window {
            self.window + 1
        } else {
            self.n + 2
        }
    }

    /// Positions on each side that have weights of their own, of those from 1 to `n`.
    /// No more than these, so that products with it do not overflow.
    pub(super) fn half(&self) -> usize {
        (self.window / 2).min(self.n)
    }

    /// First and last position of the window around `at`.
    pub(super) fn window(&self, at: usize) -> (usize, usize) {
        let left = at
            .saturating_sub(self.half())
            .clamp(1, self.n - self.len() + 1);
        (left, left + self.len() - 1)
    }

    /// Distance at which weights end; a window that is longer than the series reaches beyond it.
    fn reach(&self, at: usize, left: usize, right: usize) -> f64 {
        let far = at.saturating_sub(left).max(right.saturating_sub(at));
        (far + self.window.saturating_sub(self.n) / 2) as f64
    }

    /// A slope counts only where the values stand further apart than this.
    fn least_spread(&self) -> f64 {
        INNER * (self.n as f64 - 1.0)
    }

    /// The weights of the values from `left` to `right` for a fit at `at`; none if
    /// no value is near enough.
    pub(super) fn weights(&self, at: usize, left: usize, right: usize, out: &mut Vec<f64>) {
        let reach = self.reach(at, left, right);
        let distance = |j: usize| j as f64 - at as f64;
        out.clear();
        out.extend((left..=right).map(|j| tricube(distance(j).abs(), reach)));
        let sum: f64 = out.iter().sum();
        if sum <= 0.0 {
            out.clear();
            return;
        }
        out.iter_mut().for_each(|weight| *weight /= sum);
        if reach <= 0.0 || self.degree == 0 {
            return;
        }
        let pairs = || out.iter().zip(left..=right);
        let mean: f64 = pairs().map(|(weight, j)| weight * distance(j)).sum();
        let spread: f64 = pairs()
            .map(|(weight, j)| weight * (distance(j) - mean).powi(2))
            .sum();
        if spread.sqrt() > self.least_spread() {
            let slope = -mean / spread;
            for (weight, j) in out.iter_mut().zip(left..=right) {
                *weight *= slope * (distance(j) - mean) + 1.0;
            }
        }
    }

    /// The same from memory, for the window that belongs to `at`.
    pub(super) fn cached(&self, at: usize) -> Option<&[f64]> {
        if self.edges.is_empty() {
            return None;
        }
        let row = if self.n <= self.window || at <= self.half() {
            at
        } else if at + self.half() > self.n {
            at + self.window - 1 - self.n
        } else {
            return None;
        };
        self.edges.get(row * self.len()..(row + 1) * self.len())
    }

    /// A fit at `at` of the values from `left` to `right`, which are `stride` apart in
    /// `values`, with robustness weights. `None` if no value has weight.
    pub(super) fn fit(
        &self,
        (at, left, right): (usize, usize, usize),
        values: &[f64],
        robust: &[f64],
        stride: usize,
    ) -> Option<f64> {
        let reach = self.reach(at, left, right);
        let mut sums = Sums::default();
        for (j, place) in (left..=right).zip((0..).step_by(stride)) {
            let distance = j as f64 - at as f64;
            let weight = tricube(distance.abs(), reach) * robust[place];
            sums.add(weight, distance, values[place]);
        }
        let degree = if reach > 0.0 { self.degree } else { 0 };
        sums.value(degree, self.least_spread())
    }

    /// Interior positions with fixed weights: `out[i]` is of the window in the middle of
    /// which is `values[i + reach * stride]`, `reach` being [`Loess::taps`].
    pub(super) fn filter(&self, values: &[f64], stride: usize, out: &mut [f64]) {
        let taps = &self.fixed;
        let middle = self.taps() * stride;
        let whole = out.len() - out.len() % BLOCK;
        for (block, start) in out.chunks_exact_mut(BLOCK).zip((0..).step_by(BLOCK)) {
            let center = start + middle;
            let [mut a, mut b, mut c, mut d] = load(values, center);
            let tap = f64x2::splat(taps[0]);
            (a, b, c, d) = (tap * a, tap * b, tap * c, tap * d);
            let mut far = 0;
            for &tap in &taps[1..] {
                far += stride;
                let [a0, b0, c0, d0] = load(values, center - far);
                let [a1, b1, c1, d1] = load(values, center + far);
                let tap = f64x2::splat(tap);
                a += tap * (a0 + a1);
                b += tap * (b0 + b1);
                c += tap * (c0 + c1);
                d += tap * (d0 + d1);
            }
            for (pair, sum) in block.as_chunks_mut::<2>().0.iter_mut().zip([a, b, c, d]) {
                *pair = sum.to_array();
            }
        }
        for (i, out) in out.iter_mut().enumerate().skip(whole) {
            let at = |far: usize| values[i + middle - far] + values[i + middle + far];
            let pairs = taps[1..].iter().zip((stride..).step_by(stride));
            *out =
                taps[0] * values[i + middle] + pairs.map(|(tap, far)| tap * at(far)).sum::<f64>();
        }
    }

    /// How far a fixed window really reaches, in positions.
    pub(super) fn taps(&self) -> usize {
        self.fixed.len().saturating_sub(1)
    }

    /// As [`Loess::filter`], with robustness weights; `weighted` are the values times these.
    pub(super) fn filter_robust(
        &self,
        values: &[f64],
        weighted: &[f64],
        robust: &[f64],
        stride: usize,
        out: &mut [f64],
    ) {
        let middle = self.taps() * stride;
        let whole = out.len() - out.len() % 2;
        for start in (0..whole).step_by(2) {
            let sums = self.sums(weighted, robust, stride, start + middle);
            for (i, sums) in sums.iter().enumerate() {
                let value = sums.value(self.degree, self.least_spread());
                out[start + i] = value.unwrap_or(values[start + middle + i]);
            }
        }
        if whole < out.len() {
            let mut sums = Sums::default();
            for (i, &tap) in self.raw.iter().enumerate() {
                let (before, after) = (whole + middle - i * stride, whole + middle + i * stride);
                sums.add(tap * robust[before], -(i as f64), values[before]);
                if i > 0 {
                    sums.add(tap * robust[after], i as f64, values[after]);
                }
            }
            let value = sums.value(self.degree, self.least_spread());
            out[whole] = value.unwrap_or(values[whole + middle]);
        }
    }

    /// The sums of two windows, in the middle of which are `middle` and the next.
    #[inline]
    fn sums(&self, weighted: &[f64], robust: &[f64], stride: usize, middle: usize) -> [Sums; 2] {
        let at = |values: &[f64], place: usize| -> f64x2 {
            (*values[place..]
                .first_chunk::<2>()
                .expect("a pair lies within"))
            .into()
        };
        let tap = f64x2::splat(self.raw[0]);
        let (mut w0, mut y0) = (tap * at(robust, middle), tap * at(weighted, middle));
        let (mut w1, mut w2, mut y1) = (f64x2::ZERO, f64x2::ZERO, f64x2::ZERO);
        let mut far = 0;
        for &[tap, first, second] in &self.moments {
            far += stride;
            let (wa, wb) = (at(robust, middle - far), at(robust, middle + far));
            let (ya, yb) = (at(weighted, middle - far), at(weighted, middle + far));
            let both = wa + wb;
            w0 += f64x2::splat(tap) * both;
            w1 += f64x2::splat(first) * (wb - wa);
            w2 += f64x2::splat(second) * both;
            y0 += f64x2::splat(tap) * (ya + yb);
            y1 += f64x2::splat(first) * (yb - ya);
        }
        let (w0, w1, w2) = (w0.to_array(), w1.to_array(), w2.to_array());
        let (y0, y1) = (y0.to_array(), y1.to_array());
        [
            Sums {
                w0: w0[0],
                w1: w1[0],
                w2: w2[0],
                y0: y0[0],
                y1: y1[0],
            },
            Sums {
                w0: w0[1],
                w1: w1[1],
                w2: w2[1],
                y0: y0[1],
                y1: y1[1],
            },
        ]
    }
}

/// A block of values.
#[inline(always)]
fn load(values: &[f64], place: usize) -> [f64x2; 4] {
    let &[a, b, c, d, e, f, g, h] = values[place..].first_chunk().expect("a block lies within");
    [[a, b].into(), [c, d].into(), [e, f].into(), [g, h].into()]
}

/// Sums over a window: of weights times distance to the power of 0, 1 and 2, and of
/// weighted values times that of 0 and 1.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    w0: f64,
    w1: f64,
    w2: f64,
    y0: f64,
    y1: f64,
}

impl Sums {
    fn add(&mut self, weight: f64, distance: f64, value: f64) {
        let first = weight * distance;
        self.w0 += weight;
        self.w1 += first;
        self.w2 += first * distance;
        self.y0 += weight * value;
        self.y1 += first * value;
    }

    /// The fit where the distance is 0.
    #[inline]
    fn value(&self, degree: u8, least_spread: f64) -> Option<f64> {
        if self.w0 <= 0.0 {
            return None;
        }
        let mean = self.y0 / self.w0;
        if degree == 0 {
            return Some(mean);
        }
        let center = self.w1 / self.w0;
        let spread = self.w2 / self.w0 - center * center;
        // Below zero by rounding only: no spread.
        if spread > least_spread * least_spread {
            let slope = (self.y1 / self.w0 - center * mean) / spread;
            Some(mean - center * slope)
        } else {
            Some(mean)
        }
    }
}

/// Cleveland's weight of a value at `distance` if weights end at `reach`.
fn tricube(distance: f64, reach: f64) -> f64 {
    if distance > OUTER * reach {
        return 0.0;
    }
    if distance <= INNER * reach {
        return 1.0;
    }
    let ratio = distance / reach;
    let near = 1.0 - ratio * ratio * ratio;
    near * near * near
}
