//! What a service gets of a call.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, Uri};

use crate::answer::{self, Answer};
use crate::body::{self, Body, Passing, TooLarge};
use crate::cache;
use crate::call::Call;
use crate::error::Failure;
use crate::headers;
use crate::key::{Key, Place};
use crate::server::Proxy;
use crate::table::Route;
use crate::upstream;

impl Proxy {
    /// There and back. Takes the body when it begins to read it.
    ///
    /// # Errors
    ///
    /// `request_too_large`, `session`, `rate`, `broken`, those of [`upstream::Upstreams::send`] and of [`answer::to_client`].
    pub(crate) async fn pass(
        &self,
        parts: &Parts,
        call: Call<'_>,
        body: &mut Option<Incoming>,
    ) -> Result<Response<Body>, Failure> {
        let route = call.route;
        if length(&parts.headers).is_some_and(|length| length > route.max_request) {
            return Err(upstream::request_too_large(route));
        }
        let mut headers = route.headers.request(&parts.headers);
        let session = self.open_session(route, &parts.headers, &mut headers)?;
        let incoming = body.take().ok_or_else(broken)?;
        let passing = Passing::new(incoming, route.max_request).pause(route.timeout);
        let in_body = route
            .key
            .as_ref()
            .filter(|key| matches!(key.place, Place::Form(_) | Place::Json(_)));
        let mut keep = None;
        let body = match (cache_time(route, &parts.method, &headers), in_body) {
            (None, None) => passing.boxed_unsync(),
            (time, in_body) => {
                let data = whole(passing, route).await?;
                if let Some(time) = time {
                    let target = format!("{}?{}", call.path, call.query.unwrap_or_default());
                    let key = cache::key(&route.name, &parts.method, &target, &headers, &data);
                    if let Some(kept) = self.cache.get(&key, Instant::now()) {
                        return Ok(answer::from_cache(kept));
                    }
                    keep = Some((key, time));
                }
                body::full(
                    in_body
                        .and_then(|key| key.into_body(&data))
                        .map_or(data, Bytes::from),
                )
            }
        };
        self.take_rate(route)?;
        own_headers(route.key.as_ref(), &mut headers);
        let request = to_request(&parts.method, &call, headers, body)?;
        let (head, body) = self.upstreams.send(route, request).await?.into_parts();
        let session = match session.as_deref() {
            id if route.cookies => {
                self.sessions
                    .keep(id, &route.name, &head.headers, Instant::now())
            }
            _ => None,
        };
        let answer = Answer {
            head,
            body,
            session,
            keep,
        };
        answer::to_client(self, route, &parts.method, answer)
    }

    /// The session that a client names, whose cookies go into the headers.
    fn open_session(
        &self,
        route: &Route,
        from: &HeaderMap,
        headers: &mut HeaderMap,
    ) -> Result<Option<String>, Failure> {
        let Some(id) = from.get(headers::SESSION).filter(|_| route.cookies) else {
            return Ok(None);
        };
        let id = id.to_str().unwrap_or_default();
        let Some(cookie) = self.sessions.cookie(id, &route.name, Instant::now()) else {
            let name = &route.name;
            let text = format!(
                "the session of the route {name} is over, or was never there; sign in again"
            );
            return Err(Failure::new(401, "session", text));
        };
        headers.insert(header::COOKIE, cookie);
        Ok(Some(id.to_owned()))
    }

    fn take_rate(&self, route: &Route) -> Result<(), Failure> {
        let Some(rate) = route.rate else {
            return Ok(());
        };
        let Err(wait) = self.buckets.take(&route.name, rate, Instant::now()) else {
            return Ok(());
        };
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let text = format!(
            "{} is asked at most {} times in {} s; wait {seconds} s, or set rate for the route {} if your key allows more",
            route.title, rate.calls, rate.seconds, route.name
        );
        Err(Failure {
            retry_after: Some(seconds),
            ..Failure::new(429, "rate", text)
        })
    }
}

/// `Content-Length`.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// For how long the answer may be kept.
fn cache_time(route: &Route, method: &Method, headers: &HeaderMap) -> Option<Duration> {
    let whole =
        matches!(*method, Method::GET | Method::POST) && !headers.contains_key(header::RANGE);
    route.cache.filter(|_| whole)
}

async fn whole(passing: Passing, route: &Route) -> Result<Bytes, Failure> {
    match passing.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<TooLarge>() => Err(upstream::request_too_large(route)),
        Err(_) => Err(broken()),
    }
}

fn broken() -> Failure {
    Failure::new(400, "broken", "the request broke off; send it again")
}

/// The proxy's own headers of a request to a service.
fn own_headers(key: Option<&Key>, headers: &mut HeaderMap) {
    // GitHub and others refuse who does not say what they are.
    let name = concat!("huntbook-proxy/", env!("CARGO_PKG_VERSION"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(name));
    if let Some(key) = key {
        key.into_headers(headers);
        // What is compressed cannot be searched for the key.
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
    }
}

fn to_request(
    method: &Method,
    call: &Call<'_>,
    headers: HeaderMap,
    body: Body,
) -> Result<Request<Body>, Failure> {
    let query = match &call.route.key {
        Some(key) => key.into_query(call.query),
        None => call.query.map(str::to_owned),
    };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let to = call.upstream;
    let uri: Uri = format!(
        "{}://{}{}{}{query}",
        to.scheme, to.authority, to.base, call.path
    )
    .parse()
    .map_err(|_| Failure::new(400, "target", "the path or query is no part of a URL"))?;
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}
