//! Dense layers as pixels: time depends on the pixels covered, not on how many events there are.

use super::scene::{Columns, Dots, Mark, Segments};
use super::theme::Color;

/// Pixels, red, green, blue and alpha, of a part of the picture.
#[derive(Debug)]
pub struct Layer {
    /// Left edge, in device pixels.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
    /// Four bytes a pixel, row by row.
    pub pixels: Vec<u8>,
}

/// The dense marks of `marks` that lie in a picture of this many device pixels; none if they
/// cover nothing.
pub fn raster(marks: &[Mark], width: i32, height: i32) -> Option<Layer> {
    let mut bounds = Bounds::default();
    for mark in marks {
        match mark {
            Mark::Columns(columns) => bounds.columns(columns),
            Mark::Dots(dots) => bounds.dots(dots),
            Mark::Segments(lines) => bounds.segments(lines),
            _ => {}
        }
    }
    let (x, y) = (bounds.left.max(0), bounds.top.max(0));
    let (right, bottom) = (bounds.right.min(width), bounds.bottom.min(height));
    if x >= right || y >= bottom {
        return None;
    }
    let (width, height) = ((right - x) as usize, (bottom - y) as usize);
    let mut layer = Layer {
        x,
        y,
        width,
        height,
        pixels: vec![0; width * height * 4],
    };
    for mark in marks {
        match mark {
            Mark::Columns(columns) => layer.columns(columns),
            Mark::Dots(dots) => layer.dots(dots),
            Mark::Segments(lines) => layer.segments(lines),
            _ => {}
        }
    }
    Some(layer)
}

struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            left: i32::MAX,
            top: i32::MAX,
            right: i32::MIN,
            bottom: i32::MIN,
        }
    }
}

impl Bounds {
    fn add(&mut self, left: i32, top: i32, right: i32, bottom: i32) {
        self.left = self.left.min(left);
        self.top = self.top.min(top);
        self.right = self.right.max(right);
        self.bottom = self.bottom.max(bottom);
    }

    fn columns(&mut self, columns: &Columns) {
        let right = columns.x + columns.spans.len() as i32;
        for span in &columns.spans {
            if span.bottom > span.top {
                let (top, bottom) = (span.top.floor() as i32, span.bottom.ceil() as i32);
                self.add(columns.x, top, right, bottom);
            }
        }
    }

    fn segments(&mut self, lines: &Segments) {
        let reach = reach(lines.width);
        for (x, y) in lines.at.iter().flatten() {
            let (x, y) = (*x as i32, *y as i32);
            self.add(x - reach, y - reach, x + reach + 1, y + reach + 1);
        }
    }

    fn dots(&mut self, dots: &Dots) {
        let reach = reach(dots.radius);
        for &(x, y) in &dots.at {
            self.add(x - reach, y - reach, x + reach + 1, y + reach + 1);
        }
    }
}

/// How many pixels from its middle a dot may reach.
fn reach(radius: f64) -> i32 {
    radius.ceil() as i32
}

impl Layer {
    fn columns(&mut self, columns: &Columns) {
        let (r, g, b) = columns.color.rgb;
        let (top_most, bottom_most) = (self.y as f32, self.y as f32 + self.height as f32);
        for (x, span) in (columns.x - self.x..).zip(&columns.spans) {
            let top = span.top.max(top_most) - top_most;
            let bottom = span.bottom.min(bottom_most) - top_most;
            if bottom <= top || x < 0 || x as usize >= self.width {
                continue;
            }
            let alpha = f32::from(span.alpha) * columns.color.alpha as f32;
            let (first, last) = (top as usize, bottom.ceil() as usize);
            let mut at = (first * self.width + x as usize) * 4;
            for y in first..last {
                // The ends cover a part of their pixel.
                let part = (bottom.min(y as f32 + 1.0) - top.max(y as f32)).min(1.0);
                blend(
                    &mut self.pixels[at..at + 4],
                    [r, g, b],
                    (alpha * part) as u32,
                );
                at += self.width * 4;
            }
        }
    }

    fn dots(&mut self, dots: &Dots) {
        let stamp = stamp(dots.radius, dots.color);
        let reach = reach(dots.radius);
        let side = 2 * reach + 1;
        let (width, height) = (self.width as i32, self.height as i32);
        let mut seen = vec![false; self.width * self.height];
        for &(x, y) in &dots.at {
            let (x, y) = (x - self.x, y - self.y);
            if x >= 0 && y >= 0 && x < width && y < height {
                let place = &mut seen[(y * width + x) as usize];
                if std::mem::replace(place, true) {
                    continue;
                }
            }
            for dy in 0..side {
                let row = y - reach + dy;
                if row < 0 || row >= height {
                    continue;
                }
                for dx in 0..side {
                    let column = x - reach + dx;
                    let alpha = stamp[(dy * side + dx) as usize];
                    if alpha > 0 && column >= 0 && column < width {
                        let at = (row * width + column) as usize * 4;
                        let (r, g, b) = dots.color.rgb;
                        blend(&mut self.pixels[at..at + 4], [r, g, b], alpha);
                    }
                }
            }
        }
    }
}

