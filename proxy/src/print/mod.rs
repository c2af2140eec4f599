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
/// An escape of anything but control characters, space, %, dot, slashes and semicolon; what is UTF-8 is not looked at, but for C0 and C1.
const ESCAPE: &str = "(?:2[1-46-9a-dA-D]|3[0-9ac-fAC-F]|[46][0-9a-fA-F]|5[0-9abdefABDEF]|7[0-9a-eA-E]|[89abdeABDE][0-9a-fA-F]|[cC][2-9a-fA-F]|[fF][0-4])";

/// A segment: not of dots alone, nor of dots before a semicolon or space. `depth` comes before what is escaped: nothing, or `(?:25)*`.
fn segment(depth: &str) -> String {
    let escape = format!("%{depth}{ESCAPE}");
    let other = format!("%{depth}(?:20|3[bB])");
    format!("(?:[.]*(?:{CHAR}|{escape})|;|{other})(?:{CHAR}|[.;]|{escape}|{other})*")
}

/// Path of a pattern as a regular expression (for RE2 and PCRE), in two halves: before and after the key, if there is one.
fn regex(pattern: &Pattern) -> (String, Option<String>) {
    let any = segment("");
    let inner = segment("(?:25)*");
    let (mut before, mut after) = (String::new(), None);
    for part in &pattern.parts {
        let text = match part {
            Part::Literal(text) if pattern.ignore_case => format!("/(?i:{})", literal(text)),
            Part::Literal(text) => format!("/{}", literal(text)),
            Part::Any => format!("/{any}"),
            Part::Rest => format!("(?:/{any})+/?"),
            Part::Encoded => format!("/(?:{inner})?(?:%(?:25)*(?:2[fF]|5[cC])(?:{inner})?)*"),
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
