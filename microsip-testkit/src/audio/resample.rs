//! Sample rate conversion of a whole signal at once: its spectrum is cut or extended. Exact in time (no delay, not even of a fraction
//! of a sample, which streaming resamplers have) and flat up to 95 % of the lower Nyquist frequency.

use std::f64::consts::PI;

use realfft::RealFftPlanner;

use super::Audio;

/// Silence put behind the signal, so that its end does not ring into its beginning: samples at the lower rate.
const PADDING: usize = 1024;
/// Where the filter's slope begins, as a share of the lower Nyquist frequency.
const SLOPE: f64 = 0.95;

/// The same audio at another rate, of the same duration.
pub(super) fn resample(audio: &Audio, rate_hz: u32) -> Audio {
    let (from, to) = (audio.rate_hz as usize, rate_hz as usize);
    if from == 0 || to == 0 {
        return Audio::new(Vec::new(), rate_hz);
    }
    let length = audio.samples.len() * to / from;
    let divisor = gcd(from, to);
    let (unit_in, unit_out) = (from / divisor, to / divisor);
    // Both transforms have the same number of units, a power of two, so both last equally long.
    let wanted = audio.samples.len() + PADDING * from.div_ceil(to.min(from));
    let units = wanted.div_ceil(unit_in).next_power_of_two();
    let (size_in, size_out) = (unit_in * units, unit_out * units);
    let mut planner = RealFftPlanner::<f64>::new();
    let forward = planner.plan_fft_forward(size_in);
    let inverse = planner.plan_fft_inverse(size_out);
    let mut time = forward.make_input_vec();
    for (slot, &sample) in time.iter_mut().zip(&audio.samples) {
        *slot = f64::from(sample);
    }
    let mut spectrum = forward.make_output_vec();
    let mut cut = inverse.make_input_vec();
    let mut output = inverse.make_output_vec();
    // Lengths come from the plans, so neither transform can fail.
    let _ = forward.process(&mut time, &mut spectrum);
    let nyquist = size_in.min(size_out) / 2;
    for (bin, (slot, value)) in cut.iter_mut().zip(&spectrum).enumerate().take(nyquist) {
        let share = bin as f64 / nyquist as f64;
        let gain = if share < SLOPE {
            1.0
        } else {
            0.5 + 0.5 * (PI * (share - SLOPE) / (1.0 - SLOPE)).cos()
        };
        *slot = value * gain;
    }
    let _ = inverse.process(&mut cut, &mut output);
    let samples = output
        .iter()
        .take(length)
        .map(|v| (v / size_in as f64) as f32)
        .collect();
    Audio::new(samples, rate_hz)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
