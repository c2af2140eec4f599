//! One query: its text and its parameters, checked.

use serde_json::{Map, Value as Json};

use super::language::Language;
use super::scan::{fold, tidy};
use super::template::{Hole, parse};
use super::words;
use crate::nearest::did_you_mean;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Str,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// True or false.
    Bool,
    /// A time.
    Datetime,
    /// Texts and numbers.
    List,
    /// Names with values.
    Dict,
}

/// As files have them.
const KINDS: [(&str, Kind); 8] = [
    ("str", Kind::Str),
    ("int", Kind::Int),
    ("float", Kind::Float),
    ("bool", Kind::Bool),
    ("datetime", Kind::Datetime),
    ("list", Kind::List),
    ("dict", Kind::Dict),
    ("string", Kind::Str),
];

/// A parameter of a query.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name between braces in the text.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// What it is if it is not given; a parameter without must be given.
    pub default: Option<Json>,
    /// What stands around the value, which is `{}` there.
    pub format: Option<String>,
    /// Other names of it.
    pub aliases: Vec<String>,
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
    /// With which parameter, or with the text.
    pub parameter: Option<String>,
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
        let mut all = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            all.push(parameter(language, name, value)?);
        }
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

/// A list of texts, which may be one text.
fn names(value: Option<&Json>) -> Vec<String> {
    let all = match value {
        Some(Json::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let texts = all.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}

fn parameter(language: &'static Language, name: &str, value: &Json) -> Result<Parameter, Fault> {
    let wrong = |problem, advice| {
        Err(Fault {
            parameter: Some(name.into()),
            problem,
            advice,
        })
    };
    let Some(kind) = value.get("type").and_then(Json::as_str) else {
        return wrong(
            words(&["parameter `", name, "` has no `type`"]),
            "add it, such as type: str",
        );
    };
    let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        let known = KINDS.map(|(known, _)| known);
        let hint = did_you_mean(kind, known.iter().copied());
        let problem = words(&[
            "parameter `",
            name,
            "` has the type `",
            kind,
            "`, which there is not",
            &hint,
        ]);
        return wrong(problem, "use str, int, float, bool, datetime, list or dict");
    };
    // `default:` with nothing after it is none in msticpy, so that a value must be given.
    let default = match value.get("default") {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(fold(language, text).into()),
        Some(default) => Some(default.clone()),
    };
    Ok(Parameter {
        name: name.into(),
        kind: *kind,
        default,
        format: value
            .get("format")
            .and_then(Json::as_str)
            .map(str::to_owned),
        aliases: names(value.get("aliases")),
        raw: value.get("raw").and_then(Json::as_bool),
    })
}
