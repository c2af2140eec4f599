//! Kinds of entities against msticpy 3.0.2's own, in `../shared/oracle/entities.json`. Each difference is
//! listed with its reason.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::{BTreeMap, BTreeSet};

use facts::oracle;
use huntbook::entity::kinds::{Kind, kinds};
use serde_json::Value;

/// Every entity has these in msticpy; here no kind lists them.
const COMMON: [&str; 3] = ["TimeGenerated", "StartTime", "EndTime"];

/// Kinds, a field or id, and why it is not there, or there and not in msticpy.
const DIFFERENCES: [(&str, &str, &str); 24] = [
    (
        "Alert",
        "id SystemAlertIds",
        "no field of it; SystemAlertId is",
    ),
    ("Alert", "id SystemAlertId", "the field that is meant"),
    (
        "CloudApplication",
        "id AppId",
        "in Azure's reference an application is known by it",
    ),
    (
        "CloudApplication",
        "id InstanceName",
        "and by the instance of that",
    ),
    ("CloudLogonSession", "id Name", "no field of it"),
    (
        "CloudLogonSession",
        "id SessionId",
        "the field that is meant",
    ),
    ("File", "id Sha256ac", "the field is Sha256Ac"),
    ("File", "id Sha256Ac", "the field that is meant"),
    ("Incident", "field AdditionalData ", "a blank at its end"),
    ("Incident", "field AdditionalData", "the same without it"),
    ("Incident", "kind Alerts", "they are alerts"),
    ("MailboxConfiguration", "id ConfigId", "no field of it"),
    (
        "MailboxConfiguration",
        "id MailboxPrimaryAddress",
        "the field that tells them apart",
    ),
    (
        "ServicePrincipal",
        "id DistinguishedName",
        "copied from SecurityGroup; no field of it",
    ),
    (
        "ServicePrincipal",
        "id SID",
        "copied from SecurityGroup; no field of it",
    ),
    (
        "ServicePrincipal",
        "id ObjectGuid",
        "copied from SecurityGroup; no field of it",
    ),
    (
        "ServicePrincipal",
        "id ServicePrincipalObjectId",
        "the field that is meant",
    ),
    ("ServicePrincipal", "id AppId", "the field that is meant"),
    ("FileHash", "kind Algorithm", "a word"),
    ("Host", "kind OSFamily", "a word"),
    ("RegistryKey", "kind Hive", "a word"),
    (
        "UnknownEntity",
        "field",
        "fields by which something unknown may be called",
    ),
    ("Machine", "kind", "another name of Host"),
    ("User", "kind", "another name of Account"),
];

/// What a kind has, one word each: its row is words, ids, the plain field, fields that name it, others.
fn ours(kind: Kind) -> BTreeSet<String> {
    let parts: Vec<&str> = kind.row().split('|').collect();
    let ids = parts[1].replace('?', "").replace('+', " ");
    let ids = ids.split(' ').filter(|id| !id.is_empty());
    let mut all: BTreeSet<String> = ids.map(|id| format!("id {id}")).collect();
    for field in parts[3..]
        .iter()
        .flat_map(|part| part.split(' '))
        .filter(|field| !field.is_empty())
    {
        let (name, holds) = field.split_once(':').unwrap_or((field, ""));
        all.insert(format!("field {name}"));
        if !holds.is_empty() {
            assert!(kinds().any(|kind| kind.name() == holds), "{field}");
            all.insert(format!("kind {name} {holds}"));
        }
    }
    assert!(all.contains(&format!("field {}", parts[2])), "{}", parts[2]);
    all
}

fn theirs(entity: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (field, holds) in entity["schema"].as_object().unwrap() {
        if COMMON.contains(&field.as_str()) {
            continue;
        }
        all.insert(format!("field {field}"));
        // As in "(<class 'list'>, 'IpAddress')".
        let holds = holds.as_str().unwrap();
        let kind = holds.rsplit('\'').nth(1).unwrap_or(holds);
        if kind != "None" {
            all.insert(format!("kind {field} {kind}"));
        }
    }
    let ids = entity["ID_PROPERTIES"].as_array().unwrap();
    all.extend(ids.iter().map(|id| format!("id {}", id.as_str().unwrap())));
    all
}

#[test]
fn kinds_have_the_fields_and_ids_of_msticpy() {
    let Some(oracle) = oracle("entities.json") else {
        return;
    };
    let mut differences: BTreeMap<(&str, &str), bool> = DIFFERENCES
        .iter()
        .map(|(kind, what, _)| ((*kind, *what), false))
        .collect();
    for (name, entity) in oracle["entities"].as_object().unwrap() {
        // The base class, and other names of a class.
        if ["Entity", "Ip", "Machine", "User"].contains(&name.as_str()) {
            continue;
        }
        let kind = kinds().find(|kind| kind.name() == name);
        let (ours, theirs) = (ours(kind.expect(name)), theirs(entity));
        for what in ours.symmetric_difference(&theirs) {
            let listed = DIFFERENCES.iter().find(|(kind, word, _)| {
                kind == name && (what == word || what.starts_with(&format!("{word} ")))
            });
            let (kind, word, _) =
                listed.unwrap_or_else(|| panic!("{name}: {what}; ours: {}", ours.contains(what)));
            differences.insert((kind, word), true);
        }
    }
    let aliases = oracle["ENTITY_NAME_MAP"].as_object().unwrap();
    for (word, name) in aliases {
        let ours = Kind::named(word).unwrap_or_else(|| panic!("{word}")).name();
        if Some(ours) != name.as_str() {
            differences.insert((name.as_str().unwrap(), "kind"), true);
            assert!(
                DIFFERENCES
                    .iter()
                    .any(|(kind, word, _)| Some(*kind) == name.as_str() && *word == "kind"),
                "{word} is {ours}"
            );
        }
    }
    let unused: Vec<_> = differences.iter().filter(|(_, used)| !**used).collect();
    assert!(unused.is_empty(), "no longer different: {unused:?}");
}
