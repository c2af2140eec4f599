//! The way to the services: TLS with checked certificates, no redirects, and errors that say what failed.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::body::{Body, TooLarge};
use crate::error::{ConfigError, Failure};
use crate::table::Route;

const CONNECT: Duration = Duration::from_secs(10);

/// Connections to all services.
pub struct Upstreams(Client<HttpsConnector<HttpConnector>, Body>);

impl Upstreams {
    /// Trusts the authorities of the system, and those of a file.
    ///
    /// # Errors
    ///
    /// If the file is not there or has no certificate, or there are no authorities at all.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = ca_file {
            let wrong = |what: String| ConfigError(format!("ca_file {}: {what}", path.display()));
            let certificates = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| wrong(error.to_string()))?;
            if roots.add_parsable_certificates(certificates).0 == 0 {
                return Err(wrong("holds no certificate of an authority (PEM)".into()));
            }
        }
        if roots.is_empty() {
            return Err(ConfigError("this system has no list of certificate authorities: install ca-certificates, or name one with ca_file".into()));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self(client))
    }

    /// Sends a request and waits until its answer begins.
    ///
    /// # Errors
    ///
    /// `timeout`, `dns`, `certificate`, `tls`, `connect`, `request_too_large`, or `upstream` for what else may break.
    pub async fn send(
        &self,
        route: &Route,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, Failure> {
        let host = route
            .upstream
            .as_ref()
            .map_or("", |upstream| upstream.authority.as_str());
        match tokio::time::timeout(route.timeout, self.0.request(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(explain(host, route, &error)),
            Err(_) => Err(slow(host, route)),
        }
    }
}

/// When a service took too long.
pub fn slow(host: &str, route: &Route) -> Failure {
    let seconds = route.timeout.as_secs();
    Failure::new(
        504,
        "timeout",
        format!(
            "{host} did not answer within {seconds} s; ask for less, or set timeout for the route {}",
            route.name
        ),
    )
}

/// When a request is larger than its route lets through.
pub fn request_too_large(route: &Route) -> Failure {
    let most = route.max_request;
    Failure::new(
        413,
        "request_too_large",
        format!(
            "the request has more than the {most} bytes of the route {}; send less, or set max_request for it",
            route.name
        ),
    )
}

/// What TLS says, in however many errors of input and output it is wrapped.
fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    let inner = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    tls(inner)
}

fn explain(host: &str, route: &Route, error: &hyper_util::client::legacy::Error) -> Failure {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<TooLarge>() {
            return request_too_large(route);
        }
        let io = error.downcast_ref::<std::io::Error>();
        match tls(error) {
            Some(rustls::Error::InvalidCertificate(what)) => {
                let what = match what {
                    CertificateError::UnknownIssuer => {
                        "no authority that is known here has signed it".to_owned()
                    }
                    what => what.to_string(),
                };
                let text = format!(
                    "the certificate of {host} is not to be trusted: {what}; if its authority is your own, name it with ca_file"
                );
                return Failure::new(502, "certificate", text);
            }
            Some(what) => return Failure::new(502, "tls", format!("no TLS with {host}: {what}")),
            None => {}
        }
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut) {
            return slow(host, route);
        }
        // hyper-util's own error has no type that others can see.
        if error.is::<rustls::pki_types::InvalidDnsNameError>() || error.to_string() == "dns error"
        {
            return Failure::new(
                502,
                "dns",
                format!(
                    "there is no host {host}, or DNS does not answer; look at the name in upstream of the route {}",
                    route.name
                ),
            );
        }
        cause = error.source();
    }
    if error.is_connect() {
        return Failure::new(
            502,
            "connect",
            format!("no connection to {host}: is it up, and reachable from here?"),
        );
    }
    Failure::new(
        502,
        "upstream",
        format!("{host} broke off before it answered; try again"),
    )
}
