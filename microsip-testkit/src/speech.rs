//! Speech made by espeak-ng, for tests that need another sentence than the one at hand.

use std::path::Path;

use crate::audio::Audio;
use crate::dir::TestDir;
use crate::process::Spec;
use crate::{Deadline, Error, Result};

/// How to speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// A voice of espeak-ng, such as `en-gb` (the default) or `de`.
    pub name: String,
    /// Words per minute (default 160).
    pub words_per_minute: u32,
    /// The rate of the result in Hz (default 16 000).
    pub rate_hz: u32,
    /// The level of the largest sample in dBFS (default -3).
    pub peak_dbfs: f64,
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            name: "en-gb".into(),
            words_per_minute: 160,
            rate_hz: 16_000,
            peak_dbfs: -3.0,
        }
    }
}

/// Speaks the text.
///
/// # Errors
/// [`Error::Missing`] without the package `espeak-ng`, [`Error::Exited`] for a voice it does not have.
pub fn say(text: &str, voice: &Voice) -> Result<Audio> {
    let dir = TestDir::new("speech")?;
    let file = dir.join("speech.wav");
    let (status, output) = Spec::installed("espeak-ng", "espeak-ng")?
        .args(["-v", &voice.name, "-s", &voice.words_per_minute.to_string(), "-w"])
        .arg(&file)
        .arg("--")
        .arg(text)
        .run(Deadline::secs(30))?;
    if !status.success() || !file.exists() {
        return Err(Error::Exited {
            program: "espeak-ng".into(),
            status,
            output: output.to_string(),
        });
    }
    let audio = Audio::read_wav(&file)?.resampled(voice.rate_hz);
    let gain = voice.peak_dbfs - audio.peak_dbfs();
    Ok(audio.gained(gain))
}

/// Speaks the text into a WAV file: 16-bit, mono.
///
/// # Errors
/// As [`say`]; [`Error::Format`] if the file cannot be written.
pub fn say_to_file(text: &str, voice: &Voice, path: impl AsRef<Path>) -> Result<()> {
    say(text, voice)?.write_wav(path)
}
