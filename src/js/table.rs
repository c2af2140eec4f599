//! Tables. What users see is the class in `pkg-templates/table.js`, which wraps
//! this raw one; its TypeScript stands in `table_types.rs`.
//!
//! Options come as JSON text: `table.js` turns dates, patterns and big integers
//! into it, and serde rejects misspelt fields.

use std::sync::Arc;

use arrow_array::StringArray;
use arrow_buffer::Buffer;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::table_view;
use crate::table::{Filter, IpcFormat, SortKey, type_name};
use crate::{Error, Place, Result};

/// Named columns of equal length, held in WebAssembly memory.
#[wasm_bindgen(skip_typescript)]
pub struct Table(pub(super) crate::Table);

#[wasm_bindgen]
impl Table {
    /// The memory that [`Table::column_view`] tells addresses of.
    #[wasm_bindgen(skip_typescript)]
    pub fn memory() -> JsValue {
        wasm_bindgen::memory()
    }

    /// Reads Arrow IPC, stream or file.
    #[wasm_bindgen(js_name = fromArrow, skip_typescript)]
    pub fn from_arrow(bytes: Vec<u8>) -> Result<Table> {
        crate::Table::from_ipc(bytes).map(Self)
    }

    /// Reads Arrow IPC that was written into `room`, without a copy.
    #[wasm_bindgen(js_name = fromRoom, skip_typescript)]
    pub fn from_room(room: Room) -> Result<Table> {
        crate::Table::from_ipc(room.0).map(Self)
    }

    /// Makes a table of columns: JSON `[{name, kind, length}]`, and the values and
    /// validity bits of each one after the other, each padded to 8 bytes.
    #[wasm_bindgen(js_name = fromBuffers, skip_typescript)]
    pub fn from_buffers(columns: &str, bytes: Vec<u8>) -> Result<Table> {
        table_view::from_buffers(&parse::<Vec<_>>("columns", columns)?, bytes).map(Self)
    }

    /// Writes Arrow IPC.
    #[wasm_bindgen(js_name = toArrow, skip_typescript)]
    pub fn to_arrow(&self, format: Option<String>) -> Result<Vec<u8>> {
        let format = match format.as_deref() {
            None | Some("stream") => IpcFormat::Stream,
            Some("file") => IpcFormat::File,
            Some(other) => {
                return Err(Error::InvalidArgument(format!(
                    "format should be \"stream\" or \"file\", but is `{other}`"
                )));
            }
        };
        self.0.to_ipc(format)
    }

    /// An Arrow IPC stream in pieces, for JavaScript to put together.
    #[wasm_bindgen(skip_typescript)]
    pub fn pieces(&self) -> Result<Pieces> {
        self.0.ipc_pieces().map(Pieces)
    }

    /// Writes CSV as UTF-8.
    #[wasm_bindgen(js_name = toCsv, skip_typescript)]
    pub fn to_csv(&self, options: &str) -> Result<Vec<u8>> {
        self.0.to_csv(&parse("toCsv", options)?)
    }

    /// Writes JSON as UTF-8.
    #[wasm_bindgen(js_name = toJson, skip_typescript)]
    pub fn to_json(&self, options: &str) -> Result<Vec<u8>> {
        Ok(self.0.to_json(&parse("toJson", options)?))
    }

    /// Number of rows.
    #[wasm_bindgen(getter, js_name = numRows, skip_typescript)]
    pub fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    /// Number of columns.
    #[wasm_bindgen(getter, js_name = numColumns, skip_typescript)]
    pub fn num_columns(&self) -> usize {
        self.0.num_columns()
    }

    /// JSON `[{name, type}]`.
    #[wasm_bindgen(skip_typescript)]
    pub fn columns(&self) -> String {
        let fields = self.0.batch().schema_ref().fields().iter();
        let columns = fields.map(|field| {
            serde_json::json!({ "name": field.name(), "type": type_name(field.data_type()) })
        });
        serde_json::Value::Array(columns.collect()).to_string()
    }

    /// The columns of these names, a JSON array.
    #[wasm_bindgen(skip_typescript)]
    pub fn select(&self, names: &str) -> Result<Table> {
        let names: Vec<String> = parse("select", names)?;
        self.0.select(&names).map(Self)
    }

    /// The table with column `from` called `to`.
    #[wasm_bindgen(skip_typescript)]
    pub fn rename(&self, from: &str, to: &str) -> Result<Table> {
        self.0.rename(from, to).map(Self)
    }

    /// Rows from `start` up to but without `end`.
    #[wasm_bindgen(skip_typescript)]
    pub fn slice(&self, start: usize, end: usize) -> Table {
        Self(self.0.slice(start, end))
    }

    /// These rows, in this order.
    #[wasm_bindgen(skip_typescript)]
    pub fn take(&self, rows: Vec<u32>) -> Result<Table> {
        self.0.take(rows).map(Self)
    }

