//! How loud a tone is.

use std::fmt;

/// By how much a sine of 0 dBm0 lies below full scale, in dB (ITU-T G.711, A-law; µ-law has 3.17).
#[expect(clippy::approx_constant, reason = "decibels, not a circle")]
const HEADROOM_DB: f64 = 3.14;
/// By how much a sine lies below a square wave of the same peak, in dB.
const SINE_DB: f64 = 3.0103;

/// A level of sound in the digital network.
///
/// 0 dBm0 is the reference of telephony: a sine 3.14 dB below full scale (ITU-T G.711). 0 dBov is the loudest there can be, a
/// square wave at full scale (RFC 3389 §3.1, ITU-T G.100.1), so 0 dBm0 is −6.15 dBov.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// A level in dBm0.
    pub fn from_dbm0(dbm0: f64) -> Level {
        Level(dbm0)
    }

    /// A level in dBov.
    pub fn from_dbov(dbov: f64) -> Level {
        Level(dbov + HEADROOM_DB + SINE_DB)
    }

    /// It in dBm0.
    pub fn dbm0(self) -> f64 {
        self.0
    }

    /// It in dBov.
    pub fn dbov(self) -> f64 {
        self.0 - HEADROOM_DB - SINE_DB
    }

    /// The peak of a sine of this level; 1 is full scale.
    pub(super) fn amplitude(self) -> f64 {
        10_f64.powf((self.0 - HEADROOM_DB) / 20.0)
    }

    /// The root mean square of a sound of this level; 1 is full scale.
    pub(super) fn rms(self) -> f64 {
        10_f64.powf(self.dbov() / 20.0)
    }

    pub(super) fn is_usable(self) -> bool {
        (-90.0..=HEADROOM_DB + SINE_DB).contains(&self.0)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} dBm0", self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::approx_constant, reason = "decibels, not a circle")]

    use super::*;

    #[test]
    fn full_scale_is_where_the_standards_put_it() {
        // G.711: the sine that just reaches full scale has 3.14 dBm0; G.100.1: it has −3.01 dBov.
        let full = Level::from_dbm0(3.14);
        assert!((full.amplitude() - 1.0).abs() < 1e-9);
        assert!((full.dbov() + 3.01).abs() < 0.01);
        assert!((Level::from_dbm0(0.0).dbov() + 6.15).abs() < 0.01);
        assert!((Level::from_dbov(0.0).rms() - 1.0).abs() < 1e-9);
        // A sine's root mean square is its peak divided by the root of two.
        let level = Level::from_dbov(-26.0);
        assert!((level.amplitude() / level.rms() - std::f64::consts::SQRT_2).abs() < 1e-4);
    }
}
