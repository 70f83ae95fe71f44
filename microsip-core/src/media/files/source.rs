//! The bytes of a file, for symphonia. RF64 (EBU Tech 3306), which it does not know, is shown to it as WAV of unknown length.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use symphonia::core::io::MediaSource;

use crate::{Error, ErrorKind, Result};

/// Of the `data` and `fmt ` chunks no more is read than this, to learn how long an RF64 file is.
const HEADER: usize = 4096;

pub(super) struct Source {
    file: File,
    length: Option<u64>,
    at: u64,
    /// The file says `RF64`, where symphonia wants `RIFF`.
    rf64: bool,
    frames: Option<u64>,
}

impl Source {
    pub(super) fn open(op: &'static str, path: &Path) -> Result<Source> {
        let io = |e: io::Error| Error::new(ErrorKind::Io, op, format!("cannot read {}: {e}", path.display()));
        // Before it is opened, which for a pipe would wait for somebody to write.
        let meta = std::fs::metadata(path).map_err(io)?;
        if !meta.is_file() {
            let what = if meta.is_dir() {
                "it is a folder"
            } else {
                "it is no regular file"
            };
            return Err(io(io::Error::other(what)));
        }
        let mut file = File::open(path).map_err(io)?;
        let mut head = Vec::with_capacity(HEADER);
        file.by_ref().take(HEADER as u64).read_to_end(&mut head).map_err(io)?;
        file.rewind().map_err(io)?;
        let rf64 = head.get(..4) == Some(b"RF64") && head.get(8..12) == Some(b"WAVE");
        Ok(Source {
            file,
            length: Some(meta.len()),
            at: 0,
            rf64,
            frames: if rf64 { rf64_frames(&head) } else { None },
        })
    }

    /// Frames of an RF64 file, which symphonia cannot find out.
    pub(super) fn frames(&self) -> Option<u64> {
        self.frames
    }
}

/// Size of the data by the size of a frame. The `ds64` chunk comes first, always.
fn rf64_frames(head: &[u8]) -> Option<u64> {
    let u32_at = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let u64_at = |at: usize| Some(u64::from_le_bytes(head.get(at..at + 8)?.try_into().ok()?));
    if head.get(12..16)? != b"ds64" {
        return None;
    }
    let data = u64_at(28)?;
    let mut at = 12;
    loop {
        let size = u32_at(at + 4)? as usize;
        if head.get(at..at + 4)? == b"fmt " {
            let frame = u64::from(u16::from_le_bytes(head.get(at + 20..at + 22)?.try_into().ok()?));
            return data.checked_div(frame);
        }
        at = at.checked_add(8 + size + size % 2)?;
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buf)?;
        if self.rf64 && self.at < 4 {
            for (byte, at) in buf[..n].iter_mut().zip(self.at..4) {
                *byte = b"RIFF"[at as usize];
            }
            // A size of all ones, in RF64 as in a stream of unknown length: symphonia takes it for that.
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.length
    }
}
