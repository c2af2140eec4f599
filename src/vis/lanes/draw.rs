//! What is drawn of a lane: marks of many events.

use crate::vis::scene::{Columns, Mark, Scene, Span};
use crate::vis::stage::Stage;
use crate::vis::theme::Color;

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
    let bar = |count: &u32| Span {
        top: (bottom - f64::from(*count).sqrt() / most * high) as f32,
        bottom: bottom as f32,
        alpha: 255,
    };
    scene.marks.push(Mark::Columns(Columns {
        x: (stage.plot.x * stage.scale).round() as i32,
        spans: counts.iter().map(bar).collect(),
        color: stage.theme.quiet.fade(0.8),
    }));
}
