//! Settings of the jitter buffer.

use std::time::Duration;

use crate::{Error, Result};

/// How a jitter buffer makes its delay shorter again after a bad time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum JitterDiscard {
    /// Not at all: it only grows.
    Never,
    /// A frame each 200 ms while twice as much waits as bursts call for.
    Slow,
    /// The more waits without need, the faster: within 2 s for short bursts, 10 s for long ones. The default.
    #[default]
    Progressive,
}

impl JitterDiscard {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            JitterDiscard::Never => "never",
            JitterDiscard::Slow => "slow",
            JitterDiscard::Progressive => "progressive",
        }
    }
}

/// How long packets wait so that late ones are in time (`pjmedia_jbuf`).
///
/// ```
/// # use microsip_core::JitterBuffer;
/// # use std::time::Duration;
/// let steady = JitterBuffer::fixed(Duration::from_millis(100));
/// let patient = JitterBuffer::adaptive().minimum(Duration::from_millis(60)).maximum(Duration::from_millis(400));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct JitterBuffer {
    /// What is waited for before the first frame is played, and again after it ran empty; zero plays at once and lets the
    /// delay come of itself. Default zero.
    pub initial: Duration,
    /// The least that is waited for when it adapts; default one frame.
    pub minimum: Option<Duration>,
    /// The most that is waited for when it adapts; default four fifths of the capacity.
    pub maximum: Option<Duration>,
    /// How much it can hold, 20 ms to 5 s: packets beyond push out the oldest. Default 500 ms.
    pub capacity: Duration,
    /// How the delay becomes shorter again.
    pub discard: JitterDiscard,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        JitterBuffer {
            initial: Duration::ZERO,
            minimum: None,
            maximum: None,
            capacity: Duration::from_millis(500),
            discard: JitterDiscard::default(),
        }
    }
}

impl JitterBuffer {
    /// One that adapts its delay to what comes; the default.
    pub fn adaptive() -> JitterBuffer {
        JitterBuffer::default()
    }

    /// One that waits for so much, always, and skips nothing. It holds five times as much, at least 500 ms.
    pub fn fixed(delay: Duration) -> JitterBuffer {
        JitterBuffer {
            initial: delay,
            minimum: Some(delay),
            maximum: Some(delay),
            capacity: delay.saturating_mul(5).clamp(Duration::from_millis(500), LARGEST),
            discard: JitterDiscard::Never,
        }
    }

    /// Sets what is waited for at first.
    pub fn initial(mut self, delay: Duration) -> JitterBuffer {
        self.initial = delay;
        self
    }

    /// Sets the least that is waited for.
    pub fn minimum(mut self, delay: Duration) -> JitterBuffer {
        self.minimum = Some(delay);
        self
    }

    /// Sets the most that is waited for.
    pub fn maximum(mut self, delay: Duration) -> JitterBuffer {
        self.maximum = Some(delay);
        self
    }

    /// Sets how much it can hold.
    pub fn capacity(mut self, delay: Duration) -> JitterBuffer {
        self.capacity = delay;
        self
    }

    /// Sets how the delay becomes shorter again.
    pub fn discard(mut self, how: JitterDiscard) -> JitterBuffer {
        self.discard = how;
        self
    }

    /// What [`JitterBuffer::maximum`] is when nothing was said, as PJMEDIA has it.
    fn longest(&self) -> Duration {
        self.maximum.unwrap_or(self.capacity * 4 / 5)
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        if !(SMALLEST..=LARGEST).contains(&self.capacity) {
            return bad(format!(
                "a jitter buffer's capacity of {:?} is not between {SMALLEST:?} and {LARGEST:?}",
                self.capacity
            ));
        }
        for (what, value) in [
            ("initial delay", Some(self.initial)),
            ("minimum", self.minimum),
            ("maximum", self.maximum),
        ] {
            if let Some(value) = value.filter(|v| *v > self.capacity) {
                return bad(format!(
                    "a jitter buffer's {what} of {value:?} is more than its capacity of {:?}; raise the capacity",
                    self.capacity
                ));
            }
        }
        if self.maximum.is_some_and(|d| d < FRAME) {
            return bad(format!(
                "a jitter buffer's maximum must be {FRAME:?} at least, one frame"
            ));
        }
        let least = self.minimum.unwrap_or_default().max(self.initial);
        if least > self.longest() {
            return bad(format!(
                "a jitter buffer cannot wait for {least:?} at first or at least and for {:?} at most",
                self.longest()
            ));
        }
        Ok(())
    }
}

const SMALLEST: Duration = Duration::from_millis(20);
const LARGEST: Duration = Duration::from_secs(5);
/// The longest frame of a codec we have: one of GSM, Speex or Opus.
const FRAME: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn settings_that_contradict_each_other_are_told() {
        let base = JitterBuffer::adaptive;
        for (buffer, word) in [
            (base().capacity(10 * MS), "capacity"),
            (base().capacity(6000 * MS), "capacity"),
            (base().initial(600 * MS), "initial delay"),
            (base().minimum(501 * MS), "minimum"),
            (base().maximum(501 * MS), "maximum"),
            (base().maximum(5 * MS), "maximum"),
            (base().minimum(200 * MS).maximum(100 * MS), "at most"),
            (base().initial(200 * MS).maximum(100 * MS), "at most"),
            // Four fifths of the capacity.
            (base().initial(450 * MS), "at most"),
            (JitterBuffer::fixed(6000 * MS), "initial delay"),
        ] {
            let error = buffer.check("start endpoint").unwrap_err();
            assert!(error.to_string().contains(word), "{buffer:?}: {error}");
            assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
        }
        for buffer in [
            base(),
            JitterBuffer::fixed(20 * MS),
            JitterBuffer::fixed(1000 * MS),
            base().capacity(20 * MS).maximum(20 * MS),
            base()
                .initial(60 * MS)
                .minimum(40 * MS)
                .maximum(200 * MS)
                .capacity(250 * MS),
        ] {
            buffer.check("start endpoint").unwrap();
        }
    }
}
