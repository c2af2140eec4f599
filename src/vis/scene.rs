//! What a chart looks like: a list of marks, which any plotters backend can paint.
//!
//! A list between charts and backends, because a chart that were generic over the backend would
//! be compiled once for each; and because tests can look at it.

use super::theme::Color;

/// A place, in CSS pixels from the upper left corner.
pub type Point = (f64, f64);

/// A rectangle, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Area {
    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// Whether the point lies in it.
    pub fn has(&self, (x, y): Point) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }
}

/// Which part of a text is at its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// One thing that is painted.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A filled rectangle.
    Fill(Area, Color),
    /// The outline of a rectangle, with the width of its line.
    Outline(Area, Color, f64),
    /// A line through points, with its width.
    Line(Vec<Point>, Color, f64),
    /// A filled polygon.
    Polygon(Vec<Point>, Color),
    /// A circle with its radius, filled.
    Disc(Point, f64, Color),
    /// A circle with its radius and the width of its line.
    Ring(Point, f64, Color, f64),
    /// A line of text; the place is in the middle of its height.
    Text(Text),
    /// Many marks of one lane or line.
    Columns(Columns),
    /// Many dots of one size and colour.
    Dots(Dots),
    /// Many straight lines of one width and colour.
    Segments(Segments),
}

/// A line of text.
#[derive(Debug, Clone)]
pub struct Text {
    /// Where it is anchored.
    pub at: Point,
    /// The text.
    pub text: String,
    /// Height of the font, in CSS pixels.
    pub size: f64,
    /// Its colour.
    pub color: Color,
    /// Which part of it is at its place.
    pub anchor: Anchor,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is read from below upwards.
    pub upwards: bool,
}

/// A layer of which each column of pixels is filled from one height to another.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The first column, in device pixels.
    pub x: i32,
    /// What each column has, from `x` on.
    pub spans: Vec<Span>,
    /// Their colour.
    pub color: Color,
}

/// What a column of pixels has, in device pixels; nothing if `bottom` is not below `top`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    /// Upper end.
    pub top: f32,
    /// Lower end.
    pub bottom: f32,
    /// How much it covers, 0 to 255.
    pub alpha: u8,
}

/// Many dots, each drawn once a pixel.
#[derive(Debug, Clone)]
pub struct Dots {
    /// Their centres, in device pixels.
    pub at: Vec<(i32, i32)>,
    /// Radius, in device pixels.
    pub radius: f64,
    /// Their colour.
    pub color: Color,
}

/// Many straight lines.
#[derive(Debug, Clone)]
pub struct Segments {
    /// From where to where, in device pixels.
    pub at: Vec<[(f32, f32); 2]>,
    /// Width, in device pixels.
    pub width: f64,
    /// Their colour.
    pub color: Color,
}

/// A picture: its size in CSS pixels, and what is on it, the lowest first.
#[derive(Debug)]
pub struct Scene {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Device pixels in a CSS pixel.
    pub scale: f64,
    /// What is on it.
    pub marks: Vec<Mark>,
}

impl Scene {
    /// An empty picture.
    pub fn new(width: f64, height: f64, scale: f64) -> Self {
        Self {
            width,
            height,
            scale,
            marks: Vec::new(),
        }
    }

    /// Adds a filled rectangle.
    #[inline(never)]
    pub fn fill(&mut self, area: Area, color: Color) {
        self.marks.push(Mark::Fill(area, color));
    }

    /// Adds a straight line, one CSS pixel wide.
    #[inline(never)]
    pub fn line(&mut self, from: Point, to: Point, color: Color) {
        self.marks.push(Mark::Line(vec![from, to], color, 1.0));
    }

    /// Adds a line of text.
    #[inline(never)]
    pub fn text(&mut self, at: Point, text: &str, size: f64, color: Color, anchor: Anchor) {
        self.marks.push(Mark::Text(Text {
            at,
            text: text.to_owned(),
            size,
            color,
            anchor,
            bold: false,
            upwards: false,
        }));
    }

    /// Adds a line of text that is read from below upwards and ends at its place.
    pub fn text_upwards(&mut self, at: Point, text: &str, size: f64, color: Color) {
        self.marks.push(Mark::Text(Text {
            at,
            text: text.to_owned(),
            size,
            color,
            anchor: Anchor::End,
            bold: false,
            upwards: true,
        }));
    }

    /// Hides what is in `whole` but not in `area`, as no backend clips.
    pub fn mask(&mut self, whole: Area, area: Area, color: Color) {
        let (right, bottom) = (area.right(), area.bottom());
        for (x, y, right, bottom) in [
            (whole.x, whole.y, whole.right(), area.y),
            (whole.x, bottom, whole.right(), whole.bottom()),
            (whole.x, area.y, area.x, bottom),
            (right, area.y, whole.right(), bottom),
        ] {
            let (w, h) = (right - x, bottom - y);
            if w > 0.0 && h > 0.0 {
                self.fill(Area { x, y, w, h }, color);
            }
        }
    }
}
