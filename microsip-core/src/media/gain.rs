//! How much louder or softer, and how loud.

use crate::{Error, Result};

/// How much louder or softer something becomes on its way over the bridge: silence, or −42 to +6 dB.
///
/// The bridge works in 128ths of the amplitude (`pjmedia_conf_connect_port`), so small values are coarse: −42 dB is one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Gain {
    /// Amplitude in 128ths: 0 for silence, 128 for unchanged, at most 255.
    steps: u8,
}

impl Gain {
    /// Unchanged, 0 dB.
    pub const UNITY: Gain = Gain { steps: 128 };
    /// Nothing is heard.
    pub const SILENT: Gain = Gain { steps: 0 };

    /// A gain in decibels, −42 to +6.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) beyond that; use [`Gain::SILENT`] for silence.
    pub fn db(db: f32) -> Result<Gain> {
        // 6.0 dB is a factor of 1.995; 255/128 is that within 0.02 dB.
        if !(-42.2..=6.03).contains(&db) {
            return Err(Error::invalid(
                "gain",
                format!("{db} dB is not between -42 and +6 dB; Gain::SILENT is silence"),
            ));
        }
        Gain::factor(10_f32.powf(db / 20.0).min(255.0 / 128.0))
    }

    /// A gain as factor of the amplitude, 0.0 to 1.99.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) beyond that.
    pub fn factor(factor: f32) -> Result<Gain> {
        let steps = (factor * 128.0).round();
        if !(0.0..=255.0).contains(&steps) {
            return Err(Error::invalid(
                "gain",
                format!("a factor of {factor} is not between 0.0 and 1.99"),
            ));
        }
        Ok(Gain { steps: steps as u8 })
    }

    /// The factor of the amplitude.
    pub fn as_factor(self) -> f32 {
        f32::from(self.steps) / 128.0
    }

    /// The gain in decibels; minus infinity for silence.
    pub fn as_db(self) -> f32 {
        20.0 * self.as_factor().log10()
    }

    pub(crate) fn steps(self) -> i32 {
        i32::from(self.steps)
    }
}

impl Default for Gain {
    fn default() -> Gain {
        Gain::UNITY
    }
}

/// How loud a call is, over the last 20 ms: mean amplitude (not RMS) below full scale.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Levels {
    /// What came from the peer, in dB below full scale: 0 at the most, −96 for silence.
    pub received_dbov: f32,
    /// What went to the peer.
    pub sent_dbov: f32,
}

impl Levels {
    /// From mean amplitudes.
    pub(crate) fn new((received, sent): (u16, u16)) -> Levels {
        let db = |amplitude: u16| (20.0 * (f32::from(amplitude) / 32_768.0).log10()).max(-96.0);
        Levels {
            received_dbov: db(received),
            sent_dbov: db(sent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_become_steps_and_back() {
        for (db, steps) in [(0.0, 128), (-6.02, 64), (6.0, 255), (-42.0, 1), (-12.04, 32)] {
            let gain = Gain::db(db).unwrap();
            assert_eq!(gain.steps(), steps, "{db}");
        }
        assert_eq!(Gain::factor(0.0).unwrap(), Gain::SILENT);
        assert!((Gain::db(-6.02).unwrap().as_db() + 6.02).abs() < 0.01);
    }

    #[test]
    fn what_the_bridge_cannot_do_is_refused() {
        for db in [7.0, -50.0, f32::NAN, f32::INFINITY] {
            assert!(Gain::db(db).is_err(), "{db}");
        }
        for factor in [-0.1, 2.0, f32::NAN] {
            assert!(Gain::factor(factor).is_err(), "{factor}");
        }
    }

    #[test]
    fn levels_are_decibels_below_full_scale() {
        let levels = Levels::new((16_384, 0));
        assert!((levels.received_dbov + 6.02).abs() < 0.01);
        assert_eq!(levels.sent_dbov, -96.0);
    }
}
