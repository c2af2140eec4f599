//! Which headers pass, in both directions; and those that let a page read an answer.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

/// A list of header names in lower case; one that ends in `*` stands for all that begin so.
#[derive(Debug, Clone, Default)]
pub struct HeaderList {
    names: Vec<String>,
    prefixes: Vec<String>,
}

/// Never passed on, whatever a table says: they are of the connection, or say who asks.
const NEVER: &[&str] = &[
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "proxy-authorization",
    "proxy-connection",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

impl HeaderList {
    /// Of the names in a table.
    ///
    /// # Errors
    ///
    /// If one is no header, has capitals, or must not be passed on.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<Self, String> {
        let mut list = Self::default();
        for name in names {
            let stem = name.strip_suffix('*').unwrap_or(name);
            if stem.len() < 2
                || stem != stem.to_ascii_lowercase()
                || stem.parse::<HeaderName>().is_err()
            {
                return Err(format!("\"{name}\" is no header name in lower case"));
            }
            if NEVER.contains(&stem) && stem != "content-length" {
                return Err(format!("\"{name}\" must not be passed on"));
            }
            if stem.len() < name.len() {
                &mut list.prefixes
            } else {
                &mut list.names
            }
            .push(stem.to_owned());
        }
        Ok(list)
    }

    /// This list with more names.
    pub fn with(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.prefixes.extend(other.prefixes);
        self
    }

    /// Whether a name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
            || self
                .prefixes
                .iter()
                .any(|prefix| name.starts_with(prefix.as_str()))
    }

    /// The names, and what the others begin with.
    pub fn parts(&self) -> (&[String], &[String]) {
        (&self.names, &self.prefixes)
    }

    /// The headers of a request that go on to the service.
    pub fn request(&self, from: &HeaderMap) -> HeaderMap {
        let passes = |name: &HeaderName| self.has(name.as_str()) && !NEVER.contains(&name.as_str());
        from.iter()
            .filter(|(name, _)| passes(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The headers of an answer that go back to the client.
    pub fn answer(&self, from: &HeaderMap) -> HeaderMap {
        from.iter()
            .filter(|(name, _)| self.has(name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// The proxy's own request header for its token.
pub const TOKEN: HeaderName = HeaderName::from_static("huntbook-token");
/// The header that names a session, both ways.
pub const SESSION: HeaderName = HeaderName::from_static("huntbook-session");
/// The header that tells the proxy's own errors from a service's.
pub const ERROR: HeaderName = HeaderName::from_static("huntbook-proxy-error");
/// How many bytes an answer may have that does not say its length: where it is broken off, a client can tell why.
pub const MOST: HeaderName = HeaderName::from_static("huntbook-max-answer");
/// Whether an answer was there already: `hit` or `miss`.
pub const CACHE: HeaderName = HeaderName::from_static("huntbook-cache");

/// What every answer of the proxy has: a page of an allowed origin may read it and all its headers, and nobody keeps or runs it.
pub fn finish(headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else { return };
    let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    let exposed = HeaderValue::from_str(&names.join(", "));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if let Ok(exposed) = exposed {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Result<HeaderList, String> {
        HeaderList::new(
            &names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn names_and_beginnings() {
        let list = list(&["accept", "x-ms-*"]).expect("a list");
        for (name, expected) in [
            ("accept", true),
            ("accept-encoding", false),
            ("x-ms-date", true),
            ("x-m", false),
            ("cookie", false),
        ] {
            assert_eq!(list.has(name), expected, "{name}");
        }
    }

    #[test]
    fn what_must_not_pass_is_refused_in_a_table() {
        for name in [
            "cookie",
            "host",
            "origin",
            "referer",
            "Accept",
            "*",
            "a b",
            "connection",
            "transfer-encoding",
        ] {
            assert!(list(&[name]).is_err(), "{name}");
        }
    }

    #[test]
    fn only_what_is_listed_passes() {
        let mut from = HeaderMap::new();
        for (name, value) in [
            ("accept", "a"),
            ("cookie", "c"),
            ("origin", "o"),
            ("content-length", "9"),
            ("x-other", "x"),
            ("x-ms-date", "d"),
        ] {
            from.append(name, HeaderValue::from_static(value));
        }
        let list = list(&["accept", "content-length", "x-ms-*"]).expect("a list");
        let mut names: Vec<String> = list
            .request(&from)
            .keys()
            .map(ToString::to_string)
            .collect();
        names.sort();
        assert_eq!(names, ["accept", "x-ms-date"]);
    }
}
