//! What the user says: `huntbook-proxy.toml`, options and environment variables.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hyper::http::Uri;
use serde::Deserialize;

use crate::error::ConfigError;
use crate::headers::HeaderList;
use crate::key::{Key, KeyEntry, Place, Secret};
use crate::table::{Rate, Route, Table, Upstream, is_name};

/// The user's file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Address and port; 127.0.0.1:8710 if absent.
    pub listen: Option<String>,
    /// Pages that may ask: `https://notebooks.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// What `Host` may say, beside the loopback address: `proxy.example:8710`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The environment variable that holds the proxy's own token; HUNTBOOK_PROXY_TOKEN if absent.
    pub token_env: Option<String>,
    /// Or a file that does.
    pub token_file: Option<PathBuf>,
    /// More certificate authorities to trust (PEM).
    pub ca_file: Option<PathBuf>,
    /// What is other than in the table, by route; also new routes that are `like` one of the table.
    #[serde(default)]
    pub routes: BTreeMap<String, FileRoute>,
}

/// What is other than in the table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRoute {
    /// The route of the table that a new one is like.
    pub like: Option<String>,
    /// Where the service is.
    pub upstream: Option<String>,
    /// Whether `http://` is good enough on the way to it.
    #[serde(default)]
    pub plain_http: bool,
    /// The environment variable that holds the key.
    pub key_env: Option<String>,
    /// Or a file that does, which only its owner can read.
    pub key_file: Option<PathBuf>,
    /// What the header looks like, with `{key}` in it: `Splunk {key}`.
    pub key_format: Option<String>,
    /// `false` takes the route away.
    pub enabled: Option<bool>,
    /// Calls in some seconds.
    pub rate: Option<Rate>,
    /// Seconds for which answers are kept; 0 keeps none.
    pub cache: Option<u64>,
    /// Seconds.
    pub timeout: Option<u64>,
    /// Bytes.
    pub max_request: Option<u64>,
    /// Bytes.
    pub max_answer: Option<u64>,
}

/// All that the proxy goes by.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Pages that may ask, exactly.
    pub origins: Vec<String>,
    /// What `Host` may say, in small letters.
    pub hosts: Vec<String>,
    /// The proxy's own token.
    pub token: Option<Secret>,
    /// The environment variable that it comes from, for printed configurations.
    pub token_env: String,
    /// More certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// By name.
    pub routes: BTreeMap<String, Route>,
    /// Answer headers that pass.
    pub answer_headers: HeaderList,
}

impl File {
    /// Reads text of a file.
    ///
    /// # Errors
    ///
    /// Where it is wrong; fields that do not exist are errors.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError(error.to_string()))
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it is not there, or as [`File::parse`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("{name}: {error}")))?;
        Self::parse(&text).map_err(|error| ConfigError(format!("{name}: {error}")))
    }
}

impl Settings {
    /// Of a table and a file. Keys are looked for where they say.
    ///
    /// # Errors
    ///
    /// What is wrong, and what to do.
    pub fn new(table: &Table, file: &File) -> Result<Self, ConfigError> {
        let text = file.listen.as_deref().unwrap_or("127.0.0.1:8710");
        let listen: SocketAddr = text.parse().map_err(|_| {
            ConfigError(format!(
                "listen: \"{text}\" is no address and port, such as 127.0.0.1:8710"
            ))
        })?;
        for origin in &file.origins {
            check_origin(origin)?;
        }
        let token_env = file
            .token_env
            .clone()
            .unwrap_or_else(|| "HUNTBOOK_PROXY_TOKEN".into());
        let token = match (&file.token_file, &file.token_env) {
            (Some(_), Some(_)) => {
                return Err(ConfigError(
                    "token_env and token_file are both there; take one out".into(),
                ));
            }
            (Some(path), None) => Some(Secret::from_file(path)?),
            (None, _) => Secret::from_env(&token_env)?,
        };
        if let (Some(name), None) = (&file.token_env, &token) {
            return Err(ConfigError(format!(
                "token_env: environment variable {name} is not set"
            )));
        }
        let mut hosts: Vec<String> = file
            .hosts
            .iter()
            .map(|host| host.to_ascii_lowercase())
            .collect();
        if listen.ip().is_loopback() {
            hosts.extend(
                ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{}", listen.port())),
            );
        } else {
            check_open(listen, token.as_ref(), &hosts)?;
        }
        let answer_headers = HeaderList::new(&table.answer_headers)
            .map_err(|what| ConfigError(format!("answer_headers: {what}")))?;
        let routes = routes(table, file)?;
        Ok(Self {
            listen,
            origins: file.origins.clone(),
            hosts,
            token,
            token_env,
            ca_file: file.ca_file.clone(),
            routes,
            answer_headers,
        })
    }
}

impl Settings {
    /// Takes the address that it really got, as port 0 stands for any that is free.
    pub fn bound_to(&mut self, listen: SocketAddr) {
        let (before, after) = (
            format!(":{}", self.listen.port()),
            format!(":{}", listen.port()),
        );
        for host in &mut self.hosts {
            if let Some(name) = host.strip_suffix(&before) {
                *host = format!("{name}{after}");
            }
        }
        self.listen = listen;
    }
}

