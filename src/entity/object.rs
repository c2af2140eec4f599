//! Entities as JSON objects, as alerts have them: `Type`, and fields by name, which may be entities.

use serde_json::{Map, Value};

use super::follow::{COMPUTED, computed, fill};
use super::kinds::{COMMON, Kind, kinds};
use super::{alert, domain, ip_address, url};
use crate::nearest::{did_you_mean, nearest};
use crate::{Error, Result};

/// An entity: `Type` and its fields.
pub type Object = Map<String, Value>;

/// The hash functions by the number of hexadecimal digits.
const HASHES: [(usize, &str); 4] = [(32, "MD5"), (40, "SHA1"), (64, "SHA256"), (128, "SHA512")];

#[inline(never)]
pub(super) fn wrong(parts: &[&str]) -> Error {
    Error::InvalidArgument(parts.concat())
}

/// The kind of this name.
///
/// # Errors
///
/// `InvalidArgument`, which names the nearest.
pub fn kind_named(name: &str) -> Result<&'static Kind> {
    let names = || kinds().iter().flat_map(Kind::words);
    Kind::named(name).ok_or_else(|| {
        let all: Vec<&str> = kinds().iter().map(|kind| kind.name).collect();
        let hint = did_you_mean(name, names());
        wrong(&[
            "there is no kind of entity `",
            name,
            "`",
            &hint,
            " (there are: ",
            &all.join(", "),
            ")",
        ])
    })
}

/// An entity of a text, such as an address, or of its fields. What follows from them is
/// filled in: a host name's domain, a file's folder, a hash's algorithm.
///
/// # Errors
///
/// `InvalidArgument` for a kind that there is not, a value that is none of it, and a field that
/// looks like a misspelt one; other fields are kept.
pub fn make(kind: &str, value: &Value) -> Result<Object> {
    let kind = kind_named(kind)?;
    match value {
        Value::Object(fields) => {
            for name in fields.keys().filter(|name| *name != "Type") {
                let known = kind.fields.iter().map(|field| field.name).chain(COMMON);
                let most = if name.len() > 5 { 2 } else { 1 };
                if let Some((1.., near)) = nearest(name, known).filter(|(far, _)| *far <= most)
                    && !COMPUTED.contains(&(kind.name, name))
                {
                    return Err(wrong(&[
                        "there is no field `",
                        name,
                        "` in ",
                        kind.name,
                        "; did you mean `",
                        near,
                        "`?",
                    ]));
                }
            }
            Ok(complete(Some(kind), fields))
        }
        Value::String(_) | Value::Number(_) => {
            let text = written(value);
            let example = match kind.name {
                "IpAddress" => "; it looks like 203.0.113.7 or 2001:db8::1",
                "Dns" => "; it looks like www.example.com",
                "Url" => "; it looks like https://example.com/a",
                "FileHash" => "; it has 32, 40, 64 or 128 hexadecimal digits",
                _ => "",
            };
            plain(kind, &text).ok_or_else(|| wrong(&["`", &text, "` is no ", kind.name, example]))
        }
        _ => Err(wrong(&[
            "an entity is made of a text or of an object of fields, such as { ",
            kind.plain(),
            ": \"…\" }",
        ])),
    }
}

/// A text without blanks around it, or a number as text.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// A text in the form in which entities of this kind have it; `None` if it is none of them.
pub fn normal(kind: &Kind, text: &str) -> Option<String> {
    let text = text.trim();
    let owned = || text.to_owned();
    match kind.name {
        "IpAddress" => Some(ip_address::parse(text)?.to_string()),
        "Dns" => {
            let name = text.trim_end_matches('.');
            let is_name = name.contains('.')
                && !name.contains(['/', ':', '@'])
                && ip_address::parse(name).is_none();
            domain::parts(name).filter(|_| is_name)?;
            Some(name.to_lowercase())
        }
        "Url" => {
            let parts = url::parse(text)?;
            let is_url = parts.scheme.is_some() || parts.host.is_some() && parts.path.is_some();
            is_url.then(owned)
        }
        "FileHash" => algorithm(text).map(|_| owned()),
        _ => (!text.is_empty()).then(owned),
    }
}

pub(super) fn algorithm(text: &str) -> Option<&'static str> {
    let length = HASHES.iter().find(|(length, _)| *length == text.len())?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(length.1)
}

