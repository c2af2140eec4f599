//! The entities of an alert: JSON in which one refers to another by number, as in
//! <https://learn.microsoft.com/azure/sentinel/entities-reference>.

use serde_json::{Map as Object, Value};

use super::kinds::Kind;
use super::object::text;
use crate::hash::Map;

/// What identifies an entity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// Its type, such as `ip`.
    pub(crate) kind: String,
    /// What it is called.
    pub(crate) name: String,
    /// Equal for the same thing in other alerts.
    pub(crate) key: String,
}

/// The entities of an alert, and which are named by others.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    pub(crate) all: Vec<Named>,
    pub(crate) links: Vec<(u32, u32)>,
}

/// References are followed, and values read, so deep.
const DEEPEST: usize = 6;

/// Fields that tell apart what has the same name.
const TELLING: [&str; 8] = [
    "ProcessId",
    "CreationTimeUtc",
    "CommandLine",
    "ImageFile",
    "Host",
    "Hive",
    "Recipient",
    "AppId",
];

#[inline(never)]
fn join(a: &str, between: &str, b: &str) -> String {
    [a, between, b].concat()
}

struct Reader<'a> {
    /// Entities by their numbers in the alert.
    by_id: Map<String, u32>,
    objects: Vec<&'a Object<String, Value>>,
}

impl Entities {
    /// The entities of a list, and of lists and fields in it; each once.
    pub(crate) fn of(value: &Value) -> Self {
        let mut objects = Vec::new();
        collect(value, DEEPEST, &mut objects);
        let reader = Reader::of(objects);
        let mut found = Self::default();
        let mut numbers = Map::default();
        for &object in &reader.objects {
            let Some(own) = found.add(reader.entity(object, DEEPEST), &mut numbers) else {
                continue;
            };
            for field in object.values() {
                let several = field
                    .as_array()
                    .map_or(std::slice::from_ref(field), Vec::as_slice);
                for value in several {
                    let named = reader
                        .object(value)
                        .and_then(|object| reader.entity(object, DEEPEST));
                    if let Some(other) = found.add(named, &mut numbers) {
                        found.links.push((own, other));
                    }
                }
            }
        }
        found
    }

    fn add(&mut self, entity: Option<Named>, numbers: &mut Map<String, u32>) -> Option<u32> {
        let entity = entity?;
        let next = self.all.len() as u32;
        let number = *numbers.entry(entity.key.clone()).or_insert(next);
        if number == next {
            self.all.push(entity);
        }
        Some(number)
    }
}

/// All objects that have a type.
fn collect<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Object<String, Value>>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect(value, depth - 1, found)),
        Value::Object(object) => {
            if object.contains_key("Type") {
                found.push(object);
            }
            object
                .values()
                .for_each(|value| collect(value, depth - 1, found));
        }
        _ => {}
    }
}

impl<'a> Reader<'a> {
    fn of(objects: Vec<&'a Object<String, Value>>) -> Self {
        let mut by_id = Map::default();
        for (number, object) in (0..).zip(&objects) {
            if let Some(id) = text(object, "$id") {
                by_id.insert(id.to_owned(), number);
            }
        }
        Self { by_id, objects }
    }

    /// An object, or what a reference to one means.
    fn object(&self, value: &'a Value) -> Option<&'a Object<String, Value>> {
        let object = value.as_object()?;
        match text(object, "$ref") {
            Some(id) => self.objects.get(*self.by_id.get(id)? as usize).copied(),
            None => Some(object),
        }
    }

    /// What a field says: a text or a number, or the name of an entity.
    #[inline(never)]
    fn field(
        &self,
        object: &'a Object<String, Value>,
        field: &str,
        depth: usize,
    ) -> Option<String> {
        match object.get(field)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            value if depth > 0 => Some(self.entity(self.object(value)?, depth - 1)?.name),
            _ => None,
        }
    }

    /// None for what has no type.
    fn entity(&self, object: &'a Object<String, Value>, depth: usize) -> Option<Named> {
        let kind = text(object, "Type")?.to_ascii_lowercase();
        let field = |name: &str| self.field(object, name, depth);
        let known = Kind::named(&kind).or_else(|| Kind::named("unknown"));
        let kind_name = known.map_or("", Kind::name);
        let name = name(known, &field);
        let mut key = join(&kind, "|", &name);
        let name_tells = matches!(kind_name, "Account" | "Host" | "IpAddress" | "File");
        if !name_tells {
            for field in TELLING.iter().filter_map(|name| field(name)) {
                key = join(&key, "|", &field);
            }
        }
        let mut name = name;
        if name.is_empty() {
            // What it has besides its number.
            let mut rest = object.clone();
            rest.remove("$id");
            key = join(&kind, "|", &Value::Object(rest).to_string());
            name.clone_from(&kind);
        }
        // Names of hosts and users mean the same in both cases.
        Some(Named {
            kind,
            name,
            key: key.to_lowercase(),
        })
    }
}

/// What identifies an entity that refers to no other.
pub(super) fn named(object: &Object<String, Value>) -> Option<Named> {
    Reader::of(vec![]).entity(object, DEEPEST)
}

/// What an entity is called; `field` gives its fields as texts, of entities their names.
fn name(kind: Option<Kind>, field: &dyn Fn(&str) -> Option<String>) -> String {
    let Some(kind) = kind else {
        return String::new();
    };
    let name = kind.naming().find_map(field).unwrap_or_default();
    match kind.name() {
        "Account" if !name.contains(['@', '\\']) => match (field("NTDomain"), field("UPNSuffix")) {
            (_, Some(suffix)) => join(&name, "@", &suffix),
            (Some(domain), None) => join(&domain, "\\", &name),
            _ => name,
        },
        "Host" => match field("DnsDomain") {
            Some(domain) if !name.ends_with(domain.as_str()) => join(&name, ".", &domain),
            _ => name,
        },
        "File" => match field("Directory") {
            Some(folder) => join(&folder, separator(&folder), &name),
            None => name,
        },
        "Process" => {
            let at = name.bytes().rposition(|byte| matches!(byte, b'/' | b'\\'));
            let file = &name[at.map_or(0, |at| at + 1)..];
            match field("ProcessId") {
                Some(id) => join(file, " ", &id),
                None => file.to_owned(),
            }
        }
        "RegistryValue" => match field("Key") {
            Some(key) => join(&key, "\\", &name),
            None => name,
        },
        _ => name,
    }
}

/// What stands between a folder and what is in it.
fn separator(folder: &str) -> &'static str {
    match (folder.ends_with(['/', '\\']), folder.contains('/')) {
        (true, _) => "",
        (_, true) => "/",
        _ => "\\",
    }
}
