//! For nginx 1.18 and later, as a file of `conf.d`.

use std::fmt::Write;

use super::{X_MS_ANSWER, X_MS_REQUEST, literal, names, open, refusal, regex, segment, tidy};
use crate::config::Settings;
use crate::key::Place;
use crate::table::{Route, Upstream};

const HEAD: &str = "\
# The rules of huntbook-proxy for nginx, made by: huntbook-proxy --print nginx
# A file for /etc/nginx/conf.d. Keys do not stand here: envsubst puts them in, into a file that only root can read.
#   (umask 077; envsubst 'VARIABLES' < this-file > /etc/nginx/conf.d/huntbook.conf)
# What huntbook-proxy can do and this cannot:
#   sessions in cookies (Sumo Logic, Cybereason); keys in bodies (Entra, CrowdStrike, Prisma Cloud); keys taken out of answers;
#   a limit to the size of answers; telling a wrong certificate or name from a service that is down; lookups by POST are not cached;
#   502 and 504 of services lose their text; a method that a path does not take is refused like the path; %252e and 100%25 in looked-up URLs are refused.
# If upstreams do not resolve, put the address of your DNS server into `resolver`.
";

/// The whole file.
pub(super) fn config(settings: &Settings) -> String {
    let mut out = HEAD.replace("VARIABLES", &variables(settings));
    maps(&mut out, settings);
    for route in open(settings) {
        route_maps(&mut out, route);
    }
    server(&mut out, settings);
    tidy(&out, "  ")
}

/// What envsubst is to replace, and nothing else: nginx's own variables look the same.
fn variables(settings: &Settings) -> String {
    let mut names: Vec<String> = open(settings).filter(|route| injects(route)).filter_map(|route| route.key_entry.as_ref()).map(|entry| format!("${{{}}}", entry.env)).collect();
    names.extend(settings.token.as_ref().map(|_| format!("${{{}}}", settings.token_env)));
    names.sort();
    names.dedup();
    names.join(" ")
}

/// Whether the key of a route can be put in here.
fn injects(route: &Route) -> bool {
    route.key.as_ref().is_some_and(|key| !matches!(key.place, Place::Form(_) | Place::Json(_)))
}

fn variable(route: &Route) -> String {
    format!("$hb_{}", route.name.replace('-', "_"))
}

fn maps(out: &mut String, settings: &Settings) {
    let origins: Vec<String> = settings.origins.iter().map(|origin| format!("\"~^{}$\" $http_origin;\n", origin.chars().map(bracketed).collect::<String>())).collect();
    let callers: String = settings.origins.iter().map(|origin| format!("\"~^{}[|]\" page;\n", origin.chars().map(bracketed).collect::<String>())).collect();
    let hosts: String = settings.hosts.iter().map(|host| format!("\"{host}\" 1;\n")).collect();
    let _ = write!(
        out,
        "\nmap $request $hb_target {{\ndefault 0;\n\"~^[A-Z]+ /\" 1;\n}}\nmap $http_host $hb_known {{\ndefault 0;\n{hosts}}}\n\
         map $http_origin $hb_origin {{\ndefault \"\";\n{}}}\n\
         map \"$http_origin|$http_sec_fetch_site$http_sec_fetch_mode$http_sec_fetch_dest$http_referer\" $hb_caller {{\ndefault origin;\n\"|\" script;\n\"~^[|].\" browser;\n{callers}}}\n\
         map \"$request_method|$http_access_control_request_method|$hb_origin\" $hb_preflight {{\ndefault 0;\n\"~^OPTIONS[|].+[|].\" 1;\n}}\n\
         map $hb_preflight $hb_methods {{\n1 \"GET, HEAD, POST, PUT, PATCH, DELETE\";\n}}\nmap $hb_preflight $hb_headers {{\n1 $http_access_control_request_headers;\n}}\n\
         map $hb_preflight $hb_age {{\n1 7200;\n}}\nmap \"$hb_preflight$http_access_control_request_private_network\" $hb_private {{\n1true true;\n}}\n\
         map $hb_origin $hb_expose {{\n\"~.\" \"{}\";\n}}\nmap $upstream_cache_status $hb_cache {{\nHIT hit;\nMISS miss;\nEXPIRED miss;\n}}\n",
        origins.concat(),
        exposed(settings),
    );
    if settings.token.is_some() {
        let _ = writeln!(out, "map $http_huntbook_token $hb_token {{\ndefault 0;\n\"~^${{{}}}$\" 1;\n}}", settings.token_env);
    }
    out.push_str("log_format huntbook '$request_method $hb_route $status $hb_error ${request_time}s ${body_bytes_sent}B';\n");
    out.push_str("proxy_cache_path /var/cache/nginx-huntbook keys_zone=huntbook:4m max_size=64m inactive=3d use_temp_path=off;\n");
}

