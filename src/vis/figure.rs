//! A chart with what the user does to it: what part of it is shown, what is chosen, what is
//! pointed at. Written once for all charts, so that all answer to the same gestures.

use serde_json::{Map, Value};

use super::axis::zone::Zone;
use super::chart::{Brush, Chart, Click, Entry, Gestures, Hit, Selection, Tip};
use super::scene::{Anchor, Area, Mark, Point, Scene};
use super::stage::{Stage, View, within};
use super::text;
use super::theme::{DARK, LIGHT, Theme};
use crate::table::time::{format_time, parse_time};
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

/// What dragging does where the pointer went down.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drag {
    /// Moves the view.
    Pan { from: Point, view: View },
    /// Chooses from here.
    Brush { from: Point },
    /// Moves the window of the overview, or its left or right edge.
    Window {
        edges: [bool; 2],
        from: f64,
        x: [f64; 2],
    },
}

/// A chart that is shown.
pub struct Figure {
    chart: Box<dyn Chart>,
    frame: Frame,
    dark: bool,
    width: f64,
    scale: f64,
    view: View,
    moved: bool,
    selection: Option<Selection>,
    hover: Option<Hit>,
    focus: Option<u32>,
    drag: Option<(Drag, Point)>,
}

const OVERVIEW: f64 = 30.0;
const GAP: f64 = 10.0;
const TITLE: f64 = 30.0;
const LEGEND_ROW: f64 = 20.0;
/// Nearer to an edge of the overview's window than this takes it.
const GRIP: f64 = 7.0;
/// Moved less than this, a press is a click.
const CLICK: f64 = 4.0;
/// Height of the font of titles.
const TITLE_SIZE: f64 = 15.0;
/// Height of the font of legends.
const LEGEND_SIZE: f64 = 12.0;

