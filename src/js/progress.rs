//! A JavaScript callback as [`Progress`].

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::Result;
use crate::table::Progress;

/// Runs `work` with a progress that calls `callback` with the fraction done.
/// The work stops when it returns `false`, or throws.
pub(super) fn with_progress<T>(
    callback: Option<&Function>,
    work: impl FnOnce(&mut Progress<'_>) -> Result<T>,
) -> Result<T> {
    let mut report = |fraction: f64| {
        callback.is_none_or(|callback| {
            let answer = callback.call1(&JsValue::UNDEFINED, &fraction.into());
            answer.is_ok_and(|go_on| go_on != JsValue::FALSE)
        })
    };
    work(&mut Progress::new(&mut report))
}
