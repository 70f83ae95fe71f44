//! WAV files in: any rate, width and channel count, read whole into 16-bit mono.

use std::fs::File;
use std::path::Path;

use symphonia::core::audio::{AudioBufferRef, SampleBuffer, SignalSpec};
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::errors::Error as Decode;
use symphonia::core::formats::FormatOptions;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

use crate::{Error, ErrorKind, Result};

/// Longest file that is read into memory: 512 MiB of 16-bit samples, over nine hours at 8 kHz.
const MAX_SAMPLES: usize = 256 << 20;

/// A file's audio: signed 16 bit, mono.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pcm {
    /// Samples per second.
    pub rate: u32,
    /// The samples, channels averaged.
    pub samples: Vec<i16>,
}

/// Reads a WAV file as [`Call::play`](crate::Call::play) would: any rate, width and channel count, into 16-bit mono.
///
/// # Errors
/// [`Io`](ErrorKind::Io) when it cannot be read, [`Media`](ErrorKind::Media) when it is no WAV file or holds nothing.
pub fn read_wav(path: impl AsRef<Path>) -> Result<Pcm> {
    read("read WAV", path.as_ref())
}

/// Reads `path` on behalf of `op`.
pub(super) fn read(op: &'static str, path: &Path) -> Result<Pcm> {
    let name = path.display();
    let io = |e: std::io::Error| Error::new(ErrorKind::Io, op, format!("cannot read {name}: {e}"));
    let media = |why: String| {
        Error::new(
            ErrorKind::Media,
            op,
            format!("{name} is no WAV file we can play: {why}"),
        )
    };

    let file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.is_dir() {
        return Err(Error::new(
            ErrorKind::Io,
            op,
            format!("cannot read {name}: it is a folder"),
        ));
    }
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let mut hint = Hint::new();
    hint.with_extension("wav");
    let probed = symphonia::default::get_probe()
        .format(&hint, stream, &FormatOptions::default(), &MetadataOptions::default())
        .map_err(|e| media(e.to_string()))?;
    let mut format = probed.format;
    let track = format
        .default_track()
        .ok_or_else(|| media("it holds no audio".into()))?;
    let track_id = track.id;
    let mut decoder = symphonia::default::get_codecs()
        .make(&track.codec_params, &DecoderOptions::default())
        .map_err(|e| media(e.to_string()))?;

    let mut samples = Vec::new();
    let mut rate = 0;
    loop {
        let packet = match format.next_packet() {
            Ok(packet) if packet.track_id() == track_id => packet,
            Ok(_) => continue,
            // A file cut short ends here; what came before is played.
            Err(Decode::IoError(_)) | Err(Decode::ResetRequired) => break,
            Err(e) => return Err(media(e.to_string())),
        };
        match decoder.decode(&packet) {
            Ok(decoded) => {
                let spec = *decoded.spec();
                rate = spec.rate;
                append_mono(&mut samples, decoded, spec);
            }
            Err(Decode::DecodeError(_)) => continue,
            Err(e) => return Err(media(e.to_string())),
        }
        if samples.len() > MAX_SAMPLES {
            return Err(media(format!("it is longer than {MAX_SAMPLES} samples")));
        }
    }
    if samples.is_empty() {
        return Err(media("it holds no samples".into()));
    }
    if !(4000..=192_000).contains(&rate) {
        return Err(media(format!("its rate of {rate} Hz is not between 4000 and 192000")));
    }
    Ok(Pcm { rate, samples })
}

/// Averages the channels, so that nothing on either side is lost or clipped.
fn append_mono(into: &mut Vec<i16>, decoded: AudioBufferRef<'_>, spec: SignalSpec) {
    let channels = spec.channels.count().max(1);
    let mut buffer = SampleBuffer::<i16>::new(decoded.capacity() as u64, spec);
    buffer.copy_interleaved_ref(decoded);
    if channels == 1 {
        into.extend_from_slice(buffer.samples());
    } else {
        into.extend(buffer.samples().chunks_exact(channels).map(|frame| {
            let sum: i32 = frame.iter().map(|s| i32::from(*s)).sum();
            (sum / channels as i32) as i16
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(name: &str, spec: hound::WavSpec, samples: &[f64]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("microsip-wav-{}-{name}.wav", std::process::id()));
        let mut w = hound::WavWriter::create(&path, spec).unwrap();
        for s in samples {
            for _ in 0..spec.channels {
                match (spec.sample_format, spec.bits_per_sample) {
                    (hound::SampleFormat::Float, _) => w.write_sample(*s as f32).unwrap(),
                    (_, bits) => {
                        let full = f64::from((1u32 << (bits - 1)) - 1);
                        w.write_sample((s * full) as i32).unwrap();
                    }
                }
            }
        }
        w.finalize().unwrap();
        path
    }

    #[test]
    fn every_width_and_channel_count_gives_the_same_audio() {
        let tone: Vec<f64> = (0..4410)
            .map(|i| 0.5 * (f64::from(i) * 440.0 * std::f64::consts::TAU / 44100.0).sin())
            .collect();
        for channels in [1, 2, 6] {
            for (bits, format) in [
                (8, hound::SampleFormat::Int),
                (16, hound::SampleFormat::Int),
                (24, hound::SampleFormat::Int),
                (32, hound::SampleFormat::Int),
                (32, hound::SampleFormat::Float),
            ] {
                let spec = hound::WavSpec {
                    channels,
                    sample_rate: 44100,
                    bits_per_sample: bits,
                    sample_format: format,
                };
                let path = write(&format!("{channels}-{bits}-{format:?}"), spec, &tone);
                let pcm = read("test", &path).unwrap();
                std::fs::remove_file(&path).unwrap();
                assert_eq!(
                    (pcm.rate, pcm.samples.len()),
                    (44100, tone.len()),
                    "{channels} {bits} {format:?}"
                );
                let worst = pcm
                    .samples
                    .iter()
                    .zip(&tone)
                    .map(|(a, b)| (f64::from(*a) / 32767.0 - b).abs())
                    .fold(0.0, f64::max);
                // Eight bits are that coarse.
                assert!(
                    worst < if bits == 8 { 0.02 } else { 0.001 },
                    "{channels} {bits} {format:?}: off by {worst}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_wav_is_refused_with_its_name() {
        let dir = std::env::temp_dir();
        assert_eq!(read("t", &dir).map(|_| ()).unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(
            read("t", &dir.join("not-there.wav")).map(|_| ()).unwrap_err().kind(),
            ErrorKind::Io
        );
        let text = dir.join(format!("microsip-{}-text.wav", std::process::id()));
        std::fs::write(&text, "hello, this is no audio at all").unwrap();
        let e = read("t", &text).map(|_| ()).unwrap_err();
        std::fs::remove_file(&text).unwrap();
        assert_eq!(e.kind(), ErrorKind::Media);
        assert!(e.to_string().contains("text.wav"), "{e}");
    }
}
