//! How loud a device's audio is, measured on the bridge's clock and read by anybody.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// How loud something is, in dB relative to the overload point (dBov, RFC 6464 §3): 0 is a square wave at full scale, a
/// sine at full scale has an RMS of −3. Silence is −127.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DeviceLevel {
    /// Root mean square, smoothed over 125 ms.
    pub rms_dbov: f32,
    /// Largest sample of the last half second to second.
    pub peak_dbov: f32,
}

const SILENCE_DBOV: f32 = -127.0;

fn dbov(amplitude: f32) -> f32 {
    (20.0 * amplitude.log10()).clamp(SILENCE_DBOV, 0.0)
}

/// What readers see.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    mean_square: AtomicU32,
    peak: AtomicU32,
}

impl Meter {
    pub(crate) fn level(&self) -> DeviceLevel {
        let value = |v: &AtomicU32| f32::from_bits(v.load(Relaxed));
        DeviceLevel {
            rms_dbov: dbov(value(&self.mean_square).sqrt()),
            peak_dbov: dbov(value(&self.peak)),
        }
    }

    /// No device, no level.
    pub(crate) fn reset(&self) {
        self.mean_square.store(0, Relaxed);
        self.peak.store(0, Relaxed);
    }
}

/// The measuring side, a tick of 20 ms at a time.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    mean_square: f32,
    /// Largest of this half second and of the one before.
    peaks: [f32; 2],
    ticks: u32,
}

impl Gauge {
    const HALF_SECOND: u32 = 25;
    /// 1 − e^(−20/125).
    const SMOOTHING: f32 = 0.147_856;

    pub(crate) fn measure(&mut self, frame: &[f32], meter: &Meter) {
        if self.ticks >= Self::HALF_SECOND {
            self.peaks = [0.0, self.peaks[0]];
            self.ticks = 0;
        }
        self.ticks += 1;
        let (mut sum, mut peak) = (0.0, self.peaks[0]);
        for sample in frame {
            sum += sample * sample;
            peak = peak.max(sample.abs());
        }
        self.peaks[0] = peak;
        let mean = sum / frame.len().max(1) as f32;
        self.mean_square += (mean - self.mean_square) * Self::SMOOTHING;
        meter.mean_square.store(self.mean_square.to_bits(), Relaxed);
        meter.peak.store(peak.max(self.peaks[1]).to_bits(), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(gauge: &mut Gauge, meter: &Meter, amplitude: f32, ticks: usize) {
        for tick in 0..ticks {
            let mut frame = [0.0; 320];
            for (n, sample) in frame.iter_mut().enumerate() {
                let t = (tick * 320 + n) as f32 / 16_000.0;
                *sample = amplitude * (std::f32::consts::TAU * 1000.0 * t).sin();
            }
            gauge.measure(&frame, meter);
        }
    }

    #[test]
    fn a_sine_is_three_decibels_below_its_peak() {
        for (amplitude, peak) in [(1.0, 0.0), (0.1, -20.0), (0.001, -60.0)] {
            let (mut gauge, meter) = (Gauge::default(), Meter::default());
            ticks(&mut gauge, &meter, amplitude, 100);
            let level = meter.level();
            assert!((level.peak_dbov - peak).abs() < 0.1, "{level:?}");
            assert!((level.rms_dbov - (peak - 3.01)).abs() < 0.1, "{level:?}");
        }
    }

    #[test]
    fn silence_is_silence_and_peaks_are_forgotten() {
        let (mut gauge, meter) = (Gauge::default(), Meter::default());
        assert_eq!((meter.level().rms_dbov, meter.level().peak_dbov), (-127.0, -127.0));
        ticks(&mut gauge, &meter, 0.5, 10);
        ticks(&mut gauge, &meter, 0.0, 20);
        assert!(meter.level().peak_dbov > -7.0, "still held");
        ticks(&mut gauge, &meter, 0.0, 500);
        assert_eq!(meter.level().peak_dbov, -127.0);
        assert_eq!(meter.level().rms_dbov, -127.0);
    }
}
