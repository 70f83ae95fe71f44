//! How Opus is coded, and what we ask of the peer's coder.

use crate::{Error, Result};

/// What Opus codes and decodes at, in Hz (RFC 6716 §2).
const RATES: [u32; 5] = [8000, 12_000, 16_000, 24_000, 48_000];
/// Bits per second Opus is made for (RFC 7587 §6.1, `maxaveragebitrate`).
const BIT_RATES: std::ops::RangeInclusive<u32> = 6000..=510_000;

/// Settings of Opus (RFC 6716), for an endpoint, an account or a call.
///
/// What the peer has to know of them is in our SDP (RFC 7587 §6.1), and the peer's wishes there are honoured: its `maxaveragebitrate` and
/// `maxplaybackrate` limit what we send, its `useinbandfec=1` is needed for FEC, `usedtx` and `cbr` turn ours on (`usedtx=0` turns it off).
///
/// ```
/// # use microsip_core::{EndpointConfig, OpusOptions};
/// let config = EndpointConfig::default().opus(OpusOptions::new().bit_rate(24_000).expected_loss(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpusOptions {
    /// Bits per second on average, 6,000 to 510,000: of what we send, and the most we ask the peer to send
    /// (`maxaveragebitrate`). `None`, the default, leaves it to Opus, with some more where `fec` is agreed: 19,000 or 25,000 at 16 kHz,
    /// 51,000 or 63,750 at 48 kHz.
    pub bit_rate: Option<u32>,
    /// How much work coding may be, 0 to 10; default 5. 10 costs about three times as much as 0. Not told to the peer.
    pub complexity: u8,
    /// Whether packets carry a coarse copy of the one before, from which a lost one is made good; default `true`. Says
    /// `useinbandfec=1`; sent to peers that say it as well, while the bit rate is enough for it (about 14,000 at 8 kHz, 21,000 at 16 kHz)
    /// and `expected_loss` is not 0.
    pub fec: bool,
    /// Loss in percent that the coder prepares for, 0 to 99; default 5. The more, the larger the copy, and the less a packet
    /// depends on those before. Not told to the peer.
    pub expected_loss: u8,
    /// Whether next to nothing is sent in silence (a packet every 400 ms); default `false`. Says `usedtx=1`.
    pub dtx: bool,
    /// Whether every packet is equally large; default `false`. Says `cbr=1`.
    pub cbr: bool,
    /// Whether we say `stereo=1`: that the peer may send two channels. The bridge has one, so the decoder makes one of them; we always
    /// send one (`sprop-stereo=0`). Default `false`, which saves the peer the bits.
    pub stereo: bool,
    /// The highest sample rate the peer need send, in Hz (`maxplaybackrate`): 8000, 12000, 16000, 24000 or 48000. We code and decode
    /// at it too. `None`, the default: what the bridge runs at, or the next one above, since nobody here hears more.
    pub max_playback_rate: Option<u32>,
}

impl Default for OpusOptions {
    fn default() -> Self {
        OpusOptions {
            bit_rate: None,
            complexity: 5,
            fec: true,
            expected_loss: 5,
            dtx: false,
            cbr: false,
            stereo: false,
            max_playback_rate: None,
        }
    }
}

impl OpusOptions {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the average bit rate, in bits per second.
    pub fn bit_rate(mut self, bits_per_second: u32) -> Self {
        self.bit_rate = Some(bits_per_second);
        self
    }

    /// Sets how much work coding may be, 0 to 10.
    pub fn complexity(mut self, complexity: u8) -> Self {
        self.complexity = complexity;
        self
    }

    /// Sets whether packets carry a copy of the one before.
    pub fn fec(mut self, yes: bool) -> Self {
        self.fec = yes;
        self
    }

    /// Sets the loss to prepare for, in percent.
    pub fn expected_loss(mut self, percent: u8) -> Self {
        self.expected_loss = percent;
        self
    }

    /// Sets whether next to nothing is sent in silence.
    pub fn dtx(mut self, yes: bool) -> Self {
        self.dtx = yes;
        self
    }

    /// Sets whether every packet is equally large.
    pub fn cbr(mut self, yes: bool) -> Self {
        self.cbr = yes;
        self
    }

    /// Sets whether the peer may send two channels.
    pub fn stereo(mut self, yes: bool) -> Self {
        self.stereo = yes;
        self
    }

