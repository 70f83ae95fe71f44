//! How well a recording matches what was sent.
//!
//! Both signals are brought to one rate and filtered to the telephone band. Their cross-correlation gives the delay. Then each half second of
//! the reference is looked for on its own near that delay. So a hole shows as missing segments, a jump of the jitter buffer or a
//! drifting clock as changing delay, and neither spoils the correlation of the rest.

use std::fmt;
use std::time::Duration;

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::Audio;

/// The band compared, in Hz: every codec passes it.
const BAND_HZ: (f64, f64) = (200.0, 3400.0);
/// The rate compared at, in Hz: more than twice what the band needs, so that a peak between two samples is met well.
const RATE_HZ: u32 = 16_000;
/// Length of a segment and the distance from one to the next, in seconds.
const SEGMENT_S: f64 = 0.5;
const HOP_S: f64 = 0.25;
/// How far from the common delay a segment is looked for, in seconds.
const SEARCH_S: f64 = 0.2;
/// From this correlation on a segment counts as found. Other sentences of the same voice reached 0.61.
const FOUND: f64 = 0.7;
/// Segments this far (dB) below the loudest are pauses and not looked for.
const PAUSE_DB: f64 = 30.0;

/// The result of [`compare`].
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The rate the signals were compared at, in Hz (16 000).
    pub rate_hz: u32,
    /// How much later than in the reference the sound is in the recording, in samples at `rate_hz` (median of the segments). Negative if
    /// the recording lacks the beginning.
    pub delay_samples: i64,
    /// Correlation of what was found, 0 to 1, weighted by energy: 1 for a copy, above 0.99 through G.711, 0.96 through GSM. If nothing was
    /// found, the best there was (below 0.7).
    pub correlation: f64,
    /// The share of the reference's segments with sound that the recording has, 0 to 1.
    pub coverage: f64,
    /// How much louder the recording is than the reference, in dB, over what was found; 0 if nothing was.
    pub level_db: f64,
    /// Power of what matches the reference over power of what does not, in dB; `None` if nothing was found.
    pub snr_db: Option<f64>,
    /// How much slower the recording's clock runs than the reference's, in parts per million (slope of the segments' delays, meaningless after
    /// jumps of the delay); `None` with fewer than four segments found.
    pub drift_ppm: Option<f64>,
    /// Each segment with sound, in order.
    pub segments: Vec<SegmentMatch>,
}

/// One segment of the reference in a [`Match`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentMatch {
    /// Where it begins in the reference.
    pub start: Duration,
    /// How long it is.
    pub length: Duration,
    /// Its best correlation, 0 to 1.
    pub correlation: f64,
    /// The delay it has there, in samples (interpolated).
    pub delay_samples: f64,
    /// How much louder it is, in dB.
    pub level_db: f64,
    /// Whether it counts as found.
    pub found: bool,
    /// Its energy in the reference, and that of the matching piece in the recording.
    energy: (f64, f64),
}

impl Match {
    /// The delay in seconds; see [`delay_samples`](Self::delay_samples).
    #[must_use]
    pub fn delay_secs(&self) -> f64 {
        self.delay_samples as f64 / f64::from(self.rate_hz)
    }

    /// The delay, zero if it is negative.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::from_secs_f64(self.delay_secs().max(0.0))
    }

    /// Where in the reference the segments begin that were not found.
    #[must_use]
    pub fn missing(&self) -> Vec<Duration> {
        self.segments.iter().filter(|s| !s.found).map(|s| s.start).collect()
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "correlation {:.3}, coverage {:.0} %, delay {:.1} ms, level {:+.1} dB",
            self.correlation,
            self.coverage * 100.0,
            self.delay_secs() * 1000.0,
            self.level_db
        )?;
        match self.snr_db {
            Some(snr) => write!(f, ", SNR {snr:.1} dB"),
            None => Ok(()),
        }
    }
}

