//! What follows from the fields of an entity: other fields, and names for several together.

use super::kinds::Kind;
use super::object::{Object, algorithm, normal};
use super::{alert, ip_address};

/// Names of hives, and their short forms.
const HIVES: [(&str, &str); 5] = [
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// Fields and their values.
type Found = Vec<(&'static str, String)>;

/// The text of a field.
fn text<'a>(entity: &'a Object, name: &str) -> Option<&'a str> {
    entity.get(name)?.as_str()
}

/// Fills in what follows from the fields that are there.
pub(super) fn fill(kind: &Kind, entity: &mut Object) {
    let found = match kind.name {
        "Account" => account(entity),
        "Host" => host(entity),
        "File" => file(entity),
        "FileHash" => hash(entity),
        "IpAddress" => address(kind, entity),
        "RegistryKey" => registry_key(entity),
        _ => None,
    };
    entity.remove("fqdn");
    for (name, value) in found.into_iter().flatten() {
        entity.insert(name.into(), value.into());
    }
}

fn account(entity: &Object) -> Option<Found> {
    let name = text(entity, "Name").or_else(|| text(entity, "Upn"))?;
    let parts = |mark, field| {
        let parts = name.split_once(mark);
        parts.filter(|_| !entity.contains_key(field))
    };
    if let Some((domain, name)) = parts('\\', "NTDomain") {
        return Some(vec![("NTDomain", domain.into()), ("Name", name.into())]);
    }
    let (name, suffix) = parts('@', "UPNSuffix")?;
    Some(vec![("UPNSuffix", suffix.into()), ("Name", name.into())])
}

fn host(entity: &Object) -> Option<Found> {
    let name = text(entity, "fqdn").or_else(|| text(entity, "HostName"))?;
    let name = name.trim_start_matches('\\');
    let is_whole = entity.contains_key("DnsDomain") || ip_address::parse(name).is_some();
    Some(match name.split_once('.').filter(|_| !is_whole) {
        Some((host, domain)) => vec![("HostName", host.into()), ("DnsDomain", domain.into())],
        None => vec![("HostName", name.into())],
    })
}

fn file(entity: &Object) -> Option<Found> {
    let folder = text(entity, "Directory");
    let Some(path) = text(entity, "FullPath") else {
        let (folder, name) = (folder?, text(entity, "Name")?);
        let path = [folder, alert::separator(folder), name].concat();
        return Some(vec![("FullPath", path)]);
    };
    let Some(at) = path.rfind(['/', '\\']) else {
        return Some(vec![("Name", path.into())]);
    };
    let folder = folder.unwrap_or(&path[..at.max(1)]);
    Some(vec![
        ("Name", path[at + 1..].into()),
        ("Directory", folder.into()),
    ])
}

fn hash(entity: &Object) -> Option<Found> {
    let algorithm = algorithm(text(entity, "Value")?)?;
    let is_new = !entity.contains_key("Algorithm");
    is_new.then(|| vec![("Algorithm", algorithm.into())])
}

fn address(kind: &Kind, entity: &Object) -> Option<Found> {
    Some(vec![("Address", normal(kind, text(entity, "Address")?)?)])
}

fn registry_key(entity: &Object) -> Option<Found> {
    let (hive, key) = text(entity, "Key")?.split_once('\\')?;
    let same = |word: &str| hive.eq_ignore_ascii_case(word);
    let (_, hive) = HIVES
        .iter()
        .find(|(short, long)| same(short) || same(long))?;
    let is_new = !entity.contains_key("Hive");
    is_new.then(|| vec![("Hive", (*hive).into()), ("Key", key.into())])
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
pub(super) fn computed(entity: &Object, kind: &Kind, name: &str) -> Option<String> {
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
