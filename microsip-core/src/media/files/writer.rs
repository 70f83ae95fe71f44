//! The thread that writes recordings: started with the first one, asleep without any.
//!
//! The clock thread pushes frames into a ring per side; this thread empties the rings, brings the sides together, and hands
//! them to an encoder. So a slow disk never holds up audio, and a full one ends the recording and nothing else.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::encode::{Encoder, RecordFormat, Shape};
use super::resample::{Resampler, to_f32, to_i16};
use crate::media::{Recorder, RecordingInfo};
use crate::pj::{PortSink, tick};
use crate::{Error, ErrorKind, Result};

/// How often the rings are emptied; they hold twenty times as much.
const PERIOD: Duration = Duration::from_millis(100);
/// How long what was recorded may be unreadable after the process was killed.
const CHECKPOINT: Duration = Duration::from_millis(500);
const RING_SECONDS: u32 = 2;
/// Sides that begin further apart than this were not begun together: their ticks do not compare.
const APART_SECONDS: u64 = 1;

/// What one side of a recording tells, from the clock thread.
#[derive(Default)]
pub(crate) struct Side {
    /// The tick of its first frame, plus one.
    first: AtomicU64,
    /// Samples taken so far.
    taken: AtomicU64,
    /// Of these, how many are silence because the disk could not keep up.
    dropped: AtomicU64,
}

impl Side {
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// The bridge's end of a side: wait-free pushes. A frame without audio is recorded as silence, to keep time.
pub(crate) struct RingSink {
    ring: rtrb::Producer<i16>,
    side: Arc<Side>,
    begun: bool,
    /// Silence that is due for what found no room.
    owed: usize,
}

/// A side: what the bridge is given and what the job keeps.
pub(crate) fn side(rate: u32) -> (RingSink, Input) {
    let (producer, consumer) = rtrb::RingBuffer::new((rate * RING_SECONDS) as usize);
    let side = Arc::new(Side::default());
    let sink = RingSink {
        ring: producer,
        side: Arc::clone(&side),
        begun: false,
        owed: 0,
    };
    let input = Input {
        ring: consumer,
        side,
        lead: 0,
        used: 0,
    };
    (sink, input)
}

impl RingSink {
    fn push(&mut self, samples: impl ExactSizeIterator<Item = i16>) -> bool {
        let n = samples.len();
        let Ok(chunk) = self.ring.write_chunk_uninit(n) else {
            return false;
        };
        chunk.fill_from_iter(samples);
        true
    }

    fn take_at(&mut self, tick: u64, frame: Option<&[i16]>, samples: usize) {
        if !self.begun {
            self.begun = true;
            self.side.first.store(tick + 1, Ordering::Release);
        }
        self.side.taken.fetch_add(samples as u64, Ordering::Relaxed);
        let silence = self.owed.min(self.ring.slots());
        if silence > 0 && self.push(std::iter::repeat_n(0, silence)) {
            self.owed -= silence;
        }
        let pushed = self.owed == 0
            && match frame {
                Some(frame) => self.push(frame.iter().copied()),
                None => self.push(std::iter::repeat_n(0, samples)),
            };
        if !pushed {
            self.owed += samples;
            self.side.dropped.fetch_add(samples as u64, Ordering::Relaxed);
        }
    }
}

impl PortSink for RingSink {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        self.take_at(tick(), frame, samples);
    }
}

/// The writing end of a side.
pub(crate) struct Input {
    ring: rtrb::Consumer<i16>,
    pub(crate) side: Arc<Side>,
    /// Silence before its first sample, because another side began earlier.
    lead: u64,
    /// Samples used, the lead among them.
    used: u64,
}

impl Input {
    fn begun(&self) -> Option<u64> {
        self.side.first.load(Ordering::Acquire).checked_sub(1)
    }

    fn waiting(&self) -> usize {
        self.ring.slots() + self.left_of_lead() as usize
    }

    fn left_of_lead(&self) -> u64 {
        self.lead.saturating_sub(self.used)
    }

    /// Appends `n` samples; silence where there are none.
    fn take(&mut self, n: usize, into: &mut Vec<i16>) {
        let end = into.len() + n;
        let silence = self.left_of_lead().min(n as u64) as usize;
        into.resize(into.len() + silence, 0);
        if let Ok(chunk) = self.ring.read_chunk((n - silence).min(self.ring.slots())) {
            let (first, second) = chunk.as_slices();
            into.extend_from_slice(first);
            into.extend_from_slice(second);
            chunk.commit_all();
        }
        into.resize(end, 0);
        self.used += n as u64;
    }
}

