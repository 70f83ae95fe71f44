//! Two clocks that are never equal, the bridge's and a device's: how far they are apart, and a resampler that makes up for it.
//!
//! What is watched is the *spare*: how much audio would be left in the ring when the side that waits for it has taken its
//! share, at the worst moment of the last seconds. A proportional-integral controller keeps the spare where it should be by
//! changing the ratio of an asynchronous resampler, so slowly that nobody hears it: at most two cents, and ramped. Because the
//! worst moment counts, a device that takes audio in bursts gets a longer ring by itself, and a regular one a short one.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};

use crate::{Error, ErrorKind, Result};

/// How long one window of the search for the worst moment is, and how many there are.
const WINDOW_NS: i64 = 1_000_000_000;
const WINDOWS: usize = 4;

/// How the loop works: its natural frequency in rad/s, how many windows it looks back, and how it smooths the steps between
/// them. Until it has settled it looks back less, for what it sees late makes it swing.
struct Pace {
    omega: f64,
    windows: usize,
    smoothing_s: f64,
}

const FAST: Pace = Pace {
    omega: 0.1,
    windows: 2,
    smoothing_s: 1.0,
};
const SLOW: Pace = Pace {
    omega: 0.03,
    windows: WINDOWS,
    smoothing_s: 4.0,
};
const SETTLING_NS: i64 = 60_000_000_000;
/// The spare aimed at: at first, when it is not known how regular the device is; at the least; at the most. In seconds.
const FIRST_S: f64 = 0.040;
const LEAST_S: f64 = 0.025;
const MOST_S: f64 = 0.100;
/// What it grows by when audio ran out, and how long until it has shrunk by a millisecond: while nothing ever ran out, and
/// since then.
const GROWTH_S: f64 = 0.010;
const SHRINKS_NS: (i64, i64) = (3_000_000_000, 60_000_000_000);
/// Largest correction: 1200 ppm, which is two cents. Crystals differ by 100 at the most; clocks of virtual machines by more.
const LIMIT: f64 = 1.2e-3;

/// The controller.
#[derive(Debug)]
pub(crate) struct Steering {
    target_s: f64,
    shrunk_at: i64,
    ran_out: bool,
    /// Worst spare of the windows before.
    past: [f64; WINDOWS - 1],
    worst: f64,
    window_from: i64,
    smooth: Option<f64>,
    integral: f64,
    correction: f64,
    started: i64,
    last: i64,
}

impl Steering {
    /// A controller that has seen nothing yet.
    pub(crate) fn new() -> Steering {
        Steering {
            target_s: FIRST_S,
            shrunk_at: 0,
            ran_out: false,
            past: [f64::INFINITY; WINDOWS - 1],
            worst: f64::INFINITY,
            window_from: 0,
            smooth: None,
            integral: 0.0,
            correction: 0.0,
            started: 0,
            last: 0,
        }
    }

    /// The stream was interrupted: what was measured is void, the drift that was learned is not.
    pub(crate) fn restart(&mut self) {
        self.past = [f64::INFINITY; WINDOWS - 1];
        self.worst = f64::INFINITY;
        self.smooth = None;
        self.correction = self.integral;
    }

    /// The spare aimed at, in seconds: a tick, since audio comes and goes by whole ticks, and what it takes to be safe from
    /// late threads.
    pub(crate) fn target_s(&self) -> f64 {
        self.target_s
    }

    /// Audio ran out although the spare was as wanted: it was not enough.
    pub(crate) fn ran_out(&mut self) {
        self.target_s = (self.target_s + GROWTH_S).min(MOST_S);
        self.ran_out = true;
    }

    fn shrink(&mut self, now: i64) {
        let every = if self.ran_out { SHRINKS_NS.1 } else { SHRINKS_NS.0 };
        if now - self.shrunk_at >= every {
            self.shrunk_at = now;
            self.target_s = (self.target_s - 0.001).max(LEAST_S);
        }
    }

    /// The spare at this tick; how much faster than nominal the ring is to be emptied (or slower to be filled), as a part of 1.
    pub(crate) fn update(&mut self, now: i64, spare_s: f64) -> f64 {
        if self.smooth.is_none() {
            self.started = now;
            self.window_from = now;
            self.last = now;
            self.shrunk_at = now;
        }
        self.shrink(now);
        let dt = ((now - self.last) as f64 * 1e-9).clamp(0.0, 0.1);
        self.last = now;
        if now - self.window_from >= WINDOW_NS {
            self.past.rotate_right(1);
            self.past[0] = self.worst;
            self.worst = f64::INFINITY;
            self.window_from = now;
        }
        self.worst = self.worst.min(spare_s);
        let pace = if now - self.started < SETTLING_NS { FAST } else { SLOW };
        let past = self.past.iter().take(pace.windows - 1);
        let worst = past.fold(self.worst, |a, b| a.min(*b));
        let before = self.smooth.unwrap_or(worst);
        let smooth = before + (worst - before) * (dt / pace.smoothing_s);
        self.smooth = Some(smooth);

        let omega = pace.omega;
        let error = smooth - self.target_s;
        let wanted = 2.0 * omega * error + self.integral;
        // Beyond the limit nothing is learned.
        if wanted.abs() < LIMIT {
            self.integral = (self.integral + omega * omega * error * dt).clamp(-LIMIT, LIMIT);
        }
        self.correction = wanted.clamp(-LIMIT, LIMIT);
        self.correction
    }

