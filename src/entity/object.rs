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

/// Sets a field. Objects are made by it alone: to collect them is much more code.
#[inline(never)]
pub(super) fn put(object: &mut Object, name: &str, value: Value) {
    object.insert(name.to_owned(), value);
}

/// Sets the fields of another.
#[inline(never)]
pub(super) fn copy(from: &Object, to: &mut Object) {
    for (name, value) in from {
        put(to, name, value.clone());
    }
}

/// The text of a field.
#[inline(never)]
pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The kind of this name.
///
/// # Errors
///
/// `InvalidArgument`, which names the nearest.
pub fn kind_named(name: &str) -> Result<Kind> {
    Kind::named(name).ok_or_else(|| {
        let mut all = String::new();
        for kind in kinds() {
            all.push_str(if all.is_empty() { "" } else { ", " });
            all.push_str(kind.name());
        }
        let hint = did_you_mean(name, &mut kinds().flat_map(Kind::words));
        wrong(&[
            "there is no kind of entity `",
            name,
            "`",
            &hint,
            " (there are: ",
            &all,
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
    let name = kind.name();
    if let Value::Object(fields) = value {
        fields.keys().try_for_each(|field| spelt(kind, field))?;
        return Ok(complete(Some(kind), fields));
    }
    if !value.is_string() && !value.is_number() {
        return Err(wrong(&[
            "an entity is made of a text or of an object of fields, such as { ",
            kind.plain(),
            ": \"…\" }",
        ]));
    }
    let example = match name {
        "IpAddress" => "; it looks like 203.0.113.7 or 2001:db8::1",
        "Dns" => "; it looks like www.example.com",
        "Url" => "; it looks like https://example.com/a",
        "FileHash" => "; it has 32, 40, 64 or 128 hexadecimal digits",
        _ => "",
    };
    let text = written(value);
    plain(kind, &text).ok_or_else(|| wrong(&["`", &text, "` is no ", name, example]))
}

/// Whether a field looks like a misspelt one.
fn spelt(kind: Kind, name: &str) -> Result<()> {
    if name == "Type" || COMPUTED.contains(&(kind.name(), name)) {
        return Ok(());
    }
    let mut known = kind.fields().map(|field| field.name).chain(COMMON);
    let most = if name.len() > 5 { 2 } else { 1 };
    match nearest(name, &mut known) {
        Some((far, near)) if far > 0 && far <= most => Err(wrong(&[
            "there is no field `",
            name,
            "` in ",
            kind.name(),
            "; did you mean `",
            near,
            "`?",
        ])),
        _ => Ok(()),
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
pub fn normal(kind: Kind, text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = match kind.name() {
        "IpAddress" => return Some(ip_address::parse(text)?.to_string()),
        "Dns" => {
            let name = text.trim_end_matches('.');
            let is_name = !name.bytes().any(|byte| matches!(byte, b'/' | b':' | b'@'));
            let is_name = is_name && name.contains('.') && ip_address::parse(name).is_none();
            domain::parts(name).filter(|_| is_name)?;
            return Some(name.to_lowercase());
        }
        "Url" => {
            let parts = url::parse(text)?;
            parts.scheme.is_some() || parts.host.is_some() && parts.path.is_some()
        }
        "FileHash" => algorithm(text).is_some(),
        _ => !text.is_empty(),
    };
    is_one.then(|| text.to_owned())
}

/// The hash function that gives as many hexadecimal digits.
#[inline(never)]
pub(super) fn algorithm(text: &str) -> Option<&'static str> {
    let length = HASHES.iter().find(|(length, _)| *length == text.len())?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(length.1)
}

/// An entity of a text.
fn plain(kind: Kind, text: &str) -> Option<Object> {
    let text = normal(kind, text)?;
    let name = match kind.name() {
        "Account" if text.starts_with("S-1-") => "Sid",
        // Of a path, and of a hash by its algorithm.
        "File" => match algorithm(&text) {
            Some("MD5") => "Md5",
            Some("SHA1") => "Sha1",
            Some("SHA256") => "Sha256",
            _ => "FullPath",
        },
        _ => kind.plain(),
    };
    let mut object = Object::new();
    put(&mut object, name, text.into());
    Some(complete(Some(kind), &object))
}

/// An object with its type, its fields spelt as usual, entities where fields hold some, and what
/// follows from them; without what is absent.
fn complete(kind: Option<Kind>, object: &Object) -> Object {
    let mut entity = Object::new();
    let own =
        text(object, "Type").filter(|_| kind.is_none_or(|kind| kind.name() == "UnknownEntity"));
    let type_name = own.or_else(|| Some(kind?.type_name()));
    put(&mut entity, "Type", type_name.unwrap_or("unknown").into());
    for (name, value) in object {
        let is_absent = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if is_absent || name == "Type" || name.starts_with('$') {
            continue;
        }
        let field = kind.and_then(|kind| kind.field(name));
        let inner = field.and_then(|field| Kind::named(field.kind));
        put(
            &mut entity,
            field.map_or(name, |field| field.name),
            read(inner, value),
        );
    }
    if let Some(kind) = kind {
        fill(kind, &mut entity);
    }
    entity
}

/// The value of a field, which holds an entity of `kind` if there is one.
fn read(kind: Option<Kind>, value: &Value) -> Value {
    match value {
        Value::Array(values) => each(values, &mut |value| read(kind, value)),
        Value::Object(object) => match (text(object, "Type"), kind) {
            (None, None) => {
                let mut inner = Object::new();
                for (name, value) in object.iter().filter(|(name, _)| !name.starts_with('$')) {
                    put(&mut inner, name, read(None, value));
                }
                inner.into()
            }
            (own, kind) => complete(own.map_or(kind, Kind::named), object).into(),
        },
        Value::String(text) => match kind.and_then(|kind| plain(kind, text)) {
            Some(entity) => entity.into(),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

/// A list of what `read` makes of each value.
#[inline(never)]
pub(super) fn each(values: &[Value], read: &mut dyn FnMut(&Value) -> Value) -> Value {
    let mut all = Vec::with_capacity(values.len());
    for value in values {
        all.push(read(value));
    }
    all.into()
}

#[inline(never)]
pub(super) fn kind_of(entity: &Object) -> Option<Kind> {
    Kind::named(text(entity, "Type")?)
}

/// The alert that a row of a table is, with its entities.
pub fn from_alert(row: &Object) -> Object {
    complete(Kind::named("Alert"), &alert::from_alert(row))
}

/// A value in which each entity has in a field `$` what is said of it: its kind, id, name,
/// description, and fields that follow from others.
pub fn described(value: &Value) -> Value {
    let object = match value {
        Value::Array(values) => return each(values, &mut described),
        Value::Object(object) => object,
        _ => return value.clone(),
    };
    let mut all = Object::new();
    for (name, value) in object {
        put(&mut all, name, described(value));
    }
    let Some(named) = alert::named(object) else {
        return all.into();
    };
    let kind = kind_of(object);
    let kind_name = kind.map_or("UnknownEntity", Kind::name);
    let description = match text(object, "Description").or_else(|| text(object, "CommandLine")) {
        Some(text) => text.to_owned(),
        None => [kind_name, " ", &named.name].concat(),
    };
    let mut more = Object::new();
    for (_, field) in COMPUTED {
        if let Some(value) = kind.and_then(|kind| computed(object, kind, field)) {
            put(&mut more, field, value.into());
        }
    }
    let about: Vec<Value> = vec![
        kind_name.into(),
        named.key.into(),
        named.name.into(),
        description.into(),
        more.into(),
    ];
    put(&mut all, "$", about.into());
    all.into()
}
