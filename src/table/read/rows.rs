//! Columns out of JSON objects, for the `json` and `ndjson` readers.
//!
//! The first pass finds where each value stands in the file, and gives each
//! path of keys (`a.b`) a column; the second gives each column a type. Rules:
//!
//! - numbers as in CSV files (see `infer`): int64, else float64, else text;
//! - text whose values are all times is a time;
//! - arrays of one kind of scalar are lists; other arrays stay as JSON text;
//! - a column of several kinds is text, each value spelled as in the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::{ArrayRef, StringArray};
use serde::de::{Deserialize, Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::table::Report;
use crate::table::infer::{self, Field};
use crate::{Error, Place, Result, Table};

/// Objects nested deeper than this stay as JSON text.
const MAX_DEPTH: usize = 32;

const NUMBER: u8 = 1;
const BOOL: u8 = 2;
const STRING: u8 = 4;
const ARRAY: u8 = 8;
const OBJECT: u8 = 16;

pub(super) struct Rows<'a> {
    source: &'a [u8],
    columns: Vec<Column>,
    index: HashMap<String, usize>,
    /// The columns of the last row in the order of its keys: the next row
    /// usually has the same, which spares looking them up.
    order: Vec<usize>,
    at: usize,
    pub(super) count: usize,
    repeated: bool,
    max_columns: usize,
}

struct Column {
    name: String,
    fields: Vec<Field>,
    kinds: u8,
}

impl<'a> Rows<'a> {
    pub(super) fn new(source: &'a [u8], max_columns: u64) -> Self {
        Self {
            source,
            columns: Vec::new(),
            index: HashMap::new(),
            order: Vec::new(),
            at: 0,
            count: 0,
            repeated: false,
            max_columns: usize::try_from(max_columns).unwrap_or(usize::MAX),
        }
    }

    /// Adds the object that is `text`, a part of the source, or says what is
    /// wrong with it and adds nothing.
    pub(super) fn add(&mut self, text: &'a [u8]) -> Result<(), String> {
        self.at = 0;
        let added = self.object("", text, 0);
        if added.is_err() {
            for column in &mut self.columns {
                column.fields.truncate(self.count);
            }
            self.order.clear();
        } else {
            self.count += 1;
        }
        added
    }

    /// Adds a row whose only column is `value`.
    pub(super) fn add_value(&mut self, raw: &'a RawValue) -> Result<(), String> {
        self.at = 0;
        self.set("", "value", raw)?;
        self.count += 1;
        Ok(())
    }

    fn object(&mut self, prefix: &str, text: &'a [u8], depth: usize) -> Result<(), String> {
        let mut json = serde_json::Deserializer::from_slice(text);
        let visitor = Object {
            rows: self,
            prefix,
            depth,
        };
        json.deserialize_map(visitor)
            .and_then(|()| json.end())
            .map_err(|error| error.to_string())
    }

    fn value(
        &mut self,
        prefix: &str,
        key: &str,
        raw: &'a RawValue,
        depth: usize,
    ) -> Result<(), String> {
        let text = raw.get().as_bytes();
        let is_filled_object =
            text[0] == b'{' && text[1..].trim_ascii_start().first() != Some(&b'}');
        if is_filled_object && depth < MAX_DEPTH {
            return self.object(&join(prefix, key), text, depth + 1);
        }
        self.set(prefix, key, raw)
    }

    fn set(&mut self, prefix: &str, key: &str, raw: &RawValue) -> Result<(), String> {
        let column = self.column(prefix, key)?;
        let text = raw.get().as_bytes();
        let (kind, is_null) = match text[0] {
            b'"' => (STRING, false),
            b't' | b'f' => (BOOL, false),
            b'n' => (0, true),
            b'[' => (ARRAY, false),
            b'{' => (OBJECT, false),
            _ => (NUMBER, false),
        };
        let start = text.as_ptr() as usize - self.source.as_ptr() as usize;
        let field = if is_null {
            Field::ABSENT
        } else {
            Field::new(start, start + text.len(), false, false)
        };
        let (row, column) = (self.count, &mut self.columns[column]);
        column.kinds |= kind;
        if column.fields.len() > row {
            self.repeated = true;
            column.fields.truncate(row);
        }
        column.fields.resize(row, Field::ABSENT);
        column.fields.push(field);
        Ok(())
    }

    fn column(&mut self, prefix: &str, key: &str) -> Result<usize, String> {
        let guess = self.order.get(self.at).copied();
        let column = match guess.filter(|&guess| is_path(&self.columns[guess].name, prefix, key)) {
            Some(column) => column,
            None => {
                let name = join(prefix, key);
                let next = self.columns.len();
                match self.index.get(&name) {
                    Some(&column) => column,
                    None if next >= self.max_columns => {
                        return Err(format!(
                            "more than {} columns; raise limits.maxColumns",
                            self.max_columns
                        ));
                    }
                    None => {
                        self.index.insert(name.clone(), next);
                        self.columns.push(Column {
                            name,
                            fields: Vec::new(),
                            kinds: 0,
                        });
                        next
                    }
                }
            }
        };
        self.order.truncate(self.order.len().max(self.at));
        match self.order.get_mut(self.at) {
            Some(place) => *place = column,
            None => self.order.push(column),
        }
        self.at += 1;
        Ok(column)
    }

