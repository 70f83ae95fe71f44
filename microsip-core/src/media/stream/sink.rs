//! Frames out of the bridge.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use futures_core::Stream;
use std::sync::Mutex;

use super::pump::{Bell, Pumped, block_on};
use super::{REPORT_EVERY, Xrun, check_capacity, check_rate, samples_of, time_of};
use crate::engine::{Lane, NewNode, Shared};
use crate::event::Event;
use crate::media::node::{AudioNode, node, sealed};
use crate::media::{AudioTarget, Tap};
use crate::pj::{PortEnd, PortSink};
use crate::{Error, ErrorKind, Result};

/// How audio is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioSinkOptions {
    /// Samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec. The bridge's own rate
    /// ([`Endpoint::clock_rate`](crate::Endpoint::clock_rate)) costs least.
    pub rate: u32,
    /// Length of a frame in whole milliseconds, 10 to 60; default 20. The bridge works in 20 ms: shorter frames come in pairs.
    pub frame: Duration,
    /// Which side of a call is heard; default the peer.
    pub tap: Tap,
    /// How much can wait to be read, 100 ms to 10 minutes; default 1 s (two bytes a sample). What comes when it is full is
    /// dropped and counted.
    pub capacity: Duration,
}

impl Default for AudioSinkOptions {
    fn default() -> Self {
        AudioSinkOptions {
            rate: 16_000,
            frame: Duration::from_millis(20),
            tap: Tap::Received,
            capacity: Duration::from_secs(1),
        }
    }
}

impl AudioSinkOptions {
    /// Sets the rate in Hz.
    pub fn rate(mut self, hz: u32) -> Self {
        self.rate = hz;
        self
    }

    /// Sets the length of a frame.
    pub fn frame(mut self, length: Duration) -> Self {
        self.frame = length;
        self
    }

    /// Sets which side of a call is heard.
    pub fn tap(mut self, tap: Tap) -> Self {
        self.tap = tap;
        self
    }

    /// Sets how much can wait to be read.
    pub fn capacity(mut self, time: Duration) -> Self {
        self.capacity = time;
        self
    }

    fn check(&self, op: &'static str) -> Result<()> {
        check_rate(op, self.rate)?;
        let ms = self.frame.as_micros();
        if !(10_000..=60_000).contains(&ms) || !ms.is_multiple_of(1000) {
            return Err(Error::invalid(
                op,
                format!("a frame of {:?} is not 10 to 60 whole milliseconds", self.frame),
            ));
        }
        check_capacity(op, self.capacity, Duration::from_millis(100))
    }
}

/// Some milliseconds of audio: signed 16 bit, mono.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioFrame {
    /// Number of the first sample, counted from the sink's start at its rate; counts on over what was lost.
    pub position: u64,
    /// When the bridge had the first sample, by the monotonic clock: the tick it came with, so that frames shorter than the 20 ms of
    /// a tick share it. It never goes back.
    pub at: Instant,
    /// How many samples right before this frame were lost because they were not read in time.
    pub lost: u64,
    /// Samples per second.
    pub rate: u32,
    /// The samples.
    pub samples: Vec<i16>,
}

impl AudioFrame {
    /// When the bridge had the first sample, by the wall clock as it is set now.
    pub fn wall_clock(&self) -> SystemTime {
        SystemTime::now() - self.at.elapsed()
    }

    /// How long the frame is.
    pub fn duration(&self) -> Duration {
        time_of(self.rate, self.samples.len() as u64)
    }
}

/// What [`AudioSink::try_read_into`] tells of a frame whose samples it has written to the caller's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameHead {
    /// As [`AudioFrame::position`].
    pub position: u64,
    /// As [`AudioFrame::at`].
    pub at: Instant,
    /// As [`AudioFrame::lost`].
    pub lost: u64,
    /// How many samples were written.
    pub samples: usize,
}

impl FrameHead {
    /// When the bridge had the first sample, by the wall clock as it is set now.
    pub fn wall_clock(&self) -> SystemTime {
        SystemTime::now() - self.at.elapsed()
    }
}

/// Counts of a sink since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SinkStats {
    /// Samples the bridge gave.
    pub samples: u64,
    /// Samples dropped because they were not read in time.
    pub lost: u64,
    /// How many times that began.
    pub overruns: u64,
    /// Samples that wait to be read.
    pub waiting: u64,
}

