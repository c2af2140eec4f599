//! Paints a scene on any plotters backend.
//!
//! Dense layers become polygons and circles, or, where a backend takes pixels, [`super::raster`] makes
//! pixels of them: a million events are a few thousand columns.

use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendStyle, BackendTextStyle, DrawingBackend, FontFamily, FontStyle,
    FontTransform,
};
use plotters_svg::SVGBackend;

use super::scene::{Anchor, Columns, Dots, Mark, Point, Scene, Span, Text};
use super::theme::Color;

/// Fonts as wide as [`super::text`] reckons, of which each system has one.
const FONT: FontFamily<'static> = FontFamily::Name("Arial, Helvetica, Liberation Sans, sans-serif");

/// Device pixels in a pixel of an SVG: plotters' coordinates are whole numbers.
pub(crate) const SVG_SCALE: f64 = 4.0;

/// Paints on backends that take texts of one height: `text_scale` is what the backend's height
/// is of ours. `pixels` paints the dense layers that lie on each other, which it returns true for
/// if it did.
///
/// # Errors
///
/// The backend's.
pub fn paint<B: DrawingBackend>(
    scene: &Scene,
    backend: &mut B,
    text_scale: f64,
    pixels: &mut dyn FnMut(&mut B, &[Mark]) -> bool,
) -> Result<(), plotters_backend::DrawingErrorKind<B::ErrorType>> {
    let scale = scene.scale;
    let at = |(x, y): Point| ((x * scale).round() as i32, (y * scale).round() as i32);
    let pen = |color: Color, width: f64| Pen(color, (width * scale).round().max(1.0) as u32);
    let all = |points: &[Point]| points.iter().map(|point| at(*point)).collect::<Vec<_>>();
    let is_dense =
        |mark: &Mark| matches!(mark, Mark::Columns(_) | Mark::Dots(_) | Mark::Segments(_));
    let mut marks = &scene.marks[..];
    while let Some(mark) = marks.first() {
        let dense = marks.iter().take_while(|mark| is_dense(mark)).count();
        if dense > 0 && pixels(backend, &marks[..dense]) {
            marks = &marks[dense..];
            continue;
        }
        marks = &marks[1..];
        match mark {
            Mark::Fill(area, color) => backend.draw_rect(
                at((area.x, area.y)),
                at((area.right(), area.bottom())),
                &pen(*color, 1.0),
                true,
            )?,
            Mark::Outline(area, color, width) => backend.draw_rect(
                at((area.x, area.y)),
                at((area.right(), area.bottom())),
                &pen(*color, *width),
                false,
            )?,
            Mark::Line(points, color, width) => match points[..] {
                [from, to] => backend.draw_line(at(from), at(to), &pen(*color, *width))?,
                _ => backend.draw_path(all(points), &pen(*color, *width))?,
            },
            Mark::Polygon(points, color) => {
                backend.fill_polygon(all(points), &pen(*color, 1.0))?;
            }
            Mark::Disc(centre, radius, color) => {
                let radius = (radius * scale).round() as u32;
                backend.draw_circle(at(*centre), radius, &pen(*color, 1.0), true)?;
            }
            Mark::Ring(centre, radius, color, width) => {
                let radius = (radius * scale).round() as u32;
                backend.draw_circle(at(*centre), radius, &pen(*color, *width), false)?;
            }
            Mark::Text(text) => {
                let style = Letters(text, scale * text_scale);
                backend.draw_text(&text.text, &style, at(text.at))?;
            }
            Mark::Columns(columns) => {
                for (outline, color) in outlines(columns) {
                    backend.fill_polygon(outline, &Pen(color, 1))?;
                }
            }
            Mark::Dots(dots) => {
                let radius = dots.radius.round().max(1.0) as u32;
                for centre in apart(dots) {
                    backend.draw_circle(centre, radius, &Pen(dots.color, 1), true)?;
                }
            }
            Mark::Segments(lines) => {
                let pen = Pen(lines.color, lines.width.round().max(1.0) as u32);
                let whole = |(x, y): (f32, f32)| (x.round() as i32, y.round() as i32);
                for &[from, to] in &lines.at {
                    backend.draw_line(whole(from), whole(to), &pen)?;
                }
            }
        }
    }
    backend.present()
}

/// The scene as SVG, which `label` describes to those who do not see it.
pub fn to_svg(scene: &Scene, label: &str) -> String {
    let mut svg = String::new();
    let pixels = |length: f64| (length * scene.scale).round() as u32;
    let size = (pixels(scene.width), pixels(scene.height));
    let mut backend = SVGBackend::with_string(&mut svg, size);
    // A text cannot fail; fonts are 1.24 times as high to this backend as to SVG.
    let _ = paint(scene, &mut backend, 1.24, &mut |_, _| false);
    drop(backend);
    with_head(scene, &svg, label)
}