    /// Rows that fulfil a condition in JSON.
    #[wasm_bindgen(skip_typescript)]
    pub fn filter(&self, filter: &str) -> Result<Table> {
        let filter = Filter::from_json(&parse("filter", filter)?)?;
        self.0.filter(&filter).map(Self)
    }

    /// Rows whose byte in `mask` is not 0.
    #[wasm_bindgen(js_name = filterMask, skip_typescript)]
    pub fn filter_mask(&self, mask: &[u8]) -> Result<Table> {
        let mask: Vec<bool> = mask.iter().map(|&keep| keep != 0).collect();
        self.0.filter_mask(&mask).map(Self)
    }

    /// Rows in the order of keys, JSON `[{column, descending}]`.
    #[wasm_bindgen(skip_typescript)]
    pub fn sort(&self, keys: &str) -> Result<Table> {
        let keys: Vec<SortKey> = parse("sort", keys)?;
        self.0.sort(&keys).map(Self)
    }

    /// Numbers of the rows that fulfil `filter`, if there is one, in the order of `keys`.
    #[wasm_bindgen(skip_typescript)]
    pub fn arrange(&self, filter: Option<String>, keys: &str) -> Result<Vec<u32>> {
        let filter = filter.map(|filter| Filter::from_json(&parse("filter", &filter)?));
        let keys: Vec<SortKey> = parse("sort", keys)?;
        self.0.arrange(filter.transpose()?.as_ref(), &keys)
    }

    /// The rows of this table, then those of `other`.
    #[wasm_bindgen(skip_typescript)]
    pub fn concat(&self, other: &Table) -> Result<Table> {
        self.0.concat(&other.0).map(Self)
    }

    /// The columns of this table, then those of `right`.
    #[wasm_bindgen(skip_typescript)]
    pub fn beside(&self, right: &Table) -> Result<Table> {
        self.0.beside(&right.0).map(Self)
    }

    /// How the table was read, as JSON.
    #[wasm_bindgen(skip_typescript)]
    pub fn report(&self) -> Option<String> {
        serde_json::to_string(&self.0.report()?).ok()
    }

    /// The table with more notes in its report, a JSON array.
    #[wasm_bindgen(skip_typescript)]
    pub fn noted(&self, notes: &str, partial: bool) -> Result<Table> {
        self.0.noted(parse("notes", notes)?, partial).map(Self)
    }

    /// The table with a column that has the same text in each row.
    #[wasm_bindgen(js_name = withText, skip_typescript)]
    pub fn with_text(&self, name: &str, text: &str) -> Result<Table> {
        let texts = StringArray::from_iter_values(std::iter::repeat_n(text, self.0.num_rows()));
        self.0.with_column(name, Arc::new(texts)).map(Self)
    }

    /// Where a column's buffers lie, as JSON; see `table_view.rs`.
    #[wasm_bindgen(js_name = columnView, skip_typescript)]
    pub fn column_view(&self, index: usize) -> Option<String> {
        let column = self.0.batch().columns().get(index)?;
        Some(table_view::describe(column.as_ref())?.to_string())
    }

    /// Rows of a column as a JSON array, for types that have no view.
    #[wasm_bindgen(js_name = columnJson, skip_typescript)]
    pub fn column_json(&self, index: usize, start: usize, end: usize) -> String {
        let json = self.0.column_json(index, start..end);
        String::from_utf8_lossy(&json).into_owned()
    }
}

/// Parts of the memory that follow each other in a stream; valid until freed.
#[wasm_bindgen(skip_typescript)]
pub struct Pieces(Vec<Buffer>);

#[wasm_bindgen]
impl Pieces {
    /// The address and the length of each.
    #[wasm_bindgen(skip_typescript)]
    pub fn places(&self) -> Vec<u32> {
        let place = |piece: &Buffer| [piece.as_ptr() as u32, piece.len() as u32];
        self.0.iter().flat_map(place).collect()
    }
}

/// Memory for JavaScript to write into, for what is too large to be copied twice.
#[wasm_bindgen(skip_typescript)]
pub struct Room(pub(super) Vec<u8>);

#[wasm_bindgen]
impl Room {
    /// Room for `length` bytes.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(length: usize) -> Result<Room> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(length)
            .map_err(|_| Error::LimitExceeded {
                place: Place::default(),
                problem: format!("there is no memory for {} MB", length / 1_000_000),
                advice: "cut the file into smaller ones, or close other tabs".into(),
            })?;
        bytes.resize(length, 0);
        Ok(Self(bytes))
    }

    /// Its bytes.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Where it begins.
    #[wasm_bindgen(getter, skip_typescript)]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }
}

pub(super) fn parse<T: DeserializeOwned>(what: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| {
        let message = error.to_string();
        // The JSON is not the user's, so its lines mean nothing to him.
        let message = message.split(" at line ").next().unwrap_or_default();
        Error::InvalidArgument(format!("{what}: {message}"))
    })
}
