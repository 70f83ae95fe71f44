//! Frames into the bridge.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::pump::{Bell, Pumped, block_on};
use super::{REPORT_EVERY, Xrun, check_capacity, check_rate, samples_of, time_of};
use crate::engine::{Lane, NewNode, Shared};
use crate::event::Event;
use crate::media::node::{AudioNode, node, sealed};
use crate::media::{AudioTarget, Tap};
use crate::pj::{PortEnd, PortSource};
use crate::{Error, ErrorKind, FOR_EVER, Result};

/// How long a flush waits for the bridge's tick; longer means that the clock does not run, and so nothing is sent.
const FLUSH_WAIT: Duration = Duration::from_millis(100);

/// How audio is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioSourceOptions {
    /// Samples per second: 8000, 16000 (default), 24000, 32000 or 48000, whatever the codec.
    pub rate: u32,
    /// How much can be written ahead, 40 ms to 10 minutes; default 1 s. What comes when it is full waits.
    pub capacity: Duration,
}

impl Default for AudioSourceOptions {
    fn default() -> Self {
        AudioSourceOptions {
            rate: 16_000,
            capacity: Duration::from_secs(1),
        }
    }
}

impl AudioSourceOptions {
    /// Sets the rate in Hz.
    pub fn rate(mut self, hz: u32) -> Self {
        self.rate = hz;
        self
    }

    /// Sets how much can be written ahead.
    pub fn capacity(mut self, time: Duration) -> Self {
        self.capacity = time;
        self
    }
}

/// What a flush did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flushed {
    /// Position of the first sample that was not sent, counted over all that was ever written: the far end was sent what
    /// comes before it (except what earlier flushes cut).
    pub position: u64,
    /// How many samples were thrown away.
    pub dropped: u64,
}

/// A flush that was begun ([`AudioSource::begin_flush`]) and whose outcome is asked for ([`AudioSource::poll_flushed`]).
#[derive(Debug, Clone, Copy)]
pub struct FlushBegun {
    /// What was written when it began.
    written: u64,
    /// What earlier flushes had cut by then.
    flushed: u64,
    /// What a `Sink` was given and never had room.
    unsent: u64,
    at: Instant,
}

/// Counts of a source since its start, in samples at its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SourceStats {
    /// Accepted from the application.
    pub written: u64,
    /// Taken by the bridge.
    pub sent: u64,
    /// Thrown away by flushes.
    pub flushed: u64,
    /// Written and neither sent nor flushed.
    pub queued: u64,
    /// How many times the writer was late: there was nothing to send, and audio went on within a second. A longer pause, or
    /// one after [`AudioSource::drain`] or a flush, is an end.
    pub underruns: u64,
    /// Samples of silence sent in those gaps.
    pub silence: u64,
}

struct SourceShared {
    id: u64,
    rate: u32,
    target: AudioTarget,
    shared: Arc<Shared>,
    /// For the writer, who waits for room, for the end of the queue, or for a flush.
    bell: Bell,
    closed: AtomicBool,
    written: AtomicU64,
    /// Read by the bridge, sent or flushed.
    read: AtomicU64,
    /// Apart, as the difference of two counts that are not read at one moment can be anything.
    sent: AtomicU64,
    flushed: AtomicU64,
    /// What was written before this position is to be thrown away.
    flush_to: AtomicU64,
    /// The last `flush_to` the bridge has obeyed, and where it had been until then.
    flush_done: AtomicU64,
    flush_at: AtomicU64,
    /// The writer has said that nothing follows for now.
    pausing: AtomicBool,
    flushing: AtomicBool,
    underruns: AtomicU64,
    silence: AtomicU64,
    told: Mutex<Option<(Instant, u64, u64)>>,
}

impl SourceShared {
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.bell.wake();
    }

    fn told(&self) -> Option<(Instant, u64, u64)> {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pumped for SourceShared {
    fn ring(&self, beat: bool) {
        self.bell.ring();
        if beat && self.flushing.load(Ordering::Relaxed) {
            self.bell.wake();
        }
    }

    fn report(&self, now: Instant) -> Option<Event> {
        let (count, total) = (
            self.underruns.load(Ordering::Relaxed),
            self.silence.load(Ordering::Relaxed),
        );
        let told = self.told();
        let (before, silence) = told.map_or((0, 0), |(_, count, silence)| (count, silence));
        if count == before || told.is_some_and(|(at, ..)| now < at + REPORT_EVERY) {
            return None;
        }
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, count, total));
        Some(Event::AudioXrun {
            call: self.target.call().cloned(),
            stream: self.id,
            kind: Xrun::Underrun,
            samples: total - silence,
            total,
        })
    }

    fn wants_beat(&self) -> bool {
        self.flushing.load(Ordering::Relaxed)
            || self.underruns.load(Ordering::Relaxed) != self.told().map_or(0, |(_, count, _)| count)
    }
}

