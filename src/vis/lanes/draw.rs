//! What is drawn of a lane: marks of many events.

use crate::vis::scene::{Area, Columns, Mark, Scene, Span};
use crate::vis::stage::{Stage, View};
use crate::vis::theme::Color;

/// Height of a lane, of one of many, and the least.
const LANE: f64 = 34.0;
const THIN_LANE: f64 = 24.0;
const LEAST_LANE: f64 = 15.0;
const MOST_HEIGHT: f64 = 760.0;

/// How high so many lanes should be, in CSS pixels.
pub(crate) fn height_of(lanes: usize) -> f64 {
    let lane = if lanes > 15 { THIN_LANE } else { LANE };
    (lanes.max(1) as f64 * lane).clamp(96.0, MOST_HEIGHT)
}

/// As many lanes from the top as a plot has room for.
pub(crate) fn home_of(View { x, y }: View, plot: Area) -> View {
    let fits = (plot.h / LEAST_LANE).floor().max(1.0);
    View {
        x,
        y: [0.0, y[1].min(fits)],
    }
}

/// Marks of a lane around `middle`, in device pixels, that are `radius` high and shrink by a pixel
/// a pixel: diamonds, which grow into one another. The more events, as to `most`, the darker.
pub(crate) fn diamonds(
    counts: &[u32],
    most: u32,
    (x, middle): (i32, f64),
    radius: f64,
    color: Color,
) -> Columns {
    let reach = radius.ceil() as usize;
    let dark = |count: u32| {
        let part = f64::from(count).ln_1p() / f64::from(most.max(1)).ln_1p();
        (if most <= 1 {
            200.0
        } else {
            110.0 + 145.0 * part
        }) as u8
    };
    let mut spans = vec![(f64::MAX, 0); counts.len() + 2 * reach];
    let mut last = (f64::MAX, 0);
    let mut carry = |count: u32, span: &mut (f64, u8)| {
        last.0 += 1.0;
        if count > 0 {
            last = (0.0, dark(count));
        }
        if last.0 < span.0 {
            *span = last;
        }
    };
    let around = || std::iter::repeat_n(&0, reach);
    let columns = || around().chain(counts).chain(around());
    columns()
        .zip(&mut spans)
        .for_each(|(count, span)| carry(*count, span));
    let last_first = || around().chain(counts.iter().rev()).chain(around());
    // What was last is far again.
    (0..=reach).for_each(|_| carry(0, &mut (0.0, 0)));
    last_first()
        .zip(spans.iter_mut().rev())
        .for_each(|(count, span)| carry(*count, span));
    let span = |&(distance, alpha): &(f64, u8)| {
        let half = (radius - distance).max(0.0);
        Span {
            top: (middle - half) as f32,
            bottom: (middle + half) as f32,
            alpha,
        }
    };
    Columns {
        x: x - reach as i32,
        spans: spans.iter().map(span).collect(),
        color,
    }
}

/// Bars for counts along the whole plot, as an overview has them; heights are square roots, so that
/// few are seen beside many.
pub(crate) fn draw_counts(counts: &[u32], stage: &Stage, scene: &mut Scene) {
    let most = f64::from(counts.iter().copied().max().unwrap_or(0).max(1)).sqrt();
    let bottom = stage.plot.bottom() * stage.scale;
    let high = (stage.plot.h - 3.0) * stage.scale;
    // A bar is at least a CSS pixel wide.
    let wide = stage.scale.max(1.0) as usize;
    let mut longest = counts.to_vec();
    for (column, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let end = (column + wide).min(counts.len());
        for own in &mut longest[column..end] {
            *own = (*own).max(*count);
        }
    }
    let bar = |count: &u32| Span {
        top: (bottom - f64::from(*count).sqrt() / most * high) as f32,
        bottom: bottom as f32,
        alpha: 255,
    };
    scene.marks.push(Mark::Columns(Columns {
        x: (stage.plot.x * stage.scale).round() as i32,
        spans: longest.iter().map(bar).collect(),
        color: stage.theme.quiet.fade(0.8),
    }));
}
