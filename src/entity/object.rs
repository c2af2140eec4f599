//! Entities as JSON objects, as alerts have them: `Type`, and fields by name, which may be entities.
//!
//! Equality and merging are msticpy's (3.0.2, `Entity.is_equivalent`, `can_merge`, `merge`) where these are
//! sane: there, the time at which an object was made counts, entities of two kinds may be equivalent,
//! and an account of which only the SID is known is not one of which the name is known too.

use serde_json::{Map, Value};

use super::kinds::{COMMON, Kind, kinds};
use super::{alert, domain, ip_address, url};
use crate::nearest::{did_you_mean, nearest};
use crate::{Error, Result};

/// An entity: `Type` and its fields.
pub type Object = Map<String, Value>;

/// Entities in entities are read so deep.
const DEEPEST: usize = 8;

/// Names of hives, and their short forms.
const HIVES: [(&str, &str); 5] = [
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// The hash functions by the number of hexadecimal digits.
const HASHES: [(usize, &str); 4] = [(32, "MD5"), (40, "SHA1"), (64, "SHA256"), (128, "SHA512")];

#[inline(never)]
fn wrong(parts: &[&str]) -> Error {
    Error::InvalidArgument(parts.concat())
}

/// The kind of this name.
///
/// # Errors
///
/// `InvalidArgument`, which names the nearest.
pub fn kind_named(name: &str) -> Result<&'static Kind> {
    let names = || kinds().iter().flat_map(Kind::words);
    Kind::named(name).ok_or_else(|| {
        let all: Vec<&str> = kinds().iter().map(|kind| kind.name).collect();
        let hint = did_you_mean(name, names());
        wrong(&[
            "there is no kind of entity `",
            name,
            "`",
            &hint,
            " (there are: ",
            &all.join(", "),
            ")",
        ])
    })
}

/// An entity of a text, such as an address, or of its fields. What follows from them is
/// filled in: a host name's domain, a file's folder, a hash's algorithm.
///
/// # Errors
///
/// `InvalidArgument` for a kind that there is not, a value that is none of it, and a field that
/// looks like a misspelt one; other fields are kept.
pub fn make(kind: &str, value: &Value) -> Result<Object> {
    let kind = kind_named(kind)?;
    match value {
        Value::Object(fields) => {
            for name in fields.keys().filter(|name| *name != "Type") {
                let known = kind.fields.iter().map(|field| field.name).chain(COMMON);
                let most = if name.len() > 5 { 2 } else { 1 };
                if let Some((1.., near)) = nearest(name, known).filter(|(far, _)| *far <= most)
                    && !COMPUTED.contains(&(kind.name, name))
                {
                    return Err(wrong(&[
                        "there is no field `",
                        name,
                        "` in ",
                        kind.name,
                        "; did you mean `",
                        near,
                        "`?",
                    ]));
                }
            }
            Ok(complete(Some(kind), fields, DEEPEST))
        }
        Value::String(_) | Value::Number(_) => {
            let text = written(value);
            let example = match kind.name {
                "IpAddress" => "; it looks like 203.0.113.7 or 2001:db8::1",
                "Dns" => "; it looks like www.example.com",
                "Url" => "; it looks like https://example.com/a",
                "FileHash" => "; it has 32, 40, 64 or 128 hexadecimal digits",
                _ => "",
            };
            plain(kind, &text).ok_or_else(|| wrong(&["`", &text, "` is no ", kind.name, example]))
        }
        _ => Err(wrong(&[
            "an entity is made of a text or of an object of fields, such as { ",
            kind.plain(),
            ": \"…\" }",
        ])),
    }
}

/// A text without blanks around it, or a number as text.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// A text in the form in which entities of this kind have it; `None` if it is none of them.
pub fn normal(kind: &Kind, text: &str) -> Option<String> {
    let text = text.trim();
    let owned = || text.to_owned();
    match kind.name {
        "IpAddress" => Some(ip_address::parse(text)?.to_string()),
        "Dns" => {
            let name = text.trim_end_matches('.');
            let is_name = name.contains('.')
                && !name.contains(['/', ':', '@'])
                && ip_address::parse(name).is_none();
            domain::parts(name).filter(|_| is_name)?;
            Some(name.to_lowercase())
        }
        "Url" => {
            let parts = url::parse(text)?;
            let is_url = parts.scheme.is_some() || parts.host.is_some() && parts.path.is_some();
            is_url.then(owned)
        }
        "FileHash" => algorithm(text).map(|_| owned()),
        _ => (!text.is_empty()).then(owned),
    }
}

