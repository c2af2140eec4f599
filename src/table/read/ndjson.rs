//! One JSON object a line (<https://github.com/ndjson/ndjson-spec>).

use super::rows::Rows;
use super::{Input, OnBadRow, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};

const REPORT_BYTES: usize = 1 << 20;

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    read_with_texts(input, options, &[], report, progress)
}

/// As [`read`]; the columns `texts` are text, whatever their values look like.
pub(crate) fn read_with_texts(
    input: Input<'_>,
    options: &ReadOptions,
    texts: &'static [&'static str],
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let bytes = input.bytes.as_slice();
    let mut rows = Rows::new(bytes, options.limits.max_columns).with_texts(texts);
    let (mut at, mut line, mut reported) = (0, 0, 0);
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        let text = bytes[at..end].trim_ascii();
        (at, line) = (end + 1, line + 1);
        if text.is_empty() {
            continue;
        }
        if let Err(problem) = rows.add(text) {
            let row = rows.count as u64 + report.skipped_rows + 1;
            // serde_json counts from the line's own begin.
            let problem = problem.replace(" at line 1 column ", ", at character ");
            if options.on_bad_row == OnBadRow::Error {
                return Err(Error::BadInput {
                    place: Place {
                        row: Some(row),
                        line: Some(line),
                        ..input.place()
                    },
                    problem,
                    advice: "mend the line, or pass { onBadRow: \"skip\" } to leave such lines out"
                        .into(),
                });
            }
            report.skip(input.bad_row(row, line, problem, text));
        }
        if at - reported >= REPORT_BYTES {
            reported = at;
            progress.at(at, bytes.len())?;
        }
    }
    rows.finish(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::read_text;
    use crate::table::{JsonOptions, type_name};

    fn ndjson(text: &str, options: &ReadOptions) -> Result<(Table, Report)> {
        read_text(read, "t.json", text, options)
    }

    #[test]
    fn columns_and_types() {
        for (name, text, columns, json) in [
            (
                "nested",
                r#"{"a":{"b":1,"c":"x"}}"#,
                "a.b int64, a.c text",
                r#"[{"a.b":1,"a.c":"x"}]"#,
            ),
            (
                "late and absent",
                "{\"a\":1}\n\n{\"b\":true}\r\n",
                "a int64, b bool",
                r#"[{"a":1,"b":null},{"a":null,"b":true}]"#,
            ),
            (
                "mixed",
                "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":1.50}",
                "a text",
                r#"[{"a":"1"},{"a":"x"},{"a":"1.50"}]"#,
            ),
            (
                "numbers",
                "{\"a\":1,\"b\":18446744073709551616}\n{\"a\":2.5}",
                "a float64, b text",
                r#"[{"a":1.0,"b":"18446744073709551616"},{"a":2.5,"b":null}]"#,
            ),
            (
                "numbers in quotes",
                r#"{"a":"5"}"#,
                "a text",
                r#"[{"a":"5"}]"#,
            ),
            (
                "times",
                r#"{"t":"2019-01-15T05:15:15.677Z"}"#,
                "t timestamp",
                r#"[{"t":"2019-01-15T05:15:15.677Z"}]"#,
            ),
            (
                "lists",
                "{\"a\":[1,2],\"b\":[\"x\",null],\"c\":[1,\"x\"]}",
                "a list<int64>, b list<text>, c text",
                r#"[{"a":[1,2],"b":["x",null],"c":"[1,\"x\"]"}]"#,
            ),
            (
                "scalar and object",
                "{\"a\":1}\n{\"a\":{\"b\":2}}",
                "a int64, a.b int64",
                r#"[{"a":1,"a.b":null},{"a":null,"a.b":2}]"#,
            ),
            (
                "keys twice and escapes",
                r#"{"a":1,"a":2,"q\"":"\u00e9\n"}"#,
                "a int64, q\" text",
                "[{\"a\":2,\"q\\\"\":\"é\\n\"}]",
            ),
            ("empty object", r#"{"a":{}}"#, "a text", r#"[{"a":"{}"}]"#),
        ] {
            let (table, _) = ndjson(text, &ReadOptions::default()).expect(name);
            let types = table
                .batch()
                .columns()
                .iter()
                .map(|column| type_name(column.data_type()));
            let found: Vec<String> = table
                .names()
                .iter()
                .zip(types)
                .map(|(name, kind)| format!("{name} {kind}"))
                .collect();
            assert_eq!(found.join(", "), columns, "{name}");
            let bytes = table.to_json(&JsonOptions::default());
            assert_eq!(
                String::from_utf8_lossy(&bytes)
                    .replace(",\n", ",")
                    .trim_end(),
                json,
                "{name}"
            );
        }
    }

    #[test]
    fn bad_lines_are_named_or_skipped() {
        let text = "{\"a\":1}\n{\"a\":2,\"b\":\n{\"a\":3}\n[4]\n";
        let error = ndjson(text, &ReadOptions::default()).expect_err("a bad line");
        assert!(
            error.to_string().starts_with("t.json, row 2 (line 2): "),
            "{error}"
        );
        let options = ReadOptions {
            on_bad_row: OnBadRow::Skip,
            ..ReadOptions::default()
        };
        let (table, report) = ndjson(text, &options).expect("the others");
        assert_eq!(
            (table.num_rows(), table.num_columns(), report.skipped_rows),
            (2, 1, 2)
        );
    }

    #[test]
    fn a_skipped_line_leaves_no_trace_in_the_columns() {
        let text = "{\"a\":1}\n{\"a\":\"x\",\"c\":1,\"b\":}\n{\"a\":2}\n{\"a\":3,\"d\":1}\n";
        let options = ReadOptions {
            on_bad_row: OnBadRow::Skip,
            ..ReadOptions::default()
        };
        let (table, _) = ndjson(text, &options).expect("the others");
        assert_eq!(table.names(), ["a", "d"]);
        assert_eq!(type_name(table.batch().column(0).data_type()), "int64");
    }
}
