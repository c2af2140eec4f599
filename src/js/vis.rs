//! Charts. What users see are the elements of `pkg-templates/chart.js`, which hand every gesture to
//! the raw [`Figure`] here and draw when it says that something changed.

use plotters_canvas::CanvasBackend;
use serde_json::{Map, Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::options::options;
use super::table::Table;
use crate::vis::chart::{Brush, Chart, Gestures};
use crate::vis::raster::{Layer, raster};
use crate::vis::scene::{Mark, Point, Scene};
use crate::vis::theme::Color;
use crate::vis::{self as core, figure};
use crate::{Error, Result};

/// The tables that a chart is made of.
#[wasm_bindgen(skip_typescript)]
#[derive(Default)]
pub struct Tables(core::Tables);

#[wasm_bindgen]
impl Tables {
    /// None yet.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more that is drawn. No data is copied.
    #[wasm_bindgen(skip_typescript)]
    pub fn add(&mut self, name: &str, table: &Table) {
        self.0.main.push((name.to_owned(), table.0.clone()));
    }

    /// One that an option names.
    #[wasm_bindgen(js_name = addOption, skip_typescript)]
    pub fn add_option(&mut self, name: &str, table: &Table) {
        self.0.others.push((name.to_owned(), table.0.clone()));
    }
}

/// Every chart, by the name of its function in JavaScript.
fn make(kind: &str, tables: core::Tables, given: JsValue) -> Result<Box<dyn Chart>> {
    Ok(match kind {
        "timeline" => Box::new(core::Timeline::new(tables, &options(given)?)?),
        "entityGraph" => Box::new(core::entity_graph(tables, &options(given)?)?),
        "map" => Box::new(core::GeoMap::new(tables, &options(given)?)?),
        "network" => Box::new(core::network(tables, &options(given)?)?),
        "timelineDuration" => Box::new(core::TimelineDuration::new(tables, &options(given)?)?),
        "timeSeries" => Box::new(core::TimeSeries::new(tables, &options(given)?)?),
        "timelineValues" => Box::new(core::TimelineValues::new(tables, &options(given)?)?),
        "matrix" => Box::new(core::Matrix::new(tables, &options(given)?)?),
        "clusters" => Box::new(core::Clusters::new(tables, &options(given)?)?),
        "heatmap" => Box::new(core::Heatmap::new(tables, &options(given)?)?),
        "processTree" => Box::new(core::ProcessTree::new(&tables, &options(given)?)?),
        "sessions" => Box::new(core::Sessions::new(&tables, &options(given)?)?),
        _ => {
            return Err(Error::InvalidArgument(format!(
                "there is no chart `{kind}`"
            )));
        }
    })
}

/// A chart that is shown.
#[wasm_bindgen(skip_typescript)]
pub struct Figure(figure::Figure);

/// What surrounds a chart: JSON of `chart.js`.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    title: String,
    height: Option<f64>,
    range_tool: bool,
    zone: String,
    /// Microseconds since 1970, and minutes east of UTC from then on.
    offsets: Vec<(f64, i32)>,
    /// How wide the page's font is, of what is reckoned.
    font_width: f64,
}

