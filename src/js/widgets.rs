//! What the widgets of `pkg-templates/widgets` ask. Their TypeScript is in `widget_types.rs`.

use wasm_bindgen::prelude::*;

use super::table::Table;
use crate::Result;
use crate::vis::Zone;
use crate::widgets as core;

/// The units of time as JSON, `[name, ms, usual, most, fromMs]` each, which the build reads.
#[wasm_bindgen(js_name = widgetUnits, skip_typescript)]
pub fn widget_units() -> String {
    let units = core::UNITS.map(|unit| {
        let mut json = ["[\"", unit.name, "\""].concat();
        for number in [unit.ms, unit.usual, unit.most, unit.from_ms] {
            json.push(',');
            json.push_str(&number.to_string());
        }
        json
    });
    ["[", &units.join("],"), "]]"].concat()
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

/// The columns of the id and the time, empty if there is none, and those that are shown, a line each;
/// `named` is whether the user names the latter.
#[wasm_bindgen(js_name = alertColumns, skip_typescript)]
pub fn alert_columns(alerts: &Table, named: bool) -> Result<String> {
    let core::AlertColumns { id, time, shown } = core::alert_columns(&alerts.0, named)?;
    let first = [id.unwrap_or_default(), time.unwrap_or_default()];
    Ok([&first[..], &shown].concat().join("\n"))
}
