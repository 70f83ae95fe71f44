//! The files of one player, decoded one after the other onto its tape.

use std::path::PathBuf;

use super::decode::Decoder;
use super::resample::{Resampler, scaled, to_i16};
use super::tape::{Head, MAX_ITEMS, Place};
use crate::{Error, ErrorKind, Result};

/// Work of one player, done by the thread that decodes.
pub(crate) struct Reel {
    head: Head,
    /// The bridge's rate.
    rate: u32,
    files: Vec<PathBuf>,
    repeat: bool,
    /// What is being decoded; `None` between two files and at the end.
    now: Option<Decoding>,
    /// The file to be opened next.
    next: usize,
    /// Kept from one file to the next of the same rate, so that there is no seam.
    resampler: Option<Resampler>,
    /// Where on the tape the resampler's output began.
    base: u64,
    /// Samples that found no room yet.
    pending: Vec<i16>,
    scratch: Vec<f32>,
    /// A mark that found none.
    mark: Option<(u64, Place)>,
    /// Whether anything came out since the list began, so that a list of nothing is not repeated for ever.
    heard: bool,
    /// Why it ends before its end.
    failure: Option<Error>,
    ended: bool,
}

struct Decoding {
    item: usize,
    decoder: Decoder,
}

/// What a player tells of the file that is heard.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) path: PathBuf,
    /// In seconds, where the file tells.
    pub(crate) length: Option<f64>,
}

const OP: &str = "play";

/// The length of a file, as far as it is known.
pub(crate) fn item(path: PathBuf, decoder: &Decoder) -> Item {
    Item {
        path,
        length: decoder.length().map(|n| n as f64 / f64::from(decoder.rate())),
    }
}

