//! The JavaScript API.

#![allow(unreachable_pub)] // wasm-bindgen exports only `pub` items

mod error;
mod table;
mod table_types;
mod table_view;