/// The bridge's side.
struct SourcePort {
    ring: rtrb::Consumer<i16>,
    read: u64,
    /// Audio was sent, and nobody has said that it is over.
    talking: bool,
    /// Samples of silence since audio ran out.
    gap: u64,
    core: Arc<SourceShared>,
}

impl SourcePort {
    /// Throws away what a flush told to.
    fn obey_flush(&mut self) {
        let to = self.core.flush_to.load(Ordering::Acquire);
        if to == self.core.flush_done.load(Ordering::Relaxed) {
            return;
        }
        self.core.flush_at.store(self.read, Ordering::Relaxed);
        let count = (to.saturating_sub(self.read) as usize).min(self.ring.slots());
        if let Ok(chunk) = self.ring.read_chunk(count) {
            chunk.commit_all();
        }
        self.read += count as u64;
        self.core.flushed.fetch_add(count as u64, Ordering::Relaxed);
        self.core.read.store(self.read, Ordering::Release);
        self.talking = false;
        self.gap = 0;
        self.core.flush_done.store(to, Ordering::Release);
    }

    /// Counts a gap once audio goes on after it: until then nobody knows whether it is one or an end.
    fn note_gap(&mut self, got: usize, missing: usize) {
        let core = &self.core;
        if got > 0 {
            if self.gap > 0 && self.talking {
                core.silence.fetch_add(self.gap, Ordering::Relaxed);
                core.underruns.fetch_add(1, Ordering::Relaxed);
                core.shared.pump().kick();
            }
            self.gap = 0;
            self.talking = true;
        }
        if missing > 0 && self.talking {
            self.gap += missing as u64;
            let over = self.gap >= u64::from(core.rate);
            if over || core.pausing.load(Ordering::Acquire) {
                self.talking = false;
                self.gap = 0;
            }
        }
    }
}

impl PortSource for SourcePort {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        self.obey_flush();
        let count = self.ring.slots().min(out.len());
        if let Ok(chunk) = self.ring.read_chunk(count) {
            let (a, b) = chunk.as_slices();
            out[..a.len()].copy_from_slice(a);
            out[a.len()..count].copy_from_slice(b);
            chunk.commit_all();
        }
        out[count..].fill(0);
        self.read += count as u64;
        self.core.sent.fetch_add(count as u64, Ordering::Relaxed);
        self.core.read.store(self.read, Ordering::Release);
        self.note_gap(count, out.len() - count);
        self.core.bell.strike(self.core.shared.pump());
        count > 0
    }
}

/// Frames into a call, a conference, or whatever it is connected to: the writing end of a wait-free ring that the bridge
/// empties at the pace of its clock.
///
/// Writing is paced: [`AudioSource::write`] waits while the buffer is full, [`AudioSource::try_write`] takes what fits, and
/// it is a `Sink` of `Vec<i16>` for any runtime; nothing is ever dropped silently. Before the call's audio runs, and while it
/// has nobody to speak to, nothing is taken. Several sources into one call are mixed. It ends with its target; dropping it
/// takes it off the bridge with all that is queued, so [`AudioSource::drain`] it first.
///
/// ```no_run
/// # use microsip_core::{AudioSourceOptions, Call};
/// # use std::time::Duration;
/// # fn speak(call: &Call, speech: &[i16]) -> microsip_core::Result<()> {
/// let mut source = call.audio_source(AudioSourceOptions::default().rate(24_000))?;
/// source.write(speech)?;
/// source.drain(Duration::from_secs(60))?;
/// # Ok(())
/// # }
/// ```
pub struct AudioSource {
    core: Arc<SourceShared>,
    ring: rtrb::Producer<i16>,
    written: u64,
    /// What a `Sink` was given and had no room yet.
    pending: (Vec<i16>, usize),
}

node!(AudioSource, |source| source.core.id);

