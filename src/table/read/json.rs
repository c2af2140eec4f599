//! One JSON document: an array of objects, or an object that holds one.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::rows::Rows;
use super::{Input, OnBadRow, ReadOptions};
use crate::table::{BadRow, Progress, Report};
use crate::{Error, Place, Result, Table};

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let bytes = input.bytes.as_slice();
    let document: &RawValue =
        serde_json::from_slice(bytes).map_err(|error| bad(&input, &error.to_string()))?;
    let mut rows = Rows::new(bytes, options.limits.max_columns);
    match find_array(document, report, 1) {
        None if document.get().starts_with('{') => {
            rows.add(document.get().as_bytes())
                .map_err(|problem| bad(&input, &problem))?;
        }
        None => rows
            .add_value(document)
            .map_err(|problem| bad(&input, &problem))?,
        Some(array) => {
            let items: Vec<&RawValue> = serde_json::from_str(array.get())
                .map_err(|error| bad(&input, &error.to_string()))?;
            for (i, item) in items.iter().enumerate() {
                let added = match item.get().starts_with('{') {
                    true => rows.add(item.get().as_bytes()),
                    false => rows.add_value(item),
                };
                if let Err(problem) = added {
                    bad_item(&input, options, report, i as u64 + 1, problem, item.get())?;
                }
                if i % 4096 == 4095 {
                    progress.at(i, items.len())?;
                }
            }
        }
    }
    rows.finish(report)
}

/// The array whose items are the rows: the document itself, or the only array of
/// objects in it, also one object deeper as in `{"hits": {"hits": […]}}`.
fn find_array<'a>(document: &'a RawValue, report: &mut Report, depth: u32) -> Option<&'a RawValue> {
    if document.get().starts_with('[') {
        return Some(document);
    }
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(document.get()).ok()?;
    let holds_objects = |raw: &RawValue| {
        raw.get()
            .strip_prefix('[')
            .is_some_and(|items| items.trim_start().starts_with('{'))
    };
    let mut arrays = fields.iter().filter(|(_, raw)| holds_objects(raw));
    if let Some((name, array)) = arrays.next() {
        if arrays.next().is_some() {
            return None;
        }
        let others: Vec<String> = fields
            .iter()
            .filter(|(other, _)| *other != name)
            .map(|(other, raw)| format!("{other}: {}", cut(raw.get())))
            .collect();
        if !others.is_empty() {
            report.notes.push(format!(
                "rows are those of `{name}`; beside it stood {}",
                others.join(", ")
            ));
        }
        return Some(array);
    }
    let mut objects = fields.values().filter(|raw| raw.get().starts_with('{'));
    let (only, more) = (objects.next()?, objects.next());
    (depth > 0 && more.is_none()).then(|| find_array(only, report, depth - 1))?
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

fn bad_item(
    input: &Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    row: u64,
    problem: String,
    text: &str,
) -> Result<()> {
    if options.on_bad_row == OnBadRow::Skip {
        report.skip(BadRow {
            row,
            line: None,
            problem,
            text: text.into(),
            file: input.name.map(String::from),
        });
        return Ok(());
    }
    Err(Error::BadInput {
        place: Place {
            row: Some(row),
            ..input.place()
        },
        problem,
        advice: "mend the item, or pass { onBadRow: \"skip\" } to leave such items out".into(),
    })
}

fn bad(input: &Input<'_>, problem: &str) -> Error {
    Error::BadInput {
        place: input.place(),
        problem: format!("not valid JSON ({problem})"),
        advice:
            "the file may be cut short; if it has one object a line, pass { format: \"ndjson\" }"
                .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::read_text;

    #[test]
    fn finds_the_rows() {
        for (name, text, rows, columns) in [
            ("an array", r#"[{"a":1},{"a":2}]"#, 2, "a"),
            ("an object", r#"{"a":1,"b":{"c":2}}"#, 1, "a b.c"),
            (
                "an object with one array",
                r#"{"next":null,"value":[{"a":1},{"b":2}]}"#,
                2,
                "a b",
            ),
            (
                "one deeper",
                r#"{"took":1,"hits":{"total":2,"hits":[{"a":1}]}}"#,
                1,
                "a",
            ),
            ("two arrays", r#"{"x":[{"a":1}],"y":[{"a":1}]}"#, 1, "x y"),
            ("scalars", "[1, 2, 3]", 3, "value"),
            ("one scalar", "5", 1, "value"),
            ("nothing", "[]", 0, ""),
        ] {
            let input = Input {
                bytes: text.as_bytes().to_vec(),
                name: None,
            };
            let table = read(
                input,
                &ReadOptions::default(),
                &mut Report::default(),
                &mut Progress::none(),
            )
            .expect(name);
            assert_eq!(
                (table.num_rows(), table.names().join(" ").as_str()),
                (rows, columns),
                "{name}"
            );
        }
    }

    #[test]
    fn broken_documents_are_errors() {
        for text in ["[{\"a\":1},", "{\"a\"", "[1,]", ""] {
            let options = ReadOptions::default();
            let error = read_text(read, "t.json", text, &options).expect_err(text);
            assert_eq!(error.code(), "badInput");
        }
    }
}
