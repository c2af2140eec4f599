//! For Caddy 2.6 and later, as a Caddyfile.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{X_MS_ANSWER, literal, names, open, refusal, regex, segment, tidy};
use crate::config::Settings;
use crate::key::Place;
use crate::table::Route;

const HEAD: &str = "\
# The rules of huntbook-proxy for Caddy, made by: huntbook-proxy --print caddy
# Keys do not stand here: Caddy reads them from its environment, while it runs.
# What huntbook-proxy can do and this cannot:
#   limits to how often a service is asked, and kept answers; sessions in cookies (Sumo Logic, Cybereason);
#   keys in bodies (Entra, CrowdStrike, Prisma Cloud); keys taken out of answers; a limit to the size of answers;
#   passing only headers that are listed: those that must not pass are taken out; a line for each call, as Caddy would write the whole address;
#   a method that a path does not take is refused like the path; %252e and 100%25 in looked-up URLs are refused;
#   !, ', (, ) and * in paths become %21 and so on, which is the same; Caddy 2.6 ends an answer that breaks off as if it were whole.
";

/// The whole file.
pub(super) fn config(settings: &Settings) -> String {
    let mut out = HEAD.to_owned();
    let _ = write!(
        out,
        "{{\nadmin off\nauto_https off\n# What Caddy logs about calls has the whole address and headers in it.\n\
         log default {{\noutput stderr\nlevel WARN\nexclude http.log http.handlers.reverse_proxy\n}}\nservers {{\ntimeouts {{\nread_header 30s\n}}\n}}\n}}\n\n\
         http://:{} {{\nbind {}\nroute {{\n",
        settings.listen.port(),
        settings.listen.ip()
    );
    out.push_str(&answer_headers(settings));
    gate(&mut out, settings);
    let all: BTreeSet<&str> = settings.routes.values().flat_map(|route| route.headers.parts().0).map(String::as_str).collect();
    for route in open(settings) {
        block(&mut out, route, settings, &all);
    }
    out.push_str("handle {\n");
    out.push_str(&refuse(404, "route", "there is no such route, it leads nowhere yet, or does not let this path or method through"));
    out.push_str("}\n}\n\nhandle_errors {\n");
    out.push_str(&answer_headers(settings));
    errors(&mut out);
    out.push_str("}\n}\n");
    tidy(&out, "\t")
}

fn refuse(status: u16, code: &str, message: &str) -> String {
    format!("header Content-Type application/json\nheader Huntbook-Proxy-Error {code}\nrespond `{}` {status}\n", refusal(code, message))
}

/// A matcher of a name and its refusal.
fn refuse_if(name: &str, matcher: &str, status: u16, code: &str, message: &str) -> String {
    format!("@{name} {matcher}\nhandle @{name} {{\n{}}}\n", refuse(status, code, message))
}

fn answer_headers(settings: &Settings) -> String {
    let exposed = names(&settings.answer_headers, X_MS_ANSWER).join(", ");
    format!(
        "header {{\nX-Content-Type-Options nosniff\nContent-Security-Policy \"default-src 'none'; sandbox\"\nCache-Control no-store\nVary Origin\n\
         -Server\ndefer\n}}\n@page {}\nheader @page {{\nAccess-Control-Allow-Origin {{http.request.header.Origin}}\n\
         Access-Control-Expose-Headers \"{exposed}, huntbook-proxy-error\"\ndefer\n}}\n",
        any_of("Origin", &settings.origins)
    )
}

/// Matches a header of one of these values; of none if there are none.
fn any_of(header: &str, values: &[String]) -> String {
    let lines: String = values.iter().map(|value| format!("header {header} \"{value}\"\n")).collect();
    if lines.is_empty() { "expression false".into() } else { format!("{{\n{lines}}}") }
}

fn gate(out: &mut String, settings: &Settings) {
    let not = |matcher: &str| format!("not {matcher}");
    out.push_str(&refuse_if("target", "expression `!{http.request.orig_uri}.startsWith(\"/\")`", 400, "target", "ask for a path, not for a URL"));
    out.push_str(&refuse_if("host", &not(&any_of("Host", &settings.hosts)), 421, "host", "this is not a name of the proxy"));
    let other = if settings.origins.is_empty() { "header Origin *".into() } else { format!("{{\nheader Origin *\nnot {}\n}}", any_of("Origin", &settings.origins)) };
    out.push_str(&refuse_if("origin", &other, 403, "origin", "this page may not ask; add its origin to origins"));
    let browser = ["Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Referer"].map(|name| format!("{{http.request.header.{name}}} != \"\"")).join(" || ");
    let browser = format!("expression `{{http.request.header.Origin}} == \"\" && ({browser})`");
    out.push_str(&refuse_if("browser", &browser, 403, "browser", "a browser asks without saying for which page"));
    out.push_str(
        "@preflight {\nmethod OPTIONS\nheader Origin *\nheader Access-Control-Request-Method *\n}\nhandle @preflight {\nheader {\n\
         Access-Control-Allow-Methods \"GET, HEAD, POST, PUT, PATCH, DELETE\"\nAccess-Control-Allow-Headers {http.request.header.Access-Control-Request-Headers}\n\
         Access-Control-Max-Age 7200\n}\n@private header Access-Control-Request-Private-Network true\nheader @private Access-Control-Allow-Private-Network true\n\
         respond 204\n}\n",
    );
    if settings.token.is_some() {
        let env = &settings.token_env;
        let matcher = format!("expression `{{env.{env}}} == \"\" || {{http.request.header.Huntbook-Token}} != {{env.{env}}}`");
        out.push_str(&refuse_if("token", &matcher, 401, "token", "the proxy needs its token: send it in the header Huntbook-Token"));
    }
}