fn algorithm(text: &str) -> Option<&'static str> {
    let length = HASHES.iter().find(|(length, _)| *length == text.len())?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(length.1)
}

/// An entity of a text.
fn plain(kind: &'static Kind, text: &str) -> Option<Object> {
    let text = normal(kind, text)?;
    let mut name = kind.plain();
    match kind.name {
        "Account" if text.starts_with("S-1-") => name = "Sid",
        "File" => {
            name = match algorithm(&text) {
                Some("MD5") => "Md5",
                Some("SHA1") => "Sha1",
                Some("SHA256") => "Sha256",
                _ => "FullPath",
            }
        }
        _ => {}
    }
    let object = Object::from_iter([(name.to_owned(), text.into())]);
    Some(complete(Some(kind), &object, DEEPEST))
}

/// An object with its type, its fields spelt as usual, entities where fields hold some, and what
/// follows from them; without what is absent.
pub(super) fn complete(kind: Option<&'static Kind>, object: &Object, depth: usize) -> Object {
    let mut entity = Object::new();
    let type_name = match object.get("Type").and_then(Value::as_str) {
        Some(own) if kind.is_none_or(|kind| kind.name == "UnknownEntity") => own,
        _ => kind.map_or("unknown", |kind| kind.type_name),
    };
    entity.insert("Type".into(), type_name.into());
    for (name, value) in object {
        let is_absent = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if is_absent || name == "Type" || name.starts_with('$') {
            continue;
        }
        let field = kind.and_then(|kind| kind.field(name));
        let inner = field.and_then(|field| Kind::named(field.kind?));
        let name = field.map_or(name.as_str(), |field| field.name);
        entity.insert(name.to_owned(), read(inner, value, depth));
    }
    if let Some(kind) = kind {
        fill(kind, &mut entity);
    }
    entity
}

/// The value of a field, which holds an entity of `kind` if there is one.
fn read(kind: Option<&'static Kind>, value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Null;
    };
    match value {
        Value::Array(values) => values
            .iter()
            .map(|value| read(kind, value, depth))
            .collect(),
        Value::Object(object) => {
            let own = object.get("Type").and_then(Value::as_str);
            match own.map_or(kind, Kind::named) {
                None if own.is_none() => value.clone(),
                kind => complete(kind, object, depth).into(),
            }
        }
        Value::String(text) => kind
            .and_then(|kind| plain(kind, text))
            .map_or_else(|| value.clone(), Value::Object),
        _ => value.clone(),
    }
}

/// What follows from the fields that are there.
fn fill(kind: &Kind, entity: &mut Object) {
    let text = |entity: &Object, name: &str| Some(entity.get(name)?.as_str()?.to_owned());
    let mut found: Vec<(&str, String)> = Vec::new();
    let lacks = |name: &str| !entity.contains_key(name);
    match kind.name {
        "Account" => {
            let name = text(entity, "Name")
                .or_else(|| text(entity, "Upn"))
                .unwrap_or_default();
            if let Some((domain, name)) = name.split_once('\\').filter(|_| lacks("NTDomain")) {
                found = vec![("NTDomain", domain.into()), ("Name", name.into())];
            } else if let Some((name, suffix)) = name.split_once('@').filter(|_| lacks("UPNSuffix"))
            {
                found = vec![("UPNSuffix", suffix.into()), ("Name", name.into())];
            }
        }
        "Host" => {
            let name = text(entity, "fqdn")
                .or_else(|| text(entity, "HostName"))
                .unwrap_or_default();
            let name = name.trim_start_matches('\\');
            let is_address = ip_address::parse(name).is_some();
            match name
                .split_once('.')
                .filter(|_| lacks("DnsDomain") && !is_address)
            {
                Some((host, domain)) => {
                    found = vec![("HostName", host.into()), ("DnsDomain", domain.into())]
                }
                None if !name.is_empty() => found = vec![("HostName", name.into())],
                None => {}
            }
        }
        "File" => match (
            text(entity, "FullPath"),
            text(entity, "Directory"),
            text(entity, "Name"),
        ) {
            (None, Some(folder), Some(name)) => {
                found = vec![(
                    "FullPath",
                    [&folder, alert::separator(&folder), &name].concat(),
                )];
            }
            (Some(path), ..) => {
                let (folder, name) = match path.rfind(['/', '\\']) {
                    Some(at) => (&path[..at.max(1)], &path[at + 1..]),
                    None => ("", path.as_str()),
                };
                found = vec![("Name", name.into())];
                if !folder.is_empty() && lacks("Directory") {
                    found.push(("Directory", folder.into()));
                }
            }
            _ => {}
        },
        "FileHash" => {
            let value = text(entity, "Value").unwrap_or_default();
            if let Some(algorithm) = algorithm(&value).filter(|_| lacks("Algorithm")) {
                found = vec![("Algorithm", algorithm.into())];
            }
        }
        "IpAddress" => {
            let address = text(entity, "Address").and_then(|text| normal(kind, &text));
            found.extend(address.map(|address| ("Address", address)));
        }
        "RegistryKey" => {
            let key = text(entity, "Key").unwrap_or_default();
            let (hive, rest) = key.split_once('\\').unwrap_or_default();
            let known = HIVES.iter().find(|(short, long)| {
                hive.eq_ignore_ascii_case(short) || hive.eq_ignore_ascii_case(long)
            });
            if let Some((_, long)) = known.filter(|_| lacks("Hive")) {
                found = vec![("Hive", (*long).into()), ("Key", rest.into())];
            }
        }
        _ => {}
    }
    entity.remove("fqdn");
    for (name, value) in found {
        entity.insert(name.into(), value.into());
    }
}

