//! An answer of a service: JSON whose rows become tables and whose rest stays JSON.
//!
//! Rows stand in an array that has one of the names that the caller gives, as objects or as
//! arrays of values. Columns may be declared beside it, before or after, with names and
//! types (`columns`, `Columns`, `schema`, `Schema`); a declared column has that type in each
//! answer, also where it has no values, so that answers can be joined. What services say:
//! Log Analytics <https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format>,
//! Kusto <https://learn.microsoft.com/kusto/api/rest/response-http-v2>, Elasticsearch ES|QL
//! <https://www.elastic.co/docs/reference/query-languages/esql/esql-rest>.

use serde_json::Value;

use super::json_scan as scan;
use super::kinds::Kind;
use super::rows::Rows;
use super::{Input, Limits};
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};

/// Arrays and objects around rows nested deeper are broken.
const MAX_DEPTH: usize = 64;

/// What [`read_answer`] has to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerOptions<'a> {
    /// What errors call the answer.
    pub(crate) name: &'a str,
    /// Names of the arrays that have rows, with a space between two.
    pub(crate) rows: &'a str,
    /// What columns' names lose, such as `_source.`.
    pub(crate) strip: &'a str,
}

/// An answer in parts.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The JSON; where rows stood is `[n, …]`: the table's number, and the rows that tell
    /// of errors of the service.
    pub(crate) rest: String,
    pub(crate) tables: Vec<Table>,
}

/// Takes the tables out of an answer.
///
/// # Errors
///
/// `BadInput` for what is no JSON, such as an answer cut short; `LimitExceeded`.
pub(crate) fn read_answer(
    bytes: Vec<u8>,
    options: AnswerOptions<'_>,
    progress: &mut Progress<'_>,
) -> Result<Answer> {
    let input = Input {
        bytes,
        name: Some(options.name),
    };
    let mut walk = Walk {
        bytes: &input.bytes,
        rows: options.rows,
        found: Vec::new(),
        header: None,
    };
    let begin = scan::skip_space(walk.bytes, 0);
    let end = walk
        .value(begin, 0)
        .map(|end| scan::skip_space(walk.bytes, end));
    if end != Some(input.bytes.len()) {
        return Err(broken(&input, "it is not valid JSON"));
    }
    let found = walk.found;
    let mut answer = Answer::default();
    let mut copied = 0;
    for (i, found) in found.iter().enumerate() {
        progress.at(found.start, input.bytes.len())?;
        let mut report = Report {
            name: input.name.map(String::from),
            format: "json".into(),
            ..Report::default()
        };
        let (table, errors) = table(&input, found, options.strip, &mut report)?;
        answer.tables.push(table.with_report(&report)?);
        answer
            .rest
            .push_str(&String::from_utf8_lossy(&input.bytes[copied..found.start]));
        answer.rest.push('[');
        answer.rest.push_str(&i.to_string());
        for error in errors {
            answer.rest.push(',');
            answer.rest.push_str(&String::from_utf8_lossy(error));
        }
        answer.rest.push(']');
        copied = found.end;
    }
    answer
        .rest
        .push_str(&String::from_utf8_lossy(&input.bytes[copied..]));
    Ok(answer)
}

fn broken(input: &Input<'_>, problem: &str) -> Error {
    Error::BadInput {
        place: input.place(),
        problem: problem.into(),
        advice: "the answer may be cut short, or from something between; ask again".into(),
    }
}

/// Rows from `start` to `end`, and the columns declared beside them.
struct Found {
    start: usize,
    end: usize,
    columns: Option<(usize, usize)>,
}

/// Looks for rows. What it passes by is read elsewhere and checked there.
struct Walk<'a> {
    bytes: &'a [u8],
    rows: &'a str,
    found: Vec<Found>,
    /// Columns that an object declared without rows, for rows of later objects that declare
    /// none: Kusto's frames TableHeader and TableFragment.
    header: Option<(usize, usize)>,
}

impl Walk<'_> {
    /// Where the value at `at` ends.
    fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.bytes.get(at)? {
            b'{' => self.object(at, depth),
            b'[' => {
                let mut next = scan::skip_space(self.bytes, at + 1);
                if self.bytes.get(next)? == &b']' {
                    return Some(next + 1);
                }
                loop {
                    let end = self.value(next, depth + 1)?;
                    match scan::after(self.bytes, end, b']')? {
                        (begin, true) => next = begin,
                        (end, false) => return Some(end),
                    }
                }
            }
            _ => skip(self.bytes, at),
        }
    }

    fn object(&mut self, at: usize, depth: usize) -> Option<usize> {
        let bytes = self.bytes;
        let mut columns = None;
        let mut own = Vec::new();
        let mut next = scan::skip_space(bytes, at + 1);
        if bytes.get(next)? == &b'}' {
            return Some(next + 1);
        }
        loop {
            let (key, value) = key(bytes, next)?;
            let is_array = bytes.get(value)? == &b'[';
            let end = if is_array
                && self.rows.split(' ').any(|name| name.as_bytes() == key)
                && holds_rows(bytes, value)
            {
                let end = skip(bytes, value)?;
                own.push(self.found.len());
                self.found.push(Found {
                    start: value,
                    end,
                    columns: None,
                });
                end
            } else if is_array && matches!(key, b"columns" | b"Columns" | b"schema" | b"Schema") {
                let end = skip(bytes, value)?;
                columns = Some((value, end));
                end
            } else {
                self.value(value, depth + 1)?
            };
            match scan::after(bytes, end, b'}')? {
                (begin, true) => next = begin,
                (end, false) => {
                    if own.is_empty() {
                        self.header = columns.or(self.header);
                    }
                    for i in own {
                        self.found[i].columns = columns.or(self.header);
                    }
                    return Some(end);
                }
            }
        }
    }
}

