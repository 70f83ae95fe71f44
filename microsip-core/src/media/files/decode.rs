//! A file's audio, a piece at a time: any container and codec that symphonia knows, and Opus by libopus.
//!
//! Everything comes out as one channel, the mean of all, at the file's own rate.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS, CODEC_ID_OPUS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::{Error as Failed, SeekErrorKind};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};

use super::source::Source;
use crate::{Error, ErrorKind, Result};

/// Rates that are played; a header that claims another is broken.
const RATES: std::ops::RangeInclusive<u32> = 1000..=768_000;
/// Codecs need to hear something before a point to be right there: Opus 80 ms (RFC 7845 §4.6), Vorbis its longest block, MP3 a
/// few frames.
const PREROLL: u64 = 8192;

/// A file, open, somewhere in its audio.
pub(crate) struct Decoder {
    op: &'static str,
    path: PathBuf,
    format: Box<dyn FormatReader>,
    track: Track,
    /// Samples per second of what came last.
    rate: u32,
    /// Frames that must still come, where the container tells; what follows them is no audio.
    left: Option<u64>,
    /// Where audio is wanted from, in the container's count; set until the first packet after a jump came.
    wanted: Option<i64>,
    /// Frames to leave out before anything comes out.
    skip: u64,
    mono: Vec<f32>,
    interleaved: Vec<f32>,
}

/// The stream of the file that is heard.
struct Track {
    id: u32,
    codec: Codec,
    rate: u32,
    /// The unit in which the container counts; `None` for one sample.
    unit: Option<TimeBase>,
    /// Frames, where that is known.
    length: Option<u64>,
    /// ADPCM in WAV: symphonia takes blocks for frames when it jumps, so everything up to the place is decoded.
    stepped: bool,
}

enum Codec {
    Symphonia(Box<dyn AudioDecoder>),
    #[cfg(feature = "opus")]
    Opus(Opus),
}

#[cfg(feature = "opus")]
struct Opus {
    decoder: crate::pj::opus::OpusDecoder,
    channels: usize,
    pre_skip: u16,
}

impl Codec {
    fn make(params: &AudioCodecParameters) -> Result<Codec, String> {
        if params.codec == CODEC_ID_OPUS {
            #[cfg(feature = "opus")]
            return Opus::new(params.extra_data.as_deref().unwrap_or_default()).map(Codec::Opus);
            #[cfg(not(feature = "opus"))]
            return Err("this build lacks Opus (feature `opus`)".into());
        }
        symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default())
            .map(Codec::Symphonia)
            .map_err(|e| e.to_string())
    }

    /// What the container counts before the first sample that is heard.
    fn lead(&self) -> u64 {
        match self {
            Codec::Symphonia(_) => 0,
            #[cfg(feature = "opus")]
            Codec::Opus(opus) => u64::from(opus.pre_skip),
        }
    }
}

#[cfg(feature = "opus")]
impl Opus {
    /// From the identification header (RFC 7845 §5.1).
    fn new(head: &[u8]) -> Result<Opus, String> {
        let broken = || "its Opus header is broken".to_owned();
        if head.get(..8) != Some(b"OpusHead") || head.len() < 19 {
            return Err(broken());
        }
        let channels = usize::from(head[9]);
        let pre_skip = u16::from_le_bytes([head[10], head[11]]);
        let gain = i16::from_le_bytes([head[16], head[17]]);
        let (streams, coupled, mapping) = match head[18] {
            0 if (1..=2).contains(&channels) => (1, channels as u8 - 1, [0, 1][..channels].to_vec()),
            0 => return Err(broken()),
            _ => {
                let mapping = head.get(21..21 + channels).ok_or_else(broken)?.to_vec();
                (head[19], head[20], mapping)
            }
        };
        let decoder = crate::pj::opus::OpusDecoder::new(streams, coupled, &mapping, gain)?;
        Ok(Opus {
            decoder,
            channels,
            pre_skip,
        })
    }
}