/// Where others can reach the proxy, it must know them, and its own name.
fn check_open(
    listen: SocketAddr,
    token: Option<&Secret>,
    hosts: &[String],
) -> Result<(), ConfigError> {
    match token {
        None => Err(ConfigError(format!(
            "{listen} can be reached from other machines, so calls need a token: set HUNTBOOK_PROXY_TOKEN (openssl rand -hex 32), or listen on 127.0.0.1"
        ))),
        Some(token) if token.expose().len() < 16 => Err(ConfigError("the token is too short to keep others out; make one of 16 characters or more (openssl rand -hex 32)".into())),
        Some(_) if hosts.is_empty() => Err(ConfigError(format!("{listen} can be reached from other machines: say in hosts by which names, such as \"proxy.example:{}\"", listen.port()))),
        Some(_) => Ok(()),
    }
}

/// An origin as browsers write it: scheme, host and a port that is not the scheme's own.
fn check_origin(text: &str) -> Result<(), ConfigError> {
    let wrong = |what: &str| Err(ConfigError(format!("origins: \"{text}\" {what}")));
    if text == "null" || text.contains('*') {
        return wrong("would let in any page; name each, such as https://notebooks.example");
    }
    let Ok(uri) = text.parse::<Uri>() else {
        return wrong("is no origin, such as https://notebooks.example");
    };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return wrong("is no origin, such as https://notebooks.example");
    };
    let written = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
    if !matches!(scheme, "http" | "https") || written != text || authority.as_str().contains('@') {
        return wrong(
            "must be scheme, host and port alone, in small letters, without a slash at its end",
        );
    }
    if matches!(
        (scheme, authority.port_u16()),
        ("https", Some(443)) | ("http", Some(80))
    ) {
        return wrong("has its scheme's own port, which browsers leave out");
    }
    Ok(())
}

fn routes(table: &Table, file: &File) -> Result<BTreeMap<String, Route>, ConfigError> {
    let mut routes = table.routes()?;
    let known = routes.clone();
    for (name, own) in &file.routes {
        let wrong = |what: String| ConfigError(format!("route {name}: {what}"));
        let model = own.like.as_ref().unwrap_or(name);
        let Some(base) = known.get(model) else {
            let hint = if own.like.is_some() {
                format!("there is no route \"{model}\" to be like")
            } else {
                "is not in the table; say which it is like".into()
            };
            return Err(wrong(hint));
        };
        if own.like.is_some() && (known.contains_key(name) || !is_name(name)) {
            return Err(wrong(
                "a new route needs a name of its own, of small letters, digits and hyphens".into(),
            ));
        }
        if own.enabled == Some(false) {
            routes.remove(name);
            continue;
        }
        routes.insert(name.clone(), merge(name, base, own).map_err(wrong)?);
    }
    // A key in the table's own variable is for the table's own host.
    for (name, route) in &mut routes {
        let own = file.routes.get(name);
        let elsewhere = own.is_some_and(|own| {
            own.like.is_some() || own.key_env.is_some() || own.key_file.is_some()
        });
        if let (None, false, Some(entry)) = (&route.key, elsewhere, &route.key_entry)
            && let Some(secret) = Secret::from_env(&entry.env)?
        {
            let place = entry.place().map_err(ConfigError)?;
            route.key = Some(Key {
                place: formatted(place, own.and_then(|own| own.key_format.as_ref()))
                    .map_err(ConfigError)?,
                secret,
            });
        }
    }
    Ok(routes)
}

/// A route of the table with what the user says.
fn merge(name: &str, base: &Route, own: &FileRoute) -> Result<Route, String> {
    let mut route = base.clone();
    route.name = name.into();
    if own.like.is_some() {
        route.upstream = None;
    }
    if let Some(text) = &own.upstream {
        route.upstream = Some(Upstream::parse(text, own.plain_http)?);
    } else if own.like.is_some() {
        return Err("a route that is like another needs an upstream".into());
    }
    if own.key_env.is_some() || own.key_file.is_some() {
        let Some(entry) = &base.key_entry else {
            return Err(format!("{} takes no key", base.title));
        };
        let secret = secret(own)?;
        if let Some(env) = &own.key_env {
            route.key_entry = Some(KeyEntry::clone(entry).read_from(env));
        }
        route.key = Some(Key {
            place: formatted(entry.place()?, own.key_format.as_ref())?,
            secret,
        });
    }
    if own
        .rate
        .is_some_and(|rate| rate.calls == 0 || rate.seconds == 0)
    {
        return Err("rate needs calls and seconds of 1 or more".into());
    }
    route.rate = own.rate.or(route.rate);
    if let Some(seconds) = own.cache {
        route.cache = Some(Duration::from_secs(seconds)).filter(|time| !time.is_zero());
    }
    route.timeout = own
        .timeout
        .map_or(route.timeout, |seconds| Duration::from_secs(seconds.max(1)));
    route.max_request = own.max_request.unwrap_or(route.max_request);
    route.max_answer = own.max_answer.unwrap_or(route.max_answer);
    Ok(route)
}

