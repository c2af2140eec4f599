//! Entities and pivots. What users see is made of these by `pkg-templates/entity.js` and `pivot.js`;
//! its TypeScript stands in `entity_types.rs`.

use wasm_bindgen::prelude::*;

use super::table::{Table, parse};
use crate::entity::kinds::{Kind, kinds};
use crate::entity::object::{kind_named, named, normal};
use crate::nearest::nearest;
use crate::pivot::{self, PIVOTS, armed};
use crate::{Error, Result};

/// What is asked of entities, by its name. Each export of its own would be code in two languages.
#[wasm_bindgen(js_name = entities, skip_typescript)]
pub fn entities(what: &str, first: &str, second: &str) -> Result<String> {
    match what {
        // The name of this kind, and what can be done with all.
        "pivots" => Ok(lines(kind_named(first)?.name(), &mut PIVOTS.into_iter())),
        "kinds" => Ok(lines("", &mut kinds().map(Kind::row))),
        // A text in the usual form of a kind, or none.
        "normal" => {
            let kind = kind_named(first)?;
            Ok(normal(kind, &armed(kind, second)).unwrap_or_default())
        }
        // What an entity, as JSON, is called: its id and its name.
        "named" => {
            let entity: serde_json::Value = parse("entity", first)?;
            let found = entity.as_object().and_then(named);
            let (id, name) = found.ok_or_else(|| {
                Error::InvalidArgument("an entity is an object with a type".into())
            })?;
            Ok([&id, "\n", &name].concat())
        }
        // Of these words the one that is nearest, after how far it is.
        _ => {
            let (far, near) = nearest(first, &mut second.split(' ')).unwrap_or_default();
            Ok([&far.to_string(), " ", near].concat())
        }
    }
}

fn lines(first: &str, others: &mut dyn Iterator<Item = &'static str>) -> String {
    let mut lines = first.to_owned();
    for line in others {
        lines.push('\n');
        lines.push_str(line);
    }
    lines
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