/// Looks for the reference in the recording.
///
/// Silent or empty audio gives a coverage of 0. Clocks may differ by 200 ppm over a minute; the delay may be anything, also negative.
#[must_use]
pub fn compare(reference: &Audio, recording: &Audio) -> Match {
    let rate_hz = RATE_HZ;
    let x = band_pass(reference.resampled(rate_hz));
    let y = band_pass(recording.resampled(rate_hz));
    let pieces = active_segments(&x, rate_hz);
    let energy_of_y = running_energy(&y);
    let mut fft = Correlator::default();
    let reach = (SEARCH_S * f64::from(rate_hz)) as i64;
    let mut segments = Vec::new();
    for lag in candidates(&mut fft, &x, &y, &pieces, reach) {
        let near = Near {
            x: &x,
            y: &y,
            energy_of_y: &energy_of_y,
            lag,
            reach,
            rate_hz,
        };
        let these: Vec<SegmentMatch> = pieces.iter().map(|&piece| near.find(&mut fft, piece)).collect();
        if segments.is_empty() || score(&these) > score(&segments) {
            segments = these;
        }
    }
    summarise(segments, rate_hz)
}

/// Delays worth a look: that of the whole, and those of the loudest segments alone, which a drifting clock spoils less.
fn candidates(fft: &mut Correlator, x: &[f32], y: &[f32], pieces: &[(usize, usize)], reach: i64) -> Vec<i64> {
    let mut loudest: Vec<(f64, usize, usize)> = pieces
        .iter()
        .map(|&(start, length)| (energy(&x[start..start + length]), start, length))
        .collect();
    loudest.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut lags: Vec<i64> = peak_lag(fft, x, y).into_iter().collect();
    for &(_, start, length) in loudest.iter().take(3) {
        if let Some(lag) = peak_lag(fft, &x[start..start + length], y) {
            lags.push(lag - start as i64);
        }
    }
    // A search around one covers those close to it.
    let mut apart: Vec<i64> = Vec::new();
    for lag in lags {
        if apart.iter().all(|other| (other - lag).abs() > reach / 2) {
            apart.push(lag);
        }
    }
    apart
}

/// Found segments count most.
fn score(segments: &[SegmentMatch]) -> f64 {
    segments
        .iter()
        .map(|s| s.correlation + if s.found { 1.0 } else { 0.0 })
        .sum()
}

fn summarise(segments: Vec<SegmentMatch>, rate_hz: u32) -> Match {
    let found: Vec<&SegmentMatch> = segments.iter().filter(|s| s.found).collect();
    let sum = |value: &dyn Fn(&SegmentMatch) -> f64| found.iter().map(|s| value(s)).sum::<f64>();
    let (energy_x, energy_y) = (sum(&|s| s.energy.0), sum(&|s| s.energy.1));
    let matching = sum(&|s| s.energy.1 * s.correlation.powi(2));
    let best = segments.iter().map(|s| s.correlation).fold(0.0, f64::max);
    let any = !found.is_empty();
    Match {
        rate_hz,
        delay_samples: median(found.iter().map(|s| s.delay_samples).collect()).round() as i64,
        correlation: if any {
            sum(&|s| s.energy.0 * s.correlation) / energy_x
        } else {
            best
        },
        coverage: if any {
            found.len() as f64 / segments.len() as f64
        } else {
            0.0
        },
        level_db: if any { 10.0 * (energy_y / energy_x).log10() } else { 0.0 },
        // A perfect copy has no residue; 100 dB is beyond what 16 bits tell.
        snr_db: any.then(|| 10.0 * (matching / (energy_y - matching).max(matching * 1e-10)).log10()),
        drift_ppm: drift(&found, rate_hz),
        segments,
    }
}