/// Brings the sides together: which side begins how much later.
fn align(inputs: &mut [Input], rate: u32) -> bool {
    let mut firsts = Vec::with_capacity(inputs.len());
    for input in inputs.iter() {
        match input.begun() {
            Some(first) => firsts.push(first),
            None => return false,
        }
    }
    let earliest = firsts.iter().copied().min().unwrap_or_default();
    for (input, first) in inputs.iter_mut().zip(firsts) {
        let late = first - earliest;
        input.lead = if late <= APART_SECONDS * u64::from(rate) {
            late
        } else {
            0
        };
    }
    true
}

/// One file being written.
pub(crate) struct Job {
    recorder: Recorder,
    path: PathBuf,
    format: RecordFormat,
    shape: Shape,
    /// The bridge's rate.
    rate: u32,
    inputs: Vec<Input>,
    aligned: bool,
    resamplers: Vec<Resampler>,
    encoder: Box<dyn Encoder>,
    checked: Instant,
    /// The outcome was told; what still comes is thrown away.
    over: bool,
    // Kept, so that they are not made anew ten times a second.
    samples: Vec<Vec<i16>>,
    scratch: Vec<f32>,
    interleaved: Vec<i16>,
}

impl Job {
    pub(crate) fn new(
        recorder: Recorder,
        format: RecordFormat,
        shape: Shape,
        rate: u32,
        inputs: Vec<Input>,
        encoder: Box<dyn Encoder>,
    ) -> Result<Job> {
        let resamplers: Result<Vec<_>, String> = inputs.iter().map(|_| Resampler::new(rate, shape.rate)).collect();
        let resamplers = resamplers.map_err(|e| {
            Error::new(
                ErrorKind::Media,
                "record",
                format!("cannot resample to {}: {e}", shape.rate),
            )
        })?;
        Ok(Job {
            path: recorder.path().to_owned(),
            format,
            shape,
            rate,
            aligned: false,
            resamplers,
            samples: vec![Vec::new(); inputs.len()],
            inputs,
            encoder,
            checked: Instant::now(),
            over: false,
            scratch: Vec::new(),
            interleaved: Vec::new(),
            recorder,
        })
    }

    /// Whether the bridge lets go of it. To be asked before the rings are emptied the last time.
    fn is_detached(&self) -> bool {
        self.inputs.iter().all(|input| input.ring.is_abandoned())
    }

    /// Writes what waits; at the end also what only one side has.
    fn drain(&mut self, last: bool) -> io::Result<()> {
        self.aligned = self.aligned || align(&mut self.inputs, self.rate);
        if !self.aligned && !last {
            return Ok(());
        }
        let waiting = self.inputs.iter().map(Input::waiting);
        let n = if last { waiting.max() } else { waiting.min() }.unwrap_or_default();
        // Counted as the handle counts, by what the first side took.
        let from = self.inputs.first().map_or(0, |i| i.used.saturating_sub(i.lead));
        for (input, samples) in self.inputs.iter_mut().zip(&mut self.samples) {
            samples.clear();
            input.take(n, samples);
        }
        self.recorder.core.cut_pauses(from, &mut self.samples);
        for (samples, resampler) in self.samples.iter_mut().zip(&mut self.resamplers) {
            if resampler.from() == self.shape.rate {
                continue;
            }
            self.scratch.clear();
            let input: Vec<f32> = samples.iter().map(|s| to_f32(*s)).collect();
            resampler.push(&input, &mut self.scratch);
            if last {
                resampler.finish(&mut self.scratch);
            }
            samples.clear();
            samples.extend(self.scratch.iter().map(|s| to_i16(*s)));
        }
        self.interleave();
        self.encoder.write(&self.interleaved)?;
        self.recorder.core.set_written(self.encoder.frames());
        if self.checked.elapsed() >= CHECKPOINT {
            self.checked = Instant::now();
            self.encoder.checkpoint()?;
        }
        Ok(())
    }

    fn interleave(&mut self) {
        self.interleaved.clear();
        match &self.samples[..] {
            [one] => self.interleaved.extend_from_slice(one),
            all => {
                let frames = all.iter().map(Vec::len).min().unwrap_or_default();
                for n in 0..frames {
                    self.interleaved.extend(all.iter().map(|side| side[n]));
                }
            }
        }
    }

    /// Completes the file and tells everybody.
    fn finish(&mut self, so_far: io::Result<()>) {
        self.over = true;
        let finished = self.encoder.finish();
        let error = so_far.and(finished).err().map(|e| cannot_write(&self.path, &e));
        let dropped = self.inputs.iter().map(|i| i.side.dropped.load(Ordering::Relaxed));
        let info = RecordingInfo {
            path: self.path.clone(),
            format: self.format,
            rate: self.shape.rate,
            channels: self.shape.channels,
            samples: self.encoder.frames(),
            dropped: dropped.max().unwrap_or_default(),
            error,
        };
        self.recorder.finish(info);
    }

