//! The JavaScript API. Each function here decodes its arguments, calls the core
//! function of the same name and encodes the result; it holds no logic.
//!
//! These are the *raw* exports. What a user calls is made of them by
//! `pkg-templates/api.js`, which takes any kind of source, runs long work in a
//! worker and makes everything async. So a raw export has `skip_typescript`, and
//! the TypeScript of the function that the user sees stands beside it.

#![allow(unreachable_pub)] // wasm-bindgen exports only `pub` items

mod error;
mod options;
mod progress;
mod read;
mod table;
mod transform;
