//! Which call a request is: its route, and the path that goes on.

use hyper::Method;
use hyper::http::request::Parts;

use crate::config::Settings;
use crate::error::Failure;
use crate::key::encode;
use crate::log::Line;
use crate::pattern::{self, Pattern, Segment};
use crate::table::{Route, Upstream};

/// A call that may be made.
pub struct Call<'a> {
    /// By whose rules.
    pub route: &'a Route,
    /// Where to.
    pub upstream: &'a Upstream,
    /// As the client sent it, with the key in its place.
    pub path: String,
    /// As the client sent it.
    pub query: Option<&'a str>,
}

/// The call that a request is, if its route lets it through; its line learns the route.
///
/// # Errors
///
/// `route`, `retired`, `path`, `method`, `target` or `unconfigured`.
pub fn find<'a>(
    settings: &'a Settings,
    parts: &'a Parts,
    line: &mut Line,
) -> Result<Call<'a>, Failure> {
    let path = parts.uri.path();
    let name = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    let Some(route) = settings.routes.get(name) else {
        return Err(Failure::new(
            404,
            "route",
            "there is no such route; the proxy lists its routes at /, and one more of a kind is [routes.NAME] with like and upstream in huntbook-proxy.toml",
        ));
    };
    line.route.clone_from(&route.name);
    if let Some(instead) = &route.retired {
        return Err(Failure::new(410, "retired", instead.clone()));
    }
    let segments = pattern::classify(path).map_err(|what| refused(route, what))?;
    // The first is the route's name.
    let segments = segments.get(1..).unwrap_or_default();
    let pattern = matching(route, segments, &parts.method)?;
    let query = parts.uri.query();
    if query.is_some_and(|query| !query.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(Failure::new(
            400,
            "target",
            "the query has a character that must be percent-encoded",
        ));
    }
    let Some(upstream) = &route.upstream else {
        let hint = format!(
            "the route {name} leads nowhere yet: add [routes.{name}] with upstream = \"https://…\" to huntbook-proxy.toml"
        );
        return Err(Failure::new(404, "unconfigured", hint));
    };
    let mut path = String::new();
    for (index, (text, _)) in segments.iter().enumerate() {
        path.push('/');
        match (&route.key, pattern.key_segment()) {
            (Some(key), Some(place)) if place == index => {
                path.push_str(&encode(key.secret.expose()))
            }
            _ => path.push_str(text),
        }
    }
    Ok(Call {
        route,
        upstream,
        path,
        query,
    })
}

fn matching<'a>(
    route: &'a Route,
    segments: &[(&str, Segment)],
    method: &Method,
) -> Result<&'a Pattern, Failure> {
    let name = &route.name;
    if !route.methods.contains(method) {
        return Err(not_allowed(&format!("the route {name}"), &route.methods));
    }
    let mut found = false;
    for pattern in route
        .patterns
        .iter()
        .filter(|pattern| pattern.matches(segments))
    {
        if pattern.allows(method) {
            return Ok(pattern);
        }
        found = true;
    }
    Err(if found {
        not_allowed(&format!("this path of the route {name}"), &[])
    } else {
        refused(route, "is none of those in its table")
    })
}

fn refused(route: &Route, what: &str) -> Failure {
    Failure::new(
        403,
        "path",
        format!(
            "the route {} does not let this path through: it {what}",
            route.name
        ),
    )
}

/// When a method is not one of those allowed, if they are known.
pub fn not_allowed(what: &str, methods: &[Method]) -> Failure {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    let text = if names.is_empty() {
        format!("{what} does not take this method")
    } else {
        format!("{what} takes {} only", names.join(", "))
    };
    Failure::new(405, "method", text)
}