    pub(super) fn finish(mut self, report: &mut Report) -> Result<Table> {
        if self.repeated {
            report
                .notes
                .push("some rows have a key twice; the last value was kept".into());
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            column.fields.resize(self.count, Field::ABSENT);
            columns.push((column.name.as_str(), &*column));
        }
        let arrays = columns
            .into_iter()
            .map(|(name, column)| Ok((name, finish(column, self.source, report)?)));
        Table::new(arrays.collect::<Result<_>>()?)
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_string()
    } else {
        format!("{prefix}.{key}")
    }
}

/// Whether `name` is `join(prefix, key)`.
fn is_path(name: &str, prefix: &str, key: &str) -> bool {
    match name.strip_suffix(key) {
        Some("") => prefix.is_empty(),
        Some(head) => !prefix.is_empty() && head.strip_suffix('.') == Some(prefix),
        None => false,
    }
}

struct Object<'r, 'a> {
    rows: &'r mut Rows<'a>,
    prefix: &'r str,
    depth: usize,
}

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, such as {\"a\": 1}")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let raw: &'a RawValue = map.next_value()?;
            self.rows
                .value(self.prefix, &key, raw, self.depth)
                .map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// A key that borrows from the source where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Key<'a> {
    fn deserialize<D: serde::Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsKey;
        impl<'a> Visitor<'a> for AsKey {
            type Value = Key<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'a str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_string())))
            }
        }
        deserializer.deserialize_str(AsKey)
    }
}

fn finish(column: &Column, source: &[u8], report: &mut Report) -> Result<ArrayRef> {
    match column.kinds {
        NUMBER | BOOL => infer::column(&column.name, source, &column.fields, report),
        ARRAY => match lists(&column.fields, source) {
            Some(lists) => Ok(lists),
            None => Ok(Arc::new(texts(column, source)?)),
        },
        STRING => Ok(infer::infer_text(
            &column.name,
            texts(column, source)?,
            report,
        )),
        _ => Ok(Arc::new(texts(column, source)?)),
    }
}

/// Values as text: strings without their quotes, others as in the file.
fn texts(column: &Column, source: &[u8]) -> Result<StringArray> {
    let bytes: usize = column
        .fields
        .iter()
        .filter_map(|field| field.get(source))
        .map(<[u8]>::len)
        .sum();
    if i32::try_from(bytes).is_err() {
        return Err(Error::LimitExceeded {
            place: Place {
                column: Some(column.name.clone()),
                ..Place::default()
            },
            problem: "more than 2 GiB of text".into(),
            advice: "read the file in parts".into(),
        });
    }
    let mut out = StringBuilder::with_capacity(column.fields.len(), bytes);
    for field in &column.fields {
        match field.get(source) {
            None => out.append_null(),
            Some([b'"', plain @ .., b'"']) if memchr::memchr(b'\\', plain).is_none() => {
                out.append_value(String::from_utf8_lossy(plain));
            }
            Some(text @ [b'"', ..]) => match serde_json::from_slice::<String>(text) {
                Ok(text) => out.append_value(text),
                // A lone surrogate is no text; its escape is.
                Err(_) => out.append_value(String::from_utf8_lossy(&text[1..text.len() - 1])),
            },
            Some(text) => out.append_value(String::from_utf8_lossy(text)),
        }
    }
    Ok(out.finish())
}

/// Arrays as lists, if all their items are of one kind.
fn lists(fields: &[Field], source: &[u8]) -> Option<ArrayRef> {
    let rows: Vec<Option<Vec<Value>>> = fields
        .iter()
        .map(|field| {
            field
                .get(source)
                .map(serde_json::from_slice)
                .transpose()
                .ok()
        })
        .collect::<Option<_>>()?;
    let items = || {
        rows.iter()
            .flatten()
            .flatten()
            .filter(|item| !item.is_null())
    };
    let exact = |item: &Value| {
        item.as_i64()
            .is_none_or(|integer| integer.unsigned_abs() <= 1 << 53)
    };
    if items().all(Value::is_string) {
        let mut list = ListBuilder::new(StringBuilder::new());
        each(&rows, &mut list, |list, item| {
            list.values().append_option(item.as_str())
        });
        return Some(Arc::new(list.finish()));
    }
    if items().all(Value::is_i64) {
        let mut list = ListBuilder::new(Int64Builder::new());
        each(&rows, &mut list, |list, item| {
            list.values().append_option(item.as_i64())
        });
        return Some(Arc::new(list.finish()));
    }
    if items().all(|item| (item.is_f64() || item.is_i64()) && exact(item)) {
        let mut list = ListBuilder::new(Float64Builder::new());
        each(&rows, &mut list, |list, item| {
            list.values().append_option(item.as_f64())
        });
        return Some(Arc::new(list.finish()));
    }
    if items().all(Value::is_boolean) {
        let mut list = ListBuilder::new(BooleanBuilder::new());
        each(&rows, &mut list, |list, item| {
            list.values().append_option(item.as_bool())
        });
        return Some(Arc::new(list.finish()));
    }
    None
}

fn each<B: arrow_array::builder::ArrayBuilder>(
    rows: &[Option<Vec<Value>>],
    list: &mut ListBuilder<B>,
    mut push: impl FnMut(&mut ListBuilder<B>, &Value),
) {
    for row in rows {
        for item in row.iter().flatten() {
            push(list, item);
        }
        list.append(row.is_some());
    }
}
