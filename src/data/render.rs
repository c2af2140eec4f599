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
use super::query::{Parameter, Query};
use super::scan::{Place, State, states, tidy, unbalanced};
use super::template::{Hole, Role, is_word};
use super::words;
use crate::table::time::{format_time, parse_time, seconds};
use crate::{Error, Result};

/// The text of `query` with `values`, by names of parameters. One that has none gets its default.
///
/// A text is a JSON string, a number or bool itself, a list an array of these, a time `{"time": "…"}` in a
/// form that [`parse_time`] reads, and an object `{"dict": "…"}` with its JSON.
///
/// # Errors
///
/// `InvalidArgument` for a value that cannot stand where it goes, or that there is not.
pub fn render(query: &Query, values: &Map<String, Json>) -> Result<String> {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut done = 0;
    for hole in &query.holes {
        text.push_str(&query.code[done..hole.at]);
        done = hole.at + 1;
        marks.push(text.len());
        let parameter = &query.parameters[hole.parameter];
        let value = values.get(&parameter.name);
        write(query.language, hole, parameter, value, &mut text)
            .map_err(|wrong| error(query, hole, &wrong))?;
        marks.push(text.len());
    }
    text.push_str(&query.code[done..]);
    let found = states(query.language, &text, &marks);
    for (hole, around) in query.holes.iter().zip(found.chunks(2)) {
        if around.iter().any(|state| *state != Some(hole.state)) {
            let wrong = "cannot stand there, as what comes after it would be read in another way";
            return Err(error(query, hole, wrong));
        }
    }
    Ok(tidy(query.language, &text))
}

fn error(query: &Query, hole: &Hole, wrong: &str) -> Error {
    let parameter = &query.parameters[hole.parameter].name;
    let message = [
        "query `",
        &query.name,
        "`: parameter `",
        parameter,
        "` ",
        wrong,
    ];
    Error::InvalidArgument(words(&message))
}

/// Adds a value to a text, where it goes.
fn write(
    language: &'static Language,
    hole: &Hole,
    parameter: &Parameter,
    value: Option<&Json>,
    out: &mut String,
) -> Result<(), String> {
    let is_code = hole.state.place == Place::Code;
    let own = parameter.default.as_deref();
    let Some(value) = value.filter(|value| !is_code || own.is_none() || value.as_str() != own)
    else {
        out.push_str(own.ok_or("has no value")?);
        return Ok(());
    };
    let is_time = value.get("time").is_some();
    if !hole.pattern.is_empty() && !is_time {
        return Err("has a `format` that is for times".into());
    }
    if !is_code {
        let text = plain(language, hole, value)?;
        return escape(language, hole.state, &text, out).map_err(|what| words(&["has ", what]));
    }
    if let Some(text) = value.as_str() {
        return bare(language, hole.role, text, out);
    }
    if let Some(items) = value.as_array() {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(language.between);
            }
            match item.as_str() {
                Some(text) => quoted(language, text, out)?,
                None => out.push_str(&item.to_string()),
            }
        }
        return Ok(());
    }
    let text = plain(language, hole, value)?;
    let is_kql = language.name == "KQL";
    let around = match () {
        () if !is_time && !value.is_object() => "",
        () if is_time && (!hole.pattern.is_empty() || (is_kql && hole.is_typed)) => "",
        () if is_kql && is_time => "datetime(",
        () if is_kql => "dynamic(",
        () if if is_time {
            language.quotes_times
        } else {
            !language.word.is_empty()
        } =>
        {
            return quoted(language, &text, out);
        }
        () => "",
    };
    let end = if around.is_empty() { "" } else { ")" };
    out.push_str(&words(&[around, &text, end]));
    Ok(())
}

/// A value as a text without quotes.
fn plain(language: &Language, hole: &Hole, value: &Json) -> Result<String, String> {
    let Json::Object(fields) = value else {
        return Ok(match value {
            Json::String(text) => text.clone(),
            Json::Array(items) => {
                let mut text = String::new();
                for item in items {
                    if !text.is_empty() {
                        text.push(',');
                    }
                    text.push_str(&plain(language, hole, item)?);
                }
                text
            }
            _ => value.to_string(),
        });
    };
    if let Some(json) = fields.get("dict").and_then(Json::as_str) {
        return Ok(json.into());
    }
    let text = fields
        .get("time")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let Some(time) = parse_time(text.as_bytes()) else {
        return Err(words(&[
            "should be a Date, an ISO 8601 time, a number of days from now such as -1, or an offset such as \"-3h\" or \"-1d@d\", but is `",
            text,
            "`",
        ]));
    };
    if !hole.pattern.is_empty() {
        return strftime(time.micros, &hole.pattern).map_err(Into::into);
    }
    Ok(match language.times {
        // An ISO time with an offset stays as it is, as it may be finer; but a + is a blank in an address.
        Times::Iso if is_iso(text) && !language.is_url => text.into(),
        Times::Iso => format_time(time.micros),
        Times::Millis => time.micros.div_euclid(1000).to_string(),
        Times::Spaced => {
            let text = seconds(time.micros).unwrap_or_default();
            String::from_utf8_lossy(&text).into_owned()
        }
    })
}

/// Whether a time is ISO 8601 with an offset.
fn is_iso(text: &str) -> bool {
    let text = text.as_bytes();
    let is_part = |b: &u8| b.is_ascii_digit() || b"-:.TZ+".contains(b);
    text.get(10) == Some(&b'T')
        && text.iter().all(is_part)
        && text.iter().skip(10).any(|b| b"Z+-".contains(b))
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

/// A time as `strftime` writes it, with `%Y %m %d %H %M %S %f %%`.
///
/// # Errors
///
/// What comes after a `%` and is none of these.
fn strftime(micros: i64, pattern: &str) -> Result<String, &'static str> {
    // 2019-02-09 23:26:47.700000
    let text = seconds(micros).unwrap_or([b'0'; 26]);
    const PARTS: [(u8, usize, usize); 7] = [
        (b'Y', 0, 4),
        (b'm', 5, 7),
        (b'd', 8, 10),
        (b'H', 11, 13),
        (b'M', 14, 16),
        (b'S', 17, 19),
        (b'f', 20, 26),
    ];
    let mut out = Vec::new();
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let letter = bytes.next().unwrap_or_default();
        match PARTS.iter().find(|(own, ..)| *own == letter) {
            Some((_, from, to)) => out.extend_from_slice(&text[*from..*to]),
            None if letter == b'%' => out.push(b'%'),
            None => {
                return Err(
                    "has a `format` in which the letters after % may only be Y m d H M S f and %",
                );
            }
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
