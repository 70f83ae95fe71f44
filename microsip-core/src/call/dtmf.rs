//! Sending DTMF, and what the peer has typed.

use std::collections::VecDeque;
use std::time::Duration;

use super::Call;
use crate::engine::Lane;
use crate::sip::{Digit, DtmfMethod, parse_keys};
use crate::{Error, Result};

/// How digits are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DtmfOptions {
    /// How they travel; default [`DtmfMethod::Auto`].
    pub method: DtmfMethod,
    /// How long each is held, 40 ms to 5 s; default 160 ms.
    pub duration: Duration,
    /// Silence between two of them, 40 ms to 5 s; default 100 ms.
    pub gap: Duration,
    /// How long a comma waits, 0 to 60 s; default 1 s.
    pub pause: Duration,
}

impl Default for DtmfOptions {
    fn default() -> Self {
        DtmfOptions {
            method: DtmfMethod::Auto,
            duration: Duration::from_millis(160),
            gap: Duration::from_millis(100),
            pause: Duration::from_secs(1),
        }
    }
}

impl DtmfOptions {
    /// Sets how they travel.
    pub fn method(mut self, method: DtmfMethod) -> Self {
        self.method = method;
        self
    }

    /// Sets how long each digit is held.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Sets the silence between two digits.
    pub fn gap(mut self, gap: Duration) -> Self {
        self.gap = gap;
        self
    }

    /// Sets how long a comma waits.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

impl Call {
    /// Sends DTMF digits one after the other, 160 ms each, by the way the peer understands; a comma waits for a second.
    ///
    /// Returns once they are queued behind those of earlier calls. At most 256 digits and pauses wait per call.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for anything but `0-9 * # A-D` and commas,
    /// [`WrongState`](crate::ErrorKind::WrongState) while no audio flows,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) when RTP events were asked for and the peer did not agree to
    /// `telephone-event`, [`LimitReached`](crate::ErrorKind::LimitReached) when too many digits wait,
    /// [`Gone`](crate::ErrorKind::Gone) after the call's end. A digit that fails later is an
    /// [`Event::DtmfFailed`](crate::Event::DtmfFailed).
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_send_dtmf")]
    pub fn send_dtmf(&self, digits: &str) -> Result<()> {
        self.send_dtmf_with(digits, DtmfOptions::default())
    }

    /// Like [`Call::send_dtmf`], with settings.
    ///
    /// # Errors
    /// As there, and [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a duration out of its range.
    pub fn send_dtmf_with(&self, digits: &str, options: DtmfOptions) -> Result<()> {
        const OP: &str = "dtmf";
        let keys = parse_keys(digits)?;
        for (what, value, low, high) in [
            ("duration", options.duration, 40, 5000),
            ("gap", options.gap, 40, 5000),
            ("pause", options.pause, 0, 60_000),
        ] {
            let ms = value.as_millis();
            if !(low..=high).contains(&ms) {
                return Err(Error::invalid(
                    OP,
                    format!("a {what} of {ms} ms is not between {low} and {high}"),
                ));
            }
        }
        let id = self.id();
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.call_send_dtmf(OP, id, &keys, options)
        })
    }

    /// Takes digits that the peer typed, whether anybody waited for them or not: as many of the oldest as `choose` says, which
    /// is shown all that nobody has taken yet, oldest first. So what is typed ahead of a question is not lost.
    ///
    /// The newest 256 are kept, also after the call's end. Each digit is here before its [`Event::Dtmf`](crate::Event::Dtmf)
    /// is told; `choose` must not call anything of this call.
    ///
    /// # Threads
    /// Any.
    pub fn take_digits(&self, choose: impl FnOnce(&[Digit]) -> usize) -> Vec<Digit> {
        let mut typed = self.typed();
        let count = choose(typed.make_contiguous()).min(typed.len());
        typed.drain(..count).collect()
    }

    /// The peer typed a digit.
    pub(crate) fn keep_digit(&self, digit: Digit) {
        let mut typed = self.typed();
        if typed.len() == KEPT {
            typed.pop_front();
        }
        typed.push_back(digit);
    }
}

/// Digits kept for those who ask late.
const KEPT: usize = 256;

/// Digits that nobody has taken yet.
pub(crate) type Typed = VecDeque<Digit>;
