//! Writes tables as CSV, JSON and Arrow IPC.

mod csv;
mod ipc;
mod json;

pub use csv::CsvOptions;
pub use ipc::IpcFormat;
pub use json::{JsonOptions, JsonShape};
