//! The same rules in the languages of other servers, for who has one of them already.
//!
//! They know less: what they cannot do stands as a comment in what is printed, and paths are checked a little more strictly.

mod caddy;
mod nginx;

use crate::config::Settings;
use crate::error::ConfigError;
use crate::headers::HeaderList;
use crate::pattern::{Part, Pattern};
use crate::table::Route;

/// The rules for a server.
///
/// # Errors
///
/// If it is none of those known, or a setting cannot be said in its language.
pub fn config(server: &str, settings: &Settings) -> Result<String, ConfigError> {
    let harmless = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"'\"`{}$;\\".contains(&byte))
    };
    let texts = settings
        .origins
        .iter()
        .chain(&settings.hosts)
        .map(String::as_str);
    let upstreams = settings
        .routes
        .values()
        .filter_map(|route| route.upstream.as_ref())
        .flat_map(|upstream| [upstream.authority.as_str(), &upstream.base]);
    if let Some(text) = texts.chain(upstreams).find(|text| !harmless(text)) {
        return Err(ConfigError(format!(
            "\"{text}\" has characters that mean something else to {server}"
        )));
    }
    match server {
        "caddy" => Ok(caddy::config(settings)),
        "nginx" => Ok(nginx::config(settings)),
        _ => Err(ConfigError(format!(
            "--print knows caddy and nginx, not \"{server}\""
        ))),
    }
}

/// The routes as a table for people.
pub fn routes(settings: &Settings) -> String {
    let mut out = String::new();
    for route in settings.routes.values() {
        let place =
            route
                .upstream
                .as_ref()
                .map_or("(say where: upstream)".to_owned(), |upstream| {
                    format!(
                        "{}://{}{}",
                        upstream.scheme, upstream.authority, upstream.base
                    )
                });
        let key = match (&route.key_entry, &route.key) {
            (Some(entry), None) => format!("key in {}", entry.env),
            (Some(_), Some(_)) => "has its key".to_owned(),
            (None, _) => String::new(),
        };
        out.push_str(format!("{:<22} {:<48} {key}", route.name, place).trim_end());
        out.push('\n');
    }
    out
}

/// Routes that lead somewhere.
fn open(settings: &Settings) -> impl Iterator<Item = &Route> {
    settings
        .routes
        .values()
        .filter(|route| route.upstream.is_some() && route.retired.is_none())
}

/// A refusal as JSON, without characters that either language minds.
fn refusal(code: &str, message: &str) -> String {
    format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"{message}\"}}}}")
}

/// What lists with `*` stand for where only whole names can be given.
const X_MS_REQUEST: &[&str] = &[
    "x-ms-app",
    "x-ms-blob-content-type",
    "x-ms-blob-type",
    "x-ms-client-request-id",
    "x-ms-client-version",
    "x-ms-date",
    "x-ms-delete-snapshots",
    "x-ms-range",
    "x-ms-user",
    "x-ms-version",
];
const X_MS_ANSWER: &[&str] = &[
    "x-ms-activity-id",
    "x-ms-client-request-id",
    "x-ms-error-code",
    "x-ms-ratelimit-remaining-subscription-reads",
    "x-ms-request-id",
    "x-ms-user-quota-remaining",
    "x-ms-user-quota-resets-after",
    "x-ms-version",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// All names of a list.
fn names<'a>(list: &'a HeaderList, for_prefixes: &'static [&'static str]) -> Vec<&'a str> {
    let (names, prefixes) = list.parts();
    let known = for_prefixes.iter().copied().filter(|name| {
        prefixes
            .iter()
            .any(|prefix| name.starts_with(prefix.as_str()))
    });
    names.iter().map(String::as_str).chain(known).collect()
}

/// Characters of a segment but for dots, semicolons and escapes.
const CHAR: &str = "[A-Za-z0-9_~!$&'()*+,=:@-]";
/// What may follow % of ASCII: no control characters, space, %, dot, slashes or semicolon.
const ASCII: &str =
    "(?:2[1-46-9a-dA-D]|3[0-9ac-fAC-F]|[46][0-9a-fA-F]|5[0-9abdefABDEF]|7[0-9a-eA-E])";

/// A segment: not of dots and spaces alone, nor such before a semicolon, unless there is no dot among them. `depth` comes before what
/// is escaped: nothing, or `(?:25)*`.
fn segment(depth: &str) -> String {
    let percent = format!("%{depth}");
    let real = format!("(?:{CHAR}|{percent}{ASCII}|{})", utf8(&percent));
    let (space, semicolon) = (format!("{percent}20"), format!("(?:;|{percent}3[bB])"));
    let any = format!("(?:{real}|[.]|{space}|{semicolon})*");
    format!("(?:(?:(?:[.]|{space})*{real}|(?:{space})*{semicolon}){any}|(?:{space})+)")
}

/// Escapes of a character beyond ASCII, as UTF-8 has it (RFC 3629): a dot or slash in more bytes than it needs is none.
fn utf8(percent: &str) -> String {
    let x = "[0-9a-fA-F]";
    let t = format!("{percent}[89abAB]{x}");
    let two = format!("(?:[cC][2-9a-fA-F]|[dD]{x}){t}");
    let three = format!("[eE](?:0{percent}[abAB]{x}|[1-9abcefABCEF]{t}|[dD]{percent}[89]{x}){t}");
    let four = format!("[fF](?:0{percent}[9abAB]{x}|[1-3]{t}|4{percent}8{x}){t}{t}");
    format!("{percent}(?:{two}|{three}|{four})")
}