#[wasm_bindgen]
impl Figure {
    /// The chart `kind` of these tables.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(kind: &str, mut tables: Tables, given: JsValue, frame: &str) -> Result<Figure> {
        let frame: Frame = serde_json::from_str(frame)
            .map_err(|error| Error::InvalidArgument(format!("{kind}: {error}")))?;
        core::set_font_width(frame.font_width);
        let frame = figure::Frame {
            title: frame.title,
            height: frame.height,
            without_range_tool: !frame.range_tool,
            zone: core::Zone::new(frame.zone, frame.offsets),
        };
        tables.0.zone = frame.zone.clone();
        make(kind, tables.0, given).map(|chart| Self(figure::Figure::new(chart, frame)))
    }

    /// Sets the size; gives the height.
    #[wasm_bindgen(skip_typescript)]
    pub fn resize(&mut self, width: f64, scale: f64, dark: bool) -> f64 {
        self.0.resize(width, scale, dark);
        self.0.height()
    }

    /// Draws the picture, with or without its ground.
    #[wasm_bindgen(skip_typescript)]
    pub fn draw(&self, canvas: HtmlCanvasElement, scratch: &HtmlCanvasElement, ground: bool) {
        paint(&self.0.picture_on(ground), canvas, scratch);
    }

    /// Draws what lies above it.
    #[wasm_bindgen(js_name = drawOverlay, skip_typescript)]
    pub fn draw_overlay(&self, canvas: HtmlCanvasElement, scratch: &HtmlCanvasElement) {
        paint(&self.0.overlay(), canvas, scratch);
    }

    /// Draws it as it is saved, of this width, with so many pixels in one of CSS. It keeps that
    /// size until the next [`Figure::resize`].
    #[wasm_bindgen(js_name = drawExport, skip_typescript)]
    pub fn draw_export(
        &mut self,
        canvas: HtmlCanvasElement,
        scratch: &HtmlCanvasElement,
        width: f64,
        scale: f64,
        dark: bool,
    ) {
        self.0.resize(width, scale, dark);
        paint(&self.0.export(), canvas, scratch);
    }

    /// As in [`figure::Figure::press`], and so on.
    #[wasm_bindgen(skip_typescript)]
    pub fn press(&mut self, x: f64, y: f64, moves: bool) -> u8 {
        self.0.press((x, y), moves)
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn drag(&mut self, x: f64, y: f64) -> u8 {
        self.0.drag((x, y))
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn release(&mut self, x: f64, y: f64) -> u8 {
        self.0.release((x, y))
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn cancel(&mut self) -> u8 {
        self.0.cancel()
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn pan(&mut self, x: f64, y: f64) -> u8 {
        self.0.pan((x, y))
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn zoom(&mut self, factor: f64, x: f64, y: f64) -> u8 {
        self.0.zoom(factor, (x, y))
    }

    /// A wheel was turned; `undefined` if that is not for the chart.
    #[wasm_bindgen(skip_typescript)]
    pub fn wheel(&mut self, turn_x: f64, turn_y: f64, x: f64, y: f64, zooms: bool) -> Option<u8> {
        self.0.wheel((turn_x, turn_y), (x, y), zooms)
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn reset(&mut self) -> u8 {
        self.0.reset()
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn tick(&mut self) -> u8 {
        self.0.tick()
    }

    /// Changes what is shown as JSON says.
    #[wasm_bindgen(skip_typescript)]
    pub fn edit(&mut self, change: &str) -> Result<u8> {
        let change = serde_json::from_str(change)
            .map_err(|error| Error::InvalidArgument(error.to_string()))?;
        self.0.edit(&change)
    }

    /// The pointer is here, or, without a number, nowhere.
    #[wasm_bindgen(skip_typescript)]
    pub fn hover(&mut self, x: f64, y: f64) -> u8 {
        self.0.hover(x.is_finite().then_some((x, y)))
    }

    /// A key; `undefined` if it is none of a chart.
    #[wasm_bindgen(skip_typescript)]
    pub fn key(&mut self, key: &str) -> Option<u8> {
        self.0.key(key)
    }

    /// JSON `{ title, fields, x, y }` of what is pointed at.
    #[wasm_bindgen(skip_typescript)]
    pub fn tip(&self) -> Option<String> {
        let (tip, (x, y)) = self.0.tip()?;
        Some(json!({ "title": tip.title, "fields": tip.fields, "x": x, "y": y }).to_string())
    }

    /// JSON `{ title, fields }` of what is chosen.
    #[wasm_bindgen(skip_typescript)]
    pub fn details(&self) -> Option<String> {
        let tip = self.0.details()?;
        Some(json!({ "title": tip.title, "fields": tip.fields }).to_string())
    }

    /// JSON `[{ name, color, shown }]`.
    #[wasm_bindgen(skip_typescript)]
    pub fn legend(&self) -> String {
        let entries = self.0.legend().into_iter().map(
            |entry| json!({ "name": entry.name, "color": entry.color.css(), "shown": entry.shown }),
        );
        Value::Array(entries.collect()).to_string()
    }

    #[allow(missing_docs)] // as the function of the core
    #[wasm_bindgen(skip_typescript)]
    pub fn toggle(&mut self, entry: usize) -> u8 {
        self.0.toggle(entry)
    }

    /// How many things have this text; they are marked.
    #[wasm_bindgen(skip_typescript)]
    pub fn search(&mut self, text: &str) -> usize {
        self.0.search(text)
    }

    /// JSON of what is chosen, without rows.
    #[wasm_bindgen(skip_typescript)]
    pub fn value(&self) -> Option<String> {
        self.0.value().map(|value| Value::Object(value).to_string())
    }

    /// JSON of what is shown.
    #[wasm_bindgen(skip_typescript)]
    pub fn view(&self) -> String {
        Value::Object(self.0.view()).to_string()
    }

    /// Shows what JSON says; false if it says nothing.
    #[wasm_bindgen(js_name = setView, skip_typescript)]
    pub fn set_view(&mut self, view: &str) -> bool {
        let view = serde_json::from_str::<Map<String, Value>>(view).unwrap_or_default();
        self.0.set_view(&view)
    }

    /// From when to when the chosen time is, in words.
    #[wasm_bindgen(skip_typescript)]
    pub fn span(&self) -> Option<String> {
        self.0.span()
    }

    /// The rows that are chosen.
    #[wasm_bindgen(skip_typescript)]
    pub fn rows(&self) -> Vec<u32> {
        self.0.rows()
    }

    /// Chooses what JSON says; nothing without one. True if something is chosen.
    #[wasm_bindgen(js_name = setValue, skip_typescript)]
    pub fn set_value(&mut self, value: Option<String>) -> bool {
        let value = value.and_then(|value| serde_json::from_str::<Map<String, Value>>(&value).ok());
        self.0.set_value(value.as_ref())
    }

    /// One sentence.
    #[wasm_bindgen(skip_typescript)]
    pub fn describe(&self) -> String {
        self.0.describe()
    }

    /// JSON `{ search, brush, scroll }`: which of these the chart takes.
    #[wasm_bindgen(skip_typescript)]
    pub fn takes(&self) -> String {
        let Gestures {
            search,
            scroll,
            brush,
            ..
        } = self.0.gestures();
        json!({ "search": search, "scroll": scroll, "brush": brush != Brush::None }).to_string()
    }

    /// What is drawn, as a table.
    #[wasm_bindgen(skip_typescript)]
    pub fn data(&self) -> Result<Table> {
        self.0.data().map(Table)
    }

    /// SVG of this width in CSS pixels.
    #[wasm_bindgen(js_name = toSvg, skip_typescript)]
    pub fn svg(&mut self, width: Option<f64>) -> String {
        self.0.to_svg(width)
    }
}

/// Paints a scene on a canvas, which gets its size; dense layers go by way of `scratch`.
fn paint(scene: &Scene, canvas: HtmlCanvasElement, scratch: &HtmlCanvasElement) {
    let (width, height) = (
        (scene.width * scene.scale).round() as u32,
        (scene.height * scene.scale).round() as u32,
    );
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let (Some(context), Some(aside)) = (context(&canvas), context(scratch)) else {
        return;
    };
    context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
    let Some(mut backend) = CanvasBackend::with_canvas_object(canvas) else {
        return;
    };
    let mut own = |_: &mut CanvasBackend, marks: &[Mark]| {
        if let [Mark::Line(points, color, wide)] = marks {
            stroke(&context, points, *color, *wide, scene.scale);
        } else if let Some(layer) = raster(marks, width as i32, height as i32) {
            // A canvas without memory stays as it is.
            let _ = put(&layer, &context, &aside, scratch);
        }
        true
    };
    let _ = core::paint::paint(scene, &mut backend, 1.0, &mut own);
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Draws a line, also between whole pixels.
fn stroke(
    context: &CanvasRenderingContext2d,
    points: &[Point],
    color: Color,
    wide: f64,
    scale: f64,
) {
    context.begin_path();
    for (x, y) in points {
        context.line_to(x * scale, y * scale);
    }
    context.set_stroke_style_str(&color.css());
    context.set_line_width(wide * scale);
    context.set_line_join("round");
    context.set_global_alpha(color.alpha);
    context.stroke();
    context.set_global_alpha(1.0);
}

fn put(
    layer: &Layer,
    context: &CanvasRenderingContext2d,
    aside: &CanvasRenderingContext2d,
    scratch: &HtmlCanvasElement,
) -> std::result::Result<(), JsValue> {
    let (width, height) = (layer.width as u32, layer.height as u32);
    let image = ImageData::new_with_u8_clamped_array(Clamped(&layer.pixels), width)?;
    if scratch.width() < width || scratch.height() < height {
        scratch.set_width(scratch.width().max(width));
        scratch.set_height(scratch.height().max(height));
    }
    aside.put_image_data(&image, 0.0, 0.0)?;
    let (w, h) = (f64::from(width), f64::from(height));
    let (x, y) = (f64::from(layer.x), f64::from(layer.y));
    context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        scratch, 0.0, 0.0, w, h, x, y, w, h,
    )
}