/// The SVG with its size in CSS pixels, and a title.
fn with_head(scene: &Scene, svg: &str, label: &str) -> String {
    let body = svg.split_once("viewBox").map_or(svg, |(_, body)| body);
    let (view, body) = body.split_once(">\n").unwrap_or((body, ""));
    let mut whole = String::from("<svg role=\"img\" width=\"");
    let mut number = itoa::Buffer::new();
    whole.push_str(number.format(scene.width.round() as i64));
    whole.push_str("\" height=\"");
    whole.push_str(number.format(scene.height.round() as i64));
    whole.push_str("\" viewBox");
    whole.push_str(view);
    whole.push_str(">\n<title>");
    for char in label.chars() {
        match char {
            '<' => whole.push_str("&lt;"),
            '&' => whole.push_str("&amp;"),
            char if char < ' ' => whole.push(' '),
            char => whole.push(char),
        }
    }
    whole.push_str("</title>\n");
    whole.push_str(body);
    whole
}

struct Pen(Color, u32);

fn backend_color(color: Color) -> BackendColor {
    BackendColor {
        alpha: color.alpha,
        rgb: color.rgb,
    }
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        backend_color(self.0)
    }

    fn stroke_width(&self) -> u32 {
        self.1
    }
}

struct Letters<'a>(&'a Text, f64);

impl BackendTextStyle for Letters<'_> {
    type FontError = std::convert::Infallible;

    fn color(&self) -> BackendColor {
        backend_color(self.0.color)
    }

    fn size(&self) -> f64 {
        self.0.size * self.1
    }

    fn anchor(&self) -> Pos {
        let across = match self.0.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(across, VPos::Center)
    }

    fn style(&self) -> FontStyle {
        match self.0.bold {
            true => FontStyle::Bold,
            false => FontStyle::Normal,
        }
    }

    fn transform(&self) -> FontTransform {
        match self.0.upwards {
            true => FontTransform::Rotate270,
            false => FontTransform::None,
        }
    }

    fn family(&self) -> FontFamily<'_> {
        FONT
    }

    fn layout_box(&self, _text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        Ok(((0, 0), (0, 0)))
    }

    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _pos: (i32, i32),
        _draw: DrawFunc,
    ) -> Result<Result<(), E>, Self::FontError> {
        Ok(Ok(()))
    }
}

/// What covers about as much is one shade, so that a polygon holds many columns.
const SHADES: u8 = 32;

/// Polygons for runs of columns of about one shade.
fn outlines(columns: &Columns) -> Vec<(Vec<(i32, i32)>, Color)> {
    let shade = |span: &Span| match span.bottom > span.top {
        true => 1 + span.alpha / SHADES,
        false => 0,
    };
    let mut x = columns.x;
    let mut outlines = Vec::new();
    for run in columns.spans.chunk_by(|a, b| shade(a) == shade(b)) {
        let from = x;
        x += run.len() as i32;
        if shade(&run[0]) == 0 {
            continue;
        }
        let alpha = f64::from(run[0].alpha) / 255.0 * columns.color.alpha;
        outlines.push((outline(from, run), columns.color.fade(alpha)));
    }
    outlines
}

/// Along the upper ends, and back along the lower ones; what is level is one line.
fn outline(from: i32, run: &[Span]) -> Vec<(i32, i32)> {
    let side = |end: &dyn Fn(&Span) -> f32| {
        let mut points: Vec<(i32, i32)> = Vec::new();
        for (x, span) in (from..).zip(run) {
            let y = end(span).round() as i32;
            for x in [x, x + 1] {
                match points[..] {
                    [.., (_, a), (_, b)] if a == y && b == y => points.pop(),
                    _ => None,
                };
                points.push((x, y));
            }
        }
        points
    };
    let mut points = side(&|span| span.top);
    points.extend(side(&|span| span.bottom).into_iter().rev());
    points
}

/// Dots that are not under others.
fn apart(dots: &Dots) -> Vec<(i32, i32)> {
    let cell = (dots.radius / 2.0).max(1.0) as i32;
    let key = |&(x, y): &(i32, i32)| {
        let cell = |at: i32| at.div_euclid(cell) as u32;
        u64::from(cell(y)) << 32 | u64::from(cell(x))
    };
    let mut at = dots.at.clone();
    crate::order::sort_by_number(&mut at, key);
    at.dedup_by_key(|at| key(at));
    at
}
