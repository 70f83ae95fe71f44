//! Statistics as JSON. Names are stable and end in their unit; what is not known is null or left out as `docs/statistics.md` says.

use std::time::Duration;

use serde::{Serialize, Serializer};

use super::stats::{
    AudioLevel, BurstStats, DirectionStats, Jitter, JitterBufferStats, Quality, RoundTrip, StreamStats,
};
use super::xr::VoipMetrics;

/// Milliseconds with three digits: microseconds are all PJMEDIA has.
fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn digits(value: f64, count: i32) -> f64 {
    let scale = 10_f64.powi(count);
    (value * scale).round() / scale
}

#[derive(Serialize)]
struct Out {
    codec: Option<String>,
    payload_type: Option<u8>,
    packet_ms: f64,
    streams: u32,
    duration_ms: f64,
    sent: Direction,
    received: Direction,
    round_trip: Option<Times>,
    jitter_buffer: Buffer,
    xr: Xr,
    quality: Qualities,
    from_elsewhere: u64,
    unknown_payload: u64,
    srtp_failed: u64,
    srtp_replayed: u64,
}

#[derive(Serialize)]
struct Times {
    last_ms: f64,
    mean_ms: f64,
    min_ms: f64,
    max_ms: f64,
    samples: u64,
}

#[derive(Serialize)]
struct Direction {
    packets: u64,
    bytes: u64,
    expected: u64,
    lost: u64,
    loss_ratio: f64,
    discarded: u64,
    reordered: u64,
    duplicated: u64,
    reports: u64,
    jitter: Option<Times>,
    bursts: Option<Burst>,
    level: Option<Loudness>,
}

#[derive(Serialize)]
struct Burst {
    events: u64,
    longest: u64,
    density: f64,
    gap_density: f64,
    duration_ms: f64,
    gap_duration_ms: f64,
    ratio: f64,
}

#[derive(Serialize)]
struct Loudness {
    mean_dbov: f64,
    peak_dbov: f64,
    recent_dbov: f64,
    silent_ms: f64,
}

#[derive(Serialize)]
struct Buffer {
    frame_ms: f64,
    frames: u32,
    delay_ms: f64,
    delay_mean_ms: f64,
    delay_min_ms: f64,
    delay_max_ms: f64,
    prefetch_frames: u32,
    prefetch_min_frames: u32,
    prefetch_max_frames: u32,
    capacity_frames: u32,
    played: u64,
    lost: u64,
    empty: u64,
    late: u64,
    duplicated: u64,
    overflow: u64,
    shrunk: u64,
    unread: u64,
}

#[derive(Serialize)]
struct Xr {
    local: Option<Metrics>,
    remote: Option<Metrics>,
}

#[derive(Serialize)]
struct Metrics {
    loss_rate: f64,
    discard_rate: f64,
    burst_density: f64,
    gap_density: f64,
    burst_duration_ms: f64,
    gap_duration_ms: f64,
    round_trip_ms: f64,
    end_system_delay_ms: f64,
    signal_level_dbm0: Option<i8>,
    noise_level_dbm0: Option<i8>,
    echo_return_loss_db: Option<u8>,
    gmin: u8,
    r_factor: Option<u8>,
    external_r_factor: Option<u8>,
    mos_listening: Option<f64>,
    mos_conversational: Option<f64>,
    receiver_configuration: u8,
    jitter_buffer_nominal_ms: f64,
    jitter_buffer_maximum_ms: f64,
    jitter_buffer_absolute_maximum_ms: f64,
}

#[derive(Serialize)]
struct Qualities {
    received: Option<Worth>,
    sent: Option<Worth>,
}

#[derive(Serialize)]
struct Worth {
    band: &'static str,
    source: &'static str,
    r_factor: f64,
    mos_listening: f64,
    mos_conversational: f64,
    loss_percent: f64,
    burst_ratio: f64,
    delay_ms: f64,
}

impl StreamStats {
    /// All of it as a JSON object in one line, [`StreamStats::quality`] included. The names do not change; `docs/statistics.md`
    /// has a table of them with their units. `Serialize` writes the same.
    pub fn to_json(&self) -> String {
        // A struct of numbers and strings cannot fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for StreamStats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Out::from(self).serialize(serializer)
    }
}

impl From<&StreamStats> for Out {
    fn from(stats: &StreamStats) -> Out {
        let quality = stats.quality();
        Out {
            codec: stats.codec.as_ref().map(ToString::to_string),
            payload_type: stats.payload_type,
            packet_ms: ms(stats.packet_time),
            streams: stats.streams,
            duration_ms: ms(stats.duration),
            sent: (&stats.sent).into(),
            received: (&stats.received).into(),
            round_trip: stats.round_trip.map(Times::from),
            jitter_buffer: stats.jitter_buffer.into(),
            xr: Xr {
                local: stats.xr.local.map(Metrics::from),
                remote: stats.xr.remote.map(Metrics::from),
            },
            quality: Qualities {
                received: quality.received.map(Worth::from),
                sent: quality.sent.map(Worth::from),
            },
            from_elsewhere: stats.from_elsewhere,
            unknown_payload: stats.unknown_payload,
            srtp_failed: stats.srtp_failed,
            srtp_replayed: stats.srtp_replayed,
        }
    }
}

