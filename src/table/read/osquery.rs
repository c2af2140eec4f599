//! Result logs of osquery: what scheduled queries found, one JSON object a line.
//!
//! <https://osquery.readthedocs.io/en/stable/deployment/logging/>. All three forms are
//! read: events (`columns`), batches (`diffResults`) and snapshots, with one row for each
//! row of a result. Columns: those of the line (`name`, `hostIdentifier`, `unixTime` …),
//! those of `decorations`, and those of the query, each under its own name; one that
//! is taken gets a `_`, as in msticpy's driver (3.0.2).
//!
//! osquery writes numbers as text; here they are numbers where all of a column are.
//! Empty text is absent. `unixTime` and the times of files, logons and processes are
//! times: msticpy takes their seconds for nanoseconds, so that all are in 1970.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, TimestampMicrosecondArray};
use serde_json::value::RawValue;

use super::{Input, ReadOptions, ndjson};
use crate::table::infer::{self, Field};
use crate::table::{Progress, Report};
use crate::{Error, Result, Table};

/// Columns of seconds since 1970, in osquery's tables.
const TIMES: [&str; 7] = [
    "unixTime",
    "atime",
    "ctime",
    "mtime",
    "btime",
    "time",
    "start_time",
];

const DECORATIONS: &str = "decorations.";
const COLUMNS: &str = "columns.";

/// Most bytes that the rows of batches and snapshots may grow to, for each of the file:
/// every row repeats what is said of the line.
const MAX_GROWTH: usize = 64;
/// And in all, unless the file is longer itself.
const MAX_BYTES: usize = 512 << 20;

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let place = input.place();
    let bytes = single_rows(input.bytes).ok_or_else(|| Error::LimitExceeded {
        place,
        problem: "the rows of its snapshots would be many times as long as the file".into(),
        advice: "pass { format: \"ndjson\" } to read each snapshot as one row".into(),
    })?;
    let input = Input { bytes, ..input };
    let table = ndjson::read(input, options, report, progress)?;
    let mut taken = HashSet::new();
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let prefixes = ["", DECORATIONS, COLUMNS];
    for prefix in prefixes {
        for name in table.names() {
            let own = prefixes[1..]
                .iter()
                .find(|prefix| name.starts_with(**prefix));
            if own.map_or("", |own| own) != prefix {
                continue;
            }
            let mut plain = name[prefix.len()..].to_string();
            while !taken.insert(plain.clone()) {
                plain.push('_');
            }
            let column = typed(&plain, table.column(name)?, prefix == COLUMNS, report)?;
            columns.push((plain, column));
        }
    }
    Table::new(
        columns
            .iter()
            .map(|(name, column)| (name.as_str(), column.clone()))
            .collect(),
    )
}

/// Whether a line is one of osquery's.
pub(super) fn is_result(line: &[u8]) -> bool {
    let Ok(fields) = serde_json::from_slice::<BTreeMap<Cow<'_, str>, &RawValue>>(line) else {
        return false;
    };
    let has = |name: &str| fields.contains_key(name);
    ["name", "hostIdentifier", "unixTime"]
        .iter()
        .all(|name| has(name))
        && ["columns", "snapshot", "diffResults"]
            .iter()
            .any(|name| has(name))
}

/// Numbers that osquery wrote as text, and times that it wrote as numbers.
fn typed(name: &str, column: &ArrayRef, is_query: bool, report: &mut Report) -> Result<ArrayRef> {
    let mut column = column.clone();
    if let Some(texts) = column.as_string_opt::<i32>().filter(|_| is_query) {
        let field = |row| {
            let [start, end] = [texts.value_offsets()[row], texts.value_offsets()[row + 1]];
            match texts.is_valid(row) {
                true => Field::new(start as usize, end as usize, false, false),
                false => Field::ABSENT,
            }
        };
        let fields: Vec<Field> = (0..texts.len()).map(field).collect();
        column = infer::column(name, texts.value_data(), &fields, report)?;
    }
    let is_time = TIMES.contains(&name.trim_end_matches('_'));
    if let Some(seconds) = column.as_primitive_opt::<Int64Type>().filter(|_| is_time) {
        let micros = |seconds: Option<i64>| match seconds {
            Some(seconds) => seconds.checked_mul(1_000_000).map(Some),
            None => Some(None),
        };
        let times: Option<Vec<Option<i64>>> = seconds.iter().map(micros).collect();
        if let Some(times) = times {
            return Ok(Arc::new(
                TimestampMicrosecondArray::from(times).with_timezone("UTC"),
            ));
        }
    }
    Ok(column)
}

/// The text with one line for each row of its batches and snapshots; other lines,
/// right or wrong, stay as they are. `None` if that grows too long.
fn single_rows(bytes: Vec<u8>) -> Option<Vec<u8>> {
    let finder = memchr::memmem::Finder::new;
    if finder("\"snapshot\"").find(&bytes).is_none()
        && finder("\"diffResults\"").find(&bytes).is_none()
    {
        return Some(bytes);
    }
    let limit = bytes.len().saturating_mul(MAX_GROWTH);
    let limit = limit.clamp(1 << 20, MAX_BYTES.max(bytes.len() + 1));
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for line in bytes.split(|&byte| byte == b'\n') {
        match rows_of(line, limit - out.len()) {
            Some(rows) if rows.len() > limit - out.len() => return None,
            Some(rows) => out.extend_from_slice(&rows),
            None if line.len() >= limit - out.len() => return None,
            None => {
                out.extend_from_slice(line);
                out.push(b'\n');
            }
        }
    }
    Some(out)
}

