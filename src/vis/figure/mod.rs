//! A chart with what the user does to it: what part of it is shown, what is chosen, what is
//! pointed at. Written once for all charts, so that all answer to the same gestures.

#[cfg(test)]
mod any;
mod drag;
mod export;
mod keys;
#[cfg(test)]
mod tests;
mod value;

use serde_json::{Map, Value};

use self::drag::Drag;
use crate::vis::axis::zone::Zone;
use crate::vis::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use crate::vis::scene::{Area, Mark, Point, Scene};
use crate::vis::stage::{Stage, View, in_scale, within};
use crate::vis::theme::{DARK, LIGHT, Theme};
use crate::{Result, Table};

/// What surrounds a chart.
#[derive(Debug)]
pub struct Frame {
    /// Above an exported picture.
    pub title: String,
    /// In CSS pixels; by default what suits the chart.
    pub height: Option<f64>,
    /// Whether there is a strip below that shows all of a time axis; it is there by default.
    pub without_range_tool: bool,
    /// In which times are written.
    pub zone: Zone,
}

/// What a gesture changed: a sum of these.
pub type Change = u8;

/// The picture.
pub const PICTURE: Change = 1;
/// What is above it: what is chosen and pointed at.
pub const OVERLAY: Change = 2;
/// The value.
pub const VALUE: Change = 4;
/// The legend, or how high the chart should be.
pub const LAYOUT: Change = 8;

/// A chart that is shown.
pub struct Figure {
    chart: Box<dyn Chart>,
    frame: Frame,
    dark: bool,
    width: f64,
    scale: f64,
    view: View,
    /// What the chart says of itself, which it may have counted over all groups.
    extent: View,
    height: f64,
    plot: Area,
    /// Whether there is a strip below.
    overview: bool,
    moved: bool,
    selection: Option<Selection>,
    hover: Option<Hit>,
    focus: Option<u32>,
    drag: Option<(Drag, Point)>,
}

/// Width and least height of the bar that scrolls.
const BAR: f64 = 6.0;
const BAR_LEAST: f64 = 24.0;
/// Height of the strip below, and room above it.
const OVERVIEW: f64 = 30.0;
const GAP: f64 = 10.0;
/// A plot that would be less high than this has no strip below.
const LEAST_PLOT: f64 = 40.0;

impl Figure {
    /// Shows `chart`, 900 CSS pixels wide until it is told otherwise.
    pub fn new(chart: Box<dyn Chart>, frame: Frame) -> Self {
        let extent = chart.extent();
        let mut figure = Self {
            view: extent,
            extent,
            height: 0.0,
            plot: Area::default(),
            overview: false,
            chart,
            frame,
            dark: false,
            width: 900.0,
            scale: 1.0,
            moved: false,
            selection: None,
            hover: None,
            focus: None,
            drag: None,
        };
        figure.settle();
        figure
    }