/// The key at `at`, and where its value begins.
fn key(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    if bytes.get(at)? != &b'"' {
        return None;
    }
    let end = scan::string(bytes, at + 1)?.0;
    let colon = scan::skip_space(bytes, end + 1);
    (bytes.get(colon)? == &b':').then(|| (&bytes[at + 1..end], scan::skip_space(bytes, colon + 1)))
}

/// Whether an array has objects or arrays, or nothing.
fn holds_rows(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(scan::skip_space(bytes, at + 1)),
        Some(b'{' | b'[' | b']')
    )
}

/// Where the value at `at` ends, by its brackets.
fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0;
    loop {
        match bytes.get(at)? {
            b'"' => at = scan::string(bytes, at + 1)?.0,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth > 0 => {}
            b',' | b':' | b'}' | b']' => return None,
            _ => {
                let is_part =
                    |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                let length = bytes[at..].iter().take_while(is_part).count();
                if length == 0 {
                    return None;
                }
                at += length - 1;
            }
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// A type by the name that Kusto, Log Analytics, hunting or Elasticsearch has for it.
fn kind_of(name: &str) -> Kind {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("system.").unwrap_or(&name) {
        "datetime" | "date" | "date_nanos" | "timestamp" => Kind::Time,
        "long" | "int" | "integer" | "int64" | "int32" | "short" | "byte" | "unsigned_long" => {
            Kind::Int
        }
        "real" | "double" | "float" | "half_float" | "scaled_float" => Kind::Float,
        "bool" | "boolean" | "sbyte" => Kind::Bool,
        "decimal" | "sqldecimal" => Kind::Decimal,
        _ => Kind::Text,
    }
}

/// Adds the columns that JSON declares; `false` if there are too many.
fn declare(rows: &mut Rows<'_>, columns: &[u8]) -> bool {
    let declared: Value = serde_json::from_slice(columns).unwrap_or_default();
    declared.as_array().into_iter().flatten().all(|column| {
        let text = |keys: &[&str]| keys.iter().find_map(|key| column[*key].as_str());
        let name = text(&["name", "Name", "ColumnName"]).unwrap_or_default();
        let kind = text(&["type", "Type", "ColumnType", "DataType"]);
        rows.declare(name, kind.map_or(Kind::Inferred, kind_of))
    })
}

/// The table of rows, and those rows that are errors of the service.
fn table<'a>(
    input: &'a Input<'_>,
    found: &Found,
    strip: &str,
    report: &mut Report,
) -> Result<(Table, Vec<&'a [u8]>)> {
    let bytes = input.bytes.as_slice();
    let wrong = |row: usize, problem: String| Error::BadInput {
        place: Place {
            row: Some(row as u64 + 1),
            ..input.place()
        },
        problem,
        advice: "the service's answer is broken; ask again".into(),
    };
    let mut rows = Rows::new(bytes, Limits::default().max_columns);
    if let Some((start, end)) = found.columns
        && !declare(&mut rows, &bytes[start..end])
    {
        return Err(broken(input, "it has too many columns"));
    }
    let mut errors = Vec::new();
    let mut at = scan::skip_space(bytes, found.start + 1);
    let mut row = 0;
    while let Some(&first) = bytes.get(at).filter(|byte| **byte != b']') {
        let glanced = (first == b'[').then(|| rows.glance_array(at)).flatten();
        let end = match glanced {
            Some(end) => end,
            None => {
                let end = skip(bytes, at).ok_or_else(|| wrong(row, "this is no JSON".into()))?;
                let item = &bytes[at..end];
                let is_error = || {
                    item[1..]
                        .trim_ascii_start()
                        .starts_with(b"\"OneApiErrors\"")
                };
                let added = match first {
                    b'{' if is_error() => {
                        errors.push(item);
                        serde_json::from_slice::<Value>(item)
                            .map(|_| ())
                            .map_err(|error| error.to_string())
                    }
                    b'{' => rows.add(item),
                    _ => rows.add_array(item),
                };
                added.map_err(|problem| wrong(row, problem))?;
                end
            }
        };
        row += 1;
        at = match scan::after(bytes, end, b']') {
            Some((next, true)) => next,
            Some((_, false)) => break,
            None => return Err(wrong(row, "a comma is missing after it".into())),
        };
    }
    rows.strip(strip);
    Ok((rows.finish(report)?, errors))
}

#[cfg(test)]
mod tests;
