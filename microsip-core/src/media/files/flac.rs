//! FLAC (RFC 9639) by `flacenc`. Frames are written whole; the header's length and digest are brought up to date.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use flacenc::bitsink::MemSink;
use flacenc::component::{BitRepr, Stream, StreamInfo};
use flacenc::config;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

use super::encode::{Encoder, Shape};

/// Samples per channel of a frame; the last one is shorter.
const BLOCK: usize = 2048;
/// A shorter frame `flacenc` refuses: the end is filled up with silence.
const LEAST: usize = 32;

pub(super) struct FlacFile {
    file: File,
    /// Whole frames in the file, in bytes.
    good: u64,
    shape: Shape,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    digest: Context,
    pending: Vec<i32>,
    frames: usize,
}

fn refused(e: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("FLAC: {e}"))
}

impl FlacFile {
    pub(super) fn new(file: File, shape: Shape) -> io::Result<FlacFile> {
        let channels = usize::from(shape.channels);
        let mut info = StreamInfo::new(shape.rate as usize, channels, 16).map_err(refused)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(refused)?;
        // Unknown.
        info.set_frame_sizes(0, 0).map_err(refused)?;
        let mut flac = FlacFile {
            file,
            good: 0,
            shape,
            config: config::Encoder::default()
                .into_verified()
                .map_err(|(_, e)| refused(e))?,
            info,
            digest: Context::new(16, channels),
            pending: Vec::with_capacity(2 * BLOCK * channels),
            frames: 0,
        };
        let header = flac.header()?;
        flac.file.write_all(&header)?;
        flac.good = header.len() as u64;
        Ok(flac)
    }

    /// `fLaC` and STREAMINFO; always of one size.
    fn header(&self) -> io::Result<Vec<u8>> {
        let mut sink = MemSink::<u8>::new();
        let stream = Stream::with_stream_info(self.info.clone());
        stream.write(&mut sink).map_err(|_| refused("no header"))?;
        Ok(sink.into_inner())
    }

    /// Encodes and writes a frame of everything up to `block` frames that waits.
    fn encode(&mut self, block: usize) -> io::Result<()> {
        let channels = usize::from(self.shape.channels);
        let samples = &self.pending[..block * channels];
        let mut buffer = FrameBuf::with_size(channels, block).map_err(refused)?;
        buffer.fill_interleaved(samples).map_err(refused)?;
        let frame =
            flacenc::encode_fixed_size_frame(&self.config, &buffer, self.frames, &self.info).map_err(refused)?;
        let mut sink = MemSink::<u8>::new();
        frame.write(&mut sink).map_err(|_| refused("no frame"))?;
        let bytes = sink.into_inner();
        if let Err(e) = self.file.write_all(&bytes) {
            // A part of it that found room is no frame.
            drop(self.file.set_len(self.good));
            return Err(e);
        }
        self.good += bytes.len() as u64;
        self.digest.fill_interleaved(samples).map_err(refused)?;
        self.info.update_frame_info(&frame);
        self.frames += 1;
        self.pending.drain(..block * channels);
        Ok(())
    }

    fn write_header(&mut self) -> io::Result<()> {
        let header = self.header()?;
        self.file.rewind()?;
        self.file.write_all(&header)?;
        self.file.seek(SeekFrom::Start(self.good))?;
        Ok(())
    }
}

impl Encoder for FlacFile {
    fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.pending.extend(samples.iter().map(|s| i32::from(*s)));
        while self.pending.len() >= BLOCK * usize::from(self.shape.channels) {
            self.encode(BLOCK)?;
        }
        Ok(())
    }

    fn checkpoint(&mut self) -> io::Result<()> {
        self.write_header()
    }

    fn finish(&mut self) -> io::Result<()> {
        let channels = usize::from(self.shape.channels);
        let result = match self.pending.len() / channels {
            0 => Ok(()),
            left => {
                let block = left.max(LEAST);
                self.pending.resize(block * channels, 0);
                self.encode(block)
            }
        };
        // A shorter last frame does not count (RFC 9639 §8.2).
        self.info.set_block_sizes(BLOCK, BLOCK).map_err(refused)?;
        self.info.set_md5_digest(&self.digest.md5_digest());
        self.write_header()?;
        result
    }

    fn frames(&self) -> u64 {
        self.info.total_samples() as u64 + (self.pending.len() / usize::from(self.shape.channels)) as u64
    }
}
