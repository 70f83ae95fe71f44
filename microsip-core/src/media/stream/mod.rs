//! Audio as data: streams of 16-bit samples out of the bridge and into it.

mod pump;
mod sink;
mod source;

use std::time::Duration;

pub(crate) use pump::Pump;
pub use sink::{AudioFrame, AudioSink, AudioSinkOptions, FrameHead, SinkStats};
pub use source::{AudioSource, AudioSourceOptions, FlushBegun, Flushed, SourceStats};

use crate::{Error, Result};

/// Rates that streams can have, in Hz.
const RATES: [u32; 5] = [8_000, 16_000, 24_000, 32_000, 48_000];
/// The longest buffer.
const LONGEST: Duration = Duration::from_secs(600);
/// Losses of a stream are told at most this often.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Which way a stream lost audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Xrun {
    /// A source was not written in time: silence was sent in the middle of what it says.
    Underrun,
    /// A sink was not read in time: samples were dropped.
    Overrun,
}

impl Xrun {
    /// Stable lower-case name: `"underrun"`, `"overrun"`.
    pub fn name(self) -> &'static str {
        match self {
            Xrun::Underrun => "underrun",
            Xrun::Overrun => "overrun",
        }
    }
}

fn check_rate(op: &'static str, rate: u32) -> Result<()> {
    if RATES.contains(&rate) {
        return Ok(());
    }
    Err(Error::invalid(
        op,
        format!("a rate of {rate} Hz is none of 8000, 16000, 24000, 32000, 48000"),
    ))
}

fn check_capacity(op: &'static str, capacity: Duration, least: Duration) -> Result<()> {
    if (least..=LONGEST).contains(&capacity) {
        return Ok(());
    }
    Err(Error::invalid(
        op,
        format!("a capacity of {capacity:?} is not between {least:?} and {LONGEST:?}"),
    ))
}

fn samples_of(rate: u32, time: Duration) -> usize {
    (u64::from(rate) * time.as_micros() as u64 / 1_000_000) as usize
}

fn time_of(rate: u32, samples: u64) -> Duration {
    Duration::from_nanos((u128::from(samples) * 1_000_000_000 / u128::from(rate)) as u64)
}
