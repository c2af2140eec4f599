//! What a reader wants its user to know about a file.

use std::sync::Arc;

use arrow_array::RecordBatchOptions;

use super::Table;
use crate::Result;

/// The key of the report in the Arrow schema's metadata, where it travels with the table.
const KEY: &str = "huntbook.report";

/// How a table was read.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The file's name, if it had one.
    pub name: Option<String>,
    /// The format read, such as `"csv"`.
    pub format: String,
    /// The text encoding, such as `"utf-8"` or `"latin-1"`; absent for binary formats.
    pub encoding: Option<String>,
    /// Number of rows left out because they were bad.
    pub skipped_rows: u64,
    /// The first ten of them.
    pub bad_rows: Vec<BadRow>,
    /// Other things worth knowing, one sentence each.
    pub notes: Vec<String>,
    /// Whether a service left out rows that were asked for; the notes say which.
    #[serde(default)]
    pub partial: bool,
}

/// A row that could not be read.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct BadRow {
    /// The file, when the table was read of several.
    pub file: Option<String>,
    /// The data row, counted from 1 without the header.
    pub row: u64,
    /// The line in the file, counted from 1.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub problem: String,
    /// The row's text, cut after 200 characters.
    pub text: String,
}

impl BadRow {
    /// A line of a log, each of which is a row; `text` is all of it.
    pub(crate) fn of_line(file: Option<&str>, line: u64, problem: String, text: &[u8]) -> Self {
        const LONGEST: usize = 800;
        let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST)]);
        Self {
            row: line,
            line: Some(line),
            problem,
            text: text.trim_end().into(),
            file: file.map(String::from),
        }
    }

    /// Its text as an error quotes it.
    pub(crate) fn quoted(&self) -> String {
        match self.text.char_indices().nth(80) {
            Some((end, _)) => format!("`{}…`", &self.text[..end]),
            None => format!("`{}`", self.text),
        }
    }
}

impl Report {
    /// Counts a row that is left out, and keeps it if it is among the first ten.
    pub(crate) fn skip(&mut self, mut row: BadRow) {
        self.skipped_rows += 1;
        if self.bad_rows.len() < 10 {
            if let Some((end, _)) = row.text.char_indices().nth(200) {
                row.text.truncate(end);
            }
            self.bad_rows.push(row);
        }
    }
}

impl Table {
    /// How this table was read; none if it was made some other way.
    pub fn report(&self) -> Option<Report> {
        let metadata = self.0.schema_ref().metadata();
        serde_json::from_str(metadata.get(KEY)?).ok()
    }

    /// This table, whose report has `notes` too, and says whether rows are missing.
    pub fn noted(&self, notes: Vec<String>, partial: bool) -> Result<Self> {
        let mut report = self.report().unwrap_or_default();
        report.notes.extend(notes);
        report.partial |= partial;
        self.with_report(&report)
    }

    /// This table with `report` in its schema's metadata.
    pub fn with_report(&self, report: &Report) -> Result<Self> {
        let mut schema = self.0.schema_ref().as_ref().clone();
        let json = serde_json::to_string(report).expect("strings and numbers always serialize");
        schema.metadata.insert(KEY, json);
        let options = RecordBatchOptions::new().with_row_count(Some(self.num_rows()));
        let columns = self.0.columns().to_vec();
        let batch =
            arrow_array::RecordBatch::try_new_with_options(Arc::new(schema), columns, &options)?;
        Ok(Self(batch))
    }
}