impl Layer {
    /// Goes along the axis on which a line is longer, and covers across it.
    fn segments(&mut self, lines: &Segments) {
        let (width, height) = (self.width as i32, self.height as i32);
        let origin = [self.x as f32, self.y as f32];
        let (r, g, b) = lines.color.rgb;
        for &[from, to] in &lines.at {
            let (from, to) = (
                [from.0 - origin[0], from.1 - origin[1]],
                [to.0 - origin[0], to.1 - origin[1]],
            );
            let steep = (to[1] - from[1]).abs() > (to[0] - from[0]).abs();
            let (along, across) = (usize::from(steep), usize::from(!steep));
            let (from, to) = if from[along] <= to[along] {
                (from, to)
            } else {
                (to, from)
            };
            let length = to[along] - from[along];
            let slope = if length > 0.0 {
                (to[across] - from[across]) / length
            } else {
                0.0
            };
            let half = lines.width as f32 * (1.0 + slope * slope).sqrt() / 2.0;
            let [end, side] = if steep {
                [height, width]
            } else {
                [width, height]
            };
            let first = from[along].floor().max(0.0) as i32;
            for step in first..(to[along].ceil() as i32).min(end) {
                let middle = from[across] + (step as f32 + 0.5 - from[along]) * slope;
                let (top, bottom) = (middle - half, middle + half);
                for place in (top.floor() as i32).max(0)..(bottom.ceil() as i32).min(side) {
                    let part = bottom.min(place as f32 + 1.0) - top.max(place as f32);
                    let (x, y) = if steep { (place, step) } else { (step, place) };
                    let at = (y * width + x) as usize * 4;
                    let alpha = part * lines.color.alpha as f32 * 255.0;
                    blend(&mut self.pixels[at..at + 4], [r, g, b], alpha as u32);
                }
            }
        }
    }
}

/// How much each pixel of a dot covers, 0 to 255.
fn stamp(radius: f64, color: Color) -> Vec<u32> {
    let reach = reach(radius);
    let line = -reach..=reach;
    let pixels = line.clone().flat_map(|y| line.clone().map(move |x| (x, y)));
    pixels
        .map(|(x, y)| {
            let inside = radius + 0.5 - f64::from(x * x + y * y).sqrt();
            (inside.clamp(0.0, 1.0) * color.alpha * 255.0) as u32
        })
        .collect()
}

/// Puts a colour over a pixel.
fn blend(pixel: &mut [u8], rgb: [u8; 3], alpha: u32) {
    let below = u32::from(pixel[3]);
    if below == 0 {
        pixel.copy_from_slice(&[rgb[0], rgb[1], rgb[2], alpha as u8]);
        return;
    }
    // What is below shows through by what is not covered.
    let through = below * (255 - alpha) / 255;
    let whole = (alpha + through).max(1);
    for (below, above) in pixel.iter_mut().zip(rgb) {
        *below = ((u32::from(above) * alpha + u32::from(*below) * through) / whole) as u8;
    }
    pixel[3] = whole as u8;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vis::scene::Span;

    const RED: Color = Color::hex(0xff_00_00);

    fn columns(x: i32, spans: &[(f32, f32, u8)]) -> Mark {
        let span = |&(top, bottom, alpha): &(f32, f32, u8)| Span { top, bottom, alpha };
        Mark::Columns(Columns {
            x,
            spans: spans.iter().map(span).collect(),
            color: RED,
        })
    }

    fn alphas(layer: &Layer) -> Vec<u8> {
        layer.pixels.iter().skip(3).step_by(4).copied().collect()
    }

    #[test]
    fn columns_cover_the_parts_of_pixels_that_they_should() {
        for (name, spans, expected) in [
            ("whole pixels", &[(0.0, 2.0, 255)][..], vec![255, 255]),
            (
                "half a pixel at the end",
                &[(0.0, 1.5, 255)],
                vec![255, 127],
            ),
            ("within a pixel", &[(0.25, 0.75, 255)], vec![127]),
            ("faint", &[(0.0, 1.0, 100)], vec![100]),
            (
                "a gap between",
                &[(0.0, 1.0, 9), (1.0, 1.0, 9), (0.0, 1.0, 9)],
                vec![9, 0, 9],
            ),
        ] {
            let layer = raster(&[columns(0, spans)], 9, 9);
            assert_eq!(layer.map(|layer| alphas(&layer)), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_is_outside_is_not_drawn() {
        for (name, mark) in [
            ("left", columns(-5, &[(0.0, 2.0, 255)])),
            ("below", columns(0, &[(20.0, 22.0, 255)])),
            ("nothing", columns(0, &[])),
            ("upside down", columns(0, &[(3.0, 2.0, 255)])),
        ] {
            assert!(raster(&[mark], 9, 9).is_none(), "{name}");
        }
        let partly = raster(&[columns(-1, &[(-3.0, 2.0, 255), (-3.0, 99.0, 255)])], 9, 9);
        let partly = partly.map(|layer| (layer.x, layer.y, layer.width, layer.height));
        assert_eq!(partly, Some((0, 0, 1, 9)));
    }

    #[test]
    fn dots_at_one_place_are_one() {
        let dots = |count| {
            Mark::Dots(Dots {
                at: vec![(4, 4); count],
                radius: 2.0,
                color: RED.fade(0.5),
            })
        };
        let pixels = |count| raster(&[dots(count)], 9, 9).map(|layer| layer.pixels);
        assert_eq!(pixels(1), pixels(1000));
        assert_eq!(pixels(0), None);
    }

    #[test]
    fn colours_mix() {
        let mut pixel = [0, 0, 255, 255];
        blend(&mut pixel, [255, 0, 0], 128);
        assert_eq!(pixel, [128, 0, 127, 255]);
        let mut pixel = [0, 0, 0, 0];
        blend(&mut pixel, [255, 0, 0], 40);
        assert_eq!(pixel, [255, 0, 0, 40]);
    }
}
