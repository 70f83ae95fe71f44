//! Options of `microsip run` about sound devices.

use clap::Args;
use microsip_core::DeviceChoice;

/// Microphone, loudspeaker, ringing. No device is opened, nor even listed, without one of these options.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sound devices")]
pub struct DeviceArgs {
    /// Opens a microphone and a loudspeaker for all calls: the system's, or the one of this name, part of it, or id (as the command
    /// devices tells them).
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = choice)]
    pub audio_device: Option<DeviceChoice>,

    /// The microphone, if it is another one; without --audio-device, this alone is opened.
    #[arg(long, value_name = "NAME", value_parser = choice)]
    pub audio_input: Option<DeviceChoice>,

    /// The loudspeaker, likewise.
    #[arg(long, value_name = "NAME", value_parser = choice)]
    pub audio_output: Option<DeviceChoice>,

    /// A loudspeaker that rings while a call comes in.
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = choice)]
    pub ringing_device: Option<DeviceChoice>,

    /// Cancels echo, suppresses noise and levels the microphone, as one needs it without a headset.
    #[arg(long)]
    pub hands_free: bool,
}

impl DeviceArgs {
    /// Whether any device is to be opened.
    pub fn any(&self) -> bool {
        [
            &self.audio_device,
            &self.audio_input,
            &self.audio_output,
            &self.ringing_device,
        ]
        .iter()
        .any(|choice| choice.is_some())
    }
}

/// A name, an id (`SYSTEM:…`), or nothing for the system's own.
fn choice(text: &str) -> Result<DeviceChoice, String> {
    if text.chars().any(char::is_control) {
        return Err("expected the name or id of a device, as the command devices tells them".into());
    }
    Ok(match text {
        "" | "default" => DeviceChoice::Default,
        // Ids begin with the sound system, and have no spaces there.
        id if id
            .split_once(':')
            .is_some_and(|(system, _)| system.bytes().all(|b| b.is_ascii_alphanumeric())) =>
        {
            DeviceChoice::Id(id.to_owned())
        }
        name => DeviceChoice::Name(name.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_chosen_by_name_or_id() {
        assert_eq!(choice(""), Ok(DeviceChoice::Default));
        assert_eq!(choice("default"), Ok(DeviceChoice::Default));
        let id = "alsa:sysdefault:CARD=Headset";
        assert_eq!(choice(id), Ok(DeviceChoice::Id(id.into())));
        assert_eq!(choice("Jabra Evolve"), Ok(DeviceChoice::Name("Jabra Evolve".into())));
        assert_eq!(choice("My card: mic"), Ok(DeviceChoice::Name("My card: mic".into())));
        assert!(choice("a\nb").is_err());
    }
}
