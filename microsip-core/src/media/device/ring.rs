//! Between a device's callbacks, of any size and at the device's pace, and the bridge's ticks of 20 ms: one ring each way.
//!
//! The resampler works on the bridge's side, so that a device's callback only copies. Both sides say what they did in
//! [`Flow`], by atomics; nothing here allocates, locks or waits once it is made. Times are nanoseconds of one monotonic
//! clock, given by the caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::drift::{Fixed, Resampler, Steering};
use crate::Result;

/// A tick of the bridge.
#[cfg(test)]
const TICK_NS: i64 = 20_000_000;
/// So much too much for so many ticks on end: the device had stopped. The excess is skipped, for nobody wants to hear it later.
const EXCESS_S: f64 = 0.080;
const EXCESS_TICKS: u32 = 25;
/// Capacity of a ring.
const RING_S: f64 = 0.6;
/// Without a callback or tick for so long, the other side has stopped.
const STALL_NS: i64 = 200_000_000;
/// Samples a device's callback handles at a time.
const BLOCK: usize = 512;
/// Callbacks by which a device's position is judged, so that one that was late or one of a burst does not deceive.
const RECENT: usize = 8;
/// Position of a device that has not been called yet.
const NEVER: i64 = i64::MIN;

/// What both sides of a ring tell each other and whoever looks.
#[derive(Debug)]
pub(crate) struct Flow {
    /// Of the device, in Hz.
    rate: u32,
    /// When its sample number 0 went by, judged by the last callbacks, on the side of caution.
    origin: AtomicI64,
    last_callback: AtomicI64,
    callbacks: AtomicU64,
    /// Whether audio flows; else enough of it is gathered first.
    running: AtomicBool,
    /// What was written last was nothing: to run out of it is no loss.
    silent: AtomicBool,
    /// Samples to be thrown away by the reading side.
    discard: AtomicUsize,
    /// Samples that must be left in a loudspeaker's ring after its first callback.
    start: AtomicUsize,
    under_runs: AtomicU64,
    over_runs: AtomicU64,
    /// For those who look: audio in the ring, and in the device behind it, in µs.
    queued_us: AtomicU64,
    device_us: AtomicU64,
    /// Correction in force, in thousandths of ppm.
    milli_ppm: AtomicI64,
}

/// How a device's stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct DeviceStats {
    /// Rate at which the device runs, in Hz.
    pub rate: u32,
    /// Times audio ran out, or did not come in time; each is a short gap.
    pub under_runs: u64,
    /// Times there was too much audio, and some was thrown away.
    pub over_runs: u64,
    /// Callbacks of the device since it was opened.
    pub callbacks: u64,
    /// Audio between the bridge and the device's callbacks, in milliseconds.
    pub queued_ms: f64,
    /// Audio between the callbacks and the air, in milliseconds, as far as the system tells.
    pub device_ms: f64,
    /// How much faster than the bridge's clock the device's runs, in parts per million, as far as it is known.
    pub drift_ppm: f64,
}

impl Flow {
    fn new(rate: u32) -> Arc<Flow> {
        Arc::new(Flow {
            rate,
            origin: AtomicI64::new(NEVER),
            last_callback: AtomicI64::new(NEVER),
            callbacks: AtomicU64::new(0),
            running: AtomicBool::new(false),
            silent: AtomicBool::new(true),
            discard: AtomicUsize::new(0),
            start: AtomicUsize::new(0),
            under_runs: AtomicU64::new(0),
            over_runs: AtomicU64::new(0),
            queued_us: AtomicU64::new(0),
            device_us: AtomicU64::new(0),
            milli_ppm: AtomicI64::new(0),
        })
    }

    fn samples(&self, ns: i64) -> f64 {
        ns as f64 * 1e-9 * f64::from(self.rate)
    }

    /// A callback of the device, by which sample number 0 went by at `origin`.
    fn called(&self, now: i64, origin: i64) {
        self.origin.store(origin, Relaxed);
        self.last_callback.store(now, Relaxed);
        self.callbacks.fetch_add(1, Relaxed);
    }

