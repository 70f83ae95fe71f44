//! Codecs of an endpoint, and the rate of its bridge.

use std::time::Duration;

use super::{Endpoint, EndpointConfig};
use crate::engine::Lane;
use crate::media::{BRIDGE_RATES, CodecInfo, OpusOptions, bridge_rate, check_built, check_parts, parse_list};
use crate::{Error, Result};

impl EndpointConfig {
    /// Sets the codecs from a list such as `"PCMA/8000/1 PCMU/8000/1"` (MicroSIP's `audioCodecs`), in order. What is left out of a name
    /// gets its usual value: `opus`, `G722` and `speex` will do.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed list. Codecs this build lacks are refused
    /// by [`Endpoint::start`](crate::Endpoint::start).
    pub fn codecs(mut self, list: &str) -> Result<Self> {
        self.codecs = parse_list(list)?;
        Ok(self)
    }

    /// Sets how Opus is used; accounts and calls may have settings of their own.
    pub fn opus(mut self, options: OpusOptions) -> Self {
        self.opus = options;
        self
    }

    /// Sets how much audio a packet holds, 10 to 120 ms.
    pub fn ptime(mut self, time: Duration) -> Self {
        self.ptime = Some(time);
        self
    }

    /// Sets whether answers follow our order of codecs (MicroSIP's `forceCodec`).
    pub fn prefer_own_codecs(mut self, yes: bool) -> Self {
        self.prefer_own_codecs = yes;
        self
    }

    /// Sets whether lost packets are concealed.
    pub fn concealment(mut self, yes: bool) -> Self {
        self.concealment = yes;
        self
    }

    /// Sets the bridge's sample rate in Hz: 8000, 16000, 24000, 32000, 44100 or 48000.
    pub fn bridge_rate(mut self, hz: u32) -> Self {
        self.bridge_rate = Some(hz);
        self
    }

    /// What the bridge runs at.
    pub(crate) fn clock_rate(&self) -> u32 {
        self.bridge_rate.unwrap_or_else(|| bridge_rate(&self.codecs))
    }

    pub(super) fn check_codecs(&self, op: &'static str) -> Result<()> {
        check_built(op, &self.codecs)?;
        check_parts(op, None, Some(&self.opus), self.ptime)?;
        match self.bridge_rate {
            Some(rate) if !BRIDGE_RATES.contains(&rate) => Err(Error::invalid(
                op,
                format!("a bridge_rate of {rate} is none of 8000, 16000, 24000, 32000, 44100 and 48000 Hz"),
            )),
            _ => Ok(()),
        }
    }
}

impl Endpoint {
    /// Every codec of this build as the endpoint has it: those that are enabled first, in their order.
    ///
    /// # Errors
    /// [`NotRunning`](crate::ErrorKind::NotRunning) after close.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_enum_codecs")]
    pub fn codecs(&self) -> Result<Vec<CodecInfo>> {
        self.shared
            .run("list codecs", Lane::Normal, |engine| Ok(engine.codec_list()))
    }
}
