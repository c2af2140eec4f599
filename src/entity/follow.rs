//! What follows from the fields of an entity: other fields, and names for several together.

use super::kinds::Kind;
use super::object::{Object, algorithm, normal, put, text};
use super::{alert, ip_address};

/// Names of hives, after their short forms.
const HIVES: [&str; 10] = [
    "HKLM",
    "HKEY_LOCAL_MACHINE",
    "HKCU",
    "HKEY_CURRENT_USER",
    "HKCR",
    "HKEY_CLASSES_ROOT",
    "HKU",
    "HKEY_USERS",
    "HKCC",
    "HKEY_CURRENT_CONFIG",
];

/// Fills in what follows from the fields that are there.
pub(super) fn fill(kind: Kind, entity: &mut Object) {
    match kind.name() {
        "Account" => {
            let name = own(entity, &["Name", "Upn"]);
            if !part(entity, &name, '\\', ["NTDomain", "Name"]) {
                part(entity, &name, '@', ["Name", "UPNSuffix"]);
            }
        }
        "Host" => {
            let name = own(entity, &["fqdn", "HostName"]);
            let name = name.trim_start_matches('\\');
            entity.remove("fqdn");
            set(entity, "HostName", name);
            if ip_address::parse(name).is_none() {
                part(entity, name, '.', ["HostName", "DnsDomain"]);
            }
        }
        "File" => file(entity),
        "FileHash" => {
            let algorithm = algorithm(&own(entity, &["Value"]));
            if !entity.contains_key("Algorithm") {
                set(entity, "Algorithm", algorithm.unwrap_or_default());
            }
        }
        "IpAddress" => {
            let address = normal(kind, &own(entity, &["Address"]));
            set(entity, "Address", &address.unwrap_or_default());
        }
        "RegistryKey" => {
            let key = own(entity, &["Key"]);
            let hive = key.split('\\').next().unwrap_or_default();
            let at = HIVES
                .iter()
                .position(|name| name.eq_ignore_ascii_case(hive));
            if let Some(at) = at
                && part(entity, &key, '\\', ["Hive", "Key"])
            {
                set(entity, "Hive", HIVES[at | 1]);
            }
        }
        _ => {}
    }
}

/// The first of some fields that is there, as text of its own.
#[inline(never)]
fn own(entity: &Object, names: &[&str]) -> String {
    let text = names.iter().find_map(|name| text(entity, name));
    text.unwrap_or_default().to_owned()
}

/// Sets a field, unless the text is empty.
#[inline(never)]
fn set(entity: &mut Object, name: &str, text: &str) {
    if !text.is_empty() {
        put(entity, name, text.into());
    }
}

/// Sets two fields to what stands before and after a mark, if there is one, and only one of the fields.
#[inline(never)]
fn part(entity: &mut Object, text: &str, mark: char, names: [&str; 2]) -> bool {
    let has_both = names.iter().all(|name| entity.contains_key(*name));
    let parts = text.split_once(mark).filter(|_| !has_both);
    if let Some((before, after)) = parts {
        set(entity, names[0], before);
        set(entity, names[1], after);
    }
    parts.is_some()
}

fn file(entity: &mut Object) {
    let path = own(entity, &["FullPath"]);
    let folder = own(entity, &["Directory"]);
    if path.is_empty() {
        let name = own(entity, &["Name"]);
        if !folder.is_empty() && !name.is_empty() {
            let path = [&folder, alert::separator(&folder), &name].concat();
            set(entity, "FullPath", &path);
        }
        return;
    }
    let at = path.bytes().rposition(|byte| matches!(byte, b'/' | b'\\'));
    set(entity, "Name", &path[at.map_or(0, |at| at + 1)..]);
    if folder.is_empty() {
        set(entity, "Directory", &path[..at.map_or(0, |at| at.max(1))]);
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

/// The value of such a field.
#[inline(never)]
pub(super) fn computed(entity: &Object, kind: Kind, name: &str) -> Option<String> {
    COMPUTED.iter().find(|own| **own == (kind.name(), name))?;
    let text = |field| text(entity, field);
    let found = match name {
        "file_hash" => {
            let hashes = ["Sha256", "Sha1", "Md5", "Sha256Ac"];
            hashes.into_iter().find_map(text)
        }
        "ProcessFilePath" | "ProcessName" => {
            let file = entity.get("ImageFile")?.as_object()?;
            let path = file.get("FullPath").filter(|_| name == "ProcessFilePath");
            path.or_else(|| file.get("Name"))?.as_str()
        }
        "fqdn" | "QualifiedName" => {
            // Others are called by their ids.
            let is_named = ["Name", "HostName", "NetBiosName"]
                .into_iter()
                .find_map(text)
                .is_some();
            return Some(alert::named(entity).filter(|_| is_named)?.name);
        }
        _ => {
            let before = match name {
                "SubscriptionId" => "subscriptions",
                "ResourceGroup" => "resourceGroups",
                _ => "providers",
            };
            let mut parts = text("ResourceId")?.split('/');
            parts.find(|part| part.eq_ignore_ascii_case(before))?;
            parts.next()
        }
    };
    found.map(str::to_owned)
}
