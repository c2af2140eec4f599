#![allow(clippy::unwrap_used)] // a test may fail so

use serde_json::{Value, json};

use super::object::{described, from_alert, make};
use super::same::{Likeness, compare, merge};

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
            "names that are ours",
            "Host",
            json!({ "HostName": "a", "$": 1, "x": { "y": [{ "$": ["Bad"], "b": 1 }] } }),
            json!({ "HostName": "a", "x": { "y": [{ "b": 1 }] } }),
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
        let described = described(&make(kind, &value).unwrap().into());
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
    let odd = described(&entities[3]);
    assert_eq!(odd["$"][0], "UnknownEntity");
}

#[test]
fn references_to_references_end() {
    let list: Vec<Value> = (0..200)
        .map(|i| {
            let all: Vec<Value> = (0..200).map(|j| json!({ "$ref": j.to_string() })).collect();
            json!({ "$id": i.to_string(), "Type": "malware", "Name": i.to_string(), "Files": all })
        })
        .collect();
    let alert = from_alert(json!({ "Entities": list }).as_object().unwrap());
    assert!(alert["Entities"].to_string().len() < 4_000_000);
}
