//! Takes calls: who asks, what for, and then there and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::response;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::body::{self, Body, Passing};
use crate::cache::{self, Cache};
use crate::config::Settings;
use crate::error::{ConfigError, Failure};
use crate::gate;
use crate::headers;
use crate::key::{Key, Place, encode};
use crate::log::{Line, Logged};
use crate::mask::Mask;
use crate::pattern;
use crate::rate::Buckets;
use crate::session::Sessions;
use crate::table::{Route, Upstream};
use crate::upstream::{self, Upstreams};

/// Connections at the same time.
const CONNECTIONS: usize = 512;

/// The proxy with all that it remembers.
pub struct Proxy {
    settings: Settings,
    upstreams: Upstreams,
    buckets: Buckets,
    cache: Arc<Cache>,
    sessions: Sessions,
}

/// A call that may be made.
struct Call<'a> {
    route: &'a Route,
    upstream: &'a Upstream,
    /// As the client sent it, with the key in its place.
    path: String,
    query: Option<&'a str>,
}

impl Proxy {
    /// By settings.
    ///
    /// # Errors
    ///
    /// If the certificate authorities cannot be read.
    pub fn new(settings: Settings) -> Result<Self, ConfigError> {
        let upstreams = Upstreams::new(settings.ca_file.as_deref())?;
        Ok(Self { settings, upstreams, buckets: Buckets::default(), cache: Arc::default(), sessions: Sessions::default() })
    }

