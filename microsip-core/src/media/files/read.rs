//! A whole file in memory, for those who compare or process it. Playing needs none of this.

use std::path::Path;

use super::decode::Decoder;
use super::resample::to_i16;
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

/// Reads a file whole, as [`Call::play`](crate::Call::play) would: WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus of any rate,
/// width and channel count, into 16-bit mono at the file's own rate (48 kHz for Opus).
///
/// # Errors
/// [`Io`](ErrorKind::Io) when it cannot be read, [`Media`](ErrorKind::Media) when it is no such file, changes its rate
/// midway or holds nothing, [`LimitReached`](ErrorKind::LimitReached) when it is longer than 2²⁸ samples.
pub fn read_audio(path: impl AsRef<Path>) -> Result<Pcm> {
    const OP: &str = "read audio";
    let path = path.as_ref();
    let media = |why: &str| Error::new(ErrorKind::Media, OP, format!("{} {why}", path.display()));
    let mut decoder = Decoder::open(OP, path)?;
    let mut samples = Vec::new();
    let mut rate = None;
    while let Some((now, piece)) = decoder.next()? {
        samples.extend(piece.iter().map(|s| to_i16(*s)));
        if samples.len() > MAX_SAMPLES {
            return Err(Error::new(
                ErrorKind::LimitReached,
                OP,
                format!("{} is longer than {MAX_SAMPLES} samples", path.display()),
            ));
        }
        if *rate.get_or_insert(now) != now {
            return Err(media("changes its sample rate midway"));
        }
    }
    match rate {
        Some(rate) => Ok(Pcm { rate, samples }),
        None => Err(media("holds no samples")),
    }
}
