//! Keys: where they come from, and how they get into a call. They are never printed.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::pattern::decode_bytes;

/// A key or token. `{:?}` does not show it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Of text; white space around it, as at the end of a file, does not count.
    ///
    /// # Errors
    ///
    /// If it is empty or has characters that cannot stand in a header; `source` says whose it is.
    pub fn new(text: &str, source: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ConfigError(format!(
                "{source} is empty; put the key there, or take the line out"
            )));
        }
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(ConfigError(format!(
                "{source} holds characters that no key has (line breaks, or others than ASCII)"
            )));
        }
        Ok(Self(text.into()))
    }

    /// From an environment variable, if it is set.
    ///
    /// # Errors
    ///
    /// As [`Secret::new`].
    pub fn from_env(name: &str) -> Result<Option<Self>, ConfigError> {
        match std::env::var(name) {
            Ok(text) => Self::new(&text, &format!("environment variable {name}")).map(Some),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(_) => Err(ConfigError(format!(
                "environment variable {name} is not text"
            ))),
        }
    }

    /// From a file that only its owner can read.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or others can read it too.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|error| {
            ConfigError(format!(
                "{name}: {error}; put the key there, and let only yourself read it"
            ))
        })?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path)
                .map_err(|error| ConfigError(format!("{name}: {error}")))?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(ConfigError(format!(
                    "{name} can be read by others (mode {:o}); chmod 600 {name}",
                    mode & 0o777
                )));
            }
        }
        Self::new(&text, &name.to_string())
    }

    /// The text, to send it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `given` is the same, in a time that does not tell how much of it is.
    pub fn is(&self, given: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Where a service takes its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a header; `{key}` of the format is the key.
    Header(HeaderName, String),
    /// As `Authorization: Basic`; the key is `name:password`.
    Basic,
    /// In the query.
    Query(String),
    /// In place of the segment `{key}` of the pattern.
    Path,
    /// In a field of a form, if the client sends the field.
    Form(String),
    /// In a field of a JSON object, if the client sends the field.
    Json(String),
}

/// `key` as it stands in the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntry {
    header: Option<String>,
    format: Option<String>,
    #[serde(default)]
    basic: bool,
    query: Option<String>,
    #[serde(default)]
    path: bool,
    form: Option<String>,
    json: Option<String>,
    /// The environment variable that holds it.
    pub env: String,
}

impl KeyEntry {
    /// The same with another environment variable.
    pub fn read_from(mut self, env: &str) -> Self {
        self.env = env.into();
        self
    }

    /// Where the key goes.
    ///
    /// # Errors
    ///
    /// Unless it says exactly one place.
    pub fn place(&self) -> Result<Place, String> {
        let mut places = Vec::new();
        if let Some(name) = &self.header {
            let format = self.format.clone().unwrap_or_else(|| "{key}".into());
            if !format.contains("{key}") {
                return Err("key: format must have {key} in it".into());
            }
            places.push(Place::Header(
                name.parse()
                    .map_err(|_| format!("key: \"{name}\" is no header"))?,
                format,
            ));
        } else if self.format.is_some() {
            return Err("key: format goes with header".into());
        }
        if self.basic {
            places.push(Place::Basic);
        }
        places.extend(self.query.clone().map(Place::Query));
        if self.path {
            places.push(Place::Path);
        }
        places.extend(self.form.clone().map(Place::Form));
        places.extend(self.json.clone().map(Place::Json));
        match (places.pop(), places.is_empty()) {
            (Some(place), true) => Ok(place),
            _ => Err("key must say one of header, basic, query, path, form and json".into()),
        }
    }
}

/// A key and where it goes.
#[derive(Debug, Clone)]
pub struct Key {
    /// Where.
    pub place: Place,
    /// What.
    pub secret: Secret,
}

impl Key {
    /// Puts it among the headers, in place of the client's.
    pub fn into_headers(&self, headers: &mut HeaderMap) {
        let (name, text) = match &self.place {
            Place::Header(name, format) => {
                (name.clone(), format.replace("{key}", self.secret.expose()))
            }
            Place::Basic => (
                AUTHORIZATION,
                format!("Basic {}", STANDARD.encode(self.secret.expose())),
            ),
            _ => return,
        };
        // A secret has only characters that headers may have, and the table's format was tried when it was read.
        if let Ok(mut value) = HeaderValue::from_str(&text) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }

