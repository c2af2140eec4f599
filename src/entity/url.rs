//! The parts of a URL.

/// The parts of a URL; those that are not there are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct UrlParts {
    /// In lower case, without the colon.
    pub scheme: Option<String>,
    /// User and password, as they stand before the `@`.
    pub auth: Option<String>,
    /// In lower case; an IPv6 address keeps its brackets.
    pub host: Option<String>,
    /// 0 to 65535.
    pub port: Option<u16>,
    /// As it stands, with its percent-encoding.
    pub path: Option<String>,
    /// Without the `?`.
    pub query: Option<String>,
    /// Without the `#`.
    pub fragment: Option<String>,
}

/// Takes a URL apart (RFC 3986, section 3). A host alone, with or without a port,
/// is a URL too, as in a browser's address bar. `None` for text with blanks, a
/// port that is none, or an IPv6 address without its end.
///
/// ```
/// let url = huntbook::entity::url::parse("https://EXAMPLE.com:8443/a?b#c").unwrap();
/// assert_eq!((url.host.as_deref(), url.port), (Some("example.com"), Some(8443)));
/// ```
pub fn parse(text: &str) -> Option<UrlParts> {
    let text = text.trim();
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let some = |text: &str| Some(text.to_string());
    let (text, fragment) = cut(text, '#');
    let (text, query) = cut(text, '?');
    let (scheme, rest) = match scheme(text) {
        Some(scheme) => (Some(scheme), &text[scheme.len() + 1..]),
        None => (None, text),
    };
    let mut url = UrlParts {
        scheme: scheme.map(str::to_ascii_lowercase),
        query: query.map(String::from),
        fragment: fragment.map(String::from),
        ..UrlParts::default()
    };
    let authority = match rest.strip_prefix("//") {
        Some(rest) => rest,
        None if scheme.is_some() || rest.starts_with('/') => {
            url.path = some(rest).filter(|path| !path.is_empty());
            return Some(url);
        }
        None => rest,
    };
    // What comes after a backslash is no host to a browser.
    let path = authority.find(['/', '\\']).unwrap_or(authority.len());
    url.path = some(&authority[path..]).filter(|path| !path.is_empty());
    let (auth, host) = match authority[..path].rsplit_once('@') {
        Some((auth, host)) => (some(auth), host),
        None => (None, &authority[..path]),
    };
    let (host, port) = split_port(host)?;
    url.auth = auth;
    url.host = Some(host.to_lowercase()).filter(|host| !host.is_empty());
    url.port = port;
    Some(url)
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// What stands before the colon, unless that is a host before its port.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let letters = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let port = rest.split('/').next().unwrap_or_default();
    let is_host = !rest.starts_with("//")
        && (scheme.contains('.')
            || ((1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit())));
    (letters && !is_host).then_some(scheme)
}

fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    let colon = match host.starts_with('[') {
        true => host.find(']').map(|end| end + 1)?,
        false => host.find(':').unwrap_or(host.len()),
    };
    match host[colon..].strip_prefix(':') {
        None if colon == host.len() => Some((host, None)),
        None => None,
        Some("") => Some((&host[..colon], None)),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((&host[..colon], Some(port.parse().ok()?)))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_parts() {
        for (text, expected) in [
            (
                "https://user:p@w@a.example:80/x/y?q=1#f",
                "https|user:p@w|a.example|80|/x/y|q=1|f",
            ),
            ("http://[2001:db8::1]:80/x", "http||[2001:db8::1]|80|/x||"),
            ("http://[2001:db8::1]", "http||[2001:db8::1]||||"),
            ("a.example:8080/x", "||a.example|8080|/x||"),
            ("localhost:8080", "||localhost|8080|||"),
            ("//a.example", "||a.example||||"),
            (
                r"http://evil.example\@good.example/x",
                r"http||evil.example||\@good.example/x||",
            ),
            ("tel:5551234", "tel||||5551234||"),
            ("mailto:a@b.example", "mailto||||a@b.example||"),
            ("data:text/plain,hi", "data||||text/plain,hi||"),
            ("http://a.example:/x", "http||a.example||/x||"),
            ("/only/a/path", "||||/only/a/path||"),
            ("", "||||||"),
        ] {
            let url = parse(text).expect(text);
            let port = url.port.map(|port| port.to_string());
            let parts = [
                url.scheme,
                url.auth,
                url.host,
                port,
                url.path,
                url.query,
                url.fragment,
            ];
            assert_eq!(
                parts.map(Option::unwrap_or_default).join("|"),
                expected,
                "{text}"
            );
        }
        for wrong in [
            "http://a.example:port/",
            "http://[::1/x",
            "http://a b/",
            "http://a:99999/",
            "http://[::1]x/",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