    /// The correction in force, in parts per million.
    pub(crate) fn ppm(&self) -> f64 {
        self.correction * 1e6
    }
}

/// Which side of the resampler has whole frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fixed {
    Input,
    Output,
}

/// A windowed-sinc resampler for one channel whose ratio can be changed while it runs. After [`Resampler::new`] nothing
/// allocates.
pub(crate) struct Resampler {
    inner: Async<f32>,
}

impl Resampler {
    /// From one rate to another in Hz, `chunk` samples at a time on the fixed side.
    pub(crate) fn new(op: &'static str, from: u32, to: u32, chunk: usize, fixed: Fixed) -> Result<Resampler> {
        /// Taps at the lower of the two rates: flat to 0.85 of its half, below −90 dB beyond it.
        const TAPS: f64 = 64.0;
        let ratio = f64::from(to) / f64::from(from);
        let taps = (TAPS / ratio.min(1.0)).ceil() as usize;
        let parameters = SincInterpolationParameters::new(taps, WindowFunction::BlackmanHarris2)
            .oversampling_factor(256)
            .interpolation(SincInterpolationType::Linear);
        let fixed = match fixed {
            Fixed::Input => FixedAsync::Input,
            Fixed::Output => FixedAsync::Output,
        };
        let inner = Async::new_sinc(ratio, 1.0 + 2.0 * LIMIT, &parameters, chunk, 1, fixed)
            .map_err(|e| Error::new(ErrorKind::Device, op, format!("cannot resample {from} to {to} Hz: {e}")))?;
        Ok(Resampler { inner })
    }

    /// Makes less of the same input, or takes more of it for the same output, by this part of 1; smoothly over the next chunk.
    pub(crate) fn squeeze(&mut self, part: f64) {
        // Cannot fail: the controller's limit is below ours.
        let set = self.inner.set_resample_ratio_relative(1.0 - part, true);
        debug_assert!(set.is_ok(), "{set:?}");
    }

    /// Samples the next chunk takes.
    pub(crate) fn input_next(&self) -> usize {
        self.inner.input_frames_next()
    }

    /// The most samples a chunk takes.
    pub(crate) fn input_max(&self) -> usize {
        self.inner.input_frames_max()
    }

    /// The most samples a chunk makes.
    pub(crate) fn output_max(&self) -> usize {
        self.inner.output_frames_max()
    }

    /// One chunk; how many samples it made. `input` holds [`Resampler::input_next`] samples, `output` has room for
    /// [`Resampler::output_max`] if the input is fixed, else for a chunk.
    pub(crate) fn process(&mut self, input: &[f32], output: &mut [f32]) -> usize {
        let room = output.len();
        let (Ok(from), Ok(mut to)) = (
            SequentialSlice::new(input, 1, input.len()),
            SequentialSlice::new_mut(output, 1, room),
        ) else {
            return 0;
        };
        let done = self.inner.process_into_buffer(&from, &mut to, None);
        debug_assert!(done.is_ok(), "{done:?}");
        done.map_or(0, |(_, made)| made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_controller_learns_the_drift_and_stays_within_its_limit() {
        for ppm in [-800.0, -100.0, 50.0, 500.0] {
            let mut steering = Steering::new();
            let (mut spare, mut now, mut correction) = (0.040, 0, 0.0);
            for _ in 0..50 * 900 {
                now += 20_000_000;
                spare += 0.02 * (ppm * 1e-6 - correction);
                correction = steering.update(now, spare);
                assert!(correction.abs() <= LIMIT);
                assert!((0.005..0.05).contains(&spare), "{ppm}: {spare}");
            }
            assert!((steering.ppm() - ppm).abs() < 2.0, "{ppm}: {}", steering.ppm());
            assert!((spare - 0.025).abs() < 0.0005, "{ppm}: {spare}");
            // A device on which audio runs out gets more to spare, within bounds.
            (0..20).for_each(|_| steering.ran_out());
            assert_eq!(steering.target_s(), MOST_S);
            // What was learned survives an interruption.
            steering.restart();
            assert!((steering.ppm() - ppm).abs() < 5.0);
        }
    }

    #[test]
    fn what_cannot_be_resampled_is_an_error() {
        let refused = Resampler::new("t", 0, 48_000, 160, Fixed::Input);
        assert_eq!(refused.err().unwrap().kind(), ErrorKind::Device);
    }
}
