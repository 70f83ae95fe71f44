//! Extended reports of RTCP (RFC 3611).

use std::time::Duration;

/// Ours and the peer's VoIP metrics blocks (RFC 3611 §4.7). `None` until one was sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct XrStats {
    /// What we tell the peer about what it sends, as it would be told now.
    pub local: Option<VoipMetrics>,
    /// What the peer last told us about what we send.
    pub remote: Option<VoipMetrics>,
}

impl XrStats {
    /// These, or where there is none those.
    pub(crate) fn or(self, other: XrStats) -> XrStats {
        XrStats {
            local: self.local.or(other.local),
            remote: self.remote.or(other.remote),
        }
    }
}

/// A VoIP metrics block. What its sender does not know is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct VoipMetrics {
    /// Share of packets lost, 0.0 to 1.0 in steps of 1/256, as all shares here.
    pub loss_rate: f64,
    /// Share of packets thrown away by the jitter buffer.
    pub discard_rate: f64,
    /// Share of packets lost or thrown away within bursts.
    pub burst_density: f64,
    /// The same between bursts.
    pub gap_density: f64,
    /// Mean length of bursts.
    pub burst_duration: Duration,
    /// Mean length of gaps.
    pub gap_duration: Duration,
    /// The newest round trip; zero if it is not known.
    pub round_trip: Duration,
    /// Delay within the system that reports: coding, decoding, jitter buffer.
    pub end_system_delay: Duration,
    /// Voice against 0 dBm0, in dB.
    pub signal_level_dbm0: Option<i8>,
    /// Noise between words against 0 dBm0, in dB.
    pub noise_level_dbm0: Option<i8>,
    /// Residual echo return loss, in dB.
    pub echo_return_loss_db: Option<u8>,
    /// The least distance of losses that are not one burst, in packets.
    pub gmin: u8,
    /// R of this RTP session, 0 to 100.
    pub r_factor: Option<u8>,
    /// R of a network beyond it.
    pub external_r_factor: Option<u8>,
    /// MOS of a listener, 1.0 to 5.0.
    pub mos_listening: Option<f64>,
    /// MOS of a conversation.
    pub mos_conversational: Option<f64>,
    /// Receiver configuration, as it stands in the block: concealment, kind and rate of the jitter buffer (RFC 3611 §4.7.6).
    pub receiver_configuration: u8,
    /// Jitter buffer's delay now.
    pub jitter_buffer_nominal: Duration,
    /// What a packet would have if it came just in time.
    pub jitter_buffer_maximum: Duration,
    /// The most it can be.
    pub jitter_buffer_absolute_maximum: Duration,
}

/// The value that says "not known" (RFC 3611 §4.7.4, §4.7.5).
pub(crate) const UNKNOWN: u8 = 127;

/// MOS as a block has it: tenths, 10 to 50.
pub(crate) fn mos_of(value: u8) -> Option<f64> {
    (10..=50).contains(&value).then(|| f64::from(value) / 10.0)
}

/// R as a block has it.
pub(crate) fn r_of(value: u8) -> Option<u8> {
    (value <= 120).then_some(value)
}