    fn theme(&self) -> &'static Theme {
        if self.dark { &DARK } else { &LIGHT }
    }

    /// Which gestures the chart takes.
    pub fn gestures(&self) -> Gestures {
        self.chart.gestures()
    }

    /// How high the picture is, in CSS pixels.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Sets width, in CSS pixels, how many device pixels are in one, and whether it is dark.
    pub fn resize(&mut self, width: f64, scale: f64, dark: bool) {
        if width >= 1.0 && scale > 0.0 {
            self.width = width.min(20_000.0);
            self.scale = scale.min(8.0);
        }
        self.dark = dark;
        self.settle();
    }

    /// Lays out what is there now. Shows the home view until the user moves; after it, keeps within
    /// limits.
    fn settle(&mut self) {
        let [left, top, right, bottom] = self.chart.margins(self.width);
        let wanted = self.gestures().overview && !self.frame.without_range_tool;
        let mut below = if wanted { OVERVIEW + GAP } else { 0.0 };
        let suits = self.chart.height(self.width) + below;
        self.height = self.frame.height.unwrap_or(suits).clamp(80.0, 20_000.0);
        self.overview = wanted && self.height - top - bottom - below >= LEAST_PLOT;
        if !self.overview {
            below = 0.0;
        }
        self.plot = Area {
            x: left,
            y: top,
            w: (self.width - left - right).max(10.0),
            h: (self.height - top - bottom - below).max(10.0),
        };
        self.extent = self.chart.extent();
        if !self.moved {
            self.view = self.chart.home(self.plot);
        }
        self.keep_within(self.view);
    }

    fn keep_within(&mut self, mut view: View) {
        let extent = self.extent;
        if self.gestures().scroll {
            // Rows keep their height.
            let [from, to] = self.chart.home(self.plot).y;
            view.y[1] = view.y[0] + (to - from);
        }
        let [least_x, least_y] = self.chart.least();
        self.view = View {
            x: within(view.x, extent.x, least_x),
            y: within(view.y, extent.y, least_y),
        };
        if self.gestures().plane {
            // What is shown first may be wider.
            let home = in_scale(self.chart.home(self.plot), self.plot, f64::INFINITY);
            let widest = self.chart.widest().max(home.x[1] - home.x[0]);
            self.view = in_scale(self.view, self.plot, widest);
        }
        self.hover = None;
    }

    /// The strip below.
    fn strip(&self) -> Area {
        Area {
            y: self.height - OVERVIEW - 2.0,
            h: OVERVIEW,
            ..self.plot
        }
    }

    /// The bar right of the plot that says which part of y is shown; none if all of it is.
    fn bar(&self) -> Option<Area> {
        let (plot, whole, shown) = (self.plot, self.extent.y, self.view.y);
        let part = |y: f64| (y - whole[0]) / (whole[1] - whole[0]);
        let [mut from, mut to] = shown.map(part);
        if self.gestures().up {
            (from, to) = (1.0 - to, 1.0 - from);
        }
        let Gestures { zoom, plane, .. } = self.gestures();
        if plane || !(zoom[1] && to - from < 0.999) {
            return None;
        }
        let high = ((to - from) * plot.h).max(BAR_LEAST);
        let free = plot.h - high;
        let place = if to - from < 1.0 {
            from / (1.0 - (to - from))
        } else {
            0.0
        };
        Some(Area {
            x: plot.right() + 3.0,
            y: plot.y + place.clamp(0.0, 1.0) * free,
            w: BAR,
            h: high,
        })
    }

    fn stage(&self) -> Stage<'_> {
        let View { x, y: [from, to] } = self.view;
        let y = if self.gestures().up {
            [to, from]
        } else {
            [from, to]
        };
        Stage {
            whole: Area {
                x: 0.0,
                y: 0.0,
                w: self.width,
                h: self.height,
            },
            plot: self.plot,
            view: View { x, y },
            scale: self.scale,
            theme: self.theme(),
            zone: &self.frame.zone,
        }
    }

    fn overview_stage(&self) -> Stage<'_> {
        Stage {
            plot: self.strip(),
            view: self.extent,
            ..self.stage()
        }
    }

    /// The picture, without what is chosen and pointed at.
    pub fn picture(&self) -> Scene {
        self.picture_on(true)
    }

    /// The picture with or without its ground: that may be something else, such as tiles of a map.
    pub fn picture_on(&self, ground: bool) -> Scene {
        let stage = self.stage();
        let mut scene = Scene::new(stage.whole.w, stage.whole.h, self.scale);
        if ground {
            self.chart.draw_ground(&stage, &mut scene);
        }
        self.chart.draw(&stage, &mut scene);
        if self.overview {
            self.draw_window(&mut scene);
        }
        if let Some(bar) = self.bar() {
            let color = stage.theme.quiet.fade(0.55);
            scene.fill(bar, color);
        }
        scene
    }

    fn draw_window(&self, scene: &mut Scene) {
        let stage = self.overview_stage();
        let (theme, strip) = (stage.theme, stage.plot);
        scene.fill(strip, theme.stripe);
        self.chart.draw_overview(&stage, scene);
        let [from, to] = self.view.x.map(|x| stage.x(x));
        let veil = theme.ground.fade(0.65);
        let part = |x: f64, right: f64| Area {
            x,
            w: right - x,
            ..strip
        };
        scene.fill(part(strip.x, from), veil);
        scene.fill(part(to, strip.right()), veil);
        scene
            .marks
            .push(Mark::Outline(part(from, to), theme.accent, 1.0));
        for x in [from, to] {
            let handle = Area {
                x: x - 2.0,
                y: strip.y + strip.h / 4.0,
                w: 4.0,
                h: strip.h / 2.0,
            };
            scene.fill(handle, theme.accent);
        }
    }

    /// What is chosen and pointed at, to lie above the picture.
    pub fn overlay(&self) -> Scene {
        let stage = self.stage();
        let mut scene = Scene::new(stage.whole.w, stage.whole.h, self.scale);
        let accent = stage.theme.accent;
        match self.selection {
            Some(Selection::Range(x, y)) => {
                let y = match self.gestures().brush {
                    Brush::X => stage.view.y,
                    _ => y,
                };
                draw_range(&stage, x, y, &mut scene);
            }
            Some(Selection::Item(index)) => {
                if let Some(hit) = self.chart.place(&stage, index) {
                    self.chart.draw_mark(&stage, &hit, accent, &mut scene);
                }
            }
            None => {}
        }
        if let Some(hit) = &self.hover {
            self.chart
                .draw_mark(&stage, hit, stage.theme.ink, &mut scene);
        }
        scene
    }

    fn show(&mut self, x: [f64; 2], y: [f64; 2]) {
        let [zoom_x, zoom_y] = self.gestures().zoom;
        let View { x: old_x, y: old_y } = self.view;
        self.moved = true;
        self.keep_within(View {
            x: if zoom_x { x } else { old_x },
            y: if zoom_y { y } else { old_y },
        });
    }

    fn pan_from(&mut self, View { x, y }: View, by: Point) {
        let plot = self.plot;
        let (dx, dy) = (by.0 / plot.w * (x[1] - x[0]), by.1 / plot.h * (y[1] - y[0]));
        let dy = if self.gestures().up { -dy } else { dy };
        self.show(x.map(|x| x - dx), y.map(|y| y - dy));
    }

    /// Moves the view by CSS pixels, as if the picture were taken along.
    pub fn pan(&mut self, by: Point) -> Change {
        self.pan_from(self.view, by);
        PICTURE | OVERLAY
    }

    /// Shows `factor` as much; what is at this point stays there.
    pub fn zoom(&mut self, factor: f64, at: Point) -> Change {
        if !factor.is_finite() || factor <= 0.0 {
            return 0;
        }
        let fixed = self.stage().at(at);
        let around =
            |[from, to]: [f64; 2], at: f64| [at - (at - from) * factor, at + (to - at) * factor];
        self.show(around(self.view.x, fixed.0), around(self.view.y, fixed.1));
        PICTURE | OVERLAY
    }

    /// A wheel was turned by so many CSS pixels: zooms, or scrolls a chart that is read like a
    /// text. None if it is at its end, so that the page scrolls.
    pub fn wheel(&mut self, turn: Point, at: Point, zooms: bool) -> Option<Change> {
        if turn.0.abs() > turn.1.abs() {
            return Some(self.pan((-turn.0, 0.0)));
        }
        if !self.gestures().scroll || zooms {
            return Some(self.zoom((turn.1 * 0.002).exp(), at));
        }
        let before = self.view;
        let change = self.pan((0.0, -turn.1));
        (before != self.view).then_some(change)
    }

    /// Shows what was shown first.
    pub fn reset(&mut self) -> Change {
        self.moved = false;
        self.settle();
        PICTURE | OVERLAY
    }

    /// The pointer is here, or nowhere.
    pub fn hover(&mut self, at: Option<Point>) -> Change {
        let stage = self.stage();
        let inside = at.filter(|at| stage.whole.has(*at));
        let hit = inside.and_then(|at| self.chart.hit(&stage, at));
        let same = hit == self.hover;
        self.hover = hit;
        if same { 0 } else { OVERLAY }
    }

    /// What is said of the thing that is pointed at, and where it is.
    pub fn tip(&self) -> Option<(Tip, Point)> {
        let hit = self.hover?;
        let mut tip = self.chart.tip(hit.index, &self.frame.zone);
        if hit.more > 0 {
            let mut number = itoa::Buffer::new();
            let more = number.format(hit.more).to_owned();
            tip.fields.push(("more here".into(), more));
        }
        Some((tip, hit.at))
    }

    /// Goes on with what takes long; nothing if it is done.
    pub fn tick(&mut self) -> Change {
        if !self.chart.tick() {
            return 0;
        }
        // What the user looks at stays.
        self.extent = self.chart.extent();
        if !self.moved {
            self.settle();
        }
        self.hover = None;
        PICTURE | OVERLAY
    }

    /// Changes what is shown.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` if the chart does not know such a change.
    pub fn edit(&mut self, change: &Map<String, Value>) -> Result<Change> {
        self.chart.edit(change)?;
        (self.selection, self.focus) = (None, None);
        self.settle();
        Ok(PICTURE | OVERLAY | VALUE | LAYOUT)
    }

    /// The series or groups.
    pub fn legend(&self) -> Vec<Entry> {
        self.chart.legend(self.theme())
    }

    /// Shows or hides an entry of the legend.
    pub fn toggle(&mut self, entry: usize) -> Change {
        self.chart.toggle(entry);
        self.settle();
        // What is hidden is not among the rows of a range.
        let value = if self.selection.is_some() { VALUE } else { 0 };
        PICTURE | OVERLAY | LAYOUT | value
    }

    /// Looks for a text: how many things have it; the first is pointed at.
    pub fn search(&mut self, text: &str) -> usize {
        let (found, first) = self.chart.search(text);
        self.settle();
        self.focus = first.or(self.focus);
        self.hover = None;
        if first.is_some() {
            self.reveal();
        } else if text.is_empty() {
            self.uncover();
        }
        found
    }

    /// More of the thing that is chosen.
    pub fn details(&self) -> Option<Tip> {
        match self.selection? {
            Selection::Item(index) => self.chart.details(index, &self.frame.zone),
            Selection::Range(..) => None,
        }
    }

    /// One sentence for those who do not see the chart.
    pub fn describe(&self) -> String {
        let sentence = self.chart.describe(&self.frame.zone);
        match self.frame.title.as_str() {
            "" => sentence,
            title => [title, ". ", &sentence].concat(),
        }
    }

    /// What is drawn, as a table.
    ///
    /// # Errors
    ///
    /// Those of making columns.
    pub fn data(&self) -> Result<Table> {
        self.chart.data()
    }
}

fn draw_range(stage: &Stage, x: [f64; 2], y: [f64; 2], scene: &mut Scene) {
    let plot = stage.plot;
    let [left, right] = x.map(|x| stage.x(x).clamp(plot.x, plot.right()));
    let [top, bottom] = y.map(|y| stage.y(y).clamp(plot.y, plot.bottom()));
    let area = Area {
        x: left,
        y: top.min(bottom),
        w: right - left,
        h: (bottom - top).abs(),
    };
    scene.fill(area, stage.theme.accent.fade(0.14));
    scene
        .marks
        .push(Mark::Outline(area, stage.theme.accent, 1.0));
}