    /// A query with the key in place of the client's, and the rest as it was.
    pub fn into_query(&self, query: Option<&str>) -> Option<String> {
        let Place::Query(name) = &self.place else {
            return query.map(str::to_owned);
        };
        let mut kept: Vec<&str> = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !is_field(pair, name))
            .collect();
        let own = format!("{}={}", encode(name), encode(self.secret.expose()));
        kept.push(&own);
        Some(kept.join("&"))
    }

    /// A form or JSON object with the key in the field that the client left for it; `None` if it sent none.
    pub fn into_body(&self, body: &[u8]) -> Option<Vec<u8>> {
        match &self.place {
            Place::Form(name) => {
                let text = std::str::from_utf8(body).ok()?;
                let own = format!("{}={}", encode(name), encode(self.secret.expose()));
                let pairs: Vec<&str> = text
                    .split('&')
                    .map(|pair| {
                        if is_field(pair, name) {
                            own.as_str()
                        } else {
                            pair
                        }
                    })
                    .collect();
                pairs
                    .contains(&own.as_str())
                    .then(|| pairs.join("&").into_bytes())
            }
            Place::Json(name) => {
                let mut value: Value = serde_json::from_slice(body).ok()?;
                *value.get_mut(name.as_str())? = Value::String(self.secret.expose().into());
                Some(value.to_string().into_bytes())
            }
            _ => None,
        }
    }

    /// Every text that would give the key away in an answer.
    pub fn traces(&self) -> Vec<String> {
        let key = self.secret.expose();
        let mut traces = vec![
            key.to_owned(),
            encode(key),
            STANDARD.encode(key),
            serde_json::Value::from(key)
                .to_string()
                .trim_matches('"')
                .to_owned(),
        ];
        if self.place == Place::Basic
            && let Some((_, password)) = key.split_once(':')
        {
            traces.extend([password.to_owned(), encode(password)]);
        }
        // What is so short is in many an answer by chance.
        traces.retain(|trace| trace.len() >= 6);
        traces.sort_by_key(|trace| std::cmp::Reverse(trace.len()));
        traces.dedup();
        traces
    }
}

/// Whether a pair of a query or form is the field of that name, however the name is encoded.
fn is_field(pair: &str, name: &str) -> bool {
    let given = pair.split('=').next().unwrap_or_default();
    decode_bytes(&given.replace('+', " ")) == name.as_bytes()
}

/// Percent-encoded for a query, a form or a segment.
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(place: Place) -> Key {
        Key {
            place,
            secret: Secret::new("s3cret/key", "test").expect("a key"),
        }
    }

    #[test]
    fn headers() {
        let mut headers = HeaderMap::new();
        headers.append("x-apikey", HeaderValue::from_static("mine"));
        headers.append("x-apikey", HeaderValue::from_static("mine too"));
        key(Place::Header(
            HeaderName::from_static("x-apikey"),
            "{key}".into(),
        ))
        .into_headers(&mut headers);
        assert_eq!(
            headers.get_all("x-apikey").iter().collect::<Vec<_>>(),
            ["s3cret/key"]
        );
        key(Place::Basic).into_headers(&mut headers);
        assert_eq!(headers["authorization"], "Basic czNjcmV0L2tleQ==");
    }

    #[test]
    fn queries() {
        let key = key(Place::Query("key".into()));
        for (query, expected) in [
            (None, "key=s3cret%2Fkey"),
            (Some("a=1&b=%2F"), "a=1&b=%2F&key=s3cret%2Fkey"),
            (Some("key=x&a=1&%6Bey=y&key"), "a=1&key=s3cret%2Fkey"),
            (Some("keys=1"), "keys=1&key=s3cret%2Fkey"),
        ] {
            assert_eq!(key.into_query(query).as_deref(), Some(expected));
        }
    }

    #[test]
    fn bodies() {
        let form = key(Place::Form("client_secret".into()));
        assert_eq!(
            form.into_body(b"a=1&client_secret=&b=2").as_deref(),
            Some(&b"a=1&client_secret=s3cret%2Fkey&b=2"[..])
        );
        assert_eq!(form.into_body(b"a=1&b=2"), None);
        assert_eq!(form.into_body(b"\xff"), None);
        let json = key(Place::Json("password".into()));
        assert_eq!(
            json.into_body(br#"{"password":"","username":"u"}"#)
                .as_deref(),
            Some(&br#"{"password":"s3cret/key","username":"u"}"#[..])
        );
        for body in [&br#"{"username":"u"}"#[..], b"[]", b"{", b""] {
            assert_eq!(json.into_body(body), None);
        }
    }

    #[test]
    fn secrets_do_not_show() {
        assert_eq!(format!("{:?}", key(Place::Basic).secret), "…");
        assert!(
            Secret::new(" \n", "x").is_err()
                && Secret::new("a\nb", "x").is_err()
                && Secret::new("ä", "x").is_err()
        );
        assert!(
            key(Place::Path).secret.is(b"s3cret/key") && !key(Place::Path).secret.is(b"s3cret")
        );
    }

    #[cfg(unix)]
    #[test]
    fn files_that_others_can_read_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("huntbook-key-{}", std::process::id()));
        fs::write(&path, "abcdef\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its mode");
        let refused = Secret::from_file(&path).expect_err("refused");
        assert!(refused.0.contains("chmod 600"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        assert_eq!(Secret::from_file(&path).expect("a key").expose(), "abcdef");
        fs::remove_file(&path).expect("removed");
    }
}
