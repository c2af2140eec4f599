//! Axes, grids and reference lines, as all charts have them.

use super::number::{log_ticks, number_ticks};
use super::time::time_axis;
use crate::vis::scene::{Anchor, Area, Scene};
use crate::vis::stage::Stage;
use crate::vis::text;

/// Height of the font of labels.
pub(crate) const LABEL: f64 = 12.0;
/// Room for the two lines of labels below a time axis.
pub(crate) const TIME_ROOM: f64 = 38.0;

/// Lines of the grid across the plot at these values of x.
fn verticals(stage: &Stage, values: impl Iterator<Item = f64>, scene: &mut Scene) {
    let plot = stage.plot;
    for x in values.map(|value| stage.x(value)) {
        scene.line((x, plot.y), (x, plot.bottom()), stage.theme.line);
    }
}

/// The grid of a time axis: to be drawn before the data.
pub(crate) fn time_grid(stage: &Stage, scene: &mut Scene) {
    let [from, to] = stage.view.x;
    let axis = time_axis(from, to, stage.plot.w, LABEL, stage.zone);
    verticals(stage, axis.ticks.iter().map(|tick| tick.at), scene);
}

/// The labels of a time axis below the plot.
pub(crate) fn time_labels(stage: &Stage, scene: &mut Scene) {
    let (plot, theme) = (stage.plot, stage.theme);
    let [from, to] = stage.view.x;
    let axis = time_axis(from, to, plot.w, LABEL, stage.zone);
    scene.line(
        (plot.x, plot.bottom()),
        (plot.right(), plot.bottom()),
        theme.quiet,
    );
    for tick in &axis.ticks {
        let x = stage.x(tick.at);
        scene.line((x, plot.bottom()), (x, plot.bottom() + 4.0), theme.quiet);
        // The last one is not cut off.
        let most = stage.whole.right() - text::width(&tick.label, LABEL) / 2.0;
        let at = (x.min(most), plot.bottom() + 12.0);
        scene.text(at, &tick.label, LABEL, theme.quiet, Anchor::Middle);
    }
    for context in &axis.contexts {
        let last = plot.right() - text::width(&context.label, LABEL);
        let at = (
            stage.x(context.at).min(last).max(plot.x),
            plot.bottom() + 27.0,
        );
        scene.text(at, &context.label, LABEL, theme.ink, Anchor::Start);
    }
}

/// The grid and the labels of an axis of numbers left of the plot. The grid is drawn before the
/// data, the labels after it.
pub(crate) fn left(stage: &Stage, grid: bool, scene: &mut Scene) {
    left_of(stage, false, grid, scene);
}

/// The same; if `logarithmic`, heights are powers of ten.
pub(crate) fn left_of(stage: &Stage, logarithmic: bool, grid: bool, scene: &mut Scene) {
    let (plot, theme) = (stage.plot, stage.theme);
    let [a, b] = stage.view.y;
    let (from, to) = (a.min(b), a.max(b));
    let ticks = match logarithmic {
        true => log_ticks(10_f64.powf(from), 10_f64.powf(to), plot.h, LABEL, false),
        false => number_ticks(from, to, plot.h, LABEL, false),
    };
    for tick in ticks {
        let y = stage.y(if logarithmic {
            tick.at.log10()
        } else {
            tick.at
        });
        if grid {
            scene.line((plot.x, y), (plot.right(), y), theme.line);
        } else {
            let at = (plot.x - 7.0, y);
            scene.text(at, &tick.label, LABEL, theme.quiet, Anchor::End);
        }
    }
}

/// The grid and the labels of an axis of numbers below the plot.
pub(crate) fn below(stage: &Stage, grid: bool, scene: &mut Scene) {
    let (plot, theme) = (stage.plot, stage.theme);
    let [from, to] = stage.view.x;
    let ticks = number_ticks(from, to, plot.w, LABEL, true);
    if grid {
        return verticals(stage, ticks.iter().map(|tick| tick.at), scene);
    }
    for tick in ticks {
        let at = (stage.x(tick.at), plot.bottom() + 12.0);
        scene.text(at, &tick.label, LABEL, theme.quiet, Anchor::Middle);
    }
}

/// The name of an axis: of x under its labels, of y above them.
pub(crate) fn titles(stage: &Stage, x: &str, y: &str, scene: &mut Scene) {
    let (plot, quiet) = (stage.plot, stage.theme.quiet);
    let shown = text::shorten(x, LABEL, plot.w);
    scene.text(
        (plot.right(), plot.bottom() + 28.0),
        &shown,
        LABEL,
        quiet,
        Anchor::End,
    );
    let shown = text::shorten(y, LABEL, plot.right() - 4.0);
    scene.text((4.0, plot.y - 10.0), &shown, LABEL, quiet, Anchor::Start);
}

/// Says in the middle of the plot why there is nothing.
pub(crate) fn say(stage: &Stage, words: &str, scene: &mut Scene) {
    let plot = stage.plot;
    let at = (plot.x + plot.w / 2.0, plot.y + plot.h / 2.0);
    scene.text(at, words, 14.0, stage.theme.quiet, Anchor::Middle);
}

/// Hides what lies outside the plot, but not the strip below it.
pub(crate) fn mask(stage: &Stage, scene: &mut Scene) {
    scene.mask(stage.whole, stage.plot, stage.theme.ground);
}

/// Stripes of lanes, or of rows: every second is darker.
pub(crate) fn stripes(stage: &Stage, scene: &mut Scene) {
    let [from, to] = stage.view.y;
    let plot = stage.plot;
    for lane in (from.floor() as i64..to.ceil() as i64).filter(|lane| lane % 2 != 0) {
        let [top, bottom] = [lane, lane + 1].map(|lane| {
            let y = stage.y(lane as f64);
            y.clamp(plot.y, plot.bottom())
        });
        let area = Area {
            y: top,
            h: bottom - top,
            ..plot
        };
        scene.fill(area, stage.theme.stripe);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vis::axis::zone::Zone;
    use crate::vis::scene::Mark;
    use crate::vis::stage::View;
    use crate::vis::theme::LIGHT;

    #[test]
    fn the_last_time_is_not_cut_off() {
        let area = |w| Area {
            w,
            h: 100.0,
            ..Area::default()
        };
        let zone = Zone::utc();
        let stage = Stage {
            whole: area(210.0),
            plot: area(200.0),
            view: View {
                x: [0.0, 6.0 * 3600e6],
                y: [0.0, 1.0],
            },
            scale: 1.0,
            theme: &LIGHT,
            zone: &zone,
        };
        let mut scene = Scene::new(210.0, 100.0, 1.0);
        time_labels(&stage, &mut scene);
        let last = scene.marks.iter().find_map(|mark| match mark {
            Mark::Text(text) if text.text == "06:00" => Some(text.at.0),
            _ => None,
        });
        assert_eq!(last, Some(210.0 - text::width("06:00", LABEL) / 2.0));
    }
}