impl AudioSource {
    pub(crate) fn start(shared: &Arc<Shared>, target: AudioTarget, options: AudioSourceOptions) -> Result<AudioSource> {
        const OP: &str = "audio source";
        check_rate(OP, options.rate)?;
        check_capacity(OP, options.capacity, Duration::from_millis(40))?;
        let (ring, consumer) = rtrb::RingBuffer::new(samples_of(options.rate, options.capacity));
        let core = Arc::new(SourceShared {
            id: shared.next_id(),
            rate: options.rate,
            shared: Arc::clone(shared),
            bell: Bell::default(),
            closed: AtomicBool::new(false),
            written: AtomicU64::new(0),
            read: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            flushed: AtomicU64::new(0),
            flush_to: AtomicU64::new(0),
            flush_done: AtomicU64::new(0),
            flush_at: AtomicU64::new(0),
            pausing: AtomicBool::new(false),
            flushing: AtomicBool::new(false),
            underruns: AtomicU64::new(0),
            silence: AtomicU64::new(0),
            told: Mutex::new(None),
            target,
        });
        let port = SourcePort {
            ring: consumer,
            read: 0,
            talking: false,
            gap: 0,
            core: Arc::clone(&core),
        };
        let weak = Arc::downgrade(&core);
        shared.pump().add(shared, weak)?;
        let ended = Arc::clone(&core);
        let node = NewNode {
            id: core.id,
            rate: Some(options.rate),
            end: PortEnd::Source(Box::new(port)),
            owner: core.target.owner(Tap::default()),
            on_removed: Box::new(move |_, _| ended.close()),
        };
        shared.run(OP, Lane::Normal, move |engine| engine.node_add(OP, node))?;
        Ok(AudioSource {
            core,
            ring,
            written: 0,
            pending: (Vec::new(), 0),
        })
    }

    /// Writes all samples, waiting while the buffer is full.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the target has ended; what was accepted before is in [`AudioSource::stats`].
    /// [`WrongState`](ErrorKind::WrongState) from within a [`Handler`](crate::Handler).
    pub fn write(&mut self, samples: &[i16]) -> Result<()> {
        self.write_for(samples, FOR_EVER).map(drop)
    }

    /// Writes samples, waiting at most `timeout` while the buffer is full; how many were accepted.
    ///
    /// # Errors
    /// As [`AudioSource::write`]; [`Timeout`](ErrorKind::Timeout) when not one was accepted in time.
    pub fn write_for(&mut self, samples: &[i16], timeout: Duration) -> Result<usize> {
        const OP: &str = "write audio";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let deadline = Instant::now().checked_add(timeout.min(FOR_EVER));
        let mut done = 0;
        while done < samples.len() {
            match block_on(deadline, |cx| self.poll_write(cx, &samples[done..])) {
                Some(result) => done += result?,
                None if done > 0 => break,
                None => {
                    return Err(Error::new(
                        ErrorKind::Timeout,
                        OP,
                        format!("the buffer stayed full for {timeout:?}; is the call up and not held?"),
                    ));
                }
            }
        }
        Ok(done)
    }

    /// Writes what fits now; how many samples that were.
    ///
    /// # Errors
    /// [`WouldBlock`](ErrorKind::WouldBlock) when not one fits, [`Gone`](ErrorKind::Gone) when the target has ended.
    pub fn try_write(&mut self, samples: &[i16]) -> Result<usize> {
        const OP: &str = "write audio";
        self.check_open(OP)?;
        if !self.send_pending() {
            return Err(full(OP));
        }
        match self.push(samples) {
            0 if !samples.is_empty() => Err(full(OP)),
            count => Ok(count),
        }
    }

    /// For `poll_fn` and executors of one's own: accepts what fits, as soon as at least one sample does.
    pub fn poll_write(&mut self, cx: &mut Context<'_>, samples: &[i16]) -> Poll<Result<usize>> {
        let core = Arc::clone(&self.core);
        core.bell.poll(cx, || {
            if let Err(e) = self.check_open("write audio") {
                return Some(Err(e));
            }
            if samples.is_empty() {
                return Some(Ok(0));
            }
            match if self.send_pending() { self.push(samples) } else { 0 } {
                0 => None,
                count => Some(Ok(count)),
            }
        })
    }

