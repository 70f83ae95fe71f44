//! How audio is buffered, reported and watched.

use microsip_core::QualityConfig;

use crate::args::QualityArgs;

pub(crate) fn quality(args: &QualityArgs) -> QualityConfig {
    let mut quality = QualityConfig::new().rtcp_xr(args.rtcp_xr);
    if let Some(buffer) = args.jitter_buffer {
        quality = quality.jitter_buffer(buffer);
    }
    quality.stats_every = args.stats_every;
    quality.watch_audio = args.watch_audio;
    quality
}