/// Slope of the delay over time, by least squares.
fn drift(found: &[&SegmentMatch], rate_hz: u32) -> Option<f64> {
    if found.len() < 4 {
        return None;
    }
    let n = found.len() as f64;
    let points = found
        .iter()
        .map(|s| (s.start.as_secs_f64(), s.delay_samples / f64::from(rate_hz)));
    let (mean_t, mean_d) = points.clone().fold((0.0, 0.0), |(a, b), (t, d)| (a + t / n, b + d / n));
    let (over, under) = points.fold((0.0, 0.0), |(a, b), (t, d)| {
        (a + (t - mean_t) * (d - mean_d), b + (t - mean_t).powi(2))
    });
    (under > 0.0).then(|| over / under * 1e6)
}

/// Start and length of the reference's segments that have sound.
fn active_segments(x: &[f32], rate_hz: u32) -> Vec<(usize, usize)> {
    let length = ((SEGMENT_S * f64::from(rate_hz)) as usize).min(x.len());
    let hop = (HOP_S * f64::from(rate_hz)) as usize;
    if length == 0 || hop == 0 {
        return Vec::new();
    }
    let all: Vec<(usize, f64)> = (0..=x.len() - length)
        .step_by(hop)
        .map(|start| (start, energy(&x[start..start + length]) / length as f64))
        .collect();
    let loudest = all.iter().map(|a| a.1).fold(0.0, f64::max);
    // -80 dBFS: below the last bit of 16.
    let floor = (loudest * 10_f64.powf(-PAUSE_DB / 10.0)).max(1e-8);
    all.into_iter().filter(|a| a.1 > floor).map(|a| (a.0, length)).collect()
}

/// Both signals and where segments are looked for.
struct Near<'a> {
    x: &'a [f32],
    y: &'a [f32],
    energy_of_y: &'a [f64],
    lag: i64,
    reach: i64,
    rate_hz: u32,
}

impl Near<'_> {
    /// The best place of one segment.
    fn find(&self, fft: &mut Correlator, (start, length): (usize, usize)) -> SegmentMatch {
        let &Self {
            x,
            y,
            energy_of_y,
            lag,
            reach,
            rate_hz,
        } = self;
        let piece = &x[start..start + length];
        let energy_x = energy(piece);
        let mut result = SegmentMatch {
            start: super::time_of(start, rate_hz),
            length: super::time_of(length, rate_hz),
            correlation: 0.0,
            delay_samples: lag as f64,
            level_db: 0.0,
            found: false,
            energy: (energy_x, 0.0),
        };
        let from = (start as i64 + lag - reach).max(0);
        let to = (start as i64 + lag + reach + length as i64).min(y.len() as i64);
        if to - from < length as i64 {
            return result;
        }
        let (from, to) = (from as usize, to as usize);
        let places = to - from - length + 1;
        let products = fft.correlate(piece, &y[from..to]);
        let energy_at = |place: usize| energy_of_y[from + place + length] - energy_of_y[from + place];
        let normalised = |place: usize| {
            let e = energy_at(place);
            // Below -80 dBFS there is nothing to compare with.
            if e > 1e-8 * length as f64 {
                products[place] / (energy_x * e).sqrt()
            } else {
                0.0
            }
        };
        let Some(best) = (0..places).max_by(|&a, &b| normalised(a).total_cmp(&normalised(b))) else {
            return result;
        };
        let peak = normalised(best);
        // The top of a parabola: the sound rarely begins exactly on a sample.
        let (shift, peak) = if best > 0 && best + 1 < places {
            let (a, c) = (normalised(best - 1), normalised(best + 1));
            let shift = if a + c < 2.0 * peak {
                0.5 * (a - c) / (a - 2.0 * peak + c)
            } else {
                0.0
            };
            (shift, peak - 0.25 * (a - c) * shift)
        } else {
            (0.0, peak)
        };
        let energy_y = energy_at(best);
        result.correlation = peak.clamp(0.0, 1.0);
        result.found = peak >= FOUND;
        result.delay_samples = (from + best) as f64 + shift - start as f64;
        result.level_db = if energy_y > 0.0 {
            10.0 * (energy_y / energy_x).log10()
        } else {
            0.0
        };
        result.energy.1 = energy_y;
        result
    }
}