/// An entity of a text.
fn plain(kind: &'static Kind, text: &str) -> Option<Object> {
    let text = normal(kind, text)?;
    let mut name = kind.plain();
    match kind.name {
        "Account" if text.starts_with("S-1-") => name = "Sid",
        "File" => {
            name = match algorithm(&text) {
                Some("MD5") => "Md5",
                Some("SHA1") => "Sha1",
                Some("SHA256") => "Sha256",
                _ => "FullPath",
            }
        }
        _ => {}
    }
    let object = Object::from_iter([(name.to_owned(), text.into())]);
    Some(complete(Some(kind), &object))
}

/// An object with its type, its fields spelt as usual, entities where fields hold some, and what
/// follows from them; without what is absent.
pub(super) fn complete(kind: Option<&'static Kind>, object: &Object) -> Object {
    let mut entity = Object::new();
    let type_name = match object.get("Type").and_then(Value::as_str) {
        Some(own) if kind.is_none_or(|kind| kind.name == "UnknownEntity") => own,
        _ => kind.map_or("unknown", |kind| kind.type_name),
    };
    entity.insert("Type".into(), type_name.into());
    for (name, value) in object {
        let is_absent = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if is_absent || name == "Type" || name.starts_with('$') {
            continue;
        }
        let field = kind.and_then(|kind| kind.field(name));
        let inner = field.and_then(|field| Kind::named(field.kind?));
        let name = field.map_or(name.as_str(), |field| field.name);
        entity.insert(name.to_owned(), read(inner, value));
    }
    if let Some(kind) = kind {
        fill(kind, &mut entity);
    }
    entity
}

/// The value of a field, which holds an entity of `kind` if there is one.
fn read(kind: Option<&'static Kind>, value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| read(kind, value)).collect(),
        Value::Object(object) => {
            let own = object.get("Type").and_then(Value::as_str);
            match own.map_or(kind, Kind::named) {
                None if own.is_none() => inner(object, &|value| read(None, value)),
                kind => complete(kind, object).into(),
            }
        }
        Value::String(text) => kind
            .and_then(|kind| plain(kind, text))
            .map_or_else(|| value.clone(), Value::Object),
        _ => value.clone(),
    }
}

/// A plain object with its values as `read` gives them, without what is of no meaning or ours.
fn inner(object: &Object, read: &dyn Fn(&Value) -> Value) -> Value {
    let fields = object.iter().filter(|(name, _)| !name.starts_with('$'));
    let fields = fields.map(|(name, value)| (name.clone(), read(value)));
    Value::Object(fields.collect())
}

pub(super) fn kind_of(entity: &Object) -> Option<&'static Kind> {
    Kind::named(entity.get("Type")?.as_str()?)
}

/// The alert that a row of a table is, with its entities.
pub fn from_alert(row: &Object) -> Object {
    complete(Kind::named("Alert"), &alert::from_alert(row))
}

/// An entity with what is said of it in a field `$`: its kind, id, name, description, and fields that
/// follow from others. So are the entities in it.
pub fn described(entity: Object) -> Value {
    let kind = kind_of(&entity);
    let kind_name = kind.map_or("UnknownEntity", |kind| kind.name);
    let (id, name) =
        alert::named(&entity).map_or_else(Default::default, |named| (named.key, named.name));
    let text = |field: &str| entity.get(field).and_then(Value::as_str);
    let description = match text("Description").or_else(|| text("CommandLine")) {
        Some(text) => text.to_owned(),
        None => [kind_name, " ", &name].concat(),
    };
    let mut more = Object::new();
    for (_, field) in COMPUTED {
        let value = kind.and_then(|kind| computed(&entity, kind, field));
        more.extend(value.map(|value| (field.to_owned(), value.into())));
    }
    let about: Vec<Value> = vec![
        kind_name.into(),
        id.into(),
        name.into(),
        description.into(),
        more.into(),
    ];
    let mut all: Object = entity
        .into_iter()
        .map(|(name, value)| (name, describe(value)))
        .collect();
    all.insert("$".into(), about.into());
    all.into()
}

fn describe(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(describe).collect(),
        Value::Object(object) if object.contains_key("Type") => described(object),
        Value::Object(object) => {
            let fields = object.into_iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name, describe(value)))
                    .collect(),
            )
        }
        value => value,
    }
}
