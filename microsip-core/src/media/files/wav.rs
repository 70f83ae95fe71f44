//! WAV and, beyond 4 GiB, RF64 (EBU Tech 3306).
//!
//! The header leaves a `JUNK` chunk where `ds64` goes, so that the one becomes the other in place. It is rewritten at every
//! checkpoint, after the samples it counts.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use super::encode::{Encoder, Shape};

const HEADER: u64 = 80;
/// From this size of the data on it is RF64.
const RIFF_LIMIT: u64 = u32::MAX as u64 - HEADER;
/// Samples are handed to the system in pieces of this size at least, or at checkpoints.
const BUFFER: usize = 16 * 1024;

pub(super) struct WavFile {
    file: File,
    shape: Shape,
    buffer: Vec<u8>,
    /// Bytes of samples in the file, also those of a frame that is not whole.
    data: u64,
    limit: u64,
}

impl WavFile {
    pub(super) fn new(file: File, shape: Shape) -> io::Result<WavFile> {
        WavFile::with_limit(file, shape, RIFF_LIMIT)
    }

    fn with_limit(file: File, shape: Shape, limit: u64) -> io::Result<WavFile> {
        let mut wav = WavFile {
            file,
            shape,
            buffer: Vec::with_capacity(2 * BUFFER),
            data: 0,
            limit,
        };
        wav.file.write_all(&wav.header())?;
        Ok(wav)
    }

    fn frame(&self) -> u64 {
        u64::from(self.shape.channels) * 2
    }

    fn header(&self) -> Vec<u8> {
        let data = self.data - self.data % self.frame();
        let riff = data + HEADER - 8;
        let big = data > self.limit;
        let short = |n: u64| if big { u32::MAX } else { n as u32 };
        let frame = self.frame() as u16;
        let mut out = Vec::with_capacity(HEADER as usize);
        out.extend(if big { b"RF64" } else { b"RIFF" });
        out.extend(short(riff).to_le_bytes());
        out.extend(b"WAVE");
        out.extend(if big { b"ds64" } else { b"JUNK" });
        out.extend(28_u32.to_le_bytes());
        for size in [riff, data, data / self.frame()] {
            out.extend(if big { size } else { 0 }.to_le_bytes());
        }
        out.extend(0_u32.to_le_bytes());
        out.extend(b"fmt ");
        out.extend(16_u32.to_le_bytes());
        // PCM.
        out.extend(1_u16.to_le_bytes());
        out.extend(self.shape.channels.to_le_bytes());
        out.extend(self.shape.rate.to_le_bytes());
        out.extend((self.shape.rate * u32::from(frame)).to_le_bytes());
        out.extend(frame.to_le_bytes());
        out.extend(16_u16.to_le_bytes());
        out.extend(b"data");
        out.extend(short(data).to_le_bytes());
        out
    }

    /// Hands over what waits. What a full disk did not take stays out of the count.
    fn flush(&mut self) -> io::Result<()> {
        let mut done = 0;
        let result = loop {
            let rest = &self.buffer[done..];
            if rest.is_empty() {
                break Ok(());
            }
            match self.file.write(rest) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => done += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => break Err(e),
            }
        };
        self.data += done as u64;
        self.buffer.drain(..done);
        result
    }

    fn write_header(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&self.header())?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}

impl Encoder for WavFile {
    fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.buffer.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
        if self.buffer.len() >= BUFFER {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn checkpoint(&mut self) -> io::Result<()> {
        self.flush()?;
        self.write_header()
    }

    fn finish(&mut self) -> io::Result<()> {
        let flushed = self.flush();
        self.buffer.clear();
        self.data -= self.data % self.frame();
        self.write_header()?;
        self.file.set_len(HEADER + self.data)?;
        flushed
    }

    fn frames(&self) -> u64 {
        (self.data + self.buffer.len() as u64) / self.frame()
    }
}

#[cfg(test)]
mod tests {
    use microsip_testkit::dir::TestDir;

    use super::*;

    fn shape(channels: u16) -> Shape {
        Shape {
            rate: 16_000,
            channels,
            bitrate: None,
        }
    }

    fn samples(n: usize) -> Vec<i16> {
        (0..n).map(|n| (n * 7 % 60_000) as i16).collect()
    }

    #[test]
    fn a_checkpoint_makes_it_readable_and_the_end_complete() {
        let dir = TestDir::new("wav").unwrap();
        let path = dir.join("a.wav");
        let mut wav = WavFile::new(File::create(&path).unwrap(), shape(2)).unwrap();
        let all = samples(30_000);
        wav.write(&all[..20_000]).unwrap();
        wav.checkpoint().unwrap();
        wav.write(&all[20_000..]).unwrap();
        let read = || {
            let mut reader = hound::WavReader::open(&path).unwrap();
            assert_eq!((reader.spec().channels, reader.spec().sample_rate), (2, 16_000));
            reader.samples::<i16>().map(Result::unwrap).collect::<Vec<i16>>()
        };
        assert_eq!(read(), all[..20_000]);
        wav.finish().unwrap();
        assert_eq!((read(), wav.frames()), (all, 15_000));
    }

    #[test]
    fn beyond_the_limit_it_is_rf64_that_others_and_we_read() {
        let dir = TestDir::new("rf64").unwrap();
        let path = dir.join("big.wav");
        let mut wav = WavFile::with_limit(File::create(&path).unwrap(), shape(1), 10_000).unwrap();
        let all = samples(30_000);
        wav.write(&all[..4000]).unwrap();
        wav.checkpoint().unwrap();
        assert_eq!(&std::fs::read(&path).unwrap()[..4], b"RIFF");
        wav.write(&all[4000..]).unwrap();
        wav.finish().unwrap();
        // Something behind the data, which is no audio.
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"LIST\x04\0\0\0abcd").unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!((&bytes[..4], &bytes[12..16]), (&b"RF64"[..], &b"ds64"[..]));
        let pcm = crate::read_audio(&path).unwrap();
        assert_eq!((pcm.rate, pcm.samples), (16_000, all.clone()));
        let mut decoder = super::super::decode::Decoder::open("t", &path).unwrap();
        assert_eq!(decoder.length(), Some(30_000));
        decoder.seek(29_000).unwrap();
        let mut rest = 0;
        while let Some((_, piece)) = decoder.next().unwrap() {
            rest += piece.len();
        }
        assert_eq!(rest, 1000);
        let out = std::process::Command::new("sox")
            .args([path.to_str().unwrap(), "-t", "s16", "-"])
            .output()
            .unwrap();
        let read: Vec<i16> = out
            .stdout
            .chunks_exact(2)
            .map(|b| i16::from_le_bytes([b[0], b[1]]))
            .collect();
        assert_eq!(read, all, "{}", String::from_utf8_lossy(&out.stderr));
    }

    #[test]
    fn sizes_over_four_gibibytes_are_in_ds64() {
        let dir = TestDir::new("sizes").unwrap();
        let mut wav = WavFile::new(File::create(dir.join("x.wav")).unwrap(), shape(1)).unwrap();
        wav.data = RIFF_LIMIT;
        let header = wav.header();
        assert_eq!(
            (&header[..4], &header[4..8]),
            (&b"RIFF"[..], &(u32::MAX - 9).to_le_bytes()[..])
        );
        wav.data = 5 << 30;
        let header = wav.header();
        assert_eq!(&header[..4], b"RF64");
        assert_eq!(header[28..36], (5_u64 << 30).to_le_bytes());
        assert_eq!(header[36..44], ((5_u64 << 30) / 2).to_le_bytes());
    }
}
