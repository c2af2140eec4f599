//! Values separated by commas or another character (RFC 4180).
//!
//! Records are read in parts of a few thousand values, small enough for the
//! processor's cache: [`records`] finds where the values of a part stand, and each
//! column takes its own (see `infer`). A column that turns out to be text after
//! other rows were taken for numbers is read again from the beginning.

mod index;
mod records;
mod scanner;

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Field as ArrowField, Schema};

use super::{Format, Input, OnBadRow, ReadOptions, sniff};
use crate::table::infer::{Builder, Field};
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};
use records::{Bad, Part, Records, Stop, is_blank};
use scanner::{Problem, Scanner};

/// Progress is reported after this many bytes.
const REPORT_BYTES: usize = 1 << 20;

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let delimiter = delimiter(&input, options)?;
    let mut scanner = Scanner {
        bytes: &input.bytes,
        delimiter,
        at: 0,
        line: 1,
    };
    let mut record = Vec::new();
    let begin = loop {
        let begin = (scanner.at, scanner.line);
        match scanner.record(&mut record) {
            None => return Err(empty(&input)),
            Some(Err(problem)) => return Err(bad(&input, 0, problem.line, &problem.text)),
            Some(Ok(_)) if !is_blank(&record) => break begin,
            Some(Ok(_)) => {}
        }
    };
    if record.len() as u64 > options.limits.max_columns {
        return Err(Error::LimitExceeded {
            place: input.place(),
            problem: format!(
                "{} columns, more than {}",
                record.len(),
                options.limits.max_columns
            ),
            advice: "raise limits.maxColumns, or give the right delimiter".into(),
        });
    }
    let (names, first) = if options.header.unwrap_or(true) {
        let after = (scanner.at, scanner.line);
        (header(&input.bytes, &record, report), after)
    } else {
        let names = (1..=record.len()).map(|i| format!("c{i}")).collect();
        (names, begin)
    };
    let mut reader = Reader {
        input: &input,
        delimiter,
        first,
        columns: names.iter().map(|name| Builder::new(name, 0)).collect(),
    };
    reader.read(options.on_bad_row, report, progress)?;
    reader.read_late_texts(progress)?;
    reader.finish(&names, report)
}

fn delimiter(input: &Input<'_>, options: &ReadOptions) -> Result<u8> {
    match options.delimiter.as_deref().map(str::as_bytes) {
        Some(&[byte]) if !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
        Some(_) => Err(Error::InvalidArgument(
            "delimiter should be one ASCII character, such as \";\"".into(),
        )),
        None if options.format == Some(Format::Tsv) => Ok(b'\t'),
        None => Ok(sniff::delimiter(&input.bytes).unwrap_or(b',')),
    }
}

/// The columns' names: empty ones get a number, repeated ones too.
fn header(bytes: &[u8], fields: &[Field], report: &mut Report) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        let text = String::from_utf8_lossy(field.get(bytes).unwrap_or_default());
        let text = if field.is_escaped() {
            text.replace("\"\"", "\"")
        } else {
            text.trim().to_string()
        };
        let mut name = if text.is_empty() {
            format!("c{}", i + 1)
        } else {
            text.clone()
        };
        for count in 2.. {
            if seen.insert(name.clone()) {
                break;
            }
            name = format!("{}_{count}", if text.is_empty() { "c" } else { &text });
        }
        if name != text {
            report.notes.push(format!(
                "column {} was called `{text}` and is now `{name}`",
                i + 1
            ));
        }
        names.push(name);
    }
    names
}

/// Fills the columns of one file.
struct Reader<'a> {
    input: &'a Input<'a>,
    delimiter: u8,
    /// Where the first row begins, and in which line.
    first: (usize, u64),
    columns: Vec<Builder>,
}

impl<'a> Reader<'a> {
    fn records(&self) -> (Records<'a>, Part) {
        let columns = self.columns.len();
        let records = Records::new(&self.input.bytes, self.delimiter, columns, self.first);
        (records, Part::new(columns))
    }

    fn read(
        &mut self,
        on_bad_row: OnBadRow,
        report: &mut Report,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let bytes = &self.input.bytes;
        let (mut records, mut part) = self.records();
        let (mut rows, mut skipped, mut reported) = (0, 0, 0);
        loop {
            let stop = records.fill(&mut part);
            if let Stop::Bad(bad) = &stop {
                let row = (rows + part.rows()) as u64 + skipped + 1;
                if on_bad_row == OnBadRow::Error {
                    let Problem { line, text } = &bad.problem;
                    return Err(self::bad(self.input, row, *line, text));
                }
                skipped += 1;
                self.report(row, bad, records.at(), report);
            } else {
                if rows == 0 {
                    self.expect_rows(part.rows(), records.at());
                }
                rows += part.rows();
                self.push(&mut part, false)?;
            }
            if matches!(stop, Stop::End) {
                return Ok(());
            }
            if records.at() - reported >= REPORT_BYTES {
                reported = records.at();
                progress.at(reported, bytes.len())?;
            }
        }
    }

    /// Guesses how many rows there are: as many a byte as the first `rows`,
    /// which end at `at`.
    fn expect_rows(&mut self, rows: usize, at: usize) {
        let (start, end) = (self.first.0, self.input.bytes.len());
        let read = (at - start).max(1) as f64 / (end - start).max(1) as f64;
        let expected = (rows as f64 / read * 1.02) as usize;
        (self.columns.iter_mut()).for_each(|column| column.expect_rows(expected));
    }