/// A tick of the bridge whose samples are in the ring.
#[derive(Debug, Clone, Copy)]
struct Mark {
    position: u64,
    at: Instant,
    length: usize,
}

struct SinkShared {
    id: u64,
    rate: u32,
    target: AudioTarget,
    shared: Arc<Shared>,
    bell: Bell,
    /// How many samples the reader waits for.
    needed: AtomicUsize,
    closed: AtomicBool,
    samples: AtomicU64,
    read: AtomicU64,
    lost: AtomicU64,
    overruns: AtomicU64,
    told: Mutex<Option<(Instant, u64)>>,
}

impl SinkShared {
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.bell.wake();
    }
}

impl Pumped for SinkShared {
    fn ring(&self, _: bool) {
        self.bell.ring();
    }

    fn report(&self, now: Instant) -> Option<Event> {
        let total = self.lost.load(Ordering::Relaxed);
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (at, before) = told.map_or((None, 0), |(at, before)| (Some(at), before));
        if total == before || at.is_some_and(|at| now < at + REPORT_EVERY) {
            return None;
        }
        *told = Some((now, total));
        Some(Event::AudioXrun {
            call: self.target.call().cloned(),
            stream: self.id,
            kind: Xrun::Overrun,
            samples: total - before,
            total,
        })
    }

    fn wants_beat(&self) -> bool {
        let told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.lost.load(Ordering::Relaxed) != told.map_or(0, |(_, before)| before)
    }
}

/// The bridge's side.
struct SinkPort {
    samples: rtrb::Producer<i16>,
    marks: rtrb::Producer<Mark>,
    capacity: usize,
    position: u64,
    losing: bool,
    core: Arc<SinkShared>,
}

impl PortSink for SinkPort {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        let mark = Mark {
            position: self.position,
            at: Instant::now(),
            length: samples,
        };
        self.position += samples as u64;
        let room = self.samples.slots() >= samples && self.marks.slots() > 0;
        if room && let Ok(chunk) = self.samples.write_chunk_uninit(samples) {
            match frame {
                Some(frame) => chunk.fill_from_iter(frame.iter().copied()),
                None => chunk.fill_from_iter(std::iter::repeat_n(0, samples)),
            };
            // There was room.
            let _ = self.marks.push(mark);
            self.losing = false;
        } else {
            self.core.lost.fetch_add(samples as u64, Ordering::Relaxed);
            if !std::mem::replace(&mut self.losing, true) {
                self.core.overruns.fetch_add(1, Ordering::Relaxed);
                self.core.shared.pump().kick();
            }
        }
        self.core.samples.store(self.position, Ordering::Release);
        let waiting = self.capacity - self.samples.slots();
        if waiting >= self.core.needed.load(Ordering::Relaxed) {
            self.core.bell.strike(self.core.shared.pump());
        }
    }
}

/// Frames out of a call, a conference, or whatever is connected to it: the reading end of a wait-free ring that the bridge
/// fills. Several may listen to one call, each with its own rate, frame and tap.
///
/// Reading blocks ([`AudioSink::read`]), does not ([`AudioSink::try_read`]; [`AudioSink::try_read_into`] without allocation), or is
/// asynchronous: it is a `Stream` of
/// [`AudioFrame`] for any runtime. While a call is held, or before its audio runs, frames are silent or, when no clock is
/// needed, do not come. The stream ends with its target; dropping the sink takes it off the bridge.
///
/// ```no_run
/// # use microsip_core::{AudioSinkOptions, Call};
/// # fn listen(call: &Call) -> microsip_core::Result<()> {
/// let mut sink = call.audio_sink(AudioSinkOptions::default().rate(24_000))?;
/// while let Some(frame) = sink.read(None)? {
///     assert_eq!(frame.samples.len(), 480);
/// }
/// # Ok(())
/// # }
/// ```
pub struct AudioSink {
    core: Arc<SinkShared>,
    samples: rtrb::Consumer<i16>,
    marks: rtrb::Consumer<Mark>,
    /// The tick being read, and how much of it has been.
    tick: Option<(Mark, usize)>,
    partial: Vec<i16>,
    /// Where the partial frame begins.
    begun: (u64, Option<Instant>),
    /// The position after the last frame that was read.
    expected: u64,
    frame: usize,
}

node!(AudioSink, |sink| sink.core.id);

