//! What the client gets of a service's answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::response;
use hyper::{Method, Response, StatusCode, Uri};
use memchr::memmem;

use crate::body::{Body, Keep, Passing, full};
use crate::cache::{self, Kept};
use crate::error::Failure;
use crate::headers;
use crate::key::Key;
use crate::mask::Mask;
use crate::passing::length;
use crate::server::Proxy;
use crate::table::Route;

/// An answer that began.
pub struct Answer {
    /// Status and headers.
    pub head: response::Parts,
    /// What comes after them.
    pub body: Incoming,
    /// The session whose cookies it set.
    pub session: Option<String>,
    /// Under what to keep it, and for how long.
    pub keep: Option<(Vec<u8>, Duration)>,
}

/// What of it passes, as a stream.
///
/// # Errors
///
/// `redirect`, `answer_too_large` or `encoding`.
pub fn to_client(
    proxy: &Proxy,
    route: &Route,
    method: &Method,
    answer: Answer,
) -> Result<Response<Body>, Failure> {
    let Answer {
        head,
        body,
        session,
        keep,
    } = answer;
    if head.status.is_redirection() && head.status != StatusCode::NOT_MODIFIED {
        return Err(Failure {
            session,
            ..redirect(route, &head.headers)
        });
    }
    let traces = route.key.as_ref().map(Key::traces).unwrap_or_default();
    let mut headers = without(
        &traces,
        &proxy.settings.answer_headers.answer(&head.headers),
    );
    match length(&headers) {
        Some(length) if *method != Method::HEAD && length > route.max_answer => {
            return Err(Failure {
                session,
                ..too_large(route)
            });
        }
        Some(_) => {}
        None => {
            headers.insert(headers::MOST, HeaderValue::from(route.max_answer));
        }
    }
    let plain = headers
        .get(header::CONTENT_ENCODING)
        .is_none_or(|coding| coding == "identity");
    if !traces.is_empty() && !plain {
        let text = format!(
            "{} compressed its answer though it was told not to, so it cannot be searched for the key",
            route.title
        );
        return Err(Failure::new(502, "encoding", text));
    }
    let keep = keep.map(|(key, time)| {
        let (cache, status, headers) = (Arc::clone(&proxy.cache), head.status, headers.clone());
        Box::new(move |body: Bytes| cache.put(key, status, headers, body, time, Instant::now()))
            as Keep
    });
    if keep.is_some() {
        headers.insert(headers::CACHE, HeaderValue::from_static("miss"));
    }
    if let Some(id) = session.and_then(|id| HeaderValue::from_str(&id).ok()) {
        headers.insert(headers::SESSION, id);
    }
    let mask = (!traces.is_empty()).then(|| Mask::new(&traces));
    let body = Passing::new(body, route.max_answer)
        .pause(route.timeout)
        .mask(mask)
        .keep(cache::LARGEST, keep);
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = head.status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Headers without those that would give the key away.
fn without(traces: &[String], headers: &HeaderMap) -> HeaderMap {
    let leaks = |value: &HeaderValue| {
        let has = |trace: &String| memmem::find(value.as_bytes(), trace.as_bytes()).is_some();
        traces.iter().any(has)
    };
    let clean = headers.iter().filter(|(_, value)| !leaks(value));
    clean
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// An answer that was there already.
pub fn from_cache(kept: Kept) -> Response<Body> {
    let mut response = Response::new(full(kept.body));
    *response.status_mut() = kept.status;
    *response.headers_mut() = kept.headers;
    response
        .headers_mut()
        .insert(headers::CACHE, HeaderValue::from_static("hit"));
    response
}

fn too_large(route: &Route) -> Failure {
    let (title, most, name) = (&route.title, route.max_answer, &route.name);
    let text = format!(
        "{title} answers with more than the {most} bytes of the route {name}; ask for less, or set max_answer for it"
    );
    Failure::new(502, "answer_too_large", text)
}

/// Redirects are neither followed nor passed on; the client is told where to, but no more of it than it needs.
fn redirect(route: &Route, headers: &HeaderMap) -> Failure {
    let to = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let own = route
        .upstream
        .as_ref()
        .map(|upstream| upstream.host.as_str())
        .unwrap_or_default();
    let host = to.as_ref().and_then(Uri::host).unwrap_or(own);
    let text = format!(
        "{} points elsewhere, to {host}; the proxy does not follow. If that is where the service is now, make it the upstream of the route {}",
        route.title, route.name
    );
    let mut failure = Failure::new(502, "redirect", text);
    failure.more.push(("host", host.to_owned()));
    // Whether a sign-in by form worked shows in where it leads.
    if let (true, true, Some(to)) = (route.cookies, host == own, &to) {
        failure.more.push(("path", to.path().to_owned()));
    }
    failure
}
