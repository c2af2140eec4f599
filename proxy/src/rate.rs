//! How often a service is asked: a bucket of calls for each route, which fills again as time goes by.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::table::Rate;

/// The buckets of all routes.
#[derive(Debug, Default)]
pub struct Buckets(Mutex<HashMap<String, (f64, Instant)>>);

impl Buckets {
    /// Takes a call out of a route's bucket.
    ///
    /// # Errors
    ///
    /// How long it takes until there is one.
    pub fn take(&self, route: &str, rate: Rate, now: Instant) -> Result<(), Duration> {
        let most = f64::from(rate.calls);
        let in_a_second = most / f64::from(rate.seconds);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, then) = buckets.entry(route.to_owned()).or_insert((most, now));
        *left =
            (*left + now.saturating_duration_since(*then).as_secs_f64() * in_a_second).min(most);
        *then = now;
        if *left >= 1.0 {
            *left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - *left) / in_a_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_a_minute() {
        let (buckets, rate, start) = (
            Buckets::default(),
            Rate {
                calls: 4,
                seconds: 60,
            },
            Instant::now(),
        );
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        for _ in 0..4 {
            assert!(buckets.take("a", rate, start).is_ok());
        }
        assert_eq!(buckets.take("a", rate, start), Err(Duration::from_secs(15)));
        assert!(
            buckets.take("b", rate, start).is_ok(),
            "another route has its own"
        );
        assert!(buckets.take("a", rate, at(15)).is_ok());
        assert!(buckets.take("a", rate, at(16)).is_err());
        for _ in 0..4 {
            assert!(buckets.take("a", rate, at(1000)).is_ok());
        }
        assert!(
            buckets.take("a", rate, at(1000)).is_err(),
            "no more than four at once"
        );
    }
}
