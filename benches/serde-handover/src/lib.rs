//! Rows that cross the boundary by serde-wasm-bindgen, as most crates do it.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

#[derive(Serialize, Deserialize)]
struct Row {
    time: String,
    host: String,
    user: String,
    message: String,
    bytes: f64,
    score: f64,
    port: f64,
    latency: f64,
}

/// Rows in WebAssembly memory.
#[wasm_bindgen]
pub struct Rows(Vec<Row>);

#[wasm_bindgen]
impl Rows {
    /// Takes an array of objects.
    #[wasm_bindgen(js_name = fromJs)]
    pub fn from_js(rows: JsValue) -> Result<Rows, JsError> {
        Ok(Rows(serde_wasm_bindgen::from_value(rows)?))
    }

    /// Gives an array of objects.
    #[wasm_bindgen(js_name = toJs)]
    pub fn to_js(&self) -> Result<JsValue, JsError> {
        Ok(serde_wasm_bindgen::to_value(&self.0)?)
    }
}
