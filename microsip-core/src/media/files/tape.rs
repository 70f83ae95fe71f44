//! What lies between the thread that decodes and the clock thread that plays: a ring of samples, marks that say where in
//! which file they belong, and a few atomics. Neither side waits for the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::pj::PortSource;

/// `Tape::end`: nothing is known of an end.
const OPEN: u64 = u64::MAX;
/// `Tape::end`: all was played; nothing can be added any more.
const THROUGH: u64 = u64::MAX - 1;
/// Bits of `Tape::place` that hold a position; the rest is the file's index.
const PLACE_BITS: u32 = 44;

/// How many marks fit; more than files begin within a ring's length, unless they are very short.
const MARKS: usize = 64;

/// What both sides see. Positions count samples at the bridge's rate.
pub(crate) struct Tape {
    /// Samples played or thrown away so far.
    taken: AtomicU64,
    /// Samples before this one are not to be played any more.
    discard: AtomicU64,
    /// The sample after the last, `OPEN` or `THROUGH`.
    end: AtomicU64,
    /// Which file is heard and where in it.
    place: AtomicU64,
    /// The same as it will be when the last jump is heard.
    jumped: AtomicU64,
    paused: AtomicBool,
    /// Of an `f32`.
    gain: AtomicU32,
    /// Samples that should have been there and were not.
    missed: AtomicU64,
}

/// Where in the list something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Index of the file.
    pub(crate) item: usize,
    /// Position in it, in samples at the bridge's rate.
    pub(crate) at: u64,
}

impl Place {
    fn pack(self) -> u64 {
        ((self.item as u64) << PLACE_BITS) | self.at.min((1 << PLACE_BITS) - 1)
    }

    fn unpack(word: u64) -> Place {
        Place {
            item: (word >> PLACE_BITS) as usize,
            at: word & ((1 << PLACE_BITS) - 1),
        }
    }
}

/// How many files a list may have.
pub(crate) const MAX_ITEMS: usize = 1 << (u64::BITS - PLACE_BITS);

/// From this sample on, another place.
struct Mark {
    from: u64,
    place: Place,
}

impl Tape {
    /// Both ends of a tape that holds `capacity` samples: the one that is written and the one that is played.
    pub(crate) fn ends(capacity: usize, gain: f32, paused: bool) -> (Head, Playback) {
        let tape = Arc::new(Tape {
            taken: AtomicU64::new(0),
            discard: AtomicU64::new(0),
            end: AtomicU64::new(OPEN),
            place: AtomicU64::new(0),
            jumped: AtomicU64::new(0),
            paused: AtomicBool::new(paused),
            gain: AtomicU32::new(gain.to_bits()),
            missed: AtomicU64::new(0),
        });
        let (samples, from_samples) = rtrb::RingBuffer::new(capacity);
        let (marks, from_marks) = rtrb::RingBuffer::new(MARKS);
        let head = Head {
            tape: Arc::clone(&tape),
            samples,
            marks,
            written: 0,
        };
        let playback = Playback {
            samples: from_samples,
            marks: from_marks,
            taken: 0,
            base: (0, Place::default()),
            gain,
            tape,
        };
        (head, playback)
    }

    /// Where in which file the listener is.
    pub(crate) fn place(&self) -> Place {
        // A jump counts at once, also when the clock does not run now.
        let pending = self.taken.load(Ordering::Acquire) < self.discard.load(Ordering::Acquire);
        let word = if pending { &self.jumped } else { &self.place };
        Place::unpack(word.load(Ordering::Relaxed))
    }