impl Track {
    /// The default audio track of the file, or of the part of it that begins.
    fn of(op: &'static str, path: &Path, format: &dyn FormatReader) -> Result<Track> {
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| unplayable(op, path, "it holds no audio"))?;
        let Some(CodecParameters::Audio(params)) = &track.codec_params else {
            return Err(unplayable(op, path, "its codec is unknown"));
        };
        let codec = Codec::make(params).map_err(|e| unplayable(op, path, &e))?;
        let rate = params.sample_rate.unwrap_or_default();
        if !RATES.contains(&rate) {
            let why = format!(
                "its rate of {rate} Hz is not between {} and {}",
                RATES.start(),
                RATES.end()
            );
            return Err(unplayable(op, path, &why));
        }
        Ok(Track {
            id: track.id,
            rate,
            unit: track
                .time_base
                .filter(|base| Some(*base) != TimeBase::try_from_recip(rate)),
            // A file that is still being written, or was cut off, may claim nothing.
            length: track
                .num_frames
                .filter(|n| *n > 0)
                .map(|n| n.saturating_sub(codec.lead())),
            stepped: matches!(params.codec, CODEC_ID_ADPCM_MS | CODEC_ID_ADPCM_IMA_WAV),
            codec,
        })
    }
}

impl Decoder {
    /// Opens a file on behalf of `op`.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when it cannot be read, [`Media`](ErrorKind::Media) when it is no audio that can be played.
    pub(crate) fn open(op: &'static str, path: &Path) -> Result<Decoder> {
        contained(op, path, || Decoder::probe(op, path))
    }