/// Fields that follow from others and are not written, by kind.
pub(super) const COMPUTED: [(&str, &str); 8] = [
    ("Account", "QualifiedName"),
    ("AzureResource", "SubscriptionId"),
    ("AzureResource", "ResourceGroup"),
    ("AzureResource", "Provider"),
    ("File", "file_hash"),
    ("Host", "fqdn"),
    ("Process", "ProcessFilePath"),
    ("Process", "ProcessName"),
];

#[inline(never)]
fn computed(entity: &Object, kind: &Kind, name: &str) -> Option<String> {
    COMPUTED.iter().find(|own| **own == (kind.name, name))?;
    let text = |field: &str| entity.get(field)?.as_str();
    let resource = |after: &str| {
        let mut parts = text("ResourceId")?.split('/');
        parts.find(|part| part.eq_ignore_ascii_case(after))?;
        parts.next().map(str::to_owned)
    };
    match name {
        "SubscriptionId" => resource("subscriptions"),
        "ResourceGroup" => resource("resourceGroups"),
        "Provider" => resource("providers"),
        "file_hash" => ["Sha256", "Sha1", "Md5", "Sha256Ac"]
            .into_iter()
            .find_map(text)
            .map(str::to_owned),
        "fqdn" if text("HostName").is_none() => text("NetBiosName").map(str::to_owned),
        "ProcessFilePath" | "ProcessName" => {
            let file = entity.get("ImageFile")?.as_object()?;
            let path = file.get("FullPath").filter(|_| name == "ProcessFilePath");
            path.or_else(|| file.get("Name"))?
                .as_str()
                .map(str::to_owned)
        }
        // The names of accounts and hosts are these; others have no name by that.
        _ => {
            let is_named = text("Name").or_else(|| text("HostName")).is_some();
            Some(alert::named(entity).filter(|_| is_named)?.name)
        }
    }
}

fn kind_of(entity: &Object) -> Option<&'static Kind> {
    Kind::named(entity.get("Type")?.as_str()?)
}

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

/// The alert that a row of a table is, with its entities.
pub fn from_alert(row: &Object) -> Object {
    complete(Kind::named("Alert"), &alert::from_alert(row), DEEPEST)
}

/// An entity with what is said of it in a field `$`: its kind, id, name, description, and fields that
/// follow from others. So are the entities in it.
pub fn described(entity: Object) -> Value {
    let kind = kind_of(&entity);
    let kind_name = kind.map_or("UnknownEntity", |kind| kind.name);
    let (id, name) =
        alert::named(&entity).map_or_else(Default::default, |named| (named.key, named.name));
    let text = |field: &str| entity.get(field).and_then(Value::as_str);
    let description = match text("Description").or_else(|| text("CommandLine")) {
        Some(text) => text.to_owned(),
        None => [kind_name, " ", &name].concat(),
    };
    let mut more = Object::new();
    for (_, field) in COMPUTED {
        let value = kind.and_then(|kind| computed(&entity, kind, field));
        more.extend(value.map(|value| (field.to_owned(), value.into())));
    }
    let about: Vec<Value> = vec![
        kind_name.into(),
        id.into(),
        name.into(),
        description.into(),
        more.into(),
    ];
    let mut all: Object = entity
        .into_iter()
        .map(|(name, value)| (name, describe(value)))
        .collect();
    all.insert("$".into(), about.into());
    all.into()
}

