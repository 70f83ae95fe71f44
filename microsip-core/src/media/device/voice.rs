//! What is done to a voice between the microphone and the bridge.

use std::time::Duration;

use crate::{Error, Result};

/// Which echo canceller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum EchoCanceller {
    /// Speex' adaptive filter (MDF) with a suppressor behind it; any rate.
    #[default]
    Speex,
    /// WebRTC's third; finds the delay by itself and copes better with two people at once. Needs a build with the feature
    /// `aec3` and a bridge of 16, 32 or 48 kHz.
    Aec3,
}

impl EchoCanceller {
    /// Stable lower-case name, as it appears in JSON: `"speex"` or `"aec3"`.
    pub fn name(self) -> &'static str {
        match self {
            EchoCanceller::Speex => "speex",
            EchoCanceller::Aec3 => "aec3",
        }
    }
}

/// How echo is taken out of what a microphone hears: echo of the loudspeaker opened with it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EchoCancellation {
    /// Which algorithm.
    pub canceller: EchoCanceller,
    /// How long the room rings, and how far the system's delay is not known: 20 to 500 ms.
    pub tail: Duration,
    /// How much of the echo that is left is suppressed while only the far end speaks, in dB: 0 to 60; Speex only.
    pub suppression_db: f32,
}

impl EchoCancellation {
    /// Speex, 200 ms, 40 dB.
    pub fn new() -> EchoCancellation {
        EchoCancellation {
            canceller: EchoCanceller::Speex,
            tail: Duration::from_millis(200),
            suppression_db: 40.0,
        }
    }

    /// Chooses the algorithm.
    #[must_use]
    pub fn canceller(mut self, canceller: EchoCanceller) -> EchoCancellation {
        self.canceller = canceller;
        self
    }

    /// Sets the tail, 20 to 500 ms. A longer one learns more slowly and costs more.
    #[must_use]
    pub fn tail(mut self, tail: Duration) -> EchoCancellation {
        self.tail = tail;
        self
    }

    /// Sets the suppression of what is left, 0 to 60 dB.
    #[must_use]
    pub fn suppression_db(mut self, db: f32) -> EchoCancellation {
        self.suppression_db = db;
        self
    }
}

impl Default for EchoCancellation {
    fn default() -> EchoCancellation {
        EchoCancellation::new()
    }
}

/// What is done to a voice: everything is off unless it is set.
///
/// It runs on the bridge's clock at the bridge's rate, 20 ms at a time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct VoiceProcessing {
    /// Echo cancellation; works with a loudspeaker only.
    pub echo: Option<EchoCancellation>,
    /// Noise suppression: how much softer steady noise becomes, in dB, 1 to 40.
    pub noise_suppression_db: Option<f32>,
    /// Automatic gain: the level speech is brought to, as RMS in dBov, −40 to −16.
    pub gain_target_dbov: Option<f32>,
}

impl VoiceProcessing {
    /// Nothing is done.
    pub fn new() -> VoiceProcessing {
        VoiceProcessing::default()
    }

    /// What a telephone with a loudspeaker needs: echo cancellation by Speex, noise down by 15 dB, speech at −24 dBov.
    pub fn hands_free() -> VoiceProcessing {
        VoiceProcessing::new()
            .echo(EchoCancellation::new())
            .noise_suppression_db(15.0)
            .gain_target_dbov(-24.0)
    }

    /// Takes echo out.
    #[must_use]
    pub fn echo(mut self, echo: EchoCancellation) -> VoiceProcessing {
        self.echo = Some(echo);
        self
    }

    /// Makes steady noise softer by so many dB, 1 to 40.
    #[must_use]
    pub fn noise_suppression_db(mut self, db: f32) -> VoiceProcessing {
        self.noise_suppression_db = Some(db);
        self
    }

    /// Brings speech to this level, −40 to −16 dBov.
    #[must_use]
    pub fn gain_target_dbov(mut self, dbov: f32) -> VoiceProcessing {
        self.gain_target_dbov = Some(dbov);
        self
    }

    pub(crate) fn is_off(&self) -> bool {
        self.echo.is_none() && self.noise_suppression_db.is_none() && self.gain_target_dbov.is_none()
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let within = |what: &str, value: Option<f32>, from: f32, to: f32| match value {
            Some(value) if !(from..=to).contains(&value) => Err(Error::invalid(
                op,
                format!("{what} of {value} dB is not between {from} and {to}"),
            )),
            _ => Ok(()),
        };
        within("noise suppression", self.noise_suppression_db, 1.0, 40.0)?;
        within("a level for automatic gain", self.gain_target_dbov, -40.0, -16.0)?;
        let Some(echo) = self.echo else { return Ok(()) };
        within("echo suppression", Some(echo.suppression_db), 0.0, 60.0)?;
        if !(20..=500).contains(&echo.tail.as_millis()) {
            return Err(Error::invalid(
                op,
                format!("an echo tail of {:?} is not between 20 and 500 ms", echo.tail),
            ));
        }
        if echo.canceller == EchoCanceller::Aec3 && !cfg!(feature = "aec3") {
            return Err(Error::new(
                crate::ErrorKind::Unsupported,
                op,
                "this build has no AEC3; build it with the feature `aec3`, or take EchoCanceller::Speex",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_named() {
        let new = VoiceProcessing::new;
        assert!(VoiceProcessing::hands_free().check("t").is_ok());
        for (wrong, what) in [
            (new().noise_suppression_db(0.0), "noise suppression"),
            (new().noise_suppression_db(f32::NAN), "noise suppression"),
            (new().gain_target_dbov(-5.0), "automatic gain"),
            (
                new().echo(EchoCancellation::new().suppression_db(-1.0)),
                "echo suppression",
            ),
            (new().echo(EchoCancellation::new().tail(Duration::from_secs(1))), "tail"),
        ] {
            let error = wrong.check("t").unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        #[cfg(not(feature = "aec3"))]
        {
            let aec3 = new().echo(EchoCancellation::new().canceller(EchoCanceller::Aec3));
            assert_eq!(aec3.check("t").unwrap_err().kind(), crate::ErrorKind::Unsupported);
        }
    }
}
