//! Entities as JSON objects, as alerts have them: `Type`, and fields by name, which may be entities.
//!
//! Here is what graphs and pivots need of them. The rest of their rules, which are needed when someone
//! makes one, is `pkg-templates/entities.js`: it is loaded then, and takes what is here from here.

use serde_json::{Map, Value};

use super::kinds::{Kind, kinds};
use super::{alert, domain, ip_address, url};
use crate::nearest::did_you_mean;
use crate::{Error, Result};

/// An entity: `Type` and its fields.
pub type Object = Map<String, Value>;

/// The text of a field.
#[inline(never)]
pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// What an entity is known by, the same in other alerts, and what it is called; `None` for what has no type.
pub fn named(entity: &Object) -> Option<(String, String)> {
    let named = alert::named(entity)?;
    Some((named.key, named.name))
}

/// The kind of this name.
///
/// # Errors
///
/// `InvalidArgument`, which names the nearest.
pub fn kind_named(name: &str) -> Result<Kind> {
    Kind::named(name).ok_or_else(|| {
        let hint = did_you_mean(name, &mut kinds().flat_map(Kind::words));
        let mut message = [
            "there is no kind of entity `",
            name,
            "`",
            &hint,
            " (there are",
        ]
        .concat();
        for (i, kind) in kinds().enumerate() {
            message.push_str(if i == 0 { ": " } else { ", " });
            message.push_str(kind.name());
        }
        message.push(')');
        Error::InvalidArgument(message)
    })
}

/// A text in the form in which entities of this kind have it; `None` if it is none of them.
pub fn normal(kind: Kind, text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = match kind.name() {
        "IpAddress" => return Some(ip_address::parse(text)?.to_string()),
        "Dns" => {
            let name = text.trim_end_matches('.');
            let is_name = !name.bytes().any(|byte| matches!(byte, b'/' | b':' | b'@'));
            let is_name = is_name && name.contains('.') && ip_address::parse(name).is_none();
            domain::parts(name).filter(|_| is_name)?;
            return Some(name.to_lowercase());
        }
        "Url" => {
            let parts = url::parse(text)?;
            parts.scheme.is_some() || parts.host.is_some() && parts.path.is_some()
        }
        "FileHash" => {
            let is_long = [32, 40, 64, 128].contains(&text.len());
            is_long && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        _ => !text.is_empty(),
    };
    is_one.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_kind() {
        let cases = [
            ("ip", " 203.0.113.7 ", Some("203.0.113.7")),
            ("IpAddress", "2001:DB8:0::1", Some("2001:db8::1")),
            ("ip", "evil.com", None),
            ("dns", "WWW.Example.com.", Some("www.example.com")),
            ("dns", "10.0.0.1", None),
            ("dns", "http://example.com", None),
            ("dns", "localhost", None),
            (
                "url",
                "https://example.com/a",
                Some("https://example.com/a"),
            ),
            ("url", "example.com/a", Some("example.com/a")),
            ("url", "example.com", None),
            (
                "filehash",
                "D41D8CD98F00B204E9800998ECF8427E",
                Some("D41D8CD98F00B204E9800998ECF8427E"),
            ),
            ("file-hash", "d41d", None),
            ("Host", "  web1 ", Some("web1")),
            ("Host", "  ", None),
        ];
        for (kind, text, expected) in cases {
            let kind = kind_named(kind).expect(kind);
            assert_eq!(
                normal(kind, text).as_deref(),
                expected,
                "{} {text}",
                kind.name()
            );
        }
        let error = kind_named("IpAdress").expect_err("misspelt").to_string();
        assert!(error.starts_with("there is no kind of entity `IpAdress`; did you mean `IpAddress`? (there are: Account, Alert,"), "{error}");
        assert!(error.ends_with(", Url)"), "{error}");
    }
}
