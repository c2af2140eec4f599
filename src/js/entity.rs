//! Entities and pivots. What users see is made of these by `pkg-templates/entity.js` and `pivot.js`;
//! its TypeScript stands in `entity_types.rs`. Everything crosses as JSON text.

use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::table::{Table, parse};
use crate::Result;
use crate::entity::object::{self, Object, kind_named};
use crate::entity::same::{self, Likeness};
use crate::pivot::{self, PIVOTS, Takes};

/// The raw `entity`.
#[wasm_bindgen(js_name = makeEntity, skip_typescript)]
pub fn make_entity(kind: &str, value: &str) -> Result<String> {
    let mut value: Value = parse("entity", value)?;
    if let Value::String(text) = &mut value {
        *text = pivot::armed(kind_named(kind)?, text).into_owned();
    }
    Ok(object::described(object::make(kind, &value)?).to_string())
}

/// The raw `Entity.fromAlert`.
#[wasm_bindgen(js_name = entityFromAlert, skip_typescript)]
pub fn entity_from_alert(row: &str) -> Result<String> {
    let alert = object::from_alert(&parse("fromAlert", row)?);
    Ok(object::described(alert).to_string())
}

/// 0 if entities are not the same, 1 if they may be, 2 if they are.
#[wasm_bindgen(js_name = compareEntities, skip_typescript)]
pub fn compare_entities(a: &str, b: &str) -> Result<u8> {
    let (a, b): (Object, Object) = (parse("equals", a)?, parse("equals", b)?);
    Ok(match same::compare(&a, &b) {
        Likeness::Other => 0,
        Likeness::MayMerge => 1,
        Likeness::Same => 2,
    })
}

/// The raw `merge`.
#[wasm_bindgen(js_name = mergeEntities, skip_typescript)]
pub fn merge_entities(a: &str, b: &str) -> Result<String> {
    let merged = same::merge(&parse("merge", a)?, &parse("merge", b)?)?;
    Ok(object::described(merged).to_string())
}

/// The kind of this name and what can be done with it.
#[wasm_bindgen(js_name = pivotsOf, skip_typescript)]
pub fn pivots_of(kind: &str) -> Result<String> {
    let kind = kind_named(kind)?;
    let pivots = PIVOTS.iter().filter_map(|pivot| {
        let (takes, with) = match pivot.takes {
            Takes::Value => ("value", ""),
            Takes::Word(option) => ("value", option),
            Takes::Columns(key) => ("columns", key),
            Takes::Commands(key) => ("commandColumn", key),
            Takes::Table => ("table", ""),
        };
        let field = pivot.field(kind)?;
        Some(json!({ "name": pivot.name, "field": field, "takes": takes, "with": with, "description": pivot.about }))
    });
    let pivots: Vec<Value> = pivots.collect();
    Ok(json!({ "kind": kind.name, "field": kind.plain(), "pivots": pivots }).to_string())
}

/// The different entities in a column.
#[wasm_bindgen(js_name = entityValues, skip_typescript)]
pub fn entity_values(
    table: &Table,
    kind: &str,
    column: &str,
    ignore_case: bool,
) -> Result<EntityValues> {
    pivot::values(&table.0, kind, column, ignore_case).map(EntityValues)
}

/// Entities, and which is in each row.
#[wasm_bindgen(skip_typescript)]
pub struct EntityValues(pivot::Values);

#[wasm_bindgen]
impl EntityValues {
    /// A table of them, with one column `Value`.
    #[wasm_bindgen(skip_typescript)]
    pub fn table(&self) -> Table {
        Table(self.0.table.clone())
    }

    /// Of each row, the number of its entity; 4294967295 for none.
    #[wasm_bindgen(skip_typescript)]
    pub fn rows(&self) -> Vec<u32> {
        self.0.of_rows.clone()
    }
}
