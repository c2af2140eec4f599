//! Reads options objects, and says which option is wrong and how.

use js_sys::{Array, Object};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};

use crate::{Error, Result};

/// Reads an options object; an absent one is the default, and so is an absent,
/// `undefined` or `null` field.
///
/// It goes through a JSON value because serde-wasm-bindgen asks only for the
/// fields it knows, so `deny_unknown_fields` alone never sees a misspelt one.
///
/// # Errors
///
/// `InvalidArgument` for a field that `T` does not have, or a wrong value.
pub(super) fn options<T: DeserializeOwned + Default>(value: JsValue) -> Result<T> {
    let mut options = None;
    read_fields(value, &mut |fields| {
        options =
            Some(serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())?);
        Ok(())
    })?;
    Ok(options.unwrap_or_default())
}

/// What of an options object is the same for all types: each has only `read` of its own.
fn read_fields(value: JsValue, read: Read<'_>) -> Result<()> {
    if value.is_undefined() || value.is_null() {
        return Ok(());
    }
    check_numbers(&value)?;
    let value: Value = serde_wasm_bindgen::from_value(value)
        .map_err(|error| Error::InvalidArgument(format!("options: {error}")))?;
    let Value::Object(mut fields) = value else {
        return Err(Error::InvalidArgument(
            "options should be an object, such as { name: \"log.csv\" }".into(),
        ));
    };
    fields.retain(|_, value| !value.is_null());
    read(fields.clone()).map_err(|error| Error::InvalidArgument(explain(fields, &error, read)))
}

/// Reads fields, or says what is wrong with them.
type Read<'a> = &'a mut dyn FnMut(Map<String, Value>) -> Result<(), String>;

/// JSON has no such numbers: they would become `null`, and so the default.
fn check_numbers(value: &JsValue) -> Result<()> {
    let Some(object) = value.dyn_ref::<Object>() else {
        return Ok(());
    };
    for entry in Object::entries(object) {
        let entry = Array::from(&entry);
        if entry.get(1).as_f64().is_some_and(|n| !n.is_finite()) {
            let name = entry.get(0).as_string().unwrap_or_default();
            return Err(Error::InvalidArgument(format!(
                "option `{name}` should be a finite number"
            )));
        }
    }
    Ok(())
}

/// Names the option that serde's message is about: the one that fails alone.
fn explain(fields: Map<String, Value>, message: &str, read: Read<'_>) -> String {
    for (name, value) in fields {
        if let Err(error) = read(Map::from_iter([(name.clone(), value)])) {
            return complaint(&name, &error);
        }
    }
    format!("options: {message}")
}

/// Serde's message, in the words of someone who wrote `{ name: … }`.
fn complaint(name: &str, message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((&unknown, known)) = quoted
        .split_first()
        .filter(|_| message.starts_with("unknown field"))
    else {
        return format!("option `{name}`: {message}");
    };
    let path = if unknown == name {
        format!("`{name}`")
    } else {
        format!("`{unknown}` in `{name}`")
    };
    if known.is_empty() {
        return format!("there is no option {path}: this function takes none");
    }
    let hint = known
        .iter()
        .map(|&option| (distance(unknown, option), option))
        .min()
        .filter(|(distance, option)| *distance <= option.len() / 3 + 1)
        .map(|(_, option)| format!("; did you mean `{option}`?"))
        .unwrap_or_default();
    format!(
        "there is no option {path}{hint} (there are: {})",
        known.join(", ")
    )
}

/// Levenshtein's distance, without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
