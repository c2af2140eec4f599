//! Bodies as streams: nothing is held whole, and no limit is passed unnoticed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::mask::Mask;

/// Why a body broke off.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// Any body.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is there already.
pub fn full(data: impl Into<Bytes>) -> Body {
    Full::new(data.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// More bytes came than may.
#[derive(Debug)]
pub struct TooLarge;

/// Nothing came for too long.
#[derive(Debug)]
pub struct TooSlow;

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("more bytes than the route lets through")
    }
}
impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a longer pause than the route waits")
    }
}
impl std::error::Error for TooLarge {}
impl std::error::Error for TooSlow {}

/// What to do with an answer that came to its end and was not too large for it.
pub type Keep = Box<dyn FnOnce(Bytes) + Send>;

/// A body on its way through: counted, and if wanted watched for pauses, masked and kept.
pub struct Passing {
    inner: Incoming,
    left: u64,
    pause: Option<(Duration, Pin<Box<Sleep>>)>,
    mask: Option<Mask>,
    keep: Option<(Vec<u8>, usize, Keep)>,
    ended: bool,
}

impl Passing {
    /// A body of so many bytes at most.
    pub fn new(inner: Incoming, most: u64) -> Self {
        Self {
            inner,
            left: most,
            pause: None,
            mask: None,
            keep: None,
            ended: false,
        }
    }

    /// Breaks off after such a pause.
    pub fn pause(mut self, longest: Duration) -> Self {
        self.pause = Some((longest, Box::pin(tokio::time::sleep(longest))));
        self
    }

    /// Hides texts.
    pub fn mask(mut self, mask: Option<Mask>) -> Self {
        self.mask = mask;
        self
    }

    /// Hands a copy to `keep`, if it is of so many bytes at most.
    pub fn keep(mut self, largest: usize, keep: Option<Keep>) -> Self {
        self.keep = keep.map(|keep| (Vec::new(), largest, keep));
        self
    }

    fn passed(&mut self, data: Bytes) -> Frame<Bytes> {
        if let Some((copy, largest, _)) = &mut self.keep {
            if copy.len() + data.len() > *largest {
                self.keep = None;
            } else {
                copy.extend_from_slice(&data);
            }
        }
        Frame::data(data)
    }

    fn end(&mut self) -> Option<Frame<Bytes>> {
        self.ended = true;
        let rest = self
            .mask
            .take()
            .map(|mut mask| mask.finish())
            .filter(|rest| !rest.is_empty());
        let frame = rest.map(|rest| self.passed(rest));
        if let Some((copy, _, keep)) = self.keep.take() {
            keep(copy.into());
        }
        frame
    }
}

impl HttpBody for Passing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let Poll::Ready(next) = Pin::new(&mut this.inner).poll_frame(cx) else {
                let Some((_, sleep)) = &mut this.pause else {
                    return Poll::Pending;
                };
                ready!(sleep.as_mut().poll(cx));
                return Poll::Ready(Some(Err(TooSlow.into())));
            };
            if let Some((longest, sleep)) = &mut this.pause {
                sleep.as_mut().reset(Instant::now() + *longest);
            }
            let data = match next {
                None => return Poll::Ready(this.end().map(Ok)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                // Trailers do not pass.
                Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            };
            let Some(left) = this.left.checked_sub(data.len() as u64) else {
                return Poll::Ready(Some(Err(TooLarge.into())));
            };
            this.left = left;
            let data = this
                .mask
                .as_mut()
                .map_or(data.clone(), |mask| mask.push(&data));
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(this.passed(data))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        // Whether something is held back, or is to be kept, is known at the end only.
        self.ended || (self.mask.is_none() && self.keep.is_none() && self.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Reads and drops what a client still sends, so that it gets to reading the refusal; for a moment, and not without end.
pub async fn drain(body: Incoming) {
    let mut passing = Passing::new(body, 64 << 20);
    let all = async { while let Some(Ok(_)) = passing.frame().await {} };
    let _ = tokio::time::timeout(Duration::from_secs(3), all).await;
}