impl Figure {
    /// Shows `chart`, 900 CSS pixels wide until it is told otherwise.
    pub fn new(chart: Box<dyn Chart>, frame: Frame) -> Self {
        let mut figure = Self {
            view: chart.extent(),
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

    fn gestures(&self) -> Gestures {
        self.chart.gestures()
    }

    fn has_overview(&self) -> bool {
        self.gestures().overview && !self.frame.without_range_tool
    }

    /// How high the picture is, in CSS pixels.
    pub fn height(&self) -> f64 {
        let below = if self.has_overview() {
            OVERVIEW + GAP
        } else {
            0.0
        };
        let suits = self.chart.height(self.width) + below;
        self.frame.height.unwrap_or(suits).clamp(80.0, 20_000.0)
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

    /// Shows the home view until the user moves; after it, keeps within limits.
    fn settle(&mut self) {
        if !self.moved {
            self.view = self.chart.home(self.plot());
        }
        self.set_view(self.view);
    }

    fn set_view(&mut self, mut view: View) {
        let extent = self.chart.extent();
        if self.gestures().scroll {
            // Rows keep their height.
            let [from, to] = self.chart.home(self.plot()).y;
            view.y[1] = view.y[0] + (to - from);
        }
        let [least_x, least_y] = self.chart.least();
        self.view = View {
            x: within(view.x, extent.x, least_x),
            y: within(view.y, extent.y, least_y),
        };
        self.hover = None;
    }

    /// The part for data.
    fn plot(&self) -> Area {
        let [left, top, right, bottom] = self.chart.margins(self.width);
        let below = if self.has_overview() {
            OVERVIEW + GAP
        } else {
            0.0
        };
        Area {
            x: left,
            y: top,
            w: (self.width - left - right).max(10.0),
            h: (self.height() - top - bottom - below).max(10.0),
        }
    }

    /// The strip below.
    fn strip(&self) -> Area {
        let plot = self.plot();
        Area {
            y: self.height() - OVERVIEW - 2.0,
            h: OVERVIEW,
            ..plot
        }
    }

    fn stage(&self) -> Stage<'_> {
        Stage {
            whole: Area {
                x: 0.0,
                y: 0.0,
                w: self.width,
                h: self.height(),
            },
            plot: self.plot(),
            view: self.view,
            scale: self.scale,
            theme: self.theme(),
            zone: &self.frame.zone,
        }
    }

    fn overview_stage(&self) -> Stage<'_> {
        Stage {
            plot: self.strip(),
            view: self.chart.extent(),
            ..self.stage()
        }
    }

    /// The picture, without what is chosen and pointed at.
    pub fn picture(&self) -> Scene {
        let stage = self.stage();
        let mut scene = Scene::new(stage.whole.w, stage.whole.h, self.scale);
        scene.fill(stage.whole, stage.theme.ground);
        self.chart.draw(&stage, &mut scene);
        if self.has_overview() {
            self.draw_window(&mut scene);
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
            Some(Selection::Range(x, y)) => draw_range(&stage, x, y, &mut scene),
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

    /// The whole as it should be in a report: with title and legend.
    pub fn export(&self) -> Scene {
        let (mut scene, overlay) = (self.picture(), self.overlay());
        scene.marks.extend(overlay.marks);
        let legend = self.legend();
        let places = legend_places(&legend, self.width);
        let rows = places.last().map_or(0.0, |&(_, row)| row + 1.0);
        let title = if self.frame.title.is_empty() {
            0.0
        } else {
            TITLE
        };
        let head = title + rows * LEGEND_ROW;
        if head == 0.0 {
            return scene;
        }
        let mut whole = Scene::new(scene.width, scene.height + head, self.scale);
        let theme = self.theme();
        whole.marks = scene.marks;
        shift(&mut whole.marks, head, self.scale);
        whole.fill(
            Area {
                x: 0.0,
                y: 0.0,
                w: whole.width,
                h: head,
            },
            theme.ground,
        );
        let shown = text::shorten(&self.frame.title, TITLE_SIZE, self.width - 24.0);
        whole.text(
            (12.0, TITLE / 2.0 + 2.0),
            &shown,
            TITLE_SIZE,
            theme.ink,
            Anchor::Start,
        );
        for (entry, (x, row)) in legend.iter().zip(places) {
            let y = title + (row + 0.5) * LEGEND_ROW;
            let color = if entry.shown { entry.color } else { theme.line };
            whole.fill(
                Area {
                    x,
                    y: y - 5.0,
                    w: 10.0,
                    h: 10.0,
                },
                color,
            );
            let name = text::shorten(&entry.name, LEGEND_SIZE, LEGEND_MOST);
            whole.text((x + 15.0, y), &name, LEGEND_SIZE, theme.ink, Anchor::Start);
        }
        whole
    }

    /// The picture as SVG, for reports and where nothing can be drawn.
    pub fn to_svg(&mut self, width: Option<f64>) -> String {
        let before = (self.width, self.scale);
        self.resize(
            width.unwrap_or(before.0),
            super::paint::SVG_SCALE,
            self.dark,
        );
        let svg = super::paint::to_svg(&self.export(), &self.describe());
        self.resize(before.0, before.1, self.dark);
        svg
    }

    /// The pointer goes down: a drag begins. It moves the view if `moves`, where it would choose.
    pub fn press(&mut self, at: Point, moves: bool) -> Change {
        let (plot, strip, gestures) = (self.plot(), self.strip(), self.gestures());
        let drag = if self.has_overview() && strip.has((strip.x, at.1)) {
            let stage = self.overview_stage();
            let [from, to] = self.view.x.map(|x| stage.x(x));
            let near = |edge: f64| (at.0 - edge).abs() <= GRIP;
            let edges = [near(from), near(to) && !(near(from) && at.0 < from)];
            if at.0 < from - GRIP || at.0 > to + GRIP {
                let half = (self.view.x[1] - self.view.x[0]) / 2.0;
                let middle = stage.x_at(at.0);
                self.show([middle - half, middle + half], self.view.y);
            }
            Drag::Window {
                edges: if edges[0] && edges[1] {
                    [false, true]
                } else {
                    edges
                },
                from: at.0,
                x: self.view.x,
            }
        } else if moves || gestures.brush == Brush::None || !plot.has(at) {
            Drag::Pan {
                from: at,
                view: self.view,
            }
        } else {
            Drag::Brush { from: at }
        };
        self.drag = Some((drag, at));
        self.hover = None;
        PICTURE | OVERLAY
    }

    /// The pointer moves while it is down.
    pub fn drag(&mut self, at: Point) -> Change {
        let Some((drag, first)) = self.drag else {
            return 0;
        };
        match drag {
            Drag::Pan { from, view } => {
                let by = (at.0 - from.0, at.1 - from.1);
                self.pan_from(view, by);
                PICTURE | OVERLAY
            }
            Drag::Window { edges, from, x } => {
                let stage = self.overview_stage();
                let by = stage.x_at(at.0) - stage.x_at(from);
                let span = match edges {
                    [true, _] => [(x[0] + by).min(x[1]), x[1]],
                    [_, true] => [x[0], (x[1] + by).max(x[0])],
                    _ => x.map(|x| x + by),
                };
                self.show(span, self.view.y);
                PICTURE | OVERLAY
            }
            Drag::Brush { from } => {
                if far(first, at) {
                    self.selection = Some(self.range(from, at));
                }
                OVERLAY
            }
        }
    }

    /// The range between two points.
    fn range(&self, from: Point, to: Point) -> Selection {
        let (stage, plot) = (self.stage(), self.plot());
        let inside = |(x, y): Point| {
            let (x, y) = (
                x.clamp(plot.x, plot.right()),
                y.clamp(plot.y, plot.bottom()),
            );
            stage.at((x, y))
        };
        let (from, to) = (inside(from), inside(to));
        let sorted = |a: f64, b: f64| if a <= b { [a, b] } else { [b, a] };
        let y = match self.gestures().brush {
            Brush::Both => sorted(from.1, to.1),
            _ => self.chart.extent().y,
        };
        Selection::Range(sorted(from.0, to.0), y)
    }

    /// The pointer goes up: a drag ends, or it was a click.
    pub fn release(&mut self, at: Point) -> Change {
        let Some((drag, first)) = self.drag else {
            return 0;
        };
        let change = self.drag(at);
        self.drag = None;
        if far(first, at) {
            return match drag {
                Drag::Brush { .. } => change | VALUE,
                _ => change,
            };
        }
        if matches!(drag, Drag::Window { .. }) {
            return change;
        }
        let hit = self.chart.hit(&self.stage(), at);
        self.choose(hit.map(|hit| hit.index))
    }

    /// Chooses a thing as a click does.
    fn choose(&mut self, index: Option<u32>) -> Change {
        let before = self.selection;
        self.focus = index.or(self.focus);
        if let Some(index) = index
            && self.chart.click(index) == Click::Changes
        {
            self.settle();
            return PICTURE | OVERLAY | LAYOUT;
        }
        self.selection = index.map(Selection::Item);
        match before == self.selection {
            true => OVERLAY,
            false => OVERLAY | VALUE,
        }
    }

    /// A drag ends without effect.
    pub fn cancel(&mut self) -> Change {
        match self.drag.take() {
            Some((Drag::Brush { .. }, _)) => {
                self.selection = None;
                OVERLAY | VALUE
            }
            _ => 0,
        }
    }

    fn show(&mut self, x: [f64; 2], y: [f64; 2]) {
        let [zoom_x, zoom_y] = self.gestures().zoom;
        let View { x: old_x, y: old_y } = self.view;
        self.moved = true;
        self.set_view(View {
            x: if zoom_x { x } else { old_x },
            y: if zoom_y { y } else { old_y },
        });
    }

    fn pan_from(&mut self, View { x, y }: View, by: Point) {
        let plot = self.plot();
        let (dx, dy) = (by.0 / plot.w * (x[1] - x[0]), by.1 / plot.h * (y[1] - y[0]));
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

    /// A key was pressed, named as in JavaScript; none of its changes if it is not one of ours.
    pub fn key(&mut self, key: &str) -> Option<Change> {
        let plot = self.plot();
        let middle = (plot.x + plot.w / 2.0, plot.y + plot.h / 2.0);
        let (across, down) = (plot.w / 10.0, plot.h / 10.0);
        Some(match key {
            "ArrowLeft" | "ArrowRight" if !self.gestures().zoom[0] => {
                self.unfold(key == "ArrowRight")
            }
            "ArrowLeft" => self.pan((across, 0.0)),
            "ArrowRight" => self.pan((-across, 0.0)),
            "ArrowUp" if self.gestures().zoom[1] => self.pan((0.0, down)),
            "ArrowDown" if self.gestures().zoom[1] => self.pan((0.0, -down)),
            "PageUp" if self.gestures().zoom[1] => self.pan((0.0, plot.h)),
            "PageDown" if self.gestures().zoom[1] => self.pan((0.0, -plot.h)),
            "+" | "=" => self.zoom(0.5, middle),
            "-" | "_" => self.zoom(2.0, middle),
            "0" | "Home" => self.reset(),
            "n" | "." => self.step(true),
            "p" | "," => self.step(false),
            "Enter" | " " => self.choose(self.focus),
            "Escape" if self.selection.is_some() || self.focus.is_some() => {
                self.hover = None;
                self.focus = None;
                self.choose(None)
            }
            _ => return None,
        })
    }

    /// Opens or closes what has the focus.
    fn unfold(&mut self, open: bool) -> Change {
        let Some(focus) = self.focus.and_then(|index| self.chart.unfold(index, open)) else {
            return 0;
        };
        self.focus = Some(focus);
        self.settle();
        self.reveal() | LAYOUT
    }

    fn step(&mut self, forward: bool) -> Change {
        let next = self.chart.step(&self.stage(), self.focus, forward);
        self.focus = next.or(self.focus);
        self.reveal()
    }

    /// Moves the view so that what has the focus is seen, and points at it.
    fn reveal(&mut self) -> Change {
        let Some(index) = self.focus else {
            return 0;
        };
        let stage = self.stage();
        let Some(mut hit) = self.chart.place(&stage, index) else {
            return 0;
        };
        let plot = stage.plot;
        let (mut dx, mut dy) = (0.0, 0.0);
        if hit.at.0 < plot.x || hit.at.0 > plot.right() {
            dx = plot.x + plot.w / 2.0 - hit.at.0;
        }
        if hit.at.1 < plot.y || hit.at.1 > plot.bottom() {
            dy = plot.y + plot.h / 2.0 - hit.at.1;
        }
        if dx != 0.0 || dy != 0.0 {
            self.pan((dx, dy));
            hit = self.chart.place(&self.stage(), index).unwrap_or(hit);
        }
        self.hover = Some(hit);
        PICTURE | OVERLAY
    }

    /// The series or groups.
    pub fn legend(&self) -> Vec<Entry> {
        self.chart.legend(self.theme())
    }

    /// Shows or hides an entry of the legend.
    pub fn toggle(&mut self, entry: usize) -> Change {
        self.chart.toggle(entry);
        self.hover = None;
        self.settle();
        PICTURE | OVERLAY | LAYOUT
    }

    /// Looks for a text: how many things have it; the first is pointed at.
    pub fn search(&mut self, text: &str) -> usize {
        let (found, first) = self.chart.search(text);
        self.settle();
        self.focus = first.or(self.focus);
        self.hover = None;
        if first.is_some() {
            self.reveal();
        }
        found
    }

    /// What is chosen: names and values, of which times are ISO 8601; none if nothing is.
    pub fn value(&self) -> Option<Map<String, Value>> {
        let time = self.gestures().time;
        let end = |x: f64| match time {
            true => Value::from(format_time(x as i64)),
            false => x.into(),
        };
        let mut value = Map::new();
        match self.selection? {
            Selection::Item(index) => value = self.chart.fields(index),
            Selection::Range(x, y) => {
                let [from, to] = x.map(end);
                match time {
                    true => value.extend([("start".into(), from), ("end".into(), to)]),
                    false => {
                        value.insert("x".into(), vec![from, to].into());
                    }
                }
                if self.gestures().brush == Brush::Both {
                    value.insert("y".into(), y.to_vec().into());
                }
            }
        }
        Some(value)
    }

    /// The rows that are chosen, in order.
    pub fn rows(&self) -> Vec<u32> {
        self.selection
            .map_or(vec![], |selection| self.chart.rows(&selection))
    }

    /// Chooses what a value says, as [`Figure::value`] gives it; nothing if none does.
    /// True if something is chosen.
    pub fn set_value(&mut self, value: Option<&Map<String, Value>>) -> bool {
        self.selection = value.and_then(|value| {
            let ends = |from: &Value, to: &Value| Some([number(from)?, number(to)?]);
            let pair = |name: &str| match value.get(name)?.as_array()?.as_slice() {
                [from, to] => ends(from, to),
                _ => None,
            };
            let x = match (value.get("start"), value.get("end")) {
                (Some(start), Some(end)) => ends(start, end),
                _ => pair("x"),
            };
            match x {
                Some(x) => {
                    let y = pair("y").unwrap_or(self.chart.extent().y);
                    Some(Selection::Range([x[0].min(x[1]), x[0].max(x[1])], y))
                }
                None => self.chart.find(value).map(Selection::Item),
            }
        });
        self.selection.is_some()
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

    /// Whether [`Figure::search`] finds something, and whether dragging chooses.
    pub fn takes(&self) -> (bool, bool) {
        let gestures = self.gestures();
        (gestures.search, gestures.brush != Brush::None)
    }
}

/// A number, or a time of ISO 8601 in microseconds since 1970.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => parse_time(text.as_bytes()).map(|time| time.micros as f64),
        value => value.as_f64(),
    }
}

fn far(a: Point, b: Point) -> bool {
    (a.0 - b.0).abs() >= CLICK || (a.1 - b.1).abs() >= CLICK
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

const LEGEND_MOST: f64 = 180.0;

/// Where the entries stand, in rows.
fn legend_places(legend: &[Entry], width: f64) -> Vec<(f64, f64)> {
    let (mut x, mut row) = (12.0, 0.0);
    let place = |entry: &Entry| {
        let wide = 33.0 + text::width(&entry.name, LEGEND_SIZE).min(LEGEND_MOST);
        if x > 12.0 && x + wide > width {
            (x, row) = (12.0, row + 1.0);
        }
        let at = (x, row);
        x += wide;
        at
    };
    legend.iter().map(place).collect()
}

/// Moves marks down.
fn shift(marks: &mut [Mark], by: f64, scale: f64) {
    let device = (by * scale).round();
    for mark in marks {
        match mark {
            Mark::Fill(area, _) | Mark::Outline(area, ..) => area.y += by,
            Mark::Line(points, ..) | Mark::Polygon(points, _) => {
                points.iter_mut().for_each(|(_, y)| *y += by);
            }
            Mark::Disc((_, y), ..) | Mark::Ring((_, y), ..) => *y += by,
            Mark::Text(text) => text.at.1 += by,
            Mark::Columns(columns) => {
                for span in &mut columns.spans {
                    span.top += device as f32;
                    span.bottom += device as f32;
                }
            }
            Mark::Dots(dots) => dots.at.iter_mut().for_each(|(_, y)| *y += device as i32),
        }
    }
}
