//! Settings of codecs, of the jitter buffer and of what is watched.

use microsip_core as core;

use crate::{names, settings};

names!(core::JitterDiscard as "JitterDiscard" [Never, Slow, Progressive]);

settings!(core::OpusOptions as "OpusOptions" {
    bit_rate, complexity, fec, expected_loss, dtx, cbr, stereo, max_playback_rate,
});
settings!(core::JitterBuffer as "JitterBuffer" { initial, minimum, maximum, capacity, discard });
settings!(core::QualityConfig as "QualityConfig" { jitter_buffer, rtcp_xr, rtcp_xr_interval, stats_every, watch_audio });
