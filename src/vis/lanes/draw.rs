//! What is drawn of lanes: their names, and marks of many events.

use super::Lanes;
use crate::vis::axis::draw::LABEL;
use crate::vis::scene::{Anchor, Columns, Mark, Scene, Span};
use crate::vis::stage::Stage;
use crate::vis::text;
use crate::vis::theme::Color;

impl Lanes {
    /// The room that names need left of a plot, in a picture of this width, in CSS pixels.
    pub(crate) fn room(&self, width: f64) -> f64 {
        if !self.has_names() {
            return 14.0;
        }
        let names = self.names.iter().map(|name| text::width(name, LABEL));
        let widest = names.fold(0.0, f64::max);
        (widest + 16.0).min((width * 0.28).clamp(60.0, 240.0))
    }

    /// Whether lanes have names.
    pub(crate) fn has_names(&self) -> bool {
        self.names.iter().any(|name| !name.is_empty())
    }

    /// What all names begin with and end with, up to a `\\` and from a dot on, such as the domain of
    /// accounts and of hosts, which need not be said where there is little room.
    fn common(&self) -> [usize; 2] {
        let Some((first, others)) = self.names.split_first() else {
            return [0; 2];
        };
        let same =
            |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
        let start = others
            .iter()
            .map(|name| same(&mut name.bytes().zip(first.bytes())));
        let end = others
            .iter()
            .map(|name| same(&mut name.bytes().rev().zip(first.bytes().rev())));
        let (start, end) = (start.min().unwrap_or(0), end.min().unwrap_or(0));
        let (head, tail) = (
            &first.as_bytes()[..start],
            &first.as_bytes()[first.len() - end..],
        );
        let start = head
            .iter()
            .rposition(|byte| *byte == b'\\')
            .map_or(0, |at| at + 1);
        let end = tail
            .iter()
            .position(|byte| *byte == b'.')
            .map_or(0, |dot| end - dot);
        [start, end]
    }

    /// Writes the names of the lanes that are drawn, from the top, left of the plot.
    pub(crate) fn draw_names(&self, drawn: &[usize], stage: &Stage, scene: &mut Scene) {
        let (plot, room) = (stage.plot, stage.plot.x - 14.0);
        let [start, end] = self.common();
        for (place, lane) in drawn.iter().enumerate() {
            let y = stage.y(place as f64 + 0.5);
            if y > plot.y + 4.0 && y < plot.bottom() - 4.0 {
                let mut name = self.names[*lane].clone();
                if text::width(&name, LABEL) > room && start + end > 0 && start + end < name.len() {
                    let middle = &name[start..name.len() - end];
                    let (before, after) = (
                        if start > 0 { "…" } else { "" },
                        if end > 0 { "…" } else { "" },
                    );
                    name = [before, middle, after].concat();
                }
                let name = text::shorten(&name, LABEL, room);
                scene.text(
                    (plot.x - 8.0, y),
                    &name,
                    LABEL,
                    stage.theme.ink,
                    Anchor::End,
                );
            }
        }
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