    /// Writes all samples; asynchronous. Dropped before its end, as in a `select!`, it has written some of them and nobody knows
    /// how many: use [`AudioSource::poll_write`] there.
    ///
    /// # Errors
    /// As [`AudioSource::write`].
    pub async fn send_all(&mut self, samples: &[i16]) -> Result<()> {
        let mut done = 0;
        while done < samples.len() {
            done += std::future::poll_fn(|cx| self.poll_write(cx, &samples[done..])).await?;
        }
        Ok(())
    }

    fn push(&mut self, samples: &[i16]) -> usize {
        let count = self.ring.slots().min(samples.len());
        if count == 0 {
            return 0;
        }
        self.core.pausing.store(false, Ordering::Release);
        if let Ok(chunk) = self.ring.write_chunk_uninit(count) {
            chunk.fill_from_iter(samples.iter().copied());
        }
        self.written += count as u64;
        self.core.written.store(self.written, Ordering::Release);
        count
    }

    /// Puts what a `Sink` was given into the ring; whether all of it is.
    fn send_pending(&mut self) -> bool {
        let (samples, from) = std::mem::take(&mut self.pending);
        if from < samples.len() {
            let count = self.push(&samples[from..]);
            self.pending = (samples, from + count);
        }
        self.pending.1 == self.pending.0.len()
    }

    fn check_open(&self, op: &'static str) -> Result<()> {
        self.core.shared.origin().check(op)?;
        if self.core.closed.load(Ordering::Acquire) {
            return Err(Error::new(
                ErrorKind::Gone,
                op,
                "the call or conference it spoke to has ended",
            ));
        }
        Ok(())
    }

    /// Cuts all that is queued at once, for a speaker who is interrupted: at most the 20 ms that the bridge is handling are
    /// still sent. Waits for the bridge's next tick, to say exactly how far the far end was spoken to.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the target has ended, [`WrongState`](ErrorKind::WrongState) from within a
    /// [`Handler`](crate::Handler).
    pub fn flush(&mut self) -> Result<Flushed> {
        const OP: &str = "flush audio";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let begun = self.begin_flush()?;
        block_on(None, |cx| self.poll_flushed(cx, &begun)).unwrap_or_else(|| Err(Error::not_running(OP)))
    }

    /// The same; asynchronous.
    ///
    /// # Errors
    /// As there.
    pub async fn flush_async(&mut self) -> Result<Flushed> {
        let begun = self.begin_flush()?;
        // A task that does not wait for the end of this must not leave the pump beating.
        let _flushing = Flushing(Arc::clone(&self.core));
        std::future::poll_fn(|cx| self.poll_flushed(cx, &begun)).await
    }

    /// The first half of [`AudioSource::flush`], for executors of one's own: cuts what is queued and does not wait. Ask
    /// [`AudioSource::poll_flushed`] until it is ready, before another flush begins; what is written in between is not cut.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the target has ended.
    pub fn begin_flush(&mut self) -> Result<FlushBegun> {
        self.check_open("flush audio")?;
        let unsent = (self.pending.0.len() - self.pending.1) as u64;
        self.pending = (Vec::new(), 0);
        let flushed = self.core.flushed.load(Ordering::Relaxed);
        self.core.pausing.store(true, Ordering::Release);
        self.core.flush_to.store(self.written, Ordering::Release);
        self.core.flushing.store(true, Ordering::Release);
        // So that it looks every now and then whether the time is over.
        self.core.shared.pump().kick();
        Ok(FlushBegun {
            written: self.written,
            flushed,
            unsent,
            at: Instant::now(),
        })
    }

    /// What a flush did, as soon as the bridge has obeyed it: the second half of [`AudioSource::flush`].
    pub fn poll_flushed(&mut self, cx: &mut Context<'_>, flush: &FlushBegun) -> Poll<Result<Flushed>> {
        let (core, written) = (Arc::clone(&self.core), flush.written);
        let done = core.bell.poll(cx, || {
            // First: if the bridge obeys after this, what it throws away must not look as if it were sent.
            let read = core.read.load(Ordering::Acquire);
            let obeyed = core.flush_done.load(Ordering::Acquire) >= written;
            let position = if !obeyed {
                // Nothing is taken at the moment, and it will be thrown away before anything is.
                read
            } else if core.flushed.load(Ordering::Relaxed) > flush.flushed {
                core.flush_at.load(Ordering::Relaxed)
            } else {
                // Nothing was queued.
                written
            };
            let over = obeyed || core.closed.load(Ordering::Acquire) || flush.at.elapsed() >= FLUSH_WAIT;
            over.then_some(Flushed {
                position,
                // Written while it was on its way, and sent already.
                dropped: written.saturating_sub(position) + flush.unsent,
            })
        });
        if done.is_ready() {
            core.flushing.store(false, Ordering::Release);
        }
        done.map(Ok)
    }

