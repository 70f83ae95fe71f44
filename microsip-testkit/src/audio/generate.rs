//! Signals to send.

use std::f64::consts::TAU;
use std::time::Duration;

use super::dtmf::frequencies;
use super::{Audio, frames};

/// Time over which tones fade in and out, so that they do not click.
const RAMP: Duration = Duration::from_millis(2);

/// A sine of the frequency (Hz) and level (dBFS).
#[must_use]
pub fn tone(frequency_hz: f64, level_dbfs: f64, length: Duration, rate_hz: u32) -> Audio {
    tones(&[frequency_hz], level_dbfs, length, rate_hz)
}

/// The digits `0`-`9`, `A`-`D`, `*`, `#` as DTMF (ITU-T Q.23): each for `on`, with `off` of silence after it; each of the two tones at
/// `level_dbfs`. Other characters give `on` and `off` of silence.
#[must_use]
pub fn dtmf(digits: &str, on: Duration, off: Duration, level_dbfs: f64, rate_hz: u32) -> Audio {
    digits.chars().fold(Audio::new(Vec::new(), rate_hz), |audio, digit| {
        let pair = match frequencies(digit) {
            Some((row, column)) => tones(&[row, column], level_dbfs, on, rate_hz),
            None => Audio::silence(on, rate_hz),
        };
        audio.then(&pair).then(&Audio::silence(off, rate_hz))
    })
}

/// White noise of the RMS level (dBFS). The same `seed` gives the same noise.
#[must_use]
pub fn white_noise(level_dbfs: f64, length: Duration, rate_hz: u32, seed: u64) -> Audio {
    // Uniform from -1 to 1 has an RMS of 1/sqrt(3); a sine of amplitude 1 has 1/sqrt(2).
    let amplitude = 10_f64.powf(level_dbfs / 20.0) * (3.0_f64 / 2.0).sqrt();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let samples = (0..frames(length, rate_hz)).map(|_| {
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let uniform = (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64;
        ((uniform * 2.0 - 1.0) * amplitude) as f32
    });
    Audio::new(samples.collect(), rate_hz)
}

fn tones(frequencies_hz: &[f64], level_dbfs: f64, length: Duration, rate_hz: u32) -> Audio {
    let amplitude = 10_f64.powf(level_dbfs / 20.0);
    let count = frames(length, rate_hz);
    let ramp = frames(RAMP, rate_hz).clamp(1, count.max(2) / 2);
    let samples = (0..count).map(|i| {
        let edge = ((i + 1).min(count - i) as f64 / ramp as f64).min(1.0);
        let time = i as f64 / f64::from(rate_hz);
        let sum: f64 = frequencies_hz.iter().map(|f| (TAU * f * time).sin()).sum();
        (sum * amplitude * edge) as f32
    });
    Audio::new(samples.collect(), rate_hz)
}
