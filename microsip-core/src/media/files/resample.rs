//! From a file's rate to the bridge's, or back, a piece at a time.
//!
//! By FFT (`rubato`), because the ratio is fixed: steep at the lower of both Nyquist frequencies, so that nothing folds
//! back, and with no delay left in what comes out.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

/// Bins of the lower rate per transform: decides how steep the filter is (about 3 % of the band).
const BINS: u64 = 640;

/// One channel from one rate to another.
pub(crate) struct Resampler {
    work: Option<Work>,
    from: u32,
    to: u32,
    /// Samples in and out so far.
    fed: u64,
    made: u64,
}

struct Work {
    fft: Fft<f32>,
    /// Waits for a whole block.
    input: Vec<f32>,
    block: Vec<f32>,
    /// The filter's delay, still to be taken off the beginning.
    trim: usize,
}

impl Resampler {
    /// Both rates above zero. `Err` says why `rubato` cannot.
    pub(crate) fn new(from: u32, to: u32) -> Result<Resampler, String> {
        let work = if from == to {
            None
        } else {
            let chunk = block(from, to);
            let fft = Fft::<f32>::new_custom(
                from as usize,
                to as usize,
                chunk,
                1,
                1,
                WindowFunction::BlackmanHarris2,
                FixedSync::Both,
            )
            .map_err(|e| e.to_string())?;
            Some(Work {
                input: Vec::with_capacity(2 * fft.input_frames_max()),
                block: vec![0.0; fft.output_frames_max()],
                trim: fft.output_delay(),
                fft,
            })
        };
        Ok(Resampler {
            work,
            from,
            to,
            fed: 0,
            made: 0,
        })
    }

    /// The rate of what goes in.
    pub(crate) fn from(&self) -> u32 {
        self.from
    }

    /// Where in the output a sample fed next begins.
    pub(crate) fn due(&self) -> u64 {
        scaled(self.fed, self.from, self.to)
    }

    /// Takes samples in and appends what comes out.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.fed += samples.len() as u64;
        let before = out.len();
        match &mut self.work {
            None => out.extend_from_slice(samples),
            Some(work) => {
                work.input.extend_from_slice(samples);
                work.run(out);
            }
        }
        self.made += (out.len() - before) as u64;
    }

    /// Appends the rest: as much as belongs to what went in.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        let missing = self.due().saturating_sub(self.made) as usize;
        let Some(work) = &mut self.work else { return };
        let end = out.len() + missing;
        while out.len() < end {
            let block = work.fft.input_frames_next();
            work.input.resize(work.input.len().max(block), 0.0);
            if !work.run(out) {
                break;
            }
        }
        out.resize(end, 0.0);
        self.made += missing as u64;
    }
}

/// Samples in for a transform: enough for the filter, and an even number on both sides where that is cheap. `rubato`'s delay
/// is half of it; from odd numbers it would be half a sample off.
fn block(from: u32, to: u32) -> usize {
    const CHEAP: u64 = 8192;
    let (from, to) = (u64::from(from), u64::from(to));
    let (mut a, mut gcd) = (from, to);
    while a > 0 {
        (a, gcd) = (gcd % a, a);
    }
    let (unit_in, unit_out) = (from / gcd, to / gcd);
    let mut units = (BINS * from).div_ceil(from.min(to)).div_ceil(unit_in);
    if (unit_in * units % 2 == 1 || unit_out * units % 2 == 1) && unit_in.max(unit_out) < CHEAP {
        units += 1;
    }
    (unit_in * units) as usize
}

impl Work {
    /// Works off whole blocks; `false` if there was none, or `rubato` refused one.
    fn run(&mut self, out: &mut Vec<f32>) -> bool {
        let mut used = 0;
        loop {
            let frames = self.fft.input_frames_next();
            let Some(input) = self.input.get(used..used + frames) else {
                break;
            };
            let room = self.block.len();
            let made = InterleavedSlice::new(input, 1, frames)
                .ok()
                .zip(InterleavedSlice::new_mut(&mut self.block, 1, room).ok())
                .and_then(|(input, mut block)| self.fft.process_into_buffer(&input, &mut block, None).ok());
            let Some((_, made)) = made else {
                // Sizes are those it asked for, so this cannot be; better a gap than a panic.
                self.input.clear();
                return false;
            };
            used += frames;
            let cut = self.trim.min(made);
            self.trim -= cut;
            out.extend_from_slice(&self.block[cut..made]);
        }
        self.input.drain(..used);
        used > 0
    }
}