    /// When sample number 0 went by, if so many have by now.
    fn origin(&self, now: i64, samples: u64) -> i64 {
        now - (samples as f64 * 1e9 / f64::from(self.rate)) as i64
    }

    /// Samples that have gone by at the device, also since its last callback; `None` if it has stopped.
    fn position(&self, now: i64) -> Option<f64> {
        let (origin, last) = (self.origin.load(Relaxed), self.last_callback.load(Relaxed));
        (last != NEVER && now - last < STALL_NS).then(|| self.samples(now - origin))
    }

    /// Audio behind the callbacks, as the system tells it.
    pub(crate) fn set_device_delay(&self, us: u64) {
        self.device_us.store(us, Relaxed);
    }

    /// How often the device has called.
    pub(crate) fn callbacks(&self) -> u64 {
        self.callbacks.load(Relaxed)
    }

    /// From the bridge to the air or back, in seconds, resampling not counted.
    pub(crate) fn latency_s(&self) -> f64 {
        (self.queued_us.load(Relaxed) + self.device_us.load(Relaxed)) as f64 * 1e-6
    }

    pub(crate) fn stats(&self) -> DeviceStats {
        let ms = |us: &AtomicU64| us.load(Relaxed) as f64 * 1e-3;
        DeviceStats {
            rate: self.rate,
            under_runs: self.under_runs.load(Relaxed),
            over_runs: self.over_runs.load(Relaxed),
            callbacks: self.callbacks(),
            queued_ms: ms(&self.queued_us),
            device_ms: ms(&self.device_us),
            drift_ppm: self.milli_ppm.load(Relaxed) as f64 * 1e-3,
        }
    }

    fn note(&self, slots: usize, ppm: f64) {
        self.queued_us
            .store(slots as u64 * 1_000_000 / u64::from(self.rate), Relaxed);
        self.milli_ppm.store((ppm * 1e3) as i64, Relaxed);
    }
}

/// Origins by the last callbacks.
#[derive(Debug)]
struct Recent {
    origins: [i64; RECENT],
    known: usize,
    at: usize,
}

impl Recent {
    fn new() -> Recent {
        Recent {
            origins: [0; RECENT],
            known: 0,
            at: 0,
        }
    }

    fn push(&mut self, origin: i64) -> &[i64] {
        self.origins[self.at] = origin;
        self.at = (self.at + 1) % RECENT;
        self.known = (self.known + 1).min(RECENT);
        &self.origins[..self.known]
    }

    fn forget(&mut self) {
        *self = Recent::new();
    }
}

/// Makes a cut inaudible: the step it leaves is spread over 5 ms.
#[derive(Debug)]
struct Seam {
    last: f32,
    cut: bool,
    step: f32,
    at: u32,
    length: u32,
}

impl Seam {
    fn new(rate: u32) -> Seam {
        let length = rate / 200;
        Seam {
            last: 0.0,
            cut: false,
            step: 0.0,
            at: length,
            length,
        }
    }

    /// What comes next does not follow what was last.
    fn cut(&mut self) {
        self.cut = true;
    }

    fn smooth(&mut self, block: &mut [f32]) {
        let Some(first) = block.first() else { return };
        if self.cut {
            self.cut = false;
            self.step = self.last - first;
            self.at = 0;
        }
        for sample in block.iter_mut() {
            if self.at >= self.length {
                break;
            }
            let x = self.at as f32 / self.length as f32;
            // A raised cosine: no corner at either end.
            *sample += self.step * 0.5 * (1.0 + (std::f32::consts::PI * x).cos());
            self.at += 1;
        }
        self.last = block[block.len() - 1];
    }
}

