//! Reads options objects, and says which option is wrong and how.

use js_sys::{Array, Date, Object};
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};

use crate::nearest::did_you_mean;
use crate::{Error, Result};

/// Options for which `Infinity` means that there is no limit: longer than all there is.
const UNLIMITED: [&str; 2] = ["maxGapMinutes", "maxSessionMinutes"];

/// How deep options may be; a structured clone may be a circle.
const DEEPEST: usize = 32;

/// Reads an options object; an absent one is the default, and so is an absent,
/// `undefined` or `null` field, also of an object in it.
///
/// It goes through a JSON value because serde-wasm-bindgen asks only for the
/// fields it knows, so `deny_unknown_fields` alone never sees a misspelt one.
///
/// # Errors
///
/// `InvalidArgument` for a field that `T` does not have, or a wrong value.
pub(super) fn options<T: DeserializeOwned + Default>(value: JsValue) -> Result<T> {
    let Some(fields) = fields(&value)? else {
        return Ok(T::default());
    };
    let read = |fields| T::deserialize(Given(Value::Object(fields)));
    read(fields.clone()).map_err(|error| explain(fields, &error, &|alone| read(alone).err()))
}

/// What is given for options. Unlike for serde_json, a struct is no list, which is much less
/// code for each type of options.
struct Given(Value);

impl IntoDeserializer<'_, serde_json::Error> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = serde_json::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| (name, Given(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
            _ => Err(Self::Error::custom("should be an object")),
        }
    }

    // Not inlined, as this and the next are there once for each type of field, not for each field.
    #[inline(never)]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Given(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    #[inline(never)]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The fields that are there, of an object that is. Here, and not above, is what all types
/// of options share.
#[inline(never)]
fn fields(value: &JsValue) -> Result<Option<Map<String, Value>>> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let Value::Object(mut fields) = to_json(value, "", 0)? else {
        return Err(Error::InvalidArgument(
            "options should be an object, such as { name: \"log.csv\" }".into(),
        ));
    };
    fields.retain(|_, value| !value.is_null());
    Ok(Some(fields))
}

/// A value as JSON; `path` is what it is called. Numbers that JSON has not are refused, as
/// they would become `null`, and so the default. Dates are ISO 8601.
fn to_json(value: &JsValue, path: &str, depth: usize) -> Result<Value> {
    if depth > DEEPEST {
        return Err(wrong(path, "should not be that deep, or a circle"));
    }
    if let Some(number) = value.as_f64() {
        return number_to_json(number, path);
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        let items =
            (0..list.length()).map(|i| to_json(&list.get(i), &format!("{path}[{i}]"), depth + 1));
        return items.collect::<Result<_>>().map(Value::Array);
    }
    if let Some(date) = value.dyn_ref::<Date>() {
        return match date.get_time().is_finite() {
            true => Ok(String::from(date.to_iso_string()).into()),
            false => Err(wrong(path, "should be a valid date")),
        };
    }
    let object = value.dyn_ref::<Object>().filter(|_| !value.is_function());
    let Some(object) = object.filter(|object| !object.has_type::<js_sys::Map>()) else {
        return serde_wasm_bindgen::from_value(value.clone())
            .map_err(|error| wrong(path, &format!("cannot be read: {error}")));
    };
    let mut fields = Map::new();
    for entry in Object::entries(object) {
        let entry = Array::from(&entry);
        let name = entry.get(0).as_string().unwrap_or_default();
        if entry.get(1).is_undefined() {
            continue;
        }
        let path = match path {
            "" => name.clone(),
            path => format!("{path}.{name}"),
        };
        fields.insert(name, to_json(&entry.get(1), &path, depth + 1)?);
    }
    // In a condition of a filter, null is a value to compare with.
    if !fields.contains_key("column") {
        fields.retain(|_, value| !value.is_null());
    }
    Ok(Value::Object(fields))
}

fn number_to_json(number: f64, path: &str) -> Result<Value> {
    const WHOLE: f64 = 9_007_199_254_740_992.0; // 2^53
    let name = path.rsplit('.').next().unwrap_or_default();
    if number == f64::INFINITY && UNLIMITED.contains(&name) {
        return Ok(f64::MAX.into());
    }
    if !number.is_finite() {
        return Err(wrong(path, "should be a finite number"));
    }
    Ok(match number.fract() == 0.0 && number.abs() <= WHOLE {
        true => (number as i64).into(),
        false => number.into(),
    })
}

fn wrong(path: &str, what: &str) -> Error {
    Error::InvalidArgument(format!("option `{path}` {what}"))
}

/// Names the option that serde's message is about: the one that fails alone.
#[inline(never)]
fn explain(
    fields: Map<String, Value>,
    error: &serde_json::Error,
    fails: &dyn Fn(Map<String, Value>) -> Option<serde_json::Error>,
) -> Error {
    let fails = |name: &str, value: &Value| {
        fails(Map::from_iter([(name.to_owned(), value.clone())])).map(|error| error.to_string())
    };
    for (name, value) in fields {
        let Some(message) = fails(&name, &value) else {
            continue;
        };
        let inner = value.as_object().into_iter().flatten();
        let inner = inner.map(|(field, value)| {
            let alone = Map::from_iter([(field.clone(), value.clone())]);
            (format!("{name}.{field}"), value, Value::Object(alone))
        });
        for (path, value, alone) in inner {
            if let Some(message) = fails(&name, &alone) {
                return Error::InvalidArgument(complaint(&name, &path, value, &message));
            }
        }
        return Error::InvalidArgument(complaint(&name, &name, &value, &message));
    }
    Error::InvalidArgument(format!("options: {error}"))
}

/// Serde's message, in the words of someone who wrote `{ name: … }`; `path` is where in it
/// the wrong `value` is.
fn complaint(name: &str, path: &str, value: &Value, message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let Some(what) = should_be(message) {
        let found = match value {
            Value::Array(_) if !what.starts_with("a list") => "",
            value => &format!(", but is {value}"),
        };
        let each = if found.is_empty() { "each of " } else { "" };
        return format!("{each}option `{path}` should be {what}{found}");
    }
    let Some((&unknown, known)) = quoted.split_first() else {
        return format!("option `{path}`: {message}");
    };
    if message.starts_with("unknown variant") {
        let hint = did_you_mean(unknown, &mut known.iter().copied());
        return format!(
            "option `{path}`: there is no choice `{unknown}`{hint} (there are: {})",
            known.join(", ")
        );
    }
    if !message.starts_with("unknown field") {
        return format!("option `{path}`: {message}");
    }
    let path = if unknown == name {
        format!("`{name}`")
    } else {
        format!("`{unknown}` in `{name}`")
    };
    if known.is_empty() {
        return format!("there is no option {path}: this function takes none");
    }
    format!(
        "there is no option {path}{} (there are: {})",
        did_you_mean(unknown, &mut known.iter().copied()),
        known.join(", ")
    )
}

/// What serde expected of a value, in words.
fn should_be(message: &str) -> Option<&'static str> {
    let is_wrong = message.starts_with("invalid type") || message.starts_with("invalid value");
    let (found, expected) = message.rsplit_once(", expected ").filter(|_| is_wrong)?;
    let is_large = found.starts_with("invalid value: integer `") && !found.contains("`-");
    Some(match expected {
        "u32" if is_large => "a whole number of 4294967295 or less",
        "u32" | "u64" | "usize" => "a whole number of 0 or more",
        "f64" => "a number",
        "a sequence" => "a list, such as [\"EventID\"]",
        "a string" => "text",
        "a boolean" => "true or false",
        _ => return None,
    })
}
