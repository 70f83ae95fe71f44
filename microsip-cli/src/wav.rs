//! A WAV file as samples to compare with: whatever the player can play, also A-law and ADPCM.

use std::fs::File;
use std::path::Path;

use microsip_testkit::audio::Audio;
use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatOptions;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// Reads a file into one channel, the mean of all.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn read(path: &Path) -> Result<Audio, String> {
    let name = path.display();
    let no_wav = |e: Error| format!("{name} is no WAV file that can be played: {e}");
    let file = File::open(path).map_err(|e| format!("cannot read {name}: {e}"))?;
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let probe = symphonia::default::get_probe();
    let mut format = probe
        .format(
            Hint::new().with_extension("wav"),
            stream,
            &FormatOptions::default(),
            &MetadataOptions::default(),
        )
        .map_err(no_wav)?
        .format;
    let track = format.default_track().ok_or_else(|| format!("{name} holds no audio"))?;
    let mut decoder = symphonia::default::get_codecs()
        .make(&track.codec_params, &DecoderOptions::default())
        .map_err(no_wav)?;
    let mut audio = Audio::new(Vec::new(), 0);
    // The end of the file is an I/O error in symphonia's terms.
    while let Ok(packet) = format.next_packet() {
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            Err(Error::DecodeError(_)) => continue,
            Err(e) => return Err(no_wav(e)),
        };
        let spec = *decoded.spec();
        let channels = spec.channels.count().max(1);
        let mut buffer = SampleBuffer::<f32>::new(decoded.capacity() as u64, spec);
        buffer.copy_interleaved_ref(decoded);
        let frames = buffer.samples().chunks_exact(channels);
        audio
            .samples
            .extend(frames.map(|frame| frame.iter().sum::<f32>() / channels as f32));
        audio.rate_hz = spec.rate;
    }
    if audio.samples.is_empty() {
        return Err(format!("{name} holds no samples"));
    }
    Ok(audio)
}
