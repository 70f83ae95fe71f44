//! How good a call's audio is.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::ToPy;
use crate::{event, snapshot};

snapshot!(core::Jitter as "Jitter" { last, mean, min, max, samples });
snapshot!(core::RoundTrip as "RoundTrip" { last, mean, min, max, samples });
snapshot!(core::AudioLevel as "AudioLevel" { mean_dbov, peak_dbov, recent_dbov, silent_for });
snapshot!(core::BurstStats as "BurstStats" {
    events, longest, density, gap_density, duration, gap_duration, ratio,
});
snapshot!(core::DirectionStats as "DirectionStats" {
    packets, bytes, expected, lost, discarded, reordered, duplicated, jitter, bursts, level, reports,
});
snapshot!(core::JitterBufferStats as "JitterBufferStats" {
    frame, frames, delay, delay_mean, delay_min, delay_max, prefetch, prefetch_min, prefetch_max, capacity, played, lost, empty,
    late, duplicated, overflow, shrunk, unread,
});
snapshot!(core::VoipMetrics as "VoipMetrics" {
    loss_rate, discard_rate, burst_density, gap_density, burst_duration, gap_duration, round_trip, end_system_delay,
    signal_level_dbm0, noise_level_dbm0, echo_return_loss_db, gmin, r_factor, external_r_factor, mos_listening,
    mos_conversational, receiver_configuration, jitter_buffer_nominal, jitter_buffer_maximum, jitter_buffer_absolute_maximum,
});
snapshot!(core::XrStats as "XrStats" { local, remote });
snapshot!(core::Quality as "Quality" {
    band, source, r_factor, mos_listening, mos_conversational, loss_percent, burst_ratio, delay_ms,
});
snapshot!(core::StreamQuality as "StreamQuality" { received, sent });
snapshot!(core::StreamStats as "StreamStats" {
    codec, payload_type, packet_time, streams, duration, sent, received, round_trip, jitter_buffer, xr, from_elsewhere,
    unknown_payload, srtp_failed, srtp_replayed,
    quality = |it| it.quality(),
    json = |it| it.to_json(),
});

impl ToPy for core::AudioFinding {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        use core::AudioFinding as It;
        let text = self.to_string();
        match self {
            It::NothingReceived { since } => event!(py, "NothingReceived" { text: text, since }),
            It::ReceptionStopped { since } => event!(py, "ReceptionStopped" { text: text, since }),
            It::NothingSent { since } => event!(py, "NothingSent" { text: text, since }),
            It::FromElsewhere { announced, actual } => event!(py, "FromElsewhere" { text: text, announced, actual }),
            It::PrivateAddressOfPeer { announced, reached } => {
                event!(py, "PrivateAddressOfPeer" { text: text, announced, reached })
            }
            It::PrivateAddressOfOurs { announced, peer } => {
                event!(py, "PrivateAddressOfOurs" { text: text, announced, peer })
            }
            It::OnlySilence { since, level_dbov } => event!(py, "OnlySilence" { text: text, since, level_dbov }),
            It::UnknownPayload { packets } => event!(py, "UnknownPayload" { text: text, packets }),
            It::SrtpFailed { packets } => event!(py, "SrtpFailed" { text: text, packets }),
            // Of a newer library than this module was written for.
            _ => event!(py, "AudioFinding" { text: text }),
        }
    }
}
