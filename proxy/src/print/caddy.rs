//! For Caddy 2.6 and later, as a Caddyfile.

use std::collections::BTreeSet;
use std::fmt::Write;

use hyper::Method;

use super::{X_MS_ANSWER, fill, literal, names, open, refusal, regex, segment, tidy};
use crate::config::Settings;
use crate::key::Place;
use crate::table::{Route, Upstream};

const HEAD: &str = include_str!("caddy/head.caddy");
const BEGIN: &str = include_str!("caddy/begin.caddy");
const ANSWER: &str = include_str!("caddy/answer.caddy");
const PREFLIGHT: &str = include_str!("caddy/preflight.caddy");

/// Headers that do not pass to a service, beside those of other services.
const NEVER: &[&str] = &[
    "Access-Control-*",
    "Cookie",
    "Forwarded",
    "Huntbook-*",
    "Origin",
    "Proxy-*",
    "Referer",
    "Sec-*",
    "Upgrade",
    "Via",
    "X-Forwarded-*",
    "X-Http-Method*",
];

/// Headers that do not pass from a service.
const HIDDEN: &[&str] = &[
    "Access-Control-*",
    "Alt-Svc",
    "Clear-Site-Data",
    "Huntbook-*",
    "Link",
    "Location",
    "Nel",
    "Refresh",
    "Report-To",
    "Set-Cookie",
    "Strict-Transport-Security",
];

/// Failures that Caddy sees: a name for the matcher, what to match, and what to answer.
const FAILURES: &[(&str, &str, u16, &str, &str)] = &[
    (
        "large",
        "{http.error.status_code} == 413",
        413,
        "request_too_large",
        "the request is larger than the route lets through",
    ),
    (
        "slow",
        "{http.error.status_code} == 504",
        504,
        "timeout",
        "the service took too long; ask for less",
    ),
    (
        "certificate",
        "{http.error.message}.contains(\"x509\")",
        502,
        "certificate",
        "the certificate of the service is not to be trusted",
    ),
    (
        "dns",
        "{http.error.message}.contains(\"lookup\")",
        502,
        "dns",
        "there is no such host, or DNS does not answer",
    ),
    (
        "pause",
        "{http.error.message}.contains(\"timeout\")",
        504,
        "timeout",
        "the service took too long; ask for less",
    ),
];

/// The whole file.
pub(super) fn config(settings: &Settings) -> String {
    let (port, address) = (
        settings.listen.port().to_string(),
        settings.listen.ip().to_string(),
    );
    let exposed = names(&settings.answer_headers, X_MS_ANSWER).join(", ");
    let answer = fill(
        ANSWER,
        &[
            ("PAGES", &any_of("Origin", &settings.origins)),
            ("EXPOSED", &exposed),
        ],
    );
    let mut out = HEAD.to_owned();
    out.push_str(&fill(BEGIN, &[("PORT", &port), ("ADDRESS", &address)]));
    out.push_str(&answer);
    gate(&mut out, settings);
    let services = settings
        .routes
        .values()
        .flat_map(|route| route.headers.parts().0);
    let all: BTreeSet<&str> = services.map(String::as_str).collect();
    for route in open(settings) {
        if let Some(upstream) = &route.upstream {
            block(&mut out, route, upstream, settings, &all);
        }
    }
    let none =
        "there is no such route, it leads nowhere yet, or does not let this path or method through";
    let _ = writeln!(
        out,
        "handle {{\n{}}}\n}}\n\nhandle_errors {{",
        refuse(404, "route", none)
    );
    out.push_str(&answer);
    for (name, condition, status, code, message) in FAILURES {
        out.push_str(&refuse_if(
            name,
            &format!("expression `{condition}`"),
            *status,
            code,
            message,
        ));
    }
    let _ = writeln!(
        out,
        "handle {{\n{}}}\n}}\n}}",
        refuse(502, "upstream", "the service did not answer")
    );
    tidy(&out, "\t")
}

fn refuse(status: u16, code: &str, message: &str) -> String {
    let body = refusal(code, message);
    format!(
        "header Content-Type application/json\nheader Huntbook-Proxy-Error {code}\nrespond `{body}` {status}\n"
    )
}

/// A matcher of a name and its refusal.
fn refuse_if(name: &str, matcher: &str, status: u16, code: &str, message: &str) -> String {
    format!(
        "@{name} {matcher}\nhandle @{name} {{\n{}}}\n",
        refuse(status, code, message)
    )
}

/// Matches a header of one of these values; of none if there are none.
fn any_of(header: &str, values: &[String]) -> String {
    let lines: String = values
        .iter()
        .map(|value| format!("header {header} \"{value}\"\n"))
        .collect();
    if lines.is_empty() {
        "expression false".into()
    } else {
        format!("{{\n{lines}}}")
    }
}

