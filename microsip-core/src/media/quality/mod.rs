//! How good a call's audio is: statistics, the E-model, extended reports of RTCP, the jitter buffer, and why somebody hears nothing.
//!
//! A rating by the E-model needs four numbers: what the codec costs, packets lost, how much they come together, delay.
//!
//! ```text
//! R      = Ro − Is − Id − Ie,eff + A                          (ITU-T G.107)
//! Ie,eff = Ie + (95 − Ie) · Ppl / (Ppl / BurstR + Bpl)
//! Id     = echo + 25·{(1 + X⁶)^(1/6) − 3·(1 + (X/3)⁶)^(1/6) + 2},  X = log₂(Ta / 100 ms), Ta > 100 ms
//! MOS    = 1 + 0.035·R + R·(R − 60)·(100 − R)·7·10⁻⁶
//! ```
//!
//! Narrowband codecs are rated by G.107, where Ro − Is = 93.2 for a perfect telephone. Wideband ones are rated by G.107.1, where 129 is
//! perfect and R is divided by 1.29 before it becomes a MOS. Full band (G.107.2) is left out: what is heard here has been through a
//! bridge of 8 or 16 kHz. [`codec_rating`] has the codecs' numbers and says where each comes from.
//!
//! [`StreamStats::quality`](crate::StreamStats::quality) rates a call; [`EModel`] and the functions here rate whatever numbers one has.

mod buffer;
mod check;
mod codecs;
mod config;
mod emodel;
mod json;
pub(crate) mod meter;
mod stats;
pub(crate) mod xr;

pub use buffer::{JitterBuffer, JitterDiscard};
pub use check::AudioFinding;
pub(crate) use check::{Seen, findings};
pub use codecs::{Band, CodecRating, Source, codec_rating, g711_without_concealment};
pub use config::QualityConfig;
pub use emodel::{
    EModel, Impairment, Parts, WIDEBAND, WIDEBAND_SCALE, delay_impairment, effective_impairment, mos, wideband_rating,
};
pub(crate) use stats::rate;
pub use stats::{
    AudioLevel, BurstStats, DirectionStats, Jitter, JitterBufferStats, Quality, RoundTrip, StreamQuality, StreamStats,
};
pub use xr::{VoipMetrics, XrStats};
