//! The table of services, `providers.toml`, and the routes that are made of it.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::Method;
use hyper::http::Uri;
use serde::Deserialize;

use crate::error::ConfigError;
use crate::headers::HeaderList;
use crate::key::{Key, KeyEntry, Place};
use crate::pattern::{self, Part, Pattern, Segment};

/// `providers.toml`, whose head says what each field means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Request headers that pass to any service.
    pub request_headers: Vec<String>,
    /// Answer headers that pass to the client.
    pub answer_headers: Vec<String>,
    /// The services by name.
    pub routes: BTreeMap<String, Entry>,
}

/// One service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// For people.
    pub title: String,
    /// Scheme and host.
    pub upstream: Option<String>,
    /// Other origins of the same service.
    #[serde(default)]
    pub clouds: BTreeMap<String, String>,
    /// For the client.
    pub cors: Cors,
    /// What may be done.
    pub methods: Vec<String>,
    /// What may be asked.
    pub paths: Vec<String>,
    /// Whether capitals in paths do not count.
    #[serde(default)]
    pub ignore_case: bool,
    /// Request headers of this service.
    #[serde(default)]
    pub headers: Vec<String>,
    /// How it takes a key.
    pub key: Option<KeyEntry>,
    /// Whether it keeps sessions in cookies.
    #[serde(default)]
    pub cookies: bool,
    /// Seconds.
    #[serde(default = "default_timeout")]
    pub timeout: u64,
    /// Bytes.
    #[serde(default = "default_request")]
    pub max_request: u64,
    /// Bytes.
    #[serde(default = "default_answer")]
    pub max_answer: u64,
    /// Calls in some seconds.
    pub rate: Option<Rate>,
    /// Seconds.
    pub cache: Option<u64>,
    /// What to do instead.
    pub retired: Option<String>,
}

fn default_timeout() -> u64 {
    60
}
fn default_request() -> u64 {
    1_000_000
}
fn default_answer() -> u64 {
    16_000_000
}

/// Whether pages can ask a service themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cors {
    /// Yes.
    Direct,
    /// If its administrator lets them.
    Configurable,
    /// No.
    Proxy,
}

/// So many calls in so many seconds; as many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Calls, 1 or more.
    pub calls: u32,
    /// Seconds, 1 or more.
    pub seconds: u32,
}

/// Where a route leads: from the table or the user's file, never from a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// `https`, or `http` where that was allowed.
    pub scheme: String,
    /// Host and port.
    pub authority: String,
    /// Host without port.
    pub host: String,
    /// What stands before every path: empty, or `/…` without a slash at its end.
    pub base: String,
}

impl Upstream {
    /// Reads `https://host[:port][/base]`. `http` is for this machine, or where `plain_http` says so.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str, plain_http: bool) -> Result<Self, String> {
        let wrong = |what: &str| format!("upstream \"{text}\" {what}");
        let uri: Uri = text.parse().map_err(|_| wrong("is no URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("must be https://host"));
        };
        if authority.as_str().contains('@') {
            return Err(wrong(
                "must not hold a name or password; use key_env or key_file",
            ));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(wrong("must not have a query or fragment"));
        }
        let host = authority.host().to_owned();
        match scheme {
            "https" => {}
            "http" if plain_http || is_loopback(&host) => {}
            "http" => {
                return Err(wrong(
                    "is not encrypted; use https, or say plain_http = true if the network between is yours",
                ));
            }
            _ => return Err(wrong("must begin with https://")),
        }
        let base = uri.path().trim_end_matches('/').to_owned();
        if !base.is_empty()
            && pattern::classify(&base).map_or(true, |parts| {
                parts.iter().any(|part| part.1 != Segment::Plain)
            })
        {
            return Err(wrong("has a path that could be read in several ways"));
        }
        Ok(Self {
            scheme: scheme.into(),
            authority: authority.as_str().into(),
            host,
            base,
        })
    }
}