/// The method and the target as they were sent: what a route lets through.
fn matcher(route: &Route) -> String {
    let one_of: Vec<String> = route
        .patterns
        .iter()
        .map(|pattern| {
            let methods: Vec<&str> = route.methods.iter().filter(|method| pattern.allows(method)).map(hyper::Method::as_str).collect();
            let (before, after) = regex(pattern);
            let rest = after.map(|after| segment("") + &after).unwrap_or_default();
            format!("(?:{}) /{}{before}{rest}", methods.join("|"), literal(&route.name))
        })
        .collect();
    format!("expression `({{http.request.method}} + \" \" + {{http.request.orig_uri}}).matches(r\"^(?:{})(?:[?].*)?$\")`", one_of.join("|"))
}

fn block(out: &mut String, route: &Route, settings: &Settings, all: &BTreeSet<&str>) {
    let Some(upstream) = &route.upstream else { return };
    let name = &route.name;
    let _ = write!(out, "\n# {}\n@{name} {}\nhandle @{name} {{\nrequest_body {{\nmax_size {}\n}}\n", route.title, matcher(route), route.max_request);
    let (place, env) = match (&route.key, &route.key_entry) {
        (Some(key), Some(entry)) => (Some(&key.place), format!("{{env.{}}}", entry.env)),
        _ => (None, String::new()),
    };
    if upstream.base.is_empty() {
        let _ = writeln!(out, "uri strip_prefix /{name}");
    } else {
        let _ = writeln!(out, "uri path_regexp ^/{name} {}", upstream.base);
    }
    if place == Some(&Place::Path)
        && let Some((before, Some(after))) = route.patterns.first().map(regex)
    {
        let _ = write!(
            out,
            "@{name}-key vars_regexp key {{http.request.orig_uri}} `^/{name}({before}){}({after})(?:[?].*)?$`\nrewrite @{name}-key {}{{http.regexp.key.1}}{env}{{http.regexp.key.2}}\n",
            segment(""),
            upstream.base
        );
    }
    if let Some(Place::Query(field)) = place {
        let _ = writeln!(out, "rewrite * ?{{http.request.uri.query}}&{field}={env}");
    }
    let _ = write!(out, "reverse_proxy {}://{} {{\nheader_up Host {}\nheader_up User-Agent huntbook-proxy\n", upstream.scheme, upstream.authority, upstream.authority);
    let never = ["Cookie", "Origin", "Referer", "Forwarded", "Via", "Upgrade", "X-Forwarded-*", "X-Http-Method*", "Sec-*", "Huntbook-*", "Access-Control-*", "Proxy-*"];
    let foreign = all.iter().copied().filter(|header| !route.headers.has(header));
    for header in never.into_iter().chain(foreign) {
        let _ = writeln!(out, "header_up -{header}");
    }
    match place {
        Some(Place::Header(header, format)) => {
            let _ = writeln!(out, "header_up {header} \"{}\"", format.replace("{key}", &env));
        }
        Some(Place::Basic) => {
            let _ = writeln!(out, "# The variable holds base64 of name:password.\nheader_up Authorization \"Basic {env}\"");
        }
        _ => {}
    }
    for header in ["Set-Cookie", "Access-Control-*", "Huntbook-*", "Location", "Strict-Transport-Security", "Alt-Svc", "Clear-Site-Data", "Refresh", "Link", "Nel", "Report-To"] {
        let _ = writeln!(out, "header_down -{header}");
    }
    let seconds = route.timeout.as_secs();
    let trust = settings.ca_file.as_ref().filter(|_| upstream.scheme == "https").map(|path| format!("tls_trusted_ca_certs {}\n", path.display())).unwrap_or_default();
    let _ = write!(
        out,
        "transport http {{\nversions 1.1\ndial_timeout 10s\nresponse_header_timeout {seconds}s\nread_timeout {seconds}s\n{trust}}}\n\
         @redirect status 300 301 302 303 305 307 308\nhandle_response @redirect {{\n{}}}\n}}\n}}\n",
        refuse(502, "redirect", "the service points elsewhere; the proxy does not follow")
    );
}

fn errors(out: &mut String) {
    let rows = [
        ("large", "{http.error.status_code} == 413", 413, "request_too_large", "the request is larger than the route lets through"),
        ("slow", "{http.error.status_code} == 504", 504, "timeout", "the service took too long; ask for less"),
        ("certificate", "{http.error.message}.contains(\"x509\")", 502, "certificate", "the certificate of the service is not to be trusted"),
        ("dns", "{http.error.message}.contains(\"lookup\")", 502, "dns", "there is no such host, or DNS does not answer"),
        ("pause", "{http.error.message}.contains(\"timeout\")", 504, "timeout", "the service took too long; ask for less"),
    ];
    for (name, condition, status, code, message) in rows {
        out.push_str(&refuse_if(name, &format!("expression `{condition}`"), status, code, message));
    }
    out.push_str(&format!("handle {{\n{}}}\n", refuse(502, "upstream", "the service did not answer")));
}
