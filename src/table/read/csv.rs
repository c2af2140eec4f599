//! Values separated by commas or another character (RFC 4180).
//!
//! Two passes: the first finds where each value stands, the second gives each
//! column its type (see `infer`), so that no row is parsed under a wrong guess.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Field as ArrowField, Schema};
use memchr::{memchr, memchr3};

use super::{Format, Input, OnBadRow, ReadOptions, sniff};
use crate::table::infer::{self, Field, MAX_FIELD};
use crate::table::{BadRow, Progress, Report};
use crate::{Error, Place, Result, Table};

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
    let first = loop {
        match scanner.record(&mut record) {
            None => return Err(empty(&input)),
            Some(Err(problem)) => return Err(bad(&input, 0, problem.line, &problem.text)),
            Some(Ok(_)) if !is_blank(&record) => break record.clone(),
            Some(Ok(_)) => {}
        }
    };
    if first.len() as u64 > options.limits.max_columns {
        return Err(Error::LimitExceeded {
            place: input.place(),
            problem: format!(
                "{} columns, more than {}",
                first.len(),
                options.limits.max_columns
            ),
            advice: "raise limits.maxColumns, or give the right delimiter".into(),
        });
    }
    let has_header = options.header.unwrap_or(true);
    let names = if has_header {
        header(&input.bytes, &first, report)
    } else {
        (1..=first.len()).map(|i| format!("c{i}")).collect()
    };
    let mut rows = Rows {
        columns: vec![Vec::new(); names.len()],
        count: 0,
        skipped: 0,
    };
    if !has_header {
        rows.push(&first);
    }
    rows.read(&mut scanner, &input, options, report, progress)?;
    let columns: Vec<ArrayRef> = (names.iter().zip(&rows.columns))
        .map(|(name, fields)| infer::column(name, &input.bytes, fields, report))
        .collect::<Result<_>>()?;
    let fields: Vec<ArrowField> = names
        .iter()
        .zip(&columns)
        .map(|(name, column)| ArrowField::new(name, column.data_type().clone(), true))
        .collect();
    Table::from_parts(Arc::new(Schema::new(fields)), columns)
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

struct Rows {
    columns: Vec<Vec<Field>>,
    count: u64,
    skipped: u64,
}

impl Rows {
    fn push(&mut self, record: &[Field]) {
        for (column, field) in self.columns.iter_mut().zip(record) {
            column.push(*field);
        }
        self.count += 1;
    }

    fn read(
        &mut self,
        scanner: &mut Scanner<'_>,
        input: &Input<'_>,
        options: &ReadOptions,
        report: &mut Report,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let mut record = Vec::with_capacity(self.columns.len());
        let mut reported = 0;
        loop {
            let (start, line) = (scanner.at, scanner.line);
            let problem = match scanner.record(&mut record) {
                None => return Ok(()),
                Some(Ok(_))
                    if is_blank(&record)
                        && (record.len() < self.columns.len() || self.columns.len() == 1) =>
                {
                    continue;
                }
                Some(Ok(_)) => self.ragged(&mut record).map(|text| Problem { line, text }),
                Some(Err(problem)) => Some(problem),
            };
            match problem {
                None => self.push(&record),
                Some(problem) => {
                    let row = self.count + self.skipped + 1;
                    if options.on_bad_row == OnBadRow::Error {
                        return Err(bad(input, row, problem.line, &problem.text));
                    }
                    self.skipped += 1;
                    let text = &input.bytes[start..scanner.at];
                    report.skip(BadRow {
                        row,
                        line: Some(line),
                        problem: problem.text,
                        text: String::from_utf8_lossy(&text[..text.len().min(800)])
                            .trim_end()
                            .into(),
                        file: input.name.map(String::from),
                    });
                }
            }
            if scanner.at - reported >= REPORT_BYTES {
                reported = scanner.at;
                progress.at(scanner.at, input.bytes.len())?;
            }
        }
    }