type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// The lines that a batch or a snapshot stands for; `None` for any other line. Stops
/// beyond `limit`.
fn rows_of(line: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut fields: Fields<'_> = serde_json::from_slice(line).ok()?;
    let mut rows: Vec<(Option<&str>, &RawValue)> = Vec::new();
    if let Some(snapshot) = fields.remove("snapshot") {
        let items: Vec<&RawValue> = serde_json::from_str(snapshot.get()).ok()?;
        rows.extend(items.into_iter().map(|item| (None, item)));
    } else {
        let results: Fields<'_> = serde_json::from_str(fields.remove("diffResults")?.get()).ok()?;
        for (action, items) in &results {
            // Where there is nothing, osquery writes an empty text.
            let items: Vec<&RawValue> = serde_json::from_str(items.get()).unwrap_or_default();
            let action = if *action == "removed" {
                "removed"
            } else {
                "added"
            };
            rows.extend(items.into_iter().map(|item| (Some(action), item)));
        }
        fields.remove("action");
    }
    let mut head = b"{".to_vec();
    for (name, value) in &fields {
        head.extend_from_slice(serde_json::to_string(name).ok()?.as_bytes());
        head.push(b':');
        head.extend_from_slice(value.get().as_bytes());
        head.push(b',');
    }
    let mut out = Vec::new();
    for (action, row) in rows {
        out.extend_from_slice(&head);
        if let Some(action) = action {
            out.extend_from_slice(format!("\"action\":\"{action}\",").as_bytes());
        }
        out.extend_from_slice(b"\"columns\":");
        out.extend_from_slice(row.get().as_bytes());
        out.extend_from_slice(b"}\n");
        if out.len() > limit {
            break;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::read_text;
    use crate::table::{JsonOptions, JsonShape, type_name};

    fn osquery(text: &str) -> (Table, Vec<String>) {
        let options = ReadOptions::default();
        let (table, _) = read_text(read, "osqueryd.results.log", text, &options).expect("right");
        let json = table.to_json(&JsonOptions {
            shape: JsonShape::Ndjson,
        });
        let rows = String::from_utf8_lossy(&json)
            .lines()
            .map(String::from)
            .collect();
        (table, rows)
    }

    #[test]
    fn events_batches_and_snapshots() {
        for (name, text, expected) in [
            (
                "an event; its numbers and times are such",
                r#"{"name":"p","hostIdentifier":"h","unixTime":1678936138,"decorations":{"username":"u"},"columns":{"pid":"12","name":"sh","username":"root","mtime":"1678936138","mode":"0644","path":""},"action":"added"}"#,
                r#"{"name":"p","hostIdentifier":"h","unixTime":"2023-03-16T03:08:58Z","action":"added","username":"u","pid":12,"name_":"sh","username_":"root","mtime":"2023-03-16T03:08:58Z","mode":"0644","path":null}"#,
            ),
            (
                "a snapshot",
                r#"{"snapshot":[{"pid":"1"},{"pid":"2"}],"action":"snapshot","name":"p","unixTime":1}"#,
                "{\"action\":\"snapshot\",\"name\":\"p\",\"unixTime\":\"1970-01-01T00:00:01Z\",\"pid\":1}\n{\"action\":\"snapshot\",\"name\":\"p\",\"unixTime\":\"1970-01-01T00:00:01Z\",\"pid\":2}",
            ),
            (
                "a batch",
                r#"{"diffResults":{"added":[{"pid":"1"}],"removed":[{"pid":"2"}]},"name":"p"}"#,
                "{\"name\":\"p\",\"action\":\"added\",\"pid\":1}\n{\"name\":\"p\",\"action\":\"removed\",\"pid\":2}",
            ),
            (
                "a batch without removals",
                r#"{"diffResults":{"added":[{"pid":"1"}],"removed":""},"name":"p"}"#,
                "{\"name\":\"p\",\"action\":\"added\",\"pid\":1}",
            ),
        ] {
            assert_eq!(osquery(text).1.join("\n"), expected, "{name}");
        }
        let (table, _) = osquery("{\"columns\":{\"a\":\"1\"}}\n{\"columns\":{\"a\":\"x\"}}");
        assert_eq!(type_name(table.batch().column(0).data_type()), "text");
    }

    #[test]
    fn a_snapshot_that_would_fill_the_memory_is_refused() {
        let rows = "{},".repeat(20_000);
        let long = "x".repeat(100_000);
        let text = format!(r#"{{"name":"{long}","snapshot":[{rows}{{}}]}}"#);
        let input = Input {
            bytes: text.into_bytes(),
            name: None,
        };
        let error = read(
            input,
            &ReadOptions::default(),
            &mut Report::default(),
            &mut Progress::none(),
        );
        assert_eq!(error.expect_err("too long").code(), "limitExceeded");
    }

    #[test]
    fn many_snapshots_that_would_fill_the_memory_are_refused() {
        let rows = "{},".repeat(60);
        let line = format!(
            r#"{{"name":"{}","snapshot":[{rows}{{}}]}}"#,
            "x".repeat(30_000)
        );
        let text = format!("{line}\n").repeat(400);
        assert_eq!(single_rows(text.into_bytes()), None);
    }

    #[test]
    fn results_are_known_by_their_keys() {
        assert!(is_result(
            br#"{"name":"p","hostIdentifier":"h","unixTime":1,"columns":{}}"#
        ));
        assert!(!is_result(br#"{"name":"p","unixTime":1,"columns":{}}"#));
        assert!(!is_result(b"{"));
    }
}
