//! Which devices are to be opened, and how.

use super::keeper::DeviceFallback;
use super::list::{DeviceChoice, DeviceDirection};
use super::voice::VoiceProcessing;
use crate::{Error, Result};

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceRole {
    /// The microphone.
    Input,
    /// The loudspeaker.
    Output,
    /// The loudspeaker that rings.
    Ringing,
}

impl DeviceRole {
    /// Every role.
    pub const ALL: [DeviceRole; 3] = [DeviceRole::Input, DeviceRole::Output, DeviceRole::Ringing];

    /// Stable lower-case name, as it appears in JSON: `"input"`, `"output"` or `"ringing"`.
    pub fn name(self) -> &'static str {
        match self {
            DeviceRole::Input => "input",
            DeviceRole::Output => "output",
            DeviceRole::Ringing => "ringing",
        }
    }

    /// Which way its audio goes.
    pub fn direction(self) -> DeviceDirection {
        match self {
            DeviceRole::Input => DeviceDirection::Input,
            DeviceRole::Output | DeviceRole::Ringing => DeviceDirection::Output,
        }
    }
}

/// Which devices are opened, and how. By default the system's microphone and loudspeaker, connected to every call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AudioDeviceOptions {
    /// The microphone; `None` for none.
    pub input: Option<DeviceChoice>,
    /// The loudspeaker; `None` for none.
    pub output: Option<DeviceChoice>,
    /// A loudspeaker of its own for ringing; `None`, the default, for none.
    pub ringing: Option<DeviceChoice>,
    /// What takes the place of a device that is lost.
    pub fallback: DeviceFallback,
    /// Whether calls are connected to microphone and loudspeaker as soon as their audio runs; default `true`.
    pub connect_calls: bool,
    /// What is done to the voice.
    pub processing: VoiceProcessing,
    /// Volume of each role in dB, in the order of [`DeviceRole::ALL`]; 0 by default.
    pub volume_db: [f32; 3],
}

impl AudioDeviceOptions {
    /// The default microphone and loudspeaker, connected to every call, nothing done to the voice.
    pub fn new() -> AudioDeviceOptions {
        AudioDeviceOptions {
            input: Some(DeviceChoice::Default),
            output: Some(DeviceChoice::Default),
            ringing: None,
            fallback: DeviceFallback::Default,
            connect_calls: true,
            processing: VoiceProcessing::new(),
            volume_db: [0.0; 3],
        }
    }

    /// Chooses the microphone, or none.
    #[must_use]
    pub fn input(mut self, choice: impl Into<Option<DeviceChoice>>) -> AudioDeviceOptions {
        self.input = choice.into();
        self
    }

    /// Chooses the loudspeaker, or none.
    #[must_use]
    pub fn output(mut self, choice: impl Into<Option<DeviceChoice>>) -> AudioDeviceOptions {
        self.output = choice.into();
        self
    }

    /// Chooses a loudspeaker for ringing, or none.
    #[must_use]
    pub fn ringing(mut self, choice: impl Into<Option<DeviceChoice>>) -> AudioDeviceOptions {
        self.ringing = choice.into();
        self
    }

    /// Says what takes the place of a device that is lost.
    #[must_use]
    pub fn fallback(mut self, fallback: DeviceFallback) -> AudioDeviceOptions {
        self.fallback = fallback;
        self
    }

    /// Whether calls are connected by themselves.
    #[must_use]
    pub fn connect_calls(mut self, connect: bool) -> AudioDeviceOptions {
        self.connect_calls = connect;
        self
    }

    /// Says what is done to the voice.
    #[must_use]
    pub fn processing(mut self, processing: VoiceProcessing) -> AudioDeviceOptions {
        self.processing = processing;
        self
    }

    /// Sets a volume, −60 to +20 dB.
    #[must_use]
    pub fn volume_db(mut self, role: DeviceRole, db: f32) -> AudioDeviceOptions {
        self.volume_db[role as usize] = db;
        self
    }

    pub(crate) fn choice(&self, role: DeviceRole) -> Option<&DeviceChoice> {
        match role {
            DeviceRole::Input => self.input.as_ref(),
            DeviceRole::Output => self.output.as_ref(),
            DeviceRole::Ringing => self.ringing.as_ref(),
        }
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        for role in DeviceRole::ALL {
            if let Some(choice) = self.choice(role) {
                choice.check(op)?;
            }
            factor(op, self.volume_db[role as usize])?;
        }
        if DeviceRole::ALL.iter().all(|role| self.choice(*role).is_none()) {
            return Err(Error::invalid(
                op,
                "neither a microphone nor a loudspeaker is asked for",
            ));
        }
        if self.processing.echo.is_some() && (self.input.is_none() || self.output.is_none()) {
            return Err(Error::invalid(
                op,
                "echo cancellation needs a microphone and a loudspeaker that are opened together",
            ));
        }
        self.processing.check(op)
    }
}

impl Default for AudioDeviceOptions {
    fn default() -> AudioDeviceOptions {
        AudioDeviceOptions::new()
    }
}

/// A volume in dB as factor.
pub(crate) fn factor(op: &'static str, db: f32) -> Result<f32> {
    if !(-60.0..=20.0).contains(&db) {
        return Err(Error::invalid(
            op,
            format!("a volume of {db} dB is not between -60 and +20; mute is apart from it"),
        ));
    }
    Ok(10_f32.powf(db / 20.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::EchoCancellation;

    #[test]
    fn options_that_make_no_sense_are_refused() {
        let new = AudioDeviceOptions::new;
        assert!(new().check("t").is_ok());
        for (wrong, what) in [
            (new().input(None).output(None), "neither"),
            (new().volume_db(DeviceRole::Ringing, 21.0), "volume of 21"),
            (new().volume_db(DeviceRole::Input, f32::NAN), "volume of NaN"),
            (
                new().ringing(DeviceChoice::Name(String::new())),
                "names no sound device",
            ),
            (
                new()
                    .output(None)
                    .processing(VoiceProcessing::new().echo(EchoCancellation::new())),
                "echo cancellation needs",
            ),
        ] {
            let error = wrong.check("t").unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
