//! Short spectra of a stream at 16 kHz, and the few tones one may consist of.

use std::f32::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Samples per second of what is looked at.
pub(crate) const RATE: u32 = 16_000;
/// Samples from look to look: 16 ms.
pub(crate) const HOP: usize = 256;
/// Samples in a look: 32 ms.
const SIZE: usize = 2 * HOP;
/// Hz from a line of the spectrum to the next.
const LINE_HZ: f32 = RATE as f32 / SIZE as f32;
/// Lines on either side that belong to a peak: the main lobe of the Hann window, and the modulation of a tone by 25 Hz.
const SKIRT: usize = 2;
/// Lines on either side of the middle of a [`Look::band`].
const BAND: usize = 4;
/// Tones that are looked for at once.
pub(crate) const PEAKS: usize = 4;

/// A peak of a spectrum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Peak {
    /// Its frequency, to a few Hz.
    pub(crate) hz: f32,
    /// Its share of all energy.
    pub(crate) share: f32,
}

/// What there is in 32 ms.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// The strongest peaks, strongest first; those that are not there have a share of 0.
    pub(crate) peaks: [Peak; PEAKS],
    /// The band of 280 Hz around the strongest: the middle of its energy, and its share. Tones closer than 100 Hz, and
    /// modulated ones, fill it.
    pub(crate) band: Peak,
}

/// Makes looks. Allocates only when it is made.
pub(crate) struct Spectrum {
    fft: Arc<dyn RealToComplex<f32>>,
    hann: Vec<f32>,
    samples: Vec<f32>,
    windowed: Vec<f32>,
    lines: Vec<Complex<f32>>,
    powers: Vec<f32>,
    scratch: Vec<Complex<f32>>,
}

impl Spectrum {
    pub(crate) fn new() -> Spectrum {
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(SIZE);
        Spectrum {
            hann: (0..SIZE)
                .map(|n| 0.5 - 0.5 * (TAU * (n as f32 + 0.5) / SIZE as f32).cos())
                .collect(),
            samples: vec![0.0; SIZE],
            windowed: fft.make_input_vec(),
            lines: fft.make_output_vec(),
            powers: vec![0.0; SIZE / 2 + 1],
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    /// Takes the next 16 ms and looks at the last 32.
    pub(crate) fn look(&mut self, frame: &[i16; HOP]) -> Look {
        self.samples.copy_within(HOP.., 0);
        for (slot, sample) in self.samples[HOP..].iter_mut().zip(frame) {
            *slot = f32::from(*sample) / 32_768.0;
        }
        for ((slot, sample), weight) in self.windowed.iter_mut().zip(&self.samples).zip(&self.hann) {
            *slot = sample * weight;
        }
        let fft = Arc::clone(&self.fft);
        // Lengths come from the plan, so this cannot fail.
        let done = fft.process_with_scratch(&mut self.windowed, &mut self.lines, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (slot, line) in self.powers.iter_mut().zip(&self.lines) {
            *slot = line.norm_sqr();
        }
        let mut look = Look::default();
        let all: f32 = self.powers.iter().sum();
        if all <= 1e-9 {
            return look;
        }
        look.band = self.band(all);
        for peak in &mut look.peaks {
            let Some((at, hz)) = self.strongest() else { break };
            let skirt = at.saturating_sub(SKIRT)..(at + SKIRT + 1).min(self.powers.len());
            let sum: f32 = self.powers[skirt.clone()].iter().sum();
            *peak = Peak { hz, share: sum / all };
            self.powers[skirt].fill(0.0);
        }
        look
    }

    fn band(&self, all: f32) -> Peak {
        let lines = |middle: usize| {
            let range = middle.saturating_sub(BAND)..(middle + BAND + 1).min(self.powers.len());
            let (mut sum, mut moment) = (0.0, 0.0);
            for n in range {
                sum += self.powers[n];
                moment += self.powers[n] * n as f32;
            }
            (sum, moment / sum.max(f32::MIN_POSITIVE))
        };
        let (_, middle) = lines(self.strongest().map_or(0, |s| s.0));
        let (sum, middle) = lines(middle.round() as usize);
        Peak {
            hz: middle * LINE_HZ,
            share: sum / all,
        }
    }

    /// The strongest line and its frequency.
    fn strongest(&self) -> Option<(usize, f32)> {
        let mut at = 0;
        for (n, power) in self.powers.iter().enumerate() {
            if *power > self.powers[at] {
                at = n;
            }
        }
        if self.powers[at] <= 0.0 {
            return None;
        }
        // Of a Hann window, two lines tell where between them a tone is.
        let side = |n: Option<usize>| n.and_then(|n| self.powers.get(n)).map_or(0.0, |p| p.sqrt());
        let (low, high) = (side(at.checked_sub(1)), side(Some(at + 1)));
        let middle = self.powers[at].sqrt();
        let ratio = low.max(high) / middle;
        let shift = ((2.0 * ratio - 1.0) / (1.0 + ratio)).clamp(0.0, 0.5);
        let shift = if high > low { shift } else { -shift };
        Some((at, (at as f32 + shift) * LINE_HZ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(tones: &[(f64, f64)]) -> Vec<Look> {
        let mut spectrum = Spectrum::new();
        (0..6)
            .map(|n| {
                let frame = std::array::from_fn(|m| {
                    let t = (n * HOP + m) as f64 / f64::from(RATE);
                    let sum: f64 = tones
                        .iter()
                        .map(|(hz, a)| a * (std::f64::consts::TAU * hz * t).sin())
                        .sum();
                    (sum * 32_767.0) as i16
                });
                spectrum.look(&frame)
            })
            .collect()
    }

    #[test]
    fn tones_are_found_with_their_frequency_and_share() {
        for hz in [350.0, 425.0, 440.5, 697.0, 1100.0, 2100.0, 3333.3] {
            let look = looks(&[(hz, 0.3)])[4];
            assert!((f64::from(look.peaks[0].hz) - hz).abs() < 1.0, "{hz}: {look:?}");
            assert!(look.peaks[0].share > 0.99, "{hz}: {look:?}");
        }
        let look = looks(&[(697.0, 0.2), (1209.0, 0.4)])[4];
        assert!((look.peaks[0].hz - 1209.0).abs() < 3.0 && (look.peaks[1].hz - 697.0).abs() < 3.0);
        assert!((look.peaks[0].share - 0.8).abs() < 0.02 && (look.peaks[1].share - 0.2).abs() < 0.02);
    }

    #[test]
    fn silence_has_no_peaks() {
        let look = looks(&[])[4];
        assert_eq!(look.peaks, [Peak::default(); PEAKS]);
    }
}
