//! Levels, tones, holes.

use std::f64::consts::{SQRT_2, TAU};
use std::time::Duration;

use realfft::RealFftPlanner;

use super::{Audio, frames, time_of};

/// What digital silence reads, in dBFS.
pub const SILENCE_DBFS: f64 = -120.0;

/// Frame length of [`gaps`].
const GAP_FRAME: Duration = Duration::from_millis(5);

/// A tone found by [`detect_tones`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    /// Its frequency in Hz.
    pub frequency_hz: f64,
    /// Its level in dBFS.
    pub level_dbfs: f64,
}

/// A silent stretch found by [`gaps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Where it begins.
    pub start: Duration,
    /// How long it is.
    pub length: Duration,
}

/// Amplitude to dBFS.
pub(super) fn dbfs(amplitude: f64) -> f64 {
    if amplitude > 0.0 {
        (20.0 * amplitude.log10()).max(SILENCE_DBFS)
    } else {
        SILENCE_DBFS
    }
}

/// RMS to dBFS of a full-scale sine.
pub(super) fn rms_dbfs(samples: &[f32]) -> f64 {
    if samples.is_empty() {
        return SILENCE_DBFS;
    }
    let power = samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / samples.len() as f64;
    dbfs(power.sqrt() * SQRT_2)
}

/// The level in dBFS of a sine of the frequency, taken over all samples (one bin of a Fourier transform with Hann window; the bandwidth is
/// four times the reciprocal of the duration, so give it 100 ms or more).
#[must_use]
pub fn tone_level(audio: &Audio, frequency_hz: f64) -> f64 {
    let n = audio.samples.len();
    if n == 0 {
        return SILENCE_DBFS;
    }
    let step = TAU * frequency_hz / f64::from(audio.rate_hz);
    let (mut re, mut im, mut weight) = (0.0, 0.0, 0.0);
    for (i, &sample) in audio.samples.iter().enumerate() {
        let w = hann(i, n);
        let (sin, cos) = (step * i as f64).sin_cos();
        re += f64::from(sample) * w * cos;
        im += f64::from(sample) * w * sin;
        weight += w;
    }
    dbfs(2.0 * re.hypot(im) / weight)
}

/// The tones of at least `threshold_dbfs`, strongest first: peaks of the spectrum over all samples. Tones closer to each other than eight
/// times the reciprocal of the duration, or 50 dB below the strongest, are not told apart.
#[must_use]
pub fn detect_tones(audio: &Audio, threshold_dbfs: f64) -> Vec<Tone> {
    let n = audio.samples.len();
    if n < 16 {
        return Vec::new();
    }
    let mut input: Vec<f64> = audio
        .samples
        .iter()
        .enumerate()
        .map(|(i, &s)| f64::from(s) * hann(i, n))
        .collect();
    let weight: f64 = (0..n).map(|i| hann(i, n)).sum();
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(n);
    let mut spectrum = fft.make_output_vec();
    if fft.process(&mut input, &mut spectrum).is_err() {
        return Vec::new();
    }
    let level: Vec<f64> = spectrum.iter().map(|c| dbfs(2.0 * c.norm() / weight)).collect();
    let floor = level.iter().fold(SILENCE_DBFS, |a, &b| a.max(b)) - 50.0;
    let mut found: Vec<(f64, f64)> = (1..level.len() - 1)
        .filter(|&i| level[i] > level[i - 1] && level[i] >= level[i + 1])
        .map(|i| {
            // The top of a parabola through three points of a Hann peak in dB.
            let (a, b, c) = (level[i - 1], level[i], level[i + 1]);
            let shift = if a + c < 2.0 * b {
                0.5 * (a - c) / (a - 2.0 * b + c)
            } else {
                0.0
            };
            let bin = i as f64 + shift;
            (bin, b)
        })
        // Between two bins a peak reads up to 1.4 dB too low.
        .filter(|(_, l)| *l >= threshold_dbfs - 1.5 && *l >= floor)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut kept: Vec<f64> = Vec::new();
    for (bin, _) in found {
        // Side lobes and jitter beside a stronger peak are no tones.
        if kept.iter().all(|other| (other - bin).abs() > 8.0) {
            kept.push(bin);
        }
    }
    let mut tones: Vec<Tone> = kept
        .into_iter()
        .map(|bin| {
            let frequency_hz = bin * f64::from(audio.rate_hz) / n as f64;
            Tone {
                frequency_hz,
                level_dbfs: tone_level(audio, frequency_hz),
            }
        })
        .filter(|tone| tone.level_dbfs >= threshold_dbfs)
        .collect();
    tones.sort_by(|a, b| b.level_dbfs.total_cmp(&a.level_dbfs));
    tones
}

/// The stretches of at least `min_length` whose level (RMS over 5 ms) stays below `threshold_dbfs`, those at the beginning and the end
/// included.
#[must_use]
pub fn gaps(audio: &Audio, threshold_dbfs: f64, min_length: Duration) -> Vec<Gap> {
    let frame = frames(GAP_FRAME, audio.rate_hz).max(1);
    let mut found = Vec::new();
    let mut begin = None;
    let mut end_of = |begin: &mut Option<usize>, end: usize| {
        if let Some(start) = begin.take() {
            let length = time_of(end - start, audio.rate_hz);
            if length >= min_length {
                found.push(Gap {
                    start: time_of(start, audio.rate_hz),
                    length,
                });
            }
        }
    };
    for (index, chunk) in audio.samples.chunks(frame).enumerate() {
        if rms_dbfs(chunk) < threshold_dbfs {
            begin.get_or_insert(index * frame);
        } else {
            end_of(&mut begin, index * frame);
        }
    }
    end_of(&mut begin, audio.samples.len());
    found
}

/// The Hann window.
fn hann(i: usize, n: usize) -> f64 {
    0.5 - 0.5 * (TAU * (i as f64 + 0.5) / n as f64).cos()
}
