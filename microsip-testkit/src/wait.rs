//! Waiting with a deadline.

use std::time::{Duration, Instant};

use crate::{Error, Result};

/// A point in time after which waiting is given up. Copy it through a chain of steps that share one time budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    start: Instant,
    end: Instant,
}

impl Deadline {
    /// A deadline `after` from now.
    #[must_use]
    pub fn after(after: Duration) -> Self {
        let start = Instant::now();
        Self {
            start,
            end: start + after,
        }
    }

    /// A deadline `seconds` from now.
    #[must_use]
    pub fn secs(seconds: u64) -> Self {
        Self::after(Duration::from_secs(seconds))
    }

    /// Time left; zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Time since the deadline was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Whether it has passed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// The [`Error::Timeout`] for this deadline.
    #[must_use]
    pub fn error(&self, what: impl Into<String>, output: impl Into<String>) -> Error {
        Error::Timeout {
            what: what.into(),
            waited: self.elapsed(),
            output: output.into(),
        }
    }
}

impl From<Duration> for Deadline {
    fn from(after: Duration) -> Self {
        Self::after(after)
    }
}

/// Asks `check` every few milliseconds (1 ms at first, 20 ms at most) until it gives `Some`, and always once more at the end.
///
/// For state that has no event to wait for, such as a port being bound by another process.
///
/// # Errors
/// [`Error::Timeout`] naming `what`.
pub fn wait_until<T>(deadline: Deadline, what: &str, mut check: impl FnMut() -> Option<T>) -> Result<T> {
    let mut pause = Duration::from_millis(1);
    loop {
        let last = deadline.is_over();
        if let Some(value) = check() {
            return Ok(value);
        }
        if last {
            return Err(deadline.error(what, ""));
        }
        std::thread::sleep(pause.min(deadline.remaining()));
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
