//! Loess over a series, or over each of its seasons' sub-series at once.

use super::loess::Loess;
use crate::Result;
use crate::table::Progress;

/// Values of a longer series, with robustness weights and their products if there are some.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    /// Where in the series the first is.
    pub(super) start: usize,
    pub(super) values: &'a [f64],
    /// Weighted values, and the weights.
    pub(super) robust: Option<(&'a [f64], &'a [f64])>,
}

/// Smooths the `stride` sub-series of a series: of the values at `j`, `j + stride` …
/// Seen as rows of `stride` values, a sub-series is a column, and neighbours are
/// smoothed alike, which is what makes it fast. A stride of 1 is a plain series.
///
/// Results are for positions 0 to n + 1 of each column, one beyond each end: that of
/// position `p` in column `j` is at `p * stride + j`.
#[derive(Debug)]
pub(super) struct Smoother {
    total: usize,
    stride: usize,
    jump: usize,
    /// The first `split` columns are one value longer than the others.
    split: usize,
    long: Loess,
    short: Loess,
}

/// Columns of equal length.
struct Run<'a> {
    loess: &'a Loess,
    from: usize,
    to: usize,
}

impl Smoother {
    /// There are at least two rows.
    pub(super) fn new(total: usize, stride: usize, window: usize, degree: u8, jump: usize) -> Self {
        let (rows, split) = (total / stride, total % stride);
        Self {
            total,
            stride,
            jump,
            split,
            long: Loess::new(rows + usize::from(split > 0), window, degree),
            short: Loess::new(rows, window, degree).with_filters(),
        }
    }

    /// Where the values are that results from `from` to `to` need.
    pub(super) fn needs(&self, from: usize, to: usize) -> (usize, usize) {
        let (half, stride) = (self.short.half(), self.stride);
        let window = (2 * half + 1) * stride;
        let mut first = from.saturating_sub((half + 1) * stride);
        let mut last = (to + half * stride).saturating_sub(stride);
        if from < (half + 1) * stride {
            last = last.max(window);
        }
        if to + half * stride > self.total + stride {
            first = first.min(self.total.saturating_sub(window + stride));
        }
        (first, last.min(self.total))
    }

    /// Whether results depend on their neighbours, so that all must be made at once.
    pub(super) fn jumps(&self) -> bool {
        self.jump > 1
    }

    /// Results from `from` on; `input` has what they [need](Smoother::needs).
    pub(super) fn run(
        &self,
        input: Input<'_>,
        from: usize,
        out: &mut [f64],
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let (to, half, stride) = (from + out.len(), self.short.half(), self.stride);
        if self.jump > 1 {
            return self.run_jumping(input, from, out, progress);
        }
        let inner_from = ((half + 1) * stride).clamp(from, to);
        let inner_to = (self.total + stride)
            .saturating_sub(half * stride)
            .clamp(inner_from, to);
        self.run_edge(input, from, &mut out[..inner_from - from], progress)?;
        self.run_interior(
            input,
            inner_from,
            &mut out[inner_from - from..inner_to - from],
        );
        self.run_edge(input, inner_to, &mut out[inner_to - from..], progress)
    }

    fn run_interior(&self, input: Input<'_>, from: usize, out: &mut [f64]) {
        if out.is_empty() {
            return;
        }
        let skip = from - self.stride * (1 + self.short.taps()) - input.start;
        let values = &input.values[skip..];
        match input.robust {
            None => self.short.filter(values, self.stride, out),
            Some((weighted, weights)) => self.short.filter_robust(
                values,
                &weighted[skip..],
                &weights[skip..],
                self.stride,
                out,
            ),
        }
    }

    fn run_edge(
        &self,
        input: Input<'_>,
        from: usize,
        mut out: &mut [f64],
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let mut weights = Vec::new();
        let (mut at, mut work) = (from, 0);
        while !out.is_empty() {
            let (position, column) = (at / self.stride, at % self.stride);
            let run = self.columns(column, column + out.len());
            let (now, rest) = out.split_at_mut(run.to - run.from);
            let (left, right) = run.loess.window(position);
            self.row(input, &run, (position, left, right), &mut weights, now);
            at += now.len();
            out = rest;
            work += right - left + 1;
            if work > 1 << 24 {
                progress.at(0, 1)?;
                work = 0;
            }
        }
        Ok(())
    }