impl Reel {
    /// Begins with a file that was opened to see whether it can be.
    pub(crate) fn new(head: Head, rate: u32, files: Vec<PathBuf>, first: Decoder, repeat: bool) -> Reel {
        Reel {
            head,
            rate,
            files,
            repeat,
            now: Some(Decoding {
                item: 0,
                decoder: first,
            }),
            next: 1,
            resampler: None,
            base: 0,
            pending: Vec::new(),
            scratch: Vec::new(),
            mark: Some((0, Place::default())),
            heard: false,
            failure: None,
            ended: false,
        }
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether everything is on the tape.
    pub(crate) fn is_written(&self) -> bool {
        self.ended
    }

    /// What broke it off.
    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// Decodes until the tape is full or everything is on it.
    pub(crate) fn fill(&mut self) {
        while !self.ended && self.flush() {
            if let Err(e) = self.step() {
                // What was decoded before is played.
                self.failure = Some(e);
                self.drain();
                self.finish();
            }
        }
    }

    /// Puts what waits onto the tape; whether all of it found room.
    fn flush(&mut self) -> bool {
        if let Some((from, place)) = self.mark {
            if !self.head.mark(from, place) {
                return false;
            }
            self.mark = None;
        }
        let n = self.head.write(&self.pending);
        self.pending.drain(..n);
        if !self.pending.is_empty() {
            return false;
        }
        if self.now.is_none() && self.is_last() {
            self.head.end_here();
            self.ended = true;
            return false;
        }
        true
    }

    fn is_last(&self) -> bool {
        self.next >= self.files.len() && (!self.repeat || self.failure.is_some())
    }

    fn finish(&mut self) {
        self.now = None;
        self.next = self.files.len();
    }

    /// Takes what the resampler holds back.
    fn drain(&mut self) {
        if let Some(mut resampler) = self.resampler.take() {
            resampler.finish(&mut self.scratch);
            self.take_scratch();
        }
    }

    fn take_scratch(&mut self) {
        self.pending.extend(self.scratch.drain(..).map(to_i16));
    }

    /// The next piece of audio, or the next file.
    fn step(&mut self) -> Result<()> {
        let Some(mut now) = self.now.take() else {
            return self.open_next();
        };
        match now.decoder.next()? {
            Some((rate, piece)) => {
                self.feed(rate, piece)?;
                self.now = Some(now);
            }
            None if self.is_last() => self.drain(),
            None => {}
        }
        Ok(())
    }

    fn feed(&mut self, rate: u32, piece: &[f32]) -> Result<()> {
        self.heard = true;
        if self.resampler.as_ref().is_none_or(|r| r.from() != rate) {
            self.restart(rate)?;
        }
        if let Some(resampler) = &mut self.resampler {
            resampler.push(piece, &mut self.scratch);
        }
        self.take_scratch();
        Ok(())
    }

    /// A resampler for another rate, after all of the last one's output.
    fn restart(&mut self, rate: u32) -> Result<()> {
        self.drain();
        self.base = self.head.written() + self.pending.len() as u64;
        let made = Resampler::new(rate, self.rate);
        self.resampler = Some(made.map_err(|e| Error::new(ErrorKind::Media, OP, format!("cannot resample: {e}")))?);
        Ok(())
    }

    fn open_next(&mut self) -> Result<()> {
        if self.next >= self.files.len() {
            if !self.heard {
                return Err(Error::new(ErrorKind::Media, OP, "the files hold no samples"));
            }
            self.heard = false;
            self.next = 0;
        }
        let item = self.next;
        let decoder = Decoder::open(OP, &self.files[item])?;
        self.next += 1;
        if self.resampler.as_ref().is_some_and(|r| r.from() != decoder.rate()) {
            self.drain();
        }
        let from = match &self.resampler {
            Some(resampler) => self.base + resampler.due(),
            None => self.head.written() + self.pending.len() as u64,
        };
        self.mark = Some((from, Place { item, at: 0 }));
        self.now = Some(Decoding { item, decoder });
        Ok(())
    }

    /// Adds a file to the list.
    pub(crate) fn append(&mut self, path: PathBuf) -> Result<()> {
        if self.files.len() >= MAX_ITEMS {
            return Err(Error::new(
                ErrorKind::LimitReached,
                "add file",
                format!("a player takes at most {MAX_ITEMS} files"),
            ));
        }
        self.revive("add file")?;
        self.files.push(path);
        Ok(())
    }

    /// Takes an end that was announced back.
    fn revive(&mut self, op: &'static str) -> Result<()> {
        if self.failure.is_some() || !self.head.reopen() {
            return Err(gone(op));
        }
        self.ended = false;
        Ok(())
    }

    /// Jumps within the file that is heard.
    pub(crate) fn seek(&mut self, seconds: f64) -> Result<()> {
        const OP: &str = "seek";
        if self.head.tape.is_through() {
            return Err(gone(OP));
        }
        let item = self.head.tape.place().item;
        // A file of its own, so that one that cannot be searched plays on.
        let mut decoder = Decoder::open(OP, &self.files[item])?;
        let frame = (seconds * f64::from(decoder.rate())).round() as u64;
        if decoder.length().is_some_and(|n| frame >= n) {
            return Err(decoder.beyond(frame));
        }
        decoder.seek(frame)?;
        let Some((rate, piece)) = decoder.next()?.map(|(rate, piece)| (rate, piece.to_vec())) else {
            return Err(decoder.beyond(frame));
        };
        self.revive(OP)?;
        let at = scaled(frame, rate, self.rate);
        self.jump(Place { item, at }, Some(Decoding { item, decoder }));
        self.feed(rate, &piece)?;
        self.fill();
        Ok(())
    }

    /// Goes on with the next file; after the last one that is the end.
    pub(crate) fn skip(&mut self) -> Result<()> {
        const OP: &str = "skip";
        if self.head.tape.is_through() {
            return Err(gone(OP));
        }
        let mut item = self.head.tape.place().item + 1;
        if item >= self.files.len() && self.repeat {
            item = 0;
        }
        let decoding = match self.files.get(item) {
            Some(path) => Some(Decoding {
                item,
                decoder: Decoder::open(OP, path)?,
            }),
            None => None,
        };
        self.revive(OP)?;
        match decoding {
            Some(decoding) => self.jump(Place { item, at: 0 }, Some(decoding)),
            None => {
                let place = self.head.tape.place();
                self.jump(place, None);
            }
        }
        self.fill();
        Ok(())
    }

    fn jump(&mut self, place: Place, to: Option<Decoding>) {
        self.pending.clear();
        self.scratch.clear();
        self.resampler = None;
        self.mark = None;
        self.heard = true;
        self.next = match &to {
            Some(decoding) => decoding.item + 1,
            None => {
                self.repeat = false;
                self.files.len()
            }
        };
        self.now = to;
        if !self.head.cut_to(place) {
            self.mark = Some((self.head.written(), place));
        }
    }
}

pub(crate) fn gone(op: &'static str) -> Error {
    Error::new(ErrorKind::Gone, op, "the player has ended")
}