/// Each character by itself, so that none means anything.
fn bracketed(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!("[{c}]") }
}

fn exposed(settings: &Settings) -> String {
    let mut all = names(&settings.answer_headers, X_MS_ANSWER);
    all.extend(["huntbook-cache", "huntbook-proxy-error"]);
    all.join(", ")
}

fn route_maps(out: &mut String, route: &Route) {
    let name = variable(route);
    let _ = writeln!(out, "\n# {}\nmap \"$request_method $request_uri\" {name} {{\ndefault \"\";", route.title);
    for pattern in &route.patterns {
        let methods: Vec<&str> = route.methods.iter().filter(|method| pattern.allows(method)).map(hyper::Method::as_str).collect();
        let (before, after) = regex(pattern);
        let start = format!("\"~^(?:{}) /{}", methods.join("|"), literal(&route.name));
        match (after, &route.key, &route.key_entry) {
            (Some(after), Some(_), Some(entry)) => {
                let _ = writeln!(out, "{start}(?<hb_a>{before}){}(?<hb_b>{after})(?:[?].*)?$\" \"${{hb_a}}${{{}}}${{hb_b}}\";", segment(""), entry.env);
            }
            (after, ..) => {
                let rest = after.map(|after| segment("") + &after).unwrap_or_default();
                let _ = writeln!(out, "{start}(?<hb_p>{before}{rest})(?:[?].*)?$\" $hb_p;");
            }
        }
    }
    out.push_str("}\n");
    if let Some(rate) = route.rate {
        let minute = (f64::from(rate.calls) * 60.0 / f64::from(rate.seconds)).max(1.0).floor();
        let _ = writeln!(out, "limit_req_zone $server_name zone=hb_{}:32k rate={minute}r/m;", route.name.replace('-', "_"));
    }
    if let Some(upstream) = route.upstream.as_ref().filter(|upstream| local(upstream)) {
        let port = if upstream.scheme == "https" { 443 } else { 80 };
        let server = if upstream.authority.rsplit(']').next().is_some_and(|end| end.contains(':')) { upstream.authority.clone() } else { format!("{}:{port}", upstream.authority) };
        let _ = writeln!(out, "upstream hb-{} {{\nserver {server};\n}}", route.name);
    }
}

/// A name that this machine knows, as by its list of hosts: nginx asks for it when it starts, for others while it runs.
fn local(upstream: &Upstream) -> bool {
    !upstream.host.contains('.')
}