    fn probe(op: &'static str, path: &Path) -> Result<Decoder> {
        let source = Source::open(op, path)?;
        let told = source.frames();
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|e| refused(op, path, &e))?;
        let mut track = Track::of(op, path, &*format)?;
        if told.is_some() {
            track.length = told;
        }
        Ok(Decoder {
            op,
            path: path.to_owned(),
            rate: track.rate,
            skip: track.codec.lead(),
            format,
            track,
            left: told,
            wanted: None,
            mono: Vec::new(),
            interleaved: Vec::new(),
        })
    }

    /// Samples per second of what comes next.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// Length in frames, where the file tells.
    pub(crate) fn length(&self) -> Option<u64> {
        self.track.length
    }

    /// The next piece, never empty, and its rate; `None` at the end. Damaged packets are passed over.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when reading fails, [`Media`](ErrorKind::Media) when the file breaks off into something
    /// that is no audio.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, &[f32])>> {
        let (op, path) = (self.op, self.path.clone());
        let more = contained(op, &path, || self.advance())?;
        Ok(more.then_some((self.rate, &self.mono)))
    }

    /// Fills `mono`; `false` at the end.
    fn advance(&mut self) -> Result<bool> {
        loop {
            if self.left == Some(0) {
                return Ok(false);
            }
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track.id => packet,
                Ok(Some(_)) => continue,
                Ok(None) => return Ok(false),
                // One stream after another in the same file.
                Err(Failed::ResetRequired) => {
                    self.track = Track::of(self.op, &self.path, &*self.format)?;
                    self.rate = self.track.rate;
                    self.skip = self.track.codec.lead();
                    continue;
                }
                // A file cut short ends here; what came before is played.
                Err(Failed::IoError(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(false),
                Err(e) => return Err(refused(self.op, &self.path, &e)),
            };
            self.decode(&packet)?;
            if let Some(wanted) = self.wanted.filter(|_| !self.mono.is_empty()) {
                // By the packet's end: a codec that has just begun may give less than the packet holds.
                let end = packet.pts.get() + (packet.trim_start.get() + packet.dur.get()) as i64;
                let begins = end.saturating_sub(self.units(self.mono.len() as u64));
                self.skip = self.frames(wanted.saturating_sub(begins).max(0) as u64);
                self.wanted = None;
            }
            let cut = self.skip.min(self.mono.len() as u64);
            self.skip -= cut;
            self.mono.drain(..cut as usize);
            if let Some(left) = &mut self.left {
                self.mono.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= self.mono.len() as u64;
            }
            if !self.mono.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Fills `mono` with the packet's frames.
    fn decode(&mut self, packet: &Packet) -> Result<()> {
        self.mono.clear();
        match &mut self.track.codec {
            Codec::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(buffer) => {
                    self.rate = buffer.spec().rate();
                    average(&buffer, &mut self.interleaved, &mut self.mono);
                }
                Err(Failed::DecodeError(_) | Failed::IoError(_)) => {}
                Err(e) => return Err(refused(self.op, &self.path, &e)),
            },
            #[cfg(feature = "opus")]
            Codec::Opus(opus) => {
                // What a damaged packet would have held is lost, like the packet.
                let Ok(samples) = opus.decoder.decode(&packet.data) else {
                    return Ok(());
                };
                let scale = 1.0 / (32768.0 * opus.channels as f32);
                let frames = samples.chunks_exact(opus.channels);
                self.mono
                    .extend(frames.map(|frame| frame.iter().map(|s| i32::from(*s)).sum::<i32>() as f32 * scale));
                let kept = (self.mono.len() as u64).saturating_sub(packet.trim_end.get());
                self.mono.truncate(kept as usize);
            }
        }
        Ok(())
    }

    /// Jumps to a frame, in a file that was just opened.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) beyond the end, [`Media`](ErrorKind::Media) when the file cannot be
    /// searched.
    pub(crate) fn seek(&mut self, frame: u64) -> Result<()> {
        let (op, path) = (self.op, self.path.clone());
        contained(op, &path, || self.jump(frame))
    }

    fn jump(&mut self, frame: u64) -> Result<()> {
        if self.left.is_some() {
            // Counted after what is skipped.
            self.left = self.track.length.map(|n| n.saturating_sub(frame));
        }
        let lead = self.track.codec.lead();
        if self.track.stepped || frame <= 2 * PREROLL {
            self.skip = lead.saturating_add(frame);
            return Ok(());
        }
        let wanted = self.units(frame.saturating_add(lead));
        let from = wanted.saturating_sub(self.units(PREROLL)).max(0);
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(from),
            track_id: self.track.id,
        };
        match self.format.seek(SeekMode::Accurate, to) {
            Ok(_) => {}
            Err(Failed::SeekError(SeekErrorKind::OutOfRange)) => return Err(self.beyond(frame)),
            // How some containers say that there is nothing any more.
            Err(Failed::IoError(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Err(self.beyond(frame)),
            Err(e) => return Err(refused(self.op, &self.path, &e)),
        }
        match &mut self.track.codec {
            Codec::Symphonia(decoder) => decoder.reset(),
            #[cfg(feature = "opus")]
            Codec::Opus(opus) => opus.decoder.reset(),
        }
        self.skip = 0;
        self.wanted = Some(wanted);
        Ok(())
    }

    /// The error of a position that is not there.
    pub(crate) fn beyond(&self, frame: u64) -> Error {
        let rate = f64::from(self.rate.max(1));
        let length = match self.track.length {
            Some(n) => format!("{:.3} s long", n as f64 / rate),
            None => "shorter".into(),
        };
        Error::new(
            ErrorKind::InvalidArgument,
            self.op,
            format!(
                "{:.3} s is no position in {}, which is {length}",
                frame as f64 / rate,
                self.path.display()
            ),
        )
    }

    fn frames(&self, units: u64) -> u64 {
        match self.track.unit {
            None => units,
            Some(unit) => (units as f64 * f64::from(unit) * f64::from(self.rate)).round() as u64,
        }
    }

    fn units(&self, frames: u64) -> i64 {
        let units = match self.track.unit {
            None => frames,
            Some(unit) => (frames as f64 / f64::from(self.rate.max(1)) / f64::from(unit)).round() as u64,
        };
        i64::try_from(units).unwrap_or(i64::MAX)
    }
}

/// Averages the channels, so that nothing on any of them is lost or clipped.
fn average(buffer: &GenericAudioBufferRef<'_>, interleaved: &mut Vec<f32>, mono: &mut Vec<f32>) {
    let channels = buffer.num_planes().max(1);
    buffer.copy_to_vec_interleaved(interleaved);
    if channels == 1 {
        mono.extend_from_slice(interleaved);
    } else {
        let scale = 1.0 / channels as f32;
        mono.extend(
            interleaved
                .chunks_exact(channels)
                .map(|f| f.iter().sum::<f32>() * scale),
        );
    }
}

/// A file that makes a decoder panic is a broken file, and no concern of other players.
fn contained<T>(op: &'static str, path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!(target: "microsip", "a decoder panicked over {}", path.display());
        Err(unplayable(op, path, "it is broken in a way its decoder did not expect"))
    })
}

