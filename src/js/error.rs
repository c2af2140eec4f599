//! Core errors as JavaScript errors.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::Error;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * What went wrong, for programs. Of services: `network` is one that cannot be reached or has failed, `timeout`
 * one that took too long, `unauthorized` one that wants another sign-in or right, `service` one that refused what
 * was asked. `internal` is a defect in huntbook: please report it; the next call works again.
 */
export type ErrorCode =
  | "columnNotFound"
  | "columnType"
  | "invalidArgument"
  | "badInput"
  | "unsupported"
  | "limitExceeded"
  | "cancelled"
  | "arrow"
  | "network"
  | "timeout"
  | "unauthorized"
  | "service"
  | "internal";

/**
 * What every function of this library throws. The message is for people: it
 * says what is wrong, where, and what to do. Branch on `code`.
 */
export class HuntbookError extends Error {
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown });
  readonly name: "HuntbookError";
  readonly code: ErrorCode;
}
"#;

/// Lets every export return [`crate::Result`]: wasm-bindgen throws this value.
impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let thrown = js_sys::Error::new(&error.to_string());
        thrown.set_name("HuntbookError");
        // A fresh object takes any property.
        let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
        thrown.into()
    }
}