fn server(out: &mut String, settings: &Settings) {
    let refuse = |condition: &str, status: u16, code: &str, message: &str| format!("if ({condition}) {{\nset $hb_error {code};\nreturn {status} '{}';\n}}\n", refusal(code, message));
    let _ = write!(
        out,
        "\nserver {{\nlisten {};\nserver_name _;\nserver_tokens off;\nmerge_slashes off;\ndefault_type application/json;\n\
         # Lines about errors name the address that was asked, with a key that stands in it.\nerror_log /dev/null emerg;\naccess_log /var/log/nginx/huntbook.log huntbook;\n\
         set $hb_error \"\";\nset $hb_wait \"\";\nset $hb_route -;\nadd_header Retry-After $hb_wait always;\n\
         add_header Access-Control-Allow-Origin $hb_origin always;\nadd_header Access-Control-Expose-Headers $hb_expose always;\n\
         add_header Access-Control-Allow-Methods $hb_methods always;\nadd_header Access-Control-Allow-Headers $hb_headers always;\nadd_header Access-Control-Max-Age $hb_age always;\n\
         add_header Access-Control-Allow-Private-Network $hb_private always;\nadd_header Huntbook-Proxy-Error $hb_error always;\nadd_header Huntbook-Cache $hb_cache always;\n\
         add_header Vary Origin always;\nadd_header Cache-Control no-store always;\nadd_header X-Content-Type-Options nosniff always;\n\
         add_header Content-Security-Policy \"default-src 'none'; sandbox\" always;\n",
        settings.listen
    );
    out.push_str(&refuse("$hb_target = 0", 400, "target", "ask for a path, not for a URL"));
    out.push_str(&refuse("$hb_known = 0", 421, "host", "this is not a name of the proxy"));
    out.push_str(&refuse("$hb_caller = origin", 403, "origin", "this page may not ask; add its origin to origins"));
    out.push_str(&refuse("$hb_caller = browser", 403, "browser", "a browser asks without saying for which page"));
    out.push_str("if ($hb_preflight) {\nreturn 204;\n}\n");
    if settings.token.is_some() {
        out.push_str(&refuse("$hb_token = 0", 401, "token", "the proxy needs its token: send it in the header Huntbook-Token"));
    }
    common(out, settings);
    for route in open(settings) {
        if let Some(upstream) = &route.upstream {
            location(out, route, upstream);
        }
    }
    let errors = [("redirect", 502, "the service points elsewhere; the proxy does not follow"), ("request_too_large", 413, "the request is larger than the route lets through"),
        ("upstream", 502, "the service did not answer: it is down, its name is wrong or its certificate is not to be trusted"), ("timeout", 504, "the service took too long; ask for less"),
        ("rate", 429, "the service is asked too often; wait")];
    for (code, status, message) in errors {
        let wait = if code == "rate" { "set $hb_wait 60;\n" } else { "" };
        let _ = write!(out, "location @hb_{code} {{\n{wait}    set $hb_error {code};\nreturn {status} '{}';\n}}\n", refusal(code, message));
    }
    let _ = write!(out, "location / {{\nset $hb_error route;\nreturn 404 '{}';\n}}\n}}\n", refusal("route", "there is no such route, or it leads nowhere yet"));
}

/// What holds for every route.
fn common(out: &mut String, settings: &Settings) {
    let ca = settings.ca_file.as_ref().map_or("/etc/ssl/certs/ca-certificates.crt".to_owned(), |path| path.display().to_string());
    let _ = write!(
        out,
        "resolver {} ipv6=off valid=300s;\nresolver_timeout 10s;\nproxy_http_version 1.1;\nproxy_ssl_server_name on;\nproxy_ssl_verify on;\nproxy_ssl_verify_depth 5;\nproxy_ssl_trusted_certificate {ca};\n\
         proxy_redirect off;\nproxy_max_temp_file_size 0;\nproxy_connect_timeout 10s;\nproxy_next_upstream off;\nproxy_pass_request_headers off;\nproxy_intercept_errors on;\n\
         error_page 300 301 302 303 305 307 308 = @hb_redirect;\nerror_page 413 = @hb_request_too_large;\nerror_page 502 = @hb_upstream;\nerror_page 504 = @hb_timeout;\nerror_page 598 = @hb_rate;\n\
         proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;\n",
        resolver()
    );
    for name in ["Set-Cookie", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
        "Access-Control-Max-Age", "Strict-Transport-Security", "Content-Security-Policy", "Cache-Control", "Vary", "Alt-Svc", "Link", "Refresh", "Clear-Site-Data", "X-Content-Type-Options",
        "Huntbook-Session", "Huntbook-Proxy-Error", "Huntbook-Cache", "Location", "Server"]
    {
        let _ = writeln!(out, "proxy_hide_header {name};");
    }
}

