//! Entities and pivots. What users see is made of these by `pkg-templates/entity.js` and `pivot.js`;
//! its TypeScript stands in `entity_types.rs`.

use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::table::{Table, parse};
use crate::entity::object::{self, Object, kind_named};
use crate::entity::same;
use crate::pivot::{self, PIVOTS};
use crate::{Error, Result};

/// What is asked of entities, by its name; entities and values come and go as JSON. Each export
/// of its own would be code in two languages.
#[wasm_bindgen(js_name = entities, skip_typescript)]
pub fn entities(what: &str, first: &str, second: &str) -> Result<String> {
    let made = match what {
        // What can be done: the kind of this name and the field that a plain value is, then all pivots.
        "pivots" => {
            let kind = kind_named(first)?;
            return Ok([&[kind.name(), kind.plain()], &PIVOTS[..]]
                .concat()
                .join("\n"));
        }
        // Of this kind, of this value.
        "make" => {
            let mut value: Value = parse("entity", second)?;
            if let Value::String(text) = &mut value {
                *text = pivot::armed(kind_named(first)?, text).into_owned();
            }
            object::make(first, &value)?
        }
        "fromAlert" => object::from_alert(&whole(first)?),
        "merge" => same::merge(&whole(first)?, &whole(second)?)?,
        // 0 if they are not the same, 1 if they may be, 2 if they are.
        _ => {
            let likeness = same::compare(&whole(first)?, &whole(second)?);
            return Ok((likeness as u8).to_string());
        }
    };
    Ok(object::described(&made.into()).to_string())
}

fn whole(json: &str) -> Result<Object> {
    match parse("entity", json)? {
        Value::Object(object) => Ok(object),
        _ => Err(Error::InvalidArgument("an entity is an object".into())),
    }
}

/// The different entities in a column, in a column `Value`.
#[wasm_bindgen(js_name = entityValues, skip_typescript)]
pub fn entity_values(table: &Table, kind: &str, column: &str, ignore_case: bool) -> Result<Table> {
    let found = pivot::values(&table.0, kind, column, ignore_case)?;
    Ok(Table(found.table))
}

/// Rows of a table beside those of `result`, of which `of_result` says to which of these entities
/// each belongs.
#[wasm_bindgen(js_name = joinEntities, skip_typescript)]
pub fn join_entities(
    table: &Table,
    kind: &str,
    column: &str,
    ignore_case: bool,
    result: &Table,
    of_result: &[u32],
    inner: bool,
) -> Result<Table> {
    let found = pivot::values(&table.0, kind, column, ignore_case)?;
    table
        .0
        .join(&found.of_rows, &result.0, of_result, inner)
        .map(Table)
}