fn secret(own: &FileRoute) -> Result<Secret, String> {
    match (&own.key_env, &own.key_file) {
        (Some(_), Some(_)) => Err("key_env and key_file are both there; take one out".into()),
        (Some(name), None) => Secret::from_env(name)
            .map_err(|error| error.0)?
            .ok_or_else(|| format!("environment variable {name} is not set")),
        (None, Some(path)) => Secret::from_file(path).map_err(|error| error.0),
        (None, None) => Err("there is no key".into()),
    }
}

fn formatted(place: Place, format: Option<&String>) -> Result<Place, String> {
    match (place, format) {
        (place, None) => Ok(place),
        (Place::Header(name, _), Some(format)) if format.contains("{key}") => {
            Ok(Place::Header(name, format.clone()))
        }
        (Place::Header(..), Some(_)) => Err("key_format must have {key} in it".into()),
        (_, Some(_)) => Err("key_format is for keys in headers".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(text: &str) -> Result<Settings, ConfigError> {
        Settings::new(&Table::parse(crate::PROVIDERS)?, &File::parse(text)?)
    }

    #[test]
    fn what_a_file_may_say() {
        let settings = settings(
            "origins = [\"https://a.example\", \"http://localhost:8000\"]\n[routes.splunk-prod]\nlike = \"splunk\"\nupstream = \"https://s.example:8089\"\n\
             [routes.kusto]\nupstream = \"https://help.example\"\n[routes.otx]\nenabled = false\n[routes.virustotal]\nrate = { calls = 100, seconds = 1 }\ncache = 0\n",
        )
        .expect("settings");
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8710");
        assert_eq!(
            settings.routes["splunk-prod"]
                .upstream
                .as_ref()
                .expect("a host")
                .authority,
            "s.example:8089"
        );
        assert!(
            settings.routes["splunk"].upstream.is_none()
                && settings.routes["kusto"].upstream.is_some()
        );
        assert!(!settings.routes.contains_key("otx"));
        assert_eq!(
            (
                settings.routes["virustotal"].cache,
                settings.routes["virustotal"].rate.expect("a rate").calls
            ),
            (None, 100)
        );
        assert_eq!(
            settings.hosts,
            ["127.0.0.1:8710", "localhost:8710", "[::1]:8710"]
        );
    }

    #[test]
    fn what_is_refused_and_what_the_error_says() {
        for (text, part) in [
            ("listen = \"8710\"", "127.0.0.1:8710"),
            ("listen = \"0.0.0.0:8710\"", "token"),
            ("origins = [\"*\"]", "any page"),
            ("origins = [\"null\"]", "any page"),
            ("origins = [\"https://*.example\"]", "any page"),
            ("origins = [\"https://a.example/\"]", "without a slash"),
            ("origins = [\"https://A.example\"]", "small letters"),
            ("origins = [\"https://a.example:443\"]", "own port"),
            ("origins = [\"a.example\"]", "no origin"),
            ("origin = [\"https://a.example\"]", "origin"),
            ("[routes.new]\nupstream = \"https://a.example\"", "like"),
            (
                "[routes.new]\nlike = \"nothing\"\nupstream = \"https://a.example\"",
                "nothing",
            ),
            ("[routes.new]\nlike = \"splunk\"", "upstream"),
            (
                "[routes.otx]\nlike = \"splunk\"\nupstream = \"https://a.example\"",
                "name of its own",
            ),
            (
                "[routes.\"A/b\"]\nlike = \"splunk\"\nupstream = \"https://a.example\"",
                "name of its own",
            ),
            (
                "[routes.splunk]\nupstream = \"http://a.example\"",
                "plain_http",
            ),
            (
                "[routes.otx]\nkey_env = \"HUNTBOOK_TEST_UNSET\"",
                "HUNTBOOK_TEST_UNSET is not set",
            ),
            (
                "[routes.otx]\nkey_file = \"/nonexistent/key\"",
                "/nonexistent/key",
            ),
            ("[routes.tor]\nkey_env = \"PATH\"", "takes no key"),
            ("[routes.otx]\nkey_enf = \"X\"", "key_enf"),
            (
                "[routes.otx]\nrate = { calls = 0, seconds = 1 }",
                "1 or more",
            ),
        ] {
            let error = settings(text).expect_err(text);
            assert!(error.0.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn open_to_others() {
        let open: SocketAddr = "0.0.0.0:1".parse().expect("an address");
        let token = |text: &str| Secret::new(text, "test").expect("a token");
        assert!(check_open(open, None, &["a".into()]).is_err());
        assert!(check_open(open, Some(&token("short")), &["a".into()]).is_err());
        assert!(check_open(open, Some(&token("0123456789abcdef")), &[]).is_err());
        assert!(check_open(open, Some(&token("0123456789abcdef")), &["a".into()]).is_ok());
    }

    proptest! {
        #[test]
        fn no_file_panics(text in any::<String>(), origin in any::<String>(), upstream in any::<String>()) {
            let _ = File::parse(&text);
            let _ = check_origin(&origin);
            let _ = Upstream::parse(&upstream, true);
        }
    }
}