    /// Throws away what nobody wants any more, until the bridge lets go: the rings' memory is given back here and not there.
    fn discard(&mut self) {
        for input in &mut self.inputs {
            if let Ok(chunk) = input.ring.read_chunk(input.ring.slots()) {
                chunk.commit_all();
            }
        }
    }

    /// `false` when it is done with; `close` when the endpoint is.
    fn work(&mut self, close: bool) -> bool {
        // Asked first: what was pushed before the bridge let go is in the ring by now.
        let detached = self.is_detached();
        if self.over {
            self.discard();
            return !detached && !close;
        }
        let last = detached || close;
        match self.drain(last) {
            Ok(()) if last => self.finish(Ok(())),
            Ok(()) => {}
            Err(e) => {
                self.finish(Err(e));
                self.recorder.core.take_off();
            }
        }
        !last
    }
}

pub(crate) fn cannot_write(path: &std::path::Path, e: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "record", format!("cannot write {}: {e}", path.display()))
}

pub(crate) struct FileWriter {
    sender: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl FileWriter {
    pub(crate) fn spawn() -> Result<FileWriter> {
        let (sender, receiver) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("microsip-record".into())
            .spawn(move || run(&receiver))
            .map_err(|e| Error::new(ErrorKind::Internal, "record", format!("cannot start a thread: {e}")))?;
        Ok(FileWriter { sender, thread })
    }

    pub(crate) fn begin(&self, job: Job) {
        // The thread lives as long as the engine, so the channel is open.
        drop(self.sender.send(job));
    }

    /// Finishes every file and ends the thread.
    pub(crate) fn close(self) {
        drop(self.sender);
        if self.thread.join().is_err() {
            tracing::error!(target: "microsip", "the file writer panicked");
        }
    }
}

fn run(receiver: &mpsc::Receiver<Job>) {
    let mut jobs: Vec<Job> = Vec::new();
    loop {
        let mut open = true;
        if jobs.is_empty() {
            // Nothing to empty: sleep until there is.
            match receiver.recv() {
                Ok(job) => jobs.push(job),
                Err(mpsc::RecvError) => return,
            }
        } else {
            match receiver.recv_timeout(PERIOD) {
                Ok(job) => jobs.push(job),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => open = false,
            }
        }
        jobs.retain_mut(|job| job.work(!open));
        if !open {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: usize = 160;

    fn frame(value: i16) -> [i16; FRAME] {
        [value; FRAME]
    }

    #[test]
    fn sides_that_begin_a_tick_apart_are_aligned() {
        let (mut left, a) = side(8000);
        let (mut right, b) = side(8000);
        let mut inputs = [a, b];
        left.take_at(320, Some(&frame(1)), FRAME);
        assert!(!align(&mut inputs, 8000), "the other has not begun");
        left.take_at(480, Some(&frame(2)), FRAME);
        right.take_at(480, Some(&frame(2)), FRAME);
        right.take_at(640, None, FRAME);
        assert!(align(&mut inputs, 8000));
        assert_eq!([inputs[0].lead, inputs[1].lead], [0, FRAME as u64]);
        let n = inputs.iter().map(Input::waiting).min().unwrap();
        assert_eq!(n, 2 * FRAME);
        let mut out = [Vec::new(), Vec::new()];
        for (input, out) in inputs.iter_mut().zip(&mut out) {
            input.take(n, out);
        }
        assert_eq!(out[0], [frame(1), frame(2)].concat());
        assert_eq!(out[1], [frame(0), frame(2)].concat());
        // At the end one side has a tick more; the other is silent for it.
        let n = inputs.iter().map(Input::waiting).max().unwrap();
        out[0].clear();
        inputs[0].take(n, &mut out[0]);
        assert_eq!((n, &out[0]), (FRAME, &vec![0; FRAME]));
    }

    #[test]
    fn what_finds_no_room_becomes_silence_and_time_is_kept() {
        let (mut sink, mut input) = side(8000);
        for n in 0..150 {
            sink.take_at(n * FRAME as u64, Some(&frame(n as i16 + 1)), FRAME);
        }
        assert_eq!(input.side.dropped.load(Ordering::Relaxed), 50 * FRAME as u64);
        let mut out = Vec::new();
        input.take(100 * FRAME, &mut out);
        sink.take_at(0, Some(&frame(1000)), FRAME);
        input.take(input.waiting(), &mut out);
        assert_eq!(out.len(), 151 * FRAME);
        assert_eq!(
            (out[100 * FRAME - 1], out[100 * FRAME], out[150 * FRAME - 1]),
            (100, 0, 0)
        );
        assert_eq!(out[150 * FRAME..], frame(1000));
        assert_eq!(input.side.taken(), 151 * FRAME as u64);
    }
}
