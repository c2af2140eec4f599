//! The parameters of one event, as logs have them.
//!
//! | a cell | what it says |
//! | --- | --- |
//! | `{"Identity": "bob", "Force": true}`, a map, or a struct (without what is absent) | names with values |
//! | `[{"Name": "Identity", "Value": "bob"}]`, as Exchange and Entra ID have them | the same |
//! | `["Identity", "Force"]` or a list of texts | names |
//! | nothing, `null`, `[]` or `{}` | no parameters |
//!
//! A text is JSON; any other cell is taken as the JSON it would be written as. A value
//! that is absent or empty text is none, as in msticpy; what is no text counts as
//! its JSON, so that `0` and `false`, which msticpy skips, are values too.

use serde_json::{Map, Value};

/// A parameter's name, and its value if it has one.
pub(super) type Param = (String, Option<String>);

/// Reads the parameters of one event; of two with one name the last counts.
///
/// # Errors
///
/// What is wrong with the text.
pub(super) fn read(json: &str) -> Result<Vec<Param>, String> {
    let json = json.trim();
    if json.is_empty() {
        return Ok(vec![]);
    }
    let value = serde_json::from_str(json).map_err(|error| format!("no JSON ({error})"))?;
    let mut params = Vec::new();
    match value {
        Value::Null => {}
        Value::Object(fields) => add_object(fields, &mut params),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Null => {}
                    Value::Object(fields) => add_object(fields, &mut params),
                    name => params.extend(text(name).map(|name| (name, None))),
                }
            }
        }
        _ => return Err("neither an object nor a list".into()),
    }
    // Stable, so the last of one name is the last here too.
    params.sort_by(|a, b| a.0.cmp(&b.0));
    params.reverse();
    params.dedup_by(|earlier, kept| earlier.0 == kept.0);
    params.reverse();
    Ok(params)
}

/// A pair of `Name` and `Value`, or each field; a pair without a name is none.
fn add_object(mut fields: Map<String, Value>, params: &mut Vec<Param>) {
    const PAIRS: [[&str; 2]; 4] = [
        ["Name", "Value"],
        ["name", "value"],
        ["Key", "Value"],
        ["key", "value"],
    ];
    let has =
        |pair: &&[&str; 2]| fields.len() == 2 && pair.iter().all(|name| fields.contains_key(*name));
    if let Some([name, value]) = PAIRS.iter().find(has) {
        let (name, value) = (fields.remove(*name), fields.remove(*value));
        let name = name.and_then(text);
        params.extend(name.map(|name| (name, value.and_then(text))));
        return;
    }
    params.extend(fields.into_iter().map(|(name, value)| (name, text(value))));
}

/// A value as text; nothing for `null` and empty text.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_logs_have() {
        let cases: [(&str, Result<&str, &str>); 17] = [
            ("", Ok("")),
            (" ", Ok("")),
            ("null", Ok("")),
            ("{}", Ok("")),
            ("[]", Ok("")),
            (r#"{"b": "x", "a": 1}"#, Ok("a=1 b=x")),
            (r#"{"a": "", "b": null, "c": false}"#, Ok("a b c=false")),
            (r#"{"a": [1, "x"]}"#, Ok(r#"a=[1,"x"]"#)),
            (r#"["b", "a", null, "b"]"#, Ok("a b")),
            (
                r#"[{"Name": "a", "Value": "x"}, {"Name": "b", "Value": ""}]"#,
                Ok("a=x b"),
            ),
            (
                r#"[{"name": "a", "value": "x"}, {"key": "b", "value": 2}]"#,
                Ok("a=x b=2"),
            ),
            (
                r#"[{"Name": "a", "Value": "x"}, {"Name": "a", "Value": "y"}]"#,
                Ok("a=y"),
            ),
            (
                r#"{"Name": "a", "Value": "x", "More": 1}"#,
                Ok("More=1 Name=a Value=x"),
            ),
            (r#"[{"Name": "", "Value": "x"}]"#, Ok("")),
            ("Identity", Err("no JSON")),
            ("5", Err("neither an object nor a list")),
            ("[1", Err("no JSON")),
        ];
        for (json, expected) in cases {
            let written = read(json).map(|params| {
                let params = params.into_iter().map(|(name, value)| match value {
                    Some(value) => format!("{name}={value}"),
                    None => name,
                });
                params.collect::<Vec<_>>().join(" ")
            });
            match expected {
                Ok(expected) => assert_eq!(written.as_deref(), Ok(expected), "{json}"),
                Err(start) => assert!(
                    written.is_err_and(|error| error.starts_with(start)),
                    "{json}"
                ),
            }
        }
    }
}