impl AudioSink {
    pub(crate) fn start(shared: &Arc<Shared>, target: AudioTarget, options: AudioSinkOptions) -> Result<AudioSink> {
        const OP: &str = "audio sink";
        options.check(OP)?;
        let frame = samples_of(options.rate, options.frame);
        let capacity = samples_of(options.rate, options.capacity).max(frame * 2);
        let (samples, samples_out) = rtrb::RingBuffer::new(capacity);
        // A tick is 20 ms; one more for each end.
        let (marks, marks_out) =
            rtrb::RingBuffer::new(capacity / samples_of(options.rate, Duration::from_millis(20)) + 2);
        let core = Arc::new(SinkShared {
            id: shared.next_id(),
            rate: options.rate,
            shared: Arc::clone(shared),
            bell: Bell::default(),
            needed: AtomicUsize::new(frame),
            closed: AtomicBool::new(false),
            samples: AtomicU64::new(0),
            read: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            overruns: AtomicU64::new(0),
            told: Mutex::new(None),
            target,
        });
        let port = SinkPort {
            samples,
            marks,
            capacity,
            position: 0,
            losing: false,
            core: Arc::clone(&core),
        };
        let weak = Arc::downgrade(&core);
        shared.pump().add(shared, weak)?;
        let (ended, owner) = (Arc::clone(&core), core.target.owner(options.tap));
        let node = NewNode {
            id: core.id,
            rate: Some(options.rate),
            end: PortEnd::Sink(Box::new(port)),
            owner,
            on_removed: Box::new(move |_, _| ended.close()),
        };
        shared.run(OP, Lane::Normal, move |engine| engine.node_add(OP, node))?;
        Ok(AudioSink {
            core,
            samples: samples_out,
            marks: marks_out,
            tick: None,
            partial: Vec::with_capacity(frame),
            begun: (0, None),
            expected: 0,
            frame,
        })
    }

    /// The next frame; waits for it, at most `timeout` if there is one. `None` when the stream has ended.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) at the deadline; what has come of the frame stays for the next call.
    /// [`WrongState`](ErrorKind::WrongState) from within a [`Handler`](crate::Handler).
    pub fn read(&mut self, timeout: Option<Duration>) -> Result<Option<AudioFrame>> {
        const OP: &str = "read audio";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        match block_on(deadline, |cx| self.poll_frame(cx)) {
            Some(frame) => Ok(frame),
            None => Err(Error::new(
                ErrorKind::Timeout,
                OP,
                format!(
                    "no frame within {:?}; is the call up and not held?",
                    timeout.unwrap_or_default()
                ),
            )),
        }
    }

    /// The next frame if it is there, without waiting; `None` when the stream has ended.
    ///
    /// # Errors
    /// [`WouldBlock`](ErrorKind::WouldBlock) when it is not there yet.
    pub fn try_read(&mut self) -> Result<Option<AudioFrame>> {
        self.next_frame()
            .ok_or_else(|| Error::new(ErrorKind::WouldBlock, "read audio", "no whole frame has come yet"))
    }

    /// For `poll_fn` and executors of one's own: as [`AudioSink::read`].
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<AudioFrame>> {
        let core = Arc::clone(&self.core);
        core.bell.poll(cx, || self.next_frame())
    }

    /// As [`AudioSink::try_read`], into the caller's memory: the beginning of `samples`, which has room for
    /// [`AudioSink::frame_len`]. Allocates nothing when there is a frame.
    ///
    /// # Errors
    /// As there; [`InvalidArgument`](ErrorKind::InvalidArgument) when a frame does not fit, which stays for the next call.
    pub fn try_read_into(&mut self, samples: &mut [i16]) -> Result<Option<FrameHead>> {
        const OP: &str = "read audio";
        self.check_fits(OP, samples)?;
        self.next_into(samples)
            .ok_or_else(|| Error::new(ErrorKind::WouldBlock, OP, "no whole frame has come yet"))
    }

    /// For executors of one's own: as [`AudioSink::try_read_into`], and the waker is told when it may have a frame.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when a frame does not fit.
    pub fn poll_read_into(&mut self, cx: &mut Context<'_>, samples: &mut [i16]) -> Poll<Result<Option<FrameHead>>> {
        if let Err(e) = self.check_fits("read audio", samples) {
            return Poll::Ready(Err(e));
        }
        let core = Arc::clone(&self.core);
        core.bell.poll(cx, || self.next_into(samples)).map(Ok)
    }