fn unplayable(op: &'static str, path: &Path, why: &str) -> Error {
    Error::new(
        ErrorKind::Media,
        op,
        format!("{} is no audio file we can play: {why}", path.display()),
    )
}

fn refused(op: &'static str, path: &Path, e: &Failed) -> Error {
    match e {
        // At the beginning it means: too short to be anything.
        Failed::IoError(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::new(ErrorKind::Io, op, format!("cannot read {}: {e}", path.display()))
        }
        e => unplayable(op, path, &e.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use microsip_testkit::audio::white_noise;
    use microsip_testkit::dir::TestDir;

    use super::*;

    fn rest(decoder: &mut Decoder) -> Vec<f32> {
        let mut out = Vec::new();
        while let Some((_, piece)) = decoder.next().unwrap() {
            assert!(!piece.is_empty());
            out.extend_from_slice(piece);
        }
        out
    }

    fn run(program: &str, args: &[&str]) {
        let out = std::process::Command::new(program).args(args).output().unwrap();
        assert!(
            out.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
    }

    #[test]
    fn a_jump_leads_to_the_very_sample() {
        let dir = TestDir::new("jump").unwrap();
        let wav = dir.join("n.wav");
        white_noise(-12.0, std::time::Duration::from_secs(5), 48_000, 7)
            .write_wav(&wav)
            .unwrap();
        // Whether the samples must be the same, or as alike as a codec that has just begun to listen makes them (dB).
        let cases: [(&str, &[&str], f32); 9] = [
            ("n.wav", &[], f32::INFINITY),
            ("n24.wav", &["-b", "24", "-c", "2"], f32::INFINITY),
            ("ima.wav", &["-e", "ima-adpcm"], f32::INFINITY),
            ("ms.wav", &["-e", "ms-adpcm"], f32::INFINITY),
            ("n.flac", &[], f32::INFINITY),
            ("n.ogg", &[], 60.0),
            ("n.mp3", &["-C", "128"], 60.0),
            ("low.mp3", &["-r", "16000"], 60.0),
            #[cfg(feature = "opus")]
            ("n.opus", &[], 30.0),
            #[cfg(not(feature = "opus"))]
            ("n.wav", &[], f32::INFINITY),
        ];
        for (name, args, least) in cases {
            let file = dir.join(name);
            let (from, to) = (wav.to_str().unwrap(), file.to_str().unwrap());
            if name.ends_with("opus") {
                run("opusenc", &["--quiet", from, to]);
            } else if name != "n.wav" {
                run("sox", &[&["-D", from], args, &[to]].concat());
            }
            let all = rest(&mut Decoder::open("t", &file).unwrap());
            let length = Decoder::open("t", &file).unwrap().length();
            if let Some(length) = length {
                assert_eq!(length, all.len() as u64, "{name}");
            }
            for at in [0, 1, 1000, 12_345, all.len() / 2, all.len() - 5000, all.len() - 1] {
                let mut decoder = Decoder::open("t", &file).unwrap();
                decoder.seek(at as u64).unwrap();
                let found = rest(&mut decoder);
                assert_eq!(found.len(), all.len() - at, "{name} at {at}");
                // A codec of blocks may need one to find its feet.
                let skip = if least.is_finite() { 2500.min(found.len()) } else { 0 };
                let (mut signal, mut error) = (0.0, 0.0);
                for (a, b) in found[skip..].iter().zip(&all[at + skip..]) {
                    signal += b * b;
                    error += (a - b) * (a - b);
                }
                let snr = if error == 0.0 {
                    f32::INFINITY
                } else {
                    10.0 * (signal / error).log10()
                };
                assert!(snr >= least, "{name} at {at}: {snr:.1} dB");
            }
            if let Some(length) = length {
                let beyond = Decoder::open("t", &file).unwrap().seek(length + 100_000);
                if let Err(e) = beyond {
                    assert_eq!(e.kind(), ErrorKind::InvalidArgument, "{name}: {e}");
                }
            }
        }
    }

    #[test]
    fn damaged_files_end_in_audio_or_an_error() {
        let dir = TestDir::new("damaged").unwrap();
        let wav = dir.join("n.wav");
        white_noise(-12.0, std::time::Duration::from_millis(300), 16_000, 7)
            .write_wav(&wav)
            .unwrap();
        // SplitMix64: the same damage every time.
        let mut state = 1_u64;
        let mut random = move |below: usize| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) % below.max(1) as u64) as usize
        };
        for name in ["n.wav", "ima.wav", "n.flac", "n.ogg", "n.mp3", "n.opus"] {
            let file = dir.join(name);
            let (from, to) = (wav.to_str().unwrap(), file.to_str().unwrap());
            match name {
                "n.wav" => {}
                "n.opus" => run("opusenc", &["--quiet", from, to]),
                "ima.wav" => run("sox", &["-D", from, "-e", "ima-adpcm", to]),
                _ => run("sox", &["-D", from, to]),
            }
            let whole = std::fs::read(&file).unwrap();
            for round in 0..300 {
                let mut bytes = whole.clone();
                for _ in 0..=random(8) {
                    // Half of the damage where it hurts.
                    let place = random(if round % 2 == 0 {
                        bytes.len()
                    } else {
                        bytes.len().min(200)
                    });
                    bytes[place] = [0, 0xff, 0x80, random(256) as u8][random(4)];
                }
                if round % 5 == 0 {
                    bytes.truncate(random(bytes.len()));
                }
                std::fs::write(&file, &bytes).unwrap();
                let Ok(mut decoder) = Decoder::open("t", &file) else {
                    continue;
                };
                let mut samples = 0;
                while let Ok(Some((_, piece))) = decoder.next() {
                    samples += piece.len();
                    assert!(samples < 100_000_000, "{name} {round} never ends");
                }
                if let Ok(mut decoder) = Decoder::open("t", &file) {
                    drop(decoder.seek(random(40_000) as u64));
                    drop(decoder.next());
                }
            }
        }
    }

    #[test]
    fn what_is_cut_short_is_played_up_to_there() {
        let dir = TestDir::new("short").unwrap();
        let wav = dir.join("n.wav");
        white_noise(-12.0, std::time::Duration::from_secs(3), 16_000, 7)
            .write_wav(&wav)
            .unwrap();
        for name in ["n.wav", "n.flac", "n.ogg", "n.mp3"] {
            let file = dir.join(name);
            if name != "n.wav" {
                run("sox", &["-D", wav.to_str().unwrap(), file.to_str().unwrap()]);
            }
            let bytes = std::fs::read(&file).unwrap();
            let cut = dir.join(format!("cut-{name}"));
            std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
            let samples = rest(&mut Decoder::open("t", &cut).unwrap()).len();
            assert!((12_000..36_000).contains(&samples), "{name}: {samples}");
            // And garbage in the middle is passed over.
            let mut bytes = bytes;
            let middle = bytes.len() / 2;
            bytes[middle..middle + 50].fill(0xa5);
            std::fs::write(&cut, &bytes).unwrap();
            let samples = rest(&mut Decoder::open("t", &cut).unwrap()).len();
            assert!(samples > 30_000, "{name}: {samples}");
        }
    }
}
