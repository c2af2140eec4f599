//! Takes calls: who asks, what for, and then there and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::body::{self, Body};
use crate::cache::Cache;
use crate::call::{self, not_allowed};
use crate::config::Settings;
use crate::error::{ConfigError, Failure};
use crate::gate;
use crate::headers;
use crate::log::{Line, Logged};
use crate::rate::Buckets;
use crate::session::Sessions;
use crate::table::Route;
use crate::upstream::Upstreams;

/// Connections at the same time.
const CONNECTIONS: usize = 512;

/// The proxy with all that it remembers.
pub struct Proxy {
    pub(crate) settings: Settings,
    pub(crate) upstreams: Upstreams,
    pub(crate) buckets: Buckets,
    pub(crate) cache: Arc<Cache>,
    pub(crate) sessions: Sessions,
}

impl Proxy {
    /// By settings.
    ///
    /// # Errors
    ///
    /// If the certificate authorities cannot be read.
    pub fn new(settings: Settings) -> Result<Self, ConfigError> {
        let upstreams = Upstreams::new(settings.ca_file.as_deref())?;
        Ok(Self {
            settings,
            upstreams,
            buckets: Buckets::default(),
            cache: Arc::default(),
            sessions: Sessions::default(),
        })
    }

    /// Takes calls for ever.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let slots = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
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
                http.timer(TokioTimer::new())
                    .header_read_timeout(Duration::from_secs(30))
                    .max_buf_size(64 << 10);
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
    async fn inside(
        &self,
        parts: &Parts,
        body: &mut Option<Incoming>,
        line: &mut Line,
    ) -> Result<Response<Body>, Failure> {
        if parts.method == Method::OPTIONS
            && parts
                .headers
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return Ok(preflight(&parts.headers));
        }
        gate::check_token(&parts.headers, &self.settings)?;
        if parts.uri.path() == "/" {
            return self.status(&parts.method);
        }
        let call = call::find(&self.settings, parts, line)?;
        self.pass(parts, call, body).await
    }

    /// What there is, for clients that want to know whether they need a key of their own.
    fn status(&self, method: &Method) -> Result<Response<Body>, Failure> {
        if method != Method::GET {
            return Err(not_allowed("the proxy itself", &[Method::GET]));
        }
        let route = |route: &Route| serde_json::json!({ "title": route.title, "ready": route.upstream.is_some() && route.retired.is_none(), "key": route.key.is_some() });
        let routes: serde_json::Map<_, _> = self
            .settings
            .routes
            .iter()
            .map(|(name, own)| (name.clone(), route(own)))
            .collect();
        let text = serde_json::json!({ "name": "huntbook-proxy", "version": env!("CARGO_PKG_VERSION"), "routes": routes }).to_string();
        Ok(json(StatusCode::OK, text))
    }
}

/// To a page of an allowed origin: ask. What it may not send on is left out later.
fn preflight(from: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(body::full(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE"),
    );
    if let Some(wanted) = from.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("7200"),
    );
    if from.contains_key("access-control-request-private-network") {
        headers.insert(
            HeaderName::from_static("access-control-allow-private-network"),
            HeaderValue::from_static("true"),
        );
    }
    response
}

fn json(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

fn refusal(failure: &Failure) -> Response<Body> {
    let mut response = json(
        StatusCode::from_u16(failure.status).unwrap_or(StatusCode::BAD_GATEWAY),
        failure.to_json(),
    );
    let headers = response.headers_mut();
    headers.insert(headers::ERROR, HeaderValue::from_static(failure.code));
    if let Some(seconds) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(id) = failure
        .session
        .as_deref()
        .and_then(|id| HeaderValue::from_str(id).ok())
    {
        headers.insert(headers::SESSION, id);
    }
    response
}
