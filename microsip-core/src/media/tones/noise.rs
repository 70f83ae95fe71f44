//! Comfort noise (RFC 3389): a level, and a spectrum given by an all-pole filter.

use super::{DEFAULT_NOISE_DBOV, Level};

/// RFC 3389 §3.2 has no limit; ITU-T G.711 Appendix II uses ten.
const MAX_ORDER: usize = 16;
/// The default falls by 6 dB an octave from here on, roughly as the noise of rooms does (Hoth noise, ITU-T P.800 Annex B).
const CORNER_HZ: f64 = 500.0;

/// Noise that tells a listener the line is not dead.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ComfortNoise {
    /// How loud it is; default −60 dBov.
    pub level: Level,
    /// Its spectrum as reflection coefficients of the filter that makes it of white noise (RFC 3389 §3.2), each between −1
    /// and 1, at most 16, for 8,000 samples a second. Empty, the default, is a spectrum like that of rooms: less of the high frequencies.
    pub reflection: Vec<f64>,
}

impl Default for ComfortNoise {
    fn default() -> Self {
        ComfortNoise {
            level: Level::from_dbov(DEFAULT_NOISE_DBOV),
            reflection: Vec::new(),
        }
    }
}

impl ComfortNoise {
    /// Noise of a level with the usual spectrum.
    pub fn new(level: Level) -> ComfortNoise {
        ComfortNoise {
            level,
            ..ComfortNoise::default()
        }
    }

    /// Sets its spectrum.
    pub fn reflection(mut self, coefficients: Vec<f64>) -> ComfortNoise {
        self.reflection = coefficients;
        self
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.reflection.len() > MAX_ORDER {
            return Err(format!(
                "{} reflection coefficients, at most {MAX_ORDER}",
                self.reflection.len()
            ));
        }
        match self.reflection.iter().find(|k| k.is_nan() || k.abs() >= 1.0) {
            Some(k) => Err(format!("a reflection coefficient of {k} is not between -1 and 1")),
            None => Ok(()),
        }
    }
}

/// Makes it: white noise through a lattice filter.
pub(super) struct NoiseSource {
    state: u64,
    /// What white noise of −1 to 1 is multiplied by.
    gain: f64,
    order: usize,
    reflection: [f64; MAX_ORDER],
    backward: [f64; MAX_ORDER + 1],
}

impl NoiseSource {
    pub(super) fn new(noise: &ComfortNoise, rate: u32, seed: u64) -> NoiseSource {
        let mut reflection = [0.0; MAX_ORDER];
        let order = if noise.reflection.is_empty() {
            // One pole.
            reflection[0] = -(-std::f64::consts::TAU * CORNER_HZ / f64::from(rate)).exp();
            1
        } else {
            let order = noise.reflection.len().min(MAX_ORDER);
            reflection[..order].copy_from_slice(&noise.reflection[..order]);
            order
        };
        // The filter multiplies power by the product of 1/(1 − k²); uniform noise has a third of its peak's power.
        let less: f64 = reflection.iter().map(|k| 1.0 - k * k).product();
        NoiseSource {
            state: seed | 1,
            gain: noise.level.rms() * 3_f64.sqrt() * less.sqrt(),
            order,
            reflection,
            backward: [0.0; MAX_ORDER + 1],
        }
    }

    /// The next sample; 1 is full scale.
    pub(super) fn next(&mut self) -> f64 {
        // xorshift64* (Vigna, 2016).
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        let white = bits as f64 / (1_u64 << 52) as f64 - 1.0;
        let mut forward = white * self.gain;
        for m in (0..self.order).rev() {
            forward -= self.reflection[m] * self.backward[m];
            self.backward[m + 1] = self.backward[m] + self.reflection[m] * forward;
        }
        self.backward[0] = forward;
        forward
    }
}

#[cfg(test)]
mod tests {
    use microsip_testkit::audio::{Audio, tone_level};

    use super::*;

    fn made(noise: &ComfortNoise, rate: u32, seconds: usize) -> Audio {
        let mut source = NoiseSource::new(noise, rate, 42);
        let samples = (0..rate as usize * seconds).map(|_| source.next() as f32).collect();
        Audio::new(samples, rate)
    }

    /// Power in a band, by many tones.
    fn band(audio: &Audio, from: u32, to: u32) -> f64 {
        let power = |hz| 10_f64.powf(tone_level(audio, f64::from(hz)) / 10.0);
        let levels: Vec<f64> = (from..to).step_by(7).map(power).collect();
        10.0 * (levels.iter().sum::<f64>() / levels.len() as f64).log10()
    }

    #[test]
    fn its_level_is_exact_at_any_rate_and_with_any_filter() {
        for dbov in [-30.0, -60.0] {
            for (rate, reflection) in [(8000, vec![]), (48_000, vec![]), (8000, vec![-0.8, 0.4, -0.2, 0.1])] {
                let noise = ComfortNoise::new(Level::from_dbov(dbov)).reflection(reflection);
                // The testkit's dBFS are those of a sine.
                let got = made(&noise, rate, 10).rms_dbfs() - 3.01;
                assert!((got - dbov).abs() < 0.5, "{got} for {dbov} at {rate}");
            }
        }
    }

    #[test]
    fn its_spectrum_falls_or_is_what_was_asked_for() {
        let usual = made(&ComfortNoise::default(), 8000, 4);
        let fall = band(&usual, 200, 400) - band(&usual, 2800, 3400);
        assert!((8.0..18.0).contains(&fall), "falls by {fall} dB");
        // One positive coefficient lifts the upper end: 1/(1 + k z^-1).
        let bright = made(&ComfortNoise::default().reflection(vec![0.6]), 8000, 4);
        let rise = band(&bright, 3400, 3900) - band(&bright, 100, 600);
        // 20 log (1.6 / 0.4) at the very ends.
        assert!((8.0..12.5).contains(&rise), "rises by {rise} dB");
    }

    #[test]
    fn filters_that_would_burst_are_refused() {
        assert!(ComfortNoise::default().reflection(vec![1.0]).check().is_err());
        assert!(ComfortNoise::default().reflection(vec![f64::NAN]).check().is_err());
        assert!(ComfortNoise::default().reflection(vec![0.1; 17]).check().is_err());
        assert!(ComfortNoise::default().reflection(vec![-0.99; 16]).check().is_ok());
    }
}