    /// What is wrong with the number of values, if it is wrong. A delimiter at
    /// the end of a line is not.
    fn ragged(&self, record: &mut Vec<Field>) -> Option<String> {
        let (found, wanted) = (record.len(), self.columns.len());
        if found == wanted + 1 && record.last().is_some_and(|field| field.is_absent()) {
            record.pop();
            return None;
        }
        (found != wanted).then(|| format!("{found} values, but the header has {wanted}"))
    }
}

fn is_blank(record: &[Field]) -> bool {
    matches!(record, [only] if only.is_absent())
}

struct Problem {
    line: u64,
    text: String,
}

/// Splits bytes into records.
struct Scanner<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    at: usize,
    line: u64,
}

impl Scanner<'_> {
    /// The next record's values; `None` at the end. After a problem the scanner
    /// stands at the next line.
    fn record(&mut self, record: &mut Vec<Field>) -> Option<Result<(), Problem>> {
        record.clear();
        if self.at >= self.bytes.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        loop {
            let is_quoted = self.bytes.get(self.at) == Some(&b'"');
            let field = if is_quoted {
                self.quoted()
            } else {
                self.plain()
            };
            match field {
                Ok((field, true)) => record.push(field),
                Ok((field, false)) => {
                    record.push(field);
                    return Some(Ok(()));
                }
                Err(text) => {
                    let next = memchr(b'\n', &self.bytes[start..]);
                    self.at = next.map_or(self.bytes.len(), |next| start + next + 1);
                    let opened = self.line;
                    self.line = line + 1;
                    return Some(Err(Problem { line: opened, text }));
                }
            }
        }
    }

    /// A value without quotes, and whether another follows in its record.
    fn plain(&mut self) -> Result<(Field, bool), String> {
        let start = self.at;
        let end = memchr3(self.delimiter, b'\n', b'\r', &self.bytes[start..])
            .map_or(self.bytes.len(), |length| start + length);
        self.finish(start, end, end, false, false)
    }

    fn quoted(&mut self) -> Result<(Field, bool), String> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        let end = loop {
            let Some(quote) = memchr(b'"', &self.bytes[at..]).map(|length| at + length) else {
                return Err("a quote is opened here and never closed".into());
            };
            if self.bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            escaped = true;
            at = quote + 2;
        };
        let next = self.bytes.get(end + 1);
        if next.is_some_and(|&byte| byte != self.delimiter && !matches!(byte, b'\n' | b'\r')) {
            return Err(
                "text follows a closing quote; quotes inside a value are written twice".into(),
            );
        }
        self.line += memchr::memchr_iter(b'\n', &self.bytes[start..end]).count() as u64;
        self.finish(start, end, end + 1, true, escaped)
    }

    fn finish(
        &mut self,
        start: usize,
        end: usize,
        next: usize,
        quoted: bool,
        escaped: bool,
    ) -> Result<(Field, bool), String> {
        if end - start > MAX_FIELD {
            return Err("a value is longer than 1 GiB".into());
        }
        let field = Field::new(start, end, quoted, escaped);
        match self.bytes.get(next) {
            Some(&byte) if byte == self.delimiter => {
                self.at = next + 1;
                Ok((field, true))
            }
            Some(b'\r') if self.bytes.get(next + 1) == Some(&b'\n') => {
                Ok(self.end(field, next + 2))
            }
            _ => Ok(self.end(field, next + 1)),
        }
    }

    fn end(&mut self, field: Field, at: usize) -> (Field, bool) {
        self.at = at.min(self.bytes.len());
        self.line += 1;
        (field, false)
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

    fn csv(text: &str, options: &ReadOptions) -> Result<(String, Report)> {
        let input = Input {
            bytes: text.as_bytes().to_vec(),
            name: Some("t.csv"),
        };
        let mut report = Report::default();
        let table = read(input, options, &mut report, &mut Progress::none())?;
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
                "t.csv, row 2 (line 3): 1 values, but the header has 2",
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