    /// Columns of equal length from `from` to `to` at most.
    fn columns(&self, from: usize, to: usize) -> Run<'_> {
        let (loess, end) = if from < self.split {
            (&self.long, self.split)
        } else {
            (&self.short, self.stride)
        };
        let to = to.min(end);
        Run { loess, from, to }
    }

    /// Results for one position of some columns.
    fn row(
        &self,
        input: Input<'_>,
        run: &Run<'_>,
        window: (usize, usize, usize),
        buffer: &mut Vec<f64>,
        out: &mut [f64],
    ) {
        let (at, left, right) = window;
        if let Some((_, robust)) = input.robust {
            for (column, out) in (run.from..run.to).zip(out) {
                if let Some(value) = self.robust_point(input, robust, run.loess, window, column) {
                    *out = value;
                }
            }
            return;
        }
        let usual = run.loess.window(at) == (left, right);
        let weights = match run.loess.cached(at).filter(|_| usual) {
            Some(weights) => weights,
            None => {
                run.loess.weights(at, left, right, buffer);
                buffer
            }
        };
        if self.stride == 1 {
            let values = &input.values[left - 1 - input.start..];
            out[0] = weights
                .iter()
                .zip(values)
                .map(|(weight, value)| weight * value)
                .sum();
            return;
        }
        out.fill(0.0);
        for (weight, j) in weights.iter().zip(left..) {
            let place = (j - 1) * self.stride + run.from - input.start;
            let values = &input.values[place..place + out.len()];
            for (out, value) in out.iter_mut().zip(values) {
                *out += weight * value;
            }
        }
    }

    /// A value without neighbours of any weight stays as it is; beyond the ends the
    /// nearest result is taken, which is `None` here if it is there already.
    fn robust_point(
        &self,
        input: Input<'_>,
        robust: &[f64],
        loess: &Loess,
        window: (usize, usize, usize),
        column: usize,
    ) -> Option<f64> {
        let (at, left, _) = window;
        let first = (left - 1) * self.stride + column - input.start;
        let (values, weights) = (&input.values[first..], &robust[first..]);
        if let Some(value) = loess.fit(window, values, weights, self.stride) {
            return Some(value);
        }
        let inside = at.clamp(1, loess.n);
        if inside != at {
            if self.jumps() {
                return None;
            }
            let (left, right) = loess.window(inside);
            return self.robust_point(input, robust, loess, (inside, left, right), column);
        }
        Some(input.values[(at - 1) * self.stride + column - input.start])
    }

    /// Fits at every `jump`th position only, with lines between. `out` is all there is.
    fn run_jumping(
        &self,
        input: Input<'_>,
        from: usize,
        out: &mut [f64],
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let mut buffer = Vec::new();
        let mut column = 0;
        while column < self.stride {
            let run = self.columns(column, self.stride);
            column = run.to;
            let place =
                |at: usize| at * self.stride + run.from - from..at * self.stride + run.to - from;
            let n = run.loess.n;
            let jump = self.jump.min(n - 1);
            let mut last = (1, 1, 1);
            for (i, at) in (1..=n).step_by(jump).enumerate() {
                if i.is_multiple_of(1 << 10) {
                    progress.at(0, 1)?;
                }
                let (left, right) = run.loess.window(at);
                last = (at, left, right);
                self.row(input, &run, last, &mut buffer, &mut out[place(at)]);
                if at > jump {
                    self.line(&run, at - jump, at, from, out);
                }
            }
            let (at, left, right) = last;
            if at < n {
                // As in the original, with the window of the fit before.
                self.row(
                    input,
                    &run,
                    (n, left, right),
                    &mut buffer,
                    &mut out[place(n)],
                );
                self.line(&run, at, n, from, out);
            }
            if from == 0 {
                for (at, nearest) in [(0, 1), (n + 1, n)] {
                    let (left, right) = run.loess.window(at);
                    // This result was fitted in another window, or lies on a line, and stays
                    // where no value has weight.
                    out.copy_within(place(nearest), place(at).start);
                    self.row(
                        input,
                        &run,
                        (at, left, right),
                        &mut buffer,
                        &mut out[place(at)],
                    );
                }
            }
        }
        Ok(())
    }

    /// Results between the positions `a` and `b`, on a line.
    fn line(&self, run: &Run<'_>, a: usize, b: usize, from: usize, out: &mut [f64]) {
        for column in run.from..run.to {
            let place = |at: usize| at * self.stride + column - from;
            let (start, end) = (out[place(a)], out[place(b)]);
            let step = (end - start) / (b - a) as f64;
            for at in a + 1..b {
                out[place(at)] = start + step * (at - a) as f64;
            }
        }
    }
}
