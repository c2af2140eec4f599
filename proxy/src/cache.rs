//! Answers of lookups, kept for a while: in memory, and within limits.
//!
//! What is kept under is all that goes to the service: so a client that sends a key of its own gets only what that key got.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};

/// Bytes of all answers together.
const MOST: usize = 64 << 20;
/// Bytes of one answer.
pub const LARGEST: usize = 8 << 20;
/// "Not found" may change sooner than what was found.
const NOT_FOUND: Duration = Duration::from_secs(600);

/// An answer as it is given to clients.
#[derive(Debug, Clone)]
pub struct Kept {
    /// 200 or 404.
    pub status: StatusCode,
    /// Those that pass.
    pub headers: HeaderMap,
    /// All of it.
    pub body: Bytes,
    until: Instant,
}

/// The answers.
#[derive(Debug, Default)]
pub struct Cache(Mutex<(HashMap<Vec<u8>, Kept>, usize)>);

/// All that makes a call what it is.
pub fn key(
    route: &str,
    method: &Method,
    target: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = headers
        .iter()
        .map(|(name, value)| [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"].concat())
        .collect();
    lines.sort();
    [
        route.as_bytes(),
        b" ",
        method.as_str().as_bytes(),
        b" ",
        target.as_bytes(),
        b"\n",
        &lines.concat(),
        b"\n",
        body,
    ]
    .concat()
}

impl Cache {
    /// An answer that still holds.
    pub fn get(&self, key: &[u8], now: Instant) -> Option<Kept> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.0.get(key).filter(|kept| kept.until > now).cloned()
    }

    /// Keeps an answer, if it is one to keep; others go when there are too many.
    pub fn put(
        &self,
        key: Vec<u8>,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        time: Duration,
        now: Instant,
    ) {
        let time = match status {
            StatusCode::OK => time,
            StatusCode::NOT_FOUND => time.min(NOT_FOUND),
            _ => return,
        };
        let size = key.len() + body.len() + 1024;
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (answers, used) = &mut *cache;
        if let Some(old) = answers.remove(&key) {
            *used -= key.len() + old.body.len() + 1024;
        }
        if *used + size > MOST {
            answers.retain(|_, kept| kept.until > now);
            *used = answers
                .iter()
                .map(|(key, kept)| key.len() + kept.body.len() + 1024)
                .sum();
        }
        while *used + size > MOST {
            let Some(first) = answers
                .iter()
                .min_by_key(|(_, kept)| kept.until)
                .map(|(key, _)| key.clone())
            else {
                return;
            };
            if let Some(old) = answers.remove(&first) {
                *used -= first.len() + old.body.len() + 1024;
            }
        }
        *used += size;
        answers.insert(
            key,
            Kept {
                status,
                headers,
                body,
                until: now + time,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_for_a_while() {
        let (cache, now) = (Cache::default(), Instant::now());
        let put = |key: &[u8], status: u16, seconds: u64| {
            cache.put(
                key.to_vec(),
                StatusCode::from_u16(status).expect("a status"),
                HeaderMap::new(),
                Bytes::from_static(b"x"),
                Duration::from_secs(seconds),
                now,
            );
        };
        let has =
            |key: &[u8], seconds: u64| cache.get(key, now + Duration::from_secs(seconds)).is_some();
        put(b"found", 200, 3600);
        put(b"not found", 404, 3600);
        put(b"failed", 500, 3600);
        assert_eq!(
            [
                has(b"found", 3599),
                has(b"found", 3600),
                has(b"not found", 599),
                has(b"not found", 600),
                has(b"failed", 0)
            ],
            [true, false, true, false, false]
        );
    }

    #[test]
    fn never_more_than_the_limit() {
        let (cache, now) = (Cache::default(), Instant::now());
        for index in 0..40u8 {
            cache.put(
                vec![index],
                StatusCode::OK,
                HeaderMap::new(),
                Bytes::from(vec![0; 4 << 20]),
                Duration::from_secs(60 + u64::from(index)),
                now,
            );
        }
        let guard = cache.0.lock().expect("the cache");
        let real: usize = guard
            .0
            .iter()
            .map(|(key, kept)| key.len() + kept.body.len() + 1024)
            .sum();
        assert!(
            guard.1 <= MOST
                && guard.1 == real
                && guard.0.contains_key(&vec![39])
                && !guard.0.contains_key(&vec![0])
        );
    }

    #[test]
    fn what_makes_two_calls_different() {
        let headers = |key: &'static str| {
            HeaderMap::from_iter([(
                hyper::header::AUTHORIZATION,
                hyper::header::HeaderValue::from_static(key),
            )])
        };
        let base = key("a", &Method::GET, "/x?y", &headers("one"), b"");
        for other in [
            key("b", &Method::GET, "/x?y", &headers("one"), b""),
            key("a", &Method::POST, "/x?y", &headers("one"), b""),
            key("a", &Method::GET, "/x?z", &headers("one"), b""),
            key("a", &Method::GET, "/x?y", &headers("two"), b""),
            key("a", &Method::GET, "/x?y", &headers("one"), b"z"),
        ] {
            assert_ne!(base, other);
        }
    }
}