    /// Waits until all that was written has been sent.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) at the deadline, [`Gone`](ErrorKind::Gone) when the target ended before that,
    /// [`WrongState`](ErrorKind::WrongState) from within a [`Handler`](crate::Handler).
    pub fn drain(&mut self, timeout: Duration) -> Result<()> {
        const OP: &str = "drain audio";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let deadline = Instant::now().checked_add(timeout.min(FOR_EVER));
        block_on(deadline, |cx| self.poll_drained(cx)).unwrap_or_else(|| {
            let left = time_of(self.core.rate, self.stats().queued);
            Err(Error::new(
                ErrorKind::Timeout,
                OP,
                format!("{left:?} of audio are still queued; is the call up and not held?"),
            ))
        })
    }

    /// The same; asynchronous, without a deadline.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the target ended before that.
    pub async fn drain_async(&mut self) -> Result<()> {
        std::future::poll_fn(|cx| self.poll_drained(cx)).await
    }

    /// For executors of one's own: as [`AudioSource::drain_async`].
    pub fn poll_drained(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let core = Arc::clone(&self.core);
        core.bell.poll(cx, || {
            let empty = self.send_pending();
            if empty {
                core.pausing.store(true, Ordering::Release);
            }
            if empty && core.read.load(Ordering::Acquire) == self.written {
                return Some(Ok(()));
            }
            self.check_open("drain audio").err().map(Err)
        })
    }

    /// Counts since the start.
    pub fn stats(&self) -> SourceStats {
        let core = &self.core;
        let sent = core.sent.load(Ordering::Relaxed);
        let flushed = core.flushed.load(Ordering::Relaxed);
        SourceStats {
            written: self.written,
            sent,
            flushed,
            // Whatever the bridge does meanwhile, it takes no more than was written.
            queued: self.written - sent - flushed,
            underruns: core.underruns.load(Ordering::Relaxed),
            silence: core.silence.load(Ordering::Relaxed),
        }
    }

    /// How many samples fit now.
    pub fn room(&self) -> usize {
        self.ring.slots()
    }

    /// Samples per second.
    pub fn rate(&self) -> u32 {
        self.core.rate
    }

    /// What it speaks to.
    pub fn target(&self) -> &AudioTarget {
        &self.core.target
    }

    /// Its number in [`Event::AudioXrun`](crate::Event::AudioXrun).
    pub fn id(&self) -> u64 {
        self.core.id
    }
}

/// Says that nobody waits for a flush any more.
struct Flushing(Arc<SourceShared>);

impl Drop for Flushing {
    fn drop(&mut self) {
        self.0.flushing.store(false, Ordering::Release);
    }
}

fn full(op: &'static str) -> Error {
    Error::new(ErrorKind::WouldBlock, op, "the buffer is full")
}

/// Each item is written whole and in order; `poll_ready` waits for the one before, `poll_flush` until all has been sent, as
/// [`AudioSource::drain`] does.
impl futures_sink::Sink<Vec<i16>> for AudioSource {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        let core = Arc::clone(&this.core);
        core.bell.poll(cx, || match this.check_open("write audio") {
            Err(e) => Some(Err(e)),
            Ok(()) => this.send_pending().then_some(Ok(())),
        })
    }

    fn start_send(self: Pin<&mut Self>, samples: Vec<i16>) -> Result<()> {
        let this = self.get_mut();
        this.check_open("write audio")?;
        if !this.send_pending() {
            return Err(full("write audio"));
        }
        this.pending = (samples, 0);
        let _ = this.send_pending();
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll_drained(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().poll_drained(cx)
    }
}

impl Drop for AudioSource {
    fn drop(&mut self) {
        let id = self.core.id;
        let _ = self.core.shared.post("audio source", move |engine| {
            engine.node_remove(id, crate::engine::Removal::Stopped)
        });
    }
}

impl fmt::Debug for AudioSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioSource")
            .field("id", &self.core.id)
            .field("rate", &self.core.rate)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
