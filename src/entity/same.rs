//! Which entities are the same, and what they say together.
//!
//! The rules are msticpy's (3.0.2, `Entity.is_equivalent`, `can_merge`, `merge`) where these are sane: there,
//! the time at which an object was made counts, entities of two kinds may be equivalent, and an
//! account of which only the SID is known is not one of which the name is known too.

use serde_json::Value;

use super::alert;
use super::follow::computed;
use super::kinds::Kind;
use super::object::{Object, kind_of, written, wrong};
use crate::Result;

/// How two entities stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They are of two kinds, or an id differs.
    Other,
    /// Nothing tells them apart, but nothing says that they are the same.
    MayMerge,
    /// They are the same.
    Same,
}

/// Whether two entities are the same: all ids that both have are equal, without regard to
/// case, and there is one. Those without ids are the same if all fields are equal.
pub fn compare(a: &Object, b: &Object) -> Likeness {
    let (Some(kind), other) = (kind_of(a), kind_of(b)) else {
        return if a == b {
            Likeness::Same
        } else {
            Likeness::Other
        };
    };
    if other.is_none_or(|other| other.name != kind.name) {
        return Likeness::Other;
    }
    let mut found = Likeness::MayMerge;
    let mut have_any = false;
    for is_weak in [false, true] {
        for id in kind.ids.iter().filter(|id| id.is_weak == is_weak) {
            let texts = [a, b].map(|entity| id_text(entity, kind, &id.fields));
            have_any |= texts.iter().any(Option::is_some);
            match texts {
                [Some(a), Some(b)] if a != b => return Likeness::Other,
                [Some(_), Some(_)] => found = Likeness::Same,
                _ => {}
            }
        }
        if found == Likeness::Same {
            return found;
        }
    }
    let timeless = |entity: &Object| {
        let mut entity = entity.clone();
        entity.remove("TimeGenerated");
        entity
    };
    match !have_any && timeless(a) == timeless(b) {
        true => Likeness::Same,
        false => found,
    }
}

/// What some fields say together; `None` if none is there.
fn id_text(entity: &Object, kind: &Kind, fields: &[&str]) -> Option<String> {
    let mut all = String::new();
    let mut is_there = false;
    for name in fields {
        let text = match entity.get(*name) {
            Some(Value::Object(inner)) => alert::named(inner).map(|named| named.key),
            Some(value) => Some(written(value).to_lowercase()),
            None => computed(entity, kind, name).map(|text| text.to_lowercase()),
        };
        is_there |= text.is_some();
        all.push('|');
        all.push_str(&text.unwrap_or_default());
    }
    is_there.then_some(all)
}

/// The fields of both, of `a` where both have them.
///
/// # Errors
///
/// `InvalidArgument` if they are not the same thing.
pub fn merge(a: &Object, b: &Object) -> Result<Object> {
    if compare(a, b) == Likeness::Other {
        let name = |entity| alert::named(entity).map_or(String::new(), |named| named.name);
        return Err(wrong(&[
            "`",
            &name(a),
            "` and `",
            &name(b),
            "` are not the same, so they cannot be merged",
        ]));
    }
    let mut merged = a.clone();
    for (name, value) in b {
        merged.entry(name.as_str()).or_insert_with(|| value.clone());
    }
    Ok(merged)
}
