//! A WAV file as samples to compare with: whatever the player can play.

use std::path::Path;

use microsip_core::read_audio;
use microsip_testkit::audio::Audio;

/// Reads a file into one channel, the mean of all.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn read(path: &Path) -> Result<Audio, String> {
    let pcm = read_audio(path).map_err(|e| e.message().to_owned())?;
    let samples = pcm.samples.iter().map(|s| f32::from(*s) / 32768.0).collect();
    Ok(Audio::new(samples, pcm.rate))
}