    /// Takes calls for ever.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let slots = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // Out of file descriptors, mostly: others must end first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let proxy = Arc::clone(&self);
            tokio::spawn(async move {
                let _slot = slot;
                let service = service_fn(move |request| {
                    let proxy = Arc::clone(&proxy);
                    async move { Ok::<_, Infallible>(proxy.answer(request).await) }
                });
                let mut http = hyper::server::conn::http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30)).max_buf_size(64 << 10);
                // What breaks here broke between the client and us; there is nobody to tell.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Logged> {
        let (parts, body) = request.into_parts();
        let mut line = Line::new(&parts.method);
        let mut body = Some(body);
        let (origin, result) = match gate::admit(&parts, &self.settings) {
            Err(failure) => (None, Err(failure)),
            Ok(origin) => (origin, self.inside(&parts, &mut body, &mut line).await),
        };
        let mut response = match result {
            Ok(response) => response,
            Err(failure) => {
                line.error = failure.code;
                refusal(&failure)
            }
        };
        if let Some(unread) = body.filter(|body| !body.is_end_stream()) {
            body::drain(unread).await;
        }
        headers::finish(response.headers_mut(), origin);
        line.status = response.status().as_u16();
        response.map(|body| Logged::new(body, line))
    }

    /// A call by someone who may ask.
    async fn inside(&self, parts: &Parts, body: &mut Option<Incoming>, line: &mut Line) -> Result<Response<Body>, Failure> {
        if parts.method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
            return Ok(preflight(&parts.headers));
        }
        gate::check_token(&parts.headers, &self.settings)?;
        if parts.uri.path() == "/" {
            return self.status(&parts.method);
        }
        let call = self.call(parts, line)?;
        self.pass(parts, call, body).await
    }

    /// What there is, for clients that want to know whether they need a key of their own.
    fn status(&self, method: &Method) -> Result<Response<Body>, Failure> {
        if method != Method::GET {
            return Err(not_allowed("the proxy itself", &[Method::GET]));
        }
        let route = |route: &Route| serde_json::json!({ "title": route.title, "ready": route.upstream.is_some() && route.retired.is_none(), "key": route.key.is_some() });
        let routes: serde_json::Map<_, _> = self.settings.routes.iter().map(|(name, own)| (name.clone(), route(own))).collect();
        let text = serde_json::json!({ "name": "huntbook-proxy", "version": env!("CARGO_PKG_VERSION"), "routes": routes }).to_string();
        Ok(json(StatusCode::OK, text))
    }

    /// Which call a request is, if its route lets it through.
    fn call<'a>(&'a self, parts: &'a Parts, line: &mut Line) -> Result<Call<'a>, Failure> {
        let path = parts.uri.path();
        let name = path[1..].split('/').next().unwrap_or_default();
        let Some(route) = self.settings.routes.get(name) else {
            return Err(Failure::new(404, "route", "there is no such route; the proxy lists its routes at /"));
        };
        line.route.clone_from(&route.name);
        if let Some(instead) = &route.retired {
            return Err(Failure::new(410, "retired", instead.clone()));
        }
        let refused = |what: &str| Failure::new(403, "path", format!("the route {name} does not let this path through: it {what}"));
        let segments = pattern::classify(path).map_err(refused)?;
        let segments = &segments[1..];
        if !route.methods.contains(&parts.method) {
            return Err(not_allowed(&format!("the route {name}"), &route.methods));
        }
        let mut matching = route.patterns.iter().filter(|pattern| pattern.matches(segments)).peekable();
        if matching.peek().is_none() {
            return Err(refused("is none of those in its table"));
        }
        let Some(pattern) = matching.find(|pattern| pattern.allows(&parts.method)) else {
            return Err(not_allowed(&format!("this path of the route {name}"), &[]));
        };
        let query = parts.uri.query();
        if query.is_some_and(|query| !query.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(Failure::new(400, "target", "the query has a character that must be percent-encoded"));
        }
        let Some(upstream) = &route.upstream else {
            let hint = format!("the route {name} leads nowhere yet: add [routes.{name}] with upstream = \"https://…\" to huntbook-proxy.toml");
            return Err(Failure::new(404, "unconfigured", hint));
        };
        let own = |index: usize, text: &str| match (&route.key, pattern.key_segment()) {
            (Some(key), Some(place)) if place == index => encode(key.secret.expose()),
            _ => text.to_owned(),
        };
        let path = segments.iter().enumerate().fold(String::new(), |path, (index, (text, _))| path + "/" + &own(index, text));
        Ok(Call { route, upstream, path, query })
    }

    /// There and back.
    async fn pass(&self, parts: &Parts, call: Call<'_>, body: &mut Option<Incoming>) -> Result<Response<Body>, Failure> {
        let Call { route, upstream, path, query } = call;
        let declared = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > route.max_request) {
            return Err(upstream::request_too_large(route));
        }
        let mut headers = route.headers.request(&parts.headers);
        let session = self.session(route, &parts.headers, &mut headers)?;
        let in_body = route.key.as_ref().filter(|key| matches!(key.place, Place::Form(_) | Place::Json(_)));
        let cached = route.cache.filter(|_| matches!(parts.method, Method::GET | Method::POST) && !headers.contains_key(header::RANGE));
        let Some(incoming) = body.take() else { return Err(Failure::new(500, "upstream", "the request is gone")) };
        let passing = Passing::new(incoming, route.max_request).pause(route.timeout);
        let mut keep = None;
        let sent = if in_body.is_some() || cached.is_some() {
            let data = passing.collect().await.map_err(|error| if error.is::<body::TooLarge>() { upstream::request_too_large(route) } else { broken() })?.to_bytes();
            if let Some(time) = cached {
                let target = format!("{path}?{}", query.unwrap_or_default());
                let key = cache::key(&route.name, &parts.method, &target, &headers, &data);
                if let Some(kept) = self.cache.get(&key, Instant::now()) {
                    return Ok(from_cache(kept));
                }
                keep = Some((key, time));
            }
            body::full(in_body.and_then(|key| key.into_body(&data)).map_or(data, Bytes::from))
        } else {
            passing.boxed_unsync()
        };
        self.take_rate(route)?;
        let query = match &route.key {
            Some(key) => key.into_query(query),
            None => query.map(str::to_owned),
        };
        own_headers(route.key.as_ref(), &mut headers);
        let request = to_request(&parts.method, upstream, &path, query.as_deref(), headers, sent)?;
        let (answer, incoming) = self.upstreams.send(route, request).await?.into_parts();
        let session = if route.cookies { self.sessions.keep(session.as_deref(), &route.name, &answer.headers, Instant::now()) } else { None };
        self.back(route, &parts.method, answer, incoming, session, keep)
    }

    /// The session that a client names, whose cookies go into the headers.
    fn session(&self, route: &Route, from: &HeaderMap, headers: &mut HeaderMap) -> Result<Option<String>, Failure> {
        let Some(id) = from.get(headers::SESSION).filter(|_| route.cookies) else { return Ok(None) };
        let id = id.to_str().unwrap_or_default();
        let Some(cookie) = self.sessions.cookie(id, &route.name, Instant::now()) else {
            return Err(Failure::new(401, "session", format!("the session of the route {} is over, or was never there; sign in again", route.name)));
        };
        headers.insert(header::COOKIE, cookie);
        Ok(Some(id.to_owned()))
    }

    fn take_rate(&self, route: &Route) -> Result<(), Failure> {
        let Some(rate) = route.rate else { return Ok(()) };
        self.buckets.take(&route.name, rate, Instant::now()).map_err(|wait| {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let text = format!("{} is asked at most {} times in {} s; wait {seconds} s, or set rate for the route {} if your key allows more", route.title, rate.calls, rate.seconds, route.name);
            Failure { retry_after: Some(seconds), ..Failure::new(429, "rate", text) }
        })
    }

    /// What the client gets of an answer.
    fn back(&self, route: &Route, method: &Method, answer: response::Parts, body: Incoming, session: Option<String>, keep: Option<(Vec<u8>, Duration)>) -> Result<Response<Body>, Failure> {
        if answer.status.is_redirection() && answer.status != StatusCode::NOT_MODIFIED {
            return Err(Failure { session, ..redirect(route, &answer.headers) });
        }
        let traces = route.key.as_ref().map(Key::traces).unwrap_or_default();
        let mut headers = self.settings.answer_headers.answer(&answer.headers);
        let leaks = |value: &HeaderValue| traces.iter().any(|trace| memchr::memmem::find(value.as_bytes(), trace.as_bytes()).is_some());
        headers = headers.into_iter().filter_map(|(name, value)| Some((name?, value))).filter(|(_, value)| !leaks(value)).collect();
        let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if method != Method::HEAD && length.is_some_and(|length| length > route.max_answer) {
            let text = format!("{} answers with more than the {} bytes of the route {}; ask for less, or set max_answer for it", route.title, route.max_answer, route.name);
            return Err(Failure { session, ..Failure::new(502, "answer_too_large", text) });
        }
        if !traces.is_empty() && headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(Failure::new(502, "encoding", format!("{} compressed its answer though it was told not to, so it cannot be searched for the key", route.title)));
        }
        let mask = (!traces.is_empty()).then(|| Mask::new(&traces));
        let keep = keep.map(|(key, time)| {
            let (cache, status, headers) = (Arc::clone(&self.cache), answer.status, headers.clone());
            Box::new(move |body: Bytes| cache.put(key, status, headers, body, time, Instant::now())) as body::Keep
        });
        if keep.is_some() {
            headers.insert(headers::CACHE, HeaderValue::from_static("miss"));
        }
        if let Some(id) = session.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert(headers::SESSION, id);
        }
        let body = Passing::new(body, route.max_answer).pause(route.timeout).mask(mask).keep(cache::LARGEST, keep);
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = answer.status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// The proxy's own headers of a request to a service.
fn own_headers(key: Option<&Key>, headers: &mut HeaderMap) {
    // GitHub and others refuse who does not say what they are.
    headers.insert(header::USER_AGENT, HeaderValue::from_static(concat!("huntbook-proxy/", env!("CARGO_PKG_VERSION"))));
    if let Some(key) = key {
        key.into_headers(headers);
        // What is compressed cannot be searched for the key.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
}

fn to_request(method: &Method, upstream: &Upstream, path: &str, query: Option<&str>, headers: HeaderMap, body: Body) -> Result<Request<Body>, Failure> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let uri: Uri = format!("{}://{}{}{path}{query}", upstream.scheme, upstream.authority, upstream.base)
        .parse()
        .map_err(|_| Failure::new(400, "target", "the path or query is no part of a URL"))?;
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn from_cache(kept: cache::Kept) -> Response<Body> {
    let mut response = Response::new(body::full(kept.body));
    *response.status_mut() = kept.status;
    *response.headers_mut() = kept.headers;
    response.headers_mut().insert(headers::CACHE, HeaderValue::from_static("hit"));
    response
}

/// Redirects are neither followed nor passed on; the client is told where to, but no more of it than it needs.
fn redirect(route: &Route, headers: &HeaderMap) -> Failure {
    let to = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let own = route.upstream.as_ref();
    let host = to.as_ref().and_then(|to| to.authority().map(|authority| authority.host().to_owned()));
    let same = host.is_none() || host.as_deref() == own.map(|own| own.host.as_str());
    let host = host.or_else(|| own.map(|own| own.host.clone())).unwrap_or_default();
    let text = format!("{} points elsewhere, to {host}; the proxy does not follow. If that is where the service is now, make it the upstream of the route {}", route.title, route.name);
    let mut failure = Failure::new(502, "redirect", text);
    failure.more.push(("host", host));
    // Whether a sign-in by form worked shows in where it leads.
    if let (true, true, Some(to)) = (route.cookies, same, to) {
        failure.more.push(("path", to.path().to_owned()));
    }
    failure
}

fn broken() -> Failure {
    Failure::new(400, "broken", "the request broke off")
}

fn not_allowed(what: &str, methods: &[Method]) -> Failure {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    let text = if names.is_empty() { format!("{what} does not take this method") } else { format!("{what} takes {} only", names.join(", ")) };
    Failure::new(405, "method", text)
}

/// To a page of an allowed origin: ask. What it may not send on is left out later.
fn preflight(from: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(body::full(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE"));
    if let Some(wanted) = from.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    if from.contains_key("access-control-request-private-network") {
        headers.insert(HeaderName::from_static("access-control-allow-private-network"), HeaderValue::from_static("true"));
    }
    response
}

fn json(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refusal(failure: &Failure) -> Response<Body> {
    let mut response = json(StatusCode::from_u16(failure.status).unwrap_or(StatusCode::BAD_GATEWAY), failure.to_json());
    let headers = response.headers_mut();
    headers.insert(headers::ERROR, HeaderValue::from_static(failure.code));
    if let Some(seconds) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(id) = failure.session.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(headers::SESSION, id);
    }
    response
}
