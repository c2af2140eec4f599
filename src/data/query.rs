//! One query: its text and its parameters, checked.

use serde_json::{Map, Value as Json};

use super::language::{Language, environment, language_of};
use super::scan::{fold, tidy};
use super::template::{Piece, parse};
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
    /// For which log stores, by the first name that each has.
    pub environments: Vec<&'static str>,
    /// In the order of their names.
    pub parameters: Vec<Parameter>,
    /// What it is written in.
    pub language: &'static Language,
    /// The text before values.
    pub text: String,
    pub(super) pieces: Vec<Piece>,
}

/// What is wrong with a query.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Under which keys: of the query, or of what its file says for all.
    pub path: Vec<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub advice: &'static str,
}

pub(super) fn fault(path: &[&str], problem: String, advice: &'static str) -> Fault {
    Fault {
        path: path.iter().map(|key| (*key).into()).collect(),
        problem,
        advice,
    }
}

impl Query {
    /// Checks a query: `environments` are names of log stores, `text` has its macros replaced, and
    /// `parameters` are as the file has them, merged. O(text).
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn new(
        name: &str,
        environments: &[String],
        text: &str,
        parameters: &Map<String, Json>,
    ) -> Result<Self, Fault> {
        const ENVIRONMENTS: [&str; 2] = ["metadata", "data_environments"];
        let mut firsts = Vec::new();
        let mut language: Option<&'static Language> = None;
        for own in environments {
            let (first, usual) = environment(own)
                .map_err(|error| fault(&ENVIRONMENTS, error.to_string(), "mend the name"))?;
            if language.is_some_and(|other| other.name != usual.name) {
                let problem = "the environments have different languages".into();
                return Err(fault(&ENVIRONMENTS, problem, "make a file of each"));
            }
            if !firsts.contains(&first) {
                firsts.push(first);
            }
            language = Some(usual);
        }
        let Some(usual) = language else {
            let problem = "there are no `data_environments`".into();
            return Err(fault(
                &ENVIRONMENTS,
                problem,
                "name at least one, such as [MSSentinel]",
            ));
        };
        let language = language_of(usual, text);
        let mut all = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            all.push(parameter(language, name, value)?);
        }
        let text = fold(language, text);
        Ok(Self {
            name: name.into(),
            environments: firsts,
            language,
            pieces: parse(language, &text, &all)?,
            parameters: all,
            text: tidy(language, &text),
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
    let wrong = |problem, advice| Err(fault(&["parameters", name], problem, advice));
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
