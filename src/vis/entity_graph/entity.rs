//! The entities of an alert: JSON in which one refers to another by number, as in
//! <https://learn.microsoft.com/azure/sentinel/entities-reference>.

use serde_json::{Map as Object, Value};

use crate::table::Map;

/// An entity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entity {
    /// Its type, such as `ip`.
    pub(super) kind: String,
    /// What it is called.
    pub(super) name: String,
    /// Equal for the same thing in other alerts.
    pub(super) key: String,
}

/// The entities of an alert, and which are named by others.
#[derive(Debug, Default)]
pub(super) struct Entities {
    pub(super) all: Vec<Entity>,
    pub(super) links: Vec<(u32, u32)>,
}

/// References are followed, and values read, so deep.
const DEEPEST: usize = 6;

/// What names an entity of a type, the first that is there: msticpy 3.0.2's `ID_PROPERTIES`.
const NAMES: [(&str, &[&str]); 14] = [
    ("ip", &["Address"]),
    ("url", &["Url"]),
    ("dns", &["DomainName"]),
    ("filehash", &["Value"]),
    ("azure-resource", &["ResourceId"]),
    ("mailbox", &["MailboxPrimaryAddress"]),
    ("mailmessage", &["NetworkMessageId", "Recipient"]),
    ("submissionmail", &["NetworkMessageId", "Recipient"]),
    ("mailcluster", &["Query"]),
    ("iotdevice", &["DeviceName", "DeviceId"]),
    (
        "security-group",
        &["DistinguishedName", "SID", "ObjectGuid"],
    ),
    ("cloud-logon-session", &["SessionId"]),
    ("host-logon-session", &["SessionId"]),
    (
        "host",
        &[
            "HostName",
            "NetBiosName",
            "AzureID",
            "OMSAgentID",
            "DeviceId",
        ],
    ),
];
/// The same for all others.
const USUAL: [&str; 12] = [
    "Name",
    "DisplayName",
    "Upn",
    "QualifiedName",
    "FullPath",
    "Key",
    "Sid",
    "AadUserId",
    "PUID",
    "ObjectGuid",
    "CommandLine",
    "Sha256",
];
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
    pub(super) fn of(value: &Value) -> Self {
        let mut objects = Vec::new();
        collect(value, DEEPEST, &mut objects);
        let mut reader = Reader {
            by_id: Map::default(),
            objects,
        };
        for (number, object) in (0..).zip(&reader.objects) {
            if let Some(id) = text(object, "$id") {
                reader.by_id.insert(id.to_owned(), number);
            }
        }
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

    fn add(&mut self, entity: Option<Entity>, numbers: &mut Map<String, u32>) -> Option<u32> {
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

fn text<'a>(object: &'a Object<String, Value>, field: &str) -> Option<&'a str> {
    object.get(field)?.as_str().filter(|text| !text.is_empty())
}

impl<'a> Reader<'a> {
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
    fn entity(&self, object: &'a Object<String, Value>, depth: usize) -> Option<Entity> {
        let kind = text(object, "Type")?.to_ascii_lowercase();
        let field = |name: &str| self.field(object, name, depth);
        let own = NAMES
            .iter()
            .find(|(own, _)| *own == kind)
            .map_or(&[][..], |(_, names)| names);
        let mut name = own
            .iter()
            .chain(&USUAL)
            .find_map(|name| field(name))
            .unwrap_or_default();
        match kind.as_str() {
            "account" => match (field("NTDomain"), field("UPNSuffix")) {
                _ if name.contains(['@', '\\']) => {}
                (_, Some(suffix)) => name = join(&name, "@", &suffix),
                (Some(domain), None) => name = join(&domain, "\\", &name),
                _ => {}
            },
            "host" => {
                if let Some(domain) =
                    field("DnsDomain").filter(|domain| !name.ends_with(domain.as_str()))
                {
                    name = join(&name, ".", &domain);
                }
            }
            "file" => {
                if let Some(folder) = field("Directory") {
                    let between = match (folder.ends_with(['/', '\\']), folder.contains('/')) {
                        (true, _) => "",
                        (_, true) => "/",
                        _ => "\\",
                    };
                    name = join(&folder, between, &name);
                }
            }
            "process" => {
                name = field("ImageFile").unwrap_or(name);
                let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
                name = file.to_owned();
                if let Some(id) = field("ProcessId") {
                    name = join(&name, " ", &id);
                }
            }
            "registry-value" => {
                if let Some(key) = field("Key") {
                    name = join(&key, "\\", &name);
                }
            }
            _ => {}
        }
        let mut key = join(&kind, "|", &name);
        if !matches!(kind.as_str(), "account" | "host" | "ip" | "file") {
            for field in TELLING.iter().filter_map(|name| field(name)) {
                key = join(&key, "|", &field);
            }
        }
        if name.is_empty() {
            // What it has besides its number.
            let mut rest = object.clone();
            rest.remove("$id");
            key = join(&kind, "|", &Value::Object(rest).to_string());
            name.clone_from(&kind);
        }
        // Names of hosts and users mean the same in both cases.
        Some(Entity {
            kind,
            name,
            key: key.to_lowercase(),
        })
    }
}
