//! The text of a query with values in it.
//!
//! How a value is written depends on its type and on where it stands:
//!
//! | it stands | a value is |
//! | --- | --- |
//! | in a literal | escaped as this kind of literal needs, whatever its type; lists with commas between |
//! | in a comment | without line breaks |
//! | elsewhere, a number, bool, time or list | written as the language has them, texts of lists between quotes |
//! | elsewhere, a `str` that is *data* | put between quotes and escaped; a plain word is left alone in SPL and Lucene |
//! | elsewhere, a `str` that is a *word* | one name, number or operator; anything else is refused |
//! | elsewhere, a `str` that is a *fragment* | a piece of the query; its brackets and quotes must be closed, and it has no `;` |
//!
//! What a `str` is, the file tells by its default:
//!
//! | default | after `==`, `has`, `in (` … | elsewhere |
//! | --- | --- | --- |
//! | none | data | word |
//! | `''` | data | fragment |
//! | one literal, such as `"%Y"` | data | data |
//! | one word, such as `SecurityEvent` | word; data in SPL and Lucene | word |
//! | `true` or `false` | fragment | fragment |
//! | anything else, such as `\| take 10` | fragment | fragment |
//!
//! In JSON all without quotes is data, but for defaults that are pieces of it. `raw: true` beside
//! `type:` makes a parameter a fragment, and `raw: false` makes it none. A default is the file's own
//! text, so it goes in as it stands.
//!
//! At the end the text is read again: after each value one must be where one was before it, or the
//! text is not given.

use serde_json::{Map, Value as Json};

use super::escape::{escape, percent};
use super::language::{Language, Times};
use super::params::{Value, strftime, value_of};
use super::query::{Parameter, Query};
use super::scan::{Place, State, states, tidy, unbalanced};
use super::template::{Hole, Role, is_word};
use super::words;
use crate::nearest::did_you_mean;
use crate::table::time::{format_time, seconds};
use crate::{Error, Result};

/// The text of `query` with `given`, by names or aliases of parameters, `null` being none.
///
/// `now` is what times are counted from, in microseconds since 1970.
///
/// # Errors
///
/// `InvalidArgument` for a name that is no parameter, one that is not given and has no default, and a
/// value that is not of its type or cannot stand where it goes.
pub fn render(query: &Query, given: &Map<String, Json>, now: i64) -> Result<String> {
    let values = values(query, given)?;
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut done = 0;
    for hole in &query.holes {
        text.push_str(&query.code[done..hole.at]);
        done = hole.at + 1;
        marks.push(text.len());
        let parameter = &query.parameters[hole.parameter];
        write(
            query.language,
            hole,
            parameter,
            values[hole.parameter],
            now,
            &mut text,
        )
        .map_err(|wrong| error(query, &parameter.name, &wrong))?;
        marks.push(text.len());
    }
    text.push_str(&query.code[done..]);
    let found = states(query.language, &text, &marks);
    for (hole, around) in query.holes.iter().zip(found.chunks(2)) {
        if around.iter().any(|state| *state != Some(hole.state)) {
            let wrong = "cannot stand there, as what comes after it would be read in another way";
            return Err(error(query, &query.parameters[hole.parameter].name, wrong));
        }
    }
    Ok(tidy(query.language, &text))
}

fn error(query: &Query, parameter: &str, wrong: &str) -> Error {
    let name = &query.name;
    Error::InvalidArgument(words(&[
        "query `",
        name,
        "`: parameter `",
        parameter,
        "` ",
        wrong,
    ]))
}