fn gate(out: &mut String, settings: &Settings) {
    let path = "expression `!{http.request.orig_uri}.startsWith(\"/\")`";
    out.push_str(&refuse_if(
        "target",
        path,
        400,
        "target",
        "ask for a path, not for a URL",
    ));
    let other = format!("not {}", any_of("Host", &settings.hosts));
    out.push_str(&refuse_if(
        "host",
        &other,
        421,
        "host",
        "this is not a name of the proxy",
    ));
    let other = format!(
        "{{\nheader Origin *\nnot {}\n}}",
        any_of("Origin", &settings.origins)
    );
    let message = "this page may not ask; add its origin to origins";
    out.push_str(&refuse_if("origin", &other, 403, "origin", message));
    let sent = |name: &str| format!("{{http.request.header.{name}}} != \"\"");
    let signs = [
        "Sec-Fetch-Site",
        "Sec-Fetch-Dest",
        "Sec-Fetch-User",
        "Referer",
    ]
    .map(sent);
    // Node's fetch sends this one alone.
    let mode = "!({http.request.header.Sec-Fetch-Mode} in [\"\", \"cors\"])";
    let browser = format!(
        "expression `{{http.request.header.Origin}} == \"\" && ({} || {mode})`",
        signs.join(" || ")
    );
    let message = "a browser asks without saying for which page";
    out.push_str(&refuse_if("browser", &browser, 403, "browser", message));
    out.push_str(PREFLIGHT);
    if settings.token.is_some() {
        let env = format!("{{env.{}}}", settings.token_env);
        let wrong = format!(
            "expression `{env} == \"\" || {{http.request.header.Huntbook-Token}} != {env}`"
        );
        let message = "the proxy needs its token: send it in the header Huntbook-Token";
        out.push_str(&refuse_if("token", &wrong, 401, "token", message));
    }
}

/// What a route lets through: method and target as they were sent.
fn matcher(route: &Route) -> String {
    let any = segment("");
    let mut one_of = Vec::new();
    for pattern in &route.patterns {
        let allowed = route.methods.iter().filter(|method| pattern.allows(method));
        let methods = allowed.map(Method::as_str).collect::<Vec<_>>().join("|");
        let (before, after) = regex(pattern, &any, &segment("(?:25)*"));
        let rest = after.map(|after| any.clone() + &after).unwrap_or_default();
        one_of.push(format!(
            "(?:{methods}) /{}{before}{rest}",
            literal(&route.name)
        ));
    }
    let call = "({http.request.method} + \" \" + {http.request.orig_uri})";
    format!(
        "expression `{call}.matches(r\"^(?:{})(?:[?].*)?$\")`",
        one_of.join("|")
    )
}

fn block(
    out: &mut String,
    route: &Route,
    upstream: &Upstream,
    settings: &Settings,
    all: &BTreeSet<&str>,
) {
    let (name, title) = (&route.name, &route.title);
    let _ = writeln!(
        out,
        "\n# {title}\n@{name} {}\nhandle @{name} {{",
        matcher(route)
    );
    let _ = writeln!(out, "request_body {{\nmax_size {}\n}}", route.max_request);
    let (place, env) = match (&route.key, &route.key_entry) {
        (Some(key), Some(entry)) => (Some(&key.place), format!("{{env.{}}}", entry.env)),
        _ => (None, String::new()),
    };
    rewrite(out, route, upstream, place, &env);
    let _ = writeln!(
        out,
        "reverse_proxy {}://{} {{",
        upstream.scheme, upstream.authority
    );
    let _ = writeln!(
        out,
        "header_up Host {}\nheader_up User-Agent huntbook-proxy",
        upstream.authority
    );
    headers(out, route, all, place, &env);
    let seconds = route.timeout.as_secs();
    out.push_str("transport http {\nversions 1.1\ndial_timeout 10s\n");
    let _ = writeln!(
        out,
        "response_header_timeout {seconds}s\nread_timeout {seconds}s"
    );
    if let Some(path) = settings
        .ca_file
        .as_ref()
        .filter(|_| upstream.scheme == "https")
    {
        let _ = writeln!(out, "tls_trusted_ca_certs {}", path.display());
    }
    let message = "the service points elsewhere; the proxy does not follow";
    let redirect = refuse(502, "redirect", message);
    out.push_str("}\n@redirect status 300 301 302 303 305 307 308\n");
    let _ = writeln!(out, "handle_response @redirect {{\n{redirect}}}\n}}\n}}");
}

/// Those that must not pass, in both directions, and the key in place of the client's.
fn headers(
    out: &mut String,
    route: &Route,
    all: &BTreeSet<&str>,
    place: Option<&Place>,
    env: &str,
) {
    let foreign = all
        .iter()
        .copied()
        .filter(|header| !route.headers.has(header));
    for header in NEVER.iter().copied().chain(foreign) {
        let _ = writeln!(out, "header_up -{header}");
    }
    match place {
        Some(Place::Header(header, format)) => {
            let _ = writeln!(
                out,
                "header_up {header} \"{}\"",
                format.replace("{key}", env)
            );
        }
        Some(Place::Basic) => {
            let _ = writeln!(out, "header_up Authorization \"Basic {env}\"");
        }
        _ => {}
    }
    for header in HIDDEN {
        let _ = writeln!(out, "header_down -{header}");
    }
}

/// From the route's path to the service's, with a key that stands in it.
fn rewrite(out: &mut String, route: &Route, upstream: &Upstream, place: Option<&Place>, env: &str) {
    let (name, base) = (&route.name, &upstream.base);
    if base.is_empty() {
        let _ = writeln!(out, "uri strip_prefix /{name}");
    } else {
        let _ = writeln!(out, "uri path_regexp ^/{name} {base}");
    }
    let any = segment("");
    let first = route
        .patterns
        .first()
        .map(|pattern| regex(pattern, &any, ""));
    match (place, first) {
        (Some(Place::Path), Some((before, Some(after)))) => {
            let target = "vars_regexp key {http.request.orig_uri}";
            let _ = writeln!(
                out,
                "@{name}-key {target} `^/{name}({before}){any}({after})(?:[?].*)?$`"
            );
            let path = format!("{base}{{http.regexp.key.1}}{env}{{http.regexp.key.2}}");
            let _ = writeln!(out, "rewrite @{name}-key {path}");
        }
        (Some(Place::Query(field)), _) => {
            let _ = writeln!(out, "rewrite * ?{{http.request.uri.query}}&{field}={env}");
        }
        _ => {}
    }
}