impl From<RoundTrip> for Times {
    fn from(t: RoundTrip) -> Times {
        Times {
            last_ms: ms(t.last),
            mean_ms: ms(t.mean),
            min_ms: ms(t.min),
            max_ms: ms(t.max),
            samples: t.samples,
        }
    }
}

impl From<Jitter> for Times {
    fn from(t: Jitter) -> Times {
        Times {
            last_ms: ms(t.last),
            mean_ms: ms(t.mean),
            min_ms: ms(t.min),
            max_ms: ms(t.max),
            samples: t.samples,
        }
    }
}

impl From<&DirectionStats> for Direction {
    fn from(d: &DirectionStats) -> Direction {
        Direction {
            packets: d.packets,
            bytes: d.bytes,
            expected: d.expected,
            lost: d.lost,
            loss_ratio: digits(d.loss_ratio(), 6),
            discarded: d.discarded,
            reordered: d.reordered,
            duplicated: d.duplicated,
            reports: d.reports,
            jitter: (d.jitter.samples > 0).then(|| d.jitter.into()),
            bursts: d.bursts.map(Burst::from),
            level: d.level.map(Loudness::from),
        }
    }
}

impl From<BurstStats> for Burst {
    fn from(b: BurstStats) -> Burst {
        Burst {
            events: b.events,
            longest: b.longest,
            density: digits(b.density, 6),
            gap_density: digits(b.gap_density, 6),
            duration_ms: ms(b.duration),
            gap_duration_ms: ms(b.gap_duration),
            ratio: digits(b.ratio, 3),
        }
    }
}

impl From<AudioLevel> for Loudness {
    fn from(l: AudioLevel) -> Loudness {
        Loudness {
            mean_dbov: digits(l.mean_dbov, 2),
            peak_dbov: digits(l.peak_dbov, 2),
            recent_dbov: digits(l.recent_dbov, 2),
            silent_ms: ms(l.silent_for),
        }
    }
}

impl From<JitterBufferStats> for Buffer {
    fn from(b: JitterBufferStats) -> Buffer {
        Buffer {
            frame_ms: ms(b.frame),
            frames: b.frames,
            delay_ms: ms(b.delay),
            delay_mean_ms: ms(b.delay_mean),
            delay_min_ms: ms(b.delay_min),
            delay_max_ms: ms(b.delay_max),
            prefetch_frames: b.prefetch,
            prefetch_min_frames: b.prefetch_min,
            prefetch_max_frames: b.prefetch_max,
            capacity_frames: b.capacity,
            played: b.played,
            lost: b.lost,
            empty: b.empty,
            late: b.late,
            duplicated: b.duplicated,
            overflow: b.overflow,
            shrunk: b.shrunk,
            unread: b.unread,
        }
    }
}

impl From<VoipMetrics> for Metrics {
    fn from(m: VoipMetrics) -> Metrics {
        Metrics {
            loss_rate: digits(m.loss_rate, 6),
            discard_rate: digits(m.discard_rate, 6),
            burst_density: digits(m.burst_density, 6),
            gap_density: digits(m.gap_density, 6),
            burst_duration_ms: ms(m.burst_duration),
            gap_duration_ms: ms(m.gap_duration),
            round_trip_ms: ms(m.round_trip),
            end_system_delay_ms: ms(m.end_system_delay),
            signal_level_dbm0: m.signal_level_dbm0,
            noise_level_dbm0: m.noise_level_dbm0,
            echo_return_loss_db: m.echo_return_loss_db,
            gmin: m.gmin,
            r_factor: m.r_factor,
            external_r_factor: m.external_r_factor,
            mos_listening: m.mos_listening,
            mos_conversational: m.mos_conversational,
            receiver_configuration: m.receiver_configuration,
            jitter_buffer_nominal_ms: ms(m.jitter_buffer_nominal),
            jitter_buffer_maximum_ms: ms(m.jitter_buffer_maximum),
            jitter_buffer_absolute_maximum_ms: ms(m.jitter_buffer_absolute_maximum),
        }
    }
}

impl From<Quality> for Worth {
    fn from(q: Quality) -> Worth {
        Worth {
            band: q.band.name(),
            source: q.source.name(),
            r_factor: digits(q.r_factor, 2),
            mos_listening: digits(q.mos_listening, 3),
            mos_conversational: digits(q.mos_conversational, 3),
            loss_percent: digits(q.loss_percent, 4),
            burst_ratio: digits(q.burst_ratio, 3),
            delay_ms: digits(q.delay_ms, 3),
        }
    }
}