/// The DNS server of this machine.
fn resolver() -> String {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let server = text.lines().find_map(|line| line.strip_prefix("nameserver")?.split_whitespace().next());
    match server {
        Some(server) if server.contains(':') => format!("[{server}]"),
        Some(server) => server.to_owned(),
        None => "127.0.0.53".to_owned(),
    }
}

fn location(out: &mut String, route: &Route, upstream: &Upstream) {
    let (name, env) = (variable(route), route.key_entry.as_ref().map(|entry| format!("${{{}}}", entry.env)).unwrap_or_default());
    let key = route.key.as_ref().filter(|_| injects(route));
    let target = if local(upstream) { format!("hb-{}", route.name) } else { upstream.authority.clone() };
    let seconds = route.timeout.as_secs();
    let _ = write!(
        out,
        "location ^~ /{} {{\nset $hb_route {};\nif ({name} = \"\") {{\nset $hb_error path;\nreturn 403 '{}';\n}}\n\
           client_max_body_size {};\nproxy_read_timeout {seconds}s;\nproxy_send_timeout {seconds}s;\nproxy_ssl_name {};\nproxy_set_header Host {};\nproxy_set_header User-Agent huntbook-proxy;\n",
        route.name,
        route.name,
        refusal("path", "the route does not let this path or method through"),
        route.max_request,
        upstream.host,
        upstream.authority
    );
    let own = key.and_then(|key| match &key.place {
        Place::Header(header, format) => Some((header.as_str().to_owned(), format.replace("{key}", &env))),
        Place::Basic => Some(("authorization".into(), format!("Basic {env}"))),
        _ => None,
    });
    for header in names(&route.headers, X_MS_REQUEST) {
        if own.as_ref().is_none_or(|own| own.0 != header) && !(key.is_some() && header == "accept-encoding") {
            let _ = writeln!(out, "proxy_set_header {header} $http_{};", header.replace('-', "_"));
        }
    }
    if let Some((header, value)) = own {
        let hint = if matches!(key.map(|key| &key.place), Some(Place::Basic)) { "# The variable holds base64 of name:password.\n" } else { "" };
        let _ = write!(out, "{hint}    proxy_set_header {header} \"{value}\";\n");
    }
    if let Some(rate) = route.rate {
        let burst = rate.calls.saturating_sub(1);
        let _ = write!(out, "limit_req zone=hb_{}{} nodelay;\nlimit_req_status 598;\n", route.name.replace('-', "_"), if burst > 0 { format!(" burst={burst}") } else { String::new() });
    }
    cache(out, route, key.is_some());
    let query = match key.map(|key| &key.place) {
        Some(Place::Query(field)) => format!("?$args&{field}={env}"),
        _ => "$is_args$args".to_owned(),
    };
    let _ = write!(out, "proxy_pass {}://{target}{}{name}{query};\n}}\n", upstream.scheme, upstream.base);
}

/// What is asked with a key of the client's own is not kept: its key would lie on the disk.
fn cache(out: &mut String, route: &Route, has_key: bool) {
    let Some(time) = route.cache else { return };
    if !has_key && route.key_entry.is_some() {
        return;
    }
    let seconds = time.as_secs();
    let own = if has_key { "" } else { "proxy_cache_bypass $http_authorization $http_range;\nproxy_no_cache $http_authorization $http_range;\n" };
    let _ = write!(
        out,
        "proxy_cache huntbook;\nproxy_cache_key \"$request_method $request_uri $http_accept $http_accept_encoding\";\nproxy_cache_valid 200 {seconds}s;\nproxy_cache_valid 404 {}s;\n{own}",
        seconds.min(600)
    );
}
