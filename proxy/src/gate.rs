//! Who may ask: decided before anything else of a call is looked at.
//!
//! * The target must be a path, and `Host` one of the proxy's own names: a page whose name an attacker points at this machine
//!   (DNS rebinding) sends another.
//! * A page must be of an allowed origin, exactly. Browsers always say from where a page asks across origins.
//! * Without an `Origin`, a call is none of a page's scripts: Node or curl, which may ask. But a browser asks without one too, for
//!   images or links; it tells so by `Sec-Fetch-…` or a `Referer`, and is refused. (Node's fetch sends `Sec-Fetch-Mode: cors`, alone.)
//! * If the proxy has a token, every call needs it. Without, whoever is on this machine may ask; who shares it sets a token.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;

use crate::config::Settings;
use crate::error::Failure;
use crate::headers;

/// Decides by target, `Host` and `Origin`. The origin, if there is one, is allowed.
///
/// # Errors
///
/// `target`, `host`, `origin` or `browser`.
pub fn admit<'a>(
    request: &'a Parts,
    settings: &Settings,
) -> Result<Option<&'a HeaderValue>, Failure> {
    if request.uri.scheme().is_some()
        || request.uri.authority().is_some()
        || !request.uri.path().starts_with('/')
    {
        return Err(Failure::new(
            400,
            "target",
            "ask for a path, not for a URL: this proxy goes to its own routes only",
        ));
    }
    let host = single(&request.headers, header::HOST)?.ok_or_else(wrong_host)?;
    if !host
        .to_str()
        .is_ok_and(|host| settings.hosts.contains(&host.to_ascii_lowercase()))
    {
        return Err(wrong_host());
    }
    let Some(origin) = single(&request.headers, header::ORIGIN)? else {
        if request
            .headers
            .iter()
            .any(|(name, value)| is_browsers(name, value))
        {
            return Err(Failure::new(
                403,
                "browser",
                "a browser asks without saying for which page; only fetch from an allowed page may ask",
            ));
        }
        return Ok(None);
    };
    if settings
        .origins
        .iter()
        .any(|allowed| allowed.as_bytes() == origin.as_bytes())
    {
        return Ok(Some(origin));
    }
    Err(Failure::new(
        403,
        "origin",
        "this page may not ask; add its origin to origins in huntbook-proxy.toml, or start the proxy with --origin",
    ))
}

/// Whether only browsers send such a header.
fn is_browsers(name: &HeaderName, value: &HeaderValue) -> bool {
    let node = name == "sec-fetch-mode" && value == "cors";
    name == header::REFERER || (name.as_str().starts_with("sec-fetch-") && !node)
}

fn wrong_host() -> Failure {
    Failure::new(
        421,
        "host",
        "this is not a name of the proxy; call it by the address that it prints, or add the name to hosts in huntbook-proxy.toml",
    )
}

/// Decides by the token.
///
/// # Errors
///
/// `token`.
pub fn check_token(headers: &HeaderMap, settings: &Settings) -> Result<(), Failure> {
    let Some(token) = &settings.token else {
        return Ok(());
    };
    if single(headers, headers::TOKEN)?.is_some_and(|given| token.is(given.as_bytes())) {
        return Ok(());
    }
    Err(Failure::new(
        401,
        "token",
        "the proxy needs its token: send it in the header Huntbook-Token",
    ))
}

/// A header that must not be there twice, since one server could read the first and another the second.
fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, Failure> {
    let mut values = headers.get_all(&name).iter();
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Failure::new(
            400,
            "target",
            format!("the header {name} is there twice"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::File;
    use crate::table::Table;
    use hyper::Request;

    fn settings() -> Settings {
        let file = File::parse("origins = [\"https://a.example\"]").expect("a file");
        Settings::new(&Table::parse(crate::PROVIDERS).expect("the table"), &file).expect("settings")
    }

    #[test]
    fn who_may_ask() {
        let home = ("host", "127.0.0.1:8710");
        type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], Option<&'a str>);
        let rows: &[Row] = &[
            (
                "an allowed page",
                "/x",
                &[home, ("origin", "https://a.example")],
                None,
            ),
            (
                "by another name of this machine",
                "/x",
                &[("host", "LOCALHOST:8710"), ("origin", "https://a.example")],
                None,
            ),
            (
                "a page of version 6",
                "/x",
                &[("host", "[::1]:8710"), ("origin", "https://a.example")],
                None,
            ),
            ("a script", "/x", &[home], None),
            (
                "Node's fetch",
                "/x",
                &[home, ("sec-fetch-mode", "cors")],
                None,
            ),
            (
                "a link",
                "/x",
                &[home, ("sec-fetch-mode", "navigate")],
                Some("browser"),
            ),
            (
                "another page",
                "/x",
                &[home, ("origin", "https://b.example")],
                Some("origin"),
            ),
            (
                "a page whose name begins so",
                "/x",
                &[home, ("origin", "https://a.example.evil.example")],
                Some("origin"),
            ),
            (
                "another scheme",
                "/x",
                &[home, ("origin", "http://a.example")],
                Some("origin"),
            ),
            (
                "another port",
                "/x",
                &[home, ("origin", "https://a.example:444")],
                Some("origin"),
            ),
            (
                "other capitals",
                "/x",
                &[home, ("origin", "https://A.example")],
                Some("origin"),
            ),
            (
                "a sandboxed page",
                "/x",
                &[home, ("origin", "null")],
                Some("origin"),
            ),
            ("no origin", "/x", &[home, ("origin", "")], Some("origin")),
            (
                "two origins",
                "/x",
                &[
                    home,
                    ("origin", "https://a.example"),
                    ("origin", "https://b.example"),
                ],
                Some("target"),
            ),
            (
                "an image in a page",
                "/x",
                &[home, ("sec-fetch-site", "cross-site")],
                Some("browser"),
            ),
            (
                "an image in an old browser",
                "/x",
                &[home, ("referer", "https://b.example/")],
                Some("browser"),
            ),
            (
                "a name that was bent here",
                "/x",
                &[
                    ("host", "evil.example:8710"),
                    ("origin", "https://a.example"),
                ],
                Some("host"),
            ),
            ("no port", "/x", &[("host", "127.0.0.1")], Some("host")),
            (
                "another port of ours",
                "/x",
                &[("host", "127.0.0.1:8711")],
                Some("host"),
            ),
            ("no host", "/x", &[], Some("host")),
            ("two hosts", "/x", &[home, home], Some("target")),
            ("a URL", "http://127.0.0.1:8710/x", &[home], Some("target")),
            (
                "another's URL",
                "http://evil.example/x",
                &[home],
                Some("target"),
            ),
            ("a star", "*", &[home], Some("target")),
        ];
        for (name, target, headers, expected) in rows {
            let mut request = Request::builder().uri(*target);
            for (name, value) in *headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(
                admit(&parts, &settings()).err().map(|failure| failure.code),
                *expected,
                "{name}"
            );
        }
    }

    #[test]
    fn tokens() {
        let mut settings = settings();
        let mut headers = HeaderMap::new();
        assert!(check_token(&headers, &settings).is_ok());
        settings.token =
            Some(crate::key::Secret::new("0123456789abcdef", "test").expect("a token"));
        assert!(check_token(&headers, &settings).is_err());
        headers.insert(headers::TOKEN, HeaderValue::from_static("0123456789abcdeg"));
        assert!(check_token(&headers, &settings).is_err());
        headers.insert(headers::TOKEN, HeaderValue::from_static("0123456789abcdef"));
        assert!(check_token(&headers, &settings).is_ok());
    }
}
