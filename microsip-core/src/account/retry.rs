//! When a registration that failed is tried again.

use std::time::Duration;

use crate::{Error, Result};

/// When a registration that failed is tried again: exponential back-off with jitter, as RFC 5626 §4.5 has it.
///
/// The pause after the n-th failure in a row (n from 1) lies between `(1 - jitter) · d` and `d`, where
/// `d = min(max, first · factorⁿ⁻¹)`; [`RetryPolicy::bounds`] computes both. A `Retry-After` of the server takes its place:
/// then the next try comes between that moment and `first` later. A success begins anew.
///
/// Tried again is what may pass: no answer in time, a lost connection or one that is refused, a name that does not resolve,
/// 408, 430, 480, 500, 502, 503, 504 and other 5xx but 501, 505 and 513, and whatever comes with `Retry-After`. Not tried
/// again is what will not: refused credentials (401 or 407 after an answer, 403), 404 and the rest of 4xx, 3xx, 6xx.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Longest pause after the first failure, 50 ms to 1 hour; default 1 s.
    pub first: Duration,
    /// Longest pause of all, `first` to 1 hour; default 30 s. A server that comes back is registered with within this
    /// time, when the request under way then is answered or given up.
    pub max: Duration,
    /// What the pause grows by with each failure, 1 to 10; default 2.
    pub factor: f64,
    /// The part of the pause that is left to chance, 0 to 1; default 0.5. Without it all accounts would come back to a
    /// server at the same moment.
    pub jitter: f64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            first: Duration::from_secs(1),
            max: Duration::from_secs(30),
            factor: 2.0,
            jitter: 0.5,
        }
    }
}

/// What a server may ask for with `Retry-After`, at most.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3600);

impl RetryPolicy {
    pub(crate) const SHORTEST: Duration = Duration::from_millis(50);

    /// From `first`, growing to `max`, with the default factor and jitter.
    pub fn new(first: Duration, max: Duration) -> RetryPolicy {
        RetryPolicy {
            first,
            max,
            ..RetryPolicy::default()
        }
    }

    /// Sets the part of the pause left to chance.
    pub fn jitter(mut self, jitter: f64) -> RetryPolicy {
        self.jitter = jitter;
        self
    }

    /// Sets what the pause grows by with each failure.
    pub fn factor(mut self, factor: f64) -> RetryPolicy {
        self.factor = factor;
        self
    }

    /// The shortest and the longest pause after this many failures in a row, from 1.
    pub fn bounds(&self, failures: u32) -> (Duration, Duration) {
        let power = i32::try_from(failures.max(1) - 1).unwrap_or(i32::MAX);
        let seconds = (self.first.as_secs_f64() * self.factor.powi(power)).min(self.max.as_secs_f64());
        let longest = Duration::from_secs_f64(seconds);
        (longest.mul_f64(1.0 - self.jitter), longest)
    }

    /// The pause after this many failures in a row; `chance` is between 0 and 1.
    pub(crate) fn pause(&self, failures: u32, asked: Option<Duration>, chance: f64) -> Duration {
        match asked {
            Some(asked) => asked.min(LONGEST_ASKED) + self.first.mul_f64(chance),
            None => {
                let (low, high) = self.bounds(failures);
                low + (high - low).mul_f64(chance)
            }
        }
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        const HOUR: Duration = Duration::from_secs(3600);
        let bad = |message: String| Err(Error::invalid(op, message));
        if self.first < RetryPolicy::SHORTEST || self.first > HOUR {
            return bad(format!(
                "retry.first of {:?} is not between 50 ms and 1 hour",
                self.first
            ));
        }
        if self.max < self.first || self.max > HOUR {
            return bad(format!(
                "the retry interval of {:?} (retry.max) is not between {:?} (retry.first) and 1 hour",
                self.max, self.first
            ));
        }
        if !(1.0..=10.0).contains(&self.factor) {
            return bad(format!("retry.factor of {} is not between 1 and 10", self.factor));
        }
        if !(0.0..=1.0).contains(&self.jitter) {
            return bad(format!("retry.jitter of {} is not between 0 and 1", self.jitter));
        }
        Ok(())
    }
}

/// Reads the value of `Retry-After` (RFC 3261 §20.33): seconds, perhaps a comment and parameters.
pub(crate) fn parse_retry_after(value: &str) -> Option<Duration> {
    let value = value.trim_start();
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    // More digits than a number has are a very long time.
    let seconds = match &value[..end] {
        "" => return None,
        digits => digits.parse().unwrap_or(u64::MAX),
    };
    Some(Duration::from_secs(seconds).min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_stay_within_their_bounds() {
        let policy = RetryPolicy::new(Duration::from_secs(1), Duration::from_secs(10));
        let longest: Vec<_> = (1..=6).map(|n| policy.bounds(n).1.as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 10, 10]);
        assert_eq!(policy.bounds(u32::MAX).1, policy.max);
        for chance in [0.0, 0.3, 1.0] {
            let pause = policy.pause(4, None, chance);
            assert!(pause >= Duration::from_secs(4) && pause <= Duration::from_secs(8));
        }
        let asked = Some(Duration::from_secs(7));
        assert_eq!(policy.pause(1, asked, 0.0), Duration::from_secs(7));
        assert_eq!(policy.pause(9, asked, 1.0), Duration::from_secs(8));
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        for (text, seconds) in [
            ("5", 5),
            ("18000;duration=3600", 18_000),
            (" 120 (I'm in a meeting)", 120),
            ("99999999999999999999999", 24 * 3600),
        ] {
            assert_eq!(parse_retry_after(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "soon", "-5"] {
            assert_eq!(parse_retry_after(text), None);
        }
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let base = RetryPolicy::default();
        for (policy, word) in [
            (
                RetryPolicy {
                    first: Duration::ZERO,
                    ..base
                },
                "retry.first",
            ),
            (
                RetryPolicy {
                    max: Duration::ZERO,
                    ..base
                },
                "retry.max",
            ),
            (base.factor(0.5), "retry.factor"),
            (base.factor(f64::NAN), "retry.factor"),
            (base.jitter(1.5), "retry.jitter"),
        ] {
            let error = policy.check("t").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        base.check("t").unwrap();
    }
}
