//! What was sent and received, how it arrived, and what it is worth.

use std::time::Duration;

use super::codecs::{Band, Source, lookup};
use super::emodel::{self, EModel};
use super::meter::{Bursts, LevelReading, dbov};
use super::xr::XrStats;
use crate::media::Codec;

/// Interarrival jitter (RFC 3550 §6.4.1). What we receive is measured from the 25th packet of a stream on, since the first ones are
/// late for the work of setting up; what we send, as the peer reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Jitter {
    /// The newest value.
    pub last: Duration,
    /// The mean.
    pub mean: Duration,
    /// The least.
    pub min: Duration,
    /// The largest.
    pub max: Duration,
    /// How many values there were; 0 while nothing is known.
    pub samples: u64,
}

/// The way there and back, from RTCP (RFC 3550 §6.4.1; RFC 3611 §4.5 where only one side sends).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RoundTrip {
    /// The newest value.
    pub last: Duration,
    /// The mean.
    pub mean: Duration,
    /// The least.
    pub min: Duration,
    /// The largest.
    pub max: Duration,
    /// How many values there were.
    pub samples: u64,
}

macro_rules! merge_times {
    ($type:ident) => {
        impl $type {
            /// All values of both; `newer` has the last one.
            fn then(self, newer: $type) -> $type {
                if self.samples == 0 {
                    return newer;
                }
                if newer.samples == 0 {
                    return self;
                }
                let samples = self.samples + newer.samples;
                let sum =
                    self.mean.as_secs_f64() * self.samples as f64 + newer.mean.as_secs_f64() * newer.samples as f64;
                $type {
                    last: newer.last,
                    mean: Duration::from_secs_f64(sum / samples as f64),
                    min: self.min.min(newer.min),
                    max: self.max.max(newer.max),
                    samples,
                }
            }
        }
    };
}
merge_times!(Jitter);
merge_times!(RoundTrip);

/// How loud audio is, in dBov (RFC 6465): 0 is a square wave of full scale, −3 a sine of full scale, speech some −20 to −35,
/// −96 nothing at all.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AudioLevel {
    /// The power of all of it.
    pub mean_dbov: f64,
    /// The largest sample; a sine of full scale has 0 here.
    pub peak_dbov: f64,
    /// The power of the last third of a second.
    pub recent_dbov: f64,
    /// How long nothing above −65 dBov was heard, up to now.
    pub silent_for: Duration,
    pub(crate) reading: LevelReading,
    pub(crate) rate: u32,
}

impl AudioLevel {
    /// `None` while there was no audio, or nobody listened.
    pub(crate) fn of(reading: LevelReading, rate: u32) -> Option<AudioLevel> {
        (reading.samples > 0).then(|| AudioLevel {
            mean_dbov: dbov(reading.mean_square()),
            peak_dbov: dbov(f64::from(reading.peak).powi(2)),
            recent_dbov: dbov(reading.recent),
            silent_for: reading.quiet_for(rate),
            reading,
            rate,
        })
    }

    fn then(self, newer: AudioLevel) -> Option<AudioLevel> {
        // In time and not in samples, since the rates may differ.
        let scale = f64::from(newer.rate.max(1)) / f64::from(self.rate.max(1));
        let quiet_all_along = newer.reading.quiet == newer.reading.samples;
        let reading = LevelReading {
            samples: newer.reading.samples + (self.reading.samples as f64 * scale) as u64,
            energy: newer.reading.energy + self.reading.energy * scale,
            peak: newer.reading.peak.max(self.reading.peak),
            recent: newer.reading.recent,
            quiet: newer.reading.quiet
                + if quiet_all_along {
                    (self.reading.quiet as f64 * scale) as u64
                } else {
                    0
                },
            last: newer.reading.last,
            voiced: newer.reading.voiced + (self.reading.voiced as f64 * scale) as u64,
            voiced_energy: newer.reading.voiced_energy + self.reading.voiced_energy * scale,
        };
        AudioLevel::of(reading, newer.rate)
    }
}

/// How losses are spread (RFC 3611 §4.7.2 with Gmin 16): a burst is a time with losses less than 16 packets apart, a gap the time
/// between bursts. What came too late to be played counts as lost here.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct BurstStats {
    /// How often one or more packets in a row were lost.
    pub events: u64,
    /// The most packets lost in a row.
    pub longest: u64,
    /// Share of packets lost within bursts, 0.0 to 1.0.
    pub density: f64,
    /// Share of packets lost outside of them.
    pub gap_density: f64,
    /// Mean length of a burst.
    pub duration: Duration,
    /// Mean length of a gap.
    pub gap_duration: Duration,
    /// BurstR of the E-model: 1 when losses are random or evenly spread, higher when they come together.
    pub ratio: f64,
    pub(crate) raw: Bursts,
    pub(crate) expected: u64,
    pub(crate) packet_time: Duration,
}