/// A ring from the bridge to a loudspeaker: the bridge's end and the device's.
pub(crate) fn playback(op: &'static str, bridge: u32, device: u32) -> Result<(PlaybackWriter, PlaybackFeed)> {
    let chunk = (bridge / 50) as usize;
    let resampler = Resampler::new(op, bridge, device, chunk, Fixed::Input)?;
    let (producer, consumer) = rtrb::RingBuffer::new((RING_S * f64::from(device)) as usize);
    let flow = Flow::new(device);
    let writer = PlaybackWriter {
        ring: producer,
        flow: Arc::clone(&flow),
        made: vec![0.0; resampler.output_max()],
        resampler,
        seam: Seam::new(device),
        written: 0,
        steering: Steering::new(),
        flows: false,
        under_runs: 0,
        last: NEVER,
        excess: 0,
    };
    writer.tell_start();
    let feed = PlaybackFeed {
        ring: consumer,
        seam: Seam::new(device),
        flow,
        running: false,
        taken: 0,
        recent: Recent::new(),
        block: [0.0; BLOCK],
    };
    Ok((writer, feed))
}

/// The bridge's end.
pub(crate) struct PlaybackWriter {
    ring: rtrb::Producer<f32>,
    flow: Arc<Flow>,
    resampler: Resampler,
    made: Vec<f32>,
    seam: Seam,
    written: u64,
    steering: Steering,
    /// Whether audio flowed at the last tick.
    flows: bool,
    /// How often audio had run out by then.
    under_runs: u64,
    last: i64,
    excess: u32,
}

impl PlaybackWriter {
    pub(crate) fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    /// Samples a tick has.
    pub(crate) fn chunk(&self) -> usize {
        self.resampler.input_next()
    }

    /// A tick's samples; `silent` if they are nothing but padding.
    pub(crate) fn write(&mut self, frame: &[f32], silent: bool, now: i64) {
        if frame.len() != self.chunk() {
            return;
        }
        if self.last == NEVER || now - self.last > STALL_NS {
            self.steering.restart();
        }
        self.last = now;
        let made = self.resampler.process(frame, &mut self.made);
        self.flow.silent.store(silent, Relaxed);
        let made = &mut self.made[..made];
        if self.ring.slots() >= made.len() {
            self.seam.smooth(made);
            let pushed = self.ring.push_entire_slice(made).is_ok();
            debug_assert!(pushed, "a writer's slots do not vanish");
            self.written += made.len() as u64;
        } else {
            self.seam.cut();
            if self.flow.position(now).is_some() {
                self.flow.over_runs.fetch_add(1, Relaxed);
            }
        }
        self.steer(now);
    }

    fn tell_start(&self) {
        let start = self.steering.target_s() * f64::from(self.flow.rate);
        self.flow.start.store(start as usize, Relaxed);
    }

    fn steer(&mut self, now: i64) {
        let capacity = self.ring.buffer().capacity();
        // A faster device wants more of the same input.
        self.flow.note(capacity - self.ring.slots(), -self.steering.ppm());
        let under_runs = self.flow.under_runs.load(Relaxed);
        if under_runs != self.under_runs {
            self.under_runs = under_runs;
            self.steering.ran_out();
        }
        self.tell_start();
        let flows = self.flow.running.load(Relaxed);
        let begins = flows && !self.flows;
        self.flows = flows;
        let Some(position) = self.flow.position(now).filter(|_| flows) else {
            return;
        };
        let rate = f64::from(self.flow.rate);
        let mut spare = (self.written as f64 - position) / rate;
        let target = self.steering.target_s();
        let excess = spare - target;
        if begins {
            self.steering.restart();
            // Nothing was heard yet: what is too much is cut off at once.
            if excess > 0.0 {
                self.flow.discard.store((excess * rate) as usize, Relaxed);
                spare = target;
            }
        } else if excess > EXCESS_S {
            self.excess += 1;
            if self.excess >= EXCESS_TICKS {
                self.excess = 0;
                self.flow.over_runs.fetch_add(1, Relaxed);
                self.flow.discard.store((excess * rate) as usize, Relaxed);
                self.steering.restart();
            }
            return;
        }
        self.excess = 0;
        if self.flow.discard.load(Relaxed) == 0 {
            self.resampler.squeeze(self.steering.update(now, spare));
        }
    }
}

