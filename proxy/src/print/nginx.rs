//! For nginx 1.18 and later, as a file of `conf.d`.

use std::fmt::Write;

use hyper::Method;

use super::{X_MS_ANSWER, X_MS_REQUEST, fill, literal, names, open, refusal, regex, segment, tidy};
use crate::config::Settings;
use crate::key::{Key, Place};
use crate::table::{Route, Upstream};

const HEAD: &str = include_str!("nginx/head.conf");
const MAPS: &str = include_str!("nginx/maps.conf");
const SERVER: &str = include_str!("nginx/server.conf");
const ROUTES: &str = include_str!("nginx/routes.conf");

/// Headers of answers that do not pass; what is not here does, as nginx has no list of those that may.
const HIDDEN: &[&str] = &[
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Alt-Svc",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Security-Policy",
    "Huntbook-Cache",
    "Huntbook-Proxy-Error",
    "Huntbook-Session",
    "Link",
    "Location",
    "Refresh",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Vary",
    "X-Content-Type-Options",
];

/// Failures that nginx itself sees, or takes from the service.
const FAILURES: &[(&str, u16, &str)] = &[
    (
        "redirect",
        502,
        "the service points elsewhere; the proxy does not follow",
    ),
    (
        "request_too_large",
        413,
        "the request is larger than the route lets through",
    ),
    (
        "upstream",
        502,
        "the service did not answer: it is down, its name is wrong or its certificate is not to be trusted",
    ),
    ("timeout", 504, "the service took too long; ask for less"),
    ("rate", 429, "the service is asked too often; wait"),
];

/// The whole file.
pub(super) fn config(settings: &Settings) -> String {
    let mut out = HEAD.replace("VARIABLES", &variables(settings));
    out.push_str(&maps(settings));
    for route in open(settings) {
        route_maps(&mut out, route);
    }
    out.push_str(&fill(SERVER, &[("LISTEN", &settings.listen.to_string())]));
    gate(&mut out, settings);
    let trusted = settings
        .ca_file
        .as_ref()
        .map(|path| path.display().to_string());
    let trusted = trusted
        .as_deref()
        .unwrap_or("/etc/ssl/certs/ca-certificates.crt");
    out.push_str(&fill(
        ROUTES,
        &[("RESOLVER", &resolver()), ("TRUSTED", trusted)],
    ));
    for name in HIDDEN {
        let _ = writeln!(out, "proxy_hide_header {name};");
    }
    for route in open(settings) {
        if let Some(upstream) = &route.upstream {
            location(&mut out, route, upstream);
        }
    }
    for &(code, status, message) in FAILURES {
        let wait = if code == "rate" {
            "set $hb_wait 60;\n"
        } else {
            ""
        };
        let inside = format!("{wait}{}", refuse(status, code, message));
        let _ = writeln!(out, "location @hb_{code} {{\n{inside}}}");
    }
    let none = refuse(
        404,
        "route",
        "there is no such route, or it leads nowhere yet",
    );
    let _ = writeln!(out, "location / {{\n{none}}}\n}}");
    tidy(&out, "  ")
}

/// What envsubst is to replace, and nothing else: nginx's own variables look the same.
fn variables(settings: &Settings) -> String {
    let entries = open(settings)
        .filter(|route| injects(route))
        .filter_map(|route| route.key_entry.as_ref());
    let mut names: Vec<String> = entries.map(|entry| format!("${{{}}}", entry.env)).collect();
    names.extend(
        settings
            .token
            .as_ref()
            .map(|_| format!("${{{}}}", settings.token_env)),
    );
    names.sort();
    names.dedup();
    names.join(" ")
}

/// Whether the key of a route can be put in here.
fn injects(route: &Route) -> bool {
    route
        .key
        .as_ref()
        .is_some_and(|key| !matches!(key.place, Place::Form(_) | Place::Json(_)))
}

fn underscored(route: &Route) -> String {
    format!("hb_{}", route.name.replace('-', "_"))
}