impl BurstStats {
    pub(crate) fn of(raw: Bursts, expected: u64, packet_time: Duration) -> BurstStats {
        let (density, gap_density) = raw.densities();
        let (burst, gap) = raw.lengths();
        BurstStats {
            events: raw.rows,
            longest: raw.longest,
            density,
            gap_density,
            duration: packet_time.mul_f64(burst),
            gap_duration: packet_time.mul_f64(gap),
            ratio: raw.ratio(expected),
            raw,
            expected,
            packet_time,
        }
    }

    fn then(self, newer: BurstStats) -> BurstStats {
        BurstStats::of(
            self.raw.plus(newer.raw),
            self.expected + newer.expected,
            newer.packet_time,
        )
    }
}

/// One direction of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct DirectionStats {
    /// RTP packets sent or received.
    pub packets: u64,
    /// Payload bytes, without headers of RTP, UDP and IP.
    pub bytes: u64,
    /// Packets that should have come, by their sequence numbers; for what we send, those sent.
    pub expected: u64,
    /// Packets lost. What we receive: missing from the sequence, whatever came twice. What we send: as the peer reports, who counts
    /// a packet that came twice as one found (RFC 3550 §6.4.1).
    pub lost: u64,
    /// Packets received that were of no use: too late, too many at once. See [`JitterBufferStats`].
    pub discarded: u64,
    /// Packets received after one that was sent later.
    pub reordered: u64,
    /// Packets received twice.
    pub duplicated: u64,
    /// Interarrival jitter.
    pub jitter: Jitter,
    /// How losses are spread; known of what we receive.
    pub bursts: Option<BurstStats>,
    /// How loud it is: what goes into the codec, what comes out of it. `None` of what is received while nothing here listens to it,
    /// for then it is not decoded.
    pub level: Option<AudioLevel>,
    /// RTCP reports about this direction: received of what we send, sent of what we receive.
    pub reports: u64,
    /// What the peer's newest report adds up to; those of one SSRC go on from stream to stream.
    pub(crate) lost_reported: u64,
}

impl DirectionStats {
    /// Share of packets lost, 0.0 to 1.0.
    pub fn loss_ratio(&self) -> f64 {
        if self.expected == 0 {
            0.0
        } else {
            (self.lost as f64 / self.expected as f64).min(1.0)
        }
    }

    fn then(self, newer: DirectionStats, lost: u64) -> DirectionStats {
        DirectionStats {
            packets: self.packets + newer.packets,
            bytes: self.bytes + newer.bytes,
            expected: self.expected + newer.expected,
            lost,
            discarded: self.discarded + newer.discarded,
            reordered: self.reordered + newer.reordered,
            duplicated: self.duplicated + newer.duplicated,
            jitter: self.jitter.then(newer.jitter),
            bursts: match (self.bursts, newer.bursts) {
                (Some(old), Some(new)) => Some(old.then(new)),
                (old, new) => new.or(old),
            },
            level: match (self.level, newer.level) {
                (Some(old), Some(new)) => old.then(new),
                (old, new) => new.or(old),
            },
            reports: self.reports + newer.reports,
            lost_reported: newer.lost_reported.max(self.lost_reported),
        }
    }
}

/// The jitter buffer (`pjmedia_jbuf`): packets wait there until it is their turn. It counts frames of the codec, which may be a half of
/// a packet (10 ms for G.711).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct JitterBufferStats {
    /// Length of a frame.
    pub frame: Duration,
    /// Frames that wait now.
    pub frames: u32,
    /// How long the newest of them will wait: frames × their length.
    pub delay: Duration,
    /// Mean delay so far.
    pub delay_mean: Duration,
    /// The least.
    pub delay_min: Duration,
    /// The largest.
    pub delay_max: Duration,
    /// Frames that are waited for before it plays on after it ran empty.
    pub prefetch: u32,
    /// The least and the most it will wait for.
    pub prefetch_min: u32,
    /// See `prefetch_min`.
    pub prefetch_max: u32,
    /// Frames it can hold.
    pub capacity: u32,
    /// Frames played.
    pub played: u64,
    /// Frames whose turn came and that were not there: concealed by the codec or by PJMEDIA.
    pub lost: u64,
    /// Times a frame was wanted and the buffer was empty or filling up: silence is heard, or concealment.
    pub empty: u64,
    /// Frames thrown away because their turn was over.
    pub late: u64,
    /// Frames thrown away because they were there already.
    pub duplicated: u64,
    /// Frames thrown away because the buffer was full.
    pub overflow: u64,
    /// Frames skipped so that the delay becomes shorter.
    pub shrunk: u64,
    /// Frames thrown away because nothing here listens: no player, recorder or other call. Nothing is wrong.
    pub unread: u64,
}