    fn check_fits(&self, op: &'static str, samples: &[i16]) -> Result<()> {
        if samples.len() >= self.frame {
            return Ok(());
        }
        Err(Error::invalid(
            op,
            format!(
                "a frame of {} samples does not fit in room for {}",
                self.frame,
                samples.len()
            ),
        ))
    }

    fn next_into(&mut self, samples: &mut [i16]) -> Option<Option<FrameHead>> {
        let head = self.next_head()?;
        if let Some(head) = &head {
            samples[..head.samples].copy_from_slice(&self.partial);
            self.partial.clear();
        }
        Some(head)
    }

    /// `Some(None)` at the end.
    fn next_frame(&mut self) -> Option<Option<AudioFrame>> {
        let head = self.next_head()?;
        Some(head.map(|head| AudioFrame {
            position: head.position,
            at: head.at,
            lost: head.lost,
            rate: self.core.rate,
            samples: std::mem::replace(&mut self.partial, Vec::with_capacity(self.frame)),
        }))
    }

    /// Completes the frame in `partial`, whose samples are to be taken out of it; `Some(None)` at the end.
    fn next_head(&mut self) -> Option<Option<FrameHead>> {
        // First, so that what came before the end is seen.
        let closed = self.core.closed.load(Ordering::Acquire) || !self.core.shared.origin().is_here();
        while self.partial.len() < self.frame {
            let (mark, used) = match self.tick.take() {
                Some(tick) => tick,
                None => match self.marks.pop() {
                    Ok(mark) => (mark, 0),
                    Err(_) => {
                        let needed = (self.frame - self.partial.len()).max(1);
                        self.core.needed.store(needed, Ordering::Relaxed);
                        return closed.then_some(None);
                    }
                },
            };
            let position = mark.position + used as u64;
            if !self.partial.is_empty() && position != self.begun.0 + self.partial.len() as u64 {
                // A hole: the beginning of this frame is lost with it.
                self.partial.clear();
            }
            if self.partial.is_empty() {
                self.begun = (position, Some(mark.at));
            }
            let count = (mark.length - used).min(self.frame - self.partial.len());
            if let Ok(chunk) = self.samples.read_chunk(count) {
                let (a, b) = chunk.as_slices();
                self.partial.extend_from_slice(a);
                self.partial.extend_from_slice(b);
                chunk.commit_all();
                self.core.read.fetch_add(count as u64, Ordering::Relaxed);
            }
            if used + count < mark.length {
                self.tick = Some((mark, used + count));
            }
        }
        let (position, at) = self.begun;
        let head = FrameHead {
            position,
            at: at.unwrap_or_else(Instant::now),
            lost: position - self.expected,
            samples: self.partial.len(),
        };
        self.expected = position + self.frame as u64;
        Some(Some(head))
    }

    /// Counts since the start.
    pub fn stats(&self) -> SinkStats {
        SinkStats {
            samples: self.core.samples.load(Ordering::Acquire),
            lost: self.core.lost.load(Ordering::Relaxed),
            overruns: self.core.overruns.load(Ordering::Relaxed),
            waiting: (self.samples.slots() + self.partial.len()) as u64,
        }
    }

    /// Samples per second.
    pub fn rate(&self) -> u32 {
        self.core.rate
    }

    /// Samples in a frame.
    pub fn frame_len(&self) -> usize {
        self.frame
    }

    /// What it listens to.
    pub fn target(&self) -> &AudioTarget {
        &self.core.target
    }

    /// Its number in [`Event::AudioXrun`](crate::Event::AudioXrun).
    pub fn id(&self) -> u64 {
        self.core.id
    }
}

impl Stream for AudioSink {
    type Item = AudioFrame;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<AudioFrame>> {
        self.get_mut().poll_frame(cx)
    }
}

impl Drop for AudioSink {
    fn drop(&mut self) {
        let id = self.core.id;
        let _ = self.core.shared.post("audio sink", move |engine| {
            engine.node_remove(id, crate::engine::Removal::Stopped)
        });
    }
}

impl fmt::Debug for AudioSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioSink")
            .field("id", &self.core.id)
            .field("rate", &self.core.rate)
            .field("frame", &self.frame)
            .finish_non_exhaustive()
    }
}