/// Path of a pattern as a regular expression, in two halves: before and after the key, if there is one.
/// `any` is one for a segment, `inner` for one that may hold encoded slashes.
fn regex(pattern: &Pattern, any: &str, inner: &str) -> (String, Option<String>) {
    let (mut before, mut after) = (String::new(), None);
    let slashes = format!("(?:%(?:25)*(?:2[fF]|5[cC]){inner}?)");
    let encoded = format!("/(?:{inner}{slashes}*|{slashes}+)");
    for part in &pattern.parts {
        let text = match part {
            Part::Literal(text) if pattern.ignore_case => format!("/(?i:{})", literal(text)),
            Part::Literal(text) => format!("/{}", literal(text)),
            Part::Any => format!("/{any}"),
            Part::Rest => format!("(?:/{any})+/?"),
            Part::EncodedRest => format!("(?:{encoded})+/?"),
            Part::Encoded => encoded.clone(),
            Part::Key => {
                before.push('/');
                after = Some(String::new());
                continue;
            }
        };
        after.as_mut().unwrap_or(&mut before).push_str(&text);
    }
    (before, after)
}

/// A template with its words in capitals replaced, each by what stands beside it.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (word, value)| {
            text.replace(word, value)
        })
}

/// Lines indented by their braces.
fn tidy(text: &str, tab: &str) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    for line in text.lines().map(str::trim) {
        if line.starts_with('}') {
            depth = depth.saturating_sub(1);
        }
        if !line.is_empty() {
            out.push_str(&tab.repeat(depth));
        }
        out.push_str(line);
        out.push('\n');
        if line.ends_with('{') && !line.starts_with('#') {
            depth += 1;
        }
    }
    out
}

/// What is not a letter or digit in brackets: no backslash, whose meaning depends on quotes.
fn literal(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_/".contains(c) {
                c.to_string()
            } else {
                format!("[{c}]")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::classify;
    use proptest::prelude::*;

    /// As the printed configurations ask.
    fn expression(pattern: &str) -> (Pattern, regex::Regex) {
        let pattern = Pattern::parse(pattern, false).expect("a pattern");
        let (before, after) = regex(&pattern, &segment(""), &segment("(?:25)*"));
        let key = after.map(|after| segment("") + &after).unwrap_or_default();
        let expression = regex::Regex::new(&format!("^{before}{key}$")).expect("an expression");
        (pattern, expression)
    }

    #[test]
    fn what_services_need_passes() {
        for (pattern, path) in [
            ("/api/v3/files/**", "/api/v3/files/0a1b/behaviours"),
            ("/ip/*", "/ip/2001:db8::1"),
            ("/a/*", "/a/x.y;z=1"),
            ("/a/*", "/a/.hidden%20name%C3%A4"),
            (
                "/url/*%2F/general",
                "/url/http%3A%2F%2Fa.example%2Fb%3Fc%3Dd%2520e%252Ff/general",
            ),
            ("/json/{key}/*", "/json/-/192.0.2.1"),
            ("/", "/"),
            ("/v1/", "/v1/"),
            ("/v1/$batch", "/v1/$batch"),
        ] {
            assert!(expression(pattern).1.is_match(path), "{pattern} {path}");
        }
    }

    #[test]
    fn settings_that_would_be_read_as_more_are_refused() {
        let table = crate::table::Table::parse(crate::PROVIDERS).expect("the table");
        let mut settings =
            Settings::new(&table, &crate::config::File::default()).expect("settings");
        assert!(config("apache", &settings).is_err());
        settings.hosts.push("a\" 1; } server {".into());
        assert!(config("nginx", &settings).is_err() && config("caddy", &settings).is_err());
    }

    static EXPRESSIONS: std::sync::LazyLock<Vec<(Pattern, regex::Regex)>> =
        std::sync::LazyLock::new(|| {
            ["/a/*", "/a/**", "/a/*%2F", "/a/*%2F/b", "/a/{key}/*"]
                .map(expression)
                .into()
        });

    proptest! {
        /// Whatever the printed expressions let through, the proxy does, too.
        #[test]
        fn never_more_than_the_proxy(pieces in proptest::collection::vec(prop_oneof![
            Just("/"), Just("."), Just(".."), Just("%2e"), Just("%2E"), Just("%2f"), Just("%5c"), Just("%25"), Just("2e"), Just("2f"), Just("\\"), Just(";"),
            Just("a"), Just("%"), Just("%00"), Just("%c0%ae"), Just("%20"), Just("5c"), Just("%3b"), Just("%C3%A4"), Just("%0a"), Just("?"), Just("%41"), Just("%e0%80%ae"), Just("%ED%A0%80"),
        ], 0..9)) {
            let path = format!("/a/{}", pieces.concat());
            for (pattern, expression) in EXPRESSIONS.iter() {
                if expression.is_match(&path) {
                    let segments = classify(&path);
                    prop_assert!(segments.is_ok_and(|segments| pattern.matches(&segments)), "{path}");
                }
            }
        }
    }
}