impl JitterBufferStats {
    /// Frames thrown away although somebody listened.
    pub fn discarded(&self) -> u64 {
        self.late + self.overflow + self.shrunk
    }

    fn then(self, newer: JitterBufferStats) -> JitterBufferStats {
        let (old, new) = (self.played as f64, newer.played as f64);
        let both = old + new;
        JitterBufferStats {
            delay_mean: if both > 0.0 {
                self.delay_mean.mul_f64(old / both) + newer.delay_mean.mul_f64(new / both)
            } else {
                newer.delay_mean
            },
            delay_min: match (self.played, newer.played) {
                (_, 0) => self.delay_min,
                (0, _) => newer.delay_min,
                _ => self.delay_min.min(newer.delay_min),
            },
            delay_max: self.delay_max.max(newer.delay_max),
            played: self.played + newer.played,
            lost: self.lost + newer.lost,
            empty: self.empty + newer.empty,
            late: self.late + newer.late,
            duplicated: self.duplicated + newer.duplicated,
            overflow: self.overflow + newer.overflow,
            shrunk: self.shrunk + newer.shrunk,
            unread: self.unread + newer.unread,
            ..newer
        }
    }
}

/// Everything known about a call's audio.
///
/// A re-INVITE may end a stream and begin another. What is told is the whole call: counts add up; minima and maxima are those of all
/// streams; means are weighted by how many values there were, levels by time; codec, jitter buffer's state and XR blocks are the newest
/// stream's. Of what we send, a peer's count of losses goes on over streams (our SSRC stays), so the larger is taken, and both together
/// when it began anew.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct StreamStats {
    /// The codec in use, or used last.
    pub codec: Option<Codec>,
    /// The RTP payload type we send it with.
    pub payload_type: Option<u8>,
    /// How long a packet of ours is.
    pub packet_time: Duration,
    /// How many streams the call has had so far.
    pub streams: u32,
    /// How long they have run together.
    pub duration: Duration,
    /// What we sent, with loss and jitter as the peer reports them.
    pub sent: DirectionStats,
    /// What we received.
    pub received: DirectionStats,
    /// The way there and back; `None` until a report came back.
    pub round_trip: Option<RoundTrip>,
    /// What the jitter buffer does.
    pub jitter_buffer: JitterBufferStats,
    /// Extended reports (RFC 3611), if they are on.
    pub xr: XrStats,
    /// Packets received from another address than the peer's SDP says.
    pub from_elsewhere: u64,
    /// Packets received with a payload type that was not agreed on; they are not heard.
    pub unknown_payload: u64,
    /// SRTP: packets thrown away for a wrong key or damage.
    pub srtp_failed: u64,
    /// SRTP: packets thrown away for having come before.
    pub srtp_replayed: u64,
}

impl StreamStats {
    /// This call's statistics with those of the stream that followed.
    pub(crate) fn then(&self, newer: &StreamStats) -> StreamStats {
        if self.streams == 0 {
            return newer.clone();
        }
        let (old, new) = (self.sent.lost_reported, newer.sent.lost_reported);
        let sent_lost = if newer.sent.reports == 0 {
            self.sent.lost
        } else if new >= old {
            self.sent.lost + (new - old)
        } else {
            self.sent.lost + new
        };
        StreamStats {
            codec: newer.codec.clone().or_else(|| self.codec.clone()),
            payload_type: newer.payload_type.or(self.payload_type),
            packet_time: newer.packet_time,
            streams: self.streams + newer.streams,
            duration: self.duration + newer.duration,
            sent: DirectionStats {
                lost_reported: if newer.sent.reports == 0 { old } else { new },
                ..self.sent.then(newer.sent, sent_lost)
            },
            received: self
                .received
                .then(newer.received, self.received.lost + newer.received.lost),
            round_trip: match (self.round_trip, newer.round_trip) {
                (Some(old), Some(new)) => Some(old.then(new)),
                (old, new) => new.or(old),
            },
            jitter_buffer: self.jitter_buffer.then(newer.jitter_buffer),
            xr: newer.xr.or(self.xr),
            from_elsewhere: self.from_elsewhere + newer.from_elsewhere,
            unknown_payload: self.unknown_payload + newer.unknown_payload,
            srtp_failed: self.srtp_failed + newer.srtp_failed,
            srtp_replayed: self.srtp_replayed + newer.srtp_replayed,
        }
    }

    /// What it is worth by the E-model, each way; see [`Quality`].
    pub fn quality(&self) -> StreamQuality {
        StreamQuality {
            received: self.received_quality(),
            sent: self.sent_quality(),
        }
    }