/// The loudspeaker's end.
pub(crate) struct PlaybackFeed {
    ring: rtrb::Consumer<f32>,
    flow: Arc<Flow>,
    seam: Seam,
    running: bool,
    taken: u64,
    recent: Recent,
    block: [f32; BLOCK],
}

impl PlaybackFeed {
    pub(crate) fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    /// A callback that wants `frames` samples: they are given to `emit`, block by block.
    pub(crate) fn fill(&mut self, frames: usize, now: i64, mut emit: impl FnMut(&[f32])) {
        let mut discard = self.flow.discard.swap(0, Relaxed);
        let last = self.flow.last_callback.load(Relaxed);
        let start = self.flow.start.load(Relaxed);
        if last != NEVER && now - last > STALL_NS {
            // The device had stopped; nobody wants to hear the past.
            discard = self.ring.slots().saturating_sub(frames + start);
            self.flow.over_runs.fetch_add(u64::from(discard > 0), Relaxed);
        }
        if discard > 0 {
            self.skip(discard);
        }
        if !self.running && self.ring.slots() >= frames + start {
            self.running = true;
            self.seam.cut();
        }
        let mut left = frames;
        while left > 0 {
            let size = left.min(BLOCK);
            let there = if self.running { self.ring.slots().min(size) } else { 0 };
            let block = &mut self.block[..size];
            let (audio, nothing) = block.split_at_mut(there);
            let got = self.ring.pop_entire_slice(audio).is_ok();
            debug_assert!(got, "a reader's slots do not vanish");
            self.taken += there as u64;
            nothing.fill(0.0);
            self.seam.smooth(&mut block[..there]);
            if self.running && there < size {
                self.running = false;
                self.seam.cut();
                if !self.flow.silent.load(Relaxed) {
                    self.flow.under_runs.fetch_add(1, Relaxed);
                }
            }
            self.seam.smooth(&mut block[there..]);
            emit(block);
            left -= size;
        }
        self.flow.running.store(self.running, Relaxed);
        if !self.running {
            self.recent.forget();
        }
        // The most that may have gone by.
        let origins = self.recent.push(self.flow.origin(now, self.taken));
        let origin = origins.iter().copied().min().unwrap_or(now);
        self.flow.called(now, origin);
    }

    fn skip(&mut self, samples: usize) {
        if let Ok(chunk) = self.ring.read_chunk(samples.min(self.ring.slots())) {
            self.taken += chunk.len() as u64;
            chunk.commit_all();
            self.recent.forget();
            self.seam.cut();
        }
    }
}

/// A ring from a microphone to the bridge: the device's end and the bridge's.
pub(crate) fn capture(op: &'static str, device: u32, bridge: u32) -> Result<(CaptureFeed, CaptureReader)> {
    let chunk = (bridge / 50) as usize;
    let resampler = Resampler::new(op, device, bridge, chunk, Fixed::Output)?;
    let (producer, consumer) = rtrb::RingBuffer::new((RING_S * f64::from(device)) as usize);
    let flow = Flow::new(device);
    let feed = CaptureFeed {
        ring: producer,
        flow: Arc::clone(&flow),
        put: 0,
        recent: Recent::new(),
        block: [0.0; BLOCK],
    };
    let reader = CaptureReader {
        ring: consumer,
        flow,
        raw: vec![0.0; resampler.input_max()],
        resampler,
        chunk,
        read: 0,
        steering: Steering::new(),
        seam: Seam::new(bridge),
        running: false,
        last: NEVER,
        excess: 0,
    };
    Ok((feed, reader))
}

/// The microphone's end.
pub(crate) struct CaptureFeed {
    ring: rtrb::Producer<f32>,
    flow: Arc<Flow>,
    put: u64,
    recent: Recent,
    block: [f32; BLOCK],
}

