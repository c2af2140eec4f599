//! The JavaScript API. Each function here decodes its arguments, calls the core
//! function of the same name and encodes the result; it holds no logic.
//!
//! These are the *raw* exports. What a user calls is made of them by
//! `pkg-templates/api.js`, which takes any kind of source, runs long work in a
//! worker and makes everything async. So a raw export has `skip_typescript`, and
//! the TypeScript of the function that the user sees stands beside it.

#![allow(unreachable_pub)] // wasm-bindgen exports only `pub` items

mod answer;
mod cluster;
mod command_line;
mod context;
mod entity;
mod entity_types;
mod error;
mod logs;
mod mask;
mod options;
mod outliers;
mod polling;
mod process_tree;
mod progress;
mod provider_types;
mod queries;
mod read;
mod sequence;
mod series;
mod table;
mod table_types;
mod table_view;
mod transform;
mod unpack;
mod values;
mod vis;
mod vis_types;
mod widget_types;
mod widgets;

use wasm_bindgen::prelude::*;

/// Runs once for each instance. A panic is a defect, and leaves the instance in
/// an unknown state: it is thrown with its message, and `operations.js` drops
/// the instance.
#[wasm_bindgen(start, skip_typescript)]
fn start() {
    std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
}