    pub(crate) fn set_paused(&self, yes: bool) {
        self.paused.store(yes, Ordering::Relaxed);
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    pub(crate) fn set_gain(&self, gain: f32) {
        self.gain.store(gain.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn gain(&self) -> f32 {
        f32::from_bits(self.gain.load(Ordering::Relaxed))
    }

    pub(crate) fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Whether all was played.
    pub(crate) fn is_through(&self) -> bool {
        self.end.load(Ordering::Acquire) == THROUGH
    }
}

/// The writing side.
pub(crate) struct Head {
    pub(crate) tape: Arc<Tape>,
    samples: rtrb::Producer<i16>,
    marks: rtrb::Producer<Mark>,
    written: u64,
}

impl Head {
    /// Samples written so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Samples that wait to be played.
    pub(crate) fn waiting(&self) -> u64 {
        self.written.saturating_sub(self.tape.taken.load(Ordering::Relaxed))
    }

    /// Whether nobody plays any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.samples.is_abandoned()
    }

    /// Writes what there is room for; how much that was.
    pub(crate) fn write(&mut self, samples: &[i16]) -> usize {
        let n = samples.len().min(self.samples.slots());
        let Ok(chunk) = self.samples.write_chunk_uninit(n) else {
            return 0;
        };
        let n = chunk.fill_from_iter(samples[..n].iter().copied());
        self.written += n as u64;
        n
    }

    /// From sample `from` on, the listener is at `place`. `false` when there is no room for more marks now.
    pub(crate) fn mark(&mut self, from: u64, place: Place) -> bool {
        self.marks.push(Mark { from, place }).is_ok()
    }

    /// Nothing follows what is written. May be said again, and taken back.
    pub(crate) fn end_here(&self) {
        // Lost against a listener who is through, which comes to the same.
        let ended = |end| (end != THROUGH).then_some(self.written);
        let _ = self.tape.end.fetch_update(Ordering::AcqRel, Ordering::Acquire, ended);
    }

    /// Something follows after all. `false` when all was played already.
    pub(crate) fn reopen(&self) -> bool {
        let open = |end| (end != THROUGH).then_some(OPEN);
        let before = self.tape.end.fetch_update(Ordering::AcqRel, Ordering::Acquire, open);
        before.is_ok()
    }

    /// What is written and not played is thrown away; the listener goes on at `place`, with what is written next.
    pub(crate) fn cut_to(&mut self, place: Place) -> bool {
        let marked = self.mark(self.written, place);
        self.tape.jumped.store(place.pack(), Ordering::Relaxed);
        self.tape.place.store(place.pack(), Ordering::Relaxed);
        self.tape.discard.store(self.written, Ordering::Release);
        marked
    }
}

/// The playing side, a bridge port: touches only the rings and atomics.
pub(crate) struct Playback {
    tape: Arc<Tape>,
    samples: rtrb::Consumer<i16>,
    marks: rtrb::Consumer<Mark>,
    taken: u64,
    /// At this sample the listener was at that place.
    base: (u64, Place),
    gain: f32,
}

impl Playback {
    /// Throws away what a jump made void.
    fn discard(&mut self) {
        let until = self.tape.discard.load(Ordering::Acquire);
        let stale = usize::try_from(until.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        if let Ok(chunk) = self.samples.read_chunk(stale.min(self.samples.slots())) {
            self.taken += chunk.len() as u64;
            chunk.commit_all();
        }
    }

    /// Passes the marks that are due; the sample at which the next one is.
    fn pass_marks(&mut self) -> u64 {
        while let Ok(mark) = self.marks.peek() {
            if mark.from > self.taken {
                return mark.from;
            }
            self.base = (mark.from, mark.place);
            drop(self.marks.pop());
        }
        u64::MAX
    }

    fn tell(&self) {
        let (from, place) = self.base;
        let at = place.at + self.taken.saturating_sub(from);
        self.tape.place.store(Place { at, ..place }.pack(), Ordering::Relaxed);
        self.tape.taken.store(self.taken, Ordering::Release);
    }

    /// Copies what there is, at most up to the next mark; how much.
    fn copy(&mut self, out: &mut [i16]) -> usize {
        let next = self.pass_marks();
        let until = usize::try_from(next.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        let n = out.len().min(until).min(self.samples.slots());
        let Ok(chunk) = self.samples.read_chunk(n) else {
            return 0;
        };
        let (first, second) = chunk.as_slices();
        out[..first.len()].copy_from_slice(first);
        out[first.len()..n].copy_from_slice(second);
        chunk.commit_all();
        self.taken += n as u64;
        n
    }

    /// Whether all was played; from then on nothing can be added.
    fn check_end(&self) -> bool {
        let end = &self.tape.end;
        match end.compare_exchange(self.taken, THROUGH, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(end) => end == THROUGH,
        }
    }

    /// From the gain of the last frame to the one wanted now, without a step.
    fn amplify(&mut self, samples: &mut [i16]) {
        let wanted = self.tape.gain();
        if wanted == 1.0 && self.gain == 1.0 {
            return;
        }
        let step = (wanted - self.gain) / samples.len().max(1) as f32;
        for (n, sample) in samples.iter_mut().enumerate() {
            let gain = self.gain + step * (n + 1) as f32;
            *sample = (f32::from(*sample) * gain).round().clamp(-32768.0, 32767.0) as i16;
        }
        self.gain = wanted;
    }
}

impl PortSource for Playback {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        self.discard();
        if self.tape.is_paused() {
            self.pass_marks();
            self.tell();
            self.check_end();
            return false;
        }
        let mut n = 0;
        while n < out.len() {
            match self.copy(&mut out[n..]) {
                0 => break,
                more => n += more,
            }
        }
        self.pass_marks();
        self.tell();
        if n < out.len() {
            if !self.check_end() {
                self.tape.missed.fetch_add((out.len() - n) as u64, Ordering::Relaxed);
            }
            out[n..].fill(0);
        }
        self.amplify(&mut out[..n]);
        n > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape() -> (Head, Playback) {
        Tape::ends(1000, 1.0, false)
    }

    fn place(item: usize, at: u64) -> Place {
        Place { item, at }
    }

    #[test]
    fn what_is_written_is_played_and_the_place_follows() {
        let (mut head, mut playback) = tape();
        assert!(head.mark(0, place(0, 0)) && head.mark(150, place(1, 0)));
        assert_eq!(head.write(&(0..300).collect::<Vec<i16>>()), 300);
        head.end_here();
        let mut out = [0; 100];
        assert!(playback.fill(&mut out));
        assert_eq!((out[0], out[99], head.tape.place()), (0, 99, place(0, 100)));
        assert!(playback.fill(&mut out));
        assert_eq!((out[0], out[99], head.tape.place()), (100, 199, place(1, 50)));
        assert!(playback.fill(&mut out) && !head.tape.is_through());
        assert!(!playback.fill(&mut out) && head.tape.is_through());
        assert_eq!((head.tape.missed(), head.reopen()), (0, false));
    }

    #[test]
    fn a_jump_throws_away_what_waits_and_takes_an_end_back() {
        let (mut head, mut playback) = tape();
        head.mark(0, place(0, 0));
        head.write(&[1; 500]);
        head.end_here();
        let mut out = [0; 100];
        playback.fill(&mut out);
        assert!(head.reopen());
        assert!(head.cut_to(place(0, 7000)));
        assert_eq!(head.tape.place(), place(0, 7000));
        assert_eq!(head.waiting(), 400);
        head.write(&[2; 100]);
        playback.fill(&mut out);
        assert_eq!((out, head.tape.place()), ([2; 100], place(0, 7100)));
        // Nothing there, but no end either: a gap.
        assert!(!playback.fill(&mut out) && !head.tape.is_through());
        assert_eq!(head.tape.missed(), 100);
    }

    #[test]
    fn a_pause_plays_nothing_and_loses_nothing() {
        let (mut head, mut playback) = tape();
        head.write(&[5; 200]);
        head.tape.set_paused(true);
        let mut out = [0; 100];
        assert!(!playback.fill(&mut out));
        assert_eq!((head.waiting(), head.tape.missed()), (200, 0));
        head.tape.set_paused(false);
        assert!(playback.fill(&mut out));
        assert_eq!(out, [5; 100]);
    }

    #[test]
    fn volume_changes_without_a_step_and_clips() {
        let (mut head, mut playback) = tape();
        head.write(&[1000; 100]);
        head.write(&[30_000; 200]);
        head.tape.set_gain(2.0);
        let mut out = [0; 100];
        playback.fill(&mut out);
        assert!(out.windows(2).all(|w| (0..=11).contains(&(w[1] - w[0]))), "{out:?}");
        assert_eq!(out[99], 2000);
        playback.fill(&mut out);
        assert_eq!(out, [i16::MAX; 100]);
        head.tape.set_gain(0.0);
        playback.fill(&mut out);
        assert_eq!(out[99], 0);
    }
}