    fn received_quality(&self) -> Option<Quality> {
        let bursts = self.received.bursts.filter(|b| b.expected > 0)?;
        // Overflow throws frames away, of which a packet may have two.
        let frames = self.packet_time.as_secs_f64() / self.jitter_buffer.frame.as_secs_f64().max(0.001);
        let overflow = self.jitter_buffer.overflow as f64 / frames.max(1.0);
        let loss = 100.0 * (bursts.raw.bad as f64 + overflow) / bursts.expected as f64;
        let delay = self.network_delay() + self.jitter_buffer.delay_mean + self.packet_time;
        self.rate(loss, bursts.ratio, delay)
    }

    fn sent_quality(&self) -> Option<Quality> {
        if self.sent.reports == 0 || self.sent.packets == 0 {
            return None;
        }
        let (loss, buffer) = match self.xr.remote {
            Some(xr) => (100.0 * (xr.loss_rate + xr.discard_rate), xr.jitter_buffer_nominal),
            None => (100.0 * self.sent.loss_ratio(), self.sent.jitter.mean * 2),
        };
        self.rate(loss, 1.0, self.network_delay() + buffer + self.packet_time)
    }

    /// One way, taken as half of both.
    fn network_delay(&self) -> Duration {
        self.round_trip.map_or(Duration::ZERO, |trip| trip.mean / 2)
    }

    fn rate(&self, loss_percent: f64, burst_ratio: f64, delay: Duration) -> Option<Quality> {
        let codec = self.codec.as_ref()?;
        rate(
            &codec.name,
            codec.clock_rate,
            loss_percent,
            burst_ratio,
            delay.as_secs_f64() * 1000.0,
        )
    }
}

/// Each way's worth.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct StreamQuality {
    /// What we hear; `None` until packets came, and for codecs we have no numbers for.
    pub received: Option<Quality>,
    /// What the peer hears, from its reports; `None` until there is one.
    pub sent: Option<Quality>,
}

/// A call's worth by the E-model (ITU-T G.107, G.107.1; [`quality`](crate::quality) has the formula).
///
/// Loss is what was not played: lost on the way, too late, or too much for the jitter buffer. Delay is half a round trip, the mean delay
/// of the jitter buffer and one packet; of the peer's jitter buffer we know what its XR block says, else twice its jitter is taken. Echo,
/// noise and loudness are not known and taken as perfect, so this is what the network leaves, at best.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Quality {
    /// The scale: narrowband and wideband cannot be compared.
    pub band: Band,
    /// Where the codec's numbers come from.
    pub source: Source,
    /// R: up to 93.2 on the narrowband scale, up to 129 on the wideband one, not below 0.
    pub r_factor: f64,
    /// Mean opinion score of a listener, 1.0 to 4.5: delay does not count. On the wideband scale it is the MOS of a wideband test.
    pub mos_listening: f64,
    /// Mean opinion score of people who talk to each other, 1.0 to 4.5.
    pub mos_conversational: f64,
    /// Packets not played, in per cent.
    pub loss_percent: f64,
    /// BurstR: how much losses come together.
    pub burst_ratio: f64,
    /// One-way delay from mouth to ear that was used.
    pub delay_ms: f64,
}

/// Pure arithmetic: the media thread asks as well.
pub(crate) fn rate(
    codec: &str,
    clock_rate: u32,
    loss_percent: f64,
    burst_ratio: f64,
    delay_ms: f64,
) -> Option<Quality> {
    let rating = lookup(codec, clock_rate)?;
    let loss_percent = loss_percent.clamp(0.0, 100.0);
    let (r, r_listening, scale) = match rating.band {
        Band::Narrow => {
            let model = EModel::default()
                .codec(rating.impairment)
                .loss(loss_percent, burst_ratio);
            (model.delay(delay_ms).rating(), model.rating(), 1.0)
        }
        Band::Wide => {
            let r = |delay| emodel::wideband_rating(rating.impairment, loss_percent, burst_ratio, delay);
            (r(delay_ms), r(0.0), emodel::WIDEBAND_SCALE)
        }
    };
    Some(Quality {
        band: rating.band,
        source: rating.source,
        r_factor: r.max(0.0),
        mos_listening: emodel::mos(r_listening / scale),
        mos_conversational: emodel::mos(r / scale),
        loss_percent,
        burst_ratio,
        delay_ms,
    })
}

impl Quality {
    /// R on the scale 0 to 100, as RTCP XR wants it (RFC 3611 §4.7.5).
    pub(crate) fn r_of_hundred(&self) -> f64 {
        match self.band {
            Band::Narrow => self.r_factor.clamp(0.0, 100.0),
            Band::Wide => (self.r_factor / emodel::WIDEBAND_SCALE).clamp(0.0, 100.0),
        }
    }
}
