//! Which entities are the same, and what they say together.
//!
//! The rules are msticpy's (3.0.2, `Entity.is_equivalent`, `can_merge`, `merge`) where these are sane: there,
//! the time at which an object was made counts, entities of two kinds may be equivalent, and an
//! account of which only the SID is known is not one of which the name is known too.

use serde_json::Value;

use super::alert;
use super::follow::computed;
use super::kinds::Kind;
use super::object::{Object, copy, kind_of, written, wrong};
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
/// case, and there is one. Those without ids are the same if all fields but `TimeGenerated` are equal.
pub fn compare(a: &Object, b: &Object) -> Likeness {
    let kind = kind_of(a);
    if kind != kind_of(b) || kind.is_none() && a.get("Type") != b.get("Type") {
        return Likeness::Other;
    }
    let mut found = Likeness::MayMerge;
    let mut have_any = false;
    for is_weak in [false, true] {
        for id in kind
            .into_iter()
            .flat_map(Kind::ids)
            .filter(|id| id.is_weak == is_weak)
        {
            let ids = [id_text(a, id.fields), id_text(b, id.fields)];
            have_any |= ids.iter().any(|id| !id.is_empty());
            if ids.iter().all(|id| !id.is_empty()) {
                if ids[0] != ids[1] {
                    return Likeness::Other;
                }
                found = Likeness::Same;
            }
        }
        if found == Likeness::Same {
            return found;
        }
    }
    let has = |a: &Object, b: &Object| {
        a.iter()
            .all(|(name, value)| name == "TimeGenerated" || b.get(name) == Some(value))
    };
    match !have_any && has(a, b) && has(b, a) {
        true => Likeness::Same,
        false => found,
    }
}

/// What some fields say together; nothing if none is there.
#[inline(never)]
fn id_text(entity: &Object, fields: &str) -> String {
    let mut all = String::new();
    let mut is_there = false;
    for name in fields.split('+') {
        let text = match entity.get(name) {
            Some(Value::Object(inner)) => alert::named(inner).map(|named| named.key),
            Some(value) => Some(written(value)),
            None => kind_of(entity).and_then(|kind| computed(entity, kind, name)),
        };
        is_there |= text.is_some();
        all.push('|');
        all.push_str(&text.unwrap_or_default());
    }
    match is_there {
        true => all.to_lowercase(),
        false => String::new(),
    }
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
    let mut merged = Object::new();
    copy(b, &mut merged);
    copy(a, &mut merged);
    Ok(merged)
}
