//! One query: its text and its parameters, checked.

use serde_json::{Map, Value as Json};

use super::language::Language;
use super::scan::{fold, tidy};
use super::template::{Hole, parse};

/// A parameter of a query.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name between braces in the text.
    pub name: String,
    /// The text of the query that is there if no value is.
    pub default: Option<String>,
    /// What stands around the value, which is `{}` there.
    pub format: Option<String>,
    /// Whether the file says that it is, or is not, a piece of a query.
    pub raw: Option<bool>,
}

/// A query, checked.
#[derive(Debug)]
pub struct Query {
    /// What errors call it.
    pub name: String,
    /// In the order of their names.
    pub parameters: Vec<Parameter>,
    /// What it is written in.
    pub language: &'static Language,
    /// The text before values.
    pub text: String,
    /// The same with a letter for each value.
    pub(super) code: String,
    pub(super) holes: Vec<Hole>,
}

/// What is wrong with a query.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub advice: &'static str,
}

impl Query {
    /// Checks a query: `text` has its macros replaced, and `parameters` are as the file has them, merged.
    /// O(text).
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn new(
        name: &str,
        language: &'static Language,
        text: &str,
        parameters: &Map<String, Json>,
    ) -> Result<Self, Fault> {
        let all: Vec<Parameter> = parameters
            .iter()
            .map(|(name, value)| {
                let text = |key: &str| value.get(key).and_then(Json::as_str);
                Parameter {
                    name: name.clone(),
                    default: text("default").map(|default| fold(language, default)),
                    format: text("format").map(str::to_owned),
                    raw: value.get("raw").and_then(Json::as_bool),
                }
            })
            .collect();
        let text = fold(language, text);
        let (code, holes) = parse(language, &text, &all)?;
        Ok(Self {
            name: name.into(),
            language,
            parameters: all,
            text: tidy(language, &text),
            code,
            holes,
        })
    }
}
