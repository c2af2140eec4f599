//! Tables as JSON and newline-delimited JSON.

use std::ops::Range;

use crate::Table;
use crate::table::column::Column;
use crate::table::format::{write_json, write_json_string};

/// How to write JSON.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct JsonOptions {
    /// One array, or one object a line. Default `"array"`.
    pub shape: JsonShape,
}

/// What a JSON text of a table looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum JsonShape {
    /// One array of objects.
    #[default]
    Array,
    /// One object a line (NDJSON, JSON Lines).
    Ndjson,
}

impl Table {
    /// Writes JSON: one object a row, with every column; absent values are `null`.
    ///
    /// Integers are written with all their digits, also beyond 2^53, where
    /// `JSON.parse` rounds. Other values are as `src/table/format.rs` lists.
    pub fn to_json(&self, options: &JsonOptions) -> Vec<u8> {
        let ndjson = options.shape == JsonShape::Ndjson;
        // `{"name":` for the first column, `,"name":` for the others.
        let names = self.names().into_iter().enumerate().map(|(i, name)| {
            let mut key = vec![if i == 0 { b'{' } else { b',' }];
            write_json_string(name, &mut key);
            key.push(b':');
            key
        });
        let columns = self.batch().columns().iter();
        let columns: Vec<_> = names
            .zip(columns.map(|column| Column::of(column.as_ref())))
            .collect();
        let mut out = Vec::with_capacity(self.num_rows().min(1 << 20) * columns.len() * 16 + 2);
        if !ndjson {
            out.push(b'[');
        }
        for row in 0..self.num_rows() {
            if row > 0 && !ndjson {
                out.extend_from_slice(b",\n");
            }
            if columns.is_empty() {
                out.push(b'{');
            }
            for (key, column) in &columns {
                out.extend_from_slice(key);
                write_json(&column.get(row), &mut out);
            }
            out.push(b'}');
            if ndjson {
                out.push(b'\n');
            }
        }
        if !ndjson {
            out.extend_from_slice(b"]\n");
        }
        out
    }

    /// Rows of one column as a JSON array, for values that have no other way out.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))] // only `js::table` asks
    pub(crate) fn column_json(&self, index: usize, rows: Range<usize>) -> Vec<u8> {
        let mut out = vec![b'['];
        if let Some(array) = self.batch().columns().get(index) {
            let column = Column::of(array.as_ref());
            for row in rows.start.min(array.len())..rows.end.min(array.len()) {
                if out.len() > 1 {
                    out.push(b',');
                }
                write_json(&column.get(row), &mut out);
            }
        }
        out.push(b']');
        out
    }
}
