//! Where each number of statistics is.

use std::ffi::{CStr, c_char};
use std::time::Duration;

use microsip_core::StreamStats;

use super::{microsip_stat_e, microsip_stat_t, microsip_stats_t};
use crate::base::{Fault, Out, Outcome, get, guard};
use crate::status::{microsip_status_e, microsip_status_t};

struct Number {
    /// As in JSON, objects parted by dots.
    name: &'static CStr,
    read: fn(&StreamStats) -> Option<f64>,
}

/// In the order of the enum.
#[rustfmt::skip]
const NUMBERS: &[(microsip_stat_e, Number)] = &[
    (microsip_stat_e::MICROSIP_STAT_PAYLOAD_TYPE, Number { name: c"payload_type", read: |s| s.payload_type.map(f64::from) }),
    (microsip_stat_e::MICROSIP_STAT_PACKET_MS, Number { name: c"packet_ms", read: |s| Some(ms(s.packet_time)) }),
    (microsip_stat_e::MICROSIP_STAT_STREAMS, Number { name: c"streams", read: |s| Some(s.streams.into()) }),
    (microsip_stat_e::MICROSIP_STAT_DURATION_MS, Number { name: c"duration_ms", read: |s| Some(ms(s.duration)) }),
    (microsip_stat_e::MICROSIP_STAT_FROM_ELSEWHERE, Number { name: c"from_elsewhere", read: |s| Some(count(s.from_elsewhere)) }),
    (microsip_stat_e::MICROSIP_STAT_UNKNOWN_PAYLOAD, Number { name: c"unknown_payload", read: |s| Some(count(s.unknown_payload)) }),
    (microsip_stat_e::MICROSIP_STAT_SRTP_FAILED, Number { name: c"srtp_failed", read: |s| Some(count(s.srtp_failed)) }),
    (microsip_stat_e::MICROSIP_STAT_SRTP_REPLAYED, Number { name: c"srtp_replayed", read: |s| Some(count(s.srtp_replayed)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_PACKETS, Number { name: c"sent.packets", read: |s| Some(count(s.sent.packets)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_BYTES, Number { name: c"sent.bytes", read: |s| Some(count(s.sent.bytes)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_EXPECTED, Number { name: c"sent.expected", read: |s| Some(count(s.sent.expected)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LOST, Number { name: c"sent.lost", read: |s| Some(count(s.sent.lost)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LOSS_RATIO, Number { name: c"sent.loss_ratio", read: |s| Some(s.sent.loss_ratio()) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_DISCARDED, Number { name: c"sent.discarded", read: |s| Some(count(s.sent.discarded)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_REORDERED, Number { name: c"sent.reordered", read: |s| Some(count(s.sent.reordered)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_DUPLICATED, Number { name: c"sent.duplicated", read: |s| Some(count(s.sent.duplicated)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_REPORTS, Number { name: c"sent.reports", read: |s| Some(count(s.sent.reports)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_JITTER_LAST_MS, Number { name: c"sent.jitter.last_ms", read: |s| known(s.sent.jitter.samples, s.sent.jitter.last) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_JITTER_MEAN_MS, Number { name: c"sent.jitter.mean_ms", read: |s| known(s.sent.jitter.samples, s.sent.jitter.mean) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_JITTER_MIN_MS, Number { name: c"sent.jitter.min_ms", read: |s| known(s.sent.jitter.samples, s.sent.jitter.min) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_JITTER_MAX_MS, Number { name: c"sent.jitter.max_ms", read: |s| known(s.sent.jitter.samples, s.sent.jitter.max) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_JITTER_SAMPLES, Number { name: c"sent.jitter.samples", read: |s| Some(count(s.sent.jitter.samples)) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LEVEL_MEAN_DBOV, Number { name: c"sent.level.mean_dbov", read: |s| s.sent.level.map(|l| l.mean_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LEVEL_PEAK_DBOV, Number { name: c"sent.level.peak_dbov", read: |s| s.sent.level.map(|l| l.peak_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LEVEL_RECENT_DBOV, Number { name: c"sent.level.recent_dbov", read: |s| s.sent.level.map(|l| l.recent_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_SENT_LEVEL_SILENT_MS, Number { name: c"sent.level.silent_ms", read: |s| s.sent.level.map(|l| ms(l.silent_for)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_PACKETS, Number { name: c"received.packets", read: |s| Some(count(s.received.packets)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BYTES, Number { name: c"received.bytes", read: |s| Some(count(s.received.bytes)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_EXPECTED, Number { name: c"received.expected", read: |s| Some(count(s.received.expected)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LOST, Number { name: c"received.lost", read: |s| Some(count(s.received.lost)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LOSS_RATIO, Number { name: c"received.loss_ratio", read: |s| Some(s.received.loss_ratio()) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_DISCARDED, Number { name: c"received.discarded", read: |s| Some(count(s.received.discarded)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_REORDERED, Number { name: c"received.reordered", read: |s| Some(count(s.received.reordered)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_DUPLICATED, Number { name: c"received.duplicated", read: |s| Some(count(s.received.duplicated)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_REPORTS, Number { name: c"received.reports", read: |s| Some(count(s.received.reports)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_JITTER_LAST_MS, Number { name: c"received.jitter.last_ms", read: |s| known(s.received.jitter.samples, s.received.jitter.last) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_JITTER_MEAN_MS, Number { name: c"received.jitter.mean_ms", read: |s| known(s.received.jitter.samples, s.received.jitter.mean) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_JITTER_MIN_MS, Number { name: c"received.jitter.min_ms", read: |s| known(s.received.jitter.samples, s.received.jitter.min) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_JITTER_MAX_MS, Number { name: c"received.jitter.max_ms", read: |s| known(s.received.jitter.samples, s.received.jitter.max) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_JITTER_SAMPLES, Number { name: c"received.jitter.samples", read: |s| Some(count(s.received.jitter.samples)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_EVENTS, Number { name: c"received.bursts.events", read: |s| s.received.bursts.map(|b| count(b.events)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_LONGEST, Number { name: c"received.bursts.longest", read: |s| s.received.bursts.map(|b| count(b.longest)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_DENSITY, Number { name: c"received.bursts.density", read: |s| s.received.bursts.map(|b| b.density) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_GAP_DENSITY, Number { name: c"received.bursts.gap_density", read: |s| s.received.bursts.map(|b| b.gap_density) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_DURATION_MS, Number { name: c"received.bursts.duration_ms", read: |s| s.received.bursts.map(|b| ms(b.duration)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_GAP_DURATION_MS, Number { name: c"received.bursts.gap_duration_ms", read: |s| s.received.bursts.map(|b| ms(b.gap_duration)) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_BURSTS_RATIO, Number { name: c"received.bursts.ratio", read: |s| s.received.bursts.map(|b| b.ratio) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LEVEL_MEAN_DBOV, Number { name: c"received.level.mean_dbov", read: |s| s.received.level.map(|l| l.mean_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LEVEL_PEAK_DBOV, Number { name: c"received.level.peak_dbov", read: |s| s.received.level.map(|l| l.peak_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LEVEL_RECENT_DBOV, Number { name: c"received.level.recent_dbov", read: |s| s.received.level.map(|l| l.recent_dbov) }),
    (microsip_stat_e::MICROSIP_STAT_RECEIVED_LEVEL_SILENT_MS, Number { name: c"received.level.silent_ms", read: |s| s.received.level.map(|l| ms(l.silent_for)) }),
    (microsip_stat_e::MICROSIP_STAT_ROUND_TRIP_LAST_MS, Number { name: c"round_trip.last_ms", read: |s| s.round_trip.map(|r| ms(r.last)) }),
    (microsip_stat_e::MICROSIP_STAT_ROUND_TRIP_MEAN_MS, Number { name: c"round_trip.mean_ms", read: |s| s.round_trip.map(|r| ms(r.mean)) }),
    (microsip_stat_e::MICROSIP_STAT_ROUND_TRIP_MIN_MS, Number { name: c"round_trip.min_ms", read: |s| s.round_trip.map(|r| ms(r.min)) }),
    (microsip_stat_e::MICROSIP_STAT_ROUND_TRIP_MAX_MS, Number { name: c"round_trip.max_ms", read: |s| s.round_trip.map(|r| ms(r.max)) }),
    (microsip_stat_e::MICROSIP_STAT_ROUND_TRIP_SAMPLES, Number { name: c"round_trip.samples", read: |s| s.round_trip.map(|r| count(r.samples)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_FRAME_MS, Number { name: c"jitter_buffer.frame_ms", read: |s| Some(ms(s.jitter_buffer.frame)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_FRAMES, Number { name: c"jitter_buffer.frames", read: |s| Some(s.jitter_buffer.frames.into()) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DELAY_MS, Number { name: c"jitter_buffer.delay_ms", read: |s| Some(ms(s.jitter_buffer.delay)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DELAY_MEAN_MS, Number { name: c"jitter_buffer.delay_mean_ms", read: |s| Some(ms(s.jitter_buffer.delay_mean)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DELAY_MIN_MS, Number { name: c"jitter_buffer.delay_min_ms", read: |s| Some(ms(s.jitter_buffer.delay_min)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DELAY_MAX_MS, Number { name: c"jitter_buffer.delay_max_ms", read: |s| Some(ms(s.jitter_buffer.delay_max)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_PREFETCH_FRAMES, Number { name: c"jitter_buffer.prefetch_frames", read: |s| Some(s.jitter_buffer.prefetch.into()) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MIN_FRAMES, Number { name: c"jitter_buffer.prefetch_min_frames", read: |s| Some(s.jitter_buffer.prefetch_min.into()) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_PREFETCH_MAX_FRAMES, Number { name: c"jitter_buffer.prefetch_max_frames", read: |s| Some(s.jitter_buffer.prefetch_max.into()) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_CAPACITY_FRAMES, Number { name: c"jitter_buffer.capacity_frames", read: |s| Some(s.jitter_buffer.capacity.into()) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_PLAYED, Number { name: c"jitter_buffer.played", read: |s| Some(count(s.jitter_buffer.played)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_LOST, Number { name: c"jitter_buffer.lost", read: |s| Some(count(s.jitter_buffer.lost)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_EMPTY, Number { name: c"jitter_buffer.empty", read: |s| Some(count(s.jitter_buffer.empty)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_LATE, Number { name: c"jitter_buffer.late", read: |s| Some(count(s.jitter_buffer.late)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DUPLICATED, Number { name: c"jitter_buffer.duplicated", read: |s| Some(count(s.jitter_buffer.duplicated)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_OVERFLOW, Number { name: c"jitter_buffer.overflow", read: |s| Some(count(s.jitter_buffer.overflow)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_SHRUNK, Number { name: c"jitter_buffer.shrunk", read: |s| Some(count(s.jitter_buffer.shrunk)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_UNREAD, Number { name: c"jitter_buffer.unread", read: |s| Some(count(s.jitter_buffer.unread)) }),
    (microsip_stat_e::MICROSIP_STAT_JITTER_BUFFER_DISCARDED, Number { name: c"jitter_buffer.discarded", read: |s| Some(count(s.jitter_buffer.discarded())) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_R_FACTOR, Number { name: c"quality.received.r_factor", read: |s| s.quality().received.map(|q| q.r_factor) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_MOS_LISTENING, Number { name: c"quality.received.mos_listening", read: |s| s.quality().received.map(|q| q.mos_listening) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_MOS_CONVERSATIONAL, Number { name: c"quality.received.mos_conversational", read: |s| s.quality().received.map(|q| q.mos_conversational) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_LOSS_PERCENT, Number { name: c"quality.received.loss_percent", read: |s| s.quality().received.map(|q| q.loss_percent) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_BURST_RATIO, Number { name: c"quality.received.burst_ratio", read: |s| s.quality().received.map(|q| q.burst_ratio) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_RECEIVED_DELAY_MS, Number { name: c"quality.received.delay_ms", read: |s| s.quality().received.map(|q| q.delay_ms) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_R_FACTOR, Number { name: c"quality.sent.r_factor", read: |s| s.quality().sent.map(|q| q.r_factor) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_MOS_LISTENING, Number { name: c"quality.sent.mos_listening", read: |s| s.quality().sent.map(|q| q.mos_listening) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_MOS_CONVERSATIONAL, Number { name: c"quality.sent.mos_conversational", read: |s| s.quality().sent.map(|q| q.mos_conversational) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_LOSS_PERCENT, Number { name: c"quality.sent.loss_percent", read: |s| s.quality().sent.map(|q| q.loss_percent) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_BURST_RATIO, Number { name: c"quality.sent.burst_ratio", read: |s| s.quality().sent.map(|q| q.burst_ratio) }),
    (microsip_stat_e::MICROSIP_STAT_QUALITY_SENT_DELAY_MS, Number { name: c"quality.sent.delay_ms", read: |s| s.quality().sent.map(|q| q.delay_ms) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_LOSS_RATE, Number { name: c"xr.local.loss_rate", read: |s| s.xr.local.map(|x| x.loss_rate) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_DISCARD_RATE, Number { name: c"xr.local.discard_rate", read: |s| s.xr.local.map(|x| x.discard_rate) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_BURST_DENSITY, Number { name: c"xr.local.burst_density", read: |s| s.xr.local.map(|x| x.burst_density) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_GAP_DENSITY, Number { name: c"xr.local.gap_density", read: |s| s.xr.local.map(|x| x.gap_density) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_BURST_DURATION_MS, Number { name: c"xr.local.burst_duration_ms", read: |s| s.xr.local.map(|x| ms(x.burst_duration)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_GAP_DURATION_MS, Number { name: c"xr.local.gap_duration_ms", read: |s| s.xr.local.map(|x| ms(x.gap_duration)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_ROUND_TRIP_MS, Number { name: c"xr.local.round_trip_ms", read: |s| s.xr.local.map(|x| ms(x.round_trip)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_END_SYSTEM_DELAY_MS, Number { name: c"xr.local.end_system_delay_ms", read: |s| s.xr.local.map(|x| ms(x.end_system_delay)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_SIGNAL_LEVEL_DBM0, Number { name: c"xr.local.signal_level_dbm0", read: |s| s.xr.local.and_then(|x| x.signal_level_dbm0.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_NOISE_LEVEL_DBM0, Number { name: c"xr.local.noise_level_dbm0", read: |s| s.xr.local.and_then(|x| x.noise_level_dbm0.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_ECHO_RETURN_LOSS_DB, Number { name: c"xr.local.echo_return_loss_db", read: |s| s.xr.local.and_then(|x| x.echo_return_loss_db.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_GMIN, Number { name: c"xr.local.gmin", read: |s| s.xr.local.map(|x| x.gmin.into()) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_R_FACTOR, Number { name: c"xr.local.r_factor", read: |s| s.xr.local.and_then(|x| x.r_factor.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_EXTERNAL_R_FACTOR, Number { name: c"xr.local.external_r_factor", read: |s| s.xr.local.and_then(|x| x.external_r_factor.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_MOS_LISTENING, Number { name: c"xr.local.mos_listening", read: |s| s.xr.local.and_then(|x| x.mos_listening) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_MOS_CONVERSATIONAL, Number { name: c"xr.local.mos_conversational", read: |s| s.xr.local.and_then(|x| x.mos_conversational) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_RECEIVER_CONFIGURATION, Number { name: c"xr.local.receiver_configuration", read: |s| s.xr.local.map(|x| x.receiver_configuration.into()) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_NOMINAL_MS, Number { name: c"xr.local.jitter_buffer_nominal_ms", read: |s| s.xr.local.map(|x| ms(x.jitter_buffer_nominal)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_MAXIMUM_MS, Number { name: c"xr.local.jitter_buffer_maximum_ms", read: |s| s.xr.local.map(|x| ms(x.jitter_buffer_maximum)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_LOCAL_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS, Number { name: c"xr.local.jitter_buffer_absolute_maximum_ms", read: |s| s.xr.local.map(|x| ms(x.jitter_buffer_absolute_maximum)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_LOSS_RATE, Number { name: c"xr.remote.loss_rate", read: |s| s.xr.remote.map(|x| x.loss_rate) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_DISCARD_RATE, Number { name: c"xr.remote.discard_rate", read: |s| s.xr.remote.map(|x| x.discard_rate) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_BURST_DENSITY, Number { name: c"xr.remote.burst_density", read: |s| s.xr.remote.map(|x| x.burst_density) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_GAP_DENSITY, Number { name: c"xr.remote.gap_density", read: |s| s.xr.remote.map(|x| x.gap_density) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_BURST_DURATION_MS, Number { name: c"xr.remote.burst_duration_ms", read: |s| s.xr.remote.map(|x| ms(x.burst_duration)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_GAP_DURATION_MS, Number { name: c"xr.remote.gap_duration_ms", read: |s| s.xr.remote.map(|x| ms(x.gap_duration)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_ROUND_TRIP_MS, Number { name: c"xr.remote.round_trip_ms", read: |s| s.xr.remote.map(|x| ms(x.round_trip)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_END_SYSTEM_DELAY_MS, Number { name: c"xr.remote.end_system_delay_ms", read: |s| s.xr.remote.map(|x| ms(x.end_system_delay)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_SIGNAL_LEVEL_DBM0, Number { name: c"xr.remote.signal_level_dbm0", read: |s| s.xr.remote.and_then(|x| x.signal_level_dbm0.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_NOISE_LEVEL_DBM0, Number { name: c"xr.remote.noise_level_dbm0", read: |s| s.xr.remote.and_then(|x| x.noise_level_dbm0.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_ECHO_RETURN_LOSS_DB, Number { name: c"xr.remote.echo_return_loss_db", read: |s| s.xr.remote.and_then(|x| x.echo_return_loss_db.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_GMIN, Number { name: c"xr.remote.gmin", read: |s| s.xr.remote.map(|x| x.gmin.into()) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_R_FACTOR, Number { name: c"xr.remote.r_factor", read: |s| s.xr.remote.and_then(|x| x.r_factor.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_EXTERNAL_R_FACTOR, Number { name: c"xr.remote.external_r_factor", read: |s| s.xr.remote.and_then(|x| x.external_r_factor.map(f64::from)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_MOS_LISTENING, Number { name: c"xr.remote.mos_listening", read: |s| s.xr.remote.and_then(|x| x.mos_listening) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_MOS_CONVERSATIONAL, Number { name: c"xr.remote.mos_conversational", read: |s| s.xr.remote.and_then(|x| x.mos_conversational) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_RECEIVER_CONFIGURATION, Number { name: c"xr.remote.receiver_configuration", read: |s| s.xr.remote.map(|x| x.receiver_configuration.into()) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_NOMINAL_MS, Number { name: c"xr.remote.jitter_buffer_nominal_ms", read: |s| s.xr.remote.map(|x| ms(x.jitter_buffer_nominal)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_MAXIMUM_MS, Number { name: c"xr.remote.jitter_buffer_maximum_ms", read: |s| s.xr.remote.map(|x| ms(x.jitter_buffer_maximum)) }),
    (microsip_stat_e::MICROSIP_STAT_XR_REMOTE_JITTER_BUFFER_ABSOLUTE_MAXIMUM_MS, Number { name: c"xr.remote.jitter_buffer_absolute_maximum_ms", read: |s| s.xr.remote.map(|x| ms(x.jitter_buffer_absolute_maximum)) }),
];

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn count(number: u64) -> f64 {
    number as f64
}

fn known(samples: u64, time: Duration) -> Option<f64> {
    (samples > 0).then(|| ms(time))
}

fn number(stat: microsip_stat_t) -> Outcome<&'static Number> {
    let index = usize::try_from(stat).ok().and_then(|stat| stat.checked_sub(1));
    let entry = index.and_then(|index| NUMBERS.get(index));
    entry.map(|(_, number)| number).ok_or_else(|| {
        Fault::new(
            microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
            format!("{stat} is no number of statistics"),
        )
    })
}

/// A number, in the unit its name or comment in `enum microsip_stat_e` says; counts are exact up to 2^53. `NO_VALUE`
/// when it is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stats_number(
    stats: microsip_stats_t,
    stat: microsip_stat_t,
    value: *mut f64,
) -> microsip_status_t {
    guard("microsip_stats_number", || {
        let out = Out::new(value, "value")?;
        let stats = get(stats)?;
        out.set_some((number(stat)?.read)(&stats), "value of this number")
    })
}

/// Name of a number as in the JSON of `microsip_stats_to_json`, objects parted by dots: `"sent.jitter.last_ms"`;
/// static. docs/statistics.md explains them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stat_name(stat: microsip_stat_t, name: *mut *const c_char) -> microsip_status_t {
    guard("microsip_stat_name", || {
        let out = Out::new(name, "name")?;
        out.set(number(stat)?.name.as_ptr());
        Ok(())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_where_its_enum_says() {
        for (index, (stat, _)) in NUMBERS.iter().enumerate() {
            assert_eq!(*stat as i32, index as i32 + 1);
        }
    }

    #[test]
    fn numbers_are_those_of_the_json() {
        let stats = StreamStats::default();
        let json: serde_json::Value = serde_json::from_str(&stats.to_json()).unwrap();
        for (_, number) in NUMBERS {
            let name = number.name.to_str().unwrap();
            let found = name.split('.').try_fold(&json, |at, part| match at {
                serde_json::Value::Null => Some(at),
                at => at.get(part),
            });
            if name != "jitter_buffer.discarded" {
                let found = found.unwrap_or_else(|| unreachable!("{name}"));
                if let (Some(is), Some(said)) = ((number.read)(&stats), found.as_f64()) {
                    assert!((is - said).abs() < 0.001, "{name}");
                }
            }
        }
    }
}
