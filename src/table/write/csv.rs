//! Tables as CSV (RFC 4180).

use memchr::{memchr, memchr3};

use crate::table::cell::Cell;
use crate::table::column::Column;
use crate::table::format::write_text;
use crate::{Error, Result, Table};

/// How to write CSV.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CsvOptions {
    /// Between fields: one of `,` `;` `|` and tab. Default `,`.
    pub delimiter: char,
    /// Whether the first line holds the column names. Default true.
    pub header: bool,
    /// Puts `'` before text that a spreadsheet would run as a formula (it starts
    /// with `=`, `+`, `-`, `@`, tab or carriage return). Default false, because
    /// it changes the data; set it when the file will be opened in a spreadsheet.
    pub escape_formulas: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: ',',
            header: true,
            escape_formulas: false,
        }
    }
}

impl Table {
    /// Writes CSV: UTF-8, lines end with CRLF, fields are quoted only where needed.
    ///
    /// An absent value is an empty field and empty text is `""`, so that both
    /// read back as what they were; in a table of one column an absent value is
    /// `""` too, because an empty line would be no row. Values are written as
    /// `src/table/format.rs` lists.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a delimiter that is not `,` `;` `|` or tab.
    pub fn to_csv(&self, options: &CsvOptions) -> Result<Vec<u8>> {
        if !matches!(options.delimiter, ',' | ';' | '|' | '\t') {
            return Err(Error::InvalidArgument(format!(
                "delimiter should be one of , ; | or tab, but is `{}`",
                options.delimiter
            )));
        }
        let line = Line {
            delimiter: options.delimiter as u8,
            escape_formulas: options.escape_formulas,
            alone: self.num_columns() == 1,
        };
        let mut out = Vec::with_capacity(self.num_rows().min(1 << 20) * self.num_columns() * 8);
        if options.header {
            line.write(self.names().into_iter().map(Cell::Text), &mut out);
        }
        let columns = self.batch().columns().iter();
        let columns: Vec<_> = columns.map(|column| Column::of(column.as_ref())).collect();
        for row in 0..self.num_rows() {
            line.write(columns.iter().map(|column| column.get(row)), &mut out);
        }
        Ok(out)
    }
}

struct Line {
    delimiter: u8,
    escape_formulas: bool,
    /// The table has one column.
    alone: bool,
}

impl Line {
    fn write<'a>(&self, cells: impl Iterator<Item = Cell<'a>>, out: &mut Vec<u8>) {
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                out.push(self.delimiter);
            }
            match cell {
                Cell::Text(text) => self.text(text, out),
                Cell::List(..) | Cell::Struct(..) | Cell::Map(..) => {
                    let mut json = Vec::new();
                    write_text(&cell, &mut json);
                    self.field(&json, out);
                }
                Cell::Null if self.alone => out.extend_from_slice(b"\"\""),
                plain => write_text(&plain, out),
            }
        }
        out.extend_from_slice(b"\r\n");
    }

    fn text(&self, text: &str, out: &mut Vec<u8>) {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula && self.escape_formulas {
            self.field(format!("'{text}").as_bytes(), out);
        } else {
            self.field(text.as_bytes(), out);
        }
    }

    fn field(&self, field: &[u8], out: &mut Vec<u8>) {
        let special = memchr3(self.delimiter, b'"', b'\n', field).is_some();
        if !special && !field.is_empty() && memchr(b'\r', field).is_none() {
            return out.extend_from_slice(field);
        }
        out.push(b'"');
        let mut rest = field;
        while let Some(quote) = memchr(b'"', rest) {
            out.extend_from_slice(&rest[..=quote]);
            out.push(b'"');
            rest = &rest[quote + 1..];
        }
        out.extend_from_slice(rest);
        out.push(b'"');
    }
}
