//! A line for each call: method, route, status, time and bytes. Never a path, query, header, key or body.

use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use hyper::Method;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::body::{Body, BoxError};

/// What is known of a call; written when it is dropped, at the end of its answer.
#[derive(Debug)]
pub struct Line {
    method: &'static str,
    /// A name from the table, or `-`.
    pub route: String,
    /// 0 if the client went away before there was an answer.
    pub status: u16,
    /// The proxy's own error, or `-`.
    pub error: &'static str,
    started: Instant,
    bytes: u64,
    cut: bool,
}

impl Line {
    /// A call begins.
    pub fn new(method: &Method) -> Self {
        // A method may be any word; only known ones are written.
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = known
            .into_iter()
            .find(|name| *name == method.as_str())
            .unwrap_or("OTHER");
        Self {
            method,
            route: "-".into(),
            status: 0,
            error: "-",
            started: Instant::now(),
            bytes: 0,
            cut: false,
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Self {
            method,
            route,
            status,
            error,
            bytes,
            ..
        } = &*self;
        let (ms, cut) = (
            self.started.elapsed().as_millis(),
            if self.cut { " cut" } else { "" },
        );
        // Whoever reads the log may have gone.
        let _ = writeln!(
            std::io::stderr().lock(),
            "{method} {route} {status} {error} {ms}ms {bytes}B{cut}"
        );
    }
}

/// A body that counts for its line.
pub struct Logged {
    inner: Body,
    line: Line,
}

impl Logged {
    /// The body of a call's answer.
    pub fn new(inner: Body, line: Line) -> Self {
        Self { inner, line }
    }
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let next = Pin::new(&mut self.inner).poll_frame(cx);
        match &next {
            Poll::Ready(Some(Ok(frame))) => {
                self.line.bytes += frame.data_ref().map_or(0, |data| data.len() as u64)
            }
            Poll::Ready(Some(Err(_))) => self.line.cut = true,
            _ => {}
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
