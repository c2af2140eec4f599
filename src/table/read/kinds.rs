//! Types for columns of JSON values.
//!
//! - numbers as in CSV files (see `infer`): int64, else float64, else text;
//! - text whose values are all times is a time;
//! - arrays of one kind of scalar are lists; other arrays stay as JSON text;
//! - a column of several kinds is text, each value spelled as in the file;
//! - a declared type goes before these rules, unless a value is not of it.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampMicrosecondArray};
use serde_json::Value;

use crate::Result;
use crate::table::Report;
use crate::table::infer::{self, Field};

pub(super) const NUMBER: u8 = 1;
pub(super) const BOOL: u8 = 2;
pub(super) const STRING: u8 = 4;
pub(super) const ARRAY: u8 = 8;
pub(super) const OBJECT: u8 = 16;

/// A column while its rows are read.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    /// What kinds of JSON values it has, one bit each.
    pub(super) kinds: u8,
    pub(super) declared: Kind,
}

/// The type of a column, where something says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Inferred,
    Text,
    Time,
    Int,
    Float,
    /// Numbers of which none may lose a digit.
    Decimal,
    Bool,
}

impl Column {
    pub(super) fn new(name: String, declared: Kind) -> Self {
        Self {
            name,
            fields: Vec::new(),
            kinds: 0,
            declared,
        }
    }
}

/// The column as its declared type, where all values are of it.
fn declared(column: &Column, source: &[u8]) -> Option<ArrayRef> {
    let Column { fields, .. } = column;
    let texts = || fields.iter().map(|field| field.get(source));
    Some(match column.declared {
        Kind::Time if column.kinds == 0 => {
            let absent = TimestampMicrosecondArray::new_null(fields.len());
            Arc::new(absent.with_timezone("UTC"))
        }
        Kind::Int if column.kinds == 0 => Arc::new(Int64Array::new_null(fields.len())),
        Kind::Decimal if column.kinds == 0 => Arc::new(Float64Array::new_null(fields.len())),
        Kind::Float => {
            // `NaN` and `Infinity` come as text.
            let float = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<f64>().ok();
            let values: Option<Vec<_>> = texts()
                .map(|text| text.map_or(Some(None), |text| float(text).map(Some)))
                .collect();
            Arc::new(Float64Array::from(values?))
        }
        Kind::Bool => {
            let bool = |text: &[u8]| match text {
                b"true" | b"True" | b"1" => Some(Some(true)),
                b"false" | b"False" | b"0" => Some(Some(false)),
                _ => None,
            };
            let values: Option<Vec<_>> =
                texts().map(|text| text.map_or(Some(None), bool)).collect();
            Arc::new(BooleanArray::from(values?))
        }
        _ => return None,
    })
}

/// The column with the type that its values have.
///
/// # Errors
///
/// `LimitExceeded` if its text is longer than 2 GiB.
pub(super) fn finish(column: &Column, source: &[u8], report: &mut Report) -> Result<ArrayRef> {
    let Column { name, fields, .. } = column;
    if let Some(array) = declared(column, source) {
        return Ok(array);
    }
    match column.declared {
        Kind::Text | Kind::Bool | Kind::Float => return infer::texts(name, source, fields),
        Kind::Int | Kind::Decimal => return infer::column(name, source, fields, report),
        Kind::Inferred | Kind::Time => {}
    }
    match column.kinds {
        NUMBER | BOOL => infer::column(name, source, fields, report),
        STRING => infer::strings(name, source, fields, report),
        ARRAY => match lists(fields, source) {
            Some(lists) => Ok(lists),
            None => infer::texts(name, source, fields),
        },
        _ => infer::texts(name, source, fields),
    }
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
