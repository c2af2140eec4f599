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
    let found = match kind.name() {
        "Account" => account(entity),
        "Host" => host(entity),
        "File" => file(entity),
        "FileHash" => {
            let algorithm = text(entity, "Value").and_then(algorithm);
            let is_new = !entity.contains_key("Algorithm");
            algorithm
                .filter(|_| is_new)
                .map(|name| found("Algorithm", name, "", ""))
        }
        "IpAddress" => {
            let address = text(entity, "Address").and_then(|text| normal(kind, text));
            address.map(|address| found("Address", &address, "", ""))
        }
        "RegistryKey" => registry_key(entity),
        _ => None,
    };
    entity.remove("fqdn");
    for (name, value) in found
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.is_empty())
    {
        put(entity, name, value.into());
    }
}

/// Two fields and their values; no second one if its name is empty.
type Found = [(&'static str, String); 2];

#[inline(never)]
fn found(first: &'static str, value: &str, second: &'static str, other: &str) -> Found {
    [(first, value.to_owned()), (second, other.to_owned())]
}

/// A text before and after a mark, if there is no field for what is beside the name yet.
#[inline(never)]
fn parts<'a>(
    entity: &Object,
    text: &'a str,
    mark: char,
    field: &str,
) -> Option<(&'a str, &'a str)> {
    text.split_once(mark)
        .filter(|_| !entity.contains_key(field))
}

fn account(entity: &Object) -> Option<Found> {
    let name = text(entity, "Name").or_else(|| text(entity, "Upn"))?;
    if let Some((domain, name)) = parts(entity, name, '\\', "NTDomain") {
        return Some(found("NTDomain", domain, "Name", name));
    }
    let (name, suffix) = parts(entity, name, '@', "UPNSuffix")?;
    Some(found("UPNSuffix", suffix, "Name", name))
}

fn host(entity: &Object) -> Option<Found> {
    let name = text(entity, "fqdn").or_else(|| text(entity, "HostName"))?;
    let name = name.trim_start_matches('\\');
    let is_address = ip_address::parse(name).is_some();
    Some(
        match parts(entity, name, '.', "DnsDomain").filter(|_| !is_address) {
            Some((host, domain)) => found("HostName", host, "DnsDomain", domain),
            None => found("HostName", name, "", ""),
        },
    )
}

fn file(entity: &Object) -> Option<Found> {
    let folder = text(entity, "Directory");
    let Some(path) = text(entity, "FullPath") else {
        let (folder, name) = (folder?, text(entity, "Name")?);
        let path = [folder, alert::separator(folder), name].concat();
        return Some(found("FullPath", &path, "", ""));
    };
    let Some(at) = path.rfind(['/', '\\']) else {
        return Some(found("Name", path, "", ""));
    };
    let folder = folder.unwrap_or(&path[..at.max(1)]);
    Some(found("Name", &path[at + 1..], "Directory", folder))
}

fn registry_key(entity: &Object) -> Option<Found> {
    let (hive, key) = parts(entity, text(entity, "Key")?, '\\', "Hive")?;
    let at = HIVES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(hive))?;
    Some(found("Hive", HIVES[at | 1], "Key", key))
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