    fn report(&self, row: u64, bad: &Bad, end: usize, report: &mut Report) {
        let (text, problem) = (&self.input.bytes[bad.start..end], bad.problem.text.clone());
        report.skip(self.input.bad_row(row, bad.line, problem, text));
    }

    /// Empties `part` into the columns; `late`: only into those that need it again.
    fn push(&mut self, part: &mut Part, late: bool) -> Result<()> {
        for (i, column) in self.columns.iter_mut().enumerate() {
            if !late || column.is_late() {
                column.push(&self.input.bytes, part.column(i))?;
            }
        }
        part.clear();
        Ok(())
    }

    /// Reads columns again that turned out to be text after their begin had
    /// been taken for something else.
    fn read_late_texts(&mut self, progress: &mut Progress<'_>) -> Result<()> {
        (self.columns.iter_mut()).for_each(Builder::restart_if_late);
        if !self.columns.iter().any(Builder::is_late) {
            return Ok(());
        }
        let bytes = &self.input.bytes;
        let (mut records, mut part) = self.records();
        let mut reported = 0;
        loop {
            let stop = records.fill(&mut part);
            self.push(&mut part, true)?;
            if matches!(stop, Stop::End) {
                return Ok(());
            }
            if records.at() - reported >= REPORT_BYTES {
                reported = records.at();
                // All is read once; the caller may still want no more.
                progress.at(bytes.len(), bytes.len())?;
            }
        }
    }

    fn finish(self, names: &[String], report: &mut Report) -> Result<Table> {
        let columns: Vec<ArrayRef> = (self.columns.into_iter())
            .map(|column| column.finish(report))
            .collect::<Result<_>>()?;
        let fields: Vec<ArrowField> = names
            .iter()
            .zip(&columns)
            .map(|(name, column)| ArrowField::new(name, column.data_type().clone(), true))
            .collect();
        Table::from_parts(Arc::new(Schema::new(fields)), columns)
    }
}

fn empty(input: &Input<'_>) -> Error {
    Error::BadInput {
        place: input.place(),
        problem: "there is nothing in it".into(),
        advice: "choose a file with a header and rows".into(),
    }
}

fn bad(input: &Input<'_>, row: u64, line: u64, problem: &str) -> Error {
    Error::BadInput {
        place: Place {
            row: (row > 0).then_some(row),
            line: Some(line),
            ..input.place()
        },
        problem: problem.into(),
        advice: "mend the row, or pass { onBadRow: \"skip\" } to leave such rows out".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CsvOptions;
    use crate::table::read::read_text;

    fn csv(text: &str, options: &ReadOptions) -> Result<(String, Report)> {
        let (table, report) = read_text(read, "t.csv", text, options)?;
        let bytes = table.to_csv(&CsvOptions::default())?;
        Ok((String::from_utf8_lossy(&bytes).replace("\r\n", "|"), report))
    }

    #[test]
    fn rows_as_in_rfc_4180() {
        for (name, text, expected) in [
            ("line ends", "a,b\r\n1,2\n3,4\r5,6", "a,b|1,2|3,4|5,6|"),
            (
                "quotes",
                "a,b\n\"x,\"\"y\"\"\",\"l1\nl2\"\n",
                "a,b|\"x,\"\"y\"\"\",\"l1\nl2\"|",
            ),
            (
                "empty and quoted empty",
                "a,b\n,\"\"\nx,y\n",
                "a,b|,\"\"|x,y|",
            ),
            ("semicolons", "a;b\n1,5;x\n", "a,b|\"1,5\",x|"),
            ("tabs", "a\tb\n1\t2\n", "a,b|1,2|"),
            ("blank lines", "a,b\n\n1,2\n\n", "a,b|1,2|"),
            ("a delimiter at the end", "a,b\n1,2,\n", "a,b|1,2|"),
            ("names that repeat", "a,a,\n1,2,3\n", "a,a_2,c3|1,2,3|"),
            ("a header alone", "a,b\n", "a,b|"),
        ] {
            let (found, _) = csv(text, &ReadOptions::default()).expect(name);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn bad_rows_are_named_or_skipped() {
        for (name, text, message) in [
            (
                "short",
                "a,b\n1,2\n3\n4,5\n",
                "t.csv, row 2 (line 3): 1 value, but the header has 2",
            ),
            (
                "long",
                "a,b\n1,2\n3,4,5\n4,5\n",
                "t.csv, row 2 (line 3): 3 values",
            ),
            (
                "never closed",
                "a,b\n1,2\n\"3,4\n4,5\n",
                "t.csv, row 2 (line 3): a quote is opened here",
            ),
            (
                "after a quote",
                "a,b\n1,2\n\"3\"x,4\n4,5\n",
                "t.csv, row 2 (line 3): text follows",
            ),
        ] {
            let error = csv(text, &ReadOptions::default()).expect_err(name);
            assert!(error.to_string().starts_with(message), "{name}: {error}");
            let options = ReadOptions {
                on_bad_row: OnBadRow::Skip,
                ..ReadOptions::default()
            };
            let (found, report) = csv(text, &options).expect(name);
            assert_eq!(
                (found.as_str(), report.skipped_rows),
                ("a,b|1,2|4,5|", 1),
                "{name}"
            );
        }
    }
}
