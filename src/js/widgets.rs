//! What the widgets of `pkg-templates/widgets` ask. Their TypeScript is in `widget_types.rs`.

use wasm_bindgen::prelude::*;

use super::table::Table;
use crate::Result;
use crate::vis::Zone;
use crate::widgets as core;

/// The units of time as JSON `[name, ms, usual, most, fromMs]`, which the build reads.
#[wasm_bindgen(js_name = widgetUnits, skip_typescript)]
pub fn widget_units() -> String {
    let units = core::UNITS
        .map(|unit| serde_json::json!([unit.name, unit.ms, unit.usual, unit.most, unit.from_ms]));
    serde_json::Value::from(units.to_vec()).to_string()
}

/// The time that a text means; times in milliseconds since 1970, `offsets` pairs of microseconds
/// and minutes, as in `zones.js`.
#[wasm_bindgen(js_name = readTime, skip_typescript)]
pub fn read_time(text: &str, now: f64, offsets: &[f64]) -> Result<f64> {
    let pairs = offsets.chunks_exact(2);
    let zone = Zone::new(
        String::new(),
        pairs.map(|pair| (pair[0], pair[1] as i32)).collect(),
    );
    core::read_time(text, now * 1000.0, &zone).map(|us| (us / 1000.0).floor())
}

/// Numbers of the lines that contain a text.
#[wasm_bindgen(js_name = findItems, skip_typescript)]
pub fn find_items(lines: &str, what: &str) -> Vec<u32> {
    core::find_items(lines, what)
}

/// JSON of [`core::AlertColumns`]; `named` is whether the user names those that are shown.
#[wasm_bindgen(js_name = alertColumns, skip_typescript)]
pub fn alert_columns(alerts: &Table, named: bool) -> Result<String> {
    let core::AlertColumns { id, time, shown } = core::alert_columns(&alerts.0, named)?;
    Ok(serde_json::json!({ "id": id, "time": time, "shown": shown }).to_string())
}
