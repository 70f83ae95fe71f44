//! Packet counts and times of a stream (RFC 3550 §6.4).

use std::time::Duration;

/// One direction of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DirectionStats {
    /// RTP packets sent or received.
    pub packets: u64,
    /// Payload bytes.
    pub bytes: u64,
    /// Packets lost: missing from the sequence here, or as the peer's reports say for what we sent.
    pub lost: u64,
    /// Packets received too late or in excess and thrown away.
    pub discarded: u64,
    /// Packets received out of order.
    pub reordered: u64,
    /// Packets received twice.
    pub duplicated: u64,
    /// Mean interarrival jitter (RFC 3550 §6.4.1).
    pub jitter: Duration,
    /// Its largest value.
    pub jitter_max: Duration,
}

impl DirectionStats {
    /// Share of packets lost, 0.0 to 1.0.
    pub fn loss_ratio(&self) -> f64 {
        let all = self.packets + self.lost;
        if all == 0 { 0.0 } else { self.lost as f64 / all as f64 }
    }
}

/// Both directions of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StreamStats {
    /// What we sent, with loss and jitter as the peer reports them.
    pub sent: DirectionStats,
    /// What we received.
    pub received: DirectionStats,
    /// Mean round trip from RTCP; `None` until a report came back.
    pub round_trip: Option<Duration>,
}