    /// Sets the highest sample rate we play, in Hz.
    pub fn max_playback_rate(mut self, hz: u32) -> Self {
        self.max_playback_rate = Some(hz);
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        match (self.bit_rate, self.max_playback_rate) {
            (Some(rate), _) if !BIT_RATES.contains(&rate) => {
                bad(format!("opus.bit_rate of {rate} is not between 6000 and 510000 bit/s"))
            }
            (_, Some(rate)) if !RATES.contains(&rate) => bad(format!(
                "opus.max_playback_rate of {rate} is none of 8000, 12000, 16000, 24000 and 48000 Hz"
            )),
            _ if self.complexity > 10 => bad(format!(
                "opus.complexity of {} is not between 0 and 10",
                self.complexity
            )),
            _ if self.expected_loss > 99 => bad(format!(
                "opus.expected_loss of {} is not between 0 and 99 percent",
                self.expected_loss
            )),
            _ => Ok(()),
        }
    }

    /// What Opus runs at when the bridge runs at `bridge` Hz.
    fn rate(&self, bridge: u32) -> u32 {
        let enough = RATES.into_iter().find(|rate| *rate >= bridge).unwrap_or(48_000);
        self.max_playback_rate.unwrap_or(enough)
    }

    /// The parameters of our `a=fmtp` (RFC 7587 §6.1). PJMEDIA takes from the same list what our coder does.
    pub(crate) fn fmtp(&self, bridge: u32) -> Vec<(&'static str, String)> {
        let mut list = Vec::new();
        let rate = self.rate(bridge);
        if rate != 48_000 {
            list.push(("maxplaybackrate", rate.to_string()));
            list.push(("sprop-maxcapturerate", rate.to_string()));
        }
        if let Some(rate) = self.bit_rate {
            list.push(("maxaveragebitrate", rate.to_string()));
        }
        // Said though it is the default: PJMEDIA takes one channel only when told so.
        list.push(("stereo", u8::from(self.stereo).to_string()));
        list.push(("sprop-stereo", "0".to_owned()));
        for (name, on) in [("cbr", self.cbr), ("useinbandfec", self.fec), ("usedtx", self.dtx)] {
            if on {
                list.push((name, "1".to_owned()));
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(options: OpusOptions, bridge: u32) -> String {
        let list = options.fmtp(bridge);
        let parts: Vec<_> = list.iter().map(|(name, value)| format!("{name}={value}")).collect();
        parts.join(";")
    }

    #[test]
    fn the_format_says_what_the_peer_has_to_know() {
        assert_eq!(
            text(OpusOptions::new(), 48_000),
            "stereo=0;sprop-stereo=0;useinbandfec=1"
        );
        assert_eq!(
            text(
                OpusOptions::new()
                    .fec(false)
                    .bit_rate(24_000)
                    .dtx(true)
                    .cbr(true)
                    .stereo(true),
                16_000
            ),
            "maxplaybackrate=16000;sprop-maxcapturerate=16000;maxaveragebitrate=24000;stereo=1;sprop-stereo=0;cbr=1;usedtx=1"
        );
    }

    #[test]
    fn opus_runs_at_the_bridges_rate_or_the_next_above() {
        for (bridge, rate) in [
            (8000, 8000),
            (16_000, 16_000),
            (24_000, 24_000),
            (32_000, 48_000),
            (44_100, 48_000),
        ] {
            assert_eq!(OpusOptions::new().rate(bridge), rate);
        }
        assert_eq!(OpusOptions::new().max_playback_rate(12_000).rate(48_000), 12_000);
    }

    #[test]
    fn wrong_settings_are_named() {
        for (options, word) in [
            (OpusOptions::new().bit_rate(5999), "bit_rate"),
            (OpusOptions::new().bit_rate(510_001), "bit_rate"),
            (OpusOptions::new().complexity(11), "complexity"),
            (OpusOptions::new().expected_loss(100), "expected_loss"),
            (OpusOptions::new().max_playback_rate(44_100), "max_playback_rate"),
        ] {
            let error = options.check("t").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        OpusOptions::new()
            .bit_rate(6000)
            .complexity(10)
            .expected_loss(99)
            .check("t")
            .unwrap();
    }
}