/// `n` samples of one rate in another, rounded.
pub(crate) fn scaled(n: u64, from: u32, to: u32) -> u64 {
    let from = u128::from(from.max(1));
    ((u128::from(n) * u128::from(to) + from / 2) / from) as u64
}

/// To 16 bits, clipped.
pub(crate) fn to_i16(sample: f32) -> i16 {
    (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

/// From 16 bits; exact.
pub(crate) fn to_f32(sample: i16) -> f32 {
    f32::from(sample) / 32768.0
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn tone(hz: f64, rate: u32, samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|n| (0.5 * (TAU * hz * n as f64 / f64::from(rate)).sin()) as f32)
            .collect()
    }

    /// In pieces of odd sizes.
    fn resampled(input: &[f32], from: u32, to: u32) -> Vec<f32> {
        let mut r = Resampler::new(from, to).unwrap();
        let mut out = Vec::new();
        for piece in input.chunks(317) {
            r.push(piece, &mut out);
        }
        r.finish(&mut out);
        out
    }

    fn rms(samples: &[f32]) -> f64 {
        (samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
    }

    const RATES: [(u32, u32); 9] = [
        (44_100, 8000),
        (44_100, 16_000),
        (96_000, 16_000),
        (192_000, 8000),
        (11_025, 8000),
        (8000, 48_000),
        (22_050, 48_000),
        (44_101, 8000),
        (16_000, 16_000),
    ];

    #[test]
    fn length_phase_and_pitch_stay() {
        for (from, to) in RATES {
            let input = tone(1000.0, from, from as usize);
            let out = resampled(&input, from, to);
            assert_eq!(out.len(), to as usize, "{from} to {to}");
            // The same tone sampled at the other rate, away from the edges.
            let ideal = tone(1000.0, to, to as usize);
            let edge = to as usize / 10;
            let range = edge..to as usize - edge;
            let error: Vec<f32> = range.clone().map(|n| out[n] - ideal[n]).collect();
            let snr = 20.0 * (rms(&ideal[range]) / rms(&error).max(1e-9)).log10();
            // Rates with nothing in common: a tenth of a sample late.
            let least = if from == 44_101 { 20.0 } else { 80.0 };
            assert!(snr > least, "{from} to {to}: {snr:.1} dB");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_vanishes_and_what_it_can_stays() {
        for (from, to) in RATES.into_iter().filter(|(from, to)| from > to) {
            let nyquist = f64::from(to) / 2.0;
            for part in [0.05, 0.3, 0.6, 0.8, 0.9] {
                let out = resampled(&tone(nyquist * part, from, from as usize), from, to);
                let level = 20.0 * (rms(&out[to as usize / 10..to as usize * 9 / 10]) / (0.5 / 2f64.sqrt())).log10();
                assert!(level.abs() < 0.1, "{from} to {to}, {part} of Nyquist: {level:.2} dB");
            }
            for part in [1.02, 1.2, 1.9, 3.0] {
                let hz = nyquist * part;
                if hz > f64::from(from) * 0.49 {
                    continue;
                }
                let out = resampled(&tone(hz, from, from as usize), from, to);
                let level = 20.0 * (rms(&out[to as usize / 10..to as usize * 9 / 10]).max(1e-9) / 0.35).log10();
                assert!(level < -60.0, "{from} to {to}, {hz} Hz folds back at {level:.1} dB");
            }
        }
    }

    #[test]
    fn pieces_shorter_than_a_block_have_their_length() {
        for n in [1, 2, 100, 4410] {
            let out = resampled(&tone(500.0, 44_100, n), 44_100, 8000);
            assert_eq!(out.len() as u64, scaled(n as u64, 44_100, 8000));
        }
    }

    #[test]
    fn sixteen_bits_pass_unchanged() {
        assert!((i16::MIN..=i16::MAX).all(|s| to_i16(to_f32(s)) == s));
        assert_eq!((to_i16(3.0), to_i16(-3.0)), (i16::MAX, i16::MIN));
    }
}
