//! Audio files to be written: which kinds there are, and what all of them can do.
//!
//! All of them keep the file readable while it grows: what was written before the last checkpoint survives the process.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// What a recording is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordFormat {
    /// WAV, 16-bit PCM; becomes RF64 (EBU Tech 3306) beyond 4 GiB.
    Wav,
    /// Ogg Opus (RFC 7845), 20 ms a packet. Two channels are two independent streams, so that neither leaks into the other.
    /// Needs the feature `opus`.
    Opus,
    /// FLAC (RFC 9639), 16 bit: lossless, about half of WAV.
    Flac,
}

impl RecordFormat {
    /// Stable lower-case name, which is the usual extension too: `"wav"`, `"opus"`, `"flac"`.
    pub fn name(self) -> &'static str {
        match self {
            RecordFormat::Wav => "wav",
            RecordFormat::Opus => "opus",
            RecordFormat::Flac => "flac",
        }
    }

    /// By the extension of a file's name (`wav`, `wave`, `opus`, `ogg`, `oga`, `flac`, in capitals or not); WAV without any.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for another extension.
    pub fn of_path(path: impl AsRef<Path>) -> Result<RecordFormat> {
        RecordFormat::of("record format", path.as_ref())
    }

    /// The same for an operation.
    pub(crate) fn of(op: &'static str, path: &Path) -> Result<RecordFormat> {
        let Some(extension) = path.extension() else {
            return Ok(RecordFormat::Wav);
        };
        RecordFormat::named(&extension.to_string_lossy()).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidArgument,
                op,
                format!(
                    "{} has no extension we can write (wav, opus, ogg, flac); name it so, or choose a format",
                    path.display()
                ),
            )
        })
    }

    /// The format of an extension, in capitals or not.
    pub(crate) fn named(extension: &str) -> Option<RecordFormat> {
        match extension.to_ascii_lowercase().as_str() {
            "wav" | "wave" => Some(RecordFormat::Wav),
            "opus" | "ogg" | "oga" => Some(RecordFormat::Opus),
            "flac" => Some(RecordFormat::Flac),
            _ => None,
        }
    }

    /// The rate it is written at when nobody says, from a bridge of `bridge` Hz.
    pub(crate) fn rate(self, bridge: u32) -> u32 {
        match self {
            RecordFormat::Opus if !OPUS_RATES.contains(&bridge) => 48_000,
            _ => bridge,
        }
    }

    /// Whether it can hold that rate.
    pub(crate) fn check_rate(self, op: &'static str, rate: u32) -> Result<()> {
        let fits = match self {
            RecordFormat::Opus => OPUS_RATES.contains(&rate),
            RecordFormat::Wav | RecordFormat::Flac => (8000..=48_000).contains(&rate),
        };
        if fits {
            return Ok(());
        }
        let which = match self {
            RecordFormat::Opus => "Opus knows 8000, 12000, 16000, 24000 and 48000 Hz",
            RecordFormat::Wav | RecordFormat::Flac => "recordings have 8000 to 48000 Hz",
        };
        Err(Error::invalid(op, format!("{rate} Hz: {which}")))
    }

    /// Begins a file, which is empty.
    pub(crate) fn encoder(self, file: File, shape: Shape) -> io::Result<Box<dyn Encoder>> {
        Ok(match self {
            RecordFormat::Wav => Box::new(super::wav::WavFile::new(file, shape)?),
            #[cfg(feature = "opus")]
            RecordFormat::Opus => Box::new(super::ogg::OpusFile::new(file, shape)?),
            #[cfg(not(feature = "opus"))]
            RecordFormat::Opus => return Err(io::Error::other("this build lacks Opus (feature `opus`)")),
            RecordFormat::Flac => Box::new(super::flac::FlacFile::new(file, shape)?),
        })
    }
}

/// What libopus takes.
const OPUS_RATES: [u32; 5] = [8000, 12_000, 16_000, 24_000, 48_000];

/// What the samples look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) rate: u32,
    pub(crate) channels: u16,
    /// Bits a second and channel, for what has such a thing.
    #[cfg_attr(not(feature = "opus"), expect(dead_code, reason = "no other format has one"))]
    pub(crate) bitrate: Option<u32>,
}

/// A file that grows.
pub(crate) trait Encoder: Send {
    /// Takes whole frames, interleaved; may keep some back.
    fn write(&mut self, samples: &[i16]) -> io::Result<()>;
    /// Makes the file readable up to here, or nearly: codecs work in blocks.
    fn checkpoint(&mut self) -> io::Result<()>;
    /// Completes the file. After an error of `write` or `checkpoint` it makes what is there readable.
    fn finish(&mut self) -> io::Result<()>;
    /// Frames a reader finds in the file after `finish`.
    fn frames(&self) -> u64;
}