/// The lag of `x` in `y` where their product is largest; negative if `x` begins before `y`.
fn peak_lag(fft: &mut Correlator, x: &[f32], y: &[f32]) -> Option<i64> {
    if x.is_empty() || y.is_empty() {
        return None;
    }
    // Padding `y` in front by the length of `x` makes all lags positive.
    let mut padded = vec![0.0; x.len() - 1];
    padded.extend_from_slice(y);
    padded.resize(padded.len() + x.len() - 1, 0.0);
    let products = fft.correlate(x, &padded);
    let best = products.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?.0;
    Some(best as i64 - (x.len() as i64 - 1))
}

/// Cross-correlation by FFT. Keeps the plans, which cost more than their use.
#[derive(Default)]
struct Correlator {
    planner: RealFftPlanner<f64>,
}

impl Correlator {
    /// `r[k] = sum x[i] y[i + k]` for every `k` at which `x` lies within `y`.
    fn correlate(&mut self, x: &[f32], y: &[f32]) -> Vec<f64> {
        let places = (y.len() + 1).saturating_sub(x.len());
        // Wrapping round spoils only places beyond those.
        let size = y.len().max(x.len()).next_power_of_two().max(2);
        let (forward, inverse) = (self.planner.plan_fft_forward(size), self.planner.plan_fft_inverse(size));
        let transform = |signal: &[f32]| -> Vec<Complex<f64>> {
            let mut input = forward.make_input_vec();
            for (slot, &sample) in input.iter_mut().zip(signal) {
                *slot = f64::from(sample);
            }
            let mut output = forward.make_output_vec();
            // Lengths come from the plan, so this cannot fail.
            let _ = forward.process(&mut input, &mut output);
            output
        };
        let mut product: Vec<Complex<f64>> = transform(x)
            .iter()
            .zip(transform(y))
            .map(|(a, b)| a.conj() * b)
            .collect();
        // The inverse transform wants the ends to be real, which rounding may spoil.
        if let [first, .., last] = product.as_mut_slice() {
            (first.im, last.im) = (0.0, 0.0);
        }
        let mut output = inverse.make_output_vec();
        let _ = inverse.process(&mut product, &mut output);
        output.truncate(places);
        for value in &mut output {
            *value /= size as f64;
        }
        output
    }
}

/// Keeps [`BAND_HZ`] only, without delay.
fn band_pass(audio: Audio) -> Vec<f32> {
    let length = audio.samples.len();
    if length == 0 {
        return Vec::new();
    }
    // Zeros behind keep the end from ringing into the beginning.
    let size = (length + 4096).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
    let mut time = forward.make_input_vec();
    for (slot, &sample) in time.iter_mut().zip(&audio.samples) {
        *slot = f64::from(sample);
    }
    let mut spectrum = forward.make_output_vec();
    let _ = forward.process(&mut time, &mut spectrum);
    for (bin, value) in spectrum.iter_mut().enumerate() {
        let frequency = bin as f64 * f64::from(audio.rate_hz) / size as f64;
        if !(BAND_HZ.0..=BAND_HZ.1).contains(&frequency) || bin == size / 2 {
            *value = Complex::default();
        }
    }
    let _ = inverse.process(&mut spectrum, &mut time);
    time.iter().take(length).map(|v| (v / size as f64) as f32).collect()
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|&s| f64::from(s).powi(2)).sum()
}

/// `e[i]` is the energy of the first `i` samples.
fn running_energy(samples: &[f32]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut result = Vec::with_capacity(samples.len() + 1);
    result.push(0.0);
    for &sample in samples {
        sum += f64::from(sample).powi(2);
        result.push(sum);
    }
    result
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
