//! What each chart owes to [`super::figure`], which does the rest for all of them.

use serde_json::{Map, Value};

use super::axis::zone::Zone;
use super::scene::{Area, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::theme::{Color, Theme};
use crate::{Error, Result, Table};

/// Something that is under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which, in the chart's own counting.
    pub index: u32,
    /// Its middle, in CSS pixels.
    pub at: Point,
    /// How many others are at the same place.
    pub more: u32,
}

/// What is said of something.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Tip {
    /// What it is.
    pub title: String,
    /// Names and what they are, in order.
    pub fields: Vec<(String, String)>,
}

impl Tip {
    /// Says one thing more.
    pub(crate) fn say(&mut self, name: &str, text: String) {
        self.fields.push((name.to_owned(), text));
    }
}

/// A series or group, which can be left out.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: Color,
    /// Whether it is drawn.
    pub shown: bool,
}

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Selection {
    /// All between two values of x, and of y where the chart tells those apart.
    Range([f64; 2], [f64; 2]),
    /// One thing, as [`Hit::index`] counts.
    Item(u32),
}

/// What a click on a thing does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Click {
    /// It chooses the thing.
    Chooses,
    /// It changes the picture, and chooses nothing.
    Changes,
}

/// Which gestures a chart takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gestures {
    /// Whether it can be zoomed and moved along x and along y.
    pub zoom: [bool; 2],
    /// Whether a range of x, and whether one of x and y can be chosen.
    pub brush: Brush,
    /// Whether x is time, so that ranges are `start` and `end`.
    pub time: bool,
    /// Whether y grows upwards, so that a stage has its view of y from most to least.
    pub up: bool,
    /// Whether there is a strip below that shows all of x.
    pub overview: bool,
    /// Whether a wheel scrolls along y instead of zooming.
    pub scroll: bool,
    /// Whether [`Chart::search`] finds something.
    pub search: bool,
    /// Whether x and y are of one scale, as on a map: the view is as wide and high as the plot.
    pub plane: bool,
}

impl Gestures {
    /// Those of events by time: ranges of it are chosen, and all of it is shown below.
    pub fn of_time(zoom_y: bool) -> Self {
        Self {
            zoom: [true, zoom_y],
            brush: Brush::X,
            time: true,
            overview: true,
            ..Self::default()
        }
    }
}

/// What dragging chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Brush {
    /// Nothing: dragging moves.
    #[default]
    None,
    /// From one x to another.
    X,
    /// A rectangle.
    Both,
}

/// A chart: data that is ready to be drawn, and what can be asked of it.
pub trait Chart {
    /// How high it should be for this width, in CSS pixels, without an overview.
    fn height(&self, width: f64) -> f64;

    /// The room for labels around the plot: left, top, right, bottom, in CSS pixels.
    fn margins(&self, width: f64) -> [f64; 4];

    /// All of the data.
    fn extent(&self) -> View;

    /// What is shown first in a plot of this size; all of it, unless that were too small.
    fn home(&self, _plot: Area) -> View {
        self.extent()
    }

    /// The least that can be zoomed to.
    fn least(&self) -> [f64; 2];

    /// The most of x that can be shown at once where x and y are of one scale, beside the home view.
    fn widest(&self) -> f64 {
        f64::INFINITY
    }

    /// Which gestures it takes.
    fn gestures(&self) -> Gestures;

    /// Draws what lies under it, for which something else may be put.
    fn draw_ground(&self, stage: &Stage, scene: &mut Scene) {
        scene.fill(stage.whole, stage.theme.ground);
    }

    /// Draws all of it, with axes.
    fn draw(&self, stage: &Stage, scene: &mut Scene);

    /// Draws a small picture of all of it.
    fn draw_overview(&self, _stage: &Stage, _scene: &mut Scene) {}

    /// Marks a thing that is chosen or pointed at, if it is seen.
    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        if stage.shows(hit.at) {
            scene.marks.push(Mark::Ring(hit.at, 7.0, color, 2.0));
        }
    }

    /// What is at a point.
    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit>;

    /// Where a thing is, if it is shown.
    fn place(&self, stage: &Stage, index: u32) -> Option<Hit>;

    /// The thing after or before another one, or the first that is shown: for the keyboard.
    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32>;

    /// What to say of a thing.
    fn tip(&self, index: u32, zone: &Zone) -> Tip;

    /// The rows of the table that are chosen, in order.
    fn rows(&self, selection: &Selection) -> Vec<u32>;

    /// The range that dragging over this one chooses, such as whole cells.
    fn snap(&self, x: [f64; 2], y: [f64; 2]) -> ([f64; 2], [f64; 2]) {
        (x, y)
    }

    /// What else the value of a range has, such as the names in it.
    fn range_fields(&self, _x: [f64; 2], _y: [f64; 2]) -> Map<String, Value> {
        Map::new()
    }

    /// What else the value of a thing has, such as its name.
    fn fields(&self, _index: u32) -> Map<String, Value> {
        Map::new()
    }

    /// The thing that a value is about, which may be one that [`Chart::fields`] gave.
    fn find(&self, _value: &Map<String, Value>) -> Option<u32> {
        None
    }

    /// The range of x and of y that a value is about, said as in [`Chart::range_fields`].
    fn find_range(&self, _value: &Map<String, Value>) -> Option<[[f64; 2]; 2]> {
        None
    }

    /// Whether a thing can be dragged; with a place, in units of the data, it is put there.
    fn grab(&mut self, _index: u32, _to: Option<Point>) -> bool {
        false
    }

    /// Works on what takes long, for some 10 ms; true if the picture changed. It is called until
    /// it is false.
    fn tick(&mut self) -> bool {
        false
    }

    /// Changes what is shown, as a user says who takes notes.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for what is no change of this chart.
    fn edit(&mut self, _change: &Map<String, Value>) -> Result<()> {
        Err(Error::InvalidArgument("this chart cannot be edited".into()))
    }

    /// The series or groups.
    fn legend(&self, _theme: &Theme) -> Vec<Entry> {
        vec![]
    }

    /// Shows or hides an entry of the legend.
    fn toggle(&mut self, _entry: usize) {}

    /// Does what a click on a thing does.
    fn click(&mut self, _index: u32) -> Click {
        Click::Chooses
    }

    /// Opens or closes a thing that others are below, for the keyboard: which one has the focus
    /// then; none if that changes nothing.
    fn unfold(&mut self, _index: u32, _open: bool) -> Option<u32> {
        None
    }

    /// Opens what a thing is folded away in.
    fn uncover(&mut self, _index: u32) {}

    /// Looks for a text: how many things have it, and the first.
    fn search(&mut self, _text: &str) -> (usize, Option<u32>) {
        (0, None)
    }

    /// More of a thing, for a panel beside the chart: names and texts.
    fn details(&self, _index: u32, _zone: &Zone) -> Option<Tip> {
        None
    }

    /// One sentence for those who do not see the chart.
    fn describe(&self, zone: &Zone) -> String;

    /// What is drawn, as a table.
    ///
    /// # Errors
    ///
    /// Those of making columns.
    fn data(&self) -> Result<Table>;
}