fn maps(settings: &Settings) -> String {
    let lines = |values: &[String], line: &dyn Fn(&str) -> String| {
        values
            .iter()
            .map(|value| line(value))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let each = |text: &str| text.chars().map(bracketed).collect::<String>();
    let mut out = fill(
        MAPS,
        &[
            (
                "HOSTS",
                &lines(&settings.hosts, &|host| format!("\"{host}\" 1;")),
            ),
            (
                "ORIGINS",
                &lines(&settings.origins, &|origin| {
                    format!("\"~^{}$\" $http_origin;", each(origin))
                }),
            ),
            (
                "PAGES",
                &lines(&settings.origins, &|origin| {
                    format!("\"~^{}[|]\" page;", each(origin))
                }),
            ),
            (
                "EXPOSED",
                &names(&settings.answer_headers, X_MS_ANSWER).join(", "),
            ),
        ],
    );
    if settings.token.is_some() {
        let token = &settings.token_env;
        let _ = writeln!(
            out,
            "map $http_huntbook_token $hb_token {{\ndefault 0;\n\"~^${{{token}}}$\" 1;\n}}"
        );
    }
    out
}

/// A character by itself, so that it means nothing else.
fn bracketed(c: char) -> String {
    if c.is_ascii_alphanumeric() {
        c.to_string()
    } else {
        format!("[{c}]")
    }
}

/// What a route lets through: method and target as they were sent, to the path that goes on.
fn route_maps(out: &mut String, route: &Route) {
    let name = underscored(route);
    let _ = writeln!(
        out,
        "\n# {}\nmap \"$request_method $request_uri\" ${name} {{\ndefault \"\";",
        route.title
    );
    for pattern in &route.patterns {
        let allowed = route.methods.iter().filter(|method| pattern.allows(method));
        let methods = allowed.map(Method::as_str).collect::<Vec<_>>().join("|");
        let (before, after) = regex(pattern, "(?&hb_s)", "(?&hb_t)");
        let key = route.key_entry.as_ref().filter(|_| route.key.is_some());
        let (path, to) = match (after, key) {
            (Some(after), Some(entry)) => (
                format!("(?<hb_a>{before})(?&hb_s)(?<hb_b>{after})"),
                format!("\"${{hb_a}}${{{}}}${{hb_b}}\"", entry.env),
            ),
            (Some(after), None) => (format!("(?<hb_p>{before}(?&hb_s){after})"), "$hb_p".into()),
            (None, _) => (format!("(?<hb_p>{before})"), "$hb_p".into()),
        };
        let (defined, name) = (define(&path), literal(&route.name));
        let _ = writeln!(
            out,
            "\"~{defined}^(?:{methods}) /{name}{path}(?:[?].*)?$\" {to};"
        );
    }
    out.push_str("}\n");
    if let Some(rate) = route.rate {
        let minute = (f64::from(rate.calls) * 60.0 / f64::from(rate.seconds))
            .max(1.0)
            .floor();
        let _ = writeln!(
            out,
            "limit_req_zone $server_name zone={name}:32k rate={minute}r/m;"
        );
    }
    if let Some(upstream) = route.upstream.as_ref().filter(|upstream| local(upstream)) {
        let port = if upstream.scheme == "https" {
            ":443"
        } else {
            ":80"
        };
        let port = if upstream.authority.len() > upstream.host.len() {
            ""
        } else {
            port
        };
        let _ = writeln!(
            out,
            "upstream hb-{} {{\nserver {}{port};\n}}",
            route.name, upstream.authority
        );
    }
}

/// The expressions that others name, as nginx takes no more than 4 kB for one.
fn define(path: &str) -> String {
    let mut out = String::new();
    for (name, depth) in [("hb_s", ""), ("hb_t", "(?:25)*")] {
        if path.contains(name) {
            out.push_str(&format!("(?(DEFINE)(?<{name}>{}))", segment(depth)));
        }
    }
    out
}

/// A name that this machine knows, as by its list of hosts: nginx asks for it when it starts, for others while it runs.
fn local(upstream: &Upstream) -> bool {
    !upstream.host.contains('.')
}

fn refuse(status: u16, code: &str, message: &str) -> String {
    format!(
        "set $hb_error {code};\nreturn {status} '{}';\n",
        refusal(code, message)
    )
}

fn refuse_if(condition: &str, status: u16, code: &str, message: &str) -> String {
    format!("if ({condition}) {{\n{}}}\n", refuse(status, code, message))
}

fn gate(out: &mut String, settings: &Settings) {
    out.push_str(&refuse_if(
        "$hb_target = 0",
        400,
        "target",
        "ask for a path, not for a URL",
    ));
    out.push_str(&refuse_if(
        "$hb_known = 0",
        421,
        "host",
        "this is not a name of the proxy",
    ));
    let other = "this page may not ask; add its origin to origins";
    out.push_str(&refuse_if("$hb_caller = origin", 403, "origin", other));
    let browser = "a browser asks without saying for which page";
    out.push_str(&refuse_if("$hb_caller = browser", 403, "browser", browser));
    out.push_str("if ($hb_preflight) {\nreturn 204;\n}\n");
    if settings.token.is_some() {
        let message = "the proxy needs its token: send it in the header Huntbook-Token";
        out.push_str(&refuse_if("$hb_token = 0", 401, "token", message));
    }
}

/// The DNS server of this machine.
fn resolver() -> String {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let server = text
        .lines()
        .find_map(|line| line.strip_prefix("nameserver")?.split_whitespace().next());
    match server {
        Some(server) if server.contains(':') => format!("[{server}]"),
        Some(server) => server.to_owned(),
        None => "127.0.0.53".to_owned(),
    }
}

fn location(out: &mut String, route: &Route, upstream: &Upstream) {
    let (name, variable) = (&route.name, underscored(route));
    let _ = writeln!(out, "location ^~ /{name} {{\nset $hb_route {name};");
    let message = "the route does not let this path or method through";
    out.push_str(&refuse_if(
        &format!("${variable} = \"\""),
        403,
        "path",
        message,
    ));
    let (seconds, bytes) = (route.timeout.as_secs(), route.max_request);
    let _ = writeln!(
        out,
        "client_max_body_size {bytes};\nproxy_read_timeout {seconds}s;\nproxy_send_timeout {seconds}s;"
    );
    let _ = writeln!(
        out,
        "proxy_ssl_name {};\nproxy_set_header Host {};",
        upstream.host, upstream.authority
    );
    out.push_str("proxy_set_header User-Agent huntbook-proxy;\n");
    let key = route.key.as_ref().filter(|_| injects(route));
    let env = variable_of(route);
    request_headers(out, route, key);
    if let Some(rate) = route.rate {
        let burst = if rate.calls > 1 {
            format!(" burst={} nodelay", rate.calls - 1)
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "limit_req zone={variable}{burst};\nlimit_req_status 598;"
        );
    }
    cache(out, route, key.is_some());
    let query = match key.map(|key| &key.place) {
        Some(Place::Query(field)) => format!("?$args&{field}={env}"),
        _ => "$is_args$args".to_owned(),
    };
    let host = if local(upstream) {
        format!("hb-{name}")
    } else {
        upstream.authority.clone()
    };
    let _ = writeln!(
        out,
        "proxy_pass {}://{host}{}${variable}{query};\n}}",
        upstream.scheme, upstream.base
    );
}

/// The variable of a route's key, as envsubst has it.
fn variable_of(route: &Route) -> String {
    let entry = route.key_entry.as_ref();
    entry
        .map(|entry| format!("${{{}}}", entry.env))
        .unwrap_or_default()
}

/// Those that pass, and the key in place of the client's.
fn request_headers(out: &mut String, route: &Route, key: Option<&Key>) {
    let env = variable_of(route);
    let own = key.and_then(|key| match &key.place {
        Place::Header(header, format) => Some((header.as_str(), format.replace("{key}", &env))),
        Place::Basic => Some(("authorization", format!("Basic {env}"))),
        _ => None,
    });
    for header in names(&route.headers, X_MS_REQUEST) {
        let mine = own.as_ref().is_some_and(|own| own.0 == header);
        let compressed = key.is_some() && header == "accept-encoding";
        if !mine && !compressed {
            let _ = writeln!(
                out,
                "proxy_set_header {header} $http_{};",
                header.replace('-', "_")
            );
        }
    }
    if let Some((header, value)) = own {
        let _ = writeln!(out, "proxy_set_header {header} \"{value}\";");
    }
}

/// What is asked with a key of the client's own is not kept: its key would lie on the disk.
fn cache(out: &mut String, route: &Route, has_key: bool) {
    let Some(time) = route.cache else { return };
    if !has_key && route.key_entry.is_some() {
        return;
    }
    let (found, missing) = (time.as_secs(), time.as_secs().min(600));
    out.push_str("proxy_cache huntbook;\n");
    out.push_str(
        "proxy_cache_key \"$request_method $request_uri $http_accept $http_accept_encoding\";\n",
    );
    let _ = writeln!(
        out,
        "proxy_cache_valid 200 {found}s;\nproxy_cache_valid 404 {missing}s;"
    );
    let private = if has_key {
        "$http_range"
    } else {
        "$http_authorization $http_range"
    };
    let _ = writeln!(
        out,
        "proxy_cache_bypass {private};\nproxy_no_cache {private};"
    );
}
