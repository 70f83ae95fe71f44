//! Options of `microsip run` about how good audio is.

use std::time::Duration;

use clap::Args;
use microsip_core::JitterBuffer;

use super::values;

/// How audio is buffered, reported and watched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Quality")]
pub struct QualityArgs {
    /// Delay of the jitter buffer in ms: one number for a fixed delay, two for bounds it adapts between. Default: it adapts freely.
    #[arg(long, value_name = "MS|MIN-MAX", value_parser = values::jitter_buffer)]
    pub jitter_buffer: Option<JitterBuffer>,

    /// Offers and sends extended reports of RTCP (RFC 3611), with R factor and MOS.
    #[arg(long)]
    pub rtcp_xr: bool,

    /// Tells each call's statistics every so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(1..=3600))]
    pub stats_every: Option<Duration>,

    /// Looks for audio that goes one way, for silence and the like, and tells what has lasted so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds(1..=60))]
    pub watch_audio: Option<Duration>,
}