impl CaptureFeed {
    pub(crate) fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    /// A callback that brings `frames` samples, which `read` hands out block by block. What finds no room is lost: nobody
    /// has been reading for half a second.
    pub(crate) fn put(&mut self, frames: usize, now: i64, mut read: impl FnMut(&mut [f32])) {
        let before = self.put;
        let mut left = frames;
        while left > 0 {
            let size = left.min(BLOCK);
            let block = &mut self.block[..size];
            read(block);
            let (pushed, _) = self.ring.push_partial_slice(block);
            self.put += pushed.len() as u64;
            left -= size;
        }
        // The least that may have come, which is what was there before.
        let origins = self.recent.push(self.flow.origin(now, before));
        let origin = origins.iter().copied().max().unwrap_or(now);
        self.flow.called(now, origin);
    }
}

/// The bridge's end.
pub(crate) struct CaptureReader {
    ring: rtrb::Consumer<f32>,
    flow: Arc<Flow>,
    resampler: Resampler,
    raw: Vec<f32>,
    chunk: usize,
    read: u64,
    steering: Steering,
    seam: Seam,
    running: bool,
    last: i64,
    excess: u32,
}

impl CaptureReader {
    pub(crate) fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    /// A tick's samples. Silence, and `false`, while there are none.
    pub(crate) fn read(&mut self, out: &mut [f32], now: i64) -> bool {
        if out.len() != self.chunk {
            out.fill(0.0);
            return false;
        }
        if self.last == NEVER || now - self.last > STALL_NS {
            // Nobody listened for a while: what was said then is old.
            self.stop();
            self.skip(self.ring.slots());
        }
        self.last = now;
        let position = self.flow.position(now);
        if !self.running {
            self.begin(position);
        }
        let spare = position.map(|p| self.spare(p));
        let need = self.resampler.input_next();
        if self.running && self.ring.slots() < need {
            self.flow.under_runs.fetch_add(1, Relaxed);
            self.steering.ran_out();
            self.stop();
        }
        if !self.running {
            out.fill(0.0);
            self.seam.smooth(out);
            return false;
        }
        let raw = &mut self.raw[..need];
        let got = self.ring.pop_entire_slice(raw).is_ok();
        debug_assert!(got, "a reader's slots do not vanish");
        self.read += need as u64;
        self.resampler.process(raw, out);
        self.seam.smooth(out);
        self.flow.note(self.ring.slots(), self.steering.ppm());
        if let Some(spare) = spare {
            self.steer(now, spare);
        }
        true
    }

    fn spare(&self, position: f64) -> f64 {
        (position - self.read as f64) / f64::from(self.flow.rate)
    }

    fn begin(&mut self, position: Option<f64>) {
        let Some(position) = position else { return };
        let excess = self.spare(position) - self.steering.target_s();
        if excess < 0.0 {
            return;
        }
        self.skip((excess * f64::from(self.flow.rate)) as usize);
        if self.ring.slots() >= self.resampler.input_next() {
            self.running = true;
            self.seam.cut();
        }
    }

    fn stop(&mut self) {
        self.running = false;
        self.steering.restart();
        self.seam.cut();
    }

    fn steer(&mut self, now: i64, spare: f64) {
        let excess = spare - self.steering.target_s();
        if excess > EXCESS_S {
            self.excess += 1;
            if self.excess >= EXCESS_TICKS {
                self.excess = 0;
                self.flow.over_runs.fetch_add(1, Relaxed);
                self.skip((excess * f64::from(self.flow.rate)) as usize);
                self.steering.restart();
                self.seam.cut();
            }
            return;
        }
        self.excess = 0;
        self.resampler.squeeze(self.steering.update(now, spare));
    }

    fn skip(&mut self, samples: usize) {
        if let Ok(chunk) = self.ring.read_chunk(samples.min(self.ring.slots())) {
            self.read += chunk.len() as u64;
            chunk.commit_all();
        }
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