/// Of each parameter its value, and whether it is given rather than the default.
fn values<'a>(query: &'a Query, given: &'a Map<String, Json>) -> Result<Vec<(&'a Json, bool)>> {
    let mut values: Vec<(&Json, bool)> = Vec::new();
    for own in &query.parameters {
        values.push((own.default.as_ref().unwrap_or(&Json::Null), false));
    }
    for (name, value) in given {
        let is_it = |own: &Parameter| own.name == *name || own.aliases.contains(name);
        let Some(at) = query.parameters.iter().position(is_it) else {
            let names: Vec<&str> = query
                .parameters
                .iter()
                .map(|own| own.name.as_str())
                .collect();
            let hint = did_you_mean(name, names.iter().copied());
            let all = names.join(", ");
            let message = [
                "query `",
                &query.name,
                "`: there is no parameter `",
                name,
                "`",
                &hint,
                " (there are: ",
                &all,
                ")",
            ];
            return Err(Error::InvalidArgument(words(&message)));
        };
        if value.is_null() {
            continue;
        }
        if values[at].1 {
            let wrong = "is given twice, by an alias too; leave one out";
            return Err(error(query, &query.parameters[at].name, wrong));
        }
        values[at] = (value, true);
    }
    let mut missing: Vec<&str> = Vec::new();
    for hole in &query.holes {
        let name = &query.parameters[hole.parameter].name;
        if values[hole.parameter].0.is_null() && !missing.contains(&name.as_str()) {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    let names = missing.join(", ");
    let message = ["query `", &query.name, "` needs values for: ", &names];
    Err(Error::InvalidArgument(words(&message)))
}

/// Adds a value to a text, where it goes.
fn write(
    language: &'static Language,
    hole: &Hole,
    parameter: &Parameter,
    (given, is_given): (&Json, bool),
    now: i64,
    out: &mut String,
) -> Result<(), String> {
    let is_code = hole.state.place == Place::Code;
    let is_default = !is_given || (is_code && parameter.default.as_ref() == Some(given));
    if let (true, Json::String(text)) = (is_default, given)
        && parameter.kind == super::query::Kind::Str
    {
        out.push_str(text);
        return Ok(());
    }
    let value = value_of(parameter, given, now)
        .map_err(|expected| words(&["should be ", expected, ", but is ", &given.to_string()]))?;
    if !is_code {
        let text = plain(language, hole, &value)?;
        return escape(language, hole.state, &text, out).map_err(|what| words(&["has ", what]));
    }
    match &value {
        Value::Number(text) => out.push_str(text),
        Value::Time(..) => {
            let text = plain(language, hole, &value)?;
            let wraps = language.name == "KQL" && !hole.is_typed && hole.pattern.is_empty();
            match () {
                () if !hole.pattern.is_empty() => out.push_str(&text),
                () if wraps => out.push_str(&words(&["datetime(", &text, ")"])),
                () if language.quotes_times => return quoted(language, &text, out),
                () => out.push_str(&text),
            }
        }
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(language.between);
                }
                match item {
                    Value::Text(text) => quoted(language, text, out)?,
                    other => out.push_str(&plain(language, hole, other)?),
                }
            }
        }
        Value::Dict(json) if language.name == "KQL" => {
            out.push_str(&words(&["dynamic(", json, ")"]));
        }
        Value::Dict(json) if language.word.is_empty() => out.push_str(json),
        Value::Dict(json) => return quoted(language, json, out),
        Value::Text(text) => return bare(language, hole.role, text, out),
    }
    Ok(())
}

/// A value as a text without quotes.
fn plain(language: &Language, hole: &Hole, value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Text(text) | Value::Number(text) | Value::Dict(text) => text.clone(),
        Value::Time(micros, _) if !hole.pattern.is_empty() => strftime(*micros, &hole.pattern)?,
        // Any offset is as good in an ISO time, but a + is a blank in an address.
        Value::Time(_, Some(text)) if language.times == Times::Iso && !language.is_url => {
            text.clone()
        }
        Value::Time(micros, _) => match language.times {
            Times::Iso => format_time(*micros),
            Times::Millis => micros.div_euclid(1000).to_string(),
            Times::Spaced => seconds(*micros).map_or_else(String::new, |text| {
                String::from_utf8_lossy(&text).into_owned()
            }),
        },
        Value::List(items) => {
            let texts: Result<Vec<String>, String> = items
                .iter()
                .map(|item| plain(language, hole, item))
                .collect();
            texts?.join(",")
        }
    })
}

/// A text between quotes.
fn quoted(language: &'static Language, text: &str, out: &mut String) -> Result<(), String> {
    let Some(quote) = language.quotes.get(usize::from(language.usual)) else {
        return bare(language, Role::Word, text, out);
    };
    out.push_str(quote.open);
    let state = State {
        place: Place::Literal(language.usual),
        inner: 0,
    };
    escape(language, state, text, out).map_err(|what| words(&["has ", what]))?;
    out.push_str(quote.close);
    Ok(())
}

/// A text where there is no literal.
fn bare(
    language: &'static Language,
    role: Role,
    text: &str,
    out: &mut String,
) -> Result<(), String> {
    let is_word = is_word(language, text);
    match role {
        _ if language.quotes.is_empty() && !text.contains(char::is_control) => out.push_str(text),
        Role::Data if !(is_word && language.words_are_texts) => return quoted(language, text, out),
        // What an address has before its options.
        Role::Word if language.is_url && !out.contains('?') && !is_word => match text {
            "." | ".." | "" => return Err(refused(text)),
            _ => percent(text, "-._~", out),
        },
        Role::Fragment => {
            if let Some(why) = unbalanced(language, text) {
                return Err(words(&["is a piece of the query, and ", why]));
            }
            out.push_str(text);
        }
        _ if !is_word => return Err(refused(text)),
        _ => out.push_str(text),
    }
    Ok(())
}

fn refused(text: &str) -> String {
    words(&[
        "stands in the query without quotes, so it should be one name or number, but is `",
        text,
        "`",
    ])
}
