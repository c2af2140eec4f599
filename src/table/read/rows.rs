//! Columns out of JSON objects, for the `json` and `ndjson` readers.
//!
//! This pass finds where each value stands in the file, and gives each path of keys
//! (`a.b`) a column; `kinds` then gives each column a type.

use serde::de::{Deserialize, Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::json_scan as scan;
use super::kinds::{ARRAY, BOOL, Column, Kind, NUMBER, OBJECT, STRING, finish};
use crate::table::Report;
use crate::table::infer::{self, Field};
use crate::{Result, Table};

/// Objects nested deeper than this stay as JSON text.
const MAX_DEPTH: usize = 32;

pub(super) struct Rows<'a> {
    source: &'a [u8],
    columns: Vec<Column>,
    index: HashMap<String, usize>,
    /// The column that came after each column (and, first, at a row's begin) when
    /// last seen: rows usually have the same keys, which spares looking them up.
    follow: Vec<usize>,
    /// The place in `follow` of the column before.
    before: usize,
    /// The values of a row until all of it is known to be right, and the path to
    /// them while it is glanced at.
    row: Vec<(usize, Field, u8)>,
    path: String,
    pub(super) count: usize,
    repeated: bool,
    max_columns: usize,
    /// Columns that are text, whatever their values look like.
    texts: &'static [&'static str],
}

impl<'a> Rows<'a> {
    pub(super) fn new(source: &'a [u8], max_columns: u64) -> Self {
        Self {
            source,
            columns: Vec::new(),
            index: HashMap::new(),
            follow: vec![0],
            before: 0,
            row: Vec::new(),
            path: String::new(),
            count: 0,
            repeated: false,
            max_columns: usize::try_from(max_columns).unwrap_or(usize::MAX),
            texts: &[],
        }
    }

