//! Cookies of services that keep sessions in them. A page can neither read nor set those of another site, so they stay here,
//! and the page has the name of a jar: random, for one route, and forgotten an hour after it was last used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::header::{HeaderMap, HeaderValue, SET_COOKIE};

/// How long a jar is kept without being used.
const UNUSED: Duration = Duration::from_secs(3600);
/// Jars at most; the one that was used longest ago goes first.
const MOST: usize = 1000;
/// Cookies in a jar, and bytes of one, at most.
const COOKIES: usize = 50;
const LONGEST: usize = 8192;

#[derive(Debug)]
struct Jar {
    route: String,
    cookies: Vec<(String, String)>,
    used: Instant,
}

/// All jars by name.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<HashMap<String, Jar>>);

impl Sessions {
    /// What `Cookie` says for a session of that route; `None` if there is no such session.
    pub fn cookie(&self, id: &str, route: &str, now: Instant) -> Option<HeaderValue> {
        let mut jars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jars.retain(|_, jar| now.saturating_duration_since(jar.used) < UNUSED);
        let jar = jars.get_mut(id).filter(|jar| jar.route == route)?;
        jar.used = now;
        let pairs: Vec<String> = jar
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut value = HeaderValue::from_str(&pairs.join("; ")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Takes the cookies of an answer into the session `id`, or a new one; its name, if there are cookies.
    pub fn keep(
        &self,
        id: Option<&str>,
        route: &str,
        answer: &HeaderMap,
        now: Instant,
    ) -> Option<String> {
        let set: Vec<(String, String, bool)> = answer
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| parse(value.to_str().ok()?))
            .collect();
        if set.is_empty() {
            return id.map(str::to_owned);
        }
        let mut jars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match id {
            Some(id) if jars.get(id).is_some_and(|jar| jar.route == route) => id.to_owned(),
            _ => random_id()?,
        };
        while jars.len() >= MOST && !jars.contains_key(&id) {
            let oldest = jars
                .iter()
                .min_by_key(|(_, jar)| jar.used)
                .map(|(id, _)| id.clone())?;
            jars.remove(&oldest);
        }
        let jar = jars.entry(id.clone()).or_insert_with(|| Jar {
            route: route.to_owned(),
            cookies: Vec::new(),
            used: now,
        });
        jar.used = now;
        for (name, value, gone) in set {
            jar.cookies.retain(|(known, _)| *known != name);
            if !gone && jar.cookies.len() < COOKIES {
                jar.cookies.push((name, value));
            }
        }
        Some(id)
    }
}

/// Name and value of `Set-Cookie`, and whether it takes the cookie away.
fn parse(text: &str) -> Option<(String, String, bool)> {
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.trim().split_once('=')?;
    if name.is_empty() || text.len() > LONGEST {
        return None;
    }
    let gone = parts.any(|attribute| {
        let (key, value) = attribute.trim().split_once('=').unwrap_or_default();
        key.eq_ignore_ascii_case("max-age")
            && value
                .trim()
                .parse::<i64>()
                .is_ok_and(|seconds| seconds <= 0)
            || key.eq_ignore_ascii_case("expires") && value.contains(" 1970 ")
    });
    Some((name.trim().into(), value.trim().into(), gone))
}

/// 128 random bits.
fn random_id() -> Option<String> {
    let mut bytes = [0u8; 16];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cookies: &[&str]) -> HeaderMap {
        cookies
            .iter()
            .map(|text| (SET_COOKIE, HeaderValue::from_str(text).expect("a header")))
            .collect()
    }

    #[test]
    fn a_session() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        assert_eq!(sessions.keep(None, "a", &HeaderMap::new(), now), None);
        let id = sessions
            .keep(None, "a", &answer(&["S=1; Path=/; HttpOnly", "T=x=y"]), now)
            .expect("a session");
        assert_eq!(id.len(), 32);
        assert_eq!(
            sessions.cookie(&id, "a", now).expect("cookies"),
            "S=1; T=x=y"
        );
        assert_eq!(
            sessions.keep(Some(&id), "a", &answer(&["S=2", "T=; Max-Age=0"]), now),
            Some(id.clone())
        );
        assert_eq!(sessions.cookie(&id, "a", now).expect("cookies"), "S=2");
        assert_eq!(sessions.cookie(&id, "b", now), None, "of another route");
        assert_eq!(sessions.cookie("x", "a", now), None);
        assert_ne!(
            sessions.keep(Some(&id), "b", &answer(&["S=3"]), now),
            Some(id.clone()),
            "another route gets its own"
        );
        assert!(
            sessions
                .cookie(&id, "a", now + Duration::from_secs(3599))
                .is_some()
        );
        assert!(
            sessions
                .cookie(&id, "a", now + Duration::from_secs(3599 + 3600))
                .is_none()
        );
    }

    #[test]
    fn limits() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let first = sessions
            .keep(None, "a", &answer(&["S=1"]), now)
            .expect("a session");
        for index in 1..=MOST as u64 {
            sessions.keep(
                None,
                "a",
                &answer(&["S=1"]),
                now + Duration::from_millis(index),
            );
        }
        assert_eq!(sessions.0.lock().expect("the jars").len(), MOST);
        assert!(sessions.cookie(&first, "a", now).is_none());
        let many: Vec<String> = (0..200).map(|index| format!("c{index}=1")).collect();
        let id = sessions
            .keep(
                None,
                "a",
                &answer(&many.iter().map(String::as_str).collect::<Vec<_>>()),
                now,
            )
            .expect("a session");
        assert_eq!(
            sessions
                .cookie(&id, "a", now)
                .expect("cookies")
                .to_str()
                .expect("text")
                .split("; ")
                .count(),
            COOKIES
        );
    }
}
