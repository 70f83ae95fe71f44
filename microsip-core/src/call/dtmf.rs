//! Sending DTMF.

use std::time::Duration;

use super::Call;
use crate::engine::Lane;
use crate::sip::{DtmfMethod, parse_digits};
use crate::{Error, Result};

/// How digits are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DtmfOptions {
    /// How they travel; default [`DtmfMethod::RtpEvent`].
    pub method: DtmfMethod,
    /// How long each is held, 40 ms to 5 s; default 160 ms.
    pub duration: Duration,
}

impl Default for DtmfOptions {
    fn default() -> Self {
        DtmfOptions {
            method: DtmfMethod::RtpEvent,
            duration: Duration::from_millis(160),
        }
    }
}

impl DtmfOptions {
    /// Sets how long each digit is held.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }
}

impl Call {
    /// Sends DTMF digits as RTP events (RFC 4733), one after the other, 160 ms each.
    ///
    /// Returns once they are queued. At most 32 digits wait in a call's queue.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for anything but `0-9 * # A-D`,
    /// [`WrongState`](crate::ErrorKind::WrongState) while no audio flows,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) when the peer did not agree to `telephone-event`,
    /// [`LimitReached`](crate::ErrorKind::LimitReached) when too many digits wait,
    /// [`Gone`](crate::ErrorKind::Gone) after the call's end.
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
    /// As there, and [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a duration outside 40 ms to 5 s.
    pub fn send_dtmf_with(&self, digits: &str, options: DtmfOptions) -> Result<()> {
        const OP: &str = "dtmf";
        let digits = parse_digits(digits)?;
        let ms = options.duration.as_millis();
        if !(40..=5000).contains(&ms) {
            return Err(Error::invalid(
                OP,
                format!("a duration of {ms} ms is not between 40 and 5000"),
            ));
        }
        let id = self.id();
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.call_send_dtmf(OP, id, &digits, ms as u32)
        })
    }
}
