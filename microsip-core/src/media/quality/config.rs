//! What is done about quality.

use std::time::Duration;

use super::JitterBuffer;
use crate::{Error, Result};

/// How an endpoint buffers, reports and watches audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct QualityConfig {
    /// How packets wait; calls may have their own ([`CallOptions::jitter_buffer`](crate::CallOptions::jitter_buffer),
    /// [`AnswerOptions::jitter_buffer`](crate::AnswerOptions::jitter_buffer)).
    pub jitter_buffer: JitterBuffer,
    /// Whether extended reports (RTCP XR, RFC 3611) are offered by `a=rtcp-xr` and sent: receiver reference time, DLRR, statistics
    /// summary, VoIP metrics with R factor and MOS; default `false`. A peer that does not know them passes them over. Accounts and
    /// calls may have their own setting. Those received are read when they are on.
    pub rtcp_xr: bool,
    /// How often RTCP XR is sent, 1 s to 60 s; `None` for PJMEDIA's pauses, 5 to 13 s. They go with the usual reports, which come every
    /// 5 s, so less makes no difference before that.
    pub rtcp_xr_interval: Option<Duration>,
    /// How often each call with audio tells its statistics by [`Event::CallStats`](crate::Event::CallStats), 100 ms to 1 hour; `None`,
    /// the default, for never.
    pub stats_every: Option<Duration>,
    /// Whether calls are watched for audio that goes one way only: what is found is told by
    /// [`Event::AudioTrouble`](crate::Event::AudioTrouble), once per finding and call, when it has lasted so long, 1 s to 1 minute. `None`,
    /// the default, for no watch. While it is on, received audio is decoded even if nobody listens, or silence could not be told.
    pub watch_audio: Option<Duration>,
}

impl QualityConfig {
    /// The defaults.
    pub fn new() -> QualityConfig {
        QualityConfig::default()
    }

    /// Sets how packets wait.
    pub fn jitter_buffer(mut self, buffer: JitterBuffer) -> QualityConfig {
        self.jitter_buffer = buffer;
        self
    }

    /// Sets whether extended reports are sent.
    pub fn rtcp_xr(mut self, yes: bool) -> QualityConfig {
        self.rtcp_xr = yes;
        self
    }

    /// Sets how often extended reports are sent.
    pub fn rtcp_xr_interval(mut self, pause: Duration) -> QualityConfig {
        self.rtcp_xr_interval = Some(pause);
        self
    }

    /// Sets how often statistics are told.
    pub fn stats_every(mut self, pause: Duration) -> QualityConfig {
        self.stats_every = Some(pause);
        self
    }

    /// Watches calls for audio that goes one way, and tells what has lasted so long.
    pub fn watch_audio(mut self, patience: Duration) -> QualityConfig {
        self.watch_audio = Some(patience);
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        self.jitter_buffer.check(op)?;
        for (what, value, low, high) in [
            ("rtcp_xr_interval", self.rtcp_xr_interval, 1000, 60_000),
            ("stats_every", self.stats_every, 100, 3_600_000),
            ("watch_audio", self.watch_audio, 1000, 60_000),
        ] {
            let range = Duration::from_millis(low)..=Duration::from_millis(high);
            if let Some(value) = value.filter(|v| !range.contains(v)) {
                return Err(Error::invalid(
                    op,
                    format!(
                        "quality.{what} of {value:?} is not between {:?} and {:?}",
                        range.start(),
                        range.end()
                    ),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_name_the_setting() {
        let base = QualityConfig::new;
        let day = Duration::from_secs(86_400);
        for (config, word) in [
            (base().rtcp_xr_interval(day), "rtcp_xr_interval"),
            (base().stats_every(Duration::ZERO), "stats_every"),
            (base().stats_every(day), "stats_every"),
            (base().watch_audio(Duration::from_millis(999)), "watch_audio"),
            (base().jitter_buffer(JitterBuffer::fixed(day)), "jitter buffer"),
        ] {
            let error = config.check("start endpoint").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        base().check("start endpoint").unwrap();
    }
}
