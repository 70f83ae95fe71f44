//! Audio in memory, and what can be measured of it.
//!
//! Samples are `f32` from -1 to 1, one channel. **Levels are in dBFS with a full-scale sine as 0 dBFS**, for tones and for RMS alike (so
//! that a full-scale square wave reads +3 dBFS; subtract 3.01 dB for ITU's dBov). Digital silence reads [`SILENCE_DBFS`].
//!
//! | Question | Answer |
//! |---|---|
//! | Did this recording carry that speech, whole, how late, how loud? | [`compare`](fn@compare) |
//! | How loud is 440 Hz in it? Which tones are there? | [`tone_level`], [`detect_tones`] |
//! | Which DTMF digits were sent? | [`detect_dtmf`] |
//! | Is it silent? Where are holes? | [`Audio::rms_dbfs`], [`gaps`] |
//! | A signal to send? | [`tone`], [`dtmf`], [`white_noise`], [`crate::speech`] |

mod compare;
mod dtmf;
mod generate;
mod level;
mod resample;
mod wav;

use std::time::Duration;

pub use compare::{Match, SegmentMatch, compare};
pub use dtmf::{DetectedDigit, detect_dtmf};
pub use generate::{dtmf, tone, white_noise};
pub use level::{Gap, SILENCE_DBFS, Tone, detect_tones, gaps, tone_level};

/// One channel of audio.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// Samples from -1 to 1.
    pub samples: Vec<f32>,
    /// Samples per second.
    pub rate_hz: u32,
}

impl Audio {
    /// Audio of the samples (-1 to 1) at the rate.
    #[must_use]
    pub fn new(samples: Vec<f32>, rate_hz: u32) -> Self {
        Self { samples, rate_hz }
    }

    /// Digital silence.
    #[must_use]
    pub fn silence(length: Duration, rate_hz: u32) -> Self {
        Self::new(vec![0.0; frames(length, rate_hz)], rate_hz)
    }

    /// How long it lasts.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate_hz))
    }

    /// The RMS level in dBFS of a full-scale sine.
    #[must_use]
    pub fn rms_dbfs(&self) -> f64 {
        level::rms_dbfs(&self.samples)
    }

    /// The level of the largest sample in dBFS.
    #[must_use]
    pub fn peak_dbfs(&self) -> f64 {
        level::dbfs(self.samples.iter().fold(0.0_f64, |max, s| max.max(f64::from(s.abs()))))
    }

    /// The piece from `start` for `length`; less where there is less.
    #[must_use]
    pub fn slice(&self, start: Duration, length: Duration) -> Self {
        let from = frames(start, self.rate_hz).min(self.samples.len());
        let to = (from + frames(length, self.rate_hz)).min(self.samples.len());
        Self::new(self.samples[from..to].to_vec(), self.rate_hz)
    }

    /// This, then `next`, which is resampled if its rate differs.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        self.samples.extend_from_slice(&next.resampled(self.rate_hz).samples);
        self
    }

    /// Both at once, as long as the longer of them; `other` is resampled if its rate differs.
    #[must_use]
    pub fn mixed(mut self, other: &Self) -> Self {
        let other = other.resampled(self.rate_hz);
        if other.samples.len() > self.samples.len() {
            self.samples.resize(other.samples.len(), 0.0);
        }
        for (a, b) in self.samples.iter_mut().zip(&other.samples) {
            *a += b;
        }
        self
    }

    /// Louder by `db` decibels, or softer if negative. Nothing is clipped.
    #[must_use]
    pub fn gained(mut self, db: f64) -> Self {
        let factor = 10_f64.powf(db / 20.0) as f32;
        for sample in &mut self.samples {
            *sample *= factor;
        }
        self
    }

    /// At another rate.
    #[must_use]
    pub fn resampled(&self, rate_hz: u32) -> Self {
        if rate_hz == self.rate_hz {
            self.clone()
        } else {
            resample::resample(self, rate_hz)
        }
    }
}

/// Samples in a time, rounded.
fn frames(length: Duration, rate_hz: u32) -> usize {
    (length.as_secs_f64() * f64::from(rate_hz)).round() as usize
}

/// The time of a sample.
fn time_of(index: usize, rate_hz: u32) -> Duration {
    Duration::from_secs_f64(index as f64 / f64::from(rate_hz))
}