fn describe(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(describe).collect(),
        Value::Object(object) if object.contains_key("Type") => described(object),
        value => value,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use serde_json::json;

    use super::*;

    /// The fields of an entity, or the error.
    fn made(kind: &str, value: Value) -> Value {
        match make(kind, &value) {
            Ok(mut entity) => {
                entity.remove("Type");
                entity.into()
            }
            Err(error) => error.to_string().into(),
        }
    }

    #[test]
    fn values_fill_fields() {
        let cases = [
            (
                "an address",
                "ip",
                json!(" 203.0.113.7 "),
                json!({ "Address": "203.0.113.7" }),
            ),
            (
                "an address of version 6, canonical",
                "IpAddress",
                json!("2001:DB8:0::1"),
                json!({ "Address": "2001:db8::1" }),
            ),
            (
                "a host with its domain",
                "machine",
                json!("web1.contoso.com"),
                json!({ "HostName": "web1", "DnsDomain": "contoso.com" }),
            ),
            (
                "a host by its address",
                "Host",
                json!("10.0.0.1"),
                json!({ "HostName": "10.0.0.1" }),
            ),
            (
                "a host by a field that follows",
                "Host",
                json!({ "fqdn": "a.b.example" }),
                json!({ "HostName": "a", "DnsDomain": "b.example" }),
            ),
            (
                "a user principal name",
                "user",
                json!("ada@contoso.com"),
                json!({ "Name": "ada", "UPNSuffix": "contoso.com" }),
            ),
            (
                "a domain's user",
                "Account",
                json!("CONTOSO\\ada"),
                json!({ "Name": "ada", "NTDomain": "CONTOSO" }),
            ),
            (
                "a SID",
                "Account",
                json!("S-1-5-21-1-2-3-500"),
                json!({ "Sid": "S-1-5-21-1-2-3-500" }),
            ),
            (
                "a user's name",
                "Account",
                json!("ada"),
                json!({ "Name": "ada" }),
            ),
            (
                "a name",
                "dns",
                json!("WWW.Example.com."),
                json!({ "DomainName": "www.example.com" }),
            ),
            (
                "a URL",
                "Url",
                json!("https://example.com/a"),
                json!({ "Url": "https://example.com/a" }),
            ),
            (
                "a Windows path",
                "File",
                json!("C:\\Windows\\cmd.exe"),
                json!({ "FullPath": "C:\\Windows\\cmd.exe", "Directory": "C:\\Windows", "Name": "cmd.exe" }),
            ),
            (
                "a file of the root",
                "File",
                json!("/vmlinuz"),
                json!({ "FullPath": "/vmlinuz", "Directory": "/", "Name": "vmlinuz" }),
            ),
            (
                "a file's name",
                "File",
                json!("cmd.exe"),
                json!({ "FullPath": "cmd.exe", "Name": "cmd.exe" }),
            ),
            (
                "a file by its parts",
                "File",
                json!({ "Directory": "/usr/bin/", "Name": "id" }),
                json!({ "FullPath": "/usr/bin/id", "Directory": "/usr/bin/", "Name": "id" }),
            ),
            (
                "a file's hash",
                "File",
                json!("d41d8cd98f00b204e9800998ecf8427e"),
                json!({ "Md5": "d41d8cd98f00b204e9800998ecf8427e" }),
            ),
            (
                "a hash",
                "FileHash",
                json!("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
                json!({ "Value": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "Algorithm": "SHA1" }),
            ),
            (
                "a key of the registry",
                "registry-key",
                json!("HKLM\\Software\\Run"),
                json!({ "Hive": "HKEY_LOCAL_MACHINE", "Key": "Software\\Run" }),
            ),
            (
                "a number",
                "Incident",
                json!(44),
                json!({ "IncidentID": "44" }),
            ),
            (
                "a field that is an entity",
                "Process",
                json!({ "ImageFile": "/bin/sh", "ProcessId": 7 }),
                json!({ "ImageFile": { "Type": "file", "FullPath": "/bin/sh", "Directory": "/bin", "Name": "sh" }, "ProcessId": 7 }),
            ),
            (
                "fields in another case; null and empty ones",
                "Host",
                json!({ "hostname": "a", "DeviceId": null, "AzureID": "" }),
                json!({ "HostName": "a" }),
            ),
            (
                "fields of no kind are kept",
                "Host",
                json!({ "HostName": "a", "Roles": ["dc"] }),
                json!({ "HostName": "a", "Roles": ["dc"] }),
            ),
            (
                "an unknown entity",
                "unknown",
                json!({ "A": { "b": 1 } }),
                json!({ "A": { "b": 1 } }),
            ),
            (
                "no address",
                "IpAddress",
                json!("evil.com"),
                json!("`evil.com` is no IpAddress; it looks like 203.0.113.7 or 2001:db8::1"),
            ),
            (
                "an address is no name",
                "Dns",
                json!("10.0.0.1"),
                json!("`10.0.0.1` is no Dns; it looks like www.example.com"),
            ),
            (
                "no hash",
                "FileHash",
                json!("zz"),
                json!("`zz` is no FileHash; it has 32, 40, 64 or 128 hexadecimal digits"),
            ),
            (
                "a word is no URL",
                "Url",
                json!("evil"),
                json!("`evil` is no Url; it looks like https://example.com/a"),
            ),
            (
                "a list",
                "Host",
                json!(["a"]),
                json!(
                    "an entity is made of a text or of an object of fields, such as { HostName: \"…\" }"
                ),
            ),
            (
                "a misspelt field",
                "Host",
                json!({ "HostNam": "a" }),
                json!("there is no field `HostNam` in Host; did you mean `HostName`?"),
            ),
        ];
        for (name, kind, value, expected) in cases {
            assert_eq!(made(kind, value), expected, "{name}");
        }
        let error = made("IpAdress", json!("1.2.3.4")).to_string();
        assert!(
            error.contains("there is no kind of entity `IpAdress`; did you mean `IpAddress`?"),
            "{error}"
        );
    }

    #[test]
    fn ids_tell_entities_apart() {
        use Likeness::{MayMerge, Other, Same};
        let cases = [
            ("equal", "ip", json!("10.0.0.1"), json!("10.0.0.1"), Same),
            (
                "another address",
                "ip",
                json!("10.0.0.1"),
                json!("10.0.0.2"),
                Other,
            ),
            (
                "another case",
                "Host",
                json!("WEB1.contoso.com"),
                json!("web1.Contoso.com"),
                Same,
            ),
            (
                "times do not count",
                "Host",
                json!({ "HostName": "a", "TimeGenerated": "2026-01-01" }),
                json!({ "HostName": "a", "TimeGenerated": "2026-01-02" }),
                Same,
            ),
            (
                "times do not count where nothing identifies",
                "Host",
                json!({ "OSFamily": "Linux", "TimeGenerated": "1" }),
                json!({ "OSFamily": "Linux" }),
                Same,
            ),
            (
                "nothing identifies",
                "Host",
                json!({ "OSFamily": "Linux" }),
                json!({ "OSFamily": "Windows" }),
                MayMerge,
            ),
            (
                "one is known by its SID, one by its name",
                "Account",
                json!("S-1-5-21-1-2-3-500"),
                json!("ada"),
                MayMerge,
            ),
            (
                "the SID counts more than how it is called",
                "Account",
                json!({ "Sid": "S-1-5-21", "Name": "CONTOSO\\ada" }),
                json!({ "Sid": "s-1-5-21", "Name": "ada@contoso.com" }),
                Same,
            ),
            (
                "another SID of the same name",
                "Account",
                json!({ "Sid": "S-1", "Name": "ada" }),
                json!({ "Sid": "S-2", "Name": "ada" }),
                Other,
            ),
            (
                "the same path and another hash",
                "File",
                json!({ "FullPath": "/a", "Md5": "1" }),
                json!({ "FullPath": "/a", "Md5": "2" }),
                Other,
            ),
            (
                "all parts of an id count",
                "NetworkConnection",
                json!({ "SourceAddress": "10.0.0.1", "SourcePort": 80 }),
                json!({ "SourceAddress": "10.0.0.1" }),
                Other,
            ),
            (
                "entities in ids",
                "Process",
                json!({ "ProcessId": "4", "ImageFile": "C:\\A.exe" }),
                json!({ "ProcessId": "4", "ImageFile": "c:\\a.exe" }),
                Same,
            ),
        ];
        for (name, kind, a, b, expected) in cases {
            let (a, b) = (make(kind, &a).unwrap(), make(kind, &b).unwrap());
            assert_eq!(compare(&a, &b), expected, "{name}");
            assert_eq!(compare(&b, &a), expected, "{name}, turned");
            assert_eq!(compare(&a, &a), Same, "{name}, itself");
            assert_eq!(merge(&a, &b).is_ok(), expected != Other, "{name}");
        }
        let (host, ip) = (
            make("Host", &json!("10.0.0.1")).unwrap(),
            make("ip", &json!("10.0.0.1")).unwrap(),
        );
        assert_eq!(compare(&host, &ip), Other);
        let both = merge(
            &make("Host", &json!({ "HostName": "a", "OSFamily": "Linux" })).unwrap(),
            &make("Host", &json!({ "HostName": "A", "AzureID": "1" })).unwrap(),
        )
        .unwrap();
        assert_eq!(
            Value::Object(both),
            json!({ "Type": "host", "HostName": "a", "OSFamily": "Linux", "AzureID": "1" })
        );
    }

    #[test]
    fn what_follows_from_fields() {
        let cases = [
            (
                "Host",
                json!("web1.contoso.com"),
                json!({ "fqdn": "web1.contoso.com" }),
            ),
            (
                "Account",
                json!("ada@contoso.com"),
                json!({ "QualifiedName": "ada@contoso.com" }),
            ),
            ("Account", json!("S-1-5-18"), json!({})),
            (
                "File",
                json!({ "Md5": "1", "Sha1": "2" }),
                json!({ "file_hash": "2" }),
            ),
            (
                "Process",
                json!("C:\\Windows\\cmd.exe"),
                json!({ "ProcessFilePath": "C:\\Windows\\cmd.exe", "ProcessName": "cmd.exe" }),
            ),
            (
                "AzureResource",
                json!(
                    "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
                ),
                json!({ "SubscriptionId": "1", "ResourceGroup": "rg", "Provider": "Microsoft.Compute" }),
            ),
        ];
        for (kind, value, expected) in cases {
            let described = described(make(kind, &value).unwrap());
            assert_eq!(described["$"][4], expected, "{kind} {value}");
        }
    }

    #[test]
    fn an_alert_has_its_entities_with_what_they_refer_to() {
        let entities = r#"[{"$id":"2","HostName":"ws1","Type":"host"},{"$id":"3","Name":"ada","Host":{"$ref":"2"},"Type":"account"},
            {"$ref":"2"},{"$id":"4","ParentProcess":{"$ref":"4"},"CommandLine":"sh","Type":"process"},{"$id":"5","Type":"odd-thing","A":1}]"#;
        let row = json!({ "AlertName": "Odd", "Entities": entities, "ExtendedProperties": "{\"a\":1}", "Description": null, "ExtendedLinks": "no JSON" });
        let alert = from_alert(row.as_object().unwrap());
        assert_eq!(alert["AlertDisplayName"], "Odd");
        assert_eq!(alert["ExtendedProperties"], json!({ "a": 1 }));
        assert_eq!(alert["ExtendedLinks"], "no JSON");
        let entities = alert["Entities"].as_array().unwrap();
        assert_eq!(entities.len(), 4, "{entities:?}");
        assert_eq!(
            entities[1],
            json!({ "Type": "account", "Name": "ada", "Host": { "Type": "host", "HostName": "ws1" } })
        );
        assert_eq!(entities[3], json!({ "Type": "odd-thing", "A": 1 }));
        // A circle ends.
        assert!(entities[2].to_string().len() < 1000);
        let odd = described(entities[3].as_object().unwrap().clone());
        assert_eq!(odd["$"][0], "UnknownEntity");
    }

    #[test]
    fn references_to_references_end() {
        let list: Vec<Value> = (0..200).map(|i| {
            let all: Vec<Value> = (0..200).map(|j| json!({ "$ref": j.to_string() })).collect();
            json!({ "$id": i.to_string(), "Type": "malware", "Name": i.to_string(), "Files": all })
        }).collect();
        let alert = from_alert(json!({ "Entities": list }).as_object().unwrap());
        assert!(alert["Entities"].to_string().len() < 4_000_000);
    }
}