/// Whether a host is this machine.
pub fn is_loopback(host: &str) -> bool {
    let name = host.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// A service as the proxy has it.
#[derive(Debug, Clone)]
pub struct Route {
    /// The first segment of the calls' paths.
    pub name: String,
    /// For people.
    pub title: String,
    /// `None` until the user says where it is.
    pub upstream: Option<Upstream>,
    /// What may be done.
    pub methods: Vec<Method>,
    /// What may be asked.
    pub patterns: Vec<Pattern>,
    /// Request headers that pass.
    pub headers: HeaderList,
    /// The key and the variable that it comes from, if the service takes one.
    pub key: Option<Key>,
    /// How the table says that the service takes a key.
    pub key_entry: Option<KeyEntry>,
    /// Whether cookies are kept.
    pub cookies: bool,
    /// Until the answer begins, and the longest pause in it.
    pub timeout: Duration,
    /// Bytes.
    pub max_request: u64,
    /// Bytes.
    pub max_answer: u64,
    /// Calls in some seconds.
    pub rate: Option<Rate>,
    /// For how long answers are kept.
    pub cache: Option<Duration>,
    /// What to do instead.
    pub retired: Option<String>,
}

impl Route {
    /// Of an entry. `common` are the headers that pass to any service.
    ///
    /// # Errors
    ///
    /// What is wrong, and in which route.
    pub fn new(name: &str, entry: &Entry, common: &HeaderList) -> Result<Self, ConfigError> {
        let route = Self::read(name, entry, common);
        let route = route.and_then(|route| check(&route).map(|()| route));
        route.map_err(|what| ConfigError(format!("route {name}: {what}")))
    }

    fn read(name: &str, entry: &Entry, common: &HeaderList) -> Result<Self, String> {
        let upstream = entry.upstream.as_deref();
        let methods = entry.methods.iter().map(|text| pattern::method(text));
        let patterns = entry
            .paths
            .iter()
            .map(|text| Pattern::parse(text, entry.ignore_case));
        let cache = entry.cache.filter(|seconds| *seconds > 0);
        Ok(Self {
            name: name.into(),
            title: entry.title.clone(),
            upstream: upstream
                .map(|text| Upstream::parse(text, false))
                .transpose()?,
            methods: methods.collect::<Result<_, _>>()?,
            patterns: patterns.collect::<Result<_, _>>()?,
            headers: common.clone().with(HeaderList::new(&entry.headers)?),
            key: None,
            key_entry: entry.key.clone(),
            cookies: entry.cookies,
            timeout: Duration::from_secs(entry.timeout.max(1)),
            max_request: entry.max_request,
            max_answer: entry.max_answer,
            rate: entry.rate,
            cache: cache.map(Duration::from_secs),
            retired: entry.retired.clone(),
        })
    }
}

/// What the fields owe each other.
fn check(route: &Route) -> Result<(), String> {
    if !is_name(&route.name) {
        return Err("a name has small letters, digits and hyphens".into());
    }
    let mut methods = route.patterns.iter().flat_map(|pattern| &pattern.methods);
    if let Some(other) = methods.find(|method| !route.methods.contains(method)) {
        return Err(format!(
            "a path is for {other}, which methods does not have"
        ));
    }
    if route
        .rate
        .is_some_and(|rate| rate.calls == 0 || rate.seconds == 0)
    {
        return Err("rate needs calls and seconds of 1 or more".into());
    }
    let place = route.key_entry.as_ref().map(KeyEntry::place).transpose()?;
    let with_key = |pattern: &&Pattern| pattern.parts.contains(&Part::Key);
    let in_path = route.patterns.iter().filter(with_key).count();
    let expected = if place == Some(Place::Path) {
        route.patterns.len()
    } else {
        0
    };
    if in_path != expected {
        return Err("{key} in paths goes with key = { path = true }, in each of them".into());
    }
    Ok(())
}

/// Whether a name may be a route's.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// Where it is no such table.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError(format!("the table of services: {error}")))
    }

    /// Every route of the table, those of clouds among them.
    ///
    /// # Errors
    ///
    /// What is wrong in which route.
    pub fn routes(&self) -> Result<BTreeMap<String, Route>, ConfigError> {
        let common = HeaderList::new(&self.request_headers)
            .map_err(|what| ConfigError(format!("request_headers: {what}")))?;
        let mut routes = BTreeMap::new();
        for (name, entry) in &self.routes {
            routes.insert(name.clone(), Route::new(name, entry, &common)?);
            for (cloud, upstream) in &entry.clouds {
                let entry = Entry {
                    title: format!("{} ({cloud})", entry.title),
                    upstream: Some(upstream.clone()),
                    ..entry.clone()
                };
                let name = format!("{name}-{cloud}");
                let route = Route::new(&name, &entry, &common)?;
                if routes.insert(name.clone(), route).is_some() || self.routes.contains_key(&name) {
                    return Err(ConfigError(format!("route {name} is there twice")));
                }
            }
        }
        Ok(routes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_right() {
        let table = Table::parse(crate::PROVIDERS).expect("the table");
        let routes = table.routes().expect("its routes");
        for name in [
            "entra",
            "entra-usgov",
            "loganalytics-cn",
            "virustotal",
            "rdap-arin",
            "sumologic-us2",
            "defender-eu",
        ] {
            assert!(routes.contains_key(name), "{name}");
        }
        for route in routes.values() {
            assert!(
                route
                    .upstream
                    .as_ref()
                    .is_none_or(|upstream| upstream.scheme == "https" && upstream.base.is_empty()),
                "{}",
                route.name
            );
            assert!(
                !route.patterns.is_empty() && !route.methods.is_empty(),
                "{}",
                route.name
            );
        }
    }

    #[test]
    fn upstreams() {
        for (text, plain, right) in [
            ("https://a.example", false, true),
            ("https://a.example:8089", false, true),
            ("https://a.example/splunk/", false, true),
            ("http://127.0.0.1:9200", false, true),
            ("http://localhost:9200", false, true),
            ("http://[::1]:9200", false, true),
            ("http://a.example", false, false),
            ("http://a.example", true, true),
            ("ftp://a.example", true, false),
            ("https://u:p@a.example", false, false),
            ("https://a.example/?x=1", false, false),
            ("https://a.example/../b", false, false),
            ("a.example", false, false),
            ("/a", false, false),
            ("", false, false),
        ] {
            assert_eq!(Upstream::parse(text, plain).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn errors_name_the_route() {
        let table = |lines: &str| {
            format!(
                "request_headers = []\nanswer_headers = []\n[routes.x]\ntitle = \"X\"\ncors = \"proxy\"\n{lines}"
            )
        };
        for (lines, part) in [
            (
                "methods = [\"GET\"]\npaths = [\"a\"]",
                "must begin with a slash",
            ),
            ("methods = [\"FETCH\"]\npaths = [\"/a\"]", "no method"),
            (
                "methods = [\"GET\"]\npaths = [\"POST /a\"]",
                "methods does not have",
            ),
            ("methods = [\"GET\"]\npaths = [\"/{key}\"]", "{key}"),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nkey = { path = true, env = \"K\" }",
                "{key}",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nkey = { basic = true, query = \"k\", env = \"K\" }",
                "one of",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nkey = { env = \"K\" }",
                "one of",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nkey = { header = \"k\", format = \"x\", env = \"K\" }",
                "{key}",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nrate = { calls = 0, seconds = 1 }",
                "1 or more",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nheaders = [\"cookie\"]",
                "must not be passed on",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nupstream = \"http://a.example\"",
                "https",
            ),
            (
                "methods = [\"GET\"]\npaths = [\"/a\"]\nmax_anser = 1",
                "max_anser",
            ),
        ] {
            let error = Table::parse(&table(lines))
                .and_then(|table| table.routes().map(|_| ()))
                .expect_err(lines);
            assert!(error.0.contains(part), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), at in 0..crate::PROVIDERS.len(), cut in 0usize..40) {
            let _ = Table::parse(&text);
            let mut damaged = crate::PROVIDERS.as_bytes().to_vec();
            damaged.splice(at..(at + cut).min(crate::PROVIDERS.len()), text.bytes());
            if let Ok(text) = String::from_utf8(damaged) {
                let _ = Table::parse(&text).and_then(|table| table.routes().map(|_| ()));
            }
        }
    }
}