    /// These columns shall be text: no times, no lists.
    pub(super) fn with_texts(self, texts: &'static [&'static str]) -> Self {
        Self { texts, ..self }
    }

    /// Adds a column of that type, unless there may be no more; a name that there is already
    /// gets a number.
    pub(super) fn declare(&mut self, name: &str, kind: Kind) -> bool {
        let mut own = name.to_string();
        for more in 1..=self.columns.len() {
            if !self.index.contains_key(&own) {
                break;
            }
            own = [name, "_", &more.to_string()].concat();
        }
        self.index.insert(own.clone(), self.columns.len());
        self.follow.push(self.columns.len() + 1);
        self.columns.push(Column::new(own, kind));
        self.columns.len() <= self.max_columns
    }

    /// Adds the array at `at` of the source, whose values are those of the columns in their
    /// order, and returns where it ends; if there is anything unusual, adds nothing.
    pub(super) fn glance_array(&mut self, at: usize) -> Option<usize> {
        let bytes = self.source;
        self.row.clear();
        let mut at = scan::skip_space(bytes, at + 1);
        loop {
            let (end, field, kind) = glance_value(bytes, at, *bytes.get(at)?)?;
            let column = self.row.len();
            if column == self.columns.len() {
                return None;
            }
            self.row.push((column, field, kind));
            match scan::after(bytes, end, b']')? {
                (next, true) => at = next,
                (end, false) => {
                    self.put_row();
                    return Some(end);
                }
            }
        }
    }

    /// Adds the array that is `text`, as [`Self::glance_array`] does, or says what is wrong with it.
    pub(super) fn add_array(&mut self, text: &'a [u8]) -> Result<(), String> {
        let items: Vec<&RawValue> =
            serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if items.len() > self.columns.len() {
            let (values, columns) = (items.len(), self.columns.len());
            return Err(format!("{values} values for {columns} columns"));
        }
        self.row.clear();
        for (column, raw) in items.into_iter().enumerate() {
            self.push(column, raw);
        }
        self.put_row();
        Ok(())
    }

    /// Takes `prefix` from the names of columns that no other column has without it.
    pub(super) fn strip(&mut self, prefix: &str) {
        for column in &mut self.columns {
            let short = column.name.strip_prefix(prefix).unwrap_or_default();
            if !short.is_empty() && !self.index.contains_key(short) {
                column.name = short.to_string();
            }
        }
    }

    /// Adds the object that is `text`, a part of the source, or says what is
    /// wrong with it and adds nothing.
    pub(super) fn add(&mut self, text: &'a [u8]) -> Result<(), String> {
        if self.glance(text) {
            return Ok(());
        }
        self.row.clear();
        self.before = 0;
        let known = self.columns.len();
        let added = self.object("", text, 0);
        if added.is_err() {
            for column in self.columns.drain(known..) {
                self.index.remove(&column.name);
            }
            self.follow.truncate(known + 1);
        } else {
            self.put_row();
        }
        added
    }

    /// Adds a row whose only column is `value`.
    pub(super) fn add_value(&mut self, raw: &'a RawValue) -> Result<(), String> {
        self.row.clear();
        self.before = 0;
        self.set("", "value", raw)?;
        self.put_row();
        Ok(())
    }

    /// Adds the object that is `text` if it has known keys and nothing unusual;
    /// else adds nothing and returns `false`.
    fn glance(&mut self, text: &[u8]) -> bool {
        let start = self.offset(text);
        self.row.clear();
        self.path.clear();
        self.before = 0;
        if text.first() != Some(&b'{') || self.glance_at(start, 0) != Some(start + text.len()) {
            return false;
        }
        self.put_row();
        true
    }

    /// Collects the values of the object at `at`; returns where it ends.
    fn glance_at(&mut self, at: usize, depth: usize) -> Option<usize> {
        let bytes = self.source;
        let mut at = scan::skip_space(bytes, at + 1);
        loop {
            let (key_end, value) = scan::key(bytes, at)?;
            let key = &bytes[at + 1..key_end];
            let first = *bytes.get(value)?;
            let opens =
                first == b'{' && bytes.get(scan::skip_space(bytes, value + 1)) != Some(&b'}');
            let end = if opens && depth < MAX_DEPTH {
                let length = self.path.len();
                self.path.push_str(std::str::from_utf8(key).ok()?);
                self.path.push('.');
                let end = self.glance_at(value, depth + 1)?;
                self.path.truncate(length);
                end
            } else {
                let column = self.known(key)?;
                let (end, field, kind) = glance_value(bytes, value, first)?;
                self.row.push((column, field, kind));
                end
            };
            match scan::after(bytes, end, b'}')? {
                (next, true) => at = next,
                (end, false) => return Some(end),
            }
        }
    }

    /// The column of `key` under the path, if there is one.
    fn known(&mut self, key: &[u8]) -> Option<usize> {
        let is_it = |column: &Column| {
            let name = column.name.as_bytes();
            name.len() == self.path.len() + key.len()
                && name.ends_with(key)
                && name.starts_with(self.path.as_bytes())
        };
        let guess = self.follow[self.before];
        let column = if self.columns.get(guess).is_some_and(is_it) {
            guess
        } else {
            let length = self.path.len();
            self.path.push_str(std::str::from_utf8(key).ok()?);
            let found = self.index.get(&self.path).copied();
            self.path.truncate(length);
            found?
        };
        self.follow[self.before] = column;
        self.before = column + 1;
        Some(column)
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
        self.push(column, raw);
        Ok(())
    }

    fn push(&mut self, column: usize, raw: &RawValue) {
        let text = raw.get().as_bytes();
        let start = self.offset(text);
        let escaped = || memchr::memchr(b'\\', text).is_some();
        let (field, kind) = field(text[0], start, start + text.len(), escaped);
        self.row.push((column, field, kind));
    }

    /// Puts the values of a row that is right into their columns.
    fn put_row(&mut self) {
        for &(column, field, kind) in &self.row {
            let (row, column) = (self.count, &mut self.columns[column]);
            column.kinds |= kind;
            if column.fields.len() != row {
                self.repeated |= column.fields.len() > row;
                column.fields.resize(row, Field::ABSENT);
            }
            column.fields.push(field);
        }
        self.count += 1;
    }

    /// Where `text`, a part of the source, begins in it.
    fn offset(&self, text: &[u8]) -> usize {
        text.as_ptr() as usize - self.source.as_ptr() as usize
    }

    fn column(&mut self, prefix: &str, key: &str) -> Result<usize, String> {
        let guess = self.columns.get(self.follow[self.before]);
        let column = match guess.filter(|guess| is_path(&guess.name, prefix, key)) {
            Some(_) => self.follow[self.before],
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
                        self.follow.push(next + 1);
                        self.columns.push(Column::new(name, Kind::Inferred));
                        next
                    }
                }
            }
        };
        self.follow[self.before] = column;
        self.before = column + 1;
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
            .map(|(name, column)| match self.texts.contains(&name) {
                true => Ok((name, infer::texts(name, self.source, &column.fields)?)),
                false => Ok((name, finish(column, self.source, report)?)),
            });
        Table::new(arrays.collect::<Result<_>>()?)
    }
}

/// A value from `start` to `end` whose first byte is `first`, and its kind.
#[inline]
fn field(first: u8, start: usize, end: usize, escaped: impl Fn() -> bool) -> (Field, u8) {
    let plain = || Field::new(start, end, false, false);
    match first {
        b'"' => (Field::new(start + 1, end - 1, true, escaped()), STRING),
        b't' | b'f' => (plain(), BOOL),
        b'n' => (Field::ABSENT, 0),
        b'[' => (plain(), ARRAY),
        b'{' => (plain(), OBJECT),
        _ => (plain(), NUMBER),
    }
}

/// The value at `at`, and where it ends.
#[inline]
fn glance_value(bytes: &[u8], at: usize, first: u8) -> Option<(usize, Field, u8)> {
    let mut escaped = false;
    let end = match first {
        b'"' => {
            let (quote, escapes) = scan::string(bytes, at + 1)?;
            escaped = escapes;
            quote + 1
        }
        b't' | b'f' | b'n' => scan::word(bytes, at)?,
        b'[' | b'{' => scan::nested(bytes, at, 0)?,
        _ => scan::number(bytes, at)?,
    };
    if end - at > infer::MAX_FIELD {
        return None;
    }
    let (field, kind) = field(first, at, end, || escaped);
    Some((end, field, kind))
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
